// Package api has the handlers of AssessmentService.
package api

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/window"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
	"github.com/parindex/parindex/services/assessment/internal/postgres"
)

// Deps are the dependencies of a Server.
type Deps struct {
	Store   *postgres.Store
	Windows *window.Projection
	Cycles  *cyclepb.Reader
	Now     func() time.Time
	NewID   func() (uuid.UUID, error)
	// Entries counts written entries, Seals counts submitted rounds.
	Entries, Seals prometheus.Counter
}

// Server answers the rpcs of AssessmentService.
type Server struct {
	assessmentv1.UnimplementedAssessmentServiceServer
	Deps
}

// New returns a Server.
func New(deps Deps) *Server { return &Server{Deps: deps} }

// cycle returns a cycle with its criteria, and its phase and windows. It fails with
// CYCLE_NOT_KNOWN and as catalog does.
func (s *Server) cycle(ctx context.Context, authority, id string) (*cycle.Cycle, window.Cycle, error) {
	return s.Cycles.ReadKnown(ctx, s.Windows, authority, id)
}

// sheetRequest is a request about the sheet of one agency.
type sheetRequest interface {
	GetAuthority() string
	GetCycle() string
	GetAgency() string
}

// subject returns the agency of a request with its criteria. It fails as cycle does, and
// with AGENCY_NOT_IN_CYCLE and AGENCY_NOT_SCORED.
func (s *Server) subject(ctx context.Context, req sheetRequest) (assessment.Subject, error) {
	c, _, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return assessment.Subject{}, err
	}
	return assessment.SubjectOf(c, req.GetAgency())
}

// kept is like subject, but also returns an agency that has left the cycle: what it has
// written and submitted is read, delivered and confirmed (rule C1b). It returns the phase
// and windows of the cycle, too.
func (s *Server) kept(ctx context.Context, req sheetRequest) (assessment.Subject, window.Cycle, error) {
	c, state, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return assessment.Subject{}, state, err
	}
	subject, err := assessment.KeptSubjectOf(c, req.GetAgency())
	return subject, state, err
}

// selfAssessment returns the phase in which an agency writes and submits a round.
func selfAssessment(s assessment.Subject, round int) postgres.Phases {
	phase := phaseOf(round)
	return postgres.Phases{First: phase, Last: phase, Group: s.Group.ID}
}

func phaseOf(round int) criteria.Phase {
	if round == 2 {
		return criteria.Self2
	}
	return criteria.Self1
}

// roundIn returns the current round of a cycle or the last one; 0 before the first.
func roundIn(phase criteria.Phase, rounds int) int {
	switch phase {
	case "", criteria.Preparation:
		return 0
	case criteria.Self1, criteria.Appraisal1:
		return 1
	default:
		return rounds
	}
}
