package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/parindex/parindex/libs/fault"
	typev1 "github.com/parindex/parindex/proto/gen/parindex/type/v1"
)

// message returns a reference to the schema of a message, which it adds to the document.
// A message in a request has a schema of its own, with the rules that the server
// checks.
func (w *writer) message(m protoreflect.MessageDescriptor, input bool) (object, error) {
	name := string(m.FullName())
	if input {
		name += "Input"
	}
	if _, known := w.schemas[name]; !known {
		w.schemas[name] = object{} // a message may contain itself
		schema, err := w.object(m, input, nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.FullName(), err)
		}
		w.schemas[name] = schema
	}
	return reference(name), nil
}

// object returns the schema of a message without the fields named.
func (w *writer) object(m protoreflect.MessageDescriptor, input bool, without map[protoreflect.Name]bool) (object, error) {
	schema, properties := object{"type": "object"}, object{}
	if comment := w.comments[m.FullName()]; comment != "" {
		schema["description"] = comment
	}
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		if without[f.Name()] {
			continue
		}
		property, err := w.field(f, input)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
		properties[f.JSONName()] = property
	}
	schema["properties"] = properties
	if !input {
		return schema, nil
	}
	schema["additionalProperties"] = false
	found, err := w.required(m)
	if err != nil {
		return nil, err
	}
	var required []string
	for i := range m.Fields().Len() {
		if f := m.Fields().Get(i); found[f.Name()] && !without[f.Name()] {
			required = append(required, f.JSONName())
		}
	}
	if required != nil {
		schema["required"] = required
	}
	if groups := oneofs(m); groups != nil {
		schema["allOf"] = groups
	}
	return schema, nil
}

// required returns the fields without which the server refuses a message: those at
// which an empty message breaks a rule.
func (w *writer) required(m protoreflect.MessageDescriptor) (map[protoreflect.Name]bool, error) {
	found := map[protoreflect.Name]bool{}
	err := w.validator.Validate(dynamicpb.NewMessage(m))
	if err == nil {
		return found, nil
	}
	broken, ok := err.(*protovalidate.ValidationError) //nolint:errorlint // never wrapped
	if !ok {
		return nil, err
	}
	for _, v := range broken.Violations {
		if path := v.Proto.GetField().GetElements(); len(path) == 1 {
			found[protoreflect.Name(path[0].GetFieldName())] = true
		}
	}
	return found, nil
}

// oneofs returns a schema for each oneof of a message: one of its fields, or at most
// one.
func oneofs(m protoreflect.MessageDescriptor) []object {
	var all []object
	for i := range m.Oneofs().Len() {
		o := m.Oneofs().Get(i)
		if o.IsSynthetic() {
			continue
		}
		var each []object
		for j := range o.Fields().Len() {
			each = append(each, object{"required": []string{o.Fields().Get(j).JSONName()}})
		}
		rules, _ := proto.GetExtension(o.Options(), validate.E_Oneof).(*validate.OneofRules)
		if !rules.GetRequired() {
			each = append(each, object{"not": object{"anyOf": slices.Clone(each)}})
		}
		all = append(all, object{"oneOf": each})
	}
	return all
}

// field returns the schema of a field, with its comment and, in a request, its rules.
func (w *writer) field(f protoreflect.FieldDescriptor, input bool) (object, error) {
	rules, _ := proto.GetExtension(f.Options(), validate.E_Field).(*validate.FieldRules)
	if !input {
		rules = nil
	}
	var schema object
	var err error
	switch {
	case f.IsMap():
		schema, err = w.mapOf(f, given(rules.GetMap()), input)
	case f.IsList():
		schema, err = w.listOf(f, given(rules.GetRepeated()), input)
	default:
		schema, err = w.value(f, rules, input)
	}
	if err != nil {
		return nil, err
	}
	comment := w.comments[f.FullName()]
	if input {
		w.inRequest(f, schema, comment)
		if kind, _ := proto.GetExtension(f.Options(), typev1.E_Text).(typev1.TextKind); kind != 0 {
			comment += "\n" + w.comments[protoreflect.FullName("parindex.type.v1."+kind.String())]
		}
	}
	if f.Message() != nil && f.Message().FullName() == "google.protobuf.FieldMask" {
		comment += "\nThe form: names of fields, separated by commas without spaces."
	}
	schema["description"] = comment
	return schema, nil
}

// standsFor matches the number that 0 stands for in a comment: "0: 50".
var standsFor = regexp.MustCompile(`\b0: (\d+)`)

// inRequest adds the default and an example of a field.
func (w *writer) inRequest(f protoreflect.FieldDescriptor, schema object, comment string) {
	switch {
	case f.IsList() || f.IsMap():
	case f.Kind() == protoreflect.BoolKind && !f.HasPresence():
		schema["default"] = false
	case f.Kind() == protoreflect.Int32Kind:
		if m := standsFor.FindStringSubmatch(comment); m != nil {
			schema["default"], _ = strconv.Atoi(m[1])
		}
	case f.Kind() == protoreflect.StringKind:
		if example := w.example(f, schema, comment); example != "" {
			schema["examples"] = []string{example}
		}
	}
}

var quoted = regexp.MustCompile(`"([^"]+)"`)

// example returns the first text in quotes that the schema allows: of the comment of the
// field or of its rule, else an example of its format; empty if there is none.
func (w *writer) example(f protoreflect.FieldDescriptor, schema object, comment string) string {
	pattern, _ := schema["pattern"].(string)
	allowed := regexp.MustCompile(pattern)
	rules, _ := proto.GetExtension(f.Options(), validate.E_Field).(*validate.FieldRules)
	comments := []string{comment}
	for _, rule := range predefined(rules.GetString()) {
		comments = append(comments, w.comments[rule.FullName()])
	}
	candidates := []string{}
	for _, m := range quoted.FindAllStringSubmatch(strings.Join(comments, ""), -1) {
		candidates = append(candidates, m[1])
	}
	for _, c := range append(candidates, "0198c0de-0000-7000-8000-000000000001", strings.Repeat("0f", 32)) {
		if least, _ := schema["minLength"].(uint64); allowed.MatchString(c) && uint64(utf8.RuneCountInString(c)) >= least && (pattern != "" || slices.Contains(candidates, c)) { //nolint:gosec // a count is not negative
			return c
		}
	}
	return ""
}

func (w *writer) listOf(f protoreflect.FieldDescriptor, rules *validate.RepeatedRules, input bool) (object, error) {
	items, err := w.value(f, rules.GetItems(), input)
	schema := object{"type": "array", "items": items}
	bound(schema, "minItems", rules.MinItems)
	bound(schema, "maxItems", rules.MaxItems)
	if rules.GetUnique() {
		schema["uniqueItems"] = true
	}
	return schema, err
}

func (w *writer) mapOf(f protoreflect.FieldDescriptor, rules *validate.MapRules, input bool) (object, error) {
	keys, err := w.value(f.MapKey(), rules.GetKeys(), input)
	if err != nil {
		return nil, err
	}
	values, err := w.value(f.MapValue(), rules.GetValues(), input)
	schema := object{"type": "object", "propertyNames": keys, "additionalProperties": values}
	bound(schema, "minProperties", rules.MinPairs)
	bound(schema, "maxProperties", rules.MaxPairs)
	return schema, err
}

// given returns rules, or rules that demand nothing.
func given[R any](rules *R) *R {
	if rules == nil {
		return new(R)
	}
	return rules
}

func bound[N uint64 | int32](schema object, keyword string, n *N) {
	if n != nil {
		schema[keyword] = *n
	}
}

// value returns the schema of one value of a field.
func (w *writer) value(f protoreflect.FieldDescriptor, rules *validate.FieldRules, input bool) (object, error) {
	switch f.Kind() {
	case protoreflect.BoolKind:
		schema := object{"type": "boolean"}
		if c := rules.GetBool(); c != nil && c.Const != nil {
			schema["const"] = c.GetConst()
		}
		return schema, nil
	case protoreflect.StringKind:
		return text(given(rules.GetString()))
	case protoreflect.BytesKind:
		return file(given(rules.GetBytes())), nil
	case protoreflect.Int32Kind:
		return number(given(rules.GetInt32())), nil
	case protoreflect.Int64Kind:
		if rules.GetInt64().HasGte() && rules.GetInt64().GetGte() == 0 {
			return object{"type": "string", "format": "int64", "pattern": "^[0-9]+$"}, nil
		}
		return object{"type": "string", "format": "int64", "pattern": "^-?[0-9]+$"}, nil
	case protoreflect.EnumKind:
		return w.enum(f.Enum(), rules.GetEnum()), nil
	case protoreflect.MessageKind:
		return w.nested(f.Message(), rules, input)
	default:
		return nil, fmt.Errorf("fields of kind %s are not written yet", f.Kind())
	}
}

func (w *writer) nested(m protoreflect.MessageDescriptor, rules *validate.FieldRules, input bool) (object, error) {
	switch m.FullName() {
	case "google.protobuf.Timestamp":
		return object{"type": "string", "format": "date-time", "examples": []string{"2024-01-08T17:00:00+07:00"}}, nil
	case "google.protobuf.FieldMask":
		return mask(rules.GetFieldMask()), nil
	}
	return w.message(m, input)
}

// mask returns the schema of a field mask, which JSON writes in one text.
func mask(rules *validate.FieldMaskRules) object {
	var paths []string
	for _, path := range rules.GetIn() {
		paths = append(paths, fault.JSONPath(path))
	}
	one := "(" + strings.Join(paths, "|") + ")"
	return object{
		"type": "string", "pattern": "^(" + one + "(," + one + ")*)?$", "examples": []string{strings.Join(paths, ",")},
	}
}

func number(rules *validate.Int32Rules) object {
	schema := object{"type": "integer", "format": "int32"}
	if rules.HasGte() {
		schema["minimum"] = rules.GetGte()
	}
	if rules.HasGt() {
		schema["exclusiveMinimum"] = rules.GetGt()
	}
	if rules.HasLte() {
		schema["maximum"] = rules.GetLte()
	}
	if rules.HasLt() {
		schema["exclusiveMaximum"] = rules.GetLt()
	}
	if rules.Const != nil {
		schema["const"] = rules.GetConst()
	}
	if in := rules.GetIn(); in != nil {
		schema["enum"] = in
	}
	return schema
}

// file returns the schema of bytes, which JSON writes as base64, with or without the
// padding.
func file(rules *validate.BytesRules) object {
	schema := object{"type": "string", "format": "byte", "contentEncoding": "base64"}
	if rules.MinLen != nil {
		schema["minLength"] = (4*rules.GetMinLen() + 2) / 3
	}
	if rules.MaxLen != nil {
		schema["maxLength"] = 4 * ((rules.GetMaxLen() + 2) / 3)
	}
	return schema
}

// enum returns a reference to the schema of an enum, which it adds to the document, and
// the values that the rules leave.
func (w *writer) enum(e protoreflect.EnumDescriptor, rules *validate.EnumRules) object {
	var all, allowed, meanings []string
	description := []string{w.comments[e.FullName()] + "\n"}
	for i := range e.Values().Len() {
		v := e.Values().Get(i)
		meaning := strings.Join(strings.Fields(w.comments[v.FullName()]), " ")
		all, meanings = append(all, string(v.Name())), append(meanings, meaning)
		description = append(description, "- `"+string(v.Name())+"`: "+meaning)
		n := int32(v.Number())
		if !slices.Contains(rules.GetNotIn(), n) && (rules.GetIn() == nil || slices.Contains(rules.GetIn(), n)) {
			allowed = append(allowed, string(v.Name()))
		}
	}
	w.schemas[string(e.FullName())] = object{"type": "string", "enum": all, "description": strings.Join(description, "\n"), "x-enum-descriptions": meanings}
	schema := reference(string(e.FullName()))
	if len(allowed) < len(all) {
		schema["enum"] = allowed
	}
	return schema
}

const uuidPattern = `^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`

// text returns the schema of a string.
func text(rules *validate.StringRules) (object, error) {
	schema := object{"type": "string"}
	bound(schema, "minLength", rules.MinLen)
	bound(schema, "maxLength", rules.MaxLen)
	if rules.HasPattern() {
		schema["pattern"] = rules.GetPattern()
	}
	if in := rules.GetIn(); in != nil {
		schema["enum"] = in
	}
	if rules.GetUuid() {
		schema["pattern"], schema["format"] = uuidPattern, "uuid"
	}
	for _, rule := range predefined(rules) {
		pattern, err := patternOf(rule)
		if err != nil {
			return nil, err
		}
		schema["pattern"] = pattern
		if rule.Name() == "civil_date" {
			schema["format"] = "date"
		}
	}
	return schema, nil
}

// predefined returns the rules of parindex/type/v1/rules.proto that hold for a string.
func predefined(rules *validate.StringRules) (all []protoreflect.FieldDescriptor) {
	rules.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.IsExtension() && f.Kind() == protoreflect.BoolKind && v.Bool() {
			all = append(all, f)
		}
		return true
	})
	return all
}

var matches = regexp.MustCompile(`^!rule \|\| this\.matches\('([^']*)'\)$`)

// patternOf returns the pattern of a rule of our own.
func patternOf(rule protoreflect.FieldDescriptor) (string, error) {
	p, _ := proto.GetExtension(rule.Options(), validate.E_Predefined).(*validate.PredefinedRules)
	for _, cel := range p.GetCel() {
		if m := matches.FindStringSubmatch(cel.GetExpression()); m != nil {
			return m[1], nil
		}
	}
	return "", fmt.Errorf("the rule %s has no pattern that can be written", rule.Name())
}
