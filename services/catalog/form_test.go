package catalog_test

import (
	"encoding/json"
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	typev1 "github.com/parindex/parindex/proto/gen/parindex/type/v1"
	"github.com/parindex/parindex/services/catalog/pack"
)

// TestFormIsTheContract keeps pack/form.json, by which regulation files are read
// without messages, what the contract says of a regulation's content; -update
// rewrites it.
func TestFormIsTheContract(t *testing.T) {
	form := formOf(t, new(catalogv1.RegulationContent).ProtoReflect().Descriptor())
	data, err := json.MarshalIndent(form, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "pack/form.json", string(data)+"\n")
}

// formOf is the form of a message: its fields in the order of their declaration.
func formOf(t *testing.T, m protoreflect.MessageDescriptor) []pack.Field {
	t.Helper()
	var fields []pack.Field
	for i := range m.Fields().Len() {
		d := m.Fields().Get(i)
		f := pack.Field{Key: d.JSONName()}
		if one := d.ContainingOneof(); one != nil && !one.IsSynthetic() {
			f.OneOf = string(one.Name())
			rules, _ := proto.GetExtension(one.Options(), validate.E_Oneof).(*validate.OneofRules)
			f.OneOfNeeded = rules.GetRequired()
		}
		rules, _ := proto.GetExtension(d.Options(), validate.E_Field).(*validate.FieldRules)
		switch {
		case d.IsMap():
			f.Kind, f.Dictionary, f.Most = "map", true, count(rules.GetMap().GetMaxPairs())
			f.Pattern, f.Fields = rules.GetMap().GetKeys().GetString().GetPattern(), formOf(t, d.MapValue().Message())
		case d.IsList():
			list := rules.GetRepeated()
			f.List, f.Least, f.Most, f.Distinct = true, count(list.GetMinItems()), count(list.GetMaxItems()), list.GetUnique()
			f.Need = f.Least > 0
			if f.Most == 0 {
				t.Errorf("%s has no max_items", d.FullName())
			}
			item := pack.Field{}
			describe(t, &item, d, list.GetItems())
			f.Kind, f.Fields, f.Values, f.Pattern, f.Longest = item.Kind, item.Fields, item.Values, item.Pattern, item.Longest
		default:
			describe(t, &f, d, rules)
		}
		fields = append(fields, f)
	}
	return fields
}

// describe fills in what one value of a field is.
func describe(t *testing.T, f *pack.Field, d protoreflect.FieldDescriptor, rules *validate.FieldRules) {
	t.Helper()
	switch d.Kind() {
	case protoreflect.MessageKind:
		f.Kind, f.Fields, f.Need = "map", formOf(t, d.Message()), rules.GetRequired()
	case protoreflect.EnumKind:
		f.Kind, f.Values = "enum", words(d.Enum())
		f.Need = len(rules.GetEnum().GetNotIn()) > 0
	case protoreflect.BoolKind:
		f.Kind = "bool"
		if rules.GetBool().GetConst() {
			f.Values = []string{"true"}
		}
	case protoreflect.Int32Kind:
		f.Kind = "int"
		least, most := int(rules.GetInt32().GetGte()), int(rules.GetInt32().GetLte())
		f.Least, f.Most, f.Need = least, most, least > 0
	case protoreflect.StringKind:
		describeText(f, d, rules)
	default:
		t.Fatalf("%s: the form has no %s", d.FullName(), d.Kind())
	}
}

func describeText(f *pack.Field, d protoreflect.FieldDescriptor, rules *validate.FieldRules) {
	text := rules.GetString()
	has := func(x any) bool { is, _ := x.(bool); return is }
	f.Kind, f.Longest = "text", count(text.GetMaxLen())
	switch {
	case has(proto.GetExtension(text, typev1.E_Points)):
		f.Kind = "points"
	case has(proto.GetExtension(text, typev1.E_CivilDate)):
		f.Kind = "date"
	case has(proto.GetExtension(text, typev1.E_Slug)):
		f.Pattern = `^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$`
	case has(proto.GetExtension(text, typev1.E_Item)):
		f.Pattern = `^[a-z]([a-z0-9-]{0,62}[a-z0-9])?([.][0-9A-Za-z]{1,8}){1,6}$`
	default:
		f.Pattern = text.GetPattern()
	}
	shaped := f.Kind != "text" || f.Pattern != ""
	f.Need = f.OneOf == "" && !d.HasOptionalKeyword() && (text.GetMinLen() > 0 || shaped && rules.GetIgnore() != validate.Ignore_IGNORE_IF_ZERO_VALUE)
}

// words are the values of an enum without its prefix and its zero.
func words(e protoreflect.EnumDescriptor) []string {
	zero := string(e.Values().Get(0).Name())
	prefix := strings.TrimSuffix(zero, "UNSPECIFIED")
	var words []string
	for i := 1; i < e.Values().Len(); i++ {
		words = append(words, strings.TrimPrefix(string(e.Values().Get(i).Name()), prefix))
	}
	return words
}

// count is a limit of the contract.
func count(n uint64) int { return int(n) } //nolint:gosec // at most some millions
