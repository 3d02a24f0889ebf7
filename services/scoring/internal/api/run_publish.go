package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/pg"
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
	presentable := func(r scoring.Run) error { _, err := r.Present(by.Principal, by.At); return err }
	seen, err := s.judge(ctx, req.GetAuthority(), req.GetCycle(), req.GetRun(), presentable)
	if err != nil {
		return nil, err
	}
	r, err := s.deps.Store.PresentRun(ctx, by, seen, req.GetAuthority(), req.GetCycle(), req.GetRun())
	if err != nil {
		return nil, err
	}
	return &scoringv1.PresentRunResponse{Run: run(r)}, nil
}

// judge checks that a run may be presented or published: the state of the cycle, what
// check says of the run, and that the inputs are still those of the run. It returns the
// number of publications that it took for granted, which the transaction checks again.
// It fails with scoring.RunOutdated if an input has changed, and with the errors of
// check, gather.CheckPhase, gather.Inputs and Freeze.
func (s *Server) judge(ctx context.Context, authority, cycle, id string, check func(scoring.Run) error) (seen postgres.Publications, err error) {
	c, err := s.deps.Store.CyclePresenting(ctx, authority, cycle)
	if err != nil {
		return seen, err
	}
	r, err := s.deps.Store.Run(ctx, authority, cycle, id)
	if err != nil {
		return seen, err
	}
	if err := check(r); err != nil {
		return seen, err
	}
	if err := s.deps.Gatherer.CheckPhase(ctx, authority, cycle, c.Phase); err != nil {
		return seen, err
	}
	if seen, err = s.deps.Store.Publications(ctx, authority); err != nil {
		return seen, err
	}
	in, err := s.deps.Gatherer.Inputs(ctx, authority, cycle, c.Revision)
	if err != nil {
		return seen, err
	}
	frozen, _, err := in.Freeze()
	if err != nil {
		return seen, err
	}
	if sum := sha256.Sum256(frozen); !bytes.Equal(sum[:], r.InputsSHA256) {
		return seen, scoring.RunOutdated.At("run")
	}
	return seen, nil
}

// PublishRun implements scoringv1.ScoringServiceServer.
func (s *Server) PublishRun(ctx context.Context, req *scoringv1.PublishRunRequest) (*scoringv1.PublishRunResponse, error) {
	by, err := attempt.Of(ctx, scoringv1.ScoringService_PublishRun_FullMethodName, req, s.deps.Now())
	if err != nil {
		return nil, err
	}
	published, known, err := s.deps.Store.Remembered(ctx, by.Request)
	if err == nil && !known {
		published, err = s.publish(ctx, by, req)
	}
	if err != nil {
		return nil, err
	}
	return &scoringv1.PublishRunResponse{PublishedCycle: publishedCycle(published)}, nil
}

// publish judges a run, records its publication in catalog and then publishes it. If
// publishing fails after the record, the cycle stays where it is until a run is
// published.
func (s *Server) publish(ctx context.Context, by pg.Attempt, req *scoringv1.PublishRunRequest) (published scoring.PublishedCycle, err error) {
	current, err := s.deps.Store.Published(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return published, err
	}
	var version int
	publishable := func(r scoring.Run) (err error) {
		if err = r.Publishable(by.Principal); err == nil {
			version, err = scoring.Supersede(current, req.GetNotice())
		}
		return err
	}
	if _, err := s.judge(ctx, req.GetAuthority(), req.GetCycle(), req.GetRun(), publishable); err != nil {
		return published, err
	}
	if err := s.deps.Gatherer.RecordPublication(ctx, req.GetAuthority(), req.GetCycle(), version); err != nil {
		return published, err
	}
	// Another service can have changed an input while catalog recorded the publication.
	seen, err := s.judge(ctx, req.GetAuthority(), req.GetCycle(), req.GetRun(), publishable)
	if err != nil {
		return published, err
	}
	id, err := s.deps.NewID()
	if err != nil {
		return published, fmt.Errorf("making the id of a publication: %w", err)
	}
	published, err = s.deps.Store.PublishRun(ctx, by, postgres.RunPublishing{
		Authority: req.GetAuthority(), Cycle: req.GetCycle(), Run: req.GetRun(), ID: id.String(), Seen: seen,
		Decision: scoring.Decision{Number: req.GetDecisionNumber(), Date: req.GetDecisionDate()}, Notice: req.GetNotice(), Render: render,
	})
	if err == nil {
		// The result is published, whatever comes of this; it is tried again in the background.
		_ = s.deps.Gatherer.ConfirmPublications(ctx)
	}
	return published, err
}
