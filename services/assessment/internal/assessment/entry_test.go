package assessment_test

import (
	"errors"
	"testing"

	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " \t\n": "", "\u200b\u00a0": "", "\ufeffKế hoạch\u200b ": "Kế hoạch", "a\n\tb": "a\n\tb", "a \u200b b": "a \u200b b",
	} {
		if got, err := assessment.Text(text, "x"); err != nil || got != want {
			t.Errorf("%q became %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"\x00", "a\x1b[2J", "a\u0085", "\xff"} {
		if got, err := assessment.Text(text, "x"); !errors.Is(err, assessment.TextBroken) {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
}
