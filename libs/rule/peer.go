package rule

import (
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// The reasons of a value among those of a group.
var (
	// BestUnknown is a value whose group is not known as a whole.
	BestUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "BEST_UNKNOWN",
		Vi: "Chưa biết mức tốt nhất của khối; nội dung này chỉ được chấm khi tính điểm cả khối. Hãy chờ lần chấm điểm.",
		En: "The best of the group is not known; this item is evaluated only in a scoring run. Wait for the run.",
	}
	// BeyondBest is a value that is better than the best of its group.
	BeyondBest = fault.Reason{
		Kind: fault.Invalid, Code: "VALUE_BEYOND_BEST",
		Vi: "Số liệu tốt hơn mức tốt nhất của khối. Hãy kiểm tra lại số liệu.",
		En: "The value is better than the best of the group. Check the value and the best.",
	}
)

var betterMissing = fault.Reason{
	Kind: fault.Invalid, Code: "BETTER_MISSING",
	Vi: "Chưa chọn số liệu cao hay thấp là tốt hơn. Hãy chọn.",
	En: "The rule does not say whether higher or lower is better. Choose one.",
}

// PeerRelative gives max points × value ÷ best of the group, or × best ÷ value
// where lower is better, rounded once at item scale (C6.8). Its input is Peer.
//
// It takes two passes: Best of the group's values first, then each value
// against it. Where higher is better and the best is 0, everybody gets 0, as
// there is nothing to measure by. Where lower is better, a value of 0 gets max
// points, and any other gets 0 beside it.
type PeerRelative struct{ Better Better }

// Better says which of two values is better.
type Better uint8

// Which values are better, numbered as in parindex.rule.v1.Better.
const (
	HigherBetter Better = iota + 1
	LowerBetter
)

// Peer is a value among those of a group. Neither figure can be negative.
type Peer struct {
	Value points.Points
	// Best is that of the whole group, with this value; nil until it is known,
	// and then there are no points.
	Best *points.Points
}

func (Peer) input() {}

// Family returns "peer_relative".
func (PeerRelative) Family() string { return "peer_relative" }

// Best is the first pass: the best of a group's values. It returns false if the
// group has none, or the rule does not say what is better.
func (r PeerRelative) Best(values []points.Points) (best points.Points, found bool) {
	if len(values) == 0 {
		return best, false
	}
	switch r.Better {
	case HigherBetter:
		return points.Max(values[0], values[1:]...), true
	case LowerBetter:
		return points.Min(values[0], values[1:]...), true
	default:
		return best, false
	}
}

func (r PeerRelative) check(_ Item, found *findings) {
	if r.Better != HigherBetter && r.Better != LowerBetter {
		found.add("better", betterMissing)
	}
}

func (r PeerRelative) evaluate(a *account, in Input) error {
	peer, ok := in.(Peer)
	if !ok {
		return InputKindWrong
	}
	value, err := a.take("peer.value", peer.Value, "Số liệu của cơ quan, đơn vị", "Value of the agency")
	if err != nil {
		return err
	}
	if peer.Best == nil {
		return BestUnknown.At("peer.best")
	}
	best, err := a.take("peer.best", *peer.Best, "Mức tốt nhất của khối", "Best of the group")
	if err != nil {
		return err
	}
	order := value.Cmp(best.Points)
	switch {
	case r.Better == HigherBetter && order > 0, r.Better == LowerBetter && order < 0:
		return BeyondBest.At("peer.value")
	case r.Better == HigherBetter && best.IsZero():
		a.give(points.Points{}, "Mức tốt nhất của khối là 0 nên không có gì để so sánh", "The best of the group is 0, which leaves nothing to measure by")
	case r.Better == HigherBetter:
		return a.scale(value, best)
	case r.Better == LowerBetter && value.IsZero():
		a.give(a.item.Max, "Số liệu là 0, không thể tốt hơn, được điểm tối đa", "The value is 0 and could not be better, which gives max points")
	case r.Better == LowerBetter:
		return a.scale(best, value)
	default:
		return RuleInvalid.List(betterMissing.Violation("better"))
	}
	return nil
}
