package regulation

import (
	"math/big"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
)

// linkedItems are the surveyed items of one group with the links that reach them.
type linkedItems struct {
	set *sealed.CriteriaSet
	// links are those of the group, by the nodes they name.
	links nodeSets
	// weighted are the links that state a weight.
	weighted big.Int
}

// whole is the node that a link names which names none: all of a criteria set.
const whole = ""

// linkedItems returns the surveyed items of a group.
func (c Content) linkedItems(s *sealed.CriteriaSet) *linkedItems {
	a := &linkedItems{set: s, links: nodeSets{}}
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

// each yields the surveyed items, each with the links that reach it.
func (a *linkedItems) each(yield func(n sealed.Node, links *big.Int) bool) {
	for n, up := range ancestries(*a.set) {
		if n.Item != nil && n.Item.SourceKind.Surveyed() && !yield(n, a.links.about(n, up)) {
			return
		}
	}
}

// checkSurvey checks the respondent groups and the survey links (rules C7 and Q11).
func (c Content) checkSurvey(f *findings) {
	ids := map[string]bool{}
	for i, g := range c.RespondentGroups {
		at := Place{}.entry("respondentGroups", i)
		if ids[g.ID] {
			f.add(at.field("id"), fault.IDTwice.With(g.ID))
		}
		ids[g.ID] = true
		f.line(at.field("name"), g.Name)
	}
	for i, l := range c.SurveyLinks {
		at := Place{}.entry("surveyLinks", i)
		c.set(f, at.field("group"), l.Group)
		if !ids[l.Respondents] {
			f.add(at.field("respondents"), RespondentsUndefined.With(l.Respondents))
		}
		if l.Weight != nil && l.Weight.Sign() <= 0 {
			f.add(at.field("weight"), WeightNotPositive.With(*l.Weight))
		}
	}
	for i := range c.CriteriaSets {
		s := &c.CriteriaSets[i]
		if c.bare(*s) {
			continue // its nodes are not imported yet
		}
		c.checkLinkNodes(f, s)
		c.checkWeights(f, c.linkedItems(s))
	}
}

func (c Content) checkLinkNodes(f *findings, s *sealed.CriteriaSet) {
	known, unknown := nodeIDs(*s), 0
	for i, l := range c.SurveyLinks {
		for j, id := range l.Nodes {
			if l.Group != s.Group || known[id] || unknown == maxUnknown {
				continue
			}
			unknown++
			f.add(Place{}.entry("surveyLinks", i).entry("nodes", j), LinkNodeUnknown.With(id))
		}
	}
}

// checkWeights reports, once each, the links without a weight that reach an item
// which another link with a weight reaches.
func (c Content) checkWeights(f *findings, a *linkedItems) {
	var reported big.Int
	for n, links := range a.each {
		var with, without big.Int
		with.And(links, &a.weighted)
		without.AndNot(links, &a.weighted)
		if with.Sign() == 0 {
			continue
		}
		for i := range without.BitLen() {
			if without.Bit(i) == 1 && reported.Bit(i) == 0 {
				f.add(Place{}.entry("surveyLinks", i).field("weight"), WeightMissing.With(n.ID()))
				reported.SetBit(&reported, i, 1)
			}
		}
	}
}

// unlinked reports the surveyed items that no link reaches or that two links reach
// for one respondent group, the links that reach no item, and the respondent groups
// without a link. It reports nothing where the content has no links at all.
func (c Content) unlinked() []Finding {
	if len(c.SurveyLinks) == 0 {
		return nil
	}
	var found []Finding
	for i := range c.CriteriaSets {
		if s := &c.CriteriaSets[i]; !c.bare(*s) {
			found = append(found, c.unlinkedItems(c.linkedItems(s))...)
		}
	}
	linked := map[string]bool{}
	for _, l := range c.SurveyLinks {
		linked[l.Respondents] = true
	}
	for i, g := range c.RespondentGroups {
		if !linked[g.ID] {
			found = append(found, respondentsUnasked.at("", Place{}.entry("respondentGroups", i), g.Name))
		}
	}
	return found
}

func (c Content) unlinkedItems(a *linkedItems) []Finding {
	var used, doubled big.Int
	var found []Finding
	for n, links := range a.each {
		used.Or(&used, links)
		first := map[string]bool{}
		for i := range links.BitLen() {
			if links.Bit(i) == 0 {
				continue
			}
			respondents := c.SurveyLinks[i].Respondents
			if first[respondents] && doubled.Bit(i) == 0 {
				doubled.SetBit(&doubled, i, 1)
				f := askedTwice.at(a.set.Group, Place{}.entry("surveyLinks", i), respondents, n.ID())
				f.Computed = n.ID()
				found = append(found, f)
			}
			first[respondents] = true
		}
	}
	for i, l := range c.SurveyLinks {
		if l.Group == a.set.Group && used.Bit(i) == 0 {
			found = append(found, linkWithoutItems.at(a.set.Group, Place{}.entry("surveyLinks", i)))
		}
	}
	const unasked, asked = "", "asked"
	for _, p := range subtrees(*a.set, func(n sealed.Node, up []sealed.Node) (string, bool) {
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
