package sealedpb

import (
	"errors"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/criteria/criteriapb"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/sealed"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// FromRegulation returns the message of a regulation's content. It fails for a rule of
// an unknown family.
func FromRegulation(c sealed.Regulation) (*catalogv1.RegulationContent, error) {
	sets, err := message.TryEach(c.CriteriaSets, fromCriteriaSet)
	if err != nil {
		return nil, err
	}
	return &catalogv1.RegulationContent{
		Title: c.Title, DecisionNumber: c.DecisionNumber, DecisionDate: c.DecisionDate, Signer: c.Signer,
		EffectiveDate: c.EffectiveDate, Replaces: c.Replaces, Rounds: c.Rounds, AppraisalCouncil: c.AppraisalCouncil,
		Rounding: fromRounding(c.Rounding), RankBy: criteriapb.Comparisons.To(c.RankBy), ClassBy: criteriapb.Comparisons.To(c.ClassBy), CriteriaSets: sets,
		Counting: countings.To(c.Counting), Split: splits.To(c.Split), Completeness: Completenesses.To(c.Completeness),
		Declared: message.Each(c.Declared, fromDeclared), Acknowledgements: message.Each(c.Acknowledgements, fromAcknowledgement),
		Calendar: message.Each(c.Calendar, fromCalendarStep), Seats: message.Each(c.Seats, fromSeat), Duties: message.Each(c.Duties, fromDuty),
		Agencies: message.Each(c.Agencies, fromListedAgency), Ties: criteriapb.TieRules.To(c.Ties), Excess: criteriapb.ExcessRules.To(c.Excess),
		SpecialRules:     message.Each(c.SpecialRules, fromSpecialRule),
		RespondentGroups: message.Each(c.RespondentGroups, fromRespondentGroup), SurveyLinks: message.Each(c.SurveyLinks, fromSurveyLink),
		ReplacesDecision: c.ReplacesDecision, Parts: message.Each(c.Parts, fromPart),
	}, nil
}

// ToRegulation returns the content of a regulation's message. It fails for a figure or
// a rule that cannot be read, and with ValueUnknown; the field is the path in the
// message ("criteria_sets[0].nodes[2].item.max_points").
func ToRegulation(m *catalogv1.RegulationContent) (sealed.Regulation, error) {
	var r reader
	c := sealed.Regulation{
		Title: m.GetTitle(), DecisionNumber: m.GetDecisionNumber(), DecisionDate: m.GetDecisionDate(), Signer: m.GetSigner(),
		EffectiveDate: m.GetEffectiveDate(), Replaces: m.GetReplaces(), Rounds: m.GetRounds(), AppraisalCouncil: m.GetAppraisalCouncil(),
		Rounding: toRounding(&r, m.GetRounding()), RankBy: optional(&r, "rank_by", criteriapb.Comparisons, m.GetRankBy()),
		ClassBy:  optional(&r, "class_by", criteriapb.Comparisons, m.GetClassBy()),
		Counting: optional(&r, "counting", countings, m.GetCounting()), Split: optional(&r, "split", splits, m.GetSplit()),
		Completeness: optional(&r, "completeness", Completenesses, m.GetCompleteness()),
		Declared:     each(&r, "declared", m.GetDeclared(), toDeclared), Acknowledgements: some(m.GetAcknowledgements(), toAcknowledgement),
		Calendar: each(&r, "calendar", m.GetCalendar(), toCalendarStep), Seats: each(&r, "seats", m.GetSeats(), toSeat),
		Duties: some(m.GetDuties(), toDuty), Agencies: some(m.GetAgencies(), toListedAgency),
		Ties: optional(&r, "ties", criteriapb.TieRules, m.GetTies()), Excess: optional(&r, "excess", criteriapb.ExcessRules, m.GetExcess()),
		SpecialRules:     each(&r, "special_rules", m.GetSpecialRules(), toSpecialRule),
		RespondentGroups: some(m.GetRespondentGroups(), toRespondentGroup), SurveyLinks: each(&r, "survey_links", m.GetSurveyLinks(), toSurveyLink),
		ReplacesDecision: m.GetReplacesDecision(), Parts: each(&r, "parts", m.GetParts(), toPart),
		CriteriaSets: each(&r, "criteria_sets", m.GetCriteriaSets(), toCriteriaSet),
	}
	return c, r.err
}

func fromRounding(p *points.Policy) *catalogv1.RoundingPolicy {
	if p == nil {
		return nil
	}
	return criteriapb.FromPolicy(*p)
}

func toRounding(r *reader, m *catalogv1.RoundingPolicy) *points.Policy {
	if m == nil {
		return nil
	}
	word(r, "rounding.mode", criteriapb.RoundingModes, m.GetMode())
	return new(criteriapb.ToPolicy(m))
}

func fromPart(p sealed.Part) *catalogv1.Part {
	return &catalogv1.Part{Id: p.ID, Code: p.Code, Name: p.Name, Side: sides.To(p.Side)}
}

func toPart(r *reader, path string, m *catalogv1.Part) sealed.Part {
	return sealed.Part{ID: m.GetId(), Code: m.GetCode(), Name: m.GetName(), Side: optional(r, path+".side", sides, m.GetSide())}
}

func fromCriteriaSet(s sealed.CriteriaSet) (*catalogv1.CriteriaSet, error) {
	nodes, err := message.TryEach(s.Nodes, fromNode)
	return &catalogv1.CriteriaSet{Group: s.Group, GroupName: s.GroupName, Nodes: nodes, Classes: message.Each(s.Classes, criteriapb.FromClass)}, err
}

func toCriteriaSet(r *reader, path string, m *catalogv1.CriteriaSet) sealed.CriteriaSet {
	return sealed.CriteriaSet{
		Group: m.GetGroup(), GroupName: m.GetGroupName(),
		Nodes: each(r, path+".nodes", m.GetNodes(), toNode), Classes: each(r, path+".classes", m.GetClasses(), toClass),
	}
}

func toClass(r *reader, path string, m *catalogv1.Class) criteria.Class {
	c, err := criteriapb.ToClass(m)
	r.fail(path, err)
	return c
}

func fromNode(n sealed.Node) (*catalogv1.Node, error) {
	item, err := fromItem(n.Item)
	return &catalogv1.Node{Part: n.Part, Code: n.Code, Parent: n.Parent, Name: n.Name, Field: n.Field, Item: item}, err
}

func toNode(r *reader, path string, m *catalogv1.Node) sealed.Node {
	return sealed.Node{
		Part: m.GetPart(), Code: m.GetCode(), Parent: m.GetParent(), Name: m.GetName(), Field: m.GetField(), Item: toItem(r, path+".item", m.GetItem()),
	}
}

func fromSpecialRule(s sealed.SpecialRule) *catalogv1.SpecialRule {
	m := &catalogv1.SpecialRule{Group: s.Group, Clause: s.Clause, Rule: nil}
	if c := s.SubordinateClasses; c != nil {
		m.Rule = &catalogv1.SpecialRule_SubordinateClasses{SubordinateClasses: &catalogv1.SubordinateClasses{
			Subordinates: c.Subordinates, Numerator: c.Numerator, Denominator: c.Denominator, Incomplete: criteriapb.Incompletes.To(c.Incomplete),
		}}
	}
	return m
}

func toSpecialRule(r *reader, path string, m *catalogv1.SpecialRule) sealed.SpecialRule {
	s := sealed.SpecialRule{Group: m.GetGroup(), SubordinateClasses: nil, Clause: m.GetClause()}
	c := m.GetSubordinateClasses()
	if c == nil {
		r.fail(path, ValueUnknown.Because(errors.New("a rule that this program does not know")))
		return s
	}
	s.SubordinateClasses = &sealed.SubordinateClasses{
		Subordinates: c.GetSubordinates(), Numerator: c.GetNumerator(), Denominator: c.GetDenominator(),
		Incomplete: word(r, path+".subordinate_classes.incomplete", criteriapb.Incompletes, c.GetIncomplete()),
	}
	return s
}

func fromRespondentGroup(g sealed.RespondentGroup) *catalogv1.RespondentGroup {
	return &catalogv1.RespondentGroup{Id: g.ID, Name: g.Name}
}

func toRespondentGroup(m *catalogv1.RespondentGroup) sealed.RespondentGroup {
	return sealed.RespondentGroup{ID: m.GetId(), Name: m.GetName()}
}

func fromSurveyLink(l sealed.SurveyLink) *catalogv1.SurveyLink {
	return &catalogv1.SurveyLink{Group: l.Group, Nodes: l.Nodes, Respondents: l.Respondents, Weight: figure(l.Weight)}
}

func toSurveyLink(r *reader, path string, m *catalogv1.SurveyLink) sealed.SurveyLink {
	return sealed.SurveyLink{
		Group: m.GetGroup(), Nodes: m.GetNodes(), Respondents: m.GetRespondents(), Weight: r.figure(path+".weight", m.GetWeight()),
	}
}

func fromCalendarStep(s sealed.CalendarStep) *catalogv1.CalendarStep {
	return &catalogv1.CalendarStep{
		Phase: criteriapb.Phases.To(s.Phase), LastDay: s.LastDay, YearsLater: s.YearsLater, Days: s.Days, Groups: s.Groups, Note: s.Note,
	}
}

func toCalendarStep(r *reader, path string, m *catalogv1.CalendarStep) sealed.CalendarStep {
	return sealed.CalendarStep{
		Phase: word(r, path+".phase", criteriapb.Phases, m.GetPhase()), LastDay: m.GetLastDay(), YearsLater: m.GetYearsLater(), Days: m.GetDays(),
		Groups: m.GetGroups(), Note: m.GetNote(),
	}
}

func fromSeat(s sealed.Seat) *catalogv1.Seat {
	return &catalogv1.Seat{Agency: s.Agency, Name: s.Name, Capacity: capacities.To(s.Capacity)}
}

func toSeat(r *reader, path string, m *catalogv1.Seat) sealed.Seat {
	return sealed.Seat{Agency: m.GetAgency(), Name: m.GetName(), Capacity: word(r, path+".capacity", capacities, m.GetCapacity())}
}

func fromDuty(d sealed.Duty) *catalogv1.Duty {
	return &catalogv1.Duty{Agency: d.Agency, Name: d.Name, Group: d.Group, Nodes: d.Nodes, Except: d.Except}
}

func toDuty(m *catalogv1.Duty) sealed.Duty {
	return sealed.Duty{Agency: m.GetAgency(), Name: m.GetName(), Group: m.GetGroup(), Nodes: m.GetNodes(), Except: m.GetExcept()}
}

func fromListedAgency(a sealed.ListedAgency) *catalogv1.ListedAgency {
	return &catalogv1.ListedAgency{Agency: a.Agency, Name: a.Name, Group: a.Group}
}

func toListedAgency(m *catalogv1.ListedAgency) sealed.ListedAgency {
	return sealed.ListedAgency{Agency: m.GetAgency(), Name: m.GetName(), Group: m.GetGroup()}
}

func fromDeclared(d sealed.Declared) *catalogv1.DeclaredStructure {
	return &catalogv1.DeclaredStructure{
		Group: d.Group, Criteria: d.Criteria, SubCriteria: d.SubCriteria,
		SelfPoints: figure(d.SelfPoints), SurveyPoints: figure(d.SurveyPoints), TotalPoints: figure(d.TotalPoints),
		Domains: message.Each(d.Domains, func(d sealed.DeclaredDomain) *catalogv1.DeclaredDomain {
			return &catalogv1.DeclaredDomain{
				Field: d.Field, Criteria: d.Criteria, SubCriteria: d.SubCriteria,
				SurveyedSubCriteria: d.SurveyedSubCriteria, MaxPoints: figure(d.MaxPoints),
			}
		}),
	}
}

func toDeclared(r *reader, path string, m *catalogv1.DeclaredStructure) sealed.Declared {
	return sealed.Declared{
		Group: m.GetGroup(), Criteria: m.Criteria, SubCriteria: m.SubCriteria,
		SelfPoints: r.figure(path+".self_points", m.GetSelfPoints()), SurveyPoints: r.figure(path+".survey_points", m.GetSurveyPoints()),
		TotalPoints: r.figure(path+".total_points", m.GetTotalPoints()), Domains: each(r, path+".domains", m.GetDomains(), toDeclaredDomain),
	}
}

func toDeclaredDomain(r *reader, path string, m *catalogv1.DeclaredDomain) sealed.DeclaredDomain {
	return sealed.DeclaredDomain{
		Field: m.GetField(), Criteria: m.Criteria, SubCriteria: m.SubCriteria,
		SurveyedSubCriteria: m.SurveyedSubCriteria, MaxPoints: r.figure(path+".max_points", m.GetMaxPoints()),
	}
}

func fromAcknowledgement(a sealed.Acknowledgement) *catalogv1.Acknowledgement {
	return &catalogv1.Acknowledgement{
		Code: a.Code, Group: a.Group, Path: a.Path, Declared: a.Declared, Computed: a.Computed,
		AcknowledgedBy: a.AcknowledgedBy, Reason: a.Reason,
	}
}

func toAcknowledgement(m *catalogv1.Acknowledgement) sealed.Acknowledgement {
	return sealed.Acknowledgement{
		Code: m.GetCode(), Group: m.GetGroup(), Path: m.GetPath(), Declared: m.GetDeclared(), Computed: m.GetComputed(),
		AcknowledgedBy: m.GetAcknowledgedBy(), Reason: m.GetReason(),
	}
}
