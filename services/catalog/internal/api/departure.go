package api

import (
	"context"

	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
)

// RecordDeparture implements catalogv1.CatalogServiceServer.
func (s *Server) RecordDeparture(ctx context.Context, req *catalogv1.RecordDepartureRequest) (*catalogv1.RecordDepartureResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_RecordDeparture_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	if err := s.checkDeparts(ctx, req.GetAuthority(), req.GetAgency()); err != nil {
		return nil, err
	}
	said := fromDeparture(req, by.At)
	by.Reason = said.Reason
	changed, err := s.store.ChangeDeparture(ctx, by, "record-departure", postgres.MemberKey{Authority: req.GetAuthority(), Cycle: req.GetCycle(), Agency: req.GetAgency()},
		func(c catalog.Cycle, a catalog.CycleAgency) (catalog.Cycle, *catalog.Departure, error) {
			if err := fresh(req.GetEtag(), c.Version); err != nil {
				return c, nil, err
			}
			c, err := c.Depart(a)
			return c, &said, err
		})
	if err != nil {
		return nil, err
	}
	return &catalogv1.RecordDepartureResponse{CycleAgency: toCycleAgency(changed.Agency), Cycle: toCycle(changed.Cycle)}, nil
}

// WithdrawDeparture implements catalogv1.CatalogServiceServer.
func (s *Server) WithdrawDeparture(ctx context.Context, req *catalogv1.WithdrawDepartureRequest) (*catalogv1.WithdrawDepartureResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_WithdrawDeparture_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	if err := s.checkDeparts(ctx, req.GetAuthority(), req.GetAgency()); err != nil {
		return nil, err
	}
	by.Reason = req.GetReason()
	changed, err := s.store.ChangeDeparture(ctx, by, "withdraw-departure", postgres.MemberKey{Authority: req.GetAuthority(), Cycle: req.GetCycle(), Agency: req.GetAgency()},
		func(c catalog.Cycle, a catalog.CycleAgency) (catalog.Cycle, *catalog.Departure, error) {
			if err := fresh(req.GetEtag(), c.Version); err != nil {
				return c, nil, err
			}
			c, err := c.Rejoin(a)
			return c, nil, err
		})
	if err != nil {
		return nil, err
	}
	return &catalogv1.WithdrawDepartureResponse{CycleAgency: toCycleAgency(changed.Agency), Cycle: toCycle(changed.Cycle)}, nil
}

// checkDeparts fails with catalog.OwnDeparture if an agency is the caller's own or above
// it: what concerns the own agency is another's to decide (rule V1).
func (s *Server) checkDeparts(ctx context.Context, authority, agency string) error {
	own, err := s.own(ctx, authority)
	if err == nil && own(agency) {
		err = catalog.OwnDeparture.At("agency")
	}
	return err
}
