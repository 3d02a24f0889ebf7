package scoring

import (
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// Class is a band of the index. An end is open when its limit does not belong
// to the class (rule G5).
type Class struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Low  End    `json:"-"`
	High End    `json:"-"`
}

// End is one end of a class. The zero End has no limit.
type End struct {
	Limit   points.Points
	Limited bool
	Open    bool
}

// From is a lower end that belongs to the class; To is the upper one.
func From(limit points.Points) End { return End{Limit: limit, Limited: true} }

// To is an upper end that belongs to the class.
func To(limit points.Points) End { return From(limit) }

// Above is a lower end that does not belong to the class.
func Above(limit points.Points) End { return End{Limit: limit, Limited: true, Open: true} }

// Below is an upper end that does not belong to the class.
func Below(limit points.Points) End { return Above(limit) }

func (c Class) holds(index points.Points) bool {
	return c.Low.admits(index.Cmp(c.Low.Limit)) && c.High.admits(c.High.Limit.Cmp(index))
}

// admits reports whether a value on this side of the limit, 0 on it, is inside.
func (e End) admits(side int) bool { return !e.Limited || side > 0 || side == 0 && !e.Open }

// Classes are the classes of a group, best first.
type Classes []Class

// Of returns the class of an index. If Validate finds nothing, every index from
// 0 to 100 has exactly one.
func (cs Classes) Of(index points.Points) (Class, bool) {
	for _, c := range cs {
		if c.holds(index) {
			return c, true
		}
	}
	return Class{}, false
}

// Named returns the class with an id.
func (cs Classes) Named(id string) (Class, bool) {
	for _, c := range cs {
		if c.ID == id {
			return c, true
		}
	}
	return Class{}, false
}

// place returns how many classes are better than c; −1 if it is none of them.
func (cs Classes) place(c Class) int {
	return slices.IndexFunc(cs, func(x Class) bool { return x.ID == c.ID })
}

// Validate reports, for the class at index i, everything that keeps some index
// from 0 to 100 from having exactly one class.
func (cs Classes) Validate(report func(i int, err error)) {
	ids := map[string]bool{}
	for i, c := range cs {
		if ids[c.ID] {
			report(i, ClassTwice.With(c.ID))
		}
		ids[c.ID] = true
		if c.empty() {
			report(i, ClassEmpty.With(c.ID))
		} else if f := cs.edge(i); f != nil {
			report(i, f)
		}
	}
	if n := len(cs); n > 0 && !cs[n-1].Low.admits(points.Points{}.Cmp(cs[n-1].Low.Limit)) {
		report(n-1, ClassesIncomplete.With("0"))
	}
}

func (c Class) empty() bool {
	if !c.Low.Limited || !c.High.Limited {
		return false
	}
	side := c.High.Limit.Cmp(c.Low.Limit)
	return side < 0 || side == 0 && (c.Low.Open || c.High.Open)
}

// edge returns what is wrong at the upper end of class i: the first must reach
// 100, each other one must begin where the one before ends.
func (cs Classes) edge(i int) *fault.Fault {
	high := cs[i].High
	if i == 0 {
		if !high.admits(high.Limit.Cmp(highestIndex)) {
			return ClassesIncomplete.With("100")
		}
		return nil
	}
	low := cs[i-1].Low
	switch {
	case !low.Limited || !high.Limited:
		return ClassesOverlap.With(cs[i-1].ID, cs[i].ID)
	case low.Limit.Cmp(high.Limit) > 0, low.Limit.Equal(high.Limit) && low.Open && high.Open:
		return ClassesApart.With(cs[i-1].ID, cs[i].ID)
	case low.Limit.Cmp(high.Limit) < 0, !low.Open && !high.Open:
		return ClassesOverlap.With(cs[i-1].ID, cs[i].ID)
	}
	return nil
}

// classify gives e the class of its index, or the printed class where the index
// does not decide it.
func (r Rules) classify(e *Entry, classes Classes, complain complain) {
	var printed Class
	hasPrinted := e.given.Class != ""
	if hasPrinted {
		var known bool
		if printed, known = classes.Named(e.given.Class); !known {
			complain("class", ClassUnknown.With(e.given.Class))
			return
		}
	}
	class, decided := r.classOf(e.Index, classes)
	switch {
	case decided && hasPrinted && class.ID != printed.ID:
		complain("class", ClassContradicted.With(printed.ID, class.ID))
	case decided:
		e.Class, e.ClassOrigin = class, Computed
	case hasPrinted:
		e.Class, e.ClassOrigin = printed, Printed
	}
}

// classOf returns the class that an index decides. An index that is only
// printed stands for every index that is printed so: 90.00 for anything from
// 89.995 to 90.005. It decides a class only if all of these have the same one,
// or if classes go by the index as displayed.
func (r Rules) classOf(index Figure, classes Classes) (Class, bool) {
	if !index.Known() {
		return Class{}, false
	}
	if index.origin == Computed || r.ClassBy == criteria.DisplayScale {
		return classes.Of(r.compared(r.ClassBy, index.value))
	}
	low, ok := classes.Of(points.Max(points.Points{}, index.value.Sub(r.rounding())))
	high, also := classes.Of(points.Min(highestIndex, index.value.Add(r.rounding())))
	return low, ok && also && low.ID == high.ID
}

// compared returns the value of an index that c compares.
func (r Rules) compared(c criteria.Comparison, index points.Points) points.Points {
	if c == criteria.DisplayScale {
		return r.Policy.Round(index, r.Policy.DisplayScale)
	}
	return index
}
