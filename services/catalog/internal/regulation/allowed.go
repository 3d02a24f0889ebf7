package regulation

import (
	"slices"

	"github.com/parindex/parindex/libs/criteria"
)

// allowed is the table of source kind and rule family (rule C6b); families are
// named as in parindex.rule.v1.Rule. A self-assessment, a record of targets and a
// report give facts; an appraiser enters points without facts (manual) only for a
// self-assessed item; only a survey gives a value from 0 to 1; earlier publications
// give indices, which fall in a band, rise or fall, and no facts that a formula
// could declare.
//
// The numbers of deductions and merits are assessed or reported like any other fact. A
// value compared with those of the group (peer_relative) is only
// reported: the appraisal judges an item by itself, and how many points a value
// gives is known only in a run, which has the whole group.
var allowed = map[criteria.SourceKind][]string{
	criteria.Self:         {"all_or_nothing", "choice", "bands", "proportional", "deduction", "manual", "formula"},
	criteria.Survey:       {"survey"},
	criteria.Satisfaction: {"survey"},
	criteria.Targets:      {"all_or_nothing", "choice", "bands", "proportional", "deduction", "targets", "formula"},
	criteria.Feed:         {"all_or_nothing", "choice", "bands", "proportional", "deduction", "peer_relative", "formula"},
	criteria.History:      {"bands", "improvement"},
}

// Allows reports whether an item of a source kind can have a rule of a family.
func Allows(kind criteria.SourceKind, family string) bool {
	return slices.Contains(allowed[kind], family)
}
