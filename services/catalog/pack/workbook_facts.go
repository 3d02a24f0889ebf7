package pack

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/parindex/parindex/libs/text"
	"github.com/parindex/parindex/libs/workbook"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// A map in one cell is written as one fact a line: "Đã thực hiện: 14". A line names
// the field by its word and, where keys are data, the key after it.

// fact is a line of such a cell.
type fact struct {
	path  []Field // from the map to the field
	label string
	key   string // the label's
	// keyed means that keys are data, so that one follows the label.
	keyed bool
}

// factsOf returns the lines that a map can have.
func factsOf(f Field) []fact {
	var all []fact
	var walk func(fields []Field, above []Field)
	walk = func(fields, above []Field) {
		for _, f := range fields {
			path := slices.Concat(above, []Field{f})
			if f.Kind != "map" || !f.Dictionary {
				label := labelOf(path)
				keyed := slices.ContainsFunc(path, func(f Field) bool { return f.Dictionary })
				all = append(all, fact{path, label, text.Key(label), keyed})
			}
			walk(f.Fields, path)
		}
	}
	walk(f.Fields, nil)
	return all
}

func labelOf(path []Field) string {
	key := strings.Join(keys(path), ".")
	if label, ok := factWords[key]; ok {
		return label
	}
	return key
}

// factLines writes a map.
func factLines(f Field, tree map[string]any) string {
	var lines []string
	var walk func(fields []Field, above []Field, tree map[string]any, key string)
	walk = func(fields, above []Field, tree map[string]any, key string) {
		for _, f := range fields {
			value, ok := tree[f.Key]
			if !ok {
				continue
			}
			path := slices.Concat(above, []Field{f})
			below, isMap := value.(map[string]any)
			switch {
			case isMap && f.Dictionary:
				for _, key := range slices.Sorted(maps.Keys(below)) {
					entry, _ := below[key].(map[string]any)
					walk(f.Fields, path, entry, " "+key)
				}
			case isMap && len(below) > 0:
				walk(f.Fields, path, below, key)
			case isMap:
				lines = append(lines, labelOf(path)+":")
			default:
				lines = append(lines, labelOf(path)+key+": "+cellText(f, "", value))
			}
		}
	}
	walk(f.Fields, nil, tree, "")
	return strings.Join(lines, "\n")
}

// cellText is the text of a cell for a value that is no map.
func cellText(f Field, path string, value any) string {
	if list, ok := value.([]any); ok {
		texts := make([]string, len(list))
		for i, entry := range list {
			texts[i] = fmt.Sprint(entry)
		}
		return strings.Join(texts, "; ")
	}
	switch value := value.(type) {
	case bool:
		return shown(Field{Kind: "bool"}, "", strconv.FormatBool(value))
	case json.Number:
		return value.String()
	case string:
		if f.Kind == "enum" {
			return shown(f, path, value)
		}
		return value
	}
	return fmt.Sprint(value)
}

// facts reads what factLines writes; all are the lines that f can have.
func (r *workbookReader) facts(f Field, all []fact, text string, at workbook.Spot) map[string]any {
	tree := map[string]any{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		label, value, _ := strings.Cut(line, ":")
		if !r.fact(tree, all, strings.TrimSpace(label), strings.TrimSpace(value), at) {
			r.report(at, FactUnknown.With(clip(line), strings.Join(labels(all), ", ")))
		}
	}
	r.checkFacts(f.Fields, tree, nil, at)
	return tree
}

func labels(all []fact) []string {
	var texts []string
	for _, f := range all {
		texts = append(texts, f.label)
	}
	return texts
}

// fact puts the value of one line into the field that its label names.
func (r *workbookReader) fact(tree map[string]any, all []fact, label, value string, at workbook.Spot) bool {
	bare, key := label, ""
	if i := strings.LastIndex(label, " "); i >= 0 {
		bare, key = label[:i], label[i+1:]
	}
	whole, first := text.Key(label), text.Key(bare)
	for _, f := range all {
		if f.keyed && (key == "" || first != f.key) || !f.keyed && whole != f.key {
			continue
		}
		last := f.path[len(f.path)-1]
		into := tree
		for _, step := range f.path[:len(f.path)-1] {
			into = child(into, step.Key)
			if step.Dictionary {
				if err := step.misshapen(key); err != nil {
					r.report(at, err)
				}
				into = child(into, key)
			}
		}
		if last.Kind == "map" {
			child(into, last.Key)
			return true
		}
		if _, twice := into[last.Key]; twice {
			r.report(at, FactTwice.With(clip(label)))
		}
		into[last.Key] = r.text(last, "", value, at)
		return true
	}
	return false
}

func child(tree map[string]any, key string) map[string]any {
	m, ok := tree[key].(map[string]any)
	if !ok {
		m = map[string]any{}
		tree[key] = m
	}
	return m
}

// checkFacts reports which of several facts exclude each other or are missing.
func (r *workbookReader) checkFacts(fields []Field, tree map[string]any, above []Field, at workbook.Spot) {
	labelled := func(f Field) string {
		path := slices.Concat(above, []Field{f})
		for f.Kind == "map" && len(f.Fields) > 0 { // the first of its lines
			f = f.Fields[0]
			path = append(path, f)
		}
		return labelOf(path)
	}
	r.oneOf(fields, func(f Field) bool { _, ok := tree[f.Key]; return ok }, labelled, func(Field) workbook.Spot { return at })
	for _, f := range fields {
		value, ok := tree[f.Key]
		if !ok {
			if f.Need {
				r.report(at, FactMissing.With(labelled(f)))
			}
			continue
		}
		below, isMap := value.(map[string]any)
		switch {
		case isMap && f.Dictionary:
			for _, key := range slices.Sorted(maps.Keys(below)) {
				entry, _ := below[key].(map[string]any)
				r.checkFacts(f.Fields, entry, slices.Concat(above, []Field{f}), at)
			}
			if f.Most > 0 && len(below) > f.Most {
				r.report(at, regulation.ListTooLong.With(f.Most))
			}
		case isMap:
			r.checkFacts(f.Fields, below, slices.Concat(above, []Field{f}), at)
		}
	}
}
