package appraisal_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle/cycletest"
	"github.com/parindex/parindex/libs/sealed"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

const (
	self1      = catalogv1.Phase_PHASE_SELF_1
	appraisal1 = catalogv1.Phase_PHASE_APPRAISAL_1
	self2      = catalogv1.Phase_PHASE_SELF_2
	appraisal2 = catalogv1.Phase_PHASE_APPRAISAL_2
	inCouncil  = catalogv1.Phase_PHASE_APPRAISAL_COUNCIL
	presented  = catalogv1.Phase_PHASE_PRESENTED
)

// outcomes returns every outcome of a round as text, one item per line: round, points of
// standard points, and verdict.
func (w *world) outcomes(t *testing.T, round int32) string {
	t.Helper()
	scoring := auth.With(t.Context(), auth.Principal{Kind: auth.Service, ID: "scoring"}, "")
	answer := must(w.ListOutcomes(scoring, &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year, Round: round, PageSize: 200}))
	var b strings.Builder
	for _, o := range answer.GetOutcomes() {
		content := remade(t, o)
		fmt.Fprintf(&b, "%s round %d final %t seals %d", content.GetAgency(), content.GetRound(), content.GetFinal(), len(content.GetSeals()))
		for _, r := range content.GetReductions() {
			fmt.Fprintf(&b, " %s-%s", r.GetItem(), r.GetPoints())
		}
		b.WriteString("\n")
		for _, i := range content.GetItems() {
			points := "n/a"
			if i.Points != nil {
				points = i.GetPoints()
			}
			line := fmt.Sprintf("  %s %d: %s of %s agreed=%t open=%t %s %s by %s",
				i.GetItem(), i.GetRound(), points, i.GetStandardPoints(), i.GetAgreed(), i.GetOpen(), i.GetReasonCode(), i.GetReason(), i.GetDecidedBy())
			b.WriteString("  " + strings.Join(strings.Fields(strings.TrimSuffix(line, " by ")), " ") + "\n")
		}
	}
	return b.String()
}

// remade returns the content of an outcome. It checks the hash, and that writing the
// content again gives the same bytes.
func remade(t *testing.T, o *appraisalv1.Outcome) *appraisalv1.OutcomeContent {
	t.Helper()
	sum := sha256.Sum256(o.GetContent())
	if hex.EncodeToString(sum[:]) != o.GetSha256() {
		t.Errorf("%s: its content has another hash", o.GetAgency())
	}
	content := new(appraisalv1.OutcomeContent)
	if err := protojson.Unmarshal(o.GetContent(), content); err != nil {
		t.Fatal(err)
	}
	structure := must(sealed.Read[sealed.Outcome](o.GetContent()))
	if again, _, err := sealed.Write(structure); err != nil || string(again) != string(o.GetContent()) {
		t.Errorf("made again it is\n%s\nsealed\n%s", again, o.GetContent())
	}
	return content
}

func (w *world) agree(ctx context.Context, t *testing.T, req *appraisalv1.AgreeCaseRequest) *appraisalv1.Case {
	t.Helper()
	return must(w.AgreeCase(ctx, req)).GetCase()
}

func (w *world) disagree(ctx context.Context, t *testing.T, req *appraisalv1.DisagreeCaseRequest) *appraisalv1.Case {
	t.Helper()
	return must(w.DisagreeCase(ctx, req)).GetCase()
}

func (w *world) propose(ctx context.Context, t *testing.T, agency, item, points string) *appraisalv1.Reduction {
	t.Helper()
	return must(w.ProposeReduction(ctx, proposing(agency, item, points))).GetReduction()
}

func proposing(agency, item, points string) *appraisalv1.ProposeReductionRequest {
	return &appraisalv1.ProposeReductionRequest{
		Authority: authority, Cycle: year, Agency: agency, Item: item, Points: points,
		Reason: appraisalv1.ReductionReason_REDUCTION_REASON_NO_TASK, Text: "Không được giao", Document: "12/BC-SYT",
	}
}

// TestRoundTwoTakesNothingBack checks that an item that counts 0 in round 2 keeps the
// verdict of round 1, and counts 0 in the outcome only if no round has a verdict.
func TestRoundTwoTakesNothingBack(t *testing.T) {
	w := newWorld(t)
	w.assign(t, 11, "departments")
	ctx := appraiser(t, 11, "home")
	w.move(t, self1)
	entries := full()
	for _, i := range []int{0, 2, 3} {
		entries[i].NotCounted, entries[i].Justification, entries[i].Evidence = "NO_EVIDENCE", "", nil
	}
	w.assessment.submit(t, "finance", 1, entries...)
	w.move(t, appraisal1)
	w.received(t, 1, 1)
	w.agree(ctx, t, agreeing("finance", "i.2", 1, "0"))
	seen := disagreeing("finance", "i.3", 1, "0")
	seen.OverridePoints, seen.OverrideReason = "3", "Đã kiểm tra thực tế"
	w.disagree(ctx, t, seen)
	w.disagree(ctx, t, func() *appraisalv1.DisagreeCaseRequest {
		r := disagreeing("finance", "i.10", 1, "0")
		r.ReasonCode = appraisalv1.ReasonCode_REASON_CODE_NOT_DONE
		return r
	}())
	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	w.move(t, self2)
	entries[1] = &assessmentv1.SealedEntry{Item: "i.2", NotCounted: "NO_INPUT"}
	w.assessment.submit(t, "finance", 2, entries...)
	w.move(t, appraisal2)
	w.received(t, 2, 1)
	again := disagreeing("finance", "i.10", 2, "0")
	again.Input = met("a", "b")
	w.disagree(ctx, t, again)
	req = approving(2)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	want := `finance round 2 final true seals 2
  i.1 2: 0 of 2 agreed=false open=false NO_EVIDENCE
  i.2 1: 1.909091 of 3 agreed=true open=false by home
  i.3 1: 3 of 4 agreed=false open=false FIGURES_WRONG Số liệu chưa khớp by home
  i.10 2: 1 of 1 agreed=false open=false FIGURES_WRONG Số liệu chưa khớp by home
  i.4 1: 0 of 2 agreed=false open=false NOT_SUBMITTED
`
	if got, _, _ := strings.Cut(w.outcomes(t, 2), "health"); got != want {
		t.Errorf("round 2:\n%s", got)
	}
}

// TestBonus checks that a bonus counts above the standard points, that it closes the
// item, and that a reduction lowers the most that the item can give.
func TestBonus(t *testing.T) {
	w := newWorld(t, func(c *cycletest.Catalog) {
		c.Regulation.Content.CriteriaSets[1].Nodes[1].Item.Rule = &rulev1.Rule{Family: &rulev1.Rule_Deduction{Deduction: &rulev1.Deduction{
			Step: "0.25", Bonus: &rulev1.Bonus{Step: "0.5", Cap: "1"},
		}}}
	})
	w.assign(t, 11, "districts")
	w.move(t, self1)
	w.assessment.submit(t, "my-xuyen", 1, entry("i.1", "3", &rulev1.Input{Facts: &rulev1.Input_Counts{Counts: &rulev1.Counts{Bonuses: 5}}}))
	w.move(t, appraisal1)
	w.received(t, 1, 1)
	w.agree(appraiser(t, 11, "home"), t, agreeing("my-xuyen", "i.1", 1, "0"))
	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	if got := w.outcomes(t, 1); !strings.HasSuffix(got, "  i.1 1: 3 of 2 agreed=true open=false by home\n") {
		t.Errorf("round 1:\n%s", got)
	}
	must(w.DecideReduction(council(t), deciding(w.propose(head(t, "my-xuyen"), t, "my-xuyen", "i.1", "0.5").GetId(), true)))
	w.move(t, appraisal2)
	req = approving(2)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	if got := w.outcomes(t, 2); !strings.HasSuffix(got, "  i.1 1: 2.5 of 1.5 agreed=true open=false by home\n") {
		t.Errorf("round 2:\n%s", got)
	}
}

func deciding(id string, approve bool) *appraisalv1.DecideReductionRequest {
	return &appraisalv1.DecideReductionRequest{Authority: authority, Cycle: year, Reduction: id, Approve: approve, Decision: "Biên bản 3"}
}

// TestTwoRounds follows a cycle through two rounds. The figures were computed with a
// pocket calculator: 3 × 14/22 = 1.909091, 3 × 16/22 = 2.181818.
func TestTwoRounds(t *testing.T) {
	w := newWorld(t)
	w.assign(t, 11, "departments")
	w.assign(t, 11, "districts")
	ctx := appraiser(t, 11, "home")
	other := appraiser(t, 12, "")
	w.assign(t, 12, "departments", "i.1", "i.2", "i.3", "i.10")
	w.move(t, self1)
	whole := w.propose(head(t, "health"), t, "health", "i.3", "")
	partial := w.propose(head(t, "health"), t, "health", "i.1", "0.5")
	surveyed := w.propose(head(t, "finance"), t, "finance", "ii.1", "2.50")
	refused := w.propose(head(t, "finance"), t, "finance", "i.10", "")
	w.assessment.submit(t, "finance", 1, full()...)
	entries := full()
	entries[0] = entry("i.1", "2", chosen("timely"))
	entries[1] = entry("i.2", "", ratio("0", "0"))
	entries[3].NotCounted, entries[3].Justification, entries[3].Evidence = "NO_EVIDENCE", "", nil
	w.assessment.submit(t, "health", 1, entries...)
	w.assessment.submit(t, "my-xuyen", 1, &assessmentv1.SealedEntry{Item: "i.1", NotCounted: "NO_INPUT"})
	w.move(t, appraisal1)
	w.received(t, 1, 3)

	if got := w.agree(ctx, t, agreeing("finance", "i.1", 1, "0")); got.GetVerdict().GetPoints() != "1" || got.GetEtag() != "1" || !got.GetOpen() ||
		got.GetVerdict().GetDecidedBy() != "home" || got.GetVerdict().GetExplanation().GetPoints() != "1" {
		t.Errorf("agreed: %v", got)
	}
	corrected := disagreeing("finance", "i.2", 1, "0")
	corrected.Input = ratio("11", "22")
	if got := w.disagree(ctx, t, corrected); got.GetVerdict().GetPoints() != "1.5" || got.GetClaim().GetCountedPoints() != "1.909091" {
		t.Errorf("corrected: %v", got)
	}
	override := disagreeing("finance", "i.3", 1, "0")
	override.OverridePoints, override.OverrideReason = "3.50", "Theo thanh tra"
	if got := w.disagree(ctx, t, override); got.GetVerdict().GetPoints() != "3.5" || got.GetVerdict().GetInput() != nil || got.GetVerdict().GetExplanation() != nil {
		t.Errorf("set: %v", got)
	}
	missing := disagreeing("finance", "i.10", 1, "0")
	missing.ReasonCode = appraisalv1.ReasonCode_REASON_CODE_EVIDENCE_MISSING
	missing.MissingEvidence = &appraisalv1.MissingEvidence{Name: "Báo cáo quý", Kind: "Báo cáo", Content: "Kết quả"}
	if got := w.disagree(ctx, t, missing); got.GetVerdict().GetPoints() != "0" || got.GetVerdict().GetMissingEvidence().GetName() != "Báo cáo quý" {
		t.Errorf("missing: %v", got)
	}
	w.agree(other, t, agreeing("health", "i.1", 1, "0"))
	w.agree(other, t, agreeing("health", "i.2", 1, "0"))
	w.agree(other, t, agreeing("health", "i.3", 1, "0"))

	for id, approve := range map[string]bool{whole.GetId(): true, partial.GetId(): true, surveyed.GetId(): true, refused.GetId(): false} {
		must(w.DecideReduction(council(t), deciding(id, approve)))
	}
	req := approving(1)
	wantSaid(t, "home has not submitted", errOf(w.ApproveRound(council(t), req)), "AGENCIES_NOT_SUBMITTED\nhome AGENCY_NOT_SUBMITTED")
	req.AcceptNotSubmitted = true
	if r := w.approve(t, req).GetAppraisalRound(); !r.GetApproved() || r.GetAgencies() != 4 || r.GetSubmitted() != 3 || r.GetCases() != 9 ||
		r.GetUndecided() != 0 || r.GetOutcomes() != 4 || r.GetDecisionNumber() != "1/QĐ" || len(r.GetNotSubmitted()) != 1 {
		t.Errorf("approved: %v", r)
	}
	want := `finance round 1 final false seals 1 ii.1-2.5
  i.1 1: 1 of 2 agreed=true open=true by home
  i.2 1: 1.5 of 3 agreed=false open=true FIGURES_WRONG Số liệu chưa khớp by home
  i.3 1: 3.5 of 4 agreed=false open=true FIGURES_WRONG Số liệu chưa khớp by home
  i.10 1: 0 of 1 agreed=false open=true EVIDENCE_MISSING Số liệu chưa khớp by home
  i.4 1: 0 of 2 agreed=false open=true NOT_SUBMITTED
health round 1 final false seals 1 i.1-0.5 i.3-4
  i.1 1: 1.5 of 1.5 agreed=true open=false
  i.2 1: n/a of 0 agreed=true open=false
  i.3 1: n/a of 0 agreed=true open=false
  i.10 1: 0 of 1 agreed=false open=true NO_EVIDENCE
  i.4 1: 0 of 2 agreed=false open=true NOT_SUBMITTED
home round 1 final false seals 0
  i.1 1: 0 of 2 agreed=false open=true NOT_SUBMITTED
  i.2 1: 0 of 3 agreed=false open=true NOT_SUBMITTED
  i.3 1: 0 of 4 agreed=false open=true NOT_SUBMITTED
  i.10 1: 0 of 1 agreed=false open=true NOT_SUBMITTED
  i.4 1: 0 of 2 agreed=false open=true NOT_SUBMITTED
my-xuyen round 1 final false seals 1
  i.1 1: 0 of 2 agreed=false open=true NO_INPUT
`
	if got := w.outcomes(t, 0); got != want {
		t.Errorf("round 1:\n%s", got)
	}
	until(t, func() bool { return w.round(t, 1).GetUndelivered() == 0 })

	w.move(t, self2)
	w.assessment.submit(t, "finance", 2, entry("i.1", "2", chosen("timely")), entry("i.2", "2.181818", ratio("16", "22")), entry("i.10", "1", met("a", "b")))
	w.assessment.submit(t, "home", 2, full()[0])
	late := w.propose(head(t, "finance"), t, "finance", "i.3", "1")
	w.move(t, appraisal2)
	w.received(t, 2, 2)
	if got := w.agree(ctx, t, agreeing("finance", "i.1", 2, "0")); got.GetFirstVerdict().GetPoints() != "1" || got.GetVerdict().GetPoints() != "2" {
		t.Errorf("round 2: %v", got)
	}
	lower := disagreeing("finance", "i.2", 2, "0")
	lower.Input = ratio("1", "3")
	w.disagree(ctx, t, lower)
	notDone := disagreeing("finance", "i.10", 2, "0")
	notDone.ReasonCode = appraisalv1.ReasonCode_REASON_CODE_NOT_DONE
	w.disagree(ctx, t, notDone)
	w.agree(other, t, agreeing("home", "i.1", 2, "0"))
	wantSaid(t, "an item at its maximum", errOf(w.AgreeCase(other, agreeing("home", "i.3", 2, "0"))), "CASE_CLOSED item")
	wantSaid(t, "a sheet not sent", errOf(w.AgreeCase(other, agreeing("health", "i.10", 2, "0"))), "CASE_UNKNOWN item")
	w.move(t, inCouncil)
	req = approving(2)
	wantSaid(t, "a reduction waits", errOf(w.ApproveRound(council(t), req)), "REDUCTIONS_WAITING\nfinance/i.3 REDUCTION_WAITING")
	must(w.DecideReduction(council(t), deciding(late.GetId(), true)))
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	want = `finance round 2 final true seals 2 i.3-1 ii.1-2.5
  i.1 2: 2 of 2 agreed=true open=false by home
  i.2 2: 1 of 3 agreed=false open=false FIGURES_WRONG Số liệu chưa khớp by home
  i.3 1: 3 of 3 agreed=false open=false FIGURES_WRONG Số liệu chưa khớp by home
  i.10 2: 0 of 1 agreed=false open=false NOT_DONE Số liệu chưa khớp by home
  i.4 1: 0 of 2 agreed=false open=false NOT_SUBMITTED
health round 2 final true seals 1 i.1-0.5 i.3-4
  i.1 1: 1.5 of 1.5 agreed=true open=false
  i.2 1: n/a of 0 agreed=true open=false
  i.3 1: n/a of 0 agreed=true open=false
  i.10 1: 0 of 1 agreed=false open=false NO_EVIDENCE
  i.4 1: 0 of 2 agreed=false open=false NOT_SUBMITTED
home round 2 final true seals 1
  i.1 2: 1 of 2 agreed=true open=false
  i.2 1: 0 of 3 agreed=false open=false NOT_SUBMITTED
  i.3 1: 0 of 4 agreed=false open=false NOT_SUBMITTED
  i.10 1: 0 of 1 agreed=false open=false NOT_SUBMITTED
  i.4 1: 0 of 2 agreed=false open=false NOT_SUBMITTED
my-xuyen round 2 final true seals 1
  i.1 1: 0 of 2 agreed=false open=false NO_INPUT
`
	if got := w.outcomes(t, 0); got != want {
		t.Errorf("round 2:\n%s", got)
	}
	if w.outcomes(t, 1) == w.outcomes(t, 2) {
		t.Error("round 1 is no more")
	}
	until(t, func() bool {
		return w.gauge(t, "parindex_outcomes_undelivered") == 0 && w.round(t, 2).GetUndelivered() == 0
	})
	w.intact(t)
}
