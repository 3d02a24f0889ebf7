package rulepb

import (
	"fmt"
	"slices"

	"github.com/parindex/parindex/libs/rule"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// operations maps the operations of the engine to those of the contract.
var operations = map[rule.Operation]rulev1.Operation{
	rule.OpTake:          rulev1.Operation_OPERATION_TAKE,
	rule.OpCount:         rulev1.Operation_OPERATION_COUNT,
	rule.OpGive:          rulev1.Operation_OPERATION_GIVE,
	rule.OpMultiply:      rulev1.Operation_OPERATION_MULTIPLY,
	rule.OpScale:         rulev1.Operation_OPERATION_SCALE,
	rule.OpCap:           rulev1.Operation_OPERATION_CAP,
	rule.OpPercent:       rulev1.Operation_OPERATION_PERCENT,
	rule.OpNotApplicable: rulev1.Operation_OPERATION_NOT_APPLICABLE,
	rule.OpAdd:           rulev1.Operation_OPERATION_ADD,
	rule.OpSubtract:      rulev1.Operation_OPERATION_SUBTRACT,
	rule.OpDivide:        rulev1.Operation_OPERATION_DIVIDE,
	rule.OpRaise:         rulev1.Operation_OPERATION_RAISE,
	rule.OpCompare:       rulev1.Operation_OPERATION_COMPARE,
	rule.OpRound:         rulev1.Operation_OPERATION_ROUND,
}

// FromResult returns the explanation of a result. It fails with OperationUnknown or
// points.Malformed, with the field, but never for a result of rule.Evaluate.
func FromResult(result rule.Result) (*rulev1.Explanation, error) {
	var out writer
	m := new(rulev1.Explanation)
	if result.Applicable {
		m.Points = new(out.points("points", result.Points))
	}
	for i, s := range result.Steps {
		operation, ok := operations[s.Operation]
		if !ok {
			return nil, OperationUnknown.At(fmt.Sprintf("steps[%d].operation", i))
		}
		step := &rulev1.Step{Operation: operation, Operands: slices.Clone(s.Operands), Vi: s.Vi, En: s.En, Result: nil}
		if s.Result != "" {
			step.Result = new(s.Result)
		}
		m.Steps = append(m.Steps, step)
	}
	if out.err != nil {
		return nil, out.err
	}
	return m, nil
}
