package scoring

import (
	"encoding/json"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// itemJSON is the canonical form of an item. Its rule is in the form of
// rule.EncodeRule.
type itemJSON struct {
	ID         string              `json:"id"`
	Domain     string              `json:"domain"`
	Name       string              `json:"name"`
	MaxPoints  points.Points       `json:"maxPoints"`
	SourceKind criteria.SourceKind `json:"sourceKind"`
	Rule       json.RawMessage     `json:"rule"`
}

func toItemJSON(i cycle.Item) (itemJSON, error) {
	r, err := rule.EncodeRule(i.Rule)
	return itemJSON{i.ID, i.Domain, i.Name, i.Max, i.Source, r}, err
}

func (form itemJSON) item() (cycle.Item, error) {
	r, err := rule.DecodeRule(form.Rule)
	return cycle.Item{ID: form.ID, Domain: form.Domain, Name: form.Name, Max: form.MaxPoints, Source: form.SourceKind, Rule: r}, err
}
