package scoring_test

import (
	"maps"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// A repeated request gets its first response, even if the run has changed since.
func TestRunRequestID(t *testing.T) {
	w := newSmallWorld(t, "")
	create := &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026", RequestId: newUUID()}
	first, err := w.CreateRun(w.coordinator(t), create)
	if err != nil {
		t.Fatal(err)
	}
	run := first.GetRun().GetId()
	other := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	present := &scoringv1.PresentRunRequest{Authority: "soc-trang", Cycle: "2026", Run: run, RequestId: newUUID()}
	presented, err := w.PresentRun(w.coordinator(t), present)
	if err != nil {
		t.Fatal(err)
	}
	publish, approver := publishOf(run, ""), w.as(t, authv1.Role_ROLE_APPROVER, "soc-trang")
	publish.RequestId = newUUID()
	published, err := w.PublishRun(approver, publish)
	if err != nil {
		t.Fatal(err)
	}
	w.move(t, catalogv1.Phase_PHASE_ARCHIVED)
	w.Stop("appraisal")
	if again, err := w.CreateRun(w.coordinator(t), create); err != nil || !proto.Equal(again, first) {
		t.Errorf("created again: %v %v", again, err)
	}
	if again, err := w.PresentRun(w.coordinator(t), present); err != nil || !proto.Equal(again, presented) {
		t.Errorf("presented again: %v %v, at first %v", again, err, presented)
	}
	if again, err := w.PublishRun(approver, publish); err != nil || !proto.Equal(again, published) {
		t.Errorf("published again: %v %v", again, err)
	}
	create.Cycle, present.Run, publish.Notice = "2025", other, "khác"
	_, err = w.CreateRun(w.coordinator(t), create)
	wantFault(t, err, "REQUEST_ID_REUSED")
	_, err = w.PresentRun(w.coordinator(t), present)
	wantFault(t, err, "REQUEST_ID_REUSED")
	_, err = w.PublishRun(approver, publish)
	wantFault(t, err, "REQUEST_ID_REUSED")
	if n := w.runs(t); n != 2 || w.counter(t, "parindex_runs_total") != 2 {
		t.Errorf("%d runs, %v by the metric", n, w.counter(t, "parindex_runs_total"))
	}
}

// Twenty concurrent requests give one publication, and numbers without a gap.
func TestConcurrentRuns(t *testing.T) {
	w := newSmallWorld(t, "")
	ctx, approver := w.coordinator(t), w.as(t, authv1.Role_ROLE_APPROVER, "soc-trang")
	twenty := func(act func() error) (codes map[string]int) {
		var all sync.WaitGroup
		var mu sync.Mutex
		codes = map[string]int{}
		for range 20 {
			all.Go(func() {
				err := act()
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					codes["ok"]++
				} else {
					codes[strings.SplitN(err.Error(), ":", 2)[0]]++
				}
			})
		}
		all.Wait()
		return codes
	}
	codes := twenty(func() error {
		_, err := w.CreateRun(ctx, &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026"})
		return err
	})
	list, err := w.ListRuns(ctx, &scoringv1.ListRunsRequest{Authority: "soc-trang", Cycle: "2026"})
	if err != nil || codes["ok"] != 20 || len(list.GetRuns()) != 20 || list.GetRuns()[0].GetNumber() != 20 {
		t.Fatalf("%v; %d runs, %v", codes, len(list.GetRuns()), err)
	}
	run := list.GetRuns()[0].GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	if _, err := w.present(t, run); err != nil {
		t.Fatal(err)
	}
	codes = twenty(func() error {
		_, err := w.PublishRun(approver, publishOf(run, ""))
		return err
	})
	if want := map[string]int{"ok": 1, "RUN_PUBLISHED": 19}; !maps.Equal(codes, want) {
		t.Errorf("got %v", codes)
	}
	var publications int
	if err := w.db.QueryRow(t.Context(), `select count(*) from scoring.publication`).Scan(&publications); err != nil || publications != 1 {
		t.Errorf("%d publications, %v", publications, err)
	}
}
