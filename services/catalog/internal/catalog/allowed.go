package catalog

import "slices"

// allowed is the table of source kind and rule family (rule C6b); families are
// named as in parindex.rule.v1.Rule. Who assesses, meets targets or reports can
// be asked for facts; a number out of nothing (manual) is an appraiser's and
// needs a self-assessed item; a value from 0 to 1 comes only out of a survey;
// earlier publications give an index, which falls in a band.
var allowed = map[SourceKind][]string{
	Self:         {"all_or_nothing", "choice", "bands", "proportional", "manual"},
	Surveyed:     {"survey"},
	Satisfaction: {"survey"},
	Targets:      {"all_or_nothing", "choice", "bands", "proportional"},
	Feed:         {"all_or_nothing", "choice", "bands", "proportional"},
	History:      {"bands"},
}

// Allows reports whether an item of a source kind can have a rule of a family.
func (k SourceKind) Allows(family string) bool { return slices.Contains(allowed[k], family) }
