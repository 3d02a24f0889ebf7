package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"

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

// ListCases implements appraisalv1.AppraisalServiceServer.
func (s *Server) ListCases(ctx context.Context, req *appraisalv1.ListCasesRequest) (*appraisalv1.ListCasesResponse, error) {
	filter := fmt.Sprintf("cases/%s/%s/%d/%s/%s/%t",
		req.GetAuthority(), req.GetCycle(), req.GetRound(), req.GetAgency(), req.GetItem(), req.GetUndecided())
	agency, position, err := casesAfter(req.GetPageToken(), filter)
	if err != nil {
		return nil, err
	}
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize())
	listing, err := s.listing(ctx, c, req)
	if err != nil {
		return nil, err
	}
	cases, err := s.Store.Cases(ctx, listing, agency, position, size+1)
	if err != nil {
		return nil, err
	}
	cases, next := page.Fit(filter, cases, size, sizeOfCase,
		func(x appraisal.Case) []string { return []string{x.Agency, strconv.Itoa(x.Claim.Position)} })
	open, err := s.open(ctx, c, int(req.GetRound()))
	if err != nil {
		return nil, err
	}
	answer, err := message.TryEach(cases, func(x appraisal.Case) (*appraisalv1.Case, error) { return toCase(c, x, open(x)) })
	return &appraisalv1.ListCasesResponse{Cases: answer, NextPageToken: next}, err
}

// casesAfter returns the agency and the position after which a page of cases begins. It
// fails with fault.PageTokenInvalid.
func casesAfter(token, filter string) (agency string, position int, err error) {
	key, err := page.Decode(token, filter, 2)
	if key == nil {
		return "", 0, err
	}
	position64, err := strconv.ParseInt(key[1], 10, 32)
	if err != nil {
		return "", 0, fault.PageTokenInvalid.At("page_token")
	}
	return key[0], int(position64), nil
}

// listing returns the cases of a request that the caller sees: the council, the
// coordinator and inspectors see all, an appraiser sees the assigned ones, and neither
// a member nor an appraiser those of the own agencies (rule V1).
func (s *Server) listing(ctx context.Context, c *cycle.Cycle, req *appraisalv1.ListCasesRequest) (l postgres.Listing, err error) {
	l = postgres.Listing{
		Authority: c.Authority, Cycle: c.ID, Round: int(req.GetRound()),
		Agency: req.GetAgency(), Item: req.GetItem(), Undecided: req.GetUndecided(),
	}
	if s.seesAll(ctx, c.Authority, req.GetAgency()) {
		l.Barred, err = s.barred(ctx, c, req.GetAgency(), l.Round)
		return l, err
	}
	a := s.appraiser(ctx, c.Authority)
	l.To, l.Barred = &a, a.Barred(c)
	return l, nil
}

// open returns a function that reports whether the caller can give a verdict on a case
// of a round now.
func (s *Server) open(ctx context.Context, c *cycle.Cycle, round int) (func(appraisal.Case) bool, error) {
	never := func(appraisal.Case) bool { return false }
	known, err := s.Windows.State(ctx, c.Authority, c.ID)
	if err != nil || known.Accepts(appraisal.PhaseOf(round), s.Now()) != nil {
		return never, err
	}
	if approved, err := s.Store.RoundIsApproved(ctx, c, round); err != nil || approved {
		return never, err
	}
	caller := s.appraiser(ctx, c.Authority)
	assignments, err := s.Store.AssignmentsOf(ctx, c.Authority, c.ID, caller)
	if err != nil {
		return never, err
	}
	return func(x appraisal.Case) bool {
		return s.holds(ctx, c.Authority, x.Agency, authv1.Role_ROLE_APPRAISER) && caller.Check(c, x.Agency) == nil &&
			slices.ContainsFunc(assignments, func(a appraisal.Assignment) bool { return a.Covers(x.Group, x.Claim.Item) })
	}, nil
}

// sizeOfCase estimates how many bytes a case has in an answer.
func sizeOfCase(x appraisal.Case) int {
	n := 4096 + len(x.Claim.Justification)
	if x.Report != nil {
		n += 1024 + len(x.Report.Period) + len(x.Report.Source)
	}
	for _, e := range x.Claim.Evidence {
		n += 64 + len(e.Title) + len(e.DocumentNumber) + len(e.Issuer) + len(e.Locator) + len(e.Link)
	}
	for _, v := range []*appraisal.Verdict{x.First, x.Verdict} {
		if v != nil {
			n += len(v.Reason)
		}
		if v != nil && v.Missing != nil {
			n += len(v.Missing.Name) + len(v.Missing.Kind) + len(v.Missing.Content)
		}
	}
	return n
}

// AgreeCase implements appraisalv1.AppraisalServiceServer.
func (s *Server) AgreeCase(ctx context.Context, req *appraisalv1.AgreeCaseRequest) (*appraisalv1.AgreeCaseResponse, error) {
	by, err := attempt.Of(ctx, appraisalv1.AppraisalService_AgreeCase_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	x, err := s.Store.GiveVerdict(ctx, by, postgres.NewVerdict{
		Cycle: c, Round: int(req.GetRound()), Agency: req.GetAgency(), Item: req.GetItem(), Etag: req.GetEtag(),
		By: s.appraiser(ctx, c.Authority),
		Decide: func(x appraisal.Case) (appraisal.Verdict, error) {
			item, err := itemOf(c, x)
			if err != nil {
				return appraisal.Verdict{}, err
			}
			return appraisal.Agree(item, c.Policy, x)
		},
	})
	if err != nil {
		return nil, err
	}
	answer, err := toCase(c, x, true)
	return &appraisalv1.AgreeCaseResponse{Case: answer}, err
}

// DisagreeCase implements appraisalv1.AppraisalServiceServer.
func (s *Server) DisagreeCase(ctx context.Context, req *appraisalv1.DisagreeCaseRequest) (*appraisalv1.DisagreeCaseResponse, error) {
	by, err := attempt.Of(ctx, appraisalv1.AppraisalService_DisagreeCase_FullMethodName, req, s.Now())
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
	x, err := s.Store.GiveVerdict(ctx, by, postgres.NewVerdict{
		Cycle: c, Round: int(req.GetRound()), Agency: req.GetAgency(), Item: req.GetItem(), Etag: req.GetEtag(),
		By: s.appraiser(ctx, c.Authority),
		Decide: func(x appraisal.Case) (appraisal.Verdict, error) {
			item, err := itemOf(c, x)
			if err != nil {
				return appraisal.Verdict{}, err
			}
			return appraisal.Disagree(item, c.Policy, correction)
		},
	})
	if err != nil {
		return nil, err
	}
	answer, err := toCase(c, x, true)
	return &appraisalv1.DisagreeCaseResponse{Case: answer}, err
}

// itemOf returns the item of a case. It fails only if the cycle does not have the item,
// which Seal.Placed excludes.
func itemOf(c *cycle.Cycle, x appraisal.Case) (cycle.Item, error) {
	g, err := c.Group(x.Group)
	if err != nil {
		return cycle.Item{}, err
	}
	return g.Item(x.Claim.Item)
}
