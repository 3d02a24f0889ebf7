package api

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/rpc"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
	"github.com/parindex/parindex/services/catalog/pack"
)

// ValidateRegulation implements catalogv1.CatalogServiceServer.
func (s *Server) ValidateRegulation(ctx context.Context, req *catalogv1.ValidateRegulationRequest) (*catalogv1.ValidateRegulationResponse, error) {
	r, err := s.store.Regulation(ctx, req.GetAuthority(), req.GetRegulation())
	if err != nil {
		return nil, err
	}
	found, groups, err := s.validated(ctx, req.GetAuthority(), r.Content)
	if err != nil {
		return nil, err
	}
	return &catalogv1.ValidateRegulationResponse{Findings: found, Groups: groups}, nil
}

// validated returns the findings about content in an authority and what is told of its
// file, in the caller's language, and its structure by group.
func (s *Server) validated(ctx context.Context, authority string, content regulation.Content, told ...regulation.Finding,
) ([]*catalogv1.Finding, []*catalogv1.GroupStructure, error) {
	known, err := s.store.KnownAgencies(ctx, authority, content.AgencyIDs())
	if err != nil {
		return nil, nil, err
	}
	foreign, err := pack.Foreign(authority, content, known)
	if err != nil {
		return nil, nil, err
	}
	language := rpc.Language(ctx)
	found, structures := content.Validate()
	found = append(regulation.Sorted(slices.Concat(foreign, found)), told...)
	return message.Each(found, func(f regulation.Finding) *catalogv1.Finding { return toFinding(f, language) }), message.Each(structures, toGroupStructure), nil
}

// ImportRegulation implements catalogv1.CatalogServiceServer. With validate_only it
// changes nothing and answers the stored regulation, if there is one.
func (s *Server) ImportRegulation(ctx context.Context, req *catalogv1.ImportRegulationRequest) (*catalogv1.ImportRegulationResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_ImportRegulation_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	content, file, err := readFile(req.GetFormat(), req.GetContent())
	if err != nil {
		return nil, err
	}
	wanted := postgres.Putting{
		Authority: req.GetAuthority(), ID: req.GetRegulation(),
		Decide: func(stored *regulation.Regulation) (regulation.Regulation, error) {
			put, err := put(stored, req.GetAuthority(), req.GetRegulation(), req.GetEtag(), content)
			if req.GetValidateOnly() && errors.Is(err, regulation.DraftThere) {
				err = nil // nothing is replaced
			}
			if err == nil && stored != nil {
				err = file.RefuseFor(content.Contradicts(*stored))
			}
			return put, err
		},
	}
	answer := new(catalogv1.ImportRegulationResponse)
	if answer.Findings, answer.Groups, err = s.validated(ctx, req.GetAuthority(), content, file.Told()...); err != nil {
		return nil, err
	}
	if req.GetValidateOnly() {
		stored, err := s.store.CheckPut(ctx, wanted)
		if err != nil || stored == nil {
			return answer, err
		}
		answer.Regulation, err = toRegulation(*stored)
		return answer, err
	}
	r, err := s.store.PutRegulation(ctx, by, "import-regulation", wanted)
	if err != nil {
		return nil, err
	}
	answer.Regulation, err = toRegulation(r)
	return answer, err
}

// put returns the regulation with new content; stored is nil if there is none yet.
// Without an etag it does not replace a draft by other content: the caller may not
// have seen the work that would be lost. It fails with DraftThere, and as fresh and
// regulation.Put do.
func put(stored *regulation.Regulation, authority, id, etag string, content regulation.Content) (regulation.Regulation, error) {
	var version int64 // no etag fits 0
	if stored != nil {
		version = stored.Version
	}
	if err := fresh(etag, version); err != nil {
		return regulation.Regulation{}, err
	}
	r, err := regulation.Put(stored, authority, id, content)
	if err == nil && stored != nil && etag == "" && r.Version != stored.Version {
		return r, regulation.DraftThere.With(catalog.Etag(stored.Version)).At("etag")
	}
	return r, err
}

// refuser turns faults of a file's content into one fault that names their lines or
// cells in the file. Told returns what is told of a file that is read all the same.
type refuser interface {
	RefuseFor(found []regulation.Finding) error
	Told() []regulation.Finding
}

// readFile reads and checks a regulation's file. It fails with
// RegulationFileInvalid.
func readFile(format catalogv1.FileFormat, data []byte) (regulation.Content, refuser, error) {
	if format == catalogv1.FileFormat_FILE_FORMAT_XLSX {
		w, err := pack.ReadWorkbook(data)
		if err != nil {
			return regulation.Content{}, nil, err
		}
		return w.Content, w, w.Refuse()
	}
	r, err := pack.ReadRegulation(data)
	if err != nil {
		return regulation.Content{}, nil, err
	}
	return r.Content, r, r.Refuse()
}

// ExportRegulation implements catalogv1.CatalogServiceServer.
func (s *Server) ExportRegulation(ctx context.Context, req *catalogv1.ExportRegulationRequest) (*catalogv1.ExportRegulationResponse, error) {
	r, err := s.store.Regulation(ctx, req.GetAuthority(), req.GetRegulation())
	if err != nil {
		return nil, err
	}
	write, ending := pack.WriteRegulation, ".yaml"
	if req.GetFormat() == catalogv1.FileFormat_FILE_FORMAT_XLSX {
		write, ending = pack.WriteWorkbook, ".xlsx"
	}
	file, err := write(r.Content)
	if err != nil {
		return nil, fmt.Errorf("writing regulation %s of %s: %w", r.ID, r.Authority, err)
	}
	return &catalogv1.ExportRegulationResponse{Content: file, FileName: r.ID + ending}, nil
}

// ListPacks implements catalogv1.CatalogServiceServer.
func (s *Server) ListPacks(context.Context, *catalogv1.ListPacksRequest) (*catalogv1.ListPacksResponse, error) {
	packs, err := pack.All()
	if err != nil {
		return nil, err
	}
	return &catalogv1.ListPacksResponse{Packs: message.Each(packs, toPack)}, nil
}

// LoadPack implements catalogv1.CatalogServiceServer.
func (s *Server) LoadPack(ctx context.Context, req *catalogv1.LoadPackRequest) (*catalogv1.LoadPackResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_LoadPack_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	p, err := pack.Load(req.GetPack())
	if err != nil {
		return nil, err
	}
	r, err := s.store.PutRegulation(ctx, by, "load-pack", postgres.Putting{
		Authority: req.GetAuthority(), ID: req.GetRegulation(),
		Decide: func(stored *regulation.Regulation) (regulation.Regulation, error) {
			if stored != nil && stored.SHA256 == p.SHA256 {
				return *stored, nil
			}
			return put(stored, req.GetAuthority(), req.GetRegulation(), req.GetEtag(), p.Content)
		},
	})
	if err != nil {
		return nil, err
	}
	answer := new(catalogv1.LoadPackResponse)
	if answer.Findings, _, err = s.validated(ctx, req.GetAuthority(), r.Content); err != nil {
		return nil, err
	}
	answer.Regulation, err = toRegulation(r)
	return answer, err
}

// RevokeRegulation implements catalogv1.CatalogServiceServer.
func (s *Server) RevokeRegulation(ctx context.Context, req *catalogv1.RevokeRegulationRequest) (*catalogv1.RevokeRegulationResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_RevokeRegulation_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	r, err := s.store.RevokeRegulation(ctx, by, req.GetAuthority(), req.GetRegulation(), req.GetReason(),
		func(r regulation.Regulation) (regulation.Regulation, error) {
			if err := fresh(req.GetEtag(), r.Version); err != nil {
				return r, err
			}
			return r.Revoke()
		})
	if err != nil {
		return nil, err
	}
	answer, err := toRegulation(r)
	return &catalogv1.RevokeRegulationResponse{Regulation: answer}, err
}
