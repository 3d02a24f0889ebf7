package catalog

import "slices"

// allowed is the table of source kind and rule family (rule C6b); families are
// named as in parindex.rule.v1.Rule. Who assesses, meets targets or reports can
// be asked for facts; a number out of nothing (manual) is an appraiser's and
// needs a self-assessed item; a value from 0 to 1 comes only out of a survey;
// earlier publications give indices, which fall in a band, rise or fall.
//
// What deductions and merits are counted, and the value compared with those of
// the group, is assessed or reported like any other fact; but peer_relative is
// evaluated only in a run, which knows the whole group.
var allowed = map[SourceKind][]string{
	Self:         {"all_or_nothing", "choice", "bands", "proportional", "deduction", "peer_relative", "manual", "formula"},
	Surveyed:     {"survey"},
	Satisfaction: {"survey"},
	Targets:      {"all_or_nothing", "choice", "bands", "proportional", "deduction", "targets", "peer_relative", "formula"},
	Feed:         {"all_or_nothing", "choice", "bands", "proportional", "deduction", "peer_relative", "formula"},
	History:      {"bands", "improvement", "formula"},
}

// Allows reports whether an item of a source kind can have a rule of a family.
func (k SourceKind) Allows(family string) bool { return slices.Contains(allowed[k], family) }
