package scoring

import "github.com/parindex/parindex/libs/points"

// Statistics are figures of a whole group (rules G3, G9).
type Statistics struct {
	// Mean is the unweighted mean of the agencies' indices; it needs all of them.
	Mean Figure `json:"meanIndex"`
	// Highest and Lowest are the index of the first and of the last agency, and
	// have its origin. Where several share that rank it is the highest, or the
	// lowest, that is known.
	Highest Figure `json:"highest"`
	Lowest  Figure `json:"lowest"`
	// Gap is Highest − Lowest, from the indices and not from what is displayed of
	// them. It is typed only where one of them is unknown: of the districts S4
	// prints a highest of 83,84, a lowest of 69,06 and a gap of 6,76. The two
	// prints are 14,78 apart; the indices, 83.840426 and 69.052083, are 14.788343
	// apart, which is displayed as 14.79.
	Gap Figure `json:"gap"`
}

// statistics computes what the entries allow, which must be in the order of
// their ranks, and takes the rest as printed.
func (r Rules) statistics(entries []Entry, printed Statistics, complain complain) Statistics {
	if len(entries) == 0 {
		return Statistics{}
	}
	prints := []named{{"meanIndex", printed.Mean}, {"highest", printed.Highest}, {"lowest", printed.Lowest}, {"gap", printed.Gap}}
	refuseNegative(complain, prints)
	for _, p := range prints {
		r.refuseAbove100(p.name, p.figure, complain)
	}
	var s Statistics
	s.Mean = r.checked("meanIndex", r.mean(entries), printed.Mean, complain)
	s.Highest = r.checked("highest", highest(withRank(entries, entries[0].Rank)), printed.Highest, complain)
	s.Lowest = r.checked("lowest", lowest(withRank(entries, entries[len(entries)-1].Rank)), printed.Lowest, complain)
	s.Gap = r.checked("gap", s.Highest.minus(s.Lowest), printed.Gap, complain)
	r.checkOrder(s, entries, complain)
	return s
}

func (r Rules) mean(entries []Entry) Figure {
	indices := make([]points.Points, 0, len(entries))
	for _, e := range entries {
		if !e.Index.Known() {
			return Figure{}
		}
		indices = append(indices, e.Index.value)
	}
	mean, err := r.Policy.Mean(indices)
	if err != nil {
		return Figure{}
	}
	return Compute(mean)
}

// checkOrder holds prints that cannot be computed against what they cannot be:
// the lowest is not above any index nor the mean, the highest not below. What is
// computed is so ordered by itself.
func (r Rules) checkOrder(s Statistics, entries []Entry, complain complain) {
	for _, c := range []struct {
		name      string
		low, high Figure
	}{
		{"highest", highest(entries), s.Highest},
		{"lowest", s.Lowest, lowest(entries)},
		{"lowest", s.Lowest, s.Highest},
		{"meanIndex", s.Lowest, s.Mean},
		{"meanIndex", s.Mean, s.Highest},
	} {
		if above := c.low.minus(c.high); above.value.Cmp(r.unit()) > 0 {
			complain(c.name, StatisticsContradicted.With(r.displayed(c.low.value), r.displayed(c.high.value)))
		}
	}
}

// withRank returns the entries that share a rank. They may differ in what is
// not displayed (rule G4).
func withRank(entries []Entry, rank int) []Entry {
	var with []Entry
	for _, e := range entries {
		if e.Rank == rank {
			with = append(with, e)
		}
	}
	return with
}

// highest returns the highest index that is known, lowest the lowest.
func highest(entries []Entry) Figure { return extreme(entries, 1) }
func lowest(entries []Entry) Figure  { return extreme(entries, -1) }

func extreme(entries []Entry, sign int) Figure {
	var found Figure
	for _, e := range entries {
		if e.Index.Known() && (!found.Known() || sign*e.Index.value.Cmp(found.value) > 0) {
			found = e.Index
		}
	}
	return found
}
