package scoring

import (
	"bytes"
	"time"
)

// Publication is the results of one cycle as an authority made them public. It
// never changes, the names in it neither; a correction is a new version (rule
// G11).
type Publication struct {
	// ID is a UUID.
	ID                       string
	Authority, AuthorityName string
	Cycle, CycleName         string
	// Version counts the publications of a cycle from 1.
	Version     int
	Decision    Decision
	PublishTime time.Time
	// Notice says why it replaces the version before; empty for the first.
	Notice string
	// Source is what imported results were taken from, Run the run that the
	// platform's own were computed by; one of them is there.
	Source Source
	Run    string
}

// Decision approved the results; Date is YYYY-MM-DD.
type Decision struct {
	Number, Date string
}

// Source is the document results were imported from. The zero Source is none:
// the results are the platform's own.
type Source struct {
	Title, Number string
	// Date is YYYY-MM-DD or as much of it as is printed ("2024-03").
	Date string
	// SHA256 is that of Content, the import file as it was.
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

// Results are what a source or a run says of one cycle, computed and ranked.
type Results struct {
	Decision     Decision
	Source       Source
	Leaderboards []Leaderboard
}

// Groups returns what is published of r.
func (r Results) Groups() []PublishedGroup {
	groups := make([]PublishedGroup, len(r.Leaderboards))
	for i, l := range r.Leaderboards {
		groups[i] = PublishedGroup{ID: l.Group, Name: l.GroupName, Agencies: len(l.Entries)}
	}
	return groups
}

// Cycle is a cycle as the catalog has it.
type Cycle struct {
	Authority, AuthorityName string
	ID, Name                 string
	// Imported says that its results are imported and not the platform's own.
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

// Succeed decides what importing the file with this hash makes of the
// publication that stands (nil: none): the version to publish, or the standing
// one again if it was made from the very same file.
//
// It fails with HistoryExists when another file comes without a notice, and
// with NoticeUnexpected when a notice comes and nothing is replaced.
func Succeed(standing *Publication, sha256 []byte, notice string) (version int, again bool, err error) {
	again = standing != nil && bytes.Equal(standing.Source.SHA256, sha256)
	switch {
	case (standing == nil || again) && notice != "":
		return 0, false, NoticeUnexpected.At("notice")
	case standing == nil:
		return 1, false, nil
	case again:
		return standing.Version, true, nil
	case notice == "":
		return 0, false, HistoryExists.With(standing.Version).At("notice")
	}
	return standing.Version + 1, false, nil
}
