package criteriapb_test

import (
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/criteria/criteriapb"
	"github.com/parindex/parindex/libs/message"
)

// TestEnums checks that each table has every value of its enum except UNSPECIFIED once.
func TestEnums(t *testing.T) {
	complete(t, criteriapb.Phases)
	complete(t, criteriapb.SourceKinds)
	complete(t, criteriapb.Comparisons)
	complete(t, criteriapb.TieRules)
	complete(t, criteriapb.Incompletes)
	complete(t, criteriapb.RoundingModes)
}

func complete[Word comparable, Value interface {
	comparable
	protoreflect.Enum
}](t *testing.T, enum message.Enum[Word, Value],
) {
	t.Helper()
	var none Value
	values := none.Descriptor().Values()
	for i := range values.Len() {
		number := values.Get(i).Number()
		value, ok := none.Type().New(number).(Value)
		if !ok {
			t.Fatalf("%T is not the type of its values", none)
		}
		word, known := enum.Known(value)
		if known != (number != 0) || known && enum.To(word) != value {
			t.Errorf("%s has the word %v, known: %t", values.Get(i).Name(), word, known)
		}
	}
	if len(enum) != values.Len()-1 {
		t.Errorf("%s: %d words for %d values", none.Descriptor().Name(), len(enum), values.Len()-1)
	}
}
