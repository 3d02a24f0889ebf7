package scoring

import "github.com/parindex/parindex/libs/points"

// Statistics are figures of a whole group (rules G3, G9).
type Statistics struct {
	// Mean is the unweighted mean of the agencies' indices, all of which must be known.
	Mean Figure `json:"meanIndex,omitzero"`
	// Highest and Lowest are the indices of the first and of the last agency, with
	// their origins. If several agencies share that rank, it is the highest, or the
	// lowest, known index among them.
	Highest Figure `json:"highest,omitzero"`
	Lowest  Figure `json:"lowest,omitzero"`
	// Gap is Highest − Lowest, computed from the indices before they are rounded for
	// display. The printed gap is taken only if one of them is unknown. For the
	// districts S4 prints a highest of 83,84, a lowest of 69,06 and a gap of 6,76,
	// although the first two are 14,78 apart; the indices, 83.840426 and 69.052083,
	// are 14.788343 apart, which is displayed as 14.79.
	Gap Figure `json:"gap,omitzero"`
}

// statistics computes the statistics that the entries allow, and takes the others as
// printed. The entries must be ordered by rank.
func (r Rules) statistics(entries []Entry, printed Statistics, complain complain) Statistics {
	if len(entries) == 0 {
		return Statistics{}
	}
	printed = Statistics{r.rounded(printed.Mean), r.rounded(printed.Highest), r.rounded(printed.Lowest), r.rounded(printed.Gap)}
	prints := []named{{"meanIndex", printed.Mean}, {"highest", printed.Highest}, {"lowest", printed.Lowest}, {"gap", printed.Gap}}
	refuseNegative(complain, prints)
	for _, p := range prints {
		if p.figure.span().low.Cmp(highestIndex) > 0 {
			complain(p.name, IndexOutOfRange.With(r.displayed(p.figure.value)))
		}
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
	var values, lows, highs []points.Points
	var indices []Figure
	for _, e := range entries {
		if !e.Index.Known() {
			return Figure{}
		}
		indices = append(indices, e.Index)
		values = append(values, e.Index.value)
		lows, highs = append(lows, e.Index.span().low), append(highs, e.Index.span().high)
	}
	mean, err := r.Policy.Mean(values)
	low, errLow := r.Policy.Mean(lows)
	high, errHigh := r.Policy.Mean(highs)
	if err != nil || errLow != nil || errHigh != nil {
		return Figure{}
	}
	return Compute(mean).within(low, high, indices...)
}

// checkOrder checks printed statistics that cannot be computed: the lowest cannot be
// above the mean or any index, and the highest cannot be below them. Computed
// statistics always have this order.
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
		if above := c.low.minus(c.high); above.span().low.Sign() > 0 {
			complain(c.name, StatisticsContradicted.With(r.displayed(c.low.value), r.displayed(c.high.value)))
		}
	}
}

// withRank returns the entries with a rank. Their indices can differ in places that
// are not displayed (rule G4).
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
