package pack_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/services/catalog/pack"
	"github.com/parindex/parindex/services/catalog/pack/cite"
)

// report is what validation finds, in the form that the command line prints.
type report struct {
	Groups   []group   `json:"groups"`
	Findings []finding `json:"findings"`
}

type group struct {
	Group        string        `json:"group"`
	Criteria     int32         `json:"criteria"`
	SubCriteria  int32         `json:"subCriteria"`
	Items        int32         `json:"items"`
	MaxPoints    points.Points `json:"maxPoints"`
	SelfPoints   points.Points `json:"selfPoints"`
	SurveyPoints points.Points `json:"surveyPoints"`
}

type finding struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Group    string `json:"group"`
	Path     string `json:"path"`
	Declared string `json:"declared"`
	Computed string `json:"computed"`
	Message  string `json:"message"`
}

// TestPackFindings compares what validation finds in each pack with
// testdata/findings; -update rewrites the files.
func TestPackFindings(t *testing.T) {
	if len(pack.Names()) != 5 {
		t.Errorf("the packs are %v", pack.Names())
	}
	for _, name := range pack.Names() {
		t.Run(name, func(t *testing.T) {
			p := load(t, name)
			found, structures := p.Content.Validate()
			r := report{Groups: []group{}, Findings: []finding{}}
			for _, g := range structures {
				r.Groups = append(r.Groups, group(g))
			}
			for _, f := range found {
				severity := strings.ToLower(string(f.Severity))
				r.Findings = append(r.Findings, finding{severity, f.Code, f.Group, p.Where(f), f.Declared, f.Computed, f.En})
			}
			data, err := json.MarshalIndent(r, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "testdata/findings/"+name+".json", string(data)+"\n")
		})
	}
}

// load returns a pack that can be read.
func load(t *testing.T, name string) pack.Pack {
	t.Helper()
	p, err := pack.Load(name)
	if err != nil {
		t.Fatalf("%v\n%s", err, violations(err))
	}
	return p
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestPackRoundTrip writes each pack as one file and reads it again: the content
// and its hash stay.
func TestPackRoundTrip(t *testing.T) {
	for _, name := range pack.Names() {
		t.Run(name, func(t *testing.T) {
			p := load(t, name)
			file, err := pack.WriteRegulation(p.Content)
			if err != nil {
				t.Fatal(err)
			}
			r, err := pack.ReadRegulation(file)
			if err != nil {
				t.Fatalf("%s\n%s", violations(err), file)
			}
			if sum, err := r.Content.SHA256(); err != nil || sum != p.SHA256 {
				t.Errorf("%s became %s %v", p.SHA256, sum, err)
			}
			if err := r.Refuse(); err != nil {
				t.Errorf("the pack is refused as a file:\n%s", violations(err))
			}
		})
	}
}

// TestCitations looks up each line that an item rests on: it is there and holds
// the finding's words in a row, a figure or three of them at least.
func TestCitations(t *testing.T) {
	sources := map[string]cite.Digest{}
	cited := 0
	for _, name := range pack.Names() {
		for _, set := range load(t, name).Content.CriteriaSets {
			for _, n := range set.Nodes {
				if n.Item == nil || n.Item.Basis == nil || n.Item.Basis.Source == "" {
					continue
				}
				b := n.Item.Basis
				if sources[b.Source] == nil {
					sources[b.Source] = digest(t, b.Source)
				}
				if !cite.Proves(cite.Words(b.Finding)) {
					t.Errorf("%s, %s, %s: %q has no figure and under three words", name, set.Group, n.ID(), b.Finding)
				} else if !sources[b.Source].Holds(int(b.Line), b.Finding) {
					t.Errorf("%s, %s, %s: line %d of %s does not hold %q", name, set.Group, n.ID(), b.Line, b.Source, b.Finding)
				}
				cited++
			}
		}
	}
	if cited < 200 {
		t.Errorf("only %d items are cited", cited)
	}
}

func digest(t *testing.T, source string) cite.Digest {
	t.Helper()
	file, err := os.Open("testdata/sources/" + source + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	d, err := cite.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
