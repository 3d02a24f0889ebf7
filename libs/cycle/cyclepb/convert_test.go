package cyclepb_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/rule/rulepb"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/window"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

func read(t *testing.T, c *catalog) (*cycle.Cycle, error) {
	t.Helper()
	return cyclepb.NewReader(open(t, c), time.Now).Read(t.Context(), "soc-trang", "2026", 0)
}

func TestACycleIsReadCompletely(t *testing.T) {
	got, err := read(t, newCatalog())
	if err != nil {
		t.Fatal(err)
	}
	end := func(kind rule.EndKind, percent int64) rule.End {
		return rule.End{Kind: kind, Percent: points.FromInt(percent)}
	}
	want := &cycle.Cycle{
		Authority: "soc-trang", ID: "2026", Name: "Năm 2026", Year: 2026, Regulation: "2026", RegulationSHA256: "0a1b", Revision: 7,
		Rounds: 2, AppraisalCouncil: true,
		Policy: points.Policy{ItemScale: 4, IndexScale: 3, DisplayScale: 2, Mode: points.HalfEven},
		RankBy: criteria.IndexScale, ClassBy: criteria.DisplayScale, Ties: criteria.Dense, Excess: criteria.Capped,
		Seated: []string{"so-noi-vu"},
		SpecialRules: []sealed.SpecialRule{{Group: "districts", Clause: "IV.1.2", SubordinateClasses: &sealed.SubordinateClasses{
			Subordinates: "departments", Numerator: 2, Denominator: 3, Incomplete: criteria.NotClassified,
		}}},
		GuidanceVersion: 3,
		Groups: []cycle.Group{{
			ID: "departments", Name: "Sở, ban, ngành",
			Classes: []criteria.Class{
				{ID: "tot", Name: "Tốt", Low: end(rule.Open, 90)},
				{ID: "kha", Name: "Khá", Low: end(rule.Closed, 50), High: end(rule.Closed, 90)},
				{ID: "thap", Name: "Thấp", High: end(rule.Open, 50)},
			},
			Domains: []cycle.Domain{
				{Field: "procedures", Part: "i", Code: "1", Name: "Thủ tục"},
				{Field: "satisfaction", Part: "ii", Code: "1", Name: "Hài lòng"},
			},
			Items: []cycle.Item{
				{
					ID: "i.1.1.1", Domain: "procedures", Name: "Đúng hạn", Max: points.MustParse("2.5"), Source: criteria.Self,
					Rule: rule.Proportional{},
				},
				{
					ID: "ii.1", Domain: "satisfaction", Name: "Hài lòng", Max: points.FromInt(10), Source: criteria.Satisfaction,
					Rule: rule.Proportional{},
				},
			},
		}},
		Agencies: []cycle.Agency{
			{ID: "so-noi-vu", Name: "Cơ quan so-noi-vu", Group: "departments", Scored: true},
			{ID: "so-tu-phap", Name: "Cơ quan so-tu-phap", Group: "departments", NotScoredReason: "mới sáp nhập"},
		},
		Parents: map[string]string{"so-noi-vu": "ubnd-tinh", "so-tu-phap": "ubnd-tinh", "chi-cuc-van-thu": "so-noi-vu"},
		Names:   map[string]string{"so-noi-vu": "", "so-tu-phap": "", "chi-cuc-van-thu": "", "ubnd-tinh": ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARegulationWithoutRoundingPolicy(t *testing.T) {
	c := newCatalog()
	c.regulation.Content.Rounding = nil
	got, err := read(t, c)
	if err != nil || got.Policy != points.DefaultPolicy() {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestASpecialRuleOfALaterContract(t *testing.T) {
	c := newCatalog()
	c.regulation.Content.SpecialRules[0].Rule = nil
	if _, err := read(t, c); !errors.Is(err, cyclepb.CycleNotUnderstood) {
		t.Errorf("got %v", err)
	}
}

// The values of each enum of the contract, with the catalog content that has them.
var enums = map[string]struct {
	values protoreflect.EnumDescriptor
	say    func(c *catalog, number protoreflect.EnumNumber)
}{
	"phase": {catalogv1.Phase(0).Descriptor(), func(c *catalog, n protoreflect.EnumNumber) {
		c.cycles["2026"].Phase = catalogv1.Phase(n)
	}},
	"windows[0].phase": {catalogv1.Phase(0).Descriptor(), func(c *catalog, n protoreflect.EnumNumber) {
		c.cycles["2026"].Windows = []*catalogv1.Window{{Phase: catalogv1.Phase(n)}}
	}},
	"rank_by": {catalogv1.Comparison(0).Descriptor(), func(c *catalog, n protoreflect.EnumNumber) {
		c.regulation.Content.RankBy = catalogv1.Comparison(n)
	}},
	"class_by": {catalogv1.Comparison(0).Descriptor(), func(c *catalog, n protoreflect.EnumNumber) {
		c.regulation.Content.ClassBy = catalogv1.Comparison(n)
	}},
	"ties": {catalogv1.TieRule(0).Descriptor(), func(c *catalog, n protoreflect.EnumNumber) {
		c.regulation.Content.Ties = catalogv1.TieRule(n)
	}},
	"excess": {catalogv1.ExcessRule(0).Descriptor(), func(c *catalog, n protoreflect.EnumNumber) {
		c.regulation.Content.Excess = catalogv1.ExcessRule(n)
	}},
	"special_rules[0].subordinate_classes.incomplete": {catalogv1.IncompleteSubordinates(0).Descriptor(), func(c *catalog, n protoreflect.EnumNumber) {
		c.regulation.Content.SpecialRules[0].GetSubordinateClasses().Incomplete = catalogv1.IncompleteSubordinates(n)
	}},
	"rounding.mode": {catalogv1.RoundingMode(0).Descriptor(), func(c *catalog, n protoreflect.EnumNumber) {
		c.regulation.Content.Rounding.Mode = catalogv1.RoundingMode(n)
	}},
	"criteria_sets[1].nodes[2].item.source_kind": {catalogv1.SourceKind(0).Descriptor(), func(c *catalog, n protoreflect.EnumNumber) {
		c.regulation.Content.CriteriaSets[1].Nodes[2].Item.SourceKind = catalogv1.SourceKind(n)
	}},
	"cycle_agencies[1].state": {catalogv1.ScoringState(0).Descriptor(), func(c *catalog, n protoreflect.EnumNumber) {
		c.agencies[1].State = catalogv1.ScoringState(n)
	}},
}

// TestEveryEnumValueOfTheContractIsKnown checks that every value of the contract is
// known, and no other.
func TestEveryEnumValueOfTheContractIsKnown(t *testing.T) {
	for place, enum := range enums {
		c := newCatalog()
		client := open(t, c)
		ask := func(n protoreflect.EnumNumber) error {
			c.change(func() { enum.say(c, n) })
			if strings.HasSuffix(place, "phase") {
				_, err := cyclepb.Source(client).Changes(t.Context(), 0)
				return err
			}
			_, err := cyclepb.NewReader(client, time.Now).Read(t.Context(), "soc-trang", "2026", 0)
			return err
		}
		values := enum.values.Values()
		last := values.Get(values.Len() - 1).Number()
		for n := protoreflect.EnumNumber(1); n <= last; n++ {
			if err := ask(n); err != nil {
				t.Errorf("%s %d: %v", place, n, err)
			}
		}
		if err := ask(last + 1); !errors.Is(err, cyclepb.CycleNotUnderstood) || !strings.Contains(err.Error(), place+": ") || !strings.Contains(err.Error(), "unknown ") {
			t.Errorf("%s %d: %v", place, last+1, err)
		}
	}
}

func TestContradictoryAnswersAreFaults(t *testing.T) {
	for place, tt := range map[string]struct {
		spoil func(c *catalog)
		cause error
	}{
		"origin":   {func(c *catalog) { c.cycles["2026"].Origin = 3 }, nil},
		"groups":   {func(c *catalog) { c.cycles["2026"].Groups[0].Id = "communes" }, nil},
		"rounding": {func(c *catalog) { c.regulation.Content.Rounding.IndexScale = 13 }, points.PolicyInvalid},
		"criteria_sets[1].nodes[0]": {
			func(c *catalog) { c.regulation.Content.CriteriaSets[1].Nodes[0].Field = "" }, nil,
		},
		"criteria_sets[1].nodes[2]": {
			func(c *catalog) { c.regulation.Content.CriteriaSets[1].Nodes[2].Parent = "2" }, nil,
		},
		"criteria_sets[1].nodes[3].item.rule": {
			func(c *catalog) { c.regulation.Content.CriteriaSets[1].Nodes[3].Item.Rule.Family = nil }, rulepb.FamilyUnknown,
		},
		"criteria_sets[1].nodes[3].item.max_points": {
			func(c *catalog) { c.regulation.Content.CriteriaSets[1].Nodes[3].Item.MaxPoints = "2,5" }, points.Malformed,
		},
		"criteria_sets[1].classes[0].above": {
			func(c *catalog) {
				c.regulation.Content.CriteriaSets[1].Classes[0].Low = &catalogv1.Class_Above{Above: "x"}
			}, points.Malformed,
		},
		"criteria_sets[1].classes[1].to": {
			func(c *catalog) {
				c.regulation.Content.CriteriaSets[1].Classes[1].High = &catalogv1.Class_To{To: "x"}
			}, points.Malformed,
		},
		"cycle_agencies[0].group": {func(c *catalog) { c.agencies[0].Group = "districts" }, nil},
	} {
		c := newCatalog()
		tt.spoil(c)
		_, err := read(t, c)
		if f := fault.From(err); !errors.Is(f, cyclepb.CycleNotUnderstood) || !strings.Contains(f.Error(), ": "+place+": ") {
			t.Errorf("%s: %v", place, err)
		}
		if tt.cause != nil && !errors.Is(err, tt.cause) {
			t.Errorf("%s: %v, want the cause %v", place, err, tt.cause)
		}
	}
}

func TestSource(t *testing.T) {
	c := newCatalog()
	c.cycles["2026"].Windows = []*catalogv1.Window{
		{Phase: catalogv1.Phase_PHASE_SELF_1, OpenTime: timestamppb.New(noon), CloseTime: timestamppb.New(noon.Add(time.Hour))},
		{Phase: catalogv1.Phase_PHASE_APPRAISAL_1, CloseTime: timestamppb.New(noon.Add(2 * time.Hour))},
	}
	c.cycles["2022"] = &catalogv1.Cycle{Authority: "soc-trang", Id: "2022", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED, Revision: 8}
	source := cyclepb.Source(open(t, c))
	got, err := source.Changes(t.Context(), 6)
	if err != nil {
		t.Fatal(err)
	}
	want := []window.Cycle{
		{Authority: "soc-trang", ID: "2026", Phase: criteria.Self1, Revision: 7, Windows: map[criteria.Phase]window.Window{
			criteria.Self1: {Open: noon, Close: noon.Add(time.Hour)}, criteria.Appraisal1: {Close: noon.Add(2 * time.Hour)},
		}},
		{Authority: "soc-trang", ID: "2022", Revision: 8},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := source.Acknowledge(t.Context(), 8); err != nil || c.acked != 8 {
		t.Errorf("acknowledged %d, %v", c.acked, err)
	}
	c.change(func() { c.cycles["2022"].Origin = 3 })
	if _, err := source.Changes(t.Context(), 0); !errors.Is(err, cyclepb.CycleNotUnderstood) {
		t.Errorf("a cycle of an origin nobody knows: %v", err)
	}
	c.change(func() { c.away = fault.StorageAway })
	if _, err := source.Changes(t.Context(), 0); !errors.Is(err, fault.StorageAway) {
		t.Errorf("changes of a catalog that is away: %v", err)
	}
	if err := source.Acknowledge(t.Context(), 8); !errors.Is(err, fault.StorageAway) {
		t.Errorf("acknowledging to a catalog that is away: %v", err)
	}
}
