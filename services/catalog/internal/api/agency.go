package api

import (
	"context"
	"slices"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

// ListAgencies implements catalogv1.CatalogServiceServer.
func (s *Server) ListAgencies(ctx context.Context, req *catalogv1.ListAgenciesRequest) (*catalogv1.ListAgenciesResponse, error) {
	agencies, next, err := page.List("agencies/"+req.GetAuthority(), req.GetPageToken(), req.GetPageSize(),
		func(after string, limit int32) ([]catalog.Agency, error) {
			return s.store.Agencies(ctx, req.GetAuthority(), after, limit)
		},
		func(a catalog.Agency) string { return a.ID })
	if err != nil {
		return nil, err
	}
	return &catalogv1.ListAgenciesResponse{Agencies: message.Each(agencies, toAgency), NextPageToken: next}, nil
}

// GetAgency implements catalogv1.CatalogServiceServer.
func (s *Server) GetAgency(ctx context.Context, req *catalogv1.GetAgencyRequest) (*catalogv1.GetAgencyResponse, error) {
	a, err := s.store.Agency(ctx, req.GetAuthority(), req.GetAgency())
	if err != nil {
		return nil, err
	}
	return &catalogv1.GetAgencyResponse{Agency: toAgency(a)}, nil
}

// UpdateAgency implements catalogv1.CatalogServiceServer.
func (s *Server) UpdateAgency(ctx context.Context, req *catalogv1.UpdateAgencyRequest) (*catalogv1.UpdateAgencyResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_UpdateAgency_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	if err := s.checkKeeper(ctx, req.GetAuthority(), req.GetAgency()); err != nil {
		return nil, err
	}
	renaming := fromUpdateAgency(req)
	a, err := s.store.UpdateAgency(ctx, by, req.GetAuthority(), req.GetAgency(), renaming.Keys(),
		func(a catalog.Agency, owners map[string]string) (catalog.Agency, error) {
			if err := fresh(req.GetEtag(), a.Version); err != nil {
				return a, err
			}
			return a.Rename(renaming, owners)
		})
	if err != nil {
		return nil, err
	}
	return &catalogv1.UpdateAgencyResponse{Agency: toAgency(a)}, nil
}

// checkKeeper fails with cycle.OwnAct if a coordinator changes an agency that is the own
// one or above it (rule V1). An administrator decides nothing and keeps every agency.
func (s *Server) checkKeeper(ctx context.Context, authority, agency string) error {
	own, err := s.own(ctx, authority)
	if err != nil || !own(agency) {
		return err
	}
	coordinates := func(b auth.Binding) bool {
		return b.Role == authv1.Role_ROLE_COORDINATOR && (b.Authority == "" || b.Authority == authority)
	}
	if slices.ContainsFunc(auth.From(ctx).Current(s.now()), coordinates) {
		return cycle.OwnAct.At("agency")
	}
	return nil
}

// masked reports whether an update's mask names a field.
func masked(req *catalogv1.UpdateAgencyRequest, field string) bool {
	return slices.Contains(req.GetUpdateMask().GetPaths(), field)
}
