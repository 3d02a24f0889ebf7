package api

import (
	"context"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey/internal/postgres"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// CreateSurveyPlan implements surveyv1.SurveyServiceServer.
func (s *Server) CreateSurveyPlan(ctx context.Context, req *surveyv1.CreateSurveyPlanRequest) (*surveyv1.CreateSurveyPlanResponse, error) {
	by, err := attempt.Of(ctx, surveyv1.SurveyService_CreateSurveyPlan_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	content, err := fromContent(req.GetContent())
	if err != nil {
		return nil, err
	}
	draft, err := survey.NewDraft(req.GetAuthority(), req.GetCycle(), req.GetPlan(), content)
	if err != nil {
		return nil, err
	}
	p, err := s.Store.CreatePlan(ctx, by, draft)
	if err != nil {
		return nil, err
	}
	return &surveyv1.CreateSurveyPlanResponse{SurveyPlan: toPlan(p)}, nil
}

// GetSurveyPlan implements surveyv1.SurveyServiceServer.
func (s *Server) GetSurveyPlan(ctx context.Context, req *surveyv1.GetSurveyPlanRequest) (*surveyv1.GetSurveyPlanResponse, error) {
	if err := s.checkCycle(ctx, req.GetAuthority(), req.GetCycle()); err != nil {
		return nil, err
	}
	p, err := s.Store.Plan(ctx, keyOf(req))
	if err != nil {
		return nil, err
	}
	return &surveyv1.GetSurveyPlanResponse{SurveyPlan: toPlan(p)}, nil
}

// ListSurveyPlans implements surveyv1.SurveyServiceServer. A page ends early
// where the contents of its plans grow too large for one answer.
func (s *Server) ListSurveyPlans(ctx context.Context, req *surveyv1.ListSurveyPlansRequest) (*surveyv1.ListSurveyPlansResponse, error) {
	if err := s.checkCycle(ctx, req.GetAuthority(), req.GetCycle()); err != nil {
		return nil, err
	}
	filter := "surveyPlans/" + req.GetAuthority() + "/" + req.GetCycle()
	key, err := page.Decode(req.GetPageToken(), filter, 1)
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize())
	plans, err := s.Store.Plans(ctx, req.GetAuthority(), req.GetCycle(), strings.Join(key, ""), size+1)
	if err != nil {
		return nil, err
	}
	listed, next := page.Fit(filter, message.Each(plans, toPlan), size,
		func(p *surveyv1.SurveyPlan) int { return proto.Size(p) },
		func(p *surveyv1.SurveyPlan) []string { return []string{p.GetId()} })
	return &surveyv1.ListSurveyPlansResponse{SurveyPlans: listed, NextPageToken: next}, nil
}

// UpdateSurveyPlan implements surveyv1.SurveyServiceServer.
func (s *Server) UpdateSurveyPlan(ctx context.Context, req *surveyv1.UpdateSurveyPlanRequest) (*surveyv1.UpdateSurveyPlanResponse, error) {
	by, err := attempt.Of(ctx, surveyv1.SurveyService_UpdateSurveyPlan_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	content, err := fromContent(req.GetContent())
	if err != nil {
		return nil, err
	}
	p, err := s.Store.UpdatePlan(ctx, by, keyOf(req), func(p survey.Plan) (survey.Plan, error) {
		if err := checkEtag(req.GetEtag(), p); err != nil {
			return p, err
		}
		return p.Revise(content)
	})
	if err != nil {
		return nil, err
	}
	return &surveyv1.UpdateSurveyPlanResponse{SurveyPlan: toPlan(p)}, nil
}

// OpenSurveyPlan implements surveyv1.SurveyServiceServer.
func (s *Server) OpenSurveyPlan(ctx context.Context, req *surveyv1.OpenSurveyPlanRequest) (*surveyv1.OpenSurveyPlanResponse, error) {
	by, err := attempt.Of(ctx, surveyv1.SurveyService_OpenSurveyPlan_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	p, repeated, err := postgres.Remembered[survey.Plan](ctx, s.Store, by)
	if err != nil {
		return nil, err
	}
	if !repeated {
		cycle, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
		if err != nil {
			return nil, err
		}
		p, err = s.Store.OpenPlan(ctx, by, keyOf(req), func(p survey.Plan, taken []survey.Item) (survey.Plan, error) {
			if err := checkEtag(req.GetEtag(), p); err != nil {
				return p, err
			}
			return p.Open(p.Content.Check(cycle, taken), by.At)
		})
		if err != nil {
			return nil, err
		}
	}
	return &surveyv1.OpenSurveyPlanResponse{SurveyPlan: toPlan(p)}, nil
}
