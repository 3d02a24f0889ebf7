package play

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"google.golang.org/protobuf/encoding/protojson"

	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
)

// proposeReduction has a head propose a reduction for the head's own agency, and
// checks that it is refused for any other.
func (p *Player) proposeReduction(ctx context.Context) error {
	want := p.script.Cycle.Reduction.message
	request := &appraisalv1.ProposeReductionRequest{
		Item: want.GetItem(), Points: want.GetPoints(), Reason: want.GetReason(), Text: want.GetText(), Document: want.GetDocument(),
		RequestId: p.id(),
	}
	path := p.inCycle("/agencies/%s/reductions", want.GetAgency())
	if err := p.head("so-mot").refuse(ctx, "NOT_ALLOWED", http.MethodPost, path, request); err != nil {
		return err
	}
	proposed := new(appraisalv1.Reduction)
	if err := p.head(want.GetAgency()).post(ctx, path, request, proposed); err != nil {
		return err
	}
	p.proposed = proposed.GetId()
	request.RequestId = p.id()
	return errors.Join(
		equal("the state", proposed.GetState(), appraisalv1.ReductionState_REDUCTION_STATE_PROPOSED),
		equal("the points", proposed.GetPoints(), want.GetPoints()),
		p.head(want.GetAgency()).refuse(ctx, "REDUCTION_EXISTS", http.MethodPost, path, request),
	)
}

// assign assigns items to the appraisers.
func (p *Player) assign(ctx context.Context) error {
	for _, a := range p.script.Cycle.Assignments {
		request := &appraisalv1.CreateAssignmentRequest{Group: a.Group, Appraiser: p.accounts[a.Appraiser], RequestId: p.id()}
		made := new(appraisalv1.Assignment)
		if err := p.coordinator().post(ctx, p.inCycle("/assignments"), request, made); err != nil {
			return err
		}
		if err := equal("the group", made.GetGroup(), a.Group); err != nil {
			return err
		}
	}
	listed := new(appraisalv1.ListAssignmentsResponse)
	if err := p.coordinator().get(ctx, p.inCycle("/assignments"), listed); err != nil {
		return err
	}
	return equal("how many assignments there are", len(listed.GetAssignments()), len(p.script.Cycle.Assignments))
}

// cases returns the cases of a round that a person sees, all of them or those of
// one agency.
func (p *Player) cases(ctx context.Context, who caller, round int32, agency string) ([]*appraisalv1.Case, error) {
	answer := new(appraisalv1.ListCasesResponse)
	err := who.get(ctx, p.inCycle("/cases?pageSize=200&round=%d&agency=%s", round, agency), answer)
	return answer.GetCases(), err
}

// checkSight checks which cases each appraiser sees, and that no appraiser can give
// a verdict on others.
func (p *Player) checkSight(ctx context.Context) error {
	for login, want := range p.script.Cycle.Sees {
		seen, err := p.cases(ctx, p.person(login), 1, "")
		if err != nil {
			return err
		}
		agencies := map[string]bool{}
		for _, c := range seen {
			agencies[c.GetAgency()] = true
		}
		if err := equalLines("what "+login+" sees", slices.Sorted(maps.Keys(agencies)), want); err != nil {
			return err
		}
	}
	for _, r := range p.script.Cycle.Refused {
		seen, err := p.cases(ctx, p.person(r.Appraiser), 1, r.Agency)
		if err != nil {
			return err
		}
		request := &appraisalv1.AgreeCaseRequest{Round: 1, Etag: "0", RequestId: p.id()}
		err = errors.Join(
			equal("how much "+r.Appraiser+" sees of "+r.Agency, len(seen), 0),
			p.person(r.Appraiser).refuse(ctx, r.Reason, http.MethodPost, p.inCycle("/cases/%s/items/i.1.1:agree", r.Agency), request),
		)
		if err != nil {
			return err
		}
	}
	return p.editor("so-mot").refuse(ctx, "NOT_ALLOWED", http.MethodGet, p.inCycle("/cases?round=1"), nil)
}

func ofAppraisal(a appraisal) string { return a.Agency }

// appraise returns the step in which the appraisers give their verdicts on a round.
// The council cannot approve the round before.
func (p *Player) appraise(number int32) func(context.Context) error {
	round := p.script.round(number)
	return func(ctx context.Context) error {
		early := &appraisalv1.ApproveRoundRequest{DecisionNumber: round.Decision, AcceptNotSubmitted: true, RequestId: p.id()}
		if err := p.council().refuse(ctx, "UNDECIDED_CASES", http.MethodPost, p.inCycle("/appraisalRounds/%d:approve", number), early); err != nil {
			return err
		}
		return each(round.Appraisals, ofAppraisal, func(a appraisal) error {
			if a.By == "" {
				return nil
			}
			return p.appraiseAgency(ctx, number, a)
		})
	}
}

func (p *Player) appraiseAgency(ctx context.Context, round int32, a appraisal) error {
	cases, err := p.cases(ctx, p.person(a.By), round, a.Agency)
	if err != nil {
		return err
	}
	if err := equal("how many cases there are", len(cases), len(a.Verdicts)); err != nil {
		return err
	}
	for i, v := range a.Verdicts {
		if err := equal("the item", cases[i].GetItem(), v.Item); err != nil {
			return err
		}
		if err := p.judge(ctx, cases[i], a.By, v); err != nil {
			return fmt.Errorf("%s: %w", v.Item, err)
		}
	}
	return nil
}

// judge gives one verdict and checks its points.
func (p *Player) judge(ctx context.Context, c *appraisalv1.Case, by string, v verdict) error {
	path := p.inCycle("/cases/%s/items/%s", c.GetAgency(), c.GetItem())
	judged := new(appraisalv1.Case)
	var err error
	if v.Agree {
		request := &appraisalv1.AgreeCaseRequest{Round: c.GetRound(), Etag: c.GetEtag(), RequestId: p.id()}
		err = p.person(by).post(ctx, path+":agree", request, judged)
	} else {
		request := &appraisalv1.DisagreeCaseRequest{
			Round: c.GetRound(), Etag: c.GetEtag(), RequestId: p.id(), Input: v.Input.message,
			OverridePoints: v.Override, OverrideReason: v.OverrideReason, MissingEvidence: v.Missing.message,
			ReasonCode: appraisalv1.ReasonCode(appraisalv1.ReasonCode_value[v.Code]), Reason: v.Reason,
		}
		err = p.person(by).post(ctx, path+":disagree", request, judged)
	}
	if err != nil {
		return err
	}
	stale := &appraisalv1.AgreeCaseRequest{Round: c.GetRound(), Etag: c.GetEtag(), RequestId: p.id()}
	return errors.Join(
		equal("the points", judged.GetVerdict().GetPoints(), v.Points),
		equal("whether it agrees", judged.GetVerdict().GetDecision() == appraisalv1.Decision_DECISION_AGREE, v.Agree),
		equal("the reason", judged.GetVerdict().GetReason(), v.Reason),
		p.person(by).refuse(ctx, "STALE_ETAG", http.MethodPost, path+":agree", stale),
	)
}

// approveFirst approves the reduction, without which round 1 cannot be approved,
// and then round 1.
func (p *Player) approveFirst(ctx context.Context) error {
	path := p.inCycle("/appraisalRounds/1:approve")
	decision := p.script.round(1).Decision
	early := &appraisalv1.ApproveRoundRequest{DecisionNumber: decision, RequestId: p.id()}
	if err := p.council().refuse(ctx, "REDUCTIONS_WAITING", http.MethodPost, path, early); err != nil {
		return err
	}
	decide := &appraisalv1.DecideReductionRequest{Approve: true, Decision: decision, RequestId: p.id()}
	decided := new(appraisalv1.Reduction)
	if err := p.council().post(ctx, p.inCycle("/reductions/%s:decide", p.proposed), decide, decided); err != nil {
		return err
	}
	decide.RequestId = p.id()
	err := errors.Join(
		equal("the state", decided.GetState(), appraisalv1.ReductionState_REDUCTION_STATE_APPROVED),
		p.council().refuse(ctx, "REDUCTION_DECIDED", http.MethodPost, p.inCycle("/reductions/%s:decide", p.proposed), decide),
		p.coordinator().refuse(ctx, "NOT_ALLOWED", http.MethodPost, path, early),
	)
	if err != nil {
		return err
	}
	return p.approve(ctx, 1, &appraisalv1.ApproveRoundRequest{DecisionNumber: decision, RequestId: p.id()})
}

// approveSecond approves round 2, for which one agency submitted nothing.
func (p *Player) approveSecond(ctx context.Context) error {
	request := &appraisalv1.ApproveRoundRequest{DecisionNumber: p.script.round(2).Decision, RequestId: p.id()}
	problem, err := p.council().refused(ctx, "AGENCIES_NOT_SUBMITTED", http.MethodPost, p.inCycle("/appraisalRounds/2:approve"), request)
	if err != nil {
		return err
	}
	if err := equal("how many agencies did not submit", len(problem.Violations), 1); err != nil {
		return err
	}
	request.AcceptNotSubmitted, request.RequestId = true, p.id()
	return p.approve(ctx, 2, request)
}

// approve lets the coordinator record the decision and the council confirm it.
func (p *Player) approve(ctx context.Context, round int32, request *appraisalv1.ApproveRoundRequest) error {
	state, path := new(appraisalv1.AppraisalRound), p.inCycle("/appraisalRounds/%d:approve", round)
	if err := p.council().refuse(ctx, "DECISION_NOT_RECORDED", http.MethodPost, path, request); err != nil {
		return err
	}
	record := &appraisalv1.RecordRoundDecisionRequest{DecisionNumber: request.GetDecisionNumber(), RequestId: p.id()}
	if err := p.coordinator().post(ctx, p.inCycle("/appraisalRounds/%d:recordDecision", round), record, state); err != nil {
		return err
	}
	if err := p.council().post(ctx, path, request, state); err != nil {
		return err
	}
	request.RequestId = p.id()
	return errors.Join(
		check(state.GetApproved(), "the round is not approved"),
		equal("the decision", state.GetDecisionNumber(), request.GetDecisionNumber()),
		equal("how many cases are undecided", state.GetUndecided(), 0),
		equal("how many outcomes there are", int(state.GetOutcomes()), len(p.script.scored())),
		p.council().refuse(ctx, "ROUND_APPROVED", http.MethodPost, path, request),
	)
}

// awaitHandBacks returns the step that waits until every agency has the result of
// the round, and checks it.
func (p *Player) awaitHandBacks(number int32) func(context.Context) error {
	appraisals := p.script.round(number).Appraisals
	return func(ctx context.Context) error {
		err := p.until(ctx, func() (bool, string, error) {
			state := new(appraisalv1.AppraisalRound)
			err := p.council().get(ctx, p.inCycle("/appraisalRounds/%d", number), state)
			return state.GetUndelivered() == 0, fmt.Sprintf("%d outcomes are on their way", state.GetUndelivered()), err
		})
		if err != nil {
			return err
		}
		return each(appraisals, ofAppraisal, func(a appraisal) error {
			back := new(assessmentv1.HandBack)
			if err := p.head(a.Agency).get(ctx, p.inCycle("/sheets/%s/handBacks/%d", a.Agency, number), back); err != nil {
				return err
			}
			return p.checkHandBack(back, number, a)
		})
	}
}

// checkHandBack recomputes the hash of the handed-back result and checks its
// content.
func (p *Player) checkHandBack(back *assessmentv1.HandBack, round int32, a appraisal) error {
	content := new(appraisalv1.OutcomeContent)
	if err := protojson.Unmarshal(back.GetContent(), content); err != nil {
		return fmt.Errorf("reading what was handed back: %w", err)
	}
	var sealed, shown []string
	for _, i := range content.GetItems() {
		sealed = append(sealed, outcomeLine(i.GetItem(), i.GetPoints(), i.GetStandardPoints(), i.GetOpen()))
	}
	for _, i := range back.GetItems() {
		shown = append(shown, outcomeLine(i.GetItem(), i.GetPoints(), i.GetStandardPoints(), i.GetOpen()))
	}
	return errors.Join(
		equal("the hash of what was handed back", back.GetSha256(), hash(back.GetContent())),
		equalLines("what was handed back", sealed, a.Outcome),
		equalLines("what is shown of it", shown, a.Outcome),
		equal("whose it is", content.GetAuthority()+" "+content.GetCycle()+" "+content.GetAgency(), Authority+" "+p.cycle+" "+a.Agency),
		equal("the round", content.GetRound(), round),
		equal("whether it is final", content.GetFinal(), round == 2),
		equal("the decision", content.GetDecisionNumber(), p.script.round(round).Decision),
	)
}

// outcomeLine formats an item like the script: "i.1.2 5/10 open"; an item without
// points is not applicable.
func outcomeLine(item, points, standard string, open bool) string {
	line := item + " " + cmp.Or(points, "-") + "/" + standard
	if open {
		line += " open"
	}
	return line
}
