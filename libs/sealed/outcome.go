package sealed

import "github.com/parindex/parindex/libs/points"

// Outcome is the result of an approved round of appraisal for one agency. Appraisal
// seals it and hands it to assessment and scoring (rule A5). Its JSON form is a
// parindex.appraisal.v1.OutcomeContent.
type Outcome struct {
	Authority string `json:"authority"`
	Cycle     string `json:"cycle"`
	Agency    string `json:"agency"`
	// Group is the group in which the agency is ranked.
	Group string `json:"group"`
	// Round is 1 or 2; Final reports whether it is the last one of the cycle.
	Round          int    `json:"round"`
	Final          bool   `json:"final"`
	DecisionNumber string `json:"decisionNumber"`
	ApproveTime    string `json:"approveTime"`
	// RegulationSHA256 is the hash of the regulation by which the items were appraised.
	RegulationSHA256 string `json:"regulationSha256"`
	// Seals has the appraised sheets by round.
	Seals []OutcomeSeal `json:"seals,omitempty"`
	// Items has the items that agencies assess or others report, in printed order.
	Items []OutcomeItem `json:"items,omitempty"`
	// Reductions has the approved reductions in printed order of their items.
	Reductions []OutcomeReduction `json:"reductions,omitempty"`
	// Version counts the outcomes of the agency's round from 1. A round that is
	// reopened and approved again gives the next version to agencies whose result
	// changes.
	Version int `json:"version,omitempty"`
}

// OutcomeSeal identifies an appraised sheet.
type OutcomeSeal struct {
	Round  int    `json:"round"`
	Number int    `json:"number"`
	SHA256 string `json:"sha256"`
}

// NotAppraised is the reason code of an item that still needed a verdict when its round
// was approved. Its agency had left the cycle (rule C1b).
const NotAppraised = "NOT_APPRAISED"

// OutcomeItem is one item in an outcome.
type OutcomeItem struct {
	Item string `json:"item"`
	// Round is the round that decided the item.
	Round int `json:"round"`
	// Points are nil if the item is not applicable, and if only a scoring run gives the
	// points of Facts; then StandardPoints are above 0 (rule C6b).
	Points *points.Points `json:"points,omitempty"`
	// StandardPoints are the item's max points less reductions; 0 if it is not
	// applicable.
	StandardPoints points.Points `json:"standardPoints"`
	Agreed         bool          `json:"agreed"`
	// ReasonCode is the reason why the points differ from the agency's, as the name of
	// a parindex.appraisal.v1.ReasonCode or NotCounted without its prefix, NOT_SUBMITTED
	// or NotAppraised; empty if there is none. Reason is the reason as a text.
	ReasonCode string `json:"reasonCode"`
	Reason     string `json:"reason"`
	// Facts are the facts that give Points; none if the points were set directly or are
	// 0 for lack of facts or evidence.
	Facts Facts `json:"input,omitzero"`
	// Open reports whether the item is open in the next round.
	Open bool `json:"open"`
	// DecidedBy is the agency of the appraiser who decided; empty for none.
	DecidedBy string `json:"decidedBy"`
	// GuidanceVersion is the version of the guidance in force at the verdict; 0 for
	// none (rule C12).
	GuidanceVersion int32 `json:"guidanceVersion"`
}

// OutcomeReduction is an approved reduction of the standard points of one item (rule
// V5).
type OutcomeReduction struct {
	Item   string        `json:"item"`
	Points points.Points `json:"points"`
	// Reason is the name of a parindex.appraisal.v1.ReductionReason without its
	// prefix.
	Reason string `json:"reason"`
}
