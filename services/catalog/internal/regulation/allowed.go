package regulation

import "slices"

// allowed is the table of source kind and rule family (rule C6b); families are
// named as in parindex.rule.v1.Rule. Who assesses, meets targets or reports can
// be asked for facts; a number out of nothing (manual) is an appraiser's and
// needs a self-assessed item; a value from 0 to 1 comes only out of a survey;
// earlier publications give indices, which fall in a band, rise or fall, and no
// facts that a formula could declare.
//
// What deductions and merits are counted is assessed or reported like any other
// fact. A value compared with those of the group (peer_relative) is only
// reported: the appraisal judges an item by itself, and how many points a value
// gives is known only in a run, which has the whole group.
var allowed = map[SourceKind][]string{
	Self:         {"all_or_nothing", "choice", "bands", "proportional", "deduction", "manual", "formula"},
	Surveyed:     {"survey"},
	Satisfaction: {"survey"},
	Targets:      {"all_or_nothing", "choice", "bands", "proportional", "deduction", "targets", "formula"},
	Feed:         {"all_or_nothing", "choice", "bands", "proportional", "deduction", "peer_relative", "formula"},
	History:      {"bands", "improvement"},
}

// Allows reports whether an item of a source kind can have a rule of a family.
func (k SourceKind) Allows(family string) bool { return slices.Contains(allowed[k], family) }
