package rules_test

import (
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	typev1 "github.com/parindex/parindex/proto/gen/parindex/type/v1"
)

// Every date and every instant that enters by a request says what it stands for, so
// that the server knows how far it may lie from today. Instants come in bodies only,
// where the gateway knows 24:00.
func TestEveryDateHasAKind(t *testing.T) {
	dates, instants := 0, 0
	eachField(func(field protoreflect.FieldDescriptor) {
		isDate := hasCivilDate(field) || strings.HasSuffix(string(field.Name()), "_date")
		isInstant := field.Message() != nil && field.Message().FullName() == "google.protobuf.Timestamp"
		if isDate {
			dates++
		}
		if isInstant {
			instants++
		}
		kind := proto.GetExtension(field.Options(), typev1.E_Date) != typev1.DateKind_DATE_KIND_UNSPECIFIED
		if isDate && (!kind || !hasCivilDate(field)) || kind && !isDate {
			t.Errorf("%s: a date has both the rule civil_date and the option date", field.FullName())
		}
		kind = proto.GetExtension(field.Options(), typev1.E_Instant) != typev1.InstantKind_INSTANT_KIND_UNSPECIFIED
		if isInstant != kind {
			t.Errorf("%s: an instant of a request, and nothing else, has the option instant", field.FullName())
		}
	})
	if dates < 7 || instants < 3 {
		t.Errorf("only %d dates and %d instants were found", dates, instants)
	}
}

func hasCivilDate(field protoreflect.FieldDescriptor) bool {
	rules, _ := proto.GetExtension(field.Options(), validate.E_Field).(*validate.FieldRules)
	for _, s := range []*validate.StringRules{rules.GetString(), rules.GetRepeated().GetItems().GetString()} {
		if proto.GetExtension(s, typev1.E_CivilDate) == true {
			return true
		}
	}
	return false
}
