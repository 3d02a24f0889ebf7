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
	for _, f := range []*Figure{
		&given.Standard, &given.Self, &given.Officials, &given.Satisfaction, &given.Survey, &given.Total, &given.Index,
	} {
		*f = r.rounded(*f)
	}
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
	e.Index = r.indexOf(e.Total, e.Standard, given.Index, complain)
	if e.Index.value.Cmp(highestIndex) > 0 && r.Excess == criteria.Capped {
		e.Uncapped, e.Index = e.Index, Compute(highestIndex)
	}
	return e
}

// domain computes the index of one domain where its points and standard points are
// known (rule G3).
func (r Rules) domain(given DomainFigures, complain complain) DomainFigures {
	given = DomainFigures{r.rounded(given.Points), r.rounded(given.Standard), r.rounded(given.Index)}
	refuseNegative(complain, []named{{"points", given.Points}, {"index", given.Index}})
	given.Index = r.indexOf(given.Points, given.Standard, given.Index, complain)
	return given
}

// highestIndex is 100, the index of an agency with all its standard points. Only bonuses
// give more; Rules.Excess says what that is.
var highestIndex = points.FromInt(100)

// indexOf returns the index of total, or the printed one if it cannot be computed. It
// complains about an index above 100 that the regulation refuses, unless the prints that
// it comes from were rounded up to it: then it is the printed one, or 100.
func (r Rules) indexOf(total, standard, printed Figure, complain complain) Figure {
	index := r.checked("index", r.index(total, standard, complain), printed, complain)
	switch {
	case index.value.Cmp(highestIndex) <= 0, r.Excess == criteria.Capped, r.Excess == criteria.Allowed:
		return index
	case index.span().low.Cmp(highestIndex) > 0:
		complain("index", IndexOutOfRange.With(r.displayed(index.value)))
		return index
	}
	return printed.or(Compute(highestIndex))
}

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
	of, by := total.span(), standard.span()
	low, err := r.Policy.Index(of.low, by.high)
	if err != nil {
		low = index
	}
	high, err := r.Policy.Index(of.high, by.low)
	if err != nil { // standard points that are printed as 0
		high = points.Max(index, highestIndex)
	}
	return Compute(index).within(low, high, total, standard)
}

// checked returns the computed figure, or the printed one if it cannot be computed. If
// both are known, some figure of the source must be rounded to the print and agree with
// the prints that it is computed from (rule G2): S4 prints 88,41 where its own parts
// give 88,42. What follows from the figure goes by its print.
func (r Rules) checked(name string, computed, printed Figure, complain complain) Figure {
	if !computed.Known() || !printed.Known() {
		return computed.or(printed)
	}
	inPrint, inFile := r.displayed(printed.value), r.displayed(computed.value)
	switch {
	case !computed.meets(printed):
		complain(name, PrintContradicted.With(printed.value, inFile))
		return computed
	case inPrint != inFile:
		complain(name, PrintRounded.With(printed.value, inFile))
	}
	computed.off = printed.off
	return computed
}

// shown is a figure at display scale. Vietnamese texts show it with a decimal comma.
type shown string

func (s shown) Vietnamese() string { return strings.Replace(string(s), ".", ",", 1) }

func (r Rules) displayed(x points.Points) shown { return shown(r.Policy.Display(x)) }

// rounded returns a figure with all that is printed like it, in the places of the print
// or in those that the figure has, if it has more.
func (r Rules) rounded(f Figure) Figure {
	if f.origin != Printed {
		return f
	}
	_, places, _ := strings.Cut(f.value.String(), ".")
	unit := unit(max(int(r.Policy.DisplayScale), len(places)))
	if r.Policy.Mode == points.Down {
		f.off = &span{f.value, f.value.Add(unit)}
		return f
	}
	half := unit.Mul(points.MustParse("0.5"))
	f.off = &span{f.value.Sub(half), f.value.Add(half)}
	return f
}

// unit is one unit of the last of so many places: 0.01 of two.
func unit(places int) points.Points {
	if places == 0 {
		return points.FromInt(1)
	}
	return points.MustParse("0." + strings.Repeat("0", places-1) + "1")
}

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

// checkDomains checks the sum of all domain points against the total, both as they are
// known from prints: 8 domains and 3 parts of the total may differ by 0.055. The
// largest difference in S4 is 0.02 (Châu Thành). If a domain is not printed, the sum is
// not checked.
func (r Rules) checkDomains(e Entry, complain complain) {
	if !e.Total.Known() || len(e.Domains) == 0 {
		return
	}
	sum := Compute(points.FromInt(0))
	for _, d := range e.Domains {
		sum = sum.plus(d.Points)
	}
	if sum.off != nil && !sum.meets(e.Total) {
		complain("domains", DomainsContradicted.With(sum.value, e.Total.value))
	}
}
