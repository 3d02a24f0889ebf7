package assessment

import (
	"fmt"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// Seal is the receipt of a submitted round (rule A4).
type Seal struct {
	Key
	Round int
	// Number counts the seals of the cycle from 1, without gaps.
	Number int
	Time   time.Time
	// SHA256 is that of Content, in hex.
	SHA256 string
	// Content is the canonical form of a SealContent; nil where a seal is listed.
	Content []byte `json:"-"`
	// Items and Evidence count what is in it.
	Items, Evidence int
	// ReceiveTime is when the appraisal confirmed that it has it; zero: not yet.
	ReceiveTime time.Time
}

// SealContent is what a seal holds: parindex.assessment.v1.SealContent.
type SealContent struct {
	Authority string `json:"authority,omitempty"`
	Cycle     string `json:"cycle,omitempty"`
	Agency    string `json:"agency,omitempty"`
	Group     string `json:"group,omitempty"`
	Round     int    `json:"round,omitempty"`
	Number    int    `json:"number,omitempty"`
	// SealTime is RFC 3339 in UTC to the microsecond.
	SealTime         string        `json:"sealTime,omitempty"`
	RegulationSHA256 string        `json:"regulationSha256,omitempty"`
	Entries          []SealedEntry `json:"entries,omitempty"`
}

// SealedEntry is one item in a seal.
type SealedEntry struct {
	Item  string `json:"item,omitempty"`
	Input Facts  `json:"input,omitzero"`
	// Points are nil without facts, and if the item is not applicable.
	Points        *points.Points `json:"points,omitempty"`
	NotApplicable bool           `json:"notApplicable,omitempty"`
	NotCounted    NotCounted     `json:"notCounted,omitempty"`
	Justification string         `json:"justification,omitempty"`
	Evidence      []Evidence     `json:"evidence,omitempty"`
}

// Canonical returns the canonical form of c: JSON without spaces and without
// escapes that JSON does not need, fields in the order of the message, absent
// ones left out.
func (c SealContent) Canonical() ([]byte, error) {
	text, err := canonical.JSON(c)
	if err != nil {
		return nil, fmt.Errorf("writing the seal of round %d of %s: %w", c.Round, c.Agency, err)
	}
	return text, nil
}

// Submission is how a round is submitted.
type Submission struct {
	Round int
	// Number and At become those of the seal. They are zero for a trial.
	Number int
	At     time.Time
	// AcceptIncomplete says that items which count 0 are known.
	AcceptIncomplete bool
}

// Seal returns the seal of a round as it is submitted: all entered items in the
// first round, and later those that are open. It fails with RoundSubmitted,
// HandBackMissing, with SheetIncomplete, whose violations name each item that
// counts 0 and why, unless that is accepted (rules A1, A4), and with SheetTooLarge.
func (s Subject) Seal(sheet Sheet, sub Submission) (Seal, error) {
	if err := sheet.opened(sub.Round); err != nil {
		return Seal{}, err
	}
	c := SealContent{
		Authority: s.Cycle.Authority, Cycle: s.Cycle.ID, Agency: s.Agency.ID, Group: s.Group.ID,
		Round: sub.Round, Number: sub.Number, SealTime: canonical.Instant(sub.At), RegulationSHA256: s.Cycle.RegulationSHA256,
	}
	seal := Seal{Key: s.Key(), Round: sub.Round, Number: sub.Number, Time: sub.At}
	var missing []fault.Violation
	for _, i := range s.entered() {
		if sheet.open(sub.Round, i.ID) != nil {
			continue
		}
		l, err := s.line(i, sheet.Entries[i.ID], nil)
		if err != nil {
			return Seal{}, err
		}
		if l.NotCounted != "" {
			missing = append(missing, l.violation())
		}
		c.Entries = append(c.Entries, l.sealed())
		seal.Evidence += len(l.Entry.Evidence)
	}
	if len(missing) > 0 && !sub.AcceptIncomplete {
		return Seal{}, SheetIncomplete.List(missing...)
	}
	return seal.holding(c)
}

// holding returns the seal with its content. It fails with SheetTooLarge.
func (s Seal) holding(c SealContent) (Seal, error) {
	var err error
	if s.Content, err = c.Canonical(); err != nil {
		return Seal{}, err
	}
	if len(s.Content) > MaxSeal {
		return Seal{}, tooLarge(SheetTooLarge, len(s.Content), MaxSeal)
	}
	s.SHA256, s.Items = canonical.Hash(s.Content), len(c.Entries)
	return s, nil
}

func (l Line) sealed() SealedEntry {
	e := SealedEntry{
		Item: l.Item.ID, Input: l.Entry.Input, NotCounted: l.NotCounted,
		Justification: l.Entry.Justification, Evidence: l.Entry.Evidence,
	}
	if l.Result != nil {
		e.NotApplicable = !l.Result.Applicable
		if l.Result.Applicable {
			e.Points = &l.Result.Points
		}
	}
	return e
}
