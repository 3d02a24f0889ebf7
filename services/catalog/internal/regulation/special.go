package regulation

import "github.com/parindex/parindex/libs/sealed"

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
func (c Content) set(f *findings, place Place, group string) *sealed.CriteriaSet {
	for i := range c.CriteriaSets {
		if c.CriteriaSets[i].Group == group {
			return &c.CriteriaSets[i]
		}
	}
	f.add(place, groupUndefined.With(group))
	return nil
}

// classless reports whether s has no classes because its table is not imported yet.
func (c Content) classless(s sealed.CriteriaSet) bool { return len(s.Classes) == 0 && c.bare(s) }
