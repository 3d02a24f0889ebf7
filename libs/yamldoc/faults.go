package yamldoc

import "github.com/parindex/parindex/libs/fault"

// The faults of a file that do not depend on its format. The codes are those of a
// Finding; the messages are fmt formats.
var (
	// DocumentTooLarge means that the file exceeds Limits.Bytes.
	DocumentTooLarge = fault.Invalid.Reason("DOCUMENT_TOO_LARGE",
		"Tệp lớn hơn giới hạn %d byte. Hãy rút gọn hoặc chia nhỏ tệp.",
		"The file is larger than %d bytes. Shorten or divide it.")
	// FormatUnknown is a file of another format than the one read; its arguments are
	// what the file says and what it must say.
	FormatUnknown = fault.Invalid.Reason("FORMAT_UNKNOWN",
		"Không đọc được định dạng “%s”. Hãy ghi “format: %s” ở dòng đầu tệp.",
		"The format %q is not read here. Write \"format: %s\" at the beginning of the file.")
	// DocumentNotUTF8 means that the file has another encoding.
	DocumentNotUTF8 = fault.Invalid.Reason("DOCUMENT_NOT_UTF8",
		"Tệp không ở bảng mã UTF-8. Hãy lưu lại bằng bảng mã UTF-8.",
		"The file is not in UTF-8. Save it as UTF-8.")
	// DocumentMalformed means that the file is not YAML; the argument is the problem.
	DocumentMalformed = fault.Invalid.Reason("DOCUMENT_MALFORMED",
		"Tệp sai cú pháp YAML tại dòng này: %s. Hãy kiểm tra thụt dòng (dùng dấu cách, không dùng tab), dấu hai chấm và dấu ngoặc.",
		"The file is not valid YAML at this line: %s. Check the indentation (spaces, no tabs), colons, quotes and brackets.")
	// SpaceNotPlain means that a line has another white space where the structure of
	// YAML needs spaces: in the indentation, after a dash or after the colon of a key.
	SpaceNotPlain = fault.Invalid.Reason("SPACE_NOT_PLAIN",
		"Dòng này có %s ở chỗ chỉ được dùng dấu cách (đầu dòng, sau dấu gạch đầu dòng hoặc sau dấu hai chấm). Hãy xóa chỗ trống đó rồi gõ lại bằng phím cách.",
		"This line has %s where only spaces may be (at its beginning, after a dash or after a colon). Delete the gap and type it again with the space bar.")
	// DocumentEmpty means that the file has no value.
	DocumentEmpty = fault.Invalid.Reason("DOCUMENT_EMPTY",
		"Tệp không có nội dung. Hãy chọn tệp có nội dung.",
		"The file has no content. Choose a file that has some.")
	// DocumentSeveral means that the file has more than one document.
	DocumentSeveral = fault.Invalid.Reason("DOCUMENT_SEVERAL",
		"Tệp chỉ được chứa một tài liệu YAML; một tài liệu khác bắt đầu tại dòng này. Hãy tách thành hai tệp.",
		"The file must hold one YAML document; another one begins at this line. Put it into a file of its own.")
	// AliasRefused means that the file has an anchor (&name) or an alias (*name).
	AliasRefused = fault.Invalid.Reason("ALIAS_REFUSED",
		"Không được dùng neo (&) và tham chiếu (*) của YAML; hãy ghi trực tiếp giá trị. Chữ bắt đầu bằng & hoặc * cần đặt trong dấu nháy.",
		"Anchors (&) and aliases (*) are not read; write the value itself. A text that begins with & or * needs quotes.")
	// TagRefused means that the file has an explicit tag (!!str, !name).
	TagRefused = fault.Invalid.Reason("TAG_REFUSED",
		"Không được dùng thẻ kiểu “%s” của YAML. Hãy bỏ thẻ; chữ bắt đầu bằng ! thì đặt trong dấu nháy.",
		"The YAML tag %q is not read. Remove it; put a text that begins with ! in quotes.")
	// NestingTooDeep means that a value is nested deeper than Limits.Depth.
	NestingTooDeep = fault.Invalid.Reason("NESTING_TOO_DEEP",
		"Nội dung lồng nhau quá %d cấp. Hãy bỏ bớt cấp.",
		"The content is nested more than %d levels deep. Remove levels.")
	// KeyUnknown means that the format does not have the key.
	KeyUnknown = fault.Invalid.Reason("KEY_UNKNOWN",
		"Không có khóa “%s” ở đây. Hãy dùng một trong các khóa: %s.",
		"There is no key %q here. Use one of %s.")
	// KeyTwice means that a mapping has the key twice.
	KeyTwice = fault.Invalid.Reason("KEY_TWICE",
		"Khóa “%s” đã có ở dòng %d. Hãy để một lần.",
		"The key %q is at line %d already. Keep one of them.")
	// KeyNotText means that a key is a list, a mapping or blank.
	KeyNotText = fault.Invalid.Reason("KEY_NOT_TEXT",
		"Khóa phải là một chuỗi ký tự. Hãy ghi khóa bằng chữ.",
		"A key must be a text. Write it as one.")
	// ValueMissing means that a required value is absent, null or blank.
	ValueMissing = fault.Invalid.Reason("VALUE_MISSING",
		"Thiếu giá trị này. Hãy nhập giá trị vào đây.",
		"This value is missing. Enter a value here.")
	// ValueNotMap means that the value is not a mapping, although one is required.
	ValueNotMap = fault.Invalid.Reason("VALUE_NOT_MAP",
		"Cần một nhóm các dòng “khóa: giá trị”. Hãy viết lại thành các dòng đó.",
		"A mapping of keys to values is needed. Write it as lines of “key: value”.")
	// ValueNotList means that the value is not a list, although one is required.
	ValueNotList = fault.Invalid.Reason("VALUE_NOT_LIST",
		"Cần một danh sách. Hãy viết mỗi phần tử trên một dòng bắt đầu bằng “- ”.",
		"A list is needed. Write each entry on a line that begins with “- ”.")
	// ValueNotText means that the value is a list or a mapping, although a text is
	// required.
	ValueNotText = fault.Invalid.Reason("VALUE_NOT_TEXT",
		"Cần một chuỗi ký tự. Hãy viết lại thành một chuỗi, trong dấu nháy nếu cần.",
		"A text is needed. Write it as one, in quotes if need be.")
	// ValueNotListed means that the text is not one of the allowed ones.
	ValueNotListed = fault.Invalid.Reason("VALUE_NOT_LISTED",
		"“%s” không dùng được ở đây. Hãy chọn một trong các giá trị: %s.",
		"%q cannot be used here. Choose one of %s.")
	// ValueNotPoints means that the value is not an exact decimal.
	ValueNotPoints = fault.Invalid.Reason("VALUE_NOT_POINTS",
		"“%s” không phải số thập phân. Hãy nhập theo dạng 12.5: dùng dấu chấm, tối đa 12 chữ số ở mỗi bên.",
		"%q is not a decimal figure. Write it as 12.5, with a point and at most 12 digits on either side.")
	// ValueNotInt means that the value is not a whole number of 32 bits.
	ValueNotInt = fault.Invalid.Reason("VALUE_NOT_INT",
		"“%s” không phải số nguyên từ -2147483648 đến 2147483647. Hãy nhập lại, ví dụ 12.",
		"%q is not a whole number from -2147483648 to 2147483647. Write one, such as 12.")
	// ValueNotDate means that a value in a file is not a date, or one that does not exist.
	ValueNotDate = fault.Invalid.Reason("VALUE_NOT_DATE",
		"“%s” không phải một ngày có thật. Hãy nhập theo dạng năm-tháng-ngày, ví dụ 2024-01-08.",
		"%q is not a real date. Write it as year, month and day, such as 2024-01-08.")
	// ValueNotBool means that the value is neither true nor false.
	ValueNotBool = fault.Invalid.Reason("VALUE_NOT_BOOL",
		"“%s” không phải giá trị đúng/sai. Hãy ghi true hoặc false.",
		"%q is neither true nor false. Write one of them.")
	// FindingsCut means that there are more findings than listed.
	FindingsCut = fault.Invalid.Reason("FINDINGS_CUT",
		"Còn lỗi khác chưa được liệt kê. Hãy sửa các lỗi trên rồi thử lại.",
		"There are more faults than listed. Correct the listed ones and try again.")
)
