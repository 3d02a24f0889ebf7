package rule

import "github.com/parindex/parindex/libs/fault"

// The faults that several families share. The faults of one family are in its file.
var (
	// RuleInvalid lists everything that is wrong with a rule.
	RuleInvalid = fault.Reason{
		Kind: fault.Invalid, Code: "RULE_INVALID",
		Vi: "Quy tắc chấm điểm chưa hợp lệ. Hãy sửa các mục được nêu.",
		En: "The scoring rule is not valid. Correct the listed parts.",
	}
	// InputKindWrong means that the family takes another kind of input.
	InputKindWrong = fault.Reason{
		Kind: fault.Invalid, Code: "INPUT_KIND_WRONG",
		Vi: "Số liệu không đúng loại mà quy tắc chấm điểm này cần. Hãy xem loại số liệu của nội dung rồi nhập lại.",
		En: "The input is not of the kind that this scoring rule needs. See which input the item asks for and enter that.",
	}
	// FigureNegative means that an input is below 0.
	FigureNegative = fault.Reason{
		Kind: fault.Invalid, Code: "FIGURE_NEGATIVE",
		Vi: "Số liệu không được âm. Hãy nhập số từ 0 trở lên.",
		En: "The figure cannot be negative. Enter 0 or more.",
	}
	// ExplanationBroken means that a step of an explanation does not give the result
	// that it states.
	ExplanationBroken = fault.Reason{
		Kind: fault.Invalid, Code: "EXPLANATION_BROKEN",
		Vi: "Phần giải thích không tính lại được tại bước này. Hãy báo quản trị viên.",
		En: "The explanation cannot be recomputed at this step. Tell the administrator.",
	}
)

// Violations that several families share.
var (
	familyMissing = fault.Reason{
		Kind: fault.Invalid, Code: "FAMILY_MISSING",
		Vi: "Chưa chọn loại quy tắc. Hãy chọn một loại, ví dụ tỷ lệ hoặc bậc điểm.",
		En: "The item has no rule. Choose the family of one, such as proportional or bands.",
	}

	maxNotPositive = fault.Reason{
		Kind: fault.Invalid, Code: "MAX_NOT_POSITIVE",
		Vi: "Điểm tối đa phải lớn hơn 0. Hãy nhập lại, ví dụ 1.5.",
		En: "The max points must be above 0. Enter such a figure, as 1.5.",
	}
	maxUnreachable = fault.Reason{
		Kind: fault.Invalid, Code: "MAX_UNREACHABLE",
		Vi: "Không trường hợp nào đạt điểm tối đa %s; nhiều nhất là %s. Hãy sửa quy tắc hoặc điểm tối đa.",
		En: "No case gives the max points %s; the best gives %s. Correct the rule or the max points.",
	}
	pointsNegative = fault.Reason{
		Kind: fault.Invalid, Code: "RULE_POINTS_NEGATIVE",
		Vi: "Điểm %s là số âm. Hãy nhập điểm từ 0 trở lên.",
		En: "The points %s are negative. Enter 0 or more.",
	}
	pointsBeyondMax = fault.Reason{
		Kind: fault.Invalid, Code: "RULE_POINTS_BEYOND_MAX",
		Vi: "Điểm %s vượt điểm tối đa %s. Hãy sửa điểm này hoặc điểm tối đa.",
		En: "The points %s exceed the max points %s. Correct one of the two.",
	}
	figureTooFine = fault.Reason{
		Kind: fault.Invalid, Code: "FIGURE_TOO_FINE",
		Vi: "Số có nhiều hơn %d chữ số thập phân, là số chữ số mà quy định làm tròn điểm. Hãy bỏ bớt chữ số thập phân.",
		En: "The figure has more than %d places, at which the regulation rounds points. Leave places out.",
	}
	figureTooLong = fault.Reason{
		Kind: fault.Invalid, Code: "FIGURE_TOO_LONG",
		Vi: "Số có nhiều hơn 12 chữ số ở một bên dấu thập phân. Hãy nhập số có tối đa 12 chữ số ở mỗi bên.",
		En: "The figure has more than 12 digits on one side of the point. Enter one of at most 12 digits on either side.",
	}

	tooFew = fault.Reason{
		Kind: fault.Invalid, Code: "ENTRIES_TOO_FEW",
		Vi: "Cần ít nhất %d mục. Hãy bổ sung.",
		En: "At least %d entries are needed. Add some.",
	}
	tooMany = fault.Reason{
		Kind: fault.Invalid, Code: "ENTRIES_TOO_MANY",
		Vi: "Chỉ được có tối đa %d mục. Hãy bỏ bớt.",
		En: "There can be at most %d entries. Take some out.",
	}
	textRepeated = fault.Reason{
		Kind: fault.Invalid, Code: "TEXT_REPEATED",
		Vi: "Nội dung trùng với mục %d nên không thể phân biệt hai mục. Hãy sửa một trong hai.",
		En: "The text equals that of entry %d, so the two cannot be distinguished. Change one of them.",
	}
)
