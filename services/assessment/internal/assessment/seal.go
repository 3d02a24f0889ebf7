package assessment

import (
	"fmt"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
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
	// Content is a sealed.Sheet as it is written; nil where a seal is listed.
	Content []byte `json:"-"`
	// Items and Evidence count what is in it.
	Items, Evidence int
	// ReceiveTime is when the appraisal confirmed that it has it; zero: not yet.
	ReceiveTime time.Time
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
	c := sealed.Sheet{
		Authority: s.Cycle.Authority, Cycle: s.Cycle.ID, Agency: s.Agency.ID, Group: s.Group.ID,
		Round: sub.Round, Number: sub.Number, SealTime: canonical.Instant(sub.At), RegulationSHA256: s.Cycle.RegulationSHA256,
		Entries: nil,
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
func (s Seal) holding(c sealed.Sheet) (Seal, error) {
	var err error
	if s.Content, s.SHA256, err = sealed.Write(c); err != nil {
		return Seal{}, fmt.Errorf("sealing round %d of %s: %w", c.Round, c.Agency, err)
	}
	if len(s.Content) > MaxSeal {
		return Seal{}, tooLarge(SheetTooLarge, len(s.Content), MaxSeal)
	}
	s.Items = len(c.Entries)
	return s, nil
}

func (l Line) sealed() sealed.Entry {
	e := sealed.Entry{
		Item: l.Item.ID, Facts: l.Entry.Input, Points: nil, NotApplicable: false, NotCounted: l.NotCounted,
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
