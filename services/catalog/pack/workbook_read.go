package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/parindex/parindex/libs/civil"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/text"
	"github.com/parindex/parindex/libs/yamldoc"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
	"github.com/parindex/parindex/services/catalog/pack/xlsx"
)

// sheetTable is a sheet that is read as a table.
type sheetTable struct {
	*workbookReader

	table *table
	index int
	sheet xlsx.Sheet
	// head is the row of the headers, columns the sheet's columns of the table's, by
	// their place.
	head    int
	columns map[int]int
}

// row is a row of a table: its cells, by the place of their column.
type row struct {
	number int
	cells  map[int]xlsx.Cell
	// spots are the places of the cells of the head, whose fields are below each other.
	spots map[int]spot
}

func (s *sheetTable) spot(r row, c *column) spot {
	if at, ok := r.spots[c.place]; ok {
		return at
	}
	return spot{s.index, s.sheet.Name, r.number, s.columns[c.place]}
}

func (s *sheetTable) cellSpot(c xlsx.Cell) spot { return spot{s.index, s.sheet.Name, c.Row, c.Column} }

// lines returns the sheet's rows except those of white space only, and reports cells
// that no table may have.
func (s *sheetTable) lines() [][]xlsx.Cell {
	for _, area := range s.sheet.Merged {
		at := spot{sheet: s.index, name: s.sheet.Name}
		first, _, _ := strings.Cut(area, ":")
		if column, row, ok := xlsx.Parse(first); ok {
			at.row, at.column = row, column
		}
		s.report(at, CellMerged.With(clip(area)))
	}
	var lines [][]xlsx.Cell
	for _, c := range s.sheet.Cells {
		switch {
		case c.Kind == xlsx.Text && strings.TrimSpace(c.Text) == "":
			continue
		case c.Kind == xlsx.Formula:
			s.report(s.cellSpot(c), CellFormula)
		case c.Kind == xlsx.Error:
			s.report(s.cellSpot(c), CellError.With(clip(c.Text)))
		case c.Kind == xlsx.TooLong:
			s.report(s.cellSpot(c), CellTooLong.With(xlsx.MaxText))
		}
		if last := len(lines) - 1; last >= 0 && lines[last][0].Row == c.Row {
			lines[last] = append(lines[last], c)
		} else {
			lines = append(lines, []xlsx.Cell{c})
		}
	}
	return lines
}

// heads finds the columns by the first row with content. It skips columns with a
// wrong header.
func (s *sheetTable) heads(line []xlsx.Cell) (fields map[int]*column, wrong map[int]bool) {
	fields, wrong = map[int]*column{}, map[int]bool{}
	s.columns = map[int]int{}
	for _, c := range line {
		s.head = c.Row
		known := s.table.heads[text.Key(c.Text)]
		switch {
		case known == nil:
			s.report(s.cellSpot(c), HeaderUnknown.With(clip(c.Text)))
		case s.columns[known.place] > 0:
			first := spot{row: c.Row, column: s.columns[known.place]}
			s.report(s.cellSpot(c), HeaderTwice.With(known.Head, first.cell()))
		default:
			s.columns[known.place], fields[c.Column] = c.Column, known
			continue
		}
		wrong[c.Column] = true
	}
	var missing []string
	for _, c := range s.table.columns {
		if s.columns[c.place] == 0 {
			missing = append(missing, c.Head)
		}
	}
	if len(missing) > 0 {
		s.report(spot{s.index, s.sheet.Name, max(s.head, 1), 0}, HeadersMissing.With(strings.Join(missing, ", ")))
	}
	return fields, wrong
}

// records returns the rows of each record: the first is its own, the others go on
// with its lists.
func (s *sheetTable) records() [][]row {
	if s.index < 0 {
		return nil // the sheet is not there
	}
	lines := s.lines()
	if len(lines) == 0 {
		lines = [][]xlsx.Cell{nil}
	}
	fields, wrong := s.heads(lines[0])
	var records [][]row
	for _, line := range lines[1:] {
		r, own := row{number: line[0].Row, cells: map[int]xlsx.Cell{}}, false
		for _, cell := range line {
			if c := fields[cell.Column]; c != nil {
				r.cells[c.place], own = cell, own || c.own
			} else if !wrong[cell.Column] {
				s.report(s.cellSpot(cell), ColumnWithoutHeader.With(xlsx.Column(cell.Column)))
				wrong[cell.Column] = true // report it once
			}
		}
		switch last := len(records) - 1; {
		case len(r.cells) == 0:
		case own:
			records = append(records, []row{r})
		case last < 0:
			s.report(spot{s.index, s.sheet.Name, r.number, 0}, RowWithoutRecord)
		default:
			records[last] = append(records[last], r)
		}
	}
	return records
}

// standing returns the one record of a table whose headers are below each other.
func (s *sheetTable) standing() []row {
	r := row{number: 1, cells: map[int]xlsx.Cell{}, spots: map[int]spot{}}
	lines, label, value, note := s.lines(), 0, 0, 0
	if len(lines) == 0 {
		lines = [][]xlsx.Cell{nil}
	}
	for _, c := range lines[0] {
		into := map[string]*int{text.Key(headLabel): &label, text.Key(headValue): &value, text.Key(headNote): &note}[text.Key(c.Text)]
		switch {
		case into == nil:
			s.report(s.cellSpot(c), HeaderUnknown.With(clip(c.Text)))
		case *into > 0:
			s.report(s.cellSpot(c), HeaderTwice.With(clip(c.Text), spot{row: c.Row, column: *into}.cell()))
		default:
			*into = c.Column
		}
	}
	if label == 0 || value == 0 {
		s.report(spot{s.index, s.sheet.Name, 1, 0}, HeadersMissing.With(headLabel+", "+headValue))
		return []row{r}
	}
	s.standingRows(lines[1:], label, value, note, r)
	return []row{r}
}

func (s *sheetTable) standingRows(lines [][]xlsx.Cell, label, value, note int, r row) {
	var missing []string
	for _, line := range lines {
		var known *column
		labelled := false
		for _, c := range line {
			if c.Column != label {
				continue
			}
			labelled = true
			known = s.table.heads[text.Key(c.Text)]
			switch {
			case known == nil:
				s.report(s.cellSpot(c), HeaderUnknown.With(clip(c.Text)))
			case r.spots[known.place] != spot{}:
				s.report(s.cellSpot(c), HeaderTwice.With(known.Head, spot{row: r.spots[known.place].row, column: label}.cell()))
				known = nil
			default:
				r.spots[known.place] = spot{s.index, s.sheet.Name, c.Row, value}
			}
		}
		for _, c := range line {
			switch {
			case c.Column == value && known != nil:
				r.cells[known.place] = c
			case c.Column == value && !labelled:
				s.report(spot{s.index, s.sheet.Name, c.Row, label}, yamldoc.ValueMissing) // nothing says what it is
			case c.Column != label && c.Column != note && c.Column != value:
				s.report(s.cellSpot(c), ColumnWithoutHeader.With(xlsx.Column(c.Column)))
			}
		}
	}
	for _, c := range s.table.columns {
		if r.spots[c.place] == (spot{}) {
			missing = append(missing, c.Head)
			r.spots[c.place] = spot{sheet: s.index, name: s.sheet.Name}
		}
	}
	if len(missing) > 0 {
		s.report(spot{sheet: s.index, name: s.sheet.Name}, HeadersMissing.With(strings.Join(missing, ", ")))
	}
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
	s.oneOf(fields, filled, func(f Field) string { return of(f).Head }, func(f Field) spot { return s.spot(rows[0], of(f)) })
	return read
}

// oneOf reports fields that exclude each other and of which one is needed, by how
// they are called, at the first of them.
func (r *workbookReader) oneOf(fields []Field, filled func(Field) bool, called func(Field) string, at func(Field) spot) {
	for _, oneOf := range oneOfs(fields) {
		var all, there []string
		var first spot
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
		if f.Need && at.column > 0 {
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
func (r *workbookReader) typed(f Field, cell xlsx.Cell, at spot) (string, bool) {
	figure := f.Kind == "points" || f.Kind == "int"
	switch cell.Kind {
	case xlsx.Text:
		return cell.Text, true
	case xlsx.Number:
		exact, ok := cell.Decimal()
		if ok && (figure || f.Kind == "text" && !strings.Contains(exact, ".")) {
			return exact, true
		}
	case xlsx.Percent:
		if figure {
			r.report(at, CellPercent)
			return "", false
		}
	case xlsx.Date:
		if f.Kind == "date" {
			return cell.Text, true
		}
	case xlsx.Bool:
		if f.Kind == "bool" || f.Kind == "map" {
			return cell.Text, true
		}
	case xlsx.Formula, xlsx.Error, xlsx.TooLong: // reported already
		return "", false
	}
	if figure {
		r.report(at, yamldoc.ValueNotPoints.With(clip(cell.Text)))
	} else {
		r.report(at, CellNotText.With(clip(cell.Text)))
	}
	return "", false
}

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// between matches the characters that separate the entries of a list in one cell.
func between(r rune) bool { return r == ';' || r == ',' || r == '\n' }

// text reads the text of a cell, or nil after a finding.
func (r *workbookReader) text(f Field, path, typed string, at spot) any {
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

func (r *workbookReader) texts(f Field, path, text string, at spot) any {
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

func (r *workbookReader) number(f Field, text string, at spot) any {
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
func (r *workbookReader) listed(f Field, path, text string, at spot) any {
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
