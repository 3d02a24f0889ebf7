package scoring

import (
	"errors"
	"fmt"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// The parts of frozen inputs that are not the fields of a type: items with their
// rules, ranges, and facts. Names are those of the messages in JSON.

type itemJSON struct {
	ID         string           `json:"id"`
	Domain     string           `json:"domain"`
	Name       string           `json:"name"`
	MaxPoints  points.Points    `json:"maxPoints"`
	SourceKind cycle.SourceKind `json:"sourceKind"`
	Rule       ruleJSON         `json:"rule"`
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

type classJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	rangeJSON
}

// rangeJSON is a range; a missing end is the end of the scale.
type rangeJSON struct {
	From  *points.Points `json:"from,omitempty"`
	Above *points.Points `json:"above,omitempty"`
	To    *points.Points `json:"to,omitempty"`
	Below *points.Points `json:"below,omitempty"`
}

func toItemJSON(i cycle.Item) (itemJSON, error) {
	r, err := toRuleJSON(i.Rule)
	return itemJSON{i.ID, i.Domain, i.Name, i.Max, i.Source, r}, err
}

func (form itemJSON) item() (cycle.Item, error) {
	r, err := form.Rule.rule()
	return cycle.Item{ID: form.ID, Domain: form.Domain, Name: form.Name, Max: form.MaxPoints, Source: form.SourceKind, Rule: r}, err
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

// Facts are what is known of one item. The zero Facts are none.
type Facts struct{ rule.Input }

// MarshalJSON writes f as parindex.rule.v1.Input has it.
func (f Facts) MarshalJSON() ([]byte, error) { return rule.EncodeInput(f.Input) }

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Facts) UnmarshalJSON(data []byte) (err error) {
	f.Input, err = rule.DecodeInput(data)
	return err
}
