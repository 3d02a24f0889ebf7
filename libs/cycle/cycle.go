// Package cycle holds a cycle as assessment, appraisal, survey and scoring need it:
// the rounding, comparison and class rules of its regulation, and its groups,
// domains, items and agencies. It has no side effects; cyclepb reads it from
// catalog:
//
//	c, err := reader.Read(ctx, authority, id, revision)
//	group, err := c.GroupOf(agency)
//	item, err := group.Item("i.4.1.2")
//	result, err := rule.Evaluate(item.Rule, item.Rated(c.Policy, reduced), input)
//
// A Cycle is shared by all its readers and must not be changed.
package cycle

import (
	"errors"
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Cycle is one year's evaluation under one issued regulation, at one revision. An
// imported cycle has no regulation and cannot be represented.
type Cycle struct {
	Authority, ID, Name string
	// Year is the year that is evaluated (rule Y8).
	Year int
	// Regulation is the id of the pinned regulation, RegulationSHA256 the SHA-256 of
	// its canonical content, in hex.
	Regulation, RegulationSHA256 string
	// Revision is the platform-wide number of the cycle's last change, from 1.
	Revision int64
	// Rounds is the number of rounds of self-assessment, 1 or 2.
	Rounds int
	// AppraisalCouncil is true if an appraisal council approves rounds; otherwise the
	// coordinator approves them (rule V4).
	AppraisalCouncil bool
	// Seated are the agencies with a seat on the appraisal council; none: the regulation
	// does not name them.
	Seated []string
	// Policy is the rounding policy (rule G2).
	Policy points.Policy
	// RankBy and ClassBy are the figures that ranks and classes are computed from;
	// Ties is the rule for equal values (rule G4).
	RankBy, ClassBy criteria.Comparison
	Ties            criteria.TieRule
	// Excess is the rule for an index above 100 (rule C7).
	Excess criteria.ExcessRule
	// SpecialRules can change the classes given by the index, in the order in which
	// they apply (rule G6).
	SpecialRules []sealed.SpecialRule
	// GuidanceVersion is the version of the guidance in force; 0: none (rule C12).
	GuidanceVersion int32
	// Publication is the version of the last publication of the result; 0: none.
	Publication int32
	// Groups are in display order, Agencies ordered by id.
	Groups   []Group
	Agencies []Agency
	// Parents maps the id of an agency to the id of its parent, for all agencies of
	// the authority that have one, whether or not they are in the cycle.
	Parents map[string]string
	// Names maps the id of every agency of the authority to its name.
	Names map[string]string
}

// Group is a group of agencies that are judged by the same criteria and ranked
// together.
type Group struct {
	ID, Name string
	// Classes are ordered from the best to the lowest; empty: the group has no classes.
	Classes []criteria.Class
	// Domains and Items are in printed order.
	Domains []Domain
	Items   []Item
}

// Domain is a top node of the criteria.
type Domain struct {
	// Field is the canonical key, unique in the group ("procedures").
	Field string
	// Part is the id of its part ("i").
	Part string
	// Code is as printed, unique in the part only (rule C3).
	Code, Name string
}

// Item is a node that carries points (rule C4).
type Item struct {
	// ID is unique in the group ("i.4.1.2").
	ID string
	// Domain is the Field of the domain that the item belongs to.
	Domain, Name string
	// Max is the most points that the item can give, above 0.
	Max    points.Points
	Source criteria.SourceKind
	Rule   rule.Rule
}

// Rated returns the properties of the item that the rule engine needs besides the rule,
// for an agency whose standard points are reduced by some points.
func (i Item) Rated(policy points.Policy, reduced points.Points) rule.Item {
	return rule.Item{Max: i.Max, Policy: policy, Reduced: reduced}
}

// Compared reports whether the rule compares the item's value with those of the group,
// so that only a scoring run gives its points (rule C6b).
func (i Item) Compared() bool {
	_, compared := i.Rule.(rule.PeerRelative)
	return compared
}

// Evaluate returns the result of the item's rule for facts that somebody enters, without
// any reduction. It is nil for an item that is Compared. It fails as rule.Evaluate does, and with BestGiven if
// the facts name the best value of the group.
func (i Item) Evaluate(policy points.Policy, in rule.Input) (*rule.Result, error) {
	if peer, _ := in.(rule.Peer); peer.Best != nil && i.Compared() {
		return nil, BestGiven.At("peer.best")
	}
	result, err := rule.Evaluate(i.Rule, i.Rated(policy, points.Points{}), in)
	if i.Compared() && errors.Is(err, rule.BestUnknown) {
		return nil, nil //nolint:nilnil // the value is valid, and has no points before scoring
	}
	if err != nil {
		return nil, err
	}
	return &result, nil
}

// Agency is an agency's part in the cycle.
type Agency struct {
	ID, Name string
	// Group is the id of the group in which the agency is ranked, always one of the
	// cycle's groups.
	Group string
	// Scored is false for an agency that is listed but not scored; NotScoredReason is
	// the reason, empty for a scored agency.
	Scored          bool
	NotScoredReason string
	// Left is true if the agency was scored until it left the cycle. What it has
	// submitted is kept (rule C1b).
	Left bool
}

// Agency returns an agency of the cycle, scored or not. It fails with
// AgencyNotInCycle.
func (c *Cycle) Agency(id string) (Agency, error) {
	i := slices.IndexFunc(c.Agencies, func(a Agency) bool { return a.ID == id })
	if i < 0 {
		return Agency{}, AgencyNotInCycle.At("agency")
	}
	return c.Agencies[i], nil
}

// ScoredAgency is like Agency, but also fails with AgencyNotScored.
func (c *Cycle) ScoredAgency(id string) (Agency, error) {
	a, err := c.Agency(id)
	if err == nil && !a.Scored {
		err = AgencyNotScored.With(a.NotScoredReason).At("agency")
	}
	return a, err
}

// Seats reports whether an agency may sit on the appraisal council: it has a seat, or the
// regulation names no seats.
func (c *Cycle) Seats(agency string) bool {
	return len(c.Seated) == 0 || slices.Contains(c.Seated, agency)
}

// Group returns a group of the cycle. It fails with GroupNotInCycle.
func (c *Cycle) Group(id string) (Group, error) {
	i := slices.IndexFunc(c.Groups, func(g Group) bool { return g.ID == id })
	if i < 0 {
		return Group{}, GroupNotInCycle.At("group")
	}
	return c.Groups[i], nil
}

// GroupOf returns the group in which an agency is ranked. It fails with
// AgencyNotInCycle.
func (c *Cycle) GroupOf(agency string) (Group, error) {
	a, err := c.Agency(agency)
	if err != nil {
		return Group{}, err
	}
	return c.Group(a.Group)
}

// Item returns an item of the group. It fails with ItemNotInGroup.
func (g Group) Item(id string) (Item, error) {
	i := slices.IndexFunc(g.Items, func(x Item) bool { return x.ID == id })
	if i < 0 {
		return Item{}, ItemNotInGroup.At("item")
	}
	return g.Items[i], nil
}
