package scoring_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// Every figure is explained (rule G8).
func TestGetAgencyResult(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	lines := func(agency string) []string {
		var lines []string
		a := w.result(t, run, agency)
		for _, i := range a.GetItems() {
			points := "-"
			if i.Points != nil {
				points = i.GetPoints()
			}
			lines = append(lines, fmt.Sprintf("%s %s %s %s of %s−%s=%s %s steps %d %q by %q n=%d", i.GetItem(), i.GetField(), i.GetSourceKind(), points,
				i.GetMaxPoints(), i.GetReducedPoints(), i.GetStandardPoints(), compacted(t, i.GetInput()), len(i.GetExplanation().GetSteps()),
				i.GetReason(), i.GetDecidedBy(), i.GetResponses()))
		}
		return lines
	}
	want := []string{
		`i.1.1 steering SELF 0 of 10−0=10 {"conditionsMet":{}} steps 2 "Ban hành <chậm> & thiếu" by "d1" n=0`,
		`i.1.2 steering TARGETS - of 5−0=0 {"ratio":{"done":"0","planned":"0"}} steps 3 "" by "d5" n=0`,
		`i.2.1 procedures FEED 3 of 20−17=3 {"ratio":{"done":"1","planned":"4"}} steps 4 "" by "" n=0`,
		`ii.1.1 impact SURVEY - of 30−0=0 {} steps 0 "" by "" n=2`,
		`ii.1.2 impact SATISFACTION 12 of 30−0=30 {"value":"0.4"} steps 2 "" by "" n=20`,
		`ii.2 digital-government HISTORY - of 5−5=0 {} steps 0 "" by "" n=0`,
	}
	if diff := cmp.Diff(want, lines("d4")); diff != "" {
		t.Errorf("d4 (-want +got):\n%s", diff)
	}
	d2 := w.result(t, run, "d2")
	if e := d2.GetEntry(); d2.GetGroup() != "departments" || e.GetRank() != 2 || e.GetIndexExact() != "70.229770" || e.GetAgencyName() != "Cơ quan d2" {
		t.Errorf("entry %v", e)
	}
	feed := d2.GetItems()[2]
	if feed.GetName() != "Đúng hạn" || feed.GetPoints() != "12.727273" || feed.GetExplanation().GetPoints() != "12.727273" ||
		!strings.Contains(feed.GetExplanation().GetSteps()[2].GetVi(), "12,727273") {
		t.Errorf("item %v", feed)
	}
	// Points that were set directly have no facts. The code of the reason replaces missing
	// words.
	u1 := w.result(t, run, "u1").GetItems()[0]
	if u1.GetPoints() != "9" || u1.GetInput() != nil || u1.GetExplanation() != nil || u1.GetReason() != "OTHER" {
		t.Errorf("item %v", u1)
	}
}

func TestListRuns(t *testing.T) {
	w := newSmallWorld(t, "")
	for range 5 {
		w.createRun(t)
	}
	var numbers []int32
	req := &scoringv1.ListRunsRequest{Authority: "soc-trang", Cycle: "2026", PageSize: 2}
	for {
		answer, err := w.ListRuns(w.coordinator(t), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range answer.GetRuns() {
			numbers = append(numbers, r.GetNumber())
			if len(r.GetInputs()) > 0 || r.GetInputsSha256() == "" {
				t.Errorf("run %v", r)
			}
		}
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
		_, err = w.ListRuns(w.coordinator(t), &scoringv1.ListRunsRequest{Authority: "soc-trang", Cycle: "2025", PageToken: req.GetPageToken()})
		wantFault(t, err, "PAGE_TOKEN_INVALID")
	}
	if !slices.Equal(numbers, []int32{5, 4, 3, 2, 1}) {
		t.Errorf("got %v", numbers)
	}
}

// An agency reads its own result after the publication, and no other agency's (rule G8).
func TestAgencyReadsItsPublishedResult(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	of := func(agency string) *scoringv1.GetPublishedAgencyResultRequest {
		return &scoringv1.GetPublishedAgencyResultRequest{Authority: "soc-trang", Cycle: "2026", Agency: agency}
	}
	editor := auth.With(t.Context(), auth.Principal{Kind: auth.Person, ID: newUUID(), Bindings: []auth.Binding{
		{Role: authv1.Role_ROLE_AGENCY_EDITOR, Authority: "soc-trang", Agency: "d1"},
	}}, "")
	_, err := w.GetPublishedAgencyResult(editor, of("d1"))
	wantFault(t, err, "PUBLICATION_UNKNOWN")
	if _, err := w.present(t, run); err != nil {
		t.Fatal(err)
	}
	if _, err := w.publishRun(t, run, ""); err != nil {
		t.Fatal(err)
	}
	got, err := w.GetPublishedAgencyResult(editor, of("d1"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w.result(t, run, "d1"), got.GetAgencyResult(), protocmp.Transform()); diff != "" || got.GetPublication().GetVersion() != 1 {
		t.Errorf("version %d (-run +published):\n%s", got.GetPublication().GetVersion(), diff)
	}
	_, err = w.GetPublishedAgencyResult(editor, of("d2"))
	wantFault(t, err, "NOT_ALLOWED")
	_, err = w.GetPublishedAgencyResult(w.coordinator(t), of("d5"))
	wantFault(t, err, "RESULT_UNKNOWN")
}

// A run of another cycle or authority is unknown.
func TestRunUnknown(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	everywhere := w.as(t, authv1.Role_ROLE_COORDINATOR, "")
	for _, at := range []struct{ authority, cycle, run string }{
		{"soc-trang", "2026", newUUID()}, {"soc-trang", "2025", run}, {"bac-kan", "2026", run},
	} {
		for name, read := range map[string]func() error{
			"GetRun": func() error {
				_, err := w.GetRun(everywhere, &scoringv1.GetRunRequest{Authority: at.authority, Cycle: at.cycle, Run: at.run})
				return err
			},
			"GetRunLeaderboard": func() error {
				_, err := w.GetRunLeaderboard(everywhere, &scoringv1.GetRunLeaderboardRequest{Authority: at.authority, Cycle: at.cycle, Run: at.run, Group: "districts"})
				return err
			},
			"GetAgencyResult": func() error {
				_, err := w.GetAgencyResult(everywhere, &scoringv1.GetAgencyResultRequest{Authority: at.authority, Cycle: at.cycle, Run: at.run, Agency: "d1"})
				return err
			},
			"RecomputeRun": func() error {
				_, err := w.RecomputeRun(everywhere, &scoringv1.RecomputeRunRequest{Authority: at.authority, Cycle: at.cycle, Run: at.run})
				return err
			},
		} {
			t.Run(name, func(t *testing.T) { wantFault(t, read(), "RUN_UNKNOWN") })
		}
	}
	_, err := w.present(t, newUUID())
	wantFault(t, err, "RUN_UNKNOWN")
	_, err = w.publishRun(t, newUUID(), "")
	wantFault(t, err, "RUN_UNKNOWN")
	for _, group := range []string{"communes", "nobody"} {
		_, err = w.GetRunLeaderboard(everywhere, &scoringv1.GetRunLeaderboardRequest{Authority: "soc-trang", Cycle: "2026", Run: run, Group: group})
		wantFault(t, err, "LEADERBOARD_UNKNOWN")
	}
	for _, agency := range []string{"d5", "nobody"} { // d5 is not scored
		_, err = w.GetAgencyResult(everywhere, &scoringv1.GetAgencyResultRequest{Authority: "soc-trang", Cycle: "2026", Run: run, Agency: agency})
		wantFault(t, err, "RESULT_UNKNOWN")
	}
}
