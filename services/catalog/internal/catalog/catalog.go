// Package catalog is the rules of the catalog service about authorities, their
// agencies and their cycles: what a catalog file may change, who is scored in which
// group of which cycle, and when the phases of a cycle begin and end (rules C1, C12,
// Y1 to Y3). What a regulation says is in package regulation, which knows none of
// these.
package catalog

import (
	"regexp"
	"strconv"

	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// What one authority and one catalog file may hold. The largest province has
// about 160 agencies of its own; its communes make it some hundreds.
const (
	MaxAgencies = 5000
	MaxCycles   = 100
	MaxAliases  = 50
	// MaxName is the longest name, in characters.
	MaxName = 300
	// MaxReason is the longest reason for not being scored, in characters.
	MaxReason = 1000
)

// slugForm is that of parindex.type.v1.slug.
var slugForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$`)

// IsSlug reports whether id can be the id of an authority, agency, cycle or
// group.
func IsSlug(id string) bool { return slugForm.MatchString(id) }

// Name is a name as it is printed and the key by which two names are the same
// name, whatever their capitals, spaces and Unicode composition.
type Name struct {
	Text string
	Key  string
}

// Authority is who runs cycles.
type Authority struct {
	ID   string
	Name string
	// Parent is the authority above it; empty for none.
	Parent  string
	Version int64
}

// Agency is who is scored.
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
	Origin    Origin
	// Groups are in the order to show them.
	Groups []regulation.Group
	// Members are the agencies of the cycle by id; nil where only the cycle
	// itself was loaded.
	Members []Member
	// Regulation is the regulation it pins; empty for an imported cycle.
	Regulation string
	// Phase is empty for an imported cycle.
	Phase regulation.Phase
	// Windows are those of the phases that its regulation gives one, in order.
	Windows []Window
	// Guidance is the version of the guidance in force; 0 for none (rule C12).
	Guidance int32
	// Revision counts the changes of all cycles of the platform: the number of
	// this cycle's last one.
	Revision int64
	Version  int64
}

// Origin says where the results of a cycle come from.
type Origin string

// The origins of a cycle, which it keeps for ever.
const (
	// Run is a cycle that the platform runs under a regulation.
	Run Origin = "RUN"
	// Imported is an earlier year whose published results are imported (rule G14).
	Imported Origin = "IMPORTED"
)

// Member is what an agency is in one cycle.
type Member struct {
	Agency string
	Group  string
	// NotScored is why the agency is not scored; empty where it is.
	NotScored string
}

// Scored reports whether the agency is scored in the cycle.
func (m Member) Scored() bool { return m.NotScored == "" }

// CycleAgency is an agency with its part in one cycle.
type CycleAgency struct {
	Agency Agency
	Member Member
}

// Etag returns the etag of a version.
func Etag(version int64) string { return strconv.FormatInt(version, 10) }
