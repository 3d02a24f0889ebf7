package regulation

import (
	"cmp"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// exceeding reports the groups in which an agency can have more points than standard
// points, although c refuses an index above 100 (rule C7). Such a cycle could be played
// to its end and not be presented.
func (c Content) exceeding() []Finding {
	if cmp.Or(c.Excess, criteria.Refused) != criteria.Refused {
		return nil
	}
	var found []Finding
	for i, s := range c.CriteriaSets {
		standard, highest := greatest(s, c.Policy())
		if highest.Cmp(standard) > 0 {
			place := setPlace(i).field("nodes")
			found = append(found, totalExceeds100.difference(s.Group, place.String(), place, standard, highest))
		}
	}
	return found
}

// greatest returns the standard points of s and the greatest total that an agency can
// have: the most points that each rule gives, with the whole bonus.
func greatest(s sealed.CriteriaSet, policy points.Policy) (standard, highest points.Points) {
	for _, n := range s.Nodes {
		if n.Item != nil {
			standard = standard.Add(n.Item.MaxPoints)
			highest = highest.Add(rule.Highest(n.Item.Rule, rule.Item{Max: n.Item.MaxPoints, Policy: policy}))
		}
	}
	return standard, highest
}
