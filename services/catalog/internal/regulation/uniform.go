package regulation

import (
	"math/big"

	"github.com/parindex/parindex/libs/sealed"
)

// nodeSets are sets of duties or links by the nodes that they name, with a bit for
// each index, so that a thousand duties on two thousand nodes are compared at once
// and not one by one.
type nodeSets map[string]*big.Int

// add records that the duty or link i names a node.
func (s nodeSets) add(node string, i int) {
	if s[node] == nil {
		s[node] = new(big.Int)
	}
	s[node].SetBit(s[node], i, 1)
}

// about returns the duties or links that name n, a node above it, or the whole.
func (s nodeSets) about(n sealed.Node, up []sealed.Node) *big.Int {
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

// nodeIDs returns the ids of all nodes.
func nodeIDs(s sealed.CriteriaSet) map[string]bool {
	ids := map[string]bool{}
	for _, n := range s.Nodes {
		ids[n.ID()] = true
	}
	return ids
}

// subtree is a node with all below it: its number of items of some kind, and the
// label that all of them share.
type subtree struct {
	id    string
	items int
	label string
}

// branch is a subtree with the branches below it.
type branch struct {
	subtree

	below []*branch
	mixed bool // not all items have the same label
}

// subtrees returns the highest nodes of which all items of some kind have the same
// label. label returns that of an item with the nodes above it, and whether the item
// is of the kind.
func subtrees(s sealed.CriteriaSet, label func(n sealed.Node, up []sealed.Node) (string, bool)) []subtree {
	root, branches := new(branch), map[string]*branch{}
	for n, up := range ancestries(s) {
		b, above := &branch{subtree: subtree{id: n.ID()}}, root
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

// sum adds up the branches below b.
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

// uniform appends the highest subtrees of b that are not mixed.
func (b *branch) uniform(list []subtree) []subtree {
	switch {
	case b.items == 0:
	case b.mixed:
		for _, below := range b.below {
			list = below.uniform(list)
		}
	default:
		list = append(list, b.subtree)
	}
	return list
}
