package scoring

import (
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// Class is the class of an agency, as a result names it.
type Class struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Classes are the classes of a group, best first.
type Classes []criteria.Class

// Containing returns the class that contains an index. If Validate finds nothing,
// every index from 0 to 100 has exactly one.
func (cs Classes) Containing(index points.Points) (Class, bool) {
	return cs.find(func(c criteria.Class) bool {
		return admits(c.Low, index.Cmp(c.Low.Percent)) && admits(c.High, c.High.Percent.Cmp(index))
	})
}

// admits reports whether a class contains a value: side is above 0 for a value on
// the inner side of this end, and 0 for a value at it.
func admits(e rule.End, side int) bool {
	return e.Kind == rule.ScaleEnd || side > 0 || side == 0 && e.Kind == rule.Closed
}

func (cs Classes) find(match func(criteria.Class) bool) (Class, bool) {
	i := slices.IndexFunc(cs, match)
	if i < 0 {
		return Class{}, false
	}
	return cs.named(i), true
}

func (cs Classes) named(i int) Class { return Class{ID: cs[i].ID, Name: cs[i].Name} }

// place returns how many classes are better than the class with an id; −1 if there
// is no such class.
func (cs Classes) place(id string) int {
	return slices.IndexFunc(cs, func(c criteria.Class) bool { return c.ID == id })
}

// Validate calls report with the position i of a class for each reason why some
// index from 0 to 100 has no class or more than one.
func (cs Classes) Validate(report func(i int, err error)) {
	ids := map[string]bool{}
	for i, c := range cs {
		if ids[c.ID] {
			report(i, ClassTwice.With(c.ID))
		}
		ids[c.ID] = true
		if empty(c) {
			report(i, ClassEmpty.With(c.ID))
		} else if f := cs.edge(i); f != nil {
			report(i, f)
		}
	}
	if n := len(cs); n > 0 && !admits(cs[n-1].Low, points.Points{}.Cmp(cs[n-1].Low.Percent)) {
		report(n-1, ClassesIncomplete.With("0"))
	}
}

func empty(c criteria.Class) bool {
	if c.Low.Kind == rule.ScaleEnd || c.High.Kind == rule.ScaleEnd {
		return false
	}
	side := c.High.Percent.Cmp(c.Low.Percent)
	return side < 0 || side == 0 && (c.Low.Kind == rule.Open || c.High.Kind == rule.Open)
}

// edge returns the fault at the upper end of class i, or nil: the first class must
// reach 100, each other class must end where the one before it begins.
func (cs Classes) edge(i int) *fault.Fault {
	high := cs[i].High
	if i == 0 {
		if !admits(high, high.Percent.Cmp(highestIndex)) {
			return ClassesIncomplete.With("100")
		}
		return nil
	}
	low := cs[i-1].Low
	side := low.Percent.Cmp(high.Percent)
	switch {
	case low.Kind == rule.ScaleEnd || high.Kind == rule.ScaleEnd:
		return ClassesOverlap.With(cs[i-1].ID, cs[i].ID)
	case side > 0, side == 0 && low.Kind == rule.Open && high.Kind == rule.Open:
		return ClassesApart.With(cs[i-1].ID, cs[i].ID)
	case side < 0, low.Kind == rule.Closed && high.Kind == rule.Closed:
		return ClassesOverlap.With(cs[i-1].ID, cs[i].ID)
	}
	return nil
}

// classify gives e the class of its index, or the printed class if the index does
// not decide the class.
func (r Rules) classify(e *Entry, classes Classes, complain complain) {
	var printed Class
	hasPrinted := e.given.Class != ""
	if hasPrinted {
		var known bool
		printed, known = classes.find(func(c criteria.Class) bool { return c.ID == e.given.Class })
		if !known {
			complain("class", ClassUnknown.With(e.given.Class))
			return
		}
	}
	class, decided := r.classOf(e.Index, classes)
	switch {
	case decided && (!hasPrinted || class == printed):
		e.Class, e.ClassOrigin = class, Computed
		return
	case decided && !r.allows(e.Index, classes, printed):
		complain("class", ClassContradicted.With(printed.ID, class.ID))
		return
	case decided:
		complain("class", ClassAsPrinted.With(printed.ID, class.ID))
	}
	if hasPrinted {
		e.Class, e.ClassOrigin = printed, Printed
	}
}

// allows reports whether one of the values that an index can be has a class.
func (r Rules) allows(index Figure, classes Classes, class Class) bool {
	low, high := r.ends(index, classes)
	place := classes.place(class.ID)
	return classes.place(high.ID) <= place && place <= classes.place(low.ID)
}

// ends returns the classes of the lowest and of the highest value that an index can be.
func (r Rules) ends(index Figure, classes Classes) (low, high Class) {
	off := index.span()
	low, _ = classes.Containing(points.Max(points.Points{}, off.low))
	high, _ = classes.Containing(points.Min(highestIndex, off.high))
	return low, high
}

// classOf returns the class that an index decides. A printed index can be the
// rounded form of many values: 90.00 of anything from 89.995 to 90.005. It decides
// the class only if all of these have the same one, or if classes compare the index
// as displayed.
func (r Rules) classOf(index Figure, classes Classes) (Class, bool) {
	if !index.Known() {
		return Class{}, false
	}
	if index.origin == Computed || r.ClassBy == criteria.DisplayScale {
		value := r.compared(r.ClassBy, index.value)
		if r.Excess == criteria.Allowed { // the classes cover 0 to 100
			value = points.Min(value, highestIndex)
		}
		return classes.Containing(value)
	}
	low, high := r.ends(index, classes)
	return low, low == high && low != Class{}
}

// compared returns the value of an index that c compares.
func (r Rules) compared(c criteria.Comparison, index points.Points) points.Points {
	if c == criteria.DisplayScale {
		return r.Policy.Round(index, r.Policy.DisplayScale)
	}
	return index
}
