package points

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
)

// stored matches a finite numeric as PostgreSQL writes it. It allows more digits
// than the interchange form, so that an exact product is read back as it was
// written.
var stored = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// Scan reads a numeric or integer column exactly. NULL, NaN, infinities and
// binary floats are errors; a column that may be NULL scans into a *Points.
func (x *Points) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return scanText(x, v)
	case []byte:
		return scanText(x, string(v))
	case int64:
		*x = FromInt(v)
		return nil
	case nil:
		return errors.New("scanning points: the column is NULL")
	default:
		return fmt.Errorf("scanning points: %T is not an exact decimal", src)
	}
}

func scanText(x *Points, s string) error {
	if !stored.MatchString(s) {
		return fmt.Errorf("scanning points: %q is not a finite decimal", s)
	}
	y, err := read(s)
	if err != nil {
		return fmt.Errorf("scanning points %q: %w", s, err)
	}
	*x = y
	return nil
}

// Value writes x for a numeric column, with every digit it has.
func (x Points) Value() (driver.Value, error) { return x.String(), nil }

// MarshalText returns the canonical form of x, which is a string in JSON. It fails
// for a figure with more than 12 digits on one side of the point, because
// UnmarshalText would not read it: such a figure must be rounded first.
func (x Points) MarshalText() ([]byte, error) {
	s := x.String()
	if !interchange.MatchString(s) {
		return nil, fmt.Errorf("writing points %s: more than 12 digits on one side of the point", s)
	}
	return []byte(s), nil
}

// UnmarshalText reads what Parse reads.
func (x *Points) UnmarshalText(text []byte) error {
	y, err := Parse(string(text))
	if err != nil {
		return err
	}
	*x = y
	return nil
}

// MarshalText returns the name of m, or ModeUnknown.
func (m Mode) MarshalText() ([]byte, error) {
	if !m.known() {
		return nil, ModeUnknown
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads what ParseMode reads.
func (m *Mode) UnmarshalText(text []byte) error {
	parsed, err := ParseMode(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}
