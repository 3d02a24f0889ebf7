package sealed

import (
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// Regulation is the content of a regulation (rule C7). A draft's may be incomplete and
// wrong; catalog finds what keeps it from being issued.
type Regulation struct {
	Title          string `json:"title"`
	DecisionNumber string `json:"decisionNumber,omitempty"`
	// DecisionDate and EffectiveDate are civil dates, YYYY-MM-DD.
	DecisionDate string `json:"decisionDate,omitempty"`
	// Signer is the office that signed; never a person's name.
	Signer        string `json:"signer,omitempty"`
	EffectiveDate string `json:"effectiveDate,omitempty"`
	// Replaces is the regulation it replaces; empty for none.
	Replaces string `json:"replaces,omitempty"`
	// Rounds is how many rounds of self-assessment there are, 1 or 2.
	Rounds           int32 `json:"rounds"`
	AppraisalCouncil bool  `json:"appraisalCouncil"`
	// Rounding is how figures are rounded; nil: points.DefaultPolicy.
	Rounding *points.Policy `json:"rounding,omitempty"`
	// RankBy and ClassBy are the scales by which indices are compared; empty: IndexScale.
	RankBy  criteria.Comparison `json:"rankBy,omitempty"`
	ClassBy criteria.Comparison `json:"classBy,omitempty"`
	// Counting is empty for LeafCriteria, Split for BySourceKind.
	Counting Counting `json:"counting,omitempty"`
	Split    Split    `json:"split,omitempty"`
	// Declared is what the decision states of its own structure (rule C5).
	Declared         []Declared        `json:"declared,omitempty"`
	Acknowledgements []Acknowledgement `json:"acknowledgements,omitempty"`
	// Calendar is when the phases end in a year (rule Y2).
	Calendar []CalendarStep `json:"calendar,omitempty"`
	// Seats are those of the appraisal council, Duties what each agency appraises (rule C8).
	Seats  []Seat `json:"seats,omitempty"`
	Duties []Duty `json:"duties,omitempty"`
	// Agencies are those that the decision lists.
	Agencies []ListedAgency `json:"agencies,omitempty"`
	// Completeness is empty for Complete.
	Completeness Completeness `json:"completeness,omitempty"`
	// Ties is empty for Skip.
	Ties criteria.TieRule `json:"ties,omitempty"`
	// Excess is what becomes of an index above 100; empty for Refused.
	Excess criteria.ExcessRule `json:"excess,omitempty"`
	// SpecialRules decide on classes in addition to the index (rule G6).
	SpecialRules []SpecialRule `json:"specialRules,omitempty"`
	// RespondentGroups are the groups of people who are surveyed, SurveyLinks the items
	// that each is asked about; none: nothing is stated (rule C7).
	RespondentGroups []RespondentGroup `json:"respondentGroups,omitempty"`
	SurveyLinks      []SurveyLink      `json:"surveyLinks,omitempty"`
	// ReplacesDecision is the number of the decision that it replaces, as printed.
	ReplacesDecision string `json:"replacesDecision,omitempty"`
	// Parts are those of every criteria set, in printed order (rule C3).
	Parts []Part `json:"parts,omitempty"`
	// CriteriaSets are in the order to show their groups.
	CriteriaSets []CriteriaSet `json:"criteriaSets,omitempty"`
}

// CriteriaSet is the criteria of one group, a tree of any depth in the
// regulation's parts (rule C3).
type CriteriaSet struct {
	Group     string `json:"group"`
	GroupName string `json:"groupName"`
	// Nodes are in printed order.
	Nodes []Node `json:"nodes,omitempty"`
	// Classes are from the best to the lowest; none for no classes.
	Classes []criteria.Class `json:"classes,omitempty"`
}

// Part is a part of the criteria sets, in which codes start anew (rule C3).
type Part struct {
	// ID begins the ids of its nodes: "i" in "i.4.1.2".
	ID string `json:"id"`
	// Code is as printed: "I".
	Code string `json:"code"`
	Name string `json:"name"`
	// Side is the side on which its items without a side of their own count if the
	// regulation splits by part (rule C5b); empty: not stated.
	Side Side `json:"side,omitempty"`
}

// Node is a domain, criterion or sub-criterion.
type Node struct {
	// Part is the id of its part.
	Part string `json:"part"`
	Code string `json:"code"`
	// Parent is the code of the node above it in the same part; empty for a
	// domain.
	Parent string `json:"parent,omitempty"`
	Name   string `json:"name"`
	// Field is the canonical key of a domain; empty for any other node.
	Field string `json:"field,omitempty"`
	// Item is nil for a node that carries no points.
	Item *Item `json:"item,omitempty"`
}

// Item is what makes a node carry points (rule C4).
type Item struct {
	MaxPoints  points.Points
	SourceKind criteria.SourceKind
	Rule       rule.Rule
	// Evidence is all the evidence that it requires.
	Evidence []EvidenceRequirement
	// Guidance is as printed; empty for none.
	Guidance string
	// TestVectors are evaluated when the regulation is issued (rule C6).
	TestVectors []TestVector
	// Side is empty if the regulation's split decides it (rule C5b).
	Side Side
	// LegalBasis are the documents it rests on in law.
	LegalBasis []LegalBasis
	// Basis is what a reconstructed item rests on; nil for an official one.
	Basis *Basis
	// Field is the canonical key of the domain that it is about, if that is not its
	// own; else empty.
	Field string
}

// EvidenceRequirement is one piece of evidence that an item requires.
type EvidenceRequirement struct {
	Name string `json:"name"`
	// Kind is that of the document; empty: any.
	Kind string `json:"kind,omitempty"`
	// Content is what it must show; empty: nothing beyond its name.
	Content string `json:"content,omitempty"`
}

// LegalBasis is a document that an item rests on in law.
type LegalBasis struct {
	// Document is its kind, number and issuer, as printed.
	Document string `json:"document"`
	// Article is empty for the whole document.
	Article string `json:"article,omitempty"`
	// IssueDate and EffectiveDate are civil dates; empty where they are not stated.
	IssueDate     string `json:"issueDate,omitempty"`
	EffectiveDate string `json:"effectiveDate,omitempty"`
}

// TestVector is what an item's rule gives in one case, worked out by hand.
type TestVector struct {
	Input rule.Input
	// Points are nil where the item is not applicable.
	Points *points.Points
}

// Policy returns the rounding policy.
func (r Regulation) Policy() points.Policy {
	if r.Rounding == nil {
		return points.DefaultPolicy()
	}
	return *r.Rounding
}
