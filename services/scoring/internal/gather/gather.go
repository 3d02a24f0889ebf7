// Package gather reads the inputs of a scoring run from the other services, and records
// publications in catalog.
package gather

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/criteria/criteriapb"
	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/scoring/internal/postgres"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// The page sizes. A gRPC response holds at most 4 MB, and an outcome can have 100 kB of
// reasons.
const (
	outcomesPageSize = 10
	plansPageSize    = 5
)

// Services are connections to the other services, with the token of scoring itself.
type Services struct{ Catalog, Appraisal, Survey grpc.ClientConnInterface }

// Gatherer reads the inputs of runs. It is safe for concurrent use.
type Gatherer struct {
	store     *postgres.Store
	catalog   catalogv1.CatalogServiceClient
	cycles    *cyclepb.Reader
	appraisal appraisalv1.AppraisalServiceClient
	survey    surveyv1.SurveyServiceClient
}

// New returns a Gatherer. It reads the publications of earlier cycles from the store.
func New(services Services, store *postgres.Store, now func() time.Time) *Gatherer {
	catalog := catalogv1.NewCatalogServiceClient(services.Catalog)
	return &Gatherer{
		store: store, catalog: catalog, cycles: cyclepb.NewReader(catalog, now),
		appraisal: appraisalv1.NewAppraisalServiceClient(services.Appraisal),
		survey:    surveyv1.NewSurveyServiceClient(services.Survey),
	}
}

// Inputs returns the inputs of a run of a cycle, at a revision of the cycle or a later
// one. It returns the errors of the other services, and scoring.InputsMoved.
func (g *Gatherer) Inputs(ctx context.Context, authority, cycle string, revision int64) (scoring.Inputs, error) {
	a, err := g.catalog.GetAuthority(ctx, &catalogv1.GetAuthorityRequest{Authority: authority})
	if err != nil {
		return scoring.Inputs{}, fmt.Errorf("reading authority %s: %w", authority, err)
	}
	c, err := g.cycles.Read(ctx, authority, cycle, revision)
	if err != nil {
		return scoring.Inputs{}, err
	}
	in := fromCycle(a.GetAuthority(), c)
	if in.Outcomes, err = g.outcomes(ctx, authority, cycle); err != nil {
		return in, fmt.Errorf("reading the outcomes of cycle %s of %s: %w", cycle, authority, err)
	}
	if in.SurveyResults, in.OpenPlans, err = g.surveys(ctx, authority, cycle); err != nil {
		return in, fmt.Errorf("reading the survey results of cycle %s of %s: %w", cycle, authority, err)
	}
	if in.ComparesEarlier() {
		in.History, err = g.store.Earlier(ctx, authority, in.Year, in.Members)
	}
	return in, err
}

// CheckPhase fails with scoring.InputsMoved if a cycle is in another phase in catalog than
// the one in which scoring knows it: it has just been moved.
func (g *Gatherer) CheckPhase(ctx context.Context, authority, cycle string, known criteria.Phase) error {
	answer, err := g.catalog.GetCycle(ctx, &catalogv1.GetCycleRequest{Authority: authority, Cycle: cycle})
	if err != nil {
		return fmt.Errorf("reading cycle %s of %s: %w", cycle, authority, err)
	}
	if criteriapb.Phases.From(answer.GetCycle().GetPhase()) != known {
		return scoring.InputsMoved
	}
	return nil
}

// RecordPublication records in catalog that a version of a cycle's result is being
// published, so that the cycle is never moved back behind it. It returns the errors of
// catalog.
func (g *Gatherer) RecordPublication(ctx context.Context, authority, cycle string, version int) error {
	return g.recordPublication(ctx, authority, cycle, version, false)
}

// ConfirmPublications tells catalog of every publication in force that it has not
// confirmed yet. It returns the first error and leaves the rest to the next call.
func (g *Gatherer) ConfirmPublications(ctx context.Context) error {
	all, err := g.store.Unconfirmed(ctx)
	if err != nil {
		return err
	}
	for _, u := range all {
		if err := g.recordPublication(ctx, u.Authority, u.Cycle, u.Version, true); err != nil {
			return err
		}
		if err := g.store.Confirmed(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

func (g *Gatherer) recordPublication(ctx context.Context, authority, cycle string, version int, inForce bool) error {
	_, err := g.catalog.RecordPublication(ctx, &catalogv1.RecordPublicationRequest{
		Authority: authority, Cycle: cycle, Version: int32(version), InForce: inForce, //nolint:gosec // an integer column
	})
	if err != nil {
		return fmt.Errorf("recording publication %d of cycle %s of %s: %w", version, cycle, authority, err)
	}
	return nil
}

// outcomes returns the outcomes of the last approved round. It fails with
// scoring.InputsMoved if another round is approved between two pages.
func (g *Gatherer) outcomes(ctx context.Context, authority, cycle string) (all []scoring.Sealed, err error) {
	req := &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: cycle, PageSize: outcomesPageSize}
	var round int32
	for answer, err := range rpc.Pages(ctx, g.appraisal.ListOutcomes, req) {
		if err != nil {
			return nil, err
		}
		for _, o := range answer.GetOutcomes() {
			if round != 0 && o.GetRound() != round {
				return nil, scoring.InputsMoved
			}
			round = o.GetRound()
			all = append(all, scoring.Sealed{ID: o.GetAgency(), SHA256: o.GetSha256(), Content: string(o.GetContent())})
		}
	}
	return all, nil
}

// surveys returns the results of the closed plans, and the plans that are not closed.
// Cancelled plans count for nothing. It fails with scoring.InputsMoved if a plan loses
// its result meanwhile.
func (g *Gatherer) surveys(ctx context.Context, authority, cycle string) (closed []scoring.Sealed, open []scoring.OpenPlan, err error) {
	req := &surveyv1.ListSurveyPlansRequest{Authority: authority, Cycle: cycle, PageSize: plansPageSize}
	for answer, err := range rpc.Pages(ctx, g.survey.ListSurveyPlans, req) {
		if err != nil {
			return nil, nil, err
		}
		for _, p := range answer.GetSurveyPlans() {
			if p.GetState() == surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CANCELLED {
				continue
			}
			if p.GetState() != surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CLOSED {
				open = append(open, fromOpenPlan(p))
				continue
			}
			frozen, err := g.survey.GetResultSnapshot(ctx, &surveyv1.GetResultSnapshotRequest{Authority: authority, Cycle: cycle, Plan: p.GetId()})
			switch {
			case err != nil && fault.From(err).Kind == fault.Precondition: // it was reopened or cancelled since it was listed
				return nil, nil, scoring.InputsMoved.Because(err)
			case err != nil:
				return nil, nil, fmt.Errorf("plan %s: %w", p.GetId(), err)
			}
			r := frozen.GetResultSnapshot()
			closed = append(closed, scoring.Sealed{ID: r.GetPlan(), SHA256: r.GetSha256(), Content: string(r.GetContent())})
		}
	}
	return closed, open, nil
}
