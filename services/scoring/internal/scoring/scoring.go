// Package scoring is the rules of scoring: from points to index, rank, class
// and the statistics of a group, and from one publication to the next.
//
// Every figure knows where it comes from. What can be computed is computed, and
// a print beside it is a check; what can only be read is taken as printed; what
// is neither stays unknown and makes everything that needs it unknown (rule
// G14). Nothing is ever filled in.
package scoring

import (
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// Rules are how one authority computes and compares (rules G2, G4).
type Rules struct {
	Policy points.Policy
	// RankBy and ClassBy say at which scale indices are compared.
	RankBy, ClassBy criteria.Comparison
	// Ties says which ranks equal values get; the zero value is cycle.Skip, which
	// history files are read by.
	Ties criteria.TieRule
}

// Domain is a domain as one group has it.
type Domain struct {
	// Field is the canonical key ("procedures"), Code what is printed for it in
	// this group ("3") and Name its name.
	Field string `json:"field"`
	Code  string `json:"code"`
	Name  string `json:"name"`
}

// Group is agencies that are ranked together and what is given of them.
type Group struct {
	ID, Name string
	Classes  Classes
	// Domains are in printed order.
	Domains []Domain
	// Given is in printed order, which decides nothing but the order of equals.
	Given []Given
	// Printed holds the statistics that the source prints.
	Printed Statistics
}

// Given is what a source says of one agency. Unknown figures, rank 0 and class
// "" are not printed.
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

// Entry is one agency on a leaderboard. Its JSON is that of a run's result, in
// which everything is computed.
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

	// Class is zero for an agency that has none.
	Class       Class  `json:"class,omitzero"`
	ClassOrigin Origin `json:"-"`
	// Adjustment is why Class is not the class of the index; nil: it is.
	Adjustment *ClassAdjustment `json:"classAdjustment,omitempty"`
	// Domains are those of the group, in its order.
	Domains []DomainEntry `json:"domains,omitempty"`

	given Given
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
	// Entries are by rank, equals as they were given.
	Entries    []Entry    `json:"entries"`
	Statistics Statistics `json:"statistics"`
}

// OfGroup in the place of an agency is the group as a whole.
const OfGroup = -1

// Complaint is something wrong with what is given of one agency, or of the group.
type Complaint struct {
	// Agency is the index in Group.Given, or OfGroup.
	Agency int
	// Figure is the name of what is wrong as the history file and JSON have it
	// ("totalPoints"); Field is the domain that it is a figure of, or empty.
	Figure, Field string
	Fault         *fault.Fault
}
