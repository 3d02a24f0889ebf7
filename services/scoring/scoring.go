// Package scoring is the door of the service that owns results, publications
// and leaderboards.
package scoring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
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
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring/internal/api"
	"github.com/parindex/parindex/services/scoring/internal/gather"
	"github.com/parindex/parindex/services/scoring/internal/leaderboardcache"
	"github.com/parindex/parindex/services/scoring/internal/postgres"
)

// Config is what the operator chooses.
type Config struct {
	DB pg.Config
	// RedisURL is where rendered leaderboards are shared between replicas:
	// redis://host:6379/0, rediss://… or unix:///path/leaderboardcache.sock; a cluster with
	// ?addr=host2:6379, Sentinel with ?master_name=…. Empty: PostgreSQL serves
	// them all.
	RedisURL string
	// RedisTimeout bounds one question to Redis; then PostgreSQL serves. 0 means
	// 100 ms.
	RedisTimeout time.Duration
}

// Flags registers c's flags.
func (c *Config) Flags(fs *pflag.FlagSet) {
	c.DB.Flags(fs, postgres.Schema)
	fs.StringVar(&c.RedisURL, "redis-url", "", "Redis that shares rendered leaderboards, redis://… or unix://…; empty: none")
	fs.DurationVar(&c.RedisTimeout, "redis-timeout", 0, "how long Redis is waited for before PostgreSQL serves; 0: 100ms")
}

// Validate reports everything wrong with c.
func (c *Config) Validate() error {
	err := leaderboardcache.Check(c.RedisURL)
	if err != nil {
		err = fmt.Errorf("PARINDEX_REDIS_URL cannot be used: %w", err)
	}
	if c.RedisTimeout < 0 {
		err = errors.Join(err, errors.New("PARINDEX_REDIS_TIMEOUT is below 0"))
	}
	return errors.Join(c.DB.Resolve(postgres.Schema), err)
}

// Deps is what the program supplies.
type Deps struct {
	// Catalog is asked for authority, cycle and agencies with the caller's own
	// token: its connection is dialled with auth.Forwarded.
	Catalog catalogv1.CatalogServiceClient
	// Own is asked in scoring's own name: for the cycles, and for what runs are
	// computed from.
	Own     Siblings
	Logger  *slog.Logger
	Now     func() time.Time
	Metrics prometheus.Registerer
	// NewID makes the id of a run or publication; nil: UUIDv7.
	NewID func() (uuid.UUID, error)
	// PollInterval is the time between two polls of the cycles; 0: 1 s.
	PollInterval time.Duration
}

// Siblings are connections to other services, dialled with the token of scoring
// itself.
type Siblings = gather.Services

// Service is the scoring service.
type Service struct {
	pool    *pgxpool.Pool
	windows *window.Projection
	cache   *leaderboardcache.Cache
	server  *api.Server
	stop    func(context.Context) // the work in the background
}

// New returns a Service. It does not fail because PostgreSQL, Redis or catalog
// is away.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	if deps.NewID == nil {
		deps.NewID = uuid.NewV7
	}
	cache, err := leaderboardcache.Open(cfg.RedisURL, cmp.Or(cfg.RedisTimeout, leaderboardcache.Timeout), deps.Logger, deps.Now)
	if err != nil {
		return nil, fmt.Errorf("opening the Redis of scoring: %w", err)
	}
	pool, err := pg.Open(ctx, cfg.DB, pg.Options{ApplicationName: postgres.Schema})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening scoring: %w", err), cache.Close())
	}
	s := &Service{pool: pool, cache: cache}
	if err := s.open(deps); err != nil { //nolint:contextcheck // a scrape comes later than this call
		pool.Close()
		return nil, errors.Join(fmt.Errorf("registering the metrics of scoring: %w", err), cache.Close())
	}
	s.stop = run.Background(ctx,
		func(ctx context.Context) { pg.Forget(ctx, pool, postgres.Schema, deps.Now, deps.Logger) },
		func(ctx context.Context) {
			s.windows.Run(ctx, cyclepb.Source(catalogv1.NewCatalogServiceClient(deps.Own.Catalog)))
		})
	return s, nil
}

// open makes what s is made of and registers its metrics.
func (s *Service) open(deps Deps) (err error) {
	s.windows, err = window.New(window.Deps{
		DB: s.pool, Schema: postgres.Schema, Now: deps.Now, Logger: deps.Logger, Metrics: deps.Metrics, Interval: deps.PollInterval,
	})
	if err != nil {
		return err
	}
	db := postgres.New(s.pool, s.windows)
	reads, runs, err := register(deps.Metrics, s.pool, db)
	if err != nil {
		return err
	}
	s.server = api.New(api.Deps{
		DB: db, Cache: s.cache, Catalog: deps.Catalog, Gatherer: gather.New(deps.Own, db, deps.Now), Now: deps.Now, NewID: deps.NewID, Reads: reads, Runs: runs,
	})
	return nil
}

// register adds the metrics of scoring and returns the counters of leaderboards
// served and of runs made.
func register(metrics prometheus.Registerer, pool *pgxpool.Pool, db *postgres.DB) (reads *prometheus.CounterVec, runs prometheus.Counter, err error) {
	reads = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parindex_leaderboard_reads_total", Help: "Leaderboards served, by the copy that served them.",
	}, []string{"source"})
	runs = prometheus.NewCounter(prometheus.CounterOpts{Name: "parindex_runs_total", Help: "Scoring runs made."})
	current := telemetry.Gauge("parindex_publications_current", "Cycles with a publication that stands", db.CountPublished)
	for _, c := range []prometheus.Collector{pg.Collector(pool), reads, runs, current} {
		if err := metrics.Register(c); err != nil {
			return nil, nil, err
		}
	}
	return reads, runs, nil
}

// Register adds the service to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) {
	scoringv1.RegisterScoringServiceServer(r, s.server)
}

// Ready says why the service cannot answer now, or nil. Redis is not needed to
// be ready, and what is published is served before the cycles are known.
func (s *Service) Ready(ctx context.Context) error {
	if err := pg.CheckSchema(ctx, s.pool, postgres.Schema, postgres.Lines()...); err != nil {
		return err
	}
	return s.windows.Ready(ctx)
}

// Close ends background work and gives back the connections.
func (s *Service) Close(ctx context.Context) error {
	s.stop(ctx)
	s.pool.Close()
	return s.cache.Close()
}

// Migrate brings the schema to this version; a second time it changes nothing.
func Migrate(ctx context.Context, cfg Config, log *slog.Logger) error {
	return pg.Migrator{DSN: cfg.DB.DSN, Schema: postgres.Schema, Lines: postgres.Lines(), Logger: log}.Up(ctx)
}
