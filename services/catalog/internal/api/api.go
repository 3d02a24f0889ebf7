// Package api holds the handlers of the catalog service.
package api

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/attempt"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
)

// Server implements CatalogService.
type Server struct {
	catalogv1.UnimplementedCatalogServiceServer

	store *postgres.Store
	now   func() time.Time
}

// New returns a Server over a store.
func New(store *postgres.Store, now func() time.Time) *Server {
	return &Server{store: store, now: now}
}

// attempt returns the caller, the time and the request id of a change.
func (s *Server) attempt(ctx context.Context, method string, req proto.Message) (postgres.Attempt, error) {
	a, err := attempt.Of(ctx, method, req, s.now())
	return postgres.Attempt{Attempt: a}, err
}
