package catalog

import "github.com/parindex/parindex/libs/fault"

// What can be wrong in a catalog file, beside what libs/yamldoc finds.
var (
	// FormatUnknown is a file that is no catalog file this version reads.
	FormatUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "FORMAT_UNKNOWN",
		Vi: "Không đọc được định dạng “%s”; tệp danh mục bắt đầu bằng “format: %s”.",
		En: "The format %q is not read here; a catalog file begins with \"format: %s\".",
	}
	// IDInvalid is an id that is no slug.
	IDInvalid = fault.Reason{
		Kind: fault.Invalid, Code: "ID_INVALID",
		Vi: "“%s” không dùng làm mã được: cần 1 đến 64 chữ thường không dấu, chữ số và dấu gạch nối ở giữa.",
		En: "%q cannot be an id: 1 to 64 small letters, digits and inner hyphens are needed.",
	}
	// TextMisshapen is a text that has not the form of its key.
	TextMisshapen = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_MISSHAPEN",
		Vi: "“%s” không đúng dạng của khóa này.",
		En: "%q does not have the form that this key asks for.",
	}
	// NumberOutOfRange is a number that its key does not take.
	NumberOutOfRange = fault.Reason{
		Kind: fault.Invalid, Code: "NUMBER_OUT_OF_RANGE",
		Vi: "Số %d nằm ngoài giới hạn từ %d đến %d.",
		En: "The number %d is not between %d and %d.",
	}
	// NumberTooLow is NumberOutOfRange for a key without an upper limit.
	NumberTooLow = fault.Reason{
		Kind: fault.Invalid, Code: NumberOutOfRange.Code,
		Vi: "Số %d nhỏ hơn giới hạn là %d.",
		En: "The number %d is below the limit of %d.",
	}
	// KeysExclude is several keys of which only one can be there.
	KeysExclude = fault.Reason{
		Kind: fault.Invalid, Code: "KEYS_EXCLUDE",
		Vi: "Chỉ được dùng một trong các khóa: %s.",
		En: "Only one of these keys can be there: %s.",
	}
	// KeyOfSeveralMissing is none of several keys of which one must be there.
	KeyOfSeveralMissing = fault.Reason{
		Kind: fault.Invalid, Code: "KEY_OF_SEVERAL_MISSING",
		Vi: "Cần một trong các khóa: %s.",
		En: "One of these keys is needed: %s.",
	}
	// EntryTwice is an entry that stands twice in a list.
	EntryTwice = fault.Reason{
		Kind: fault.Invalid, Code: "ENTRY_TWICE",
		Vi: "“%v” có hai lần trong danh sách.",
		En: "%q stands twice in the list.",
	}
	// TextTooLong is a name or reason above its limit.
	TextTooLong = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_TOO_LONG",
		Vi: "Nội dung dài quá %d ký tự.",
		En: "The text is longer than %d characters.",
	}
	// ListTooLong is a list above its limit.
	ListTooLong = fault.Reason{
		Kind: fault.Invalid, Code: "LIST_TOO_LONG",
		Vi: "Danh sách có quá %d mục.",
		En: "The list has more than %d entries.",
	}
	// IDTwice is an id given to two things.
	IDTwice = fault.Reason{
		Kind: fault.Invalid, Code: "ID_TWICE",
		Vi: "Mã “%s” đã dùng cho một mục khác trong danh sách này.",
		En: "The id %q belongs already to another entry of this list.",
	}
	// ParentUnknown is a parent that is no agency of the file.
	ParentUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "PARENT_UNKNOWN",
		Vi: "Cơ quan cấp trên “%s” không có trong danh sách cơ quan, đơn vị của tệp.",
		En: "The parent %q is not among the agencies of the file.",
	}
	// ParentLoop is an agency above itself.
	ParentLoop = fault.Reason{
		Kind: fault.Invalid, Code: "PARENT_LOOP",
		Vi: "“%s” trở thành cấp trên của chính mình qua chuỗi cơ quan cấp trên.",
		En: "By its chain of parents %q is above itself.",
	}
	// AuthorityParentUnknown is a parent authority that is not there, or not for
	// this caller.
	AuthorityParentUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "AUTHORITY_PARENT_UNKNOWN",
		Vi: "Không có cơ quan cấp trên “%s”, hoặc bạn không có vai trò nào ở đó.",
		En: "There is no authority %q, or you have no role in it.",
	}
	// GroupEmpty is a group without agencies.
	GroupEmpty = fault.Reason{
		Kind: fault.Invalid, Code: "GROUP_EMPTY",
		Vi: "Khối “%s” không có cơ quan, đơn vị nào.",
		En: "The group %q has no agencies.",
	}
	// GroupEmptied is a stored group whose last agency a file would move away.
	GroupEmptied = fault.Reason{
		Kind: fault.Invalid, Code: "GROUP_EMPTIED",
		Vi: "Tệp chuyển hết cơ quan, đơn vị ra khỏi khối “%s” đã lưu của kỳ này, nên khối đó sẽ bị trống.",
		En: "The file moves every agency out of the stored group %q of this cycle, which would stay empty.",
	}
	// MemberUnknown is an agency of a cycle that is no agency of the file.
	MemberUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "MEMBER_UNKNOWN",
		Vi: "“%s” không có trong danh sách cơ quan, đơn vị của tệp.",
		En: "%q is not among the agencies of the file.",
	}
	// MemberTwice is an agency that stands twice in one cycle.
	MemberTwice = fault.Reason{
		Kind: fault.Invalid, Code: "MEMBER_TWICE",
		Vi: "“%s” đã có ở khối “%s” của kỳ này; mỗi cơ quan, đơn vị thuộc đúng một khối.",
		En: "%q stands already in the group %q of this cycle; an agency belongs to one group.",
	}
	// OriginFixed is a stored cycle with another origin.
	OriginFixed = fault.Reason{
		Kind: fault.Invalid, Code: "ORIGIN_FIXED",
		Vi: "Kỳ này đã lưu với nguồn %s và không đổi được.",
		En: "This cycle is stored with the origin %s, which never changes.",
	}
	// RegulationNeeded is a run cycle that a file would create.
	RegulationNeeded = fault.Reason{
		Kind: fault.Invalid, Code: "REGULATION_NEEDED",
		Vi: "Kỳ “%s” do hệ thống tổ chức phải theo một quy định đã ban hành; hãy mở kỳ này bằng chức năng tạo kỳ đánh giá, không bằng tệp.",
		En: "A cycle that the platform runs, as %q, pins an issued regulation: create it with CreateCycle and not with a file.",
	}
	// MembersFixed is a change of the agencies of a run cycle that has begun.
	MembersFixed = fault.Reason{
		Kind: fault.Invalid, Code: "MEMBERS_FIXED",
		Vi: "Kỳ đang ở giai đoạn “%s”; tệp chỉ đổi được danh sách cơ quan, đơn vị khi kỳ còn ở giai đoạn chuẩn bị.",
		En: "The cycle is in the phase %s; a file can change its agencies only while it is in PREPARATION.",
	}
)
