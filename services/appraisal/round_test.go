package appraisal_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle/cycletest"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// agreeAll agrees with every undecided case of round 1.
func (w *world) agreeAll(t *testing.T) {
	t.Helper()
	w.assign(t, 99, "departments")
	w.assign(t, 99, "districts")
	req := listing()
	req.Undecided = true
	ctx := appraiser(t, 99, "")
	for _, c := range must(w.ListCases(ctx, req)).GetCases() {
		w.agree(ctx, t, agreeing(c.GetAgency(), c.GetItem(), 1, c.GetEtag()))
	}
}

// TestApprovalFaults checks every reason of ApproveRound, in the order of its checks.
func TestApprovalFaults(t *testing.T) {
	w := newWorld(t)
	w.move(t, self1)
	w.assessment.submit(t, "finance", 1, full()...)
	w.received(t, 1, 1)
	req := approving(1)
	wantSaid(t, "too early", errOf(w.ApproveRound(council(t), req)), "WINDOW_NOT_OPEN")
	reduction := w.propose(head(t, "home"), t, "home", "i.1", "")
	w.move(t, appraisal1)
	other := proto.CloneOf(req)
	other.Cycle = "1999"
	wantSaid(t, "no cycle", errOf(w.ApproveRound(council(t), other)), "CYCLE_NOT_KNOWN cycle")
	wantSaid(t, "the coordinator", errOf(w.ApproveRound(coordinator(t), req)), "NOT_ALLOWED")
	other = proto.CloneOf(req)
	other.DecisionNumber = " "
	wantSaid(t, "no number", errOf(w.ApproveRound(council(t), other)), "BAD_REQUEST\ndecisionNumber TEXT_MISSING")
	wantSaid(t, "round 2 now", errOf(w.ApproveRound(council(t), approving(2))), "WINDOW_NOT_OPEN")
	wantSaid(t, "undecided", errOf(w.ApproveRound(council(t), req)),
		"UNDECIDED_CASES\nfinance/i.1 CASE_UNDECIDED\nfinance/i.2 CASE_UNDECIDED\nfinance/i.3 CASE_UNDECIDED\nfinance/i.10 CASE_UNDECIDED")
	w.agreeAll(t)
	wantSaid(t, "a reduction", errOf(w.ApproveRound(council(t), req)), "REDUCTIONS_WAITING\nhome/i.1 REDUCTION_WAITING")
	must(w.DecideReduction(council(t), deciding(reduction.GetId(), false)))
	wantSaid(t, "not submitted", errOf(w.ApproveRound(council(t), req)),
		"AGENCIES_NOT_SUBMITTED\nhealth AGENCY_NOT_SUBMITTED\nhome AGENCY_NOT_SUBMITTED\nmy-xuyen AGENCY_NOT_SUBMITTED")
	text := fault.From(errOf(w.ApproveRound(council(t), req))).Message("vi")
	if !strings.Contains(text, "hoặc xác nhận phê duyệt khi còn thiếu") {
		t.Errorf("it does not say what to do: %s", text)
	}
	req.AcceptNotSubmitted, req.ValidateOnly = true, true
	if r := must(w.ApproveRound(council(t), req)).GetAppraisalRound(); r.GetApproved() || r.GetOutcomes() != 0 || r.GetAgencies() != 4 {
		t.Errorf("checked: %v", r)
	}
	if w.round(t, 1).GetApproved() {
		t.Error("a check approves")
	}
	w.move(t, appraisal2)
	wantSaid(t, "round 2 before round 1", errOf(w.ApproveRound(council(t), approving(2))), "ROUND_BEFORE_OPEN round")
	req.ValidateOnly = false
	wantSaid(t, "not recorded", errOf(w.ApproveRound(council(t), req)), "DECISION_NOT_RECORDED decisionNumber")
	w.approve(t, req)
	wantSaid(t, "recorded late", errOf(w.RecordRoundDecision(coordinator(t), recording(req))), "ROUND_APPROVED round")
	wantSaid(t, "twice", errOf(w.ApproveRound(council(t), req)), "ROUND_APPROVED round")
	w.move(t, presented)
	wantSaid(t, "presented", errOf(w.ApproveRound(council(t), approving(2))), "WINDOW_CLOSED")
}

// TestOneRoundWithoutCouncil follows a regulation like that of S2, with one round, which
// the approver approves.
func TestOneRoundWithoutCouncil(t *testing.T) {
	w := appraising(t, func(c *cycletest.Catalog) {
		c.Regulation.Content.Rounds, c.Regulation.Content.AppraisalCouncil = 1, false
	})
	r := w.propose(head(t, "home"), t, "home", "i.3", "")
	wantSaid(t, "the council", errOf(w.DecideReduction(council(t), deciding(r.GetId(), true))), "NOT_YOURS_TO_DECIDE")
	must(w.DecideReduction(approver(t), deciding(r.GetId(), true)))
	w.agreeAll(t)
	req := approving(1)
	req.AcceptNotSubmitted = true
	wantSaid(t, "the council", errOf(w.ApproveRound(council(t), req)), "NOT_YOURS_TO_DECIDE")
	wantSaid(t, "round 2", errOf(w.ApproveRound(approver(t), approving(2))), "ROUND_UNKNOWN round")
	wantSaid(t, "round 2", errOf(w.GetAppraisalRound(coordinator(t), &appraisalv1.GetAppraisalRoundRequest{Authority: authority, Cycle: year, Round: 2})), "ROUND_UNKNOWN round")
	wantSaid(t, "round 2 recorded", errOf(w.RecordRoundDecision(coordinator(t), recording(approving(2)))), "ROUND_UNKNOWN round")
	w.record(t, req)
	wantSaid(t, "the coordinator alone", errOf(w.ApproveRound(coordinator(t), req)), "NOT_ALLOWED")
	must(w.ApproveRound(approver(t), req))
	if got := w.outcomes(t, 0); !strings.HasPrefix(got, `finance round 1 final true seals 1
  i.1 1: 1 of 2 agreed=true open=false
`) || !strings.Contains(got, "home round 1 final true seals 1 i.3-4\n") {
		t.Errorf("outcomes:\n%s", got)
	}
	wantSaid(t, "after the last round", errOf(w.ProposeReduction(head(t, "home"), proposing("home", "i.1", ""))), "ROUND_APPROVED round")
}

// TestApprovalWithoutTheDeparted approves a round while an agency that has left the cycle
// has cases without a verdict, an open reduction, and a seal that is still to be received
// (rule C1b). It gets an outcome, which counts if it comes back.
func TestApprovalWithoutTheDeparted(t *testing.T) {
	w := appraising(t)
	w.propose(head(t, "finance"), t, "finance", "i.3", "")
	req := approving(1)
	req.AcceptNotSubmitted = true
	if got := said(errOf(w.ApproveRound(council(t), req))); !strings.HasPrefix(got, "UNDECIDED_CASES") {
		t.Errorf("before finance leaves: %s", got)
	}
	w.leave(t, "finance")
	if r := w.round(t, 1); r.GetAgencies() != 3 || r.GetUndecided() != 4 || r.GetCases() != 4 || r.GetSubmitted() != 1 {
		t.Errorf("finance has left: %v", r)
	}
	w.agreeAll(t)
	w.leave(t, "health")
	w.assessment.submit(t, "health", 1, full()...) // before it left
	if r := w.approve(t, req).GetAppraisalRound(); !r.GetApproved() || r.GetOutcomes() != 4 || r.GetAgencies() != 2 {
		t.Errorf("approved: %v", r)
	}
}

// TestDepartedComesBack lets an agency leave before round 1 is approved, and come back in
// round 2 and after the approval of round 2 (rule C1b): it continues with what had been
// decided, and the deciding body decides the rest.
func TestDepartedComesBack(t *testing.T) {
	w := appraising(t)
	w.assign(t, 11, "departments")
	ctx := appraiser(t, 11, "")
	w.agree(ctx, t, agreeing("finance", "i.1", 1, "0"))
	for _, item := range []string{"i.1", "i.2", "i.3", "i.10"} {
		w.agree(ctx, t, agreeing("home", item, 1, "0"))
	}
	accepting := func(round int32) *appraisalv1.ApproveRoundRequest {
		req := approving(round)
		req.AcceptNotSubmitted = true
		return req
	}
	of := func(round int32) string {
		all := w.outcomes(t, round)
		all, _, _ = strings.Cut(all[strings.Index(all, "finance"):], "health")
		return all
	}
	w.leave(t, "finance")
	w.approve(t, accepting(1))
	if got, want := of(1), `finance round 1 final false seals 1
  i.1 1: 1 of 2 agreed=true open=true
  i.2 1: 0 of 3 agreed=false open=true NOT_APPRAISED
  i.3 1: 0 of 4 agreed=false open=true NOT_APPRAISED
  i.10 1: 0 of 1 agreed=false open=true NOT_APPRAISED
  i.4 1: 0 of 2 agreed=false open=true NOT_SUBMITTED
`; got != want {
		t.Errorf("round 1:\n%s", got)
	}
	w.move(t, self2)
	w.comeBack(t, "finance")
	w.assessment.submit(t, "finance", 2, entry("i.1", "2", chosen("timely")), entry("i.2", "1.909091", ratio("14", "22")))
	w.move(t, appraisal2)
	w.received(t, 2, 1)
	w.agree(ctx, t, agreeing("finance", "i.1", 2, "0"))
	wantSaid(t, "finance is back", errOf(w.ApproveRound(council(t), accepting(2))), "UNDECIDED_CASES\nfinance/i.2 CASE_UNDECIDED")
	w.leave(t, "finance")
	w.approve(t, accepting(2))
	w.comeBack(t, "finance")
	if got, want := of(2), `finance round 2 final true seals 2
  i.1 2: 2 of 2 agreed=true open=false
  i.2 2: 0 of 3 agreed=false open=false NOT_APPRAISED
  i.3 1: 0 of 4 agreed=false open=false NOT_APPRAISED
  i.10 1: 0 of 1 agreed=false open=false NOT_APPRAISED
  i.4 1: 0 of 2 agreed=false open=false NOT_SUBMITTED
`; got != want {
		t.Errorf("round 2:\n%s", got)
	}
	// A reopening of another item can be approved: the rest waits for a reopening of its own.
	must(w.ReopenRound(council(t), reopening(2, "home/i.1")))
	w.approve(t, accepting(2))
	must(w.ReopenRound(council(t), reopening(2)))
	if r := w.round(t, 2); r.GetUndecided() != 1 {
		t.Errorf("reopened: %v", r)
	}
	wantSaid(t, "reopened", errOf(w.ApproveRound(council(t), accepting(2))), "UNDECIDED_CASES\nfinance/i.2 CASE_UNDECIDED")
	for _, item := range []string{"i.2", "i.3", "i.10"} {
		must(w.OverrideCase(council(t), overriding("finance", item, 2, "0")))
	}
	if r := w.round(t, 2); r.GetUndecided() != 0 {
		t.Errorf("decided by the body: %v", r)
	}
	w.approve(t, accepting(2))
	if got := of(2); strings.Contains(got, sealed.NotAppraised) {
		t.Errorf("decided by the body:\n%s", got)
	}
}

// leave lets an agency leave the cycle and waits until the service has heard of it.
func (w *world) leave(t *testing.T, agency string) {
	t.Helper()
	w.catalog.Change(func() {
		for i, m := range w.catalog.Agencies {
			if a := m.GetAgency(); a.GetId() == agency {
				w.catalog.Agencies[i] = cycletest.Left(agency, a.GetName(), m.GetGroup(), "Sáp nhập")
			}
		}
	})
	w.catalog.ChangeCycle(authority, year, func(*catalogv1.Cycle) {})
	w.settle(t)
}

// comeBack takes back that an agency has left and waits until the service has heard of it.
func (w *world) comeBack(t *testing.T, agency string) {
	t.Helper()
	w.catalog.Change(func() {
		for i, m := range w.catalog.Agencies {
			if a := m.GetAgency(); a.GetId() == agency {
				w.catalog.Agencies[i] = cycletest.Member(agency, a.GetName(), m.GetGroup())
			}
		}
	})
	w.catalog.ChangeCycle(authority, year, func(*catalogv1.Cycle) {})
	w.settle(t)
}

// TestApproveAtOnce sends an approval twenty times with one request id, and all get the
// same answer. Then it sends twenty approvals with their own ids, and one is accepted.
func TestApproveAtOnce(t *testing.T) {
	w := appraising(t)
	w.agreeAll(t)
	req := approving(1)
	req.AcceptNotSubmitted, req.RequestId = true, uuid.NewString()
	answers := make([]*appraisalv1.ApproveRoundResponse, 20)
	w.record(t, req)
	atOnce(20, func(i int) { answers[i] = must(w.ApproveRound(council(t), req)) })
	var outcomes, approvals int
	err := w.db.Pool.QueryRow(t.Context(), `select (select count(*) from appraisal.outcome), (select count(*) from appraisal.approval)`).Scan(&outcomes, &approvals)
	if err != nil || outcomes != 4 || approvals != 1 {
		t.Errorf("%d outcomes, %d approvals, %v", outcomes, approvals, err)
	}
	for _, a := range answers {
		if !proto.Equal(a, answers[0]) {
			t.Errorf("another answer: %v", a)
		}
	}
	w.move(t, appraisal2)
	var mu sync.Mutex
	heard := map[string]int{}
	w.record(t, approving(2))
	atOnce(20, func(i int) {
		other := approving(2)
		other.AcceptNotSubmitted = true
		_, err := w.ApproveRound(as(t, 1000+i, authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER), other)
		mu.Lock()
		defer mu.Unlock()
		heard[said(err)]++
	})
	if heard["<nil>"] != 1 || heard["ROUND_APPROVED round"] != 19 {
		t.Errorf("twenty others: %v", heard)
	}
	// A repeated request gets the first answer while assessment is away.
	w.assessment.change(func() { w.assessment.away = true })
	if again := must(w.ApproveRound(council(t), req)); !proto.Equal(again, answers[0]) {
		t.Errorf("again: %v", again)
	}
}

// TestVerdictsAgainstApproval gives verdicts from 30 clients while the round is approved.
// No verdict is accepted after the approval, and the outcomes have every acknowledged
// verdict.
func TestVerdictsAgainstApproval(t *testing.T) {
	w := appraising(t)
	w.agreeAll(t)
	type act struct {
		points  string
		version int
	}
	var mu sync.Mutex
	ledger := map[string]act{} // the last acknowledged, by agency/item
	acknowledged, late := 0, 0
	var approved atomic.Bool
	var writing sync.RWMutex
	atOnce(31, func(i int) {
		if i == 30 {
			for many := false; !many; time.Sleep(time.Millisecond) {
				mu.Lock()
				many = acknowledged >= 60
				mu.Unlock()
			}
			req := approving(1)
			req.AcceptNotSubmitted = true
			// Each verdict between the decision and the approval makes the decision outdated,
			// so the others wait until the approval is on its way.
			for {
				writing.Lock()
				w.record(t, req)
				time.AfterFunc(2*time.Millisecond, writing.Unlock)
				_, err := w.ApproveRound(council(t), req)
				if err == nil {
					break
				}
				wantSaid(t, "approving", err, "DECISION_OUTDATED decisionNumber")
			}
			approved.Store(true)
			return
		}
		// Figures that nobody else gives, on items without steps.
		req := disagreeing([]string{"finance", "home"}[i%2], []string{"i.1", "i.2", "i.10"}[i/2%3], 1, "1")
		req.OverrideReason = "Theo thanh tra"
		for n := i; ; n += 30 {
			req.OverridePoints = fmt.Sprintf("0.%06d", n)
			writing.RLock()
			before := approved.Load()
			answer, err := w.DisagreeCase(appraiser(t, 99, ""), req)
			writing.RUnlock()
			switch {
			case err == nil:
				req.Etag = answer.GetCase().GetEtag()
				version, _ := strconv.Atoi(req.GetEtag())
				mu.Lock()
				acknowledged++
				if before {
					late++
				}
				if key := req.GetAgency() + "/" + req.GetItem(); ledger[key].version < version {
					ledger[key] = act{answer.GetCase().GetVerdict().GetPoints(), version}
				}
				mu.Unlock()
			case errors.Is(err, fault.StaleEtag):
				list := listing()
				list.Agency, list.Item = req.GetAgency(), req.GetItem()
				req.Etag = must(w.ListCases(appraiser(t, 99, ""), list)).GetCases()[0].GetEtag()
			default:
				wantSaid(t, "after the approval", err, "ROUND_APPROVED round")
				return
			}
		}
	})
	if late > 0 {
		t.Errorf("%d acknowledged, %d after the approval", acknowledged, late)
	}
	for _, o := range must(w.ListOutcomes(council(t), &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year})).GetOutcomes() {
		for _, i := range remade(t, o).GetItems() {
			if a, given := ledger[o.GetAgency()+"/"+i.GetItem()]; given && i.GetPoints() != a.points {
				t.Errorf("%s %s: acknowledged %s, sealed %s", o.GetAgency(), i.GetItem(), a.points, i.GetPoints())
			}
		}
	}
	w.intact(t)
}

// TestReductionFaults checks every reason of the rpcs about reductions.
func TestReductionFaults(t *testing.T) {
	w := newWorld(t)
	w.assign(t, 11, "departments", "i.1")
	ctx := appraiser(t, 11, "health")
	wantSaid(t, "before", errOf(w.ProposeReduction(head(t, "home"), proposing("home", "i.1", ""))), "WINDOW_NOT_OPEN")
	w.move(t, self1)
	propose := func(ctx context.Context, agency, item, points string) error {
		return errOf(w.ProposeReduction(ctx, proposing(agency, item, points)))
	}
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"another agency's head": {propose(head(t, "home"), "finance", "i.1", ""), "NOT_ALLOWED"},
		"no agency":             {propose(ctx, "nowhere", "i.1", ""), "AGENCY_NOT_IN_CYCLE agency"},
		"not scored":            {propose(ctx, "police", "i.1", ""), "AGENCY_NOT_SCORED agency"},
		"no item":               {propose(ctx, "home", "i.99", ""), "ITEM_NOT_IN_GROUP item"},
		"beyond max":            {propose(head(t, "home"), "home", "i.1", "2.01"), "REDUCTION_BEYOND_MAX points"},
		"nothing":               {propose(head(t, "home"), "home", "i.1", "0"), "REDUCTION_BEYOND_MAX points"},
		"below nothing":         {propose(head(t, "home"), "home", "i.1", "-1"), "REDUCTION_BEYOND_MAX points"},
		"not assigned":          {propose(ctx, "home", "i.2", ""), "CASE_UNKNOWN item"},
		"the own agency":        {propose(ctx, "health", "i.1", ""), "OWN_AGENCY agency"},
		"the one above":         {propose(ctx, "finance", "i.1", ""), "OWN_AGENCY agency"},
		"assigned":              {propose(ctx, "home", "i.1", "2"), "<nil>"},
		"its own":               {propose(head(t, "health"), "health", "i.1", "0.25"), "<nil>"},
		"no reduction":          {errOf(w.DecideReduction(council(t), deciding(uuid.NewString(), true))), "REDUCTION_UNKNOWN reduction"},
		"the coordinator":       {errOf(w.DecideReduction(coordinator(t), deciding(uuid.NewString(), true))), "NOT_ALLOWED"},
	} {
		wantSaid(t, name, tt.err, tt.want)
	}
	list := must(w.ListReductions(council(t), &appraisalv1.ListReductionsRequest{Authority: authority, Cycle: year})).GetReductions()
	if len(list) != 2 {
		t.Fatalf("reductions: %v", list)
	}
	filtered := func(ctx context.Context, agency string) []*appraisalv1.Reduction {
		return must(w.ListReductions(ctx, &appraisalv1.ListReductionsRequest{Authority: authority, Cycle: year, Agency: agency})).GetReductions()
	}
	editor := person(t, 900, "", auth.Binding{Role: authv1.Role_ROLE_AGENCY_EDITOR, Authority: authority, Agency: "home"})
	for who, ctx := range map[string]context.Context{"council": council(t), "head": head(t, "home"), "editor": editor} {
		if own := filtered(ctx, "home"); len(own) != 1 || own[0].GetAgency() != "home" {
			t.Errorf("home's to the %s: %v", who, own)
		}
	}
	for _, agency := range []string{"", "health"} {
		req := &appraisalv1.ListReductionsRequest{Authority: authority, Cycle: year, Agency: agency}
		wantSaid(t, "another's", errOf(w.ListReductions(head(t, "home"), req)), "NOT_ALLOWED")
	}
	wantSaid(t, "while it waits", propose(head(t, "home"), "home", "i.1", "1"), "REDUCTION_EXISTS")
	for _, r := range list {
		must(w.DecideReduction(council(t), deciding(r.GetId(), r.GetAgency() == "home")))
		wantSaid(t, "decided", errOf(w.DecideReduction(council(t), deciding(r.GetId(), true))), "REDUCTION_DECIDED reduction")
	}
	wantSaid(t, "while it counts", propose(head(t, "home"), "home", "i.1", "1"), "REDUCTION_EXISTS")
	wantSaid(t, "after it was rejected", propose(head(t, "health"), "health", "i.1", "1"), "<nil>")

	req := proposing("home", "i.2", "")
	req.RequestId = uuid.NewString()
	ids := make([]string, 20)
	atOnce(20, func(i int) { ids[i] = must(w.ProposeReduction(head(t, "home"), req)).GetReduction().GetId() })
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("%s and %s", id, ids[0])
		}
	}
	var mu sync.Mutex
	said20 := map[string]int{}
	atOnce(20, func(int) {
		err := propose(head(t, "finance"), "finance", "i.2", "")
		mu.Lock()
		defer mu.Unlock()
		said20[said(err)]++
	})
	if said20["<nil>"] != 1 || said20["REDUCTION_EXISTS"] != 19 {
		t.Errorf("at once: %v", said20)
	}
	w.move(t, presented)
	wantSaid(t, "presented", propose(head(t, "home"), "home", "i.3", ""), "WINDOW_CLOSED")
	w.intact(t)
}

// TestReductionChangesItsDecision withdraws a proposal, and replaces a decision until the
// round is approved.
func TestReductionChangesItsDecision(t *testing.T) {
	w := appraising(t)
	w.agreeAll(t)
	r := w.propose(head(t, "home"), t, "home", "i.1", "1")
	wantSaid(t, "another agency's", errOf(w.WithdrawReduction(head(t, "health"), withdrawing("health", r.GetId()))), "REDUCTION_UNKNOWN reduction")
	wantSaid(t, "in another's name", errOf(w.WithdrawReduction(head(t, "health"), withdrawing("home", r.GetId()))), "NOT_ALLOWED")
	if gone := must(w.WithdrawReduction(head(t, "home"), withdrawing("home", r.GetId()))).GetReduction(); gone.GetState() != appraisalv1.ReductionState_REDUCTION_STATE_WITHDRAWN {
		t.Errorf("withdrawn: %v", gone)
	}
	wantSaid(t, "withdrawn again", errOf(w.WithdrawReduction(head(t, "home"), withdrawing("home", r.GetId()))), "REDUCTION_WITHDRAWN reduction")
	wantSaid(t, "decided after", errOf(w.DecideReduction(council(t), deciding(r.GetId(), true))), "REDUCTION_WITHDRAWN reduction")

	r = w.propose(head(t, "home"), t, "home", "i.1", "1")
	approved := must(w.DecideReduction(council(t), deciding(r.GetId(), true))).GetReduction()
	wantSaid(t, "withdrawn after the decision", errOf(w.WithdrawReduction(head(t, "home"), withdrawing("home", r.GetId()))), "REDUCTION_DECIDED reduction")
	anew := deciding(r.GetId(), false)
	anew.Etag = r.GetEtag()
	wantSaid(t, "by an older etag", errOf(w.DecideReduction(council(t), anew)), "STALE_ETAG etag")
	anew.Etag = approved.GetEtag()
	rejected := must(w.DecideReduction(council(t), anew)).GetReduction()
	if rejected.GetState() != appraisalv1.ReductionState_REDUCTION_STATE_REJECTED || rejected.GetEtag() == approved.GetEtag() {
		t.Errorf("decided anew: %v", rejected)
	}
	other := w.propose(head(t, "home"), t, "home", "i.1", "0.5")
	back := deciding(r.GetId(), true)
	back.Etag = rejected.GetEtag()
	wantSaid(t, "beside another proposal", errOf(w.DecideReduction(council(t), back)), "REDUCTION_EXISTS")
	must(w.DecideReduction(council(t), deciding(other.GetId(), false)))
	must(w.DecideReduction(council(t), back))
	w.intact(t)
}

func withdrawing(agency, id string) *appraisalv1.WithdrawReductionRequest {
	return &appraisalv1.WithdrawReductionRequest{Authority: authority, Cycle: year, Agency: agency, Reduction: id}
}

// TestNothingChanges checks that the database refuses to change what is sealed, decided or
// approved.
func TestNothingChanges(t *testing.T) {
	w := appraising(t)
	w.agreeAll(t)
	r := w.propose(head(t, "home"), t, "home", "i.1", "")
	must(w.DecideReduction(council(t), deciding(r.GetId(), true)))
	assignment := w.assign(t, 11, "departments")
	must(w.EndAssignment(coordinator(t), &appraisalv1.EndAssignmentRequest{Authority: authority, Cycle: year, Assignment: assignment.GetId()}))
	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	until(t, func() bool { return w.round(t, 1).GetUndelivered() == 0 })
	for statement, trigger := range map[string]string{
		`update appraisal.seal set number = 9`:                                              "seal_unsealed_once",
		`delete from appraisal.seal`:                                                        "seal_stays",
		`delete from appraisal.claim`:                                                       "claim_stays",
		`truncate appraisal.verdict, appraisal.claim`:                                       "claim_stays",
		`update appraisal.approval set decision_number = 'x'`:                               "approval_stays",
		`delete from appraisal.outcome`:                                                     "outcome_stays",
		`update appraisal.outcome set content = '{}', sha256 = encode(sha256('{}'), 'hex')`: "outcome_received_once",
		`update appraisal.outcome set receive_time = now()`:                                 "outcome_received_once",
		`update appraisal.reduction set points = 1`:                                         "reduction_decided_anew",
		`update appraisal.reduction set state = 'REJECTED'`:                                 "reduction_decided_anew",
		`delete from appraisal.reduction`:                                                   "reduction_stays",
		`update appraisal.assignment set end_time = null where end_time is not null`:        "assignment_ended_once",
	} {
		_, err := w.db.Pool.Exec(t.Context(), statement)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != trigger {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

// TestCanonicalForm compares the bytes of an outcome with the form in the contract.
func TestCanonicalForm(t *testing.T) {
	w := newWorld(t)
	w.move(t, self1)
	w.assessment.submit(t, "my-xuyen", 1, entry("i.1", "1", chosen("late")))
	w.move(t, appraisal1)
	w.received(t, 1, 1)
	w.assign(t, 11, "districts")
	lower := disagreeing("my-xuyen", "i.1", 1, "0")
	lower.Input, lower.Reason = chosen("none"), "Thiếu <báo cáo> & biên bản"
	w.disagree(appraiser(t, 11, "home"), t, lower)
	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	outcomes := must(w.ListOutcomes(council(t), &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year})).GetOutcomes()
	got := outcomes[len(outcomes)-1]
	seal := w.assessment.seals[0].GetSha256()
	want := `{"authority":"an-binh","cycle":"2024","agency":"my-xuyen","group":"districts","round":1,"final":false,"decisionNumber":"1/QĐ",` +
		`"approveTime":"2024-11-08T02:00:00.000000Z","regulationSha256":"` + regulationSHA256 + `","seals":[{"round":1,"number":1,"sha256":"` + seal + `"}],` +
		`"items":[{"item":"i.1","round":1,"points":"0","standardPoints":"2","agreed":false,"reasonCode":"FIGURES_WRONG","reason":"Thiếu <báo cáo> & biên bản",` +
		`"input":{"option":"none"},"open":true,"decidedBy":"home","guidanceVersion":0}],"version":1}`
	if string(got.GetContent()) != want {
		t.Errorf("sealed\n%s\nwant\n%s", got.GetContent(), want)
	}
}
