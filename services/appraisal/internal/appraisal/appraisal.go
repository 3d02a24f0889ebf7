// Package appraisal is the rules of the appraisal service: who appraises what,
// what a verdict and a reduction come to, when a round can be approved, and the
// outcome that it hands back (rules V1, V2, V4, V5, A5).
package appraisal

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Seal is a round of an agency's self-assessment as it was sealed (rule A4).
type Seal struct {
	Authority, Cycle, Agency string
	// Group is the one that the agency is ranked in.
	Group string
	// Round is 1 or 2, Number that of the seal in the cycle.
	Round, Number int
	// SHA256 is that of the sealed bytes, in hex; RegulationSHA256 that of the
	// regulation.
	SHA256, RegulationSHA256 string
	Time                     time.Time
	// Claims are the items of the round, in printed order.
	Claims []Claim
}

// Open returns the seal, of which s is the receipt, with what its content says.
// It fails with SealBroken if the content has another hash, is no sealed.Sheet or
// speaks of another place than the receipt. The cause quotes nothing sealed.
func (s Seal) Open(content []byte) (Seal, error) {
	if canonical.Hash(content) != s.SHA256 {
		return s, SealBroken.Because(errors.New("its content has another hash"))
	}
	sheet, err := sealed.Read[sealed.Sheet](content)
	if err != nil {
		return s, SealBroken.Because(err)
	}
	s.Time, err = time.Parse(time.RFC3339, sheet.SealTime)
	if err != nil || canonical.Instant(s.Time) != sheet.SealTime {
		return s, SealBroken.Because(errors.New("its time is none"))
	}
	if sheet.Authority != s.Authority || sheet.Cycle != s.Cycle || sheet.Agency != s.Agency || sheet.Round != s.Round || sheet.Number != s.Number {
		return s, SealBroken.Because(errors.New("its content speaks of another place than its receipt"))
	}
	s.Group, s.RegulationSHA256 = sheet.Group, sheet.RegulationSHA256
	for i, e := range sheet.Entries {
		s.Claims = append(s.Claims, Claim{Entry: e, Position: i + 1})
	}
	return s, nil
}

// Claim is what an agency sealed of one item.
type Claim struct {
	sealed.Entry
	// Position is its place in the seal, from 1.
	Position int
}

// Counted returns what the item counts on the sealed sheet: 0 where NotCounted
// says why; nil where it is not applicable.
func (c Claim) Counted() *points.Points {
	if c.NotCounted != "" {
		return new(points.Points)
	}
	return c.Points
}

// Check returns SealBroken if the seal does not fit its cycle: another
// regulation, an agency that is not scored or ranked elsewhere, a claim of an
// item that agencies do not assess, or one that says nothing or two things.
func (s Seal) Check(c *cycle.Cycle) error {
	agency, err := c.ScoredAgency(s.Agency)
	if err != nil {
		return SealBroken.Because(err)
	}
	group, err := c.Group(agency.Group)
	if err != nil {
		return SealBroken.Because(err)
	}
	switch {
	case s.RegulationSHA256 != c.RegulationSHA256:
		return SealBroken.Because(fmt.Errorf("sealed under regulation %s, the cycle has %s", s.RegulationSHA256, c.RegulationSHA256))
	case s.Group != agency.Group:
		return SealBroken.Because(fmt.Errorf("sealed in group %s, ranked in %s", s.Group, agency.Group))
	case s.Round < 1 || s.Round > c.Rounds:
		return SealBroken.Because(fmt.Errorf("the cycle has no round %d", s.Round))
	}
	seen := map[string]bool{}
	for _, claim := range s.Claims {
		err := claim.check(group, c.Policy)
		if seen[claim.Item] {
			err = errors.New("it stands there twice")
		}
		if err != nil {
			return SealBroken.Because(fmt.Errorf("item %s: %w", claim.Item, err))
		}
		seen[claim.Item] = true
	}
	return nil
}

// check says what is wrong with a claim, or nil. Its facts give its points: what
// an appraiser agrees with follows from them.
func (c Claim) check(g cycle.Group, policy points.Policy) error {
	item, err := g.Item(c.Item)
	switch {
	case err != nil:
		return err
	case !item.Source.Entered():
		return errors.New("agencies do not assess it")
	case c.Facts.IsZero() && (c.Points != nil || c.NotApplicable || c.NotCounted == ""):
		return errors.New("it counts without facts")
	case c.Facts.IsZero():
		return nil
	}
	result, err := rule.Evaluate(item.Rule, item.Rated(policy), c.Facts.Input)
	if err != nil {
		return err
	}
	if c.NotApplicable == result.Applicable || result.Applicable != (c.Points != nil && c.Points.Equal(result.Points)) {
		return fmt.Errorf("its facts give %s points (applicable: %t), it states %v", result.Points, result.Applicable, c.Points)
	}
	return nil
}

// Case is one item of one agency before the appraisal in one round.
type Case struct {
	Agency, Group string
	Round         int
	// SealNumber and SealSHA256 are of the seal that holds the claim.
	SealNumber int
	SealSHA256 string
	Claim      Claim
	// First is the verdict of round 1, in round 2 only; Verdict is that of this
	// round. nil: none.
	First, Verdict *Verdict
}

// Etag returns the version of the verdict, "0" before the first.
func (c Case) Etag() string {
	if c.Verdict == nil {
		return "0"
	}
	return strconv.FormatInt(c.Verdict.Version, 10)
}

// Undecided reports whether the case still needs a verdict: an item that counts
// 0 for lack of facts or evidence needs none.
func (c Case) Undecided() bool { return c.Verdict == nil && c.Claim.NotCounted == "" }

// Appraiser is whoever appraises in an authority.
type Appraiser struct {
	Account string
	// Home is the home agency where it is one of the authority; empty for none.
	Home string
	// Serves are the agencies of the authority for which the account fills a
	// sheet, submits it or reports.
	Serves []string
}

// Barred returns the agencies that the appraiser neither sees nor acts on, be
// they assigned or not: the own ones and those above them (rule V1).
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

// May returns OwnAgency for an agency that the appraiser is barred from.
func (a Appraiser) May(c *cycle.Cycle, agency string) error {
	if slices.Contains(a.Barred(c), agency) {
		return OwnAgency.At("agency")
	}
	return nil
}
