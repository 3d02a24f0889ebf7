package page

import (
	"strings"

	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// criteriaView is the page of the criteria of one group.
type criteriaView struct {
	// Missing is the reason why there are no criteria to show; empty if there are.
	Missing string
	Groups  []groupLink
	Board   string
	// Title and Decision are those of the regulation.
	Title, Decision string
	Group           string
	Rounding        string
	Ties, Rank      string
	Excess          string
	Classes         []classView
	NoClasses       bool
	Special         []string
	Nodes           []nodeView
}

type classView struct{ Name, Range string }

// nodeView is a domain, a criterion or a sub-criterion. Depth counts from 1 for a domain.
type nodeView struct {
	Part     string // the heading of a new part, before its first node
	Code     string
	Name     string
	Depth    int
	Points   string
	Source   string
	Rule     string
	Guidance string
	Evidence []string
	Basis    []string
}

// criteria shows the criteria of a group of a published cycle, or those of the first
// group.
func (r *reader) criteria() (view, error) {
	c, err := r.cycle(r.visit.Value("authority"), r.visit.Value("cycle"))
	if err != nil {
		return view{}, err
	}
	v := view{
		Template: "criteria", Title: r.l.text("criteria.windowTitle", "cycle", c.GetCycleName()), Heading: r.l.text("criteria.title"),
		Description: r.l.text("criteria.description", "cycle", c.GetCycleName()), Letterhead: r.letterhead(c), Where: r.where(c), Section: "criteria",
	}
	regulation, away := r.regulation(c)
	group := r.visit.Value("group")
	set := setOf(regulation, group)
	switch {
	case away:
		v.Body = criteriaView{Missing: r.l.text("criteria.away")}
		return v, nil
	case regulation == nil:
		v.Body = criteriaView{Missing: r.l.text("criteria.none")}
		return v, nil
	case set == nil:
		return view{}, Unknown
	}
	d := r.method(regulation.GetContent(), set)
	d.Board = "/" + r.l.code + cyclePath(c) + "leaderboards/" + set.GetGroup()
	for _, s := range regulation.GetContent().GetCriteriaSets() {
		d.Groups = append(d.Groups, groupLink{r.l.named(s.GetGroup(), s.GetGroupName()), "/" + r.l.code + cyclePath(c) + "criteria/" + s.GetGroup(), s == set})
	}
	v.Heading, v.Body = r.l.text("criteria.of", "group", d.Group), d
	v.Path = cyclePath(c) + "criteria/" + set.GetGroup()
	return v, nil
}

// setOf returns the criteria set of a group, the first one for no group, or nil.
func setOf(regulation *catalogv1.Regulation, group string) *catalogv1.CriteriaSet {
	for _, s := range regulation.GetContent().GetCriteriaSets() {
		if group == "" || s.GetGroup() == group {
			return s
		}
	}
	return nil
}

// method says in words how a group is scored.
func (r *reader) method(content *catalogv1.RegulationContent, set *catalogv1.CriteriaSet) criteriaView {
	d := criteriaView{
		Title: content.GetTitle(), Decision: strings.TrimSpace(r.l.number(content.GetDecisionNumber()) + " " + r.l.on(content.GetDecisionDate())),
		Group: r.l.named(set.GetGroup(), set.GetGroupName()), Nodes: r.nodes(content, set), NoClasses: len(set.GetClasses()) == 0,
		Ties: r.l.text("method.ties.skip"), Rank: r.l.text("method.rank.exact"), Excess: r.l.text("method.excess.refused"),
	}
	if content.GetTies() == catalogv1.TieRule_TIE_RULE_DENSE {
		d.Ties = r.l.text("method.ties.dense")
	}
	if content.GetRankBy() == catalogv1.Comparison_COMPARISON_DISPLAY_SCALE {
		d.Rank = r.l.text("method.rank.display")
	}
	switch content.GetExcess() {
	case catalogv1.ExcessRule_EXCESS_RULE_CAPPED:
		d.Excess = r.l.text("method.excess.capped")
	case catalogv1.ExcessRule_EXCESS_RULE_ALLOWED:
		d.Excess = r.l.text("method.excess.allowed")
	case catalogv1.ExcessRule_EXCESS_RULE_UNSPECIFIED, catalogv1.ExcessRule_EXCESS_RULE_REFUSED:
	}
	d.Rounding = r.rounding(content.GetRounding())
	for _, c := range set.GetClasses() {
		d.Classes = append(d.Classes, classView{c.GetName(), r.classRange(c)})
	}
	for _, s := range content.GetSpecialRules() {
		if sub := s.GetSubordinateClasses(); sub != nil && s.GetGroup() == set.GetGroup() {
			d.Special = append(d.Special, r.l.text("method.special", "numerator", sub.GetNumerator(), "denominator", sub.GetDenominator(), "clause", s.GetClause()))
		}
	}
	return d
}

func (r *reader) rounding(p *catalogv1.RoundingPolicy) string {
	if p == nil { // the defaults of rule G2
		p = &catalogv1.RoundingPolicy{ItemScale: 6, IndexScale: 6, DisplayScale: 2, Mode: catalogv1.RoundingMode_ROUNDING_MODE_HALF_AWAY_FROM_ZERO}
	}
	mode := "method.half.away"
	switch p.GetMode() {
	case catalogv1.RoundingMode_ROUNDING_MODE_HALF_EVEN:
		mode = "method.half.even"
	case catalogv1.RoundingMode_ROUNDING_MODE_DOWN:
		mode = "method.half.down"
	case catalogv1.RoundingMode_ROUNDING_MODE_UNSPECIFIED, catalogv1.RoundingMode_ROUNDING_MODE_HALF_AWAY_FROM_ZERO:
	}
	return r.l.text("method.rounding", "item", p.GetItemScale(), "index", p.GetIndexScale(), "display", p.GetDisplayScale(), "mode", r.l.text(mode))
}

// classRange says from where to where a class reaches.
func (r *reader) classRange(c *catalogv1.Class) string {
	var parts []string
	for _, end := range []struct{ key, figure string }{
		{"range.from", c.GetFrom()}, {"range.above", c.GetAbove()}, {"range.to", c.GetTo()}, {"range.below", c.GetBelow()},
	} {
		if end.figure != "" {
			parts = append(parts, r.l.text(end.key, "figure", r.l.decimal(end.figure)))
		}
	}
	return strings.Join(parts, " ")
}

func (r *reader) nodes(content *catalogv1.RegulationContent, set *catalogv1.CriteriaSet) []nodeView {
	parts := map[string]string{}
	for _, p := range content.GetParts() {
		parts[p.GetId()] = p.GetCode() + ". " + p.GetName()
	}
	depth := map[string]int{}
	var all []nodeView
	for i, n := range set.GetNodes() {
		v := nodeView{Code: n.GetCode(), Name: n.GetName(), Depth: 1}
		if i == 0 || set.GetNodes()[i-1].GetPart() != n.GetPart() {
			v.Part = parts[n.GetPart()]
		}
		if n.GetParent() != "" {
			v.Depth = depth[n.GetPart()+"/"+n.GetParent()] + 1
		}
		depth[n.GetPart()+"/"+n.GetCode()] = v.Depth
		if item := n.GetItem(); item != nil {
			r.item(&v, item)
		}
		all = append(all, v)
	}
	return all
}

func (r *reader) item(v *nodeView, item *catalogv1.Item) {
	v.Points, v.Guidance = r.l.decimal(item.GetMaxPoints()), item.GetGuidance()
	v.Source = r.l.text("source." + strings.ToLower(strings.TrimPrefix(item.GetSourceKind().String(), "SOURCE_KIND_")))
	v.Rule = r.l.text("rule." + family(item.GetRule()))
	for _, e := range item.GetEvidence() {
		v.Evidence = append(v.Evidence, e.GetName())
	}
	for _, b := range item.GetLegalBasis() {
		v.Basis = append(v.Basis, strings.TrimSpace(b.GetDocument()+" "+b.GetArticle()))
	}
}

// family returns the name of a rule's family in the contract.
func family(rule *rulev1.Rule) string {
	m := rule.ProtoReflect()
	if set := m.WhichOneof(m.Descriptor().Oneofs().ByName("family")); set != nil {
		return string(set.Name())
	}
	return "manual"
}
