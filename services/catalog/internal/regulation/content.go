package regulation

import (
	"encoding/json"
	"fmt"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// MaxContent is the largest canonical form of a regulation's content, in bytes:
// what fits in one message with room to spare. The four criteria sets of S0
// with all their texts need about a sixth of it.
const MaxContent = 3 << 20

// MaxGroups is how many groups one regulation and one cycle can have.
const MaxGroups = 50

// Group is agencies that are ranked together in one cycle.
type Group struct {
	ID   string
	Name string
}

// Content is what a regulation says (rule C7). A draft's may be incomplete and
// wrong; Check says what keeps it from being issued.
type Content struct {
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
	// Rounding is nil where the content does not say: points.DefaultPolicy.
	Rounding *Rounding `json:"rounding,omitempty"`
	// RankBy and ClassBy are empty where the content does not say: IndexScale.
	RankBy  Comparison `json:"rankBy,omitempty"`
	ClassBy Comparison `json:"classBy,omitempty"`
	// Counting and Split are empty where the content does not say: LeafCriteria
	// and BySourceKind.
	Counting Counting `json:"counting,omitempty"`
	Split    Split    `json:"split,omitempty"`
	// Declared is what the decision states of its own structure (rule C5).
	Declared         []Declared        `json:"declared,omitempty"`
	Acknowledgements []Acknowledgement `json:"acknowledgements,omitempty"`
	// Calendar says when the phases end in a year (rule Y2).
	Calendar []CalendarStep `json:"calendar,omitempty"`
	// Seats are those of the appraisal council, Duties who appraises what (rule C8).
	Seats  []Seat `json:"seats,omitempty"`
	Duties []Duty `json:"duties,omitempty"`
	// Agencies are those that the decision lists.
	Agencies []ListedAgency `json:"agencies,omitempty"`
	// Completeness is empty where the content does not say: Complete.
	Completeness Completeness `json:"completeness,omitempty"`
	// Ties is empty where the content does not say: Skip.
	Ties TieRule `json:"ties,omitempty"`
	// SpecialRules decide classes besides the index (rule G6).
	SpecialRules []SpecialRule `json:"specialRules,omitempty"`
	// RespondentGroups are who is surveyed, SurveyLinks who of them is asked about
	// what; none: nothing is stated (rule C7).
	RespondentGroups []RespondentGroup `json:"respondentGroups,omitempty"`
	SurveyLinks      []SurveyLink      `json:"surveyLinks,omitempty"`
	// ReplacesDecision is the number of the decision that it replaces, as printed.
	ReplacesDecision string `json:"replacesDecision,omitempty"`
	// CriteriaSets are in the order to show their groups.
	CriteriaSets []CriteriaSet `json:"criteriaSets,omitempty"`
}

// Comparison says what a rank or class compares (rule G4).
type Comparison string

// What a rank or class can compare.
const (
	IndexScale   Comparison = "INDEX_SCALE"
	DisplayScale Comparison = "DISPLAY_SCALE"
)

// Rounding is how figures are rounded (rule G2).
type Rounding struct {
	ItemScale    int32       `json:"itemScale"`
	IndexScale   int32       `json:"indexScale"`
	DisplayScale int32       `json:"displayScale"`
	Mode         points.Mode `json:"mode"`
}

// CriteriaSet is the criteria of one group, a tree of any depth in two parts
// (rule C3).
type CriteriaSet struct {
	Group     string `json:"group"`
	GroupName string `json:"groupName"`
	// Nodes are in printed order.
	Nodes []Node `json:"nodes,omitempty"`
	// Classes are from the best to the lowest; none for no classes.
	Classes []Class `json:"classes,omitempty"`
}

// Part is the part of a criteria set.
type Part string

// The parts of a criteria set, in each of which codes start anew (rule C3).
const (
	Results Part = "RESULTS"
	Impact  Part = "IMPACT"
)

// Node is a domain, criterion or sub-criterion.
type Node struct {
	Part Part   `json:"part"`
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
	SourceKind SourceKind
	Rule       rule.Rule
	// Evidence is all that it asks for.
	Evidence []EvidenceRequirement
	// Guidance is as printed; empty for none.
	Guidance string
	// TestVectors are evaluated when the regulation is issued (rule C6).
	TestVectors []TestVector
	// Side is empty where the regulation's split says it (rule C5b).
	Side Side
	// LegalBasis are the documents it rests on in law.
	LegalBasis []LegalBasis
	// Basis is what a reconstructed item rests on; nil for an official one.
	Basis *Basis
	// Field is the canonical key of the domain it speaks of, where that is another
	// one than its own; else empty.
	Field string
}

// EvidenceRequirement is one piece of evidence that an item asks for.
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

// SourceKind says where an item's inputs come from (rule C4).
type SourceKind string

// The source kinds.
const (
	Self         SourceKind = "SELF"
	Surveyed     SourceKind = "SURVEY"
	Satisfaction SourceKind = "SATISFACTION"
	Targets      SourceKind = "TARGETS"
	Feed         SourceKind = "FEED"
	History      SourceKind = "HISTORY"
)

// Class is a range of the index (rule G5). The zero End is the end of the scale.
type Class struct {
	ID        string
	Name      string
	Low, High rule.End
}

// Policy returns how c rounds.
func (c Content) Policy() points.Policy {
	if c.Rounding == nil {
		return points.DefaultPolicy()
	}
	return points.Policy(*c.Rounding)
}

// Head returns c without its criteria sets.
func (c Content) Head() Content {
	c.CriteriaSets = nil
	return c
}

// Groups returns the groups that c has criteria for.
func (c Content) Groups() []Group {
	groups := make([]Group, len(c.CriteriaSets))
	for i, s := range c.CriteriaSets {
		groups[i] = Group{ID: s.Group, Name: s.GroupName}
	}
	return groups
}

// Canonical returns the one form of c whose SHA-256 stands for it:
//
//   - JSON as encoding/json writes the types of this file and of rulejson.go:
//     UTF-8 without white space, fields in the order of the types, the
//     characters <, >, &, U+2028 and U+2029 escaped;
//   - what is empty, false excepted, is left out, as are ends of a scale;
//   - figures are strings without trailing zeros ("12.5").
//
// Equal content has equal bytes, however its figures were written.
func (c Content) Canonical() ([]byte, error) {
	form, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("writing the canonical form of %q: %w", c.Title, err)
	}
	return form, nil
}

// hash returns the SHA-256 of the canonical form, in hex, and the form's size.
func (c Content) hash() (sum string, size int, err error) {
	form, err := c.Canonical()
	if err != nil {
		return "", 0, err
	}
	return canonical.Hash(form), len(form), nil
}

// SHA256 returns that of the canonical form, in hex.
func (c Content) SHA256() (string, error) {
	sum, _, err := c.hash()
	return sum, err
}
