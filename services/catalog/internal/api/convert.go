package api

import (
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
	"github.com/parindex/parindex/services/catalog/pack"
)

func each[From, To any](list []From, convert func(From) To) []To {
	converted := make([]To, 0, len(list))
	for _, v := range list {
		converted = append(converted, convert(v))
	}
	return converted
}

func toAuthority(a catalog.Authority) *catalogv1.Authority {
	return &catalogv1.Authority{Id: a.ID, Name: a.Name, Parent: a.Parent, Etag: catalog.Etag(a.Version)}
}

func toAgency(a catalog.Agency) *catalogv1.Agency {
	return &catalogv1.Agency{
		Authority: a.Authority, Id: a.ID, Name: a.Name.Text,
		Aliases: each(a.Aliases, func(n catalog.Name) string { return n.Text }),
		Parent:  a.Parent, Etag: catalog.Etag(a.Version),
	}
}

func toCycle(c catalog.Cycle) *catalogv1.Cycle {
	return &catalogv1.Cycle{
		Authority: c.Authority, Id: c.ID, Name: c.Name, Origin: toOrigin(c.Origin),
		Groups: each(c.Groups, toGroup), Etag: catalog.Etag(c.Version),
	}
}

func toOrigin(o catalog.Origin) catalogv1.CycleOrigin {
	switch o {
	case catalog.Run:
		return catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN
	case catalog.Imported:
		return catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED
	}
	return catalogv1.CycleOrigin_CYCLE_ORIGIN_UNSPECIFIED
}

func toGroup(g catalog.Group) *catalogv1.Group { return &catalogv1.Group{Id: g.ID, Name: g.Name} }

func toCycleAgency(c catalog.CycleAgency) *catalogv1.CycleAgency {
	state := catalogv1.ScoringState_SCORING_STATE_NOT_SCORED
	if c.Member.Scored() {
		state = catalogv1.ScoringState_SCORING_STATE_SCORED
	}
	return &catalogv1.CycleAgency{
		Agency: toAgency(c.Agency), Group: c.Member.Group, State: state, Reason: c.Member.NotScored,
	}
}

func toImported(i postgres.Imported) *catalogv1.ImportCatalogResponse {
	return &catalogv1.ImportCatalogResponse{
		Authority:       toAuthority(i.Authority),
		AgenciesCreated: int32(i.AgenciesCreated), AgenciesChanged: int32(i.AgenciesChanged), //nolint:gosec // at most MaxAgencies
		CyclesCreated: int32(i.CyclesCreated), CyclesChanged: int32(i.CyclesChanged), //nolint:gosec // at most MaxCycles
	}
}

// fromUpdateAgency returns the change of the fields that the mask names.
func fromUpdateAgency(req *catalogv1.UpdateAgencyRequest) catalog.Renaming {
	var r catalog.Renaming
	if masked(req, "name") {
		name := pack.Name(req.GetName())
		r.Name = &name
	}
	if masked(req, "aliases") {
		aliases := each(req.GetAliases(), pack.Name)
		r.Aliases = &aliases
	}
	return r
}
