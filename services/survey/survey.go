// Package survey is the entry package of the service that owns survey plans,
// invitations, responses and results.
package survey

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/service"
	"github.com/parindex/parindex/libs/telemetry"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey/internal/api"
	"github.com/parindex/parindex/services/survey/internal/intake"
	"github.com/parindex/parindex/services/survey/internal/postgres"
)

// Config holds the settings that the operator chooses.
type Config struct {
	DB pg.Config
}

// Spec describes how a program configures, migrates and opens the service.
func Spec(cfg *Config) service.Spec {
	return service.Spec{
		Name: postgres.Schema, Lines: postgres.Lines(), Calls: []string{"catalog"}, DB: &cfg.DB,
		Open: func(ctx context.Context, deps service.Deps) (service.Service, error) { return Open(ctx, *cfg, deps) },
	}
}

// Open opens the service with cfg. It succeeds while PostgreSQL or catalog is away.
// Close waits for the responses that are being stored.
func Open(ctx context.Context, cfg Config, deps service.Deps) (service.Service, error) {
	return service.Open(ctx, Spec(&cfg), deps, build)
}

func build(b *service.Builder) error {
	conn, err := b.Connect("catalog")
	if err != nil {
		return err
	}
	catalog := catalogv1.NewCatalogServiceClient(conn)
	windows, err := b.Windows(cyclepb.Source(catalog))
	if err != nil {
		return err
	}
	store := postgres.New(b.DB, windows)
	responses := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "parindex_responses_total", Help: "Acknowledged responses, repeated ones included.",
	})
	err = b.Collect(responses, telemetry.Gauge("parindex_survey_plans_open", "Survey plans that are open.", store.OpenPlans))
	if err != nil {
		return err
	}
	in := intake.New(store)
	b.OnClose(in.Close)
	surveyv1.RegisterSurveyServiceServer(b, api.New(api.Deps{
		Store: store, Intake: in, Windows: windows, Cycles: cyclepb.NewReader(catalog, b.Now),
		Now: b.Now, Random: b.Random, Responses: responses,
	}))
	return nil
}
