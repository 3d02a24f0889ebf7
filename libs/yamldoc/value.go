package yamldoc

import (
	"go.yaml.in/yaml/v3"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/workbook"
)

// Value is a value that an importer builds of a workbook, so that the same code reads
// both forms of its files: a text, a list or a mapping.
type Value struct {
	At   workbook.Spot
	Text string
	List []Value
	Map  []Pair
}

// Pair is an entry of a mapping.
type Pair struct {
	Key   string
	Value Value
}

// Build returns a document of values, or without content if root is nil, and with what
// is already found wrong. Its findings name cells.
func Build(root *Value, found []fault.Violation, at []workbook.Spot) *Doc {
	d := &Doc{limits: Limits{}.orDefaults(), faulty: map[*yaml.Node]bool{}, places: map[*yaml.Node]position{}}
	for i, v := range found {
		d.add(placed(at[i]), "", v.Reason())
	}
	if root != nil {
		d.root = d.built(*root)
	}
	return d
}

func placed(at workbook.Spot) position {
	return position{sheet: at.Sheet, place: at.String(), line: at.Row, column: at.Column}
}

// built returns the node of a value.
func (d *Doc) built(v Value) *yaml.Node {
	y := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v.Text}
	switch {
	case v.List != nil:
		y = &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range v.List {
			y.Content = append(y.Content, d.built(item))
		}
	case v.Map != nil:
		y = &yaml.Node{Kind: yaml.MappingNode}
		for _, p := range v.Map {
			y.Content = append(y.Content, d.built(Value{At: p.Value.At, Text: p.Key}), d.built(p.Value))
		}
	}
	d.places[y] = placed(v.At)
	return y
}
