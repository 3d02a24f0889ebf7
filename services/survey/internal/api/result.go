package api

import (
	"context"
	"errors"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/pg"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey/internal/postgres"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// CloseSurveyPlan implements surveyv1.SurveyServiceServer.
func (s *Server) CloseSurveyPlan(ctx context.Context, req *surveyv1.CloseSurveyPlanRequest) (*surveyv1.CloseSurveyPlanResponse, error) {
	by, err := attempt.Of(ctx, surveyv1.SurveyService_CloseSurveyPlan_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	r, known, err := s.closed(ctx, by, keyOf(req))
	if err != nil {
		return nil, err
	}
	if !known {
		year, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
		if err != nil {
			return nil, err
		}
		r, err = s.Store.ClosePlan(ctx, by, keyOf(req), func(p survey.Plan, t survey.Tally) (survey.Plan, survey.Snapshot, error) {
			return p.Close(year, t, by.At)
		})
		if err != nil {
			return nil, err
		}
	}
	return &surveyv1.CloseSurveyPlanResponse{ResultSnapshot: toSnapshot(r)}, nil
}

// closed returns the result of a plan that is closed already; that needs no answer
// from catalog. The bool is false if the plan is not closed.
func (s *Server) closed(ctx context.Context, by pg.Attempt, k postgres.Key) (survey.Snapshot, bool, error) {
	if r, known, err := postgres.Remembered[survey.Snapshot](ctx, s.Store, by); known || err != nil {
		return r, known, err
	}
	if _, err := s.Windows.State(ctx, k.Authority, k.Cycle); err != nil {
		return survey.Snapshot{}, false, err
	}
	r, err := s.Store.Snapshot(ctx, k)
	if errors.Is(err, survey.PlanNotClosed) {
		return r, false, nil
	}
	return r, err == nil, err
}

// GetResultSnapshot implements surveyv1.SurveyServiceServer.
func (s *Server) GetResultSnapshot(ctx context.Context, req *surveyv1.GetResultSnapshotRequest) (*surveyv1.GetResultSnapshotResponse, error) {
	if _, err := s.Windows.State(ctx, req.GetAuthority(), req.GetCycle()); err != nil {
		return nil, err
	}
	r, err := s.Store.Snapshot(ctx, keyOf(req))
	if err != nil {
		return nil, err
	}
	return &surveyv1.GetResultSnapshotResponse{ResultSnapshot: toSnapshot(r)}, nil
}
