package scoring

import "github.com/parindex/parindex/libs/points"

// Statistics are figures of a whole group (rules G3, G9).
type Statistics struct {
	// Mean is the unweighted mean of the agencies' indices; it needs all of them.
	Mean Figure
	// Highest and Lowest are the index of the first and of the last agency, and
	// have its origin.
	Highest, Lowest Figure
	// Gap is Highest − Lowest, from the indices and not from what is displayed of
	// them. It is computed, never typed: S4 prints 6,76 where its table gives
	// 14,78 (domain.md §8).
	Gap Figure
}

// statistics expects entries by rank.
func (r Rules) statistics(entries []Entry) Statistics {
	if len(entries) == 0 {
		return Statistics{}
	}
	s := Statistics{Highest: knownAt(entries, entries[0].Rank), Lowest: knownAt(entries, entries[len(entries)-1].Rank)}
	s.Gap = s.Highest.minus(s.Lowest)
	indices := make([]points.Points, 0, len(entries))
	for _, e := range entries {
		if !e.Index.Known() {
			return s
		}
		indices = append(indices, e.Index.value)
	}
	if mean, err := r.Policy.Mean(indices); err == nil {
		s.Mean = Compute(mean)
	}
	return s
}

// knownAt returns a known index at this rank; equals have the same.
func knownAt(entries []Entry, rank int) Figure {
	for _, e := range entries {
		if e.Rank == rank && e.Index.Known() {
			return e.Index
		}
	}
	return Figure{}
}
