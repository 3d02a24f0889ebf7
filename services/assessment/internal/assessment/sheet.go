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

// Sheet is what an agency has in one cycle (rule A1): a working copy, which continues
// from round to round, and the seals and hand-backs of its rounds.
type Sheet struct {
	// Entries and Reports are by item. Of each item Reports has the report that counts.
	Entries map[string]Entry
	Reports map[string]Report
	// Seals and HandBacks are by round, without content.
	Seals     []Seal
	HandBacks []HandBack
	// Size is the number of bytes that all stored entries have in a seal, including
	// entries that are not loaded into Entries.
	Size int
}

// checkRound returns nil if a round can be written and submitted (rule A5). It fails
// with RoundSubmitted, RoundDecided and HandBackMissing.
func (s Sheet) checkRound(round int) error {
	if slices.ContainsFunc(s.Seals, func(x Seal) bool { return x.inForce(round) }) {
		return RoundSubmitted.At("round")
	}
	if _, decided := s.handBack(round); decided {
		return RoundDecided.At("round")
	}
	if _, arrived := s.handBack(round - 1); round > 1 && !arrived {
		return HandBackMissing.At("round")
	}
	return nil
}

// checkOpen returns nil if an item is open in a round: in round 1 every item is, in
// round 2 the items that the appraisal left open (rule A5). It fails as checkRound does
// and with ItemClosed.
func (s Sheet) checkOpen(round int, item string) error {
	if err := s.checkRound(round); err != nil {
		return err
	}
	if a := s.appraised(round-1, item); round > 1 && (a == nil || !a.Open) {
		return ItemClosed.At("item")
	}
	return nil
}

// report returns the report that counts for an item, nil if there is none.
func (s Sheet) report(item string) *Report {
	if r, reported := s.Reports[item]; reported {
		return &r
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

// appraised returns the result of the appraisal of an item in a round, nil if there is
// none.
func (s Sheet) appraised(round int, item string) *Appraised {
	h, _ := s.handBack(round)
	i := slices.IndexFunc(h.Items, func(x Handed) bool { return x.Item == item })
	if i < 0 {
		return nil
	}
	return &Appraised{Round: round, Handed: h.Items[i]}
}

// Written is an entry after a write.
type Written struct {
	Entry Entry
	// Appraised is the result of the appraisal in the round before; nil in round 1.
	Appraised *Appraised
	// Report is the report that counts for the item; nil if there is none.
	Report *Report
}

// Write returns the next version of an entry. etag is the version on which the write is
// based (rule A2). It fails with RoundSubmitted, RoundDecided, HandBackMissing, ItemClosed,
// fault.StaleEtag, and SheetTooLarge if the entry grows beyond the limit of the sheet.
func (s Sheet) Write(e Entry, round int, etag string, at time.Time) (Written, error) {
	if err := s.checkOpen(round, e.Item); err != nil {
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
	return Written{Entry: e, Appraised: s.appraised(round-1, e.Item), Report: s.report(e.Item)}, nil
}

// Line is one item on a sheet, with the result of its rule.
type Line struct {
	Item  cycle.Item
	Kind  Kind
	Entry Entry
	// Report is the report that counts; nil if nothing is reported.
	Report *Report
	// Result is the result of the rule for the facts of Entry, Reported that for the facts
	// of Report. Either is nil without facts, and for a value that is compared with those
	// of the group.
	Result, Reported *rule.Result
	// NotCounted is the reason why the item counts 0; empty if it counts.
	NotCounted sealed.NotCounted
	// Open means that the item can be written now.
	Open bool
	// Appraised is the result of the last appraisal; nil if there is none.
	Appraised *Appraised
}

// atScoring reports whether the points of the item are known only in a scoring run (rule
// C6b).
func (l Line) atScoring() bool { return l.Kind == DecidedAtScoring || l.Item.Compared() }

// stated reports whether the agency has entered facts and something that proves them.
func (l Line) stated() bool { return !l.Entry.Input.IsZero() && l.Entry.proven() }

// Counted returns the points that the item counts: those of the agency's own facts if
// something proves them, else those of the reported value. applies is false if the points are
// known only at scoring or the item is not applicable. An item whose facts say that it
// is not applicable counts 0 if nothing proves them: missing evidence never reduces the
// standard points (rule V5).
func (l Line) Counted() (x points.Points, applies bool) {
	switch {
	case l.atScoring():
		return x, false
	case l.NotCounted != "":
		return x, true
	case l.stated():
		return l.Result.Points, l.Result.Applicable
	default:
		return l.Reported.Points, l.Reported.Applicable
	}
}

// line evaluates an entry and the report beside it, and returns them as a line.
func (s Subject) line(i cycle.Item, e Entry, r *Report) (l Line, err error) {
	l = Line{Item: i, Kind: KindOf(i), Entry: e}
	l.Entry.Item = i.ID
	if !e.Input.IsZero() {
		if l.Result, err = s.evaluate(i, e.Input); err != nil {
			return l, err
		}
	}
	return s.Beside(l, r)
}

// Beside returns the line with the report that counts for its item, nil if there is none.
func (s Subject) Beside(l Line, r *Report) (_ Line, err error) {
	l.Report, l.Reported, l.NotCounted = r, nil, ""
	switch {
	case l.Kind == DecidedAtScoring:
	case r != nil:
		l.Reported, err = s.evaluate(l.Item, r.Input)
	case l.Entry.Input.IsZero() && l.Kind == Reported:
		l.NotCounted = sealed.NotReported
	case l.Entry.Input.IsZero():
		l.NotCounted = sealed.NoInput
	case !l.Entry.proven():
		l.NotCounted = sealed.NoEvidence
	}
	return l, err
}

// Lines returns the items of the subject's group with their results, in printed order.
// round is the round that can be written now, 0 if none can.
func (s Subject) Lines(sheet Sheet, round int) ([]Line, error) {
	lines := make([]Line, 0, len(s.Group.Items))
	for _, i := range s.Group.Items {
		l, err := s.line(i, sheet.Entries[i.ID], sheet.report(i.ID))
		if err != nil {
			return nil, err
		}
		l.Open = i.Source.Entered() && round > 0 && sheet.checkOpen(round, i.ID) == nil
		if n := len(sheet.HandBacks); n > 0 {
			l.Appraised = sheet.appraised(sheet.HandBacks[n-1].Round, i.ID)
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// After returns the line of an entry after its write, without evaluating it again.
func (l Line) After(w Written) Line {
	l.Entry, l.Open, l.Appraised = w.Entry, true, w.Appraised
	return l
}

// Subtotal is the sum of a sheet without the items whose points are known only at
// scoring (rule A1).
type Subtotal struct {
	Points, Max points.Points
	// Items is the number of entered and reported items, NotCounted the number of them
	// that count 0 for lack of facts or evidence.
	Items, NotCounted int
}

// Total returns the sum of lines.
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
