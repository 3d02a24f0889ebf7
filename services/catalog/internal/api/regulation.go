package api

import (
	"context"
	"errors"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
	"github.com/parindex/parindex/services/catalog/pack"
)

// CreateRegulation implements catalogv1.CatalogServiceServer.
func (s *Server) CreateRegulation(ctx context.Context, req *catalogv1.CreateRegulationRequest) (*catalogv1.CreateRegulationResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_CreateRegulation_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	content, err := fromContent(req.GetContent())
	if err != nil {
		return nil, err
	}
	draft, err := regulation.NewDraft(req.GetAuthority(), req.GetRegulation(), content)
	if err != nil {
		return nil, err
	}
	r, err := s.store.CreateRegulation(ctx, by, draft)
	if err != nil {
		return nil, err
	}
	answer, err := toRegulation(r)
	return &catalogv1.CreateRegulationResponse{Regulation: answer}, err
}

// GetRegulation implements catalogv1.CatalogServiceServer.
func (s *Server) GetRegulation(ctx context.Context, req *catalogv1.GetRegulationRequest) (*catalogv1.GetRegulationResponse, error) {
	r, err := s.store.Regulation(ctx, req.GetAuthority(), req.GetRegulation())
	if err != nil {
		return nil, err
	}
	answer, err := toRegulation(r)
	return &catalogv1.GetRegulationResponse{Regulation: answer}, err
}

// GetPublishedRegulation implements catalogv1.CatalogServiceServer.
func (s *Server) GetPublishedRegulation(ctx context.Context, req *catalogv1.GetPublishedRegulationRequest) (*catalogv1.GetPublishedRegulationResponse, error) {
	c, err := s.store.Cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	// The public learns nothing about a cycle before its publication, not even that it exists.
	if c.Publication == 0 {
		return nil, catalog.CycleUnknown.At("cycle")
	}
	r, err := s.store.Regulation(ctx, req.GetAuthority(), c.Regulation)
	if err != nil {
		return nil, err
	}
	answer, err := toRegulation(r)
	return &catalogv1.GetPublishedRegulationResponse{Regulation: answer}, err
}

// ListRegulations implements catalogv1.CatalogServiceServer.
func (s *Server) ListRegulations(ctx context.Context, req *catalogv1.ListRegulationsRequest) (*catalogv1.ListRegulationsResponse, error) {
	regulations, next, err := page.List("regulations/"+req.GetAuthority(), req.GetPageToken(), req.GetPageSize(),
		func(after string, limit int32) ([]regulation.Regulation, error) {
			return s.store.Regulations(ctx, req.GetAuthority(), after, limit)
		},
		func(r regulation.Regulation) string { return r.ID })
	if err != nil {
		return nil, err
	}
	answer, err := message.TryEach(regulations, toRegulation)
	return &catalogv1.ListRegulationsResponse{Regulations: answer, NextPageToken: next}, err
}

// UpdateRegulation implements catalogv1.CatalogServiceServer.
func (s *Server) UpdateRegulation(ctx context.Context, req *catalogv1.UpdateRegulationRequest) (*catalogv1.UpdateRegulationResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_UpdateRegulation_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	content, err := fromContent(req.GetContent())
	if err != nil {
		return nil, err
	}
	r, err := s.store.UpdateRegulation(ctx, by, req.GetAuthority(), req.GetRegulation(),
		func(r regulation.Regulation) (regulation.Regulation, error) {
			if err := fresh(req.GetEtag(), r.Version); err != nil {
				return r, err
			}
			return r.Revise(content)
		})
	if err != nil {
		return nil, err
	}
	answer, err := toRegulation(r)
	return &catalogv1.UpdateRegulationResponse{Regulation: answer}, err
}

// IssueRegulation implements catalogv1.CatalogServiceServer. With validate_only
// it changes nothing and answers the stored draft.
//
// The draft is examined before the authority is locked, because that takes long. It
// is issued only if its content under the lock is still the content examined.
func (s *Server) IssueRegulation(ctx context.Context, req *catalogv1.IssueRegulationRequest) (*catalogv1.IssueRegulationResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_IssueRegulation_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	draft, err := s.store.Regulation(ctx, req.GetAuthority(), req.GetRegulation())
	if err != nil {
		return nil, err
	}
	examined := draft.Examine()
	wanted := postgres.Issuing{
		Authority: req.GetAuthority(), ID: req.GetRegulation(),
		Decide: func(r regulation.Regulation, replaced *regulation.Regulation, known map[string]bool) (regulation.Regulation, *regulation.Regulation, error) {
			if err := fresh(req.GetEtag(), r.Version); err != nil {
				return r, nil, err
			}
			foreign, err := pack.Foreign(req.GetAuthority(), r.Content, known)
			if err != nil {
				return r, nil, err
			}
			return r.Issue(examined, replaced, foreign, by.At)
		},
	}
	r, err := draft, s.store.CheckIssue(ctx, wanted)
	// After any other fault the request id may still be known: a repeated request
	// gets its first answer.
	if !req.GetValidateOnly() && !errors.Is(err, regulation.RegulationUnsound) {
		r, err = s.store.IssueRegulation(ctx, by, wanted)
	}
	if err != nil {
		return nil, err
	}
	answer, err := toRegulation(r)
	return &catalogv1.IssueRegulationResponse{Regulation: answer}, err
}

// fresh returns StaleEtag if the request's etag is not that of the stored version.
// An empty etag fits every version.
func fresh(etag string, version int64) error {
	if etag != "" && etag != catalog.Etag(version) {
		return fault.StaleEtag.At("etag")
	}
	return nil
}
