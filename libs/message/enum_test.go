package message_test

import (
	"testing"

	"github.com/parindex/parindex/libs/message"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

func TestNames(t *testing.T) {
	betters := message.Names[string, rulev1.Better]("BETTER_", rulev1.Better_value)
	if len(betters) != 2 || betters.To("LOWER") != rulev1.Better_BETTER_LOWER || betters.From(rulev1.Better_BETTER_HIGHER) != "HIGHER" {
		t.Errorf("%v", betters)
	}
	for word, want := range map[string]rulev1.Better{"HIGHER": rulev1.Better_BETTER_HIGHER, "": rulev1.Better_BETTER_UNSPECIFIED} {
		if got, err := betters.Parse(word); err != nil || got != want {
			t.Errorf("%q is %v, %v", word, got, err)
		}
	}
	for _, word := range []string{"higher", "UNSPECIFIED", "BETTER_LOWER"} {
		if got, err := betters.Parse(word); err == nil {
			t.Errorf("%q is %v", word, got)
		}
	}
	if word := betters.From(rulev1.Better_BETTER_UNSPECIFIED); word != "" {
		t.Errorf("UNSPECIFIED is %q", word)
	}
}
