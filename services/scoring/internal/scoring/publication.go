package scoring

import (
	"bytes"
	"time"

	"github.com/parindex/parindex/libs/fault"
)

// Publication is the published results of one cycle. Neither it nor the names in it
// ever change; a correction is a new version (rule G11).
type Publication struct {
	// ID is a UUID.
	ID                       string
	Authority, AuthorityName string
	Cycle, CycleName         string
	// Year is the year that the cycle evaluates, as it was when this was published.
	Year int
	// Version counts the publications of a cycle from 1.
	Version     int
	Decision    Decision
	PublishTime time.Time
	// Notice is the reason for replacing the version before; empty for the first.
	Notice string
	// Source is the source of imported results, Run the run that computed the
	// platform's own results; exactly one of them is set.
	Source Source
	Run    string
}

// Decision approved the results; Date is YYYY-MM-DD.
type Decision struct {
	Number, Date string
}

// Source is the document that results were imported from. The zero Source means that
// the platform computed the results.
type Source struct {
	Title, Number string
	// Date is YYYY-MM-DD, YYYY-MM or YYYY, as printed.
	Date string
	// Told is what was told of the file, which was imported all the same.
	Told []fault.Violation
	// SHA256 is the hash of Content, the import file byte by byte.
	SHA256  []byte
	Content []byte
}

// Imported reports whether there is a source.
func (s Source) Imported() bool { return len(s.SHA256) > 0 }

// PublishedCycle is a publication with the groups in it, in the order to show.
type PublishedCycle struct {
	Publication Publication
	Groups      []PublishedGroup
}

// PublishedGroup is a group with a leaderboard.
type PublishedGroup struct {
	ID, Name string
	Agencies int
}

// Results are the computed and ranked results of one cycle, from a source or a run.
type Results struct {
	Decision     Decision
	Source       Source
	Leaderboards []Leaderboard
}

// Groups returns the groups of the publication of r.
func (r Results) Groups() []PublishedGroup {
	groups := make([]PublishedGroup, len(r.Leaderboards))
	for i, l := range r.Leaderboards {
		groups[i] = PublishedGroup{ID: l.Group, Name: l.GroupName, Agencies: len(l.Entries)}
	}
	return groups
}

// Cycle is a cycle of the catalog.
type Cycle struct {
	Authority, AuthorityName string
	ID, Name                 string
	// Year is the year that is evaluated.
	Year int
	// Imported is true if the results are imported, and not computed by the platform.
	Imported bool
	// Groups are in the order to show them.
	Groups   []CycleGroup
	Agencies []CycleAgency
}

// CycleGroup is a group of a cycle.
type CycleGroup struct {
	ID, Name string
}

// CycleAgency is an agency in a cycle.
type CycleAgency struct {
	ID, Name string
	Aliases  []string
	Group    string
	Scored   bool
}

// Succeed returns the version of the publication that a history file with this hash is
// published as; current is the current publication of the cycle, or nil. If current was
// made from the same file, Succeed returns its version, and again is true: nothing is
// published.
//
// It fails with HistoryExists for another file without a notice, and with
// NoticeUnexpected for a notice if nothing is replaced.
func Succeed(current *Publication, sha256 []byte, notice string) (version int, again bool, err error) {
	again = current != nil && bytes.Equal(current.Source.SHA256, sha256)
	switch {
	case (current == nil || again) && notice != "":
		return 0, false, NoticeUnexpected.At("notice")
	case current == nil:
		return 1, false, nil
	case again:
		return current.Version, true, nil
	case notice == "":
		return 0, false, HistoryExists.With(current.Version).At("notice")
	}
	return current.Version + 1, false, nil
}

// HistoryProposal is a history file that somebody has proposed for publication, so that
// another person can publish it. The zero HistoryProposal is none.
type HistoryProposal struct {
	// SHA256 is the hash of the file.
	SHA256 []byte
	// Notice is what would be said about the correction; empty for the first publication.
	Notice string
	// By is the principal that proposed it.
	By   string
	Time time.Time
}

// Made reports whether there is a proposal.
func (p HistoryProposal) Made() bool { return len(p.SHA256) > 0 }

// Proposes reports whether p is the proposal of a file with this hash and of a notice by a
// principal.
func (p HistoryProposal) Proposes(sha256 []byte, notice, by string) bool {
	return bytes.Equal(p.SHA256, sha256) && p.Notice == notice && p.By == by
}

// Confirm fails with HistoryNotProposed unless p proposes a file with this hash and this
// notice, and with
// fault.SecondPersonNeeded if the principal by proposed it: nobody publishes the results
// of an earlier year alone (rule V0).
func (p HistoryProposal) Confirm(sha256 []byte, notice, by string) error {
	switch {
	case !bytes.Equal(p.SHA256, sha256):
		return HistoryNotProposed.At("content")
	case p.Notice != notice:
		return HistoryNotProposed.At("notice")
	case p.By == by:
		return fault.SecondPersonNeeded.Because(nil)
	}
	return nil
}
