package api

import (
	"context"
	"fmt"
	"slices"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
	"github.com/parindex/parindex/services/appraisal/internal/postgres"
)

// ReopenRound implements appraisalv1.AppraisalServiceServer.
func (s *Server) ReopenRound(ctx context.Context, req *appraisalv1.ReopenRoundRequest) (*appraisalv1.ReopenRoundResponse, error) {
	by, err := attempt.Of(ctx, appraisalv1.AppraisalService_ReopenRound_FullMethodName, req, s.Now())
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
	if err := appraisal.CheckRound(c, int(req.GetRound())); err != nil {
		return nil, err
	}
	reopening, err := fromReopen(c, req)
	if err != nil {
		return nil, err
	}
	caller := s.appraiser(ctx, c.Authority)
	for i, named := range reopening.Cases {
		if err := caller.Check(c, named.Agency); err != nil {
			return nil, appraisal.Within(fmt.Sprintf("cases[%d]", i), err)
		}
	}
	r, err := s.Store.ReopenRound(ctx, by, c, reopening)
	if err != nil {
		return nil, err
	}
	return &appraisalv1.ReopenRoundResponse{AppraisalRound: toRound(r)}, nil
}

// fromReopen returns the reopening of a request. It fails as Reopening.Check and
// scoredItem do, and with fault.IDTwice.
func fromReopen(c *cycle.Cycle, req *appraisalv1.ReopenRoundRequest) (appraisal.Reopening, error) {
	r := appraisal.Reopening{
		Authority: c.Authority, Cycle: c.ID, Round: int(req.GetRound()), DocumentNumber: req.GetDocumentNumber(), Reason: req.GetReason(),
	}
	seen := map[appraisal.AgencyItem]bool{}
	for i, m := range req.GetCases() {
		named := appraisal.AgencyItem{Agency: m.GetAgency(), Item: m.GetItem()}
		place := fmt.Sprintf("cases[%d]", i)
		if _, err := scoredItem(c, named.Agency, named.Item); err != nil {
			return r, appraisal.Within(place, err)
		}
		if seen[named] {
			return r, fault.IDTwice.With(named.Agency + "/" + named.Item).At(place)
		}
		seen[named] = true
		r.Cases = append(r.Cases, named)
	}
	return r, r.Check(c)
}

// appraisedItem returns an item that is appraised for a scored agency. It fails with
// ITEM_NOT_APPRAISED for another item, and as scoredItem does.
func appraisedItem(c *cycle.Cycle, named appraisal.AgencyItem) (cycle.Item, error) {
	item, err := scoredItem(c, named.Agency, named.Item)
	if err == nil && !item.Source.Entered() {
		err = appraisal.ItemNotAppraised.At("item")
	}
	return item, err
}

// OverrideCase implements appraisalv1.AppraisalServiceServer.
func (s *Server) OverrideCase(ctx context.Context, req *appraisalv1.OverrideCaseRequest) (*appraisalv1.OverrideCaseResponse, error) {
	by, err := attempt.Of(ctx, appraisalv1.AppraisalService_OverrideCase_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	correction, err := fromCorrection(req)
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
	caller := s.appraiser(ctx, c.Authority)
	if err := caller.Check(c, req.GetAgency()); err != nil {
		return nil, err
	}
	named := appraisal.AgencyItem{Agency: req.GetAgency(), Item: req.GetItem()}
	item, err := appraisedItem(c, named)
	if err != nil {
		return nil, err
	}
	verdict, err := appraisal.Disagree(item, c.Policy, correction)
	if err != nil {
		return nil, err
	}
	verdict.DecidedBy = caller.Home
	o, err := s.Store.Override(ctx, by, postgres.NewOverride{
		Cycle: c, Round: int(req.GetRound()), AgencyItem: named, Etag: req.GetEtag(), Verdict: verdict,
	})
	if err != nil {
		return nil, err
	}
	answer, err := toOverride(c, o)
	return &appraisalv1.OverrideCaseResponse{Override: answer}, err
}

// ListOverrides implements appraisalv1.AppraisalServiceServer.
func (s *Server) ListOverrides(ctx context.Context, req *appraisalv1.ListOverridesRequest) (*appraisalv1.ListOverridesResponse, error) {
	filter := fmt.Sprintf("overrides/%s/%s/%d", req.GetAuthority(), req.GetCycle(), req.GetRound())
	key, err := page.Decode(req.GetPageToken(), filter, 2)
	if err != nil {
		return nil, err
	}
	var after appraisal.AgencyItem
	if key != nil {
		after = appraisal.AgencyItem{Agency: key[0], Item: key[1]}
	}
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize())
	list, err := s.Store.Overrides(ctx, c.Authority, c.ID, int(req.GetRound()), after, size+1)
	if err != nil {
		return nil, err
	}
	list, next := page.Cut(filter, list, size, func(o appraisal.Override) []string { return []string{o.Agency, o.Item} })
	if !s.holds(ctx, c.Authority, "", authv1.Role_ROLE_COORDINATOR, authv1.Role_ROLE_INSPECTOR) {
		barred := s.appraiser(ctx, c.Authority).Barred(c)
		list = slices.DeleteFunc(list, func(o appraisal.Override) bool { return slices.Contains(barred, o.Agency) })
	}
	answer, err := message.TryEach(list, func(o appraisal.Override) (*appraisalv1.Override, error) { return toOverride(c, o) })
	return &appraisalv1.ListOverridesResponse{Overrides: answer, NextPageToken: next}, err
}
