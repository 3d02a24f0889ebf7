package sealed

import (
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/points"
)

// Counting is which nodes count as criteria (rule C3b).
type Counting string

// The counting conventions.
const (
	// LeafCriteria counts a criterion only if it carries points itself.
	LeafCriteria Counting = "LEAF_CRITERIA"
	// AllCriteria counts every criterion.
	AllCriteria Counting = "ALL_CRITERIA"
)

// Split is on which side items without a side of their own count (rule C5b).
type Split string

// The ways to split.
const (
	// BySourceKind puts surveys and the satisfaction index on the survey side.
	BySourceKind Split = "BY_SOURCE_KIND"
	// ByPart puts the items of a part on the side of the part.
	ByPart Split = "BY_PART"
)

// Side is a side of the declared split (rule C5).
type Side string

// The sides.
const (
	SelfSide   Side = "SELF"
	SurveySide Side = "SURVEY"
)

// Completeness is how much of the official table the content has (rule C11).
type Completeness string

// The degrees of completeness.
const (
	Complete       Completeness = "COMPLETE"
	StructureOnly  Completeness = "STRUCTURE_ONLY"
	Reconstruction Completeness = "RECONSTRUCTION"
)

// Basis is what a reconstructed item rests on: a figure or name on a line of a
// source, counted from 1. The zero Basis means that no source mentions the item.
type Basis struct {
	Source  string `json:"source,omitempty"`
	Line    int32  `json:"line,omitempty"`
	Finding string `json:"finding,omitempty"`
}

// Declared is what the decision states of one group's criteria set. What is nil
// is not stated.
type Declared struct {
	Group        string           `json:"group"`
	Criteria     *int32           `json:"criteria,omitempty"`
	SubCriteria  *int32           `json:"subCriteria,omitempty"`
	SelfPoints   *points.Points   `json:"selfPoints,omitempty"`
	SurveyPoints *points.Points   `json:"surveyPoints,omitempty"`
	TotalPoints  *points.Points   `json:"totalPoints,omitempty"`
	Domains      []DeclaredDomain `json:"domains,omitempty"`
}

// DeclaredDomain is what the decision states of one domain of one group.
type DeclaredDomain struct {
	// Field is the domain's canonical key.
	Field               string         `json:"field"`
	Criteria            *int32         `json:"criteria,omitempty"`
	SubCriteria         *int32         `json:"subCriteria,omitempty"`
	SurveyedSubCriteria *int32         `json:"surveyedSubCriteria,omitempty"`
	MaxPoints           *points.Points `json:"maxPoints,omitempty"`
}

// Acknowledgement is a difference that an office has seen and accepts: a finding
// by all its figures. When a figure changes the difference is open again.
type Acknowledgement struct {
	Code     string `json:"code"`
	Group    string `json:"group,omitempty"`
	Path     string `json:"path,omitempty"`
	Declared string `json:"declared,omitempty"`
	Computed string `json:"computed,omitempty"`
	// AcknowledgedBy is the office that accepts it; never a person's name.
	AcknowledgedBy string `json:"acknowledgedBy"`
	Reason         string `json:"reason"`
}

// Seat is an agency's seat on the appraisal council.
type Seat struct {
	Agency   string   `json:"agency"`
	Name     string   `json:"name"`
	Capacity Capacity `json:"capacity"`
}

// Capacity is the capacity in which an agency is on the appraisal council.
type Capacity string

// The capacities.
const (
	Standing      Capacity = "STANDING"
	CouncilMember Capacity = "MEMBER"
	Invited       Capacity = "INVITED"
)

// Duty is what one agency appraises in one group: nodes with all below them, except
// others with all below them, by their ids ("i.4").
type Duty struct {
	Agency string   `json:"agency"`
	Name   string   `json:"name"`
	Group  string   `json:"group"`
	Nodes  []string `json:"nodes"`
	Except []string `json:"except,omitempty"`
}

// ListedAgency is an agency that the decision lists.
type ListedAgency struct {
	Agency string `json:"agency"`
	Name   string `json:"name"`
	Group  string `json:"group"`
}

// ID returns the id of the node, by which requests name it: "i.4.1.2".
func (n Node) ID() string { return criteria.NodeID(n.Part, n.Code) }

// CalendarStep is when a phase ends: on a day of a year, or after some days.
type CalendarStep struct {
	Phase criteria.Phase `json:"phase"`
	// LastDay is MM-DD, of the year YearsLater after the cycle's; a day that the
	// month does not have means its last. Empty where the phase lasts Days.
	LastDay    string `json:"lastDay,omitempty"`
	YearsLater int32  `json:"yearsLater,omitempty"`
	Days       int32  `json:"days,omitempty"`
	// Groups are those it binds; none for all.
	Groups []string `json:"groups,omitempty"`
	Note   string   `json:"note,omitempty"`
}

// RespondentGroup is a group of people who are surveyed (rule Q1).
type RespondentGroup struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// SurveyLink says which surveyed items of one group a respondent group is asked about.
type SurveyLink struct {
	Group string `json:"group"`
	// Nodes are ids of nodes, each with all below it; none: the whole group.
	Nodes []string `json:"nodes,omitempty"`
	// Respondents is the id of a respondent group.
	Respondents string `json:"respondents"`
	// Weight is the weight of their value among those of all groups that are asked
	// about the same item (rule Q11); nil: not stated.
	Weight *points.Points `json:"weight,omitempty"`
}

// SpecialRule decides on the classes of one group besides the agencies' own indices
// (rule G6).
type SpecialRule struct {
	// Group is the group whose classes the rule can change.
	Group string `json:"group"`
	// SubordinateClasses is the one kind of rule that there is.
	SubordinateClasses *SubordinateClasses `json:"subordinateClasses,omitempty"`
	// Clause is the clause that states the rule, as printed; empty: not stated.
	Clause string `json:"clause,omitempty"`
}

// SubordinateClasses is the rule that an agency keeps the class of its index only if
// at least Numerator / Denominator of its subordinate agencies are in that class or a
// better one (S2 IV.1.2).
type SubordinateClasses struct {
	// Subordinates is the group of the subordinate agencies. Both groups have the same
	// number of classes, which are compared by their place counted from the best.
	Subordinates string `json:"subordinates"`
	Numerator    int32  `json:"numerator"`
	Denominator  int32  `json:"denominator"`
	// Incomplete is the treatment of an agency if a subordinate has no class.
	Incomplete criteria.Incomplete `json:"incomplete"`
}
