package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

// act is something that somebody does in a cycle, in the role that is permitted.
type act struct {
	name string
	// rpc is the call by its name in services/RULES.md; empty for the passing of time.
	rpc string
	// weight says how often the act is tried, and apt in which phases mostly.
	weight int
	apt    phases
	do     func(*walk, target) error
}

// phases are those from one through another.
type phases struct{ first, last catalogv1.Phase }

func (p phases) has(x catalogv1.Phase) bool { return p.first <= x && x <= p.last }

var (
	always     = phases{catalogv1.Phase_PHASE_PREPARATION, catalogv1.Phase_PHASE_REPORTED}
	working    = phases{catalogv1.Phase_PHASE_PREPARATION, catalogv1.Phase_PHASE_APPRAISAL_COUNCIL}
	writing    = phases{catalogv1.Phase_PHASE_SELF_1, catalogv1.Phase_PHASE_APPRAISAL_2}
	judging    = phases{catalogv1.Phase_PHASE_APPRAISAL_1, catalogv1.Phase_PHASE_PUBLISHED}
	publishing = phases{catalogv1.Phase_PHASE_PRESENTED, catalogv1.Phase_PHASE_REPORTED}
)

// target is the thing that an act is about; an act uses what it needs of it.
type target struct {
	round        int32
	agency, item string
}

// errNothing is the result of an act for which there is nothing to act on, so that
// nothing was sent.
var errNothing = errors.New("there is nothing to do it to")

// heaviest is the largest weight of an act.
const heaviest = 6

var acts = []act{
	{"move on", "MoveCycle", 2, always, (*walk).moveOn},
	{"move back", "ReturnCycle", 2, judging, (*walk).moveBack},
	{"set a deadline", "ScheduleWindow", 2, working, (*walk).setDeadline},
	{"a deadline passes", "", 2, writing, (*walk).passDeadline},
	{"extend a deadline", "ExtendDeadline", 4, writing, (*walk).extendDeadline},
	{"write an entry", "UpdateEntry", 6, writing, (*walk).writeEntry},
	{"submit", "SubmitSheet", 6, writing, (*walk).submit},
	{"unseal", "UnsealSheet", 3, writing, (*walk).unseal},
	{"report a value", "ReportValue", 3, writing, (*walk).report},
	{"assign", "CreateAssignment", 3, judging, (*walk).assign},
	{"end an assignment", "EndAssignment", 1, judging, (*walk).endAssignment},
	{"agree", "AgreeCase", 6, judging, (*walk).agree},
	{"disagree", "DisagreeCase", 4, judging, (*walk).disagree},
	{"give the missing verdicts", "AgreeCase", 4, judging, (*walk).agreeWithTheRest},
	{"record a decision", "RecordRoundDecision", 3, judging, (*walk).record},
	{"approve", "ApproveRound", 4, judging, (*walk).approve},
	{"reopen", "ReopenRound", 3, judging, (*walk).reopen},
	{"override", "OverrideCase", 4, judging, (*walk).override},
	{"decide what nobody has appraised", "OverrideCase", 1, judging, (*walk).decideUnappraised},
	{"propose a reduction", "ProposeReduction", 5, writing, (*walk).propose},
	{"withdraw a reduction", "WithdrawReduction", 3, writing, (*walk).withdrawReduction},
	{"decide a reduction", "DecideReduction", 3, writing, (*walk).decideReduction},
	{"decide a reduction again", "DecideReduction", 6, writing, (*walk).decideAgain},
	{"an agency leaves", "RecordDeparture", 1, working, (*walk).leave},
	{"an agency has not left", "WithdrawDeparture", 2, working, (*walk).comeBack},
	{"plan a survey", "CreateSurveyPlan", 2, working, (*walk).planSurvey},
	{"change a plan", "UpdateSurveyPlan", 2, working, (*walk).changePlan},
	{"open a survey", "OpenSurveyPlan", 3, working, (*walk).openPlan},
	{"answer a survey", "SubmitResponse", 3, working, (*walk).respond},
	{"close a survey", "CloseSurveyPlan", 2, always, (*walk).closePlan},
	{"reopen a survey", "ReopenSurveyPlan", 2, always, (*walk).reopenPlan},
	{"cancel a survey", "CancelSurveyPlan", 1, always, (*walk).cancelPlan},
	{"compute", "CreateRun", 3, publishing, (*walk).compute},
	{"present", "PresentRun", 3, publishing, (*walk).present},
	{"publish", "PublishRun", 2, publishing, (*walk).publish},
}

// An agency that submits late, and a corrected result, are acts of their own: they are
// noted under these names beside those of the acts.
const submitLate, publishAgain = "submit late under a letter", "publish another version"

func actOf(name string) act {
	return acts[slices.IndexFunc(acts, func(a act) bool { return a.name == name })]
}

// order holds the phases of a cycle under the regulation of the walk.
func (w *walk) order() []catalogv1.Phase {
	var phases []catalogv1.Phase
	for phase := catalogv1.Phase_PHASE_PREPARATION; phase <= catalogv1.Phase_PHASE_REPORTED; phase++ {
		second := phase == catalogv1.Phase_PHASE_SELF_2 || phase == catalogv1.Phase_PHASE_APPRAISAL_2 || phase == catalogv1.Phase_PHASE_APPRAISAL_COUNCIL
		if w.rounds == 2 || !second {
			phases = append(phases, phase)
		}
	}
	return phases
}

// neighbour returns the phase a number of places after the present one.
func (w *walk) neighbour(places int) (catalogv1.Phase, bool) {
	phases := w.order()
	i := slices.Index(phases, w.view.cycle.GetPhase()) + places
	if i < 0 || i >= len(phases) {
		return catalogv1.Phase_PHASE_UNSPECIFIED, false
	}
	return phases[i], true
}

func (w *walk) moveOn(target) error {
	phase, ok := w.neighbour(1)
	if !ok {
		return errNothing
	}
	request := &catalogv1.MoveCycleRequest{Phase: phase, RequestId: uuid.NewString()}
	return w.post(w.coordinator(w.t), ":move", request, new(catalogv1.MoveCycleResponse))
}

func (w *walk) moveBack(target) error {
	phase, ok := w.neighbour(-1)
	if !ok {
		return errNothing
	}
	request := &catalogv1.ReturnCycleRequest{Phase: phase, Etag: w.view.cycle.GetEtag(), Reason: "Còn thiếu kết quả.", RequestId: uuid.NewString()}
	return w.post(w.coordinator(w.t), ":return", request, new(catalogv1.ReturnCycleResponse))
}

// setDeadline sets the deadline of the present phase, in an hour or more.
func (w *walk) setDeadline(target) error {
	request := &catalogv1.ScheduleWindowRequest{
		Phase: w.view.cycle.GetPhase(), CloseTime: w.later(1), RequestId: uuid.NewString(),
	}
	if proto.Equal(request.GetCloseTime(), w.view.window(request.GetPhase()).GetCloseTime()) {
		request.CloseTime = timestamppb.New(request.GetCloseTime().AsTime().Add(time.Minute)) // that one is set already
	}
	return w.post(w.coordinator(w.t), ":scheduleWindow", request, new(catalogv1.Cycle))
}

// later returns an instant some hours from now.
func (w *walk) later(hours int) *timestamppb.Timestamp {
	ahead := time.Duration(hours+w.random.IntN(24)) * time.Hour
	return timestamppb.New(w.clock.now().Add(ahead).Truncate(time.Second))
}

// passDeadline moves the clock behind the next deadline of the present phase, if it has
// one.
func (w *walk) passDeadline(target) error {
	next := w.view.window(w.view.cycle.GetPhase()).GetCloseTime()
	for _, x := range w.view.cycle.GetExtensions() {
		if next == nil || w.view.passed(next.AsTime()) {
			next = x.GetCloseTime()
		}
	}
	if next == nil || w.view.passed(next.AsTime()) {
		return errNothing
	}
	w.clock.pass(next.AsTime())
	return nil
}

// extendDeadline extends the deadline of the last self-assessment for an agency, or for
// all of the group.
func (w *walk) extendDeadline(at target) error {
	request := &catalogv1.ExtendDeadlineRequest{
		Phase: selfAssessment(w.presentRound()), Agency: at.agency, CloseTime: w.later(48), LetterNumber: w.number("SNV"),
		Reason: "Cơ quan bị mất kết nối.", RequestId: uuid.NewString(),
	}
	if w.random.IntN(3) == 0 {
		request.Agency, request.Group = "", exploredGroup
	}
	return w.post(w.coordinator(w.t), ":extendDeadline", request, new(catalogv1.Cycle))
}

func (w *walk) writeEntry(at target) error {
	request := &assessmentv1.UpdateEntryRequest{Round: at.round, Input: w.facts(at.item), Etag: "0", RequestId: uuid.NewString()}
	for _, e := range w.view.sheets[at.agency].GetEntries() {
		if e.GetItem() == at.item {
			request.Etag = e.GetEtag()
		}
	}
	if w.random.IntN(4) > 0 {
		request.Justification = "Theo báo cáo " + w.number("BC") + "."
	}
	return w.send(w.member(w.t, authv1.Role_ROLE_AGENCY_EDITOR, at.agency), http.MethodPatch,
		"/sheets/"+at.agency+"/entries/"+at.item, request, new(assessmentv1.Entry))
}

// facts returns random facts for an item, among them those that make it not applicable.
func (w *walk) facts(item string) *rulev1.Input {
	switch item {
	case "i.1.1":
		return &rulev1.Input{Facts: &rulev1.Input_Option{Option: []string{"timely", "late", "none"}[w.random.IntN(3)]}}
	case "i.1.4":
		return &rulev1.Input{Facts: &rulev1.Input_Points{Points: strconv.Itoa(w.random.IntN(11))}}
	default:
		planned := 4 * w.random.IntN(6)
		return &rulev1.Input{Facts: &rulev1.Input_Ratio{Ratio: &rulev1.Ratio{
			Done: strconv.Itoa(w.random.IntN(planned + 1)), Planned: strconv.Itoa(planned),
		}}}
	}
}

func (w *walk) submit(at target) error {
	request := &assessmentv1.SubmitSheetRequest{Round: at.round, AcceptIncomplete: true, RequestId: uuid.NewString()}
	seal := new(assessmentv1.Seal)
	err := w.post(w.member(w.t, authv1.Role_ROLE_AGENCY_HEAD, at.agency), "/sheets/"+at.agency+":submit", request, seal)
	if seal.GetExtensionLetter() != "" {
		w.accepted[submitLate]++
	}
	return err
}

func (w *walk) unseal(at target) error {
	request := &assessmentv1.UnsealSheetRequest{Round: at.round, Reason: "Gửi nhầm bản.", RequestId: uuid.NewString()}
	return w.post(w.coordinator(w.t), "/sheets/"+at.agency+":unseal", request, new(assessmentv1.Seal))
}

// report reports a value of the item that others report, as one agency about another.
func (w *walk) report(at target) error {
	provider := exploredAgencies[0]
	if at.agency == provider {
		provider = exploredAgencies[1]
	}
	request := &assessmentv1.ReportValueRequest{
		Agency: at.agency, Item: "i.1.3", Input: w.facts("i.1.3"), Period: "Năm 2026", Source: "Hệ thống một cửa (dữ liệu thử)",
		Provider: provider, RequestId: uuid.NewString(),
	}
	return w.post(w.member(w.t, authv1.Role_ROLE_DATA_PROVIDER, provider), "/reportedValues", request, new(assessmentv1.ReportedValue))
}

// assign assigns an item to an appraiser, or the whole group.
func (w *walk) assign(at target) error {
	request := &appraisalv1.CreateAssignmentRequest{Group: exploredGroup, Appraiser: w.appraisers[w.random.IntN(2)], RequestId: uuid.NewString()}
	if at.item != "" && w.random.IntN(2) == 0 {
		request.Items = []string{at.item}
	}
	return w.post(w.coordinator(w.t), "/assignments", request, new(appraisalv1.Assignment))
}

func (w *walk) endAssignment(target) error {
	if len(w.view.assignments) == 0 {
		return errNothing
	}
	ended := w.view.assignments[w.random.IntN(len(w.view.assignments))]
	return w.post(w.coordinator(w.t), "/assignments/"+ended.GetId()+":end", &appraisalv1.EndAssignmentRequest{RequestId: uuid.NewString()}, new(appraisalv1.Assignment))
}

// caseOf returns a case, with etag "0" if there is none.
func (w *walk) caseOf(at target) *appraisalv1.Case {
	for _, c := range w.view.cases {
		if c.GetRound() == at.round && c.GetAgency() == at.agency && c.GetItem() == at.item {
			return c
		}
	}
	return &appraisalv1.Case{Round: at.round, Agency: at.agency, Item: at.item, Etag: "0"}
}

// onDuty returns the token of an appraiser to whom an item is assigned, or of any.
func (w *walk) onDuty(item string) string {
	account := w.appraisers[0]
	for _, a := range w.view.assignments {
		if len(a.GetItems()) == 0 || slices.Contains(a.GetItems(), item) {
			account = a.GetAppraiser()
		}
	}
	return w.of(w.t, account, authv1.Role_ROLE_APPRAISER, "")
}

func (w *walk) agree(at target) error { return w.agreeWith(w.caseOf(at)) }

func (w *walk) agreeWith(c *appraisalv1.Case) error {
	request := &appraisalv1.AgreeCaseRequest{Round: c.GetRound(), Etag: c.GetEtag(), RequestId: uuid.NewString()}
	return w.post(w.onDuty(c.GetItem()), "/cases/"+c.GetAgency()+"/items/"+c.GetItem()+":agree", request, new(appraisalv1.Case))
}

// agreeWithTheRest gives the verdicts for which an approval of the round waits.
func (w *walk) agreeWithTheRest(at target) error {
	given := 0
	for _, c := range w.view.cases {
		undecided := c.GetVerdict() == nil || c.GetOutdated()
		if c.GetRound() != at.round || !undecided || !slices.Contains(w.view.scored(), c.GetAgency()) {
			continue
		}
		decide := w.agreeWith
		if w.view.rounds[at.round].GetReopening() != nil {
			decide = func(c *appraisalv1.Case) error { return w.overrule(target{at.round, c.GetAgency(), c.GetItem()}) }
		}
		err := decide(c)
		if err != nil && given == 0 {
			return err
		}
		given++ // what is refused after others is refused again
	}
	if given == 0 {
		return errNothing
	}
	return nil
}

func (w *walk) disagree(at target) error {
	c := w.caseOf(at)
	request := &appraisalv1.DisagreeCaseRequest{
		Round: c.GetRound(), Etag: c.GetEtag(), ReasonCode: appraisalv1.ReasonCode_REASON_CODE_NOT_DONE, Reason: "Chưa thực hiện.", RequestId: uuid.NewString(),
	}
	if w.random.IntN(2) == 0 {
		request.Input, request.ReasonCode = w.facts(c.GetItem()), appraisalv1.ReasonCode_REASON_CODE_FIGURES_WRONG
	}
	return w.post(w.onDuty(c.GetItem()), "/cases/"+c.GetAgency()+"/items/"+c.GetItem()+":disagree", request, new(appraisalv1.Case))
}

func (w *walk) record(at target) error {
	request := &appraisalv1.RecordRoundDecisionRequest{DecisionNumber: w.number("QĐ-HĐ"), RequestId: uuid.NewString()}
	return w.post(w.coordinator(w.t), w.roundPath(at)+":recordDecision", request, new(appraisalv1.AppraisalRound))
}

func (w *walk) roundPath(at target) string { return fmt.Sprintf("/appraisalRounds/%d", at.round) }

func (w *walk) approve(at target) error {
	number := w.view.rounds[at.round].GetRecordedDecisionNumber()
	if number == "" {
		number = "chưa ghi nhận"
	}
	request := &appraisalv1.ApproveRoundRequest{DecisionNumber: number, AcceptNotSubmitted: true, RequestId: uuid.NewString()}
	return w.post(w.decides(), w.roundPath(at)+":approve", request, new(appraisalv1.AppraisalRound))
}

// reopen reopens a round for one item, or wholly if nothing is published.
func (w *walk) reopen(at target) error {
	request := &appraisalv1.ReopenRoundRequest{DocumentNumber: w.number("KN"), Reason: "Kiến nghị được chấp nhận.", RequestId: uuid.NewString()}
	if at.item != "" && (w.view.publication != nil || !w.finishing && w.random.IntN(2) == 0) {
		request.Cases = []*appraisalv1.AgencyItem{{Agency: at.agency, Item: at.item}}
	}
	return w.post(w.decides(), w.roundPath(at)+":reopen", request, new(appraisalv1.AppraisalRound))
}

// override decides an item of a reopened round; of one that is reopened for an item, it
// decides this one.
func (w *walk) override(at target) error {
	for number := range w.rounds {
		r := w.view.rounds[number+1]
		if named := r.GetReopening().GetCases(); len(named) > 0 {
			at = target{r.GetRound(), named[0].GetAgency(), named[0].GetItem()}
		}
	}
	return w.overrule(at)
}

// decideUnappraised decides the items of agencies that had left when their round was
// approved.
func (w *walk) decideUnappraised(at target) error {
	decided := 0
	for _, g := range w.newestRun().GetGaps() {
		if g.GetReason() != "ITEM_UNDECIDED" {
			continue
		}
		err := w.overrule(target{at.round, g.GetAgency(), g.GetItem()})
		if err != nil && decided == 0 {
			return err
		}
		decided++ // what is refused after others is refused again
	}
	if decided == 0 {
		return errNothing
	}
	return nil
}

func (w *walk) overrule(at target) error {
	request := &appraisalv1.OverrideCaseRequest{
		Etag: "0", ReasonCode: appraisalv1.ReasonCode_REASON_CODE_FIGURES_WRONG, Reason: "Theo kiến nghị.", Input: w.facts(at.item), RequestId: uuid.NewString(),
	}
	for _, o := range w.view.overrides {
		if o.GetRound() == at.round && o.GetAgency() == at.agency && o.GetItem() == at.item {
			request.Etag = o.GetEtag()
		}
	}
	path := w.roundPath(at) + "/agencies/" + at.agency + "/items/" + at.item + ":override"
	return w.post(w.decides(), path, request, new(appraisalv1.Override))
}

func (w *walk) propose(at target) error {
	request := &appraisalv1.ProposeReductionRequest{
		Item: at.item, Points: []string{"", "1", "5"}[w.random.IntN(3)], Reason: appraisalv1.ReductionReason_REDUCTION_REASON_NO_TASK,
		Text: "Không được giao nhiệm vụ.", Document: w.number("DM"), RequestId: uuid.NewString(),
	}
	if w.random.IntN(4) == 0 {
		request.Item = exploredSurvey
	}
	return w.post(w.member(w.t, authv1.Role_ROLE_AGENCY_HEAD, at.agency), "/agencies/"+at.agency+"/reductions", request, new(appraisalv1.Reduction))
}

// reduction returns the first reduction in one of some states.
func (w *walk) reduction(states ...appraisalv1.ReductionState) *appraisalv1.Reduction {
	i := slices.IndexFunc(w.view.reductions, func(r *appraisalv1.Reduction) bool { return slices.Contains(states, r.GetState()) })
	if i < 0 {
		return nil
	}
	return w.view.reductions[i]
}

func (w *walk) withdrawReduction(target) error {
	r := w.reduction(appraisalv1.ReductionState_REDUCTION_STATE_PROPOSED)
	if r == nil {
		return errNothing
	}
	return w.post(w.member(w.t, authv1.Role_ROLE_AGENCY_HEAD, r.GetAgency()), "/agencies/"+r.GetAgency()+"/reductions/"+r.GetId()+":withdraw",
		&appraisalv1.WithdrawReductionRequest{RequestId: uuid.NewString()}, new(appraisalv1.Reduction))
}

func (w *walk) decideReduction(target) error {
	return w.decideOn(w.reduction(appraisalv1.ReductionState_REDUCTION_STATE_PROPOSED), "")
}

// decideAgain replaces the decision on a reduction.
func (w *walk) decideAgain(target) error {
	r := w.reduction(appraisalv1.ReductionState_REDUCTION_STATE_APPROVED, appraisalv1.ReductionState_REDUCTION_STATE_REJECTED)
	return w.decideOn(r, r.GetEtag())
}

func (w *walk) decideOn(r *appraisalv1.Reduction, etag string) error {
	if r == nil {
		return errNothing
	}
	request := &appraisalv1.DecideReductionRequest{Approve: w.random.IntN(2) == 0, Decision: w.number("QĐ-HĐ"), Etag: etag, RequestId: uuid.NewString()}
	return w.post(w.decides(), "/reductions/"+r.GetId()+":decide", request, new(appraisalv1.Reduction))
}

func (w *walk) leave(at target) error {
	request := &catalogv1.RecordDepartureRequest{
		Kind: catalogv1.DepartureKind_DEPARTURE_KIND_MERGED, Date: "2026-07-01", Letter: w.number("QĐ-UBND"), Reason: "Sáp nhập (dữ liệu thử)", RequestId: uuid.NewString(),
	}
	return w.post(w.coordinator(w.t), "/agencies/"+at.agency+":recordDeparture", request, new(catalogv1.RecordDepartureResponse))
}

func (w *walk) comeBack(target) error {
	for _, m := range w.view.members {
		if m.GetDeparture() != nil {
			request := &catalogv1.WithdrawDepartureRequest{Reason: "Ghi nhầm.", RequestId: uuid.NewString()}
			return w.post(w.coordinator(w.t), "/agencies/"+m.GetAgency().GetId()+":withdrawDeparture", request, new(catalogv1.WithdrawDepartureResponse))
		}
	}
	return errNothing
}

// questionnaire returns the content of a survey plan. An unsound one lacks the number of
// the decision.
func questionnaire(sound bool) *surveyv1.SurveyPlanContent {
	c := &surveyv1.SurveyPlanContent{
		Title: "Khảo sát (dữ liệu thử)", DecisionNumber: "2/QĐ-KP",
		Questions: []*surveyv1.Question{{
			Id: "access", Text: "Ông (bà) hài lòng đến mức nào?", Required: true,
			Kind: &surveyv1.Question_Satisfaction{Satisfaction: new(surveyv1.Satisfaction)},
		}},
		Links: []*surveyv1.ItemLink{{
			Group: exploredGroup, Item: exploredSurvey, Questions: []string{"access"}, Method: surveyv1.Method_METHOD_TOP_TWO,
			MinResponses: 5, Fallback: surveyv1.Fallback_FALLBACK_NOT_APPLICABLE,
		}},
	}
	if !sound {
		c.DecisionNumber = ""
	}
	return c
}

func (w *walk) operator() string { return w.as(w.t, 5, authv1.Role_ROLE_SURVEY_OPERATOR) }

func (w *walk) planSurvey(target) error {
	create := &surveyv1.CreateSurveyPlanRequest{
		Plan: fmt.Sprintf("khao-sat-%d", len(w.view.plans)+1), Content: questionnaire(w.random.IntN(3) > 0), RequestId: uuid.NewString(),
	}
	return w.post(w.operator(), "/surveyPlans", create, new(surveyv1.SurveyPlan))
}

const (
	surveyDraft     = surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_DRAFT
	surveyOpen      = surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_OPEN
	surveyClosed    = surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CLOSED
	surveyCancelled = surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CANCELLED
)

// plan returns the first survey plan in one of some states, nil if there is none.
func (w *walk) plan(states ...surveyv1.SurveyPlanState) *surveyv1.SurveyPlan {
	i := slices.IndexFunc(w.view.plans, func(p *surveyv1.SurveyPlan) bool { return slices.Contains(states, p.GetState()) })
	if i < 0 {
		return nil
	}
	return w.view.plans[i]
}

// changePlan makes a draft sound.
func (w *walk) changePlan(target) error {
	p := w.plan(surveyDraft)
	if p == nil {
		return errNothing
	}
	content := questionnaire(true)
	content.Introduction = "Theo kế hoạch " + w.number("KH") + "."
	update := &surveyv1.UpdateSurveyPlanRequest{Content: content, Etag: p.GetEtag(), RequestId: uuid.NewString()}
	return w.send(w.operator(), http.MethodPatch, "/surveyPlans/"+p.GetId(), update, new(surveyv1.SurveyPlan))
}

func (w *walk) openPlan(target) error {
	p := w.plan(surveyDraft)
	if p == nil {
		return errNothing
	}
	open := &surveyv1.OpenSurveyPlanRequest{Etag: p.GetEtag(), RequestId: uuid.NewString()}
	return w.post(w.operator(), "/surveyPlans/"+p.GetId()+":open", open, new(surveyv1.SurveyPlan))
}

// respond invites as many people as are needed for a value, and answers for them.
func (w *walk) respond(at target) error {
	p := w.plan(surveyOpen)
	if p == nil {
		return errNothing
	}
	invite, made := &surveyv1.CreateInvitationsRequest{Agency: at.agency, Count: 5, RequestId: uuid.NewString()}, new(surveyv1.CreateInvitationsResponse)
	if err := w.post(w.operator(), "/surveyPlans/"+p.GetId()+"/invitations", invite, made); err != nil {
		return err
	}
	for _, invitation := range made.GetInvitations() {
		degree := int32(1 + w.random.IntN(5)) //nolint:gosec // 1 to 5
		answer := &surveyv1.SubmitResponseRequest{
			ResponseId: uuid.NewString(), Token: invitation.GetToken(),
			Answers: []*surveyv1.Answer{{Question: "access", Value: &surveyv1.Answer_Satisfaction{Satisfaction: degree}}},
		}
		if err := w.insist(w.t, http.MethodPost, "/v1/responses", "", answer, new(surveyv1.SubmitResponseResponse)); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) closePlan(target) error {
	p := w.plan(surveyOpen)
	if p == nil {
		return errNothing
	}
	return w.post(w.operator(), "/surveyPlans/"+p.GetId()+":close", &surveyv1.CloseSurveyPlanRequest{RequestId: uuid.NewString()}, new(surveyv1.ResultSnapshot))
}

// reopenPlan opens a closed survey again, or one that was cancelled.
func (w *walk) reopenPlan(target) error {
	p := w.plan(surveyClosed)
	if p == nil {
		p = w.plan(surveyCancelled)
	}
	if p == nil {
		return errNothing
	}
	reopen := &surveyv1.ReopenSurveyPlanRequest{DocumentNumber: w.number("KS"), Reason: "Đóng quá sớm.", Etag: p.GetEtag(), RequestId: uuid.NewString()}
	return w.post(w.operator(), "/surveyPlans/"+p.GetId()+":reopen", reopen, new(surveyv1.SurveyPlan))
}

// cancelPlan cancels a random survey.
func (w *walk) cancelPlan(target) error {
	if len(w.view.plans) == 0 {
		return errNothing
	}
	p := w.view.plans[w.random.IntN(len(w.view.plans))]
	cancel := &surveyv1.CancelSurveyPlanRequest{DocumentNumber: w.number("KS"), Reason: "Câu hỏi sai.", Etag: p.GetEtag(), RequestId: uuid.NewString()}
	return w.post(w.operator(), "/surveyPlans/"+p.GetId()+":cancel", cancel, new(surveyv1.SurveyPlan))
}

func (w *walk) compute(target) error {
	return w.post(w.coordinator(w.t), "/runs", &scoringv1.CreateRunRequest{RequestId: uuid.NewString()}, new(scoringv1.Run))
}

// present presents the newest run, or one before.
func (w *walk) present(target) error {
	run := w.newestRun()
	if n := len(w.view.runs); n > 1 && !w.finishing && w.random.IntN(4) == 0 {
		run = w.view.runs[w.random.IntN(n)]
	}
	err := w.post(w.coordinator(w.t), "/runs/"+run.GetId()+":present", &scoringv1.PresentRunRequest{RequestId: uuid.NewString()}, new(scoringv1.Run))
	if err == nil && run.GetState() == scoringv1.RunState_RUN_STATE_PRESENTED {
		return errNothing // it was presented already
	}
	return err
}

// newestRun returns the newest run, or one that does not exist.
func (w *walk) newestRun() *scoringv1.Run {
	if len(w.view.runs) == 0 {
		return &scoringv1.Run{Id: "6d7e1c7a-0000-4000-8000-000000000006"}
	}
	return w.view.runs[0]
}

// publish publishes the presented run, or tries to publish the newest one if there is none
// or nothing has changed since it was computed.
func (w *walk) publish(target) error {
	run := w.newestRun()
	for _, r := range w.view.runs {
		if r.GetState() == scoringv1.RunState_RUN_STATE_PRESENTED && !w.computed {
			run = r
		}
	}
	request := &scoringv1.PublishRunRequest{
		DecisionNumber: w.number("QĐ-UBND"), DecisionDate: w.clock.now().Format(time.DateOnly), RequestId: uuid.NewString(),
	}
	if w.view.publication != nil {
		request.Notice = "Đính chính theo kiến nghị."
	}
	err := w.post(w.as(w.t, 3, authv1.Role_ROLE_APPROVER), "/runs/"+run.GetId()+":publish", request, new(scoringv1.PublishRunResponse))
	if err == nil && request.GetNotice() != "" {
		w.accepted[publishAgain]++
	}
	return err
}

// number returns the number of the next paper.
func (w *walk) number(kind string) string {
	w.papers++
	return fmt.Sprintf("%d/%s", w.papers, kind)
}

func (w *walk) post(token, path string, request, answer proto.Message) error {
	return w.send(token, http.MethodPost, path, request, answer)
}
