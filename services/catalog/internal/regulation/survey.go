package regulation

import (
	"fmt"
	"math/big"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// RespondentGroup is people who are surveyed (rule Q1).
type RespondentGroup struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// SurveyLink says who is asked about which surveyed items of one group.
type SurveyLink struct {
	Group string `json:"group"`
	// Nodes are named as items are, each with all below it; none: the whole group.
	Nodes []string `json:"nodes,omitempty"`
	// Respondents is the id of a respondent group.
	Respondents string `json:"respondents"`
	// Weight is what their value weighs among all who are asked about the same item
	// (rule Q11); nil: not stated.
	Weight *points.Points `json:"weight,omitempty"`
}

// asks are the surveyed items of one group with the links that reach them.
type asks struct {
	set *CriteriaSet
	// links are those of the group, by the nodes they name.
	links nodeSets
	// weighted are the links that state a weight.
	weighted big.Int
}

// whole stands for all of a criteria set.
const whole = ""

// asksOf returns the asks of a group.
func (c Content) asksOf(s *CriteriaSet) *asks {
	a := &asks{set: s, links: nodeSets{}}
	for i, l := range c.SurveyLinks {
		if l.Group != s.Group {
			continue
		}
		for _, id := range l.Nodes {
			a.links.add(id, i)
		}
		if len(l.Nodes) == 0 {
			a.links.add(whole, i)
		}
		if l.Weight != nil {
			a.weighted.SetBit(&a.weighted, i, 1)
		}
	}
	return a
}

// items yields the surveyed items, each with the links that reach it.
func (a *asks) items(yield func(n Node, links *big.Int) bool) {
	for n, up := range a.set.ancestries() {
		if n.Item != nil && n.Item.SourceKind.Surveyed() && !yield(n, a.links.about(n, up)) {
			return
		}
	}
}

// checkSurvey checks who is asked about what (rules C7 and Q11).
func (c Content) checkSurvey(f *findings) {
	ids := map[string]bool{}
	for i, g := range c.RespondentGroups {
		at := fmt.Sprintf("respondent_groups[%d]", i)
		if ids[g.ID] {
			f.add(at+".id", fault.IDTwice.With(g.ID))
		}
		ids[g.ID] = true
		f.line(at+".name", g.Name)
	}
	for i, l := range c.SurveyLinks {
		at := fmt.Sprintf("survey_links[%d]", i)
		c.set(f, at+".group", l.Group)
		if !ids[l.Respondents] {
			f.add(at+".respondents", RespondentsUndefined.With(l.Respondents))
		}
		if l.Weight != nil && l.Weight.Sign() <= 0 {
			f.add(at+".weight", WeightNotPositive.With(*l.Weight))
		}
	}
	for i := range c.CriteriaSets {
		s := &c.CriteriaSets[i]
		if c.bare(*s) {
			continue // its nodes are still to come
		}
		c.checkLinkNodes(f, s)
		c.checkWeights(f, c.asksOf(s))
	}
}

func (c Content) checkLinkNodes(f *findings, s *CriteriaSet) {
	known, unknown := s.ids(), 0
	for i, l := range c.SurveyLinks {
		for j, id := range l.Nodes {
			if l.Group != s.Group || known[id] || unknown == maxUnknown {
				continue
			}
			unknown++
			f.add(fmt.Sprintf("survey_links[%d].nodes[%d]", i, j), LinkNodeUnknown.With(id))
		}
	}
}

// checkWeights reports, once each, the links without a weight that reach an item
// which another link with a weight reaches.
func (c Content) checkWeights(f *findings, a *asks) {
	var reported big.Int
	for n, links := range a.items {
		var with, without big.Int
		with.And(links, &a.weighted)
		without.AndNot(links, &a.weighted)
		if with.Sign() == 0 {
			continue
		}
		for i := range without.BitLen() {
			if without.Bit(i) == 1 && reported.Bit(i) == 0 {
				f.add(fmt.Sprintf("survey_links[%d].weight", i), WeightMissing.With(n.ID()))
				reported.SetBit(&reported, i, 1)
			}
		}
	}
}

// asked reports the surveyed items that nobody is asked about or one group twice,
// the links that ask about nothing, and who is asked about nothing. Without links
// nothing is stated.
func (c Content) asked() []Finding {
	if len(c.SurveyLinks) == 0 {
		return nil
	}
	var found []Finding
	for i := range c.CriteriaSets {
		if s := &c.CriteriaSets[i]; !c.bare(*s) {
			found = append(found, c.askedOf(c.asksOf(s))...)
		}
	}
	linked := map[string]bool{}
	for _, l := range c.SurveyLinks {
		linked[l.Respondents] = true
	}
	for i, g := range c.RespondentGroups {
		if !linked[g.ID] {
			found = append(found, respondentsUnasked.at("", fmt.Sprintf("respondent_groups[%d]", i), g.Name))
		}
	}
	return found
}

func (c Content) askedOf(a *asks) []Finding {
	var used, doubled big.Int
	var found []Finding
	for n, links := range a.items {
		used.Or(&used, links)
		first := map[string]bool{}
		for i := range links.BitLen() {
			if links.Bit(i) == 0 {
				continue
			}
			respondents := c.SurveyLinks[i].Respondents
			if first[respondents] && doubled.Bit(i) == 0 {
				doubled.SetBit(&doubled, i, 1)
				f := askedTwice.at(a.set.Group, fmt.Sprintf("survey_links[%d]", i), respondents, n.ID())
				f.Computed = n.ID()
				found = append(found, f)
			}
			first[respondents] = true
		}
	}
	for i, l := range c.SurveyLinks {
		if l.Group == a.set.Group && used.Bit(i) == 0 {
			found = append(found, linkWithoutItems.at(a.set.Group, fmt.Sprintf("survey_links[%d]", i)))
		}
	}
	const unasked, asked = "", "asked"
	for _, p := range a.set.subtrees(func(n Node, up []Node) (string, bool) {
		if a.links.about(n, up).Sign() == 0 {
			return unasked, n.Item.SourceKind.Surveyed()
		}
		return asked, n.Item.SourceKind.Surveyed()
	}) {
		if p.label == unasked {
			found = append(found, itemUnasked.counted(a.set.Group, p))
		}
	}
	return found
}
