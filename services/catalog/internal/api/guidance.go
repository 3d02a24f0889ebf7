package api

import (
	"context"
	"strconv"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// PublishGuidance implements catalogv1.CatalogServiceServer.
func (s *Server) PublishGuidance(ctx context.Context, req *catalogv1.PublishGuidanceRequest) (*catalogv1.PublishGuidanceResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_PublishGuidance_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	said := fromGuidance(req.GetContent())
	g, err := s.store.PublishGuidance(ctx, by, req.GetAuthority(), req.GetCycle(),
		func(c catalog.Cycle, under regulation.Content) (catalog.Cycle, catalog.Guidance, error) {
			return c.Guide(under, said, by.At)
		})
	if err != nil {
		return nil, err
	}
	return &catalogv1.PublishGuidanceResponse{Guidance: toGuidance(g)}, nil
}

// ListGuidances implements catalogv1.CatalogServiceServer.
func (s *Server) ListGuidances(ctx context.Context, req *catalogv1.ListGuidancesRequest) (*catalogv1.ListGuidancesResponse, error) {
	guidances, next, err := page.List("guidances/"+req.GetAuthority()+"/"+req.GetCycle(), req.GetPageToken(), req.GetPageSize(),
		func(after string, limit int32) ([]catalog.Guidance, error) {
			below, err := version(after)
			if err != nil {
				return nil, err
			}
			return s.store.Guidances(ctx, req.GetAuthority(), req.GetCycle(), below, limit)
		},
		func(g catalog.Guidance) string { return strconv.Itoa(int(g.Version)) })
	if err != nil {
		return nil, err
	}
	return &catalogv1.ListGuidancesResponse{Guidances: message.Each(guidances, toGuidance), NextPageToken: next}, nil
}

// version reads the version in a page token; 0 for the first page.
func version(key string) (int32, error) {
	if key == "" {
		return 0, nil
	}
	v, err := strconv.ParseInt(key, 10, 32)
	if err != nil || v < 1 {
		return 0, fault.PageTokenInvalid.At("page_token")
	}
	return int32(v), nil
}
