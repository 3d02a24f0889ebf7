package appraisal_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

func reopening(round int32, cases ...string) *appraisalv1.ReopenRoundRequest {
	req := &appraisalv1.ReopenRoundRequest{
		Authority: authority, Cycle: year, Round: round, DocumentNumber: "15/TB-HĐTĐ", Reason: "Bổ sung tài liệu theo kiến nghị",
	}
	for _, c := range cases {
		agency, item, _ := strings.Cut(c, "/")
		req.Cases = append(req.Cases, &appraisalv1.AgencyItem{Agency: agency, Item: item})
	}
	return req
}

func overriding(agency, item string, round int32, etag string) *appraisalv1.OverrideCaseRequest {
	return &appraisalv1.OverrideCaseRequest{
		Authority: authority, Cycle: year, Agency: agency, Item: item, Round: round, Etag: etag,
		OverridePoints: "0.5", OverrideReason: "Hội đồng đã xem xét", ReasonCode: appraisalv1.ReasonCode_REASON_CODE_OTHER, Reason: "Theo biên bản họp",
	}
}

// versions returns the versions of the outcomes of the last approved round, as "agency version".
func (w *world) versions(t *testing.T) string {
	t.Helper()
	scoring := auth.With(t.Context(), auth.Principal{Kind: auth.Service, ID: "scoring"}, "")
	answer := must(w.ListOutcomes(scoring, &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year, PageSize: 200}))
	var all []string
	for _, o := range answer.GetOutcomes() {
		all = append(all, fmt.Sprint(o.GetAgency(), " ", o.GetVersion()))
	}
	return strings.Join(all, ", ")
}

// approvedOnce approves round 1 after every case was agreed with.
func approvedOnce(t *testing.T) *world {
	t.Helper()
	w := appraising(t)
	w.agreeAll(t)
	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	return w
}

// TestOverrideOffStep overrides a manual item in steps of 0.5 with points between them.
func TestOverrideOffStep(t *testing.T) {
	w := approvedOnce(t)
	must(w.ReopenRound(council(t), reopening(1)))
	req := overriding("health", "i.3", 1, "0")
	req.OverridePoints = "2.3"
	err := errOf(w.OverrideCase(council(t), req))
	wantSaid(t, "between two steps", err, "POINTS_OFF_STEP overridePoints")
	if f := fault.From(err); !strings.Contains(f.Vi, "bước điểm 0,5") || !strings.Contains(f.Vi, "ví dụ 2") {
		t.Errorf("it says %q", f.Vi)
	}
	req.OverridePoints = "2.5"
	must(w.OverrideCase(council(t), req))
	req = overriding("health", "i.1", 1, "0")
	req.OverridePoints = "0.1234567"
	wantSaid(t, "more places than points have", errOf(w.OverrideCase(council(t), req)), "FIGURE_TOO_FINE overridePoints")
}

// TestReopenRound reopens round 1 in its appraisal phase. The body alone decides; the
// agency whose result changes gets a new version, the others keep theirs.
func TestReopenRound(t *testing.T) {
	w := approvedOnce(t)
	wantSaid(t, "not reopened", errOf(w.OverrideCase(council(t), overriding("finance", "i.1", 1, "0"))), "ROUND_NOT_REOPENED round")
	req := reopening(1)
	req.RequestId = uuid.NewString()
	r := must(w.ReopenRound(council(t), req)).GetAppraisalRound()
	if r.GetApproved() || r.GetReopening().GetDocumentNumber() != "15/TB-HĐTĐ" || r.GetDecisionNumber() != "1/QĐ" {
		t.Errorf("reopened: %v", r)
	}
	if again := must(w.ReopenRound(council(t), req)).GetAppraisalRound(); !proto.Equal(again, r) {
		t.Errorf("the same request again: %v", again)
	}
	wantSaid(t, "reopened twice", errOf(w.ReopenRound(council(t), reopening(1))), "ROUND_REOPENED round")
	wantSaid(t, "an appraiser", errOf(w.AgreeCase(appraiser(t, 99, ""), agreeing("finance", "i.1", 1, "1"))), "ROUND_APPROVED round")
	scoring := auth.With(t.Context(), auth.Principal{Kind: auth.Service, ID: "scoring"}, "")
	wantSaid(t, "scoring", errOf(w.ListOutcomes(scoring, &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year})), "ROUND_REOPENED round")
	wantSaid(t, "the coordinator", errOf(w.OverrideCase(coordinator(t), overriding("finance", "i.1", 1, "0"))), "NOT_ALLOWED")

	first := must(w.OverrideCase(council(t), overriding("finance", "i.1", 1, "0"))).GetOverride()
	if first.GetVerdict().GetPoints() != "0.5" || first.GetEtag() != "1" {
		t.Errorf("decided: %v", first)
	}
	wantSaid(t, "decided from nothing", errOf(w.OverrideCase(council(t), overriding("finance", "i.1", 1, "0"))), "STALE_ETAG etag")
	wantSaid(t, "an etag of nothing", errOf(w.OverrideCase(council(t), overriding("finance", "i.2", 1, "7"))), "STALE_ETAG etag")
	lower := overriding("finance", "i.1", 1, "1")
	lower.OverridePoints = "0.25"
	must(w.OverrideCase(council(t), lower))
	if list := must(w.ListOverrides(coordinator(t), &appraisalv1.ListOverridesRequest{Authority: authority, Cycle: year, Round: 1})).GetOverrides(); len(list) != 1 ||
		list[0].GetVerdict().GetPoints() != "0.25" || list[0].GetEtag() != "2" {
		t.Errorf("the decisions: %v", list)
	}
	approve := approving(1)
	approve.AcceptNotSubmitted, approve.DecisionNumber = true, "16/QĐ"
	if r := w.approve(t, approve).GetAppraisalRound(); !r.GetApproved() || r.GetReopening() != nil || r.GetDecisionNumber() != "16/QĐ" || r.GetOutcomes() != 4 {
		t.Errorf("approved again: %v", r)
	}
	if got := w.versions(t); got != "finance 2, health 1, home 1, my-xuyen 1" {
		t.Errorf("the outcomes are %s", got)
	}
	if got, _, _ := strings.Cut(w.outcomes(t, 0), "\n  i.2"); got != "finance round 1 final false seals 1\n  i.1 1: 0.25 of 2 agreed=false open=true OTHER Theo biên bản họp" {
		t.Errorf("round 1:\n%s", w.outcomes(t, 0))
	}
	until(t, func() bool { return w.round(t, 1).GetUndelivered() == 0 })
	wantSaid(t, "approved again", errOf(w.ApproveRound(council(t), approve)), "ROUND_APPROVED round")
	w.move(t, self2)
	wantSaid(t, "once agencies work with it", errOf(w.ReopenRound(council(t), reopening(1))), "WINDOW_CLOSED")
	w.intact(t)
}

// TestReopenAtOnce reopens a round 20 times at the same time.
func TestReopenAtOnce(t *testing.T) {
	w := approvedOnce(t)
	var mu sync.Mutex
	answers := map[string]int{}
	atOnce(20, func(int) {
		_, err := w.ReopenRound(council(t), reopening(1))
		mu.Lock()
		defer mu.Unlock()
		answers[said(err)]++
	})
	if answers["<nil>"] != 1 || answers["ROUND_REOPENED round"] != 19 {
		t.Errorf("at once: %v", answers)
	}
	w.intact(t)
}

// TestCorrection decides one item again after the publication, also an item that round 2
// left as it was, and moves no phase.
func TestCorrection(t *testing.T) {
	w := approvedOnce(t)
	w.move(t, self2)
	w.move(t, appraisal2)
	req := approving(2)
	req.AcceptNotSubmitted = true
	wantSaid(t, "not approved", errOf(w.ReopenRound(council(t), reopening(2))), "ROUND_NOT_APPROVED round")
	w.approve(t, req)
	w.move(t, presented)
	wantSaid(t, "presented", errOf(w.ReopenRound(council(t), reopening(2, "finance/i.3"))), "WINDOW_CLOSED")
	w.catalog.ChangeCycle(authority, year, func(c *catalogv1.Cycle) { c.PublicationVersion = 1 })
	w.settle(t)
	wantSaid(t, "no items", errOf(w.ReopenRound(council(t), reopening(2))), "CORRECTION_CASES_MISSING cases")
	wantSaid(t, "round 1", errOf(w.ReopenRound(council(t), reopening(1, "finance/i.3"))), "ROUND_FOLLOWED round")
	must(w.ReopenRound(council(t), reopening(2, "finance/i.3")))
	wantSaid(t, "another item", errOf(w.OverrideCase(council(t), overriding("finance", "i.2", 2, "0"))), "CASE_NOT_REOPENED item")
	wantSaid(t, "another agency", errOf(w.OverrideCase(council(t), overriding("home", "i.3", 2, "0"))), "CASE_NOT_REOPENED item")
	own := person(t, 31, "finance", auth.Binding{Role: authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER, Authority: authority})
	wantSaid(t, "reopening the own agency", errOf(w.ReopenRound(own, reopening(2, "home/i.3", "finance/i.3"))), "OWN_AGENCY cases[1].agency")
	wantSaid(t, "the own agency", errOf(w.OverrideCase(own, overriding("finance", "i.3", 2, "0"))), "OWN_AGENCY agency")
	must(w.OverrideCase(council(t), overriding("finance", "i.3", 2, "0")))
	req.DecisionNumber = "20/QĐ"
	w.approve(t, req)
	if got := w.versions(t); got != "finance 2, health 1, home 1, my-xuyen 1" {
		t.Errorf("the outcomes are %s", got)
	}
	if !strings.Contains(w.outcomes(t, 0), "i.3 2: 0.5 of 4 agreed=false open=false OTHER Theo biên bản họp\n") {
		t.Errorf("round 2:\n%s", w.outcomes(t, 0))
	}
	w.move(t, catalogv1.Phase_PHASE_PUBLISHED)
	must(w.ReopenRound(council(t), reopening(2, "home/i.1")))
	w.approve(t, req)
	if got := w.versions(t); got != "finance 2, health 1, home 1, my-xuyen 1" {
		t.Errorf("after a correction that changes nothing: %s", got)
	}
	w.move(t, catalogv1.Phase_PHASE_ARCHIVED)
	wantSaid(t, "archived", errOf(w.ReopenRound(council(t), reopening(2, "finance/i.3"))), "WINDOW_CLOSED")
	w.intact(t)
}

// TestDecisionCoversTheRound changes a reopened round after the decision was recorded: it
// is not approved before the decision is recorded again (rule V0).
func TestDecisionCoversTheRound(t *testing.T) {
	w := approvedOnce(t)
	w.move(t, self2)
	w.move(t, appraisal2)
	req := approving(2)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	must(w.ReopenRound(council(t), reopening(2)))
	req.DecisionNumber = "16/QĐ"
	w.record(t, req)
	must(w.OverrideCase(council(t), overriding("finance", "i.3", 2, "0")))
	wantSaid(t, "decided after the record", errOf(w.ApproveRound(council(t), req)), "DECISION_OUTDATED decisionNumber")
	w.record(t, req)
	if r := must(w.ApproveRound(council(t), req)).GetAppraisalRound(); !r.GetApproved() || r.GetDecisionNumber() != "16/QĐ" {
		t.Errorf("approved: %v", r)
	}
	w.intact(t)
}

// TestReductionsInACorrection decides reductions of named items again after the
// publication, also of an item that a survey decides, and takes a new one. Approving again
// gives a new version of these agencies' outcomes only, which a new run reads.
func TestReductionsInACorrection(t *testing.T) {
	w := approvedOnce(t)
	w.move(t, self2)
	w.move(t, appraisal2)
	approved := func(agency, item, points string) *appraisalv1.Reduction {
		r := w.propose(head(t, agency), t, agency, item, points)
		return must(w.DecideReduction(council(t), deciding(r.GetId(), true))).GetReduction()
	}
	wrong, surveyed, other := approved("finance", "i.3", "1"), approved("finance", "ii.1", "2"), approved("home", "i.3", "1")
	req := approving(2)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	w.move(t, presented)
	again := func(r *appraisalv1.Reduction, approve bool) *appraisalv1.DecideReductionRequest {
		anew := deciding(r.GetId(), approve)
		anew.Etag = r.GetEtag()
		return anew
	}
	wantSaid(t, "presented", errOf(w.DecideReduction(council(t), again(wrong, false))), "WINDOW_CLOSED")
	w.catalog.ChangeCycle(authority, year, func(c *catalogv1.Cycle) { c.PublicationVersion = 1 })
	w.move(t, catalogv1.Phase_PHASE_PUBLISHED)
	wantSaid(t, "published, not reopened", errOf(w.DecideReduction(council(t), again(wrong, false))), "ROUND_APPROVED round")
	wantSaid(t, "proposed, not reopened", errOf(w.ProposeReduction(head(t, "health"), proposing("health", "i.3", "1"))), "ROUND_APPROVED round")
	before := w.outcomes(t, 0)

	must(w.ReopenRound(council(t), reopening(2, "finance/i.3", "finance/ii.1", "health/i.3")))
	wantSaid(t, "of another item", errOf(w.DecideReduction(council(t), again(other, false))), "CASE_NOT_REOPENED reduction")
	wantSaid(t, "proposed for another item", errOf(w.ProposeReduction(head(t, "health"), proposing("health", "i.2", "1"))), "CASE_NOT_REOPENED item")
	wantSaid(t, "without the etag", errOf(w.DecideReduction(council(t), deciding(wrong.GetId(), false))), "REDUCTION_DECIDED reduction")
	wantSaid(t, "the own agency", errOf(w.DecideReduction(member(t, 70, "finance"), again(wrong, false))), "OWN_AGENCY reduction")
	wantSaid(t, "the coordinator", errOf(w.DecideReduction(coordinator(t), again(wrong, false))), "NOT_ALLOWED")
	anew := again(wrong, false)
	anew.RequestId = uuid.NewString()
	first := must(w.DecideReduction(council(t), anew))
	if twice := must(w.DecideReduction(council(t), anew)); !proto.Equal(first, twice) {
		t.Errorf("sent again: %v", twice)
	}
	wantSaid(t, "by the older etag", errOf(w.DecideReduction(council(t), again(wrong, true))), "STALE_ETAG etag")
	must(w.DecideReduction(council(t), again(surveyed, false)))
	late := w.propose(head(t, "health"), t, "health", "i.3", "1.5")
	req.DecisionNumber = "21/QĐ"
	w.record(t, req)
	wantSaid(t, "with a proposal undecided", errOf(w.ApproveRound(council(t), req)), "REDUCTIONS_WAITING\nhealth/i.3 REDUCTION_WAITING")
	must(w.DecideReduction(council(t), deciding(late.GetId(), true)))
	w.approve(t, req)
	if got := w.versions(t); got != "finance 2, health 2, home 1, my-xuyen 1" {
		t.Errorf("the outcomes are %s", got)
	}
	after, heads := w.outcomes(t, 0), func(of string) string {
		var all []string
		for line := range strings.Lines(of) {
			if strings.Contains(line, " round 2 ") {
				all = append(all, strings.TrimSpace(line))
			}
		}
		return strings.Join(all, "\n")
	}
	want := "finance round 2 final true seals 1 i.3-1 ii.1-2\nhealth round 2 final true seals 0\n"
	if got := heads(before); !strings.HasPrefix(got, want) {
		t.Errorf("before:\n%s", got)
	}
	want = "finance round 2 final true seals 1\nhealth round 2 final true seals 0 i.3-1.5\nhome round 2 final true seals 1 i.3-1\n"
	if got := heads(after); !strings.HasPrefix(got, want) {
		t.Errorf("after:\n%s", got)
	}
	wantSaid(t, "approved again", errOf(w.DecideReduction(council(t), again(late, false))), "ROUND_APPROVED round")
	w.intact(t)
}

// TestReopenFaults checks the reasons at the items of ReopenRound.
func TestReopenFaults(t *testing.T) {
	w := approvedOnce(t)
	for want, req := range map[string]*appraisalv1.ReopenRoundRequest{
		"AGENCY_NOT_IN_CYCLE cases[1].agency": reopening(1, "finance/i.1", "nowhere/i.1"),
		"ITEM_NOT_IN_GROUP cases[0].item":     reopening(1, "finance/i.99"),
		"ID_TWICE cases[1]":                   reopening(1, "finance/i.1", "finance/i.1"),
	} {
		wantSaid(t, want, errOf(w.ReopenRound(council(t), req)), want)
	}
	must(w.ReopenRound(council(t), reopening(1, "finance/ii.1")))
	wantSaid(t, "an item that is not appraised", errOf(w.OverrideCase(council(t), overriding("finance", "ii.1", 1, "0"))), "ITEM_NOT_APPRAISED item")
	blank := reopening(1)
	blank.Reason, blank.DocumentNumber = " ", ""
	wantSaid(t, "no reason", errOf(w.ReopenRound(council(t), blank)), "BAD_REQUEST\nreason TEXT_MISSING\ndocumentNumber string.min_len")
	wantSaid(t, "the coordinator", errOf(w.ReopenRound(coordinator(t), reopening(1))), "NOT_ALLOWED")
	w.intact(t)
}
