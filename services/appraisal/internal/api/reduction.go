package api

import (
	"context"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// ProposeReduction implements appraisalv1.AppraisalServiceServer.
func (s *Server) ProposeReduction(ctx context.Context, req *appraisalv1.ProposeReductionRequest) (*appraisalv1.ProposeReductionResponse, error) {
	by, err := attempt.Of(ctx, appraisalv1.AppraisalService_ProposeReduction_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	proposal, named, err := fromPropose(req)
	if err != nil {
		return nil, err
	}
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	item, err := scoredItem(c, req.GetAgency(), req.GetItem())
	if err != nil {
		return nil, err
	}
	if proposal, err = proposal.Propose(item, named); err != nil {
		return nil, err
	}
	id, err := s.NewID()
	if err != nil {
		return nil, err
	}
	proposal.ID = id.String()
	r, err := s.Store.ProposeReduction(ctx, by, c, s.proposer(ctx, req.GetAuthority(), req.GetAgency()), proposal)
	if err != nil {
		return nil, err
	}
	return &appraisalv1.ProposeReductionResponse{Reduction: toReduction(r)}, nil
}

// proposer returns the appraiser who proposes or withdraws a reduction, nil for the head
// of the agency itself.
func (s *Server) proposer(ctx context.Context, authority, agency string) *appraisal.Appraiser {
	if s.holds(ctx, authority, agency, authv1.Role_ROLE_AGENCY_HEAD) {
		return nil
	}
	a := s.appraiser(ctx, authority)
	return &a
}

// scoredItem returns an item, of any source kind, of a scored agency's group.
func scoredItem(c *cycle.Cycle, agency, item string) (cycle.Item, error) {
	a, err := c.ScoredAgency(agency)
	if err != nil {
		return cycle.Item{}, err
	}
	g, err := c.Group(a.Group)
	if err != nil {
		return cycle.Item{}, err
	}
	return g.Item(item)
}

// ListReductions implements appraisalv1.AppraisalServiceServer.
func (s *Server) ListReductions(ctx context.Context, req *appraisalv1.ListReductionsRequest) (*appraisalv1.ListReductionsResponse, error) {
	filter := "reductions/" + req.GetAuthority() + "/" + req.GetCycle() + "/" + req.GetAgency()
	after, id, err := since(req.GetPageToken(), filter)
	if err != nil {
		return nil, err
	}
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	var barred []string
	if !s.holds(ctx, c.Authority, req.GetAgency(), authv1.Role_ROLE_AGENCY_EDITOR, authv1.Role_ROLE_AGENCY_HEAD) {
		if barred, err = s.barred(ctx, c, req.GetAgency(), c.Rounds); err != nil {
			return nil, err
		}
	}
	size := page.Size(req.GetPageSize())
	reductions, err := s.Store.Reductions(ctx, req.GetAuthority(), req.GetCycle(), req.GetAgency(), barred, after, id, size+1)
	if err != nil {
		return nil, err
	}
	reductions, next := page.Fit(filter, reductions, size,
		func(r appraisal.Reduction) int { return 512 + len(r.Text) + len(r.Document) + len(r.Decision) },
		func(r appraisal.Reduction) []string { return sinceKey(r.ProposeTime, r.ID) })
	return &appraisalv1.ListReductionsResponse{Reductions: message.Each(reductions, toReduction), NextPageToken: next}, nil
}

// WithdrawReduction implements appraisalv1.AppraisalServiceServer. A reduction of another
// agency than the request names is unknown, because the caller's role was checked for
// the named one.
func (s *Server) WithdrawReduction(ctx context.Context, req *appraisalv1.WithdrawReductionRequest) (*appraisalv1.WithdrawReductionResponse, error) {
	by, err := attempt.Of(ctx, appraisalv1.AppraisalService_WithdrawReduction_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	proposer := s.proposer(ctx, req.GetAuthority(), req.GetAgency())
	r, err := s.Store.ChangeReduction(ctx, by, c, req.GetReduction(), "withdraw-reduction", proposer, func(r appraisal.Reduction) (appraisal.Reduction, error) {
		if r.Agency != req.GetAgency() {
			return r, appraisal.ReductionUnknown.At("reduction")
		}
		return r.Withdraw()
	})
	if err != nil {
		return nil, err
	}
	return &appraisalv1.WithdrawReductionResponse{Reduction: toReduction(r)}, nil
}

// DecideReduction implements appraisalv1.AppraisalServiceServer.
func (s *Server) DecideReduction(ctx context.Context, req *appraisalv1.DecideReductionRequest) (*appraisalv1.DecideReductionResponse, error) {
	by, err := attempt.Of(ctx, appraisalv1.AppraisalService_DecideReduction_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	if err := s.checkDecides(ctx, c); err != nil {
		return nil, err
	}
	r, err := s.Store.ChangeReduction(ctx, by, c, req.GetReduction(), "decide-reduction", nil, func(r appraisal.Reduction) (appraisal.Reduction, error) {
		if err := s.appraiser(ctx, c.Authority).Check(c, r.Agency); err != nil {
			return r, fault.From(err).At("reduction")
		}
		return r.Decide(req.GetApprove(), req.GetDecision(), req.GetEtag(), by.Principal, by.At)
	})
	if err != nil {
		return nil, err
	}
	return &appraisalv1.DecideReductionResponse{Reduction: toReduction(r)}, nil
}
