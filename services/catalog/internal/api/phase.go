package api

import (
	"context"
	"errors"
	"slices"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/criteria/criteriapb"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
	"github.com/parindex/parindex/services/catalog/pack"
)

// CreateCycle implements catalogv1.CatalogServiceServer.
func (s *Server) CreateCycle(ctx context.Context, req *catalogv1.CreateCycleRequest) (*catalogv1.CreateCycleResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_CreateCycle_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	name, members := pack.Name(req.GetName()), message.Each(req.GetMembers(), fromMember)
	c, err := s.store.CreateCycle(ctx, by, postgres.Opening{
		Authority: req.GetAuthority(), ID: req.GetCycle(), Regulation: req.GetRegulation(),
		Agencies: message.Each(members, func(m catalog.Member) string { return m.Agency }),
		Decide: func(r regulation.Regulation, known map[string]bool) (catalog.Cycle, error) {
			return catalog.NewCycle(req.GetCycle(), name, req.GetYear(), r, members, known)
		},
	})
	if err != nil {
		return nil, err
	}
	return &catalogv1.CreateCycleResponse{Cycle: toCycle(c)}, nil
}

// ScheduleWindow implements catalogv1.CatalogServiceServer.
func (s *Server) ScheduleWindow(ctx context.Context, req *catalogv1.ScheduleWindowRequest) (*catalogv1.ScheduleWindowResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_ScheduleWindow_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	window := fromScheduleWindow(req)
	scheduled, err := s.store.ChangeCycle(ctx, by, "schedule-window", req.GetAuthority(), req.GetCycle(),
		func(c catalog.Cycle, _ regulation.Content) (catalog.Cycle, error) {
			if err := fresh(req.GetEtag(), c.Version); err != nil {
				return c, err
			}
			return c.Schedule(window, by.At)
		})
	if err != nil {
		return nil, err
	}
	return &catalogv1.ScheduleWindowResponse{Cycle: toCycle(scheduled.Cycle)}, nil
}

// ExtendDeadline implements catalogv1.CatalogServiceServer.
func (s *Server) ExtendDeadline(ctx context.Context, req *catalogv1.ExtendDeadlineRequest) (*catalogv1.ExtendDeadlineResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_ExtendDeadline_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	extension := fromExtendDeadline(req)
	if err := s.checkOthers(ctx, req.GetAuthority(), req.GetCycle(), extension); err != nil {
		return nil, err
	}
	by.Reason = extension.Reason
	extended, err := s.store.ChangeCycle(ctx, by, "extend-deadline", req.GetAuthority(), req.GetCycle(),
		func(c catalog.Cycle, under regulation.Content) (catalog.Cycle, error) {
			if err := fresh(req.GetEtag(), c.Version); err != nil {
				return c, err
			}
			return c.Extend(extension, under, by.At)
		})
	if err != nil {
		return nil, err
	}
	return &catalogv1.ExtendDeadlineResponse{Cycle: toCycle(extended.Cycle)}, nil
}

// checkOthers fails with cycle.OwnAct if the agency of an extension, or a scored agency of
// its group, is the caller's own or above it: a later deadline for them is another's to
// grant (rule V1).
func (s *Server) checkOthers(ctx context.Context, authority, id string, x catalog.Extension) error {
	own, err := s.own(ctx, authority)
	if err != nil {
		return err
	}
	if own(x.Agency) {
		return cycle.OwnAct.At("agency")
	}
	members, err := s.store.ScoredInGroup(ctx, authority, id, x.Group)
	if err == nil && slices.ContainsFunc(members, own) {
		err = cycle.OwnAct.At("group")
	}
	return err
}

// own returns a function that reports whether an agency is the caller's own or above it.
func (s *Server) own(ctx context.Context, authority string) (func(agency string) bool, error) {
	caller, parents := auth.From(ctx), map[string]string{}
	for _, own := range caller.Agencies(authority) {
		a, err := s.store.Agency(ctx, authority, own)
		if err != nil && !errors.Is(err, catalog.AgencyUnknown) {
			return nil, err
		}
		parents[own] = a.Parent
	}
	return func(agency string) bool { return agency != "" && caller.Own(authority, agency, parents) }, nil
}

// MoveCycle implements catalogv1.CatalogServiceServer.
func (s *Server) MoveCycle(ctx context.Context, req *catalogv1.MoveCycleRequest) (*catalogv1.MoveCycleResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_MoveCycle_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	phase := criteriapb.Phases.From(req.GetPhase())
	moved, err := s.store.ChangeCycle(ctx, by, "move-cycle", req.GetAuthority(), req.GetCycle(),
		func(c catalog.Cycle, under regulation.Content) (catalog.Cycle, error) {
			if err := fresh(req.GetEtag(), c.Version); err != nil {
				return c, err
			}
			return c.Move(phase, under)
		})
	if err != nil {
		return nil, err
	}
	return &catalogv1.MoveCycleResponse{Cycle: toCycle(moved.Cycle), Done: moved.Done(), WaitingFor: moved.WaitingFor}, nil
}

// ReturnCycle implements catalogv1.CatalogServiceServer.
func (s *Server) ReturnCycle(ctx context.Context, req *catalogv1.ReturnCycleRequest) (*catalogv1.ReturnCycleResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_ReturnCycle_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	by.Reason = req.GetReason()
	phase := criteriapb.Phases.From(req.GetPhase())
	moved, err := s.store.ChangeCycle(ctx, by, "return-cycle", req.GetAuthority(), req.GetCycle(),
		func(c catalog.Cycle, under regulation.Content) (catalog.Cycle, error) {
			if err := fresh(req.GetEtag(), c.Version); err != nil {
				return c, err
			}
			return c.Return(phase, under, by.At)
		})
	if err != nil {
		return nil, err
	}
	return &catalogv1.ReturnCycleResponse{Cycle: toCycle(moved.Cycle), Done: moved.Done(), WaitingFor: moved.WaitingFor}, nil
}

// RecordPublication implements catalogv1.CatalogServiceServer. It has no request_id,
// because recording a version twice has the effect of recording it once.
func (s *Server) RecordPublication(ctx context.Context, req *catalogv1.RecordPublicationRequest) (*catalogv1.RecordPublicationResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_RecordPublication_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	published, err := s.store.ChangeCycle(ctx, by, "record-publication", req.GetAuthority(), req.GetCycle(),
		func(c catalog.Cycle, _ regulation.Content) (catalog.Cycle, error) {
			return c.Published(req.GetVersion(), req.GetInForce())
		})
	if err != nil {
		return nil, err
	}
	return &catalogv1.RecordPublicationResponse{Cycle: toCycle(published.Cycle)}, nil
}

// GetCycleMove implements catalogv1.CatalogServiceServer.
func (s *Server) GetCycleMove(ctx context.Context, req *catalogv1.GetCycleMoveRequest) (*catalogv1.GetCycleMoveResponse, error) {
	moved, err := s.store.CycleMove(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	return &catalogv1.GetCycleMoveResponse{Cycle: toCycle(moved.Cycle), Done: moved.Done(), WaitingFor: moved.WaitingFor}, nil
}

// ListCycleChanges implements catalogv1.CatalogServiceServer.
func (s *Server) ListCycleChanges(ctx context.Context, req *catalogv1.ListCycleChangesRequest) (*catalogv1.ListCycleChangesResponse, error) {
	cycles, err := s.store.CycleChanges(ctx, req.GetSinceRevision(), page.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	return &catalogv1.ListCycleChangesResponse{Cycles: message.Each(cycles, toCycle)}, nil
}

// AcknowledgeCycleChanges implements catalogv1.CatalogServiceServer. It has no
// request_id, because acknowledging twice has the effect of acknowledging once.
func (s *Server) AcknowledgeCycleChanges(ctx context.Context, req *catalogv1.AcknowledgeCycleChangesRequest) (*catalogv1.AcknowledgeCycleChangesResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_AcknowledgeCycleChanges_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	if err := s.store.Acknowledge(ctx, by, auth.From(ctx).ID, req.GetRevision()); err != nil {
		return nil, err
	}
	return &catalogv1.AcknowledgeCycleChangesResponse{}, nil
}
