package survey

import "github.com/parindex/parindex/libs/fault"

// The faults of requests about a plan.
var (
	// PlanUnknown is returned if the cycle has no plan with this id.
	PlanUnknown = fault.NotFound.Reason("SURVEY_PLAN_UNKNOWN",
		"Kỳ đánh giá không có cuộc khảo sát này. Hãy kiểm tra lại mã.",
		"The cycle has no such survey plan. Check its id.")
	// PlanExists is returned if a plan is created with an id that is taken.
	PlanExists = fault.Exists.Reason("SURVEY_PLAN_EXISTS",
		"Đã có cuộc khảo sát với mã này. Hãy chọn mã khác.",
		"There is a survey plan with this id already. Choose another one.")
	// PlanNotDraft is returned if a plan that was opened is to be changed or opened.
	PlanNotDraft = fault.Precondition.Reason("SURVEY_PLAN_NOT_DRAFT",
		"Cuộc khảo sát đã mở nên không sửa được nữa. Nếu cần thay đổi, hãy hủy cuộc khảo sát này rồi tạo cuộc khảo sát mới.",
		"The survey plan was opened and no longer changes. If something must change, cancel it and create another plan.")
	// PlanNotOpen is returned if a draft or a closed plan is to be closed or to get
	// invitations.
	PlanNotOpen = fault.Precondition.Reason("SURVEY_PLAN_NOT_OPEN",
		"Cuộc khảo sát không ở trạng thái đang mở. Hãy mở cuộc khảo sát nếu còn là bản nháp; nếu đã đóng, hãy mở lại.",
		"The survey plan is not open. Open it if it is a draft; reopen it if it is closed.")
	// PlanNotClosed is returned if a plan has no result yet.
	PlanNotClosed = fault.Precondition.Reason("SURVEY_PLAN_NOT_CLOSED",
		"Cuộc khảo sát chưa đóng nên chưa có kết quả. Hãy đóng cuộc khảo sát rồi xem lại.",
		"The survey plan has no result because it is not closed. Close it and ask again.")
	// PlanCancelled is returned if a cancelled plan is to be used.
	PlanCancelled = fault.Precondition.Reason("SURVEY_PLAN_CANCELLED",
		"Cuộc khảo sát đã bị hủy. Hãy tạo cuộc khảo sát mới; nếu hủy nhầm sau khi đã mở, hãy mở lại cuộc khảo sát này.",
		"The survey plan is cancelled. Create another plan; if it was open and cancelled by mistake, reopen it.")
	// OwnAgencySurveyed is returned if somebody reopens or cancels a survey of the own
	// agency, or asks for links with which people answer about it.
	OwnAgencySurveyed = fault.Denied.Reason("OWN_AGENCY_SURVEYED",
		"Nội dung này đánh giá cơ quan của ông (bà) hoặc cơ quan cấp trên, nên ông (bà) không được mở lại, hủy cuộc khảo sát hoặc tạo lời mời trả lời về cơ quan đó. Hãy nhờ người thực hiện khảo sát không thuộc các cơ quan này.",
		"This evaluates your own agency or one above it, so you neither reopen nor cancel the survey nor create invitations about that agency. Ask a survey operator who belongs to none of these agencies.")
	// PlanUnsound is returned if a draft with errors is to be opened. The violations
	// list them.
	PlanUnsound = fault.Invalid.Reason("SURVEY_PLAN_UNSOUND",
		"Cuộc khảo sát còn lỗi nên chưa mở được. Hãy sửa các nội dung được nêu rồi mở lại.",
		"The survey plan has errors and was not opened. Correct the fields named and open it again.")
	// AgencyNotSurveyed is returned if the plan links no item of the agency's group.
	AgencyNotSurveyed = fault.Precondition.Reason("AGENCY_NOT_SURVEYED",
		"Cuộc khảo sát không đánh giá khối của cơ quan, đơn vị này. Hãy chọn cơ quan, đơn vị thuộc khối được khảo sát.",
		"The survey plan links no item of this agency's group. Choose an agency of a group that it links.")
)

// The errors of a draft, which PlanUnsound lists.
var (
	// DecisionNumberMissing: the plan does not name the decision on the survey (rule
	// Q1).
	DecisionNumberMissing = fault.Invalid.Reason("DECISION_NUMBER_MISSING",
		"Cần số quyết định ban hành kế hoạch khảo sát. Hãy nhập số quyết định, ví dụ 123/QĐ-UBND.",
		"The number of the decision on the survey is needed. Enter it, for example 123/QĐ-UBND.")
	// QuestionsMissing: the plan has no question.
	QuestionsMissing = fault.Invalid.Reason("QUESTIONS_MISSING",
		"Phiếu khảo sát chưa có câu hỏi nào. Hãy thêm ít nhất một câu hỏi.",
		"The questionnaire has no question. Add at least one.")
	// WeightOutOfRange: the weight of an option is outside 0 to 100. The argument is
	// the weight.
	WeightOutOfRange = fault.Invalid.Reason("WEIGHT_OUT_OF_RANGE",
		"Trọng số %s%% không nằm trong khoảng từ 0 đến 100%%. Hãy nhập trọng số trong khoảng này, ví dụ 75.",
		"The weight of %s%% is not from 0 to 100%%. Enter a weight in this range, for example 75.")
	// WeightTooFine: the weight of an option has too many decimal places. The arguments
	// are the weight and the most places.
	WeightTooFine = fault.Invalid.Reason("WEIGHT_TOO_FINE",
		"Trọng số %s%% có quá nhiều chữ số thập phân. Hãy nhập tối đa %d chữ số thập phân, ví dụ 33.33.",
		"The weight of %s%% has too many decimal places. Enter at most %d, for example 33.33.")
	// ItemNotSurveyed: the source kind of a linked item is neither SURVEY nor
	// SATISFACTION (rule C4). The argument is the item.
	ItemNotSurveyed = fault.Invalid.Reason("ITEM_NOT_BY_SURVEY",
		"Tiêu chí %s không được chấm bằng khảo sát. Hãy bỏ liên kết, hoặc chọn tiêu chí được chấm bằng khảo sát.",
		"The item %s does not get its points from a survey. Remove the link, or choose an item that does.")
	// ItemLinkedElsewhere: another plan that was opened links the item. The argument is
	// the item.
	ItemLinkedElsewhere = fault.Invalid.Reason("ITEM_LINKED_ELSEWHERE",
		"Tiêu chí %s đã thuộc một cuộc khảo sát khác của kỳ đánh giá. Hãy bỏ liên kết này.",
		"Another survey plan of the cycle links the item %s. Remove the link from this plan.")
	// ItemLinkedTwice: the plan links an item twice. The argument is the item.
	ItemLinkedTwice = fault.Invalid.Reason("ITEM_LINKED_TWICE",
		"Tiêu chí %s được liên kết hai lần. Hãy giữ lại một liên kết.",
		"The item %s is linked twice. Keep one of the links.")
	// QuestionUnknown: a link names a question that the plan does not have. The
	// argument is the question.
	QuestionUnknown = fault.Invalid.Reason("QUESTION_UNKNOWN",
		"Phiếu khảo sát không có câu hỏi %s. Hãy sửa mã câu hỏi.",
		"The questionnaire has no question %s. Correct the id of the question.")
	// QuestionKindWrong: the method of a link cannot count the answers to a question.
	// The arguments are the question and the method.
	QuestionKindWrong = fault.Invalid.Reason("QUESTION_KIND_WRONG",
		"Loại câu hỏi %s không phù hợp với cách tính %s. Hãy chọn câu hỏi khác hoặc cách tính khác.",
		"The method %[2]s does not count answers of the kind of question %[1]s. Choose another question or another method.")
)

// The faults that respondents see. None of them repeats a text that a respondent
// wrote.
var (
	// InvitationUnknown is returned if a token belongs to no invitation.
	InvitationUnknown = fault.NotFound.Reason("INVITATION_UNKNOWN",
		"Đường liên kết khảo sát không đúng. Hãy mở lại từ thư mời.",
		"There is no such invitation. Open the link from your invitation again.")
	// InvitationUsed is returned if a response to the invitation is stored (rule Q4).
	InvitationUsed = fault.Precondition.Reason("INVITATION_USED",
		"Đường liên kết này đã được dùng để trả lời khảo sát. Ông (bà) không cần trả lời lại.",
		"This link has been used to answer the survey. Close this page; you do not need to answer again.")
	// SurveyClosed is returned if a response arrives after the plan was closed or the
	// cycle presented.
	SurveyClosed = fault.Precondition.Reason("SURVEY_CLOSED",
		"Cuộc khảo sát đã kết thúc và không nhận phiếu trả lời nữa. Phiếu này chưa được lưu; ông (bà) không cần gửi lại.",
		"The survey is over and accepts no more responses. Your response was not stored; do not send it again.")
	// SurveyCancelled is returned if a response arrives, or its link is opened, after the
	// plan was cancelled.
	SurveyCancelled = fault.Precondition.Reason("SURVEY_CANCELLED",
		"Cuộc khảo sát này đã bị hủy và không nhận phiếu trả lời. Phiếu này không được lưu; ông (bà) không cần gửi lại. Nếu có cuộc khảo sát thay thế, ông (bà) sẽ nhận được thư mời mới.",
		"This survey was cancelled and accepts no responses. Nothing was stored; do not send it again. If another survey replaces it, you will get a new invitation.")
	// SurveyBusy is returned if more responses are waiting than one process may hold.
	SurveyBusy = fault.Exhausted.Reason("SURVEY_BUSY",
		"Có quá nhiều người trả lời cùng lúc nên phiếu trả lời chưa được lưu. Hãy gửi lại sau ít giây.",
		"Too many people are answering at once, and your response was not stored. Send it again in a few seconds.")
	// ResponseIDReused is returned if a response id was used with another token or with
	// other answers.
	ResponseIDReused = fault.Exists.Reason("RESPONSE_ID_REUSED",
		"Mã phiếu trả lời này đã dùng cho một nội dung khác. Hãy dùng mã mới.",
		"This response id was used for other content. Use a new one.")
	// ResponseInvalid is returned if a response does not fit the questionnaire. The
	// violations list why.
	ResponseInvalid = fault.Invalid.Reason("RESPONSE_INVALID",
		"Phiếu trả lời chưa hợp lệ nên chưa được lưu. Hãy sửa các nội dung được nêu rồi gửi lại.",
		"The response is not valid and was not stored. Correct the answers named and send it again.")
	// AnswerUnasked: the questionnaire does not have the question of an answer.
	AnswerUnasked = fault.Invalid.Reason("ANSWER_WITHOUT_QUESTION",
		"Phiếu khảo sát không có câu hỏi này. Hãy bỏ câu trả lời này.",
		"The questionnaire does not have this question. Remove the answer.")
	// AnswerTwice: a question has a second answer.
	AnswerTwice = fault.Invalid.Reason("ANSWER_TWICE",
		"Câu hỏi này đã được trả lời ở trên. Hãy giữ lại một câu trả lời.",
		"This question was answered above. Keep one answer.")
	// AnswerMissing: a required question has no answer (rule Q6). The argument is the
	// question.
	AnswerMissing = fault.Invalid.Reason("ANSWER_MISSING",
		"Câu hỏi %s là câu hỏi bắt buộc. Hãy trả lời câu hỏi này.",
		"The question %s is required. Enter an answer to it.")
	// AnswerKindWrong: the answer is not of the kind of its question.
	AnswerKindWrong = fault.Invalid.Reason("ANSWER_KIND_WRONG",
		"Câu trả lời không đúng loại của câu hỏi. Hãy chọn phương án, chọn mức hài lòng từ 1 đến 5 hoặc ghi ý kiến, tùy theo câu hỏi.",
		"The answer is not of the kind that the question needs. Choose an option, choose a satisfaction from 1 to 5, or write a text, depending on the question.")
	// OptionUnknown: the question does not have the option.
	OptionUnknown = fault.Invalid.Reason("ANSWER_OPTION_UNKNOWN",
		"Câu hỏi không có phương án này. Hãy chọn một trong các phương án của câu hỏi.",
		"The question does not have this option. Choose one of its options.")
)
