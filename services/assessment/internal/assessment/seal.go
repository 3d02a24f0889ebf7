package assessment

import (
	"fmt"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
)

// Seal is a submitted round: its unchangeable content and the receipt (rule A4).
type Seal struct {
	Key
	Round int
	// Number counts the seals of the cycle from 1, without gaps.
	Number int
	Time   time.Time
	// SHA256 is the hash of Content in hex.
	SHA256 string
	// Content is a sealed.Sheet in its written form; nil in a Sheet and in lists.
	Content []byte `json:"-"`
	// Items is the number of items, Evidence the number of documents.
	Items, Evidence int
	// ReceiveTime is when the appraisal confirmed the receipt; zero if it has not.
	ReceiveTime time.Time
}

// Submission is a request to submit a round.
type Submission struct {
	Round int
	// Number and At become number and time of the seal. They are zero in a trial.
	Number int
	At     time.Time
	// AcceptIncomplete submits the round although items count 0.
	AcceptIncomplete bool
}

// Submit returns the seal of a round (rules A1, A4): of all entered items in round 1, of
// the open ones in round 2. It fails with RoundSubmitted, HandBackMissing, SheetTooLarge,
// and unless the submission accepts it with SheetIncomplete, whose violations name each
// item that counts 0 and the reason.
func (s Subject) Submit(sheet Sheet, sub Submission) (Seal, error) {
	if err := sheet.checkRound(sub.Round); err != nil {
		return Seal{}, err
	}
	c := sealed.Sheet{
		Authority: s.Cycle.Authority, Cycle: s.Cycle.ID, Agency: s.Agency.ID, Group: s.Group.ID,
		Round: sub.Round, Number: sub.Number, SealTime: canonical.Instant(sub.At), RegulationSHA256: s.Cycle.RegulationSHA256,
		Entries: nil,
	}
	seal := Seal{
		Key: s.Key(), Round: sub.Round, Number: sub.Number, Time: sub.At,
		SHA256: "", Content: nil, Items: 0, Evidence: 0, ReceiveTime: time.Time{},
	}
	var missing []fault.Violation
	for _, i := range s.entered() {
		if sheet.checkOpen(sub.Round, i.ID) != nil {
			continue
		}
		l, err := s.line(i, sheet.Entries[i.ID], nil)
		if err != nil {
			return Seal{}, err
		}
		if l.NotCounted != "" {
			missing = append(missing, l.violation())
		}
		c.Entries = append(c.Entries, l.sealedEntry())
		seal.Evidence += len(l.Entry.Evidence)
	}
	if len(missing) > 0 && !sub.AcceptIncomplete {
		return Seal{}, SheetIncomplete.List(missing...)
	}
	return seal.withContent(c)
}

// withContent returns the seal with its content. It fails with SheetTooLarge.
func (s Seal) withContent(c sealed.Sheet) (Seal, error) {
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

// sealedEntry returns the line as it is in the content of a seal.
func (l Line) sealedEntry() sealed.Entry {
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
