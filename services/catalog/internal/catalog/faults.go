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

// What a request about a regulation can fail with.
var (
	// RegulationUnknown is a regulation that is not there, in this authority.
	RegulationUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "REGULATION_UNKNOWN",
		Vi: "Không tìm thấy quy định này. Hãy kiểm tra lại mã.",
		En: "There is no such regulation in this authority. Check its id.",
	}
	// RegulationExists is an id that another regulation has.
	RegulationExists = fault.Reason{
		Kind: fault.Exists, Code: "REGULATION_EXISTS",
		Vi: "Mã này đã dùng cho một quy định khác. Hãy chọn mã khác.",
		En: "Another regulation of this authority has this id. Choose another one.",
	}
	// RegulationNotDraft is a change of a regulation that has been issued.
	RegulationNotDraft = fault.Reason{
		Kind: fault.Precondition, Code: "REGULATION_NOT_DRAFT",
		Vi: "Quy định %s, không còn là dự thảo nên không sửa hay ban hành được nữa. Hãy tạo dự thảo mới thay thế nó.",
		En: "The regulation is %s and no draft any more; it can be neither changed nor issued. Create a draft that replaces it.",
	}
	// RegulationNotIssued is a regulation that no new cycle can pin.
	RegulationNotIssued = fault.Reason{
		Kind: fault.Precondition, Code: "REGULATION_NOT_ISSUED",
		Vi: "Quy định %s; chỉ mở được kỳ đánh giá theo quy định đã ban hành và còn hiệu lực.",
		En: "The regulation is %s; a cycle can be opened only under one that is ISSUED.",
	}
	// RegulationUnsound sums up what keeps a draft from being issued.
	RegulationUnsound = fault.Reason{
		Kind: fault.Invalid, Code: "REGULATION_UNSOUND",
		Vi: "Dự thảo quy định còn lỗi nên chưa ban hành được. Hãy sửa các mục được nêu.",
		En: "The draft has faults and was not issued. Mend the parts named.",
	}
	// RegulationRevoked is a regulation that was withdrawn already.
	RegulationRevoked = fault.Reason{
		Kind: fault.Precondition, Code: "REGULATION_REVOKED",
		Vi: "Quy định này đã bị bãi bỏ.",
		En: "The regulation is revoked already.",
	}
	// RegulationNotInForce is a draft that was to be revoked.
	RegulationNotInForce = fault.Reason{
		Kind: fault.Precondition, Code: RegulationNotIssued.Code,
		Vi: "Quy định còn là dự thảo; chỉ bãi bỏ được quy định đã ban hành.",
		En: "The regulation is a draft; only one that was issued can be revoked.",
	}
	// RegulationFileInvalid sums up the faults of a regulation file.
	RegulationFileInvalid = fault.Reason{
		Kind: fault.Invalid, Code: "REGULATION_FILE_INVALID",
		Vi: "Tệp quy định có lỗi, chưa có gì được lưu. Hãy sửa các chỗ được nêu rồi nhập lại.",
		En: "The regulation file has faults and nothing was stored. Mend the places named and import it again.",
	}
	// PackUnknown is a pack that does not ship with the platform.
	PackUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "PACK_UNKNOWN",
		Vi: "Không có gói quy định này. Hãy xem danh sách các gói.",
		En: "There is no such pack. See the list of packs.",
	}
	// ContentTooLarge is content above MaxContent.
	ContentTooLarge = fault.Reason{
		Kind: fault.Invalid, Code: "CONTENT_TOO_LARGE",
		Vi: "Nội dung quy định dài %d byte, vượt giới hạn %d byte. Hãy rút gọn phần hướng dẫn và tài liệu kiểm chứng.",
		En: "The content has %d bytes, which is above the limit of %d. Shorten guidance and evidence.",
	}
)

// What a request about a run cycle can fail with.
var (
	// CycleExists is an id that another cycle has.
	CycleExists = fault.Reason{
		Kind: fault.Exists, Code: "CYCLE_EXISTS",
		Vi: "Mã này đã dùng cho một kỳ đánh giá khác. Hãy chọn mã khác.",
		En: "Another cycle of this authority has this id. Choose another one.",
	}
	// CycleNameMissing is a cycle without a name.
	CycleNameMissing = fault.Reason{
		Kind: fault.Invalid, Code: "CYCLE_NAME_MISSING",
		Vi: "Tên kỳ đánh giá không được để trống.",
		En: "The name of a cycle must not be blank.",
	}
	// CycleNotRun is a cycle that has no phases.
	CycleNotRun = fault.Reason{
		Kind: fault.Precondition, Code: "CYCLE_NOT_RUN",
		Vi: "Kỳ này được nhập từ kết quả đã công bố, không có giai đoạn và thời hạn.",
		En: "This cycle was imported as published; it has neither phases nor deadlines.",
	}
	// AgencyTwice is an agency that stands twice among the members.
	AgencyTwice = fault.Reason{
		Kind: fault.Invalid, Code: "AGENCY_TWICE",
		Vi: "Cơ quan, đơn vị “%s” có hai lần trong danh sách. Hãy bỏ một lần.",
		En: "The agency %q stands twice in the list. Leave one of them out.",
	}
	// GroupUnknown is a group that the cycle's regulation has no criteria for.
	GroupUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "GROUP_UNKNOWN",
		Vi: "Quy định của kỳ này không có bộ tiêu chí cho khối “%s”.",
		En: "The regulation of this cycle has no criteria set for the group %q.",
	}
	// ItemUnknown is an item that the group's criteria set does not have.
	ItemUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "ITEM_UNKNOWN",
		Vi: "Bộ tiêu chí của khối không có mục “%s” chấm điểm.",
		En: "The group's criteria set has no item %q.",
	}
	// ItemTwice is an item that guidance names twice.
	ItemTwice = fault.Reason{
		Kind: fault.Invalid, Code: "ITEM_TWICE",
		Vi: "Mục “%s” có hai lần trong hướng dẫn. Hãy gộp lại.",
		En: "The item %q stands twice in the guidance. Put the two together.",
	}
	// NoticeMissing is a further version of guidance that does not say what changed.
	NoticeMissing = fault.Reason{
		Kind: fault.Invalid, Code: "NOTICE_MISSING",
		Vi: "Cần nêu nội dung thay đổi so với bản hướng dẫn trước.",
		En: "Say what changed since the version before.",
	}
	// PhaseNotNext is a move to another phase than the next.
	PhaseNotNext = fault.Reason{
		Kind: fault.Precondition, Code: "PHASE_NOT_NEXT",
		Vi: "Kỳ đang ở giai đoạn “%s”; “%s” không phải giai đoạn kế tiếp theo quy định.",
		En: "The cycle is in the phase %s; %s is not the next one that its regulation has.",
	}
	// DraftThere is an import over a draft that says something else, by somebody who
	// does not say which version of it they have read.
	DraftThere = fault.Reason{
		Kind: fault.Conflict, Code: "DRAFT_THERE",
		Vi: "Đã có dự thảo này với nội dung khác (phiên bản %s). Hãy xem lại dự thảo; nếu vẫn muốn thay, hãy gửi kèm phiên bản đó.",
		En: "There is such a draft with other content (version %s). Look at it; to replace it all the same, send that version along.",
	}
	// TreeTooDeep is a node with more nodes above it than there can be.
	TreeTooDeep = fault.Reason{
		Kind: fault.Invalid, Code: "TREE_TOO_DEEP",
		Vi: "Bộ tiêu chí có quá nhiều cấp: phía trên một mục chỉ có tối đa %d cấp.",
		En: "The criteria have too many levels: at most %d nodes can stand above another.",
	}
	// PhaseFinal is a return from a phase that nobody comes back from.
	PhaseFinal = fault.Reason{
		Kind: fault.Precondition, Code: "PHASE_FINAL",
		Vi: "Không thể lùi kỳ từ giai đoạn “%s”: chỉ lùi được từ thẩm định lần 1 đến khi trình Ủy ban nhân dân.",
		En: "The cycle cannot be moved back from the phase %s: it can from APPRAISAL_1 to PRESENTED.",
	}
	// ReasonMissing is a return without a reason.
	ReasonMissing = fault.Reason{
		Kind: fault.Invalid, Code: "REASON_MISSING",
		Vi: "Cần nêu lý do lùi kỳ về giai đoạn trước.",
		En: "Say why the cycle is moved back.",
	}
	// PhaseWithoutWindow is a deadline for a phase that has none.
	PhaseWithoutWindow = fault.Reason{
		Kind: fault.Precondition, Code: "PHASE_WITHOUT_WINDOW",
		Vi: "Giai đoạn “%s” không có thời hạn trong kỳ này.",
		En: "The phase %s has no window in this cycle.",
	}
	// PhasePast is a deadline for a phase that the cycle has left.
	PhasePast = fault.Reason{
		Kind: fault.Precondition, Code: "PHASE_PAST",
		Vi: "Giai đoạn “%s” đã qua; kỳ đang ở giai đoạn “%s”.",
		En: "The phase %s is over; the cycle is in %s.",
	}
	// DeadlinePast is a deadline that is not in the future.
	DeadlinePast = fault.Reason{
		Kind: fault.Invalid, Code: "DEADLINE_PAST",
		Vi: "Thời hạn đã qua. Hãy chọn một thời điểm trong tương lai.",
		En: "The deadline is past already. Choose an instant in the future.",
	}
	// WindowReversed is a deadline that is not after the opening.
	WindowReversed = fault.Reason{
		Kind: fault.Invalid, Code: "WINDOW_REVERSED",
		Vi: "Thời hạn phải sau thời điểm mở.",
		En: "The deadline must be after the opening.",
	}
	// RevisionAhead is an acknowledgement of changes that have not happened.
	RevisionAhead = fault.Reason{
		Kind: fault.Invalid, Code: "REVISION_AHEAD",
		Vi: "Chưa có thay đổi số %d; thay đổi gần nhất là số %d.",
		En: "There is no revision %d yet; the last one is %d.",
	}
)

// groupUnscored is GroupEmpty for a group of a new cycle that has agencies, if
// any, of which none is scored.
func groupUnscored(group string) *fault.Fault {
	empty := GroupEmpty
	empty.Vi = fmt.Sprintf("Khối “%s” của quy định không có cơ quan, đơn vị nào được chấm điểm trong kỳ này.", group)
	empty.En = fmt.Sprintf("The group %q of the regulation has no agency that is scored in this cycle.", group)
	return &fault.Fault{Reason: empty}
}

// faults collects faults of one request.
type faults []*fault.Fault

func (f *faults) add(found *fault.Fault) { *f = append(*f, found) }

// err is the first fault with all of them as its violations, or nil.
func (f *faults) err() error {
	if len(*f) == 0 {
		return nil
	}
	all := make(findings, 0, len(*f))
	for _, found := range *f {
		all.add(found.Field, found)
	}
	first := (*f)[0]
	return &fault.Fault{Reason: first.Reason, Field: first.Field, Violations: all}
}

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

// What can be wrong in a regulation, beside what libs/rule finds in its rules
// and libs/points in its rounding.
var (
	// TextMissing is a blank text where one is needed.
	TextMissing = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_MISSING",
		Vi: "Chưa có nội dung.",
		En: "There is no text.",
	}
	// TextUnprintable is a text with control characters.
	TextUnprintable = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_UNPRINTABLE",
		Vi: "Nội dung có ký tự điều khiển không in được. Hãy xóa các ký tự đó.",
		En: "The text has control characters that cannot be printed. Remove them.",
	}
	// DateMissing is a date that is needed to issue.
	DateMissing = fault.Reason{
		Kind: fault.Invalid, Code: "DATE_MISSING",
		Vi: "Cần có ngày này để ban hành.",
		En: "This date is needed to issue.",
	}
	// DateNotReal is a date that no calendar has.
	DateNotReal = fault.Reason{
		Kind: fault.Invalid, Code: "DATE_NOT_REAL",
		Vi: "Không có ngày %s.",
		En: "There is no date %s.",
	}
	// RoundsOutOfRange is a number of rounds other than 1 or 2.
	RoundsOutOfRange = fault.Reason{
		Kind: fault.Invalid, Code: "ROUNDS_OUT_OF_RANGE",
		Vi: "Số lần tự đánh giá phải là 1 hoặc 2, không phải %d.",
		En: "There can be 1 or 2 rounds, not %d.",
	}
	// ReplacedNotIssued is a regulation to be replaced that is not in force.
	ReplacedNotIssued = fault.Reason{
		Kind: fault.Invalid, Code: "REPLACED_NOT_ISSUED",
		Vi: "Quy định “%s” %s nên không thay thế được; chỉ thay thế quy định đã ban hành và còn hiệu lực.",
		En: "The regulation %q is %s and cannot be replaced; only one that is ISSUED can.",
	}
	// CriteriaSetsMissing is a regulation without criteria.
	CriteriaSetsMissing = fault.Reason{
		Kind: fault.Invalid, Code: "CRITERIA_SETS_MISSING",
		Vi: "Quy định chưa có bộ tiêu chí nào.",
		En: "The regulation has no criteria set.",
	}
	// GroupTwice is a group with two criteria sets.
	GroupTwice = fault.Reason{
		Kind: fault.Invalid, Code: "GROUP_TWICE",
		Vi: "Khối “%s” đã có một bộ tiêu chí ở trên.",
		En: "The group %q has a criteria set above already.",
	}
	// CodeTwice is a code given to two nodes of one part.
	CodeTwice = fault.Reason{
		Kind: fault.Invalid, Code: "CODE_TWICE",
		Vi: "Mã số %s đã dùng ở trên trong cùng phần.",
		En: "The code %s stands above already in the same part.",
	}
	// ParentNotBefore is a parent that does not stand above its child.
	ParentNotBefore = fault.Reason{
		Kind: fault.Invalid, Code: "PARENT_NOT_BEFORE",
		Vi: "Không có mục %s nào đứng trước mục này trong cùng phần.",
		En: "No node %s stands before this one in the same part.",
	}
	// FieldMissing is a domain without its canonical key.
	FieldMissing = fault.Reason{
		Kind: fault.Invalid, Code: "FIELD_MISSING",
		Vi: "Lĩnh vực %s chưa có khóa lĩnh vực (ví dụ “procedures”).",
		En: "The domain %s has no field (such as \"procedures\").",
	}
	// FieldTwice is a field given to two domains of one criteria set.
	FieldTwice = fault.Reason{
		Kind: fault.Invalid, Code: "FIELD_TWICE",
		Vi: "Khóa lĩnh vực “%s” đã dùng cho một lĩnh vực khác của bộ tiêu chí này.",
		En: "The field %q belongs already to another domain of this criteria set.",
	}
	// FieldBelowDomain is a field of a node that is no domain.
	FieldBelowDomain = fault.Reason{
		Kind: fault.Invalid, Code: "FIELD_BELOW_DOMAIN",
		Vi: "Mục %s không phải lĩnh vực nên không có khóa lĩnh vực.",
		En: "The node %s is no domain and has no field of its own.",
	}
	// ItemWithChildren is a node that carries points and has nodes below it.
	ItemWithChildren = fault.Reason{
		Kind: fault.Invalid, Code: "ITEM_WITH_CHILDREN",
		Vi: "Mục %s có mục con nên không tự mang điểm.",
		En: "The node %s has others below it and cannot carry points itself.",
	}
	// LeafWithoutItem is a node that neither carries points nor has nodes below it.
	LeafWithoutItem = fault.Reason{
		Kind: fault.Invalid, Code: "LEAF_WITHOUT_ITEM",
		Vi: "Mục %s không có mục con và cũng chưa có điểm.",
		En: "The node %s has none below it and carries no points.",
	}
	// RuleNotAllowed is a rule of a family that does not go with the source kind.
	RuleNotAllowed = fault.Reason{
		Kind: fault.Invalid, Code: "RULE_NOT_ALLOWED",
		Vi: "Loại quy tắc “%s” không dùng được cho nguồn số liệu %s.",
		En: "A rule of the family %q does not go with the source kind %s.",
	}
	// VectorFails is a test vector to which the rule gives other points.
	VectorFails = fault.Reason{
		Kind: fault.Invalid, Code: "TEST_VECTOR_FAILS",
		Vi: "Ca kiểm tra ghi %s điểm, quy tắc cho %s điểm.",
		En: "The test vector states %s points and the rule gives %s.",
	}
	// VectorApplicable is a test vector that is not applicable, to which the rule
	// gives points.
	VectorApplicable = fault.Reason{
		Kind: fault.Invalid, Code: "TEST_VECTOR_APPLICABLE",
		Vi: "Ca kiểm tra ghi không chấm, quy tắc cho %s điểm.",
		En: "The test vector states that the item is not applicable, and the rule gives %s points.",
	}
	// VectorNotApplicable is a test vector with points, to which the rule gives
	// none.
	VectorNotApplicable = fault.Reason{
		Kind: fault.Invalid, Code: "TEST_VECTOR_NOT_APPLICABLE",
		Vi: "Ca kiểm tra ghi %s điểm, theo quy tắc thì không chấm nội dung này.",
		En: "The test vector states %s points, and by the rule the item is not applicable.",
	}
	// TotalNot100 is a criteria set whose items do not come to 100.
	TotalNot100 = fault.Reason{
		Kind: fault.Invalid, Code: "TOTAL_NOT_100",
		Vi: "Tổng điểm tối đa của bộ tiêu chí là %s, phải là 100.",
		En: "The max points of the criteria set come to %s and must come to 100.",
	}
	// ClassEndOutOfRange is an end of a class outside the scale.
	ClassEndOutOfRange = fault.Reason{
		Kind: fault.Invalid, Code: "CLASS_END_OUT_OF_RANGE",
		Vi: "Mức %s nằm ngoài thang từ 0 đến 100.",
		En: "The end %s is outside the scale from 0 to 100.",
	}
	// ClassEmpty is a class that no index falls in.
	ClassEmpty = fault.Reason{
		Kind: fault.Invalid, Code: "CLASS_EMPTY",
		Vi: "Không chỉ số nào thuộc hạng này.",
		En: "No index falls in this class.",
	}
	// ClassesOutOfOrder is a class above the one before it.
	ClassesOutOfOrder = fault.Reason{
		Kind: fault.Invalid, Code: "CLASSES_OUT_OF_ORDER",
		Vi: "Các hạng phải xếp từ cao xuống thấp.",
		En: "The classes must go from the best to the lowest.",
	}
	// ClassesGap is an index that no class takes.
	ClassesGap = fault.Reason{
		Kind: fault.Invalid, Code: "CLASSES_GAP",
		Vi: "Không hạng nào nhận chỉ số trong khoảng %s.",
		En: "No class takes an index in %s.",
	}
	// ClassesOverlap is an index that two classes take.
	ClassesOverlap = fault.Reason{
		Kind: fault.Invalid, Code: "CLASSES_OVERLAP",
		Vi: "Hai hạng cùng nhận chỉ số trong khoảng %s.",
		En: "Two classes take an index in %s.",
	}
	// FieldUnknown is an item that speaks of a domain that its criteria set does not
	// have.
	FieldUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "FIELD_UNKNOWN",
		Vi: "Bộ tiêu chí không có lĩnh vực “%s”; các lĩnh vực: %s.",
		En: "The criteria set has no domain %q; its domains are %s.",
	}
	// FieldOwn is an item that names its own domain as the other one it speaks of.
	FieldOwn = fault.Reason{
		Kind: fault.Invalid, Code: "FIELD_OWN",
		Vi: "“%s” là lĩnh vực của chính mục này. Hãy để trống, hoặc ghi lĩnh vực khác mà mục này hỏi về.",
		En: "%q is the domain that the item belongs to. Leave it empty, or name the other one that it asks about.",
	}
	// EffectiveBeforeIssue is a document that would hold before there was one.
	EffectiveBeforeIssue = fault.Reason{
		Kind: fault.Invalid, Code: "EFFECTIVE_BEFORE_ISSUE",
		Vi: "Ngày hiệu lực %s trước ngày ban hành %s. Hãy sửa một trong hai.",
		En: "The document is in force from %s, before its date, %s. Mend one of them.",
	}
	// BasisIncomplete is a basis that nobody can look up.
	BasisIncomplete = fault.Reason{
		Kind: fault.Invalid, Code: "BASIS_INCOMPLETE",
		Vi: "Căn cứ cần đủ nguồn, dòng (từ 1) và con số hoặc tên ghi trên dòng đó; nếu không có căn cứ thì để trống cả ba (trong tệp YAML: basis: none).",
		En: "A basis needs its source, the line (from 1) and the figure or name on that line; if there is none, leave all three empty (in a YAML file: basis: none).",
	}
	// ReplacesItself is a decision that replaces its own number.
	ReplacesItself = fault.Reason{
		Kind: fault.Invalid, Code: "REPLACES_ITSELF",
		Vi: "%s là số của chính quyết định này. Hãy ghi số quyết định bị thay thế.",
		En: "%s is the number of this decision itself. Write the one that it replaces.",
	}
	// ReplacedDecisionDiffers is a stored regulation that is to be replaced, of another
	// number than the decision that is.
	ReplacedDecisionDiffers = fault.Reason{
		Kind: fault.Invalid, Code: "REPLACED_DECISION_DIFFERS",
		Vi: "Quy định “%s” được thay thế có số quyết định %s, ở đây ghi %s. Hãy sửa một trong hai.",
		En: "The regulation %q, which is replaced, is the decision %s, and here stands %s. Mend one of them.",
	}
	// CalendarPhaseAbsent is the end of a phase that cycles do not come through.
	CalendarPhaseAbsent = fault.Reason{
		Kind: fault.Invalid, Code: "CALENDAR_PHASE_ABSENT",
		Vi: "Theo số lần tự đánh giá và việc có Hội đồng thẩm định hay không thì không có giai đoạn “%s”. Hãy bỏ mốc này hoặc sửa các mục đó.",
		En: "With these rounds, and with or without an appraisal council as stated, there is no phase %s. Drop the step or mend those.",
	}
	// SubordinatesSameGroup is a special rule that compares a group with itself.
	SubordinatesSameGroup = fault.Reason{
		Kind: fault.Invalid, Code: "SUBORDINATES_SAME_GROUP",
		Vi: "Khối “%s” không thể là khối cấp dưới của chính nó. Hãy ghi khối khác.",
		En: "The group %q cannot be the one below itself. Name another one.",
	}
	// SpecialRuleTwice is a second special rule for the same two groups.
	SpecialRuleTwice = fault.Reason{
		Kind: fault.Invalid, Code: "SPECIAL_RULE_TWICE",
		Vi: "Đã có quy tắc riêng cho khối “%s” theo khối cấp dưới “%s” ở trên. Hãy để một quy tắc.",
		En: "There is a special rule for %q by the classes of %q above already. Keep one of them.",
	}
	// SpecialRuleClasses is two groups whose classes cannot be compared.
	SpecialRuleClasses = fault.Reason{
		Kind: fault.Invalid, Code: "SPECIAL_RULE_CLASSES_DIFFER",
		Vi: "Khối “%s” có %d loại, khối cấp dưới “%s” có %d; quy tắc này cần hai khối có cùng số loại, ít nhất một. Hãy sửa phần xếp loại.",
		En: "The group %q has %d classes and %q, the one below, %d; the rule needs equally many in both, and at least one. Mend the classes.",
	}
	// ShareAboveOne is a share that nobody can reach.
	ShareAboveOne = fault.Reason{
		Kind: fault.Invalid, Code: "SHARE_ABOVE_ONE",
		Vi: "Tỷ lệ %d/%d lớn hơn 1 nên không cơ quan nào đạt. Tử số không được lớn hơn mẫu số.",
		En: "The share %d/%d is above 1, so that no agency reaches it. The numerator must not be above the denominator.",
	}
	// RespondentsUndefined is a survey link to nobody.
	RespondentsUndefined = fault.Reason{
		Kind: fault.Invalid, Code: "RESPONDENTS_UNDEFINED",
		Vi: "Không có nhóm đối tượng khảo sát “%s”. Hãy thêm nhóm này hoặc sửa mã.",
		En: "There is no respondent group %q. Add it or mend the id.",
	}
	// LinkNodeUnknown is a survey link to a node that the group does not have.
	LinkNodeUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "LINK_NODE_UNKNOWN",
		Vi: "Bộ tiêu chí của khối không có mục %s. Hãy sửa mã mục.",
		En: "The group's criteria set has no node %s. Mend it.",
	}
	// WeightNotPositive is a weight that counts nobody.
	WeightNotPositive = fault.Reason{
		Kind: fault.Invalid, Code: "WEIGHT_NOT_POSITIVE",
		Vi: "Trọng số phải lớn hơn 0, không phải %s.",
		En: "A weight must be above 0 and is %s.",
	}
	// WeightMissing is a link without a weight beside one with a weight.
	WeightMissing = fault.Reason{
		Kind: fault.Invalid, Code: "WEIGHT_MISSING",
		Vi: "Nhóm khác cùng được hỏi về mục %s có trọng số, nhóm này thì không. Hãy ghi trọng số cho tất cả hoặc không ghi cho nhóm nào.",
		En: "Others who are asked about %s have a weight and these have none. State all weights, or none.",
	}
)
