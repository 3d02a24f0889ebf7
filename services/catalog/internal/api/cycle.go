package api

import (
	"context"

	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

// ListCycles implements catalogv1.CatalogServiceServer.
func (s *Server) ListCycles(ctx context.Context, req *catalogv1.ListCyclesRequest) (*catalogv1.ListCyclesResponse, error) {
	cycles, next, err := page.List("cycles/"+req.GetAuthority(), req.GetPageToken(), req.GetPageSize(),
		func(below string, limit int32) ([]catalog.Cycle, error) {
			return s.store.Cycles(ctx, req.GetAuthority(), below, limit)
		},
		func(c catalog.Cycle) string { return c.ID })
	if err != nil {
		return nil, err
	}
	return &catalogv1.ListCyclesResponse{Cycles: message.Each(cycles, toCycle), NextPageToken: next}, nil
}

// GetCycle implements catalogv1.CatalogServiceServer.
func (s *Server) GetCycle(ctx context.Context, req *catalogv1.GetCycleRequest) (*catalogv1.GetCycleResponse, error) {
	c, err := s.store.Cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	return &catalogv1.GetCycleResponse{Cycle: toCycle(c)}, nil
}

// ListCycleAgencies implements catalogv1.CatalogServiceServer.
func (s *Server) ListCycleAgencies(ctx context.Context, req *catalogv1.ListCycleAgenciesRequest) (*catalogv1.ListCycleAgenciesResponse, error) {
	members, next, err := page.List("cycle-agencies/"+req.GetAuthority()+"/"+req.GetCycle(), req.GetPageToken(), req.GetPageSize(),
		func(after string, limit int32) ([]catalog.CycleAgency, error) {
			return s.store.CycleAgencies(ctx, req.GetAuthority(), req.GetCycle(), after, limit)
		},
		func(c catalog.CycleAgency) string { return c.Agency.ID })
	if err != nil {
		return nil, err
	}
	return &catalogv1.ListCycleAgenciesResponse{CycleAgencies: message.Each(members, toCycleAgency), NextPageToken: next}, nil
}
