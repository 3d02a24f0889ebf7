package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/parindex/parindex/libs/fault"
)

// rule is a validation rule of a contract.
type rule struct {
	id string
	// bounds are what the rule allows, as libs/rpc hands them to fault.Validation.
	bounds []string
	where  protoreflect.FullName
}

// TestEveryRuleHasItsTexts reads every contract and the shared validation rules;
// this package links all of them. Each rule must have texts of its own that name
// its bounds. For a pattern, which people cannot read, they must describe the form
// in words.
func TestEveryRuleHasItsTexts(t *testing.T) {
	var rules []rule
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(string(file.Package()), "parindex.") {
			for i := range file.Extensions().Len() {
				rules = append(rules, predefined(file.Extensions().Get(i))...)
			}
			rules = append(rules, rulesOfMessages(file.Messages())...)
		}
		return true
	})
	for _, id := range []string{
		"string.slug", "string.points", "string.civil_date", "string.request_id", "string.min_len", "string.max_len", "string.pattern",
		"int32.gte_lte", "enum.not_in", "repeated.max_items",
	} {
		if !slices.ContainsFunc(rules, func(r rule) bool { return r.id == id }) {
			t.Errorf("the walk has not found %s", id)
		}
	}
	general := fault.Validation("f", "no_such.rule", "")
	for _, r := range rules {
		v := fault.Validation("f", r.id, "", r.bounds...)
		family, _, _ := strings.Cut(r.id, ".")
		shared := fault.Validation("f", family+".no_such", "")
		if v.Vi == general.Vi || v.En == general.En || v.Vi == shared.Vi && family != "timestamp" && family != r.id {
			t.Errorf("rule %s of %s has no texts in libs/fault", r.id, r.where)
		}
		for _, bound := range r.bounds {
			names := strings.Contains(v.Vi, bound) && strings.Contains(v.En, bound)
			if names == (r.id == "string.pattern") {
				t.Errorf("rule %s of %s, bound %q: %q %q", r.id, r.where, bound, v.Vi, v.En)
			}
		}
	}
}

func rulesOfMessages(all protoreflect.MessageDescriptors) []rule {
	var rules []rule
	for i := range all.Len() {
		m := all.Get(i)
		for j := range m.Fields().Len() {
			field := m.Fields().Get(j)
			if set, ok := extension(field.Options(), "buf.validate.field"); ok {
				rules = append(rules, rulesOfField(set, field)...)
			}
		}
		rules = append(rules, rulesOfMessages(m.Messages())...)
	}
	return rules
}

// rulesOfField returns the rules of a field: "required", "string.min_len", the
// predefined rules, and the rules for the entries of lists.
func rulesOfField(set protoreflect.Message, field protoreflect.FieldDescriptor) []rule {
	var rules []rule
	set.Range(func(kind protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case kind.Name() == "required":
			rules = append(rules, rule{id: "required", where: field.FullName()})
		case kind.Name() == "cel":
			rules = append(rules, celRules(v.List(), field.FullName())...)
		case kind.Kind() == protoreflect.MessageKind && !kind.IsList():
			rules = append(rules, rulesOfKind(string(kind.Name()), v.Message(), field)...)
		}
		return true
	})
	return rules
}

// rulesOfKind returns the rules for strings, numbers, lists and so on. The two ends
// of a range are one rule, as protovalidate reports them.
func rulesOfKind(kind string, set protoreflect.Message, field protoreflect.FieldDescriptor) []rule {
	var rules []rule
	ends := map[string]string{}
	set.Range(func(d protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch name := string(d.Name()); {
		case d.IsExtension():
			rules = append(rules, predefined(d)...)
		case slices.Contains([]string{"items", "keys", "values"}, name):
			rules = append(rules, rulesOfField(value.Message(), field)...)
		case slices.Contains([]string{"gt", "gte", "lt", "lte"}, name):
			ends[name] = value.String()
		default:
			rules = append(rules, rule{kind + "." + name, boundsOf(kind, d, value, field), field.FullName()})
		}
		return true
	})
	if names := slices.Sorted(maps.Keys(ends)); len(names) > 0 {
		r := rule{id: kind + "." + strings.Join(names, "_"), where: field.FullName()}
		for _, name := range names {
			r.bounds = append(r.bounds, ends[name])
		}
		rules = append(rules, r)
	}
	return rules
}

// boundsOf returns what a rule allows: the values of an enum by name, those of a
// list with commas, else its value. A rule that is only switched on has no bounds.
func boundsOf(kind string, d protoreflect.FieldDescriptor, value protoreflect.Value, field protoreflect.FieldDescriptor) []string {
	var values []string
	switch {
	case kind == "enum":
		for i := 1; i < field.Enum().Values().Len(); i++ {
			values = append(values, string(field.Enum().Values().Get(i).Name()))
		}
	case d.IsList():
		for i := range value.List().Len() {
			listed := value.List().Get(i).String()
			if kind == "field_mask" {
				listed = fault.JSONPath(listed)
			}
			values = append(values, listed)
		}
	case d.Kind() == protoreflect.BoolKind && d.Name() != "const":
		return nil
	default:
		values = []string{value.String()}
	}
	return []string{strings.Join(values, ", ")}
}

func predefined(d protoreflect.FieldDescriptor) []rule {
	m, ok := extension(d.Options(), "buf.validate.predefined")
	if !ok {
		return nil
	}
	return celRules(m.Get(m.Descriptor().Fields().ByName("cel")).List(), d.FullName())
}

func celRules(list protoreflect.List, where protoreflect.FullName) []rule {
	rules := make([]rule, list.Len())
	for i := range rules {
		m := list.Get(i).Message()
		rules[i] = rule{id: m.Get(m.Descriptor().Fields().ByName("id")).String(), where: where}
	}
	return rules
}

// extension returns the message that an option holds.
func extension(options proto.Message, name protoreflect.FullName) (value protoreflect.Message, found bool) {
	options.ProtoReflect().Range(func(d protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if d.FullName() == name {
			value, found = v.Message(), true
		}
		return !found
	})
	return value, found
}
