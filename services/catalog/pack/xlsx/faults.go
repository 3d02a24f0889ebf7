package xlsx

import "github.com/parindex/parindex/libs/fault"

// What keeps a file from being read as a workbook.
var (
	// TooLarge is a file above Limits.Bytes.
	TooLarge = fault.Reason{
		Kind: fault.Invalid, Code: "WORKBOOK_TOO_LARGE",
		Vi: "Tệp lớn hơn giới hạn %d byte. Hãy bỏ hình ảnh và định dạng thừa rồi lưu lại.",
		En: "The file is larger than %d bytes. Remove pictures and needless formatting and save it again.",
	}
	// NotWorkbook is a file that is no .xlsx.
	NotWorkbook = fault.Reason{
		Kind: fault.Invalid, Code: "WORKBOOK_NOT_READ",
		Vi: "Tệp không phải bảng tính .xlsx. Hãy mở bằng phần mềm bảng tính và lưu lại ở dạng “Excel Workbook (.xlsx)”.",
		En: "The file is no .xlsx workbook. Open it in a spreadsheet and save it as \"Excel Workbook (.xlsx)\".",
	}
	// OldFormat is a workbook in the binary format of before 2007, .xls.
	OldFormat = fault.Reason{
		Kind: fault.Invalid, Code: "WORKBOOK_OLD_FORMAT",
		Vi: "Tệp ở dạng .xls cũ. Hãy mở ra và lưu lại ở dạng “Excel Workbook (.xlsx)”.",
		En: "The file is in the old .xls format. Open it and save it as \"Excel Workbook (.xlsx)\".",
	}
	// Encrypted is a workbook that opens with a password.
	Encrypted = fault.Reason{
		Kind: fault.Invalid, Code: "WORKBOOK_ENCRYPTED",
		Vi: "Tệp có mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi lưu lại.",
		En: "The file opens with a password and cannot be read. Remove the password and save it again.",
	}
	// HasMacros is a workbook that can hold programs.
	HasMacros = fault.Reason{
		Kind: fault.Invalid, Code: "WORKBOOK_HAS_MACROS",
		Vi: "Tệp có macro nên không được nhận. Hãy lưu lại ở dạng “Excel Workbook (.xlsx)”, không có macro.",
		En: "The file has macros and is refused. Save it as \"Excel Workbook (.xlsx)\", without macros.",
	}
	// TooMuchUnpacked is a file that unpacks to more than Limits.Unpacked or Parts.
	TooMuchUnpacked = fault.Reason{
		Kind: fault.Invalid, Code: "WORKBOOK_UNPACKS_TOO_LARGE",
		Vi: "Nội dung giải nén của tệp vượt giới hạn %d byte hoặc %d phần. Hãy chép dữ liệu sang tệp mẫu mới.",
		En: "The file unpacks to more than %d bytes or %d parts. Copy what is in it into a fresh template.",
	}
	// Broken is a workbook of which a part is missing or cannot be read.
	Broken = fault.Reason{
		Kind: fault.Invalid, Code: "WORKBOOK_BROKEN",
		Vi: "Tệp bảng tính bị hỏng ở phần “%s”. Hãy mở bằng phần mềm bảng tính và lưu lại.",
		En: "The workbook is damaged in its part %q. Open it in a spreadsheet and save it again.",
	}
	// TooManySheets is a workbook above Limits.Sheets.
	TooManySheets = fault.Reason{
		Kind: fault.Invalid, Code: "WORKBOOK_SHEETS_TOO_MANY",
		Vi: "Tệp có quá %d trang tính.",
		En: "The workbook has more than %d sheets.",
	}
	// TooManyRows is a sheet above Limits.Rows.
	TooManyRows = fault.Reason{
		Kind: fault.Invalid, Code: "SHEET_ROWS_TOO_MANY",
		Vi: "Trang tính có quá %d dòng có dữ liệu.",
		En: "The sheet has more than %d rows with something in them.",
	}
	// TooManyCells is a workbook above Limits.Cells.
	TooManyCells = fault.Reason{
		Kind: fault.Invalid, Code: "WORKBOOK_CELLS_TOO_MANY",
		Vi: "Tệp có quá %d ô có dữ liệu.",
		En: "The workbook has more than %d cells with something in them.",
	}
)
