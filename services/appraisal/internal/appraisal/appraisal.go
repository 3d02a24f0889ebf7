// Package appraisal holds the rules of appraisal: which cases an appraiser may decide,
// what points a verdict gives and a reduction takes, when a round can be approved, and
// the outcomes that go back to the agencies (rules V1, V2, V4, V5, A5).
package appraisal

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/sealed"
)

// Seal is a submitted round of an agency's self-assessment, which assessment sealed
// (rule A4).
type Seal struct {
	Authority, Cycle, Agency string
	// Group is the group in which the agency is ranked.
	Group string
	// Round is 1 or 2. Number counts the seals of the cycle.
	Round, Number int
	// SHA256 is the hash of the content, RegulationSHA256 the hash of the regulation,
	// both in hex.
	SHA256, RegulationSHA256 string
	Time                     time.Time
	// UnsealTime is when the coordinator opened the round again; zero: never (rule A4b).
	UnsealTime time.Time
	// Claims are the items of the round, in printed order.
	Claims []Claim
}

// Read adds to s, which holds the fields of a receipt, the fields of the sealed
// content. It fails with SealBroken if the content has another hash, is no
// sealed.Sheet, or names another agency, cycle, round or number than the receipt. The
// cause quotes no text of the content.
func (s Seal) Read(content []byte) (Seal, error) {
	if canonical.Hash(content) != s.SHA256 {
		return s, SealBroken.Because(errors.New("the content has another hash"))
	}
	sheet, err := sealed.Read[sealed.Sheet](content)
	if err != nil {
		return s, SealBroken.Because(err)
	}
	s.Time, err = time.Parse(time.RFC3339, sheet.SealTime)
	if err != nil || canonical.Instant(s.Time) != sheet.SealTime {
		return s, SealBroken.Because(errors.New("the time of sealing is not in its canonical form"))
	}
	if sheet.Authority != s.Authority || sheet.Cycle != s.Cycle || sheet.Agency != s.Agency || sheet.Round != s.Round || sheet.Number != s.Number {
		return s, SealBroken.Because(errors.New("the content names another agency, cycle, round or number than the receipt"))
	}
	s.Group, s.RegulationSHA256 = sheet.Group, sheet.RegulationSHA256
	for _, e := range sheet.Entries {
		s.Claims = append(s.Claims, Claim{Entry: e, Position: 0})
	}
	return s, nil
}

// Claim is the sealed entry of an agency for one item.
type Claim struct {
	sealed.Entry
	// Position is the place of the item in its criteria set, from 1.
	Position int
}

// proven reports whether the agency states facts and something that proves them.
func (c Claim) proven() bool {
	return c.NotCounted == "" && !c.Facts.IsZero() && (len(c.Evidence) > 0 || c.Justification != "")
}

// Placed returns the seal with the place of each claim's item in its criteria set. It
// fails with SealBroken if the seal does not fit its cycle: it was made under another
// regulation or in another group, its agency was never scored, an item is not assessed by
// agencies or occurs twice, or a claim contradicts its facts.
func (s Seal) Placed(c *cycle.Cycle) (Seal, error) {
	agency, err := c.Agency(s.Agency)
	if err == nil && !agency.Left {
		agency, err = c.ScoredAgency(s.Agency)
	}
	if err != nil {
		return s, SealBroken.Because(err)
	}
	group, err := c.Group(agency.Group)
	if err != nil {
		return s, SealBroken.Because(err)
	}
	switch {
	case s.RegulationSHA256 != c.RegulationSHA256:
		return s, SealBroken.Because(fmt.Errorf("sealed under regulation %s, the cycle has %s", s.RegulationSHA256, c.RegulationSHA256))
	case s.Group != agency.Group:
		return s, SealBroken.Because(fmt.Errorf("sealed in group %s, ranked in %s", s.Group, agency.Group))
	case s.Round < 1 || s.Round > c.Rounds:
		return s, SealBroken.Because(fmt.Errorf("the cycle has no round %d", s.Round))
	}
	seen := map[string]bool{}
	for i, claim := range s.Claims {
		err := claim.check(group, c.Policy)
		if seen[claim.Item] {
			err = errors.New("it occurs twice")
		}
		if err != nil {
			return s, SealBroken.Because(fmt.Errorf("item %s: %w", claim.Item, err))
		}
		seen[claim.Item] = true
		s.Claims[i].Position = Place(group, claim.Item)
	}
	return s, nil
}

// Place returns the place of an item in its criteria set, from 1.
func Place(g cycle.Group, item string) int {
	return 1 + slices.IndexFunc(g.Items, func(i cycle.Item) bool { return i.ID == item })
}

// check returns what is wrong with a claim, or nil. It computes the points from the
// facts, because an appraiser who agrees accepts these points.
func (c Claim) check(g cycle.Group, policy points.Policy) error {
	item, err := g.Item(c.Item)
	switch {
	case err != nil:
		return err
	case !item.Source.Entered():
		return errors.New("agencies do not assess it")
	case c.Facts.IsZero() && (c.Points != nil || c.NotApplicable):
		return errors.New("it has points without facts")
	case c.Facts.IsZero() && c.NotCounted == "" && item.Source != criteria.Feed: // a reported value counts
		return errors.New("it counts without facts")
	case c.Facts.IsZero():
		return nil
	}
	result, err := item.Evaluate(policy, c.Facts.Input)
	switch {
	case err != nil:
		return err
	case result == nil && (c.Points != nil || c.NotApplicable):
		return errors.New("it has points that only a scoring run gives")
	case result == nil:
		return nil
	case c.NotApplicable == result.Applicable || result.Applicable != (c.Points != nil && c.Points.Equal(result.Points)):
		return fmt.Errorf("its facts give %s points (applicable: %t), it states %v", result.Points, result.Applicable, c.Points)
	}
	return nil
}

// Case is one item of one agency that is appraised in one round.
type Case struct {
	Agency, Group string
	Round         int
	// SealNumber and SealSHA256 identify the seal that has the claim; 0 and empty if the
	// case exists only because a value is reported.
	SealNumber int
	SealSHA256 string
	Claim      Claim
	// Since is the number of the first seal of the round that has this claim.
	Since int
	// Report is the value that others report; nil if there is none (rule C6b).
	Report *Report
	// First is the verdict of round 1 on a case of round 2. Verdict is the verdict of
	// this round. Either is nil if there is none.
	First, Verdict *Verdict
}

// Etag returns the version of the case: that of the verdict, "0" before the first, and
// the number of the reported value.
func (c Case) Etag() string {
	etag := "0"
	if c.Verdict != nil {
		etag = strconv.FormatInt(c.Verdict.Version, 10)
	}
	if c.Report != nil {
		etag += "." + strconv.Itoa(c.Report.Sequence)
	}
	return etag
}

// Outdated reports whether something was reported or submitted after the verdict.
func (c Case) Outdated() bool {
	return c.Verdict != nil && (c.reportedSince(c.Verdict) || c.Verdict.SealNumber < c.Since)
}

// reportedSince reports whether a value was reported that a verdict, nil for none, has
// not judged.
func (c Case) reportedSince(v *Verdict) bool {
	return c.Report != nil && (v == nil || v.ReportSequence < c.Report.Sequence)
}

// Undecided reports whether the case still needs a verdict. An item that counts 0 for
// lack of facts or evidence needs none, unless a value is reported that round 1 has not
// judged.
func (c Case) Undecided() bool {
	if c.Verdict != nil {
		return c.Outdated()
	}
	return c.Claim.NotCounted == "" || c.reportedSince(c.First)
}

// stated returns what is stated on the item: the agency's own facts if something proves
// them, else the reported ones, else none.
func (c Case) stated() sealed.Facts {
	switch {
	case c.Claim.proven():
		return c.Claim.Facts
	case c.Report != nil:
		return c.Report.Facts
	}
	return sealed.Facts{Input: nil}
}

// Report is a value that another agency or system reports for an item (rules A6, A6b),
// the last one that assessment has of the round.
type Report struct {
	// ID is a UUID. Sequence numbers the reports of the item from 1.
	ID, Authority, Cycle, Agency, Item string
	Sequence                           int
	Facts                              sealed.Facts
	Period, Source                     string
	Provider, ProviderName, Reporter   string
	Time                               time.Time
}

// RoundOf returns the round in which a value that arrives in a phase is appraised: the
// round whose self-assessment or appraisal runs, or the last one.
func RoundOf(c *cycle.Cycle, phase criteria.Phase) int {
	if phase.Before(criteria.Self2) {
		return 1
	}
	return c.Rounds
}

// Appraiser is an account that appraises in an authority.
type Appraiser struct {
	Account string
	// Home is the home agency of the account if it belongs to the authority, else empty.
	Home string
	// Serves are the agencies of the authority for which the account has a role other
	// than appraiser.
	Serves []string
}

// Barred returns the agencies that the appraiser neither sees nor acts on, even where
// their items are assigned: the own agencies and the agencies above them (rule V1).
func (a Appraiser) Barred(c *cycle.Cycle) []string {
	var barred []string
	for _, own := range append([]string{a.Home}, a.Serves...) {
		for _, id := range []string{own, c.Parents[own]} {
			if id != "" {
				barred = append(barred, id)
			}
		}
	}
	return barred
}

// Check fails with OwnAgency if the appraiser is barred from an agency.
func (a Appraiser) Check(c *cycle.Cycle, agency string) error {
	if slices.Contains(a.Barred(c), agency) {
		return OwnAgency.At("agency")
	}
	return nil
}
