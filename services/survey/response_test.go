package survey_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

// rows counts the responses stored and the invitations used.
func (w *world) rows(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("%d stored, %d used",
		w.number(t, `select count(*) from survey.response`), w.number(t, `select count(*) from survey.invitation where used`))
}

func (w *world) wantRows(t *testing.T, want string) {
	t.Helper()
	if got := w.rows(t); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// replicas returns three instances of the service with one database: within one
// instance the responses to a plan are stored one transaction after the other.
func replicas(t *testing.T) []*world {
	t.Helper()
	ws := []*world{newWorld(t)}
	for range 2 {
		w := open(t, ws[0].db, ws[0].db.DSN)
		w.settle(t)
		ws = append(ws, w)
	}
	return ws
}

// TestSameResponse checks that a response sent fifty times at once, and again later,
// is stored once and always acknowledged (rule Q5).
func TestSameResponse(t *testing.T) {
	ws := replicas(t)
	w := ws[0]
	w.opened(t, "officials", content())
	r := response(w.invite(t, "officials", "so-noi-vu", 1)[0])
	atOnce(50, func(i int) {
		if answer, err := ws[i%3].SubmitResponse(t.Context(), r); err != nil || answer.GetResponseId() != r.GetResponseId() {
			t.Errorf("got %v %s", answer, said(err))
		}
	})
	w.wantRows(t, "1 stored, 1 used")

	inAnotherOrder, _ := proto.Clone(r).(*surveyv1.SubmitResponseRequest)
	slices.Reverse(inAnotherOrder.GetAnswers())
	w.submit(t, inAnotherOrder)
	for name, answers := range map[string][]*surveyv1.Answer{
		"another":      {satisfaction("speed", 5), option("results", "fair")},
		"one more":     append(r.GetAnswers(), satisfaction("manner", 5)),
		"invalid ones": {satisfaction("speed", 5)},
	} {
		other, _ := proto.Clone(r).(*surveyv1.SubmitResponseRequest)
		other.Answers = answers
		if _, err := w.SubmitResponse(t.Context(), other); said(err) != "RESPONSE_ID_REUSED responseId" {
			t.Errorf("%s answers under the id: %s", name, said(err))
		}
	}
	withAnotherID, _ := proto.Clone(r).(*surveyv1.SubmitResponseRequest)
	withAnotherID.ResponseId = uuid.NewString()
	_, err := w.SubmitResponse(t.Context(), withAnotherID)
	wantSaid(t, err, "INVITATION_USED token")
	w.wantRows(t, "1 stored, 1 used")

	// The answer stays the same whatever happens afterwards.
	if _, err := w.CloseSurveyPlan(operator(t), closing("officials")); err != nil {
		t.Fatal(said(err))
	}
	w.submit(t, r)
	w.catalog.Move("soc-trang", "2026", catalogv1.Phase_PHASE_PRESENTED)
	w.settle(t)
	w.submit(t, r)
	w.catalog.Leave(fault.StorageAway)
	w.submit(t, r)
}

// TestOneOfManyResponses checks that one of fifty responses sent at once to one
// invitation is stored.
func TestOneOfManyResponses(t *testing.T) {
	ws := replicas(t)
	w := ws[0]
	w.opened(t, "officials", content())
	token := w.invite(t, "officials", "so-noi-vu", 1)[0]
	var stored atomic.Int32
	atOnce(50, func(i int) {
		_, err := ws[i%3].SubmitResponse(t.Context(), response(token, satisfaction("manner", 5), satisfaction("speed", 1), words("remarks", strconv.Itoa(i)), option("results", "poor")))
		if err == nil {
			stored.Add(1)
			return
		}
		wantSaid(t, err, "INVITATION_USED token")
	})
	if stored.Load() != 1 {
		t.Errorf("%d of 50 were acknowledged", stored.Load())
	}
	w.wantRows(t, "1 stored, 1 used")
}

// TestResponseIDOfAnother checks that a response with the id of another one is
// refused, and that its invitation stays unused.
func TestResponseIDOfAnother(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	tokens := w.invite(t, "officials", "so-noi-vu", 10)
	first := response(tokens[0])
	w.submit(t, first)
	atOnce(len(tokens), func(i int) {
		r := response(tokens[i])
		if i%2 == 0 {
			r.ResponseId = first.GetResponseId()
		}
		_, err := w.SubmitResponse(t.Context(), r)
		switch {
		case i == 0 && err != nil, i%2 == 1 && err != nil:
			t.Errorf("%d: %s", i, said(err))
		case i > 0 && i%2 == 0:
			wantSaid(t, err, "RESPONSE_ID_REUSED responseId")
		}
	})
	w.wantRows(t, "6 stored, 6 used")
}

// TestManyLinks checks that responses to many invitations at once are all stored.
func TestManyLinks(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	tokens := w.invite(t, "officials", "so-noi-vu", 300)
	atOnce(len(tokens), func(i int) { w.submit(t, response(tokens[i])) })
	w.wantRows(t, "300 stored, 300 used")
	w.wantMetric(t, "parindex_responses_total 300")
}

// TestUnknownLinks checks that nobody without a valid token learns anything.
func TestUnknownLinks(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	stored := response(w.invite(t, "officials", "so-noi-vu", 1)[0])
	w.submit(t, stored)
	for _, token := range []string{
		strings.Repeat("A", 22), strings.Repeat("_", 16), strings.Repeat("-", 64), // well-formed, of the length of tokens and of others
		strings.ToLower(stored.GetToken()) + "-", stored.GetToken()[:16],
	} {
		_, err := w.ReadInvitation(t.Context(), &surveyv1.ReadInvitationRequest{Token: token})
		wantSaid(t, err, "INVITATION_UNKNOWN token")
		r := response(token)
		_, err = w.SubmitResponse(t.Context(), r)
		wantSaid(t, err, "INVITATION_UNKNOWN token")
		r.ResponseId, r.Answers = stored.GetResponseId(), nil
		_, err = w.SubmitResponse(t.Context(), r)
		wantSaid(t, err, "INVITATION_UNKNOWN token")
	}
	for _, token := range []string{"", "short", "with spaces in it!!", strings.Repeat("A", 65)} {
		_, err := w.ReadInvitation(t.Context(), &surveyv1.ReadInvitationRequest{Token: token})
		if !strings.HasPrefix(said(err), "BAD_REQUEST") {
			t.Errorf("%q: %s", token, said(err))
		}
	}
	w.wantRows(t, "1 stored, 1 used")
}

// TestMissingAnswers checks that a response needs an answer to every required question
// and to no other (rule Q6).
func TestMissingAnswers(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	token := w.invite(t, "officials", "so-noi-vu", 1)[0]
	for name, tt := range map[string]struct {
		answers []*surveyv1.Answer
		want    string
	}{
		"nothing":               {[]*surveyv1.Answer{}, "answers ANSWER_MISSING\nanswers ANSWER_MISSING"},
		"one missing":           {[]*surveyv1.Answer{satisfaction("speed", 4)}, "answers ANSWER_MISSING"},
		"only what is optional": {[]*surveyv1.Answer{words("remarks", "Tốt")}, "answers ANSWER_MISSING\nanswers ANSWER_MISSING"},
	} {
		_, err := w.SubmitResponse(t.Context(), response(token, tt.answers...))
		if got := said(err); got != "RESPONSE_INVALID\n"+tt.want {
			t.Errorf("%s: got %s\nwant %s", name, got, tt.want)
		}
	}
	w.wantRows(t, "0 stored, 0 used")
	w.submit(t, response(token, satisfaction("speed", 4), option("results", "fair")))
	w.wantRows(t, "1 stored, 1 used")
}

// TestNonsense checks that an invalid response is refused with all its errors and is
// not stored.
func TestNonsense(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	token := w.invite(t, "officials", "so-noi-vu", 1)[0]
	good := []*surveyv1.Answer{satisfaction("speed", 4), option("results", "fair")}
	for name, tt := range map[string]struct {
		answers []*surveyv1.Answer
		want    string
	}{
		"to an unknown question":    {append(good, satisfaction("none", 1)), "answers[2].question ANSWER_WITHOUT_QUESTION"},
		"twice":                     {append(good, good[0]), "answers[2].question ANSWER_TWICE"},
		"twice, otherwise":          {append(good, words("speed", "x")), "answers[2].question ANSWER_TWICE"},
		"an option that is not one": {[]*surveyv1.Answer{good[0], option("results", "best")}, "answers[1].option ANSWER_OPTION_UNKNOWN"},
		"of other kinds": {
			[]*surveyv1.Answer{option("speed", "good"), words("results", "good"), satisfaction("remarks", 1)},
			"answers[0] ANSWER_KIND_WRONG\nanswers[1] ANSWER_KIND_WRONG\nanswers[2] ANSWER_KIND_WRONG",
		},
		"all at once": {
			[]*surveyv1.Answer{satisfaction("manner", 2), satisfaction("manner", 2), option("results", "x"), words("x", "x")},
			"answers[1].question ANSWER_TWICE\nanswers[2].option ANSWER_OPTION_UNKNOWN\nanswers[3].question ANSWER_WITHOUT_QUESTION\nanswers ANSWER_MISSING",
		},
	} {
		_, err := w.SubmitResponse(t.Context(), &surveyv1.SubmitResponseRequest{ResponseId: uuid.NewString(), Token: token, Answers: tt.answers})
		if got, ok := strings.CutPrefix(said(err), "RESPONSE_INVALID\n"); !ok || got != tt.want {
			t.Errorf("%s: got %s\nwant %s", name, said(err), tt.want)
		}
	}
	for name, r := range map[string]*surveyv1.SubmitResponseRequest{
		"satisfaction 6":     response(token, satisfaction("speed", 6), good[1]),
		"no value":           response(token, &surveyv1.Answer{Question: "speed"}, good[1]),
		"no id":              {ResponseId: "1", Token: token, Answers: good},
		"blank words":        response(token, append(good, words("remarks", " \n"))...),
		"unprintable words":  response(token, append(good, words("remarks", "a\x00b"))...),
		"words of old fonts": response(token, append(good, words("remarks", "C¸n bé nhiÖt t×nh"))...),
		"words too long":     response(token, append(good, words("remarks", strings.Repeat("ế", 4001)))...),
	} {
		if _, err := w.SubmitResponse(t.Context(), r); !strings.HasPrefix(said(err), "BAD_REQUEST\n") {
			t.Errorf("%s: %s", name, said(err))
		}
	}
	w.wantRows(t, "0 stored, 0 used")
	w.submit(t, response(token, good...))
}

// TestLargeResponse checks that 200 answers of 4000 characters are stored, and that
// the errors of 200 answers are all reported.
func TestLargeResponse(t *testing.T) {
	w := newWorld(t)
	c := &surveyv1.SurveyPlanContent{Title: "Dài", DecisionNumber: "1", Links: content().GetLinks()[:1]}
	c.Links[0].Questions = []string{"choice"}
	answers := make([]*surveyv1.Answer, 0, 200)
	for i := range 199 {
		id := fmt.Sprint("q", i)
		c.Questions = append(c.Questions, &surveyv1.Question{Id: id, Text: "?", Required: true, Kind: &surveyv1.Question_TextAnswer{TextAnswer: &surveyv1.FreeText{}}})
		answers = append(answers, words(id, strings.Repeat("ế", 4000)))
	}
	choice, _ := proto.Clone(content().GetQuestions()[2]).(*surveyv1.Question)
	choice.Id = "choice"
	c.Questions = append(c.Questions, choice)
	answers = append(answers, option("choice", "good"))
	w.opened(t, "long", c)
	tokens := w.invite(t, "long", "so-noi-vu", 8)
	atOnce(len(tokens)-1, func(i int) { w.submit(t, response(tokens[i], answers...)) })
	for i := range answers {
		answers[i] = words(fmt.Sprint("x", i), "x")
	}
	_, err := w.SubmitResponse(t.Context(), response(tokens[7], answers...))
	if n := strings.Count(said(err), "ANSWER_WITHOUT_QUESTION") + strings.Count(said(err), "ANSWER_MISSING"); n != 400 {
		t.Errorf("%d faults listed of 400: %.200s", n, said(err))
	}
	w.wantRows(t, "7 stored, 7 used")
}

// TestLedger closes a survey while fifty people respond, and checks that exactly the
// acknowledged responses are counted (rule Q13).
func TestLedger(t *testing.T) {
	ws := replicas(t)
	w := ws[0]
	w.opened(t, "officials", content())
	const clients, each = 50, 20
	tokens := w.invite(t, "officials", "so-noi-vu", clients*each)
	acknowledged := make([]int, clients)
	var total atomic.Int32
	begun, ended := make(chan struct{}), make(chan struct{})
	begin := sync.OnceFunc(func() { close(begun) })
	var counted int
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(ended)
		<-begun
		closed, err := w.CloseSurveyPlan(operator(t), closing("officials"))
		if err != nil {
			t.Error(said(err))
			return
		}
		var r struct{ Results []struct{ Valid int } }
		if err := json.Unmarshal(closed.GetResultSnapshot().GetContent(), &r); err != nil {
			t.Error(err)
			return
		}
		counted = r.Results[0].Valid
	})
	atOnce(clients, func(c int) {
		for i := range each {
			if i == each-1 { // the last one is sent after the closing
				begin()
				<-ended
			}
			_, err := ws[c%3].SubmitResponse(t.Context(), response(tokens[c*each+i]))
			if err != nil {
				wantSaid(t, err, "SURVEY_CLOSED")
				continue
			}
			acknowledged[c]++
			if total.Add(1) >= clients*each/4 {
				begin()
			}
		}
	})
	wg.Wait()
	sum := 0
	for _, n := range acknowledged {
		sum += n
	}
	if counted != sum || sum == 0 || sum > clients*(each-1) {
		t.Errorf("%d acknowledged and %d counted of %d", sum, counted, clients*each)
	}
	w.wantRows(t, fmt.Sprintf("%d stored, %d used", sum, sum))
}

// TestPresentedWhileAnswered presents the cycle while people respond, and checks that
// the acknowledged responses are stored, and none after the cycle was presented.
func TestPresentedWhileAnswered(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	tokens := w.invite(t, "officials", "so-noi-vu", 400)
	var acknowledged atomic.Int32
	presented := make(chan struct{})
	var wg sync.WaitGroup
	for c := range 20 {
		wg.Go(func() {
			for i := range 20 {
				late := i == 19
				if late {
					<-presented
				}
				_, err := w.SubmitResponse(t.Context(), response(tokens[c*20+i]))
				if err != nil {
					wantSaid(t, err, "SURVEY_CLOSED")
					continue
				}
				if acknowledged.Add(1); late {
					t.Error("stored after the cycle was presented")
				}
			}
		})
	}
	eventually(t, func() bool { return acknowledged.Load() > 20 })
	w.catalog.Move("soc-trang", "2026", catalogv1.Phase_PHASE_PRESENTED)
	w.settle(t)
	close(presented)
	wg.Wait()
	n := acknowledged.Load()
	w.wantRows(t, fmt.Sprintf("%d stored, %d used", n, n))

	_, err := w.CreateInvitations(operator(t), inviting("officials", "so-noi-vu", 1))
	wantSaid(t, err, "WINDOW_CLOSED")
	_, err = w.CreateSurveyPlan(operator(t), &surveyv1.CreateSurveyPlanRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: "late", Content: content(), RequestId: uuid.NewString(),
	})
	wantSaid(t, err, "WINDOW_CLOSED")
	read, err := w.ReadInvitation(t.Context(), &surveyv1.ReadInvitationRequest{Token: tokens[0]})
	if err != nil || read.GetInvitation().GetOpen() {
		t.Errorf("%v %s", read, said(err))
	}
	// A plan can be closed at any time.
	if _, err := w.CloseSurveyPlan(operator(t), closing("officials")); err != nil {
		t.Error(said(err))
	}
}

// TestCloseTwice checks that closing a plan many times at once and again later gives
// one result.
func TestCloseTwice(t *testing.T) {
	w := newWorld(t)
	draft := w.create(t, "officials", content())
	_, err := w.CloseSurveyPlan(operator(t), closing("officials"))
	wantSaid(t, err, "SURVEY_PLAN_NOT_OPEN plan")
	_, err = w.GetResultSnapshot(operator(t), &surveyv1.GetResultSnapshotRequest{Authority: "soc-trang", Cycle: "2026", Plan: "officials"})
	wantSaid(t, err, "SURVEY_PLAN_NOT_CLOSED plan")
	if _, err := w.OpenSurveyPlan(operator(t), opening("officials", draft.GetEtag())); err != nil {
		t.Fatal(said(err))
	}
	answers := make([]*surveyv1.CloseSurveyPlanResponse, 10)
	atOnce(len(answers), func(i int) {
		var err error
		if answers[i], err = w.CloseSurveyPlan(operator(t), closing("officials")); err != nil {
			t.Error(said(err))
		}
	})
	w.Clock.Add(5 * time.Second)
	w.catalog.Leave(fault.StorageAway)
	again, err := w.CloseSurveyPlan(operator(t), closing("officials"))
	if err != nil {
		t.Fatal(said(err))
	}
	for _, a := range append(answers, again) {
		if !proto.Equal(a, answers[0]) {
			t.Errorf("got %v and %v", answers[0], a)
		}
	}
	w.wantAudited(t, "officials", "create-survey-plan open-survey-plan close-survey-plan")
	_, err = w.CreateInvitations(operator(t), inviting("officials", "so-noi-vu", 1))
	w.catalog.Leave(nil)
	wantSaid(t, err, "SURVEY_PLAN_NOT_OPEN plan")
}

// TestInvitations checks that invitations are created once, and only for agencies
// that the plan surveys.
func TestInvitations(t *testing.T) {
	w := newWorld(t)
	draft := w.create(t, "officials", content())
	_, err := w.CreateInvitations(operator(t), inviting("officials", "so-noi-vu", 1))
	wantSaid(t, err, "SURVEY_PLAN_NOT_OPEN plan")
	_, err = w.CreateInvitations(operator(t), inviting("none", "so-noi-vu", 1))
	wantSaid(t, err, "SURVEY_PLAN_UNKNOWN plan")
	if _, err := w.OpenSurveyPlan(operator(t), opening("officials", draft.GetEtag())); err != nil {
		t.Fatal(said(err))
	}
	for agency, want := range map[string]string{
		"none": "AGENCY_NOT_IN_CYCLE agency", "so-tu-phap": "AGENCY_NOT_SCORED agency", "ke-sach": "AGENCY_NOT_SURVEYED agency",
	} {
		_, err := w.CreateInvitations(operator(t), inviting("officials", agency, 1))
		wantSaid(t, err, want)
	}
	req := inviting("officials", "so-noi-vu", 3)
	secrets := map[string]bool{}
	var mu sync.Mutex
	ids := map[string]bool{}
	atOnce(10, func(int) {
		answer, err := w.CreateInvitations(operator(t), req)
		if err != nil {
			t.Error(said(err))
		}
		mu.Lock()
		defer mu.Unlock()
		for _, i := range answer.GetInvitations() {
			ids[i.GetId()] = true
			if i.GetToken() != "" {
				secrets[i.GetToken()] = true
			}
			if i.GetAgency() != "so-noi-vu" || i.GetToken() != "" && len(i.GetToken()) != 22 {
				t.Errorf("got %v", i)
			}
		}
	})
	if len(ids) != 3 || len(secrets) != 3 {
		t.Errorf("%d ids and %d secrets of 3", len(ids), len(secrets))
	}
	w.catalog.Leave(fault.StorageAway)
	again, err := w.CreateInvitations(operator(t), req)
	if err != nil || len(again.GetInvitations()) != 3 || again.GetInvitations()[0].GetToken() != "" {
		t.Errorf("repeated, without catalog: %v %s", again, said(err))
	}
	req.Count = 4
	_, err = w.CreateInvitations(operator(t), req)
	wantSaid(t, err, "REQUEST_ID_REUSED requestId")
	if n := w.number(t, `select count(*) from survey.invitation`); n != 3 {
		t.Errorf("%d invitations are stored", n)
	}
}
