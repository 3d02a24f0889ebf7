package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// ConditionUnknown is the id of a condition that the rule does not have.
var ConditionUnknown = fault.Reason{
	Kind: fault.Invalid, Code: "CONDITION_UNKNOWN",
	Vi: "Quy tắc không có điều kiện %q. Hãy chọn trong các điều kiện của quy tắc.",
	En: "The rule has no condition %q. Choose among the conditions of the rule.",
}

// AllOrNothing gives max points if every condition is met, else 0 (C6.1).
// Its input is ConditionsMet.
type AllOrNothing struct {
	// Conditions, from 1 to 50.
	Conditions []Condition
}

// Condition is met or not.
type Condition struct {
	// ID is a slug, unique in the rule.
	ID string
	// Text is what must hold, as printed; two conditions cannot have the same.
	Text string
}

// ConditionsMet names the conditions that are met; the others are not. To name
// one twice is to name it once.
type ConditionsMet struct{ IDs []string }

func (ConditionsMet) input() {}

// Family returns "all_or_nothing".
func (AllOrNothing) Family() string { return "all_or_nothing" }

func (r AllOrNothing) check(_ Item, found *findings) {
	found.count("conditions", len(r.Conditions), 1)
	found.names("conditions", r.Conditions)
}

func (r AllOrNothing) evaluate(a *account, in Input) error {
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
	a.count(len(r.Conditions)-len(missing), len(r.Conditions), missing)
	if len(missing) > 0 {
		a.give(points.Points{}, "Không đáp ứng đủ các điều kiện", "Not every condition is met")
	} else {
		a.give(a.item.Max, "Đáp ứng đủ các điều kiện, được điểm tối đa", "Every condition is met, which gives max points")
	}
	return nil
}

// count says how many conditions are met and quotes those that are not.
func (a *account) count(met, all int, missing []string) {
	x, of := strconv.Itoa(met), strconv.Itoa(all)
	vi := "Đáp ứng " + x + " trong " + of + " điều kiện"
	en := "Conditions met: " + x + " of " + of
	if len(missing) > 0 {
		quoted := "“" + strings.Join(missing, "”; “") + "”"
		vi += "; chưa đáp ứng: " + quoted
		en += "; not met: " + quoted
	}
	a.step(OpCount, figureOf(points.FromInt(int64(met))), vi+".", en+".", x, of)
}
