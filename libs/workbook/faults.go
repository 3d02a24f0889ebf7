package workbook

import "github.com/parindex/parindex/libs/fault"

// The faults of a file that is to be read as a workbook.
var (
	// TooLarge is a file above Limits.Bytes.
	TooLarge = fault.Invalid.Reason("WORKBOOK_TOO_LARGE",
		"Tệp lớn hơn giới hạn %d byte. Hãy bỏ hình ảnh và định dạng thừa rồi lưu lại.",
		"The file is larger than %d bytes. Remove pictures and needless formatting and save it again.")
	// NotWorkbook is a file that is no .xlsx.
	NotWorkbook = fault.Invalid.Reason("WORKBOOK_NOT_READ",
		"Tệp không phải bảng tính .xlsx. Hãy mở bằng phần mềm bảng tính và lưu lại ở dạng “Excel Workbook (.xlsx)”.",
		"The file is no .xlsx workbook. Open it in a spreadsheet and save it as \"Excel Workbook (.xlsx)\".")
	// OldFormat is a workbook in the binary format of before 2007, .xls.
	OldFormat = fault.Invalid.Reason("WORKBOOK_OLD_FORMAT",
		"Tệp ở dạng .xls cũ. Hãy mở ra và lưu lại ở dạng “Excel Workbook (.xlsx)”.",
		"The file is in the old .xls format. Open it and save it as \"Excel Workbook (.xlsx)\".")
	// Encrypted is a workbook that opens with a password.
	Encrypted = fault.Invalid.Reason("WORKBOOK_ENCRYPTED",
		"Tệp có mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi lưu lại.",
		"The file opens with a password and cannot be read. Remove the password and save it again.")
	// HasMacros is a workbook that can hold programs.
	HasMacros = fault.Invalid.Reason("WORKBOOK_HAS_MACROS",
		"Tệp có macro nên không được nhận. Hãy lưu lại ở dạng “Excel Workbook (.xlsx)”, không có macro.",
		"The file has macros and is refused. Save it as \"Excel Workbook (.xlsx)\", without macros.")
	// TooMuchUnpacked is a file that unpacks to more than Limits.Unpacked or Parts.
	TooMuchUnpacked = fault.Invalid.Reason("WORKBOOK_UNPACKS_TOO_LARGE",
		"Nội dung giải nén của tệp vượt giới hạn %d byte hoặc %d phần. Hãy chép dữ liệu sang tệp mẫu mới.",
		"The file unpacks to more than %d bytes or %d parts. Copy what is in it into a fresh template.")
	// Broken is a workbook of which a part is missing or cannot be read.
	Broken = fault.Invalid.Reason("WORKBOOK_BROKEN",
		"Tệp bảng tính bị hỏng ở phần “%s”. Hãy mở bằng phần mềm bảng tính và lưu lại.",
		"The workbook is damaged in its part %q. Open it in a spreadsheet and save it again.")
	// TooManySheets is a workbook above Limits.Sheets.
	TooManySheets = fault.Invalid.Reason("WORKBOOK_SHEETS_TOO_MANY",
		"Tệp có quá %d trang tính. Hãy xóa các trang không dùng.",
		"The workbook has more than %d sheets. Delete those not needed.")
	// TooManyRows is a sheet above Limits.Rows.
	TooManyRows = fault.Invalid.Reason("SHEET_ROWS_TOO_MANY",
		"Trang tính có quá %d dòng, kể cả dòng trống được lưu trong tệp. Hãy xóa các dòng thừa, hoặc chép dữ liệu sang tệp mẫu mới.",
		"The sheet has more than %d rows, with the empty ones that are kept in the file. Delete those not needed, or copy what is in it into a fresh template.")
	// TooManyCells is a workbook above Limits.Cells.
	TooManyCells = fault.Invalid.Reason("WORKBOOK_CELLS_TOO_MANY",
		"Tệp có quá %d ô, kể cả ô trống được lưu trong tệp. Hãy xóa các dòng, cột thừa, hoặc chép dữ liệu sang tệp mẫu mới.",
		"The workbook has more than %d cells, with the empty ones that are kept in the file. Delete the rows and columns not needed, or copy what is in it into a fresh template.")
	// TooMuchText means that the texts of all cells are longer than Limits.Unpacked. A
	// shared text counts for each cell that refers to it.
	TooMuchText = fault.Invalid.Reason("WORKBOOK_TEXT_TOO_MUCH",
		"Nội dung của các ô vượt giới hạn %d byte. Hãy bỏ bớt nội dung lặp lại.",
		"The texts of the cells have more than %d bytes in all. Shorten them, and remove those that are repeated.")
	// TooManyTexts is a list of shared texts above Limits.Cells.
	TooManyTexts = fault.Invalid.Reason("WORKBOOK_TEXTS_TOO_MANY",
		"Tệp lưu quá %d đoạn văn bản. Hãy chép dữ liệu sang tệp mẫu mới.",
		"The workbook keeps more than %d texts. Copy what is in it into a fresh template.")
	// TooManyElements is a workbook with more elements than its cells could need.
	TooManyElements = fault.Invalid.Reason("WORKBOOK_ELEMENTS_TOO_MANY",
		"Tệp có quá %d thẻ XML. Hãy chép dữ liệu sang tệp mẫu mới, không kèm định dạng.",
		"The workbook has more than %d XML elements. Copy what is in it into a fresh template, without the formatting.")
	// PartTooLarge is a part that only lists something and is too large for that.
	PartTooLarge = fault.Invalid.Reason("WORKBOOK_PART_TOO_LARGE",
		"Phần “%s” của tệp lớn hơn %d byte. Hãy chép dữ liệu sang tệp mẫu mới, không kèm định dạng.",
		"The part %q of the file is larger than %d bytes. Copy what is in it into a fresh template, without the formatting.")
	// TokenTooLong is a tag or a text too long to be one.
	TokenTooLong = fault.Invalid.Reason("WORKBOOK_TOKEN_TOO_LONG",
		"Phần “%s” của tệp có một thẻ hoặc một đoạn văn bản dài hơn %d byte. Hãy chép dữ liệu sang tệp mẫu mới.",
		"The part %q of the file has one tag or one text longer than %d bytes. Copy what is in it into a fresh template.")
	// TooManyAttributes is a tag with more attributes than any has.
	TooManyAttributes = fault.Invalid.Reason("WORKBOOK_ATTRIBUTES_TOO_MANY",
		"Phần “%s” của tệp có một thẻ với quá %d thuộc tính. Hãy chép dữ liệu sang tệp mẫu mới.",
		"The part %q of the file has a tag with more than %d attributes. Copy what is in it into a fresh template.")
	// TooDeep are elements within elements beyond all need.
	TooDeep = fault.Invalid.Reason("WORKBOOK_NESTED_TOO_DEEP",
		"Phần “%s” của tệp có các thẻ lồng quá %d cấp. Hãy chép dữ liệu sang tệp mẫu mới.",
		"The part %q of the file has tags nested deeper than %d. Copy what is in it into a fresh template.")
	// HasDirective is a part with a document type, which can declare entities.
	HasDirective = fault.Invalid.Reason("WORKBOOK_HAS_DOCTYPE",
		"Phần “%s” của tệp khai báo DOCTYPE, là thứ không được nhận. Hãy mở bằng phần mềm bảng tính và lưu lại.",
		"The part %q of the file declares a DOCTYPE and is refused. Open it in a spreadsheet and save it again.")
)

// What is wrong in the tables of a workbook.
var (
	// SheetMissing is a sheet that is not there.
	SheetMissing = fault.Invalid.Reason("SHEET_MISSING",
		"Thiếu trang tính “%s”. Mọi trang của tệp mẫu phải có; trang không dùng thì chỉ để dòng tiêu đề. Hãy thêm trang này.",
		"The sheet %q is missing. All sheets of the template must be there; one that is not used keeps its headers only. Add it.")
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
	// LabelMissing is a value whose line does not say what it is.
	LabelMissing = fault.Invalid.Reason("LABEL_MISSING",
		"Ô bên phải có nội dung nhưng ô này không ghi là mục nào. Hãy ghi tên mục như trong tệp mẫu, hoặc xóa nội dung.",
		"The cell to the right holds something, but this one does not say what it is. Write the name as in the template, or delete the value.")
)

// What is told of a workbook that is read all the same.
var (
	// SheetHidden is a hidden sheet; its arguments are its name and how to show it.
	SheetHidden = fault.Invalid.Reason("SHEET_HIDDEN",
		"Trang tính “%s” đang bị ẩn nhưng vẫn được đọc. Hãy cho hiện để kiểm tra: %s.",
		"The sheet %q is hidden and read all the same. Show and check it: %s.")
	// RowHidden is a hidden row.
	RowHidden = fault.Invalid.Reason("ROW_HIDDEN",
		"Dòng %d đang bị ẩn nhưng vẫn được đọc. Hãy cho hiện lại; nếu nội dung đã bỏ thì xóa cả dòng.",
		"The row %d is hidden and read all the same. Unhide it, and delete it if its content is dropped.")
	// ColumnHidden is a hidden column with content.
	ColumnHidden = fault.Invalid.Reason("COLUMN_HIDDEN",
		"Cột %s đang bị ẩn nhưng có nội dung và vẫn được đọc. Hãy cho hiện lại; nếu nội dung đã bỏ thì xóa.",
		"The column %s is hidden, has values and is read all the same. Unhide it, and delete its values if they are dropped.")
	// CellsStruck are cells of a row with a text that is struck out.
	CellsStruck = fault.Invalid.Reason("CELLS_STRUCK_OUT",
		"Dòng có chữ bị gạch ngang (ô %s) nhưng vẫn được đọc. Nếu nội dung đã bỏ, hãy xóa; nếu còn dùng, hãy bỏ gạch ngang.",
		"The row has struck-out text (%s), which is read all the same. Delete it if it is dropped; otherwise remove the formatting.")
	// CellsMasked are cells of a row whose format shows nothing.
	CellsMasked = fault.Invalid.Reason("CELLS_MASKED",
		"Dòng có ô bị ẩn nội dung bằng định dạng (ô %s) nhưng vẫn được đọc. Hãy đổi định dạng ô để thấy nội dung; nếu đã bỏ thì xóa.",
		"The row has cells whose format shows nothing (%s), which are read all the same. Change their format to see them, and delete them if they are dropped.")
)
