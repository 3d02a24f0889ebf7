package assessment

import (
	"fmt"
	"slices"
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
	// UnsealTime is when the coordinator opened the round again, for UnsealReason; zero:
	// never (rule A4b).
	UnsealTime   time.Time
	UnsealReason string
	// Letter is the number of the letter that extended the deadline, if the round was
	// submitted after that of all; else empty (rule Y3).
	Letter   string
	Standing Standing
}

// Standing tells whether a submitted round counts.
type Standing string

// The standings of seals.
const (
	// Submitted: the appraisal of the round is not handed back.
	Submitted Standing = "SUBMITTED"
	// Counted: the result that was handed back rests on the seal.
	Counted Standing = "COUNTED"
	// Late: the seal arrived after its round had been approved, and does not count.
	Late Standing = "LATE"
	// Unsealed: the round is open again, and not submitted again.
	Unsealed Standing = "UNSEALED"
	// Replaced: the round was submitted again, and this seal does not count.
	Replaced Standing = "REPLACED"
)

// Unseal returns the seal of a submitted round as opened again (rule A4b). It fails with
// SealUnknown if the round is not submitted or is open again already, and with
// RoundDecided.
func (s Sheet) Unseal(round int, reason string, at time.Time) (Seal, error) {
	if _, decided := s.handBack(round); decided {
		return Seal{}, RoundDecided.At("round")
	}
	i := slices.IndexFunc(s.Seals, func(x Seal) bool { return x.inForce(round) })
	if i < 0 {
		return Seal{}, SealUnknown.At("round")
	}
	seal := s.Seals[i]
	seal.UnsealTime, seal.UnsealReason, seal.ReceiveTime, seal.Standing = at, reason, time.Time{}, Unsealed
	return seal, nil
}

func (s Seal) inForce(round int) bool { return s.Round == round && s.UnsealTime.IsZero() }

// Submission is a request to submit a round.
type Submission struct {
	Round int
	// Number and At become number and time of the seal. They are zero in a trial.
	Number int
	At     time.Time
	// Letter is that of Seal.
	Letter string
	// AcceptIncomplete submits the round although items count 0.
	AcceptIncomplete bool
}

// Submit returns the seal of a round (rules A1, A4): of all items that the agency
// assesses in round 1, of the open ones in round 2. It fails with RoundSubmitted, RoundDecided, HandBackMissing, SheetTooLarge,
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
		UnsealTime: time.Time{}, UnsealReason: "", Letter: sub.Letter, Standing: Submitted,
	}
	var missing []fault.Violation
	for _, i := range s.assessed() {
		if sheet.checkOpen(sub.Round, i.ID) != nil {
			continue
		}
		l, err := s.line(i, sheet.Entries[i.ID], sheet.report(i.ID))
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
