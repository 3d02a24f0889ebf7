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
		Vi: "Số liệu không đúng loại mà quy tắc chấm điểm này cần.",
		En: "The input is not of the kind that this scoring rule needs.",
	}
	// FigureNegative means that an input is below 0.
	FigureNegative = fault.Reason{
		Kind: fault.Invalid, Code: "FIGURE_NEGATIVE",
		Vi: "Số liệu không được âm.",
		En: "The figure cannot be negative.",
	}
	// ExplanationBroken means that a step of an explanation does not give the result
	// that it states.
	ExplanationBroken = fault.Reason{
		Kind: fault.Invalid, Code: "EXPLANATION_BROKEN",
		Vi: "Phần giải thích không tính lại được tại bước này.",
		En: "The explanation cannot be recomputed at this step.",
	}
)

// Violations that several families share.
var (
	familyMissing = flaw{"FAMILY_MISSING", "Chưa chọn loại quy tắc.", "No rule is given."}

	maxNotPositive = flaw{"MAX_NOT_POSITIVE", "Điểm tối đa phải lớn hơn 0.", "The max points must be above 0."}
	maxUnreachable = flaw{
		"MAX_UNREACHABLE", "Không trường hợp nào đạt điểm tối đa %s; nhiều nhất là %s. Hãy sửa quy tắc hoặc điểm tối đa.",
		"No case gives the max points %s; the best gives %s. Correct the rule or the max points.",
	}
	pointsNegative  = flaw{"POINTS_NEGATIVE", "Điểm %s là số âm. Điểm phải từ 0 trở lên.", "The points %s are negative. Points are 0 or more."}
	pointsBeyondMax = flaw{
		"POINTS_BEYOND_MAX", "Điểm %s vượt điểm tối đa %s. Hãy sửa điểm này hoặc điểm tối đa.",
		"The points %s exceed the max points %s. Correct one of the two.",
	}
	figureTooFine = flaw{
		"FIGURE_TOO_FINE", "Số có nhiều hơn %d chữ số thập phân, là số chữ số mà quy định làm tròn điểm.",
		"The figure has more than %d places, at which the regulation rounds points.",
	}
	figureTooLong = flaw{
		"FIGURE_TOO_LONG", "Số có nhiều hơn 12 chữ số ở một bên dấu thập phân.",
		"The figure has more than 12 digits on one side of the point.",
	}

	tooFew       = flaw{"ENTRIES_TOO_FEW", "Cần ít nhất %d mục.", "At least %d entries are needed."}
	tooMany      = flaw{"ENTRIES_TOO_MANY", "Chỉ được có tối đa %d mục.", "There can be at most %d entries."}
	idMalformed  = flaw{"ID_MALFORMED", "Mã phải gồm 1 đến 64 chữ thường, chữ số và dấu gạch nối ở giữa.", "An id is 1 to 64 small letters, digits and inner hyphens."}
	idRepeated   = flaw{"ID_REPEATED", "Mã %q đã dùng ở trên.", "The id %q is used above already."}
	textMissing  = flaw{"TEXT_MISSING", "Chưa có nội dung.", "There is no text."}
	textTooLong  = flaw{"TEXT_TOO_LONG", "Nội dung dài hơn %d ký tự.", "The text is longer than %d characters."}
	textRepeated = flaw{
		"TEXT_REPEATED", "Nội dung trùng với mục %d nên không thể phân biệt hai mục.",
		"The text equals that of entry %d, so the two cannot be distinguished.",
	}
)
