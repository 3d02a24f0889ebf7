package appraisal_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/canonical"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
)

// TestAssessmentAway refuses an approval while assessment is away. Afterwards an approval
// takes account of a sheet that was submitted in the meantime.
func TestAssessmentAway(t *testing.T) {
	w := appraising(t)
	w.agreeAll(t)
	w.assessment.change(func() { w.assessment.away = true })
	until(t, func() bool { return strings.Contains(w.Log.String(), "exchanging seals and outcomes with assessment") })
	w.assessment.submit(t, "health", 1, full()...)
	req := approving(1)
	req.AcceptNotSubmitted = true
	wantSaid(t, "away", errOf(w.ApproveRound(council(t), req)), "SERVICE_AWAY")
	time.Sleep(300 * time.Millisecond) // pauses have grown
	w.assessment.change(func() { w.assessment.away = false })
	wantSaid(t, "back", errOf(w.ApproveRound(council(t), req)),
		"UNDECIDED_CASES\nhealth/i.1 CASE_UNDECIDED\nhealth/i.2 CASE_UNDECIDED\nhealth/i.3 CASE_UNDECIDED\nhealth/i.10 CASE_UNDECIDED")
	until(t, func() bool { return strings.Contains(w.Log.String(), "works again") })
	if n := strings.Count(w.Log.String(), "a repeated task fails"); n != 1 {
		t.Errorf("it was logged %d times", n)
	}
	if w.round(t, 1).GetApproved() {
		t.Error("approved")
	}
}

// TestLostAnswers loses answers of assessment after it has stored a confirmation or an
// outcome. Each takes effect once.
func TestLostAnswers(t *testing.T) {
	w := newWorld(t)
	w.move(t, self1)
	w.assessment.change(func() { w.assessment.lost = 2 })
	w.assessment.submit(t, "finance", 1, full()...)
	w.received(t, 1, 1)
	w.move(t, appraisal1)
	w.agreeAll(t)
	until(t, func() bool { return w.confirmed("finance/1") == 1 })
	w.assessment.change(func() { w.assessment.lost, w.assessment.slow = 3, 20*time.Millisecond })
	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	until(t, func() bool {
		return w.round(t, 1).GetUndelivered() == 0 && w.gauge(t, "parindex_outcomes_undelivered") == 0
	})
	w.assessment.change(func() {
		if len(w.assessment.taken) != 4 {
			t.Errorf("assessment has %d outcomes", len(w.assessment.taken))
		}
		tries := 0
		for _, n := range w.assessment.tries {
			tries += n
		}
		if tries != 4+3 {
			t.Errorf("tried %d times", tries)
		}
	})
	for _, o := range must(w.ListOutcomes(council(t), &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year})).GetOutcomes() {
		if o.GetReceiveTime() == nil || string(w.assessment.taken[place(o.GetAgency(), 1)]) != string(o.GetContent()) {
			t.Errorf("%s: received %v", o.GetAgency(), o.GetReceiveTime())
		}
	}
	w.intact(t)
}

func (w *world) confirmed(at string) int {
	w.assessment.mu.Lock()
	defer w.assessment.mu.Unlock()
	return w.assessment.confirmed[at]
}

// TestBrokenSeals refuses seals that do not fit. Each is counted and logged once, without
// its content, and the other seals are taken.
func TestBrokenSeals(t *testing.T) {
	w := newWorld(t)
	w.move(t, self1)
	const words = "Bí mật của cơ quan"
	spoil := map[string]func(c *assessmentv1.SealContent){
		"regulation":  func(c *assessmentv1.SealContent) { c.RegulationSha256 = strings.Repeat("0", 64) },
		"group":       func(c *assessmentv1.SealContent) { c.Group = "districts" },
		"no agency":   func(c *assessmentv1.SealContent) { c.Agency = "nowhere" },
		"not scored":  func(c *assessmentv1.SealContent) { c.Agency = "police" },
		"surveyed":    func(c *assessmentv1.SealContent) { c.Entries[0].Item = "ii.1" },
		"twice":       func(c *assessmentv1.SealContent) { c.Entries[0].Item = "i.2" },
		"points":      func(c *assessmentv1.SealContent) { c.Entries[0].Points = new("2") },
		"no points":   func(c *assessmentv1.SealContent) { c.Entries[0].Points = nil },
		"no figure":   func(c *assessmentv1.SealContent) { c.Entries[0].Points = new("một") },
		"applicable":  func(c *assessmentv1.SealContent) { c.Entries[0].NotApplicable = true },
		"no facts":    func(c *assessmentv1.SealContent) { c.Entries[0].Input = nil },
		"other facts": func(c *assessmentv1.SealContent) { c.Entries[0].Input = chosen("early") },
		"not counted": func(c *assessmentv1.SealContent) { c.Entries[0].NotCounted = "WHATEVER" },
		"time":        func(c *assessmentv1.SealContent) { c.SealTime = "hôm qua" },
	}
	number := int32(100)
	add := func(change func(*assessmentv1.SealContent), of func(*assessmentv1.Seal)) {
		number++
		content := &assessmentv1.SealContent{
			Authority: authority, Cycle: year, Agency: "home", Group: "departments", Round: 1, Number: number,
			SealTime: "2024-10-31T10:30:00.000000Z", RegulationSha256: regulationSHA256, Entries: full(),
		}
		content.Entries[0].Justification = words
		change(content)
		seal := sealedBy(t, content)
		of(seal)
		w.assessment.change(func() { w.assessment.seals = append(w.assessment.seals, seal) })
	}
	for _, change := range spoil {
		add(change, func(*assessmentv1.Seal) {})
	}
	as := func(*assessmentv1.SealContent) {}
	add(as, func(s *assessmentv1.Seal) { s.Sha256 = strings.Repeat("0", 64) })
	add(as, func(s *assessmentv1.Seal) { s.Content = append(s.Content, ' ') })
	add(as, func(s *assessmentv1.Seal) { s.Number++ })
	for _, change := range [][2]string{{`"round":1`, `"round":1,"appeal":""`}, {`"notCounted":"",`, ``}} { // an unknown field, and a missing one
		add(as, func(s *assessmentv1.Seal) {
			s.Content = []byte(strings.Replace(string(s.GetContent()), change[0], change[1], 1))
			s.Sha256 = canonical.Hash(s.GetContent())
		})
	}
	add(as, func(s *assessmentv1.Seal) { s.Cycle = "2023" })
	for range 200 { // more than the most that a page can hold
		add(func(c *assessmentv1.SealContent) { c.SealTime = strconv.Itoa(int(number)) }, func(*assessmentv1.Seal) {})
	}
	refused := float64(len(w.assessment.seals))
	w.assessment.submit(t, "finance", 1, full()...)
	w.received(t, 1, 1)
	until(t, func() bool { return w.gauge(t, "parindex_seals_refused_total") == refused })
	time.Sleep(100 * time.Millisecond) // some more rounds
	if got := w.gauge(t, "parindex_seals_refused_total"); got != refused {
		t.Errorf("%v refused, want %v", got, refused)
	}
	if n := strings.Count(w.Log.String(), "a seal is refused"); n != int(refused) || strings.Contains(w.Log.String(), words) {
		t.Errorf("%d logged:\n%s", n, w.Log)
	}
	if w.confirmed("home/1") != 0 || w.confirmed("finance/1") == 0 {
		t.Error("confirmed what is broken, or not what is sound")
	}
	if got := w.round(t, 1); got.GetSubmitted() != 1 || got.GetCases() != 4 {
		t.Errorf("the round: %v", got)
	}
	// A seal that cannot be read does not count as not submitted.
	w.move(t, appraisal1)
	req := approving(1)
	req.AcceptNotSubmitted = true
	wantSaid(t, "approving over a broken seal", errOf(w.ApproveRound(council(t), req)), "SEAL_BROKEN")
}

// TestSealTwice lists a seal again, which is taken once; sends a seal after the approval,
// which changes nothing; and sends other seals with the same agency or number, which are
// refused.
func TestSealTwice(t *testing.T) {
	w := appraising(t)
	w.assessment.change(func() { w.assessment.confirmed["home/1"] = 0 })
	until(t, func() bool { return w.confirmed("home/1") == 1 })
	if got := w.round(t, 1); got.GetCases() != 8 || got.GetSubmitted() != 2 {
		t.Errorf("the round: %v", got)
	}
	w.agreeAll(t)
	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	before, round := w.outcomes(t, 1), w.round(t, 1)
	w.assessment.submit(t, "health", 1, full()...)
	until(t, func() bool { return w.confirmed("health/1") == 1 && w.round(t, 1).GetUndelivered() == 0 })
	round.Undelivered, round.Late = 0, []string{"health"}
	if got := w.round(t, 1); !proto.Equal(got, round) || w.outcomes(t, 1) != before {
		t.Errorf("the round was %v and is %v", round, got)
	}
	var entries int
	err := w.db.Pool.QueryRow(t.Context(), `select count(*) from appraisal.audit_entry where action = 'receive-late-seal'`).Scan(&entries)
	if n := w.gauge(t, "parindex_seals_late_total"); err != nil || n != 1 || entries != 1 {
		t.Errorf("%v late, %d entries, %v", n, entries, err)
	}
	if got := w.cases(council(t), t, listing()); len(got) != 8 {
		t.Errorf("cases: %v", got)
	}
	wantSaid(t, "a late case", errOf(w.AgreeCase(appraiser(t, 99, ""), agreeing("health", "i.1", 1, "0"))), "ROUND_APPROVED round")

	// Another seal of home, and one with the number of health's.
	for number, agency := range map[int32]string{9: "home", 3: "my-xuyen"} {
		seal := sealedBy(t, &assessmentv1.SealContent{
			Authority: authority, Cycle: year, Agency: agency, Group: map[string]string{"home": "departments", "my-xuyen": "districts"}[agency],
			Round: 1, Number: number, SealTime: "2024-10-31T10:30:00.000000Z", RegulationSha256: regulationSHA256, Entries: full()[:1],
		})
		w.assessment.change(func() {
			w.assessment.seals = slices.DeleteFunc(w.assessment.seals, func(s *assessmentv1.Seal) bool { return s.GetAgency() == agency })
			w.assessment.seals = append(w.assessment.seals, seal)
			w.assessment.confirmed[place(agency, 1)] = 0
		})
	}
	until(t, func() bool { return w.gauge(t, "parindex_seals_refused_total") == 2 })
	if w.confirmed("home/1") != 0 {
		t.Error("another seal was confirmed")
	}
	w.intact(t)
}

// TestExchangeContinuesAfterARestart stops the service between the steps of an exchange.
// After a restart it completes them.
func TestExchangeContinuesAfterARestart(t *testing.T) {
	w := newWorld(t)
	w.move(t, self1)
	w.assessment.change(func() { w.assessment.lost = endless })
	w.assessment.submit(t, "finance", 1, full()...)
	w.received(t, 1, 1) // stored and not confirmed
	again := func() {
		if err := w.Service.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.assessment.change(func() { w.assessment.lost = 0 })
		w.open(t, w.db.DSN)
	}
	again()
	until(t, func() bool { return w.confirmed("finance/1") == 1 })
	w.move(t, appraisal1)
	w.agreeAll(t)
	w.assessment.change(func() { w.assessment.lost = endless })
	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	until(t, func() bool {
		w.assessment.mu.Lock()
		defer w.assessment.mu.Unlock()
		return len(w.assessment.taken) > 0
	})
	if got := w.round(t, 1).GetUndelivered(); got != 4 { // taken, with lost receipts
		t.Errorf("%d undelivered", got)
	}
	again()
	until(t, func() bool { return w.round(t, 1).GetUndelivered() == 0 })
	w.intact(t)
}

// endless is more lost answers than any test reaches.
const endless = 1 << 30

// TestARefusedOutcomeDelaysNoOther delivers all outcomes except one that assessment
// refuses. That one is logged once, tried again in every pass, and delivered as soon as
// assessment takes it.
func TestARefusedOutcomeDelaysNoOther(t *testing.T) {
	w := appraising(t)
	w.agreeAll(t)
	w.assessment.change(func() { w.assessment.taken["finance/1"] = []byte("{}") })
	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	until(t, func() bool { return w.round(t, 1).GetUndelivered() == 1 })
	begun := time.Now()
	until(t, func() bool { // growing pauses would need minutes
		w.assessment.mu.Lock()
		defer w.assessment.mu.Unlock()
		return w.assessment.tries["finance/1"] > 30
	})
	t.Logf("30 rounds in %s", time.Since(begun))
	if got := w.round(t, 1).GetUndelivered(); got != 1 {
		t.Errorf("%d undelivered", got)
	}
	const told = `msg="assessment refuses an outcome" authority=an-binh cycle=2024 agency=finance round=1`
	if n := w.gauge(t, "parindex_outcomes_refused_total"); n != 1 || strings.Count(w.Log.String(), told) != 1 ||
		!strings.Contains(w.Log.String(), "cause=HAND_BACK_DIFFERS") || strings.Contains(w.Log.String(), "exchanging seals") {
		t.Errorf("%v refused; the log says %s", n, w.Log)
	}
	w.assessment.change(func() { delete(w.assessment.taken, "finance/1") })
	until(t, func() bool { return w.round(t, 1).GetUndelivered() == 0 })
}
