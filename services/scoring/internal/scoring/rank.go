package scoring

import (
	"cmp"
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// Rank ranks the entries that Compute returned for g, from the highest index down
// (rule G4). Equal values share a rank. The next rank is 1 + the number of agencies
// before it (1, 2, 2, 4) or, if r.Ties is criteria.Dense, 1 + the number of values
// (1, 2, 2, 3).
//
// A group is ranked in exactly one of these ways:
//
//   - every index is computed: by index, and a printed rank is a check;
//   - otherwise, if a rank is printed: by the printed ranks, which every agency
//     must then have, and no known index may contradict them;
//   - otherwise, if every index is known: by the index as displayed, because a
//     printed index is known to that scale only;
//   - otherwise the group cannot be ranked.
//
// The statistics are computed and checked only if the ranks have no fault.
func (r Rules) Rank(g Group, entries []Entry) (Leaderboard, []Complaint) {
	var complaints []Complaint
	complain := func(agency int, f Complaint) {
		f.Agency = agency
		complaints = append(complaints, f)
	}
	switch {
	case all(entries, func(e Entry) bool { return e.Index.origin == Computed }):
		r.rankByIndex(entries, r.RankBy)
		checkRanks(entries, complain)
	case slices.ContainsFunc(entries, func(e Entry) bool { return e.given.Rank != 0 }):
		r.rankAsPrinted(entries, complain)
	case all(entries, func(e Entry) bool { return e.Index.Known() }):
		r.rankByIndex(entries, criteria.DisplayScale)
	default:
		for i, e := range entries {
			if !e.Index.Known() {
				complain(i, Complaint{Figure: "rank", Fault: RankUndecided.With()})
			}
		}
	}
	ordered := slices.Clone(entries)
	slices.SortStableFunc(ordered, func(a, b Entry) int { return cmp.Compare(a.Rank, b.Rank) })
	l := Leaderboard{Group: g.ID, GroupName: g.Name, Policy: r.Policy, Entries: ordered}
	if len(complaints) == 0 {
		l.Statistics = r.statistics(ordered, g.Printed, func(figure string, f *fault.Fault) {
			complain(WholeGroup, Complaint{Figure: figure, Fault: f})
		})
	}
	return l, complaints
}

func all(entries []Entry, holds func(Entry) bool) bool {
	return !slices.ContainsFunc(entries, func(e Entry) bool { return !holds(e) })
}

// rankByIndex gives each entry the rank 1 + the number of entries above it, or of
// different values above it if ties are dense.
func (r Rules) rankByIndex(entries []Entry, by criteria.Comparison) {
	values := make([]points.Points, len(entries))
	for i, e := range entries {
		values[i] = r.compared(by, e.Index.value)
	}
	sorted := slices.SortedFunc(slices.Values(values), func(a, b points.Points) int { return b.Cmp(a) })
	if r.Ties == criteria.Dense {
		sorted = slices.CompactFunc(sorted, points.Points.Equal)
	}
	for i, v := range values {
		above, _ := slices.BinarySearchFunc(sorted, v, func(s, v points.Points) int { return v.Cmp(s) })
		entries[i].Rank, entries[i].RankOrigin = above+1, Computed
	}
}

func checkRanks(entries []Entry, complain func(int, Complaint)) {
	for i, e := range entries {
		if e.given.Rank != 0 && e.given.Rank != e.Rank {
			complain(i, Complaint{Figure: "rank", Fault: RankContradicted.With(e.given.Rank, e.Rank)})
		}
	}
}

// rankAsPrinted takes the printed ranks, and checks them against rule G4 and against
// the known indices.
func (r Rules) rankAsPrinted(entries []Entry, complain func(int, Complaint)) {
	for i := range entries {
		e := &entries[i]
		rank := e.given.Rank
		if rank == 0 {
			complain(i, Complaint{Figure: "rank", Fault: RankMissing.With()})
			continue
		}
		e.Rank, e.RankOrigin = rank, Printed
		above := 0
		for _, other := range entries {
			if other.given.Rank != 0 && other.given.Rank < rank {
				above++
			}
			if r.overtaken(*e, other) {
				complain(i, Complaint{Figure: "rank", Fault: RankAgainstIndex.With(rank, other.AgencyName, other.given.Rank)})
			}
		}
		if rank != above+1 {
			complain(i, Complaint{Figure: "rank", Fault: RankNotInSequence.With(rank, above, above+1)})
		}
	}
}

// overtaken reports whether e is ranked above other, or equal to it, although its
// index is lower. A difference of one unit between a printed and a computed index is
// ignored, because it can come from the rounding of the printed one.
func (r Rules) overtaken(e, other Entry) bool {
	if !e.Index.Known() || !other.Index.Known() || other.given.Rank == 0 || e.given.Rank > other.given.Rank {
		return false
	}
	lead := other.Index.value.Sub(e.Index.value)
	if e.Index.origin != other.Index.origin {
		return lead.Cmp(r.unit()) > 0
	}
	return lead.Sign() > 0
}
