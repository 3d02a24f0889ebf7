package pack

import "github.com/parindex/parindex/libs/fault"

// The faults of a workbook's sheets and cells. The faults of the file are in
// services/catalog/pack/xlsx, those of values in libs/yamldoc.
var (
	// SheetMissing is a sheet that is not there.
	SheetMissing = fault.Invalid.Reason("SHEET_MISSING",
		"Thiếu trang tính “%s”. Mọi trang của tệp mẫu phải có; trang không dùng thì chỉ để dòng tiêu đề. Hãy thêm trang này.",
		"The sheet %q is missing. All sheets of the template must be there; one that is not used keeps its headers only. Add it.")
	// SheetUnknown is a sheet that belongs to nothing.
	SheetUnknown = fault.Invalid.Reason("SHEET_UNKNOWN",
		"Trang tính “%s” không thuộc tệp mẫu và không khối nào ở trang “%s” dùng nó. Hãy xóa trang này hoặc thêm khối.",
		"The sheet %q is none of the template's and no group of the sheet %q uses it. Delete it or add the group.")
	// SheetTwice is a sheet that two groups name.
	SheetTwice = fault.Invalid.Reason("SHEET_TWICE",
		"Trang tính “%s” đã dùng cho khối khác hoặc cho nội dung khác. Hãy dùng trang khác.",
		"The sheet %q belongs already to another group or to something else. Name another one.")
	// GroupNotListed is a group that the sheet of groups does not have.
	GroupNotListed = fault.Invalid.Reason("GROUP_NOT_LISTED",
		"Trang “%s” không có khối “%s”. Hãy thêm khối hoặc sửa mã.",
		"The sheet %q has no group %q. Add it, or correct the id.")
	// HeadersMissing is a sheet without all its headers.
	HeadersMissing = fault.Invalid.Reason("HEADERS_MISSING",
		"Thiếu tiêu đề: %s. Hãy bổ sung; cột hay dòng không dùng thì để trống, không xóa.",
		"Headers are missing: %s. Leave columns and rows that are not used empty and do not delete them.")
	// HeaderTwice is a header that is there twice.
	HeaderTwice = fault.Invalid.Reason("HEADER_TWICE",
		"Tiêu đề “%s” đã có ở ô %s. Hãy để một ô.",
		"The header %q is in %s already. Keep one of them.")
	// HeaderUnknown is a header that the sheet does not have.
	HeaderUnknown = fault.Invalid.Reason("HEADER_UNKNOWN",
		"Trang này không có tiêu đề “%s”. Hãy dùng đúng các tiêu đề của tệp mẫu.",
		"This sheet has no header %q. Use the headers of the template.")
	// ColumnWithoutHeader is a value where the header row is empty.
	ColumnWithoutHeader = fault.Invalid.Reason("COLUMN_WITHOUT_HEADER",
		"Cột %s có dữ liệu nhưng không có tiêu đề. Hãy ghi tiêu đề hoặc xóa dữ liệu.",
		"The column %s has values but no header. Write the header, or delete the values.")
	// RowWithoutRecord is a row that continues nothing.
	RowWithoutRecord = fault.Invalid.Reason("ROW_WITHOUT_RECORD",
		"Dòng này không tiếp nối dòng nào: chưa có mục nào phía trên. Hãy ghi mục ở dòng trên hoặc xóa dòng này.",
		"This row continues nothing: there is no entry above it. Add the entry above, or delete the row.")
	// CellMerged is an area of merged cells.
	CellMerged = fault.Invalid.Reason("CELLS_MERGED",
		"Các ô %s bị gộp. Hãy bỏ gộp ô và ghi giá trị vào từng ô.",
		"The cells %s are merged. Unmerge them and write the value into each cell.")
	// CellFormula is a formula.
	CellFormula = fault.Invalid.Reason("CELL_FORMULA",
		"Ô có công thức tính. Hãy thay bằng giá trị (sao chép rồi dán giá trị).",
		"The cell has a formula. Put its value there (copy and paste as value).")
	// CellError is a value such as #REF!.
	CellError = fault.Invalid.Reason("CELL_ERROR",
		"Ô có lỗi “%s”. Hãy ghi lại giá trị.",
		"The cell holds the error %q. Write the value anew.")
	// CellTooLong is a text that is too long for a cell of a spreadsheet.
	CellTooLong = fault.Invalid.Reason("CELL_TOO_LONG",
		"Nội dung ô dài quá %d ký tự. Hãy rút gọn.",
		"The text of the cell is longer than %d characters. Shorten it.")
	// CellNotText is a number, date or boolean where a text is needed, which has lost
	// what was typed: 1.10 has become 1.1.
	CellNotText = fault.Invalid.Reason("CELL_NOT_TEXT",
		"Phần mềm bảng tính đã đổi nội dung ô thành số hoặc ngày (%s). Hãy định dạng ô là Văn bản (Text) rồi ghi lại.",
		"The spreadsheet made a number or a date of the cell (%s). Format it as Text and write it again.")
	// CellPercent is a number that is shown as a percentage.
	CellPercent = fault.Invalid.Reason("CELL_PERCENT",
		"Ô có định dạng phần trăm nên 90 % được lưu là 0,9. Hãy định dạng ô là Số rồi ghi 90.",
		"The cell is formatted as a percentage, so that 90 % is stored as 0.9. Format it as a number and write 90.")
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
