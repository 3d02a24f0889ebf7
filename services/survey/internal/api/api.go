// Package api is the speech of survey: requests become domain types, domain types become answers.
// It holds no rule and no SQL.
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

// Deps is what a Server needs.
type Deps struct {
	Store   *postgres.Store
	Intake  *intake.Intake
	Windows *window.Projection
	Cycles  *cyclepb.Reader
	Now     func() time.Time
	// Random is where ids and secrets of invitations come from.
	Random io.Reader
	// Responses counts those that were acknowledged, repeated ones as well.
	Responses prometheus.Counter
}

// Server answers the rpcs of SurveyService.
type Server struct {
	surveyv1.UnimplementedSurveyServiceServer
	Deps

	frozen frozen
}

// New returns a Server.
func New(deps Deps) *Server { return &Server{Deps: deps} }

// cycle returns a cycle with its criteria and agencies, as new as this service
// knows of it. It fails with CycleNotKnown and as the reader does.
func (s *Server) cycle(ctx context.Context, authority, id string) (*cycle.Cycle, error) {
	known, err := s.Windows.State(ctx, authority, id)
	if err != nil {
		return nil, err
	}
	return s.Cycles.Read(ctx, authority, id, known.Revision)
}

// planRequest is a request about a plan.
type planRequest interface {
	GetAuthority() string
	GetCycle() string
	GetPlan() string
}

func keyOf(req planRequest) postgres.Key {
	return postgres.Key{Authority: req.GetAuthority(), Cycle: req.GetCycle(), Plan: req.GetPlan()}
}

// fresh returns StaleEtag if a request was based on another version.
func fresh(etag string, p survey.Plan) error {
	if etag != survey.Etag(p.Version) {
		return fault.StaleEtag.At("etag")
	}
	return nil
}
