package xlsx

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
