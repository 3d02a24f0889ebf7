// Package assessment is the entry package of the service that owns sheets,
// entries, seals and reported values.
package assessment

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/service"
	"github.com/parindex/parindex/libs/telemetry"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/assessment/internal/api"
	"github.com/parindex/parindex/services/assessment/internal/postgres"
)

// MaxRequest is the largest request in bytes: an outcome of the appraisal, of which the
// contract takes 16 MiB, and its ids.
const MaxRequest = 17 << 20

// Config holds the settings that the operator chooses.
type Config struct {
	DB pg.Config
}

// Spec describes how a program configures, migrates and opens the service.
func Spec(cfg *Config) service.Spec {
	return service.Spec{
		Name: postgres.Schema, Lines: postgres.Lines(), Calls: []string{"catalog"}, MaxRequest: MaxRequest, DB: &cfg.DB,
		Open: func(ctx context.Context, deps service.Deps) (service.Service, error) { return Open(ctx, *cfg, deps) },
	}
}

// Open opens the service with cfg. It succeeds while PostgreSQL or catalog is away.
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
	entries := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "parindex_entries_written_total", Help: "Entries of sheets written.",
	})
	seals := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "parindex_seals_total", Help: "Rounds of self-assessment submitted and sealed.",
	})
	assessmentv1.RegisterAssessmentServiceServer(b, api.New(api.Deps{
		Store: store, Windows: windows, Cycles: cyclepb.NewReader(catalog, b.Now),
		Now: b.Now, NewID: b.NewID, Entries: entries, Seals: seals,
	}))
	return b.Collect(entries, seals,
		telemetry.Gauge("parindex_reports_unreceived", "Reported values that the appraisal has not confirmed", store.CountUnreceivedReports),
		telemetry.Gauge("parindex_seals_unreceived", "Seals that the appraisal has not confirmed", store.CountUnreceived))
}
