package history

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

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
		d.byName[nameKey(a.Name)] = i
		for _, alias := range a.Aliases {
			d.byName[nameKey(alias)] = i
		}
	}
	return d
}

// find returns the agency that text names. No two agencies of an authority
// share a name or alias (rule C1), so there is at most one.
func (d directory) find(text string) (scoring.CycleAgency, bool) {
	i, ok := d.byID[text]
	if !ok {
		i, ok = d.byName[nameKey(text)]
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

// nameKey is what two ways of writing one name have in common. It is the
// catalog's: they may differ in capitals, spaces, invisible characters and
// Unicode composition.
func nameKey(name string) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, name)
	clean := norm.NFC.String(strings.Join(strings.Fields(visible), " "))
	return norm.NFC.String(cases.Fold().String(clean))
}
