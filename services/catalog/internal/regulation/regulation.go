// Package regulation contains the content of a regulation and the rules that it must
// satisfy before it is issued: its criteria sets with their items, the structure that
// the decision declares, the assignment of appraisals and surveys (rules C2 to C8 and
// C11), and the phases of cycles under it (rule Y1). It knows no authority, no agency
// and no cycle: those are in package catalog, which imports this one.
package regulation

import (
	"slices"
	"time"

	"github.com/parindex/parindex/libs/fault"
)

// Regulation is one revision of all rules and criteria of an authority (rule C2).
type Regulation struct {
	Authority string
	ID        string
	State     State
	// Content has no criteria sets if regulations were listed.
	Content Content
	// SHA256 is that of the content's canonical form, in hex.
	SHA256 string
	// IssueTime is zero for a draft.
	IssueTime time.Time
	Version   int64
}

// State is the state of a regulation.
type State string

// The states of a regulation. All but a draft are immutable.
const (
	Draft      State = "DRAFT"
	Issued     State = "ISSUED"
	Superseded State = "SUPERSEDED"
	Revoked    State = "REVOKED"
)

var stateNames = map[State]string{
	Draft: "còn là dự thảo", Issued: "đã ban hành", Superseded: "đã được thay thế", Revoked: "đã bị bãi bỏ",
}

// Vietnamese implements fault.Bilingual.
func (s State) Vietnamese() string { return stateNames[s] }

// NewDraft returns a draft. It fails with fault.ContentTooLarge.
func NewDraft(authority, id string, content Content) (Regulation, error) {
	r := Regulation{Authority: authority, ID: id, State: Draft}
	return r.Revise(content)
}

// Revise returns the draft r with other content, in a new version unless nothing
// changes. It fails with RegulationNotDraft and fault.ContentTooLarge.
func (r Regulation) Revise(content Content) (Regulation, error) {
	if r.State != Draft {
		return r, RegulationNotDraft.With(r.State).At("regulation")
	}
	sum, size, err := content.hash()
	if err != nil {
		return r, err
	}
	if size > MaxContent {
		return r, fault.ContentTooLarge.With(size, MaxContent).At("content")
	}
	if sum == r.SHA256 {
		return r, nil
	}
	r.Content, r.SHA256 = content, sum
	r.Version++
	return r, nil
}

// Examined is a content with its errors, found before its regulation is issued: the
// largest takes seconds to validate, during which nothing may be locked.
// The zero Examined fits no regulation.
type Examined struct {
	content Content
	sha256  string
	wrong   []fault.Violation
}

// Examine validates the content of r.
func (r Regulation) Examine() Examined {
	e := Examined{content: r.Content, sha256: r.SHA256}
	found, _ := r.Content.Validate()
	for _, f := range found {
		if f.Severity == Error {
			e.wrong = append(e.wrong, f.Violation())
		}
	}
	return e
}

// Issue returns r as issued at the instant now, with the content that was
// examined, and what it replaces as superseded, nil for nothing. Neither r nor
// replaced, the stored regulation that the content names, need their criteria sets.
// foreign is what in the content does not fit the authority.
//
// It fails with RegulationNotDraft, with RegulationUnsound, whose violations are
// all that is wrong, and with StaleEtag if other content was examined than r's.
func (r Regulation) Issue(e Examined, replaced *Regulation, foreign []Finding, now time.Time) (issued Regulation, superseded *Regulation, err error) {
	switch {
	case r.State != Draft:
		return r, nil, RegulationNotDraft.With(r.State).At("regulation")
	case e.sha256 != r.SHA256:
		return r, nil, fault.StaleEtag.At("etag")
	}
	wrong := slices.Clone(e.wrong)
	for _, f := range foreign {
		wrong = append(wrong, f.Violation())
	}
	if replaced != nil && replaced.State != Issued {
		wrong = append(wrong, ReplacedNotIssued.With(replaced.ID, replaced.State).Violation("replaces"))
	}
	if stated := r.Content.ReplacesDecision; replaced != nil && stated != "" && replaced.Content.DecisionNumber != stated {
		wrong = append(wrong, ReplacedDecisionDiffers.With(replaced.ID, replaced.Content.DecisionNumber, stated).Violation("replacesDecision"))
	}
	if len(wrong) > 0 {
		return r, nil, RegulationUnsound.List(wrong...)
	}
	r.Content, r.State, r.IssueTime = e.content, Issued, now
	r.Version++
	if replaced != nil {
		old := *replaced
		old.State = Superseded
		old.Version++
		superseded = &old
	}
	return r, superseded, nil
}

// Put returns what the content makes of the stored regulation, nil for none: a new
// draft, or the draft in a new version unless nothing changes. It fails with
// RegulationNotDraft and fault.ContentTooLarge.
func Put(stored *Regulation, authority, id string, content Content) (Regulation, error) {
	if stored == nil {
		return NewDraft(authority, id, content)
	}
	return stored.Revise(content)
}

// Revoke returns r withdrawn. It fails with RegulationNotInForce and
// RegulationRevoked.
func (r Regulation) Revoke() (Regulation, error) {
	switch r.State {
	case Draft:
		return r, RegulationNotInForce.At("regulation")
	case Revoked:
		return r, RegulationRevoked.At("regulation")
	case Issued, Superseded:
	}
	r.State = Revoked
	r.Version++
	return r, nil
}
