package catalog

import (
	"github.com/parindex/parindex/libs/fault"
)

// The faults of requests about authorities, agencies and cycles.
var (
	// AuthorityUnknown is an authority that is not there.
	AuthorityUnknown = fault.NotFound.Reason("AUTHORITY_UNKNOWN",
		"Không tìm thấy cơ quan tổ chức đánh giá này. Hãy kiểm tra lại mã.",
		"There is no such authority. Check its id.")
	// AgencyUnknown is an agency that is not there, in this authority.
	AgencyUnknown = fault.NotFound.Reason("AGENCY_UNKNOWN",
		"Không tìm thấy cơ quan, đơn vị này. Hãy kiểm tra lại mã.",
		"There is no such agency in this authority. Check its id.")
	// CycleUnknown is a cycle that is not there, in this authority.
	CycleUnknown = fault.NotFound.Reason("CYCLE_UNKNOWN",
		"Không tìm thấy kỳ đánh giá này. Hãy kiểm tra lại mã.",
		"There is no such cycle in this authority. Check its id.")
	// AuthorityMismatch is a file for another authority than the request's.
	AuthorityMismatch = fault.Invalid.Reason("AUTHORITY_MISMATCH",
		"Tệp danh mục là của “%s”, không phải của “%s”. Hãy chọn đúng tệp hoặc đúng cơ quan tổ chức đánh giá.",
		"The catalog file is for %q and not for %q. Choose the right file or the right authority.")
	// AgencyNameMissing is a change that leaves an agency without a name.
	AgencyNameMissing = fault.Invalid.Reason("AGENCY_NAME_MISSING",
		"Tên cơ quan, đơn vị và tên gọi khác không được để trống. Hãy nhập tên, ví dụ “Sở Nội vụ”, hoặc bỏ mục này.",
		"A name or alias must not be blank. Enter one, such as “Sở Nội vụ”, or remove the entry.")
)

// The faults of requests about run cycles.
var (
	// CycleExists is an id that another cycle has.
	CycleExists = fault.Exists.Reason("CYCLE_EXISTS",
		"Mã này đã dùng cho một kỳ đánh giá khác. Hãy chọn mã khác.",
		"Another cycle of this authority has this id. Choose another one.")
	// GroupUnknown is a group that the cycle's regulation has no criteria for.
	GroupUnknown = fault.Invalid.Reason("GROUP_UNKNOWN",
		"Quy định của kỳ này không có bộ tiêu chí cho khối “%s”. Hãy kiểm tra lại mã khối.",
		"The regulation of this cycle has no criteria set for the group %q. Check the group's id.")
	// ItemUnknown is an item that the group's criteria set does not have.
	ItemUnknown = fault.Invalid.Reason("ITEM_UNKNOWN",
		"Bộ tiêu chí của khối không có mục “%s” chấm điểm. Hãy kiểm tra lại mã.",
		"The group's criteria set has no item %q. Check its id.")
	// ItemTwice is an item that guidance names twice.
	ItemTwice = fault.Invalid.Reason("ITEM_TWICE",
		"Mục “%s” xuất hiện hai lần trong hướng dẫn. Hãy gộp lại thành một.",
		"The guidance names the item %q twice. Put the two texts together.")
	// NoticeMissing is a further version of guidance that does not say what changed.
	NoticeMissing = fault.Invalid.Reason("GUIDANCE_NOTICE_MISSING",
		"Chưa nêu nội dung thay đổi so với bản hướng dẫn trước. Hãy nhập tóm tắt các thay đổi.",
		"Say what changed since the version before.")
	// PhaseNotNext is a move to another phase than the next.
	PhaseNotNext = fault.Precondition.Reason("PHASE_NOT_NEXT",
		"Kỳ đang ở giai đoạn “%s”; “%s” không phải giai đoạn kế tiếp theo quy định. Hãy chuyển lần lượt từng giai đoạn.",
		"The cycle is in the phase %s; %s is not the next one that its regulation has. Move through the phases one by one.")
	// CycleArchived is a change of a cycle that is closed for good. The argument is its
	// id.
	CycleArchived = fault.Precondition.Reason("CYCLE_ARCHIVED",
		"Kỳ “%s” đã lưu trữ nên không thay đổi được nữa. Hãy làm việc với một kỳ chưa lưu trữ.",
		"The cycle %q is archived and no longer changes. Choose a cycle that is not archived.")
	// GuidanceTooLate is guidance for a cycle whose result is published. The argument is
	// the id of the cycle.
	GuidanceTooLate = fault.Precondition.Reason("GUIDANCE_TOO_LATE",
		"Kết quả của kỳ “%s” đã công bố nên không ban hành hướng dẫn chấm điểm cho kỳ này nữa. Hãy ban hành hướng dẫn cho một kỳ chưa công bố.",
		"The result of the cycle %q is published, so it gets no more guidance. Publish guidance for a cycle that is not published.")
	// PhaseFinal is a return from a phase from which a cycle cannot be moved back.
	PhaseFinal = fault.Precondition.Reason("PHASE_FINAL",
		"Không thể lùi kỳ từ giai đoạn “%s”: chỉ lùi được từ thẩm định lần 1 đến khi trình Ủy ban nhân dân. Hãy giữ nguyên giai đoạn.",
		"The cycle cannot be moved back from the phase %s: it can from APPRAISAL_1 to PRESENTED. Leave it there.")
	// PhaseNotPrevious is a return to another phase than the one before. Its arguments
	// are the present phase and the one before.
	PhaseNotPrevious = fault.Precondition.Reason("PHASE_NOT_PREVIOUS",
		"Kỳ đang ở giai đoạn “%s”, chỉ lùi được về giai đoạn ngay trước là “%s”. Hãy lùi lần lượt từng giai đoạn.",
		"The cycle is in the phase %s; the phase before is %s. Move back through the phases one by one.")
	// CyclePublished is a return of a cycle whose result is published.
	CyclePublished = fault.Precondition.Reason("CYCLE_PUBLISHED",
		"Kết quả của kỳ đã công bố nên không lùi giai đoạn được nữa. Nếu cần sửa kết quả, hãy mở đính chính cho cơ quan và nội dung cần sửa.",
		"The result of the cycle is published, so the cycle cannot be moved back. To change the result, open a correction for the agencies and items.")
	// CycleUnpublished is a move to PUBLISHED without a publication.
	CycleUnpublished = fault.Precondition.Reason("CYCLE_UNPUBLISHED",
		"Kết quả của kỳ chưa được công bố. Hãy công bố kết quả trước, rồi chuyển giai đoạn.",
		"The result of the cycle is not published. Publish it first, then move the cycle.")
	// CycleNotPresented is a publication of a cycle before the phase PRESENTED. Its
	// argument is the present phase.
	CycleNotPresented = fault.Precondition.Reason("CYCLE_NOT_PRESENTED",
		"Kỳ đang ở giai đoạn “%s”, chưa trình Ủy ban nhân dân. Hãy chuyển kỳ sang giai đoạn trình trước khi công bố.",
		"The cycle is in the phase %s and not yet presented to the People's Committee. Move it to PRESENTED before you publish.")
	// PhaseWithoutWindow is a deadline for a phase that has none.
	PhaseWithoutWindow = fault.Precondition.Reason("PHASE_WITHOUT_WINDOW",
		"Giai đoạn “%s” không có thời hạn trong kỳ này. Hãy chọn giai đoạn tự đánh giá hoặc thẩm định.",
		"The phase %s has no window in this cycle. Choose a phase of self-assessment or appraisal.")
	// PhasePast is a deadline for a phase that the cycle has left.
	PhasePast = fault.Precondition.Reason("PHASE_PAST",
		"Giai đoạn “%s” đã qua; kỳ đang ở giai đoạn “%s”. Hãy chọn giai đoạn hiện tại hoặc sau đó.",
		"The phase %s is over; the cycle is in %s. Choose this phase or a later one.")
	// DeadlinePast is a deadline that is not in the future.
	DeadlinePast = fault.Invalid.Reason("DEADLINE_PAST",
		"Thời hạn đã qua. Hãy chọn một thời điểm trong tương lai.",
		"The deadline is past already. Choose an instant in the future.")
	// ExtensionOfOne is an extension of neither or both of an agency and a group.
	ExtensionOfOne = fault.Invalid.Reason("EXTENSION_OF_ONE",
		"Mỗi lần chỉ gia hạn cho một cơ quan hoặc một khối. Hãy nêu một trong hai, ví dụ agency so-y-te.",
		"An extension is for one agency or for one group. Name one of the two, for example the agency so-y-te.")
	// ExtensionOfSelf is an extension of a phase that is no self-assessment of the cycle.
	ExtensionOfSelf = fault.Precondition.Reason("EXTENSION_OF_SELF",
		"Chỉ gia hạn riêng cho giai đoạn tự đánh giá có trong kỳ; “%s” không phải giai đoạn đó. Hãy chọn SELF_1 hoặc SELF_2; thời hạn thẩm định thì đặt lại cho tất cả.",
		"Only the deadline of a self-assessment that the cycle has is extended for one agency or group, and %s is none. Choose SELF_1 or SELF_2; reschedule an appraisal for everybody.")
	// ExtensionEarlier is an extension that ends no later than the deadline of all.
	ExtensionEarlier = fault.Invalid.Reason("EXTENSION_EARLIER",
		"Thời hạn gia hạn phải sau thời hạn chung của giai đoạn; giai đoạn đang mở không thời hạn thì không cần gia hạn. Hãy chọn thời điểm muộn hơn.",
		"An extension must end after the deadline of all; a phase that is open without a deadline needs none. Choose a later instant.")
	// WindowReversed is a deadline that is not after the opening.
	WindowReversed = fault.Invalid.Reason("WINDOW_REVERSED",
		"Thời hạn phải sau thời điểm mở. Hãy sửa một trong hai.",
		"The deadline must be after the opening. Correct one of them.")
	// RevisionAhead is an acknowledgement of changes that have not happened.
	RevisionAhead = fault.Invalid.Reason("REVISION_AHEAD",
		"Chưa có thay đổi số %[1]d; thay đổi gần nhất là số %[2]d. Hãy xác nhận thay đổi số %[2]d hoặc số nhỏ hơn.",
		"There is no revision %[1]d yet; the last one is %[2]d. Confirm revision %[2]d or an earlier one.")
)

// The faults of departures (rule C1b).
var (
	// DepartureTooLate is a departure recorded or taken back after the result was
	// presented; the argument is the phase.
	DepartureTooLate = fault.Precondition.Reason("DEPARTURE_TOO_LATE",
		"Kỳ đang ở giai đoạn “%s”; chỉ ghi nhận hoặc hủy ghi nhận cơ quan, đơn vị rời kỳ trước khi trình kết quả. Hãy lùi kỳ về trước giai đoạn trình rồi thực hiện.",
		"The cycle is in the phase %s; a departure can be recorded or taken back until the result is presented. Move the cycle back first.")
	// AgencyUnscored is a departure of an agency that is not scored anyway; the argument
	// is the reason.
	AgencyUnscored = fault.Precondition.Reason("AGENCY_UNSCORED",
		"Cơ quan, đơn vị này vốn không được chấm điểm trong kỳ: %s. Hãy chọn cơ quan, đơn vị đang được chấm điểm.",
		"This agency is not scored in the cycle anyway: %s. Choose an agency that is.")
	// AgencyHasLeft is a second departure; the argument is the letter of the first one.
	AgencyHasLeft = fault.Precondition.Reason("AGENCY_HAS_LEFT",
		"Cơ quan, đơn vị này đã được ghi nhận rời kỳ theo văn bản %s. Nếu ghi sai, hãy hủy ghi nhận đó trước.",
		"The departure of this agency is recorded already, by the letter %s. Take that one back first if it is wrong.")
	// AgencyHasNotLeft is a departure taken back that was not recorded.
	AgencyHasNotLeft = fault.Precondition.Reason("AGENCY_HAS_NOT_LEFT",
		"Chưa có ghi nhận cơ quan, đơn vị này rời kỳ nên không có gì để hủy. Hãy kiểm tra lại mã.",
		"No departure of this agency is recorded, so there is none to take back. Check its id.")
	// OwnDeparture is a departure that concerns the caller's own agency.
	OwnDeparture = fault.Denied.Reason("DEPARTURE_OF_OWN_AGENCY",
		"Không ai tự ghi nhận hoặc hủy ghi nhận việc rời kỳ của chính cơ quan mình. Hãy nhờ người điều phối hoặc thành viên Hội đồng thẩm định thuộc cơ quan khác.",
		"Nobody records or takes back the departure of the own agency. Ask a coordinator or a member of the appraisal council from another agency.")
)

// GroupUnscored is a group of a new cycle without a scored agency.
var GroupUnscored = fault.Invalid.Reason("GROUP_UNSCORED",
	"Khối “%s” của quy định không có cơ quan, đơn vị nào được chấm điểm trong kỳ này. Hãy bổ sung ít nhất một.",
	"The group %q of the regulation has no agency that is scored in this cycle. Add one at least.")

// faults collects the faults of one request.
type faults []*fault.Fault

func (f *faults) add(found *fault.Fault) { *f = append(*f, found) }

// err returns the first fault with all faults as its violations, or nil.
func (f *faults) err() error {
	if len(*f) == 0 {
		return nil
	}
	all := make(violations, 0, len(*f))
	for _, found := range *f {
		all.add(found.Field, found)
	}
	first := (*f)[0]
	return &fault.Fault{Reason: first.Reason, Field: first.Field, Violations: all}
}

// The faults of the names of an agency, in a request or in a file.
var (
	// AgencyNameTaken is a name or alias that another agency of the authority has.
	AgencyNameTaken = fault.Exists.Reason("AGENCY_NAME_TAKEN",
		"“%s” đã là tên hoặc tên gọi khác của cơ quan, đơn vị “%s”. Hãy đặt tên khác.",
		"%q is already the name or an alias of the agency %q. Choose another name.")
	// AgencyNameTakenMeanwhile is a name that another agency got after this request
	// had read the names.
	AgencyNameTakenMeanwhile = fault.Exists.Reason("AGENCY_NAME_TAKEN_MEANWHILE",
		"Một cơ quan, đơn vị khác vừa nhận tên này. Hãy tải lại rồi đặt tên khác.",
		"Another agency has just been given this name. Read the agency again and choose another name.")
	// AliasRepeated is an alias that is the agency's name or another of its aliases.
	AliasRepeated = fault.Invalid.Reason("ALIAS_REPEATED",
		"“%s” đã là tên hoặc tên gọi khác của chính cơ quan, đơn vị này. Hãy bỏ một trong hai.",
		"%q is already the name or another alias of this agency. Leave one of them out.")
)

// The faults of a catalog file: it contradicts itself or the stored catalog.
var (
	// ParentUnknown is a parent that is no agency of the file.
	ParentUnknown = fault.Invalid.Reason("PARENT_UNKNOWN",
		"Cơ quan cấp trên “%s” không có trong danh sách cơ quan, đơn vị của tệp. Hãy bổ sung hoặc sửa mã.",
		"The parent %q is not among the agencies of the file. Add it, or correct the id.")
	// ParentLoop is an agency above itself.
	ParentLoop = fault.Invalid.Reason("PARENT_LOOP",
		"“%s” trở thành cấp trên của chính mình qua chuỗi cơ quan cấp trên. Hãy sửa cơ quan cấp trên.",
		"By its chain of parents %q is above itself. Correct one of the parents.")
	// AuthorityParentUnknown is a parent authority that does not exist or that the
	// caller may not see.
	AuthorityParentUnknown = fault.Invalid.Reason("AUTHORITY_PARENT_UNKNOWN",
		"Không có cơ quan cấp trên “%s”, hoặc bạn không có vai trò nào ở đó. Hãy kiểm tra lại mã.",
		"There is no authority %q, or you have no role in it. Check its id.")
	// GroupEmpty is a group without agencies.
	GroupEmpty = fault.Invalid.Reason("GROUP_EMPTY",
		"Khối “%s” không có cơ quan, đơn vị nào. Hãy bổ sung cơ quan, đơn vị hoặc bỏ khối.",
		"The group %q has no agencies. Add agencies, or remove the group.")
	// GroupEmptied is a stored group whose last agency a file would move away.
	GroupEmptied = fault.Invalid.Reason("GROUP_EMPTIED",
		"Tệp chuyển hết cơ quan, đơn vị ra khỏi khối “%s” đã lưu của kỳ này, nên khối đó sẽ bị trống. Hãy để lại ít nhất một cơ quan, đơn vị.",
		"The file moves every agency out of the stored group %q of this cycle, which would stay empty. Leave at least one in it.")
	// MemberUnknown is an agency of a cycle that is no agency of the file.
	MemberUnknown = fault.Invalid.Reason("MEMBER_UNKNOWN",
		"“%s” không có trong danh sách cơ quan, đơn vị của tệp. Hãy bổ sung hoặc sửa mã.",
		"%q is not among the agencies of the file. Add it, or correct the id.")
	// MemberTwice is an agency that a cycle names twice.
	MemberTwice = fault.Invalid.Reason("MEMBER_TWICE",
		"“%s” đã có ở khối “%s” của kỳ này; mỗi cơ quan, đơn vị thuộc đúng một khối. Hãy bỏ một lần.",
		"%q is in the group %q of this cycle already; an agency belongs to one group. Keep one of the two.")
	// OriginFixed is a stored cycle with another origin.
	OriginFixed = fault.Invalid.Reason("ORIGIN_FIXED",
		"Kỳ này đã lưu với nguồn %s và không đổi được. Hãy ghi đúng nguồn đã lưu.",
		"This cycle is stored with the origin %s, which never changes. Write that origin.")
	// RegulationNeeded is a run cycle that a file would create.
	RegulationNeeded = fault.Invalid.Reason("REGULATION_NEEDED",
		"Kỳ “%s” do hệ thống tổ chức phải theo một quy định đã ban hành. Hãy tạo kỳ này bằng chức năng tạo kỳ đánh giá, không tạo bằng tệp.",
		"The platform runs the cycle %q, so it must pin an issued regulation. Create it with CreateCycle and not with a file.")
	// MembersFixed is a change of the agencies of a run cycle that has begun.
	MembersFixed = fault.Invalid.Reason("MEMBERS_FIXED",
		"Kỳ đang ở giai đoạn “%s”; tệp chỉ đổi được danh sách cơ quan, đơn vị khi kỳ còn ở giai đoạn chuẩn bị. Hãy bỏ thay đổi này khỏi tệp.",
		"The cycle is in the phase %s; a file can change its agencies only while it is in PREPARATION. Leave the change out of the file.")
	// YearOutOfRange is a year that no cycle can have; its arguments are the year and
	// the limits.
	YearOutOfRange = fault.Invalid.Reason("YEAR_OUT_OF_RANGE",
		"Năm %d nằm ngoài giới hạn từ %d đến %d. Hãy ghi năm được đánh giá, ví dụ 2023.",
		"The year %d is not between %d and %d. Write the year that is evaluated, such as 2023.")
	// YearFixed is a change of the year of a run cycle that has begun.
	YearFixed = fault.Invalid.Reason("YEAR_FIXED",
		"Kỳ này đã lưu với năm %d và đang ở giai đoạn “%s”; tệp chỉ đổi được năm khi kỳ còn ở giai đoạn chuẩn bị. Hãy ghi đúng năm đã lưu.",
		"This cycle is stored with the year %d and is in the phase %s; a file can change the year only while the cycle is in PREPARATION. Write the stored year.")
)
