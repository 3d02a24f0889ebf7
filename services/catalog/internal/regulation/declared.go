package regulation

import "github.com/parindex/parindex/libs/points"

// Counting says which nodes count as criteria (rule C3b).
type Counting string

// The counting conventions.
const (
	// LeafCriteria counts a criterion only if it carries points itself.
	LeafCriteria Counting = "LEAF_CRITERIA"
	// AllCriteria counts every criterion.
	AllCriteria Counting = "ALL_CRITERIA"
)

// Split says on which side items count that do not say so themselves (rule C5b).
type Split string

// The ways to split.
const (
	// BySourceKind puts surveys and the satisfaction index on the survey side.
	BySourceKind Split = "BY_SOURCE_KIND"
	// ByPart puts part I on the self side and part II on the survey side.
	ByPart Split = "BY_PART"
)

// Side is a side of the declared split (rule C5).
type Side string

// The sides.
const (
	SelfSide   Side = "SELF"
	SurveySide Side = "SURVEY"
)

// Completeness says how much of the official table is there (rule C11).
type Completeness string

// What can be there.
const (
	Complete       Completeness = "COMPLETE"
	StructureOnly  Completeness = "STRUCTURE_ONLY"
	Reconstruction Completeness = "RECONSTRUCTION"
)

// Basis is what a reconstructed item rests on: a figure or name on a line of a
// source, counted from 1. The zero Basis is that nothing speaks of the item.
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

// Acknowledgement is a difference that somebody has seen and accepts: a finding
// by all it says of itself. When a figure changes the difference is open again.
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

// Capacity is in which an agency sits on the appraisal council.
type Capacity string

// The capacities.
const (
	Standing      Capacity = "STANDING"
	CouncilMember Capacity = "MEMBER"
	Invited       Capacity = "INVITED"
)

// Duty is what one organisation appraises in one group: nodes with all below
// them, less others with all below them. Nodes are named as items are, "i.4".
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

// ID returns what names the node in requests: "i.4.1.2".
func (n Node) ID() string {
	if n.Part == Impact {
		return "ii." + n.Code
	}
	return "i." + n.Code
}
