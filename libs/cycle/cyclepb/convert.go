package cyclepb

import (
	"errors"
	"fmt"
	"slices"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/rule/rulepb"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// The enum values of the contract that this program knows.
var (
	comparisons = map[catalogv1.Comparison]cycle.Comparison{
		catalogv1.Comparison_COMPARISON_UNSPECIFIED:   cycle.IndexScale, // as the contract says
		catalogv1.Comparison_COMPARISON_INDEX_SCALE:   cycle.IndexScale,
		catalogv1.Comparison_COMPARISON_DISPLAY_SCALE: cycle.DisplayScale,
	}
	tieRules = map[catalogv1.TieRule]cycle.TieRule{
		catalogv1.TieRule_TIE_RULE_UNSPECIFIED: cycle.Skip, // as the contract says
		catalogv1.TieRule_TIE_RULE_SKIP:        cycle.Skip,
		catalogv1.TieRule_TIE_RULE_DENSE:       cycle.Dense,
	}
	incomplete = map[catalogv1.IncompleteSubordinates]cycle.Incomplete{
		catalogv1.IncompleteSubordinates_INCOMPLETE_SUBORDINATES_NOT_CLASSIFIED: cycle.NotClassified,
		catalogv1.IncompleteSubordinates_INCOMPLETE_SUBORDINATES_COUNT_AS_WORSE: cycle.CountAsWorse,
	}
	roundingModes = map[catalogv1.RoundingMode]points.Mode{
		catalogv1.RoundingMode_ROUNDING_MODE_HALF_AWAY_FROM_ZERO: points.HalfAwayFromZero,
		catalogv1.RoundingMode_ROUNDING_MODE_HALF_EVEN:           points.HalfEven,
		catalogv1.RoundingMode_ROUNDING_MODE_DOWN:                points.Down,
	}
	parts = map[catalogv1.Part]cycle.Part{
		catalogv1.Part_PART_RESULTS: cycle.Results,
		catalogv1.Part_PART_IMPACT:  cycle.Impact,
	}
	sourceKinds = map[catalogv1.SourceKind]cycle.SourceKind{
		catalogv1.SourceKind_SOURCE_KIND_SELF:         cycle.Self,
		catalogv1.SourceKind_SOURCE_KIND_SURVEY:       cycle.Survey,
		catalogv1.SourceKind_SOURCE_KIND_SATISFACTION: cycle.Satisfaction,
		catalogv1.SourceKind_SOURCE_KIND_TARGETS:      cycle.Targets,
		catalogv1.SourceKind_SOURCE_KIND_FEED:         cycle.Feed,
		catalogv1.SourceKind_SOURCE_KIND_HISTORY:      cycle.History,
	}
	scored = map[catalogv1.ScoringState]bool{
		catalogv1.ScoringState_SCORING_STATE_SCORED:     true,
		catalogv1.ScoringState_SCORING_STATE_NOT_SCORED: false,
	}
)

// known returns the value of this program for a value of the contract.
func known[From comparable, To any](table map[From]To, place string, value From) (To, error) {
	to, ok := table[value]
	if !ok {
		return to, unknown(place, value)
	}
	return to, nil
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
	rankBy, rankErr := known(comparisons, "rank_by", content.GetRankBy())
	classBy, classErr := known(comparisons, "class_by", content.GetClassBy())
	ties, tiesErr := known(tieRules, "ties", content.GetTies())
	special, specialErr := toSpecialRules(content.GetSpecialRules())
	groups, groupsErr := toGroups(c.GetGroups(), content.GetCriteriaSets())
	members, membersErr := toAgencies(agencies, groups)
	if err := errors.Join(policyErr, rankErr, classErr, tiesErr, specialErr, groupsErr, membersErr); err != nil {
		return nil, err
	}
	return &cycle.Cycle{
		Authority: c.GetAuthority(), ID: c.GetId(), Name: c.GetName(),
		Regulation: r.GetId(), RegulationSHA256: r.GetSha256(), Revision: c.GetRevision(),
		Rounds: int(content.GetRounds()), AppraisalCouncil: content.GetAppraisalCouncil(),
		Policy: policy, RankBy: rankBy, ClassBy: classBy, Ties: ties, SpecialRules: special,
		GuidanceVersion: c.GetGuidanceVersion(), Groups: groups, Agencies: members, Parents: toParents(all),
	}, nil
}

func toPolicy(m *catalogv1.RoundingPolicy) (points.Policy, error) {
	if m == nil {
		return points.DefaultPolicy(), nil
	}
	mode, err := known(roundingModes, "rounding.mode", m.GetMode())
	if err != nil {
		return points.Policy{}, err
	}
	p := points.Policy{ItemScale: m.GetItemScale(), IndexScale: m.GetIndexScale(), DisplayScale: m.GetDisplayScale(), Mode: mode}
	if err := p.Validate(); err != nil {
		return p, notUnderstood("rounding", err)
	}
	return p, nil
}

func toSpecialRules(ms []*catalogv1.SpecialRule) ([]cycle.SubordinateClasses, error) {
	var rules []cycle.SubordinateClasses
	for i, m := range ms {
		place := fmt.Sprintf("special_rules[%d]", i)
		of := m.GetSubordinateClasses()
		if of == nil {
			return nil, notUnderstood(place, errors.New("a rule that this program does not know"))
		}
		missing, err := known(incomplete, place+".subordinate_classes.incomplete", of.GetIncomplete())
		if err != nil {
			return nil, err
		}
		rules = append(rules, cycle.SubordinateClasses{
			Group: m.GetGroup(), Subordinates: of.GetSubordinates(), Clause: m.GetClause(), Incomplete: missing,
			Numerator: int64(of.GetNumerator()), Denominator: int64(of.GetDenominator()),
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
	group := cycle.Group{ID: g.GetId(), Name: g.GetName()}
	for i, c := range set.GetClasses() {
		class, err := toClass(fmt.Sprintf("%s.classes[%d]", place, i), c)
		if err != nil {
			return group, err
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
	part, err := known(parts, place+".part", n.GetPart())
	if err != nil {
		return err
	}
	id, field := part.ItemID(n.GetCode()), n.GetField()
	if n.GetParent() == "" {
		group.Domains = append(group.Domains, cycle.Domain{Field: field, Part: part, Code: n.GetCode(), Name: n.GetName()})
	} else {
		field = domains[part.ItemID(n.GetParent())]
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
	source, err := known(sourceKinds, place+".source_kind", m.GetSourceKind())
	if err != nil {
		return cycle.Item{}, err
	}
	r, err := rulepb.ToRule(m.GetRule())
	if err != nil {
		return cycle.Item{}, notUnderstood(place+".rule", err)
	}
	return cycle.Item{Max: most, Source: source, Rule: r}, nil
}

func toClass(place string, m *catalogv1.Class) (cycle.Class, error) {
	c := cycle.Class{ID: m.GetId(), Name: m.GetName()}
	var lowErr, highErr error
	switch end := m.GetLow().(type) {
	case *catalogv1.Class_From:
		c.Low, lowErr = toEnd(place+".from", rule.Closed, end.From)
	case *catalogv1.Class_Above:
		c.Low, lowErr = toEnd(place+".above", rule.Open, end.Above)
	}
	switch end := m.GetHigh().(type) {
	case *catalogv1.Class_To:
		c.High, highErr = toEnd(place+".to", rule.Closed, end.To)
	case *catalogv1.Class_Below:
		c.High, highErr = toEnd(place+".below", rule.Open, end.Below)
	}
	return c, errors.Join(lowErr, highErr)
}

func toEnd(place string, kind rule.EndKind, figure string) (rule.End, error) {
	percent, err := points.Parse(figure)
	if err != nil {
		return rule.End{}, notUnderstood(place, err)
	}
	return rule.End{Kind: kind, Percent: percent}, nil
}

func toAgencies(members []*catalogv1.CycleAgency, groups []cycle.Group) ([]cycle.Agency, error) {
	agencies := make([]cycle.Agency, 0, len(members))
	for i, m := range members {
		place := fmt.Sprintf("cycle_agencies[%d]", i)
		isScored, err := known(scored, place+".state", m.GetState())
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(groups, func(g cycle.Group) bool { return g.ID == m.GetGroup() }) {
			return nil, notUnderstood(place+".group", fmt.Errorf("the cycle has no group %q", m.GetGroup()))
		}
		agencies = append(agencies, cycle.Agency{
			ID: m.GetAgency().GetId(), Name: m.GetAgency().GetName(), Group: m.GetGroup(),
			Scored: isScored, NotScoredReason: m.GetReason(),
		})
	}
	return agencies, nil
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
