package rule

import (
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// The faults of a peer-relative value.
var (
	// BestUnknown means that the best value of the group is not known yet.
	BestUnknown = fault.Invalid.Reason("BEST_UNKNOWN",
		"Chưa biết mức tốt nhất của khối; nội dung này chỉ được chấm khi tính điểm cả khối. Hãy chờ lần chấm điểm.",
		"The best of the group is not known; this item is evaluated only in a scoring run. Wait for the run.")
	// BeyondBest means that the value is better than the best value of its group.
	BeyondBest = fault.Invalid.Reason("VALUE_BEYOND_BEST",
		"Số liệu tốt hơn mức tốt nhất của khối. Hãy kiểm tra lại số liệu.",
		"The value is better than the best of the group. Check the value and the best.")
)

var betterMissing = fault.Invalid.Reason("BETTER_MISSING",
	"Chưa chọn số liệu cao hay thấp là tốt hơn. Hãy chọn một trong hai.",
	"The rule does not say whether higher or lower is better. Choose one.")

// PeerRelative gives max points × value ÷ best value of the group, or × best ÷
// value if lower values are better, rounded once at item scale (rule C6, family 8).
// Its input is Peer.
//
// It takes two passes: Best computes the best value of the group, then each value
// is compared with it. If higher values are better and the best is 0, every agency
// gets 0, because there is nothing to compare with. If lower values are better, the
// value 0 gets max points and every other value gets 0.
type PeerRelative struct {
	Better Better `json:"better,omitzero"`
}

// Better says whether higher or lower values are better.
type Better uint8

// The values of Better, with the numbers of parindex.rule.v1.Better.
const (
	HigherBetter Better = iota + 1
	LowerBetter
)

// Peer holds the value of an agency and the best value of its group. Neither may be
// negative.
type Peer struct {
	Value points.Points `json:"value"`
	// Best is the best value of the whole group, including this one. While it is nil,
	// the item cannot be evaluated.
	Best *points.Points `json:"best,omitempty"`
}

func (Peer) input() {}

// Family returns "peer_relative".
func (PeerRelative) Family() string { return "peer_relative" }

// Best returns the best value of a group, the first pass. found is false if values
// is empty or r does not state which values are better.
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

func (r PeerRelative) evaluate(ex *explanation, in Input) error {
	peer, ok := in.(Peer)
	if !ok {
		return InputKindWrong
	}
	value, err := ex.take("peer.value", peer.Value, "Số liệu của cơ quan, đơn vị", "Value of the agency")
	if err != nil {
		return err
	}
	if peer.Best == nil {
		return BestUnknown.At("peer.best")
	}
	best, err := ex.take("peer.best", *peer.Best, "Mức tốt nhất của khối", "Best of the group")
	if err != nil {
		return err
	}
	order := value.Cmp(best.Points)
	switch {
	case r.Better == HigherBetter && order > 0, r.Better == LowerBetter && order < 0:
		return BeyondBest.At("peer.value")
	case r.Better == HigherBetter && best.IsZero():
		ex.give(points.Points{}, "Mức tốt nhất của khối là 0 nên không có gì để so sánh", "The best of the group is 0, which leaves nothing to measure by")
	case r.Better == HigherBetter:
		return ex.scale(value, best)
	case r.Better == LowerBetter && value.IsZero():
		ex.give(ex.item.Max, "Số liệu là 0, không thể tốt hơn, được điểm tối đa", "The value is 0 and could not be better, which gives max points")
	case r.Better == LowerBetter:
		return ex.scale(best, value)
	default:
		return RuleInvalid.List(betterMissing.Violation("better"))
	}
	return nil
}
