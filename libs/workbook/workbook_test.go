package workbook_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/workbook"
)

const namespaces = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// book is a workbook of one sheet, as small as one can be.
func book(tb testing.TB, properties, styles, shared, sheet string) []byte {
	tb.Helper()
	return packed(tb, map[string]string{
		"xl/workbook.xml":          `<workbook ` + namespaces + `>` + properties + `<sheets><sheet name="Một" sheetId="1" r:id="s1"/></sheets></workbook>`,
		"xl/styles.xml":            `<styleSheet ` + namespaces + `>` + styles + `</styleSheet>`,
		"xl/sharedStrings.xml":     `<sst ` + namespaces + `>` + shared + `</sst>`,
		"xl/worksheets/sheet1.xml": `<worksheet ` + namespaces + `>` + sheet + `</worksheet>`,
	})
}

// packed is a workbook of one empty sheet with some of its parts written otherwise,
// or added.
func packed(tb testing.TB, parts map[string]string) []byte {
	tb.Helper()
	const relation = `<Relationship Id="%s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>`
	all := map[string]string{
		"[Content_Types].xml": `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels":         `<Relationships>` + fmt.Sprintf(relation, "r1", "officeDocument", "/xl/workbook.xml") + `</Relationships>`,
		"xl/workbook.xml":     `<workbook ` + namespaces + `><sheets><sheet name="Một" sheetId="1" r:id="s1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships>` + fmt.Sprintf(relation, "s1", "worksheet", "worksheets/sheet1.xml") +
			fmt.Sprintf(relation, "s2", "styles", "styles.xml") + fmt.Sprintf(relation, "s3", "sharedStrings", "/xl/sharedStrings.xml") + `</Relationships>`,
		"xl/styles.xml": `<styleSheet/>`, "xl/sharedStrings.xml": `<sst/>`, "xl/worksheets/sheet1.xml": `<worksheet/>`,
	}
	maps.Copy(all, parts)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p, err := w.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := p.Write([]byte(all[name])); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// TestRead reads what spreadsheets write: every kind of cell, with and without
// addresses, texts in runs and with escapes, numbers with formats.
func TestRead(t *testing.T) {
	styles := `<numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="[Red]0.0&quot; ngày&quot;"/>` +
		`<numFmt numFmtId="166" formatCode="0.0%"/><numFmt numFmtId="167" formatCode="General&quot;s&quot;"/></numFmts>` +
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="14"/><xf numFmtId="9"/><xf numFmtId="167"/></cellXfs>`
	shared := `<si><t>chung</t></si><si><r><t>hai </t></r><r><t>phần</t></r><rPh><t>đọc</t></rPh></si><si><t xml:space="preserve"> _x0041_ _x005F_x0041_ một_x000D_` + "\n" + `hai </t></si>`
	sheet := `<sheetData>
<row r="2"><c r="B2" t="s"><v>0</v></c><c t="s"><v>1</v></c><c r="E2" t="s"><v>2</v></c></row>
<row><c t="inlineStr"><is><r><t>tại </t></r><r><t>chỗ</t></r><rPh><t>x</t></rPh></is></c><c t="str"><v>chữ</v></c><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c></row>
<row r="5"><c><v>1.1000000000000001</v></c><c s="1"><v>45000</v></c><c s="2"><v>3</v></c><c s="3"><v>0.9</v></c><c s="4"><v>45000.5</v></c><c s="5"><v>1</v></c><c s="6"><v>7</v></c><c s="99"><v>8</v></c></row>
<row r="6"><c><f>1+1</f><v>2</v></c><c t="s"/><c t="d"><v>2024-02-29T00:00:00</v></c><c><f/></c><c t="inlineStr"><is><t></t></is></c></row>
</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`
	sheets, err := workbook.Read(book(t, "", styles, shared, sheet), workbook.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []workbook.Sheet{{Name: "Một", Merged: []string{"A1:B2"}, Cells: []workbook.Cell{
		{2, 2, workbook.Text, "chung"},
		{2, 3, workbook.Text, "hai phần"},
		{2, 5, workbook.Text, " A _x0041_ một\nhai "},
		{3, 1, workbook.Text, "tại chỗ"},
		{3, 2, workbook.Text, "chữ"},
		{3, 3, workbook.Bool, "true"},
		{3, 4, workbook.Error, "#REF!"},
		{5, 1, workbook.Number, "1.1000000000000001"},
		{5, 2, workbook.Date, "2023-03-15"},
		{5, 3, workbook.Number, "3"},
		{5, 4, workbook.Percent, "0.9"},
		{5, 5, workbook.Date, "45000.5"},
		{5, 6, workbook.Percent, "1"},
		{5, 7, workbook.Number, "7"},
		{5, 8, workbook.Number, "8"},
		{6, 1, workbook.Formula, "2"},
		{6, 3, workbook.Date, "2024-02-29"},
		{6, 4, workbook.Formula, ""},
	}}}
	if diff := cmp.Diff(want, sheets); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	sheets, err = workbook.Read(book(t, `<workbookPr date1904="1"/>`, styles, "", `<sheetData><row><c s="1"><v>43538</v></c></row></sheetData>`), workbook.Limits{})
	if err != nil || sheets[0].Cells[0].Text != "2023-03-15" {
		t.Errorf("by the calendar of 1904: %v %v", sheets, err)
	}
}

// TestDecimal reads numbers as people typed them.
func TestDecimal(t *testing.T) {
	for stored, want := range map[string]string{
		"0.1": "0.1", "12": "12", "-3.50": "-3.5", "0": "0", "-0": "0", "0.0": "0", "007": "7", ".5": "0.5", "5.": "5",
		"0.10000000000000001": "0.1", "1.1000000000000001": "1.1", "66.629999999999995": "66.63", "0.30000000000000004": "0.3",
		"9.9999999999999995": "10", "999999999999999.9": "1000000000000000", "123456789012345": "123456789012345",
		"1E-3": "0.001", "5.0000000000000001E-3": "0.005", "1.5e2": "150", "1E+2": "100", "1e-40": "0." + strings.Repeat("0", 39) + "1",
		"": "", "x": "", ".": "", "1e999": "", "1e41": "", "1,5": "", "1_0": "", "Inf": "", "0x1": "", "+1": "",
	} {
		got, ok := workbook.Cell{Kind: workbook.Number, Text: stored}.Decimal()
		if got != want || ok != (want != "") {
			t.Errorf("%q became %q %v, want %q", stored, got, ok, want)
		}
	}
	if got, ok := (workbook.Cell{Kind: workbook.Text, Text: "1"}).Decimal(); ok {
		t.Errorf("a text became %s", got)
	}
}

// TestDecimalAsStored reads figures of up to 15 digits from the shortest and from
// the 17 digits that spreadsheets store of them.
func TestDecimalAsStored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, places := rapid.IntRange(0, 999999999).Draw(t, "whole"), rapid.IntRange(0, 999999).Draw(t, "places")
		want := strings.TrimRight(strings.TrimRight(fmt.Sprintf("%d.%06d", whole, places), "0"), ".")
		figure := float64(whole) + float64(places)/1e6
		for _, stored := range []string{want, fmt.Sprintf("%.17g", figure), fmt.Sprintf("%.16E", figure)} {
			if got, ok := (workbook.Cell{Kind: workbook.Number, Text: stored}).Decimal(); !ok || got != want {
				t.Fatalf("%s became %s, want %s", stored, got, want)
			}
		}
	})
}

// TestAddresses are read as they are written.
func TestAddresses(t *testing.T) {
	for address, want := range map[string][2]int{"A1": {1, 1}, "Z9": {26, 9}, "AA10": {27, 10}, "XFD1048576": {16384, 1 << 20}} {
		column, row, ok := workbook.Parse(address)
		if !ok || [2]int{column, row} != want || (workbook.Cell{Row: row, Column: column}).Address() != address {
			t.Errorf("%s: %d %d %v", address, column, row, ok)
		}
	}
	for _, address := range []string{"", "A", "1", "A0", "XFE1", "A1048577", "a1", "A-1", "AAAA1", "A1B", "A99999999999999999999"} {
		if column, row, ok := workbook.Parse(address); ok {
			t.Errorf("%q was read as %d %d", address, column, row)
		}
	}
}

// FuzzRead sees that any part of a workbook is read or refused by a reason, and that
// what is read is within the limits.
func FuzzRead(f *testing.F) {
	f.Add("", `<cellXfs><xf numFmtId="14"/></cellXfs>`, `<si><t>a</t></si>`, `<sheetData><row><c t="s"><v>0</v></c><c s="0"><v>1.5e3</v></c></row></sheetData>`)
	f.Add("<workbookPr date1904='1'/>", "", "", `<sheetData><row r="9"><c r="C9" t="inlineStr"><is><t>x</t></is></c></row></sheetData><mergeCells><mergeCell ref="A1"/></mergeCells>`)
	f.Add(`<!DOCTYPE x>`, `<numFmts><numFmt numFmtId="1" formatCode="[Red]yy"/></numFmts>`, `<si><r><t>_x000D_</t></r></si><si/>`, `<row/><row/><c r="B7"/><c t="s"><v>1</v></c>&amp;<![CDATA[<c>]]><!-- -->`)
	limits := workbook.Limits{Unpacked: 1 << 20, Sheets: 3, Rows: 100, Cells: 1000}
	f.Fuzz(func(t *testing.T, properties, styles, shared, sheet string) {
		sheets, err := workbook.Read(book(t, properties, styles, shared, sheet), limits)
		if err != nil {
			if f := fault.From(err); f.Kind != fault.Invalid || strings.Contains(f.Vi+f.En, "%!") {
				t.Fatalf("%v", err)
			}
			return
		}
		checkWithin(t, sheets, limits)
	})
}

// FuzzFile does so for any file.
func FuzzFile(f *testing.F) {
	f.Add(book(f, "", `<cellXfs><xf numFmtId="14"/></cellXfs>`, `<si><t>a</t></si>`, `<sheetData><row><c t="s"><v>0</v></c></row></sheetData>`))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	limits := workbook.Limits{Unpacked: 1 << 20, Sheets: 3, Rows: 100, Cells: 1000}
	f.Fuzz(func(t *testing.T, file []byte) {
		sheets, err := workbook.Read(file, limits)
		if err != nil {
			if f := fault.From(err); f.Kind != fault.Invalid || strings.Contains(f.Vi+f.En, "%!") {
				t.Fatalf("%v", err)
			}
			return
		}
		checkWithin(t, sheets, limits)
	})
}

func checkWithin(t *testing.T, sheets []workbook.Sheet, limits workbook.Limits) {
	t.Helper()
	cells, text := 0, 0
	for _, s := range sheets {
		cells += len(s.Cells)
		rows := map[int]bool{}
		for _, c := range s.Cells {
			rows[c.Row] = true
			text += len(c.Text)
			if c.Row < 1 || c.Row > workbook.MaxRow || c.Column < 1 {
				t.Errorf("at %d, %d", c.Row, c.Column)
			}
			if figure, ok := c.Decimal(); ok && strings.Trim(figure, "-.0123456789") != "" {
				t.Errorf("%q became %q", c.Text, figure)
			}
		}
		if len(rows) > limits.Rows {
			t.Errorf("%d rows", len(rows))
		}
	}
	if len(sheets) > limits.Sheets || cells > limits.Cells || int64(text) > limits.Unpacked {
		t.Errorf("%d sheets, %d cells of %d bytes", len(sheets), cells, text)
	}
}

// SheetJS lists the type of workbooks with macros in every workbook, for an extension
// that no part has.
func TestReadSheetJS(t *testing.T) {
	sheets, err := workbook.Read(packed(t, map[string]string{
		"[Content_Types].xml": `<Types><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>` +
			`<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>`,
	}), workbook.Limits{})
	if err != nil || len(sheets) != 1 || len(sheets[0].Cells) != 1 {
		t.Errorf("got %v, %v", sheets, err)
	}
}
