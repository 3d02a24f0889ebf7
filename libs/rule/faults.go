package rule

import "github.com/parindex/parindex/libs/fault"

// The faults that several families share. The faults of one family are in its file.
var (
	// RuleInvalid lists everything that is wrong with a rule.
	RuleInvalid = fault.Invalid.Reason("RULE_INVALID",
		"Quy tắc chấm điểm chưa hợp lệ. Hãy sửa các mục được nêu.",
		"The scoring rule is not valid. Correct the listed parts.")
	// InputKindWrong means that the family takes another kind of input.
	InputKindWrong = fault.Invalid.Reason("INPUT_KIND_WRONG",
		"Số liệu không đúng loại mà quy tắc chấm điểm này cần. Hãy xem loại số liệu của nội dung rồi nhập lại.",
		"The input is not of the kind that this scoring rule needs. See which input the item asks for and enter that.")
	// FigureNegative means that an input is below 0.
	FigureNegative = fault.Invalid.Reason("FIGURE_NEGATIVE",
		"Số liệu không được âm. Hãy nhập số từ 0 trở lên.",
		"The figure cannot be negative. Enter 0 or more.")
)

// Violations that several families share.
var (
	familyMissing = fault.Invalid.Reason("FAMILY_MISSING",
		"Chưa chọn loại quy tắc. Hãy chọn một loại, ví dụ tỷ lệ hoặc bậc điểm.",
		"The item has no rule. Choose the family of one, such as proportional or bands.")

	maxNotPositive = fault.Invalid.Reason("MAX_NOT_POSITIVE",
		"Điểm tối đa phải lớn hơn 0. Hãy nhập lại, ví dụ 1.5.",
		"The max points must be above 0. Enter such a figure, as 1.5.")
	maxUnreachable = fault.Invalid.Reason("MAX_UNREACHABLE",
		"Không trường hợp nào đạt điểm tối đa %s; nhiều nhất là %s. Hãy sửa quy tắc hoặc điểm tối đa.",
		"No case gives the max points %s; the best gives %s. Correct the rule or the max points.")
	pointsNegative = fault.Invalid.Reason("RULE_POINTS_NEGATIVE",
		"Điểm %s là số âm. Hãy nhập điểm từ 0 trở lên.",
		"The points %s are negative. Enter 0 or more.")
	pointsBeyondMax = fault.Invalid.Reason("RULE_POINTS_BEYOND_MAX",
		"Điểm %s vượt điểm tối đa %s. Hãy sửa điểm này hoặc điểm tối đa.",
		"The points %s exceed the max points %s. Correct one of the two.")
	figureTooFine = fault.Invalid.Reason("FIGURE_TOO_FINE",
		"Số có nhiều hơn %[1]d chữ số thập phân, trong khi điểm được làm tròn đến %[1]d chữ số. Hãy nhập tối đa %[1]d chữ số thập phân.",
		"The figure has more than %[1]d decimal places, and points are rounded to %[1]d. Enter at most %[1]d decimal places.")
	figureTooLong = fault.Invalid.Reason("FIGURE_TOO_LONG",
		"Số có nhiều hơn 12 chữ số ở một bên dấu thập phân. Hãy nhập số có tối đa 12 chữ số ở mỗi bên.",
		"The figure has more than 12 digits on one side of the point. Enter one of at most 12 digits on either side.")

	tooFew = fault.Invalid.Reason("ENTRIES_TOO_FEW",
		"Cần ít nhất %d mục. Hãy bổ sung.",
		"At least %d entries are needed. Add some.")
	tooMany = fault.Invalid.Reason("ENTRIES_TOO_MANY",
		"Chỉ được có tối đa %d mục. Hãy bỏ bớt.",
		"There can be at most %d entries. Take some out.")
	textRepeated = fault.Invalid.Reason("TEXT_REPEATED",
		"Nội dung trùng với mục %d nên không thể phân biệt hai mục. Hãy sửa một trong hai.",
		"The text equals that of entry %d, so the two cannot be distinguished. Change one of them.")
)
