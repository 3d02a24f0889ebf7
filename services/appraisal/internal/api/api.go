// Package api has the handlers of AppraisalService.
package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/page"
	"github.com/parindex/parindex/libs/window"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
	"github.com/parindex/parindex/services/appraisal/internal/exchange"
	"github.com/parindex/parindex/services/appraisal/internal/postgres"
)

// Deps are the dependencies of a Server.
type Deps struct {
	Store    *postgres.Store
	Windows  *window.Projection
	Cycles   *cyclepb.Reader
	Exchange *exchange.Exchange
	// Assessment is called with the token of the appraisal service.
	Assessment assessmentv1.AssessmentServiceClient
	// Identity is called with the token of the appraisal service.
	Identity identityv1.IdentityServiceClient
	Now      func() time.Time
	NewID    func() (uuid.UUID, error)
}

// Server answers the rpcs of AppraisalService.
type Server struct {
	appraisalv1.UnimplementedAppraisalServiceServer
	Deps
}

// New returns a Server.
func New(deps Deps) *Server { return &Server{Deps: deps} }

// cycle returns a cycle at the revision of its windows. It fails with CYCLE_NOT_KNOWN
// and as catalog does.
func (s *Server) cycle(ctx context.Context, authority, id string) (*cycle.Cycle, error) {
	c, _, err := s.Cycles.ReadKnown(ctx, s.Windows, authority, id)
	return c, err
}

// appraiser returns the caller as an appraiser in an authority (rule V1). A home agency
// in another authority is ignored. So is the agency of an appraiser's role, because it
// only narrows which agencies are appraised.
func (s *Server) appraiser(ctx context.Context, authority string) appraisal.Appraiser {
	p := auth.From(ctx)
	a := appraisal.Appraiser{Account: p.ID}
	if p.Authority == authority {
		a.Home = p.Agency
	}
	for _, b := range p.Current(s.Now()) {
		if b.Agency != "" && (b.Authority == "" || b.Authority == authority) && b.Role != authv1.Role_ROLE_APPRAISER {
			a.Serves = append(a.Serves, b.Agency)
		}
	}
	return a
}

// seesAll reports whether the caller sees the cases of an agency, or of all agencies
// if agency is empty, assigned or not. The council, the coordinator and inspectors do,
// the council without those that barred returns.
func (s *Server) seesAll(ctx context.Context, authority, agency string) bool {
	return s.holds(ctx, authority, agency,
		authv1.Role_ROLE_COORDINATOR, authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER, authv1.Role_ROLE_INSPECTOR)
}

// barred returns the agencies that a member of the council, who sees all others, does
// not see until a round is approved: the own ones (rule V1). The coordinator, who
// compiles for all, and inspectors see every agency.
func (s *Server) barred(ctx context.Context, c *cycle.Cycle, agency string, round int) ([]string, error) {
	if s.holds(ctx, c.Authority, agency, authv1.Role_ROLE_COORDINATOR, authv1.Role_ROLE_INSPECTOR) {
		return nil, nil
	}
	approved, err := s.Store.RoundIsApproved(ctx, c, round)
	if err != nil || approved {
		return nil, err
	}
	return s.appraiser(ctx, c.Authority).Barred(c), nil
}

// holds reports whether the caller has one of the roles now for an agency, or for the
// whole authority if agency is empty.
func (s *Server) holds(ctx context.Context, authority, agency string, roles ...authv1.Role) bool {
	return slices.ContainsFunc(auth.From(ctx).Current(s.Now()), func(b auth.Binding) bool {
		return slices.Contains(roles, b.Role) && (b.Authority == "" || b.Authority == authority) && (b.Agency == "" || b.Agency == agency)
	})
}

// checkDecides fails with NotYoursToDecide unless the caller decides in the cycle: as a
// member of the appraisal council, or as the approver if there is no council. The
// coordinator, who is scored too, decides nothing (rules V1, V4).
func (s *Server) checkDecides(ctx context.Context, c *cycle.Cycle) error {
	role := authv1.Role_ROLE_APPROVER
	if c.AppraisalCouncil {
		role = authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER
	}
	if !s.holds(ctx, c.Authority, "", role) {
		return appraisal.NotYoursToDecide.Because(nil)
	}
	return nil
}

// since returns the time and the id after which a page of a list begins. It fails with
// fault.PageTokenInvalid.
func since(token, filter string) (at time.Time, id string, err error) {
	key, err := page.Decode(token, filter, 2)
	if key == nil {
		return time.UnixMicro(0), "", err
	}
	micros, err := strconv.ParseInt(key[0], 10, 64)
	if err != nil || micros < 0 {
		return at, "", fault.PageTokenInvalid.At("page_token")
	}
	return time.UnixMicro(micros), key[1], nil
}

// sinceKey returns the key of a page token that since reads.
func sinceKey(at time.Time, id string) []string {
	return []string{strconv.FormatInt(at.UnixMicro(), 10), id}
}
