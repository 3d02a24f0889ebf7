package rule

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/parindex/parindex/libs/points"
)

// ErrExplanationBroken means that a step of an explanation does not give the result that
// it states.
var ErrExplanationBroken = errors.New("a step does not give the result that it states")

// Recompute computes the points of an explanation again from its steps alone. It
// returns false if the item is not applicable, and fails with ErrExplanationBroken if
// a step does not give the result that it states.
func Recompute(steps []Step) (x points.Points, applicable bool, err error) {
	for i, s := range steps {
		if s.Operation == OpNotApplicable && i == len(steps)-1 && len(s.Operands) == 0 && s.Result == "" {
			return points.Points{}, false, nil
		}
		if x, err = s.compute(); err != nil || x.String() != s.Result {
			return points.Points{}, false, fmt.Errorf("steps[%d]: %w", i, errors.Join(ErrExplanationBroken, err))
		}
		applicable = true
	}
	if !applicable {
		return x, false, fmt.Errorf("no steps: %w", ErrExplanationBroken)
	}
	return x, true, nil
}

// arity holds the numbers of figures and of operands of each operation.
var arity = map[Operation][2]int{
	OpTake: {1, 1}, OpCount: {2, 2}, OpGive: {1, 1}, OpMultiply: {2, 2}, OpScale: {3, 5}, OpCap: {2, 2}, OpPercent: {2, 4},
	OpAdd: {2, 2}, OpSubtract: {2, 2}, OpDivide: {2, 4}, OpRaise: {2, 2}, OpCompare: {2, 2}, OpRound: {1, 3},
}

func (s Step) compute() (points.Points, error) {
	n := arity[s.Operation]
	if n[0] == 0 || n[1] != len(s.Operands) {
		return points.Points{}, fmt.Errorf("operation %d on %q", s.Operation, s.Operands)
	}
	var x [3]points.Points
	for i, text := range s.Operands[:n[0]] {
		var err error
		if x[i], err = operand(text); err != nil {
			return points.Points{}, err
		}
	}
	switch rounding := s.Operands[n[0]:]; s.Operation {
	case OpMultiply:
		return x[0].Mul(x[1]), nil
	case OpAdd:
		return x[0].Add(x[1]), nil
	case OpSubtract:
		return x[0].Sub(x[1]), nil
	case OpCap:
		return points.Min(x[0], x[1]), nil
	case OpRaise:
		return points.Max(x[0], x[1]), nil
	case OpCompare:
		return points.FromInt(int64(x[0].Cmp(x[1]))), nil
	case OpDivide:
		return quotient(x[0], x[1], rounding)
	case OpRound:
		return quotient(x[0], points.FromInt(1), rounding)
	case OpScale:
		return quotient(x[0].Mul(x[1]), x[2], rounding)
	case OpPercent:
		return quotient(x[0].Mul(hundred), x[1], rounding)
	default:
		return x[0], nil
	}
}

// operand reads a figure of an explanation, which can be longer than those that
// points.Parse reads.
func operand(text string) (x points.Points, err error) {
	if len(text) > len("-.")+maxLength {
		return x, points.Malformed
	}
	return x, x.Scan(text)
}

func quotient(ex, b points.Points, rounding []string) (points.Points, error) {
	places, err := strconv.ParseUint(rounding[0], 10, 8)
	mode, unknown := points.ParseMode(rounding[1])
	if err != nil || unknown != nil || places > points.MaxScale {
		return points.Points{}, fmt.Errorf("rounding by %q", rounding)
	}
	return points.Policy{Mode: mode}.Quotient(ex, b, int32(places))
}
