package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

const (
	// respondents is how many people answer, about all agencies in turn.
	respondents = 3000
	// perItem is how many questions are asked about each surveyed item.
	perItem = 4
)

// openSurvey drafts a plan for all surveyed items and opens it.
func (p *province) openSurvey(ctx context.Context) error {
	content := &surveyv1.SurveyPlanContent{Title: "Khảo sát (số liệu giả)", DecisionNumber: "2/QĐ-UBND"}
	for i, n := range p.asked {
		link := &surveyv1.ItemLink{
			Group: "districts", Item: itemID(n), Method: surveyv1.Method_METHOD_TOP_TWO, MinResponses: 5,
			Fallback: surveyv1.Fallback_FALLBACK_NOT_APPLICABLE,
		}
		for k := range perItem {
			question := fmt.Sprintf("cau-%d-%d", i+1, k+1)
			link.Questions = append(link.Questions, question)
			content.Questions = append(content.Questions, &surveyv1.Question{
				Id: question, Text: "Ông/bà có hài lòng không?", Required: true, Kind: &surveyv1.Question_Satisfaction{Satisfaction: new(surveyv1.Satisfaction)},
			})
		}
		content.Links = append(content.Links, link)
	}
	drafted := new(surveyv1.SurveyPlan)
	create := &surveyv1.CreateSurveyPlanRequest{Plan: plan, Content: content, RequestId: id()}
	if err := p.post(ctx, p.operator, "CreateSurveyPlan", ofCycle("/surveyPlans"), create, drafted); err != nil {
		return err
	}
	open := &surveyv1.OpenSurveyPlanRequest{Etag: drafted.GetEtag(), RequestId: id()}
	return p.post(ctx, p.operator, "OpenSurveyPlan", ofCycle("/surveyPlans/%s:open", plan), open, drafted)
}

// invite creates a link for every respondent.
func (p *province) invite(ctx context.Context) error {
	made := make([][]*surveyv1.Invitation, agencies)
	err := many(ctx, agencies, func(ctx context.Context, a int) error {
		answer := new(surveyv1.CreateInvitationsResponse)
		request := &surveyv1.CreateInvitationsRequest{Agency: agency(a), Count: (respondents + agencies - 1) / agencies, RequestId: id()}
		err := p.post(ctx, p.operator, "CreateInvitations", ofCycle("/surveyPlans/%s/invitations", plan), request, answer)
		made[a] = answer.GetInvitations()
		return err
	})
	for _, invitations := range made {
		for _, i := range invitations {
			p.links = append(p.links, i.GetToken())
		}
	}
	return err
}

// answer has people open their links and answer every question.
func (p *province) answer(ctx context.Context) error {
	return many(ctx, respondents, func(ctx context.Context, i int) error {
		opened := new(surveyv1.OpenedInvitation)
		read := &surveyv1.ReadInvitationRequest{Token: p.links[i]}
		if err := p.post(ctx, nil, "ReadInvitation", "/v1/invitations:read", read, opened); err != nil {
			return err
		}
		request := &surveyv1.SubmitResponseRequest{ResponseId: id(), Token: p.links[i]}
		for k, q := range opened.GetQuestions() {
			satisfied := &surveyv1.Answer_Satisfaction{Satisfaction: int32((i+k)%5 + 1)}
			request.Answers = append(request.Answers, &surveyv1.Answer{Question: q.GetId(), Value: satisfied})
		}
		return p.post(ctx, nil, "SubmitResponse", "/v1/responses", request, new(surveyv1.SubmitResponseResponse))
	})
}

func (p *province) closeSurvey(ctx context.Context) error {
	path, stored := ofCycle("/surveyPlans/%s", plan), new(surveyv1.SurveyPlan)
	if err := p.get(ctx, p.operator, "GetSurveyPlan", path, stored); err != nil {
		return err
	}
	if stored.GetResponses() != respondents {
		return fmt.Errorf("%d people answered", stored.GetResponses())
	}
	request := &surveyv1.CloseSurveyPlanRequest{RequestId: id()}
	if err := p.post(ctx, p.operator, "CloseSurveyPlan", path+":close", request, new(surveyv1.ResultSnapshot)); err != nil {
		return err
	}
	return p.get(ctx, p.operator, "GetResultSnapshot", path+"/resultSnapshot", new(surveyv1.ResultSnapshot))
}

// compute computes a run, recomputes it, and reads all of it.
func (p *province) compute(ctx context.Context) error {
	err := p.pages(ctx, p.coordinator, "ListOutcomes", ofCycle("/outcomes"), func() listed { return new(appraisalv1.ListOutcomesResponse) })
	if err != nil {
		return err
	}
	p.run = new(scoringv1.Run)
	if err := p.post(ctx, p.coordinator, "CreateRun", ofCycle("/runs"), &scoringv1.CreateRunRequest{RequestId: id()}, p.run); err != nil {
		return err
	}
	if len(p.run.GetGaps()) > 0 {
		return fmt.Errorf("the run has gaps: %v", p.run.GetGaps())
	}
	path, again := ofCycle("/runs/%s", p.run.GetId()), new(scoringv1.RecomputeRunResponse)
	if err := p.post(ctx, p.council, "RecomputeRun", path+":recompute", new(scoringv1.RecomputeRunRequest), again); err != nil {
		return err
	}
	if !again.GetSame() {
		return errors.New("recomputing the run gave other bytes")
	}
	if err := p.get(ctx, p.council, "ListRuns", ofCycle("/runs"), new(scoringv1.ListRunsResponse)); err != nil {
		return err
	}
	if err := p.get(ctx, p.council, "GetRunLeaderboard", path+"/leaderboards/districts", new(scoringv1.Leaderboard)); err != nil {
		return err
	}
	return many(ctx, agencies, func(ctx context.Context, a int) error {
		return p.get(ctx, p.coordinator, "GetAgencyResult", path+"/agencies/"+agency(a), new(scoringv1.AgencyResult))
	})
}

func (p *province) present(ctx context.Context) error {
	if err := p.move(catalogv1.Phase_PHASE_PRESENTED)(ctx); err != nil {
		return err
	}
	request := &scoringv1.PresentRunRequest{RequestId: id()}
	return p.post(ctx, p.coordinator, "PresentRun", ofCycle("/runs/%s:present", p.run.GetId()), request, new(scoringv1.Run))
}

// publish publishes the run and reads it without a login.
func (p *province) publish(ctx context.Context) error {
	request := &scoringv1.PublishRunRequest{DecisionNumber: "6/QĐ-UBND", DecisionDate: time.Now().Format(time.DateOnly), RequestId: id()}
	if err := p.post(ctx, p.approver, "PublishRun", ofCycle("/runs/%s:publish", p.run.GetId()), request, new(scoringv1.PublishRunResponse)); err != nil {
		return err
	}
	if err := p.move(catalogv1.Phase_PHASE_PUBLISHED)(ctx); err != nil {
		return err
	}
	return eventually(ctx, func() error {
		return p.get(ctx, nil, "GetLeaderboard", ofCycle("/leaderboards/districts"), new(scoringv1.Leaderboard))
	})
}
