package history_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/scoring/internal/history"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

var update = flag.Bool("update", false, "rewrite the results in testdata")

// Each case in testdata is a file with its results or its faults. The figures are few
// and round enough for a pocket calculator.
func TestCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil || len(archive.Files) != 2 {
				t.Fatalf("%v: a case has a file and a result", err)
			}
			got := read(t, archive.Files[0].Data)
			if *update {
				archive.Files[1].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// read returns the leaderboards of a file, or its faults, as text.
func read(t *testing.T, file []byte) string {
	t.Helper()
	results, err := history.Read(file, province())
	var b strings.Builder
	if err != nil {
		f := fault.From(err)
		fmt.Fprintln(&b, f.Code)
		for _, v := range f.Violations {
			fmt.Fprintf(&b, "%s\n    %s: %s\n", v.Field, v.Code, v.En)
			if v.Vi == "" {
				t.Errorf("%s has no Vietnamese text", v.Code)
			}
		}
		return b.String()
	}
	for _, v := range results.Source.Told {
		fmt.Fprintf(&b, "told: %s: %s\n", v.Field, v.Code)
	}
	for _, l := range results.Leaderboards {
		fmt.Fprintf(&b, "%s\n", l.Group)
		for _, e := range l.Entries {
			fmt.Fprintf(&b, "  rank %d (%s)  %s  total %s  index %s  class %s (%s)\n", e.Rank, e.RankOrigin, e.AgencyName,
				text(e.Total), text(e.Index), e.Class.Name, e.ClassOrigin)
			for _, d := range e.Domains {
				fmt.Fprintf(&b, "    %s  points %s  standard %s  index %s\n", d.Field, text(d.Points), text(d.Standard), text(d.Index))
			}
		}
		s := l.Statistics
		fmt.Fprintf(&b, "  mean %s  highest %s  lowest %s  gap %s\n", text(s.Mean), text(s.Highest), text(s.Lowest), text(s.Gap))
	}
	return b.String()
}

func text(f scoring.Figure) string {
	if !f.Known() {
		return f.Origin().String()
	}
	return fmt.Sprintf("%s (%s)", f.Value(), f.Origin())
}

// province returns a cycle with two groups; no agency of districts is scored.
func province() scoring.Cycle {
	return scoring.Cycle{
		Authority: "an-binh", AuthorityName: "An Bình", ID: "2023", Name: "2023", Imported: true,
		Groups: []scoring.CycleGroup{{ID: "departments", Name: "Sở"}, {ID: "districts", Name: "Huyện"}},
		Agencies: []scoring.CycleAgency{
			{ID: "mot", Name: "Sở Một", Aliases: []string{"Sở 1"}, Group: "departments", Scored: true},
			{ID: "hai", Name: "Sở Hai", Group: "departments", Scored: true},
			{ID: "ba", Name: "Sở Ba", Group: "departments", Scored: true},
			{ID: "bon", Name: "Sở Bốn", Group: "departments", Scored: true},
			{ID: "nam", Name: "Sở Năm", Group: "departments"},
			{ID: "huyen", Name: "Huyện", Group: "districts"},
		},
	}
}

// A name is found with other capitals or spaces, and with composed or decomposed letters.
func TestAgencyNameVariants(t *testing.T) {
	for _, name := range []string{"Sở Một", "SỞ MỘT", " sở  một ", "Sở Một", "Sở 1", "mot", "Sở\u200b Một"} {
		got := read(t, []byte(strings.Replace(minimal, "Sở Một", fmt.Sprintf("%q", name), 1)))
		if !strings.Contains(got, "rank 1 (COMPUTED)  Sở Một") {
			t.Errorf("%q: %s", name, got)
		}
	}
}

const minimal = `format: parindex.history/1
authority: an-binh
cycle: "2023"
source: {title: Báo cáo, date: 2024}
decision: {number: 1/QĐ, date: 2024-01-08}
groups:
  - group: departments
    agencies:
      - {agency: Sở Một, index: 80}
      - {agency: Sở Hai, index: 70}
      - {agency: Sở Ba, index: 60}
      - {agency: Sở Bốn, index: 50}
`

func FuzzRead(f *testing.F) {
	f.Add([]byte(minimal))
	f.Add([]byte(strings.ReplaceAll(minimal, "index: 80", "standardPoints: 0, selfPoints: 1, surveyPoints: 2, domains: {x: 1}")))
	f.Add([]byte(strings.ReplaceAll(minimal, "    agencies:", "    classes: [{id: a, name: A, from: 50}, {id: b, name: B, below: 50}]\n    agencies:")))
	f.Fuzz(func(t *testing.T, file []byte) {
		results, err := history.Read(file, province())
		if err == nil && len(results.Leaderboards) == 0 {
			t.Error("neither results nor faults")
		}
		if err != nil && fault.From(err).Kind != fault.Invalid {
			t.Errorf("%v", err)
		}
	})
}
