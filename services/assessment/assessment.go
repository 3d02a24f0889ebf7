// Package assessment is the door of the service that owns sheets, entries, evidence, submissions and reported values.
package assessment

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/assessment/internal/postgres"
)

// Config is what the operator chooses.
type Config struct {
	DB pg.Config
}

// Flags registers c's flags.
func (c *Config) Flags(fs *pflag.FlagSet) { c.DB.Flags(fs, "assessment") }

// Validate reports everything wrong with c.
func (c *Config) Validate() error { return c.DB.Resolve("assessment") }

// Deps is what the program supplies.
type Deps struct {
	Logger  *slog.Logger
	Metrics prometheus.Registerer
}

// Service is a running assessment service.
type Service struct {
	db *pgxpool.Pool
}

// New opens the service. It does not wait for the database: Ready tells when
// the service can answer.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	db, err := pg.Open(ctx, cfg.DB, pg.Options{ApplicationName: "parindex assessment"})
	if err != nil {
		return nil, fmt.Errorf("opening assessment: %w", err)
	}
	if err := deps.Metrics.Register(pg.Collector(db)); err != nil {
		db.Close()
		return nil, fmt.Errorf("registering metrics of assessment: %w", err)
	}
	return &Service{db: db}, nil
}

// Register adds the service's rpcs to a server. Its contract has none yet.
func (s *Service) Register(grpc.ServiceRegistrar) {}

// Ready says why the service cannot answer now, or nil.
func (s *Service) Ready(ctx context.Context) error {
	return pg.CheckSchema(ctx, s.db, postgres.Schema, postgres.Lines()...)
}

// Close gives back the database connections.
func (s *Service) Close(context.Context) error {
	s.db.Close()
	return nil
}

// Migrate brings the schema to this version; a second time it changes nothing.
func Migrate(ctx context.Context, cfg Config, log *slog.Logger) error {
	return pg.Migrator{DSN: cfg.DB.DSN, Schema: postgres.Schema, Lines: postgres.Lines(), Logger: log}.Up(ctx)
}
