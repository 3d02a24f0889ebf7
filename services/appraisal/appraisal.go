// Package appraisal is the entry package of the appraisal service: assignments,
// verdicts, reductions, and the approval of rounds.
package appraisal

import (
	"context"

	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/service"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/appraisal/internal/api"
	"github.com/parindex/parindex/services/appraisal/internal/exchange"
	"github.com/parindex/parindex/services/appraisal/internal/postgres"
)

// Config holds the settings that the operator chooses.
type Config struct {
	DB pg.Config
}

// Spec describes how a program configures, migrates and opens the service.
func Spec(cfg *Config) service.Spec {
	return service.Spec{
		Name: postgres.Schema, Lines: postgres.Lines(), Calls: []string{"catalog", "assessment", "identity"}, DB: &cfg.DB,
		Open: func(ctx context.Context, deps service.Deps) (service.Service, error) { return Open(ctx, *cfg, deps) },
	}
}

// Open opens the service with cfg. It succeeds while PostgreSQL, catalog or assessment
// is away. The service is ready once it has loaded all cycles; afterwards readiness does
// not depend on other services.
func Open(ctx context.Context, cfg Config, deps service.Deps) (service.Service, error) {
	return service.Open(ctx, Spec(&cfg), deps, build)
}

func build(b *service.Builder) error {
	toCatalog, err := b.Connect("catalog")
	if err != nil {
		return err
	}
	toAssessment, err := b.Connect("assessment")
	if err != nil {
		return err
	}
	toIdentity, err := b.Connect("identity")
	if err != nil {
		return err
	}
	catalog, assessment := catalogv1.NewCatalogServiceClient(toCatalog), assessmentv1.NewAssessmentServiceClient(toAssessment)
	windows, err := b.Windows(cyclepb.Source(catalog))
	if err != nil {
		return err
	}
	store, cycles := postgres.New(b.DB, windows), cyclepb.NewReader(catalog, b.Now)
	seals, err := exchange.New(exchange.Deps{
		Store: store, Windows: windows, Cycles: cycles, Assessment: assessment,
		Now: b.Now, Logger: b.Logger, Metrics: b.Metrics, Interval: b.Interval,
	})
	if err != nil {
		return err
	}
	b.Background(seals.Run)
	appraisalv1.RegisterAppraisalServiceServer(b, api.New(api.Deps{
		Store: store, Windows: windows, Cycles: cycles, Exchange: seals, Assessment: assessment,
		Identity: identityv1.NewIdentityServiceClient(toIdentity), Now: b.Now, NewID: b.NewID,
	}))
	return nil
}
