package yamldoc

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Field is one line of a mapping.
type Field struct {
	// Key is the key as a Text, so that a fault of the key has its own place.
	Key   Node
	Value Node
}

// Fields returns the lines of a mapping whose keys are data, such as agencies,
// in the order of the file. A key that is no text or stands there a second time
// is recorded and left out.
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

// Map is a mapping with the keys of a format. The zero Map is silent.
type Map struct {
	node   Node
	known  []string
	values map[string]Node
}

// Map returns a mapping that may have the known keys and no others; any other
// key is recorded.
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

// Need returns the value at key. If it is absent, null or blank, that is
// recorded and the Node is silent.
func (m Map) Need(key string) Node {
	n := m.Maybe(key)
	if n.doc != nil && !n.Present() {
		n.Report(ValueMissing)
		return Node{}
	}
	return n
}

// Maybe returns the value at key, which may be absent; null and blank count as
// absent. A key that is not among the known ones is a defect of the importer
// and panics.
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
