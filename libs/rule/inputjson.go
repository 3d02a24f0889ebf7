package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

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
}

type conditionsJSON struct {
	IDs []string `json:"ids,omitempty"`
}

type ratioJSON struct {
	Done    points.Points `json:"done"`
	Planned points.Points `json:"planned"`
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
	default:
		return nil, fmt.Errorf("encoding an input: %T is none", in)
	}
	b, err := json.Marshal(form)
	if err != nil {
		return nil, fmt.Errorf("encoding an input: %w", err)
	}
	return b, nil
}

// DecodeInput reads what EncodeInput wrote. It fails on anything else: another
// field, no facts, two kinds of facts, a figure that is none.
func DecodeInput(text []byte) (Input, error) {
	var form inputJSON
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&form); err != nil {
		return nil, fmt.Errorf("decoding an input: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("decoding an input: something follows it")
	}
	inputs := form.inputs()
	if len(inputs) != 1 {
		return nil, fmt.Errorf("decoding an input: it has %d kinds of facts", len(inputs))
	}
	return inputs[0], nil
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
	return all
}
