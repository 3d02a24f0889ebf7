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
	r, closed, err := s.storedResult(ctx, by, keyOf(req))
	if err != nil {
		return nil, err
	}
	if !closed {
		cycle, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
		if err != nil {
			return nil, err
		}
		r, err = s.Store.ClosePlan(ctx, by, keyOf(req), func(p survey.Plan, t survey.Tally) (survey.Plan, survey.Snapshot, error) {
			return p.Close(cycle, t, by.At)
		})
		if err != nil {
			return nil, err
		}
	}
	return &surveyv1.CloseSurveyPlanResponse{ResultSnapshot: toSnapshot(r)}, nil
}

// storedResult returns the result of a plan that is closed already; that needs no answer
// from catalog. closed is false if the plan is not closed.
func (s *Server) storedResult(ctx context.Context, by pg.Attempt, k postgres.Key) (r survey.Snapshot, closed bool, err error) {
	if r, repeated, err := postgres.Remembered[survey.Snapshot](ctx, s.Store, by); repeated || err != nil {
		return r, repeated, err
	}
	if err := s.checkCycle(ctx, k.Authority, k.Cycle); err != nil {
		return survey.Snapshot{}, false, err
	}
	r, err = s.Store.Snapshot(ctx, k)
	if errors.Is(err, survey.PlanNotClosed) {
		return r, false, nil
	}
	return r, err == nil, err
}

// GetResultSnapshot implements surveyv1.SurveyServiceServer.
func (s *Server) GetResultSnapshot(ctx context.Context, req *surveyv1.GetResultSnapshotRequest) (*surveyv1.GetResultSnapshotResponse, error) {
	if err := s.checkCycle(ctx, req.GetAuthority(), req.GetCycle()); err != nil {
		return nil, err
	}
	r, err := s.Store.Snapshot(ctx, keyOf(req))
	if err != nil {
		return nil, err
	}
	return &surveyv1.GetResultSnapshotResponse{ResultSnapshot: toSnapshot(r)}, nil
}
