package regulation

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parindex/parindex/libs/civil"
	"github.com/parindex/parindex/libs/sealed"
)

// checkCalendar checks the steps one by one.
func (c Content) checkCalendar(f *findings) {
	for i, step := range c.Calendar {
		at := Place{}.entry("calendar", i)
		if !c.has(step.Phase) {
			f.add(at.field("phase"), CalendarPhaseAbsent.With(step.Phase))
		}
		if (step.LastDay == "") == (step.Days == 0) || (step.Days != 0 && step.YearsLater != 0) {
			f.add(at, calendarStepUnclear.With())
		}
		if step.LastDay != "" && !monthDay.MatchString(step.LastDay) {
			f.add(at.field("lastDay"), civil.NotReal.With(step.LastDay))
		}
		f.text(at.field("note"), step.Note)
		for j, id := range step.Groups {
			c.set(f, at.entry("groups", j), id)
		}
	}
}

// monthDay matches a day of some year's calendar, and a day up to 31 that means the
// last one of its month.
var monthDay = regexp.MustCompile(`^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)

// leapYear is a year that has every day a step can end on.
const leapYear = 2024

// lastDayOf is when the step ends, counted from the cycle's year; false where no day is
// fixed.
func lastDayOf(s sealed.CalendarStep) (time.Time, bool) {
	if !monthDay.MatchString(s.LastDay) {
		return time.Time{}, false
	}
	month, _ := strconv.Atoi(s.LastDay[:2])
	day, _ := strconv.Atoi(s.LastDay[3:])
	year := leapYear + 4*int(s.YearsLater) // leap years all, for the order is that of any years
	last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC)
	return last.AddDate(0, 0, min(day, last.Day())-last.Day()), true
}

// binds reports whether the step is one of a group.
func binds(s sealed.CalendarStep, group string) bool {
	return len(s.Groups) == 0 || slices.Contains(s.Groups, group)
}

// order reports the steps that end before an earlier phase does, and the phases that
// end twice, each once even if it binds several groups (rule Y1).
func (c Content) order() []Finding {
	var found []Finding
	for i, step := range c.Calendar {
		for j, other := range c.Calendar {
			f, wrong := orderOf(step, other, Place{}.entry("calendar", i), i > j)
			if wrong && c.together(step, other) {
				found = append(found, f)
				break
			}
		}
	}
	return found
}

// together reports whether two steps bind one group.
func (c Content) together(a, b sealed.CalendarStep) bool {
	return slices.ContainsFunc(c.CriteriaSets, func(s sealed.CriteriaSet) bool { return binds(a, s.Group) && binds(b, s.Group) })
}

// orderOf compares the step at a place with another one of the same group; later is
// whether it comes after that one in the calendar.
func orderOf(s sealed.CalendarStep, other sealed.CalendarStep, place Place, later bool) (Finding, bool) {
	if s.Phase == other.Phase {
		return calendarStepTwice.at("", place, s.Phase), later
	}
	end, fixed := lastDayOf(s)
	before, alsoFixed := lastDayOf(other)
	if !fixed || !alsoFixed || s.Phase.Before(other.Phase) || !end.Before(before) {
		return Finding{}, false
	}
	return calendarOutOfOrder.at("", place, s.Phase, day(s.LastDay), other.Phase, day(other.LastDay)), true
}

// day is YYYY-MM-DD, or MM-DD of any year, which messages write as "30/10" and "30
// October". Any other text stays as it is.
type day string

// Vietnamese implements fault.Bilingual.
func (d day) Vietnamese() string {
	switch parts := strings.Split(string(d), "-"); len(parts) {
	case 2:
		return parts[1] + "/" + parts[0]
	case 3:
		return parts[2] + "/" + parts[1] + "/" + parts[0]
	}
	return string(d)
}

// String implements fmt.Stringer.
func (d day) String() string {
	if t, err := time.Parse(time.DateOnly, string(d)); err == nil {
		return t.Format("2 January 2006")
	}
	parts := strings.Split(string(d), "-")
	if t, err := time.Parse("01", parts[0]); err == nil && len(parts) == 2 {
		return strings.TrimPrefix(parts[1], "0") + " " + t.Month().String()
	}
	return string(d)
}
