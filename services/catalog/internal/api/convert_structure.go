package api

import (
	"fmt"

	"github.com/parindex/parindex/libs/criteria/criteriapb"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
	"github.com/parindex/parindex/services/catalog/pack"
)

// The enums of findings and of a regulation's content outside its criteria sets.
var (
	countings = map[regulation.Counting]catalogv1.CountingConvention{
		"":                      catalogv1.CountingConvention_COUNTING_CONVENTION_UNSPECIFIED,
		regulation.LeafCriteria: catalogv1.CountingConvention_COUNTING_CONVENTION_LEAF_CRITERIA,
		regulation.AllCriteria:  catalogv1.CountingConvention_COUNTING_CONVENTION_ALL_CRITERIA,
	}
	splits = map[regulation.Split]catalogv1.SplitRule{
		"":                      catalogv1.SplitRule_SPLIT_RULE_UNSPECIFIED,
		regulation.BySourceKind: catalogv1.SplitRule_SPLIT_RULE_BY_SOURCE_KIND,
		regulation.ByPart:       catalogv1.SplitRule_SPLIT_RULE_BY_PART,
	}
	sides = map[regulation.Side]catalogv1.Side{
		"":                    catalogv1.Side_SIDE_UNSPECIFIED,
		regulation.SelfSide:   catalogv1.Side_SIDE_SELF,
		regulation.SurveySide: catalogv1.Side_SIDE_SURVEY,
	}
	capacities = map[regulation.Capacity]catalogv1.Capacity{
		regulation.Standing:      catalogv1.Capacity_CAPACITY_STANDING,
		regulation.CouncilMember: catalogv1.Capacity_CAPACITY_MEMBER,
		regulation.Invited:       catalogv1.Capacity_CAPACITY_INVITED,
	}
	completenesses = map[regulation.Completeness]catalogv1.Completeness{
		"":                        catalogv1.Completeness_COMPLETENESS_UNSPECIFIED,
		regulation.Complete:       catalogv1.Completeness_COMPLETENESS_COMPLETE,
		regulation.StructureOnly:  catalogv1.Completeness_COMPLETENESS_STRUCTURE_ONLY,
		regulation.Reconstruction: catalogv1.Completeness_COMPLETENESS_RECONSTRUCTION,
	}
	severities = map[regulation.Severity]catalogv1.Severity{
		regulation.Error:        catalogv1.Severity_SEVERITY_ERROR,
		regulation.Acknowledged: catalogv1.Severity_SEVERITY_ACKNOWLEDGED,
		regulation.Warning:      catalogv1.Severity_SEVERITY_WARNING,
		regulation.Note:         catalogv1.Severity_SEVERITY_NOTE,
	}
)

func toSeat(s regulation.Seat) *catalogv1.Seat {
	return &catalogv1.Seat{Agency: s.Agency, Name: s.Name, Capacity: capacities[s.Capacity]}
}

func fromSeat(m *catalogv1.Seat) regulation.Seat {
	return regulation.Seat{Agency: m.GetAgency(), Name: m.GetName(), Capacity: from(capacities, m.GetCapacity())}
}

func toDuty(d regulation.Duty) *catalogv1.Duty {
	return &catalogv1.Duty{Agency: d.Agency, Name: d.Name, Group: d.Group, Nodes: d.Nodes, Except: d.Except}
}

func fromDuty(m *catalogv1.Duty) regulation.Duty {
	return regulation.Duty{Agency: m.GetAgency(), Name: m.GetName(), Group: m.GetGroup(), Nodes: m.GetNodes(), Except: m.GetExcept()}
}

func toListedAgency(a regulation.ListedAgency) *catalogv1.ListedAgency {
	return &catalogv1.ListedAgency{Agency: a.Agency, Name: a.Name, Group: a.Group}
}

func fromListedAgency(m *catalogv1.ListedAgency) regulation.ListedAgency {
	return regulation.ListedAgency{Agency: m.GetAgency(), Name: m.GetName(), Group: m.GetGroup()}
}

func toDeclared(d regulation.Declared) *catalogv1.DeclaredStructure {
	return &catalogv1.DeclaredStructure{
		Group: d.Group, Criteria: d.Criteria, SubCriteria: d.SubCriteria,
		SelfPoints: toFigure(d.SelfPoints), SurveyPoints: toFigure(d.SurveyPoints), TotalPoints: toFigure(d.TotalPoints),
		Domains: message.Each(d.Domains, func(d regulation.DeclaredDomain) *catalogv1.DeclaredDomain {
			return &catalogv1.DeclaredDomain{
				Field: d.Field, Criteria: d.Criteria, SubCriteria: d.SubCriteria,
				SurveyedSubCriteria: d.SurveyedSubCriteria, MaxPoints: toFigure(d.MaxPoints),
			}
		}),
	}
}

func fromDeclared(place string, m *catalogv1.DeclaredStructure) (regulation.Declared, error) {
	d := regulation.Declared{Group: m.GetGroup(), Criteria: m.Criteria, SubCriteria: m.SubCriteria, SelfPoints: nil, SurveyPoints: nil, TotalPoints: nil, Domains: nil}
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
		d.Domains = append(d.Domains, regulation.DeclaredDomain{
			Field: domain.GetField(), Criteria: domain.Criteria, SubCriteria: domain.SubCriteria,
			SurveyedSubCriteria: domain.SurveyedSubCriteria, MaxPoints: most,
		})
	}
	return d, nil
}

// toFigure returns a figure as text, "" for nil.
func toFigure(x *points.Points) string {
	if x == nil {
		return ""
	}
	return x.String()
}

// fromFigure reads a figure; nil for "".
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

func toAcknowledgement(a regulation.Acknowledgement) *catalogv1.Acknowledgement {
	return &catalogv1.Acknowledgement{
		Code: a.Code, Group: a.Group, Path: a.Path, Declared: a.Declared, Computed: a.Computed,
		AcknowledgedBy: a.AcknowledgedBy, Reason: a.Reason,
	}
}

func fromAcknowledgement(m *catalogv1.Acknowledgement) regulation.Acknowledgement {
	return regulation.Acknowledgement{
		Code: m.GetCode(), Group: m.GetGroup(), Path: m.GetPath(), Declared: m.GetDeclared(), Computed: m.GetComputed(),
		AcknowledgedBy: m.GetAcknowledgedBy(), Reason: m.GetReason(),
	}
}

func toCalendarStep(s regulation.CalendarStep) *catalogv1.CalendarStep {
	return &catalogv1.CalendarStep{
		Phase: criteriapb.Phases.To(s.Phase), LastDay: s.LastDay, YearsLater: s.YearsLater, Days: s.Days, Groups: s.Groups, Note: s.Note,
	}
}

func fromCalendarStep(m *catalogv1.CalendarStep) regulation.CalendarStep {
	return regulation.CalendarStep{
		Phase: criteriapb.Phases.From(m.GetPhase()), LastDay: m.GetLastDay(), YearsLater: m.GetYearsLater(), Days: m.GetDays(),
		Groups: m.GetGroups(), Note: m.GetNote(),
	}
}

func toSpecialRule(r regulation.SpecialRule) *catalogv1.SpecialRule {
	m := &catalogv1.SpecialRule{Group: r.Group, Clause: r.Clause, Rule: nil}
	if s := r.SubordinateClasses; s != nil {
		m.Rule = &catalogv1.SpecialRule_SubordinateClasses{SubordinateClasses: &catalogv1.SubordinateClasses{
			Subordinates: s.Subordinates, Numerator: s.Numerator, Denominator: s.Denominator, Incomplete: criteriapb.Incompletes.To(s.Incomplete),
		}}
	}
	return m
}

func fromSpecialRule(m *catalogv1.SpecialRule) regulation.SpecialRule {
	r := regulation.SpecialRule{Group: m.GetGroup(), Clause: m.GetClause(), SubordinateClasses: nil}
	if s := m.GetSubordinateClasses(); s != nil {
		r.SubordinateClasses = &regulation.SubordinateClasses{
			Subordinates: s.GetSubordinates(), Numerator: s.GetNumerator(), Denominator: s.GetDenominator(),
			Incomplete: criteriapb.Incompletes.From(s.GetIncomplete()),
		}
	}
	return r
}

func toRespondentGroup(g regulation.RespondentGroup) *catalogv1.RespondentGroup {
	return &catalogv1.RespondentGroup{Id: g.ID, Name: g.Name}
}

func fromRespondentGroup(m *catalogv1.RespondentGroup) regulation.RespondentGroup {
	return regulation.RespondentGroup{ID: m.GetId(), Name: m.GetName()}
}

func toSurveyLink(l regulation.SurveyLink) *catalogv1.SurveyLink {
	return &catalogv1.SurveyLink{Group: l.Group, Nodes: l.Nodes, Respondents: l.Respondents, Weight: toFigure(l.Weight)}
}

func fromSurveyLink(place string, m *catalogv1.SurveyLink) (regulation.SurveyLink, error) {
	weight, err := fromFigure(place+".weight", m.GetWeight())
	return regulation.SurveyLink{Group: m.GetGroup(), Nodes: m.GetNodes(), Respondents: m.GetRespondents(), Weight: weight}, err
}

func toBasis(b *regulation.Basis) *catalogv1.Basis {
	if b == nil {
		return nil
	}
	return &catalogv1.Basis{Source: b.Source, Line: b.Line, Finding: b.Finding}
}

func fromBasis(m *catalogv1.Basis) *regulation.Basis {
	if m == nil {
		return nil
	}
	return &regulation.Basis{Source: m.GetSource(), Line: m.GetLine(), Finding: m.GetFinding()}
}

// toFinding returns a finding with its message in a language.
func toFinding(f regulation.Finding, language string) *catalogv1.Finding {
	message := f.Vi
	if language == "en" {
		message = f.En
	}
	return &catalogv1.Finding{
		Severity: severities[f.Severity], Code: f.Code, Group: f.Group, Path: f.Path, Declared: f.Declared, Computed: f.Computed, Message: message,
	}
}

func toGroupStructure(s regulation.Structure) *catalogv1.GroupStructure {
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
