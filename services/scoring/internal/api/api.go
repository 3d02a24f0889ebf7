// Package api holds the handlers of scoring's rpcs. They convert requests to domain
// types and domain types to responses. It holds no rule and no SQL.
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

// Deps holds the dependencies of a Server.
type Deps struct {
	Store *postgres.Store
	Cache *leaderboardcache.Cache
	// Catalog is called with the caller's own token.
	Catalog catalogv1.CatalogServiceClient
	// Gatherer gathers the inputs of runs.
	Gatherer *gather.Gatherer
	Now      func() time.Time
	NewID    func() (uuid.UUID, error)
	// Reads counts the leaderboards served, by source.
	Reads *prometheus.CounterVec
	// Runs counts the runs created.
	Runs prometheus.Counter
}

// Server implements the rpcs of scoring.
type Server struct {
	scoringv1.UnimplementedScoringServiceServer

	deps Deps
	runs runCache
}

// New returns a Server.
func New(deps Deps) *Server { return &Server{deps: deps, runs: runCache{store: deps.Store}} }
