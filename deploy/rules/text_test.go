package rules_test

import (
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1" // the contracts to look through
	_ "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	_ "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	_ "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	_ "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	_ "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	_ "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	typev1 "github.com/parindex/parindex/proto/gen/parindex/type/v1"
)

// opaque are strings that are compared with what is stored and never kept, and
// secrets, in which every character counts.
var opaque = map[string]bool{
	"page_token": true, "etag": true, "login": true, "password": true, "current_password": true, "new_password": true,
	"refresh_token": true, "service_account": true, "secret": true,
}

// Every string that enters by a request is an id, a figure or a date by its
// rules, opaque, or a free text with its kind.
func TestEveryFreeTextHasAKind(t *testing.T) {
	texts := 0
	eachField(func(field protoreflect.FieldDescriptor) {
		switch {
		case field.Kind() != protoreflect.StringKind:
		case proto.GetExtension(field.Options(), typev1.E_Text) != typev1.TextKind_TEXT_KIND_UNSPECIFIED:
			texts++
		case !opaque[string(field.Name())] && !hasForm(field):
			t.Errorf("%s is a free text without a kind", field.FullName())
		}
	})
	if texts < 50 {
		t.Errorf("only %d free texts were found", texts)
	}
}

// eachField calls f for every field of every request and of the messages inside, each
// once, without the keys and values of maps.
func eachField(f func(protoreflect.FieldDescriptor)) {
	seen := map[protoreflect.FullName]bool{}
	var look func(m protoreflect.MessageDescriptor)
	look = func(m protoreflect.MessageDescriptor) {
		if seen[m.FullName()] || !strings.HasPrefix(string(m.FullName()), "parindex.") {
			return
		}
		seen[m.FullName()] = true
		for i := range m.Fields().Len() {
			field := m.Fields().Get(i)
			if field.IsMap() { // keys have a pattern
				if value := field.MapValue().Message(); value != nil {
					look(value)
				}
				continue
			}
			f(field)
			if field.Message() != nil {
				look(field.Message())
			}
		}
	}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			for j := range file.Services().Get(i).Methods().Len() {
				look(file.Services().Get(i).Methods().Get(j).Input())
			}
		}
		return true
	})
}

// hasForm reports whether the rules of a field leave it no free text.
func hasForm(field protoreflect.FieldDescriptor) bool {
	rules, _ := proto.GetExtension(field.Options(), validate.E_Field).(*validate.FieldRules)
	for _, s := range []*validate.StringRules{rules.GetString(), rules.GetRepeated().GetItems().GetString()} {
		formed := s.GetWellKnown() != nil || s.HasPattern() || s.HasConst() || len(s.GetIn()) > 0
		s.ProtoReflect().Range(func(rule protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
			formed = formed || rule.IsExtension()
			return true
		})
		if formed {
			return true
		}
	}
	return false
}
