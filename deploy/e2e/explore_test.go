package e2e

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/deploy/rest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// How the states are explored: the fewest walks, and the seed of the first one; the next
// walk has the next seed. Other seeds than those of every day go deeper:
//
//	PARINDEX_EXPLORE_WALKS=500 PARINDEX_EXPLORE_SEED=1000 make e2e
//
// A walk that fails prints its seed and what it did. With one walk, nothing is asked of
// what the walks have covered.
const (
	walksVariable, seedVariable = "PARINDEX_EXPLORE_WALKS", "PARINDEX_EXPLORE_SEED"
	fewestWalks, mostWalks      = 8, 60
)

// TestExplore walks at random through the states of cycles: at each step somebody does one
// of the acts of rule Y7, whether it fits the state or not. An act changes the state, or
// it is refused with a reason that the platform documents and changes nothing. From where
// a walk ends, people do only what the refusals tell them to, until the result is
// published. Then the walk goes on behind the publication, and is finished again.
//
// The test walks on until each act was accepted, and each state of the table of rule Y7
// was reached and a walk finished from there. It fails if that takes too many walks.
func TestExplore(t *testing.T) {
	checkStatesAgainstRules(t)
	e := newExplorer(t)
	walks, seed := number(t, walksVariable, fewestWalks), number(t, seedVariable, 1)
	for i := 0; i < walks || walks > 1 && i < mostWalks && len(e.uncovered()) > 0; i++ {
		t.Run(fmt.Sprintf("walk %d", seed+i), func(t *testing.T) { e.explore(t, seed+i) })
	}
	t.Logf("how often each act was accepted: %v", e.accepted)
	t.Logf("in how many walks each state was reached: %v; and left to the end: %v", e.visited, e.finished)
	if left := e.uncovered(); walks > 1 && len(left) > 0 {
		t.Errorf("nothing is proved of %s", strings.Join(left, "; "))
	}
}

// uncovered returns the acts that were never accepted, and the states that were not
// reached or from which no walk was finished.
func (e *explorer) uncovered() []string {
	var all []string
	for _, a := range acts {
		if e.accepted[a.name] == 0 {
			all = append(all, a.name)
		}
	}
	for _, name := range []string{submitLate, publishAgain} {
		if e.accepted[name] == 0 {
			all = append(all, name)
		}
	}
	for _, state := range exploredStates {
		if e.visited[state] == 0 || e.finished[state] == 0 {
			all = append(all, state)
		}
	}
	return all
}

// number returns the value of an environment variable.
func number(t *testing.T, variable string, unset int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return unset
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q and not a number from 1", variable, text)
	}
	return n
}

// walk is one walk through the states of one cycle.
type walk struct {
	*explorer

	t         *testing.T
	seed      int
	random    *rand.Rand
	cycle     string
	rounds    int32
	decider   authv1.Role
	view      *view
	seen      map[string]bool // the states reached
	done      map[string]bool // the acts accepted at random
	papers    int             // numbers of documents
	calls     int             // acts since the finish began
	computed  bool            // nothing has changed since the newest run was computed
	finishing bool
	log       []string
}

// explore takes one walk: at random, then straight to a phase, again at random and to the
// end, and once more from there behind the publication.
func (e *explorer) explore(t *testing.T, seed int) {
	t.Helper()
	begin := time.Now()
	regulation := exploredRegulations[seed%len(exploredRegulations)]
	w := &walk{
		explorer: e, t: t, seed: seed, cycle: fmt.Sprintf("walk-%d", seed), rounds: regulation.rounds, decider: regulation.decider,
		random: rand.New(rand.NewPCG(uint64(seed), 0)), seen: map[string]bool{}, done: map[string]bool{}, //nolint:gosec // not for secrets
	}
	e.createCycle(t, w.cycle, regulation.id)
	w.view = w.look("CreateCycle")
	w.note()
	w.wander(w.random.IntN(40))
	w.lead()
	steps := w.random.IntN(2) * w.random.IntN(60)
	if w.view.cycle.GetPhase() == catalogv1.Phase_PHASE_PRESENTED {
		steps %= 4 // more would mostly lead away from there
	}
	w.wander(steps)
	w.finish()
	w.wander(w.random.IntN(30))
	w.finish()
	for state := range w.seen {
		e.visited[state]++
	}
	t.Logf("walk %d: %d acts in %.1fs", seed, len(w.log), time.Since(begin).Seconds())
}

// wander takes a number of steps. Half of the time it does what the last refusal has told
// to do, but seldom moves the cycle for it, so that much happens in each phase.
func (w *walk) wander(steps int) {
	w.t.Helper()
	w.finishing = false
	var advice *errand
	for range steps {
		next := errand{w.draw(), w.aim()}
		if advice != nil && (advice.apt != always || w.random.IntN(3) == 0) && w.random.IntN(2) == 0 {
			next = *advice
		}
		advice = nil
		if err := w.try(next); err != nil && !errors.Is(err, errNothing) {
			advice = w.advice(next.target, err)
		}
	}
}

// draw returns a random act, seldom one that does not belong to the present phase or was
// accepted in this walk before.
func (w *walk) draw() act {
	for {
		a := acts[w.random.IntN(len(acts))]
		unfit, again := !a.apt.has(w.view.cycle.GetPhase()), w.done[a.name]
		if w.random.IntN(heaviest) < a.weight && (!unfit || w.random.IntN(6) == 0) && (!again || w.random.IntN(3) == 0) {
			return a
		}
	}
}

// aim returns a random target, mostly in the present round.
func (w *walk) aim() target {
	at := target{
		round: w.presentRound(), agency: exploredAgencies[w.random.IntN(len(exploredAgencies))], item: exploredItems[w.random.IntN(len(exploredItems))],
	}
	if w.random.IntN(5) == 0 {
		at.round = 1 + w.random.Int32N(w.rounds)
	}
	if late := w.view.cycle.GetExtensions(); len(late) > 0 && w.random.IntN(3) == 0 {
		at.agency = cmp.Or(late[0].GetAgency(), at.agency)
	}
	if n := len(w.view.cases); n > 0 && w.random.IntN(2) == 0 {
		c := w.view.cases[w.random.IntN(n)]
		at = target{c.GetRound(), c.GetAgency(), c.GetItem()}
	}
	return at
}

// errand is an act and its target.
type errand struct {
	act
	target
}

func (e errand) String() string {
	return strings.TrimRight(fmt.Sprintf("%s %d %s %s", e.name, e.round, e.agency, e.item), " ")
}

// try does an act. It fails the test if the answer is neither a change nor a refusal that
// says what to do, or if a refused act has changed something.
func (w *walk) try(next errand) error {
	w.t.Helper()
	phase := w.view.cycle.GetPhase()
	err := next.do(w, next.target)
	if errors.Is(err, errNothing) {
		return err
	}
	w.log = append(w.log, fmt.Sprintf("%-20s %-45s %s", phase, next, cmp.Or(w.refusal(err), "done")))
	before := w.view
	if err != nil && w.random.IntN(4) > 0 {
		return err // one refusal of four is checked to have changed nothing
	}
	w.view = w.look(next.rpc)
	w.note()
	switch {
	case err == nil && next.rpc != "" && before.same(w.view):
		w.fail("%s was accepted and has changed nothing", next)
	case err != nil && !before.same(w.view) && next.rpc != "SubmitResponse":
		w.fail("%s was refused and has changed something", next)
	case err == nil:
		w.accepted[next.name]++
		w.done[next.name] = w.done[next.name] || !w.finishing
		w.computed = next.rpc == "CreateRun"
	}
	return err
}

// note notes the states reached.
func (w *walk) note() {
	w.t.Helper()
	states, err := w.view.states()
	if err != nil {
		w.fail("%v", err)
	}
	for state := range states {
		w.seen[state] = true
	}
}

// lead goes straight to a phase, another one in each walk, and in PRESENTED often to a
// presented run.
func (w *walk) lead() {
	w.t.Helper()
	w.finishing, w.calls = true, 0
	phases := w.order()
	phase := phases[w.seed/len(exploredRegulations)%(slices.Index(phases, catalogv1.Phase_PHASE_PRESENTED)+1)]
	w.log = append(w.log, fmt.Sprintf("straight to %s:", phase))
	for w.view.cycle.GetPhase() < phase {
		w.reach(errand{actOf("move on"), w.whole()})
		if w.seed%3 == 1 {
			w.missApproval()
		}
	}
	if phase == catalogv1.Phase_PHASE_PRESENTED && w.view.cycle.GetPhase() == phase && w.random.IntN(3) > 0 {
		w.reach(errand{actOf("compute"), w.whole()})
		w.reach(errand{actOf("present"), w.whole()})
	}
}

// missApproval lets an agency submit round 1, be away while it is approved, and come back.
func (w *walk) missApproval() {
	w.t.Helper()
	at := target{1, exploredAgencies[0], "i.1.1"}
	var next []string
	switch w.view.cycle.GetPhase() {
	case catalogv1.Phase_PHASE_SELF_1:
		next = []string{"write an entry", "submit"}
	case catalogv1.Phase_PHASE_APPRAISAL_1:
		next = []string{"an agency leaves", "approve", "an agency has not left"}
	default:
	}
	if w.view.rounds[1].GetApproved() || !slices.Contains(w.view.scored(), at.agency) {
		return
	}
	for _, name := range next {
		w.reach(errand{actOf(name), at})
	}
}

// finish leads the cycle from where it is to PUBLISHED, and to a publication of its
// present inputs.
func (w *walk) finish() {
	w.t.Helper()
	w.finishing, w.calls = true, 0
	w.log = append(w.log, "now to the end:")
	states, _ := w.view.states() // noted already
	for state := range states {
		w.finished[state]++
	}
	for w.view.cycle.GetPhase() < catalogv1.Phase_PHASE_PUBLISHED {
		w.reach(errand{actOf("move on"), w.whole()})
	}
	for number := int32(1); number <= w.rounds; number++ {
		if w.view.rounds[number].GetReopening() != nil {
			w.reach(errand{actOf("approve"), target{round: number}})
		}
	}
	w.reach(errand{actOf("compute"), w.whole()})
	if fresh := w.newestRun(); fresh.GetSha256() != w.publishedRun().GetSha256() {
		w.reach(errand{actOf("publish"), w.whole()})
	}
	w.checkPublication()
}

// whole is the target of an act that is about the whole last round.
func (w *walk) whole() target { return target{round: w.rounds} }

// reach does an act. As long as it is refused, it first does what the refusal says.
func (w *walk) reach(next errand) {
	w.t.Helper()
	for {
		if w.calls++; w.calls > 200 {
			w.fail("a dead end: it takes no end of acts to %s", next)
		}
		err := w.try(next)
		if err == nil {
			return
		}
		advice := w.advice(next.target, err)
		if advice == nil {
			w.fail("a dead end: %s: %v", next, err)
		}
		w.reach(*advice)
	}
}

// advice returns what a refusal of an act says to do, nil if the walk knows no such act.
func (w *walk) advice(at target, err error) *errand {
	refused, ok := errors.AsType[*rest.Problem](err)
	if !ok {
		return nil
	}
	reason := refused.Reason
	if reason == "RUN_INCOMPLETE" && w.computed {
		reason = refused.Violations[0].Reason
	}
	if reason == "RUN_OUTDATED" {
		w.seen[runOutdated] = true
		w.finished[runOutdated]++ // the walk is still to be finished
	}
	name, known := remedies[reason]
	switch {
	case reason == "ROUND_BEFORE_OPEN":
		at.round--
	case reason == "ROUND_REOPENED" && at.round == w.rounds && w.view.rounds[at.round].GetReopening() == nil:
		at.round = 1
	case reason == "NO_OUTCOMES", reason == "HAND_BACK_MISSING":
		at.round = 1
	case reason == "WINDOW_CLOSED" && w.view.passed(w.view.window(w.view.cycle.GetPhase()).GetCloseTime().AsTime()):
		name = "set a deadline"
	case reason == "SURVEY_NOT_CLOSED" || reason == "ITEM_NOT_SURVEYED":
		name = w.surveying()
	}
	if !known {
		return nil
	}
	return &errand{actOf(name), at}
}

// surveying returns what is to be done for the result of a survey: one that was closed
// while an agency had left has none of it when the agency is there again.
func (w *walk) surveying() string {
	switch {
	case w.plan(surveyOpen) != nil:
		return "close a survey"
	case w.plan(surveyClosed) != nil:
		return "reopen a survey"
	case w.plan(surveyDraft) != nil:
		return "open a survey"
	}
	return "plan a survey"
}

// remedies holds for each refusal the act that its text tells to do.
var remedies = map[string]string{
	"CYCLE_UNPUBLISHED":     "publish",
	"RUN_NOT_PRESENTED":     "present",
	"RUN_UNKNOWN":           "compute",
	"RUN_PUBLISHED":         "compute",
	"RUN_OUTDATED":          "compute",
	"RUN_INCOMPLETE":        "compute",
	"NO_OUTCOMES":           "approve",
	"HAND_BACK_MISSING":     "approve",
	"OUTCOME_NOT_FINAL":     "approve",
	"ITEM_UNDECIDED":        "decide what nobody has appraised",
	"ROUND_REOPENED":        "approve",
	"ROUND_BEFORE_OPEN":     "approve",
	"ROUND_APPROVED":        "reopen",
	"ROUND_NOT_REOPENED":    "reopen",
	"ROUND_NOT_APPROVED":    "approve",
	"CASE_NOT_REOPENED":     "approve",
	"UNDECIDED_CASES":       "give the missing verdicts",
	"REDUCTIONS_WAITING":    "decide a reduction",
	"DECISION_NOT_RECORDED": "record a decision",
	"DECISION_OUTDATED":     "record a decision",
	"CASE_UNKNOWN":          "assign",
	"SURVEY_NOT_CLOSED":     "close a survey",
	"ITEM_NOT_SURVEYED":     "plan a survey",
	"SURVEY_PLAN_UNSOUND":   "change a plan",
	"SURVEY_PLAN_NOT_OPEN":  "open a survey",
	"SEAL_UNKNOWN":          "submit",
	"ROUND_SUBMITTED":       "unseal",
	"WINDOW_NOT_OPEN":       "move on",
	"WINDOW_CLOSED":         "move back",
	"DEPARTURE_TOO_LATE":    "move back",
}

// publishedRun returns the run of the current publication.
func (w *walk) publishedRun() *scoringv1.Run {
	for _, r := range w.view.runs {
		if r.GetPublication() != "" && r.GetPublication() == w.view.publication.GetId() {
			return r
		}
	}
	return new(scoringv1.Run)
}

// checkPublication checks that the public figures are those of a run computed now.
func (w *walk) checkPublication() {
	w.t.Helper()
	w.reach(errand{actOf("compute"), w.whole()})
	fresh, public := w.newestRun(), new(scoringv1.Leaderboard)
	computed := new(scoringv1.Leaderboard)
	w.get("/runs/"+fresh.GetId()+"/leaderboards/"+exploredGroup, computed)
	w.mustGet(explored+"/cycles/"+w.cycle+"/leaderboards/"+exploredGroup, "", public)
	if len(fresh.GetGaps()) > 0 || fresh.GetSha256() != w.publishedRun().GetSha256() {
		w.fail("the published run is %s, a fresh one %s with the gaps %v", w.publishedRun().GetSha256(), fresh.GetSha256(), fresh.GetGaps())
	}
	if len(public.GetEntries()) == 0 && len(w.view.scored()) > 0 {
		w.fail("the leaderboard is empty")
	}
	sameEntry := func(a, b *scoringv1.LeaderboardEntry) bool { return proto.Equal(a, b) }
	if !slices.EqualFunc(public.GetEntries(), computed.GetEntries(), sameEntry) || !proto.Equal(public.GetStatistics(), computed.GetStatistics()) {
		w.fail("the public leaderboard is\n%v\na run computed now gives\n%v", public, computed)
	}
}

// get reads as the coordinator.
func (w *walk) get(path string, answer proto.Message) {
	w.t.Helper()
	token := w.coordinator(w.t)
	if strings.Contains(path, "appraisalRounds") {
		token = w.as(w.t, 9, authv1.Role_ROLE_INSPECTOR)
	}
	proto.Reset(answer)
	w.mustGet(explored+"/cycles/"+w.cycle+path, token, answer)
}

// send sends a request about the cycle.
func (w *walk) send(token, method, path string, request, answer proto.Message) error {
	return w.insist(w.t, method, explored+"/cycles/"+w.cycle+path, token, request, answer)
}

func (w *walk) mustGet(path, token string, answer proto.Message) {
	w.t.Helper()
	if err := w.insist(w.t, http.MethodGet, path, token, nil, answer); err != nil {
		w.fail("GET %s: %v", path, err)
	}
}

// refusal returns the reason of a refusal, which must be one that the platform documents,
// or "" for no error. Refusals of what no client should send fail the test.
func (w *walk) refusal(err error) string {
	w.t.Helper()
	if err == nil {
		return ""
	}
	refused, ok := errors.AsType[*rest.Problem](err)
	switch {
	case !ok:
		w.fail("%v", err)
	case refused.Status >= http.StatusInternalServerError || !w.reasons[refused.Reason] || slices.Contains(misplaced, refused.Reason):
		w.fail("refused with %d: %v", refused.Status, err)
	}
	return refused.Reason
}

// misplaced are reasons with which no act of a permitted person with a well-formed request
// is refused.
var misplaced = []string{"UNEXPECTED", "BAD_REQUEST", "NOT_ALLOWED", "STALE_ETAG", "SEAL_BROKEN", "CYCLE_NOT_KNOWN"}

// insist sends a request and repeats it while a service is away.
func (e *explorer) insist(t *testing.T, method, path, token string, request, answer proto.Message) error {
	t.Helper()
	if !strings.HasPrefix(path, "/v1/") {
		path = explored + path
	}
	for deadline := time.Now().Add(enough); ; time.Sleep(10 * time.Millisecond) {
		err := e.client.As(token).Call(t.Context(), method, path, request, answer)
		refused, ok := errors.AsType[*rest.Problem](err)
		if !ok || refused.Status != http.StatusServiceUnavailable || time.Now().After(deadline) {
			return err
		}
	}
}

// fail ends the test and prints the walk.
func (w *walk) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("walk %d (%s=1 %s=%d repeats it): %s\nthe walk:\n%s\nthe platform complains of\n%s", w.seed, walksVariable, seedVariable, w.seed,
		fmt.Sprintf(format, args...), strings.Join(w.log, "\n"), w.platform.complaints())
}
