package api

import (
	"encoding/hex"
	"fmt"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/rule/rulepb"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

func hexOf(sum []byte) string { return hex.EncodeToString(sum) }

func cycle(a *catalogv1.Authority, c *catalogv1.Cycle, agencies []*catalogv1.CycleAgency) scoring.Cycle {
	groups := make([]scoring.CycleGroup, len(c.GetGroups()))
	for i, g := range c.GetGroups() {
		groups[i] = scoring.CycleGroup{ID: g.GetId(), Name: g.GetName()}
	}
	members := make([]scoring.CycleAgency, len(agencies))
	for i, m := range agencies {
		members[i] = scoring.CycleAgency{
			ID: m.GetAgency().GetId(), Name: m.GetAgency().GetName(), Aliases: m.GetAgency().GetAliases(),
			Group: m.GetGroup(), Scored: m.GetState() == catalogv1.ScoringState_SCORING_STATE_SCORED,
		}
	}
	return scoring.Cycle{
		Authority: a.GetId(), AuthorityName: a.GetName(), ID: c.GetId(), Name: c.GetName(), Year: int(c.GetYear()),
		Imported: c.GetOrigin() == catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED, Groups: groups, Agencies: members,
	}
}

func publication(p scoring.Publication) *scoringv1.Publication {
	m := &scoringv1.Publication{
		Id: p.ID, Version: int32(p.Version), //nolint:gosec // an integer column
		DecisionNumber: p.Decision.Number, DecisionDate: p.Decision.Date,
		PublishTime: nil, Notice: p.Notice, Source: nil,
	}
	if p.ID != "" {
		m.PublishTime = timestamppb.New(p.PublishTime)
	}
	if p.Source.Imported() {
		m.Source = &scoringv1.Source{Title: p.Source.Title, Number: p.Source.Number, Date: p.Source.Date, Sha256: hexOf(p.Source.SHA256)}
	}
	return m
}

func publishedCycle(c scoring.PublishedCycle) *scoringv1.PublishedCycle {
	groups := make([]*scoringv1.PublishedGroup, len(c.Groups))
	for i, g := range c.Groups {
		groups[i] = &scoringv1.PublishedGroup{Id: g.ID, Name: g.Name, Agencies: int32(g.Agencies)} //nolint:gosec // an integer column
	}
	return &scoringv1.PublishedCycle{
		Authority: c.Publication.Authority, AuthorityName: c.Publication.AuthorityName,
		Cycle: c.Publication.Cycle, CycleName: c.Publication.CycleName,
		Publication: publication(c.Publication), Groups: groups, Year: int32(c.Publication.Year), //nolint:gosec // an integer column
	}
}

// historyProposal returns nil for no proposal.
func historyProposal(p scoring.HistoryProposal) *scoringv1.HistoryProposal {
	if !p.Made() {
		return nil
	}
	return &scoringv1.HistoryProposal{Sha256: hexOf(p.SHA256), ProposeTime: timestamppb.New(p.Time)}
}

func leaderboard(p scoring.Publication, l scoring.Leaderboard) *scoringv1.Leaderboard {
	show := display{policy: l.Policy, origins: nil}
	entries := make([]*scoringv1.LeaderboardEntry, len(l.Entries))
	for i, e := range l.Entries {
		entries[i] = show.entry(e)
	}
	return &scoringv1.Leaderboard{
		Authority: p.Authority, Cycle: p.Cycle, Group: l.Group, GroupName: l.GroupName,
		Publication: publication(p), Entries: entries, Statistics: show.statistics(l.Statistics),
		Unranked: message.Each(l.Unranked, unranked),
	}
}

func unranked(u scoring.Unranked) *scoringv1.UnrankedAgency {
	return &scoringv1.UnrankedAgency{Agency: u.Agency, AgencyName: u.AgencyName, Reason: u.Reason}
}

// display formats figures at display scale and records their origins.
type display struct {
	policy  points.Policy
	origins map[string]string
}

// renewed returns a display with an empty map of origins.
func (d display) renewed() display { return display{policy: d.policy, origins: map[string]string{}} }

// figure returns f at display scale; nil if it is unknown.
func (d display) figure(name string, f scoring.Figure) *string {
	d.origins[name] = f.Origin().String()
	if !f.Known() {
		return nil
	}
	text := d.policy.Display(f.Value())
	return &text
}

// exact returns a computed index at index scale; nil for a printed one, which is not
// known to that scale.
func (d display) exact(name string, index scoring.Figure) *string {
	if index.Origin() != scoring.Computed {
		d.origins[name] = scoring.NotPrinted.String()
		return nil
	}
	d.origins[name] = scoring.Computed.String()
	text := index.Value().Fixed(d.policy.IndexScale)
	return &text
}

func (d display) entry(e scoring.Entry) *scoringv1.LeaderboardEntry {
	d = d.renewed()
	domains := make([]*scoringv1.LeaderboardDomain, len(e.Domains))
	for i, domain := range e.Domains {
		domains[i] = d.domain(domain)
	}
	m := &scoringv1.LeaderboardEntry{
		Rank: nil, Agency: e.Agency, AgencyName: e.AgencyName,
		StandardPoints: d.figure("standardPoints", e.Standard), SelfPoints: d.figure("selfPoints", e.Self),
		OfficialsPoints: d.figure("officialsPoints", e.Officials), SatisfactionPoints: d.figure("satisfactionPoints", e.Satisfaction),
		SurveyPoints: d.figure("surveyPoints", e.Survey), TotalPoints: d.figure("totalPoints", e.Total),
		Index: d.figure("index", e.Index), IndexExact: d.exact("indexExact", e.Index),
		Class: nil, ClassName: nil, Domains: domains, Origins: d.origins, ClassAdjustment: nil, UncappedIndex: nil,
		Reductions: message.Each(e.Reductions, d.reduction),
	}
	if e.Uncapped.Known() {
		m.UncappedIndex = d.figure("uncappedIndex", e.Uncapped)
	}
	d.origins["rank"], d.origins["class"] = e.RankOrigin.String(), e.ClassOrigin.String()
	if e.RankOrigin != scoring.NotPrinted {
		rank := int32(e.Rank) //nolint:gosec // at most the number of agencies
		m.Rank = &rank
	}
	if e.ClassOrigin != scoring.NotPrinted {
		m.Class, m.ClassName = &e.Class.ID, &e.Class.Name
	}
	if a := e.Adjustment; a != nil {
		m.ClassAdjustment = &scoringv1.ClassAdjustment{
			FromClass: a.From.ID, FromClassName: a.From.Name, Clause: a.Clause,
			//nolint:gosec // at most the number of agencies
			Subordinates: int32(a.Subordinates), Reached: int32(a.Reached), Unclassified: int32(a.Unclassified),
		}
	}
	return m
}

func (d display) reduction(r scoring.Reduction) *scoringv1.LeaderboardReduction {
	return &scoringv1.LeaderboardReduction{Item: r.Item, Name: r.Name, Points: d.policy.Display(r.Points), Reason: r.Reason}
}

func (d display) domain(e scoring.DomainEntry) *scoringv1.LeaderboardDomain {
	d = d.renewed()
	return &scoringv1.LeaderboardDomain{
		Field: e.Field, Code: e.Code, Name: e.Name,
		Points: d.figure("points", e.Points), StandardPoints: d.figure("standardPoints", e.Standard), Index: d.figure("index", e.Index),
		Origins: d.origins,
	}
}

func (d display) statistics(s scoring.Statistics) *scoringv1.GroupStatistics {
	d = d.renewed()
	return &scoringv1.GroupStatistics{
		MeanIndex: d.figure("meanIndex", s.Mean), Highest: d.figure("highest", s.Highest),
		Lowest: d.figure("lowest", s.Lowest), Gap: d.figure("gap", s.Gap), Origins: d.origins,
	}
}

var runStates = map[scoring.RunState]scoringv1.RunState{
	scoring.RunComputed:  scoringv1.RunState_RUN_STATE_COMPUTED,
	scoring.RunPresented: scoringv1.RunState_RUN_STATE_PRESENTED,
	scoring.RunPublished: scoringv1.RunState_RUN_STATE_PUBLISHED,
}

func run(r scoring.Run) *scoringv1.Run {
	m := &scoringv1.Run{
		Id: r.ID, Authority: r.Authority, Cycle: r.Cycle, Number: int32(r.Number), //nolint:gosec // an integer column
		State: runStates[r.State], Inputs: make([]*scoringv1.RunInput, len(r.Inputs)), InputsSha256: hexOf(r.InputsSHA256),
		EngineVersion: int32(r.EngineVersion), Sha256: hexOf(r.SHA256), //nolint:gosec // an integer column
		Gaps: make([]*scoringv1.RunGap, len(r.Gaps)), GapCount: int32(r.GapCount), //nolint:gosec // an integer column
		CreateTime: timestamppb.New(r.CreateTime), PresentTime: message.Instant(r.PresentTime), Publication: r.Publication,
	}
	for i, in := range r.Inputs {
		m.Inputs[i] = &scoringv1.RunInput{Kind: string(in.Kind), Id: in.ID, Sha256: in.SHA256}
	}
	for i, g := range r.Gaps {
		m.Gaps[i] = &scoringv1.RunGap{Agency: g.Agency, Item: g.Item, Reason: string(g.Reason)}
	}
	return m
}

// agencyResult converts the result of one agency; explained is by item.
func agencyResult(r scoring.Result, e scoring.Entry, a scoring.AgencyResult, explained map[string]rule.Result) (*scoringv1.AgencyResult, error) {
	show := display{policy: r.Rounding, origins: nil}
	m := &scoringv1.AgencyResult{Entry: show.entry(e), Group: a.Group, Items: make([]*scoringv1.ItemResult, len(a.Items))}
	for i, item := range a.Items {
		var err error
		if m.Items[i], err = itemResult(item, explained); err != nil {
			return nil, fmt.Errorf("item %s of %s: %w", item.Item, a.Agency, err)
		}
	}
	return m, nil
}

func itemResult(i scoring.ItemResult, explained map[string]rule.Result) (*scoringv1.ItemResult, error) {
	m := &scoringv1.ItemResult{
		Item: i.Item, Name: i.Name, Field: i.Field,
		MaxPoints: i.Max.String(), ReducedPoints: i.Reduced.String(), StandardPoints: i.Standard.String(), Points: nil,
		SourceKind: string(i.Source), Input: nil, Explanation: nil, Reason: i.Reason, DecidedBy: i.DecidedBy, Responses: i.Responses,
	}
	if i.Points != nil {
		text := i.Points.String()
		m.Points = &text
	}
	how, ok := explained[i.Item]
	if !ok {
		return m, nil
	}
	var err error
	if m.Input, err = rulepb.FromInput(i.Input.Input); err != nil {
		return nil, err
	}
	m.Explanation, err = rulepb.FromResult(how)
	return m, err
}
