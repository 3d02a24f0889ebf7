package assessment

import (
	"fmt"
	"strconv"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
)

// Entry is what an agency says of one item. The zero Entry is one that was never
// written.
type Entry struct {
	Item          string
	Input         sealed.Facts
	Justification string
	Evidence      []sealed.Evidence
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

// CheckEntry returns the line of an entry that the agency may make, with the size
// of the entry. It fails with cycle.ItemNotInGroup, ItemNotEntered, as
// rule.Evaluate does at "input", and with EntryTooLarge.
func (s Subject) CheckEntry(e Entry) (Line, error) {
	i, err := s.item(e.Item, Entered, ItemNotEntered)
	if err != nil {
		return Line{}, err
	}
	l, err := s.line(i, e, nil)
	if err != nil {
		return l, err
	}
	text, err := canonical.JSON(l.sealed())
	if err != nil {
		return l, fmt.Errorf("measuring entry %s: %w", e.Item, err)
	}
	if l.Entry.Size = len(text); l.Entry.Size > MaxEntry {
		return l, tooLarge(EntryTooLarge, l.Entry.Size, MaxEntry)
	}
	return l, nil
}

// item returns an item whose input comes as want says. It fails with
// cycle.ItemNotInGroup and, at "item", with other.
func (s Subject) item(id string, want Kind, other fault.Reason) (cycle.Item, error) {
	i, err := s.Group.Item(id)
	if err == nil && KindOf(i) != want {
		err = other.At("item")
	}
	return i, err
}
