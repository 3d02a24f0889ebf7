package yamldoc

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Field is one key of a mapping with its value.
type Field struct {
	// Key is the key as a Node, so that a fault of the key has its own position.
	Key   Node
	Value Node
}

// Fields returns the entries of a mapping whose keys are data, such as agencies, in
// the order of the file. A key that is not a text or is repeated is recorded and
// omitted.
func (n Node) Fields() []Field {
	if !n.is(yaml.MappingNode, ValueNotMap) {
		return nil
	}
	var fields []Field
	lines := make(map[string]int)
	for i := 0; i+1 < len(n.yaml.Content); i += 2 {
		key, value := n.field(n.yaml.Content[i], n.yaml.Content[i+1])
		if key.yaml.Kind != yaml.ScalarNode || isBlank(key.yaml) {
			key.refuse(KeyNotText)
			continue
		}
		if line, twice := lines[key.yaml.Value]; twice {
			key.refuse(KeyTwice.With(clip(key.yaml.Value), line))
			continue
		}
		lines[key.yaml.Value] = key.Line()
		fields = append(fields, Field{Key: key, Value: value})
	}
	return fields
}

// Map is a mapping with the keys of a format. The zero Map records nothing.
type Map struct {
	node   Node
	known  []string
	values map[string]Node
}

// Map reads a mapping that may have only the known keys; every other key is
// recorded.
func (n Node) Map(known ...string) Map {
	if !n.is(yaml.MappingNode, ValueNotMap) {
		return Map{}
	}
	m := Map{node: n, known: known, values: make(map[string]Node)}
	for _, f := range n.Fields() {
		key := f.Key.yaml.Value
		if !slices.Contains(known, key) {
			f.Key.refuse(KeyUnknown.With(clip(key), strings.Join(known, ", ")))
			continue
		}
		m.values[key] = f.Value
	}
	return m
}

// Need returns the value at key. If it is absent, null or blank, a finding is
// recorded and the returned Node is silent.
func (m Map) Need(key string) Node {
	n := m.Maybe(key)
	if n.doc != nil && !n.Present() {
		n.Report(ValueMissing)
		return Node{}
	}
	return n
}

// Maybe returns the value at key, which may be absent; null and blank count as
// absent. It panics for a key that is not among the known ones, because that is a
// mistake of the importer.
func (m Map) Maybe(key string) Node {
	if m.node.doc == nil {
		return Node{}
	}
	if !slices.Contains(m.known, key) {
		panic(fmt.Sprintf("yamldoc: key %q is read but was not declared in Map(%s)", key, strings.Join(m.known, ", ")))
	}
	absent := Node{doc: m.node.doc, path: join(m.node.path, key), at: m.node.at}
	n, ok := m.values[key]
	if !ok {
		return absent
	}
	if isBlank(n.yaml) {
		absent.at = n.at
		return absent
	}
	return n
}
