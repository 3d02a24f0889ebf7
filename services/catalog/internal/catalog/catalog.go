// Package catalog decides about authorities, their agencies and their cycles: which
// changes a catalog file may make, in which group of a cycle an agency is scored, and
// when the phases of a cycle begin and end (rules C1, C12, Y1 to Y3). Package
// regulation decides about the content of regulations and imports nothing from here.
package catalog

import (
	"strconv"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// The limits of one authority and of one catalog file. The largest province has
// about 160 agencies of its own, and some hundreds with its communes.
const (
	MaxAgencies = 5000
	MaxCycles   = 100
	MaxAliases  = 50
	// MaxName is the longest name, in characters.
	MaxName = 300
	// MaxReason is the longest reason for not being scored, in characters.
	MaxReason = 1000
	// MinYear and MaxYear bound the year of a cycle. The first results were published
	// for 2012.
	MinYear = 2000
	MaxYear = 2100
)

// Name is a printed name and its key (text.Key of libs/text): two names are the
// same if their keys are equal.
type Name struct {
	Text string
	Key  string
}

// Authority runs cycles, as a province does for its departments and districts.
type Authority struct {
	ID   string
	Name string
	// Parent is the authority above it; empty for none.
	Parent  string
	Version int64
}

// Agency is an office that is scored.
type Agency struct {
	Authority string
	ID        string
	Name      Name
	Aliases   []Name
	// Parent is the agency above it in the same authority; empty for none.
	Parent  string
	Version int64
}

// Cycle is one year's evaluation by an authority.
type Cycle struct {
	Authority string
	ID        string
	Name      string
	// Year is the year that is evaluated (rule Y8).
	Year   int32
	Origin Origin
	// Groups are in display order.
	Groups []regulation.Group
	// Members are the agencies of the cycle, ordered by id; nil if they were not
	// loaded.
	Members []Member
	// Regulation is the id of the regulation that the cycle pins; empty for an
	// imported cycle.
	Regulation string
	// Phase is empty for an imported cycle.
	Phase criteria.Phase
	// Windows are the windows of the phases that have one, in the order of phases.
	Windows []Window
	// Extensions are the later deadlines of single agencies and groups.
	Extensions []Extension
	// Guidance is the version of the guidance in force; 0 for none (rule C12).
	Guidance int32
	// Publication is the version of the last publication of the result, which is in force
	// or just being published; InForce that of the last one in force. 0 for none.
	Publication, InForce int32
	// Revision is the number of this cycle's last change. Changes are counted over
	// all cycles of the platform.
	Revision int64
	Version  int64
}

// Origin says where the results of a cycle come from.
type Origin string

// The origins. A cycle never changes its origin.
const (
	// Run is a cycle that the platform runs under a regulation.
	Run Origin = "RUN"
	// Imported is an earlier year whose published results are imported (rule G14).
	Imported Origin = "IMPORTED"
)

// Member is an agency's group in one cycle.
type Member struct {
	Agency string
	Group  string
	// NotScored is the reason why the agency is not scored; empty for a scored one.
	NotScored string
}

// Scored reports whether the agency is scored in the cycle.
func (m Member) Scored() bool { return m.NotScored == "" }

// CycleAgency is an agency with its membership in one cycle.
type CycleAgency struct {
	Agency Agency
	Member Member
	// Departure is nil unless the agency has left the cycle.
	Departure *Departure
}

// NotScored returns the reason why the agency is not scored; empty for a scored one.
func (a CycleAgency) NotScored() string {
	if a.Departure != nil {
		return a.Departure.Reason
	}
	return a.Member.NotScored
}

// Etag returns the etag of a version.
func Etag(version int64) string { return strconv.FormatInt(version, 10) }
