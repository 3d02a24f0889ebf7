package pack

import (
	"slices"
	"strings"
	"sync"

	"github.com/parindex/parindex/libs/text"
)

// layout is how a regulation is laid out in a workbook. It follows from the form: a
// list of the regulation is a sheet with a row for each entry, a field is a column.
type layout struct {
	// head has its columns as rows, one below the other.
	head *table
	// groups, classes and nodes are the criteria sets: the groups, their classes, and
	// one sheet of nodes for each group.
	groups, classes, nodes *table
	// lists are the other lists of the regulation.
	lists []*table
}

// table is a sheet with one record a row. What a record has a list of, as the
// options of a rule, goes on in the rows below it, which leave the other columns
// empty.
type table struct {
	// path is that of the records' list in the form; empty for the head.
	path string
	// sheet is the name of its sheet; empty if the workbook names the sheet itself.
	sheet   string
	fields  []Field
	columns []*column
	heads   map[string]*column // by the key of the header
}

// column is a column of a table.
type column struct {
	word

	place int // in the table's columns
	// paths are those of its fields; several belong to rules of different families.
	paths []string
	field Field // the first one
	// own means that it belongs to the record itself and not to a list of the record.
	own bool
	// listed are the words that its cells can have.
	listed []string
	// names is the path of the field whose values its cells name; empty for none.
	names string
	// facts are the lines of its cells, where they hold a map.
	facts []fact
}

// sheetLayout is the layout of every workbook.
var sheetLayout = sync.OnceValue(func() *layout {
	var head []Field
	l := new(layout)
	for _, f := range Form() {
		switch {
		case f.Key == "criteriaSets":
			l.criteria(f)
		case f.Kind == "map" && f.List:
			l.lists = append(l.lists, newTable(f.Key, f.Fields))
		default:
			head = append(head, f)
		}
	}
	l.head = newTable("", head)
	l.head.sheet = headSheet
	return l
})

func (l *layout) criteria(sets Field) {
	var own []Field
	for _, f := range sets.Fields {
		switch f.Key {
		case "nodes":
			l.nodes = newTable("criteriaSets.nodes", f.Fields)
			l.nodes.sheet = ""
		case "classes":
			l.classes = newTable("criteriaSets.classes", slices.Concat([]Field{one(sets.Fields, "group")}, f.Fields))
		default:
			own = append(own, f)
		}
	}
	l.groups = newTable("criteriaSets", slices.Concat(own, []Field{{Key: "sheet", Kind: "text", Need: true, Longest: maxSheetName}}))
}

// tables are the tables whose sheets every workbook has, in their order.
func (l *layout) tables() []*table {
	return slices.Concat([]*table{l.head, l.groups, l.classes}, l.lists)
}

func newTable(path string, fields []Field) *table {
	t := &table{path: path, sheet: words[path].Head, fields: fields, heads: map[string]*column{}}
	t.add(fields, path, true)
	return t
}

// add adds the columns of fields.
func (t *table) add(fields []Field, path string, own bool) {
	for _, f := range fields {
		at := join(path, f.Key)
		switch {
		case f.Kind != "map" || inCell(f):
			t.column(f, at, own)
		case isChoice(f):
			t.column(f, at, own)
			for _, family := range f.Fields {
				t.add(family.Fields, join(at, family.Key), own)
			}
		case f.List:
			t.add(f.Fields, at, false)
		default:
			if maybeEmpty(f) {
				t.column(f, at, own)
			}
			t.add(f.Fields, at, own)
		}
	}
}

// isChoice reports whether a map is one of several maps, as a rule is of one family:
// a column says which, and the families share columns.
func isChoice(f Field) bool {
	return len(f.Fields) > 0 && !slices.ContainsFunc(f.Fields, func(one Field) bool { return one.Kind != "map" || !one.OneOfNeeded })
}

// inCell reports whether a map has no columns but stands in one cell, a fact a
// line: what has keys that are data.
func inCell(f Field) bool {
	return f.Kind == "map" && !f.List && (f.Dictionary || slices.ContainsFunc(f.Fields, inCell))
}

// maybeEmpty reports whether a map can be there without any of its fields, so that a
// column has to say whether it is.
func maybeEmpty(f Field) bool {
	return !slices.ContainsFunc(f.Fields, func(one Field) bool { return one.Need || one.OneOfNeeded })
}

func (t *table) column(f Field, path string, own bool) {
	w := words[path]
	switch {
	case path == "criteriaSets.sheet":
		w = word{Head: sheetColumn, Note: "Tên trang tính có bộ tiêu chí của khối này."}
	case path == "criteriaSets.classes.group":
		w = word{Head: groupColumn, Note: groupNote}
	case w.Head == "":
		w.Head = path // a field that has no word yet
	}
	if c := t.heads[text.Key(w.Head)]; c != nil {
		c.paths = append(c.paths, path)
		return
	}
	c := &column{word: w, place: len(t.columns), paths: []string{path}, field: f, own: own}
	for _, v := range listedIn(f) {
		c.listed = append(c.listed, shown(f, path, v))
	}
	c.names = named[w.Note]
	if inCell(f) {
		c.facts = factsOf(f)
	}
	t.heads[text.Key(w.Head)] = c
	t.columns = append(t.columns, c)
}

// listedIn are the values that a field's cells can have, in the contract's words.
func listedIn(f Field) []string {
	switch {
	case f.Kind == "enum" || f.Kind == "bool" && len(f.Values) > 0:
		return f.Values
	case f.Kind == "map" && isChoice(f) && !inCell(f):
		return keys(f.Fields)
	case f.Kind == "bool", f.Kind == "map" && !inCell(f):
		return []string{"true", "false"}
	}
	return nil
}

// shown is the text of a cell for a value.
func shown(f Field, path, value string) string {
	text := choices[path][value]
	switch {
	case f.Kind == "bool" || f.Kind == "map" && !isChoice(f):
		text = map[string]string{"true": yes, "false": no}[value]
	case f.Kind == "map":
		text = families[value]
	}
	if text == "" {
		return value
	}
	return text
}

// meant is the value that a cell's text means: as it is shown, or the
// contract's word.
func meant(f Field, path, typed string) (value string, ok bool) {
	for _, v := range listedIn(f) {
		if v == typed || shown(f, path, v) == typed {
			return v, true
		}
	}
	for _, v := range listedIn(f) {
		if text.Key(shown(f, path, v)) == text.Key(typed) {
			return v, true
		}
	}
	return "", false
}

// at returns the column of a field.
func (t *table) at(path string) *column {
	for _, c := range t.columns {
		if slices.Contains(c.paths, path) {
			return c
		}
	}
	panic("pack: no column for " + path)
}

// below reports whether c has a field at or below a path.
func (c *column) below(path string) bool {
	return slices.ContainsFunc(c.paths, func(p string) bool {
		rest, ok := strings.CutPrefix(p, path)
		return ok && (rest == "" || rest[0] == '.')
	})
}

// first returns the first column of a field or of one below it.
func (t *table) first(path string) *column {
	i := slices.IndexFunc(t.columns, func(c *column) bool { return c.below(path) })
	return t.columns[i]
}

// has reports whether a field has a column.
func (t *table) has(path string) bool {
	return slices.ContainsFunc(t.columns, func(c *column) bool { return slices.Contains(c.paths, path) })
}
