package scoring

import "github.com/parindex/parindex/libs/points"

// Statistics are figures of a whole group (rules G3, G9).
type Statistics struct {
	// Mean is the unweighted mean of the agencies' indices; it needs all of them.
	Mean Figure
	// Highest and Lowest are the index of the first and of the last agency, and
	// have its origin. Where several share that rank it is the highest, or the
	// lowest, that is known.
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
	s := Statistics{Highest: knownAt(entries, entries[0].Rank, 1), Lowest: knownAt(entries, entries[len(entries)-1].Rank, -1)}
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

// knownAt returns the highest known index at this rank, or the lowest for the
// sign -1. Those who share a rank may differ in what is not displayed (rule G4).
func knownAt(entries []Entry, rank, sign int) Figure {
	var found Figure
	for _, e := range entries {
		if e.Rank == rank && e.Index.Known() && (!found.Known() || sign*e.Index.value.Cmp(found.value) > 0) {
			found = e.Index
		}
	}
	return found
}
