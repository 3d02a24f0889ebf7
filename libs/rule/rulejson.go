package rule

import (
	"errors"
	"fmt"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/points"
)

// ruleJSON is the canonical form of a rule: the JSON of parindex.rule.v1.Rule
// without spaces, with figures in their shortest form and enum values without their
// prefix. Exactly one field is set, the one of the family.
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
	RangeJSON

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

// The names of enum values in the JSON form; unset values are omitted.
var (
	equals = map[Equal]string{EqualFull: "FULL", EqualNone: "NONE"}
	missed = map[Missing]string{
		MissingNotApplicable: "NOT_APPLICABLE", MissingNone: "NONE", MissingFull: "FULL",
	}
	betters    = map[Better]string{HigherBetter: "HIGHER", LowerBetter: "LOWER"}
	inputKinds = map[FormulaInputKind]string{NumberInput: "NUMBER", CountInput: "COUNT", ConditionInput: "CONDITION"}
)

// chosen returns the enum value with a name; the zero value for an empty name.
func chosen[K comparable](table map[K]string, name string) (key K, err error) {
	for k, n := range table {
		if n == name {
			return k, nil
		}
	}
	if name != "" {
		err = fmt.Errorf("%q is not a known choice", name)
	}
	return key, err
}

// RangeJSON is the canonical form of a range of percentages, to be embedded in the
// JSON form of a band or a class. A missing end is the end of the scale.
type RangeJSON struct {
	From  *points.Points `json:"from,omitempty"`
	Above *points.Points `json:"above,omitempty"`
	To    *points.Points `json:"to,omitempty"`
	Below *points.Points `json:"below,omitempty"`
}

// NewRangeJSON returns the canonical form of the range between two ends.
func NewRangeJSON(low, high End) RangeJSON {
	var form RangeJSON
	form.From, form.Above = low.forms()
	form.To, form.Below = high.forms()
	return form
}

func (e End) forms() (closed, open *points.Points) {
	switch e.Kind {
	case Closed:
		return &e.Percent, nil
	case Open:
		return nil, &e.Percent
	case ScaleEnd:
	}
	return nil, nil
}

// Ends returns the two ends of the range.
func (form RangeJSON) Ends() (low, high End) {
	return endOf(form.From, form.Above), endOf(form.To, form.Below)
}

func endOf(closed, open *points.Points) End {
	switch {
	case closed != nil:
		return End{Kind: Closed, Percent: *closed}
	case open != nil:
		return End{Kind: Open, Percent: *open}
	}
	return End{}
}

// EncodeRule returns the canonical form of a rule: the JSON of
// parindex.rule.v1.Rule with enum values without their prefix ("FULL") and the
// characters <, > and & unescaped. The same rule gives the same bytes. It also
// encodes rules that Validate refuses; it fails for nil and for a figure that is
// too long for the contract.
func EncodeRule(r Rule) ([]byte, error) {
	form, err := toRuleJSON(r)
	if err != nil {
		return nil, err
	}
	text, err := canonical.JSON(form)
	if err != nil {
		return nil, fmt.Errorf("encoding a rule: %w", err)
	}
	return text, nil
}

// DecodeRule reads the output of EncodeRule. It fails for anything else: another
// field, no family, two families, or an unknown enum value.
func DecodeRule(text []byte) (Rule, error) {
	var form ruleJSON
	if err := decode(text, &form); err != nil {
		return nil, fmt.Errorf("decoding a rule: %w", err)
	}
	rules, err := form.rules()
	if err != nil {
		return nil, fmt.Errorf("decoding a rule: %w", err)
	}
	if len(rules) != 1 {
		return nil, fmt.Errorf("decoding a rule: it has %d families", len(rules))
	}
	return rules[0], nil
}

func toRuleJSON(r Rule) (form ruleJSON, err error) {
	switch r := r.(type) {
	case AllOrNothing:
		form.AllOrNothing = new(allOrNothingJSON)
		for _, c := range r.Conditions {
			form.AllOrNothing.Conditions = append(form.AllOrNothing.Conditions, conditionJSON(c))
		}
	case Choice:
		form.Choice = new(choiceJSON)
		for _, o := range r.Options {
			form.Choice.Options = append(form.Choice.Options, optionJSON(o))
		}
	case Bands:
		form.Bands = new(bandsJSON)
		for _, b := range r.Bands {
			form.Bands.Bands = append(form.Bands.Bands, bandJSON{NewRangeJSON(b.Low, b.High), b.Points})
		}
	case Proportional:
		form.Proportional = new(proportionalJSON)
		if !r.Floor.IsZero() {
			form.Proportional.FloorPercent = &r.Floor
		}
	case Survey:
		form.Survey = new(struct{})
	case Manual:
		form.Manual = &manualJSON{r.Step}
	case Deduction:
		form.Deduction = &deductionJSON{r.Step, (*bonusJSON)(r.Bonus)}
	case Improvement:
		form.Improvement = &improvementJSON{equals[r.Equal], missed[r.Missing]}
	case Targets:
		form.Targets = new(struct{})
	case PeerRelative:
		form.PeerRelative = &peerRelativeJSON{betters[r.Better]}
	case Formula:
		form.Formula = &formulaJSON{Expression: r.Expression}
		for _, in := range r.Inputs {
			form.Formula.Inputs = append(form.Formula.Inputs, formulaInputJSON{in.ID, in.Text, inputKinds[in.Kind], in.Min, in.Max})
		}
	default:
		err = fmt.Errorf("encoding a rule: %T is not a rule", r)
	}
	return form, err
}

func (form ruleJSON) rules() (all []Rule, err error) {
	add := func(r Rule, wrong error) { all, err = append(all, r), errors.Join(err, wrong) }
	if form.AllOrNothing != nil {
		add(form.AllOrNothing.rule(), nil)
	}
	if form.Choice != nil {
		add(form.Choice.rule(), nil)
	}
	if form.Bands != nil {
		add(form.Bands.rule(), nil)
	}
	if form.Proportional != nil {
		add(form.Proportional.rule(), nil)
	}
	if form.Survey != nil {
		add(Survey{}, nil)
	}
	if form.Manual != nil {
		add(Manual{Step: form.Manual.Step}, nil)
	}
	if form.Deduction != nil {
		add(Deduction{Step: form.Deduction.Step, Bonus: (*Bonus)(form.Deduction.Bonus)}, nil)
	}
	if form.Improvement != nil {
		add(form.Improvement.rule())
	}
	if form.Targets != nil {
		add(Targets{}, nil)
	}
	if form.PeerRelative != nil {
		better, wrong := chosen(betters, form.PeerRelative.Better)
		add(PeerRelative{Better: better}, wrong)
	}
	if form.Formula != nil {
		add(form.Formula.rule())
	}
	return all, err
}

func (form allOrNothingJSON) rule() Rule {
	var r AllOrNothing
	for _, c := range form.Conditions {
		r.Conditions = append(r.Conditions, Condition(c))
	}
	return r
}

func (form choiceJSON) rule() Rule {
	var r Choice
	for _, o := range form.Options {
		r.Options = append(r.Options, Option(o))
	}
	return r
}

func (form bandsJSON) rule() Rule {
	var r Bands
	for _, b := range form.Bands {
		low, high := b.Ends()
		r.Bands = append(r.Bands, Band{Low: low, High: high, Points: b.Points})
	}
	return r
}

func (form proportionalJSON) rule() Rule {
	if form.FloorPercent == nil {
		return Proportional{}
	}
	return Proportional{Floor: *form.FloorPercent}
}

func (form improvementJSON) rule() (Rule, error) {
	equal, equalErr := chosen(equals, form.Equal)
	missing, missingErr := chosen(missed, form.MissingHistory)
	return Improvement{Equal: equal, Missing: missing}, errors.Join(equalErr, missingErr)
}

func (form formulaJSON) rule() (Rule, error) {
	r := Formula{Expression: form.Expression}
	var wrong error
	for _, in := range form.Inputs {
		kind, err := chosen(inputKinds, in.Kind)
		wrong = errors.Join(wrong, err)
		r.Inputs = append(r.Inputs, FormulaInput{ID: in.ID, Text: in.Text, Kind: kind, Min: in.Min, Max: in.Max})
	}
	return r, wrong
}
