package pack_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/services/catalog/pack"
)

// throughWorkbook writes r as a workbook and reads it: the same content.
func throughWorkbook(t failing, r *pack.Regulation) {
	t.Helper()
	file, err := pack.WriteWorkbook(r.Content)
	if err != nil {
		t.Fatalf("writing: %v", err)
	}
	w, err := pack.ReadWorkbook(file)
	if err != nil {
		t.Fatalf("reading again: %s", violations(err))
	}
	want, err := r.Content.Canonical()
	if err != nil {
		t.Fatalf("%v", err)
	}
	got, err := w.Content.Canonical()
	if err != nil {
		t.Fatalf("%v", err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("the content changed (-written +read):\n%s", cmp.Diff(string(want), string(got)))
	}
}

// TestWorkbookOfPacks writes each pack as a workbook, reads it, and finds in it what
// is found in the pack.
func TestWorkbookOfPacks(t *testing.T) {
	for _, name := range pack.Names() {
		t.Run(name, func(t *testing.T) {
			p := load(t, name)
			file, err := pack.WriteWorkbook(p.Content)
			if err != nil {
				t.Fatal(err)
			}
			w, err := pack.ReadWorkbook(file)
			if err != nil {
				t.Fatal(violations(err))
			}
			if sum, err := w.Content.SHA256(); err != nil || sum != p.SHA256 {
				t.Errorf("%s became %s %v", p.SHA256, sum, err)
			}
			if err := w.Refuse(); err != nil {
				t.Errorf("the pack is refused as a workbook:\n%s", violations(err))
			}
			if again, err := pack.WriteWorkbook(w.Content); err != nil || !bytes.Equal(file, again) {
				t.Errorf("written again it has other bytes: %v", err)
			}
		})
	}
}

// hostile are texts that a spreadsheet or XML would change if they were written
// carelessly.
var hostile = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "_x0041_", "_x005F_x0041_", "__x0041__", "<b>&amp;</b>", "]]>", " trước và sau ",
	"1.10", "007", "1e5", "TRUE", "2026-01-01", "một\nhai\n", "\u00a0", "\u200b", "e\u0301", "𝒳", "”", "'",
}

// TestWorkbookRoundTrip draws whole regulations by the form, every key and every
// rule family, with texts that spreadsheets like to change: nothing is lost.
func TestWorkbookRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := drawFields(t, pack.Form())
		tree["format"] = pack.RegulationFormat
		tree["title"] = rapid.SampledFrom(hostile).Draw(t, "hostile") + "."
		sets, _ := tree["criteriaSets"].([]any)
		for i, entry := range sets {
			set, _ := entry.(map[string]any)
			set["group"] = fmt.Sprintf("%s-%d", rapid.SampledFrom([]string{"a", "khoi-co-ma-rat-dai-hon-ba-muoi-mot-ky-tu"}).Draw(t, "group"), i)
			set["groupName"] = "." + rapid.SampledFrom(hostile).Draw(t, "hostile")
		}
		data, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		r, err := pack.ReadRegulation(data)
		if err != nil {
			t.Fatalf("%s\n%s", violations(err), data)
		}
		throughWorkbook(t, r)
	})
}

// TestWorkbookGroupTwice refuses to write what could not be read again.
func TestWorkbookGroupTwice(t *testing.T) {
	c := load(t, "two-tier-2026").Content
	c.CriteriaSets = append(c.CriteriaSets, c.CriteriaSets[0])
	if _, err := pack.WriteWorkbook(c); codeOf(err) != "GROUP_TWICE" {
		t.Errorf("got %v", err)
	}
}

// TestTemplateWorkbook reads the template: it is right in itself and has an item of
// every family of rules.
func TestTemplateWorkbook(t *testing.T) {
	file, err := pack.TemplateWorkbook()
	if err != nil {
		t.Fatal(violations(err))
	}
	w, err := pack.ReadWorkbook(file)
	if err != nil {
		t.Fatal(violations(err))
	}
	if err := w.Refuse(); err != nil {
		t.Error(violations(err))
	}
	found, _ := w.Content.Validate()
	for _, f := range found {
		t.Errorf("found %+v", f)
	}
	used := map[string]bool{}
	for _, n := range w.Content.CriteriaSets[0].Nodes {
		if n.Item != nil {
			used[n.Item.Rule.Family()] = true
		}
	}
	for _, family := range rule.Families() {
		if !used[family] {
			t.Errorf("no item of the family %s", family)
		}
	}
	golden(t, "testdata/workbook/template.txt", cellsOf(t, file))
}

// cellsOf prints what people see of a workbook: the sheets with their columns'
// widths, and the rows.
func cellsOf(t *testing.T, file []byte) string {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := book.GetSheetVisible(sheet)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "== %s (visible: %v)\n", sheet, shown)
		for i := range rows[0] {
			name, err := excelize.ColumnNumberToName(i + 1)
			if err != nil {
				t.Fatal(err)
			}
			width, err := book.GetColWidth(sheet, name)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "%s:%v ", name, width)
		}
		for _, row := range rows {
			fmt.Fprintf(&out, "\n%s", strings.ReplaceAll(strings.Join(row, " | "), "\n", "⏎"))
		}
		out.WriteString("\n\n")
	}
	return out.String()
}

func codeOf(err error) string { return fault.From(err).Code }
