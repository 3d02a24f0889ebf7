package api

import (
	"encoding/hex"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/points"
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
		Authority: a.GetId(), AuthorityName: a.GetName(), ID: c.GetId(), Name: c.GetName(),
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
		Publication: publication(c.Publication), Groups: groups,
	}
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
	}
}

// display writes figures as people see them and notes where each comes from.
type display struct {
	policy  points.Policy
	origins map[string]string
}

// with returns a display that notes origins in a map of their own.
func (d display) with() display { return display{policy: d.policy, origins: map[string]string{}} }

// figure returns f at display scale; nil if it is unknown.
func (d display) figure(name string, f scoring.Figure) *string {
	d.origins[name] = f.Origin().String()
	if !f.Known() {
		return nil
	}
	text := d.policy.Display(f.Value())
	return &text
}

// exact returns a computed index at index scale. A printed one is not known to
// that scale.
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
	d = d.with()
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
		Class: nil, ClassName: nil, Domains: domains, Origins: d.origins,
	}
	d.origins["rank"], d.origins["class"] = e.RankOrigin.String(), e.ClassOrigin.String()
	if e.RankOrigin != scoring.NotPrinted {
		rank := int32(e.Rank) //nolint:gosec // at most the number of agencies
		m.Rank = &rank
	}
	if e.ClassOrigin != scoring.NotPrinted {
		m.Class, m.ClassName = &e.Class.ID, &e.Class.Name
	}
	return m
}

func (d display) domain(e scoring.DomainEntry) *scoringv1.LeaderboardDomain {
	d = d.with()
	return &scoringv1.LeaderboardDomain{
		Field: e.Field, Code: e.Code, Name: e.Name,
		Points: d.figure("points", e.Points), StandardPoints: d.figure("standardPoints", e.Standard), Index: d.figure("index", e.Index),
		Origins: d.origins,
	}
}

func (d display) statistics(s scoring.Statistics) *scoringv1.GroupStatistics {
	d = d.with()
	return &scoringv1.GroupStatistics{
		MeanIndex: d.figure("meanIndex", s.Mean), Highest: d.figure("highest", s.Highest),
		Lowest: d.figure("lowest", s.Lowest), Gap: d.figure("gap", s.Gap), Origins: d.origins,
	}
}
