package scoring

import (
	"fmt"
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
)

// Hierarchy is what special rules look at beside the scored agencies (rule G6).
// It holds nothing else, so that nothing else makes a run outdated.
type Hierarchy struct {
	// Unscored are the agencies of the cycle that are not scored, of the groups in
	// special rules.
	Unscored []Unscored `json:"unscored,omitempty"`
	// Parents lead from the agencies below to those whose classes they decide: the
	// id of the one above, by id.
	Parents map[string]string `json:"parents,omitempty"`
}

// Unscored is an agency that is in the cycle and is not scored.
type Unscored struct {
	Agency string `json:"agency"`
	Group  string `json:"group"`
}

// ClassAdjustment is why an agency has the class below that of its index, or none
// (rule G6, S2 IV.1.2 and 1.4).
type ClassAdjustment struct {
	// From is the class of the index.
	From Class `json:"fromClass"`
	// Subordinates are the agencies below it, Reached of them in From or a better
	// class, Unclassified of them in none.
	Subordinates int `json:"subordinates"`
	Reached      int `json:"reached"`
	Unclassified int `json:"unclassified"`
	// Clause says so, as printed; empty for none.
	Clause string `json:"clause,omitempty"`
}

// NewHierarchy returns what the special rules of a cycle look at.
func NewHierarchy(c *cycle.Cycle) Hierarchy {
	h := Hierarchy{Parents: map[string]string{}}
	groups := map[string]string{}
	for _, a := range c.Agencies {
		groups[a.ID] = a.Group
		named := func(r cycle.SubordinateClasses) bool { return a.Group == r.Group || a.Group == r.Subordinates }
		if !a.Scored && slices.ContainsFunc(c.SpecialRules, named) {
			h.Unscored = append(h.Unscored, Unscored{Agency: a.ID, Group: a.Group})
		}
	}
	for _, r := range c.SpecialRules {
		for _, a := range c.Agencies {
			if a.Group != r.Subordinates {
				continue
			}
			_, way := climb(a.ID, r.Group, groups, c.Parents)
			for _, below := range way {
				h.Parents[below] = c.Parents[below]
			}
		}
	}
	return h
}

// climb returns the nearest agency of a group above another one, and the agencies
// passed from that one on; "" and none where nobody above is in the group.
func climb(agency, group string, groups, parents map[string]string) (superior string, way []string) {
	for range len(parents) { // parents that lead in a circle end too
		above, ok := parents[agency]
		if !ok {
			break
		}
		way = append(way, agency)
		if groups[above] == group {
			return above, way
		}
		agency = above
	}
	return "", nil
}

// adjust applies the special rules to the classes of the indices, in their order.
// A rule judges by the classes that the rules before it left, those of one group
// all at once, and leaves alone a class that one of them has changed: no class is
// lowered twice (S2 IV.1.2).
func (in Inputs) adjust(leaderboards []Leaderboard) error {
	of := map[string]Classes{}
	for _, g := range in.Regulation.Groups {
		of[g.ID] = classes(g.Classes)
	}
	for _, r := range in.Regulation.SpecialRules {
		own, known := of[r.Group]
		if others, compared := of[r.Subordinates]; known && compared && len(own) != len(others) {
			return contradictory(RegulationInput, in.Regulation.ID,
				fmt.Sprintf("it compares the %d classes of %s with the %d of %s", len(own), r.Group, len(others), r.Subordinates))
		}
		below := in.below(r, places(leaderboards, of))
		for _, l := range leaderboards {
			for i, e := range l.Entries {
				if l.Group == r.Group {
					l.Entries[i] = e.judged(r, own, below[e.Agency])
				}
			}
		}
	}
	return nil
}

// places returns the place of each agency's class from the best, 0; an agency
// without a class has none.
func places(leaderboards []Leaderboard, of map[string]Classes) map[string]int {
	at := map[string]int{}
	for _, l := range leaderboards {
		for _, e := range l.Entries {
			if place := of[l.Group].place(e.Class); place >= 0 {
				at[e.Agency] = place
			}
		}
	}
	return at
}

// below returns the places of those below each agency that r judges: of the
// agencies in r.Subordinates to which it is the nearest one above in r.Group. The
// place of one without a class is −1.
func (in Inputs) below(r cycle.SubordinateClasses, places map[string]int) map[string][]int {
	groups := map[string]string{}
	for _, m := range in.Members {
		groups[m.Agency] = m.Group
	}
	for _, u := range in.Unscored {
		groups[u.Agency] = u.Group
	}
	below := map[string][]int{}
	for agency, group := range groups {
		if group != r.Subordinates {
			continue
		}
		place, classified := places[agency]
		if !classified {
			place = -1
		}
		superior, _ := climb(agency, r.Group, groups, in.Parents)
		below[superior] = append(below[superior], place)
	}
	return below
}

// judged returns e with its class lowered or taken away where the places of those
// below do not bear it.
func (e Entry) judged(r cycle.SubordinateClasses, classes Classes, below []int) Entry {
	own := classes.place(e.Class)
	if own < 0 || e.Adjustment != nil {
		return e
	}
	a := ClassAdjustment{From: e.Class, Subordinates: len(below), Clause: r.Clause}
	for _, place := range below {
		switch {
		case place < 0:
			a.Unclassified++
		case place <= own:
			a.Reached++
		}
	}
	switch {
	case r.Incomplete == criteria.NotClassified && (len(below) == 0 || a.Unclassified > 0):
		e.Class, e.ClassOrigin, e.Adjustment = Class{}, NotPrinted, &a
	case int64(a.Reached)*r.Denominator < int64(len(below))*r.Numerator && own+1 < len(classes):
		e.Class, e.Adjustment = classes[own+1], &a
	}
	return e
}
