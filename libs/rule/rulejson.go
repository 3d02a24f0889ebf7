package rule

import (
	"fmt"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/points"
)

// ruleJSON is the canonical form of a rule: the JSON of parindex.rule.v1.Rule
// without spaces, with figures in their shortest form and enum values without their
// prefix. Exactly one field is set, the one of the family.
type ruleJSON struct {
	AllOrNothing *AllOrNothing `json:"allOrNothing,omitempty"`
	Choice       *Choice       `json:"choice,omitempty"`
	Bands        *Bands        `json:"bands,omitempty"`
	Proportional *Proportional `json:"proportional,omitempty"`
	Survey       *Survey       `json:"survey,omitempty"`
	Manual       *Manual       `json:"manual,omitempty"`
	Deduction    *Deduction    `json:"deduction,omitempty"`
	Improvement  *Improvement  `json:"improvement,omitempty"`
	Targets      *Targets      `json:"targets,omitempty"`
	PeerRelative *PeerRelative `json:"peerRelative,omitempty"`
	Formula      *Formula      `json:"formula,omitempty"`
}

// bandJSON is the canonical form of a band.
type bandJSON struct {
	RangeJSON

	Points points.Points `json:"points"`
}

// MarshalJSON implements json.Marshaler.
func (b Band) MarshalJSON() ([]byte, error) {
	return canonical.JSON(bandJSON{NewRangeJSON(b.Low, b.High), b.Points})
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *Band) UnmarshalJSON(text []byte) error {
	var form bandJSON
	err := decode(text, &form)
	b.Points = form.Points
	b.Low, b.High = form.Ends()
	return err
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

// IsZero reports whether the JSON form leaves e out.
func (e Equal) IsZero() bool { return equals[e] == "" }

// MarshalText implements encoding.TextMarshaler.
func (e Equal) MarshalText() ([]byte, error) { return []byte(equals[e]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (e *Equal) UnmarshalText(text []byte) (err error) {
	*e, err = chosen(equals, string(text))
	return err
}

// IsZero reports whether the JSON form leaves m out.
func (m Missing) IsZero() bool { return missed[m] == "" }

// MarshalText implements encoding.TextMarshaler.
func (m Missing) MarshalText() ([]byte, error) { return []byte(missed[m]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *Missing) UnmarshalText(text []byte) (err error) {
	*m, err = chosen(missed, string(text))
	return err
}

// IsZero reports whether the JSON form leaves b out.
func (b Better) IsZero() bool { return betters[b] == "" }

// MarshalText implements encoding.TextMarshaler.
func (b Better) MarshalText() ([]byte, error) { return []byte(betters[b]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *Better) UnmarshalText(text []byte) (err error) {
	*b, err = chosen(betters, string(text))
	return err
}

// IsZero reports whether the JSON form leaves k out.
func (k FormulaInputKind) IsZero() bool { return inputKinds[k] == "" }

// MarshalText implements encoding.TextMarshaler.
func (k FormulaInputKind) MarshalText() ([]byte, error) { return []byte(inputKinds[k]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *FormulaInputKind) UnmarshalText(text []byte) (err error) {
	*k, err = chosen(inputKinds, string(text))
	return err
}

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
	rules := form.rules()
	if len(rules) != 1 {
		return nil, fmt.Errorf("decoding a rule: it has %d families", len(rules))
	}
	return rules[0], nil
}

func toRuleJSON(r Rule) (form ruleJSON, err error) {
	switch r := r.(type) {
	case AllOrNothing:
		form.AllOrNothing = &r
	case Choice:
		form.Choice = &r
	case Bands:
		form.Bands = &r
	case Proportional:
		form.Proportional = &r
	case Survey:
		form.Survey = &r
	case Manual:
		form.Manual = &r
	case Deduction:
		form.Deduction = &r
	case Improvement:
		form.Improvement = &r
	case Targets:
		form.Targets = &r
	case PeerRelative:
		form.PeerRelative = &r
	case Formula:
		form.Formula = &r
	default:
		err = fmt.Errorf("encoding a rule: %T is not a rule", r)
	}
	return form, err
}

func (form ruleJSON) rules() (all []Rule) {
	all = appendRule(all, form.AllOrNothing)
	all = appendRule(all, form.Choice)
	all = appendRule(all, form.Bands)
	all = appendRule(all, form.Proportional)
	all = appendRule(all, form.Survey)
	all = appendRule(all, form.Manual)
	all = appendRule(all, form.Deduction)
	all = appendRule(all, form.Improvement)
	all = appendRule(all, form.Targets)
	all = appendRule(all, form.PeerRelative)
	return appendRule(all, form.Formula)
}

// appendRule appends *r to all if r is not nil.
func appendRule[R Rule](all []Rule, r *R) []Rule {
	if r != nil {
		all = append(all, *r)
	}
	return all
}
