package appraisal_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// TestOutcomesOfManyAgencies approves a round of 3,300 communes with 20 items each. Every
// agency has its own verdicts and its own reduction in its outcome. Looking through all
// cases for each agency would take 200 million comparisons.
func TestOutcomesOfManyAgencies(t *testing.T) {
	const agencies, items = 3300, 20
	c := &cycle.Cycle{Authority: "x", ID: "2026", Rounds: 1, Policy: points.DefaultPolicy()}
	g := cycle.Group{ID: "communes", Name: "Xã"}
	for i := range items {
		g.Items = append(g.Items, cycle.Item{
			ID: fmt.Sprint("i.", i), Domain: "steering", Max: points.FromInt(agencies), Source: criteria.Self, Rule: rule.Manual{Step: points.FromInt(1)},
		})
	}
	c.Groups = []cycle.Group{g}
	d := appraisal.Dossier{Cycle: c, Round: 1}
	for a := range agencies {
		id := fmt.Sprintf("xa-%04d", a)
		c.Agencies = append(c.Agencies, cycle.Agency{ID: id, Group: g.ID, Scored: true})
		d.Seals = append(d.Seals, appraisal.Seal{Agency: id, Round: 1, Number: a + 1, SHA256: id})
		given := points.FromInt(int64(a))
		for _, item := range g.Items[1:] {
			d.Cases = append(d.Cases, appraisal.Case{
				Agency: id, Round: 1, Claim: appraisal.Claim{Entry: sealed.Entry{Item: item.ID, Points: &given}}, Verdict: &appraisal.Verdict{Agreed: true, Points: &given},
			})
		}
		d.Reductions = append(d.Reductions, appraisal.Reduction{Agency: id, Item: "i.0", Points: points.FromInt(agencies), State: appraisal.Approved})
	}
	if err := d.Check(false); err != nil {
		t.Fatal(err)
	}
	outcomes, err := d.Outcomes("1/QĐ", time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || len(outcomes) != agencies {
		t.Fatalf("%d outcomes, %v", len(outcomes), err)
	}
	for a, o := range outcomes {
		content, err := sealed.Read[sealed.Outcome](o.Content)
		if err != nil {
			t.Fatal(err)
		}
		if o.Agency != fmt.Sprintf("xa-%04d", a) || len(content.Items) != items || len(content.Seals) != 1 || content.Seals[0].SHA256 != o.Agency ||
			len(content.Reductions) != 1 || content.Items[0].Points != nil || !content.Items[items-1].Points.Equal(points.FromInt(int64(a))) {
			t.Fatalf("the outcome of %s: %+v", o.Agency, content)
		}
	}
}
