// Package sealed defines the contents that one service seals and another reads: the
// regulation (issued by catalog, read by all), the sheet (sealed by assessment, read by
// appraisal), the outcome (sealed by appraisal, read by assessment and scoring) and the
// survey result (sealed by survey, read by scoring).
//
// A service that seals a content and those that read it use the same type, Write and
// Read, so that no field can be added on one side only:
//
//   - there is one type, so a field that it lacks compiles on neither side;
//   - the linter exhaustruct requires every field wherever a value is made;
//   - Read accepts only the bytes that Write writes.
//
// A field that is added after the first release must be optional, so that older
// contents can still be read. A service that does not have the field refuses contents
// with it.
//
// The written form is canonical JSON with the fields in the order of the type. Texts,
// numbers and truth values are always written; empty lists and absent figures and
// facts are omitted. Instants are written by canonical.Instant. A regulation also omits
// empty texts and numbers, since most of its fields are optional; the ends of a scale
// are not written.
package sealed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/rule"
)

// Content is the constraint of the sealed contents.
type Content interface {
	Sheet | Outcome | SurveyResult | Regulation
}

// Write returns the canonical form of c and its SHA-256 in hex. It fails for facts of
// an unknown family and for a figure that is too long.
func Write[C Content](c C) (text []byte, sha256 string, err error) {
	if text, err = canonical.JSON(c); err != nil {
		return nil, "", fmt.Errorf("writing a %T: %w", c, err)
	}
	return text, canonical.Hash(text), nil
}

// Read reads a content that Write wrote. It fails for an unknown field, a missing one, a
// repeated one, and for any other form of the same content. The error names a field or
// a position and contains no value.
func Read[C Content](text []byte) (c C, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("reading a %T: %w", c, withoutValues(err))
	}
	again, _, err := Write(c)
	if err != nil {
		return c, fmt.Errorf("reading a %T: it cannot be written again", c)
	}
	if !bytes.Equal(text, again) {
		return c, fmt.Errorf("reading a %T: it is not canonical from byte %d", c, firstDifference(text, again))
	}
	return c, nil
}

// withoutValues returns an error of package json without the values of the content.
func withoutValues(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("it is not JSON from byte %d", syntax.Offset)
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("the field %q is not a %s", kind.Field, kind.Type)
	}
	return errors.New("it has an unknown field, or a malformed figure, or malformed facts")
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// Facts are the input of an item's rule; the zero Facts are none. Their JSON form is
// that of rule.EncodeInput, and null for none.
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
