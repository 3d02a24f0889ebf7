// Package sealed holds the contents that one service seals and another reads:
// the sheet that assessment seals and appraisal reads, the outcome that appraisal
// seals and assessment and scoring read, and the survey result that survey seals
// and scoring reads.
//
// The sealer and its readers use the same type, Write and Read, so that no field
// can be added on one side only:
//
//   - a field that the type does not have compiles neither where it is set nor
//     where it is read, and there is no second type to add it to;
//   - sealers name every field of a type here, which the linter exhaustruct
//     checks wherever such a value is made;
//   - Read takes only what Write writes, byte by byte.
//
// The written form is canonical JSON with the fields in the order of the type.
// Texts, numbers and truth values are always written. A list, a figure and facts
// are left out where there are none, and in no other case. Instants are
// canonical.Instant's.
package sealed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/rule"
)

// Content is a content that is sealed.
type Content interface {
	Sheet | Outcome | SurveyResult
}

// Write returns the one written form of c and its SHA-256 in hex. It fails on
// facts of no family and on a figure that is too long.
func Write[C Content](c C) (text []byte, sha256 string, err error) {
	if text, err = canonical.JSON(c); err != nil {
		return nil, "", fmt.Errorf("writing a %T: %w", c, err)
	}
	return text, canonical.Hash(text), nil
}

// Read reads what Write wrote and nothing else. It fails on an unknown field, on
// a missing one, on a second value of one, and on any other form of the same
// content. The error names a field or a place, and quotes no value.
func Read[C Content](text []byte) (c C, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("reading a %T: %w", c, nameless(err))
	}
	again, _, err := Write(c)
	if err != nil {
		return c, fmt.Errorf("reading a %T: it cannot be written again", c)
	}
	if !bytes.Equal(text, again) {
		return c, fmt.Errorf("reading a %T: byte %d is not of its canonical form", c, firstDifference(text, again))
	}
	return c, nil
}

// nameless returns what is wrong with JSON without the values in it.
func nameless(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("it is no JSON from byte %d", syntax.Offset)
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("the field %q is no %s", kind.Field, kind.Type)
	}
	return errors.New("a field is unknown, or a figure or the facts of an item are none")
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// Facts are the input of an item's rule, or none. As JSON they are the canonical
// form of rule.EncodeInput, and null for none.
type Facts struct{ Input rule.Input }

// IsZero reports whether there are none.
func (f Facts) IsZero() bool { return f.Input == nil }

// MarshalJSON writes the canonical form.
func (f Facts) MarshalJSON() ([]byte, error) {
	if f.IsZero() {
		return []byte("null"), nil
	}
	return rule.EncodeInput(f.Input)
}

// UnmarshalJSON reads the canonical form.
func (f *Facts) UnmarshalJSON(text []byte) (err error) {
	if string(text) == "null" {
		f.Input = nil
		return nil
	}
	f.Input, err = rule.DecodeInput(text)
	return err
}
