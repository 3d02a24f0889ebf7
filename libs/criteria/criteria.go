// Package criteria holds the words that regulations, cycles and results share: the
// phases of a cycle, where an item's inputs come from, what ranks and classes
// compare, and the classes of the index. A word belongs here when more than one
// service decides by it; what only one service decides, and everything that needs a
// context, a clock, SQL or a message, never does. criteriapb translates the words to
// and from messages.
package criteria

import (
	"slices"
	"unicode"
)

// Phase is the phase that a run cycle is in (rule Y1). The empty Phase is that of an
// imported cycle, which has none.
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

// phaseNames are the names of the phases within a sentence.
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

// Names returns the Vietnamese and the English name of p as they are written within a
// sentence; empty for a phase that is none.
func (p Phase) Names() (vi, en string) {
	names := phaseNames[p]
	return names.vi, names.en
}

// Vietnamese implements fault.Bilingual: the name of p as a title is written.
func (p Phase) Vietnamese() string {
	name := []rune(phaseNames[p].vi)
	if len(name) == 0 {
		return ""
	}
	return string(unicode.ToUpper(name[0])) + string(name[1:])
}

// Place is the place of p among Phases, from 0; -1 for the phase of an imported cycle.
func (p Phase) Place() int { return slices.Index(Phases, p) }

// Before reports whether p comes before q.
func (p Phase) Before(q Phase) bool { return p.Place() < q.Place() }

// NodeID returns the id of the node that is printed with a code in a part, "i.4.1.2":
// codes start anew in each part, ids are unique in a criteria set (rule C3).
func NodeID(part, code string) string { return part + "." + code }

// SourceKind says where an item's inputs come from (rule C4).
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

// Entered reports whether the agency itself enters the inputs, in its
// self-assessment.
func (k SourceKind) Entered() bool { return k == Self || k == Targets }

// Surveyed reports whether the inputs come from people who are asked.
func (k SourceKind) Surveyed() bool { return k == Survey || k == Satisfaction }

// Comparison says which value of an index a rank or class compares (rule G4).
type Comparison string

// The comparisons: the index at index scale, which is the default, or as displayed.
const (
	IndexScale   Comparison = "INDEX_SCALE"
	DisplayScale Comparison = "DISPLAY_SCALE"
)

// TieRule says which ranks equal values get (rule G4).
type TieRule string

// The tie rules: 1, 2, 2, 4, which is the default, and 1, 2, 2, 3.
const (
	Skip  TieRule = "SKIP"
	Dense TieRule = "DENSE"
)

// Incomplete says what the rule about the classes of subordinate agencies decides for
// an agency below which not every one has a class (rule G6).
type Incomplete string

// The agency is not classified, nor is one with nobody below it; or an agency below
// without a class counts as worse.
const (
	NotClassified Incomplete = "NOT_CLASSIFIED"
	CountAsWorse  Incomplete = "COUNT_AS_WORSE"
)
