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

// inputJSON is the canonical form of an input: the JSON of parindex.rule.v1.Input
// without spaces, with figures in their shortest form and conditions sorted.
// Exactly one field is set.
type inputJSON struct {
	ConditionsMet *ConditionsMet `json:"conditionsMet,omitempty"`
	Option        *string        `json:"option,omitempty"`
	Ratio         *Ratio         `json:"ratio,omitempty"`
	Percent       *points.Points `json:"percent,omitempty"`
	Points        *points.Points `json:"points,omitempty"`
	Value         *points.Points `json:"value,omitempty"`
	Counts        *Counts        `json:"counts,omitempty"`
	History       *History       `json:"history,omitempty"`
	Targets       *TargetsMet    `json:"targets,omitempty"`
	Peer          *Peer          `json:"peer,omitempty"`
	Formula       *Facts         `json:"formula,omitempty"`
}

// EncodeInput returns the canonical form of an input: the JSON of
// parindex.rule.v1.Input. The same facts give the same bytes. It fails for nil and
// for a figure that is too long for the contract.
func EncodeInput(in Input) ([]byte, error) {
	var form inputJSON
	switch in := in.(type) {
	case ConditionsMet:
		ids := slices.Sorted(slices.Values(in.IDs))
		form.ConditionsMet = &ConditionsMet{slices.Compact(ids)}
	case Chosen:
		form.Option = &in.Option
	case Ratio:
		form.Ratio = &in
	case Percent:
		form.Percent = &in.Figure
	case Given:
		form.Points = &in.Points
	case Value:
		form.Value = &in.Figure
	case Counts:
		form.Counts = &in
	case History:
		form.History = &in
	case TargetsMet:
		form.Targets = &in
	case Peer:
		form.Peer = &in
	case Facts:
		if err := in.sound(); err != nil {
			return nil, fmt.Errorf("encoding an input: %w", err)
		}
		form.Formula = &in
	default:
		return nil, fmt.Errorf("encoding an input: %T is not an input", in)
	}
	b, err := canonical.JSON(form)
	if err != nil {
		return nil, fmt.Errorf("encoding an input: %w", err)
	}
	return b, nil
}

// DecodeInput reads the output of EncodeInput. It fails for anything else: another
// field, no facts, two kinds of facts, or a malformed figure.
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

// decode reads one JSON value into form and refuses fields that form does not have.
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

// sound checks that each fact has exactly one of number and met.
func (f Facts) sound() error {
	for id, fact := range f.Values {
		if (fact.Number == nil) == (fact.Met == nil) {
			return fmt.Errorf("the fact %q is not one of number and met", id)
		}
	}
	return nil
}

func (f inputJSON) inputs() (all []Input) {
	all = appendInput(all, f.ConditionsMet)
	if f.Option != nil {
		all = append(all, Chosen{*f.Option})
	}
	all = appendInput(all, f.Ratio)
	if f.Percent != nil {
		all = append(all, Percent{*f.Percent})
	}
	if f.Points != nil {
		all = append(all, Given{*f.Points})
	}
	if f.Value != nil {
		all = append(all, Value{*f.Value})
	}
	all = appendInput(all, f.Counts)
	all = appendInput(all, f.History)
	all = appendInput(all, f.Targets)
	all = appendInput(all, f.Peer)
	return appendInput(all, f.Formula)
}

// appendInput appends *in to all if in is not nil.
func appendInput[I Input](all []Input, in *I) []Input {
	if in != nil {
		all = append(all, *in)
	}
	return all
}
