package pack_test

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/pack"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// socTrang is the catalog file that `make run` imports.
const socTrang = "../../../deploy/trial/data/soc-trang/catalog.yaml"

func read(t *testing.T, path string) *pack.File {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := pack.Read(data)
	if err != nil {
		t.Fatalf("reading %s: %s", path, violations(err))
	}
	return f
}

// TestSocTrangNames resolves the names that the tables of 2023
// print, each to an agency of the group the table is about.
func TestSocTrangNames(t *testing.T) {
	c := read(t, socTrang).Catalog
	ids := map[string]string{}
	for _, a := range c.Agencies {
		ids[a.Name.Key] = a.ID
		for _, alias := range a.Aliases {
			ids[alias.Key] = a.ID
		}
	}
	type part struct {
		group  string
		scored bool
	}
	parts := map[string]part{}
	for _, m := range c.Cycles[0].Members {
		parts[m.Agency] = part{m.Group, m.Scored()}
	}
	names, err := os.Open("testdata/soc-trang-names.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer names.Close()
	rows, err := csv.NewReader(names).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	resolved := map[string]bool{}
	for _, row := range rows[1:] {
		id, known := ids[pack.Name(row[1]).Key]
		if want := (part{row[2], row[3] == "yes"}); !known || parts[id] != want {
			t.Errorf("%s: %q is %q, in %+v; want a known agency in %+v", row[0], row[1], id, parts[id], want)
		}
		resolved[id] = true
	}
	if len(resolved) != 47 || len(c.Agencies) != 47 || len(parts) != 47 {
		t.Errorf("%d agencies named, %d in the file, %d in the cycle; the draft's list has 47", len(resolved), len(c.Agencies), len(parts))
	}
}

// TestSocTrangGroups counts the report's 40 agencies and the draft's other seven.
func TestSocTrangGroups(t *testing.T) {
	c := read(t, socTrang).Catalog
	got := map[string][2]int{}
	for _, m := range c.Cycles[0].Members {
		n := got[m.Group]
		if m.Scored() {
			n[0]++
		} else {
			n[1]++
		}
		got[m.Group] = n
	}
	want := map[string][2]int{"departments": {19, 0}, "districts": {11, 0}, "public-service-units": {4, 2}, "central-agencies": {6, 5}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("scored and not scored per group (-want +got):\n%s", diff)
	}
}

// TestReadmeExample keeps the documented example true.
func TestReadmeExample(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "```yaml\n")
	example, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("README.md has no example")
	}
	f, err := pack.Read([]byte(example))
	if err != nil {
		t.Fatal(violations(err))
	}
	if len(f.Catalog.Agencies) < 3 || len(f.Catalog.Cycles) != 1 {
		t.Errorf("the example has %d agencies and %d cycles", len(f.Catalog.Agencies), len(f.Catalog.Cycles))
	}
}

// TestReadmeRegulation keeps the documented regulation true.
func TestReadmeRegulation(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "```yaml\nformat: "+pack.RegulationFormat)
	example, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("README.md has no regulation")
	}
	r, err := pack.ReadRegulation([]byte("format: " + pack.RegulationFormat + example))
	if err != nil {
		t.Fatal(violations(err))
	}
	if err := r.Refuse(); err != nil {
		t.Error(violations(err))
	}
}

// TestFaults compares everything found in testdata/faults/*.yaml with the golden
// file beside each; -update rewrites them.
func TestFaults(t *testing.T) {
	files, err := filepath.Glob("testdata/faults/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files: ", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = pack.Read(data)
			if f := fault.From(err); f == nil || f.Code != "CATALOG_FILE_INVALID" {
				t.Fatalf("got %v, want CATALOG_FILE_INVALID", err)
			}
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			got := violations(err)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLimits tries what is too large to be written out.
func TestLimits(t *testing.T) {
	const head = "format: parindex.catalog/1\nauthority: {id: an-binh, name: A}\n"
	many := func(n int, line string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, line, i)
		}
		return b.String()
	}
	cases := []struct{ name, file, want string }{
		{"bytes", head + strings.Repeat("#", pack.MaxBytes), "line 1 DOCUMENT_TOO_LARGE"},
		{"agencies", head + "agencies:\n" + many(5001, "- {id: a-%[1]d, name: A %[1]d}\n"), "line 4: agencies LIST_TOO_LONG"},
		{"aliases", head + "agencies:\n- id: a\n  name: A\n  aliases:\n" + many(51, "  - B %d\n"), "line 7: agencies[0].aliases LIST_TOO_LONG"},
		{"name", head + "agencies:\n- {id: a, name: " + strings.Repeat("ệ", 301) + "}", "line 4: agencies[0].name TEXT_TOO_LONG"},
		{"id", head + "agencies:\n- {id: " + strings.Repeat("a", 65) + ", name: A}", "line 4: agencies[0].id SLUG_MALFORMED"},
		{"cycles", head + "agencies: [{id: a, name: A}]\ncycles:\n" +
			many(101, "- {id: c-%[1]d, name: C, year: 2024, origin: RUN, groups: [{id: g, name: G, scored: [a]}]}\n"), "line 5: cycles LIST_TOO_LONG"},
		{"groups", head + "agencies:\n" + many(51, "- {id: a-%[1]d, name: A %[1]d}\n") + "cycles:\n- id: c\n  name: C\n  year: 2024\n  origin: RUN\n  groups:\n" +
			many(51, "  - {id: g-%[1]d, name: G, scored: [a-%[1]d]}\n"), "line 61: cycles[0].groups LIST_TOO_LONG"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := pack.Read([]byte(c.file))
			f, ok := errors.AsType[*fault.Fault](err)
			if !ok || len(f.Violations) != 1 || f.Violations[0].Field+" "+f.Violations[0].Code != c.want {
				t.Errorf("got\n%swant only %s", violations(err), c.want)
			}
		})
	}
	if _, err := pack.Read([]byte(head + "agencies:\n" + many(5000, "- {id: a-%[1]d, name: A %[1]d}\n"))); err != nil {
		t.Errorf("5,000 agencies: %s", violations(err))
	}
}

func TestName(t *testing.T) {
	same := []string{
		"UBND huyện Thạnh Trị", "ubnd huyện thạnh trị", "  UBND \t huyện\nThạnh Trị ", "UBND huyện Thạnh Trị",
		"UBND huyện Tha\u0323nh Tri\u0323", "UBND huye\u0323\u0302n Thạnh Trị", "UBND huye\u0302\u0323n Thạnh\u200b Trị\u00ad",
	}
	want := pack.Name(same[0])
	if want.Text != same[0] {
		t.Errorf("the text %q became %q", same[0], want.Text)
	}
	for _, text := range same[1:] {
		if got := pack.Name(text); got.Key != want.Key {
			t.Errorf("%+q has the key %+q, want %+q", text, got.Key, want.Key)
		}
	}
	for _, text := range []string{"UBND huyện Thanh Trì", "UBND huyện Thạnh Trị 2", "UBND huyệnThạnh Trị", ""} {
		if got := pack.Name(text); got.Key == want.Key {
			t.Errorf("%q must be another name", text)
		}
	}
}

// violations lists what err sums up: place, code, Vietnamese, English.
func violations(err error) string {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		return fmt.Sprintln(err)
	}
	var b strings.Builder
	for _, v := range f.Violations {
		fmt.Fprintf(&b, "%s  %s\n    %s\n    %s\n", v.Field, v.Code, v.Vi, v.En)
	}
	return b.String()
}
