// Package pack reads catalog files: one authority with its agencies, groups and
// cycles, as YAML. README.md beside it describes the format. It needs no
// database and no server.
package pack

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/text"
	"github.com/parindex/parindex/libs/yamldoc"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

const (
	// Format is the format this package reads, the value of a file's first key.
	Format = "parindex.catalog/1"
	// MaxBytes is the largest file.
	MaxBytes = 1 << 20
)

// File is a catalog file without errors of its own.
type File struct {
	// Catalog is the content of the file, its texts cleaned as Name does.
	Catalog catalog.Catalog

	doc *yamldoc.Doc
	// nodes are the values of the file by the places of Catalog's findings.
	nodes map[string]yamldoc.Node
}

// Read reads a file of at most MaxBytes. It fails with CATALOG_FILE_INVALID,
// whose violations list every fault with its line, in the file's order.
func Read(data []byte) (*File, error) {
	f := &File{doc: yamldoc.Parse(data, yamldoc.Limits{Bytes: MaxBytes}), nodes: map[string]yamldoc.Node{}}
	root := f.doc.Root().Map("format", "authority", "agencies", "cycles")
	format := root.Need("format")
	if text := format.Text(); text != "" && text != Format {
		format.Report(yamldoc.FormatUnknown.With(clip(text), Format))
		return nil, f.doc.Err(CatalogFileInvalid) // the rest follows other rules
	}
	f.authority(root.Need("authority"))
	f.agencies(root.Maybe("agencies"))
	f.cycles(root.Maybe("cycles"))
	if err := f.Refuse(f.Catalog.Check()); err != nil {
		return nil, err
	}
	return f, nil
}

// Refuse returns CATALOG_FILE_INVALID with what was found wrong with f's
// Catalog, at its lines, or nil if there is nothing.
func (f *File) Refuse(found []fault.Violation) error {
	for _, v := range found {
		node, ok := f.nodes[v.Field]
		if !ok {
			node = f.doc.Root()
		}
		node.Report(v.Reason())
	}
	return f.doc.Err(CatalogFileInvalid)
}

// place records the value of the file that is at a place of the Catalog.
func (f *File) place(n yamldoc.Node, format string, args ...any) yamldoc.Node {
	f.nodes[fmt.Sprintf(format, args...)] = n
	return n
}

func (f *File) authority(n yamldoc.Node) {
	m := n.Map("id", "name", "parent")
	f.Catalog.Authority = catalog.Authority{
		ID:     slug(m.Need("id")),
		Name:   nameOf(m.Need("name"), catalog.MaxName).Text,
		Parent: slug(f.place(m.Maybe("parent"), "authority.parent")),
	}
}

func (f *File) agencies(n yamldoc.Node) {
	list := atMost(catalog.MaxAgencies, f.place(n, "agencies"))
	for i, item := range list {
		m := f.place(item, "agencies[%d]", i).Map("id", "name", "aliases", "parent")
		a := catalog.Agency{
			ID:     slug(m.Need("id")),
			Name:   nameOf(f.place(m.Need("name"), "agencies[%d].name", i), catalog.MaxName),
			Parent: slug(f.place(m.Maybe("parent"), "agencies[%d].parent", i)),
		}
		for j, alias := range atMost(catalog.MaxAliases, m.Maybe("aliases")) {
			a.Aliases = append(a.Aliases, nameOf(f.place(alias, "agencies[%d].aliases[%d]", i, j), catalog.MaxName))
		}
		f.Catalog.Agencies = append(f.Catalog.Agencies, a)
	}
}

func (f *File) cycles(n yamldoc.Node) {
	for i, item := range atMost(catalog.MaxCycles, n) {
		place := fmt.Sprintf("cycles[%d]", i)
		m := f.place(item, "%s", place).Map("id", "name", "year", "origin", "groups")
		c := catalog.Cycle{
			ID:     slug(m.Need("id")),
			Name:   nameOf(m.Need("name"), catalog.MaxName).Text,
			Year:   year(f.place(m.Need("year"), "%s.year", place)),
			Origin: catalog.Origin(f.place(m.Need("origin"), "%s.origin", place).OneOf(string(catalog.Run), string(catalog.Imported))),
		}
		groups := m.Need("groups")
		list := atMost(regulation.MaxGroups, groups)
		if len(list) == 0 {
			groups.Report(yamldoc.ValueMissing)
		}
		for j, group := range list {
			f.group(&c, f.place(group, "%s.groups[%d]", place, j), place)
		}
		f.Catalog.Cycles = append(f.Catalog.Cycles, c)
	}
}

func (f *File) group(c *catalog.Cycle, n yamldoc.Node, place string) {
	m := n.Map("id", "name", "scored", "notScored")
	g := regulation.Group{ID: slug(m.Need("id")), Name: nameOf(m.Need("name"), catalog.MaxName).Text}
	c.Groups = append(c.Groups, g)
	add := func(n yamldoc.Node, reason string) {
		f.place(n, "%s.members[%d]", place, len(c.Members))
		c.Members = append(c.Members, catalog.Member{Agency: slug(n), Group: g.ID, NotScored: reason})
	}
	for _, agency := range m.Maybe("scored").List() {
		add(agency, "")
	}
	for _, item := range m.Maybe("notScored").List() {
		m := item.Map("agency", "reason")
		add(m.Need("agency"), nameOf(m.Need("reason"), catalog.MaxReason).Text)
	}
}

// year returns the year of a cycle, or 0 with a finding.
func year(n yamldoc.Node) int32 {
	y := n.Int()
	if y < catalog.MinYear || y > catalog.MaxYear {
		n.Report(catalog.YearOutOfRange.With(y, catalog.MinYear, catalog.MaxYear))
		return 0
	}
	return int32(y)
}

// slug returns an id, or "" with a finding.
func slug(n yamldoc.Node) string { return n.Clean(text.Slug) }

// nameOf returns a name or reason, or nothing with a finding: a catalog file in a
// legacy encoding is refused.
func nameOf(n yamldoc.Node, most int) catalog.Name {
	return Name(n.Clean(text.Rule{Kind: text.Name, Most: most}.Clean))
}

// atMost returns the entries of a list, with a finding if there are too many.
func atMost(most int, n yamldoc.Node) []yamldoc.Node {
	list := n.List()
	if len(list) > most {
		n.Report(regulation.ListTooLong.With(most))
	}
	return list
}

// clip shortens what a message quotes from the file.
func clip(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
