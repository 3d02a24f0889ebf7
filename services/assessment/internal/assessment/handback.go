package assessment

import (
	"slices"
	"time"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/sealed"
)

// HandBack is the outcome of an approved round of appraisal for one agency, as the
// appraisal delivered it (rule A5).
type HandBack struct {
	Key
	// Version counts the hand-backs of the round, from 1: a round of appraisal that is
	// reopened can have another result.
	Round, Version int
	// Content is a sealed.Outcome in its written form; nil in a Sheet.
	Content []byte
	// SHA256 is the hash of Content in hex.
	SHA256      string
	ReceiveTime time.Time
	// SealNumber is the number of the seal on which the result rests; 0: none.
	SealNumber int
	// Items are the items that the agency assesses, in printed order.
	Items []Handed
}

// Handed is one item of a hand-back.
type Handed struct {
	Item string `json:"item"`
	// Points are nil if the item is not applicable.
	Points *points.Points `json:"points,omitempty"`
	// Standard is the item's max points less Reduced; 0 if the item is not applicable.
	Standard points.Points `json:"standardPoints"`
	// Reduced is the sum of the item's approved reductions (rule V5).
	Reduced points.Points `json:"reducedPoints"`
	Agreed  bool          `json:"agreed,omitempty"`
	// Reason is the reason for disagreeing, in the appraiser's words; empty if Agreed.
	Reason string `json:"reason,omitempty"`
	// Open reports whether the item is open in the next round.
	Open bool `json:"open,omitempty"`
}

// Appraised is the result of the appraisal of one item in one round.
type Appraised struct {
	Round int
	Handed
}

// SealOf returns the number of the seal of a round on which an outcome rests, 0 for none.
func SealOf(o sealed.Outcome, round int) int {
	for _, s := range o.Seals {
		if s.Round == round {
			return s.Number
		}
	}
	return 0
}

// Handed returns the items of an outcome that was delivered for a round, with their
// reductions. It fails with HandBackMisplaced if the outcome is of another sheet or
// round, if its items are not exactly those that the agency assesses, in printed order,
// or if it reduces an item that the group does not have.
func (s Subject) Handed(o sealed.Outcome, round int) ([]Handed, error) {
	if (Key{o.Authority, o.Cycle, o.Agency}) != s.Key() {
		return nil, misplaced("authority, cycle, agency")
	}
	if o.Round != round || round > s.Cycle.Rounds {
		return nil, misplaced("round")
	}
	sameItem := func(h sealed.OutcomeItem, i cycle.Item) bool { return h.Item == i.ID }
	if !slices.EqualFunc(o.Items, s.assessed(), sameItem) {
		return nil, misplaced("items")
	}
	reduced := map[string]points.Points{}
	for _, r := range o.Reductions {
		if _, err := s.Group.Item(r.Item); err != nil {
			return nil, misplaced("reductions")
		}
		reduced[r.Item] = reduced[r.Item].Add(r.Points)
	}
	items := make([]Handed, len(o.Items))
	for i, x := range o.Items {
		items[i] = Handed{
			Item: x.Item, Points: x.Points, Standard: x.StandardPoints, Reduced: reduced[x.Item], Agreed: x.Agreed, Reason: x.Reason, Open: x.Open,
		}
	}
	return items, nil
}
