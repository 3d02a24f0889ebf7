// Package api has the handlers of scoring's rpcs: requests become domain types,
// domain types become answers. It holds no rule and no SQL.
package api

import (
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring/internal/gather"
	"github.com/parindex/parindex/services/scoring/internal/leaderboardcache"
	"github.com/parindex/parindex/services/scoring/internal/postgres"
)

// Deps is what a Server works with.
type Deps struct {
	Store *postgres.Store
	Cache *leaderboardcache.Cache
	// Catalog is asked with the caller's own token.
	Catalog catalogv1.CatalogServiceClient
	// Gatherer gathers what runs are computed from.
	Gatherer *gather.Gatherer
	Now      func() time.Time
	NewID    func() (uuid.UUID, error)
	// Reads counts the leaderboards served, by the source they came from.
	Reads *prometheus.CounterVec
	// Runs counts the runs made.
	Runs prometheus.Counter
}

// Server answers the rpcs of scoring.
type Server struct {
	scoringv1.UnimplementedScoringServiceServer

	deps Deps
	runs runCache
}

// New returns a Server.
func New(deps Deps) *Server { return &Server{deps: deps, runs: runCache{store: deps.Store}} }
