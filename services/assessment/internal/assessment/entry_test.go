package assessment_test

import (
	"encoding/json"
	"testing"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// TestFacts sees facts go to JSON and back, none included.
func TestFacts(t *testing.T) {
	for want, facts := range map[string]assessment.Facts{
		`null`:              {},
		`{"option":"late"}`: {Input: rule.Chosen{Option: "late"}},
		`{"ratio":{"done":"0.5","planned":"22"}}`: {Input: rule.Ratio{Done: points.MustParse("0.50"), Planned: points.FromInt(22)}},
	} {
		text, err := json.Marshal(facts)
		if err != nil || string(text) != want {
			t.Errorf("%v became %s, %v", facts, text, err)
		}
		back := assessment.Facts{Input: rule.Chosen{Option: "before"}}
		if err := json.Unmarshal(text, &back); err != nil || back.IsZero() != facts.IsZero() {
			t.Errorf("%s became %v, %v", text, back, err)
		}
		if again, err := json.Marshal(back); err != nil || string(again) != want {
			t.Errorf("%s came back as %s, %v", want, again, err)
		}
	}
	var facts assessment.Facts
	if err := json.Unmarshal([]byte(`{"guess":"1"}`), &facts); err == nil {
		t.Errorf("a guess became %v", facts)
	}
}
