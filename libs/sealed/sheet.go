package sealed

import (
	"fmt"

	"github.com/parindex/parindex/libs/points"
)

// Sheet is a round of an agency's self-assessment, which assessment seals when
// the round is submitted. As JSON it is a parindex.assessment.v1.SealContent.
type Sheet struct {
	Authority string `json:"authority"`
	Cycle     string `json:"cycle"`
	Agency    string `json:"agency"`
	// Group is the one that the agency is ranked in.
	Group string `json:"group"`
	// Round is 1 or 2.
	Round int `json:"round"`
	// Number counts the seals of the cycle from 1; 0 in a trial.
	Number int `json:"number"`
	// SealTime is empty in a trial.
	SealTime         string `json:"sealTime"`
	RegulationSHA256 string `json:"regulationSha256"`
	// Entries are the items of the round, in printed order.
	Entries []Entry `json:"entries,omitempty"`
}

// Entry is what an agency says of one item.
type Entry struct {
	Item  string `json:"item"`
	Facts Facts  `json:"input,omitzero"`
	// Points are those that the item's rule gives for Facts; nil without facts, and
	// where the item is not applicable.
	Points        *points.Points `json:"points,omitempty"`
	NotApplicable bool           `json:"notApplicable"`
	// NotCounted is why the item counts 0; empty if it counts.
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

// NotCounted is why an item counts 0 on a sheet; empty: it counts. It is the name
// of a parindex.assessment.v1.NotCounted without its prefix.
type NotCounted string

// Why an item counts 0 (rule A1).
const (
	// NoInput is an item without facts.
	NoInput NotCounted = "NO_INPUT"
	// NoEvidence is one with neither evidence nor justification.
	NoEvidence NotCounted = "NO_EVIDENCE"
	// NotReported is one whose value nobody has reported.
	NotReported NotCounted = "NOT_REPORTED"
)

// UnmarshalText refuses any other reason.
func (n *NotCounted) UnmarshalText(text []byte) error {
	switch reason := NotCounted(text); reason {
	case "", NoInput, NoEvidence, NotReported:
		*n = reason
		return nil
	default:
		return fmt.Errorf("%q is no reason to count 0", text)
	}
}
