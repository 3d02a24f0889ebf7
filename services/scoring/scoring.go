// Package scoring is the entry package of the service that owns results,
// publications and leaderboards.
package scoring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/service"
	"github.com/parindex/parindex/libs/telemetry"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring/internal/api"
	"github.com/parindex/parindex/services/scoring/internal/gather"
	"github.com/parindex/parindex/services/scoring/internal/leaderboardcache"
	"github.com/parindex/parindex/services/scoring/internal/postgres"
)

// Config holds the settings that the operator chooses.
type Config struct {
	DB pg.Config
	// RedisURL is the address of the Redis in which replicas share rendered
	// leaderboards: redis://host:6379/0, rediss://… or unix:///path/redis.sock; a
	// cluster with ?addr=host2:6379, Sentinel with ?master_name=…. Empty means that
	// PostgreSQL serves all leaderboards.
	RedisURL string
	// RedisTimeout is the timeout of one request to Redis, after which PostgreSQL
	// serves. 0 means 100 ms.
	RedisTimeout time.Duration
}

// Flags implements service.Options.
func (c *Config) Flags(fs *pflag.FlagSet) {
	fs.StringVar(&c.RedisURL, "redis-url", "", "address of the Redis that shares rendered leaderboards, redis://… or unix://…; empty: none")
	fs.DurationVar(&c.RedisTimeout, "redis-timeout", 0, "timeout of one request to Redis, after which PostgreSQL serves; 0: 100ms")
}

// Validate implements service.Options.
func (c *Config) Validate() error {
	err := leaderboardcache.Check(c.RedisURL)
	if err != nil {
		err = fmt.Errorf("%s cannot be used: set it to an address such as redis://localhost:6379/0, or leave it empty for no Redis: %w", run.Setting("redis-url"), err)
	}
	if c.RedisTimeout < 0 {
		err = errors.Join(err, fmt.Errorf("%s is negative: set it to a time such as 100ms, or to 0 for the default", run.Setting("redis-timeout")))
	}
	return err
}

// Spec describes how a program configures, migrates and opens the service.
func Spec(cfg *Config) service.Spec {
	return service.Spec{
		Name: postgres.Schema, Lines: postgres.Lines(), Calls: []string{"catalog", "appraisal", "survey"},
		DB: &cfg.DB, Options: cfg,
		Open: func(ctx context.Context, deps service.Deps) (service.Service, error) { return Open(ctx, *cfg, deps) },
	}
}

// Open opens the service with cfg. It succeeds while PostgreSQL, Redis or another
// service is away. The service is ready without Redis and, once the cycles have been
// loaded, without the other services.
func Open(ctx context.Context, cfg Config, deps service.Deps) (service.Service, error) {
	return service.Open(ctx, Spec(&cfg), deps, cfg.build)
}

func (c *Config) build(b *service.Builder) error {
	cache, err := leaderboardcache.Open(c.RedisURL, cmp.Or(c.RedisTimeout, leaderboardcache.Timeout), b.Logger, b.Now)
	if err != nil {
		return fmt.Errorf("opening Redis: %w", err)
	}
	b.OnClose(cache.Close)
	forwarded, err := b.ConnectAs("catalog", auth.Forwarded)
	if err != nil {
		return err
	}
	own, err := dialOwn(b)
	if err != nil {
		return err
	}
	windows, err := b.Windows(cyclepb.Source(catalogv1.NewCatalogServiceClient(own.Catalog)))
	if err != nil {
		return err
	}
	store := postgres.New(b.DB, windows)
	gatherer := gather.New(own, store, b.Now)
	b.Background(func(ctx context.Context) {
		task := run.Task{Name: "confirming publications", Interval: 10 * b.Interval, Logger: b.Logger.With("service", postgres.Schema)}
		run.Repeat(ctx, task, gatherer.ConfirmPublications)
	})
	reads := telemetry.LeaderboardReads()
	runs := prometheus.NewCounter(prometheus.CounterOpts{Name: "parindex_runs_total", Help: "Scoring runs created."})
	scoringv1.RegisterScoringServiceServer(b, api.New(api.Deps{
		Store: store, Cache: cache, Catalog: catalogv1.NewCatalogServiceClient(forwarded), Gatherer: gatherer,
		Now: b.Now, NewID: b.NewID, Reads: reads, Runs: runs,
	}))
	return b.Collect(reads, runs,
		telemetry.Gauge("parindex_publications_current", "Cycles with a current publication", store.CountPublished))
}

// dialOwn connects to the services that scoring calls with its own token.
func dialOwn(b *service.Builder) (own gather.Services, err error) {
	for name, conn := range map[string]*grpc.ClientConnInterface{
		"catalog": &own.Catalog, "appraisal": &own.Appraisal, "survey": &own.Survey,
	} {
		if *conn, err = b.Connect(name); err != nil {
			return own, err
		}
	}
	return own, nil
}
