package appraisal

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// notSubmitted is the reason code of an item that no seal holds.
const notSubmitted = "NOT_SUBMITTED"

// Outcome is what an approved round comes to for one agency, sealed (rule A5).
type Outcome struct {
	Authority, Cycle, Agency string
	Round                    int
	// Content is the canonical form of Content, SHA256 its hash, in hex.
	Content  []byte
	SHA256   string
	SealTime time.Time
	// ReceiveTime is when assessment took it; zero: not yet.
	ReceiveTime time.Time
}

// Content is what an outcome holds: parindex.appraisal.v1.OutcomeContent, whose
// comments say what the fields are.
type Content struct {
	Authority        string             `json:"authority"`
	Cycle            string             `json:"cycle"`
	Agency           string             `json:"agency"`
	Group            string             `json:"group"`
	Round            int                `json:"round"`
	Final            bool               `json:"final,omitempty"`
	DecisionNumber   string             `json:"decisionNumber"`
	ApproveTime      string             `json:"approveTime"`
	RegulationSHA256 string             `json:"regulationSha256"`
	Seals            []OutcomeSeal      `json:"seals,omitempty"`
	Items            []OutcomeItem      `json:"items,omitempty"`
	Reductions       []OutcomeReduction `json:"reductions,omitempty"`
}

// OutcomeSeal is a seal that was appraised.
type OutcomeSeal struct {
	Round  int    `json:"round"`
	Number int    `json:"number"`
	SHA256 string `json:"sha256"`
}

// OutcomeItem is one item in an outcome.
type OutcomeItem struct {
	Item  string `json:"item"`
	Round int    `json:"round"`
	// Points are nil where the item is not applicable.
	Points         *points.Points `json:"points,omitempty"`
	StandardPoints points.Points  `json:"standardPoints"`
	Agreed         bool           `json:"agreed,omitempty"`
	ReasonCode     string         `json:"reasonCode,omitempty"`
	Reason         string         `json:"reason,omitempty"`
	Facts          Facts          `json:"input,omitzero"`
	Open           bool           `json:"open,omitempty"`
	DecidedBy      string         `json:"decidedBy,omitempty"`
	// GuidanceVersion is that of the verdict (rule C12).
	GuidanceVersion int32 `json:"guidanceVersion,omitempty"`
}

// OutcomeReduction is what reductions take out of one item.
type OutcomeReduction struct {
	Item   string        `json:"item"`
	Points points.Points `json:"points"`
	Reason string        `json:"reason"`
}

// Canonical returns the bytes that are sealed: JSON without spaces, fields in
// order, absent ones left out.
func (c Content) Canonical() ([]byte, error) {
	text, err := canonical.JSON(c)
	if err != nil {
		return nil, fmt.Errorf("writing the outcome of %s: %w", c.Agency, err)
	}
	return text, nil
}

// Outcomes returns the outcome of the round for every scored agency, by id, as a
// decision approves it at an instant.
func (d Dossier) Outcomes(decision string, at time.Time) ([]Outcome, error) {
	var all []Outcome
	for _, id := range Scored(d.Cycle) {
		agency, err := d.Cycle.Agency(id)
		if err != nil {
			return nil, err
		}
		group, err := d.Cycle.Group(agency.Group)
		if err != nil {
			return nil, err
		}
		content := d.content(agency, group)
		content.DecisionNumber, content.ApproveTime = decision, canonical.Instant(at)
		text, err := content.Canonical()
		if err != nil {
			return nil, err
		}
		all = append(all, Outcome{
			Authority: content.Authority, Cycle: content.Cycle, Agency: id, Round: d.Round,
			Content: text, SHA256: canonical.Hash(text), SealTime: at,
		})
	}
	return all, nil
}

// content returns what an agency's outcome holds but for the decision.
func (d Dossier) content(agency cycle.Agency, group cycle.Group) Content {
	c := Content{
		Authority: d.Cycle.Authority, Cycle: d.Cycle.ID, Agency: agency.ID, Group: group.ID,
		Round: d.Round, Final: d.Round == d.Cycle.Rounds, RegulationSHA256: d.Cycle.RegulationSHA256,
	}
	for _, s := range d.Seals {
		if s.Agency == agency.ID {
			c.Seals = append(c.Seals, OutcomeSeal{Round: s.Round, Number: s.Number, SHA256: s.SHA256})
		}
	}
	slices.SortFunc(c.Seals, func(a, b OutcomeSeal) int { return cmp.Compare(a.Round, b.Round) })
	cases := map[string]Case{}
	for _, x := range d.Cases {
		if x.Agency == agency.ID {
			cases[x.Claim.Item] = x
		}
	}
	for _, item := range group.Items {
		reduced := d.reduced(agency.ID, item.ID)
		if reduced.Points.Sign() > 0 {
			c.Reductions = append(c.Reductions, reduced)
		}
		if item.Source.Entered() {
			decided := d.decided(agency.ID, item.ID, cases)
			standard := item.Max.Sub(reduced.Points)
			most := rule.Highest(item.Rule, item.Rated(d.Cycle.Policy)).Sub(reduced.Points)
			c.Items = append(c.Items, decided.within(standard, most, !c.Final))
		}
	}
	return c
}

// decided returns what an item comes to before its standard points count: by the
// verdict of this round; as the round before left it, where that has a verdict or
// this one does not have the item; as 0 for what keeps it from counting; or as not
// submitted. No round takes back without a verdict what a verdict gave.
func (d Dossier) decided(agency, item string, cases map[string]Case) OutcomeItem {
	x, inRound := cases[item]
	before := d.Before[agency].Items
	i := slices.IndexFunc(before, func(o OutcomeItem) bool { return o.Item == item })
	switch v := x.Verdict; {
	case v != nil:
		return OutcomeItem{
			Item: item, Round: d.Round, Points: v.Points, Agreed: v.Agreed, ReasonCode: v.ReasonCode, Reason: v.Reason,
			Facts: v.Facts, DecidedBy: v.DecidedBy, GuidanceVersion: v.GuidanceVersion,
		}
	case i >= 0 && (!inRound || x.First != nil):
		return before[i]
	case inRound:
		return OutcomeItem{Item: item, Round: d.Round, Points: x.Claim.Counted(), ReasonCode: x.Claim.NotCounted}
	}
	return OutcomeItem{Item: item, Round: d.Round, Points: new(points.Points), ReasonCode: notSubmitted}
}

// within returns the item within the standard points that reductions leave: an
// item wholly taken out is not applicable, and none gives more than the most that
// is left (rule V5), which is more than its standard points where its rule has a
// bonus. It is open below its standard points if a round follows (rule A5).
func (o OutcomeItem) within(standard, most points.Points, follows bool) OutcomeItem {
	o.StandardPoints, o.Open = points.Points{}, false
	if standard.Sign() <= 0 {
		o.Points = nil
	}
	if o.Points != nil {
		given := points.Min(*o.Points, most)
		o.Points, o.StandardPoints, o.Open = &given, standard, follows && given.Cmp(standard) < 0
	}
	return o
}

// reduced returns what the approved reduction takes out of an item.
func (d Dossier) reduced(agency, item string) OutcomeReduction {
	for _, r := range d.Reductions {
		if r.State == Approved && r.Agency == agency && r.Item == item {
			return OutcomeReduction{Item: item, Points: r.Points, Reason: r.Reason}
		}
	}
	return OutcomeReduction{Item: item}
}
