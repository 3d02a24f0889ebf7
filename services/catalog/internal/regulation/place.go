package regulation

import (
	"fmt"
	"slices"
	"strings"
)

// Place is a place in a Content, by the names of its fields in JSON:
// "criteriaSets[0].nodes[3].item.maxPoints". The zero Place is the whole.
type Place struct {
	// Set is which criteria set it is in and Node which of its nodes, both counted
	// from 1; 0: none.
	Set, Node int

	path []string // ".criteriaSets", "[0]"
}

// String returns the path from the whole.
func (p Place) String() string { return strings.TrimPrefix(strings.Join(p.path, ""), ".") }

// InNode returns the path from the node that p is in: "item.maxPoints".
func (p Place) InNode() string { return Place{path: p.path[4:]}.String() }

// Above returns the place that p is in; the whole is in itself.
func (p Place) Above() Place {
	p.path = p.path[:max(len(p.path)-1, 0)]
	return p
}

// field returns the place of a field of p, each name being in the one before; an
// empty name is p itself.
func (p Place) field(names ...string) Place {
	p.path = slices.Clone(p.path)
	for _, name := range names {
		if name != "" {
			p.path = append(p.path, "."+name)
		}
	}
	return p
}

// entry returns the place of an entry of a list of p.
func (p Place) entry(list string, i int) Place {
	p = p.field(list)
	p.path = append(p.path, fmt.Sprintf("[%d]", i))
	return p
}

// setPlace is the place of the criteria set i.
func setPlace(i int) Place { return Place{Set: i + 1}.entry("criteriaSets", i) }

// node returns the place of the node i of the criteria set at p.
func (p Place) node(i int) Place {
	p.Node = i + 1
	return p.entry("nodes", i)
}
