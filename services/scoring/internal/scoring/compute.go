package scoring

import (
	"strings"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// Compute returns the figures and the class of each agency of g, in the given order,
// and all complaints about single agencies. The entries have no rank yet.
func (r Rules) Compute(g Group) ([]Entry, []Complaint) {
	entries := make([]Entry, len(g.Given))
	var complaints []Complaint
	for i, given := range g.Given {
		in := func(field string) complain {
			return func(figure string, f *fault.Fault) {
				complaints = append(complaints, Complaint{Agency: i, Figure: figure, Field: field, Fault: f})
			}
		}
		entries[i] = r.entry(given, in(""))
		for _, d := range g.Domains {
			entries[i].Domains = append(entries[i].Domains, DomainEntry{d, r.domain(given.Domains[d.Field], in(d.Field))})
		}
		r.checkDomains(entries[i], in(""))
		r.classify(&entries[i], g.Classes, in(""))
	}
	return entries, complaints
}

type complain func(figure string, f *fault.Fault)

// entry computes the figures of one agency: survey = officials + satisfaction,
// total = self + survey, index = total / standard × 100 (rule G1; S4 II.1).
func (r Rules) entry(given Given, complain complain) Entry {
	e := Entry{
		Agency: given.Agency, AgencyName: given.AgencyName, given: given,
		Standard: given.Standard, Self: given.Self, Officials: given.Officials, Satisfaction: given.Satisfaction,
	}
	refuseNegative(complain, []named{
		{"selfPoints", given.Self},
		{"officialsPoints", given.Officials},
		{"satisfactionPoints", given.Satisfaction},
		{"surveyPoints", given.Survey},
		{"totalPoints", given.Total},
		{"index", given.Index},
	})
	e.Survey = r.checked("surveyPoints", given.Officials.plus(given.Satisfaction), given.Survey, complain)
	e.Total = r.checked("totalPoints", given.Self.plus(e.Survey), given.Total, complain)
	e.Index = r.checked("index", r.index(e.Total, e.Standard, complain), given.Index, complain)
	switch above := e.Index.value.Cmp(highestIndex) > 0; {
	case above && r.Excess == criteria.Capped:
		e.Uncapped, e.Index = e.Index, Compute(highestIndex)
	case above && r.Excess == criteria.Allowed:
	default:
		r.refuseAbove100("index", e.Index, complain)
	}
	return e
}

// domain computes the index of one domain where its points and standard points
// are known (rule G3).
//
// A printed index may be off by half a unit, and so may the printed points that it is
// checked against. The fewer standard points a domain has, the more the latter
// matters: with 5 standard points, 0.005 points are 0.1 of the index.
func (r Rules) domain(given DomainFigures, complain complain) DomainFigures {
	refuseNegative(complain, []named{{"points", given.Points}, {"index", given.Index}})
	index := r.index(given.Points, given.Standard, complain)
	if index.Known() {
		// Index has computed with this divisor, so it cannot fail.
		off, _ := r.Policy.Index(r.rounding(), given.Standard.value)
		r.check("index", index, given.Index, r.rounding().Add(off), complain)
	}
	given.Index = index.or(given.Index)
	r.refuseAbove100("index", given.Index, complain)
	return given
}

// highestIndex is 100, the index of an agency with all its standard points. Only bonuses
// give more; Rules.Excess says what that is.
var highestIndex = points.FromInt(100)

// index returns the index of total, or an unknown figure if it cannot be
// computed.
func (r Rules) index(total, standard Figure, complain complain) Figure {
	if !standard.Known() {
		return Figure{}
	}
	index, err := r.Policy.Index(total.value, standard.value)
	if err != nil {
		complain("standardPoints", fault.From(err))
		return Figure{}
	}
	if !total.Known() {
		return Figure{}
	}
	return Compute(index)
}

// checked returns the computed figure, or the printed one if it cannot be computed. If
// both are known, they may differ by one unit of the last printed place, because the
// printed figure is rounded and so are the figures that it is computed from (rule G2).
// S4 prints 88,41 where its own parts give 88,42.
func (r Rules) checked(name string, computed, printed Figure, complain complain) Figure {
	r.check(name, computed, printed, r.unit(), complain)
	return computed.or(printed)
}

// check complains if the printed figure differs from the computed one by more than
// most.
func (r Rules) check(name string, computed, printed Figure, most points.Points, complain complain) {
	if computed.Known() && printed.Known() && distance(computed.value, printed.value).Cmp(most) > 0 {
		complain(name, PrintContradicted.With(printed.value, r.displayed(computed.value), most))
	}
}

// shown is a figure at display scale. Vietnamese texts show it with a decimal comma.
type shown string

func (s shown) Vietnamese() string { return strings.Replace(string(s), ".", ",", 1) }

func (r Rules) displayed(x points.Points) shown { return shown(r.Policy.Display(x)) }

// unit is one unit of the last printed place: 0.01 at display scale 2.
func (r Rules) unit() points.Points {
	tens := points.FromInt(1)
	for range r.Policy.DisplayScale {
		tens = tens.Mul(points.FromInt(10))
	}
	// 1 / 10^n at n places is exact, so this cannot fail nor round.
	unit, _ := r.Policy.Quotient(points.FromInt(1), tens, r.Policy.DisplayScale)
	return unit
}

// rounding returns the most by which rounding can change a printed figure.
func (r Rules) rounding() points.Points {
	if r.Policy.Mode == points.Down {
		return r.unit()
	}
	return r.unit().Mul(points.MustParse("0.5"))
}

func distance(a, b points.Points) points.Points { return points.Max(a.Sub(b), b.Sub(a)) }

type named struct {
	name   string
	figure Figure
}

func refuseNegative(complain complain, figures []named) {
	for _, f := range figures {
		if f.figure.value.Sign() < 0 {
			complain(f.name, FigureNegative.With(f.figure.value))
		}
	}
}

func (r Rules) refuseAbove100(name string, index Figure, complain complain) {
	if index.value.Cmp(highestIndex) > 0 {
		complain(name, IndexOutOfRange.With(r.displayed(index.value)))
	}
}

// checkDomains checks the sum of all domain points against the total. Each printed
// figure is off by up to half a unit, so the sum of n domains and the sum of the m
// parts of the total may differ by (n+m)/2 units: 0.055 for 8 domains and 3 parts.
// The largest difference in S4 is 0.02 (Châu Thành). If a domain is not printed, the
// sum is not checked.
func (r Rules) checkDomains(e Entry, complain complain) {
	if !e.Total.Known() || len(e.Domains) == 0 {
		return
	}
	var sum points.Points
	for _, d := range e.Domains {
		if !d.Points.Known() {
			return
		}
		sum = sum.Add(d.Points.value)
	}
	figures := len(e.Domains) + e.addends()
	doubled := distance(sum, e.Total.value).Mul(points.FromInt(2))
	if doubled.Cmp(r.unit().Mul(points.FromInt(int64(figures)))) > 0 {
		complain("domains", DomainsContradicted.With(sum, e.Total.value))
	}
}

// addends returns the number of printed figures that the total is the sum of.
func (e Entry) addends() int {
	switch {
	case e.Total.origin == Printed:
		return 1
	case e.Survey.origin == Printed:
		return 2
	default:
		return 3
	}
}
