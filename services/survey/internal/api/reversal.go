package api

import (
	"context"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pg"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey/internal/postgres"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// ReopenSurveyPlan implements surveyv1.SurveyServiceServer.
func (s *Server) ReopenSurveyPlan(ctx context.Context, req *surveyv1.ReopenSurveyPlanRequest) (*surveyv1.ReopenSurveyPlanResponse, error) {
	by, err := attempt.Of(ctx, surveyv1.SurveyService_ReopenSurveyPlan_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	p, err := s.reverse(ctx, by, req, survey.Plan.Reopen)
	if err != nil {
		return nil, err
	}
	return &surveyv1.ReopenSurveyPlanResponse{SurveyPlan: toPlan(p)}, nil
}

// CancelSurveyPlan implements surveyv1.SurveyServiceServer.
func (s *Server) CancelSurveyPlan(ctx context.Context, req *surveyv1.CancelSurveyPlanRequest) (*surveyv1.CancelSurveyPlanResponse, error) {
	by, err := attempt.Of(ctx, surveyv1.SurveyService_CancelSurveyPlan_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	p, err := s.reverse(ctx, by, req, func(p survey.Plan, r survey.Reversal, _ []survey.Item) (survey.Plan, error) {
		return p.Cancel(r)
	})
	if err != nil {
		return nil, err
	}
	return &surveyv1.CancelSurveyPlanResponse{SurveyPlan: toPlan(p)}, nil
}

// reversalRequest is implemented by the requests that reopen or cancel a plan.
type reversalRequest interface {
	planRequest
	GetDocumentNumber() string
	GetReason() string
	GetEtag() string
}

// reverse reopens or cancels a plan as apply decides. It fails with OwnAgencySurveyed,
// fault.StaleEtag and as apply does.
func (s *Server) reverse(ctx context.Context, by pg.Attempt, req reversalRequest,
	apply func(p survey.Plan, r survey.Reversal, taken []survey.Item) (survey.Plan, error),
) (survey.Plan, error) {
	if p, repeated, err := postgres.Remembered[survey.Plan](ctx, s.Store, by); repeated || err != nil {
		return p, err
	}
	cycle, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return survey.Plan{}, err
	}
	own := func(agency string) bool { return auth.From(ctx).Own(cycle.Authority, agency, cycle.Parents) }
	return s.Store.ReversePlan(ctx, by, keyOf(req), func(p survey.Plan, withdrawn string, taken []survey.Item) (survey.Plan, error) {
		if err := p.CheckOwn(cycle, own); err != nil {
			return p, err
		}
		if err := checkEtag(req.GetEtag(), p); err != nil {
			return p, err
		}
		r := survey.Reversal{DocumentNumber: req.GetDocumentNumber(), Reason: req.GetReason(), Time: by.At, Withdrawn: withdrawn}
		return apply(p, r, taken)
	})
}
