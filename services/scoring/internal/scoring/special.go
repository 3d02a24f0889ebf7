package scoring

import (
	"fmt"
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/sealed"
)

// Hierarchy is the data that special rules read besides the scored agencies (rule
// G6). It holds nothing else, so that no other change makes a run outdated.
type Hierarchy struct {
	// Unscored are the agencies that are in the cycle and in a group of a special
	// rule, but are not scored.
	Unscored []Unscored `json:"unscored,omitempty"`
	// Parents maps the id of an agency to the id of its parent, for all agencies on
	// the way from a subordinate agency up to the agency whose class it decides.
	Parents map[string]string `json:"parents,omitempty"`
}

// Unscored is an agency that is in the cycle but is not scored.
type Unscored struct {
	Agency string `json:"agency"`
	Group  string `json:"group"`
}

// ClassAdjustment explains why an agency has no class, or the class below the one of
// its index (rule G6, S2 IV.1.2 and 1.4).
type ClassAdjustment struct {
	// From is the class of the index.
	From Class `json:"fromClass"`
	// Subordinates is the number of subordinate agencies. Reached of them are in From
	// or in a better class, Unclassified of them have no class.
	Subordinates int `json:"subordinates"`
	Reached      int `json:"reached"`
	Unclassified int `json:"unclassified"`
	// Clause is the clause of the regulation, as printed; empty for none.
	Clause string `json:"clause,omitempty"`
}

// NewHierarchy returns the data that the special rules of a cycle read.
func NewHierarchy(c *cycle.Cycle) Hierarchy {
	h := Hierarchy{Parents: map[string]string{}}
	groups := map[string]string{}
	for _, a := range c.Agencies {
		groups[a.ID] = a.Group
		named := func(r sealed.SpecialRule) bool {
			return a.Group == r.Group || a.Group == r.SubordinateClasses.Subordinates
		}
		if !a.Scored && slices.ContainsFunc(c.SpecialRules, named) {
			h.Unscored = append(h.Unscored, Unscored{Agency: a.ID, Group: a.Group})
		}
	}
	for _, r := range c.SpecialRules {
		for _, a := range c.Agencies {
			if a.Group != r.SubordinateClasses.Subordinates {
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

// climb follows the parents of an agency up to the nearest one in a group. It returns
// that agency, and the agencies before it on the way, the first one included; "" and
// nil if no agency above is in the group.
func climb(agency, group string, groups, parents map[string]string) (superior string, way []string) {
	for range len(parents) { // ends also if the parents form a circle
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

// adjust applies the special rules, in their order, to the classes of the indices. A
// rule sees the classes as the rules before it left them, and judges all agencies of
// its group at once. It does not change a class that an earlier rule has changed: no
// class is lowered twice (S2 IV.1.2).
func (in Inputs) adjust(leaderboards []Leaderboard) error {
	classes := map[string]Classes{}
	for _, g := range in.Regulation.Groups {
		classes[g.ID] = g.Classes
	}
	for _, r := range in.Regulation.SpecialRules {
		own, known := classes[r.Group]
		if others, compared := classes[r.SubordinateClasses.Subordinates]; known && compared && len(own) != len(others) {
			return contradictory(RegulationInput, in.Regulation.ID,
				fmt.Sprintf("it compares the %d classes of %s with the %d of %s", len(own), r.Group, len(others), r.SubordinateClasses.Subordinates))
		}
		below := in.below(r, places(leaderboards, classes))
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

// places returns, by agency, the place of its class counted from the best, which is
// 0. An agency without a class is not in the map.
func places(leaderboards []Leaderboard, classes map[string]Classes) map[string]int {
	at := map[string]int{}
	for _, l := range leaderboards {
		for _, e := range l.Entries {
			if place := classes[l.Group].place(e.Class.ID); place >= 0 {
				at[e.Agency] = place
			}
		}
	}
	return at
}

// below returns, by agency of r.Group, the places of the classes of its subordinate
// agencies: those in r.SubordinateClasses.Subordinates for which it is the nearest agency above in
// r.Group. The place is −1 for an agency without a class.
func (in Inputs) below(r sealed.SpecialRule, places map[string]int) map[string][]int {
	groups := map[string]string{}
	for _, m := range in.Members {
		groups[m.Agency] = m.Group
	}
	for _, u := range in.Unscored {
		groups[u.Agency] = u.Group
	}
	below := map[string][]int{}
	for agency, group := range groups {
		if group != r.SubordinateClasses.Subordinates {
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

// judged returns e, with its class lowered or removed if the classes of the
// subordinate agencies, given by their places, require it.
func (e Entry) judged(r sealed.SpecialRule, classes Classes, below []int) Entry {
	own := classes.place(e.Class.ID)
	if own < 0 || e.Adjustment != nil {
		return e
	}
	s := r.SubordinateClasses
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
	case s.Incomplete == criteria.NotClassified && (len(below) == 0 || a.Unclassified > 0):
		e.Class, e.ClassOrigin, e.Adjustment = Class{}, NotPrinted, &a
	case a.Reached*int(s.Denominator) < len(below)*int(s.Numerator) && own+1 < len(classes):
		e.Class, e.Adjustment = classes.named(own+1), &a
	}
	return e
}
