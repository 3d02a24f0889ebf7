package workbook

import "strconv"

// Spot is a place in a workbook: a cell, a row if Column is 0, a sheet if both are,
// and without Name the file.
type Spot struct {
	// Sheet is the place of the sheet in the workbook, from 0; −1 for one that is
	// missing.
	Sheet       int
	Name        string
	Row, Column int
}

// String returns "Khối!B7", "Khối!7", "Khối" or "file".
func (s Spot) String() string {
	switch {
	case s.Name == "":
		return "file"
	case s.Row == 0:
		return s.Name
	case s.Column == 0:
		return s.Name + "!" + strconv.Itoa(s.Row)
	}
	return s.Name + "!" + s.Cell()
}

// Cell is the address in the sheet.
func (s Spot) Cell() string { return Cell{Row: s.Row, Column: s.Column}.Address() }

// At returns a place in the sheet.
func (s Sheet) At(row, column int) Spot { return Spot{s.Index, s.Name, row, column} }

// Of returns the place of a cell.
func (s Sheet) Of(c Cell) Spot { return s.At(c.Row, c.Column) }

// Report records what is wrong at a place, or what is to be told of it.
type Report func(at Spot, err error)
