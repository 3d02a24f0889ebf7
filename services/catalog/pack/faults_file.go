package pack

import "github.com/parindex/parindex/libs/fault"

// What can be wrong in a catalog file, beside what libs/yamldoc finds.
var (
	// CatalogFileInvalid sums up the faults of a catalog file.
	CatalogFileInvalid = fault.Reason{
		Kind: fault.Invalid, Code: "CATALOG_FILE_INVALID",
		Vi: "Tệp danh mục có lỗi, chưa có gì được lưu. Hãy sửa các dòng được nêu rồi nhập lại.",
		En: "The catalog file has faults and nothing was stored. Correct the lines named and import it again.",
	}
	// RegulationFileInvalid sums up the faults of a regulation file.
	RegulationFileInvalid = fault.Reason{
		Kind: fault.Invalid, Code: "REGULATION_FILE_INVALID",
		Vi: "Tệp quy định có lỗi, chưa có gì được lưu. Hãy sửa các chỗ được nêu rồi nhập lại.",
		En: "The regulation file has faults and nothing was stored. Correct the places named and import it again.",
	}
	// PackUnknown is a pack that does not ship with the platform.
	PackUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "PACK_UNKNOWN",
		Vi: "Không có gói quy định này. Hãy xem danh sách các gói.",
		En: "There is no such pack. See the list of packs.",
	}
	// TextMisshapen is a text that does not have the form of its key. Its arguments are
	// the text and an example of that form.
	TextMisshapen = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_MISSHAPEN",
		Vi: "“%s” không đúng dạng của khóa này. Hãy nhập theo dạng %s.",
		En: "%q does not have the form that this key asks for. Write it in the form of %s.",
	}
	// NumberOutOfRange is a number that its key does not take.
	NumberOutOfRange = fault.Reason{
		Kind: fault.Invalid, Code: "NUMBER_OUT_OF_RANGE",
		Vi: "Số %d nằm ngoài giới hạn từ %d đến %d. Hãy sửa lại.",
		En: "The number %d is not between %d and %d. Correct it.",
	}
	// NumberTooLow is NumberOutOfRange for a key without an upper limit.
	NumberTooLow = fault.Reason{
		Kind: fault.Invalid, Code: "NUMBER_TOO_LOW",
		Vi: "Số %d nhỏ hơn giới hạn là %d. Hãy sửa lại.",
		En: "The number %d is below the limit of %d. Correct it.",
	}
	// KeysExclude is several keys of which only one can be there.
	KeysExclude = fault.Reason{
		Kind: fault.Invalid, Code: "KEYS_EXCLUDE",
		Vi: "Chỉ được dùng một trong các khóa: %s. Hãy bỏ các khóa khác.",
		En: "Only one of these keys can be there: %s. Remove the others.",
	}
	// KeyOfSeveralMissing is none of several keys of which one must be there.
	KeyOfSeveralMissing = fault.Reason{
		Kind: fault.Invalid, Code: "KEY_OF_SEVERAL_MISSING",
		Vi: "Cần một trong các khóa: %s. Hãy bổ sung.",
		En: "One of these keys is needed: %s. Add it.",
	}
	// EntryTwice is an entry that is twice in a list.
	EntryTwice = fault.Reason{
		Kind: fault.Invalid, Code: "ENTRY_TWICE",
		Vi: "“%v” có hai lần trong danh sách. Hãy để một lần.",
		En: "%q is in the list twice. Keep one of them.",
	}
)
