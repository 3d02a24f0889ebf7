// Package survey is the door of the service that owns survey plans, invitations,
// responses and results.
package survey

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/telemetry"
	"github.com/parindex/parindex/libs/window"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey/internal/api"
	"github.com/parindex/parindex/services/survey/internal/intake"
	"github.com/parindex/parindex/services/survey/internal/postgres"
)

// Config is what the operator chooses.
type Config struct {
	DB pg.Config
}

// Flags registers c's flags.
func (c *Config) Flags(fs *pflag.FlagSet) { c.DB.Flags(fs, postgres.Schema) }

// Validate reports everything wrong with c.
func (c *Config) Validate() error { return c.DB.Resolve(postgres.Schema) }

// Deps is what the program supplies.
type Deps struct {
	Logger  *slog.Logger
	Now     func() time.Time
	Metrics prometheus.Registerer

	// Catalog is dialled with the token of survey itself.
	Catalog grpc.ClientConnInterface
	// Random is where ids and secrets of invitations come from; nil: crypto/rand.
	Random io.Reader
	// Interval is the time between two looks at catalog's cycles; 0: 1 s.
	Interval time.Duration
}

// Service is a running survey service.
type Service struct {
	db      *pgxpool.Pool
	windows *window.Projection
	intake  *intake.Intake
	server  *api.Server
	stop    func(context.Context) // the work in the background
}

// New returns a Service. It does not fail because PostgreSQL or catalog is away:
// Ready tells when the service can answer.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	if deps.Random == nil {
		deps.Random = rand.Reader
	}
	db, err := pg.Open(ctx, cfg.DB, pg.Options{ApplicationName: "parindex survey"})
	if err != nil {
		return nil, fmt.Errorf("opening survey: %w", err)
	}
	windows, err := window.New(window.Deps{
		DB: db, Schema: postgres.Schema, Now: deps.Now, Logger: deps.Logger, Metrics: deps.Metrics, Interval: deps.Interval,
	})
	if err != nil {
		db.Close()
		return nil, err
	}
	store := postgres.New(db, windows)
	responses, err := register(deps.Metrics, db, store) //nolint:contextcheck // a scrape comes later than this call
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("registering the metrics of survey: %w", err)
	}
	catalog := catalogv1.NewCatalogServiceClient(deps.Catalog)
	s := &Service{db: db, windows: windows, intake: intake.New(store)}
	s.server = api.New(api.Deps{
		Store: store, Intake: s.intake, Windows: windows, Cycles: cyclepb.NewReader(catalog, deps.Now),
		Now: deps.Now, Random: deps.Random, Responses: responses,
	})
	s.stop = run.Background(ctx,
		func(ctx context.Context) { windows.Run(ctx, cyclepb.Source(catalog)) },
		func(ctx context.Context) { pg.Forget(ctx, db, postgres.Schema, deps.Now, deps.Logger) },
		func(ctx context.Context) { <-ctx.Done(); s.intake.Close() })
	return s, nil
}

// register adds the metrics of survey and returns the counter of responses.
func register(metrics prometheus.Registerer, db *pgxpool.Pool, store *postgres.Store) (prometheus.Counter, error) {
	responses := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "parindex_responses_total", Help: "Responses acknowledged, those sent again as well.",
	})
	open := telemetry.Gauge("parindex_survey_plans_open", "Survey plans that are open", store.OpenPlans)
	for _, c := range []prometheus.Collector{pg.Collector(db), responses, open} {
		if err := metrics.Register(c); err != nil {
			return nil, err
		}
	}
	return responses, nil
}

// Register adds the service to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) {
	surveyv1.RegisterSurveyServiceServer(r, s.server)
}

// Ready says why the service cannot answer now, or nil.
func (s *Service) Ready(ctx context.Context) error {
	if err := pg.CheckSchema(ctx, s.db, postgres.Schema, postgres.Lines()...); err != nil {
		return err
	}
	return s.windows.Ready(ctx)
}

// Close ends the work in the background, waits for the responses that are being
// stored, and gives back the connections.
func (s *Service) Close(ctx context.Context) error {
	s.stop(ctx)
	s.db.Close()
	return nil
}

// Migrate brings the schema to this version; a second time it changes nothing.
func Migrate(ctx context.Context, cfg Config, log *slog.Logger) error {
	return pg.Migrator{DSN: cfg.DB.DSN, Schema: postgres.Schema, Lines: postgres.Lines(), Logger: log}.Up(ctx)
}
