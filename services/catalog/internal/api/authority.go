package api

import (
	"context"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

// ListAuthorities implements catalogv1.CatalogServiceServer. The caller's scope
// is taken anew for each page.
func (s *Server) ListAuthorities(ctx context.Context, req *catalogv1.ListAuthoritiesRequest) (*catalogv1.ListAuthoritiesResponse, error) {
	ids, all := auth.From(ctx).Authorities(s.now())
	authorities, next, err := page.List("authorities", req.GetPageToken(), req.GetPageSize(),
		func(after string, limit int32) ([]catalog.Authority, error) {
			return s.store.Authorities(ctx, ids, all, after, limit)
		},
		func(a catalog.Authority) string { return a.ID })
	if err != nil {
		return nil, err
	}
	return &catalogv1.ListAuthoritiesResponse{Authorities: message.Each(authorities, toAuthority), NextPageToken: next}, nil
}

// GetAuthority implements catalogv1.CatalogServiceServer.
func (s *Server) GetAuthority(ctx context.Context, req *catalogv1.GetAuthorityRequest) (*catalogv1.GetAuthorityResponse, error) {
	a, err := s.store.Authority(ctx, req.GetAuthority())
	if err != nil {
		return nil, err
	}
	return &catalogv1.GetAuthorityResponse{Authority: toAuthority(a)}, nil
}
