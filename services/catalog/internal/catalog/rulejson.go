package catalog

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// The parts of the canonical form (Content.Canonical) that are not the fields of
// a type: items with their rules, and ranges. Names are those of the messages
// in JSON.

type itemJSON struct {
	MaxPoints  points.Points `json:"maxPoints"`
	SourceKind SourceKind    `json:"sourceKind"`
	Rule       ruleJSON      `json:"rule"`
	Evidence   string        `json:"evidence,omitempty"`
	Guidance   string        `json:"guidance,omitempty"`
	Side       Side          `json:"side,omitempty"`
	LegalBasis string        `json:"legalBasis,omitempty"`
	Basis      *Basis        `json:"basis,omitempty"`
}

// ruleJSON has one field, the family's.
type ruleJSON struct {
	AllOrNothing *allOrNothingJSON `json:"allOrNothing,omitempty"`
	Choice       *choiceJSON       `json:"choice,omitempty"`
	Bands        *bandsJSON        `json:"bands,omitempty"`
	Proportional *proportionalJSON `json:"proportional,omitempty"`
	Survey       *struct{}         `json:"survey,omitempty"`
	Manual       *manualJSON       `json:"manual,omitempty"`
}

type allOrNothingJSON struct {
	Conditions []conditionJSON `json:"conditions,omitempty"`
}

type conditionJSON struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

type choiceJSON struct {
	Options []optionJSON `json:"options,omitempty"`
}

type optionJSON struct {
	ID     string        `json:"id"`
	Text   string        `json:"text"`
	Points points.Points `json:"points"`
}

type bandsJSON struct {
	Bands []bandJSON `json:"bands,omitempty"`
}

type bandJSON struct {
	rangeJSON

	Points points.Points `json:"points"`
}

type proportionalJSON struct {
	FloorPercent *points.Points `json:"floorPercent,omitempty"`
}

type manualJSON struct {
	Step points.Points `json:"step"`
}

// rangeJSON is a range; a missing end is the end of the scale.
type rangeJSON struct {
	From  *points.Points `json:"from,omitempty"`
	Above *points.Points `json:"above,omitempty"`
	To    *points.Points `json:"to,omitempty"`
	Below *points.Points `json:"below,omitempty"`
}

type classJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	rangeJSON
}

// MarshalJSON writes i as in the canonical form.
func (i Item) MarshalJSON() ([]byte, error) {
	r, err := toRuleJSON(i.Rule)
	if err != nil {
		return nil, err
	}
	return json.Marshal(itemJSON{i.MaxPoints, i.SourceKind, r, i.Evidence, i.Guidance, i.Side, i.LegalBasis, i.Basis})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (i *Item) UnmarshalJSON(data []byte) error {
	var form itemJSON
	if err := json.Unmarshal(data, &form); err != nil {
		return err
	}
	r, err := form.Rule.rule()
	*i = Item{form.MaxPoints, form.SourceKind, r, form.Evidence, form.Guidance, form.Side, form.LegalBasis, form.Basis}
	return err
}

// MarshalJSON writes c as in the canonical form.
func (c Class) MarshalJSON() ([]byte, error) {
	return json.Marshal(classJSON{c.ID, c.Name, toRangeJSON(c.Low, c.High)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Class) UnmarshalJSON(data []byte) error {
	var form classJSON
	err := json.Unmarshal(data, &form)
	low, high := form.ends()
	*c = Class{form.ID, form.Name, low, high}
	return err
}

func toRuleJSON(r rule.Rule) (ruleJSON, error) {
	switch r := r.(type) {
	case rule.AllOrNothing:
		form := new(allOrNothingJSON)
		for _, c := range r.Conditions {
			form.Conditions = append(form.Conditions, conditionJSON(c))
		}
		return ruleJSON{AllOrNothing: form}, nil
	case rule.Choice:
		form := new(choiceJSON)
		for _, o := range r.Options {
			form.Options = append(form.Options, optionJSON(o))
		}
		return ruleJSON{Choice: form}, nil
	case rule.Bands:
		form := new(bandsJSON)
		for _, b := range r.Bands {
			form.Bands = append(form.Bands, bandJSON{toRangeJSON(b.Low, b.High), b.Points})
		}
		return ruleJSON{Bands: form}, nil
	case rule.Proportional:
		form := new(proportionalJSON)
		if !r.Floor.IsZero() {
			form.FloorPercent = &r.Floor
		}
		return ruleJSON{Proportional: form}, nil
	case rule.Survey:
		return ruleJSON{Survey: new(struct{})}, nil
	case rule.Manual:
		return ruleJSON{Manual: &manualJSON{r.Step}}, nil
	}
	return ruleJSON{}, fmt.Errorf("no canonical form of a rule of type %T", r)
}

func (form ruleJSON) rule() (rule.Rule, error) {
	switch {
	case form.AllOrNothing != nil:
		var r rule.AllOrNothing
		for _, c := range form.AllOrNothing.Conditions {
			r.Conditions = append(r.Conditions, rule.Condition(c))
		}
		return r, nil
	case form.Choice != nil:
		var r rule.Choice
		for _, o := range form.Choice.Options {
			r.Options = append(r.Options, rule.Option(o))
		}
		return r, nil
	case form.Bands != nil:
		var r rule.Bands
		for _, b := range form.Bands.Bands {
			low, high := b.ends()
			r.Bands = append(r.Bands, rule.Band{Low: low, High: high, Points: b.Points})
		}
		return r, nil
	case form.Proportional != nil:
		var r rule.Proportional
		if form.Proportional.FloorPercent != nil {
			r.Floor = *form.Proportional.FloorPercent
		}
		return r, nil
	case form.Survey != nil:
		return rule.Survey{}, nil
	case form.Manual != nil:
		return rule.Manual{Step: form.Manual.Step}, nil
	}
	return nil, errors.New("a rule of no known family")
}

func toRangeJSON(low, high rule.End) rangeJSON {
	var form rangeJSON
	switch low.Kind {
	case rule.Closed:
		form.From = &low.Percent
	case rule.Open:
		form.Above = &low.Percent
	case rule.ScaleEnd:
	}
	switch high.Kind {
	case rule.Closed:
		form.To = &high.Percent
	case rule.Open:
		form.Below = &high.Percent
	case rule.ScaleEnd:
	}
	return form
}

func (form rangeJSON) ends() (low, high rule.End) {
	return end(form.From, form.Above), end(form.To, form.Below)
}

func end(closed, open *points.Points) rule.End {
	switch {
	case closed != nil:
		return rule.End{Kind: rule.Closed, Percent: *closed}
	case open != nil:
		return rule.End{Kind: rule.Open, Percent: *open}
	}
	return rule.End{}
}
