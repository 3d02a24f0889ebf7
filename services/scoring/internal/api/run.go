package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"time"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring/internal/postgres"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// CreateRun implements scoringv1.ScoringServiceServer.
func (s *Server) CreateRun(ctx context.Context, req *scoringv1.CreateRunRequest) (*scoringv1.CreateRunResponse, error) {
	by, err := attempt.Of(ctx, scoringv1.ScoringService_CreateRun_FullMethodName, req, s.deps.Now())
	if err != nil {
		return nil, err
	}
	// This comes first because the data of other services may have changed since.
	if first, known, err := s.deps.Store.RememberedRun(ctx, req.GetAuthority(), req.GetCycle(), by.Request); known || err != nil {
		return &scoringv1.CreateRunResponse{Run: run(first)}, err
	}
	c, err := s.deps.Store.CycleComputing(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	in, err := s.deps.Gatherer.Inputs(ctx, req.GetAuthority(), req.GetCycle(), c.Revision)
	if err != nil {
		return nil, err
	}
	frozen, err := s.compute(in, by.At)
	if err != nil {
		return nil, err
	}
	r, err := s.deps.Store.CreateRun(ctx, by, frozen)
	if err != nil {
		return nil, err
	}
	if r.ID == frozen.Run.ID { // otherwise the same request, sent at the same time, created the run
		s.deps.Runs.Inc()
	}
	return &scoringv1.CreateRunResponse{Run: run(r)}, nil
}

// compute freezes inputs and computes from the frozen bytes alone.
func (s *Server) compute(in scoring.Inputs, at time.Time) (postgres.Frozen, error) {
	frozen, list, err := in.Freeze()
	if err != nil {
		return postgres.Frozen{}, err
	}
	computed, gaps, err := evaluate(frozen)
	if err != nil {
		return postgres.Frozen{}, err
	}
	id, err := s.deps.NewID()
	if err != nil {
		return postgres.Frozen{}, fmt.Errorf("making the id of a run: %w", err)
	}
	of, is := sha256.Sum256(frozen), sha256.Sum256(computed)
	return postgres.Frozen{
		Run: scoring.Run{
			ID: id.String(), Authority: in.Authority, Cycle: in.Cycle, Inputs: list, InputsSHA256: of[:], SHA256: is[:],
			EngineVersion: scoring.EngineVersion, Gaps: gaps[:min(len(gaps), scoring.MostGaps)], GapCount: len(gaps), CreateTime: at,
		},
		Inputs: frozen, Result: computed,
	}, nil
}

// evaluate computes frozen inputs, and returns the canonical bytes of the result with
// its gaps.
func evaluate(frozen []byte) ([]byte, []scoring.Gap, error) {
	result, err := scoring.Evaluate(frozen)
	if err != nil {
		return nil, nil, err
	}
	computed, err := result.Canonical()
	return computed, result.Gaps, err
}

// GetRun implements scoringv1.ScoringServiceServer.
func (s *Server) GetRun(ctx context.Context, req *scoringv1.GetRunRequest) (*scoringv1.GetRunResponse, error) {
	r, err := s.deps.Store.Run(ctx, req.GetAuthority(), req.GetCycle(), req.GetRun())
	if err != nil {
		return nil, err
	}
	return &scoringv1.GetRunResponse{Run: run(r)}, nil
}

// ListRuns implements scoringv1.ScoringServiceServer.
func (s *Server) ListRuns(ctx context.Context, req *scoringv1.ListRunsRequest) (*scoringv1.ListRunsResponse, error) {
	filter := "runs of " + req.GetAuthority() + "/" + req.GetCycle()
	key, err := page.Decode(req.GetPageToken(), filter, 1)
	if err != nil {
		return nil, err
	}
	below := int64(0)
	if key != nil {
		if below, err = strconv.ParseInt(key[0], 10, 32); err != nil {
			return nil, fault.PageTokenInvalid.At("page_token")
		}
	}
	size := page.Size(req.GetPageSize())
	runs, err := s.deps.Store.ListRuns(ctx, req.GetAuthority(), req.GetCycle(), int32(below), size+1)
	if err != nil {
		return nil, err
	}
	runs, next := page.Cut(filter, runs, size, func(r scoring.Run) []string { return []string{strconv.Itoa(r.Number)} })
	return &scoringv1.ListRunsResponse{Runs: message.Each(runs, run), NextPageToken: next}, nil
}

// RecomputeRun implements scoringv1.ScoringServiceServer.
func (s *Server) RecomputeRun(ctx context.Context, req *scoringv1.RecomputeRunRequest) (*scoringv1.RecomputeRunResponse, error) {
	r, err := s.deps.Store.Run(ctx, req.GetAuthority(), req.GetCycle(), req.GetRun())
	if err != nil {
		return nil, err
	}
	frozen, err := s.deps.Store.Inputs(ctx, req.GetAuthority(), req.GetCycle(), req.GetRun())
	if err != nil {
		return nil, err
	}
	computed, _, err := evaluate(frozen)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(computed)
	return &scoringv1.RecomputeRunResponse{Same: bytes.Equal(sum[:], r.SHA256), Sha256: hexOf(sum[:])}, nil
}
