package regulation

import (
	"github.com/parindex/parindex/libs/criteria"
)

// SpecialRule decides on the classes of one group besides the agencies' own indices.
type SpecialRule struct {
	Group string `json:"group"`
	// SubordinateClasses is the one kind of rule that there is.
	SubordinateClasses *SubordinateClasses `json:"subordinateClasses,omitempty"`
	// Clause is the clause that states the rule, as printed; empty: not stated.
	Clause string `json:"clause,omitempty"`
}

// SubordinateClasses is that an agency keeps the class of its index only if at
// least Numerator / Denominator of the agencies below it are in that class or a
// better one (rule G6, S2 IV.1.2).
type SubordinateClasses struct {
	// Subordinates is the group of the agencies below.
	Subordinates string              `json:"subordinates"`
	Numerator    int32               `json:"numerator"`
	Denominator  int32               `json:"denominator"`
	Incomplete   criteria.Incomplete `json:"incomplete"`
}

// checkSpecial checks that both groups of each special rule exist and that their
// classes can be compared by their order.
func (c Content) checkSpecial(f *findings) {
	seen := map[[2]string]bool{}
	for i, r := range c.SpecialRules {
		at := Place{}.entry("specialRules", i)
		f.text(at.field("clause"), r.Clause)
		own := c.set(f, at.field("group"), r.Group)
		s := r.SubordinateClasses
		if s == nil {
			continue // the contract refuses a rule of no kind
		}
		at = at.field("subordinateClasses")
		below := c.set(f, at.field("subordinates"), s.Subordinates)
		if s.Numerator > s.Denominator {
			f.add(at.field("numerator"), ShareAboveOne.With(s.Numerator, s.Denominator))
		}
		pair := [2]string{r.Group, s.Subordinates}
		switch {
		case r.Group == s.Subordinates:
			f.add(at.field("subordinates"), SubordinatesSameGroup.With(r.Group))
		case seen[pair]:
			f.add(at.field("subordinates"), SpecialRuleTwice.With(r.Group, s.Subordinates))
		case own == nil || below == nil || c.classless(*own) || c.classless(*below):
		case len(own.Classes) != len(below.Classes) || len(own.Classes) == 0:
			f.add(at, SpecialRuleClasses.With(r.Group, len(own.Classes), s.Subordinates, len(below.Classes)))
		}
		seen[pair] = true
	}
}

// set returns the criteria set of a group, or nil after a finding.
func (c Content) set(f *findings, place Place, group string) *CriteriaSet {
	for i := range c.CriteriaSets {
		if c.CriteriaSets[i].Group == group {
			return &c.CriteriaSets[i]
		}
	}
	f.add(place, groupUndefined.With(group))
	return nil
}

// classless reports whether s has no classes because its table is not imported yet.
func (c Content) classless(s CriteriaSet) bool { return len(s.Classes) == 0 && c.bare(s) }
