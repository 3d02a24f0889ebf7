package pack_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/parindex/parindex/services/catalog/pack"
)

// partOf returns a part of a workbook.
func partOf(t *testing.T, file []byte, name string) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	part, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer part.Close()
	content, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// ExcelJS knows the elements of the core properties by their prefixes, and refuses a
// workbook with any other element there.
func TestWorkbookForExcelJS(t *testing.T) {
	known := map[string]bool{
		"cp:coreProperties": true, "dc:title": true, "dc:creator": true, "dcterms:created": true, "dcterms:modified": true,
	}
	r, err := pack.ReadRegulation(templateYAML(t))
	if err != nil {
		t.Fatal(err)
	}
	r.Content.Title = `Quy định <1> & "2"`
	file, err := pack.WriteWorkbook(r.Content)
	if err != nil {
		t.Fatal(err)
	}
	decoder := xml.NewDecoder(strings.NewReader(partOf(t, file, "docProps/core.xml")))
	text := ""
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if name := token.Name.Space + ":" + token.Name.Local; !known[name] {
				t.Errorf("the core properties have the element %s", name)
			}
		case xml.CharData:
			text += string(token)
		}
	}
	if !strings.Contains(text, r.Content.Title) {
		t.Errorf("the title is not in %q", text)
	}
}

// warned lists the warnings about the template after somebody worked on it.
func warned(t *testing.T, edit func(e *editor)) []string {
	t.Helper()
	w, err := pack.ReadWorkbook(edited(t, edit))
	if err != nil {
		t.Fatal(violations(err))
	}
	var all []string
	for _, f := range w.Told() {
		if f.Severity != "WARNING" || w.Where(f) != f.Path || !strings.Contains(f.Vi, "Hãy") && !strings.Contains(f.Vi, "hãy") {
			t.Errorf("%+v", f)
		}
		all = append(all, f.Path+" "+f.Code)
	}
	return all
}

// What is struck out or hidden is read, and told.
func TestWorkbookTellsWhatLooksDeleted(t *testing.T) {
	got := warned(t, func(e *editor) {
		struck, err := e.NewStyle(&excelize.Style{Font: &excelize.Font{Strike: true}})
		e.must(err)
		e.must(e.SetCellStyle(criteriaSheet, "C3", "D3", struck))
		e.must(e.SetCellRichText(criteriaSheet, "D5", []excelize.RichTextRun{{Text: "Còn lại "}, {Text: "đã bỏ", Font: &excelize.Font{Strike: true}}}))
		none := ";;;"
		style, err := e.NewStyle(&excelize.Style{CustomNumFmt: &none})
		e.must(err)
		e.must(e.SetCellStyle("Cơ quan", "B2", "B2", style))
		e.must(e.SetRowVisible("Cơ quan", 3, false))
		e.must(e.SetRowVisible("Cơ quan", 50, false))        // nothing in it
		e.must(e.SetColVisible("Quy tắc riêng", "F", false)) // only its header
		e.must(e.SetColVisible("Phân công thẩm định", "D", false))
		e.must(e.SetSheetVisible("Lịch", false))
		_, err = e.NewSheet("Cache của phần bổ trợ")
		e.must(err)
		e.set("Cache của phần bổ trợ", "A1", "x")
		e.must(e.SetSheetVisible("Cache của phần bổ trợ", false, true))
	})
	want := []string{
		"TC departments!3 CELLS_STRUCK_OUT",
		"TC departments!5 CELLS_STRUCK_OUT",
		"Lịch SHEET_HIDDEN",
		"Phân công thẩm định!D2 COLUMN_HIDDEN",
		"Cơ quan!2 CELLS_MASKED",
		"Cơ quan!3 ROW_HIDDEN",
		"Cache của phần bổ trợ SHEET_HIDDEN_UNUSED",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := warned(t, func(*editor) {}); got != nil {
		t.Errorf("of our own template is told: %v", got)
	}
}

// A fault in a place that people do not see says how to see it.
func TestWorkbookFaultsOfHiddenPlaces(t *testing.T) {
	found := refusal(t, edited(t, func(e *editor) {
		e.set("Lịch", "B2", "31-10")
		e.must(e.SetSheetVisible("Lịch", false, true))
		e.set(criteriaSheet, "D3", nil)
		e.must(e.SetRowVisible(criteriaSheet, 3, false))
	}))
	for _, part := range []string{"Lịch!B2", "Alt+F11", "Show Sheet in LibreOffice", "TC departments!D3", "Its row or column is hidden"} {
		if !strings.Contains(found, part) {
			t.Errorf("no %q in\n%s", part, found)
		}
	}
}
