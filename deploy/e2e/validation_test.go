package e2e

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/parindex/parindex/libs/fault"
)

// TestEveryRuleHasItsTexts reads every contract and the shared validation rules;
// this package links all of them.
func TestEveryRuleHasItsTexts(t *testing.T) {
	ids := map[string]protoreflect.FullName{}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(string(file.Package()), "parindex.") {
			for i := range file.Extensions().Len() {
				predefined(file.Extensions().Get(i), ids)
			}
			messages(file.Messages(), ids)
		}
		return true
	})
	for _, id := range []string{"string.slug", "string.points", "string.civil_date", "string.request_id", "string.min_len", "string.max_len"} {
		if _, found := ids[id]; !found {
			t.Errorf("the walk has not found %s", id)
		}
	}
	for id, where := range ids {
		if v := fault.Validation("f", id, ""); v.Vi == "Giá trị không hợp lệ." || v.En == "The value is not valid." {
			t.Errorf("rule %s of %s has no texts in libs/fault", id, where)
		}
	}
}

func messages(all protoreflect.MessageDescriptors, ids map[string]protoreflect.FullName) {
	for i := range all.Len() {
		m := all.Get(i)
		for j := range m.Fields().Len() {
			field := m.Fields().Get(j)
			if rules, ok := extension(field.Options(), "buf.validate.field"); ok {
				rulesOf(rules, field.FullName(), ids)
			}
		}
		messages(m.Messages(), ids)
	}
}

// rulesOf adds the ids of field rules: "required", "string.min_len", the predefined
// rules, and the rules for the entries of lists.
func rulesOf(rules protoreflect.Message, where protoreflect.FullName, ids map[string]protoreflect.FullName) {
	rules.Range(func(kind protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case kind.Name() == "required":
			ids["required"] = where
		case kind.Name() == "cel":
			celIDs(v.List(), where, ids)
		case kind.Kind() == protoreflect.MessageKind && !kind.IsList():
			v.Message().Range(func(rule protoreflect.FieldDescriptor, value protoreflect.Value) bool {
				switch {
				case rule.IsExtension():
					predefined(rule, ids)
				case rule.Name() == "items" || rule.Name() == "keys" || rule.Name() == "values":
					rulesOf(value.Message(), where, ids)
				default:
					ids[string(kind.Name())+"."+string(rule.Name())] = where
				}
				return true
			})
		}
		return true
	})
}

func predefined(rule protoreflect.FieldDescriptor, ids map[string]protoreflect.FullName) {
	if m, ok := extension(rule.Options(), "buf.validate.predefined"); ok {
		celIDs(m.Get(m.Descriptor().Fields().ByName("cel")).List(), rule.FullName(), ids)
	}
}

func celIDs(rules protoreflect.List, where protoreflect.FullName, ids map[string]protoreflect.FullName) {
	for i := range rules.Len() {
		m := rules.Get(i).Message()
		ids[m.Get(m.Descriptor().Fields().ByName("id")).String()] = where
	}
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
