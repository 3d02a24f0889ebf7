package assessment

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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

// MaxEntryText is how many bytes the texts of one entry may have together. With
// it the sheet of a group of 120 items fits into one message.
const MaxEntryText = 24 << 10

// Clean returns e with texts that nobody sees the ends of cut to what is seen,
// so that blanks are no justification. It fails with TextBroken, EvidenceUntitled
// and EntryTooLarge.
func (e Entry) Clean() (Entry, error) {
	size := 0
	clean := func(text, field string) (string, error) {
		size += len(text)
		return Text(text, field)
	}
	var err error
	if e.Justification, err = clean(e.Justification, "justification"); err != nil {
		return e, err
	}
	cleaned := make([]Evidence, 0, len(e.Evidence))
	for i, d := range e.Evidence {
		at := "evidence[" + strconv.Itoa(i) + "]."
		for _, text := range []struct {
			of    *string
			field string
		}{
			{&d.Title, "title"},
			{&d.DocumentNumber, "document_number"},
			{&d.Issuer, "issuer"},
			{&d.Locator, "locator"},
			{&d.Link, "link"},
		} {
			if *text.of, err = clean(*text.of, at+text.field); err != nil {
				return e, err
			}
		}
		if d.Title == "" {
			return e, EvidenceUntitled.At(at + "title")
		}
		cleaned = append(cleaned, d)
	}
	if size > MaxEntryText {
		return e, EntryTooLarge.With((size+1023)>>10, MaxEntryText>>10)
	}
	e.Evidence = cleaned
	return e, nil
}

// Text returns what is seen of a text: without the blanks at its ends. It fails
// with TextBroken at the field if there is something in it that is no text.
func Text(text, field string) (string, error) {
	broken := func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, broken) {
		return "", TextBroken.At(field)
	}
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }), nil
}

// CheckEntry returns nil if e is an entry that the agency may make. It fails with
// cycle.ItemNotInGroup, ItemNotEntered, and as rule.Evaluate does at "input".
func (s Subject) CheckEntry(e Entry) error { return s.check(e.Item, e.Input, Entered, ItemNotEntered) }

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
