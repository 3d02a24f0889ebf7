package scoring

import (
	"cmp"
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// Unique is a tie rule of published results only: no two agencies share a rank, by a
// rule that the figures do not show. Equal ones are ranked in the printed order.
const Unique criteria.TieRule = "UNIQUE"

// Rank ranks the entries that Compute returned for g, from the highest index down
// (rule G4). Equal values share a rank. The next rank is 1 + the number of agencies
// before it (1, 2, 2, 4) or, if r.Ties is criteria.Dense, 1 + the number of values
// (1, 2, 2, 3).
//
// Without printed ranks every index must be known; a group with an index that is only
// printed is ranked by the indices as displayed. Printed ranks are taken where the
// indices, as they are known from rounded prints, allow them (rule G14): every agency
// must have one, they must follow the tie rule, which they show if r.Ties is empty, and
// no index may be below that of an agency which is ranked after it. That a rank is not
// the one that the figures give is told.
//
// The statistics are computed and checked only if the ranks have no fault.
func (r Rules) Rank(g Group, entries []Entry) (Leaderboard, []Complaint) {
	complaints := r.rank(entries)
	ordered := slices.Clone(entries)
	slices.SortStableFunc(ordered, func(a, b Entry) int { return cmp.Compare(a.Rank, b.Rank) })
	l := Leaderboard{Group: g.ID, GroupName: g.Name, Policy: r.Policy, Entries: ordered}
	if all(complaints, Complaint.Told) {
		l.Statistics = r.statistics(ordered, g.Printed, func(figure string, f *fault.Fault) {
			complaints = append(complaints, Complaint{Agency: WholeGroup, Figure: figure, Fault: f})
		})
	}
	return l, complaints
}

func all[T any](of []T, holds func(T) bool) bool {
	return !slices.ContainsFunc(of, func(one T) bool { return !holds(one) })
}

// rank gives each entry its rank.
func (r Rules) rank(entries []Entry) []Complaint {
	known := all(entries, func(e Entry) bool { return e.Index.Known() })
	computed := all(entries, func(e Entry) bool { return e.Index.origin == Computed })
	if !computed {
		r.RankBy = criteria.DisplayScale
	}
	var ranks []int
	if known {
		ranks = r.ranks(entries)
	}
	var against, undecided []Complaint
	printed := false
	for i, e := range entries {
		switch given := e.given.Rank; {
		case given == 0 && !e.Index.Known():
			undecided = append(undecided, ofRank(i, RankUndecided.With()))
		case given != 0 && computed && given != ranks[i]:
			against = append(against, ofRank(i, RankContradicted.With(given, ranks[i])))
		}
		printed = printed || e.given.Rank != 0
	}
	switch {
	case !printed && !known:
		return undecided
	case printed && (!computed || len(against) > 0):
		complaints := r.rankAsPrinted(entries, ranks)
		if computed && !all(complaints, Complaint.Told) {
			return against
		}
		return complaints
	}
	for i := range entries {
		entries[i].Rank, entries[i].RankOrigin = ranks[i], Computed
	}
	return nil
}

func ofRank(agency int, f *fault.Fault) Complaint {
	return Complaint{Agency: agency, Figure: "rank", Fault: f}
}

// ranks returns the ranks by the indices: 1 + the number of entries above or, if ties
// are dense, of different values above.
func (r Rules) ranks(entries []Entry) []int {
	values := make([]points.Points, len(entries))
	for i, e := range entries {
		values[i] = r.compared(r.RankBy, e.Index.value)
	}
	sorted := slices.SortedFunc(slices.Values(values), func(a, b points.Points) int { return b.Cmp(a) })
	if r.Ties == criteria.Dense {
		sorted = slices.CompactFunc(sorted, points.Points.Equal)
	}
	ranks, taken := make([]int, len(entries)), make([]int, len(sorted))
	for i, v := range values {
		above, _ := slices.BinarySearchFunc(sorted, v, func(s, v points.Points) int { return v.Cmp(s) })
		ranks[i] = above + 1
		if r.Ties == Unique {
			ranks[i] += taken[above]
			taken[above]++
		}
	}
	return ranks
}

// rankAsPrinted takes the printed ranks; ranks are those that the figures give, or nil.
func (r Rules) rankAsPrinted(entries []Entry, ranks []int) []Complaint {
	var complaints, told []Complaint
	stated := r.Ties != ""
	if !stated {
		r.Ties = criteria.Skip
		if len(r.outOfSequence(entries)) > 0 {
			r.Ties = criteria.Dense
		}
		if len(r.outOfSequence(entries)) > 0 {
			r.Ties = criteria.Skip
		}
	}
	for i := range entries {
		e := &entries[i]
		e.Rank, e.RankOrigin = e.given.Rank, Printed
		switch {
		case e.Rank == 0:
			complaints = append(complaints, ofRank(i, RankMissing.With()))
		case ranks != nil && e.Rank != ranks[i] && (stated || r.Ties == criteria.Skip):
			told = append(told, ofRank(i, RankAsPrinted.With(e.Rank, ranks[i])))
		}
	}
	switch {
	case !stated && r.Ties == criteria.Dense:
		told = append(told, ofRank(0, TiesAsPrinted.With(r.Ties)))
	case ranks == nil:
		told = append(told, ofRank(0, RanksAsPrinted.With()))
	}
	complaints = slices.Concat(complaints, r.outOfSequence(entries), r.overtaken(entries))
	if len(complaints) > 0 {
		return complaints
	}
	return told
}

// outOfSequence complains about printed ranks that the tie rule does not give.
func (r Rules) outOfSequence(entries []Entry) []Complaint {
	var sorted []int
	for _, e := range entries {
		if e.given.Rank != 0 {
			sorted = append(sorted, e.given.Rank)
		}
	}
	slices.Sort(sorted)
	if r.Ties == criteria.Dense {
		sorted = slices.Compact(sorted)
	}
	var complaints []Complaint
	taken := map[int]bool{}
	for i, e := range entries {
		if e.given.Rank == 0 {
			continue
		}
		above, _ := slices.BinarySearch(sorted, e.given.Rank)
		if r.Ties == Unique && taken[e.given.Rank] {
			above++
		}
		taken[e.given.Rank] = true
		if e.given.Rank != above+1 {
			complaints = append(complaints, ofRank(i, RankNotInSequence.With(e.given.Rank, r.Ties, above+1)))
		}
	}
	return complaints
}

// overtaken complains about agencies that are ranked above another one, or equal to it,
// although their index is lower whatever was rounded.
func (r Rules) overtaken(entries []Entry) []Complaint {
	var order []int
	for i, e := range entries {
		if e.Index.Known() && e.given.Rank != 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(entries[b].given.Rank, entries[a].given.Rank) })
	var complaints []Complaint
	best := -1 // the highest so far of those ranked last, by the lowest that its index can be
	for i, next := 0, 0; i < len(order); i++ {
		for ; next < len(order) && entries[order[next]].given.Rank == entries[order[i]].given.Rank; next++ {
			if best < 0 || r.off(entries[order[next]]).low.Cmp(r.off(entries[best]).low) > 0 {
				best = order[next]
			}
		}
		if e := entries[order[i]]; r.off(e).high.Cmp(r.off(entries[best]).low) < 0 {
			complaints = append(complaints, ofRank(order[i], RankAgainstIndex.With(e.given.Rank, entries[best].AgencyName, entries[best].given.Rank)))
		}
	}
	return complaints
}

// off returns what the compared value of an index can be.
func (r Rules) off(e Entry) span {
	if e.Index.origin == Printed {
		return e.Index.span()
	}
	off := e.Index.span()
	return span{r.compared(r.RankBy, off.low), r.compared(r.RankBy, off.high)}
}
