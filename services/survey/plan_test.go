package survey_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

// TestSurvey takes a survey from its draft to its frozen result.
func TestSurvey(t *testing.T) {
	w := newWorld(t)
	draft := w.create(t, "officials", content())
	want := content()
	want.Questions[2].GetOptions().Options[1].WeightPercent = "60.5"
	if draft.GetState() != surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_DRAFT || !proto.Equal(draft.GetContent(), want) {
		t.Errorf("the draft is %v", draft)
	}
	opened, err := w.OpenSurveyPlan(as(t, authv1.Role_ROLE_COORDINATOR), opening("officials", draft.GetEtag()))
	if err != nil {
		t.Fatal(said(err))
	}
	if p := opened.GetSurveyPlan(); p.GetState() != surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_OPEN || !p.GetOpenTime().AsTime().Equal(w.Clock.Now()) || p.GetEtag() == draft.GetEtag() {
		t.Errorf("opened: %v", p)
	}
	noiVu, taiChinh := w.invite(t, "officials", "so-noi-vu", 7), w.invite(t, "officials", "so-tai-chinh", 2)
	w.submit(t, response(noiVu[0], satisfaction("speed", 5), satisfaction("manner", 3), option("results", "good")))
	w.submit(t, response(noiVu[1], satisfaction("speed", 4), option("results", "fair"), words("remarks", "Rất tốt")))
	w.submit(t, response(noiVu[2], option("results", "fair"), satisfaction("speed", 1)))
	for _, token := range noiVu[3:6] {
		w.submit(t, response(token))
	}
	w.submit(t, response(taiChinh[0]))

	read, err := w.ReadInvitation(t.Context(), &surveyv1.ReadInvitationRequest{Token: noiVu[6]})
	if err != nil {
		t.Fatal(said(err))
	}
	golden(t, "testdata/invitation.txt", asJSON(t, read))

	w.Clock.Add(time.Second)
	closed, err := w.CloseSurveyPlan(operator(t), closing("officials"))
	if err != nil {
		t.Fatal(said(err))
	}
	r := closed.GetResultSnapshot()
	golden(t, "testdata/result.json", string(r.GetContent()))
	sum := sha256.Sum256(r.GetContent())
	if r.GetSha256() != hex.EncodeToString(sum[:]) || !r.GetCloseTime().AsTime().Equal(w.Clock.Now()) {
		t.Errorf("snapshot %v", r)
	}
	// The content is JSON of the message ResultContent.
	if err := protojson.Unmarshal(r.GetContent(), &surveyv1.ResultContent{}); err != nil {
		t.Error(err)
	}
	got, err := w.GetResultSnapshot(as(t, authv1.Role_ROLE_OBSERVER), &surveyv1.GetResultSnapshotRequest{Authority: "soc-trang", Cycle: "2026", Plan: "officials"})
	if err != nil || !proto.Equal(got.GetResultSnapshot(), r) {
		t.Errorf("the stored result: %v %s", got, said(err))
	}
	plan, err := w.GetSurveyPlan(operator(t), &surveyv1.GetSurveyPlanRequest{Authority: "soc-trang", Cycle: "2026", Plan: "officials"})
	if p := plan.GetSurveyPlan(); err != nil || p.GetInvitations() != 9 || p.GetResponses() != 7 || p.GetState() != surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CLOSED {
		t.Errorf("after closing: %v %s", plan, said(err))
	}
	if read, err = w.ReadInvitation(t.Context(), &surveyv1.ReadInvitationRequest{Token: noiVu[0]}); err != nil || read.GetInvitation().GetOpen() || !read.GetInvitation().GetUsed() {
		t.Errorf("a used invitation of a closed survey: %v %s", read, said(err))
	}
	w.wantAudited(t, "officials", "create-survey-plan open-survey-plan create-invitations create-invitations close-survey-plan")
	w.wantMetric(t, "parindex_responses_total 7")
	w.wantMetric(t, "parindex_survey_plans_open 0")
}

func asJSON(t *testing.T, m proto.Message) string {
	t.Helper()
	// protojson deliberately varies its spaces.
	return strings.ReplaceAll(protojson.MarshalOptions{Multiline: true, Indent: "  "}.Format(m), ":  ", ": ") + "\n"
}

func (w *world) wantAudited(t *testing.T, plan, want string) {
	t.Helper()
	resource := "authorities/soc-trang/cycles/2026/surveyPlans/" + plan
	if err := audit.Verify(t.Context(), w.db.Pool, "survey", resource); err != nil {
		t.Error(err)
	}
	records, err := audit.List(t.Context(), w.db.Pool, "survey", resource, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	actions := make([]string, 0, len(records))
	for _, r := range records {
		actions = append(actions, r.Action)
	}
	if got := strings.Join(actions, " "); got != want {
		t.Errorf("audited %s, want %s", got, want)
	}
}

func (w *world) wantMetric(t *testing.T, want string) {
	t.Helper()
	var got string
	eventually(t, func() bool { // a gauge that reads the database is NaN after a second without an answer
		got = w.metric(t, strings.Fields(want)[0])
		return got == want || !strings.HasSuffix(got, " NaN")
	})
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// metric returns a metric without labels as "name value".
func (w *world) metric(t *testing.T, name string) string {
	t.Helper()
	families, err := w.Metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return fmt.Sprintf("%s %v", name, m.GetCounter().GetValue()+m.GetGauge().GetValue())
		}
	}
	t.Fatalf("no metric %s", name)
	return ""
}

// TestDraft checks that a draft is created once and updated by etag.
func TestDraft(t *testing.T) {
	w := newWorld(t)
	made := &surveyv1.CreateSurveyPlanRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: "officials", Content: &surveyv1.SurveyPlanContent{Title: "Nháp"}, RequestId: uuid.NewString(),
	}
	first, err := w.CreateSurveyPlan(operator(t), made)
	if err != nil {
		t.Fatal(said(err))
	}
	if again, err := w.CreateSurveyPlan(operator(t), made); err != nil || !proto.Equal(again, first) {
		t.Errorf("repeated: %v %s", again, said(err))
	}
	other, _ := proto.Clone(made).(*surveyv1.CreateSurveyPlanRequest)
	other.Content.Title = "Khác"
	_, err = w.CreateSurveyPlan(operator(t), other)
	wantSaid(t, err, "REQUEST_ID_REUSED requestId")
	other.RequestId = uuid.NewString()
	_, err = w.CreateSurveyPlan(operator(t), other)
	wantSaid(t, err, "SURVEY_PLAN_EXISTS plan")

	change := &surveyv1.UpdateSurveyPlanRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: "officials", Content: content(), Etag: "1", RequestId: uuid.NewString(),
	}
	updated, err := w.UpdateSurveyPlan(operator(t), change)
	if err != nil || updated.GetSurveyPlan().GetEtag() != "2" {
		t.Fatalf("updated: %v %s", updated, said(err))
	}
	change.RequestId = uuid.NewString()
	_, err = w.UpdateSurveyPlan(operator(t), change)
	wantSaid(t, err, "STALE_ETAG etag")
	change.Etag, change.RequestId = "2", uuid.NewString()
	if same, err := w.UpdateSurveyPlan(operator(t), change); err != nil || same.GetSurveyPlan().GetEtag() != "2" {
		t.Errorf("with the same content: %v %s", same, said(err))
	}
	_, err = w.OpenSurveyPlan(operator(t), opening("officials", "1"))
	wantSaid(t, err, "STALE_ETAG etag")
	w.wantAudited(t, "officials", "create-survey-plan update-survey-plan")
}

// TestOneOfTwoUpdates checks that one of several simultaneous updates of the same
// version is stored.
func TestOneOfTwoUpdates(t *testing.T) {
	w := newWorld(t)
	w.create(t, "officials", content())
	var stored atomic.Int32
	atOnce(8, func(i int) {
		c := content()
		c.Title = fmt.Sprint("Bản ", i)
		_, err := w.UpdateSurveyPlan(operator(t), &surveyv1.UpdateSurveyPlanRequest{
			Authority: "soc-trang", Cycle: "2026", Plan: "officials", Content: c, Etag: "1", RequestId: uuid.NewString(),
		})
		if err == nil {
			stored.Add(1)
			return
		}
		wantSaid(t, err, "STALE_ETAG etag")
	})
	if stored.Load() != 1 {
		t.Errorf("%d of 8 were stored", stored.Load())
	}
}

// TestOpened checks that an opened plan cannot change.
func TestOpened(t *testing.T) {
	w := newWorld(t)
	draft := w.create(t, "officials", content())
	req := opening("officials", draft.GetEtag())
	first, err := w.OpenSurveyPlan(operator(t), req)
	if err != nil {
		t.Fatal(said(err))
	}
	w.catalog.Leave(fault.StorageAway)
	if again, err := w.OpenSurveyPlan(operator(t), req); err != nil || !proto.Equal(again, first) {
		t.Errorf("repeated, without catalog: %v %s", again, said(err))
	}
	w.catalog.Leave(nil)
	etag := first.GetSurveyPlan().GetEtag()
	_, err = w.OpenSurveyPlan(operator(t), opening("officials", etag))
	wantSaid(t, err, "SURVEY_PLAN_NOT_DRAFT plan")
	_, err = w.OpenSurveyPlan(operator(t), opening("officials", draft.GetEtag()))
	wantSaid(t, err, "STALE_ETAG etag")
	_, err = w.UpdateSurveyPlan(operator(t), &surveyv1.UpdateSurveyPlanRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: "officials", Content: &surveyv1.SurveyPlanContent{Title: "Khác"}, Etag: etag, RequestId: uuid.NewString(),
	})
	wantSaid(t, err, "SURVEY_PLAN_NOT_DRAFT plan")
}

// TestUnsound checks that a draft with every possible error is not opened and that
// each error is reported.
func TestUnsound(t *testing.T) {
	w := newWorld(t)
	other := content()
	other.Links = other.GetLinks()[1:]
	w.opened(t, "other", other)

	c := content()
	c.DecisionNumber = " \u200b"
	c.Questions = append(c.Questions, c.GetQuestions()[0], &surveyv1.Question{
		Id: "odd", Text: "?", Kind: &surveyv1.Question_Options{Options: &surveyv1.Options{Options: []*surveyv1.SurveyOption{
			{Id: "a", Text: "A", WeightPercent: "100.01"},
			{Id: "a", Text: "B", WeightPercent: "-1"},
			{Id: "b", Text: "B", WeightPercent: "0.12345678901"},
			{Id: "c", Text: "C", WeightPercent: "0.1234567890"},
		}}},
	})
	link := func(group, item string, method surveyv1.Method, questions ...string) *surveyv1.ItemLink {
		return &surveyv1.ItemLink{
			Group: group, Item: item, Questions: questions, Method: method, MinResponses: 5, Fallback: surveyv1.Fallback_FALLBACK_ZERO,
		}
	}
	c.Links = append(c.Links,
		link("departments", "ii.1.2", surveyv1.Method_METHOD_LINEAR_MEAN, "speed", "results", "remarks", "none"),
		link("departments", "ii.1.3", surveyv1.Method_METHOD_TOP_TWO, "speed"),
		link("departments", "ii.9", surveyv1.Method_METHOD_OPTION_WEIGHTS, "manner", "results"),
		link("communes", "ii.1.1", surveyv1.Method_METHOD_TOP_TWO, "speed"),
		link("districts", "ii.1.1", surveyv1.Method_METHOD_TOP_TWO, "speed"),
	)
	draft := w.create(t, "officials", c)
	_, err := w.OpenSurveyPlan(operator(t), opening("officials", draft.GetEtag()))
	golden(t, "testdata/unsound.txt", said(err)+"\n")
	if n := w.number(t, `select count(*) from survey.item_link where plan = 'officials'`); n != 0 {
		t.Errorf("%d items are linked by a draft", n)
	}
	empty := w.create(t, "empty", &surveyv1.SurveyPlanContent{Title: "Trống", DecisionNumber: "1"})
	_, err = w.OpenSurveyPlan(operator(t), opening("empty", empty.GetEtag()))
	wantSaid(t, err, "SURVEY_PLAN_UNSOUND\ncontent.questions QUESTIONS_MISSING")
}

// TestTextsOfAPlan checks that the texts of a plan are cleaned, and refused if they
// cannot be.
func TestTextsOfAPlan(t *testing.T) {
	w := newWorld(t)
	c := content()
	c.Title, c.Introduction = " Kha\u0309o sát\n\u200bý  kiến ", "Kính gửi\u00a0:\r\n\u00adông, bà "
	c.Questions[0].Text = "Thơ\u0300i gian?"
	got := w.create(t, "officials", c).GetContent()
	if got.GetTitle() != "Khảo sát ý kiến" || got.GetIntroduction() != "Kính gửi :\nông, bà" || got.GetQuestions()[0].GetText() != "Thời gian?" {
		t.Errorf("stored as %q, %q, %q", got.GetTitle(), got.GetIntroduction(), got.GetQuestions()[0].GetText())
	}
	c = content()
	c.Title, c.DecisionNumber, c.Introduction = " ", "1\n2", "\x00"
	c.Questions[0].Text = "ChÊt l\u00adîng phôc vô"
	_, err := w.CreateSurveyPlan(operator(t), &surveyv1.CreateSurveyPlanRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: "odd", Content: c, RequestId: uuid.NewString(),
	})
	wantSaid(t, err, "BAD_REQUEST\ncontent.decisionNumber TEXT_NOT_ONE_LINE\ncontent.introduction TEXT_UNPRINTABLE\n"+
		"content.questions[0].text TEXT_LEGACY_ENCODING\ncontent.title TEXT_MISSING")
}

// TestFewest checks that no plan can count the answers of fewer than 5 people (rule
// Q10).
func TestFewest(t *testing.T) {
	w := newWorld(t)
	c := content()
	c.Links[1].MinResponses = 4
	_, err := w.CreateSurveyPlan(operator(t), &surveyv1.CreateSurveyPlanRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: "officials", Content: c, RequestId: uuid.NewString(),
	})
	wantSaid(t, err, "BAD_REQUEST\ncontent.links[1].minResponses int32.gte_lte")
}

// TestItemInOnePlan checks that one of several plans that link the same items and are
// opened at once is opened.
func TestItemInOnePlan(t *testing.T) {
	w := newWorld(t)
	const plans = 8
	for i := range plans {
		w.create(t, fmt.Sprint("plan-", i), content())
	}
	var opened atomic.Int32
	atOnce(plans, func(i int) {
		_, err := w.OpenSurveyPlan(operator(t), opening(fmt.Sprint("plan-", i), "1"))
		if err == nil {
			opened.Add(1)
			return
		}
		wantSaid(t, err, "SURVEY_PLAN_UNSOUND\ncontent.links[0].item ITEM_LINKED_ELSEWHERE\ncontent.links[1].item ITEM_LINKED_ELSEWHERE")
	})
	if opened.Load() != 1 {
		t.Errorf("%d of %d were opened", opened.Load(), plans)
	}
}

// TestContentTooLarge checks that a content above 1 MiB is refused, and that pages of
// large plans end early.
func TestContentTooLarge(t *testing.T) {
	w := newWorld(t)
	c := content()
	for i := range 100 {
		q := &surveyv1.Options{}
		for j := range 40 {
			q.Options = append(q.Options, &surveyv1.SurveyOption{Id: fmt.Sprint("o", j), Text: strings.Repeat("ế", 100), WeightPercent: "1"})
		}
		c.Questions = append(c.Questions, &surveyv1.Question{Id: fmt.Sprint("q", i), Text: "?", Kind: &surveyv1.Question_Options{Options: q}})
	}
	_, err := w.CreateSurveyPlan(operator(t), &surveyv1.CreateSurveyPlanRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: "large", Content: c, RequestId: uuid.NewString(),
	})
	wantSaid(t, err, "CONTENT_TOO_LARGE content")
	c.Questions = c.GetQuestions()[:60]
	for i := range 5 {
		w.create(t, fmt.Sprint("plan-", i), c)
	}
	// A page ends before the answer grows too large.
	w.wantPages(t, 200, "plan-0 plan-1", "plan-2 plan-3", "plan-4")
}

// TestPages checks the pages of the list of plans.
func TestPages(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"c", "a", "e", "b", "d"} {
		w.create(t, id, &surveyv1.SurveyPlanContent{Title: id})
	}
	w.wantPages(t, 0, "a b c d e")
	w.wantPages(t, 5, "a b c d e")
	w.wantPages(t, 2, "a b", "c d", "e")
	_, err := w.ListSurveyPlans(operator(t), &surveyv1.ListSurveyPlansRequest{Authority: "soc-trang", Cycle: "2026", PageToken: "x"})
	wantSaid(t, err, "PAGE_TOKEN_INVALID pageToken")
}

func (w *world) wantPages(t *testing.T, size int32, want ...string) {
	t.Helper()
	token := ""
	for i, page := range want {
		answer, err := w.ListSurveyPlans(operator(t), &surveyv1.ListSurveyPlansRequest{Authority: "soc-trang", Cycle: "2026", PageSize: size, PageToken: token})
		if err != nil {
			t.Fatal(said(err))
		}
		ids := make([]string, 0, len(answer.GetSurveyPlans()))
		for _, p := range answer.GetSurveyPlans() {
			ids = append(ids, p.GetId())
		}
		if got := strings.Join(ids, " "); got != page {
			t.Errorf("page %d of %d is %s, want %s", i, size, got, page)
		}
		token = answer.GetNextPageToken()
	}
	if token != "" {
		t.Errorf("a page after the last")
	}
}
