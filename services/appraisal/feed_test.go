package appraisal_test

import (
	"testing"

	"github.com/parindex/parindex/libs/cycle/cycletest"
	"github.com/parindex/parindex/libs/sealed"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// feedCase returns the case of i.4 of an agency, which the appraiser 11 sees.
func (w *world) feedCase(t *testing.T, agency string) *appraisalv1.Case {
	t.Helper()
	req := listing()
	req.Agency, req.Item = agency, "i.4"
	cases := must(w.ListCases(appraiser(t, 11, ""), req)).GetCases()
	if len(cases) != 1 {
		t.Fatalf("%s has %d cases of i.4", agency, len(cases))
	}
	return cases[0]
}

// reportedIs waits until the case of i.4 of an agency has the n-th reported value.
func (w *world) reportedIs(t *testing.T, agency string, n int32) {
	t.Helper()
	req := listing()
	req.Agency, req.Item = agency, "i.4"
	until(t, func() bool {
		cases := must(w.ListCases(council(t), req)).GetCases()
		return len(cases) == 1 && cases[0].GetReportedValue().GetSequence() == n
	})
}

func oneRound(c *cycletest.Catalog) { c.Regulation.GetContent().Rounds = 1 }

// TestFeedIsAppraised decides an item of source kind FEED in each constellation: the
// agency's own figure beside a reported value, one of them alone, a value of an agency
// that has submitted nothing, and neither (rule C6b, S0 Đ7.1, Đ10.4).
func TestFeedIsAppraised(t *testing.T) {
	w := newWorld(t, oneRound)
	w.assign(t, 11, "departments")
	w.move(t, catalogv1.Phase_PHASE_APPRAISAL_1)
	unstated := func(why string) *assessmentv1.SealedEntry {
		return &assessmentv1.SealedEntry{Item: "i.4", NotCounted: why}
	}
	w.assessment.submit(t, "finance", 1, entry("i.4", "1", ratio("5", "10")))
	w.assessment.submit(t, "health", 1, unstated(""))
	w.assessment.report("finance", 1, ratio("3", "10"))
	w.assessment.report("health", 2, ratio("9", "10"))
	w.assessment.report("home", 3, ratio("10", "10")) // home submits nothing
	w.assessment.submit(t, "my-xuyen", 1)
	for agency, n := range map[string]int32{"finance": 1, "health": 2, "home": 3} {
		w.reportedIs(t, agency, n)
	}
	wantSaid(t, "undecided", errOf(w.ApproveRound(council(t), approving(1))),
		"UNDECIDED_CASES\nfinance/i.4 CASE_UNDECIDED\nhealth/i.4 CASE_UNDECIDED\nhome/i.4 CASE_UNDECIDED")

	c := w.feedCase(t, "finance")
	if c.GetClaim().GetCountedPoints() != "1" || c.GetReportedValue().GetProviderName() != "Văn phòng" ||
		c.GetReportedValue().GetExplanation().GetPoints() != "0.6" || c.GetEtag() != "0.1" || !c.GetOpen() {
		t.Errorf("beside each other are %v", c)
	}
	// Agreeing takes the agency's own figure if there is one, else the reported value.
	for agency, want := range map[string]string{"finance": "1", "health": "1.8", "home": "2"} {
		c := w.feedCase(t, agency)
		got := must(w.AgreeCase(appraiser(t, 11, ""), agreeing(agency, "i.4", 1, c.GetEtag()))).GetCase()
		if got.GetVerdict().GetPoints() != want || got.GetOutdated() {
			t.Errorf("%s gets %v", agency, got)
		}
	}
	if c := w.feedCase(t, "home"); c.GetClaim() != nil {
		t.Errorf("home has the claim %v", c.GetClaim())
	}
	// A value reported after the verdict makes the case undecided again.
	w.assessment.report("finance", 4, ratio("2", "10"))
	w.reportedIs(t, "finance", 4)
	wantSaid(t, "a verdict on what was reported before", errOf(w.AgreeCase(appraiser(t, 11, ""), agreeing("finance", "i.4", 1, "1.1"))), "STALE_ETAG etag")
	if c := w.feedCase(t, "finance"); !c.GetOutdated() || c.GetEtag() != "1.4" {
		t.Errorf("after a new value it is %v", c)
	}
	wantSaid(t, "outdated", errOf(w.ApproveRound(council(t), approving(1))), "UNDECIDED_CASES\nfinance/i.4 CASE_UNDECIDED")
	disagreed := disagreeing("finance", "i.4", 1, "1.4")
	disagreed.Input = ratio("2", "10")
	must(w.DisagreeCase(appraiser(t, 11, ""), disagreed))
	accepting := approving(1)
	accepting.AcceptNotSubmitted = true
	w.approve(t, accepting)
	for agency, want := range map[string]string{"finance": "0.4", "health": "1.8", "home": "2"} {
		if i := w.outcomeItem(t, agency, "i.4"); i.Points == nil || i.Points.String() != want || i.StandardPoints.String() != "2" {
			t.Errorf("%s: the outcome has %+v", agency, i)
		}
	}
	// A value for an approved round changes nothing.
	w.assessment.report("home", 5, ratio("0", "10"))
	until(t, func() bool {
		w.assessment.mu.Lock()
		defer w.assessment.mu.Unlock()
		return len(w.assessment.unreceived) == 0
	})
	if c := w.feedCase(t, "home"); c.GetReportedValue().GetSequence() != 3 {
		t.Errorf("the case has %v", c)
	}
}

// outcomeItem returns an item of the outcome of an agency in the last approved round.
func (w *world) outcomeItem(t *testing.T, agency, item string) sealed.OutcomeItem {
	t.Helper()
	for _, o := range must(w.ListOutcomes(council(t), &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year, PageSize: 50})).GetOutcomes() {
		if o.GetAgency() != agency {
			continue
		}
		for _, i := range must(sealed.Read[sealed.Outcome](o.GetContent())).Items {
			if i.Item == item {
				return i
			}
		}
	}
	t.Fatalf("no outcome of %s has %s", agency, item)
	return sealed.OutcomeItem{}
}

// TestFeedWithoutAnyValue counts 0 where neither the agency nor anybody else has a figure,
// and is not applicable where the body takes the item out.
func TestFeedWithoutAnyValue(t *testing.T) {
	w := newWorld(t, oneRound)
	w.move(t, catalogv1.Phase_PHASE_APPRAISAL_1)
	w.assessment.submit(t, "finance", 1, &assessmentv1.SealedEntry{Item: "i.4", NotCounted: "NOT_REPORTED"})
	w.received(t, 1, 1)
	must(w.DecideReduction(council(t), &appraisalv1.DecideReductionRequest{
		Authority: authority, Cycle: year, Approve: true, Decision: "Không phát sinh",
		Reduction: must(w.ProposeReduction(head(t, "health"), &appraisalv1.ProposeReductionRequest{
			Authority: authority, Cycle: year, Agency: "health", Item: "i.4", Reason: appraisalv1.ReductionReason_REDUCTION_REASON_NO_TASK, Text: "Không phát sinh", Document: "31/SYT",
		})).GetReduction().GetId(),
	}))
	accepting := approving(1)
	accepting.AcceptNotSubmitted = true
	w.approve(t, accepting)
	if i := w.outcomeItem(t, "finance", "i.4"); i.Points == nil || i.Points.Sign() != 0 || i.ReasonCode != "NOT_REPORTED" || i.StandardPoints.String() != "2" {
		t.Errorf("neither: %+v", i)
	}
	if i := w.outcomeItem(t, "health", "i.4"); i.Points != nil || i.StandardPoints.Sign() != 0 {
		t.Errorf("taken out: %+v", i)
	}
}

// TestComparedValueIsAppraised decides a value that only a scoring run compares with the
// group: the outcome has the facts, no points and all standard points.
func TestComparedValueIsAppraised(t *testing.T) {
	w := newWorld(t, oneRound, func(c *cycletest.Catalog) {
		for _, n := range c.Regulation.GetContent().GetCriteriaSets()[0].GetNodes() {
			if n.GetCode() == "4" {
				n.Item.Rule = &rulev1.Rule{Family: &rulev1.Rule_PeerRelative{PeerRelative: &rulev1.PeerRelative{Better: rulev1.Better_BETTER_LOWER}}}
			}
		}
	})
	peer := func(value string) *rulev1.Input {
		return &rulev1.Input{Facts: &rulev1.Input_Peer{Peer: &rulev1.Peer{Value: value}}}
	}
	w.assign(t, 11, "departments")
	w.move(t, catalogv1.Phase_PHASE_APPRAISAL_1)
	w.assessment.report("finance", 1, peer("12"))
	w.reportedIs(t, "finance", 1)
	best := disagreeing("finance", "i.4", 1, "0.1")
	best.Input = peer("10")
	best.Input.GetPeer().Best = new("3")
	wantSaid(t, "with the best value", errOf(w.DisagreeCase(appraiser(t, 11, ""), best)), "BEST_REPORTED input.peer.best")
	got := must(w.AgreeCase(appraiser(t, 11, ""), agreeing("finance", "i.4", 1, "0.1"))).GetCase().GetVerdict()
	if got.Points != nil || got.GetExplanation() != nil || got.GetInput().GetPeer().GetValue() != "12" {
		t.Errorf("the verdict is %v", got)
	}
	accepting := approving(1)
	accepting.AcceptNotSubmitted = true
	w.approve(t, accepting)
	if i := w.outcomeItem(t, "finance", "i.4"); i.Points != nil || i.StandardPoints.String() != "2" || i.Facts.IsZero() {
		t.Errorf("the outcome has %+v", i)
	}
}

// TestUnsealedRound receives an unsealing and the round that is submitted again. A verdict
// stands on what has not changed, and the approval waits for the agency (rule A4b).
func TestUnsealedRound(t *testing.T) {
	w := newWorld(t, oneRound)
	w.assign(t, 11, "departments")
	w.move(t, catalogv1.Phase_PHASE_APPRAISAL_1)
	w.assessment.submit(t, "finance", 1, full()...)
	w.received(t, 1, 1)
	for _, item := range []string{"i.1", "i.2"} {
		must(w.AgreeCase(appraiser(t, 11, ""), agreeing("finance", item, 1, "0")))
	}
	w.assessment.unseal("finance", 1)
	w.received(t, 1, 0)
	changed := full()
	changed[0] = entry("i.1", "2", chosen("timely"))
	w.assessment.submit(t, "finance", 1, changed...)
	w.received(t, 1, 1)
	req := listing()
	req.Agency, req.Undecided = "finance", true
	undecided := w.cases(council(t), t, req)
	if len(undecided) != 3 || undecided[0] != "finance/i.1" || undecided[1] != "finance/i.3" || w.round(t, 1).GetUndecided() != 3 {
		t.Errorf("undecided are %v", undecided)
	}
	got := must(w.AgreeCase(appraiser(t, 11, ""), agreeing("finance", "i.1", 1, "1"))).GetCase()
	if got.GetOutdated() || got.GetVerdict().GetPoints() != "2" || got.GetClaim().GetSealNumber() != 2 {
		t.Errorf("the verdict on the new claim is %v", got)
	}
	for _, item := range []string{"i.3", "i.10"} {
		must(w.AgreeCase(appraiser(t, 11, ""), agreeing("finance", item, 1, "0")))
	}
	// Opened once more and not submitted, the last version counts if the council says so.
	w.assessment.unseal("finance", 1)
	w.received(t, 1, 0)
	accepting := approving(1)
	wantSaid(t, "an open round", errOf(w.ApproveRound(council(t), accepting)),
		"AGENCIES_NOT_SUBMITTED\nfinance AGENCY_NOT_SUBMITTED\nhealth AGENCY_NOT_SUBMITTED\nhome AGENCY_NOT_SUBMITTED\nmy-xuyen AGENCY_NOT_SUBMITTED")
	accepting.AcceptNotSubmitted = true
	w.approve(t, accepting)
	if i := w.outcomeItem(t, "finance", "i.1"); i.Points == nil || i.Points.String() != "2" {
		t.Errorf("the outcome has %+v", i)
	}
}
