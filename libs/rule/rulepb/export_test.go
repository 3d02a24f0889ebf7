package rulepb

import (
	"fmt"
	"slices"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// ToResult returns the result that an explanation explains. It fails with
// OperationUnknown or points.Malformed, with the field.
func ToResult(m *rulev1.Explanation) (rule.Result, error) {
	var in reader
	result := rule.Result{Applicable: m.Points != nil, Points: points.Points{}, Steps: nil}
	if result.Applicable {
		result.Points = in.points("points", m.GetPoints())
	}
	for i, s := range m.GetSteps() {
		operation, ok := toOperation(s.GetOperation())
		if !ok {
			return rule.Result{}, OperationUnknown.At(fmt.Sprintf("steps[%d].operation", i))
		}
		result.Steps = append(result.Steps, rule.Step{
			Operation: operation, Operands: slices.Clone(s.GetOperands()), Result: s.GetResult(), Vi: s.GetVi(), En: s.GetEn(),
		})
	}
	if in.err != nil {
		return rule.Result{}, in.err
	}
	return result, nil
}

func toOperation(m rulev1.Operation) (rule.Operation, bool) {
	for operation, message := range operations {
		if message == m {
			return operation, true
		}
	}
	return 0, false
}
