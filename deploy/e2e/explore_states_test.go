package e2e

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/auth"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

// The states of rule Y7, as services/RULES.md names them.
const (
	cycleRunning     = "cycle in PREPARATION to APPRAISAL_COUNCIL"
	cyclePresented   = "cycle PRESENTED without a publication"
	cyclePublished   = "cycle with a publication, until ARCHIVED"
	sheetOpen        = "sheet, open"
	sheetSubmitted   = "sheet, submitted"
	sheetLate        = "sheet, deadline passed"
	caseThere        = "case, undecided or decided"
	roundOpen        = "round, open"
	roundApproved    = "round, approved"
	roundReopened    = "round, reopened"
	reductionWaits   = "reduction, proposed"
	reductionDecided = "reduction, decided"
	agencyLeft       = "agency that has left"
	planDrafted      = "survey plan, draft"
	planOpen         = "survey plan, open"
	planClosed       = "survey plan, closed"
	planCancelled    = "survey plan, cancelled"
	runCurrent       = "run, computed or presented"
	runOutdated      = "run, outdated"
	published        = "publication"
)

var exploredStates = []string{
	cycleRunning, cyclePresented, cyclePublished, sheetOpen, sheetSubmitted, sheetLate, caseThere, roundOpen, roundApproved,
	roundReopened, reductionWaits, reductionDecided, agencyLeft, planDrafted, planOpen, planClosed, planCancelled, runCurrent, runOutdated, published,
}

// checkStatesAgainstRules compares the states with those of the table of rule Y7, so that
// a state which is added there must be explored here, and requires an act for each rpc by
// which the table says that somebody goes on or back.
func checkStatesAgainstRules(t *testing.T) {
	t.Helper()
	_, section, found := strings.Cut(read(t, "../../services/RULES.md"), "\n### Y7. ")
	if !found {
		t.Fatal("services/RULES.md has no rule Y7")
	}
	section, _, _ = strings.Cut(section, "\n### ")
	calls := map[string]bool{}
	for _, a := range acts {
		calls[a.rpc] = true
	}
	var named []string
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 5 || strings.HasPrefix(cells[1], "-") || strings.TrimSpace(cells[1]) == "state" {
			continue
		}
		if strings.HasPrefix(cells[1], " imported cycle") { // it has no rounds and no runs; scoring tests its two states
			continue
		}
		named = append(named, strings.TrimSpace(cells[1]))
		for _, rpc := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(cells[2]+cells[3], -1) {
			if !calls[rpc[1]] {
				t.Errorf("rule Y7 has %s as a way, but nobody explores it: add an act", rpc[1])
			}
		}
	}
	if want := exploredStates; !slices.Equal(named, want) {
		t.Errorf("rule Y7 has the states\n%s\nexplored are\n%s", strings.Join(named, "\n"), strings.Join(want, "\n"))
	}
}

// view is the whole state of a cycle as the people see it. Everything that was sent
// between services has arrived.
type view struct {
	at          time.Time
	cycle       *catalogv1.Cycle
	members     []*catalogv1.CycleAgency
	sheets      map[string]*assessmentv1.Sheet // of scored agencies
	values      []*assessmentv1.ReportedValue
	rounds      map[int32]*appraisalv1.AppraisalRound
	cases       []*appraisalv1.Case
	overrides   []*appraisalv1.Override
	reductions  []*appraisalv1.Reduction
	assignments []*appraisalv1.Assignment
	plans       []*surveyv1.SurveyPlan
	runs        []*scoringv1.Run       // the newest first
	publication *scoringv1.Publication // nil: none
}

// look waits until what a call has sent between the services has arrived, and returns the
// state.
func (w *walk) look(rpc string) *view {
	w.t.Helper()
	if waits := arrived[rpc]; waits != nil {
		w.settle(rpc, waits)
	}
	v := &view{
		at: w.clock.now(), cycle: new(catalogv1.Cycle), sheets: map[string]*assessmentv1.Sheet{},
		rounds: map[int32]*appraisalv1.AppraisalRound{}, publication: new(scoringv1.Publication),
	}
	w.get("", v.cycle)
	members := new(catalogv1.ListCycleAgenciesResponse)
	w.get("/agencies", members)
	v.members = members.GetCycleAgencies()
	for _, agency := range v.scored() {
		v.sheets[agency] = new(assessmentv1.Sheet)
		w.get("/sheets/"+agency, v.sheets[agency])
	}
	values := new(assessmentv1.ListReportedValuesResponse)
	w.get("/reportedValues", values)
	v.values = values.GetReportedValues()
	w.lookAtAppraisal(v)
	plans := new(surveyv1.ListSurveyPlansResponse)
	w.get("/surveyPlans?pageSize=200", plans)
	v.plans = plans.GetSurveyPlans()
	runs := new(scoringv1.ListRunsResponse)
	w.get("/runs?pageSize=200", runs)
	v.runs = runs.GetRuns()
	if v.cycle.GetPublicationVersion() == 0 || w.refusal(w.send("", http.MethodGet, "/publications/current", nil, v.publication)) == "PUBLICATION_UNKNOWN" {
		v.publication = nil
	}
	return v
}

func (w *walk) lookAtAppraisal(v *view) {
	for round := range w.rounds {
		number := round + 1
		v.rounds[number] = new(appraisalv1.AppraisalRound)
		w.get(fmt.Sprintf("/appraisalRounds/%d", number), v.rounds[number])
		cases, overrides := new(appraisalv1.ListCasesResponse), new(appraisalv1.ListOverridesResponse)
		w.get(fmt.Sprintf("/cases?pageSize=200&round=%d", number), cases)
		w.get(fmt.Sprintf("/appraisalRounds/%d/overrides?pageSize=200", number), overrides)
		v.cases = append(v.cases, cases.GetCases()...)
		v.overrides = append(v.overrides, overrides.GetOverrides()...)
	}
	reductions, assignments := new(appraisalv1.ListReductionsResponse), new(appraisalv1.ListAssignmentsResponse)
	w.get("/reductions?pageSize=200", reductions)
	w.get("/assignments?pageSize=200", assignments)
	v.reductions, v.assignments = reductions.GetReductions(), assignments.GetAssignments()
}

// arrived tells for a call whether all that it has sent to other services is there: the
// cycle's last change, seals, reported values, and outcomes.
var arrived = map[string]func(*walk) bool{
	"CreateCycle": (*walk).moved, "MoveCycle": (*walk).moved, "ReturnCycle": (*walk).moved, "ScheduleWindow": (*walk).moved,
	"ExtendDeadline": (*walk).moved, "RecordDeparture": (*walk).moved, "WithdrawDeparture": (*walk).moved, "PublishRun": (*walk).moved,
	"SubmitSheet": (*walk).sealed, "UnsealSheet": (*walk).sealed, "ReportValue": (*walk).reported, "ApproveRound": (*walk).handedBack,
}

func (w *walk) settle(rpc string, arrived func(*walk) bool) {
	w.t.Helper()
	for deadline := time.Now().Add(enough); !arrived(w); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.fail("what %s has sent to other services does not arrive", rpc)
		}
	}
}

func (w *walk) moved() bool {
	move := new(catalogv1.GetCycleMoveResponse)
	w.get("/move", move)
	return move.GetDone()
}

func (w *walk) sealed() bool {
	seals := new(assessmentv1.ListUnreceivedSealsResponse)
	w.mustGet("/v1/unreceivedSeals", w.appraisal(), seals)
	return len(seals.GetSeals()) == 0
}

func (w *walk) reported() bool {
	reports := new(assessmentv1.ListUnreceivedReportsResponse)
	w.mustGet("/v1/unreceivedReports", w.appraisal(), reports)
	return len(reports.GetReportedValues()) == 0
}

func (w *walk) handedBack() bool {
	undelivered := int32(0)
	for number := range w.rounds {
		round := new(appraisalv1.AppraisalRound)
		w.get(fmt.Sprintf("/appraisalRounds/%d", number+1), round)
		undelivered += round.GetUndelivered()
	}
	return undelivered == 0
}

// appraisal returns the token of the service that receives seals and reports.
func (w *walk) appraisal() string {
	w.t.Helper()
	return w.platform.sign(w.t, auth.Principal{Kind: auth.Service, ID: "appraisal"})
}

// scored returns the agencies that are scored now.
func (v *view) scored() []string {
	var ids []string
	for _, m := range v.members {
		if m.GetState() == catalogv1.ScoringState_SCORING_STATE_SCORED {
			ids = append(ids, m.GetAgency().GetId())
		}
	}
	return ids
}

// same reports whether nothing has changed between two views.
func (v *view) same(other *view) bool { return v.sum() == other.sum() }

func (v *view) sum() [sha256.Size]byte {
	var all []byte
	add := func(m proto.Message) {
		content, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
		if err != nil {
			panic(err) // every message came from JSON
		}
		all = append(append(all, content...), '\n')
	}
	add(v.cycle)
	addAll(add, v.members)
	for _, agency := range slices.Sorted(maps.Keys(v.sheets)) {
		add(v.sheets[agency])
	}
	addAll(add, v.values)
	for _, number := range slices.Sorted(maps.Keys(v.rounds)) {
		add(v.rounds[number])
	}
	addAll(add, v.cases)
	addAll(add, v.overrides)
	addAll(add, v.reductions)
	addAll(add, v.assignments)
	addAll(add, v.plans)
	addAll(add, v.runs)
	if v.publication != nil {
		add(v.publication)
	}
	return sha256.Sum256(all)
}

func addAll[M proto.Message](add func(proto.Message), all []M) {
	for _, m := range all {
		add(m)
	}
}

// states returns the states in which things of the cycle are. It fails for a thing whose
// state rule Y7 does not have.
func (v *view) states() (map[string]bool, error) {
	in := map[string]bool{}
	var unknown []string
	note := func(state string, what proto.Message) {
		switch state {
		case nothing:
		case "":
			unknown = append(unknown, protojson.Format(what))
		default:
			in[state] = true
		}
	}
	note(v.ofCycle(), v.cycle)
	for _, s := range v.sheets {
		note(v.ofSheet(s), s)
	}
	for _, r := range v.rounds {
		note(v.ofRound(r), r)
	}
	for _, r := range v.reductions {
		note(ofReduction(r), r)
	}
	for _, m := range v.members {
		if m.GetDeparture() != nil {
			in[agencyLeft] = true
		}
	}
	for _, p := range v.plans {
		note(ofPlan(p), p)
	}
	for _, r := range v.runs {
		note(ofRun(r), r)
	}
	if len(v.cases) > 0 {
		in[caseThere] = true
	}
	if v.publication != nil {
		in[published] = true
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("rule Y7 has no state for %s", strings.Join(unknown, "\n"))
	}
	return in, nil
}

// nothing is the state of a thing that has not begun or is at its end, so that nobody
// needs a way.
const nothing = "-"

func (v *view) ofCycle() string {
	phase := v.cycle.GetPhase()
	switch {
	case phase == catalogv1.Phase_PHASE_UNSPECIFIED:
		return ""
	case phase == catalogv1.Phase_PHASE_ARCHIVED:
		return nothing
	case v.cycle.GetPublicationVersion() > 0:
		return cyclePublished
	case phase == catalogv1.Phase_PHASE_PRESENTED:
		return cyclePresented
	case phase < catalogv1.Phase_PHASE_PRESENTED:
		return cycleRunning
	}
	return ""
}

// ofSheet returns the state of the present round of a sheet.
func (v *view) ofSheet(s *assessmentv1.Sheet) string {
	submitted := slices.ContainsFunc(s.GetSeals(), func(x *assessmentv1.Seal) bool {
		return x.GetRound() == s.GetRound() && x.GetUnsealTime() == nil
	})
	self := selfAssessment(s.GetRound())
	switch {
	case s.GetRound() == 0:
		return nothing
	case submitted:
		return sheetSubmitted
	case v.cycle.GetPhase() > self || v.passed(v.window(self).GetCloseTime().AsTime()):
		return sheetLate
	}
	return sheetOpen
}

func (v *view) ofRound(r *appraisalv1.AppraisalRound) string {
	switch {
	case r.GetReopening() != nil:
		return roundReopened
	case r.GetApproved():
		return roundApproved
	case v.cycle.GetPhase() < appraising(r.GetRound()):
		return nothing
	}
	return roundOpen
}

func ofReduction(r *appraisalv1.Reduction) string {
	switch r.GetState() {
	case appraisalv1.ReductionState_REDUCTION_STATE_PROPOSED:
		return reductionWaits
	case appraisalv1.ReductionState_REDUCTION_STATE_APPROVED, appraisalv1.ReductionState_REDUCTION_STATE_REJECTED:
		return reductionDecided
	case appraisalv1.ReductionState_REDUCTION_STATE_WITHDRAWN:
		return nothing
	default:
		return ""
	}
}

func ofPlan(p *surveyv1.SurveyPlan) string {
	switch p.GetState() {
	case surveyDraft:
		return planDrafted
	case surveyOpen:
		return planOpen
	case surveyClosed:
		return planClosed
	case surveyCancelled:
		return planCancelled
	default:
		return ""
	}
}

func ofRun(r *scoringv1.Run) string {
	switch r.GetState() {
	case scoringv1.RunState_RUN_STATE_COMPUTED, scoringv1.RunState_RUN_STATE_PRESENTED:
		return runCurrent
	case scoringv1.RunState_RUN_STATE_PUBLISHED:
		return published
	default:
		return ""
	}
}

// selfAssessment and appraising return the phases of a round.
func selfAssessment(round int32) catalogv1.Phase {
	if round == 2 {
		return catalogv1.Phase_PHASE_SELF_2
	}
	return catalogv1.Phase_PHASE_SELF_1
}

func appraising(round int32) catalogv1.Phase { return selfAssessment(round) + 1 }

// window returns the window of a phase, empty if it has none.
func (v *view) window(phase catalogv1.Phase) *catalogv1.Window {
	for _, w := range v.cycle.GetWindows() {
		if w.GetPhase() == phase {
			return w
		}
	}
	return new(catalogv1.Window)
}

// passed reports whether an instant is past; the Unix epoch stands for none.
func (v *view) passed(at time.Time) bool { return at.Unix() != 0 && !v.at.Before(at) }

// presentRound returns the present round, or the last one.
func (w *walk) presentRound() int32 {
	if w.view.cycle.GetPhase() <= catalogv1.Phase_PHASE_APPRAISAL_1 {
		return 1
	}
	return w.rounds
}

// decides returns the token of somebody of the body that decides.
func (w *walk) decides() string { return w.as(w.t, 2, w.decider) }
