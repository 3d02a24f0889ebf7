package assessment_test

import (
	"testing"
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// TestAWriteEvaluatesItsEntryOnce removes the rule of the item after CheckEntry, so
// that any further evaluation of the write or of its answer would fail.
func TestAWriteEvaluatesItsEntryOnce(t *testing.T) {
	items := []cycle.Item{{
		ID: "i.1", Max: points.MustParse("1"), Source: criteria.Self,
		Rule: rule.Choice{Options: []rule.Option{{ID: "timely", Points: points.MustParse("1")}, {ID: "late", Points: points.MustParse("0.5")}}},
	}}
	subject := assessment.Subject{Cycle: &cycle.Cycle{Policy: points.DefaultPolicy()}, Group: cycle.Group{Items: items}}
	entry := assessment.Entry{Item: "i.1", Input: sealed.Facts{Input: rule.Chosen{Option: "late"}}, Justification: "Đã thực hiện"}
	line, err := subject.CheckEntry(entry)
	if err != nil {
		t.Fatal(err)
	}

	items[0].Rule, line.Item.Rule = nil, nil
	written, err := assessment.Sheet{}.Write(line.Entry, 1, "0", time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	line = line.After(written)

	if x, applies := line.Counted(); !applies || x.String() != "0.5" || line.Entry.Version != 1 {
		t.Errorf("the line counts %s, applicable %t, in version %d", x, applies, line.Entry.Version)
	}
	if _, err := subject.CheckEntry(entry); err == nil {
		t.Error("an entry without a rule was evaluated")
	}
}
