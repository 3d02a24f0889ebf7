package sealed

import (
	"encoding/json"
	"errors"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// The parts of the canonical form of a regulation that are not the fields of a type:
// items with their rules. Names are those of the messages in JSON.

// itemJSON has a rule as rule.EncodeRule writes it.
type itemJSON struct {
	MaxPoints   points.Points         `json:"maxPoints"`
	SourceKind  criteria.SourceKind   `json:"sourceKind"`
	Rule        json.RawMessage       `json:"rule"`
	Evidence    []EvidenceRequirement `json:"evidence,omitempty"`
	Guidance    string                `json:"guidance,omitempty"`
	TestVectors []TestVector          `json:"testVectors,omitempty"`
	Side        Side                  `json:"side,omitempty"`
	LegalBasis  []LegalBasis          `json:"legalBasis,omitempty"`
	Basis       *Basis                `json:"basis,omitempty"`
	Field       string                `json:"field,omitempty"`
}

// vectorJSON has an input as rule.EncodeInput writes it, and one of the others.
type vectorJSON struct {
	Input         json.RawMessage `json:"input"`
	Points        *points.Points  `json:"points,omitempty"`
	NotApplicable bool            `json:"notApplicable,omitempty"`
}

// MarshalJSON writes i as in the canonical form.
func (i Item) MarshalJSON() ([]byte, error) {
	r, err := rule.EncodeRule(i.Rule)
	if err != nil {
		return nil, err
	}
	return canonical.JSON(itemJSON{i.MaxPoints, i.SourceKind, r, i.Evidence, i.Guidance, i.TestVectors, i.Side, i.LegalBasis, i.Basis, i.Field})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (i *Item) UnmarshalJSON(data []byte) error {
	var form itemJSON
	if err := json.Unmarshal(data, &form); err != nil {
		return err
	}
	r, err := rule.DecodeRule(form.Rule)
	*i = Item{form.MaxPoints, form.SourceKind, r, form.Evidence, form.Guidance, form.TestVectors, form.Side, form.LegalBasis, form.Basis, form.Field}
	return err
}

// MarshalJSON writes v as in the canonical form.
func (v TestVector) MarshalJSON() ([]byte, error) {
	input, err := rule.EncodeInput(v.Input)
	if err != nil {
		return nil, err
	}
	return canonical.JSON(vectorJSON{input, v.Points, v.Points == nil})
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
