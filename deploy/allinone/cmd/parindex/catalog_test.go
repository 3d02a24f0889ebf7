package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// catalogRun runs a catalog command and returns what it prints.
func catalogRun(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := catalogCommand()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

// file writes a file and returns its path.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "regulation.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCatalogOffline lists, exports and validates packs and files without a server.
func TestCatalogOffline(t *testing.T) {
	out, err := catalogRun(t, "packs", "--format", "json")
	if err != nil || !strings.Contains(out, `"name": "soc-trang-2023"`) {
		t.Errorf("%v\n%s", err, out)
	}
	exported, err := catalogRun(t, "export", "two-tier-2026")
	if err != nil || !strings.HasPrefix(exported, "format: parindex.regulation/1\n") {
		t.Fatalf("%v\n%s", err, exported)
	}
	out, err = catalogRun(t, "validate", "two-tier-2026", "--format", "json")
	if err != nil {
		t.Error(err)
	}
	fromFile, err := catalogRun(t, "validate", file(t, exported), "--format", "json")
	if err != nil || fromFile != out {
		t.Errorf("the exported file is found otherwise: %v\n%s", err, cmp.Diff(out, fromFile))
	}
	if again, err := catalogRun(t, "export", file(t, exported)); err != nil || again != exported {
		t.Errorf("the exported file is exported otherwise: %v\n%s", err, cmp.Diff(exported, again))
	}
	if out, err := catalogRun(t, "validate", "../../../trial/data/soc-trang/catalog.yaml", "--format", "json"); err != nil || out != "{\n  \"groups\": [],\n  \"findings\": []\n}\n" {
		t.Errorf("a catalog file: %v\n%s", err, out)
	}
}

// TestCatalogValidateFindings prints every finding in the documented form; only an
// error makes the command fail.
func TestCatalogValidateFindings(t *testing.T) {
	exported, err := catalogRun(t, "export", "two-tier-2026")
	if err != nil {
		t.Fatal(err)
	}
	wrong := strings.Replace(exported, "criteria: 16", "criteria: 17", 1)
	accepted := strings.Replace(wrong, "acknowledgements:\n", "", 1) + `acknowledgements:
  - {code: CRITERIA_COUNT_DIFFERS, group: departments, declared: "17", computed: "16", acknowledgedBy: Sở Nội vụ, reason: Bản in}
`
	difference := map[string]any{
		"code": "CRITERIA_COUNT_DIFFERS", "group": "departments", "declared": "17", "computed": "16",
		"message": "The regulation states 17 criteria, the criteria set has 16. Check both against the document.",
	}
	before, _, _ := strings.Cut(wrong, "criteria: 17")
	at := fmt.Sprintf("line %d: declared[0].criteria", strings.Count(before, "\n")+1)
	for _, c := range []struct{ content, severity, path string }{{wrong, "error", at}, {accepted, "acknowledged", ""}} {
		out, err := catalogRun(t, "validate", file(t, c.content), "--format", "json", "--language", "en")
		if (err != nil) != (c.severity == "error") {
			t.Errorf("%s: %v", c.severity, err)
		}
		var r struct {
			Groups   []map[string]any `json:"groups"`
			Findings []map[string]any `json:"findings"`
		}
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		difference["severity"], difference["path"] = c.severity, c.path
		if diff := cmp.Diff([]map[string]any{difference}, r.Findings); diff != "" {
			t.Errorf("findings (-want +got):\n%s", diff)
		}
		group := map[string]any{
			"group": "departments", "criteria": 16.0, "subCriteria": 4.0, "items": 20.0, "maxPoints": "100", "selfPoints": "70", "surveyPoints": "30",
		}
		if diff := cmp.Diff(group, r.Groups[0]); diff != "" {
			t.Errorf("group (-want +got):\n%s", diff)
		}
	}
	out, err := catalogRun(t, "validate", file(t, strings.Replace(exported, "rounds: 2", "rounds: 3", 1)), "--language", "en")
	if err == nil || out != "error        NUMBER_OUT_OF_RANGE line 7: rounds: The number 3 is not between 1 and 2. Write one from 1 to 2.\n" {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestCatalogWorkbooks exports a pack as a workbook, reads it like the pack, and checks
// that a file that is not a workbook is refused.
func TestCatalogWorkbooks(t *testing.T) {
	book := filepath.Join(t.TempDir(), "regulation.xlsx")
	if out, err := catalogRun(t, "export", "soc-trang-2023", book); err != nil || out != "" {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, args := range [][]string{{"validate", "--format", "json"}, {"export"}} {
		fromPack, packErr := catalogRun(t, append(args, "soc-trang-2023")...)
		fromBook, bookErr := catalogRun(t, append(args, book)...)
		if packErr != nil || bookErr != nil || fromPack != fromBook {
			t.Errorf("%v: %v %v\n%s", args, packErr, bookErr, cmp.Diff(fromPack, fromBook))
		}
	}
	filled := filepath.Join(t.TempDir(), "template.xlsx")
	if out, err := catalogRun(t, "template", filled); err != nil || out != "" {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := catalogRun(t, "validate", filled, "--format", "json"); err != nil || !strings.Contains(out, `"findings": []`) {
		t.Errorf("%v\n%s", err, out)
	}
	none := filepath.Join(t.TempDir(), "none.xlsx")
	if err := os.WriteFile(none, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := catalogRun(t, "validate", none, "--language", "en"); err == nil || !strings.HasPrefix(out, "error        WORKBOOK_NOT_READ file: The file is no .xlsx workbook.") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestCatalogContentFaults checks that a fault in the content of a well-formed file is
// reported as an import reports it: at its line or cell, with its node.
func TestCatalogContentFaults(t *testing.T) {
	exported, err := catalogRun(t, "export", "two-tier-2026")
	if err != nil {
		t.Fatal(err)
	}
	wrong := strings.Replace(exported, `to: "98"`, `below: "98"`, 1)
	before, _, _ := strings.Cut(wrong, `below: "98"`)
	line := fmt.Sprintf("line %d: criteriaSets[0].nodes[8].item.rule.bands.bands[1].below (i.3.1)", strings.Count(before, "\n")+1)
	yaml, book := file(t, wrong), filepath.Join(t.TempDir(), "wrong.xlsx")
	if _, err := catalogRun(t, "export", yaml, book); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{yaml: line, book: "TC departments!O31 (i.3.1)"} {
		out, err := catalogRun(t, "validate", path, "--format", "json", "--language", "en")
		var r report
		if unread := json.Unmarshal([]byte(out), &r); unread != nil || err == nil || len(r.Findings) != 1 {
			t.Fatalf("%v %v\n%s", err, unread, out)
		}
		f := r.Findings[0]
		if f.Severity != "error" || f.Code != "BANDS_GAP" || f.Group != "departments" || f.Path != want {
			t.Errorf("found %+v, want it at %s", f, want)
		}
		out, err = catalogRun(t, "validate", path, "--language", "en")
		if err == nil || !strings.HasSuffix(out, "error        BANDS_GAP departments "+want+": "+f.Message+"\n") {
			t.Errorf("%v\n%s", err, out)
		}
	}
	if out, err := catalogRun(t, "validate", "son-la-2021", "--language", "en"); err == nil || !strings.Contains(out, "STRUCTURE_ONLY completeness: Only") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestCatalogFormats writes files in the format of their names, and checks that nothing
// is written if --format or the name contradicts it.
func TestCatalogFormats(t *testing.T) {
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	const isYAML, isBook = "format: parindex.regulation/1", "PK\x03\x04"
	for _, c := range []struct {
		name, args, begins string
	}{
		{"a.xlsx", "export two-tier-2026", isBook},
		{"b.XLSX", "export two-tier-2026", isBook},
		{"c.yaml", "export two-tier-2026", isYAML},
		{"d.yml", "export two-tier-2026 --format yaml", isYAML},
		{"e.xlsx", "export two-tier-2026 --format yaml", ""},
		{"f.yaml", "export two-tier-2026 --format xlsx", ""},
		{"g.xls", "export two-tier-2026", ""},
		{"h", "export two-tier-2026 --format yaml", ""},
		{"i.xlsx", "template", isBook},
		{"j.yaml", "template", "# "},
		{"k.yaml", "template --format xlsx", ""},
		{"l.txt", "template", ""},
	} {
		_, err := catalogRun(t, append(strings.Fields(c.args), in(c.name))...)
		data, unread := os.ReadFile(in(c.name))
		if (err == nil) != (c.begins != "") || (unread == nil) != (c.begins != "") || !strings.HasPrefix(string(data), c.begins) {
			t.Errorf("%s %s: %v %v %.30q", c.args, c.name, err, unread, data)
		}
		if _, err := catalogRun(t, "validate", in(c.name)); c.begins != "" && err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for args, begins := range map[string]string{"": isYAML, "--format yaml": isYAML, "--format xlsx": isBook} {
		if out, err := catalogRun(t, append([]string{"export", "two-tier-2026"}, strings.Fields(args)...)...); err != nil || !strings.HasPrefix(out, begins) {
			t.Errorf("to standard output, %s: %v %.30q", args, err, out)
		}
	}
}
