package rule

import "github.com/parindex/parindex/libs/points"

// Reach returns the bounds of the expression of r: can reports whether a figure is
// within them, and divides whether a division by 0 is possible.
func Reach(r Formula, item Item) (can func(points.Points) bool, divides bool, err error) {
	x, err := r.compile()
	if err != nil {
		return nil, false, err
	}
	known := scope{maxPointsID: exactly(item.Max)}
	for _, in := range r.Inputs {
		known[in.ID] = in.within()
	}
	boundsChecker := boundsChecker{expression: x, item: item, findings: &findings{}}
	s := boundsChecker.figure(x.root(), known)
	can = func(x points.Points) bool {
		return !s.and(exactly(x)).empty() && (!s.whole || whole(x))
	}
	return can, boundsChecker.reported > 0, nil
}

// Length returns the most digits of a result of r before and after the point.
func Length(r Formula) (whole, places int, err error) {
	x, err := r.compile()
	if err != nil {
		return 0, 0, err
	}
	l := x.vetLength(x.root(), &findings{})
	return l.whole, l.places, nil
}
