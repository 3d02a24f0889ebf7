package api

import (
	"cmp"
	"strconv"
	"time"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule/rulepb"
	"github.com/parindex/parindex/libs/sealed"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// Sealed contents have the names of these enums without their prefixes.
var (
	notCounted       = message.Names[sealed.NotCounted, assessmentv1.NotCounted]("NOT_COUNTED_", assessmentv1.NotCounted_value)
	reasonCodes      = message.Names[string, appraisalv1.ReasonCode]("REASON_CODE_", appraisalv1.ReasonCode_value)
	reductionReasons = message.Names[string, appraisalv1.ReductionReason]("REDUCTION_REASON_", appraisalv1.ReductionReason_value)
)

// toAssignment returns an assignment with the name of its appraiser; who is nil where
// that is not known.
func toAssignment(a appraisal.Assignment, who *identityv1.Person) *appraisalv1.Assignment {
	return &appraisalv1.Assignment{
		Id: a.ID, Authority: a.Authority, Cycle: a.Cycle, Group: a.Group, Appraiser: a.Appraiser, Items: a.Items,
		CreateTime: message.Instant(a.CreateTime), EndTime: message.Instant(a.EndTime),
		AppraiserName: who.GetName(), AppraiserAgency: who.GetAgency(), AppraiserAgencyName: who.GetAgencyName(),
	}
}

// toCase returns a case with the names of its agency and item.
func toCase(c *cycle.Cycle, x appraisal.Case, open bool) (*appraisalv1.Case, error) {
	agency, err := c.Agency(x.Agency)
	if err != nil {
		return nil, err
	}
	item, err := itemOf(c, x)
	if err != nil {
		return nil, err
	}
	claim, err := toClaim(c, item, x)
	if err != nil {
		return nil, err
	}
	reported, err := toReportedValue(c, item, x.Report)
	if err != nil {
		return nil, err
	}
	first, err := toVerdict(c, item, x.First)
	if err != nil {
		return nil, err
	}
	verdict, err := toVerdict(c, item, x.Verdict)
	return &appraisalv1.Case{
		Agency: x.Agency, AgencyName: agency.Name, Group: x.Group, Item: item.ID, ItemName: item.Name, Field: item.Domain,
		MaxPoints: item.Max.String(), Round: message.Int32(x.Round), Claim: claim, FirstVerdict: first, Verdict: verdict,
		Etag: x.Etag(), Open: open, ReportedValue: reported, Outdated: x.Outdated(),
	}, err
}

func toClaim(c *cycle.Cycle, item cycle.Item, x appraisal.Case) (*appraisalv1.Claim, error) {
	if x.SealNumber == 0 {
		return nil, nil //nolint:nilnil // the agency has not submitted the item
	}
	input, explanation, factsErr := toFacts(c, item, x.Claim.Facts)
	why, err := notCounted.Parse(x.Claim.NotCounted)
	return &appraisalv1.Claim{
		SealNumber: message.Int32(x.SealNumber), SealSha256: x.SealSHA256, Input: input, Explanation: explanation,
		CountedPoints: message.Figure(counted(x.Claim)),
		NotCounted:    why,
		Justification: x.Claim.Justification, Evidence: message.Each(x.Claim.Evidence, toEvidence),
	}, cmp.Or(factsErr, err)
}

// counted returns the points that the item counts on the sealed sheet by the agency's own
// facts, nil if it does not count by them or is not applicable.
func counted(c appraisal.Claim) *points.Points {
	if c.NotCounted != "" {
		return new(points.Points)
	}
	return c.Points
}

func toReportedValue(c *cycle.Cycle, item cycle.Item, r *appraisal.Report) (*assessmentv1.ReportedValue, error) {
	if r == nil {
		return nil, nil //nolint:nilnil // nothing is reported
	}
	input, explanation, err := toFacts(c, item, r.Facts)
	return &assessmentv1.ReportedValue{
		Id: r.ID, Authority: c.Authority, Cycle: c.ID, Agency: r.Agency, Item: r.Item, Input: input, Explanation: explanation,
		Period: r.Period, Source: r.Source, Provider: r.Provider, ProviderName: r.ProviderName, Reporter: r.Reporter,
		ReportTime: message.Instant(r.Time), Sequence: message.Int32(r.Sequence),
	}, err
}

// toFacts returns facts and the explanation of their points by the item's rule, both
// nil if there are no facts; the explanation also if only a scoring run gives the points.
func toFacts(c *cycle.Cycle, item cycle.Item, facts sealed.Facts) (*rulev1.Input, *rulev1.Explanation, error) {
	if facts.IsZero() {
		return nil, nil, nil
	}
	input, err := rulepb.FromInput(facts.Input)
	if err != nil {
		return nil, nil, err
	}
	result, err := item.Evaluate(c.Policy, facts.Input)
	if err != nil || result == nil {
		return input, nil, err
	}
	explanation, err := rulepb.FromResult(*result)
	return input, explanation, err
}

func toEvidence(e sealed.Evidence) *assessmentv1.Evidence {
	return &assessmentv1.Evidence{
		Title: e.Title, DocumentNumber: e.DocumentNumber, Issuer: e.Issuer, IssueDate: e.IssueDate, Locator: e.Locator, Link: e.Link,
	}
}

func toVerdict(c *cycle.Cycle, item cycle.Item, v *appraisal.Verdict) (*appraisalv1.Verdict, error) {
	if v == nil {
		return nil, nil //nolint:nilnil // a case without a verdict has none
	}
	decision := appraisalv1.Decision_DECISION_DISAGREE
	if v.Agreed {
		decision = appraisalv1.Decision_DECISION_AGREE
	}
	input, explanation, factsErr := toFacts(c, item, v.Facts)
	reason, err := reasonCodes.Parse(v.ReasonCode)
	return &appraisalv1.Verdict{
		Decision: decision, Input: input, Points: message.Figure(v.Points), Explanation: explanation,
		ReasonCode: reason, Reason: v.Reason,
		MissingEvidence: toMissing(v.Missing), DecidedBy: v.DecidedBy, DecideTime: message.Instant(v.DecideTime),
		OverrideReason: v.OverrideReason, GuidanceVersion: v.GuidanceVersion,
	}, cmp.Or(factsErr, err)
}

func toMissing(m *appraisal.MissingEvidence) *appraisalv1.MissingEvidence {
	if m == nil {
		return nil
	}
	return &appraisalv1.MissingEvidence{Name: m.Name, Kind: m.Kind, Content: m.Content}
}

// correction is a request with the fields of a correction.
type correction interface {
	GetInput() *rulev1.Input
	GetOverridePoints() string
	GetOverrideReason() string
	GetReasonCode() appraisalv1.ReasonCode
	GetReason() string
	GetMissingEvidence() *appraisalv1.MissingEvidence
}

func fromCorrection(req correction) (appraisal.Correction, error) {
	facts, factsErr := fromInput(req.GetInput())
	override, overrideErr := fromFigure("override_points", req.GetOverridePoints())
	c := appraisal.Correction{
		Facts: facts, Points: override, OverrideReason: req.GetOverrideReason(),
		ReasonCode: reasonCodes.From(req.GetReasonCode()), Reason: req.GetReason(), Missing: nil,
	}
	if m := req.GetMissingEvidence(); m != nil {
		c.Missing = &appraisal.MissingEvidence{Name: m.GetName(), Kind: m.GetKind(), Content: m.GetContent()}
	}
	return c, cmp.Or(factsErr, overrideErr)
}

// fromInput returns the facts of the field "input", empty for nil.
func fromInput(m *rulev1.Input) (sealed.Facts, error) {
	if m == nil {
		return sealed.Facts{Input: nil}, nil
	}
	input, err := rulepb.ToInput(m)
	if err != nil {
		return sealed.Facts{Input: nil}, appraisal.Within("input", err)
	}
	return sealed.Facts{Input: input}, nil
}

// fromFigure returns the figure of a field, nil for an empty text.
func fromFigure(field, text string) (*points.Points, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // an empty text stands for no figure
	}
	x, err := points.Parse(text)
	if err != nil {
		return nil, appraisal.Within(field, err)
	}
	return &x, nil
}

// fromPropose returns the reduction of a request without its points, and the points
// that the request names, nil for all points of the item.
func fromPropose(req *appraisalv1.ProposeReductionRequest) (appraisal.Reduction, *points.Points, error) {
	named, err := fromFigure("points", req.GetPoints())
	r := appraisal.Reduction{
		ID: "", Authority: req.GetAuthority(), Cycle: req.GetCycle(), Agency: req.GetAgency(), Item: req.GetItem(), Points: points.Points{},
		Reason: reductionReasons.From(req.GetReason()), Text: req.GetText(),
		Document: req.GetDocument(), State: appraisal.Proposed, Decision: "", ProposedBy: "", ProposeTime: time.Time{}, DecideTime: time.Time{}, Version: 0,
	}
	return r, named, err
}

var reductionStates = message.Enum[appraisal.ReductionState, appraisalv1.ReductionState]{
	appraisal.Proposed:  appraisalv1.ReductionState_REDUCTION_STATE_PROPOSED,
	appraisal.Approved:  appraisalv1.ReductionState_REDUCTION_STATE_APPROVED,
	appraisal.Rejected:  appraisalv1.ReductionState_REDUCTION_STATE_REJECTED,
	appraisal.Withdrawn: appraisalv1.ReductionState_REDUCTION_STATE_WITHDRAWN,
}

func toReduction(r appraisal.Reduction) *appraisalv1.Reduction {
	return &appraisalv1.Reduction{
		Id: r.ID, Authority: r.Authority, Cycle: r.Cycle, Agency: r.Agency, Item: r.Item, Points: r.Points.String(),
		Reason: reductionReasons.To(r.Reason), Text: r.Text, Document: r.Document,
		State: reductionStates.To(r.State), Decision: r.Decision, ProposeTime: message.Instant(r.ProposeTime), DecideTime: message.Instant(r.DecideTime), Etag: r.Etag(),
	}
}

func toRound(r appraisal.Round) *appraisalv1.AppraisalRound {
	return &appraisalv1.AppraisalRound{
		Authority: r.Authority, Cycle: r.Cycle, Round: message.Int32(r.Round), Approved: r.Approved, DecisionNumber: r.DecisionNumber,
		ApproveTime: message.Instant(r.ApproveTime), Agencies: message.Int32(r.Agencies), Submitted: message.Int32(r.Submitted), NotSubmitted: r.NotSubmitted, Late: r.Late,
		Cases: message.Int32(r.Cases), Undecided: message.Int32(r.Undecided), Outcomes: message.Int32(r.Outcomes), Undelivered: message.Int32(r.Undelivered),
		RecordedDecisionNumber: r.Recorded.Number, RecordTime: message.Instant(r.Recorded.Time),
		Reopening: toReopening(r.Reopening),
	}
}

func toReopening(r *appraisal.Reopening) *appraisalv1.Reopening {
	if r == nil {
		return nil
	}
	toCase := func(c appraisal.AgencyItem) *appraisalv1.AgencyItem {
		return &appraisalv1.AgencyItem{Agency: c.Agency, Item: c.Item}
	}
	return &appraisalv1.Reopening{
		DocumentNumber: r.DocumentNumber, Reason: r.Reason, Cases: message.Each(r.Cases, toCase), OpenTime: message.Instant(r.OpenTime),
	}
}

// toOverride fails only if the cycle does not have the item, which OverrideCase excludes.
func toOverride(c *cycle.Cycle, o appraisal.Override) (*appraisalv1.Override, error) {
	item, err := scoredItem(c, o.Agency, o.Item)
	if err != nil {
		return nil, err
	}
	verdict, err := toVerdict(c, item, &o.Verdict)
	return &appraisalv1.Override{
		Agency: o.Agency, Item: o.Item, Round: message.Int32(o.Round), Verdict: verdict, Etag: strconv.FormatInt(o.Verdict.Version, 10),
	}, err
}

func toOutcome(o appraisal.Outcome) *appraisalv1.Outcome {
	return &appraisalv1.Outcome{
		Authority: o.Authority, Cycle: o.Cycle, Agency: o.Agency, Round: message.Int32(o.Round), Content: o.Content, Sha256: o.SHA256, Version: message.Int32(o.Version),
		SealTime: message.Instant(o.SealTime), ReceiveTime: message.Instant(o.ReceiveTime),
	}
}
