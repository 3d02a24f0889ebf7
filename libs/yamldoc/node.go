package yamldoc

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/text"
)

// Node is a value of the document, or the place where an optional one is
// absent. Its reading methods return the zero value and record a finding where
// the value is not what they read; of an absent value they return the zero
// value without a finding.
//
// The zero Node is silent: everything read from it is zero and nothing is
// recorded. It is what Need returns for a missing value.
type Node struct {
	doc  *Doc
	yaml *yaml.Node // nil where the value is absent
	path string
	at   position
}

func (d *Doc) node(path string, y *yaml.Node) Node {
	return Node{doc: d, yaml: y, path: path, at: d.place(y)}
}

// item is the entry of the list n at index i.
func (n Node) item(i int, y *yaml.Node) Node {
	return n.doc.node(fmt.Sprintf("%s[%d]", n.path, i), y)
}

// field is a key of the mapping n and its value.
func (n Node) field(key, value *yaml.Node) (k, v Node) {
	path := join(n.path, clip(key.Value))
	return n.doc.node(path, key), n.doc.node(path, value)
}

// Present reports whether there is a value: false for an optional key that is
// absent, null or blank, and for the zero Node.
func (n Node) Present() bool { return n.yaml != nil }

// IsMap reports whether n is a mapping, for a value that has a short form and a
// long one.
func (n Node) IsMap() bool { return n.yaml != nil && n.yaml.Kind == yaml.MappingNode }

// Line returns the line on which n begins, counted from 1; for an absent
// optional value that of the mapping that lacks it, for the zero Node 0.
func (n Node) Line() int { return n.at.line }

// Report records a fault of the importer's own rules at n: the code and the
// messages of a fault.Reason or *fault.Fault, or one finding for each of its
// violations. It records nothing where the value is already known to be missing
// or malformed.
func (n Node) Report(err error) {
	if n.doc == nil || n.doc.faulty[n.yaml] {
		return
	}
	n.doc.add(n.at, n.path, err)
}

// refuse records a fault of this package and silences further ones at n.
func (n Node) refuse(err error) {
	n.Report(err)
	if n.doc != nil && n.yaml != nil {
		n.doc.faulty[n.yaml] = true
	}
}

// List returns the entries of a list.
func (n Node) List() []Node {
	if !n.is(yaml.SequenceNode, ValueNotList) {
		return nil
	}
	items := make([]Node, len(n.yaml.Content))
	for i, y := range n.yaml.Content {
		items[i] = n.item(i, y)
	}
	return items
}

// Text returns a text as it stands: 012 is "012", 1.10 is "1.10", no is "no".
func (n Node) Text() string {
	if !n.is(yaml.ScalarNode, ValueNotText) {
		return ""
	}
	if strings.ContainsFunc(n.yaml.Value, isForbidden) {
		n.refuse(ValueNotText)
		return ""
	}
	return n.yaml.Value
}

// isForbidden finds what an escape can smuggle into a text ("\0") and no
// database column or page takes.
func isForbidden(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// Clean returns a text as clean returns it, the method of a kind of libs/text:
// an importer keeps what people wrote in this form.
func (n Node) Clean(clean func(string) (string, error)) string {
	if !n.is(yaml.ScalarNode, ValueNotText) {
		return ""
	}
	kept, err := clean(n.yaml.Value)
	if err != nil {
		n.refuse(err)
	}
	return kept
}

// OneOf returns a text that must be one of those allowed.
func (n Node) OneOf(allowed ...string) string {
	text := n.Text()
	if text == "" || slices.Contains(allowed, text) {
		return text
	}
	n.refuse(ValueNotListed.With(clip(text), strings.Join(allowed, ", ")))
	return ""
}

// Points returns an exact decimal, quoted or bare, in the form of points.Parse.
func (n Node) Points() points.Points {
	return scalar(n, ValueNotPoints, points.Parse)
}

// Int returns a whole number of 32 bits without leading zeros, quoted or bare,
// the range of counts and ranks.
func (n Node) Int() int {
	return scalar(n, ValueNotInt, func(text string) (int, error) {
		if !wholeNumber.MatchString(text) {
			return 0, strconv.ErrSyntax
		}
		i, err := strconv.ParseInt(text, 10, 32)
		return int(i), err
	})
}

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// Date returns a civil date as it stands, "2024-12-31", having checked that the
// calendar has it.
func (n Node) Date() string {
	return scalar(n, ValueNotDate, func(text string) (string, error) {
		_, err := time.Parse(time.DateOnly, text)
		return text, err
	})
}

// Bool returns true or false; yes, on and 1 are neither.
func (n Node) Bool() bool {
	return scalar(n, ValueNotBool, func(text string) (bool, error) {
		if text != "true" && text != "false" {
			return false, strconv.ErrSyntax
		}
		return text == "true", nil
	})
}

// scalar reads n by parse, or records malformed with the text that stood there.
func scalar[T any](n Node, malformed fault.Reason, parse func(string) (T, error)) T {
	var zero T
	text := n.Text()
	if text == "" {
		return zero
	}
	value, err := parse(text)
	if err != nil {
		n.refuse(malformed.With(clip(text)))
		return zero
	}
	return value
}

// is reports whether n holds a value of this kind; if it holds anything else,
// it records missing or otherwise.
func (n Node) is(kind yaml.Kind, otherwise fault.Reason) bool {
	switch {
	case n.yaml == nil:
		return false
	case isBlank(n.yaml):
		n.refuse(ValueMissing)
		return false
	case n.yaml.Kind != kind:
		n.refuse(otherwise)
		return false
	}
	return true
}

// isBlank reports whether y is null, empty or white space: to the person who
// fills in a file, all three are a value left out.
func isBlank(y *yaml.Node) bool {
	return y.Kind == yaml.ScalarNode && (y.Tag == "!!null" || text.Show(y.Value) == "")
}
