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
	MaxPoints   points.Points `json:"maxPoints"`
	SourceKind  SourceKind    `json:"sourceKind"`
	Rule        ruleJSON      `json:"rule"`
	Evidence    string        `json:"evidence,omitempty"`
	Guidance    string        `json:"guidance,omitempty"`
	TestVectors []TestVector  `json:"testVectors,omitempty"`
	Side        Side          `json:"side,omitempty"`
	LegalBasis  string        `json:"legalBasis,omitempty"`
	Basis       *Basis        `json:"basis,omitempty"`
}

// vectorJSON has an input as rule.EncodeInput writes it, and one of the others.
type vectorJSON struct {
	Input         json.RawMessage `json:"input"`
	Points        *points.Points  `json:"points,omitempty"`
	NotApplicable bool            `json:"notApplicable,omitempty"`
}

// ruleJSON has one field, the family's.
type ruleJSON struct {
	AllOrNothing *allOrNothingJSON `json:"allOrNothing,omitempty"`
	Choice       *choiceJSON       `json:"choice,omitempty"`
	Bands        *bandsJSON        `json:"bands,omitempty"`
	Proportional *proportionalJSON `json:"proportional,omitempty"`
	Survey       *struct{}         `json:"survey,omitempty"`
	Manual       *manualJSON       `json:"manual,omitempty"`
	Deduction    *deductionJSON    `json:"deduction,omitempty"`
	Improvement  *improvementJSON  `json:"improvement,omitempty"`
	Targets      *struct{}         `json:"targets,omitempty"`
	PeerRelative *peerRelativeJSON `json:"peerRelative,omitempty"`
	Formula      *formulaJSON      `json:"formula,omitempty"`
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

type deductionJSON struct {
	Step  points.Points `json:"step"`
	Bonus *bonusJSON    `json:"bonus,omitempty"`
}

type bonusJSON struct {
	Step points.Points `json:"step"`
	Cap  points.Points `json:"cap"`
}

type improvementJSON struct {
	Equal          string `json:"equal,omitempty"`
	MissingHistory string `json:"missingHistory,omitempty"`
}

type peerRelativeJSON struct {
	Better string `json:"better,omitempty"`
}

type formulaJSON struct {
	Expression string             `json:"expression"`
	Inputs     []formulaInputJSON `json:"inputs,omitempty"`
}

type formulaInputJSON struct {
	ID   string         `json:"id"`
	Text string         `json:"text"`
	Kind string         `json:"kind,omitempty"`
	Min  *points.Points `json:"min,omitempty"`
	Max  *points.Points `json:"max,omitempty"`
}

// The choices of rules as they are written; what is not chosen is left out.
var (
	equals = map[rule.Equal]string{rule.EqualFull: "FULL", rule.EqualNone: "NONE"}
	missed = map[rule.Missing]string{
		rule.MissingNotApplicable: "NOT_APPLICABLE", rule.MissingNone: "NONE", rule.MissingFull: "FULL",
	}
	betters    = map[rule.Better]string{rule.HigherBetter: "HIGHER", rule.LowerBetter: "LOWER"}
	inputKinds = map[rule.FormulaInputKind]string{
		rule.NumberInput: "NUMBER", rule.CountInput: "COUNT", rule.ConditionInput: "CONDITION",
	}
)

// choice is what a name in a table stands for; nothing for none.
func choice[K comparable](table map[K]string, name string) (key K, err error) {
	for k, n := range table {
		if n == name {
			return k, nil
		}
	}
	if name != "" {
		err = fmt.Errorf("%q is no choice of a rule", name)
	}
	return key, err
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
	return json.Marshal(itemJSON{i.MaxPoints, i.SourceKind, r, i.Evidence, i.Guidance, i.TestVectors, i.Side, i.LegalBasis, i.Basis})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (i *Item) UnmarshalJSON(data []byte) error {
	var form itemJSON
	if err := json.Unmarshal(data, &form); err != nil {
		return err
	}
	r, err := form.Rule.rule()
	*i = Item{form.MaxPoints, form.SourceKind, r, form.Evidence, form.Guidance, form.TestVectors, form.Side, form.LegalBasis, form.Basis}
	return err
}

// MarshalJSON writes v as in the canonical form.
func (v TestVector) MarshalJSON() ([]byte, error) {
	input, err := rule.EncodeInput(v.Input)
	if err != nil {
		return nil, err
	}
	return json.Marshal(vectorJSON{input, v.Points, v.Points == nil})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *TestVector) UnmarshalJSON(data []byte) error {
	var form vectorJSON
	if err := json.Unmarshal(data, &form); err != nil {
		return err
	}
	input, err := rule.DecodeInput(form.Input)
	if form.NotApplicable == (form.Points != nil) {
		err = errors.Join(err, errors.New("a test vector has points or is not applicable"))
	}
	*v = TestVector{input, form.Points}
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
	case rule.Deduction:
		return ruleJSON{Deduction: &deductionJSON{r.Step, (*bonusJSON)(r.Bonus)}}, nil
	case rule.Improvement:
		return ruleJSON{Improvement: &improvementJSON{equals[r.Equal], missed[r.Missing]}}, nil
	case rule.Targets:
		return ruleJSON{Targets: new(struct{})}, nil
	case rule.PeerRelative:
		return ruleJSON{PeerRelative: &peerRelativeJSON{betters[r.Better]}}, nil
	case rule.Formula:
		form := &formulaJSON{Expression: r.Expression}
		for _, in := range r.Inputs {
			form.Inputs = append(form.Inputs, formulaInputJSON{in.ID, in.Text, inputKinds[in.Kind], in.Min, in.Max})
		}
		return ruleJSON{Formula: form}, nil
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
	case form.Deduction != nil:
		return rule.Deduction{Step: form.Deduction.Step, Bonus: (*rule.Bonus)(form.Deduction.Bonus)}, nil
	case form.Improvement != nil:
		return form.Improvement.rule()
	case form.Targets != nil:
		return rule.Targets{}, nil
	case form.PeerRelative != nil:
		better, err := choice(betters, form.PeerRelative.Better)
		return rule.PeerRelative{Better: better}, err
	case form.Formula != nil:
		return form.Formula.rule()
	}
	return nil, errors.New("a rule of no known family")
}

func (form improvementJSON) rule() (rule.Rule, error) {
	equal, equalErr := choice(equals, form.Equal)
	missing, missingErr := choice(missed, form.MissingHistory)
	return rule.Improvement{Equal: equal, Missing: missing}, errors.Join(equalErr, missingErr)
}

func (form formulaJSON) rule() (rule.Rule, error) {
	r := rule.Formula{Expression: form.Expression}
	for _, in := range form.Inputs {
		kind, err := choice(inputKinds, in.Kind)
		if err != nil {
			return nil, err
		}
		r.Inputs = append(r.Inputs, rule.FormulaInput{ID: in.ID, Text: in.Text, Kind: kind, Min: in.Min, Max: in.Max})
	}
	return r, nil
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
