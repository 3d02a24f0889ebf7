package api

import (
	"context"
	"strconv"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

// ListCycles implements catalogv1.CatalogServiceServer.
func (s *Server) ListCycles(ctx context.Context, req *catalogv1.ListCyclesRequest) (*catalogv1.ListCyclesResponse, error) {
	filter := "cycles/" + req.GetAuthority()
	year, below, err := cyclesAfter(req.GetPageToken(), filter)
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize())
	cycles, err := s.store.Cycles(ctx, req.GetAuthority(), year, below, size+1)
	if err != nil {
		return nil, err
	}
	cycles, next := page.Cut(filter, cycles, size, func(c catalog.Cycle) []string { return []string{strconv.Itoa(int(c.Year)), c.ID} })
	return &catalogv1.ListCyclesResponse{Cycles: message.Each(cycles, toCycle), NextPageToken: next}, nil
}

// cyclesAfter returns the year and the id of the cycle after which a page begins; 0 and
// "" for the first page. It fails with fault.PageTokenInvalid.
func cyclesAfter(token, filter string) (year int32, id string, err error) {
	key, err := page.Decode(token, filter, 2)
	if key == nil {
		return 0, "", err
	}
	parsed, err := strconv.ParseInt(key[0], 10, 32)
	if err != nil {
		return 0, "", fault.PageTokenInvalid.At("page_token")
	}
	return int32(parsed), key[1], nil
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
