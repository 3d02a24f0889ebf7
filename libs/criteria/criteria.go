// Package criteria defines the terms that regulations, cycles and results share: the
// phases of a cycle, the source kinds of items, the rules of ranks, and the classes of
// the index. A term belongs here if more than one service uses it. Package criteriapb
// translates the terms to and from messages.
package criteria

import (
	"slices"
	"unicode"
)

// Phase is the phase of a run cycle (rule Y1). It is empty for an imported cycle, which
// has none.
type Phase string

// The phases of a cycle.
const (
	Preparation      Phase = "PREPARATION"
	Self1            Phase = "SELF_1"
	Appraisal1       Phase = "APPRAISAL_1"
	Self2            Phase = "SELF_2"
	Appraisal2       Phase = "APPRAISAL_2"
	AppraisalCouncil Phase = "APPRAISAL_COUNCIL"
	Presented        Phase = "PRESENTED"
	Published        Phase = "PUBLISHED"
	Reported         Phase = "REPORTED"
	Archived         Phase = "ARCHIVED"
)

// Phases are all phases, in order.
var Phases = []Phase{
	Preparation, Self1, Appraisal1, Self2, Appraisal2, AppraisalCouncil, Presented, Published, Reported, Archived,
}

// phaseNames has the names of the phases as written within a sentence.
var phaseNames = map[Phase]struct{ vi, en string }{
	Preparation:      {"chuẩn bị", "preparation"},
	Self1:            {"tự đánh giá lần 1", "self-assessment, round 1"},
	Appraisal1:       {"thẩm định lần 1", "appraisal, round 1"},
	Self2:            {"tự đánh giá lần 2", "self-assessment, round 2"},
	Appraisal2:       {"thẩm định lần 2", "appraisal, round 2"},
	AppraisalCouncil: {"hội đồng thẩm định", "the appraisal council"},
	Presented:        {"trình Ủy ban nhân dân", "presentation to the People's Committee"},
	Published:        {"công bố", "publication"},
	Reported:         {"báo cáo", "reporting"},
	Archived:         {"lưu trữ", "archiving"},
}

// Names returns the Vietnamese and the English name of p as written within a sentence;
// empty if p is none of Phases.
func (p Phase) Names() (vi, en string) {
	names := phaseNames[p]
	return names.vi, names.en
}

// Vietnamese implements fault.Bilingual. It returns the name of p with a capital.
func (p Phase) Vietnamese() string {
	name := []rune(phaseNames[p].vi)
	if len(name) == 0 {
		return ""
	}
	return string(unicode.ToUpper(name[0])) + string(name[1:])
}

// Place returns the index of p in Phases; -1 for the empty phase of an imported cycle.
func (p Phase) Place() int { return slices.Index(Phases, p) }

// Span is the phases from First through Last.
type Span struct{ First, Last Phase }

// Before reports whether p comes before q.
func (p Phase) Before(q Phase) bool { return p.Place() < q.Place() }

// NodeID returns the id of the node with a printed code in a part, "i.4.1.2". Each part
// numbers its codes anew, so only the id is unique in a criteria set (rule C3).
func NodeID(part, code string) string { return part + "." + code }

// SourceKind is the source of an item's inputs (rule C4).
type SourceKind string

// The source kinds.
const (
	Self         SourceKind = "SELF"
	Survey       SourceKind = "SURVEY"
	Satisfaction SourceKind = "SATISFACTION"
	Targets      SourceKind = "TARGETS"
	Feed         SourceKind = "FEED"
	History      SourceKind = "HISTORY"
)

// Entered reports whether the agency may enter the inputs in its self-assessment, and
// the appraisal decides on them. For Feed the agency's own figure stands beside the
// reported value (rule C6b).
func (k SourceKind) Entered() bool { return k == Self || k == Targets || k == Feed }

// Surveyed reports whether the inputs come from a survey.
func (k SourceKind) Surveyed() bool { return k == Survey || k == Satisfaction }

// Comparison is the form of the index that ranks and classes compare (rule G4).
type Comparison string

// The comparisons: the index at index scale (the default) or as displayed.
const (
	IndexScale   Comparison = "INDEX_SCALE"
	DisplayScale Comparison = "DISPLAY_SCALE"
)

// TieRule is the rule for the ranks of equal values (rule G4).
type TieRule string

// The tie rules: 1, 2, 2, 4 (the default) and 1, 2, 2, 3.
const (
	Skip  TieRule = "SKIP"
	Dense TieRule = "DENSE"
)

// ExcessRule is the rule for an index above 100, which bonuses can give (rule C7).
type ExcessRule string

// The excess rules: such an index is refused (the default), counts as 100, or stays.
const (
	Refused ExcessRule = "REFUSED"
	Capped  ExcessRule = "CAPPED"
	Allowed ExcessRule = "ALLOWED"
)

// Incomplete is the decision of the rule about the classes of subordinate agencies for
// an agency with subordinates that have no class (rule G6).
type Incomplete string

const (
	// NotClassified gives no class to the agency, nor to one without subordinates.
	NotClassified Incomplete = "NOT_CLASSIFIED"
	// CountAsWorse counts a subordinate without a class as one with a worse class.
	CountAsWorse Incomplete = "COUNT_AS_WORSE"
)
