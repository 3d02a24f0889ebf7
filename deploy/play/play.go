// Package play plays one small cycle of a demonstration authority through the REST
// interface, step by step and in the roles of its people: from the authority's
// agencies to the published leaderboards. It depends on the contracts and on no
// service.
//
// Every step checks the answers. The files in data/ hold the actions of the people
// and the expected results.
package play

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/parindex/parindex/deploy/rest"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// Authority is the id of the demonstration authority.
const Authority = "trinh-dien"

// ValuesReported is the name of the step after which the reported values are
// stored.
const ValuesReported = "software reports values"

// firstCycle is the id of the cycle to play. A cycle that an earlier play did not
// finish stays as it is, and the next play creates another: 2026-2, 2026-3 and so
// on.
const firstCycle = "2026"

// Config is the configuration of a Player.
type Config struct {
	// Client calls the gateway; it needs no token.
	Client *rest.Client
	// Admin is the login of a platform administrator, and Second that of another one, who
	// confirms the roles that need a second person; AdminPassword is the password of both.
	Admin, Second, AdminPassword string
	// Password is the password of the accounts that the Player creates: 12 characters
	// or more.
	Password string
	// Now is the clock; Random is the source of the request ids.
	Now    func() time.Time
	Random io.Reader
}

// Player plays one cycle and keeps the data that later steps need.
type Player struct {
	config Config
	script script

	cycle    string
	accounts map[string]string   // the account's id, by login
	tokens   map[string]token    // by login
	secret   string              // of the service account
	written  *writtenEntry       // a write that may be sent again
	draft    string              // the etag of the regulation drafted
	links    map[string][]string // the survey's tokens by agency
	snapshot string              // SHA-256 of the survey's result
	proposed string              // the reduction that waits for the council
	run      *scoringv1.Run
}

// Step is one step of a cycle.
type Step struct {
	// Name describes the step in a few words.
	Name string
	// Do carries out the step and fails if any result differs from the expected one.
	Do func(context.Context) error
}

// New returns a Player that has not played anything yet.
func New(c Config) (*Player, error) {
	s, err := readScript()
	if err != nil {
		return nil, err
	}
	return &Player{
		config: c, script: s, cycle: firstCycle,
		accounts: map[string]string{}, tokens: map[string]token{}, links: map[string][]string{},
	}, nil
}

// Steps returns the steps of a cycle, in order; each needs the ones before.
func (p *Player) Steps() []Step {
	return []Step{
		{"the administrator imports the authority and its agencies", p.importCatalog},
		{"people get accounts and roles, which a second administrator confirms", p.makePeople},
		{"another agency's software gets an account", p.makeSystem},
		{"the coordinator drafts a regulation, which is refused for a gap", p.draftRegulation},
		{"the regulation is mended and issued", p.issueRegulation},
		{"a cycle is created and its deadlines are set", p.createCycle},
		{"round 1 opens", p.move(catalogv1.Phase_PHASE_SELF_1)},
		{"editors fill their sheets", p.fillSheets(1)},
		{"nobody else reads, counts or writes a sheet", p.keepOut},
		{ValuesReported, p.reportValues},
		{"the sheets have the expected totals", p.checkSheets},
		{"a head proposes a reduction", p.proposeReduction},
		{"heads submit round 1", p.submit(1)},
		{"the appraisal receives every seal", p.awaitReceipts(1)},
		{"round 1 closes, its appraisal opens", p.move(catalogv1.Phase_PHASE_APPRAISAL_1)},
		{"what comes late is refused", p.writeLate},
		{"the coordinator assigns appraisers", p.assign},
		{"appraisers see what is assigned and not their own", p.checkSight},
		{"appraisers give their opinions", p.appraise(1)},
		{"the appraisal council approves a reduction and round 1", p.approveFirst},
		{"round 1 is handed back", p.awaitHandBacks(1)},
		{"round 2 opens", p.move(catalogv1.Phase_PHASE_SELF_2)},
		{"editors answer on what is below its maximum", p.fillSheets(2)},
		{"heads submit round 2, all but one", p.submit(2)},
		{"the appraisal receives round 2", p.awaitReceipts(2)},
		{"round 2 closes, its appraisal opens", p.move(catalogv1.Phase_PHASE_APPRAISAL_2)},
		{"appraisers give their verdicts", p.appraise(2)},
		{"the appraisal council approves round 2", p.approveSecond},
		{"round 2 is handed back", p.awaitHandBacks(2)},
		{"a survey is planned and opened", p.openSurvey},
		{"60 people are invited", p.invite},
		{"60 people answer, each by a link that works once", p.respond},
		{"the survey is closed and its result frozen", p.closeSurvey},
		{"the appraisal council meets", p.move(catalogv1.Phase_PHASE_APPRAISAL_COUNCIL)},
		{"the index is computed, and computed again", p.compute},
		{"the cycle goes to the People's Committee", p.move(catalogv1.Phase_PHASE_PRESENTED)},
		{"the result is presented", p.present},
		{"the result is approved and published", p.publish},
		{"the cycle is public", p.move(catalogv1.Phase_PHASE_PUBLISHED)},
		{"anybody reads the leaderboards", p.readLeaderboards},
	}
}

// Play carries out every step and reports each one before it begins.
func (p *Player) Play(ctx context.Context, report func(step string)) error {
	for _, s := range p.Steps() {
		report(s.Name)
		if err := s.Do(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return nil
}

// Cycle returns the id of the played cycle.
func (p *Player) Cycle() string { return p.cycle }

// System returns the service account that reports values, and its secret once it
// has been created.
func (p *Player) System() (name, secret string) {
	return p.script.People.System + "-" + p.cycle, p.secret
}

// Said returns the texts that people wrote in the played cycle and the secrets that
// it created; none of them may appear in logs, traces or metrics.
func (p *Player) Said() []string {
	said := []string{p.secret, p.config.Password, p.config.AdminPassword, p.script.Cycle.Reduction.message.GetText()}
	for _, tokens := range p.links {
		said = append(said, tokens...)
	}
	for _, d := range p.script.Cycle.Documents {
		said = append(said, d.message.GetTitle())
	}
	for _, r := range p.script.Cycle.Rounds {
		for _, s := range r.Sheets {
			for _, e := range s.Entries {
				said = append(said, e.Justification)
			}
		}
		for _, a := range r.Appraisals {
			for _, v := range a.Verdicts {
				said = append(said, v.Reason, v.OverrideReason, v.Missing.message.GetName(), v.Missing.message.GetContent())
			}
		}
	}
	for _, someone := range p.script.everybody() {
		said = append(said, someone.Login, someone.Name)
	}
	return slices.DeleteFunc(said, func(text string) bool { return text == "" })
}

// Logins returns the logins of the accounts that the Player creates, each with its
// display name.
func (p *Player) Logins() [][2]string {
	var logins [][2]string
	for _, someone := range p.script.everybody() {
		logins = append(logins, [2]string{someone.Login, someone.Name})
	}
	return logins
}

// Published returns the newest cycle that was played to its end, or "" if there is
// none.
func Published(ctx context.Context, client *rest.Client) (string, error) {
	answer := new(scoringv1.ListPublishedCyclesResponse)
	err := client.Call(ctx, http.MethodGet, "/v1/publishedCycles?pageSize=200&authority="+Authority, nil, answer)
	if err != nil || len(answer.GetPublishedCycles()) == 0 {
		return "", err
	}
	return answer.GetPublishedCycles()[0].GetCycle(), nil
}

// until checks every tenth of a second, for at most a minute, whether a condition
// is met. The text that the condition returns describes the progress.
func (p *Player) until(ctx context.Context, come func() (done bool, so string, err error)) error {
	for begin := p.config.Now(); ; {
		done, so, err := come()
		switch {
		case err != nil:
			return err
		case done:
			return nil
		case p.config.Now().Sub(begin) > time.Minute:
			return fmt.Errorf("not reached after a minute: %s", so)
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(100 * time.Millisecond):
		return nil
	}
}

// id returns a new request id.
func (p *Player) id() string {
	return uuid.Must(uuid.NewRandomFromReader(p.config.Random)).String()
}

// equal fails unless got equals want; what is the name in the error.
func equal[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s: got %v, not %v", what, got, want)
	}
	return nil
}

// equalLines fails unless two lists are the same.
func equalLines(what string, got, want []string) error {
	if !slices.Equal(got, want) {
		return fmt.Errorf("%s:\n  got  %q\n  want %q", what, got, want)
	}
	return nil
}

// check fails with sentence unless the condition is true.
func check(holds bool, sentence string, args ...any) error {
	if holds {
		return nil
	}
	return fmt.Errorf(sentence, args...)
}

// each calls a function for every element and stops at the first failure, naming
// the element.
func each[T any](all []T, name func(T) string, do func(T) error) error {
	for _, x := range all {
		if err := do(x); err != nil {
			return fmt.Errorf("%s: %w", name(x), err)
		}
	}
	return nil
}
