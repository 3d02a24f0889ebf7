package api

import (
	"context"

	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// GetRunLeaderboard implements scoringv1.ScoringServiceServer.
func (s *Server) GetRunLeaderboard(ctx context.Context, req *scoringv1.GetRunLeaderboardRequest) (*scoringv1.GetRunLeaderboardResponse, error) {
	read, err := s.runs.read(ctx, req.GetAuthority(), req.GetCycle(), req.GetRun())
	if err != nil {
		return nil, err
	}
	l, err := read.result.Leaderboard(req.GetGroup())
	if err != nil {
		return nil, err
	}
	m := leaderboard(scoring.Publication{Authority: req.GetAuthority(), Cycle: req.GetCycle()}, l)
	m.Publication = nil
	return &scoringv1.GetRunLeaderboardResponse{Leaderboard: m}, nil
}

// GetAgencyResult implements scoringv1.ScoringServiceServer.
func (s *Server) GetAgencyResult(ctx context.Context, req *scoringv1.GetAgencyResultRequest) (*scoringv1.GetAgencyResultResponse, error) {
	m, err := s.agencyResult(ctx, req, req.GetRun())
	if err != nil {
		return nil, err
	}
	return &scoringv1.GetAgencyResultResponse{AgencyResult: m}, nil
}

// GetPublishedAgencyResult implements scoringv1.ScoringServiceServer. A publication that
// was imported has no run, and so no result that can be explained.
func (s *Server) GetPublishedAgencyResult(ctx context.Context, req *scoringv1.GetPublishedAgencyResultRequest) (*scoringv1.GetPublishedAgencyResultResponse, error) {
	p, err := s.deps.Store.Current(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	if p.Run == "" {
		return nil, scoring.ResultUnknown.At("agency")
	}
	m, err := s.agencyResult(ctx, req, p.Run)
	if err != nil {
		return nil, err
	}
	return &scoringv1.GetPublishedAgencyResultResponse{Publication: publication(p), AgencyResult: m}, nil
}

// agencyResult returns the explained result of one agency in a run.
func (s *Server) agencyResult(ctx context.Context, req interface {
	GetAuthority() string
	GetCycle() string
	GetAgency() string
}, run string,
) (*scoringv1.AgencyResult, error) {
	read, err := s.runs.read(ctx, req.GetAuthority(), req.GetCycle(), run)
	if err != nil {
		return nil, err
	}
	entry, account, err := read.result.Agency(req.GetAgency())
	if err != nil {
		return nil, err
	}
	explained, err := read.regulation.Explain(account)
	if err != nil {
		return nil, err
	}
	return agencyResult(read.result, entry, account, explained)
}
