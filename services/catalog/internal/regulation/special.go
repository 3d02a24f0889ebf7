package regulation

import "fmt"

// TieRule says which ranks equal values get (rule G4).
type TieRule string

// The tie rules: 1, 2, 2, 4 and 1, 2, 2, 3.
const (
	Skip  TieRule = "SKIP"
	Dense TieRule = "DENSE"
)

// SpecialRule decides the classes of one group besides the agencies' own indices.
type SpecialRule struct {
	Group string `json:"group"`
	// SubordinateClasses is the one kind of rule that there is.
	SubordinateClasses *SubordinateClasses `json:"subordinateClasses,omitempty"`
	// Clause says so, as printed; empty: not stated.
	Clause string `json:"clause,omitempty"`
}

// SubordinateClasses is that an agency keeps the class of its index only if at
// least Numerator / Denominator of the agencies below it are in that class or a
// better one (rule G6, S2 IV.1.2).
type SubordinateClasses struct {
	// Subordinates is the group of the agencies below.
	Subordinates string     `json:"subordinates"`
	Numerator    int32      `json:"numerator"`
	Denominator  int32      `json:"denominator"`
	Incomplete   Incomplete `json:"incomplete"`
}

// Incomplete says what holds for an agency below which not every one has a class.
type Incomplete string

// What can hold.
const (
	NotClassified Incomplete = "NOT_CLASSIFIED"
	CountAsWorse  Incomplete = "COUNT_AS_WORSE"
)

// checkSpecial checks the special rules: both groups are there, and their classes
// can be compared by their place.
func (c Content) checkSpecial(f *findings) {
	seen := map[[2]string]bool{}
	for i, r := range c.SpecialRules {
		at := fmt.Sprintf("special_rules[%d]", i)
		f.text(at+".clause", r.Clause)
		own := c.set(f, at+".group", r.Group)
		s := r.SubordinateClasses
		if s == nil {
			continue // a rule of no kind decides nothing; the contract lets none through
		}
		at += ".subordinate_classes"
		below := c.set(f, at+".subordinates", s.Subordinates)
		if s.Numerator > s.Denominator {
			f.add(at+".numerator", ShareAboveOne.With(s.Numerator, s.Denominator))
		}
		pair := [2]string{r.Group, s.Subordinates}
		switch {
		case r.Group == s.Subordinates:
			f.add(at+".subordinates", SubordinatesSameGroup.With(r.Group))
		case seen[pair]:
			f.add(at+".subordinates", SpecialRuleTwice.With(r.Group, s.Subordinates))
		case own == nil || below == nil || c.classless(*own) || c.classless(*below):
		case len(own.Classes) != len(below.Classes) || len(own.Classes) == 0:
			f.add(at, SpecialRuleClasses.With(r.Group, len(own.Classes), s.Subordinates, len(below.Classes)))
		}
		seen[pair] = true
	}
}

// set returns the criteria set of a group, or nil after a finding.
func (c Content) set(f *findings, place, group string) *CriteriaSet {
	for i := range c.CriteriaSets {
		if c.CriteriaSets[i].Group == group {
			return &c.CriteriaSets[i]
		}
	}
	f.add(place, groupUndefined.With(group))
	return nil
}

// classless reports whether the classes of s are still to come with its table.
func (c Content) classless(s CriteriaSet) bool { return len(s.Classes) == 0 && c.bare(s) }
