package regulation

import (
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// cut is a point on the scale of the index between two neighbouring figures: just
// before a figure, or just after it. A range is everything between two cuts, so that
// open and closed ends need no cases of their own.
type cut struct {
	at    points.Points
	after bool
}

func (c cut) cmp(d cut) int {
	if order := c.at.Cmp(d.at); order != 0 || c.after == d.after {
		return order
	}
	if d.after {
		return -1
	}
	return 1
}

var (
	hundred  = points.FromInt(100)
	scaleLow = cut{}
	scaleTop = cut{at: hundred, after: true}
)

// lowCut and highCut are the cuts between which the class lies.
func lowCut(c criteria.Class) cut {
	if c.Low.Kind == rule.ScaleEnd {
		return scaleLow
	}
	return cut{c.Low.Percent, c.Low.Kind == rule.Open}
}

func highCut(c criteria.Class) cut {
	if c.High.Kind == rule.ScaleEnd {
		return scaleTop
	}
	return cut{c.High.Percent, c.High.Kind == rule.Closed}
}

// between is the range between two cuts; it is written "[80; 90)".
type between struct{ low, high cut }

// String implements fmt.Stringer.
func (b between) String() string { return b.write(b.low.at.String(), b.high.at.String()) }

// Vietnamese implements fault.Bilingual.
func (b between) Vietnamese() string { return b.write(b.low.at.Vietnamese(), b.high.at.Vietnamese()) }

func (b between) write(low, high string) string {
	left, right := "[", ")"
	if b.low.after {
		left = "("
	}
	if b.high.after {
		right = "]"
	}
	return left + low + "; " + high + right
}

// checkClasses checks that the classes, from the best to the lowest, take every
// index from 0 to 100 once (rule G5: S4's "above 90" and "from 80 to 90" put 90
// in the second).
func checkClasses(s sealed.CriteriaSet, f *findings, place Place) {
	ids := map[string]bool{}
	sound := true
	for i, c := range s.Classes {
		at := place.entry("classes", i)
		if ids[c.ID] {
			f.add(at.field("id"), fault.IDTwice.With(c.ID))
		}
		ids[c.ID] = true
		f.line(at.field("name"), c.Name)
		sound = checkClass(f, at, c) && sound
	}
	if !sound || len(s.Classes) == 0 {
		return
	}
	edge := scaleTop // the scale is covered down to here
	for i, c := range s.Classes {
		at := place.entry("classes", i).field(endField(c.High, "to", "below"))
		switch order := highCut(c).cmp(edge); {
		case order < 0:
			f.add(at, ClassesGap.With(between{highCut(c), edge}))
		case lowCut(c).cmp(edge) >= 0:
			f.add(at, ClassesOutOfOrder.With())
			continue
		case order > 0:
			f.add(at, ClassesOverlap.With(between{edge, highCut(c)}))
		}
		edge = lowCut(c)
	}
	if edge.cmp(scaleLow) > 0 {
		last := len(s.Classes) - 1
		f.add(place.entry("classes", last).field(endField(s.Classes[last].Low, "from", "above")), ClassesGap.With(between{scaleLow, edge}))
	}
}

// checkClass reports whether the range of c is one.
func checkClass(f *findings, place Place, c criteria.Class) bool {
	sound := true
	for _, end := range []struct {
		field string
		rule.End
	}{{endField(c.Low, "from", "above"), c.Low}, {endField(c.High, "to", "below"), c.High}} {
		if end.Percent.Sign() < 0 || end.Percent.Cmp(hundred) > 0 {
			f.add(place.field(end.field), ClassEndOutOfRange.With(end.Percent))
			sound = false
		}
	}
	if sound && lowCut(c).cmp(highCut(c)) >= 0 {
		f.add(place, ClassEmpty.With())
		return false
	}
	return sound
}

func endField(e rule.End, closed, open string) string {
	switch e.Kind {
	case rule.Closed:
		return closed
	case rule.Open:
		return open
	default:
		return ""
	}
}
