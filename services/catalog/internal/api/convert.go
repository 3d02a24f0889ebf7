package api

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/criteria/criteriapb"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/sealed/sealedpb"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
	"github.com/parindex/parindex/services/catalog/pack"
)

func toAuthority(a catalog.Authority) *catalogv1.Authority {
	return &catalogv1.Authority{Id: a.ID, Name: a.Name, Parent: a.Parent, Etag: catalog.Etag(a.Version)}
}

func toAgency(a catalog.Agency) *catalogv1.Agency {
	return &catalogv1.Agency{
		Authority: a.Authority, Id: a.ID, Name: a.Name.Text,
		Aliases: message.Each(a.Aliases, func(n catalog.Name) string { return n.Text }),
		Parent:  a.Parent, Etag: catalog.Etag(a.Version),
	}
}

func toCycle(c catalog.Cycle) *catalogv1.Cycle {
	return &catalogv1.Cycle{
		Authority: c.Authority, Id: c.ID, Name: c.Name, Year: c.Year, Origin: toOrigin(c.Origin),
		Groups: message.Each(c.Groups, toGroup), Etag: catalog.Etag(c.Version),
		Regulation: c.Regulation, Phase: criteriapb.Phases.To(c.Phase), Windows: message.Each(c.Windows, toWindow), Revision: c.Revision,
		GuidanceVersion: c.Guidance, PublicationVersion: c.Publication, VersionInForce: c.InForce, Extensions: message.Each(c.Extensions, toExtension),
	}
}

// from returns the key of a value in a table of distinct values; the zero key if
// the table does not hold it.
func from[K, V comparable](table map[K]V, value V) (key K) {
	for k, v := range table {
		if v == value {
			return k
		}
	}
	return key
}

func toWindow(w catalog.Window) *catalogv1.Window {
	return &catalogv1.Window{Phase: criteriapb.Phases.To(w.Phase), OpenTime: message.Instant(w.Open), CloseTime: message.Instant(w.Close)}
}

func toExtension(x catalog.Extension) *catalogv1.Extension {
	return &catalogv1.Extension{
		Phase: criteriapb.Phases.To(x.Phase), Agency: x.Agency, Group: x.Group, CloseTime: message.Instant(x.Close), LetterNumber: x.Letter, Reason: x.Reason,
	}
}

func fromExtendDeadline(req *catalogv1.ExtendDeadlineRequest) catalog.Extension {
	return catalog.Extension{
		Phase: criteriapb.Phases.From(req.GetPhase()), Agency: req.GetAgency(), Group: req.GetGroup(),
		Close: fromTime(req.GetCloseTime()), Letter: req.GetLetterNumber(), Reason: req.GetReason(),
	}
}

func fromScheduleWindow(req *catalogv1.ScheduleWindowRequest) catalog.Window {
	return catalog.Window{
		Phase: criteriapb.Phases.From(req.GetPhase()), Open: fromTime(req.GetOpenTime()), Close: fromTime(req.GetCloseTime()),
	}
}

// fromTime returns an instant, cut to the microsecond as PostgreSQL stores it; the
// zero instant for nil.
func fromTime(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime().Truncate(time.Microsecond)
}

func fromMember(m *catalogv1.CycleMember) catalog.Member {
	return catalog.Member{Agency: m.GetAgency(), Group: m.GetGroup(), NotScored: pack.Name(m.GetNotScoredReason()).Text}
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

func toGroup(g regulation.Group) *catalogv1.Group { return &catalogv1.Group{Id: g.ID, Name: g.Name} }

func toCycleAgency(c catalog.CycleAgency) *catalogv1.CycleAgency {
	state := catalogv1.ScoringState_SCORING_STATE_NOT_SCORED
	if c.NotScored() == "" {
		state = catalogv1.ScoringState_SCORING_STATE_SCORED
	}
	return &catalogv1.CycleAgency{
		Agency: toAgency(c.Agency), Group: c.Member.Group, State: state, Reason: c.NotScored(), Departure: toDeparture(c.Departure),
	}
}

var departureKinds = map[catalog.DepartureKind]catalogv1.DepartureKind{
	catalog.Dissolved: catalogv1.DepartureKind_DEPARTURE_KIND_DISSOLVED,
	catalog.Merged:    catalogv1.DepartureKind_DEPARTURE_KIND_MERGED,
	catalog.Moved:     catalogv1.DepartureKind_DEPARTURE_KIND_MOVED,
}

func toDeparture(d *catalog.Departure) *catalogv1.Departure {
	if d == nil {
		return nil
	}
	return &catalogv1.Departure{
		Kind: departureKinds[d.Kind], Date: d.Date, Letter: d.Letter, Reason: d.Reason, RecordTime: message.Instant(d.RecordTime),
	}
}

func fromDeparture(req *catalogv1.RecordDepartureRequest, now time.Time) catalog.Departure {
	return catalog.Departure{
		Kind: from(departureKinds, req.GetKind()), Date: req.GetDate(), Letter: req.GetLetter(), Reason: req.GetReason(), RecordTime: now,
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
		aliases := message.Each(req.GetAliases(), pack.Name)
		r.Aliases = &aliases
	}
	return r
}

var regulationStates = map[regulation.State]catalogv1.RegulationState{
	regulation.Draft:      catalogv1.RegulationState_REGULATION_STATE_DRAFT,
	regulation.Issued:     catalogv1.RegulationState_REGULATION_STATE_ISSUED,
	regulation.Superseded: catalogv1.RegulationState_REGULATION_STATE_SUPERSEDED,
	regulation.Revoked:    catalogv1.RegulationState_REGULATION_STATE_REVOKED,
}

func toRegulation(r regulation.Regulation) (*catalogv1.Regulation, error) {
	content, err := sealedpb.FromRegulation(sealed.Regulation(r.Content))
	if err != nil {
		return nil, fmt.Errorf("writing regulation %s of %s: %w", r.ID, r.Authority, err)
	}
	return &catalogv1.Regulation{
		Authority: r.Authority, Id: r.ID, State: regulationStates[r.State], Content: content,
		IssueTime: message.Instant(r.IssueTime), Sha256: r.SHA256, Etag: catalog.Etag(r.Version),
	}, nil
}

// fromContent fails if a figure or a rule cannot be read; the fault names its place
// in the request.
func fromContent(m *catalogv1.RegulationContent) (regulation.Content, error) {
	c, err := sealedpb.ToRegulation(m)
	if err != nil {
		return regulation.Content{}, within("content", err)
	}
	return regulation.Content(c), nil
}

// within returns a fault with place put before its field.
func within(place string, err error) error {
	f := *fault.From(err)
	if f.Field != "" {
		place += "." + f.Field
	}
	return f.At(place)
}
