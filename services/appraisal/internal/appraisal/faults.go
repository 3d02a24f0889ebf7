package appraisal

import "github.com/parindex/parindex/libs/fault"

// The reasons for which a request about assignments fails.
var (
	// ItemNotAppraised is an item that neither agencies assess nor others report.
	ItemNotAppraised = fault.Invalid.Reason("ITEM_NOT_APPRAISED",
		"Nội dung này không do cơ quan, đơn vị tự đánh giá và không có số liệu do cơ quan khác báo cáo nên không phân công thẩm định. Hãy bỏ khỏi phân công.",
		"Agencies do not assess this item and nobody reports a value for it, so there is nothing to appraise. Remove it from the assignment.")
	// AppraiserUnknown is an assignment to an account that is not there or has not the
	// role of an appraiser.
	AppraiserUnknown = fault.Invalid.Reason("APPRAISER_UNKNOWN",
		"Tài khoản này không có trong tỉnh, huyện hoặc chưa được giao vai trò chuyên viên thẩm định. Hãy chọn trong danh sách chuyên viên thẩm định.",
		"This account is not one of the authority or does not have the role of an appraiser. Choose one from the list of appraisers.")
	// AssignmentExists is an assignment of the same items to the same appraiser.
	AssignmentExists = fault.Exists.Reason("ASSIGNMENT_EXISTS",
		"Chuyên viên này đã được phân công đúng các nội dung này của khối. Không cần phân công lại.",
		"This appraiser is already assigned these items of the group. You need not assign them again; see the list of assignments.")
	// AssignmentUnknown is an assignment that the cycle does not have.
	AssignmentUnknown = fault.NotFound.Reason("ASSIGNMENT_UNKNOWN",
		"Không tìm thấy phân công này trong kỳ đánh giá. Hãy chọn trong danh sách phân công.",
		"This assignment does not exist in the cycle. Choose one from the list of assignments.")
)

// The reasons for which a verdict is refused.
var (
	// CaseUnknown is a case that does not exist or is not assigned to the appraiser.
	CaseUnknown = fault.NotFound.Reason("CASE_UNKNOWN",
		"Không tìm thấy nội dung này trong số nội dung bạn được phân công thẩm định. Hãy chọn trong danh sách được phân công.",
		"This case is not among those assigned to you. Choose one from the list of your cases.")
	// OwnAgency is an appraisal of one of the caller's own agencies or of one above it,
	// or a decision about one.
	OwnAgency = fault.Denied.Reason("OWN_AGENCY",
		"Bạn không được thẩm định hoặc quyết định về cơ quan của mình, cơ quan mà bạn đang giữ vai trò hoặc cơ quan cấp trên của các cơ quan đó. Hãy đề nghị cơ quan thường trực phân công người thay.",
		"You may not appraise or decide about your own agency, an agency for which you hold a role, or an agency above one of them. Ask the coordinator to find somebody else.")
	// CaseClosed is an item that the agency submitted in an earlier round only, and for
	// which nobody has reported a value since.
	CaseClosed = fault.Precondition.Reason("CASE_CLOSED",
		"Kết quả tự đánh giá lần này của cơ quan, đơn vị không có nội dung này và không có số liệu báo cáo mới nên giữ nguyên kết quả của lần trước. Hãy chọn nội dung khác trong danh sách của lần này.",
		"The agency submitted this round without the item, and no value was reported since, so the result of the round before remains. Choose another item from the list of this round.")
	// CorrectionMissing is a disagreement with neither facts nor points.
	CorrectionMissing = fault.Invalid.Reason("CORRECTION_MISSING",
		"Chưa có số liệu thẩm định hoặc điểm. Hãy nhập một trong hai; chỉ bỏ trống khi thiếu tài liệu kiểm chứng hoặc nhiệm vụ chưa thực hiện.",
		"Enter corrected facts or points. You may leave out both only if evidence is missing or the task was not done.")
	// CorrectionTwice is a disagreement with both facts and points.
	CorrectionTwice = fault.Invalid.Reason("CORRECTION_TWICE",
		"Đã nhập cả số liệu thẩm định và điểm. Hãy chỉ giữ một trong hai.",
		"Corrected facts and points are both entered. Keep one of them.")
	// OverrideUnreasoned are points set directly without a reason.
	OverrideUnreasoned = fault.Invalid.Reason("OVERRIDE_UNREASONED",
		"Điểm được cho trực tiếp thay vì tính theo số liệu. Hãy nêu lý do.",
		"The points are set directly and do not follow from facts. Enter the reason.")
)

// The reasons for which a request about reductions fails.
var (
	// ReductionBeyondMax is a reduction of no points or of more than the item has. Its
	// argument is the item's max points.
	ReductionBeyondMax = fault.Invalid.Reason("REDUCTION_BEYOND_MAX",
		"Số điểm chuẩn đề nghị hạ phải lớn hơn 0 và không quá %[1]s là điểm tối đa của nội dung. Hãy nhập số điểm lớn hơn 0, tối đa %[1]s.",
		"A reduction must take out more than 0 and at most %s points, the item's max points. Correct the points.")
	// ReductionExists is a second reduction of an item.
	ReductionExists = fault.Exists.Reason("REDUCTION_EXISTS",
		"Nội dung này đã có một đề nghị hạ điểm chuẩn đang chờ hoặc đã được duyệt. Hãy xem danh sách đề nghị; chỉ gửi đề nghị mới được khi đề nghị trước bị từ chối.",
		"This item already has a reduction that is proposed or approved. See the list of reductions; you can propose another one only if that one is rejected.")
	// ReductionUnknown is a reduction that the cycle does not have.
	ReductionUnknown = fault.NotFound.Reason("REDUCTION_UNKNOWN",
		"Không tìm thấy đề nghị hạ điểm chuẩn này trong kỳ đánh giá. Hãy chọn trong danh sách đề nghị.",
		"This reduction does not exist in the cycle. Choose one from the list of reductions.")
	// ReductionDecided is a second decision on a reduction without its etag, or the
	// withdrawal of a decided one.
	ReductionDecided = fault.Precondition.Reason("REDUCTION_DECIDED",
		"Đề nghị hạ điểm chuẩn này đã được quyết định. Hãy xem quyết định trong danh sách đề nghị; "+
			"hội đồng thẩm định có thể thay quyết định trước khi phê duyệt lần thẩm định cuối.",
		"This reduction is already decided. See the decision in the list of reductions; "+
			"the deciding body can replace it until the last round is approved.")
	// ReductionWithdrawn is a change of a withdrawn reduction.
	ReductionWithdrawn = fault.Precondition.Reason("REDUCTION_WITHDRAWN",
		"Đề nghị hạ điểm chuẩn này đã được rút. Nếu vẫn cần, hãy lập đề nghị mới.",
		"This reduction was withdrawn. Submit a new proposal if it is still needed.")
	// OwnProposal is a decision on a reduction by the one who proposed it.
	OwnProposal = fault.Denied.Reason("OWN_PROPOSAL",
		"Bạn là người đề nghị hạ điểm chuẩn này nên không quyết định được. Hãy đề nghị một thành viên khác có thẩm quyền quyết định.",
		"You proposed this reduction and may not decide it. Ask somebody else who may decide.")
	// NotYoursToDecide is a decision by an approver where the regulation has a council,
	// or by a council member where it has none.
	NotYoursToDecide = fault.Denied.Reason("NOT_YOURS_TO_DECIDE",
		"Việc này do Hội đồng thẩm định quyết định; nếu quy định của kỳ không có Hội đồng thì do người phê duyệt của UBND quyết định. Hãy chuyển cho bên có thẩm quyền quyết định.",
		"The appraisal council decides this, or the approver if the regulation has no council. Ask them for the decision.")
)

// The reasons for which the approval of a round is refused.
var (
	// RoundUnknown is a round that the regulation does not have.
	RoundUnknown = fault.NotFound.Reason("ROUND_UNKNOWN",
		"Quy định của kỳ đánh giá không có lần thẩm định này. Hãy chọn lần 1, hoặc lần 2 nếu quy định có hai lần.",
		"The cycle's regulation does not have this round. Choose round 1, or round 2 if the regulation has two rounds.")
	// RoundApproved is a change in a round that is approved.
	RoundApproved = fault.Precondition.Reason("ROUND_APPROVED",
		"Kết quả thẩm định lần này đã được phê duyệt. Nếu có sai sót, hãy báo cơ quan thường trực; "+
			"chỉ nơi đã phê duyệt mới mở lại được lần thẩm định này.",
		"The round is approved. If something in it is wrong, ask the coordinator; only the body that approved the round can reopen it.")
	// RoundNotApproved is the reopening of a round that is not approved.
	RoundNotApproved = fault.Precondition.Reason("ROUND_NOT_APPROVED",
		"Lần thẩm định này chưa được phê duyệt nên không cần mở lại. Hãy sửa trực tiếp các kết luận thẩm định.",
		"The round is not approved, so it need not be reopened. Change its verdicts directly.")
	// RoundReopened is the reopening of a reopened round, or a use of its outcomes.
	RoundReopened = fault.Precondition.Reason("ROUND_REOPENED",
		"Lần thẩm định này đang được mở lại để quyết định lại. Hãy phê duyệt lại rồi tiếp tục.",
		"The round is reopened, and its outcomes may change. Approve it again, then go on.")
	// RoundNotReopened is a decision of the deciding body in a round that is not reopened.
	RoundNotReopened = fault.Precondition.Reason("ROUND_NOT_REOPENED",
		"Lần thẩm định này không ở trạng thái mở lại. Hãy mở lại lần thẩm định trước khi quyết định lại.",
		"The round is not reopened. Open it again before you decide its items.")
	// RoundFollowed is the reopening of a round after which another is approved.
	RoundFollowed = fault.Precondition.Reason("ROUND_FOLLOWED",
		"Lần thẩm định sau đã được phê duyệt trên kết quả của lần này. Hãy mở lại lần thẩm định cuối.",
		"A later round is approved on the result of this one. Open the last round instead.")
	// CaseNotReopened is a decision on an item that the reopening does not name.
	CaseNotReopened = fault.Precondition.Reason("CASE_NOT_REOPENED",
		"Nội dung này của cơ quan, đơn vị không nằm trong danh sách được mở lại. Hãy chọn nội dung trong danh sách; "+
			"nếu cần thêm, phê duyệt lại rồi mở lại với danh sách đầy đủ.",
		"The reopening does not name this item of the agency. Choose an item that it names; "+
			"to add others, approve the round again and reopen it with all of them.")
	// CorrectionCasesMissing is a correction that names no items.
	CorrectionCasesMissing = fault.Precondition.Reason("CORRECTION_CASES_MISSING",
		"Kết quả đã công bố nên chỉ mở lại được từng nội dung. Hãy nêu cơ quan, đơn vị và nội dung cần đính chính.",
		"The result is published, so only named items can be reopened. State the agencies and the items to correct.")
	// RoundBeforeOpen is an approval of round 2 before that of round 1.
	RoundBeforeOpen = fault.Precondition.Reason("ROUND_BEFORE_OPEN",
		"Kết quả thẩm định lần 1 chưa được phê duyệt. Hãy phê duyệt lần 1 trước, rồi phê duyệt lần 2.",
		"Round 1 is not approved. Approve round 1 first, then round 2.")
	// DecisionNotRecorded is an approval under a decision that nobody has recorded.
	DecisionNotRecorded = fault.Precondition.Reason("DECISION_NOT_RECORDED",
		"Chưa có ai ghi nhận quyết định phê duyệt mang số này cho lần thẩm định. Hãy đề nghị cơ quan thường trực ghi nhận số quyết định trước, rồi phê duyệt với đúng số đó.",
		"Nobody has recorded a decision with this number for the round. Ask the coordinator to record the number, then approve with the same number.")
	// DecisionOutdated is an approval under a decision that was recorded before something
	// in the round changed.
	DecisionOutdated = fault.Precondition.Reason("DECISION_OUTDATED",
		"Lần thẩm định đã thay đổi sau khi quyết định được ghi nhận. Hãy đề nghị cơ quan thường trực xem lại và ghi nhận lại số quyết định, rồi phê duyệt.",
		"The round has changed since the decision was recorded. Ask the coordinator to look at it and to record the number again, then approve.")
	// UndecidedCases are cases without a verdict. The violations list them.
	UndecidedCases = fault.Precondition.Reason("UNDECIDED_CASES",
		"Còn nội dung chưa có kết luận thẩm định (danh sách kèm theo). Hãy đề nghị chuyên viên được phân công kết luận, sau đó phê duyệt lại.",
		"The listed cases have no verdict. Ask the assigned appraisers to decide them, then approve again.")
	// ReductionsWaiting are reductions that are not decided. The violations list them.
	ReductionsWaiting = fault.Precondition.Reason("REDUCTIONS_WAITING",
		"Còn đề nghị hạ điểm chuẩn chưa được quyết định (danh sách kèm theo). Hãy duyệt hoặc từ chối từng đề nghị, sau đó phê duyệt lại.",
		"The listed reductions are not decided. Approve or reject each of them, then approve the round again.")
	// AgenciesNotSubmitted are agencies that have not submitted the round. The
	// violations list them.
	AgenciesNotSubmitted = fault.Precondition.Reason("AGENCIES_NOT_SUBMITTED",
		"Còn cơ quan, đơn vị chưa gửi kết quả tự đánh giá hoặc được mở lại mà chưa gửi lại (danh sách kèm theo). Hãy chờ các cơ quan, đơn vị này gửi, hoặc xác nhận phê duyệt khi còn thiếu: bản đã gửi trước khi mở lại được tính; nếu chưa gửi bản nào thì ở lần 1 được 0 điểm, ở lần 2 giữ kết quả lần 1.",
		"The listed agencies have not submitted the round, or it is open again. Wait for them, or confirm that you approve without them: what was submitted before counts; without it their items count 0 in round 1, and keep the result of round 1 in round 2.")
)

// The violations that a refused approval lists. The field of each is the agency, or
// agency and item with a slash between them.
var (
	caseUndecided = fault.Precondition.Reason("CASE_UNDECIDED",
		"Chưa có kết luận thẩm định. Hãy đề nghị chuyên viên được phân công kết luận.",
		"This case has no verdict. Ask the assigned appraiser to decide it.")
	reductionWaiting = fault.Precondition.Reason("REDUCTION_WAITING",
		"Đề nghị hạ điểm chuẩn chưa được quyết định. Hãy duyệt hoặc từ chối.",
		"The reduction of this item is not decided. Approve or reject it.")
	agencyNotSubmitted = fault.Precondition.Reason("AGENCY_NOT_SUBMITTED",
		"Chưa gửi kết quả tự đánh giá. Hãy chờ cơ quan, đơn vị gửi, hoặc xác nhận phê duyệt khi còn thiếu.",
		"This agency has not submitted the round. Wait for it, or confirm that you approve without it.")
)

// SealBroken is a seal whose content does not fit its hash, its receipt or its cycle.
// It is logged. No round of the cycle is approved while there is one, because its agency
// would count as not submitted.
var SealBroken = fault.Precondition.Reason("SEAL_BROKEN",
	"Trong kỳ này có kết quả tự đánh giá đã gửi nhưng không đọc được: nội dung không khớp với mã băm hoặc với bộ tiêu chí. Hãy báo quản trị viên kiểm tra nhật ký hệ thống trước khi phê duyệt.",
	"A submitted sheet of this cycle cannot be read: its content does not fit its hash or the criteria. Ask the administrator to check the log before you approve.")
