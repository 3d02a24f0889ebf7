package gather

import (
	cycles "github.com/parindex/parindex/libs/cycle"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// fromCycle returns the inputs that come from catalog: the scored agencies, the data
// of special rules, and the part of the regulation that results depend on.
func fromCycle(a *catalogv1.Authority, c *cycles.Cycle) scoring.Inputs {
	in := scoring.Inputs{
		Engine:    scoring.EngineVersion,
		Authority: c.Authority, AuthorityName: a.GetName(), Cycle: c.ID, CycleName: c.Name, Year: c.Year,
		Regulation: scoring.Regulation{
			ID: c.Regulation, SHA256: c.RegulationSHA256, Groups: c.Groups,
			Rules:        scoring.Rules{Policy: c.Policy, RankBy: c.RankBy, ClassBy: c.ClassBy, Ties: c.Ties, Excess: c.Excess},
			SpecialRules: c.SpecialRules,
		},
		Members: nil, Unranked: nil, Hierarchy: scoring.NewHierarchy(c), Outcomes: nil, SurveyResults: nil, OpenPlans: nil, History: nil,
	}
	for _, m := range c.Agencies {
		if m.Scored {
			in.Members = append(in.Members, scoring.Member{Agency: m.ID, AgencyName: m.Name, Group: m.Group})
		} else {
			in.Unranked = append(in.Unranked, scoring.Unranked{Agency: m.ID, AgencyName: m.Name, Group: m.Group, Reason: m.NotScoredReason})
		}
	}
	return in
}

func fromOpenPlan(m *surveyv1.SurveyPlan) scoring.OpenPlan {
	p := scoring.OpenPlan{Plan: m.GetId(), Items: nil}
	for _, l := range m.GetContent().GetLinks() {
		p.Items = append(p.Items, scoring.PlanItem{Group: l.GetGroup(), Item: l.GetItem()})
	}
	return p
}
