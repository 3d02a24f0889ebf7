package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// Stored is the stored catalog of one authority.
type Stored struct {
	// Authority is nil where there is none yet.
	Authority *Authority
	Agencies  map[string]Agency
	Cycles    map[string]Cycle
	// Lineage holds the ids from the parent that a file names up to the top; empty
	// if that authority does not exist or the caller may not see it.
	Lineage []string
}

// Change is a value before and after a change. From is nil for a value that is
// created.
type Change[T any] struct {
	From *T
	To   T
}

// Plan lists the changes that a catalog file makes. The plan of a file that was
// applied already is empty.
type Plan struct {
	// Authority is nil if the authority itself does not change.
	Authority *Change[Authority]
	Agencies  []Change[Agency]
	Cycles    []Change[Cycle]
}

// Empty reports whether nothing changes.
func (p Plan) Empty() bool { return p.Authority == nil && len(p.Agencies) == 0 && len(p.Cycles) == 0 }

// Plan returns the changes that c makes to the stored catalog, or the reasons why it
// cannot make them. c MUST have passed Check.
//
// Nothing is removed. An agency that c does not name is left as it is. A name that c
// replaces becomes an alias, because documents still use it. A stored cycle keeps the
// groups and agencies that c does not name, after the groups of c, in c's order; an
// agency that c puts into another group moves there.
//
// Only imported cycles are created. A file can change the name of a run cycle and, in
// PREPARATION, its year and its agencies; its groups are those of its regulation.
func (c Catalog) Plan(s Stored) (Plan, []fault.Violation) {
	var p Plan
	var f violations
	p.Authority = c.planAuthority(s, &f)
	p.Agencies = c.planAgencies(s, &f)
	for i, cycle := range c.Cycles {
		stored, exists := s.Cycles[cycle.ID]
		if !exists {
			if cycle.Origin == Run {
				f.add(fmt.Sprintf("cycles[%d].origin", i), RegulationNeeded.With(cycle.ID))
				continue
			}
			cycle.Authority, cycle.Version = c.Authority.ID, 1
			cycle.Members = byAgency(cycle.Members)
			p.Cycles = append(p.Cycles, Change[Cycle]{To: cycle})
			continue
		}
		merged := stored.merge(cycle)
		stored.checkMerge(&f, fmt.Sprintf("cycles[%d]", i), cycle, merged)
		if !stored.same(merged) {
			merged.Version++
			p.Cycles = append(p.Cycles, Change[Cycle]{From: &stored, To: merged})
		}
	}
	return p, f
}

func (c Catalog) planAuthority(s Stored, f *violations) *Change[Authority] {
	to := c.Authority
	to.Version = 1
	if s.Authority != nil {
		to.Version = s.Authority.Version
		to.Parent = cmp.Or(to.Parent, s.Authority.Parent)
		if to == *s.Authority {
			return nil
		}
		to.Version++
	}
	if to.Parent != "" && (s.Authority == nil || to.Parent != s.Authority.Parent) {
		switch {
		case len(s.Lineage) == 0:
			f.add("authority.parent", AuthorityParentUnknown.With(to.Parent))
		case slices.Contains(s.Lineage, to.ID):
			f.add("authority.parent", ParentLoop.With(to.ID))
		}
	}
	return &Change[Authority]{From: s.Authority, To: to}
}

func (c Catalog) planAgencies(s Stored, f *violations) []Change[Agency] {
	owner, parents := map[string]string{}, map[string]string{}
	for id, a := range s.Agencies {
		parents[id] = a.Parent
		for _, name := range a.names() {
			owner[name.Key] = id
		}
	}
	var changes []Change[Agency]
	for i, a := range c.Agencies {
		for place, name := range a.names() {
			if id, taken := owner[name.Key]; taken && id != a.ID {
				f.add(fmt.Sprintf("agencies[%d].%s", i, place), AgencyNameTaken.With(name.Text, id))
			}
		}
		change, changed := a.change(c.Authority.ID, s.Agencies)
		if len(change.To.Aliases) > MaxAliases {
			f.add(fmt.Sprintf("agencies[%d]", i), regulation.ListTooLong.With(MaxAliases))
		}
		parents[a.ID] = change.To.Parent
		if changed {
			changes = append(changes, change)
		}
	}
	if len(parents) > MaxAgencies {
		f.add("agencies", regulation.ListTooLong.With(MaxAgencies))
	}
	loops := inLoop(parents)
	for i, a := range c.Agencies {
		if a.Parent != "" && loops[a.ID] {
			f.add(fmt.Sprintf("agencies[%d].parent", i), ParentLoop.With(a.ID))
		}
	}
	return changes
}

// change returns the change from the stored agency to a, the agency of a file.
func (a Agency) change(authority string, stored map[string]Agency) (c Change[Agency], changed bool) {
	from, exists := stored[a.ID]
	if !exists {
		a.Authority, a.Version = authority, 1
		return Change[Agency]{To: a}, true
	}
	to := from.merge(a)
	if from.same(to) {
		return Change[Agency]{From: &from, To: to}, false
	}
	to.Version++
	return Change[Agency]{From: &from, To: to}, true
}

// merge returns the stored agency a with the names and the parent of said, the
// agency of a file.
func (a Agency) merge(said Agency) Agency {
	merged := a
	merged.Name = said.Name
	merged.Parent = cmp.Or(said.Parent, a.Parent)
	merged.Aliases = nil
	for _, alias := range slices.Concat(a.Aliases, []Name{a.Name}, said.Aliases) {
		i := slices.IndexFunc(merged.Aliases, func(n Name) bool { return n.Key == alias.Key })
		switch {
		case alias.Key == said.Name.Key:
		case i >= 0:
			merged.Aliases[i] = alias // the same name in a new spelling
		default:
			merged.Aliases = append(merged.Aliases, alias)
		}
	}
	return merged
}

func (a Agency) same(b Agency) bool {
	return a.Name == b.Name && a.Parent == b.Parent && slices.Equal(a.Aliases, b.Aliases)
}

// merge returns the stored cycle c with the name, year, groups and members of said,
// the cycle of a file.
func (c Cycle) merge(said Cycle) Cycle {
	merged := c
	merged.Name, merged.Year = said.Name, said.Year
	if c.Origin == Imported {
		merged.Groups = slices.Clone(said.Groups)
		for _, g := range c.Groups {
			if !slices.ContainsFunc(said.Groups, func(s regulation.Group) bool { return s.ID == g.ID }) {
				merged.Groups = append(merged.Groups, g)
			}
		}
	}
	members := map[string]Member{}
	for _, m := range slices.Concat(c.Members, said.Members) {
		members[m.Agency] = m
	}
	merged.Members = byAgency(slices.Collect(maps.Values(members)))
	return merged
}

// checkMerge reports the changes to the stored cycle c that a file may not make.
func (c Cycle) checkMerge(f *violations, place string, said, merged Cycle) {
	if said.Origin != c.Origin {
		f.add(place+".origin", OriginFixed.With(c.Origin))
	}
	if c.Phase == criteria.Archived && merged.Name != c.Name {
		f.add(place, CycleArchived.With(c.ID))
	}
	for i, g := range said.Groups {
		if c.Origin == Run && !slices.ContainsFunc(c.Groups, func(s regulation.Group) bool { return s.ID == g.ID }) {
			f.add(fmt.Sprintf("%s.groups[%d]", place, i), GroupUnknown.With(g.ID))
		}
	}
	for _, g := range merged.Groups {
		if !slices.ContainsFunc(merged.Members, func(m Member) bool {
			return m.Group == g.ID && (c.Origin != Run || m.Scored())
		}) {
			f.add(place, GroupEmptied.With(g.ID))
		}
	}
	if c.Origin == Run && c.Phase != criteria.Preparation && !slices.Equal(c.Members, merged.Members) {
		f.add(place, MembersFixed.With(c.Phase))
	}
	if c.Origin == Run && c.Phase != criteria.Preparation && c.Year != merged.Year {
		f.add(place+".year", YearFixed.With(c.Year, c.Phase))
	}
}

func (c Cycle) same(d Cycle) bool {
	return c.Name == d.Name && c.Year == d.Year && slices.Equal(c.Groups, d.Groups) && slices.Equal(c.Members, d.Members)
}

func byAgency(members []Member) []Member {
	return slices.SortedFunc(slices.Values(members), func(a, b Member) int { return cmp.Compare(a.Agency, b.Agency) })
}
