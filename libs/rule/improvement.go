package rule

import (
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// Violations of an improvement rule.
var (
	equalMissing = fault.Invalid.Reason("EQUAL_MISSING",
		"Chưa chọn điểm cho trường hợp chỉ số bằng năm trước. Hãy chọn điểm tối đa hoặc không có điểm.",
		"The rule does not say what an equal index gives. Choose full points or none.")
	historyMissing = fault.Invalid.Reason("MISSING_HISTORY_MISSING",
		"Chưa chọn cách chấm khi thiếu chỉ số năm trước. Hãy chọn điểm tối đa, không có điểm hoặc không chấm.",
		"The rule does not say what holds where an index is missing. Choose full points, none, or not applicable.")
)

// Improvement gives max points if the agency's published index rose and 0 if it
// fell (rule C6, family 6). Its input is History.
type Improvement struct {
	Equal   Equal   `json:"equal,omitzero"`
	Missing Missing `json:"missingHistory,omitzero"`
}

// Equal selects the points for an index that equals the one of the year before.
type Equal uint8

// The values of Equal, with the numbers of parindex.rule.v1.ImprovementEqual.
const (
	EqualFull Equal = iota + 1
	EqualNone
)

// Missing selects the points if one of the two indices is missing.
type Missing uint8

// The values of Missing, with the numbers of parindex.rule.v1.MissingHistory.
const (
	MissingNotApplicable Missing = iota + 1
	MissingNone
	MissingFull
)

// History holds the two latest published indices of an agency; each is nil if there
// is none. Neither may be negative.
type History struct {
	// Latest is the index of the year before the cycle's year.
	Latest *points.Points `json:"latest,omitempty"`
	// Before is the index of the year before Latest.
	Before *points.Points `json:"before,omitempty"`
}

func (History) input() {}

// Family returns "improvement".
func (Improvement) Family() string { return "improvement" }

func (r Improvement) check(_ Item, found *findings) {
	if r.Equal != EqualFull && r.Equal != EqualNone {
		found.add("equal", equalMissing)
	}
	if r.Missing < MissingNotApplicable || r.Missing > MissingFull {
		found.add("missing_history", historyMissing)
	}
}

func (r Improvement) evaluate(ex *explanation, in Input) error {
	history, ok := in.(History)
	if !ok {
		return InputKindWrong
	}
	latest, err := ex.index("history.latest", history.Latest, "Chỉ số năm liền trước", "Index of the latest year")
	if err != nil {
		return err
	}
	before, err := ex.index("history.before", history.Before, "Chỉ số năm trước đó", "Index of the year before it")
	switch {
	case err != nil:
		return err
	case history.Latest == nil || history.Before == nil:
		return r.giveMissing(ex)
	}
	switch ex.compare(latest, before, "So với năm trước đó: ", "Against the year before it: ") {
	case 1:
		ex.give(ex.item.Max, "Chỉ số tăng, được điểm tối đa", "The index rose, which gives max points")
	case -1:
		ex.give(points.Points{}, "Chỉ số giảm", "The index fell")
	default:
		return r.giveEqual(ex)
	}
	return nil
}

// index takes an index from the input if there is one.
func (ex *explanation) index(field string, x *points.Points, vi, en string) (figure, error) {
	if x == nil {
		return figure{}, nil
	}
	return ex.take(field, *x, vi, en)
}

func (r Improvement) giveEqual(ex *explanation) error {
	switch r.Equal {
	case EqualFull:
		ex.give(ex.item.Max, "Chỉ số giữ nguyên, theo quy định được điểm tối đa", "The index is the same, for which the regulation gives max points")
	case EqualNone:
		ex.give(points.Points{}, "Chỉ số giữ nguyên, theo quy định không có điểm", "The index is the same, for which the regulation gives nothing")
	default:
		return RuleInvalid.List(equalMissing.Violation("equal"))
	}
	return nil
}

func (r Improvement) giveMissing(ex *explanation) error {
	switch r.Missing {
	case MissingNotApplicable:
		ex.notApplicable("Thiếu chỉ số năm trước nên không chấm nội dung này (không phải 0 điểm).",
			"An index is missing, so the item is not applicable, which is not 0 points.")
	case MissingNone:
		ex.give(points.Points{}, "Thiếu chỉ số năm trước, theo quy định không có điểm", "An index is missing, for which the regulation gives nothing")
	case MissingFull:
		ex.give(ex.item.Max, "Thiếu chỉ số năm trước, theo quy định được điểm tối đa", "An index is missing, for which the regulation gives max points")
	default:
		return RuleInvalid.List(historyMissing.Violation("missing_history"))
	}
	return nil
}
