package pack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/text"
	"github.com/parindex/parindex/libs/yamldoc"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

const (
	// RegulationFormat is the format of a whole regulation, the value of a file's
	// first key.
	RegulationFormat = "parindex.regulation/1"
	// MaxRegulationBytes is the largest file of a regulation.
	MaxRegulationBytes = 3 << 20
)

// Regulation is a file that has the form of a regulation; its rules may be wrong.
type Regulation struct {
	Content regulation.Content

	doc *yamldoc.Doc
	// nodes are the values of the file by their places in Content.
	nodes map[string]yamldoc.Node
}

// ReadRegulation reads a regulation file of at most MaxRegulationBytes. It fails
// with REGULATION_FILE_INVALID, whose violations list every fault of the form with
// its line.
func ReadRegulation(data []byte) (*Regulation, error) {
	r := &reader{doc: yamldoc.Parse(data, yamldoc.Limits{Bytes: MaxRegulationBytes}), nodes: map[string]yamldoc.Node{}}
	tree := r.file(RegulationFormat, Form())
	if err := r.doc.Err(RegulationFileInvalid); err != nil {
		return nil, err
	}
	r.nodes[""] = r.doc.Root()
	read := &Regulation{doc: r.doc, nodes: r.nodes}
	return read, decode(tree, &read.Content)
}

// Refuse returns REGULATION_FILE_INVALID with the errors of r's Content, at their
// lines, or nil. It is no error of a file that a draft has no decision or only a
// structure.
func (r *Regulation) Refuse() error { return r.RefuseFor(r.Content.Wrong()) }

// RefuseFor returns REGULATION_FILE_INVALID with what was found wrong with r's
// Content, at its lines, or nil if there is nothing.
func (r *Regulation) RefuseFor(found []Finding) error {
	for _, f := range found {
		nearest(r.nodes, f.Place).Report(f.Violation().Reason())
	}
	return r.doc.Err(RegulationFileInvalid)
}

// Where returns where an error is in the file, as RefuseFor does, with the node that
// it is in: "line 23: criteriaSets[0].nodes[2].item.maxPoints (i.1.1)". Of anything
// else it returns the Path.
func (r *Regulation) Where(f Finding) string {
	return where(f, nearest(r.nodes, f.Place).Where())
}

// Told returns nothing: people see all of a YAML file.
func (r *Regulation) Told() []Finding { return nil }

// decode makes what is read a part of a content. It fails with
// REGULATION_FILE_INVALID where a rule cannot be made of its parts.
func decode(tree map[string]any, into any) error {
	delete(tree, "format")
	data, err := json.Marshal(tree)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return RegulationFileInvalid.Because(fmt.Errorf("making a regulation of its file: %w", err))
	}
	return nil
}

// reader reads a document by a form into the canonical form's maps and lists.
type reader struct {
	doc   *yamldoc.Doc
	nodes map[string]yamldoc.Node
}

// file reads a document whose first key is its format.
func (r *reader) file(name string, fields []Field) map[string]any {
	root := r.doc.Root()
	form := Field{Key: "format", Kind: "text", Need: true}
	if tag := root.Map(keys(slices.Concat([]Field{form}, fields))...).Need("format"); tag.Present() && tag.Text() != name {
		tag.Report(yamldoc.FormatUnknown.With(clip(tag.Text()), name))
		return nil // the rest follows other rules
	}
	return r.fields(slices.Concat([]Field{form}, fields), root, "")
}

func keys(fields []Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Key
	}
	return names
}

// noBasis is the short form of a basis that names nothing.
const noBasis = "none"

func (r *reader) fields(fields []Field, n yamldoc.Node, place string) map[string]any {
	m, read := n.Map(keys(fields)...), map[string]any{}
	chosen := map[string][]string{} // the keys that are there, by what they are one of
	for _, f := range fields {
		value := m.Maybe(f.Key)
		if !value.Present() {
			if f.Need {
				m.Need(f.Key)
			}
			continue
		}
		at := join(place, f.Key)
		r.nodes[at] = value
		read[f.Key] = r.field(f, value, at)
		if f.OneOf != "" {
			chosen[f.OneOf] = append(chosen[f.OneOf], f.Key)
		}
	}
	for _, oneOf := range oneOfs(fields) {
		among := slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return f.OneOf != oneOf })
		switch found := chosen[oneOf]; {
		case len(found) > 1:
			n.Report(KeysExclude.With(strings.Join(found, ", ")))
		case len(found) == 0 && among[0].OneOfNeeded:
			n.Report(KeyOfSeveralMissing.With(strings.Join(keys(among), ", ")))
		}
	}
	return read
}

// oneOfs are the groups of fields of which one can be there, in order.
func oneOfs(fields []Field) []string {
	var names []string
	for _, f := range fields {
		if f.OneOf != "" && !slices.Contains(names, f.OneOf) {
			names = append(names, f.OneOf)
		}
	}
	return names
}

// dictionary reads a mapping whose keys are data.
func (r *reader) dictionary(f Field, n yamldoc.Node, place string) map[string]any {
	read := map[string]any{}
	for _, line := range n.Fields() {
		key := line.Key.Text()
		if err := f.misshapen(key); err != nil {
			line.Key.Report(err)
		}
		at := fmt.Sprintf("%s[%q]", place, key)
		r.nodes[at] = line.Value
		read[key] = r.fields(f.Fields, line.Value, at)
	}
	if f.Most > 0 && len(read) > f.Most {
		n.Report(regulation.ListTooLong.With(f.Most))
	}
	return read
}

func join(place, name string) string {
	if place == "" {
		return name
	}
	return place + "." + name
}

func (r *reader) field(f Field, n yamldoc.Node, place string) any {
	if !f.List {
		return r.value(f, n, place)
	}
	entries := n.List()
	if len(entries) > f.Most {
		n.Report(regulation.ListTooLong.With(f.Most))
	}
	if len(entries) < f.Least {
		n.Report(yamldoc.ValueMissing)
	}
	read, seen := make([]any, len(entries)), map[any]bool{}
	for i, entry := range entries {
		at := fmt.Sprintf("%s[%d]", place, i)
		r.nodes[at] = entry
		read[i] = r.value(f, entry, at)
		if f.Distinct && seen[read[i]] {
			entry.Report(EntryTwice.With(read[i]))
		}
		if f.Distinct {
			seen[read[i]] = true
		}
	}
	return read
}

// value reads one value, or a zero one after a finding.
func (r *reader) value(f Field, n yamldoc.Node, place string) any {
	switch f.Kind {
	case "map":
		if f.Dictionary {
			return r.dictionary(f, n, place)
		}
		if f.Key == "basis" && !n.IsMap() {
			n.OneOf(noBasis)
			return map[string]any{}
		}
		return r.fields(f.Fields, n, place)
	case "points":
		return n.Points().String()
	case "date":
		return n.Date()
	case "bool":
		if len(f.Values) > 0 {
			return n.OneOf(f.Values...) == "true"
		}
		return n.Bool()
	case "enum":
		return n.OneOf(f.Values...)
	case "int":
		i := n.Int()
		if err := f.outOfRange(i); err != nil {
			n.Report(err)
		}
		return i
	}
	if f.pattern == nil {
		return n.Clean(f.rule().Tidy)
	}
	code := n.Text()
	if err := f.misshapen(code); code != "" && err != nil {
		n.Report(err)
	}
	return code
}

// paragraphs are the keys of texts of several lines.
var paragraphs = []string{"guidance", "content", "finding", "note", "text", "expression"}

// rule is what the texts of f keep to. Validate warns of legacy encodings.
func (f Field) rule() text.Rule {
	kind := text.Name
	if slices.Contains(paragraphs, f.Key) {
		kind = text.Paragraph
	}
	return text.Rule{Kind: kind, Most: f.Longest}
}
