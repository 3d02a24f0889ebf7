package api

import (
	"fmt"

	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/pack"
)

// The enums of what a regulation says beside its criteria, and of findings.
var (
	countings = map[catalog.Counting]catalogv1.CountingConvention{
		"":                   catalogv1.CountingConvention_COUNTING_CONVENTION_UNSPECIFIED,
		catalog.LeafCriteria: catalogv1.CountingConvention_COUNTING_CONVENTION_LEAF_CRITERIA,
		catalog.AllCriteria:  catalogv1.CountingConvention_COUNTING_CONVENTION_ALL_CRITERIA,
	}
	splits = map[catalog.Split]catalogv1.SplitRule{
		"":                   catalogv1.SplitRule_SPLIT_RULE_UNSPECIFIED,
		catalog.BySourceKind: catalogv1.SplitRule_SPLIT_RULE_BY_SOURCE_KIND,
		catalog.ByPart:       catalogv1.SplitRule_SPLIT_RULE_BY_PART,
	}
	sides = map[catalog.Side]catalogv1.Side{
		"":                 catalogv1.Side_SIDE_UNSPECIFIED,
		catalog.SelfSide:   catalogv1.Side_SIDE_SELF,
		catalog.SurveySide: catalogv1.Side_SIDE_SURVEY,
	}
	capacities = map[catalog.Capacity]catalogv1.Capacity{
		catalog.Standing:      catalogv1.Capacity_CAPACITY_STANDING,
		catalog.CouncilMember: catalogv1.Capacity_CAPACITY_MEMBER,
		catalog.Invited:       catalogv1.Capacity_CAPACITY_INVITED,
	}
	completenesses = map[catalog.Completeness]catalogv1.Completeness{
		"":                     catalogv1.Completeness_COMPLETENESS_UNSPECIFIED,
		catalog.Complete:       catalogv1.Completeness_COMPLETENESS_COMPLETE,
		catalog.StructureOnly:  catalogv1.Completeness_COMPLETENESS_STRUCTURE_ONLY,
		catalog.Reconstruction: catalogv1.Completeness_COMPLETENESS_RECONSTRUCTION,
	}
	tieRules = map[catalog.TieRule]catalogv1.TieRule{
		"":            catalogv1.TieRule_TIE_RULE_UNSPECIFIED,
		catalog.Skip:  catalogv1.TieRule_TIE_RULE_SKIP,
		catalog.Dense: catalogv1.TieRule_TIE_RULE_DENSE,
	}
	incompletes = map[catalog.Incomplete]catalogv1.IncompleteSubordinates{
		catalog.NotClassified: catalogv1.IncompleteSubordinates_INCOMPLETE_SUBORDINATES_NOT_CLASSIFIED,
		catalog.CountAsWorse:  catalogv1.IncompleteSubordinates_INCOMPLETE_SUBORDINATES_COUNT_AS_WORSE,
	}
	severities = map[catalog.Severity]catalogv1.Severity{
		catalog.Error:        catalogv1.Severity_SEVERITY_ERROR,
		catalog.Acknowledged: catalogv1.Severity_SEVERITY_ACKNOWLEDGED,
		catalog.Warning:      catalogv1.Severity_SEVERITY_WARNING,
		catalog.Note:         catalogv1.Severity_SEVERITY_NOTE,
	}
)

func toSeat(s catalog.Seat) *catalogv1.Seat {
	return &catalogv1.Seat{Agency: s.Agency, Name: s.Name, Capacity: capacities[s.Capacity]}
}

func fromSeat(m *catalogv1.Seat) catalog.Seat {
	return catalog.Seat{Agency: m.GetAgency(), Name: m.GetName(), Capacity: from(capacities, m.GetCapacity())}
}

func toDuty(d catalog.Duty) *catalogv1.Duty {
	return &catalogv1.Duty{Agency: d.Agency, Name: d.Name, Group: d.Group, Nodes: d.Nodes, Except: d.Except}
}

func fromDuty(m *catalogv1.Duty) catalog.Duty {
	return catalog.Duty{Agency: m.GetAgency(), Name: m.GetName(), Group: m.GetGroup(), Nodes: m.GetNodes(), Except: m.GetExcept()}
}

func toListedAgency(a catalog.ListedAgency) *catalogv1.ListedAgency {
	return &catalogv1.ListedAgency{Agency: a.Agency, Name: a.Name, Group: a.Group}
}

func fromListedAgency(m *catalogv1.ListedAgency) catalog.ListedAgency {
	return catalog.ListedAgency{Agency: m.GetAgency(), Name: m.GetName(), Group: m.GetGroup()}
}

func toDeclared(d catalog.Declared) *catalogv1.DeclaredStructure {
	return &catalogv1.DeclaredStructure{
		Group: d.Group, Criteria: d.Criteria, SubCriteria: d.SubCriteria,
		SelfPoints: toFigure(d.SelfPoints), SurveyPoints: toFigure(d.SurveyPoints), TotalPoints: toFigure(d.TotalPoints),
		Domains: message.Each(d.Domains, func(d catalog.DeclaredDomain) *catalogv1.DeclaredDomain {
			return &catalogv1.DeclaredDomain{
				Field: d.Field, Criteria: d.Criteria, SubCriteria: d.SubCriteria,
				SurveyedSubCriteria: d.SurveyedSubCriteria, MaxPoints: toFigure(d.MaxPoints),
			}
		}),
	}
}

func fromDeclared(place string, m *catalogv1.DeclaredStructure) (catalog.Declared, error) {
	d := catalog.Declared{Group: m.GetGroup(), Criteria: m.Criteria, SubCriteria: m.SubCriteria}
	for _, figure := range []struct {
		field, text string
		into        **points.Points
	}{
		{"self_points", m.GetSelfPoints(), &d.SelfPoints},
		{"survey_points", m.GetSurveyPoints(), &d.SurveyPoints},
		{"total_points", m.GetTotalPoints(), &d.TotalPoints},
	} {
		var err error
		if *figure.into, err = fromFigure(place+"."+figure.field, figure.text); err != nil {
			return d, err
		}
	}
	for i, domain := range m.GetDomains() {
		most, err := fromFigure(fmt.Sprintf("%s.domains[%d].max_points", place, i), domain.GetMaxPoints())
		if err != nil {
			return d, err
		}
		d.Domains = append(d.Domains, catalog.DeclaredDomain{
			Field: domain.GetField(), Criteria: domain.Criteria, SubCriteria: domain.SubCriteria,
			SurveyedSubCriteria: domain.SurveyedSubCriteria, MaxPoints: most,
		})
	}
	return d, nil
}

// toFigure is "" for nil.
func toFigure(x *points.Points) string {
	if x == nil {
		return ""
	}
	return x.String()
}

// fromFigure is nil for "".
func fromFigure(place, text string) (*points.Points, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // nothing is stated
	}
	x, err := points.Parse(text)
	if err != nil {
		return nil, within(place, err)
	}
	return &x, nil
}

func toAcknowledgement(a catalog.Acknowledgement) *catalogv1.Acknowledgement {
	return &catalogv1.Acknowledgement{
		Code: a.Code, Group: a.Group, Path: a.Path, Declared: a.Declared, Computed: a.Computed,
		AcknowledgedBy: a.AcknowledgedBy, Reason: a.Reason,
	}
}

func fromAcknowledgement(m *catalogv1.Acknowledgement) catalog.Acknowledgement {
	return catalog.Acknowledgement{
		Code: m.GetCode(), Group: m.GetGroup(), Path: m.GetPath(), Declared: m.GetDeclared(), Computed: m.GetComputed(),
		AcknowledgedBy: m.GetAcknowledgedBy(), Reason: m.GetReason(),
	}
}

func toCalendarStep(s catalog.CalendarStep) *catalogv1.CalendarStep {
	return &catalogv1.CalendarStep{
		Phase: toPhase(s.Phase), LastDay: s.LastDay, YearsLater: s.YearsLater, Days: s.Days, Groups: s.Groups, Note: s.Note,
	}
}

func fromCalendarStep(m *catalogv1.CalendarStep) catalog.CalendarStep {
	return catalog.CalendarStep{
		Phase: fromPhase(m.GetPhase()), LastDay: m.GetLastDay(), YearsLater: m.GetYearsLater(), Days: m.GetDays(),
		Groups: m.GetGroups(), Note: m.GetNote(),
	}
}

func toSpecialRule(r catalog.SpecialRule) *catalogv1.SpecialRule {
	m := &catalogv1.SpecialRule{Group: r.Group, Clause: r.Clause, Rule: nil}
	if s := r.SubordinateClasses; s != nil {
		m.Rule = &catalogv1.SpecialRule_SubordinateClasses{SubordinateClasses: &catalogv1.SubordinateClasses{
			Subordinates: s.Subordinates, Numerator: s.Numerator, Denominator: s.Denominator, Incomplete: incompletes[s.Incomplete],
		}}
	}
	return m
}

func fromSpecialRule(m *catalogv1.SpecialRule) catalog.SpecialRule {
	r := catalog.SpecialRule{Group: m.GetGroup(), Clause: m.GetClause(), SubordinateClasses: nil}
	if s := m.GetSubordinateClasses(); s != nil {
		r.SubordinateClasses = &catalog.SubordinateClasses{
			Subordinates: s.GetSubordinates(), Numerator: s.GetNumerator(), Denominator: s.GetDenominator(),
			Incomplete: from(incompletes, s.GetIncomplete()),
		}
	}
	return r
}

func toRespondentGroup(g catalog.RespondentGroup) *catalogv1.RespondentGroup {
	return &catalogv1.RespondentGroup{Id: g.ID, Name: g.Name}
}

func fromRespondentGroup(m *catalogv1.RespondentGroup) catalog.RespondentGroup {
	return catalog.RespondentGroup{ID: m.GetId(), Name: m.GetName()}
}

func toSurveyLink(l catalog.SurveyLink) *catalogv1.SurveyLink {
	return &catalogv1.SurveyLink{Group: l.Group, Nodes: l.Nodes, Respondents: l.Respondents, Weight: toFigure(l.Weight)}
}

func fromSurveyLink(place string, m *catalogv1.SurveyLink) (catalog.SurveyLink, error) {
	weight, err := fromFigure(place+".weight", m.GetWeight())
	return catalog.SurveyLink{Group: m.GetGroup(), Nodes: m.GetNodes(), Respondents: m.GetRespondents(), Weight: weight}, err
}

func toBasis(b *catalog.Basis) *catalogv1.Basis {
	if b == nil {
		return nil
	}
	return &catalogv1.Basis{Source: b.Source, Line: b.Line, Finding: b.Finding}
}

func fromBasis(m *catalogv1.Basis) *catalog.Basis {
	if m == nil {
		return nil
	}
	return &catalog.Basis{Source: m.GetSource(), Line: m.GetLine(), Finding: m.GetFinding()}
}

// toFinding returns a finding with its message in a language.
func toFinding(f catalog.Finding, language string) *catalogv1.Finding {
	message := f.Vi
	if language == "en" {
		message = f.En
	}
	return &catalogv1.Finding{
		Severity: severities[f.Severity], Code: f.Code, Group: f.Group, Path: f.Path, Declared: f.Declared, Computed: f.Computed, Message: message,
	}
}

func toGroupStructure(s catalog.Structure) *catalogv1.GroupStructure {
	return &catalogv1.GroupStructure{
		Group: s.Group, Criteria: s.Criteria, SubCriteria: s.SubCriteria, Items: s.Items,
		MaxPoints: s.MaxPoints.String(), SelfPoints: s.SelfPoints.String(), SurveyPoints: s.SurveyPoints.String(),
	}
}

func toPack(p pack.Pack) *catalogv1.Pack {
	return &catalogv1.Pack{
		Name: p.Name, Revision: p.Revision, Sha256: p.SHA256, Title: p.Content.Title, Completeness: completenesses[p.Content.Completeness],
	}
}

func toGuidance(g catalog.Guidance) *catalogv1.Guidance {
	return &catalogv1.Guidance{
		Authority: g.Authority, Cycle: g.Cycle, Version: g.Version, PublishTime: message.Instant(g.PublishTime),
		Content: &catalogv1.GuidanceContent{
			DocumentNumber: g.Content.DocumentNumber, DocumentDate: g.Content.DocumentDate, Notice: g.Content.Notice,
			Items: message.Each(g.Content.Items, func(i catalog.ItemGuidance) *catalogv1.ItemGuidance {
				return &catalogv1.ItemGuidance{Group: i.Group, Item: i.Item, Text: i.Text}
			}),
		},
	}
}

func fromGuidance(m *catalogv1.GuidanceContent) catalog.GuidanceContent {
	return catalog.GuidanceContent{
		DocumentNumber: m.GetDocumentNumber(), DocumentDate: m.GetDocumentDate(), Notice: m.GetNotice(),
		Items: message.Each(m.GetItems(), func(i *catalogv1.ItemGuidance) catalog.ItemGuidance {
			return catalog.ItemGuidance{Group: i.GetGroup(), Item: i.GetItem(), Text: i.GetText()}
		}),
	}
}
