package pack

import "github.com/parindex/parindex/libs/fault"

// The faults of a workbook's sheets and cells. The faults of the file and its tables are
// in libs/workbook, those of values in libs/yamldoc.
var (
	// SheetUnknown is a sheet that belongs to nothing.
	SheetUnknown = fault.Invalid.Reason("SHEET_UNKNOWN",
		"Trang tính “%s” không thuộc tệp mẫu và không khối nào ở trang “%s” dùng nó. Hãy xóa trang này hoặc thêm khối.",
		"The sheet %q is none of the template's and no group of the sheet %q uses it. Delete it or add the group.")
	// SheetUnused is a hidden sheet that belongs to nothing, which is not read. Its
	// arguments are its name and how to show it.
	SheetUnused = fault.Invalid.Reason("SHEET_HIDDEN_UNUSED",
		"Trang tính “%s” đang bị ẩn, không thuộc tệp mẫu và không được đọc. Nếu không cần, hãy cho hiện rồi xóa: %s.",
		"The sheet %q is hidden, none of the template's, and not read. If it is not needed, show and delete it: %s.")
	// SheetTwice is a sheet that two groups name.
	SheetTwice = fault.Invalid.Reason("SHEET_TWICE",
		"Trang tính “%s” đã dùng cho khối khác hoặc cho nội dung khác. Hãy dùng trang khác.",
		"The sheet %q belongs already to another group or to something else. Name another one.")
	// GroupNotListed is a group that the sheet of groups does not have.
	GroupNotListed = fault.Invalid.Reason("GROUP_NOT_LISTED",
		"Trang “%s” không có khối “%s”. Hãy thêm khối hoặc sửa mã.",
		"The sheet %q has no group %q. Add it, or correct the id.")
	// RowWithoutRecord is a row that continues nothing.
	RowWithoutRecord = fault.Invalid.Reason("ROW_WITHOUT_RECORD",
		"Dòng này không tiếp nối dòng nào: chưa có mục nào phía trên. Hãy ghi mục ở dòng trên hoặc xóa dòng này.",
		"This row continues nothing: there is no entry above it. Add the entry above, or delete the row.")
	// CellsExclude is several cells of which only one can be filled.
	CellsExclude = fault.Invalid.Reason("CELLS_EXCLUDE",
		"Chỉ được ghi một trong các cột: %s. Hãy xóa các ô khác.",
		"Only one of these columns can be filled: %s. Delete the others.")
	// CellOfSeveralMissing is none of several cells of which one must be filled.
	CellOfSeveralMissing = fault.Invalid.Reason("CELL_OF_SEVERAL_MISSING",
		"Cần ghi một trong các cột: %s. Hãy bổ sung.",
		"One of these columns must be filled: %s. Fill one in.")
	// CellNotOfFamily is a cell that the rule's family does not use.
	CellNotOfFamily = fault.Invalid.Reason("CELL_NOT_OF_FAMILY",
		"Loại quy tắc “%s” không dùng cột này. Hãy để trống ô này.",
		"A rule of the family %q does not use this column. Leave the cell empty.")
	// CellWithoutMap is a filled cell whose row states in another one that there is nothing.
	CellWithoutMap = fault.Invalid.Reason("CELL_OF_NOTHING",
		"Cột “%s” ghi “không” nên ô này phải để trống. Hãy xóa nội dung ô.",
		"The column %q says “không” (no), so that this cell must be empty. Delete what it holds.")
	// FactUnknown is a line of a cell that names nothing.
	FactUnknown = fault.Invalid.Reason("CELL_FACT_UNKNOWN",
		"Không hiểu dòng “%s” trong ô. Hãy dùng một trong các tên gọi: %s.",
		"The line %q of the cell names nothing. Use one of %s.")
	// FactTwice is a fact that is twice in a cell.
	FactTwice = fault.Invalid.Reason("CELL_FACT_TWICE",
		"“%s” có hai lần trong ô. Hãy để một lần.",
		"%q is in the cell twice. Keep one of them.")
	// FactMissing is a fact that a cell needs.
	FactMissing = fault.Invalid.Reason("CELL_FACT_MISSING",
		"Ô thiếu dòng “%s”. Hãy thêm dòng này kèm số liệu.",
		"The cell lacks the line %q. Add this line with its value.")
)
