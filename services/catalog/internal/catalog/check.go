package catalog

import (
	"fmt"
	"iter"
	"slices"

	"github.com/parindex/parindex/libs/fault"
)

// Catalog is the content of a catalog file, in the file's order. An empty Parent, of
// the authority or of an agency, leaves the stored parent as it is.
//
// Violations name their places as follows: "authority.parent", "agencies",
// "agencies[3]", "agencies[3].name", "agencies[3].aliases[1]",
// "agencies[3].parent", "cycles[0]", "cycles[0].year", "cycles[0].origin",
// "cycles[0].groups[2]", "cycles[0].members[17]". A value that was missing or
// malformed is empty here and is not reported again.
type Catalog struct {
	Authority Authority
	Agencies  []Agency
	Cycles    []Cycle
}

// violations collects faults, each with its place.
type violations []fault.Violation

func (f *violations) add(place string, found *fault.Fault) {
	*f = append(*f, fault.Violation{Field: place, Code: found.Code, Vi: found.Vi, En: found.En})
}

// Check returns every fault of c that can be found without the stored catalog.
func (c Catalog) Check() []fault.Violation {
	var f violations
	if c.Authority.Parent != "" && c.Authority.Parent == c.Authority.ID {
		f.add("authority.parent", ParentLoop.With(c.Authority.ID))
	}
	known := c.checkAgencies(&f)
	ids := map[string]bool{}
	for i, cycle := range c.Cycles {
		place := fmt.Sprintf("cycles[%d]", i)
		if cycle.ID != "" && ids[cycle.ID] {
			f.add(place, fault.IDTwice.With(cycle.ID))
		}
		ids[cycle.ID] = true
		cycle.check(&f, place, known)
	}
	return f
}

// checkAgencies returns the ids of the agencies.
func (c Catalog) checkAgencies(f *violations) map[string]bool {
	known, parents := map[string]bool{}, map[string]string{}
	for i, a := range c.Agencies {
		if a.ID != "" && known[a.ID] {
			f.add(fmt.Sprintf("agencies[%d]", i), fault.IDTwice.With(a.ID))
			continue
		}
		known[a.ID], parents[a.ID] = true, a.Parent
	}
	c.checkNames(f)
	loops := inLoop(parents)
	for i, a := range c.Agencies {
		place := fmt.Sprintf("agencies[%d].parent", i)
		switch {
		case a.Parent == "":
		case !known[a.Parent]:
			f.add(place, ParentUnknown.With(a.Parent))
		case loops[a.ID] && parents[a.ID] == a.Parent:
			f.add(place, ParentLoop.With(a.ID))
		}
	}
	return known
}

func (c Catalog) checkNames(f *violations) {
	owner := map[string]int{}
	for i, a := range c.Agencies {
		for place, name := range a.names() {
			place = fmt.Sprintf("agencies[%d].%s", i, place)
			first, taken := owner[name.Key]
			switch {
			case !taken:
				owner[name.Key] = i
			case first == i:
				f.add(place, AliasRepeated.With(name.Text))
			default:
				f.add(place, AgencyNameTaken.With(name.Text, c.Agencies[first].ID))
			}
		}
	}
}

// names yields the name and the aliases of a that are not blank, each with its
// place, "name" or "aliases[1]".
func (a Agency) names() iter.Seq2[string, Name] {
	return func(yield func(string, Name) bool) {
		if a.Name.Key != "" && !yield("name", a.Name) {
			return
		}
		for i, alias := range a.Aliases {
			if alias.Key != "" && !yield(fmt.Sprintf("aliases[%d]", i), alias) {
				return
			}
		}
	}
}

func (c Cycle) check(f *violations, place string, known map[string]bool) {
	ids := map[string]bool{}
	for i, g := range c.Groups {
		at := fmt.Sprintf("%s.groups[%d]", place, i)
		if g.ID != "" && ids[g.ID] {
			f.add(at, fault.IDTwice.With(g.ID))
		}
		ids[g.ID] = true
		if g.ID != "" && !slices.ContainsFunc(c.Members, func(m Member) bool { return m.Group == g.ID }) {
			f.add(at, GroupEmpty.With(g.ID))
		}
	}
	group := map[string]string{}
	for i, m := range c.Members {
		at := fmt.Sprintf("%s.members[%d]", place, i)
		first, twice := group[m.Agency]
		switch {
		case m.Agency == "":
		case !known[m.Agency]:
			f.add(at, MemberUnknown.With(m.Agency))
		case twice:
			f.add(at, MemberTwice.With(m.Agency, first))
		default:
			group[m.Agency] = m.Group
		}
	}
}

// inLoop returns the ids that are their own ancestors.
func inLoop(parents map[string]string) map[string]bool {
	const (
		walking = 1
		done    = 2
	)
	state, loops := map[string]int{}, map[string]bool{}
	for id := range parents {
		var path []string
		for id != "" && state[id] == 0 {
			state[id] = walking
			path = append(path, id)
			id = parents[id]
		}
		if id != "" && state[id] == walking {
			for _, looped := range path[slices.Index(path, id):] {
				loops[looped] = true
			}
		}
		for _, walked := range path {
			state[walked] = done
		}
	}
	return loops
}
