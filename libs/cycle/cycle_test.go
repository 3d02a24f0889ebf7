package cycle_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

var year = &cycle.Cycle{
	Policy: points.DefaultPolicy(),
	Groups: []cycle.Group{
		{ID: "departments", Items: []cycle.Item{{ID: "i.1", Max: points.FromInt(2), Rule: rule.Proportional{}}, {ID: "ii.1"}}},
		{ID: "districts"},
	},
	Agencies: []cycle.Agency{
		{ID: "my-xuyen", Group: "districts", Scored: true},
		{ID: "so-noi-vu", Group: "departments", NotScoredReason: "mới thành lập"},
	},
}

func TestFinding(t *testing.T) {
	for name, tt := range map[string]struct {
		find  func() (string, error)
		want  string
		fault error
		field string
	}{
		"an agency":             {agency("my-xuyen"), "my-xuyen", nil, ""},
		"one not scored":        {agency("so-noi-vu"), "so-noi-vu", nil, ""},
		"another's":             {agency("ke-sach"), "", cycle.AgencyNotInCycle, "agency"},
		"no agency":             {agency(""), "", cycle.AgencyNotInCycle, "agency"},
		"a scored agency":       {scoredAgency("my-xuyen"), "my-xuyen", nil, ""},
		"one that is not":       {scoredAgency("so-noi-vu"), "so-noi-vu", cycle.AgencyNotScored, "agency"},
		"one that is not there": {scoredAgency("ke-sach"), "", cycle.AgencyNotInCycle, "agency"},
		"a group":               {group("districts"), "districts", nil, ""},
		"no group":              {group("communes"), "", cycle.GroupNotInCycle, "group"},
		"an agency's group":     {groupOf("so-noi-vu"), "departments", nil, ""},
		"nobody's group":        {groupOf("ke-sach"), "", cycle.AgencyNotInCycle, "agency"},
		"an item":               {item("ii.1"), "ii.1", nil, ""},
		"no item":               {item("i.2"), "", cycle.ItemNotInGroup, "item"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tt.find()
			if got != tt.want || !errors.Is(err, tt.fault) {
				t.Fatalf("got %q, %v; want %q, %v", got, err, tt.want, tt.fault)
			}
			if err != nil && fault.From(err).Field != tt.field {
				t.Errorf("the field is %q", fault.From(err).Field)
			}
		})
	}
	_, err := year.ScoredAgency("so-noi-vu")
	if vi := fault.From(err).Message("vi"); !strings.Contains(vi, "mới thành lập") {
		t.Errorf("%q does not say why", vi)
	}
}

func agency(id string) func() (string, error) {
	return func() (string, error) {
		a, err := year.Agency(id)
		return a.ID, err
	}
}

func scoredAgency(id string) func() (string, error) {
	return func() (string, error) {
		a, err := year.ScoredAgency(id)
		return a.ID, err
	}
}

func group(id string) func() (string, error) {
	return func() (string, error) {
		g, err := year.Group(id)
		return g.ID, err
	}
}

func groupOf(agency string) func() (string, error) {
	return func() (string, error) {
		g, err := year.GroupOf(agency)
		return g.ID, err
	}
}

func item(id string) func() (string, error) {
	return func() (string, error) {
		i, err := year.Groups[0].Item(id)
		return i.ID, err
	}
}

func TestAnItemIsEvaluated(t *testing.T) {
	i := year.Groups[0].Items[0]
	result, err := rule.Evaluate(i.Rule, i.Rated(year.Policy, points.Points{}), rule.Ratio{Done: points.FromInt(1), Planned: points.FromInt(3)})
	if err != nil || result.Points.String() != "0.666667" {
		t.Errorf("got %v, %v", result.Points, err)
	}
}

func TestSourceKindsThatAgenciesEnter(t *testing.T) {
	for kind, want := range map[criteria.SourceKind]bool{
		criteria.Self: true, criteria.Targets: true, criteria.Feed: true,
		criteria.Survey: false, criteria.Satisfaction: false, criteria.History: false, "": false,
	} {
		if kind.Entered() != want {
			t.Errorf("%q is entered: %t", kind, !want)
		}
	}
}
