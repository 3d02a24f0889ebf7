package appraisal

import "github.com/parindex/parindex/libs/fault"

// What a request about assignments can fail with.
var (
	// ItemNotAppraised is an item that neither agencies assess nor others report.
	ItemNotAppraised = fault.Reason{
		Kind: fault.Invalid, Code: "ITEM_NOT_APPRAISED",
		Vi: "Nội dung này không do cơ quan, đơn vị tự đánh giá và không có số liệu do cơ quan khác báo cáo nên không phân công thẩm định. Hãy bỏ khỏi phân công.",
		En: "Agencies do not assess this item and nobody reports it, so that there is nothing to appraise. Leave it out of the assignment.",
	}
	// AssignmentExists is an assignment that counts already.
	AssignmentExists = fault.Reason{
		Kind: fault.Exists, Code: "ASSIGNMENT_EXISTS",
		Vi: "Chuyên viên này đã được phân công đúng các nội dung này của khối. Không cần phân công lại.",
		En: "The appraiser is assigned these items of the group already. There is nothing to do; see the list of assignments.",
	}
	// AssignmentUnknown is an assignment that is not there, in this cycle.
	AssignmentUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "ASSIGNMENT_UNKNOWN",
		Vi: "Không tìm thấy phân công này trong kỳ đánh giá. Hãy xem lại danh sách phân công.",
		En: "There is no such assignment in this cycle. See the list of assignments.",
	}
)

// What a verdict can fail with.
var (
	// CaseUnknown is a case that is not there, or not for this appraiser.
	CaseUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "CASE_UNKNOWN",
		Vi: "Không tìm thấy nội dung này trong số nội dung bạn được phân công thẩm định. Hãy chọn từ danh sách được phân công.",
		En: "There is no such case among those assigned to you. Choose one from that list.",
	}
	// OwnAgency is an act on one of the appraiser's own agencies or one above it.
	OwnAgency = fault.Reason{
		Kind: fault.Denied, Code: "OWN_AGENCY",
		Vi: "Bạn không được thẩm định cơ quan của mình, cơ quan mà bạn đang giữ vai trò hoặc cơ quan cấp trên của các cơ quan đó. Hãy đề nghị cơ quan thường trực phân công người thay.",
		En: "You may not appraise your own agency, one that you hold a role of, or the one above. Ask the coordinator to assign a substitute.",
	}
	// CaseClosed is an item that is not in the round.
	CaseClosed = fault.Reason{
		Kind: fault.Precondition, Code: "CASE_CLOSED",
		Vi: "Cơ quan, đơn vị đã gửi lần tự đánh giá này mà không có nội dung này, nên kết quả của lần trước giữ nguyên. Hãy chọn nội dung khác trong danh sách của lần này.",
		En: "The agency submitted this round without the item, so that the result of the round before stands. Choose another item from the list of this round.",
	}
	// CorrectionMissing is a disagreement that says neither facts nor points.
	CorrectionMissing = fault.Reason{
		Kind: fault.Invalid, Code: "CORRECTION_MISSING",
		Vi: "Chưa có số liệu đúng hoặc điểm. Hãy nhập một trong hai; chỉ bỏ trống khi thiếu tài liệu kiểm chứng hoặc việc chưa làm.",
		En: "There are neither corrected facts nor points. Enter one of them; only missing evidence and what was not done need neither.",
	}
	// CorrectionTwice is a disagreement that says facts and points.
	CorrectionTwice = fault.Reason{
		Kind: fault.Invalid, Code: "CORRECTION_TWICE",
		Vi: "Đã nhập cả số liệu đúng và điểm. Hãy chỉ giữ một trong hai.",
		En: "State corrected facts or points, not both.",
	}
	// OverrideUnreasoned are points set directly without a reason.
	OverrideUnreasoned = fault.Reason{
		Kind: fault.Invalid, Code: "OVERRIDE_UNREASONED",
		Vi: "Điểm được cho trực tiếp thay vì tính theo số liệu. Hãy nêu lý do.",
		En: "Points that are set directly need a reason. Write it.",
	}
)

// What a reduction can fail with.
var (
	// ReductionBeyondMax are points that cannot be taken out; its argument is the
	// item's max points.
	ReductionBeyondMax = fault.Reason{
		Kind: fault.Invalid, Code: "REDUCTION_BEYOND_MAX",
		Vi: "Điểm hạ phải lớn hơn 0 và không quá điểm tối đa %s của nội dung. Hãy nhập lại.",
		En: "The points taken out must be above 0 and at most the item's max points %s. Enter such points.",
	}
	// ReductionExists is a second reduction of an item.
	ReductionExists = fault.Reason{
		Kind: fault.Exists, Code: "REDUCTION_EXISTS",
		Vi: "Nội dung này đã có một đề nghị hạ điểm chuẩn đang chờ hoặc đã được duyệt. Hãy xem danh sách đề nghị; chỉ gửi đề nghị mới được khi đề nghị trước bị từ chối.",
		En: "A reduction of this item waits or counts already. See the list of reductions; another can be proposed only once that one is rejected.",
	}
	// ReductionUnknown is a reduction that is not there, in this cycle.
	ReductionUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "REDUCTION_UNKNOWN",
		Vi: "Không tìm thấy đề nghị hạ điểm chuẩn này trong kỳ đánh giá. Hãy xem danh sách đề nghị.",
		En: "There is no such reduction in this cycle. See the list of reductions.",
	}
	// ReductionDecided is a decision about what is decided.
	ReductionDecided = fault.Reason{
		Kind: fault.Precondition, Code: "REDUCTION_DECIDED",
		Vi: "Đề nghị hạ điểm chuẩn này đã được quyết định. Hãy xem quyết định trong danh sách đề nghị.",
		En: "The reduction has been decided. See the decision in the list of reductions.",
	}
	// NotYoursToDecide is a decision of the council asked of the coordinator, or
	// the other way round.
	NotYoursToDecide = fault.Reason{
		Kind: fault.Denied, Code: "NOT_YOURS_TO_DECIDE",
		Vi: "Việc này do Hội đồng thẩm định quyết định; nếu quy định của kỳ không có Hội đồng thì do cơ quan thường trực quyết định. Hãy chuyển cho bên có thẩm quyền quyết định.",
		En: "The appraisal council decides this, or the coordinator where the regulation has no council. Ask the one that decides.",
	}
)

// What the approval of a round can fail with.
var (
	// RoundUnknown is a round that the regulation does not have.
	RoundUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "ROUND_UNKNOWN",
		Vi: "Quy định của kỳ đánh giá không có lần này. Hãy chọn lần 1 hoặc lần 2 theo quy định.",
		En: "The cycle's regulation has no such round. Choose a round, 1 or 2, that it has.",
	}
	// RoundApproved is a change in a round that is approved.
	RoundApproved = fault.Reason{
		Kind: fault.Precondition, Code: "ROUND_APPROVED",
		Vi: "Kết quả thẩm định lần này đã được phê duyệt nên không thay đổi được nữa. Hãy đề nghị cơ quan thường trực nếu cần sửa.",
		En: "The round is approved; nothing in it changes any more. Ask the coordinator if something in it is wrong.",
	}
	// RoundBeforeOpen is an approval of round 2 before that of round 1.
	RoundBeforeOpen = fault.Reason{
		Kind: fault.Precondition, Code: "ROUND_BEFORE_OPEN",
		Vi: "Kết quả thẩm định lần 1 chưa được phê duyệt. Hãy phê duyệt lần 1 trước, rồi phê duyệt lần 2.",
		En: "Round 1 is not approved. Approve round 1 first, then round 2.",
	}
	// UndecidedCases are cases without a verdict; the violations list them.
	UndecidedCases = fault.Reason{
		Kind: fault.Precondition, Code: "UNDECIDED_CASES",
		Vi: "Còn nội dung chưa có kết luận thẩm định, liệt kê kèm theo. Hãy đề nghị chuyên viên được phân công kết luận hết rồi phê duyệt lại.",
		En: "Cases are without a verdict; they are listed. Have the assigned appraisers decide all of them, then approve again.",
	}
	// ReductionsWaiting are reductions that are not decided; the violations list
	// them.
	ReductionsWaiting = fault.Reason{
		Kind: fault.Precondition, Code: "REDUCTIONS_WAITING",
		Vi: "Còn đề nghị hạ điểm chuẩn chưa được quyết định, liệt kê kèm theo. Hãy duyệt hoặc từ chối từng đề nghị rồi phê duyệt lại.",
		En: "Reductions wait for a decision; they are listed. Approve or reject each, then approve the round again.",
	}
	// AgenciesNotSubmitted are agencies without a sealed sheet; the violations
	// list them.
	AgenciesNotSubmitted = fault.Reason{
		Kind: fault.Precondition, Code: "AGENCIES_NOT_SUBMITTED",
		Vi: "Còn cơ quan, đơn vị chưa gửi kết quả tự đánh giá, liệt kê kèm theo. Hãy chờ các cơ quan này gửi, hoặc xác nhận phê duyệt khi còn thiếu: lần 1 các nội dung của họ tính 0 điểm, lần 2 giữ kết quả lần 1.",
		En: "Agencies have not submitted the round; they are listed. Wait for them, or confirm that you approve without them: in round 1 their items count 0, in round 2 the result of round 1 stands.",
	}
)

// The violations that a refused approval lists; the field is the agency, with
// the item after a slash.
var (
	caseUndecided = fault.Reason{
		Kind: fault.Precondition, Code: "CASE_UNDECIDED",
		Vi: "Chưa có kết luận thẩm định. Hãy đề nghị chuyên viên được phân công kết luận.",
		En: "It is without a verdict. Have the assigned appraiser decide it.",
	}
	reductionWaiting = fault.Reason{
		Kind: fault.Precondition, Code: "REDUCTION_WAITING",
		Vi: "Đề nghị hạ điểm chuẩn chưa được quyết định. Hãy duyệt hoặc từ chối.",
		En: "Its reduction is not decided. Approve or reject it.",
	}
	agencyNotSubmitted = fault.Reason{
		Kind: fault.Precondition, Code: "AGENCY_NOT_SUBMITTED",
		Vi: "Chưa gửi kết quả tự đánh giá. Hãy chờ cơ quan, đơn vị gửi, hoặc xác nhận phê duyệt khi còn thiếu.",
		En: "It has not submitted the round. Wait for it, or confirm that you approve without it.",
	}
)

// SealBroken is a seal that is not what it says, or does not fit its cycle. It is
// logged, and keeps a round from being approved as if its agency had sent nothing.
var SealBroken = fault.Reason{
	Kind: fault.Precondition, Code: "SEAL_BROKEN",
	Vi: "Có báo cáo đã gửi của kỳ này không đọc được: nội dung không khớp với mã băm hoặc với bộ tiêu chí. Hãy báo quản trị hệ thống xem nhật ký trước khi phê duyệt.",
	En: "A sheet that was sent in this cycle cannot be read: its content does not fit its hash or the criteria. Ask the operator to look into the log before you approve.",
}
