package survey_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

func cancelling(plan, etag string) *surveyv1.CancelSurveyPlanRequest {
	return &surveyv1.CancelSurveyPlanRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: plan, DocumentNumber: "45/SNV-KS", Reason: "Phiếu thiếu câu hỏi về kết quả.", Etag: etag, RequestId: uuid.NewString(),
	}
}

func reopening(plan, etag string) *surveyv1.ReopenSurveyPlanRequest {
	return &surveyv1.ReopenSurveyPlanRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: plan, DocumentNumber: "46/SNV-KS", Reason: "Đóng nhầm trước hạn.", Etag: etag, RequestId: uuid.NewString(),
	}
}

func (w *world) plan(t *testing.T, plan string) *surveyv1.SurveyPlan {
	t.Helper()
	answer, err := w.GetSurveyPlan(operator(t), &surveyv1.GetSurveyPlanRequest{Authority: "soc-trang", Cycle: "2026", Plan: plan})
	if err != nil {
		t.Fatal(said(err))
	}
	return answer.GetSurveyPlan()
}

func (w *world) close(t *testing.T, plan string) *surveyv1.ResultSnapshot {
	t.Helper()
	answer, err := w.CloseSurveyPlan(operator(t), closing(plan))
	if err != nil {
		t.Fatal(said(err))
	}
	return answer.GetResultSnapshot()
}

func (w *world) reopen(t *testing.T, plan string) {
	t.Helper()
	if _, err := w.ReopenSurveyPlan(operator(t), reopening(plan, w.plan(t, plan).GetEtag())); err != nil {
		t.Fatal(said(err))
	}
}

func (w *world) cancel(t *testing.T, plan string) {
	t.Helper()
	if _, err := w.CancelSurveyPlan(operator(t), cancelling(plan, w.plan(t, plan).GetEtag())); err != nil {
		t.Fatal(said(err))
	}
}

// valid returns the number of valid responses of the first result in a snapshot.
func valid(t *testing.T, r *surveyv1.ResultSnapshot) int {
	t.Helper()
	var content struct {
		Results []struct {
			Agency string
			Valid  int
		}
	}
	if err := json.Unmarshal(r.GetContent(), &content); err != nil {
		t.Fatal(err)
	}
	return content.Results[0].Valid
}

// TestCancel cancels a plan that was opened with a wrong questionnaire. Its responses are
// kept and count for nothing, its links say so, and another plan takes its place. A plan
// that was cancelled by mistake can be opened again.
func TestCancel(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "wrong", content())
	tokens := w.invite(t, "wrong", "so-noi-vu", 3)
	stored := response(tokens[0])
	w.submit(t, stored)
	req := cancelling("wrong", w.plan(t, "wrong").GetEtag())
	first, err := w.CancelSurveyPlan(operator(t), req)
	if err != nil {
		t.Fatal(said(err))
	}
	p := first.GetSurveyPlan()
	if p.GetState() != surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CANCELLED || p.GetResponses() != 1 || p.GetInvitations() != 3 || len(p.GetReversals()) != 1 {
		t.Fatalf("cancelled: %v", p)
	}
	r := p.GetReversals()[0]
	if r.GetDocumentNumber() != "45/SNV-KS" || r.GetReason() != req.GetReason() || !r.GetTime().AsTime().Equal(w.Clock.Now()) || r.GetWithdrawnSha256() != "" {
		t.Errorf("the reversal is %v", r)
	}
	if again, err := w.CancelSurveyPlan(operator(t), req); err != nil || !proto.Equal(again, first) {
		t.Errorf("sent again: %v %s", again, said(err))
	}
	if got := w.plan(t, "wrong"); !proto.Equal(got, p) {
		t.Errorf("stored: %v", got)
	}
	_, err = w.CancelSurveyPlan(operator(t), cancelling("wrong", "2"))
	wantSaid(t, err, "STALE_ETAG etag")

	for name, call := range w.calls("soc-trang", "2026", "wrong") {
		switch name {
		case "GetSurveyPlan", "ListSurveyPlans":
			wantNamed(t, name, call(operator(t)), "<nil>")
		case "CreateSurveyPlan":
			wantNamed(t, name, call(operator(t)), "SURVEY_PLAN_EXISTS plan")
		case "UpdateSurveyPlan", "OpenSurveyPlan", "CancelSurveyPlan", "ReopenSurveyPlan": // these state the first etag
			wantNamed(t, name, call(operator(t)), "STALE_ETAG etag")
		default:
			wantNamed(t, name, call(operator(t)), "SURVEY_PLAN_CANCELLED plan")
		}
	}
	_, err = w.CancelSurveyPlan(operator(t), cancelling("wrong", p.GetEtag()))
	wantSaid(t, err, "SURVEY_PLAN_CANCELLED plan")
	_, err = w.ReadInvitation(t.Context(), &surveyv1.ReadInvitationRequest{Token: tokens[1]})
	wantSaid(t, err, "SURVEY_CANCELLED token")
	_, err = w.SubmitResponse(t.Context(), response(tokens[1]))
	wantSaid(t, err, "SURVEY_CANCELLED")
	w.submit(t, stored) // its client hears that it is stored, however often it asks

	w.opened(t, "right", content())
	_, err = w.ReopenSurveyPlan(operator(t), reopening("wrong", p.GetEtag()))
	wantSaid(t, err, "SURVEY_PLAN_UNSOUND\ncontent.links[0].item ITEM_LINKED_ELSEWHERE\ncontent.links[1].item ITEM_LINKED_ELSEWHERE")
	w.cancel(t, "right")
	w.reopen(t, "wrong")
	w.submit(t, response(tokens[1]))
	if n := valid(t, w.close(t, "wrong")); n != 2 {
		t.Errorf("%d responses count", n)
	}
	draft := w.create(t, "right-too", content())
	_, err = w.OpenSurveyPlan(operator(t), opening("right-too", draft.GetEtag()))
	wantSaid(t, err, "SURVEY_PLAN_UNSOUND\ncontent.links[0].item ITEM_LINKED_ELSEWHERE\ncontent.links[1].item ITEM_LINKED_ELSEWHERE")
	w.wantAudited(t, "wrong", "create-survey-plan open-survey-plan create-invitations cancel-survey-plan reopen-survey-plan close-survey-plan")
}

// TestCancelDraft cancels a draft, which nobody can open afterwards.
func TestCancelDraft(t *testing.T) {
	w := newWorld(t)
	w.create(t, "draft", content())
	w.cancel(t, "draft")
	etag := w.plan(t, "draft").GetEtag()
	_, err := w.OpenSurveyPlan(operator(t), opening("draft", etag))
	wantSaid(t, err, "SURVEY_PLAN_CANCELLED plan")
	_, err = w.ReopenSurveyPlan(operator(t), reopening("draft", etag))
	wantSaid(t, err, "SURVEY_PLAN_CANCELLED plan")
	w.opened(t, "officials", content())
}

// TestReopen reopens a plan that was closed too early: its result is withdrawn, links
// that were not used work again, and the next result counts every response once.
func TestReopen(t *testing.T) {
	w := newWorld(t)
	draft := w.create(t, "officials", content())
	_, err := w.ReopenSurveyPlan(operator(t), reopening("officials", draft.GetEtag()))
	wantSaid(t, err, "SURVEY_PLAN_NOT_CLOSED plan")
	if _, err := w.OpenSurveyPlan(operator(t), opening("officials", draft.GetEtag())); err != nil {
		t.Fatal(said(err))
	}
	_, err = w.ReopenSurveyPlan(operator(t), reopening("officials", w.plan(t, "officials").GetEtag()))
	wantSaid(t, err, "SURVEY_PLAN_NOT_CLOSED plan")
	tokens := w.invite(t, "officials", "so-noi-vu", 7)
	for _, token := range tokens[:5] {
		w.submit(t, response(token))
	}
	closes := closing("officials")
	early, err := w.CloseSurveyPlan(operator(t), closes)
	if err != nil || early.GetResultSnapshot().GetVersion() != 1 {
		t.Fatalf("%v %s", early, said(err))
	}
	_, err = w.SubmitResponse(t.Context(), response(tokens[5]))
	wantSaid(t, err, "SURVEY_CLOSED")

	req := reopening("officials", w.plan(t, "officials").GetEtag())
	first, err := w.ReopenSurveyPlan(operator(t), req)
	if err != nil {
		t.Fatal(said(err))
	}
	p := first.GetSurveyPlan()
	if p.GetState() != surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_OPEN || p.GetCloseTime() != nil || p.GetReversals()[0].GetWithdrawnSha256() != early.GetResultSnapshot().GetSha256() {
		t.Errorf("reopened: %v", p)
	}
	get := &surveyv1.GetResultSnapshotRequest{Authority: "soc-trang", Cycle: "2026", Plan: "officials"}
	_, err = w.GetResultSnapshot(operator(t), get)
	wantSaid(t, err, "SURVEY_PLAN_NOT_CLOSED plan")
	if again, err := w.CloseSurveyPlan(operator(t), closes); err != nil || !proto.Equal(again, early) {
		t.Errorf("the first closing sent again: %v %s", again, said(err))
	}
	if again, err := w.ReopenSurveyPlan(operator(t), req); err != nil || !proto.Equal(again, first) {
		t.Errorf("sent again: %v %s", again, said(err))
	}
	_, err = w.SubmitResponse(t.Context(), response(tokens[0]))
	wantSaid(t, err, "INVITATION_USED token")
	w.submit(t, response(tokens[5]))
	w.Clock.Add(time.Second)
	late := w.close(t, "officials")
	if n := valid(t, late); n != 6 || late.GetVersion() != 2 || !late.GetCloseTime().AsTime().Equal(w.Clock.Now()) {
		t.Errorf("closed again: %d valid, %v", n, late)
	}
	if got, err := w.GetResultSnapshot(operator(t), get); err != nil || !proto.Equal(got.GetResultSnapshot(), late) {
		t.Errorf("the result is %v %s", got, said(err))
	}
	if n := w.number(t, `select count(*) from survey.result_snapshot`); n != 2 {
		t.Errorf("%d results are stored", n)
	}

	w.cancel(t, "officials")
	if r := w.plan(t, "officials").GetReversals(); len(r) != 2 || r[1].GetWithdrawnSha256() != late.GetSha256() {
		t.Errorf("the reversals are %v", r)
	}
	_, err = w.GetResultSnapshot(operator(t), get)
	wantSaid(t, err, "SURVEY_PLAN_CANCELLED plan")
	w.reopen(t, "officials")
	if third := w.close(t, "officials"); third.GetVersion() != 3 || valid(t, third) != 6 {
		t.Errorf("the third result is %v", third)
	}
}

// TestOwnInvitations checks that nobody gets the links with which people answer about the
// own agency or one above it (rule V1). Those about others are given.
func TestOwnInvitations(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	role := auth.Binding{Role: authv1.Role_ROLE_SURVEY_OPERATOR, Authority: "soc-trang"}
	head := auth.Binding{Role: authv1.Role_ROLE_AGENCY_HEAD, Authority: "soc-trang", Agency: "so-noi-vu"}
	for name, p := range map[string]auth.Principal{
		"home agency": {Agency: "so-noi-vu", Bindings: []auth.Binding{role}}, "head": {Bindings: []auth.Binding{role, head}},
	} {
		p.Kind, p.ID, p.Authority = auth.Person, uuid.NewString(), "soc-trang"
		ctx := auth.With(t.Context(), p, "")
		_, err := w.CreateInvitations(ctx, inviting("officials", "so-noi-vu", 3))
		wantNamed(t, name, err, "OWN_AGENCY_SURVEYED agency")
		if _, err = w.CreateInvitations(ctx, inviting("officials", "so-tai-chinh", 3)); err != nil {
			t.Errorf("%s, about another agency: %s", name, said(err))
		}
	}
}

// TestReversalsRefused checks who may not reopen or cancel, and what a request must say.
func TestReversalsRefused(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	w.close(t, "officials")
	etag := w.plan(t, "officials").GetEtag()
	role := auth.Binding{Role: authv1.Role_ROLE_SURVEY_OPERATOR, Authority: "soc-trang"}
	at := func(agency string, more ...auth.Binding) context.Context {
		return auth.With(t.Context(), auth.Principal{
			Kind: auth.Person, ID: uuid.NewString(), Authority: "soc-trang", Agency: agency, Bindings: append(more, role),
		}, "")
	}
	head := auth.Binding{Role: authv1.Role_ROLE_AGENCY_HEAD, Authority: "soc-trang", Agency: "so-tai-chinh"}
	for name, ctx := range map[string]context.Context{"of a surveyed agency": at("so-noi-vu"), "the head of one": at("", head)} {
		_, err := w.CancelSurveyPlan(ctx, cancelling("officials", etag))
		wantNamed(t, name, err, "OWN_AGENCY_SURVEYED plan")
		_, err = w.ReopenSurveyPlan(ctx, reopening("officials", etag))
		wantNamed(t, name, err, "OWN_AGENCY_SURVEYED plan")
	}
	_, err := w.ReopenSurveyPlan(operator(t), reopening("officials", "9"))
	wantSaid(t, err, "STALE_ETAG etag")
	blank := cancelling("officials", "")
	blank.Reason, blank.DocumentNumber = " \u200b", ""
	_, err = w.CancelSurveyPlan(operator(t), blank)
	wantSaid(t, err, "BAD_REQUEST\nreason TEXT_MISSING\ndocumentNumber string.min_len\netag string.min_len")
	long := reopening("officials", etag)
	long.Reason, long.DocumentNumber = strings.Repeat("x", 1<<20), "1\n2"
	_, err = w.ReopenSurveyPlan(operator(t), long)
	wantSaid(t, err, "BAD_REQUEST\ndocumentNumber TEXT_NOT_ONE_LINE\nreason string.max_len")
	if p := w.plan(t, "officials"); p.GetEtag() != etag {
		t.Errorf("changed to %v", p)
	}
	// An agency that the plan does not survey has no interest in it.
	if _, err := w.CancelSurveyPlan(at("ke-sach"), cancelling("officials", etag)); err != nil {
		t.Error(said(err))
	}
}

// TestReversalPhases checks that a plan can be reopened and cancelled until its cycle is
// presented, and again after its publication, when people can answer.
func TestReversalPhases(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	tokens := w.invite(t, "officials", "so-noi-vu", 2)
	w.close(t, "officials")
	move := func(p catalogv1.Phase) {
		w.catalog.Move("soc-trang", "2026", p)
		w.settle(t)
	}
	for _, phase := range []catalogv1.Phase{catalogv1.Phase_PHASE_PRESENTED, catalogv1.Phase_PHASE_ARCHIVED} {
		move(phase)
		_, err := w.ReopenSurveyPlan(operator(t), reopening("officials", w.plan(t, "officials").GetEtag()))
		wantSaid(t, err, "WINDOW_CLOSED")
		_, err = w.CancelSurveyPlan(operator(t), cancelling("officials", w.plan(t, "officials").GetEtag()))
		wantSaid(t, err, "WINDOW_CLOSED")
	}
	move(catalogv1.Phase_PHASE_PUBLISHED)
	w.reopen(t, "officials")
	w.submit(t, response(tokens[0]))
	move(catalogv1.Phase_PHASE_REPORTED)
	read, err := w.ReadInvitation(t.Context(), &surveyv1.ReadInvitationRequest{Token: tokens[1]})
	if err != nil || !read.GetInvitation().GetOpen() {
		t.Errorf("after the publication: %v %s", read, said(err))
	}
	w.submit(t, response(tokens[1]))
	if r := w.close(t, "officials"); valid(t, r) != 2 || r.GetVersion() != 2 {
		t.Errorf("the corrected result is %v", r)
	}
	w.cancel(t, "officials")
	w.opened(t, "again", content())
	move(catalogv1.Phase_PHASE_ARCHIVED)
	if r := w.close(t, "again"); r.GetVersion() != 1 { // a plan can be closed at any time
		t.Errorf("closed in the archive: %v", r)
	}
}

// TestReversalsAtOnce sends many reopenings and cancellings of one version at once: one of
// them takes effect.
func TestReversalsAtOnce(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	w.close(t, "officials")
	etag := w.plan(t, "officials").GetEtag()
	var done atomic.Int32
	atOnce(12, func(i int) {
		var err error
		if i%2 == 0 {
			_, err = w.ReopenSurveyPlan(operator(t), reopening("officials", etag))
		} else {
			_, err = w.CancelSurveyPlan(operator(t), cancelling("officials", etag))
		}
		if err == nil {
			done.Add(1)
			return
		}
		wantSaid(t, err, "STALE_ETAG etag")
	})
	if r := w.plan(t, "officials").GetReversals(); done.Load() != 1 || len(r) != 1 {
		t.Errorf("%d took effect, %v", done.Load(), r)
	}
}

// TestAnswersDuringReversals closes, reopens, cancels and reopens a plan while people
// respond. Every response is acknowledged and counted exactly once, or refused.
func TestAnswersDuringReversals(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	const clients, each = 20, 20
	tokens := w.invite(t, "officials", "so-noi-vu", clients*each)
	var acknowledged, refused atomic.Int32
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := range each {
				r := response(tokens[c*each+i])
				for {
					_, err := w.SubmitResponse(t.Context(), r)
					if err == nil {
						acknowledged.Add(1)
						break
					}
					refused.Add(1)
					if got := said(err); got != "SURVEY_CLOSED" && got != "SURVEY_CANCELLED" {
						t.Errorf("refused: %s", got)
						return
					}
				}
			}
		})
	}
	var results int32
	for acknowledged.Load() < clients*each/2 || results < 2 {
		before := acknowledged.Load()
		results++
		r := w.close(t, "officials")
		if n := valid(t, r); n < int(before) || r.GetVersion() != results {
			t.Errorf("result %d counts %d of at least %d", r.GetVersion(), n, before)
		}
		if results%2 == 0 {
			w.cancel(t, "officials")
		}
		w.reopen(t, "officials")
		eventually(t, func() bool { n := acknowledged.Load(); return n > before || n == clients*each })
	}
	wg.Wait()
	if n := valid(t, w.close(t, "officials")); n != clients*each || int(acknowledged.Load()) != n {
		t.Errorf("%d acknowledged and %d counted of %d, %d refused", acknowledged.Load(), n, clients*each, refused.Load())
	}
	w.wantRows(t, fmt.Sprintf("%d stored, %d used", clients*each, clients*each))
}

// TestKilledReversal kills the connection of a reopening and of a cancelling that wait
// for the plan, and sends the same requests again.
func TestKilledReversal(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	w.close(t, "officials")
	reopen := reopening("officials", w.plan(t, "officials").GetEtag())
	w.killed(t, func() error { _, err := w.ReopenSurveyPlan(operator(t), reopen); return err })
	if p := w.plan(t, "officials"); p.GetState() != surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CLOSED || len(p.GetReversals()) != 0 {
		t.Errorf("after the kill: %v", p)
	}
	if _, err := w.ReopenSurveyPlan(operator(t), reopen); err != nil {
		t.Fatal(said(err))
	}
	cancel := cancelling("officials", w.plan(t, "officials").GetEtag())
	w.killed(t, func() error { _, err := w.CancelSurveyPlan(operator(t), cancel); return err })
	if _, err := w.CancelSurveyPlan(operator(t), cancel); err != nil {
		t.Fatal(said(err))
	}
	if n := w.number(t, `select count(*) from survey.reversal`); n != 2 {
		t.Errorf("%d reversals are stored", n)
	}
}

// killed runs a call that waits for the lock of the plan, and kills its connection.
func (w *world) killed(t *testing.T, call func() error) {
	t.Helper()
	tx, err := w.db.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), `select pg_advisory_xact_lock(hashtextextended('survey.plan/soc-trang/2026/officials', 0))`); err != nil {
		t.Fatal(err)
	}
	sent := make(chan error, 1)
	go func() { sent <- call() }()
	const waiting = `from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
	eventually(t, func() bool { return w.number(t, `select count(*) `+waiting) == 1 })
	w.number(t, `select count(pg_terminate_backend(pid)) `+waiting)
	wantSaid(t, <-sent, "STORAGE_AWAY")
}
