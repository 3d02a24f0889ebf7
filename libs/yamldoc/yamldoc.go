// Package yamldoc reads a YAML document strictly and remembers the position of
// every value, so that an importer can list every fault of a file with its line. It
// does not depend on a format.
//
// Reading never stops at the first fault. An importer reads its whole document as
// if it were valid, gets zero values for invalid parts, and asks for the findings
// once at the end:
//
//	doc := yamldoc.Parse(data, yamldoc.Limits{})
//	root := doc.Root().Map("cycle", "entries")
//	cycle := root.Need("cycle").Text()
//	for _, n := range root.Need("entries").List() {
//		entry := n.Map("agency", "points", "note")
//		agency := entry.Need("agency")
//		if !known[agency.Text()] {
//			agency.Report(AgencyUnknown.With(agency.Text()))
//		}
//		…
//	}
//	return doc.Err(FileRefused)
//
// If a value is missing or malformed, everything read below it is silent: one
// mistake is one finding, and faults of the importer reported there are dropped.
//
// Figures, dates and codes are taken from the characters of the file, quoted or
// bare, never from a number that the YAML library made of them: 1.10 stays "1.10".
package yamldoc

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Limits limits what is read. A field of 0 means its default.
type Limits struct {
	// Bytes is the largest document; 1 MiB by default.
	Bytes int
	// Depth is how deep mappings and lists may be nested; 32 by default.
	Depth int
	// Findings is how many findings are kept; 1000 by default.
	Findings int
}

func (l Limits) orDefaults() Limits {
	return Limits{
		Bytes:    cmp.Or(l.Bytes, 1<<20),
		Depth:    cmp.Or(l.Depth, 32),
		Findings: cmp.Or(l.Findings, 1000),
	}
}

// Doc is a parsed document with its findings so far. It is not safe for concurrent
// use.
type Doc struct {
	limits   Limits
	lines    int
	root     *yaml.Node // nil when nothing could be read
	findings []Finding
	cut      bool
	// faulty contains the nodes that already have a finding of this package.
	faulty map[*yaml.Node]bool
	// places are those of nodes that were built of a workbook.
	places map[*yaml.Node]position
}

// Parse reads one YAML document in UTF-8. It always returns a Doc. If the document
// is unreadable (syntax, size, encoding, a second document), that is a finding and
// its Root is silent. Anchors, aliases, tags and too deep nesting are findings, but
// the rest of the document can still be read.
func Parse(data []byte, limits Limits) *Doc {
	d := &Doc{limits: limits.orDefaults(), lines: countLines(data), faulty: make(map[*yaml.Node]bool)}
	d.root = d.read(data)
	if d.root != nil {
		d.inspect(d.Root(), 1)
	}
	return d
}

// Root returns the value of the document.
func (d *Doc) Root() Node {
	if d.root == nil {
		return Node{}
	}
	return d.node("", d.root)
}

// read returns the root of data, or nil after a finding.
func (d *Doc) read(data []byte) *yaml.Node {
	if len(data) > d.limits.Bytes {
		d.add(position{line: 1}, "", DocumentTooLarge.With(d.limits.Bytes))
		return nil
	}
	if line := firstLineNotUTF8(data); line > 0 {
		d.add(position{line: line}, "", DocumentNotUTF8)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	if err := decoder.Decode(&first); err != nil {
		d.addSyntax(data, err)
		return nil
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		d.add(d.place(&second), "", DocumentSeveral)
		return nil
	case !errors.Is(err, io.EOF):
		d.addSyntax(data, err)
		return nil
	}
	root := first.Content[0]
	if isBlank(root) {
		d.add(d.place(root), "", DocumentEmpty)
		return nil
	}
	return root
}

// inspect refuses anchors, aliases and tags, because with them a file means more
// than a reader sees, and cuts off what is nested too deep. An alias is not
// followed, so the document cannot grow beyond the size of the file.
func (d *Doc) inspect(n Node, depth int) {
	y := n.yaml
	switch {
	case y.Kind == yaml.AliasNode || y.Anchor != "":
		n.refuse(AliasRefused)
	case y.Style&yaml.TaggedStyle != 0:
		n.refuse(TagRefused.With(clip(y.Tag)))
	case len(y.Content) > 0 && depth > d.limits.Depth:
		n.refuse(NestingTooDeep.With(d.limits.Depth))
		y.Kind, y.Content = 0, nil // no reading method takes it
	}
	switch y.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(y.Content); i += 2 {
			key, value := n.field(y.Content[i], y.Content[i+1])
			if r, found := oddIn(key.yaml.Value); found && key.yaml.Style == 0 {
				key.refuse(SpaceNotPlain.With(named(r)))
			}
			d.inspect(key, depth+1)
			d.inspect(value, depth+1)
		}
	case yaml.SequenceNode:
		for i, item := range y.Content {
			d.inspect(n.item(i, item), depth+1)
		}
	default: // a scalar has no children
	}
}

func countLines(data []byte) int {
	return 1 + bytes.Count(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
}

func firstLineNotUTF8(data []byte) int {
	if utf8.Valid(data) {
		return 0
	}
	for i, line := range bytes.Split(data, []byte("\n")) {
		if !utf8.Valid(line) {
			return i + 1
		}
	}
	return 1
}

// clip shortens the text that a message quotes from the file.
func clip(text string) string {
	const most = 60
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
