package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// coverage says who appraises nothing or the same, of its own group, or without a
// seat on the appraisal council (rule C8).
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

// branch is a node with what stands below it, and who appraises its
// self-assessed items.
type branch struct {
	node     Node
	below    []*branch
	items    int
	apprised string // the ids of the agencies, "" for nobody
	mixed    bool   // not all items by the same agencies
}

// covered reports the self-assessed items of s that nobody appraises or more than
// one, each time the highest node of which that holds as a whole.
func (c Content) covered(s CriteriaSet) []Finding {
	root, unknown := c.tree(s)
	var found []Finding
	var walk func(b *branch, id string)
	walk = func(b *branch, id string) {
		switch {
		case b.items == 0:
		case b.mixed:
			for _, below := range b.below {
				walk(below, below.node.ID())
			}
		case b.apprised == "":
			f := itemUnassigned.at(s.Group, id, strconv.Itoa(b.items))
			f.Computed = strconv.Itoa(b.items)
			found = append(found, f)
		case strings.Contains(b.apprised, ","):
			f := itemAssignedTwice.at(s.Group, id, b.apprised)
			f.Computed = b.apprised
			found = append(found, f)
		}
	}
	walk(root, "")
	return append(found, unknown...)
}

// tree returns s as a tree with its duties on it, and the duties about nodes that
// it does not have.
func (c Content) tree(s CriteriaSet) (*branch, []Finding) {
	root, branches := new(branch), map[string]*branch{}
	for n, up := range s.ancestries() {
		b, line := &branch{node: n}, []string{n.ID()}
		above := root
		for _, a := range up {
			line = append(line, a.ID())
		}
		if len(up) > 0 {
			above = branches[up[len(up)-1].ID()]
		}
		above.below = append(above.below, b)
		branches[n.ID()] = b
		if n.Item != nil && n.Item.SourceKind == Self {
			b.items, b.apprised = 1, strings.Join(c.appraisers(s.Group, line), ", ")
		}
	}
	root.sum()
	var unknown []Finding
	for i, d := range c.Duties {
		for _, id := range slices.Concat(d.Nodes, d.Except) {
			if d.Group == s.Group && branches[id] == nil {
				f := dutyNodeUnknown.at(s.Group, fmt.Sprintf("duties[%d]", i), id)
				f.Declared = id
				unknown = append(unknown, f)
			}
		}
	}
	return root, unknown
}

// sum adds up what stands below b.
func (b *branch) sum() {
	for _, below := range b.below {
		below.sum()
		switch {
		case below.items == 0:
			continue
		case b.items == 0:
			b.apprised, b.mixed = below.apprised, below.mixed
		case below.mixed || b.apprised != below.apprised:
			b.mixed = true
		}
		b.items += below.items
	}
}

// appraisers returns the agencies that appraise a node of a group, by id; line is
// the node with all above it.
func (c Content) appraisers(group string, line []string) []string {
	var ids []string
	for _, d := range c.Duties {
		in := func(id string) bool { return slices.Contains(line, id) }
		if d.Group == group && slices.ContainsFunc(d.Nodes, in) && !slices.ContainsFunc(d.Except, in) && !slices.Contains(ids, d.Agency) {
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
			found = append(found, about(appraiserWithoutSeat, "", fmt.Sprintf("duties[%d]", i), d.Agency, d.Name))
		}
		duties[d.Agency] = true
	}
	for i, s := range c.Seats {
		if !duties[s.Agency] {
			found = append(found, about(memberWithoutDuty, "", fmt.Sprintf("seats[%d]", i), s.Agency, s.Name))
		}
	}
	return found
}

// conflicts reports the agencies that appraise items of the group in which they
// are scored.
func (c Content) conflicts() []Finding {
	scored := map[ListedAgency]bool{}
	for _, a := range c.Agencies {
		scored[ListedAgency{Agency: a.Agency, Group: a.Group}] = true
	}
	var found []Finding
	for i, d := range c.Duties {
		own := ListedAgency{Agency: d.Agency, Group: d.Group}
		if scored[own] {
			found = append(found, about(ownAgencyConflict, d.Group, fmt.Sprintf("duties[%d]", i), d.Agency, d.Name))
			delete(scored, own) // once is enough
		}
	}
	return found
}

// about is a finding about an agency.
func about(s sort, group, path, agency, name string) Finding {
	f := s.at(group, path, name)
	f.Computed = agency
	return f
}
