package appraisal_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/parindex/parindex/libs/auth"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// member is a member of the council who belongs to an agency, or who is its head.
func member(t *testing.T, account int, home string, bindings ...auth.Binding) context.Context {
	t.Helper()
	return person(t, account, home, append(bindings, auth.Binding{Role: authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER, Authority: authority})...)
}

func headOf(agency string) auth.Binding {
	return auth.Binding{Role: authv1.Role_ROLE_AGENCY_HEAD, Authority: authority, Agency: agency}
}

// Heads of agencies sit on the council. About their own agency they decide nothing,
// and until the round is approved they see nothing of it as members (rule V1).
func TestMembersAndTheirOwnAgencies(t *testing.T) {
	w := appraising(t)
	r := w.propose(head(t, "finance"), t, "finance", "i.3", "0.5")
	members := map[string]context.Context{"home agency": member(t, 50, "finance"), "head": member(t, 51, "", headOf("finance"))}
	stranger := member(t, 52, "my-xuyen")
	ofFinance := listing()
	ofFinance.Agency = "finance"
	for name, ctx := range members {
		wantSaid(t, name, errOf(w.DecideReduction(ctx, deciding(r.GetId(), true))), "OWN_AGENCY reduction")
		if seen := w.cases(ctx, t, listing()); len(seen) == 0 || slices.ContainsFunc(seen, func(c string) bool { return strings.HasPrefix(c, "finance/") }) {
			t.Errorf("%s sees %v", name, seen)
		}
		if seen := w.cases(ctx, t, ofFinance); len(seen) != 0 {
			t.Errorf("%s sees %v", name, seen)
		}
		if list := must(w.ListReductions(ctx, &appraisalv1.ListReductionsRequest{Authority: authority, Cycle: year})).GetReductions(); len(list) != 0 {
			t.Errorf("%s sees %v", name, list)
		}
	}
	if seen := w.cases(stranger, t, ofFinance); len(seen) == 0 {
		t.Error("another member sees no case of finance")
	}
	// The coordinator compiles for all. The head reads the agency's own reductions as such.
	if seen := w.cases(person(t, 53, "finance", auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: authority}), t, ofFinance); len(seen) == 0 {
		t.Error("the coordinator of finance sees none of its cases")
	}
	own := &appraisalv1.ListReductionsRequest{Authority: authority, Cycle: year, Agency: "finance"}
	if list := must(w.ListReductions(members["head"], own)).GetReductions(); len(list) != 1 {
		t.Errorf("the head sees %v", list)
	}
	must(w.DecideReduction(stranger, deciding(r.GetId(), true)))
	w.agreeAll(t)
	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	if seen := w.cases(members["home agency"], t, ofFinance); len(seen) == 0 {
		t.Error("a member does not see the approved cases")
	}
}

// A member does not decide a reduction that the same person proposed as an appraiser.
func TestNobodyDecidesAnOwnProposal(t *testing.T) {
	w := appraising(t)
	both := member(t, 60, "", auth.Binding{Role: authv1.Role_ROLE_APPRAISER, Authority: authority})
	w.assign(t, 60, "departments")
	r := w.propose(both, t, "finance", "i.3", "0.5")
	wantSaid(t, "own proposal", errOf(w.DecideReduction(both, deciding(r.GetId(), true))), "OWN_PROPOSAL reduction")
	must(w.DecideReduction(council(t), deciding(r.GetId(), true)))
}

// A decision is recorded by one person and confirmed by a second one, who names the
// same number (rule V0).
func TestTwoPeopleApproveARound(t *testing.T) {
	w := appraising(t)
	w.agreeAll(t)
	req := approving(1)
	req.AcceptNotSubmitted = true
	first := must(w.RecordRoundDecision(council(t), recording(req))).GetAppraisalRound()
	if first.GetApproved() || first.GetRecordedDecisionNumber() != req.GetDecisionNumber() || first.GetRecordTime() == nil {
		t.Errorf("recorded: %v", first)
	}
	wantSaid(t, "alone", errOf(w.ApproveRound(council(t), req)), "SECOND_PERSON_NEEDED")
	mistyped := approving(1)
	mistyped.AcceptNotSubmitted, mistyped.DecisionNumber = true, "10/QĐ"
	wantSaid(t, "another number", errOf(w.ApproveRound(member(t, 61, ""), mistyped)), "DECISION_NOT_RECORDED decisionNumber")
	// Recorded anew by the coordinator, the first recorder may confirm it.
	must(w.RecordRoundDecision(coordinator(t), recording(mistyped)))
	wantSaid(t, "the number before", errOf(w.ApproveRound(council(t), req)), "DECISION_NOT_RECORDED decisionNumber")
	if r := must(w.ApproveRound(council(t), mistyped)).GetAppraisalRound(); !r.GetApproved() || r.GetDecisionNumber() != "10/QĐ" {
		t.Errorf("approved: %v", r)
	}
}

// A correction is decided without the member from the agency that it names: such a member
// neither records nor approves it. The coordinator records as the clerk (rules V0, V1).
func TestNobodyApprovesAnOwnCorrection(t *testing.T) {
	w := approvedOnce(t)
	must(w.ReopenRound(council(t), reopening(1, "finance/i.1")))
	must(w.OverrideCase(council(t), overriding("finance", "i.1", 1, "0")))
	req := approving(1)
	req.AcceptNotSubmitted = true
	dry := approving(1)
	dry.AcceptNotSubmitted, dry.ValidateOnly = true, true
	for name, ctx := range map[string]context.Context{
		"home agency": member(t, 50, "finance"), "head": member(t, 51, "", headOf("finance")),
	} {
		wantSaid(t, name, errOf(w.RecordRoundDecision(ctx, recording(req))), "OWN_AGENCY agency")
		must(w.RecordRoundDecision(coordinator(t), recording(req)))
		wantSaid(t, name, errOf(w.ApproveRound(ctx, req)), "OWN_AGENCY agency")
		wantSaid(t, name, errOf(w.ApproveRound(ctx, dry)), "OWN_AGENCY agency")
	}
	clerk := person(t, 53, "finance", auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: authority})
	must(w.RecordRoundDecision(clerk, recording(req)))
	must(w.ApproveRound(member(t, 52, "my-xuyen"), req))
}

// A reopening of every item is a matter of the whole body.
func TestWholeBodyApprovesAWholeRound(t *testing.T) {
	w := approvedOnce(t)
	must(w.ReopenRound(council(t), reopening(1)))
	req := approving(1)
	req.AcceptNotSubmitted = true
	must(w.RecordRoundDecision(member(t, 50, "finance"), recording(req)))
	must(w.ApproveRound(member(t, 51, "", headOf("home")), req))
}

// A coordinator does not choose who appraises the own agency; a member of the council
// from elsewhere does (rule V1).
func TestNobodyChoosesTheOwnAppraisers(t *testing.T) {
	w := newWorld(t)
	assigning := func(group string) *appraisalv1.CreateAssignmentRequest {
		return &appraisalv1.CreateAssignmentRequest{Authority: authority, Cycle: year, Group: group, Appraiser: uuidOf(11), Items: []string{"i.1"}}
	}
	coordinates := auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: authority}
	made := w.assign(t, 12, "departments")
	ending := &appraisalv1.EndAssignmentRequest{Authority: authority, Cycle: year, Assignment: made.GetId()}
	for name, ctx := range map[string]context.Context{
		"home agency": person(t, 53, "finance", coordinates), "head": person(t, 54, "", coordinates, headOf("finance")), "member": member(t, 55, "finance"),
	} {
		wantSaid(t, name, errOf(w.CreateAssignment(ctx, assigning("departments"))), "OWN_AGENCY_ACT group")
		wantSaid(t, name, errOf(w.EndAssignment(ctx, ending)), "OWN_AGENCY_ACT group")
	}
	must(w.CreateAssignment(person(t, 53, "finance", coordinates), assigning("districts")))
	wantSaid(t, "an approver beside a council", errOf(w.CreateAssignment(approver(t), assigning("departments"))), "NOT_YOURS_TO_DECIDE")
	must(w.CreateAssignment(council(t), assigning("departments")))
	must(w.EndAssignment(council(t), ending))
}

// An appraiser neither disagrees with the own agency nor withdraws its reduction, assigned
// or not (rule V1).
func TestOwnActs(t *testing.T) {
	w := appraising(t)
	w.assign(t, 11, "departments")
	r := w.propose(head(t, "finance"), t, "finance", "i.3", "0.5")
	for name, ctx := range map[string]context.Context{"home agency": appraiser(t, 11, "finance"), "one below it": appraiser(t, 11, "health")} {
		wantSaid(t, name, errOf(w.DisagreeCase(ctx, disagreeing("finance", "i.1", 1, "0"))), "OWN_AGENCY agency")
		wantSaid(t, name, errOf(w.WithdrawReduction(ctx, withdrawing("finance", r.GetId()))), "OWN_AGENCY agency")
	}
}
