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
	read, err := s.runs.read(ctx, req.GetAuthority(), req.GetCycle(), req.GetRun())
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
	m, err := agencyResult(read.result, entry, account, explained)
	if err != nil {
		return nil, err
	}
	return &scoringv1.GetAgencyResultResponse{AgencyResult: m}, nil
}
