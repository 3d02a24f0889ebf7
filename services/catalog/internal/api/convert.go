package api

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/criteria/criteriapb"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule/rulepb"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
	"github.com/parindex/parindex/services/catalog/pack"
)

// some is message.Each, but returns nil for an empty list.
func some[From, To any](list []From, convert func(From) To) []To {
	if len(list) == 0 {
		return nil
	}
	return message.Each(list, convert)
}

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
		GuidanceVersion: c.Guidance, PublicationVersion: c.Publication, Extensions: message.Each(c.Extensions, toExtension),
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
	content, err := toContent(r.Content)
	if err != nil {
		return nil, fmt.Errorf("writing regulation %s of %s: %w", r.ID, r.Authority, err)
	}
	return &catalogv1.Regulation{
		Authority: r.Authority, Id: r.ID, State: regulationStates[r.State], Content: content,
		IssueTime: message.Instant(r.IssueTime), Sha256: r.SHA256, Etag: catalog.Etag(r.Version),
	}, nil
}

func toContent(c regulation.Content) (*catalogv1.RegulationContent, error) {
	sets, err := message.TryEach(c.CriteriaSets, toCriteriaSet)
	if err != nil {
		return nil, err
	}
	return &catalogv1.RegulationContent{
		Title: c.Title, DecisionNumber: c.DecisionNumber, DecisionDate: c.DecisionDate, Signer: c.Signer,
		EffectiveDate: c.EffectiveDate, Replaces: c.Replaces, Rounds: c.Rounds, AppraisalCouncil: c.AppraisalCouncil,
		Rounding: toRounding(c.Rounding), RankBy: criteriapb.Comparisons.To(c.RankBy), ClassBy: criteriapb.Comparisons.To(c.ClassBy), CriteriaSets: sets,
		Counting: countings[c.Counting], Split: splits[c.Split], Completeness: completenesses[c.Completeness],
		Declared: message.Each(c.Declared, toDeclared), Acknowledgements: message.Each(c.Acknowledgements, toAcknowledgement),
		Calendar: message.Each(c.Calendar, toCalendarStep), Seats: message.Each(c.Seats, toSeat), Duties: message.Each(c.Duties, toDuty),
		Agencies: message.Each(c.Agencies, toListedAgency), Ties: criteriapb.TieRules.To(c.Ties), Excess: criteriapb.ExcessRules.To(c.Excess), SpecialRules: message.Each(c.SpecialRules, toSpecialRule),
		RespondentGroups: message.Each(c.RespondentGroups, toRespondentGroup), SurveyLinks: message.Each(c.SurveyLinks, toSurveyLink),
		ReplacesDecision: c.ReplacesDecision, Parts: message.Each(c.Parts, toPart),
	}, nil
}

// fromContent fails if a figure or a rule cannot be read; the fault names its place
// in the request.
func fromContent(m *catalogv1.RegulationContent) (regulation.Content, error) {
	c := regulation.Content{
		Title: m.GetTitle(), DecisionNumber: m.GetDecisionNumber(), DecisionDate: m.GetDecisionDate(), Signer: m.GetSigner(),
		EffectiveDate: m.GetEffectiveDate(), Replaces: m.GetReplaces(), Rounds: m.GetRounds(), AppraisalCouncil: m.GetAppraisalCouncil(),
		Rounding: fromRounding(m.GetRounding()), RankBy: criteriapb.Comparisons.From(m.GetRankBy()), ClassBy: criteriapb.Comparisons.From(m.GetClassBy()),
		Counting: from(countings, m.GetCounting()), Split: from(splits, m.GetSplit()), Completeness: from(completenesses, m.GetCompleteness()),
		Acknowledgements: some(m.GetAcknowledgements(), fromAcknowledgement), Calendar: some(m.GetCalendar(), fromCalendarStep),
		Seats: some(m.GetSeats(), fromSeat), Duties: some(m.GetDuties(), fromDuty), Agencies: some(m.GetAgencies(), fromListedAgency),
		Ties: criteriapb.TieRules.From(m.GetTies()), Excess: criteriapb.ExcessRules.From(m.GetExcess()), SpecialRules: some(m.GetSpecialRules(), fromSpecialRule),
		RespondentGroups: some(m.GetRespondentGroups(), fromRespondentGroup), ReplacesDecision: m.GetReplacesDecision(),
		Parts:    some(m.GetParts(), fromPart),
		Declared: nil, SurveyLinks: nil, CriteriaSets: nil,
	}
	for i, l := range m.GetSurveyLinks() {
		link, err := fromSurveyLink(fmt.Sprintf("content.survey_links[%d]", i), l)
		if err != nil {
			return c, err
		}
		c.SurveyLinks = append(c.SurveyLinks, link)
	}
	for i, d := range m.GetDeclared() {
		declared, err := fromDeclared(fmt.Sprintf("content.declared[%d]", i), d)
		if err != nil {
			return c, err
		}
		c.Declared = append(c.Declared, declared)
	}
	for i, s := range m.GetCriteriaSets() {
		set, err := fromCriteriaSet(fmt.Sprintf("content.criteria_sets[%d]", i), s)
		if err != nil {
			return c, err
		}
		c.CriteriaSets = append(c.CriteriaSets, set)
	}
	return c, nil
}

func toRounding(p *points.Policy) *catalogv1.RoundingPolicy {
	if p == nil {
		return nil
	}
	return criteriapb.FromPolicy(*p)
}

func fromRounding(m *catalogv1.RoundingPolicy) *points.Policy {
	if m == nil {
		return nil
	}
	p := criteriapb.ToPolicy(m)
	return &p
}

func toPart(p regulation.Part) *catalogv1.Part {
	return &catalogv1.Part{Id: p.ID, Code: p.Code, Name: p.Name, Side: sides[p.Side]}
}

func fromPart(m *catalogv1.Part) regulation.Part {
	return regulation.Part{ID: m.GetId(), Code: m.GetCode(), Name: m.GetName(), Side: from(sides, m.GetSide())}
}

func toCriteriaSet(s regulation.CriteriaSet) (*catalogv1.CriteriaSet, error) {
	nodes, err := message.TryEach(s.Nodes, toNode)
	return &catalogv1.CriteriaSet{Group: s.Group, GroupName: s.GroupName, Nodes: nodes, Classes: message.Each(s.Classes, criteriapb.FromClass)}, err
}

func fromCriteriaSet(place string, m *catalogv1.CriteriaSet) (regulation.CriteriaSet, error) {
	s := regulation.CriteriaSet{Group: m.GetGroup(), GroupName: m.GetGroupName(), Nodes: nil, Classes: nil}
	for i, n := range m.GetNodes() {
		item, err := fromItem(fmt.Sprintf("%s.nodes[%d].item", place, i), n.GetItem())
		if err != nil {
			return s, err
		}
		s.Nodes = append(s.Nodes, regulation.Node{
			Part: n.GetPart(), Code: n.GetCode(), Parent: n.GetParent(), Name: n.GetName(), Field: n.GetField(), Item: item,
		})
	}
	for i, c := range m.GetClasses() {
		class, err := criteriapb.ToClass(c)
		if err != nil {
			return s, within(fmt.Sprintf("%s.classes[%d]", place, i), err)
		}
		s.Classes = append(s.Classes, class)
	}
	return s, nil
}

func toNode(n regulation.Node) (*catalogv1.Node, error) {
	item, err := toItem(n.Item)
	return &catalogv1.Node{Part: n.Part, Code: n.Code, Parent: n.Parent, Name: n.Name, Field: n.Field, Item: item}, err
}

func toItem(i *regulation.Item) (*catalogv1.Item, error) {
	if i == nil {
		return nil, nil //nolint:nilnil // a node without points has no item
	}
	r, err := rulepb.FromRule(i.Rule)
	if err != nil {
		return nil, err
	}
	vectors, err := message.TryEach(i.TestVectors, toTestVector)
	return &catalogv1.Item{
		MaxPoints: i.MaxPoints.String(), SourceKind: criteriapb.SourceKinds.To(i.SourceKind), Rule: r, Evidence: message.Each(i.Evidence, toEvidence), Guidance: i.Guidance,
		TestVectors: vectors,
		Side:        sides[i.Side], LegalBasis: message.Each(i.LegalBasis, toLegalBasis), Basis: toBasis(i.Basis), Field: i.Field,
	}, err
}

func toEvidence(e regulation.EvidenceRequirement) *catalogv1.EvidenceRequirement {
	return &catalogv1.EvidenceRequirement{Name: e.Name, Kind: e.Kind, Content: e.Content}
}

func fromEvidence(m *catalogv1.EvidenceRequirement) regulation.EvidenceRequirement {
	return regulation.EvidenceRequirement{Name: m.GetName(), Kind: m.GetKind(), Content: m.GetContent()}
}

func toLegalBasis(b regulation.LegalBasis) *catalogv1.LegalBasis {
	return &catalogv1.LegalBasis{Document: b.Document, Article: b.Article, IssueDate: b.IssueDate, EffectiveDate: b.EffectiveDate}
}

func fromLegalBasis(m *catalogv1.LegalBasis) regulation.LegalBasis {
	return regulation.LegalBasis{
		Document: m.GetDocument(), Article: m.GetArticle(), IssueDate: m.GetIssueDate(), EffectiveDate: m.GetEffectiveDate(),
	}
}

func toTestVector(v regulation.TestVector) (*catalogv1.TestVector, error) {
	input, err := rulepb.FromInput(v.Input)
	m := &catalogv1.TestVector{Input: input, Outcome: &catalogv1.TestVector_NotApplicable{NotApplicable: true}}
	if v.Points != nil {
		m.Outcome = &catalogv1.TestVector_Points{Points: v.Points.String()}
	}
	return m, err
}

func fromTestVector(place string, m *catalogv1.TestVector) (regulation.TestVector, error) {
	input, err := rulepb.ToInput(m.GetInput())
	if err != nil {
		return regulation.TestVector{}, within(place+".input", err)
	}
	v := regulation.TestVector{Input: input, Points: nil}
	if outcome, ok := m.GetOutcome().(*catalogv1.TestVector_Points); ok {
		stated, err := points.Parse(outcome.Points)
		if err != nil {
			return v, within(place+".points", err)
		}
		v.Points = &stated
	}
	return v, nil
}

func fromItem(place string, m *catalogv1.Item) (*regulation.Item, error) {
	if m == nil {
		return nil, nil //nolint:nilnil // a node without points has no item
	}
	most, err := points.Parse(m.GetMaxPoints())
	if err != nil {
		return nil, within(place+".max_points", err)
	}
	r, err := rulepb.ToRule(m.GetRule())
	if err != nil {
		return nil, within(place+".rule", err)
	}
	item := &regulation.Item{
		MaxPoints: most, SourceKind: criteriapb.SourceKinds.From(m.GetSourceKind()), Rule: r, Evidence: some(m.GetEvidence(), fromEvidence), Guidance: m.GetGuidance(),
		TestVectors: nil,
		Side:        from(sides, m.GetSide()), LegalBasis: some(m.GetLegalBasis(), fromLegalBasis), Basis: fromBasis(m.GetBasis()), Field: m.GetField(),
	}
	for i, v := range m.GetTestVectors() {
		vector, err := fromTestVector(fmt.Sprintf("%s.test_vectors[%d]", place, i), v)
		if err != nil {
			return nil, err
		}
		item.TestVectors = append(item.TestVectors, vector)
	}
	return item, nil
}

// within returns a fault with place put before its field.
func within(place string, err error) error {
	f := *fault.From(err)
	if f.Field != "" {
		place += "." + f.Field
	}
	return f.At(place)
}
