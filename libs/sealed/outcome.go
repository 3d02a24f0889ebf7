package sealed

import "github.com/parindex/parindex/libs/points"

// Outcome is the result of an approved round of appraisal for one agency, which
// appraisal seals, hands back to assessment and gives to scoring (rule A5). As
// JSON it is a parindex.appraisal.v1.OutcomeContent.
type Outcome struct {
	Authority string `json:"authority"`
	Cycle     string `json:"cycle"`
	Agency    string `json:"agency"`
	// Group is the one that the agency is ranked in.
	Group string `json:"group"`
	// Round is 1 or 2; Final tells whether it is the cycle's last.
	Round          int    `json:"round"`
	Final          bool   `json:"final"`
	DecisionNumber string `json:"decisionNumber"`
	ApproveTime    string `json:"approveTime"`
	// RegulationSHA256 is that of the regulation that the items were appraised by.
	RegulationSHA256 string `json:"regulationSha256"`
	// Seals are the sheets that were appraised, by round.
	Seals []OutcomeSeal `json:"seals,omitempty"`
	// Items are those that agencies assess, in printed order.
	Items []OutcomeItem `json:"items,omitempty"`
	// Reductions are the approved ones, in printed order of their items.
	Reductions []OutcomeReduction `json:"reductions,omitempty"`
}

// OutcomeSeal is a sealed sheet that was appraised.
type OutcomeSeal struct {
	Round  int    `json:"round"`
	Number int    `json:"number"`
	SHA256 string `json:"sha256"`
}

// OutcomeItem is one item in an outcome.
type OutcomeItem struct {
	Item string `json:"item"`
	// Round is the one that decided the item.
	Round int `json:"round"`
	// Points are nil where the item is not applicable.
	Points *points.Points `json:"points,omitempty"`
	// StandardPoints are the item's max points less reductions; 0 where it is not
	// applicable.
	StandardPoints points.Points `json:"standardPoints"`
	Agreed         bool          `json:"agreed"`
	// ReasonCode is why the item has other points than the agency claimed, as the
	// name of a parindex.appraisal.v1.ReasonCode or NotCounted without its prefix;
	// empty where there is no reason. Reason says it in words.
	ReasonCode string `json:"reasonCode"`
	Reason     string `json:"reason"`
	// Facts are those that Points follow from; none where the points were set
	// directly or are 0 for lack of facts or evidence.
	Facts Facts `json:"input,omitzero"`
	// Open tells whether the item is open in the next round.
	Open bool `json:"open"`
	// DecidedBy is the home agency of the appraiser; empty for none.
	DecidedBy string `json:"decidedBy"`
	// GuidanceVersion is that of the guidance in force at the verdict; 0 for none
	// (rule C12).
	GuidanceVersion int32 `json:"guidanceVersion"`
}

// OutcomeReduction is what an approved reduction takes out of one item (rule V5).
type OutcomeReduction struct {
	Item   string        `json:"item"`
	Points points.Points `json:"points"`
	// Reason is the name of a parindex.appraisal.v1.ReductionReason without its
	// prefix.
	Reason string `json:"reason"`
}
