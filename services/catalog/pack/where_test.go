package pack_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/pack"
)

// wrongFile is testdata/synthetic.yaml with faults of its head, a node, rules, test
// vectors and what is declared, all of which have the right form.
func wrongFile(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/synthetic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := string(data)
	for from, to := range map[string]string{
		`points: "7.5"}`: `points: "7.6"}`, "reports * dec": "reports ** dec",
		"effectiveDate: 2026-01-15": "effectiveDate: 2026-01-14", "groupName: ": "groupName: \"Së Néi vô\" # ",
	} {
		if !strings.Contains(file, from) {
			t.Fatalf("there is no %s", from)
		}
		file = strings.Replace(file, from, to, 1)
	}
	return []byte(file)
}

// places lists the places of errors, each once, without the nodes they are in.
func places(found []pack.Finding, where func(pack.Finding) string) []string {
	at := map[string]bool{}
	for _, f := range found {
		if f.Severity == "ERROR" {
			at[strings.TrimSuffix(where(f), " ("+f.Node+")")+" "+f.Code] = true
		}
	}
	return slices.Sorted(maps.Keys(at))
}

// refused are the places at which an import refuses a file.
func refused(t *testing.T, err error) []string {
	t.Helper()
	at := map[string]bool{}
	f := fault.From(err)
	if f == nil || len(f.Violations) < 3 {
		t.Fatalf("got %v", err)
	}
	for _, v := range f.Violations {
		at[v.Field+" "+v.Code] = true
	}
	return slices.Sorted(maps.Keys(at))
}

// TestWhere locates every error of a file and of a workbook at the line or cell at
// which an import refuses it, with the node that it is in, and every error of a pack
// by node and field.
func TestWhere(t *testing.T) {
	r, err := pack.ReadRegulation(wrongFile(t))
	if err != nil {
		t.Fatal(violations(err))
	}
	book, err := pack.WriteWorkbook(r.Content)
	if err != nil {
		t.Fatal(err)
	}
	w, err := pack.ReadWorkbook(book)
	if err != nil {
		t.Fatal(violations(err))
	}
	found, _ := r.Content.Validate()
	if diff := cmp.Diff(refused(t, r.Refuse()), places(found, r.Where)); diff != "" {
		t.Errorf("lines (-refused +told):\n%s", diff)
	}
	if diff := cmp.Diff(refused(t, w.Refuse()), places(found, w.Where)); diff != "" {
		t.Errorf("cells (-refused +told):\n%s", diff)
	}
	got := map[string]string{}
	for _, f := range found {
		got[f.Code] = strings.Join([]string{r.Where(f), w.Where(f), pack.Pack{}.Where(f)}, " | ")
	}
	for code, want := range map[string]string{
		"TEST_VECTOR_FAILS":      "line 115: criteriaSets[0].nodes[8].item.testVectors[0].points (i.1.8) | TC departments!AF21 (i.1.8) | i.1.8: item.testVectors[0].points",
		"FORMULA_WORD_MISPLACED": "line 157: criteriaSets[0].nodes[12].item.rule.formula.expression (i.1.12) | TC departments!W26 (i.1.12) | i.1.12: item.rule.formula.expression",
		"EFFECTIVE_BEFORE_ISSUE": "line 7: effectiveDate | Quy định!B6 | effectiveDate",
		"TEXT_LEGACY_ENCODING":   "line 17: criteriaSets[0].groupName | Khối!B2 | criteriaSets[0].groupName",
		"CLASSES_MISSING":        " |  | ",
	} {
		if got[code] != want {
			t.Errorf("%s: got %s, want %s", code, got[code], want)
		}
	}
}

// TestWhereOfPacks names what a pack lacks by the keys of its files.
func TestWhereOfPacks(t *testing.T) {
	p := load(t, "two-tier-2026")
	p.Content.DecisionDate, p.Content.CriteriaSets = "", slices.Clone(p.Content.CriteriaSets)
	set := &p.Content.CriteriaSets[1]
	set.GroupName, set.Nodes = "", slices.Clone(set.Nodes)
	set.Nodes[0].Name, set.Nodes[1].Name = "", ""
	found, _ := p.Content.Validate()
	var got []string
	for _, f := range found {
		got = append(got, strings.TrimSpace(f.Group+" "+p.Where(f)))
	}
	want := []string{"decisionDate", "communes criteriaSets[1].groupName", "communes i.1: name", "communes i.1.1: name"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPackItems checks that every item of a pack with a table states its evidence, by
// name and kind or by name and content where any kind will do; that items answered by
// people or by earlier results require none; that each has guidance; and that
// reconstructed ones state their basis (rules C4 and C11).
func TestPackItems(t *testing.T) {
	items := 0
	for _, name := range pack.Names() {
		content := load(t, name).Content
		if content.Completeness == "STRUCTURE_ONLY" {
			continue
		}
		for _, set := range content.CriteriaSets {
			for _, n := range set.Nodes {
				if n.Item == nil {
					continue
				}
				items++
				at := strings.Join([]string{name, set.Group, n.ID()}, " ")
				asks := !slices.Contains([]string{"SURVEY", "SATISFACTION", "HISTORY"}, string(n.Item.SourceKind))
				if asks != (len(n.Item.Evidence) > 0) {
					t.Errorf("%s, %s: it asks for %d pieces of evidence", at, n.Item.SourceKind, len(n.Item.Evidence))
				}
				for _, e := range n.Item.Evidence {
					if strings.TrimSpace(e.Name) == "" || e.Kind == "" && e.Content == "" {
						t.Errorf("%s: evidence %+v", at, e)
					}
				}
				if strings.TrimSpace(n.Item.Guidance) == "" {
					t.Errorf("%s: it has no guidance", at)
				}
				if n.Item.Basis == nil && content.Completeness == "RECONSTRUCTION" {
					t.Errorf("%s: it does not say what it rests on", at)
				}
			}
		}
	}
	if items < 300 {
		t.Errorf("only %d items were seen", items)
	}
}
