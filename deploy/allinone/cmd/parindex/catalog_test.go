package main

import (
	"bytes"
	"encoding/json"
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
	if out, err := catalogRun(t, "validate", "../../data/soc-trang/catalog.yaml", "--format", "json"); err != nil || out != "{\n  \"groups\": [],\n  \"findings\": []\n}\n" {
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
		"severity": "error", "code": "CRITERIA_COUNT_DIFFERS", "group": "departments", "path": "", "declared": "17", "computed": "16",
		"message": "The regulation states 17 criteria, the criteria set has 16.",
	}
	for _, c := range []struct{ content, severity string }{{wrong, "error"}, {accepted, "acknowledged"}} {
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
		difference["severity"] = c.severity
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
	if err == nil || out != "error        NUMBER_OUT_OF_RANGE line 7: rounds: The number 3 is out of its limits.\n" {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestCatalogWorkbooks exports a pack as a workbook, reads it like the pack, and
// names the cells of a workbook that is none.
func TestCatalogWorkbooks(t *testing.T) {
	book := filepath.Join(t.TempDir(), "regulation.xlsx")
	if out, err := catalogRun(t, "export", "soc-trang-2023", "--format", "xlsx", book); err != nil || out != "" {
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
