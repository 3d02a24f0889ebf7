package sealed

import (
	"fmt"

	"github.com/parindex/parindex/libs/points"
)

// Sheet is a round of an agency's self-assessment, which assessment seals when the
// agency submits it. Its JSON form is a parindex.assessment.v1.SealContent.
type Sheet struct {
	Authority string `json:"authority"`
	Cycle     string `json:"cycle"`
	Agency    string `json:"agency"`
	// Group is the group in which the agency is ranked.
	Group string `json:"group"`
	// Round is 1 or 2.
	Round int `json:"round"`
	// Number counts the seals of the cycle from 1; 0 in a trial.
	Number int `json:"number"`
	// SealTime is the time of sealing; empty in a trial.
	SealTime         string `json:"sealTime"`
	RegulationSHA256 string `json:"regulationSha256"`
	// Entries has the items of the round in printed order.
	Entries []Entry `json:"entries,omitempty"`
}

// Entry is an agency's self-assessment of one item.
type Entry struct {
	Item  string `json:"item"`
	Facts Facts  `json:"input,omitzero"`
	// Points are the points that the item's rule gives for Facts; nil without facts, for
	// an item that is not applicable, and if only a scoring run gives them.
	Points        *points.Points `json:"points,omitempty"`
	NotApplicable bool           `json:"notApplicable"`
	// NotCounted is the reason why the item counts 0; empty if it counts. It is also empty
	// if a reported value counts because nothing proves Facts.
	NotCounted    NotCounted `json:"notCounted"`
	Justification string     `json:"justification"`
	Evidence      []Evidence `json:"evidence,omitempty"`
}

// Evidence is a document that proves something (rule A3).
type Evidence struct {
	Title          string `json:"title"`
	DocumentNumber string `json:"documentNumber"`
	Issuer         string `json:"issuer"`
	// IssueDate is YYYY-MM-DD; empty if unknown.
	IssueDate string `json:"issueDate"`
	Locator   string `json:"locator"`
	Link      string `json:"link"`
}

// NotCounted is the reason why an item counts 0, as the name of a
// parindex.assessment.v1.NotCounted without its prefix; empty if the item counts.
type NotCounted string

// The reasons why an item counts 0 (rule A1).
const (
	// NoInput: there are no facts.
	NoInput NotCounted = "NO_INPUT"
	// NoEvidence: there is neither evidence nor a justification.
	NoEvidence NotCounted = "NO_EVIDENCE"
	// NotReported: no value was reported, and the agency entered none.
	NotReported NotCounted = "NOT_REPORTED"
)

// UnmarshalText refuses any other reason.
func (n *NotCounted) UnmarshalText(text []byte) error {
	switch reason := NotCounted(text); reason {
	case "", NoInput, NoEvidence, NotReported:
		*n = reason
		return nil
	default:
		return fmt.Errorf("%q is not a reason to count 0", text)
	}
}
