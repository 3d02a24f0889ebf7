// Package rules_test checks that all citations in the repository exist: the rules of
// services/RULES.md, the decisions of ARCHITECTURE.md, and the rpcs and tests that
// RULES.md names as keeping a rule. Run it with -count=1, because go test reuses a
// result when only files outside the module have changed.
package rules_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestCitations(t *testing.T) {
	problems, cited, err := check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	// A pattern that matches nothing would report nothing.
	for kind, fewest := range map[string]int{"rule": 250, "decision": 10, "rpc": 100, "test": 200} {
		if n := count(cited, kind); n < fewest {
			t.Errorf("only %d citations of the kind %s are found", n, kind)
		}
	}
}

func count(cited []citation, kind string) int {
	n := 0
	for _, c := range cited {
		if c.kind == kind {
			n++
		}
	}
	return n
}

// Each case adds a file to these documents, this contract and this test, or replaces one.
const (
	rulesText = `### C1. One

**Source:** ours.

**Kept:** ` + "`AService.Get`; `libs/a: TestA`" + `.

### C2. Two

**Source:** ours.

- **C2.1** part

**Not yet:** any of it.

### C3b. Three

**Source:** ours.

**Not yet:** any of it.
`
	decisionsText = "### Decision 4. Four\n\nText.\n\nReason: because.\n\n### Decision 9b. Nine\n\nReason: because.\n"
	protoText     = "service AService {\n  rpc Get(A) returns (B);\n}\n"
	testText      = "package a\n\nfunc TestA() {}\n"
)

// TestChecker checks that wrong citations are reported at their places and right ones
// are not. The planted texts have § in place of the word rule, so that this file cites
// nothing.
func TestChecker(t *testing.T) {
	const kept = "`AService.Get`; `libs/a: TestA`"
	for name, tt := range map[string]struct {
		file, text string
		want       []string
	}{
		"what exists": {"libs/a/a.go", "// § C1, §s C2, C2.1 and C3b (C1; decisions 4 and 9b).\npackage a\n", nil},
		"a rule":      {"libs/a/a.go", "// Package a keeps § C9.\npackage a\n", []string{"libs/a/a.go:1: C9 is not in services/RULES.md"}},
		"of no series": {"libs/a/a.go", "package a // § Z1\n", []string{
			"libs/a/a.go:1: Z1 is not in services/RULES.md",
		}},
		"over a line":    {"libs/a/a.go", "package a\n\n// It keeps §\n// C9.\n", []string{"libs/a/a.go:4: C9 is not in services/RULES.md"}},
		"of a list":      {"libs/a/a.go", "package a // §s C1, C2 and C8\n", []string{"libs/a/a.go:1: C8 is not in services/RULES.md"}},
		"of a wide list": {"libs/a/a.go", "package a\n\n// §s C1,\n// C8 or C9\n", []string{"libs/a/a.go:4: C8 is not in services/RULES.md", "libs/a/a.go:4: C9 is not in services/RULES.md"}},
		"within a range": {"libs/a/a.go", "package a // §s C1 to C4\n", []string{
			"libs/a/a.go:1: C3 is not in services/RULES.md",
			"libs/a/a.go:1: C4 is not in services/RULES.md",
		}},
		"a range of two series": {"libs/a/a.go", "package a // §s C1–C2, C2–C1\n", []string{"libs/a/a.go:1: C2–C1 is not in services/RULES.md"}},
		"a part":                {"libs/a/a.go", "package a // § C2.2\n", []string{"libs/a/a.go:1: C2.2 is not in services/RULES.md"}},
		"by its number":         {"libs/a/a.go", "package a // once (G2)\n", []string{"libs/a/a.go:1: G2 is not in services/RULES.md"}},
		"a cell":                {"libs/a/a.go", "package a // cell G2, cells A7\n", nil},
		"in code":               {"libs/a/a.go", "package a\n\nconst A = \"=G2\"\n", nil},
		"in a contract":         {"proto/a.proto", "// (G2).\nmessage G3 {} // § C9\n", []string{"proto/a.proto:1: G2 is not in services/RULES.md", "proto/a.proto:2: C9 is not in services/RULES.md"}},
		"in SQL":                {"libs/a/1.sql", "-- §\n-- C9\ncreate table a1 ();\n", []string{"libs/a/1.sql:2: C9 is not in services/RULES.md"}},
		"in Markdown":           {"libs/README.md", "§ C9; G2\n", []string{"libs/README.md:1: C9 is not in services/RULES.md"}},
		"in what others wrote":  {"proto/third_party/a.proto", "// § C9\n", nil},
		"in what is generated":  {"proto/gen/a.go", "package a // § C9\n", nil},
		"in what is downloaded": {".local/a.go", "package a // § C9\n", nil},
		"a decision":            {"libs/a/a.go", "package a // decision 5.\n", []string{"libs/a/a.go:1: decision 5 is not in ARCHITECTURE.md"}},
		"of decisions":          {"libs/a/a.go", "package a // (architecture decisions 4, 9b and 9)\n", []string{"libs/a/a.go:1: decision 9 is not in ARCHITECTURE.md"}},
		"an authority's":        {"libs/a/a.go", "package a // decision 25/QĐ-UBND, decision 1941/QĐ-UBND\n", nil},
		"a test":                {rulesFile, strings.ReplaceAll(rulesText, "TestA", "TestB"), []string{"services/RULES.md:5: there is no TestB"}},
		"a test elsewhere":      {rulesFile, strings.ReplaceAll(rulesText, "libs/a", "libs/b"), []string{"services/RULES.md:5: TestA is not in libs/b but in libs/a"}},
		"an rpc":                {rulesFile, strings.ReplaceAll(rulesText, ".Get", ".Take"), []string{"services/RULES.md:5: AService.Take is not an rpc of the contracts"}},
		"something else":        {rulesFile, strings.ReplaceAll(rulesText, kept, "`libs/a`"), []string{"services/RULES.md:5: `libs/a` is neither `XService.Rpc` nor `folder: TestX TestY`"}},
		"a rule twice":          {rulesFile, rulesText + rulesText[:strings.Index(rulesText, "### C2")], []string{"services/RULES.md:20: rule C1 is defined twice"}},
		"without a source":      {rulesFile, strings.Replace(rulesText, "**Source:**", "", 1), []string{"services/RULES.md:1: rule C1 has no **Source:**"}},
		"kept nowhere":          {rulesFile, strings.Replace(rulesText, "**Not yet:**", "", 1), []string{"services/RULES.md:7: rule C2 has no **Kept:** and no **Not yet:**"}},
		"without a reason":      {decisionsFile, strings.Replace(decisionsText, "Reason", "", 1), []string{"ARCHITECTURE.md:1: decision 4 has no Reason:"}},
		"a decision twice":      {decisionsFile, decisionsText + decisionsText[:strings.Index(decisionsText, "### Decision 9b")], []string{"ARCHITECTURE.md:10: decision 4 is defined twice"}},
		"a document":            {"libs/a/a.go", "package a // § C1, S2 IV.1\n", nil},
		"a test that is none":   {"libs/a/a_test.go", "package a\n\ntype T struct{}\n\nfunc (T) TestA() {}\n", []string{"services/RULES.md:5: there is no TestA"}},
	} {
		t.Run(name, func(t *testing.T) {
			checkout := fstest.MapFS{}
			for file, text := range map[string]string{
				rulesFile: rulesText, decisionsFile: decisionsText, "proto/s.proto": protoText, "libs/a/a_test.go": testText, tt.file: tt.text,
			} {
				checkout[file] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, "§", "rule"))}
			}
			problems, _, err := check(checkout)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range problems {
				got = append(got, p.String())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}
