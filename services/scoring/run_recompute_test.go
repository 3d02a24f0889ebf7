package scoring_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// The same inputs give the same bytes in any order, and a run is computed again from its
// frozen inputs, even if the other services are unavailable (rule G7).
func TestSameInputsGiveSameBytes(t *testing.T) {
	w := newSmallWorld(t, "")
	first := w.createRun(t)
	shuffled := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a recorded seed
	for range 20 {
		w.siblings.change(func(s *siblings) {
			shuffled.Shuffle(len(s.outcomes), func(i, j int) { s.outcomes[i], s.outcomes[j] = s.outcomes[j], s.outcomes[i] })
			shuffled.Shuffle(len(s.plans), func(i, j int) { s.plans[i], s.plans[j] = s.plans[j], s.plans[i] })
		})
		r := w.createRun(t)
		if r.GetSha256() != first.GetSha256() || r.GetInputsSha256() != first.GetInputsSha256() {
			t.Fatalf("run %d: %s of %s, the first %s of %s", r.GetNumber(), r.GetSha256(), r.GetInputsSha256(), first.GetSha256(), first.GetInputsSha256())
		}
	}
	w.siblings.setValue(t, "d1", "0", "1")
	w.rename("d2", "Tên mới")
	w.Clock.Add(2 * time.Minute) // the cycle is kept for one
	if other := w.createRun(t); other.GetSha256() == first.GetSha256() {
		t.Error("other inputs gave the same result")
	}
	w.StopAll()
	for range 20 {
		answer, err := w.RecomputeRun(w.coordinator(t), &scoringv1.RecomputeRunRequest{Authority: "soc-trang", Cycle: "2026", Run: first.GetId()})
		if err != nil || !answer.GetSame() || answer.GetSha256() != first.GetSha256() {
			t.Fatalf("computed again: %v %v", answer, err)
		}
	}
	if diff := cmp.Diff(departments2026, table(w.runLeaderboard(t, first.GetId(), "departments"))); diff != "" {
		t.Error(diff)
	}
}

// The owner of the database can alter a result with its hash; RecomputeRun finds it.
func TestRecomputeRunFindsAlteredResult(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t)
	for _, sql := range []string{
		`alter table scoring.run disable trigger run_stays`,
		`update scoring.run set result = convert_to(replace(convert_from(result, 'UTF8'), '"85.5"', '"86.5"'), 'UTF8'),
			sha256 = sha256(convert_to(replace(convert_from(result, 'UTF8'), '"85.5"', '"86.5"'), 'UTF8'))`,
	} {
		if _, err := w.db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := w.RecomputeRun(w.coordinator(t), &scoringv1.RecomputeRunRequest{Authority: "soc-trang", Cycle: "2026", Run: run.GetId()})
	if err != nil || answer.GetSame() || answer.GetSha256() != run.GetSha256() {
		t.Errorf("%v %v", answer, err)
	}
}
