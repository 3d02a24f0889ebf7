package rpc

import (
	"slices"
	"strings"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/fault"
)

// brokenRule is a rule of a contract that a request breaks.
type brokenRule struct {
	*protovalidate.Violation

	// field is the field, also where an entry of its list is at fault; nil if the
	// rule is that of a oneof.
	field protoreflect.FieldDescriptor
}

// violation says of a rule that request breaks which field, which rule and which
// bounds.
func violation(request proto.Message, v *protovalidate.Violation) fault.Violation {
	b := brokenRule{v, fieldAt(request.ProtoReflect().Descriptor(), v.Proto.GetField().GetElements())}
	field := protovalidate.FieldPathString(v.Proto.GetField())
	return fault.Validation(field, v.Proto.GetRuleId(), v.Proto.GetMessage(), b.bounds()...)
}

// fieldAt returns the field that a path leads to; nil if there is none. The path of
// protovalidate ends in a descriptor only for fields that are no lists.
func fieldAt(m protoreflect.MessageDescriptor, path []*validate.FieldPathElement) protoreflect.FieldDescriptor {
	var field protoreflect.FieldDescriptor
	for _, element := range path {
		if m == nil {
			return nil
		}
		if field = m.Fields().ByName(protoreflect.Name(element.GetFieldName())); field == nil {
			return nil
		}
		if m = field.Message(); field.IsMap() {
			m = field.MapValue().Message()
		}
	}
	return field
}

// bounds returns the bounds of the rule, as fault.Validation takes them: the values
// of an enum by name, both ends of a range of numbers, else the value of the rule.
func (b brokenRule) bounds() []string {
	id := b.Proto.GetRuleId()
	if strings.HasPrefix(id, "enum.") && b.field != nil && b.field.Enum() != nil {
		return []string{strings.Join(choices(b.field.Enum()), ", ")}
	}
	if ends := b.ends(); len(ends) > 0 {
		return ends
	}
	if !b.RuleValue.IsValid() {
		return nil
	}
	if b.RuleDescriptor.IsList() {
		return []string{strings.Join(b.listed(), ", ")}
	}
	return []string{b.RuleValue.String()}
}

// choices returns the values that a person can choose: all but UNSPECIFIED.
func choices(e protoreflect.EnumDescriptor) []string {
	var names []string
	for i := range e.Values().Len() {
		if value := e.Values().Get(i); value.Number() != 0 {
			names = append(names, string(value.Name()))
		}
	}
	return names
}

// listed returns the values of a rule such as string.in. Those of a field mask are
// paths, which JSON writes in its own way.
func (b brokenRule) listed() []string {
	var values []string
	for i := range b.RuleValue.List().Len() {
		value := b.RuleValue.List().Get(i).String()
		if b.RuleDescriptor.Parent().Name() == "FieldMaskRules" {
			value = fault.JSONPath(value)
		}
		values = append(values, value)
	}
	return values
}

// ends returns the least and the greatest number of a range, of which the id of
// the rule ("int32.gte_lte") says which there are.
func (b brokenRule) ends() []string {
	_, comparison, _ := strings.Cut(b.Proto.GetRuleId(), ".")
	var found []string
	for end := range strings.SplitSeq(comparison, "_") {
		if !slices.Contains([]string{"gt", "gte", "lt", "lte"}, end) {
			return nil
		}
		rules := b.rules()
		if rules == nil {
			return nil
		}
		if d := rules.Descriptor().Fields().ByName(protoreflect.Name(end)); d != nil {
			found = append(found, rules.Get(d).String())
		}
	}
	return found
}

// rules returns the message of rules that holds the broken one, found by the path
// that the violation gives: "int32" of "int32.gte", "repeated.items.int32" of an
// entry's; nil if there is none.
func (b brokenRule) rules() protoreflect.Message {
	path := b.Proto.GetRule().GetElements()
	if b.field == nil || len(path) < 2 {
		return nil
	}
	field, ok := proto.GetExtension(b.field.Options(), validate.E_Field).(*validate.FieldRules)
	if !ok {
		return nil
	}
	m := field.ProtoReflect()
	for _, element := range path[:len(path)-1] {
		d := m.Descriptor().Fields().ByName(protoreflect.Name(element.GetFieldName()))
		if d == nil || d.Message() == nil {
			return nil
		}
		m = m.Get(d).Message()
	}
	return m
}
