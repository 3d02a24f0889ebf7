package assessment

import (
	"fmt"
	"strconv"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/sealed"
)

// Entry is the assessment of one item by the agency. The zero Entry was never written.
type Entry struct {
	Item          string
	Input         sealed.Facts
	Justification string
	Evidence      []sealed.Evidence
	// Round is the round of the last write.
	Round int
	// Version is the number of writes.
	Version int64
	// UpdateTime is the time of the last write.
	UpdateTime time.Time
	// Size is the number of bytes of the entry in a seal.
	Size int
}

// Etag returns the version of the entry as text.
func (e Entry) Etag() string { return strconv.FormatInt(e.Version, 10) }

// proven reports whether there is evidence or a justification (rule A1, S2 3.2b).
func (e Entry) proven() bool { return len(e.Evidence) > 0 || e.Justification != "" }

// The largest sizes, in bytes of the canonical form, in which a quote and the end of a
// line take two bytes each.
const (
	// MaxEntry limits one entry.
	MaxEntry = 24 << 10
	// MaxEntries limits all entries of one sheet together.
	MaxEntries = 1536 << 10
	// MaxSeal limits the content of a seal, which also has the items that were never
	// written.
	MaxSeal = 2 << 20
)

// CheckEntry evaluates an entry and returns its line, with the size of the entry. This
// is the only evaluation of a write: the write stores line.Entry, and Line.After makes
// the answer. It fails with cycle.ItemNotInGroup, ItemNotEntered and EntryTooLarge, and
// at "input" as rule.Evaluate does.
func (s Subject) CheckEntry(e Entry) (Line, error) {
	i, err := s.Group.Item(e.Item)
	if err == nil && !i.Source.Entered() {
		err = ItemNotEntered.At("item")
	}
	if err != nil {
		return Line{}, err
	}
	l, err := s.line(i, e, nil)
	if err != nil {
		return l, err
	}
	text, err := canonical.JSON(l.sealedEntry())
	if err != nil {
		return l, fmt.Errorf("measuring entry %s: %w", e.Item, err)
	}
	if l.Entry.Size = len(text); l.Entry.Size > MaxEntry {
		return l, tooLarge(EntryTooLarge, l.Entry.Size, MaxEntry)
	}
	return l, nil
}
