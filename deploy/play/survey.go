package play

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

const plan = "can-bo-va-nguoi-dan"

func (p *Player) operator() caller { return p.person("td-khaosat") }

// openSurvey drafts a plan with a fault, checks that it cannot be opened, corrects
// it and opens it.
func (p *Player) openSurvey(ctx context.Context) error {
	content, path := p.script.Survey.Plan.message, p.inCycle("/surveyPlans/%s", plan)
	unfounded := proto.CloneOf(content)
	unfounded.DecisionNumber = ""
	stored := new(surveyv1.SurveyPlan)
	create := &surveyv1.CreateSurveyPlanRequest{Plan: plan, Content: unfounded, RequestId: p.id()}
	if err := p.operator().post(ctx, p.inCycle("/surveyPlans"), create, stored); err != nil {
		return err
	}
	open := &surveyv1.OpenSurveyPlanRequest{Etag: stored.GetEtag(), RequestId: p.id()}
	problem, err := p.operator().refused(ctx, "SURVEY_PLAN_UNSOUND", http.MethodPost, path+":open", open)
	if err != nil {
		return err
	}
	if err := equal("how much is wrong", len(problem.Violations), 1); err != nil {
		return err
	}
	update := &surveyv1.UpdateSurveyPlanRequest{Content: content, Etag: stored.GetEtag(), RequestId: p.id()}
	if err := p.operator().patch(ctx, path, update, stored); err != nil {
		return err
	}
	open.Etag, open.RequestId = stored.GetEtag(), p.id()
	if err := p.operator().post(ctx, path+":open", open, stored); err != nil {
		return err
	}
	update.Etag, update.RequestId = stored.GetEtag(), p.id()
	return errors.Join(
		equal("the state", stored.GetState(), surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_OPEN),
		p.operator().refuse(ctx, "SURVEY_PLAN_NOT_DRAFT", http.MethodPatch, path, update),
	)
}

// invite creates a link for every respondent. The links are shown only once.
func (p *Player) invite(ctx context.Context) error {
	path := p.inCycle("/surveyPlans/%s/invitations", plan)
	for _, r := range p.script.Survey.Responses {
		request := &surveyv1.CreateInvitationsRequest{Agency: r.Agency, Count: int32(len(r.Overall)), RequestId: p.id()} //nolint:gosec // ten
		made, again := new(surveyv1.CreateInvitationsResponse), new(surveyv1.CreateInvitationsResponse)
		if err := p.operator().post(ctx, path, request, made); err != nil {
			return err
		}
		if err := p.operator().post(ctx, path, request, again); err != nil {
			return fmt.Errorf("sending it again: %w", err)
		}
		for _, i := range again.GetInvitations() {
			if err := equal("the link when it is asked for again", i.GetToken(), ""); err != nil {
				return err
			}
		}
		for _, i := range made.GetInvitations() {
			p.links[r.Agency] = append(p.links[r.Agency], i.GetToken())
		}
		if err := equal("how many links there are", len(p.links[r.Agency]), len(r.Overall)); err != nil {
			return err
		}
	}
	none := &surveyv1.CreateInvitationsRequest{Agency: "ban-bon", Count: 1, RequestId: p.id()}
	return p.operator().refuse(ctx, "AGENCY_NOT_SCORED", http.MethodPost, path, none)
}

// respond answers with every link. The same response sent again gets the same
// answer; the link accepts no other response.
func (p *Player) respond(ctx context.Context) error {
	for _, r := range p.script.Survey.Responses {
		for i, link := range p.links[r.Agency] {
			request := &surveyv1.SubmitResponseRequest{ResponseId: p.id(), Token: link, Answers: []*surveyv1.Answer{
				satisfaction("access", r.Access[i]),
				{Question: "overall", Value: &surveyv1.Answer_Option{Option: r.Overall[i]}},
			}}
			if r.Officials[i] != 0 {
				request.Answers = append(request.Answers, satisfaction("officials", r.Officials[i]))
			}
			if err := p.answer(ctx, request, i == 0); err != nil {
				return fmt.Errorf("%s, person %d: %w", r.Agency, i+1, err)
			}
		}
	}
	stored := new(surveyv1.SurveyPlan)
	if err := p.operator().get(ctx, p.inCycle("/surveyPlans/%s", plan), stored); err != nil {
		return err
	}
	return errors.Join(equal("how many were invited", stored.GetInvitations(), 60), equal("how many have answered", stored.GetResponses(), 60))
}

func satisfaction(question string, with int32) *surveyv1.Answer {
	return &surveyv1.Answer{Question: question, Value: &surveyv1.Answer_Satisfaction{Satisfaction: with}}
}

// answer sends one response. If curious, it also reads the link before and after,
// and tries responses that the link must refuse.
func (p *Player) answer(ctx context.Context, request *surveyv1.SubmitResponseRequest, curious bool) error {
	if !curious {
		return p.nobody().post(ctx, "/v1/responses", request, new(surveyv1.SubmitResponseResponse))
	}
	before, after := new(surveyv1.OpenedInvitation), new(surveyv1.OpenedInvitation)
	first, again := new(surveyv1.SubmitResponseResponse), new(surveyv1.SubmitResponseResponse)
	look := &surveyv1.ReadInvitationRequest{Token: request.GetToken()}
	half := proto.CloneOf(request)
	half.Answers = half.GetAnswers()[:1]
	other := proto.CloneOf(request)
	other.ResponseId = p.id()
	changed := proto.CloneOf(request)
	changed.Answers = slices.Concat(changed.GetAnswers(), []*surveyv1.Answer{{Question: "remarks", Value: &surveyv1.Answer_Text{Text: "Khác."}}})
	for _, do := range []func() error{
		func() error { return p.nobody().post(ctx, "/v1/invitations:read", look, before) },
		func() error {
			return p.nobody().refuse(ctx, "RESPONSE_INVALID", http.MethodPost, "/v1/responses", half)
		},
		func() error { return p.nobody().post(ctx, "/v1/responses", request, first) },
		func() error { return p.nobody().post(ctx, "/v1/responses", request, again) },
		func() error {
			return p.nobody().refuse(ctx, "INVITATION_USED", http.MethodPost, "/v1/responses", other)
		},
		func() error {
			return p.nobody().refuse(ctx, "RESPONSE_ID_REUSED", http.MethodPost, "/v1/responses", changed)
		},
		func() error { return p.nobody().post(ctx, "/v1/invitations:read", look, after) },
	} {
		if err := do(); err != nil {
			return err
		}
	}
	return errors.Join(
		check(before.GetOpen() && !before.GetUsed(), "the link cannot be used before"),
		equal("how much is asked", len(before.GetQuestions()), len(p.script.Survey.Plan.message.GetQuestions())),
		check(after.GetUsed(), "the link is not used after"),
		equal("the response", first.GetResponseId(), request.GetResponseId()),
		equal("the response sent again", again.GetResponseId(), request.GetResponseId()),
	)
}

// closeSurvey closes the survey and recomputes the hash of its result.
func (p *Player) closeSurvey(ctx context.Context) error {
	path := p.inCycle("/surveyPlans/%s", plan)
	frozen, again := new(surveyv1.ResultSnapshot), new(surveyv1.ResultSnapshot)
	if err := p.operator().post(ctx, path+":close", &surveyv1.CloseSurveyPlanRequest{RequestId: p.id()}, frozen); err != nil {
		return err
	}
	if err := p.coordinator().get(ctx, path+"/resultSnapshot", again); err != nil {
		return err
	}
	content := new(surveyv1.ResultContent)
	if err := protojson.Unmarshal(frozen.GetContent(), content); err != nil {
		return fmt.Errorf("reading the result: %w", err)
	}
	var lines []string
	for _, r := range content.GetResults() {
		lines = append(lines, fmt.Sprintf("%s %s %d/%d %s", r.GetAgency(), r.GetItem(), r.GetValid(), r.GetIssued(), r.GetValue()))
	}
	p.snapshot = frozen.GetSha256()
	return errors.Join(
		equal("the hash of the result", frozen.GetSha256(), hash(frozen.GetContent())),
		equal("the hash read again", again.GetSha256(), hash(again.GetContent())),
		equal("the hash read again", again.GetSha256(), frozen.GetSha256()),
		equalLines("the result", lines, p.script.Survey.Result),
	)
}
