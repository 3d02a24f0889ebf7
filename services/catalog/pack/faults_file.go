package pack

import "github.com/parindex/parindex/libs/fault"

// The faults of a catalog file. The faults of YAML and of values are in libs/yamldoc.
var (
	// CatalogFileInvalid sums up the faults of a catalog file.
	CatalogFileInvalid = fault.Invalid.Reason("CATALOG_FILE_INVALID",
		"Tệp danh mục có lỗi, chưa có gì được lưu. Hãy sửa các dòng được nêu rồi nhập lại.",
		"The catalog file has faults and nothing was stored. Correct the lines named and import it again.")
	// RegulationFileInvalid sums up the faults of a regulation file.
	RegulationFileInvalid = fault.Invalid.Reason("REGULATION_FILE_INVALID",
		"Tệp quy định có lỗi, chưa có gì được lưu. Hãy sửa các chỗ được nêu rồi nhập lại.",
		"The regulation file has faults and nothing was stored. Correct the places named and import it again.")
	// PackUnknown is a pack that does not ship with the platform.
	PackUnknown = fault.NotFound.Reason("PACK_UNKNOWN",
		"Không có gói quy định này. Hãy xem danh sách các gói.",
		"There is no such pack. See the list of packs.")
	// TextMisshapen is a text that does not have the form of its key. Its arguments are
	// the text and an example of that form.
	TextMisshapen = fault.Invalid.Reason("TEXT_MISSHAPEN",
		"“%s” không đúng dạng của khóa này. Hãy nhập theo dạng %s.",
		"%q does not have the form that this key asks for. Write it in the form of %s.")
	// NumberOutOfRange is a number that its key does not take.
	NumberOutOfRange = fault.Invalid.Reason("NUMBER_OUT_OF_RANGE",
		"Số %[1]d nằm ngoài giới hạn từ %[2]d đến %[3]d. Hãy ghi số từ %[2]d đến %[3]d.",
		"The number %[1]d is not between %[2]d and %[3]d. Write one from %[2]d to %[3]d.")
	// NumberTooLow is NumberOutOfRange for a key without an upper limit.
	NumberTooLow = fault.Invalid.Reason("NUMBER_TOO_LOW",
		"Số %[1]d nhỏ hơn giới hạn là %[2]d. Hãy ghi số từ %[2]d trở lên.",
		"The number %[1]d is below the limit of %[2]d. Write %[2]d or more.")
	// KeysExclude is several keys of which only one can be there.
	KeysExclude = fault.Invalid.Reason("KEYS_EXCLUDE",
		"Chỉ được dùng một trong các khóa: %s. Hãy bỏ các khóa khác.",
		"Only one of these keys can be there: %s. Remove the others.")
	// KeyOfSeveralMissing is none of several keys of which one must be there.
	KeyOfSeveralMissing = fault.Invalid.Reason("KEY_OF_SEVERAL_MISSING",
		"Cần một trong các khóa: %s. Hãy bổ sung.",
		"One of these keys is needed: %s. Add it.")
	// EntryTwice is an entry that is twice in a list.
	EntryTwice = fault.Invalid.Reason("ENTRY_TWICE",
		"“%v” có hai lần trong danh sách. Hãy để một lần.",
		"%q is in the list twice. Keep one of them.")
)
