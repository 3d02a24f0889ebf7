package history

import (
	"github.com/parindex/parindex/libs/text"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// directory finds the agencies of a cycle by id, name or alias.
type directory struct {
	agencies []scoring.CycleAgency
	byID     map[string]int
	byName   map[string]int
}

func newDirectory(cycle scoring.Cycle) directory {
	d := directory{agencies: cycle.Agencies, byID: map[string]int{}, byName: map[string]int{}}
	for i, a := range cycle.Agencies {
		d.byID[a.ID] = i
		d.byName[text.Key(a.Name)] = i
		for _, alias := range a.Aliases {
			d.byName[text.Key(alias)] = i
		}
	}
	return d
}

// find returns the agency with an id, name or alias. No two agencies of an authority
// share a name or alias (rule C1), so there is at most one.
func (d directory) find(given string) (scoring.CycleAgency, bool) {
	i, ok := d.byID[given]
	if !ok {
		i, ok = d.byName[text.Key(given)]
	}
	if !ok {
		return scoring.CycleAgency{}, false
	}
	return d.agencies[i], true
}

// scored returns the scored agencies of a group.
func (d directory) scored(group string) []scoring.CycleAgency {
	var scored []scoring.CycleAgency
	for _, a := range d.agencies {
		if a.Scored && a.Group == group {
			scored = append(scored, a)
		}
	}
	return scored
}
