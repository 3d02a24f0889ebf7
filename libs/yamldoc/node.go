package yamldoc

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/parindex/parindex/libs/civil"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/text"
)

// Node is a value of the document, or the place of an optional value that is
// absent. Its reading methods return the zero value and record a finding if the
// value has another type; for an absent value they return the zero value without a
// finding.
//
// The zero Node is silent: reading from it returns zero values and records nothing.
// Need returns it for a missing value.
type Node struct {
	doc  *Doc
	yaml *yaml.Node // nil where the value is absent
	path string
	at   position
}

func (d *Doc) node(path string, y *yaml.Node) Node {
	return Node{doc: d, yaml: y, path: path, at: d.place(y)}
}

// item returns the entry of the list n at index i.
func (n Node) item(i int, y *yaml.Node) Node {
	return n.doc.node(fmt.Sprintf("%s[%d]", n.path, i), y)
}

// field returns the key of the mapping n and its value.
func (n Node) field(key, value *yaml.Node) (k, v Node) {
	path := join(n.path, clip(key.Value))
	return n.doc.node(path, key), n.doc.node(path, value)
}

// Present reports whether there is a value: false for an optional key that is
// absent, null or blank, and for the zero Node.
func (n Node) Present() bool { return n.yaml != nil }

// IsMap reports whether n is a mapping, for values that have a short and a long
// form.
func (n Node) IsMap() bool { return n.yaml != nil && n.yaml.Kind == yaml.MappingNode }

// Line returns the line on which n begins, counted from 1. For an absent optional
// value it is the line of the mapping that lacks it, for the zero Node 0.
func (n Node) Line() int { return n.at.line }

// Where returns the line and the path of n, or its cell, as a Violation names them:
// "line 12: groups[0].entries[3].agency".
func (n Node) Where() string { return n.at.where(n.path) }

// Report records a fault of the importer's own rules at n: the code and messages of
// a fault.Reason or *fault.Fault, or one finding for each of its violations. It
// records nothing if the value is already known to be missing or malformed.
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

// Text returns a text as written: 012 is "012", 1.10 is "1.10", no is "no". It
// refuses the characters that package text refuses.
func (n Node) Text() string {
	return n.Clean(func(written string) (string, error) {
		_, err := text.Rule{Kind: text.Paragraph}.Tidy(written)
		return written, err
	})
}

// Clean returns a text as clean returns it, the method of a kind of libs/text:
// an importer keeps what people wrote in this form.
func (n Node) Clean(clean func(string) (string, error)) string {
	if !n.is(yaml.ScalarNode, ValueNotText) {
		return ""
	}
	kept, err := clean(n.written())
	if err != nil {
		n.refuse(err)
		return ""
	}
	return kept
}

// written returns a scalar as written. No white space is part of a bare one at its ends,
// whichever it is.
func (n Node) written() string {
	if n.yaml.Style == 0 {
		return strings.TrimFunc(n.yaml.Value, isOdd)
	}
	return n.yaml.Value
}

// OneOf returns a text that must be one of the allowed ones.
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

// Int returns a whole number of 32 bits without leading zeros, quoted or bare;
// counts and ranks have this range.
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

// Date returns a civil date as written, "2024-12-31", after checking that the
// calendar has it.
func (n Node) Date() string {
	return scalar(n, ValueNotDate, func(text string) (string, error) {
		_, err := civil.Parse(text)
		return text, err
	})
}

// Bool returns true or false; it does not accept yes, on and 1.
func (n Node) Bool() bool {
	return scalar(n, ValueNotBool, func(text string) (bool, error) {
		if text != "true" && text != "false" {
			return false, strconv.ErrSyntax
		}
		return text == "true", nil
	})
}

// scalar reads n with parse, or records malformed with the text of n.
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

// is reports whether n has a value of this kind; if not, it records missing or
// otherwise.
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

// isBlank reports whether y is null, empty or white space: for the person who fills
// in a file, all three mean that the value is left out.
func isBlank(y *yaml.Node) bool {
	return y.Kind == yaml.ScalarNode && (y.Tag == "!!null" || text.Show(y.Value) == "")
}
