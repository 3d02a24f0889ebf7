package workbook

import (
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/fault"
)

// Hidden says how a sheet is hidden. In messages it says how to show the sheet.
type Hidden string

const (
	// Shown is a sheet that people see.
	Shown Hidden = ""
	// Unlisted is a sheet that a menu shows again.
	Unlisted Hidden = "hidden"
	// VeryHidden is a sheet that no menu of Excel lists; programs make them.
	VeryHidden Hidden = "veryHidden"
)

func (h Hidden) String() string {
	if h == VeryHidden {
		return "no menu of Excel lists it; press Alt+F11, select the sheet and set Visible to -1 in the properties (F4), or choose Sheet, Show Sheet in LibreOffice"
	}
	return "right-click the name of any sheet and choose Unhide"
}

// Vietnamese says how to show the sheet in Vietnamese.
func (h Hidden) Vietnamese() string {
	if h == VeryHidden {
		return "trang này không có trong danh sách “Hiện” (Unhide) của Excel; nhấn Alt+F11, chọn trang và đặt Visible là -1 ở bảng thuộc tính (F4), hoặc chọn Sheet, Show Sheet trong LibreOffice"
	}
	return "bấm chuột phải vào tên một trang bất kỳ rồi chọn “Hiện” (Unhide)"
}

// Tell tells what people take for deleted or do not see although it is read: the sheet
// and, below the row of the headers, each row and column.
func (s Sheet) Tell(head int, tell Report) {
	if s.Hidden != Shown {
		tell(s.At(0, 0), SheetHidden.With(s.Name, s.Hidden))
	}
	s.tellCells(head, s.Struck, CellsStruck, tell)
	s.tellCells(head, s.Masked, CellsMasked, tell)
	row, columns := 0, map[int]bool{}
	for _, c := range s.Cells {
		if c.Row <= head || c.blank() {
			continue
		}
		if c.Row != row && s.HiddenRows[c.Row] {
			tell(s.At(c.Row, 0), RowHidden.With(c.Row))
		}
		row = c.Row
		if !columns[c.Column] && s.hidesColumn(c.Column) {
			tell(s.Of(c), ColumnHidden.With(Column(c.Column)))
		}
		columns[c.Column] = true
	}
}

// tellCells tells of each row with some of these cells, which are in order.
func (s Sheet) tellCells(head int, cells []Cell, told fault.Reason, tell Report) {
	cells = slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return c.Row <= head || c.blank() })
	for i := 0; i < len(cells); {
		row := cells[i].Row
		var addresses []string
		for ; i < len(cells) && cells[i].Row == row; i++ {
			addresses = append(addresses, cells[i].Address())
		}
		tell(s.At(row, 0), told.With(strings.Join(addresses, ", ")))
	}
}

func (s Sheet) hidesColumn(n int) bool {
	return slices.ContainsFunc(s.HiddenColumns, func(c Span) bool { return n >= c.First && n <= c.Last })
}

// Unseen adds to a fault how to see its place, if people do not see it.
func (s Sheet) Unseen(at Spot, f *fault.Fault) *fault.Fault {
	seen := *f
	switch {
	case s.Hidden != Shown:
		seen.Vi += " Trang đang bị ẩn: " + s.Hidden.Vietnamese() + "."
		seen.En += " The sheet is hidden: " + s.Hidden.String() + "."
	case s.HiddenRows[at.Row] || s.hidesColumn(at.Column):
		seen.Vi += " Dòng hoặc cột này đang bị ẩn; hãy cho hiện lại để thấy."
		seen.En += " Its row or column is hidden; unhide it to see it."
	}
	return &seen
}
