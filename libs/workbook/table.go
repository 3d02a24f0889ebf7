package workbook

import (
	"strings"

	"github.com/parindex/parindex/libs/text"
)

// Lines returns the sheet's rows except those of white space only, and reports cells
// that no table may have.
func (s Sheet) Lines(report Report) [][]Cell {
	for _, area := range s.Merged {
		at := s.At(0, 0)
		first, _, _ := strings.Cut(area, ":")
		if column, row, ok := Parse(first); ok {
			at = s.At(row, column)
		}
		report(at, CellMerged.With(clip(area)))
	}
	var lines [][]Cell
	for _, c := range s.Cells {
		switch {
		case c.blank():
			continue
		case c.Kind == Formula:
			report(s.Of(c), CellFormula)
		case c.Kind == Error:
			report(s.Of(c), CellError.With(clip(c.Text)))
		case c.Kind == TooLong:
			report(s.Of(c), CellTooLong.With(MaxText))
		}
		if last := len(lines) - 1; last >= 0 && lines[last][0].Row == c.Row {
			lines[last] = append(lines[last], c)
		} else {
			lines = append(lines, []Cell{c})
		}
	}
	return lines
}

// Table is a sheet whose first line has the headers of its columns.
type Table struct {
	// Head is the row of the headers.
	Head int
	// Columns are the sheet's columns by the place of their header.
	Columns map[int]int
	// Lines are those below the headers.
	Lines [][]Cell

	sheet  Sheet
	report Report
	places map[int]int // the places of headers by column, −1 for a wrong one
}

// Table reads a table of which these are the headers; it reports unknown ones, and
// those of the first needed ones that are missing.
func (s Sheet) Table(heads []string, needed int, report Report) *Table {
	t := &Table{Columns: map[int]int{}, sheet: s, report: report, places: map[int]int{}}
	keys := keysOf(heads)
	var first []Cell
	if lines := s.Lines(report); len(lines) > 0 {
		first, t.Lines, t.Head = lines[0], lines[1:], lines[0][0].Row
	}
	for _, c := range first {
		place, known := keys[text.Key(c.Text)]
		t.places[c.Column] = -1
		switch {
		case !known:
			report(s.Of(c), HeaderUnknown.With(clip(c.Text)))
		case t.Columns[place] > 0:
			report(s.Of(c), HeaderTwice.With(heads[place], s.At(t.Head, t.Columns[place]).Cell()))
		default:
			t.Columns[place], t.places[c.Column] = c.Column, place
		}
	}
	missing(s.At(max(t.Head, 1), 0), heads[:needed], func(i int) bool { return t.Columns[i] > 0 }, report)
	return t
}

// Cells returns the cells of a line by the places of their headers. It reports a column
// without header once.
func (t *Table) Cells(line []Cell) map[int]Cell {
	cells := map[int]Cell{}
	for _, c := range line {
		place, ok := t.places[c.Column]
		switch {
		case !ok:
			t.report(t.sheet.Of(c), ColumnWithoutHeader.With(Column(c.Column)))
			t.places[c.Column] = -1
		case place >= 0:
			cells[place] = c
		}
	}
	return cells
}

// The headers of a sheet of which each line has a header of its own, its value and a
// note.
const (
	HeadLabel = "Mục"
	HeadValue = "Nội dung"
	HeadNote  = "Giải thích"
)

// Standing reads such a sheet: the cells of the values by the places of these headers,
// and the spots of the values, also of those that are empty. It reports unknown
// headers, and those of the first needed ones that are missing.
func (s Sheet) Standing(heads []string, needed int, report Report) (cells map[int]Cell, spots map[int]Spot) {
	t := s.Table([]string{HeadLabel, HeadValue, HeadNote}, 2, report)
	cells, spots = map[int]Cell{}, map[int]Spot{}
	if len(t.Columns) == 0 || t.Columns[0] == 0 || t.Columns[1] == 0 {
		return cells, spots
	}
	keys := keysOf(heads)
	for _, line := range t.Lines {
		in := t.Cells(line)
		label, labelled := in[0]
		value, valued := in[1]
		place, known := keys[text.Key(label.Text)]
		switch {
		case !labelled && valued:
			report(s.At(value.Row, t.Columns[0]), LabelMissing)
		case !labelled:
		case !known:
			report(s.Of(label), HeaderUnknown.With(clip(label.Text)))
		case spots[place] != Spot{}:
			report(s.Of(label), HeaderTwice.With(heads[place], s.At(spots[place].Row, label.Column).Cell()))
		default:
			spots[place] = s.At(label.Row, t.Columns[1])
			if valued {
				cells[place] = value
			}
		}
	}
	missing(s.At(0, 0), heads[:needed], func(i int) bool { return spots[i] != Spot{} }, report)
	for i := range heads {
		if spots[i] == (Spot{}) {
			spots[i] = s.At(0, 0)
		}
	}
	return cells, spots
}

// keysOf returns the places of headers by their keys.
func keysOf(heads []string) map[string]int {
	keys := map[string]int{}
	for i, head := range heads {
		keys[text.Key(head)] = i
	}
	return keys
}

// missing reports headers that are not there.
func missing(at Spot, heads []string, has func(int) bool, report Report) {
	var names []string
	for i, head := range heads {
		if !has(i) {
			names = append(names, head)
		}
	}
	if len(names) > 0 {
		report(at, HeadersMissing.With(strings.Join(names, ", ")))
	}
}

// Wanted is what a cell is to hold.
type Wanted uint8

const (
	// WantText is a text or a code, of which a spreadsheet may have made a whole number.
	WantText Wanted = iota
	// WantFigure is a number.
	WantFigure
	// WantDate is a civil date.
	WantDate
	// WantBool is yes or no.
	WantBool
)

// Typed returns what somebody typed into a cell, from what the spreadsheet made of it.
// It fails with CellPercent and CellNotText. A figure may still be malformed.
func (c Cell) Typed(wanted Wanted) (string, error) {
	switch exact, isExact := c.Decimal(); {
	case c.Kind == Text, c.Kind == Date && wanted == WantDate, c.Kind == Bool && wanted == WantBool:
		return c.Text, nil
	case c.Kind == Percent && wanted == WantFigure:
		return "", CellPercent
	case isExact && (wanted == WantFigure || wanted == WantText && !strings.Contains(exact, ".")):
		return exact, nil
	case wanted == WantFigure:
		return c.Text, nil
	}
	return "", CellNotText.With(clip(c.Text))
}

// Reported reports whether Lines has reported that a cell has no value to read.
func (c Cell) Reported() bool { return c.Kind == Formula || c.Kind == Error || c.Kind == TooLong }

// blank reports whether a cell holds white space only.
func (c Cell) blank() bool { return c.Kind == Text && strings.TrimSpace(c.Text) == "" }

// clip shortens what a message quotes from the file.
func clip(quoted string) string {
	const most = 60
	if runes := []rune(quoted); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return quoted
}
