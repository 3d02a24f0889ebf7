package rule

import "github.com/parindex/parindex/libs/points"

// Reach says what the expression of r can come to: can reports whether a figure is
// among it, and divides whether a division by 0 is.
func Reach(r Formula, item Item) (can func(points.Points) bool, divides bool, err error) {
	x, err := r.compile()
	if err != nil {
		return nil, false, err
	}
	known := scope{maxPointsID: exactly(item.Max)}
	for _, in := range r.Inputs {
		known[in.ID] = in.within()
	}
	reacher := reacher{expression: x, item: item, findings: &findings{}}
	s := reacher.figure(x.root(), known)
	can = func(x points.Points) bool {
		return !s.and(exactly(x)).empty() && (!s.whole || whole(x))
	}
	return can, reacher.reported > 0, nil
}

// Length is how many digits the expression of r can have before the point and
// after it.
func Length(r Formula) (whole, places int, err error) {
	x, err := r.compile()
	if err != nil {
		return 0, 0, err
	}
	l := x.vetLength(x.root(), &findings{})
	return l.whole, l.places, nil
}
