package pack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// WriteRegulation writes content as a regulation file, keys in the order of the
// contract. ReadRegulation makes the same content of it, provided that it has the
// form that the contract asks for. Equal content has equal bytes.
func WriteRegulation(content regulation.Content) ([]byte, error) {
	tree, err := treeOf(content)
	if err != nil {
		return nil, fmt.Errorf("writing the regulation %q: %w", content.Title, err)
	}
	root := writeFields(Form(), tree)
	root.Content = append([]*yaml.Node{scalar("format"), scalar(RegulationFormat)}, root.Content...)
	root.Style = 0
	var file bytes.Buffer
	encoder := yaml.NewEncoder(&file)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("writing the regulation %q: %w", content.Title, err)
	}
	return file.Bytes(), encoder.Close()
}

// treeOf returns content as the maps and lists of its canonical form.
func treeOf(content regulation.Content) (map[string]any, error) {
	data, err := canonical.JSON(content)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var tree map[string]any
	return tree, decoder.Decode(&tree)
}

// inLine is how many characters of keys and texts a mapping can have to be
// written in one line.
const inLine = 100

func writeFields(fields []Field, tree map[string]any) *yaml.Node {
	m, size, flat := &yaml.Node{Kind: yaml.MappingNode}, 0, true
	for _, f := range fields {
		value, ok := tree[f.Key]
		if !ok {
			continue
		}
		node := write(f, value)
		m.Content = append(m.Content, scalar(f.Key), node)
		size += len(f.Key) + utf8.RuneCountInString(node.Value)
		flat = flat && (node.Kind == yaml.ScalarNode && !strings.Contains(node.Value, "\n") || len(node.Content) == 0)
	}
	if flat && size <= inLine {
		m.Style = yaml.FlowStyle
	}
	return m
}

func write(f Field, value any) *yaml.Node {
	if list, ok := value.([]any); ok {
		s := &yaml.Node{Kind: yaml.SequenceNode}
		size, flat := 0, true
		for _, entry := range list {
			node := write(Field{Key: f.Key, Kind: f.Kind, Fields: f.Fields}, entry)
			s.Content = append(s.Content, node)
			size += utf8.RuneCountInString(node.Value)
			flat = flat && node.Kind == yaml.ScalarNode
		}
		if flat && size <= inLine {
			s.Style = yaml.FlowStyle
		}
		return s
	}
	switch value := value.(type) {
	case map[string]any:
		if f.Key == "basis" && len(value) == 0 {
			return scalar(noBasis)
		}
		if f.Dictionary {
			return writeDictionary(f, value)
		}
		return writeFields(f.Fields, value)
	case string:
		return scalar(value)
	default:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(value)}
	}
}

func writeDictionary(f Field, tree map[string]any) *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode}
	for _, key := range slices.Sorted(maps.Keys(tree)) {
		m.Content = append(m.Content, scalar(key), write(Field{Kind: f.Kind, Fields: f.Fields}, tree[key]))
	}
	return m
}

// scalar is a text, which the encoder quotes where it looks like something else.
func scalar(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}
