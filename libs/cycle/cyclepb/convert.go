package cyclepb

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/sealed/sealedpb"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// known returns the word that a value of the contract stands for.
func known[Word, Value comparable](enum message.Enum[Word, Value], place string, value Value) (Word, error) {
	word, ok := enum.Known(value)
	if !ok {
		return word, unknown(place, value)
	}
	return word, nil
}

// checkRun returns nil for a cycle that the platform runs, otherwise
// cycle.CycleNotRun.
func checkRun(c *catalogv1.Cycle) error {
	switch c.GetOrigin() {
	case catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN:
		return nil
	case catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED:
		return cycle.CycleNotRun.At("cycle")
	default:
		return unknown("origin", c.GetOrigin())
	}
}

func toCycle(c *catalogv1.Cycle, r *catalogv1.Regulation, agencies []*catalogv1.CycleAgency, all []*catalogv1.Agency) (*cycle.Cycle, error) {
	content, err := sealedpb.ToRegulation(r.GetContent())
	if err != nil {
		return nil, notUnderstood(fault.From(err).Field, err)
	}
	policy := content.Policy()
	if err := policy.Validate(); err != nil {
		return nil, notUnderstood("rounding", err)
	}
	groups, groupsErr := toGroups(c.GetGroups(), content.CriteriaSets)
	members, membersErr := toAgencies(agencies, groups)
	if err := errors.Join(groupsErr, membersErr); err != nil {
		return nil, err
	}
	return &cycle.Cycle{
		Authority: c.GetAuthority(), ID: c.GetId(), Name: c.GetName(), Year: int(c.GetYear()),
		Regulation: r.GetId(), RegulationSHA256: r.GetSha256(), Revision: c.GetRevision(),
		Rounds: int(content.Rounds), AppraisalCouncil: content.AppraisalCouncil, Policy: policy,
		Seated: message.Each(content.Seats, func(s sealed.Seat) string { return s.Agency }),
		RankBy: cmp.Or(content.RankBy, criteria.IndexScale), ClassBy: cmp.Or(content.ClassBy, criteria.IndexScale),
		Ties: cmp.Or(content.Ties, criteria.Skip), Excess: cmp.Or(content.Excess, criteria.Refused), SpecialRules: content.SpecialRules,
		GuidanceVersion: c.GetGuidanceVersion(), Publication: c.GetPublicationVersion(), Groups: groups, Agencies: members, Parents: toParents(all), Names: toNames(all),
	}, nil
}

// toGroups returns the groups of the cycle, each with its criteria from the
// regulation.
func toGroups(groups []*catalogv1.Group, sets []sealed.CriteriaSet) ([]cycle.Group, error) {
	all := make([]cycle.Group, 0, len(groups))
	for _, g := range groups {
		i := slices.IndexFunc(sets, func(s sealed.CriteriaSet) bool { return s.Group == g.GetId() })
		if i < 0 {
			return nil, notUnderstood("groups", fmt.Errorf("no criteria for %s", g.GetId()))
		}
		group, err := toGroup(fmt.Sprintf("criteria_sets[%d]", i), g, sets[i])
		if err != nil {
			return nil, err
		}
		all = append(all, group)
	}
	return all, nil
}

func toGroup(place string, g *catalogv1.Group, set sealed.CriteriaSet) (cycle.Group, error) {
	group := cycle.Group{ID: g.GetId(), Name: g.GetName(), Classes: set.Classes, Domains: nil, Items: nil}
	domains := map[string]string{} // the field of the domain that a node belongs to, by the id of the node
	for i, n := range set.Nodes {
		field := n.Field
		if n.Parent != "" {
			field = domains[criteria.NodeID(n.Part, n.Parent)]
		}
		if field == "" {
			return group, notUnderstood(fmt.Sprintf("%s.nodes[%d]", place, i), fmt.Errorf("%s belongs to no domain", n.ID()))
		}
		domains[n.ID()] = field
		addNode(&group, field, n)
	}
	return group, nil
}

// addNode adds the domain or the item of a node. A parent comes before its children.
func addNode(group *cycle.Group, field string, n sealed.Node) {
	if n.Parent == "" {
		group.Domains = append(group.Domains, cycle.Domain{Field: field, Part: n.Part, Code: n.Code, Name: n.Name})
	}
	if i := n.Item; i != nil {
		group.Items = append(group.Items, cycle.Item{ID: n.ID(), Domain: field, Name: n.Name, Max: i.MaxPoints, Source: i.SourceKind, Rule: i.Rule})
	}
}

func toAgencies(members []*catalogv1.CycleAgency, groups []cycle.Group) ([]cycle.Agency, error) {
	agencies := make([]cycle.Agency, 0, len(members))
	for i, m := range members {
		place := fmt.Sprintf("cycle_agencies[%d]", i)
		scored := m.GetState() == catalogv1.ScoringState_SCORING_STATE_SCORED
		if !scored && m.GetState() != catalogv1.ScoringState_SCORING_STATE_NOT_SCORED {
			return nil, unknown(place+".state", m.GetState())
		}
		if !slices.ContainsFunc(groups, func(g cycle.Group) bool { return g.ID == m.GetGroup() }) {
			return nil, notUnderstood(place+".group", fmt.Errorf("the cycle has no group %q", m.GetGroup()))
		}
		agencies = append(agencies, cycle.Agency{
			ID: m.GetAgency().GetId(), Name: m.GetAgency().GetName(), Group: m.GetGroup(),
			Scored: scored, NotScoredReason: m.GetReason(), Left: m.GetDeparture() != nil,
		})
	}
	return agencies, nil
}

func toNames(agencies []*catalogv1.Agency) map[string]string {
	names := make(map[string]string, len(agencies))
	for _, a := range agencies {
		names[a.GetId()] = a.GetName()
	}
	return names
}

func toParents(agencies []*catalogv1.Agency) map[string]string {
	parents := map[string]string{}
	for _, a := range agencies {
		if a.GetParent() != "" {
			parents[a.GetId()] = a.GetParent()
		}
	}
	return parents
}
