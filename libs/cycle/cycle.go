// Package cycle is a run cycle as those who judge by it read it: how its
// regulation rounds, compares and classes, and its groups, domains, items and
// agencies. It is pure; cyclepb reads it from catalog:
//
//	c, err := reader.Read(ctx, authority, id, revision)
//	group, err := c.GroupOf(agency)
//	item, err := group.Item("i.4.1.2")
//	result, err := rule.Evaluate(item.Rule, item.Rated(c.Policy), input)
//
// Whoever reads a cycle shares it with others: nobody changes it.
package cycle

import (
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// Cycle is one year's evaluation under one issued regulation, at one revision.
// An imported cycle has no regulation and is none.
type Cycle struct {
	Authority, ID, Name string
	// Regulation is the id of the one pinned; RegulationSHA256 the SHA-256 of its
	// canonical content, in hex.
	Regulation, RegulationSHA256 string
	// Revision is the platform-wide number of the cycle's last change, from 1.
	Revision int64
	// Rounds is how many rounds of self-assessment there are, 1 or 2.
	Rounds int
	// AppraisalCouncil tells whether a council approves rounds; else the
	// coordinator does (rule V4).
	AppraisalCouncil bool
	// Policy is how figures are rounded (rule G2).
	Policy points.Policy
	// RankBy and ClassBy are what ranks and classes compare, Ties which ranks
	// equal values get (rule G4).
	RankBy, ClassBy criteria.Comparison
	Ties            criteria.TieRule
	// SpecialRules decide classes besides the index, in the order to apply them
	// (rule G6).
	SpecialRules []SubordinateClasses
	// GuidanceVersion is that of the guidance in force; 0: none (rule C12).
	GuidanceVersion int32
	// Groups are in the order to show them, Agencies ordered by id.
	Groups   []Group
	Agencies []Agency
	// Parents are the agencies of the whole authority that are below another, in
	// the cycle or not: the id of the one above, by id.
	Parents map[string]string
}

// SubordinateClasses is the rule that an agency keeps the class of its index only
// if at least a share of the agencies below it are in that class or a better one
// (rule G6, S2 IV.1.2).
type SubordinateClasses struct {
	// Group is whose classes it decides, Subordinates the group of the agencies
	// below; both have equally many classes, compared by their place.
	Group, Subordinates string
	// Numerator / Denominator is the share.
	Numerator, Denominator int64
	// Incomplete is what holds where not every agency below has a class.
	Incomplete criteria.Incomplete
	// Clause says so, as printed; empty for none.
	Clause string
}

// Group is agencies judged by the same criteria and ranked together.
type Group struct {
	ID, Name string
	// Classes are from the best to the lowest; none: no classes.
	Classes []criteria.Class
	// Domains and Items are in printed order.
	Domains []Domain
	Items   []Item
}

// Domain is a top node of the criteria.
type Domain struct {
	// Field is its canonical key, unique in the group ("procedures").
	Field string
	// Part is the id of its part ("i").
	Part string
	// Code is as printed, unique in the part only (rule C3).
	Code, Name string
}

// Item is what carries points (rule C4).
type Item struct {
	// ID is unique in the group ("i.4.1.2").
	ID string
	// Domain is the Field of the domain it belongs to.
	Domain, Name string
	// Max is the most points it can give, above 0.
	Max    points.Points
	Source criteria.SourceKind
	Rule   rule.Rule
}

// Rated returns what the engine needs to know of the item beside its rule.
func (i Item) Rated(policy points.Policy) rule.Item { return rule.Item{Max: i.Max, Policy: policy} }

// Agency is what an agency is in the cycle.
type Agency struct {
	ID, Name string
	// Group is the id of the group it is ranked in, always one of the cycle's.
	Group string
	// Scored is false for an agency that is listed only, which NotScoredReason
	// explains; that is empty for a scored one.
	Scored          bool
	NotScoredReason string
}

// Agency returns an agency of the cycle, scored or not: AgencyNotInCycle.
func (c *Cycle) Agency(id string) (Agency, error) {
	i := slices.IndexFunc(c.Agencies, func(a Agency) bool { return a.ID == id })
	if i < 0 {
		return Agency{}, AgencyNotInCycle.At("agency")
	}
	return c.Agencies[i], nil
}

// ScoredAgency is Agency for one that is to be judged: also AgencyNotScored.
func (c *Cycle) ScoredAgency(id string) (Agency, error) {
	a, err := c.Agency(id)
	if err == nil && !a.Scored {
		err = AgencyNotScored.With(a.NotScoredReason).At("agency")
	}
	return a, err
}

// Group returns a group of the cycle: GroupNotInCycle.
func (c *Cycle) Group(id string) (Group, error) {
	i := slices.IndexFunc(c.Groups, func(g Group) bool { return g.ID == id })
	if i < 0 {
		return Group{}, GroupNotInCycle.At("group")
	}
	return c.Groups[i], nil
}

// GroupOf returns the group that an agency is ranked in: AgencyNotInCycle.
func (c *Cycle) GroupOf(agency string) (Group, error) {
	a, err := c.Agency(agency)
	if err != nil {
		return Group{}, err
	}
	return c.Group(a.Group)
}

// Item returns an item of the group: ItemNotInGroup.
func (g Group) Item(id string) (Item, error) {
	i := slices.IndexFunc(g.Items, func(x Item) bool { return x.ID == id })
	if i < 0 {
		return Item{}, ItemNotInGroup.At("item")
	}
	return g.Items[i], nil
}
