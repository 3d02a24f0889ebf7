package catalog

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
)

// What a request can fail with.
var (
	// AuthorityUnknown is an authority that is not there.
	AuthorityUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "AUTHORITY_UNKNOWN",
		Vi: "Không tìm thấy cơ quan tổ chức đánh giá này. Hãy kiểm tra lại mã.",
		En: "There is no such authority. Check its id.",
	}
	// AgencyUnknown is an agency that is not there, in this authority.
	AgencyUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "AGENCY_UNKNOWN",
		Vi: "Không tìm thấy cơ quan, đơn vị này. Hãy kiểm tra lại mã.",
		En: "There is no such agency in this authority. Check its id.",
	}
	// CycleUnknown is a cycle that is not there, in this authority.
	CycleUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "CYCLE_UNKNOWN",
		Vi: "Không tìm thấy kỳ đánh giá này. Hãy kiểm tra lại mã.",
		En: "There is no such cycle in this authority. Check its id.",
	}
	// CatalogFileInvalid sums up the faults of a catalog file.
	CatalogFileInvalid = fault.Reason{
		Kind: fault.Invalid, Code: "CATALOG_FILE_INVALID",
		Vi: "Tệp danh mục có lỗi, chưa có gì được lưu. Hãy sửa các dòng được nêu rồi nhập lại.",
		En: "The catalog file has faults and nothing was stored. Mend the lines named and import it again.",
	}
	// AuthorityMismatch is a file for another authority than the request's.
	AuthorityMismatch = fault.Reason{
		Kind: fault.Invalid, Code: "AUTHORITY_MISMATCH",
		Vi: "Tệp danh mục là của “%s”, không phải của “%s”. Hãy chọn đúng tệp hoặc đúng cơ quan tổ chức đánh giá.",
		En: "The catalog file is for %q and not for %q. Choose the right file or the right authority.",
	}
	// AgencyNameMissing is a change that leaves an agency without a name.
	AgencyNameMissing = fault.Reason{
		Kind: fault.Invalid, Code: "AGENCY_NAME_MISSING",
		Vi: "Tên cơ quan, đơn vị và tên gọi khác không được để trống.",
		En: "A name or alias must not be blank.",
	}
)

// What a request about an agency, or an agency in a file, can fail with.
var (
	// AgencyNameTaken is a name or alias that another agency of the authority has.
	AgencyNameTaken = fault.Reason{
		Kind: fault.Exists, Code: "AGENCY_NAME_TAKEN",
		Vi: "Tên này đã là tên hoặc tên gọi khác của một cơ quan, đơn vị khác.",
		En: "Another agency of this authority has this name or alias.",
	}
	// AliasRepeated is an alias that is the agency's name or another of its aliases.
	AliasRepeated = fault.Reason{
		Kind: fault.Invalid, Code: "ALIAS_REPEATED",
		Vi: "“%s” đã là tên hoặc tên gọi khác của chính cơ quan, đơn vị này. Hãy bỏ một trong hai.",
		En: "%q is already the name or another alias of this agency. Leave one of them out.",
	}
)

// nameTaken is AgencyNameTaken with the name and who has it.
func nameTaken(name, owner string) *fault.Fault {
	taken := AgencyNameTaken
	taken.Vi = fmt.Sprintf("“%s” đã là tên hoặc tên gọi khác của cơ quan, đơn vị “%s”.", name, owner)
	taken.En = fmt.Sprintf("%q is already the name or an alias of the agency %q.", name, owner)
	return &fault.Fault{Reason: taken}
}

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
)
