// Package api holds the handlers of survey. A handler parses a request into domain
// types, loads, lets the domain decide, saves, and answers. The package holds no
// rule and no SQL.
package api

import (
	"context"
	"io"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/window"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey/internal/intake"
	"github.com/parindex/parindex/services/survey/internal/postgres"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// Deps are the dependencies of a Server.
type Deps struct {
	Store   *postgres.Store
	Intake  *intake.Intake
	Windows *window.Projection
	Cycles  *cyclepb.Reader
	Now     func() time.Time
	// Random is the source of the ids and tokens of invitations.
	Random io.Reader
	// Responses counts the acknowledged responses, repeated ones included.
	Responses prometheus.Counter
}

// Server implements SurveyService.
type Server struct {
	surveyv1.UnimplementedSurveyServiceServer
	Deps

	questionnaires questionnaires
}

// New returns a Server.
func New(deps Deps) *Server { return &Server{Deps: deps} }

// cycle returns a cycle with its criteria and agencies, at least in the revision
// that this service has seen. It fails with CycleNotKnown and as the reader does.
func (s *Server) cycle(ctx context.Context, authority, id string) (*cycle.Cycle, error) {
	c, _, err := s.Cycles.ReadKnown(ctx, s.Windows, authority, id)
	return c, err
}

// checkCycle fails with CycleNotKnown if this service does not know the cycle.
func (s *Server) checkCycle(ctx context.Context, authority, id string) error {
	_, err := s.Windows.State(ctx, authority, id)
	return err
}

// planRequest is implemented by every request about one plan.
type planRequest interface {
	GetAuthority() string
	GetCycle() string
	GetPlan() string
}

func keyOf(req planRequest) postgres.Key {
	return postgres.Key{Authority: req.GetAuthority(), Cycle: req.GetCycle(), Plan: req.GetPlan()}
}

// checkEtag fails with StaleEtag if a request was based on another version of p.
func checkEtag(etag string, p survey.Plan) error {
	if etag != survey.Etag(p.Version) {
		return fault.StaleEtag.At("etag")
	}
	return nil
}
