package api

import (
	"context"
	"slices"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/canonical"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
	"github.com/parindex/parindex/services/catalog/pack"
)

// ImportCatalog implements catalogv1.CatalogServiceServer.
func (s *Server) ImportCatalog(ctx context.Context, req *catalogv1.ImportCatalogRequest) (*catalogv1.ImportCatalogResponse, error) {
	by, err := s.attempt(ctx, catalogv1.CatalogService_ImportCatalog_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	file, err := pack.Read(req.GetContent())
	if err != nil {
		return nil, err
	}
	if id := file.Catalog.Authority.ID; id != req.GetAuthority() {
		return nil, catalog.AuthorityMismatch.With(id, req.GetAuthority()).At("content")
	}
	wanted := postgres.Import{
		Catalog: file.Catalog, Hash: canonical.Hash(req.GetContent()), Parent: s.visible(ctx, file.Catalog.Authority.Parent),
		Decide: func(stored catalog.Stored) (catalog.Plan, error) {
			plan, found := file.Catalog.Plan(stored)
			return plan, file.Refuse(found)
		},
	}
	var done postgres.Imported
	if req.GetValidateOnly() {
		done, err = s.store.Check(ctx, wanted)
	} else {
		done, err = s.store.Apply(ctx, by, wanted)
	}
	if err != nil {
		return nil, err
	}
	return toImported(done), nil
}

// visible returns an authority's id if the caller has a role in it, else "": a
// caller without one must not learn whether the authority exists by naming it as
// parent.
func (s *Server) visible(ctx context.Context, authority string) string {
	ids, all := auth.From(ctx).Authorities(s.now())
	if all || slices.Contains(ids, authority) {
		return authority
	}
	return ""
}
