// Package api has the handlers of the appraisal service's rpcs.
package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/page"
	"github.com/parindex/parindex/libs/window"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
	"github.com/parindex/parindex/services/appraisal/internal/exchange"
	"github.com/parindex/parindex/services/appraisal/internal/postgres"
)

// Deps is what a Server answers from.
type Deps struct {
	Store    *postgres.Store
	Windows  *window.Projection
	Cycles   *cyclepb.Reader
	Exchange *exchange.Exchange
	// Assessment carries the token of appraisal itself.
	Assessment assessmentv1.AssessmentServiceClient
	Now        func() time.Time
}

// Server answers the rpcs of AppraisalService.
type Server struct {
	appraisalv1.UnimplementedAppraisalServiceServer
	Deps
}

// New returns a Server.
func New(deps Deps) *Server { return &Server{Deps: deps} }

// cycle returns a cycle at the revision that its windows have: CYCLE_NOT_KNOWN.
func (s *Server) cycle(ctx context.Context, authority, id string) (*cycle.Cycle, error) {
	known, err := s.Windows.State(ctx, authority, id)
	if err != nil {
		return nil, err
	}
	return s.Cycles.Read(ctx, authority, id, known.Revision)
}

// appraiser returns the caller as an appraiser in an authority. A home in another
// authority is none here (rule V1). The agency of a role that only narrows what
// there is to appraise is none of the appraiser's own.
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

// seesAll reports whether the caller sees every case of an agency, or of all for
// an empty one: the council, the coordinator and inspectors do.
func (s *Server) seesAll(ctx context.Context, authority, agency string) bool {
	return s.holds(ctx, authority, agency,
		authv1.Role_ROLE_COORDINATOR, authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER, authv1.Role_ROLE_INSPECTOR)
}

// holds reports whether the caller has one of the roles in an authority now, for
// an agency; an empty one stands for the authority as a whole.
func (s *Server) holds(ctx context.Context, authority, agency string, roles ...authv1.Role) bool {
	return slices.ContainsFunc(auth.From(ctx).Current(s.Now()), func(b auth.Binding) bool {
		return slices.Contains(roles, b.Role) && (b.Authority == "" || b.Authority == authority) && (b.Agency == "" || b.Agency == agency)
	})
}

// decides returns NotYoursToDecide unless the caller is who decides in the
// cycle: the appraisal council, or the coordinator where there is none (rule V4).
func (s *Server) decides(ctx context.Context, c *cycle.Cycle) error {
	role := authv1.Role_ROLE_COORDINATOR
	if c.AppraisalCouncil {
		role = authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER
	}
	if !s.holds(ctx, c.Authority, "", role) {
		return appraisal.NotYoursToDecide.Because(nil)
	}
	return nil
}

// since reads the token of a list by time and id.
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

// sinceKey is the key that since reads.
func sinceKey(at time.Time, id string) []string {
	return []string{strconv.FormatInt(at.UnixMicro(), 10), id}
}
