package assessment

import (
	"fmt"
	"strconv"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rule"
)

// Facts are what is entered or reported for one item; the zero Facts are none.
// In JSON they are what rule.EncodeInput makes of them, or null.
type Facts struct{ rule.Input }

// IsZero reports whether there are none.
func (f Facts) IsZero() bool { return f.Input == nil }

// MarshalJSON returns the canonical form.
func (f Facts) MarshalJSON() ([]byte, error) {
	if f.IsZero() {
		return []byte("null"), nil
	}
	return rule.EncodeInput(f.Input)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (f *Facts) UnmarshalJSON(text []byte) (err error) {
	f.Input = nil
	if string(text) != "null" {
		f.Input, err = rule.DecodeInput(text)
	}
	return err
}

// Entry is what an agency says of one item. The zero Entry is one that was never
// written.
type Entry struct {
	Item          string
	Input         Facts
	Justification string
	Evidence      []Evidence
	// Round is the one in which it was written last.
	Round int
	// Version counts how often it was written.
	Version int64
	// UpdateTime is when it was written last.
	UpdateTime time.Time
	// Size is how many bytes it has in a seal.
	Size int
}

// Etag names the version of the entry.
func (e Entry) Etag() string { return strconv.FormatInt(e.Version, 10) }

// proven reports whether there is evidence or a justification (rule A1, S2 3.2b).
func (e Entry) proven() bool { return len(e.Evidence) > 0 || e.Justification != "" }

// Evidence is a document that proves something (rule A3). Its JSON is that of
// parindex.assessment.v1.SealedEvidence.
type Evidence struct {
	Title          string `json:"title,omitempty"`
	DocumentNumber string `json:"documentNumber,omitempty"`
	Issuer         string `json:"issuer,omitempty"`
	// IssueDate is YYYY-MM-DD; empty if unknown.
	IssueDate string `json:"issueDate,omitempty"`
	Locator   string `json:"locator,omitempty"`
	Link      string `json:"link,omitempty"`
}

// What may be written, in bytes of the canonical form, where a quote and the end
// of a line take two.
const (
	// MaxEntry is for one entry.
	MaxEntry = 24 << 10
	// MaxEntries is for all entries of one sheet.
	MaxEntries = 1536 << 10
	// MaxSeal is for the content of a seal, in which items never written stand, too.
	MaxSeal = 2 << 20
)

// CheckEntry returns e with its size if it is an entry that the agency may make.
// It fails with cycle.ItemNotInGroup, ItemNotEntered, as rule.Evaluate does at
// "input", and with EntryTooLarge.
func (s Subject) CheckEntry(e Entry) (Entry, error) {
	if err := s.check(e.Item, e.Input, Entered, ItemNotEntered); err != nil {
		return e, err
	}
	l, err := s.LineOf(Written{Entry: e})
	if err != nil {
		return e, err
	}
	text, err := canonical.JSON(l.sealed())
	if err != nil {
		return e, fmt.Errorf("measuring entry %s: %w", e.Item, err)
	}
	if e.Size = len(text); e.Size > MaxEntry {
		return e, tooLarge(EntryTooLarge, e.Size, MaxEntry)
	}
	return e, nil
}

func (s Subject) check(item string, in Facts, want Kind, other fault.Reason) error {
	i, err := s.Group.Item(item)
	if err != nil {
		return err
	}
	if KindOf(i) != want {
		return other.At("item")
	}
	if !in.IsZero() {
		_, err = s.evaluate(i, in)
	}
	return err
}
