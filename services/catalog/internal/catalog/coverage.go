package catalog

import (
	"fmt"
	"math/big"
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
	// The duties that name the node or one above it, and those that leave it out.
	named, excepted big.Int
}

// dutySets are sets of duties by node, each a bit for each index in
// Content.Duties: so that a thousand duties on two thousand nodes are compared at
// once and not one by one.
type dutySets map[string]*big.Int

// of returns the duties about a node; none is the empty set.
func (s dutySets) of(node string) *big.Int {
	if set := s[node]; set != nil {
		return set
	}
	return new(big.Int)
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
	named, excepted := c.dutiesBy(s.Group, func(d Duty) []string { return d.Nodes }), c.dutiesBy(s.Group, func(d Duty) []string { return d.Except })
	for n, up := range s.ancestries() {
		b, above := &branch{node: n}, root
		if len(up) > 0 {
			above = branches[up[len(up)-1].ID()]
		}
		above.below = append(above.below, b)
		branches[n.ID()] = b
		b.named.Or(&above.named, named.of(n.ID()))
		b.excepted.Or(&above.excepted, excepted.of(n.ID()))
		if n.Item != nil && n.Item.SourceKind == Self {
			b.items, b.apprised = 1, strings.Join(c.appraisers(b), ", ")
		}
	}
	root.sum()
	return root, c.dutiesUnknown(s.Group, branches)
}

// dutiesBy returns, by node, which duties of a group name it, as a set of their
// indexes.
func (c Content) dutiesBy(group string, nodes func(Duty) []string) dutySets {
	sets := dutySets{}
	for i, d := range c.Duties {
		if d.Group != group {
			continue
		}
		for _, id := range nodes(d) {
			if sets[id] == nil {
				sets[id] = new(big.Int)
			}
			sets[id].SetBit(sets[id], i, 1)
		}
	}
	return sets
}

// maxUnknown bounds how many unknown nodes are told of: who sees a hundred looks
// for what they have in common.
const maxUnknown = 100

// dutiesUnknown reports the duties about nodes that a group does not have.
func (c Content) dutiesUnknown(group string, known map[string]*branch) []Finding {
	var unknown []Finding
	for i, d := range c.Duties {
		for _, id := range slices.Concat(d.Nodes, d.Except) {
			if d.Group != group || known[id] != nil {
				continue
			}
			f := dutyNodeUnknown.at(group, fmt.Sprintf("duties[%d]", i), id)
			f.Declared = id
			if unknown = append(unknown, f); len(unknown) == maxUnknown {
				return unknown
			}
		}
	}
	return unknown
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

// appraisers returns the agencies that appraise a node, by id.
func (c Content) appraisers(b *branch) []string {
	var ids []string
	var counts big.Int
	counts.AndNot(&b.named, &b.excepted)
	for i, d := range c.Duties {
		if counts.Bit(i) == 1 && !slices.Contains(ids, d.Agency) {
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
