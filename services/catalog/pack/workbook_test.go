package pack_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/canonical"
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
	want, err := canonical.JSON(r.Content)
	if err != nil {
		t.Fatalf("%v", err)
	}
	got, err := canonical.JSON(w.Content)
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

// TestWorkbookWords checks that every key and value of the form has a Vietnamese word,
// so that people see none of the contract.
func TestWorkbookWords(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(templateWorkbook(t)))
	if err != nil {
		t.Fatal(err)
	}
	bare := regexp.MustCompile(`^[A-Za-z_.]+:?$`)
	for _, sheet := range []string{"Hướng dẫn", "Danh mục"} {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for _, text := range row {
				if text != "Trang" && bare.MatchString(strings.TrimSpace(text)) {
					t.Errorf("%s, row %d: %q", sheet, i+1, text)
				}
			}
		}
	}
}

// TestWorkbookIsSafe writes texts that begin like formulas so that no spreadsheet
// computes them, neither when it opens the file nor when somebody edits the cell.
func TestWorkbookIsSafe(t *testing.T) {
	r, err := pack.ReadRegulation(templateYAML(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(\"http://example.org\")", "1.10", "2026-01-01", "TRUE"} {
		r.Content.Title, r.Content.CriteriaSets[0].Nodes[1].Item.Guidance = text, text
		file, err := pack.WriteWorkbook(r.Content)
		if err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range [][2]string{{"Quy định", "B2"}, {criteriaSheet, "AD3"}} {
			value, valueErr := book.GetCellValue(at[0], at[1])
			formula, formulaErr := book.GetCellFormula(at[0], at[1])
			kind, kindErr := book.GetCellType(at[0], at[1])
			index, styleErr := book.GetCellStyle(at[0], at[1])
			if err := errors.Join(valueErr, formulaErr, kindErr, styleErr); err != nil {
				t.Fatal(err)
			}
			style, err := book.GetStyle(index)
			if err != nil {
				t.Fatal(err)
			}
			if value != text || formula != "" || kind != excelize.CellTypeSharedString || style.NumFmt != 49 {
				t.Errorf("%q at %v: %q, formula %q, type %d, format %d", text, at, value, formula, kind, style.NumFmt)
			}
		}
	}
}

func templateYAML(tb testing.TB) []byte {
	tb.Helper()
	file, err := os.ReadFile("template.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return file
}

// TestWorkbookOfOthers reads what people make of the template: columns in another
// order, empty rows and columns, headers in other letters, words of the contract,
// numbers as texts, real dates, a sheet with another name, notes of their own.
func TestWorkbookOfOthers(t *testing.T) {
	r, err := pack.ReadRegulation(templateYAML(t))
	if err != nil {
		t.Fatal(err)
	}
	want, err := canonical.JSON(r.Content)
	if err != nil {
		t.Fatal(err)
	}
	file := edited(t, func(e *editor) {
		for row := 1; row <= 24; row++ { // name and code change places
			name, code := fmt.Sprintf("D%d", row), fmt.Sprintf("B%d", row)
			a, err := e.GetCellValue(criteriaSheet, name)
			e.must(err)
			b, err := e.GetCellValue(criteriaSheet, code)
			e.must(err)
			e.set(criteriaSheet, name, b)
			e.set(criteriaSheet, code, a)
		}
		e.set(criteriaSheet, "H1", "LOẠI quy tắc ")
		e.set(criteriaSheet, "H3", "allOrNothing")
		e.set(criteriaSheet, "A3", " i ")
		e.set(criteriaSheet, "G3", "SELF")
		e.set(criteriaSheet, "F3", " 5.00 ")
		e.set(criteriaSheet, "AT30", " ")
		e.must(e.InsertRows(criteriaSheet, 6, 3))
		e.must(e.InsertRows(criteriaSheet, 1, 2))
		e.must(e.InsertCols("Cơ quan", "A", 2))
		e.must(e.SetSheetName(criteriaSheet, "Phụ lục I"))
		e.set("Khối", "C2", "phụ lục I")
		e.set("Quy định", "C3", "ghi chú bất kỳ")
		e.set("Quy định", "B4", 46037)
		e.format("Quy định", "B4", 14)
		e.set("Quy định", "B9", true)
		e.set("Lịch", "C2", "0")
		e.must(e.DeleteSheet("Hướng dẫn"))
		e.must(e.DeleteSheet("Danh mục"))
		_, err := e.NewSheet("Sheet1")
		e.must(err)
	})
	w, err := pack.ReadWorkbook(file)
	if err != nil {
		t.Fatal(violations(err))
	}
	got, err := canonical.JSON(w.Content)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
