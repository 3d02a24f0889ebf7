// Package catalog is the door of the catalog service: authorities, agencies,
// regulations and cycles, and the import of catalog files.
package catalog

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/run"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/api"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
)

// Config is what the operator chooses.
type Config struct {
	DB pg.Config
}

// Flags registers the flags of the service: --catalog-dsn and its kin.
func (c *Config) Flags(fs *pflag.FlagSet) { c.DB.Flags(fs, postgres.Schema) }

// Validate reports everything that is wrong with c.
func (c *Config) Validate() error { return c.DB.Resolve(postgres.Schema) }

// Deps is what the program supplies.
type Deps struct {
	Logger  *slog.Logger
	Now     func() time.Time
	Metrics prometheus.Registerer
}

// Service is the catalog service.
type Service struct {
	db     *pgxpool.Pool
	server *api.Server
	stop   func(context.Context) // the work in the background
}

// New returns a Service. It does not fail because PostgreSQL is away.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	db, err := pg.Open(ctx, cfg.DB, pg.Options{ApplicationName: "parindex catalog"})
	if err != nil {
		return nil, fmt.Errorf("opening the catalog: %w", err)
	}
	if err := deps.Metrics.Register(pg.Collector(db)); err != nil {
		db.Close()
		return nil, fmt.Errorf("registering the metrics of the catalog: %w", err)
	}
	s := &Service{db: db, server: api.New(postgres.New(db), deps.Now)}
	s.stop = run.Background(ctx, func(ctx context.Context) { pg.Forget(ctx, db, postgres.Schema, deps.Now, deps.Logger) })
	return s, nil
}

// Register adds the service to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) {
	catalogv1.RegisterCatalogServiceServer(r, s.server)
}

// Ready says why the service cannot answer now, or nil.
func (s *Service) Ready(ctx context.Context) error {
	return pg.CheckSchema(ctx, s.db, postgres.Schema, postgres.Lines()...)
}

// Close stops the work in the background and closes the database connections.
func (s *Service) Close(ctx context.Context) error {
	s.stop(ctx)
	s.db.Close()
	return nil
}

// Migrate brings the schema to this version; the second time it does nothing.
func Migrate(ctx context.Context, cfg Config, log *slog.Logger) error {
	return pg.Migrator{DSN: cfg.DB.DSN, Schema: postgres.Schema, Lines: postgres.Lines(), Logger: log}.Up(ctx)
}
