package scoring

import (
	"encoding/json"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// The parts of frozen inputs that are not the fields of a type: items with their
// rules, and ranges. Names are those of the messages in JSON.

// itemJSON has a rule as rule.EncodeRule writes it.
type itemJSON struct {
	ID         string           `json:"id"`
	Domain     string           `json:"domain"`
	Name       string           `json:"name"`
	MaxPoints  points.Points    `json:"maxPoints"`
	SourceKind cycle.SourceKind `json:"sourceKind"`
	Rule       json.RawMessage  `json:"rule"`
}

type classJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	rule.RangeJSON
}

// specialRuleJSON has a rule as catalog's SpecialRule has it.
type specialRuleJSON struct {
	Group              string                 `json:"group"`
	SubordinateClasses subordinateClassesJSON `json:"subordinateClasses"`
	Clause             string                 `json:"clause,omitempty"`
}

type subordinateClassesJSON struct {
	Subordinates string           `json:"subordinates"`
	Numerator    int64            `json:"numerator"`
	Denominator  int64            `json:"denominator"`
	Incomplete   cycle.Incomplete `json:"incomplete"`
}

func toSpecialRuleJSON(s cycle.SubordinateClasses) specialRuleJSON {
	return specialRuleJSON{s.Group, subordinateClassesJSON{s.Subordinates, s.Numerator, s.Denominator, s.Incomplete}, s.Clause}
}

func (form specialRuleJSON) rule() cycle.SubordinateClasses {
	of := form.SubordinateClasses
	return cycle.SubordinateClasses{
		Group: form.Group, Subordinates: of.Subordinates, Numerator: of.Numerator, Denominator: of.Denominator,
		Incomplete: of.Incomplete, Clause: form.Clause,
	}
}

func toItemJSON(i cycle.Item) (itemJSON, error) {
	r, err := rule.EncodeRule(i.Rule)
	return itemJSON{i.ID, i.Domain, i.Name, i.Max, i.Source, r}, err
}

func (form itemJSON) item() (cycle.Item, error) {
	r, err := rule.DecodeRule(form.Rule)
	return cycle.Item{ID: form.ID, Domain: form.Domain, Name: form.Name, Max: form.MaxPoints, Source: form.SourceKind, Rule: r}, err
}
