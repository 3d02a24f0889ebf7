package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/parindex/parindex/libs/attempt"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring/internal/postgres"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// PresentRun implements scoringv1.ScoringServiceServer.
func (s *Server) PresentRun(ctx context.Context, req *scoringv1.PresentRunRequest) (*scoringv1.PresentRunResponse, error) {
	by, err := attempt.Of(ctx, scoringv1.ScoringService_PresentRun_FullMethodName, req, s.deps.Now())
	if err != nil {
		return nil, err
	}
	// This comes first because the data of other services may have changed since.
	if first, known, err := s.deps.Store.RememberedRun(ctx, req.GetAuthority(), req.GetCycle(), by.Request); known || err != nil {
		return &scoringv1.PresentRunResponse{Run: run(first)}, err
	}
	if err := s.upToDate(ctx, by.At, req.GetAuthority(), req.GetCycle(), req.GetRun()); err != nil {
		return nil, err
	}
	r, err := s.deps.Store.PresentRun(ctx, by, req.GetAuthority(), req.GetCycle(), req.GetRun())
	if err != nil {
		return nil, err
	}
	return &scoringv1.PresentRunResponse{Run: run(r)}, nil
}

// upToDate gathers the inputs of a run to be presented again. It fails with
// scoring.RunOutdated if they have changed, and with the errors of scoring.Run.Present,
// gather.Inputs and Freeze. A run that is presented already is not checked: the
// People's Committee has it as it is.
func (s *Server) upToDate(ctx context.Context, at time.Time, authority, cycle, id string) error {
	c, err := s.deps.Store.CyclePresenting(ctx, authority, cycle)
	if err != nil {
		return err
	}
	r, err := s.deps.Store.Run(ctx, authority, cycle, id)
	if err != nil {
		return err
	}
	if to, err := r.Present("", at); err != nil || to == r.Status {
		return err
	}
	in, err := s.deps.Gatherer.Inputs(ctx, authority, cycle, c.Revision)
	if err != nil {
		return err
	}
	frozen, _, err := in.Freeze()
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(frozen); !bytes.Equal(sum[:], r.InputsSHA256) {
		return scoring.RunOutdated.At("run")
	}
	return nil
}

// PublishRun implements scoringv1.ScoringServiceServer.
func (s *Server) PublishRun(ctx context.Context, req *scoringv1.PublishRunRequest) (*scoringv1.PublishRunResponse, error) {
	by, err := attempt.Of(ctx, scoringv1.ScoringService_PublishRun_FullMethodName, req, s.deps.Now())
	if err != nil {
		return nil, err
	}
	id, err := s.deps.NewID()
	if err != nil {
		return nil, fmt.Errorf("making the id of a publication: %w", err)
	}
	published, err := s.deps.Store.PublishRun(ctx, by, postgres.RunPublishing{
		Authority: req.GetAuthority(), Cycle: req.GetCycle(), Run: req.GetRun(), ID: id.String(),
		Decision: scoring.Decision{Number: req.GetDecisionNumber(), Date: req.GetDecisionDate()}, Notice: req.GetNotice(), Render: render,
	})
	if err != nil {
		return nil, err
	}
	return &scoringv1.PublishRunResponse{PublishedCycle: publishedCycle(published)}, nil
}
