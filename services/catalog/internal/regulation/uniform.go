package regulation

import "math/big"

// nodeSets are sets of duties or links by the nodes that they name, each a bit for
// each index: so that a thousand duties on two thousand nodes are compared at once
// and not one by one.
type nodeSets map[string]*big.Int

// add says that the duty or link i names a node.
func (s nodeSets) add(node string, i int) {
	if s[node] == nil {
		s[node] = new(big.Int)
	}
	s[node].SetBit(s[node], i, 1)
}

// about returns those that name n, one of the nodes above it, or the whole.
func (s nodeSets) about(n Node, up []Node) *big.Int {
	all := new(big.Int)
	or := func(node string) {
		if set := s[node]; set != nil {
			all.Or(all, set)
		}
	}
	or(whole)
	or(n.ID())
	for _, above := range up {
		or(above.ID())
	}
	return all
}

// ids are those of all nodes.
func (s CriteriaSet) ids() map[string]bool {
	ids := map[string]bool{}
	for _, n := range s.Nodes {
		ids[n.ID()] = true
	}
	return ids
}

// part is a node with all below it: how many items of some kind that has, and the
// label that all of them share.
type part struct {
	id    string
	items int
	label string
}

// branch is a part with what stands below it.
type branch struct {
	part

	below []*branch
	mixed bool // not all items have the same label
}

// parts returns the highest nodes of which all items of some kind have the same
// label. label says which an item has that stands below others, and whether it is
// of the kind.
func (s CriteriaSet) parts(label func(n Node, up []Node) (string, bool)) []part {
	root, branches := new(branch), map[string]*branch{}
	for n, up := range s.ancestries() {
		b, above := &branch{part: part{id: n.ID()}}, root
		if len(up) > 0 {
			above = branches[up[len(up)-1].ID()]
		}
		above.below = append(above.below, b)
		branches[b.id] = b
		if n.Item == nil {
			continue
		}
		if text, counts := label(n, up); counts {
			b.items, b.label = 1, text
		}
	}
	root.sum()
	return root.uniform(nil)
}

// sum adds up what stands below b.
func (b *branch) sum() {
	for _, below := range b.below {
		below.sum()
		switch {
		case below.items == 0:
			continue
		case b.items == 0:
			b.label, b.mixed = below.label, below.mixed
		case below.mixed || b.label != below.label:
			b.mixed = true
		}
		b.items += below.items
	}
}

// uniform appends the highest parts of b that are not mixed.
func (b *branch) uniform(list []part) []part {
	switch {
	case b.items == 0:
	case b.mixed:
		for _, below := range b.below {
			list = below.uniform(list)
		}
	default:
		list = append(list, b.part)
	}
	return list
}
