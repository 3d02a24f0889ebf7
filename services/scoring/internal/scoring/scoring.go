// Package scoring holds the rules of scoring: it computes index, rank, class and the
// statistics of a group from points, and decides which publication follows which.
//
// Every figure has an origin. A figure that can be computed is computed, and a printed
// one beside it is a check. A figure that is only printed is taken as printed. A figure
// that is neither computed nor printed is unknown, and so is every figure that depends
// on it (rule G14). No figure is ever filled in.
package scoring

import (
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// Rules are how one authority computes and compares (rules G2, G4).
type Rules struct {
	Policy points.Policy
	// RankBy and ClassBy say at which scale indices are compared.
	RankBy, ClassBy criteria.Comparison
	// Ties says which ranks equal values get. The zero value means criteria.Skip or, for
	// printed ranks, what they show.
	Ties criteria.TieRule
	// Excess says what an index above 100 is. The zero value means criteria.Refused, and
	// is used for history files.
	Excess criteria.ExcessRule
}

// Domain is a domain of a group.
type Domain struct {
	// Field is the canonical key ("procedures"), Code the code printed for it in this
	// group ("3").
	Field string `json:"field"`
	Code  string `json:"code"`
	Name  string `json:"name"`
}

// Group is a group of agencies that are ranked together, with their given figures.
type Group struct {
	ID, Name string
	Classes  Classes
	// Domains are in printed order.
	Domains []Domain
	// Given is in printed order, which decides only the order of agencies with equal
	// ranks.
	Given []Given
	// Printed holds the statistics that the source prints.
	Printed Statistics
}

// Given holds the figures that a source gives for one agency. Unknown figures, rank 0
// and class "" mean that the source does not print them.
type Given struct {
	Agency, AgencyName string
	Rank               int
	Class              string

	Standard, Self, Officials, Satisfaction, Survey, Total, Index Figure
	// Domains holds the figures by field; a field may be absent.
	Domains map[string]DomainFigures
}

// DomainFigures are figures of one domain of one agency.
type DomainFigures struct {
	Points   Figure `json:"points,omitzero"`
	Standard Figure `json:"standardPoints,omitzero"`
	Index    Figure `json:"index,omitzero"`
}

// Entry is one agency on a leaderboard. Its JSON form is the one in a run's result, in
// which every figure is computed.
type Entry struct {
	Rank       int    `json:"rank"`
	RankOrigin Origin `json:"-"`
	Agency     string `json:"agency"`
	AgencyName string `json:"agencyName"`

	Standard     Figure `json:"standardPoints"`
	Self         Figure `json:"selfPoints"`
	Officials    Figure `json:"officialsPoints"`
	Satisfaction Figure `json:"satisfactionPoints"`
	Survey       Figure `json:"surveyPoints"`
	Total        Figure `json:"totalPoints"`
	Index        Figure `json:"index"`
	// Uncapped is the index before it was lowered to 100; unknown if it was not.
	Uncapped Figure `json:"uncappedIndex,omitzero"`

	// Class is zero for an agency that has none.
	Class       Class  `json:"class,omitzero"`
	ClassOrigin Origin `json:"-"`
	// Adjustment explains why Class is not the class of the index; nil if it is.
	Adjustment *ClassAdjustment `json:"classAdjustment,omitempty"`
	// Domains are those of the group, in its order.
	Domains []DomainEntry `json:"domains,omitempty"`
	// Reductions are in printed order of the items. They are part of the frozen inputs and
	// not of a result; Result.Reduce reads them.
	Reductions []Reduction `json:"-"`

	given Given
}

// Reduction is an approved reduction of the standard points of one item (rule V5).
type Reduction struct {
	Item, Name string
	Points     points.Points
	// Reason is the name of a ReductionReason of appraisal without its prefix.
	Reason string
}

// DomainEntry is one domain of one agency.
type DomainEntry struct {
	Domain
	DomainFigures
}

// Leaderboard is the ranking of one group.
type Leaderboard struct {
	Group     string        `json:"group"`
	GroupName string        `json:"groupName"`
	Policy    points.Policy `json:"-"`
	// Entries are ordered by rank, those with equal ranks as given.
	Entries []Entry `json:"entries"`
	// Unranked are the agencies of the group that are listed only, by id.
	Unranked   []Unranked `json:"unranked,omitempty"`
	Statistics Statistics `json:"statistics"`
}

// WholeGroup is the Agency of a Complaint about the group as a whole.
const WholeGroup = -1

// Complaint is a fault of a figure given for one agency, or for the whole group.
type Complaint struct {
	// Agency is the index in Group.Given, or WholeGroup.
	Agency int
	// Figure is the name of the figure in the history file and in JSON
	// ("totalPoints"); Field is the domain it belongs to, empty for none.
	Figure, Field string
	Fault         *fault.Fault
}

// Told reports whether c is only told, because the figure is taken as it is.
func (c Complaint) Told() bool {
	return slices.Contains([]string{
		PrintRounded.Code, ClassAsPrinted.Code, RankAsPrinted.Code, RanksAsPrinted.Code, TiesAsPrinted.Code,
	}, c.Fault.Code)
}
