package rpc

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/text"
	typev1 "github.com/parindex/parindex/proto/gen/parindex/type/v1"
)

// cleanTexts brings every free text of a request into the form that the field's
// option parindex.type.v1.text asks for. It returns a violation for each text
// that cannot be kept, in the order of their fields; those texts stay as sent.
func cleanTexts(request proto.Message) []fault.Violation {
	c := cleaner{}
	c.message("", request.ProtoReflect(), false)
	slices.SortFunc(c.violations, func(a, b fault.Violation) int { return strings.Compare(a.Field, b.Field) })
	return c.violations
}

type cleaner struct{ violations []fault.Violation }

// message cleans the texts in m, whose place is prefix. Where legacyReported
// holds, texts in a legacy encoding are left to the service.
func (c *cleaner) message(prefix string, m protoreflect.Message, legacyReported bool) {
	legacyReported = legacyReported || leavesLegacy(m.Descriptor())
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		place := prefix + string(field.Name())
		switch rule := textRule(field); {
		case rule.Kind != 0 && field.IsList():
			list := value.List()
			for i := range list.Len() {
				list.Set(i, c.text(fmt.Sprintf("%s[%d]", place, i), rule, list.Get(i), legacyReported))
			}
		case rule.Kind != 0:
			m.Set(field, c.text(place, rule, value, legacyReported))
		case field.Message() == nil || field.IsMap():
		case field.IsList():
			for i := range value.List().Len() {
				c.message(fmt.Sprintf("%s[%d].", place, i), value.List().Get(i).Message(), legacyReported)
			}
		default:
			c.message(place+".", value.Message(), legacyReported)
		}
		return true
	})
}

func (c *cleaner) text(place string, rule text.Rule, sent protoreflect.Value, legacyReported bool) protoreflect.Value {
	clean := rule.Clean
	if legacyReported {
		clean = rule.Tidy
	}
	kept, err := clean(sent.String())
	if err != nil {
		f := fault.From(err)
		c.violations = append(c.violations, fault.Violation{Field: place, Code: f.Code, Vi: f.Vi, En: f.En})
		return sent
	}
	return protoreflect.ValueOfString(kept)
}

// textRules holds what textRule returns by field, leaving what leavesLegacy
// returns by message: descriptors live as long as the process.
var textRules, leaving sync.Map

// textRule returns the rule of a field, without a Kind if it is no free text.
func textRule(field protoreflect.FieldDescriptor) text.Rule {
	if known, ok := textRules.Load(field); ok {
		return known.(text.Rule) //nolint:forcetypeassert // nothing else is stored
	}
	var rule text.Rule
	if kind, ok := proto.GetExtension(field.Options(), typev1.E_Text).(typev1.TextKind); ok {
		rule.Kind = kinds[kind]
	}
	if rules, ok := proto.GetExtension(field.Options(), validate.E_Field).(*validate.FieldRules); ok {
		rule.Needed = rules.GetString().GetMinLen() > 0 || rules.GetRepeated().GetItems().GetString().GetMinLen() > 0
	}
	textRules.Store(field, rule)
	return rule
}

var kinds = map[typev1.TextKind]text.Kind{
	typev1.TextKind_TEXT_KIND_NAME: text.Name, typev1.TextKind_TEXT_KIND_LINE: text.Line, typev1.TextKind_TEXT_KIND_PARAGRAPH: text.Paragraph,
}

// leavesLegacy reports whether the service that takes a message reports its
// texts in legacy encodings.
func leavesLegacy(message protoreflect.MessageDescriptor) bool {
	if known, ok := leaving.Load(message); ok {
		return known.(bool) //nolint:forcetypeassert // nothing else is stored
	}
	leaves, _ := proto.GetExtension(message.Options(), typev1.E_LegacyTextsReported).(bool)
	leaving.Store(message, leaves)
	return leaves
}
