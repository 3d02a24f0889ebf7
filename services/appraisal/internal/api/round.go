package api

import (
	"context"
	"fmt"
	"strconv"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	"github.com/parindex/parindex/libs/pg"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
	"github.com/parindex/parindex/services/appraisal/internal/postgres"
)

// GetAppraisalRound implements appraisalv1.AppraisalServiceServer.
func (s *Server) GetAppraisalRound(ctx context.Context, req *appraisalv1.GetAppraisalRoundRequest) (*appraisalv1.GetAppraisalRoundResponse, error) {
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	if err := appraisal.CheckRound(c, int(req.GetRound())); err != nil {
		return nil, err
	}
	r, err := s.Store.Round(ctx, c, int(req.GetRound()))
	if err != nil {
		return nil, err
	}
	return &appraisalv1.GetAppraisalRoundResponse{AppraisalRound: toRound(r)}, nil
}

// RecordRoundDecision implements appraisalv1.AppraisalServiceServer.
func (s *Server) RecordRoundDecision(ctx context.Context, req *appraisalv1.RecordRoundDecisionRequest) (*appraisalv1.RecordRoundDecisionResponse, error) {
	by, err := attempt.Of(ctx, appraisalv1.AppraisalService_RecordRoundDecision_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	if err := appraisal.CheckRound(c, int(req.GetRound())); err != nil {
		return nil, err
	}
	if err := s.Exchange.PullFor(ctx, c.Authority, c.ID); err != nil {
		return nil, err
	}
	// A coordinator records as the clerk, whom no rule about own agencies binds (rule V0).
	var caller appraisal.Appraiser
	if !s.holds(ctx, c.Authority, "", authv1.Role_ROLE_COORDINATOR) {
		caller = s.appraiser(ctx, c.Authority)
	}
	r, err := s.Store.RecordDecision(ctx, by, caller, c, int(req.GetRound()), req.GetDecisionNumber())
	if err != nil {
		return nil, err
	}
	return &appraisalv1.RecordRoundDecisionResponse{AppraisalRound: toRound(r)}, nil
}

// ApproveRound implements appraisalv1.AppraisalServiceServer. A repeated request gets
// the first answer, even while assessment is away.
func (s *Server) ApproveRound(ctx context.Context, req *appraisalv1.ApproveRoundRequest) (*appraisalv1.ApproveRoundResponse, error) {
	by, err := attempt.Of(ctx, appraisalv1.AppraisalService_ApproveRound_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	r, known, err := s.Store.Approved(ctx, by)
	if err == nil && !known {
		r, err = s.approve(ctx, by, req)
	}
	if err != nil {
		return nil, err
	}
	return &appraisalv1.ApproveRoundResponse{AppraisalRound: toRound(r)}, nil
}

// approve fetches every seal of the cycle from assessment, so that no submitted sheet is
// overlooked, and then approves the round.
func (s *Server) approve(ctx context.Context, by pg.Attempt, req *appraisalv1.ApproveRoundRequest) (r appraisal.Round, err error) {
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return r, err
	}
	if err := s.checkDecides(ctx, c); err != nil {
		return r, err
	}
	if err := appraisal.CheckRound(c, int(req.GetRound())); err != nil {
		return r, err
	}
	if err := s.Exchange.PullFor(ctx, c.Authority, c.ID); err != nil {
		return r, err
	}
	a := postgres.Approval{
		Cycle: c, Round: int(req.GetRound()), DecisionNumber: req.GetDecisionNumber(), AcceptNotSubmitted: req.GetAcceptNotSubmitted(),
		By: s.appraiser(ctx, c.Authority),
	}
	if req.GetValidateOnly() {
		return s.Store.CheckApproval(ctx, a)
	}
	if r, err = s.Store.ApproveRound(ctx, by, a); err == nil {
		s.Exchange.Nudge()
	}
	return r, err
}

// ListOutcomes implements appraisalv1.AppraisalServiceServer. The page token names the
// round, so that one list never mixes two rounds.
func (s *Server) ListOutcomes(ctx context.Context, req *appraisalv1.ListOutcomesRequest) (*appraisalv1.ListOutcomesResponse, error) {
	filter := fmt.Sprintf("outcomes/%s/%s/%d", req.GetAuthority(), req.GetCycle(), req.GetRound())
	round, after, err := outcomesAfter(req.GetPageToken(), filter)
	if err != nil {
		return nil, err
	}
	if _, err := s.Windows.State(ctx, req.GetAuthority(), req.GetCycle()); err != nil {
		return nil, err
	}
	switch {
	case req.GetRound() != 0:
		round = int(req.GetRound())
	case round == 0:
		if round, err = s.Store.LastApproved(ctx, req.GetAuthority(), req.GetCycle()); err != nil {
			return nil, err
		}
	}
	size := page.Size(req.GetPageSize())
	outcomes, err := s.Store.Outcomes(ctx, req.GetAuthority(), req.GetCycle(), round, after, size+1, page.MaxBytes)
	if err != nil {
		return nil, err
	}
	outcomes, next := page.Fit(filter, outcomes, size,
		func(o appraisal.Outcome) int { return 512 + len(o.Content) },
		func(o appraisal.Outcome) []string { return []string{strconv.Itoa(o.Round), o.Agency} })
	return &appraisalv1.ListOutcomesResponse{Outcomes: message.Each(outcomes, toOutcome), NextPageToken: next}, nil
}

// outcomesAfter returns the round of a list of outcomes and the agency after which a
// page begins; 0 and "" for the first page. It fails with fault.PageTokenInvalid.
func outcomesAfter(token, filter string) (round int, after string, err error) {
	key, err := page.Decode(token, filter, 2)
	if key == nil {
		return 0, "", err
	}
	if key[0] == "1" {
		return 1, key[1], nil
	}
	return 2, key[1], nil
}
