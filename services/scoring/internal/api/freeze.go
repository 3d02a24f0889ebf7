package api

import (
	"context"
	"fmt"

	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// The most entries to ask for at once. A gRPC answer holds 4 MB, and an outcome
// can have 100 kB of reasons.
const (
	outcomesPageSize = 10
	plansPageSize    = 5
	valuesPageSize   = 200
)

// gather asks all that a run is computed from, at the cycle's revision or a
// later one; what was published before stands here. It fails as the services
// asked do.
func (s *Server) gather(ctx context.Context, authority, cycle string, revision int64) (scoring.Inputs, error) {
	a, err := s.own.catalog.GetAuthority(ctx, &catalogv1.GetAuthorityRequest{Authority: authority})
	if err != nil {
		return scoring.Inputs{}, fmt.Errorf("asking catalog for authority %s: %w", authority, err)
	}
	c, err := s.own.cycles.Read(ctx, authority, cycle, revision)
	if err != nil {
		return scoring.Inputs{}, err
	}
	in := fromCycle(a.GetAuthority(), c)
	if in.Outcomes, err = s.outcomes(ctx, authority, cycle); err != nil {
		return in, fmt.Errorf("asking appraisal for the outcomes of cycle %s of %s: %w", cycle, authority, err)
	}
	if in.ReportedValues, err = s.reportedValues(ctx, authority, cycle); err != nil {
		return in, fmt.Errorf("asking assessment for the reported values of cycle %s of %s: %w", cycle, authority, err)
	}
	if in.SurveyResults, in.OpenPlans, err = s.surveys(ctx, authority, cycle); err != nil {
		return in, fmt.Errorf("asking survey for the results of cycle %s of %s: %w", cycle, authority, err)
	}
	if in.ComparesEarlier() {
		in.History, err = s.deps.Store.Earlier(ctx, authority, cycle, in.Members)
	}
	return in, err
}

// outcomes returns those of the last round approved: scoring.InputsMoved if
// another round is approved between two pages.
func (s *Server) outcomes(ctx context.Context, authority, cycle string) (all []scoring.Sealed, err error) {
	req := &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: cycle, PageSize: outcomesPageSize}
	var round int32
	for {
		answer, err := s.own.appraisal.ListOutcomes(ctx, req)
		if err != nil {
			return nil, err
		}
		for _, o := range answer.GetOutcomes() {
			if round != 0 && o.GetRound() != round {
				return nil, scoring.InputsMoved
			}
			round = o.GetRound()
			all = append(all, scoring.Sealed{ID: o.GetAgency(), SHA256: o.GetSha256(), Content: string(o.GetContent())})
		}
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			return all, nil
		}
	}
}

func (s *Server) reportedValues(ctx context.Context, authority, cycle string) (all []scoring.ReportedValue, err error) {
	req := &assessmentv1.ListReportedValuesRequest{Authority: authority, Cycle: cycle, PageSize: valuesPageSize}
	for {
		answer, err := s.own.assessment.ListReportedValues(ctx, req)
		if err != nil {
			return nil, err
		}
		for _, m := range answer.GetReportedValues() {
			v, err := fromReportedValue(m)
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			return all, nil
		}
	}
}

// surveys returns the results of the plans that are closed, and the plans that
// are not.
func (s *Server) surveys(ctx context.Context, authority, cycle string) (closed []scoring.Sealed, open []scoring.OpenPlan, err error) {
	req := &surveyv1.ListSurveyPlansRequest{Authority: authority, Cycle: cycle, PageSize: plansPageSize}
	for {
		answer, err := s.own.survey.ListSurveyPlans(ctx, req)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range answer.GetSurveyPlans() {
			if p.GetState() != surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CLOSED {
				open = append(open, fromOpenPlan(p))
				continue
			}
			frozen, err := s.own.survey.GetResultSnapshot(ctx, &surveyv1.GetResultSnapshotRequest{Authority: authority, Cycle: cycle, Plan: p.GetId()})
			if err != nil {
				return nil, nil, fmt.Errorf("plan %s: %w", p.GetId(), err)
			}
			r := frozen.GetResultSnapshot()
			closed = append(closed, scoring.Sealed{ID: r.GetPlan(), SHA256: r.GetSha256(), Content: string(r.GetContent())})
		}
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			return closed, open, nil
		}
	}
}
