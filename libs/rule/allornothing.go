package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// ConditionUnknown means that the rule has no condition with the id.
var ConditionUnknown = fault.Invalid.Reason("CONDITION_UNKNOWN",
	"Quy tắc không có điều kiện %q. Hãy chọn trong các điều kiện của quy tắc.",
	"The rule has no condition %q. Choose among the conditions of the rule.")

// AllOrNothing gives max points if every condition is met, otherwise 0 (rule C6,
// family 1). Its input is ConditionsMet.
type AllOrNothing struct {
	// Conditions are the conditions, 1 to 50.
	Conditions []Condition `json:"conditions,omitempty"`
}

// Condition is one condition of the rule.
type Condition struct {
	// ID is a slug, unique in the rule.
	ID string `json:"id"`
	// Text is the condition as printed; no two conditions may have the same text.
	Text string `json:"text"`
}

// ConditionsMet holds the ids of the conditions that are met; the others are not
// met. An id may be repeated.
type ConditionsMet struct {
	IDs []string `json:"ids,omitempty"`
}

func (ConditionsMet) input() {}

// Family returns "all_or_nothing".
func (AllOrNothing) Family() string { return "all_or_nothing" }

func (r AllOrNothing) check(_ Item, found *findings) {
	found.count("conditions", len(r.Conditions), 1)
	found.names("conditions", r.Conditions)
}

func (r AllOrNothing) evaluate(ex *explanation, in Input) error {
	met, ok := in.(ConditionsMet)
	if !ok {
		return InputKindWrong
	}
	for i, id := range met.IDs {
		if !slices.ContainsFunc(r.Conditions, func(c Condition) bool { return c.ID == id }) {
			return ConditionUnknown.With(id).At(fmt.Sprintf("conditions_met.ids[%d]", i))
		}
	}
	var missing []string
	for _, c := range r.Conditions {
		if !slices.Contains(met.IDs, c.ID) {
			missing = append(missing, c.Text)
		}
	}
	ex.count(len(r.Conditions)-len(missing), len(r.Conditions), missing)
	if len(missing) > 0 {
		ex.give(points.Points{}, "Không đáp ứng đủ các điều kiện", "Not every condition is met")
	} else {
		ex.give(ex.item.Max, "Đáp ứng đủ các điều kiện, được điểm tối đa", "Every condition is met, which gives max points")
	}
	return nil
}

// count adds the step that counts the conditions that are met and quotes the
// others.
func (ex *explanation) count(met, all int, missing []string) {
	x, total := strconv.Itoa(met), strconv.Itoa(all)
	vi := "Đáp ứng " + x + " trong " + total + " điều kiện"
	en := "Conditions met: " + x + " of " + total
	if len(missing) > 0 {
		quoted := "“" + strings.Join(missing, "”; “") + "”"
		vi += "; chưa đáp ứng: " + quoted
		en += "; not met: " + quoted
	}
	ex.step(OpCount, figureOf(points.FromInt(int64(met))), vi+".", en+".", x, total)
}
