// Package api is the speech of the catalog service: its rpcs.
package api

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/page"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
)

// Server answers the rpcs of CatalogService.
type Server struct {
	catalogv1.UnimplementedCatalogServiceServer

	store *postgres.Store
	now   func() time.Time
}

// New returns a Server over a store.
func New(store *postgres.Store, now func() time.Time) *Server {
	return &Server{store: store, now: now}
}

// attempt says who asks for a change, when (to the microsecond, as it is
// stored), and in which request.
func (s *Server) attempt(ctx context.Context, method, requestID string, req proto.Message) (postgres.Attempt, error) {
	hash, err := rpc.ContentHash(req)
	if err != nil {
		return postgres.Attempt{}, err
	}
	return postgres.Attempt{
		Request: pg.Request{ID: requestID, Principal: auth.From(ctx).String(), Method: method, Hash: hash},
		At:      s.now().Truncate(time.Microsecond),
	}, nil
}

// Pages hold 50 entries where nothing is asked, and at most 200.
func pageSize(asked int32) int32 { return page.Size(asked, 50, 200) }

// list reads one page: load is asked for one entry more than the page holds, so
// that its presence says whether a further page follows. filter says what is
// listed and id is the sort key.
func list[T any](filter, token string, asked int32, load func(after string, limit int32) ([]T, error), id func(T) string) (entries []T, next string, err error) {
	key, err := page.Decode(token, filter, 1)
	if err != nil {
		return nil, "", err
	}
	after := ""
	if key != nil {
		after = key[0]
	}
	size := pageSize(asked)
	entries, err = load(after, size+1)
	if err != nil {
		return nil, "", err
	}
	if len(entries) > int(size) {
		entries = entries[:size]
		next = page.Encode(filter, id(entries[size-1]))
	}
	return entries, next, nil
}
