package pack

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"sync"
)

// Field is a key of a regulation file: a field of
// parindex.catalog.v1.RegulationContent or of a message in it, with the rules that
// the contract has for its values.
type Field struct {
	// Key is the key in a file, the field's name in JSON.
	Key string `json:"key"`
	// Kind is text, points, date, int, bool, enum or map.
	Kind string `json:"kind"`
	// List means that the value is a list of such values.
	List bool `json:"list,omitempty"`
	// Need means that the value cannot be left out.
	Need bool `json:"need,omitempty"`
	// Least and Most bound an int, or how many entries a list has.
	Least int `json:"least,omitempty"`
	Most  int `json:"most,omitempty"`
	// Distinct means that no entry is twice in a list.
	Distinct bool `json:"distinct,omitempty"`
	// Longest is how many characters a text has at most; 0: the pattern bounds it.
	Longest int    `json:"longest,omitempty"`
	Pattern string `json:"pattern,omitempty"`
	// Values are those of an enum, without the prefix that the contract gives them,
	// or the one that a bool can have.
	Values []string `json:"values,omitempty"`
	// OneOf names the fields of which at most one is there, OneOfNeeded exactly one.
	OneOf       string `json:"oneOf,omitempty"`
	OneOfNeeded bool   `json:"oneOfNeeded,omitempty"`
	// Dictionary means that the keys are data, which Pattern bounds, and that each
	// value is a map of Fields.
	Dictionary bool `json:"dictionary,omitempty"`
	// Fields are the keys of a map.
	Fields []Field `json:"fields,omitempty"`

	pattern *regexp.Regexp
}

//go:embed form.json
var formJSON []byte

// form is the form of a regulation's content. The contract is its source; a test
// of the service compares the two.
var form = sync.OnceValue(func() []Field {
	var fields []Field
	if err := json.Unmarshal(formJSON, &fields); err != nil {
		panic(fmt.Sprintf("reading the form of a regulation: %v", err))
	}
	compile(fields)
	return fields
})

func compile(fields []Field) {
	for i := range fields {
		if fields[i].Pattern != "" {
			fields[i].pattern = regexp.MustCompile(fields[i].Pattern)
			if !fields[i].pattern.MatchString(examples[fields[i].Pattern]) {
				panic("pack: no example has the form " + fields[i].Pattern)
			}
		}
		compile(fields[i].Fields)
	}
}

// Form returns the keys of a regulation file beside "format", in their order.
func Form() []Field { return form() }

// outOfRange is what is wrong with an int, or nil.
func (f Field) outOfRange(i int) error {
	switch {
	case f.Most > 0 && (i < f.Least || i > f.Most):
		return NumberOutOfRange.With(i, f.Least, f.Most)
	case i < f.Least:
		return NumberTooLow.With(i, f.Least)
	}
	return nil
}

// examples are texts of the form of each pattern.
var examples = map[string]string{
	`^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$`:                        "so-noi-vu",
	`^[a-z]([a-z0-9-]{0,62}[a-z0-9])?$`:                           "iii",
	`^[a-z]([a-z0-9-]{0,62}[a-z0-9])?([.][0-9A-Za-z]{1,8}){1,6}$`: "i.4.1.2",
	`^[0-9A-Za-z]{1,8}([.][0-9A-Za-z]{1,8}){0,5}$`:                "4.1.2",
	`^[a-z][a-z0-9_]{0,63}$`:                                      "so_ho_so",
	`^[A-Z][A-Z0-9_]{2,63}$`:                                      "TOTAL_DIFFERS",
	`^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`:                  "11-30",
}

// misshapen is what is wrong with the form of a text, or nil.
func (f Field) misshapen(text string) error {
	if f.pattern == nil || f.pattern.MatchString(text) {
		return nil
	}
	return TextMisshapen.With(clip(text), examples[f.Pattern])
}

// one returns the field of a key.
func one(fields []Field, key string) Field {
	for _, f := range fields {
		if f.Key == key {
			return f
		}
	}
	panic("pack: no key " + key)
}
