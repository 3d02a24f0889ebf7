package cyclepb

import (
	"errors"
	"fmt"
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/criteria/criteriapb"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule/rulepb"
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

// orDefault is known, but word where the contract states nothing.
func orDefault[Word, Value comparable](enum message.Enum[Word, Value], place string, value Value, word Word) (Word, error) {
	var none Value
	if value == none {
		return word, nil
	}
	return known(enum, place, value)
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
	content := r.GetContent()
	policy, policyErr := toPolicy(content.GetRounding())
	rankBy, rankErr := orDefault(criteriapb.Comparisons, "rank_by", content.GetRankBy(), criteria.IndexScale)
	classBy, classErr := orDefault(criteriapb.Comparisons, "class_by", content.GetClassBy(), criteria.IndexScale)
	ties, tiesErr := orDefault(criteriapb.TieRules, "ties", content.GetTies(), criteria.Skip)
	excess, excessErr := orDefault(criteriapb.ExcessRules, "excess", content.GetExcess(), criteria.Refused)
	special, specialErr := toSpecialRules(content.GetSpecialRules())
	groups, groupsErr := toGroups(c.GetGroups(), content.GetCriteriaSets())
	members, membersErr := toAgencies(agencies, groups)
	if err := errors.Join(policyErr, rankErr, classErr, tiesErr, excessErr, specialErr, groupsErr, membersErr); err != nil {
		return nil, err
	}
	return &cycle.Cycle{
		Authority: c.GetAuthority(), ID: c.GetId(), Name: c.GetName(), Year: int(c.GetYear()),
		Regulation: r.GetId(), RegulationSHA256: r.GetSha256(), Revision: c.GetRevision(),
		Rounds: int(content.GetRounds()), AppraisalCouncil: content.GetAppraisalCouncil(),
		Seated: message.Each(content.GetSeats(), (*catalogv1.Seat).GetAgency),
		Policy: policy, RankBy: rankBy, ClassBy: classBy, Ties: ties, Excess: excess, SpecialRules: special,
		GuidanceVersion: c.GetGuidanceVersion(), Publication: c.GetPublicationVersion(), Groups: groups, Agencies: members, Parents: toParents(all), Names: toNames(all),
	}, nil
}

func toPolicy(m *catalogv1.RoundingPolicy) (points.Policy, error) {
	if m == nil {
		return points.DefaultPolicy(), nil
	}
	if _, err := known(criteriapb.RoundingModes, "rounding.mode", m.GetMode()); err != nil {
		return points.Policy{}, err
	}
	p := criteriapb.ToPolicy(m)
	if err := p.Validate(); err != nil {
		return p, notUnderstood("rounding", err)
	}
	return p, nil
}

func toSpecialRules(ms []*catalogv1.SpecialRule) ([]cycle.SubordinateClasses, error) {
	var rules []cycle.SubordinateClasses
	for i, m := range ms {
		place := fmt.Sprintf("special_rules[%d]", i)
		classes := m.GetSubordinateClasses()
		if classes == nil {
			return nil, notUnderstood(place, errors.New("a rule that this program does not know"))
		}
		missing, err := known(criteriapb.Incompletes, place+".subordinate_classes.incomplete", classes.GetIncomplete())
		if err != nil {
			return nil, err
		}
		rules = append(rules, cycle.SubordinateClasses{
			Group: m.GetGroup(), Subordinates: classes.GetSubordinates(), Clause: m.GetClause(), Incomplete: missing,
			Numerator: int64(classes.GetNumerator()), Denominator: int64(classes.GetDenominator()),
		})
	}
	return rules, nil
}

// toGroups returns the groups of the cycle, each with its criteria from the
// regulation.
func toGroups(groups []*catalogv1.Group, sets []*catalogv1.CriteriaSet) ([]cycle.Group, error) {
	all := make([]cycle.Group, 0, len(groups))
	for _, g := range groups {
		i := slices.IndexFunc(sets, func(s *catalogv1.CriteriaSet) bool { return s.GetGroup() == g.GetId() })
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

func toGroup(place string, g *catalogv1.Group, set *catalogv1.CriteriaSet) (cycle.Group, error) {
	group := cycle.Group{ID: g.GetId(), Name: g.GetName(), Classes: nil, Domains: nil, Items: nil}
	for i, c := range set.GetClasses() {
		class, err := criteriapb.ToClass(c)
		if err != nil {
			return group, notUnderstood(fmt.Sprintf("%s.classes[%d].%s", place, i, fault.From(err).Field), err)
		}
		group.Classes = append(group.Classes, class)
	}
	domains := map[string]string{} // the field of the domain that a node belongs to, by the id of the node
	for i, n := range set.GetNodes() {
		if err := addNode(&group, domains, fmt.Sprintf("%s.nodes[%d]", place, i), n); err != nil {
			return group, err
		}
	}
	return group, nil
}

// addNode adds the domain or the item of a node. A parent comes before its
// children.
func addNode(group *cycle.Group, domains map[string]string, place string, n *catalogv1.Node) error {
	part := n.GetPart()
	id, field := criteria.NodeID(part, n.GetCode()), n.GetField()
	if n.GetParent() == "" {
		group.Domains = append(group.Domains, cycle.Domain{Field: field, Part: part, Code: n.GetCode(), Name: n.GetName()})
	} else {
		field = domains[criteria.NodeID(part, n.GetParent())]
	}
	if field == "" {
		return notUnderstood(place, fmt.Errorf("%s belongs to no domain", id))
	}
	domains[id] = field
	if n.GetItem() == nil {
		return nil
	}
	item, err := toItem(place+".item", n.GetItem())
	if err != nil {
		return err
	}
	item.ID, item.Domain, item.Name = id, field, n.GetName()
	group.Items = append(group.Items, item)
	return nil
}

func toItem(place string, m *catalogv1.Item) (cycle.Item, error) {
	most, err := points.Parse(m.GetMaxPoints())
	if err != nil {
		return cycle.Item{}, notUnderstood(place+".max_points", err)
	}
	source, err := known(criteriapb.SourceKinds, place+".source_kind", m.GetSourceKind())
	if err != nil {
		return cycle.Item{}, err
	}
	r, err := rulepb.ToRule(m.GetRule())
	if err != nil {
		return cycle.Item{}, notUnderstood(place+".rule", err)
	}
	return cycle.Item{ID: "", Domain: "", Name: "", Max: most, Source: source, Rule: r}, nil
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
