package survey

import "github.com/parindex/parindex/libs/fault"

// What a request about a plan can fail with.
var (
	// PlanUnknown is a plan that is not there, in this cycle.
	PlanUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "SURVEY_PLAN_UNKNOWN",
		Vi: "Kỳ đánh giá không có cuộc khảo sát này. Hãy kiểm tra lại mã.",
		En: "The cycle has no such survey plan. Check its id.",
	}
	// PlanExists is a plan created under an id that is taken.
	PlanExists = fault.Reason{
		Kind: fault.Exists, Code: "SURVEY_PLAN_EXISTS",
		Vi: "Đã có cuộc khảo sát với mã này. Hãy chọn mã khác.",
		En: "There is a survey plan with this id already. Choose another one.",
	}
	// PlanNotDraft is an opened plan that was to be changed or opened.
	PlanNotDraft = fault.Reason{
		Kind: fault.Precondition, Code: "SURVEY_PLAN_NOT_DRAFT",
		Vi: "Cuộc khảo sát đã mở nên không sửa được nữa. Hãy tạo cuộc khảo sát mới nếu cần sửa.",
		En: "The survey plan has been opened; nothing in it changes any more. Create another plan if something must change.",
	}
	// PlanNotOpen is a plan that takes no responses, still or any more.
	PlanNotOpen = fault.Reason{
		Kind: fault.Precondition, Code: "SURVEY_PLAN_NOT_OPEN",
		Vi: "Cuộc khảo sát không ở trạng thái đang mở. Hãy mở nếu còn là bản nháp; nếu đã đóng, hãy tạo cuộc khảo sát mới.",
		En: "The survey plan is not open. Open it if it is a draft; once closed, create another plan.",
	}
	// PlanNotClosed is a plan that has no result yet.
	PlanNotClosed = fault.Reason{
		Kind: fault.Precondition, Code: "SURVEY_PLAN_NOT_CLOSED",
		Vi: "Cuộc khảo sát chưa đóng nên chưa có kết quả. Hãy đóng cuộc khảo sát, rồi xem lại.",
		En: "The survey plan has no result because it is not closed. Close it and look again.",
	}
	// PlanUnsound is a draft that cannot be opened; its violations list why.
	PlanUnsound = fault.Reason{
		Kind: fault.Invalid, Code: "SURVEY_PLAN_UNSOUND",
		Vi: "Cuộc khảo sát còn lỗi nên chưa mở được. Hãy sửa các mục được nêu.",
		En: "The survey plan has faults and was not opened. Correct the parts named.",
	}
	// AgencyNotSurveyed is an agency of a group that no link names.
	AgencyNotSurveyed = fault.Reason{
		Kind: fault.Precondition, Code: "AGENCY_NOT_SURVEYED",
		Vi: "Cuộc khảo sát không đánh giá khối của cơ quan, đơn vị này. Hãy chọn cơ quan, đơn vị thuộc khối được khảo sát.",
		En: "The survey plan links no item of this agency's group. Choose an agency of a group that it links.",
	}
)

// What is wrong with a draft.
var (
	// DecisionNumberMissing is a plan without the decision that founds it (rule
	// Q1).
	DecisionNumberMissing = fault.Reason{
		Kind: fault.Invalid, Code: "DECISION_NUMBER_MISSING",
		Vi: "Cần số quyết định ban hành kế hoạch khảo sát. Hãy nhập, ví dụ 123/QĐ-UBND.",
		En: "The number of the decision that founds the survey is needed. Enter it, such as 123/QĐ-UBND.",
	}
	// QuestionsMissing is a plan that asks nothing.
	QuestionsMissing = fault.Reason{
		Kind: fault.Invalid, Code: "QUESTIONS_MISSING",
		Vi: "Phiếu khảo sát chưa có câu hỏi nào. Hãy thêm ít nhất một câu hỏi.",
		En: "The questionnaire has no question. Add at least one.",
	}
	// WeightOutOfRange is an option's weight outside 0 to 100.
	WeightOutOfRange = fault.Reason{
		Kind: fault.Invalid, Code: "WEIGHT_OUT_OF_RANGE",
		Vi: "Trọng số %s%% không nằm trong khoảng từ 0 đến 100%%. Hãy nhập lại, ví dụ 75.",
		En: "The weight of %s%% is not from 0 to 100%%. Enter one within, such as 75.",
	}
	// WeightTooFine is an option's weight with too many places.
	WeightTooFine = fault.Reason{
		Kind: fault.Invalid, Code: "WEIGHT_TOO_FINE",
		Vi: "Trọng số %s%% có quá nhiều chữ số thập phân. Hãy ghi tối đa %d chữ số thập phân.",
		En: "The weight of %s%% has too many places. Give at most %d.",
	}
	// ItemNotSurveyed is a link to an item of another source kind (rule C4).
	ItemNotSurveyed = fault.Reason{
		Kind: fault.Invalid, Code: "ITEM_NOT_BY_SURVEY",
		Vi: "Nội dung %s không được chấm bằng khảo sát. Hãy bỏ liên kết, hoặc chọn nội dung chấm bằng khảo sát.",
		En: "The item %s does not get its points from a survey. Remove the link, or choose an item that does.",
	}
	// ItemLinkedElsewhere is an item that another opened plan links.
	ItemLinkedElsewhere = fault.Reason{
		Kind: fault.Invalid, Code: "ITEM_LINKED_ELSEWHERE",
		Vi: "Nội dung %s đã được một cuộc khảo sát khác của kỳ đánh giá. Hãy bỏ liên kết này.",
		En: "Another survey plan of the cycle links the item %s. Remove the link here.",
	}
	// ItemLinkedTwice is an item that one plan links twice.
	ItemLinkedTwice = fault.Reason{
		Kind: fault.Invalid, Code: "ITEM_LINKED_TWICE",
		Vi: "Nội dung %s được liên kết hai lần. Hãy để một liên kết.",
		En: "The item %s is linked twice. Keep one of the links.",
	}
	// QuestionUnknown is a link to a question that is not there.
	QuestionUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "QUESTION_UNKNOWN",
		Vi: "Phiếu khảo sát không có câu hỏi %s. Hãy sửa mã câu hỏi.",
		En: "The questionnaire has no question %s. Correct the id.",
	}
	// QuestionKindWrong is a question whose answers the method cannot count.
	QuestionKindWrong = fault.Reason{
		Kind: fault.Invalid, Code: "QUESTION_KIND_WRONG",
		Vi: "Loại câu hỏi %s không phù hợp với cách tính %s. Hãy chọn câu hỏi khác hoặc cách tính khác.",
		En: "The question %s is not of the kind that %s counts. Choose another question or another method.",
	}
)

// What somebody who has a link can meet. None of them repeats what they wrote.
var (
	// InvitationUnknown is a link that nobody was given.
	InvitationUnknown = fault.Reason{
		Kind: fault.NotFound, Code: "INVITATION_UNKNOWN",
		Vi: "Đường liên kết khảo sát không đúng. Hãy mở lại từ thư mời.",
		En: "There is no such invitation. Open the link from your invitation again.",
	}
	// InvitationUsed is a link that was answered by (rule Q4).
	InvitationUsed = fault.Reason{
		Kind: fault.Precondition, Code: "INVITATION_USED",
		Vi: "Đường liên kết này đã được dùng để trả lời khảo sát. Không cần trả lời lại.",
		En: "This link has been used to answer. Close this page; there is no need to answer again.",
	}
	// SurveyClosed is a response after the closing, or after the cycle was
	// presented.
	SurveyClosed = fault.Reason{
		Kind: fault.Precondition, Code: "SURVEY_CLOSED",
		Vi: "Cuộc khảo sát đã kết thúc và không nhận câu trả lời nữa. Câu trả lời này chưa được lưu; ông (bà) không cần gửi lại.",
		En: "The survey is over and takes no more responses. This one was not stored. Do not send it again.",
	}
	// SurveyBusy is more responses at once than one process holds.
	SurveyBusy = fault.Reason{
		Kind: fault.Exhausted, Code: "SURVEY_BUSY",
		Vi: "Có quá nhiều người trả lời cùng lúc. Hãy gửi lại sau ít giây; câu trả lời chưa được lưu.",
		En: "Too many people answer at once. Send it again in a few seconds; nothing was stored.",
	}
	// ResponseIDReused is a response id sent with another token or other answers.
	ResponseIDReused = fault.Reason{
		Kind: fault.Exists, Code: "RESPONSE_ID_REUSED",
		Vi: "Mã câu trả lời này đã dùng cho một nội dung khác. Hãy dùng mã mới.",
		En: "This response id was used for other content. Use a new one.",
	}
	// ResponseInvalid is a response that does not fit the questionnaire; its
	// violations list why.
	ResponseInvalid = fault.Reason{
		Kind: fault.Invalid, Code: "RESPONSE_INVALID",
		Vi: "Câu trả lời chưa hợp lệ nên chưa được lưu. Hãy sửa các mục được nêu.",
		En: "The response is not valid and was not stored. Correct the parts named.",
	}
	// AnswerToNothing is an answer to a question that is not asked.
	AnswerToNothing = fault.Reason{
		Kind: fault.Invalid, Code: "ANSWER_WITHOUT_QUESTION",
		Vi: "Phiếu khảo sát không có câu hỏi này. Hãy bỏ câu trả lời này.",
		En: "The questionnaire has no such question. Leave the answer out.",
	}
	// AnswerTwice is a second answer to a question.
	AnswerTwice = fault.Reason{
		Kind: fault.Invalid, Code: "ANSWER_TWICE",
		Vi: "Câu hỏi này đã được trả lời ở trên. Hãy giữ lại một câu trả lời.",
		En: "This question has been answered above. Leave one answer to it.",
	}
	// AnswerMissing is a required question without an answer (rule Q6).
	AnswerMissing = fault.Reason{
		Kind: fault.Invalid, Code: "ANSWER_MISSING",
		Vi: "Câu hỏi %s phải được trả lời. Hãy trả lời.",
		En: "The question %s must be answered. Give an answer to it.",
	}
	// AnswerKindWrong is an answer of another kind than the question's.
	AnswerKindWrong = fault.Reason{
		Kind: fault.Invalid, Code: "ANSWER_KIND_WRONG",
		Vi: "Câu trả lời không đúng loại của câu hỏi. Hãy chọn phương án, mức hài lòng hoặc ghi ý kiến theo câu hỏi.",
		En: "The answer is not of the question's kind. Choose an option, choose a satisfaction or write a text, as the question asks.",
	}
	// OptionUnknown is an option that the question does not have.
	OptionUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "ANSWER_OPTION_UNKNOWN",
		Vi: "Câu hỏi không có phương án này. Hãy chọn trong các phương án của câu hỏi.",
		En: "The question has no such option. Choose among its options.",
	}
)
