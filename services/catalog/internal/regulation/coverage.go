package regulation

import (
	"math/big"
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/sealed"
)

// coverage reports items that no agency or more than one appraises, agencies that
// appraise without a seat on the council or have a seat and no items, and agencies
// that appraise their own group (rule C8).
func (c Content) coverage() []Finding {
	var found []Finding
	for _, s := range c.CriteriaSets {
		if !c.bare(s) {
			found = append(found, c.covered(s)...)
		}
	}
	if c.AppraisalCouncil {
		found = append(found, c.seating()...)
	}
	return append(found, c.conflicts()...)
}

// covered reports the self-assessed items of s that no agency or more than one
// appraises, as the highest nodes for which that is true of all items.
func (c Content) covered(s sealed.CriteriaSet) []Finding {
	named, excepted := nodeSets{}, nodeSets{}
	for i, d := range c.Duties {
		if d.Group != s.Group {
			continue
		}
		for _, id := range d.Nodes {
			named.add(id, i)
		}
		for _, id := range d.Except {
			excepted.add(id, i)
		}
	}
	var found []Finding
	for _, p := range subtrees(s, func(n sealed.Node, up []sealed.Node) (string, bool) {
		if n.Item.SourceKind != criteria.Self {
			return "", false
		}
		var duties big.Int
		duties.AndNot(named.about(n, up), excepted.about(n, up))
		return strings.Join(c.appraisers(&duties), ", "), true
	}) {
		switch {
		case p.label == "":
			found = append(found, itemUnassigned.counted(s.Group, p))
		case strings.Contains(p.label, ","):
			f := itemAssignedTwice.about(s.Group, p.id, p.label)
			f.Computed = p.label
			found = append(found, f)
		}
	}
	return append(found, c.dutiesUnknown(s)...)
}

// maxUnknown bounds how many unknown nodes are reported: a hundred are enough to see
// what they have in common.
const maxUnknown = 100

// dutiesUnknown reports the duties about nodes that a group does not have.
func (c Content) dutiesUnknown(s sealed.CriteriaSet) []Finding {
	known := nodeIDs(s)
	var unknown []Finding
	for i, d := range c.Duties {
		for _, id := range slices.Concat(d.Nodes, d.Except) {
			if d.Group != s.Group || known[id] {
				continue
			}
			f := dutyNodeUnknown.at(s.Group, Place{}.entry("duties", i), id)
			f.Declared = id
			if unknown = append(unknown, f); len(unknown) == maxUnknown {
				return unknown
			}
		}
	}
	return unknown
}

// appraisers returns the agencies that have one of the duties, by id.
func (c Content) appraisers(duties *big.Int) []string {
	var ids []string
	for i, d := range c.Duties {
		if duties.Bit(i) == 1 && !slices.Contains(ids, d.Agency) {
			ids = append(ids, d.Agency)
		}
	}
	slices.Sort(ids)
	return ids
}

// seating compares the duties with the seats on the appraisal council.
func (c Content) seating() []Finding {
	seats, duties := map[string]bool{}, map[string]bool{}
	for _, s := range c.Seats {
		seats[s.Agency] = true
	}
	var found []Finding
	for i, d := range c.Duties {
		if !seats[d.Agency] && !duties[d.Agency] {
			found = append(found, ofAgency(appraiserWithoutSeat, "", Place{}.entry("duties", i), d.Agency, d.Name))
		}
		duties[d.Agency] = true
	}
	for i, s := range c.Seats {
		if !duties[s.Agency] {
			found = append(found, ofAgency(memberWithoutDuty, "", Place{}.entry("seats", i), s.Agency, s.Name))
		}
	}
	return found
}

// conflicts reports the agencies that appraise items of the group in which they
// are scored.
func (c Content) conflicts() []Finding {
	scored := map[sealed.ListedAgency]bool{}
	for _, a := range c.Agencies {
		scored[sealed.ListedAgency{Agency: a.Agency, Group: a.Group}] = true
	}
	var found []Finding
	for i, d := range c.Duties {
		own := sealed.ListedAgency{Agency: d.Agency, Group: d.Group}
		if scored[own] {
			found = append(found, ofAgency(ownAgencyConflict, d.Group, Place{}.entry("duties", i), d.Agency, d.Name))
			delete(scored, own) // once is enough
		}
	}
	return found
}

// ofAgency returns a finding about an agency.
func ofAgency(s findingKind, group string, place Place, agency, name string) Finding {
	f := s.at(group, place, name)
	f.Computed = agency
	return f
}
