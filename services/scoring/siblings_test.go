package scoring_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/parindex/parindex/libs/cycle/cycletest"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/servicetest"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

// siblings are what appraisal and survey hold. Tests change it by
// change.
type siblings struct {
	mu        sync.Mutex
	outcomes  []*appraisalv1.Outcome
	said      map[string]outcomeContent // by agency, without the values
	values    map[string][2]string      // decided values of i.2.1 by agency, done and planned
	plans     []*surveyv1.SurveyPlan
	snapshots map[string]*surveyv1.ResultSnapshot
}

func (s *siblings) change(how func(*siblings)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	how(s)
}

// paged returns two of all, so that there are several pages.
func paged[T any](s *siblings, all func() []T, token string) (some []T, next string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, _ := strconv.Atoi(token)
	to := min(from+2, len(all()))
	if to < len(all()) {
		next = strconv.Itoa(to)
	}
	return slices.Clone(all()[from:to]), next
}

type appraisal struct {
	appraisalv1.UnimplementedAppraisalServiceServer
	*siblings
}

func (a appraisal) ListOutcomes(_ context.Context, req *appraisalv1.ListOutcomesRequest) (*appraisalv1.ListOutcomesResponse, error) {
	some, next := paged(a.siblings, func() []*appraisalv1.Outcome { return a.outcomes }, req.GetPageToken())
	return &appraisalv1.ListOutcomesResponse{Outcomes: some, NextPageToken: next}, nil
}

type survey struct {
	surveyv1.UnimplementedSurveyServiceServer
	*siblings
}

func (s survey) ListSurveyPlans(_ context.Context, req *surveyv1.ListSurveyPlansRequest) (*surveyv1.ListSurveyPlansResponse, error) {
	some, next := paged(s.siblings, func() []*surveyv1.SurveyPlan { return s.plans }, req.GetPageToken())
	return &surveyv1.ListSurveyPlansResponse{SurveyPlans: some, NextPageToken: next}, nil
}

func (s survey) GetResultSnapshot(_ context.Context, req *surveyv1.GetResultSnapshotRequest) (*surveyv1.GetResultSnapshotResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.snapshots[req.GetPlan()]
	if !ok {
		return nil, fault.Reason{Kind: fault.Precondition, Code: "SURVEY_PLAN_NOT_CLOSED"}
	}
	return &surveyv1.GetResultSnapshotResponse{ResultSnapshot: r}, nil
}

// smallCycle is the cycle soc-trang/2026 in phase APPRAISAL_COUNCIL: four
// departments and two districts are scored, a fifth department is not.
func smallCycle() *cycletest.Catalog {
	part1, part2 := "i", "ii"
	departments := &catalogv1.CriteriaSet{
		Group: "departments",
		Nodes: []*catalogv1.Node{
			{Part: part1, Code: "1", Name: "Chỉ đạo", Field: "steering"},
			{Part: part1, Code: "1.1", Parent: "1", Name: "Kế hoạch", Item: itemOf("10", catalogv1.SourceKind_SOURCE_KIND_SELF,
				&rulev1.Rule{Family: &rulev1.Rule_AllOrNothing{AllOrNothing: &rulev1.AllOrNothing{Conditions: []*rulev1.Condition{{Id: "a", Text: "Ban hành <đúng> hạn"}}}}})},
			{Part: part1, Code: "1.2", Parent: "1", Name: "Chỉ tiêu", Item: itemOf("5", catalogv1.SourceKind_SOURCE_KIND_TARGETS, cycletest.Proportional())},
			{Part: part1, Code: "2", Name: "Thủ tục", Field: "procedures"},
			{Part: part1, Code: "2.1", Parent: "2", Name: "Đúng hạn", Item: itemOf("20", catalogv1.SourceKind_SOURCE_KIND_FEED, cycletest.Proportional())},
			{Part: part2, Code: "1", Name: "Tác động", Field: "impact"},
			{Part: part2, Code: "1.1", Parent: "1", Name: "Khảo sát", Item: itemOf("30", catalogv1.SourceKind_SOURCE_KIND_SURVEY, cycletest.Survey())},
			{Part: part2, Code: "1.2", Parent: "1", Name: "Hài lòng", Item: itemOf("30", catalogv1.SourceKind_SOURCE_KIND_SATISFACTION, cycletest.Survey())},
			{Part: part2, Code: "2", Name: "Cải thiện", Field: "digital-government", Item: itemOf("5", catalogv1.SourceKind_SOURCE_KIND_HISTORY,
				&rulev1.Rule{Family: &rulev1.Rule_Choice{Choice: &rulev1.Choice{Options: []*rulev1.Option{
					{Id: "better", Text: "Tăng", Points: "5"}, {Id: "worse", Text: "Giảm", Points: "0"},
				}}}})},
		},
		Classes: []*catalogv1.Class{
			{Id: "1", Name: "Nhóm 1", Low: &catalogv1.Class_Above{Above: "90"}},
			{Id: "2", Name: "Nhóm 2", Low: &catalogv1.Class_From{From: "50"}, High: &catalogv1.Class_To{To: "90"}},
			{Id: "3", Name: "Nhóm 3", High: &catalogv1.Class_Below{Below: "50"}},
		},
	}
	districts := &catalogv1.CriteriaSet{
		Group: "districts",
		Nodes: []*catalogv1.Node{{Part: part1, Code: "1", Name: "Chỉ đạo", Field: "steering", Item: itemOf("10", catalogv1.SourceKind_SOURCE_KIND_SELF,
			&rulev1.Rule{Family: &rulev1.Rule_Manual{Manual: &rulev1.Manual{Step: "0.01"}}})}},
		Classes: []*catalogv1.Class{
			{Id: "tot", Name: "Tốt", Low: &catalogv1.Class_From{From: "90"}},
			{Id: "kha", Name: "Khá", High: &catalogv1.Class_Below{Below: "90"}},
		},
	}
	c := cycletest.New(&catalogv1.Cycle{
		Authority: "soc-trang", Id: "2025", Name: "Năm 2025", Year: 2025, Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED,
	}, &catalogv1.Cycle{
		Authority: "soc-trang", Id: "2026", Name: "Năm 2026", Year: 2026, Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN, Regulation: "2026",
		Groups: smallGroups(), Phase: catalogv1.Phase_PHASE_APPRAISAL_COUNCIL,
	})
	c.Authority = &catalogv1.Authority{Id: "soc-trang", Name: "Ủy ban nhân dân tỉnh Sóc Trăng"}
	c.Regulation = &catalogv1.Regulation{Id: "2026", Sha256: regulationSHA256, Content: &catalogv1.RegulationContent{
		Rounds: 2, AppraisalCouncil: true, CriteriaSets: []*catalogv1.CriteriaSet{departments, districts, {Group: "communes"}},
	}}
	for _, id := range []string{"d1", "d2", "d3", "d4"} {
		c.Agencies = append(c.Agencies, cycletest.Member(id, "Cơ quan "+id, "departments"))
	}
	c.Agencies = append(c.Agencies, cycletest.NotScored("d5", "Cơ quan d5", "departments", ""),
		cycletest.Member("u1", "Cơ quan u1", "districts"), cycletest.Member("u2", "Cơ quan u2", "districts"))
	return c
}

func smallGroups() []*catalogv1.Group {
	return []*catalogv1.Group{{Id: "departments", Name: "Sở, ban, ngành"}, {Id: "districts", Name: "Cấp huyện"}, {Id: "communes", Name: "Cấp xã"}}
}

const regulationSHA256 = "aa11"

func itemOf(most string, source catalogv1.SourceKind, r *rulev1.Rule) *catalogv1.Item {
	return &catalogv1.Item{MaxPoints: most, SourceKind: source, Rule: r}
}

// What tests say of the contents that other services seal.
type outcomeContent struct {
	Authority        string             `json:"authority"`
	Cycle            string             `json:"cycle"`
	Agency           string             `json:"agency"`
	Group            string             `json:"group"`
	Round            int                `json:"round"`
	Final            bool               `json:"final,omitempty"`
	RegulationSHA256 string             `json:"regulationSha256"`
	Items            []outcomeItem      `json:"items,omitempty"`
	Reductions       []outcomeReduction `json:"reductions,omitempty"`
}

type outcomeItem struct {
	Item       string          `json:"item"`
	Round      int             `json:"round"`
	Points     string          `json:"points,omitempty"`
	Standard   string          `json:"standardPoints"`
	Agreed     bool            `json:"agreed,omitempty"`
	ReasonCode string          `json:"reasonCode,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	Input      json.RawMessage `json:"input,omitempty"`
	DecidedBy  string          `json:"decidedBy,omitempty"`
}

type outcomeReduction struct {
	Item   string `json:"item"`
	Points string `json:"points"`
	Reason string `json:"reason"`
}

type surveyContent struct {
	Authority string         `json:"authority"`
	Cycle     string         `json:"cycle"`
	Plan      string         `json:"plan"`
	Results   []surveyResult `json:"results"`
}

type surveyResult struct {
	Agency   string `json:"agency"`
	Item     string `json:"item"`
	Issued   int    `json:"issued"`
	Valid    int    `json:"valid,omitempty"`
	Method   string `json:"method"`
	Value    string `json:"value,omitempty"`
	Fallback bool   `json:"fallback,omitempty"`
	Weight   string `json:"weight,omitempty"`
	Answers  int    `json:"answers,omitempty"`
}

// outcomeOf is the final outcome of an agency.
func outcomeOf(agency, group string, items []outcomeItem, reductions ...outcomeReduction) outcomeContent {
	return outcomeContent{
		Authority: "soc-trang", Cycle: "2026", Agency: agency, Group: group, Round: 2, Final: true, RegulationSHA256: regulationSHA256,
		Items: items, Reductions: reductions,
	}
}

// seal returns a content as the service that has it seals it, or as plain JSON
// where it is no such content; what is not said is empty.
func seal[C sealed.Content](t *testing.T, said any) (text []byte, sum string) {
	t.Helper()
	text, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	var content C
	if json.Unmarshal(text, &content) == nil {
		if text, _, err = sealed.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	hash := sha256.Sum256(text)
	return text, hex.EncodeToString(hash[:])
}

func (s *siblings) setOutcome(t *testing.T, o outcomeContent) {
	t.Helper()
	s.change(func(s *siblings) {
		if s.said == nil {
			s.said = map[string]outcomeContent{}
		}
		s.said[o.Agency] = o
	})
	s.sealOutcome(t, o)
}

// sealOutcome seals an outcome together with the decided value of the agency.
func (s *siblings) sealOutcome(t *testing.T, o outcomeContent) {
	t.Helper()
	s.mu.Lock()
	ratio := s.values[o.Agency]
	s.mu.Unlock()
	if ratio[1] != "" {
		o.Items = append(slices.Clone(o.Items), decidedValue(t, ratio, o.Reductions))
	}
	b, sum := seal[sealed.Outcome](t, o)
	m := &appraisalv1.Outcome{Authority: o.Authority, Cycle: o.Cycle, Agency: o.Agency, Round: int32(o.Round), Content: b, Sha256: sum} //nolint:gosec // 1 or 2
	s.change(func(s *siblings) {
		if i := slices.IndexFunc(s.outcomes, func(x *appraisalv1.Outcome) bool { return x.GetAgency() == o.Agency }); i >= 0 {
			s.outcomes[i] = m
			return
		}
		s.outcomes = append(s.outcomes, m)
	})
}

// decidedValue is i.2.1, of 20 points in proportion to a ratio, as appraisal decided it.
func decidedValue(t *testing.T, ratio [2]string, reductions []outcomeReduction) outcomeItem {
	t.Helper()
	left := points.FromInt(20)
	for _, r := range reductions {
		if r.Item == "i.2.1" {
			left = left.Sub(points.MustParse(r.Points))
		}
	}
	result, err := rule.Evaluate(rule.Proportional{}, rule.Item{Max: points.FromInt(20), Policy: points.DefaultPolicy()},
		rule.Ratio{Done: points.MustParse(ratio[0]), Planned: points.MustParse(ratio[1])})
	if err != nil {
		t.Fatal(err)
	}
	return outcomeItem{
		Item: "i.2.1", Round: 2, Points: points.Min(result.Points, left).String(), Standard: left.String(), Agreed: true,
		Input: json.RawMessage(`{"ratio":{"done":"` + ratio[0] + `","planned":"` + ratio[1] + `"}}`),
	}
}

// setValue sets the decided value of i.2.1 of an agency.
func (s *siblings) setValue(t *testing.T, agency, done, planned string) {
	t.Helper()
	var said outcomeContent
	s.change(func(s *siblings) {
		if s.values == nil {
			s.values = map[string][2]string{}
		}
		s.values[agency], said = [2]string{done, planned}, s.said[agency]
	})
	s.sealOutcome(t, said)
}

// setClosed closes a plan with these results.
func (s *siblings) setClosed(t *testing.T, plan string, results []surveyResult) {
	t.Helper()
	b, sum := seal[sealed.SurveyResult](t, surveyContent{"soc-trang", "2026", plan, results})
	s.change(func(s *siblings) {
		s.drop(plan)
		s.plans = append(s.plans, &surveyv1.SurveyPlan{Id: plan, State: surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CLOSED})
		s.snapshots[plan] = &surveyv1.ResultSnapshot{Authority: "soc-trang", Cycle: "2026", Plan: plan, Content: b, Sha256: sum}
	})
}

// setOpen opens a plan that surveys an item of the departments.
func (s *siblings) setOpen(plan, item string) {
	s.change(func(s *siblings) {
		s.drop(plan)
		s.plans = append(s.plans, &surveyv1.SurveyPlan{
			Id: plan, State: surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_OPEN,
			Content: &surveyv1.SurveyPlanContent{Links: []*surveyv1.ItemLink{{Group: "departments", Item: item}}},
		})
	})
}

// setCancelled cancels a plan that surveys an item of the departments.
func (s *siblings) setCancelled(plan, item string) {
	s.setOpen(plan, item)
	s.change(func(s *siblings) {
		s.plans[len(s.plans)-1].State = surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CANCELLED
	})
}

func (s *siblings) drop(plan string) {
	if s.snapshots == nil {
		s.snapshots = map[string]*surveyv1.ResultSnapshot{}
	}
	s.plans = slices.DeleteFunc(s.plans, func(x *surveyv1.SurveyPlan) bool { return x.GetId() == plan })
	delete(s.snapshots, plan)
}

// copied returns what s holds now.
func (s *siblings) copied() *siblings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &siblings{
		outcomes: slices.Clone(s.outcomes), said: maps.Clone(s.said), values: maps.Clone(s.values), plans: slices.Clone(s.plans), snapshots: maps.Clone(s.snapshots),
	}
}

// move moves the cycle and returns when scoring has heard of it.
func (w *world) move(t *testing.T, phase catalogv1.Phase) {
	t.Helper()
	w.catalog.Move("soc-trang", "2026", phase)
	w.heard(t)
}

// heard returns when scoring has heard of the cycles as they are.
func (w *world) heard(t *testing.T) {
	t.Helper()
	servicetest.Eventually(t, "scoring knows the cycles", w.catalog.Settled)
}
