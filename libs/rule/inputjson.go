package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/points"
)

// inputJSON is the canonical form of an input: the JSON of
// parindex.rule.v1.Input, without spaces, figures in their shortest form and
// conditions sorted. One field is set.
type inputJSON struct {
	ConditionsMet *conditionsJSON `json:"conditionsMet,omitempty"`
	Option        *string         `json:"option,omitempty"`
	Ratio         *ratioJSON      `json:"ratio,omitempty"`
	Percent       *points.Points  `json:"percent,omitempty"`
	Points        *points.Points  `json:"points,omitempty"`
	Value         *points.Points  `json:"value,omitempty"`
	Counts        *countsJSON     `json:"counts,omitempty"`
	History       *historyJSON    `json:"history,omitempty"`
	Targets       *targetsJSON    `json:"targets,omitempty"`
	Peer          *peerJSON       `json:"peer,omitempty"`
	Formula       *factsJSON      `json:"formula,omitempty"`
}

type conditionsJSON struct {
	IDs []string `json:"ids,omitempty"`
}

type ratioJSON struct {
	Done    points.Points `json:"done"`
	Planned points.Points `json:"planned"`
}

type countsJSON struct {
	Deductions int32 `json:"deductions,omitempty"`
	Bonuses    int32 `json:"bonuses,omitempty"`
}

type historyJSON struct {
	Latest *points.Points `json:"latest,omitempty"`
	Before *points.Points `json:"before,omitempty"`
}

type targetsJSON struct {
	Met     int32 `json:"met,omitempty"`
	Planned int32 `json:"planned,omitempty"`
}

type peerJSON struct {
	Value points.Points  `json:"value"`
	Best  *points.Points `json:"best,omitempty"`
}

// factsJSON is written with its ids sorted.
type factsJSON struct {
	Values map[string]factJSON `json:"values,omitempty"`
}

type factJSON struct {
	Number *points.Points `json:"number,omitempty"`
	Met    *bool          `json:"met,omitempty"`
}

// EncodeInput returns the canonical form of an input: the JSON of
// parindex.rule.v1.Input. The same facts give the same bytes. It fails on nil
// and on a figure that is too long to travel.
func EncodeInput(in Input) ([]byte, error) {
	var form inputJSON
	switch in := in.(type) {
	case ConditionsMet:
		ids := slices.Sorted(slices.Values(in.IDs))
		form.ConditionsMet = &conditionsJSON{slices.Compact(ids)}
	case Chosen:
		form.Option = &in.Option
	case Ratio:
		form.Ratio = &ratioJSON{in.Done, in.Planned}
	case Percent:
		form.Percent = &in.Figure
	case Given:
		form.Points = &in.Points
	case Value:
		form.Value = &in.Figure
	case Counts:
		form.Counts = &countsJSON{in.Deductions, in.Bonuses}
	case History:
		form.History = &historyJSON{in.Latest, in.Before}
	case TargetsMet:
		form.Targets = &targetsJSON{in.Met, in.Planned}
	case Peer:
		form.Peer = &peerJSON{in.Value, in.Best}
	case Facts:
		facts, err := toFactsJSON(in)
		if err != nil {
			return nil, err
		}
		form.Formula = facts
	default:
		return nil, fmt.Errorf("encoding an input: %T is none", in)
	}
	b, err := canonical.JSON(form)
	if err != nil {
		return nil, fmt.Errorf("encoding an input: %w", err)
	}
	return b, nil
}

// DecodeInput reads what EncodeInput wrote. It fails on anything else: another
// field, no facts, two kinds of facts, a figure that is none.
func DecodeInput(text []byte) (Input, error) {
	var form inputJSON
	if err := decode(text, &form); err != nil {
		return nil, fmt.Errorf("decoding an input: %w", err)
	}
	inputs := form.inputs()
	if len(inputs) != 1 {
		return nil, fmt.Errorf("decoding an input: it has %d kinds of facts", len(inputs))
	}
	if facts, ok := inputs[0].(Facts); ok {
		if err := facts.sound(); err != nil {
			return nil, fmt.Errorf("decoding an input: %w", err)
		}
	}
	return inputs[0], nil
}

// decode reads one JSON value into form, which has every field of it.
func decode(text []byte, form any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(form); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	return nil
}

// sound checks that each fact is one.
func (f Facts) sound() error {
	for id, fact := range f.Values {
		if (fact.Number == nil) == (fact.Met == nil) {
			return fmt.Errorf("the fact %q is not one of number and met", id)
		}
	}
	return nil
}

func toFactsJSON(f Facts) (*factsJSON, error) {
	if err := f.sound(); err != nil {
		return nil, fmt.Errorf("encoding an input: %w", err)
	}
	form := &factsJSON{make(map[string]factJSON, len(f.Values))}
	for id, fact := range f.Values {
		form.Values[id] = factJSON(fact)
	}
	return form, nil
}

func (f factsJSON) facts() Facts {
	facts := Facts{make(map[string]Fact, len(f.Values))}
	for id, fact := range f.Values {
		facts.Values[id] = Fact(fact)
	}
	return facts
}

func (f inputJSON) inputs() (all []Input) {
	if f.ConditionsMet != nil {
		all = append(all, ConditionsMet{f.ConditionsMet.IDs})
	}
	if f.Option != nil {
		all = append(all, Chosen{*f.Option})
	}
	if f.Ratio != nil {
		all = append(all, Ratio{f.Ratio.Done, f.Ratio.Planned})
	}
	if f.Percent != nil {
		all = append(all, Percent{*f.Percent})
	}
	if f.Points != nil {
		all = append(all, Given{*f.Points})
	}
	if f.Value != nil {
		all = append(all, Value{*f.Value})
	}
	if f.Counts != nil {
		all = append(all, Counts{f.Counts.Deductions, f.Counts.Bonuses})
	}
	if f.History != nil {
		all = append(all, History{f.History.Latest, f.History.Before})
	}
	if f.Targets != nil {
		all = append(all, TargetsMet{f.Targets.Met, f.Targets.Planned})
	}
	if f.Peer != nil {
		all = append(all, Peer{f.Peer.Value, f.Peer.Best})
	}
	if f.Formula != nil {
		all = append(all, f.Formula.facts())
	}
	return all
}
