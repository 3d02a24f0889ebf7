package assessment

import (
	"slices"
	"time"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Sheet is what is stored of one agency in one cycle (rule A1): a working copy
// that goes on from round to round, and what became of its rounds.
type Sheet struct {
	// Entries and Reports are by item; Reports are those that count.
	Entries map[string]Entry
	Reports map[string]Report
	// Seals and HandBacks are by round, without content.
	Seals     []Seal
	HandBacks []HandBack
	// Size is how many bytes all entries have in a seal, those included that are
	// not in Entries.
	Size int
}

// opened returns nil if a round can be worked on and submitted: RoundSubmitted,
// or HandBackMissing (rule A5).
func (s Sheet) opened(round int) error {
	if slices.ContainsFunc(s.Seals, func(x Seal) bool { return x.Round == round }) {
		return RoundSubmitted.At("round")
	}
	if _, arrived := s.handBack(round - 1); round > 1 && !arrived {
		return HandBackMissing.At("round")
	}
	return nil
}

// open returns nil if an item is open in a round: all are in the first, and later
// those that the appraisal left open (rule A5). It fails as opened does and with
// ItemClosed.
func (s Sheet) open(round int, item string) error {
	if err := s.opened(round); err != nil {
		return err
	}
	if a := s.appraised(round-1, item); round > 1 && (a == nil || !a.Open) {
		return ItemClosed.At("item")
	}
	return nil
}

func (s Sheet) handBack(round int) (HandBack, bool) {
	i := slices.IndexFunc(s.HandBacks, func(h HandBack) bool { return h.Round == round })
	if i < 0 {
		return HandBack{}, false
	}
	return s.HandBacks[i], true
}

// appraised returns what the appraisal of a round says of an item; nil: nothing.
func (s Sheet) appraised(round int, item string) *Appraised {
	h, _ := s.handBack(round)
	i := slices.IndexFunc(h.Items, func(x Handed) bool { return x.Item == item })
	if i < 0 {
		return nil
	}
	return &Appraised{Round: round, Handed: h.Items[i]}
}

// Written is an entry as it stands after a write.
type Written struct {
	Entry Entry
	// Appraised is what the round before came to; nil: it was the first.
	Appraised *Appraised
}

// Write returns what becomes of an entry that is written for a round at an
// instant by somebody who has read the version etag. It fails with
// RoundSubmitted, HandBackMissing, ItemClosed, fault.StaleEtag (rule A2), and with
// SheetTooLarge, which keeps nobody from shortening an entry.
func (s Sheet) Write(e Entry, round int, etag string, at time.Time) (Written, error) {
	if err := s.open(round, e.Item); err != nil {
		return Written{}, err
	}
	stored := s.Entries[e.Item]
	if stored.Etag() != etag {
		return Written{}, fault.StaleEtag.At("etag")
	}
	if size := s.Size - stored.Size + e.Size; size > MaxEntries && e.Size > stored.Size {
		return Written{}, tooLarge(SheetTooLarge, size, MaxEntries)
	}
	e.Round, e.Version, e.UpdateTime = round, stored.Version+1, at
	return Written{Entry: e, Appraised: s.appraised(round-1, e.Item)}, nil
}

// Line is one item on a sheet with what it comes to.
type Line struct {
	Item  cycle.Item
	Kind  Kind
	Entry Entry
	// Report is the one that counts; nil: none.
	Report *Report
	// Result is what the facts come to; nil without facts, and for a value that is
	// compared with those of its group.
	Result     *rule.Result
	NotCounted sealed.NotCounted
	// Open tells whether the item can be written now.
	Open bool
	// Appraised is what the last appraisal says of it; nil: nothing.
	Appraised *Appraised
}

// Facts are what is entered or reported.
func (l Line) Facts() sealed.Facts {
	if l.Kind == Reported && l.Report != nil {
		return l.Report.Input
	}
	return l.Entry.Input
}

// atScoring reports whether the points of the item are known only in a scoring
// run (rule C6b).
func (l Line) atScoring() bool { return l.Kind == DecidedAtScoring || compared(l.Item) }

// Counted returns what the item counts, and whether it counts at all: not before
// scoring, and not if it is not applicable. Facts that nothing proves take no
// item out of the sheet, for missing evidence is never a reduction (rule V5).
func (l Line) Counted() (x points.Points, applies bool) {
	switch {
	case l.atScoring():
		return x, false
	case l.NotCounted != "":
		return x, true
	default:
		return l.Result.Points, l.Result.Applicable
	}
}

func (s Subject) line(i cycle.Item, e Entry, r *Report) (Line, error) {
	l := Line{Item: i, Kind: KindOf(i), Entry: e, Report: r}
	l.Entry.Item = i.ID
	facts := l.Facts()
	if !facts.IsZero() {
		var err error
		if l.Result, err = s.evaluate(i, facts); err != nil {
			return l, err
		}
	}
	switch {
	case l.Kind == Reported && facts.IsZero():
		l.NotCounted = sealed.NotReported
	case l.Kind == Entered && facts.IsZero():
		l.NotCounted = sealed.NoInput
	case l.Kind == Entered && !e.proven():
		l.NotCounted = sealed.NoEvidence
	}
	return l, nil
}

// Lines returns the items of the subject's group, in printed order, with what
// they come to. round is the one that takes writes now; 0: none does.
func (s Subject) Lines(sheet Sheet, round int) ([]Line, error) {
	lines := make([]Line, 0, len(s.Group.Items))
	for _, i := range s.Group.Items {
		var report *Report
		if r, reported := sheet.Reports[i.ID]; reported {
			report = &r
		}
		l, err := s.line(i, sheet.Entries[i.ID], report)
		if err != nil {
			return nil, err
		}
		l.Open = l.Kind == Entered && round > 0 && sheet.open(round, i.ID) == nil
		if n := len(sheet.HandBacks); n > 0 {
			l.Appraised = sheet.appraised(sheet.HandBacks[n-1].Round, i.ID)
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// After returns the line of an entry right after it was written.
func (l Line) After(w Written) Line {
	l.Entry, l.Open, l.Appraised = w.Entry, true, w.Appraised
	return l
}

// Subtotal is what a sheet comes to before surveys, history and comparisons within
// the group (rule A1).
type Subtotal struct {
	Points, Max points.Points
	// Items are those entered or reported; NotCounted those of them that count 0
	// for a reason.
	Items, NotCounted int
}

// Total adds lines up.
func Total(lines []Line) (t Subtotal) {
	for _, l := range lines {
		if l.atScoring() {
			continue
		}
		t.Items++
		if l.NotCounted != "" {
			t.NotCounted++
		}
		if x, applies := l.Counted(); applies {
			t.Points, t.Max = t.Points.Add(x), t.Max.Add(l.Item.Max)
		}
	}
	return t
}
