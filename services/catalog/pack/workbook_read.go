package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/parindex/parindex/libs/civil"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/workbook"
	"github.com/parindex/parindex/libs/yamldoc"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// sheetTable is a sheet that is read as a table.
type sheetTable struct {
	*workbookReader

	table *table
	sheet workbook.Sheet
	// columns are the sheet's columns of the table's, by their place.
	columns map[int]int
}

// row is a row of a table: its cells, by the place of their column.
type row struct {
	number int
	cells  map[int]workbook.Cell
	// spots are the places of the cells of the head, whose fields are below each other.
	spots map[int]workbook.Spot
}

func (s *sheetTable) spot(r row, c *column) workbook.Spot {
	if at, ok := r.spots[c.place]; ok {
		return at
	}
	return s.sheet.At(r.number, s.columns[c.place])
}

// headers are the headers of a table by the places of its columns.
func (t *table) headers() []string {
	heads := make([]string, len(t.columns))
	for i, c := range t.columns {
		heads[i] = c.Head
	}
	return heads
}

// records returns the rows of each record: the first is its own, the others go on
// with its lists.
func (s *sheetTable) records() [][]row {
	if s.sheet.Index < 0 {
		return nil // the sheet is not there
	}
	heads := s.table.headers()
	t := s.sheet.Table(heads, len(heads), s.report)
	s.sheet.Tell(t.Head, s.tell)
	s.columns = t.Columns
	var records [][]row
	for _, line := range t.Lines {
		r, own := row{number: line[0].Row, cells: t.Cells(line)}, false
		for place := range r.cells {
			own = own || s.table.columns[place].own
		}
		switch last := len(records) - 1; {
		case len(r.cells) == 0:
		case own:
			records = append(records, []row{r})
		case last < 0:
			s.report(s.sheet.At(r.number, 0), RowWithoutRecord)
		default:
			records[last] = append(records[last], r)
		}
	}
	return records
}

// standing returns the one record of a table whose headers are below each other.
func (s *sheetTable) standing() []row {
	heads := s.table.headers()
	s.sheet.Tell(1, s.tell)
	cells, spots := s.sheet.Standing(heads, len(heads), s.report)
	return []row{{number: 1, cells: cells, spots: spots}}
}

// list reads all records as the entries of a list.
func (s *sheetTable) list(f Field, place string) []any {
	var entries []any
	for _, rows := range s.records() {
		at := fmt.Sprintf("%s[%d]", place, len(entries))
		s.places[at] = s.spot(rows[0], s.filled(rows[0], s.table.path))
		if len(entries) == f.Most {
			s.report(s.places[at], regulation.ListTooLong.With(f.Most))
		}
		entries = append(entries, s.fields(f.Fields, s.table.path, rows, at))
	}
	return entries
}

// filled returns the first column of a field that is filled in a row.
func (s *sheetTable) filled(r row, path string) *column {
	for _, c := range s.table.columns {
		if _, ok := r.cells[c.place]; ok && c.below(path) {
			return c
		}
	}
	return s.table.columns[0]
}

// any reports whether a row has something of a field.
func (s *sheetTable) any(r row, path string) bool {
	for place := range r.cells {
		if s.table.columns[place].below(path) {
			return true
		}
	}
	return false
}

// fields reads a map from the rows of a record or from one row of them.
func (s *sheetTable) fields(fields []Field, path string, rows []row, place string) map[string]any {
	read := map[string]any{}
	filled := func(f Field) bool {
		return slices.ContainsFunc(rows, func(r row) bool { return s.any(r, join(path, f.Key)) })
	}
	for _, f := range fields {
		at, named := join(path, f.Key), join(place, f.Key)
		var value any
		switch {
		case f.Kind == "map" && f.List:
			value = s.entries(f, at, rows, named)
		case f.Kind == "map" && !inCell(f):
			value = s.below(f, at, rows, named, filled(f))
		default:
			c := s.table.at(at)
			s.places[named] = s.spot(rows[0], c)
			value = s.value(f, at, rows[0], c)
		}
		if value != nil {
			read[f.Key] = value
		}
	}
	of := func(f Field) *column { return s.table.first(join(path, f.Key)) }
	s.oneOf(fields, filled, func(f Field) string { return of(f).Head }, func(f Field) workbook.Spot { return s.spot(rows[0], of(f)) })
	return read
}

// oneOf reports fields that exclude each other and of which one is needed, by how
// they are called, at the first of them.
func (r *workbookReader) oneOf(fields []Field, filled func(Field) bool, called func(Field) string, at func(Field) workbook.Spot) {
	for _, oneOf := range oneOfs(fields) {
		var all, there []string
		var first workbook.Spot
		needed := false
		for _, f := range fields {
			if f.OneOf != oneOf {
				continue
			}
			needed = f.OneOfNeeded
			if all == nil {
				first = at(f)
			}
			all = append(all, called(f))
			if filled(f) {
				there = append(there, called(f))
			}
		}
		switch {
		case len(there) > 1:
			r.report(first, CellsExclude.With(strings.Join(there, ", ")))
		case len(there) == 0 && needed:
			r.report(first, CellOfSeveralMissing.With(strings.Join(all, ", ")))
		}
	}
}

// entries reads a list of maps, one a row.
func (s *sheetTable) entries(f Field, path string, rows []row, place string) any {
	var entries []any
	for i, r := range rows {
		if !s.any(r, path) {
			continue
		}
		at := fmt.Sprintf("%s[%d]", place, len(entries))
		s.places[at] = s.spot(r, s.filled(r, path))
		if len(entries) == f.Most {
			s.report(s.places[at], regulation.ListTooLong.With(f.Most))
		}
		entries = append(entries, s.fields(f.Fields, path, rows[i:i+1], at))
	}
	if len(entries) < f.Least {
		s.report(s.spot(rows[0], s.table.first(path)), yamldoc.ValueMissing)
	}
	if entries == nil {
		return nil
	}
	return entries
}

// below reads a map that is spread over columns.
func (s *sheetTable) below(f Field, path string, rows []row, place string, filled bool) any {
	if isChoice(f) {
		return s.choice(f, path, rows, place)
	}
	if maybeEmpty(f) {
		c := s.table.at(path)
		s.places[place] = s.spot(rows[0], c)
		says, ok := s.value(Field{Kind: "bool"}, path, rows[0], c).(bool)
		switch {
		case ok && !says:
			for _, other := range s.table.columns {
				if _, there := rows[0].cells[other.place]; there && other != c && other.below(path) {
					s.report(s.spot(rows[0], other), CellWithoutMap.With(c.Head))
				}
			}
			return nil
		case !filled:
			return nil
		}
	} else if !filled && !f.Need {
		return nil
	}
	return s.fields(f.Fields, path, rows, place)
}

// choice reads the map that a column names, and reports cells of the others.
func (s *sheetTable) choice(f Field, path string, rows []row, place string) any {
	c := s.table.at(path)
	s.places[place] = s.spot(rows[0], c)
	text, ok := s.value(f, path, rows[0], c).(string)
	if !ok || text == "" {
		return nil
	}
	family := one(f.Fields, text)
	at := join(path, family.Key)
	for _, r := range rows {
		for _, other := range s.table.columns {
			if _, there := r.cells[other.place]; there && other != c && other.below(path) && !other.below(at) {
				s.report(s.spot(r, other), CellNotOfFamily.With(shown(f, path, text)))
			}
		}
	}
	s.places[join(place, family.Key)] = s.places[place]
	return map[string]any{family.Key: s.fields(family.Fields, at, rows, join(place, family.Key))}
}

// value reads a cell, or returns nil where there is nothing or nothing right.
func (s *sheetTable) value(f Field, path string, r row, c *column) any {
	at := s.spot(r, c)
	cell, ok := r.cells[c.place]
	if !ok {
		if f.Need && at.Column > 0 {
			s.report(at, yamldoc.ValueMissing)
		}
		return nil
	}
	text, ok := s.typed(f, cell, at)
	if !ok {
		return nil
	}
	if inCell(f) {
		return s.facts(f, c.facts, text, at)
	}
	return s.text(f, path, text, at)
}

// typed returns what somebody typed into a cell for a field, from what the
// spreadsheet made of it.
func (r *workbookReader) typed(f Field, cell workbook.Cell, at workbook.Spot) (string, bool) {
	if cell.Reported() {
		return "", false
	}
	wanted := map[string]workbook.Wanted{
		"points": workbook.WantFigure, "int": workbook.WantFigure, "date": workbook.WantDate, "bool": workbook.WantBool, "map": workbook.WantBool,
	}[f.Kind]
	typed, err := cell.Typed(wanted)
	if err != nil {
		r.report(at, err)
	}
	return typed, err == nil
}

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// between matches the characters that separate the entries of a list in one cell.
func between(r rune) bool { return r == ';' || r == ',' || r == '\n' }

// text reads the text of a cell, or nil after a finding.
func (r *workbookReader) text(f Field, path, typed string, at workbook.Spot) any {
	if f.List {
		return r.texts(f, path, typed, at)
	}
	trimmed := strings.TrimSpace(typed)
	switch f.Kind {
	case "points":
		if p, err := points.Parse(trimmed); err == nil {
			return p.String()
		}
		r.report(at, yamldoc.ValueNotPoints.With(clip(typed)))
		return nil
	case "date":
		if _, err := civil.Parse(trimmed); err == nil {
			return trimmed
		}
		r.report(at, yamldoc.ValueNotDate.With(clip(typed)))
		return nil
	case "int":
		return r.number(f, trimmed, at)
	case "bool", "enum", "map":
		return r.listed(f, path, trimmed, at)
	}
	clean, err := f.rule().Tidy(typed)
	if err == nil {
		err = f.misshapen(clean)
	}
	if err != nil {
		r.report(at, err)
		return nil
	}
	return clean
}

func (r *workbookReader) texts(f Field, path, text string, at workbook.Spot) any {
	var list []any
	seen := map[any]bool{}
	entry := f
	entry.List = false
	for _, part := range strings.FieldsFunc(text, between) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		value := r.text(entry, path, part, at)
		if f.Distinct && value != nil && seen[value] {
			r.report(at, EntryTwice.With(value))
		}
		seen[value] = true
		list = append(list, value)
	}
	switch {
	case len(list) > f.Most:
		r.report(at, regulation.ListTooLong.With(f.Most))
	case len(list) < f.Least:
		r.report(at, yamldoc.ValueMissing)
	case len(list) == 0:
		return nil
	}
	return list
}

func (r *workbookReader) number(f Field, text string, at workbook.Spot) any {
	i, err := strconv.ParseInt(text, 10, 32)
	if err != nil || !wholeNumber.MatchString(text) {
		r.report(at, yamldoc.ValueNotInt.With(clip(text)))
		return nil
	}
	if err := f.outOfRange(int(i)); err != nil {
		r.report(at, err)
		return nil
	}
	return i
}

// listed reads one of several words.
func (r *workbookReader) listed(f Field, path, text string, at workbook.Spot) any {
	value, ok := meant(f, path, text)
	if !ok {
		var words []string
		for _, v := range listedIn(f) {
			words = append(words, shown(f, path, v))
		}
		r.report(at, yamldoc.ValueNotListed.With(clip(text), strings.Join(words, "; ")))
		return nil
	}
	if f.Kind == "bool" {
		return value == "true"
	}
	return value
}
