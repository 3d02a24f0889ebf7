package pack_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/pack"
)

// criteriaSheet is the sheet of the template's one group.
const criteriaSheet = "TC departments"

func templateWorkbook(tb testing.TB) []byte {
	tb.Helper()
	file, err := writtenTemplate()
	if err != nil {
		tb.Fatal(err)
	}
	return file
}

var writtenTemplate = sync.OnceValues(pack.TemplateWorkbook)

// edited is the template after somebody worked on it with a spreadsheet.
func edited(tb testing.TB, edit func(e *editor)) []byte {
	tb.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(templateWorkbook(tb)))
	if err != nil {
		tb.Fatal(err)
	}
	edit(&editor{tb, book})
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

type editor struct {
	t testing.TB
	*excelize.File
}

func (e *editor) must(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

// set writes a value as a spreadsheet does: a text, a number, a boolean.
func (e *editor) set(sheet, cell string, value any) {
	e.t.Helper()
	e.must(e.SetCellValue(sheet, cell, value))
}

// clear empties the first rows of a sheet.
func (e *editor) clear(sheet string, rows int) {
	e.t.Helper()
	for row := range rows {
		for column := range 10 {
			cell, err := excelize.CoordinatesToCellName(column+1, row+1)
			e.must(err)
			e.set(sheet, cell, nil)
		}
	}
}

// format gives a cell a number format.
func (e *editor) format(sheet, cell string, id int) {
	e.t.Helper()
	style, err := e.NewStyle(&excelize.Style{NumFmt: id})
	e.must(err)
	e.must(e.SetCellStyle(sheet, cell, cell, style))
}

// TestWorkbookFaults compares what is found in wrong workbooks with
// testdata/workbook/faults.txt; -update rewrites it. Each case edits the template.
func TestWorkbookFaults(t *testing.T) {
	var out strings.Builder
	for _, c := range []struct {
		name string
		edit func(e *editor)
	}{
		{"wrong numbers", func(e *editor) {
			e.set(criteriaSheet, "F3", "năm điểm")
			e.set(criteriaSheet, "F5", "0,25")
			e.set(criteriaSheet, "P11", 1e15)
			e.set(criteriaSheet, "F8", 0.9)
			e.format(criteriaSheet, "F8", 9)
			e.set("Quy định", "B8", 3)
			e.set("Cơ cấu công bố", "B2", 1.5)
		}},
		{"numbers that were texts", func(e *editor) {
			e.set(criteriaSheet, "B3", 1.1)
			e.format("Lịch", "B2", 14)
			e.set("Lịch", "B2", 45000)
			e.set("Cơ quan", "B2", true)
		}},
		{"merged cells", func(e *editor) {
			e.must(e.MergeCell(criteriaSheet, "A3", "A5"))
			e.must(e.MergeCell("Khối", "B2", "C2"))
		}},
		{"missing sheets", func(e *editor) {
			e.must(e.DeleteSheet("Lịch"))
			e.must(e.DeleteSheet(criteriaSheet))
		}},
		{"no head and no groups", func(e *editor) {
			e.must(e.DeleteSheet("Quy định"))
			e.must(e.DeleteSheet("Khối"))
		}},
		{"headers", func(e *editor) {
			e.set(criteriaSheet, "F1", "Điểm")
			e.set("Cơ quan", "D1", "tên  CƠ QUAN")
			e.set("Cơ quan", "F3", "ghi chú riêng")
			e.set("Cơ quan", "F4", "một nữa")
			e.set("Quy định", "A9", "Hội đồng")
			e.set("Quy định", "A22", "Tên quy định")
			e.set("Quy định", "D5", "x")
			e.set("Quy định", "B30", "của mục nào?")
			e.clear("Phân công thẩm định", 1)
		}},
		{"an empty sheet", func(e *editor) {
			e.clear("Cơ quan", 3)
		}},
		{"unknown words", func(e *editor) {
			e.set(criteriaSheet, "A3", "Phần một")
			e.set(criteriaSheet, "H5", "Xổ số")
			e.set("Quy định", "B9", "chắc là có")
			e.set("Hội đồng thẩm định", "C2", "STANDING ")
		}},
		{"formulas and errors", func(e *editor) {
			e.must(e.SetCellFormula(criteriaSheet, "F3", "2+3"))
			e.must(e.SetCellFormula("Cơ quan", "Z9", `HYPERLINK("http://example.org")`))
			e.must(e.SetCellFormula("Khối", "B1", `"Tên khối"`))
			e.must(e.SetCellFormula("Hướng dẫn", "A1", "1+1"))
		}},
		{"groups", func(e *editor) {
			e.set("Xếp loại", "A2", "districts")
			e.set("Khối", "A3", "districts")
			e.set("Khối", "B3", "Huyện")
			e.set("Khối", "C3", criteriaSheet)
			e.set("Khối", "A4", "communes")
			e.set("Khối", "B4", "Xã")
			e.set("Khối", "C4", "Lịch")
			e.set("Khối", "A5", "Not A Slug")
			_, err := e.NewSheet("TC cũ")
			e.must(err)
			e.set("TC cũ", "A1", "Phần")
			_, err = e.NewSheet("Sheet1")
			e.must(err)
		}},
		{"rows", func(e *editor) {
			e.must(e.InsertRows(criteriaSheet, 2, 1))
			e.set(criteriaSheet, "I2", "a")
			e.set("Lịch", "F40", "một dòng xa")
		}},
		{"rules", func(e *editor) {
			e.set(criteriaSheet, "L3", 90)
			e.set(criteriaSheet, "M9", 10)
			e.set(criteriaSheet, "K6", nil)
			e.set(criteriaSheet, "Q11", 1)
			e.set(criteriaSheet, "H14", nil)
			e.set(criteriaSheet, "Z23", -1)
			e.set(criteriaSheet, "AM3", "không")
			e.set(criteriaSheet, "AN3", "S0")
		}},
		{"no band for 90", func(e *editor) {
			e.set(criteriaSheet, "N9", nil)
			e.set(criteriaSheet, "O9", 90)
		}},
		{"two bands for 90", func(e *editor) {
			e.set(criteriaSheet, "M8", nil)
			e.set(criteriaSheet, "L8", 90)
		}},
		{"evidence and legal basis", func(e *editor) {
			e.set(criteriaSheet, "AA4", nil)
			e.set(criteriaSheet, "AI5", strings.Repeat("dài", 101))
			e.set(criteriaSheet, "AK3", "2021-02-30")
			e.set(criteriaSheet, "AQ5", "không có")
		}},
		{"evidence and legal basis that contradict themselves", func(e *editor) {
			e.set(criteriaSheet, "AK4", "2021-07-16")
			e.set(criteriaSheet, "AL4", "2021-07-15")
			e.set(criteriaSheet, "AQ3", "steering")
			e.set(criteriaSheet, "AQ5", "procedures")
		}},
		{"special rules and surveys", func(e *editor) {
			e.set("Quy định", "B19", "Rút thăm")
			e.set("Quy tắc riêng", "A2", "departments")
			e.set("Quy tắc riêng", "C2", 0)
			e.set("Nhóm đối tượng khảo sát", "A4", "can-bo")
			e.set("Liên kết khảo sát", "B2", "ii.1.4; 2.7")
			e.set("Liên kết khảo sát", "D3", "một phần ba")
		}},
		{"special rules and surveys that contradict themselves", func(e *editor) {
			e.set("Nhóm đối tượng khảo sát", "A4", "can-bo")
			e.set("Nhóm đối tượng khảo sát", "B4", "Cán bộ")
			e.set("Quy định", "B20", "1/QĐ-UBND")
			for column, value := range map[string]any{"A": "departments", "B": "communes", "C": 3, "D": 2, "E": "Không xếp loại", "F": "Mục IV"} {
				e.set("Quy tắc riêng", column+"2", value)
			}
			e.set("Liên kết khảo sát", "B2", "ii.1.4; ii.7")
			e.set("Liên kết khảo sát", "C2", "can-bo-khac")
			e.set("Liên kết khảo sát", "D3", nil)
		}},
		{"a calendar of other phases", func(e *editor) {
			e.set("Quy định", "B8", 1)
		}},
		{"test vectors", func(e *editor) {
			e.set(criteriaSheet, "AE3", "Điều kiện đạt: dung-han; Không Phải Mã\nGì đó: 1")
			e.set(criteriaSheet, "AE5", "Phương án: cham\nĐiểm: 1")
			e.set(criteriaSheet, "AE8", "Kế hoạch: 10")
			e.set(criteriaSheet, "AE11", "Đã thực hiện: 14\nKế hoạch: 22\nKế hoạch: 23")
			e.set(criteriaSheet, "AE14", "không rõ")
			e.set(criteriaSheet, "AF15", nil)
			e.set(criteriaSheet, "AG17", "không")
			e.set(criteriaSheet, "AE22", "Số liệu Bad Key: 1\nĐạt urgent: vâng")
		}},
		{"values", func(e *editor) {
			e.set("Quy định", "B4", "2026-02-30")
			e.set("Quy định", "B2", strings.Repeat("dài", 400))
			e.set("Quy định", "B7", "Not A Slug")
			e.set("Lịch", "B2", "31-10")
			e.set("Phân công thẩm định", "D2", "i.1; i.1; 2.2")
			e.set("Phân công thẩm định", "D3", " ; ")
			e.set(criteriaSheet, "D3", nil)
		}},
		{"a structure that contradicts itself", func(e *editor) {
			e.set("Cơ cấu công bố", "B2", 12)
			e.set(criteriaSheet, "N9", 95)
			e.set(criteriaSheet, "C8", "9")
			e.set("Xếp loại", "D3", 81)
			e.set(criteriaSheet, "AF3", 4)
		}},
	} {
		fmt.Fprintf(&out, "== %s\n%s\n", c.name, refusal(t, edited(t, c.edit)))
	}
	golden(t, "testdata/workbook/faults.txt", out.String())
}

// refusal lists why a workbook is refused.
func refusal(t *testing.T, file []byte) string {
	t.Helper()
	w, err := pack.ReadWorkbook(file)
	if err == nil {
		err = w.Refuse()
	}
	if f := fault.From(err); f == nil || f.Code != "REGULATION_FILE_INVALID" {
		t.Errorf("got %v", err)
		return ""
	}
	return violations(err)
}

// zipped changes the parts of the template: nil takes one away.
func zipped(tb testing.TB, change map[string]func(io.Writer)) []byte {
	tb.Helper()
	file := templateWorkbook(tb)
	from, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	into := zip.NewWriter(&out)
	for _, part := range from.File {
		write, changed := change[part.Name]
		delete(change, part.Name)
		if changed && write == nil {
			continue
		}
		if !changed {
			if err := into.Copy(part); err != nil {
				tb.Fatal(err)
			}
			continue
		}
		w, err := into.Create(part.Name)
		if err != nil {
			tb.Fatal(err)
		}
		write(w)
	}
	for name, write := range change {
		w, err := into.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		write(w)
	}
	if err := into.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// part is a part with a text, repeated.
func part(text string, times int) func(io.Writer) {
	return func(w io.Writer) {
		for range times {
			_, _ = io.WriteString(w, text)
		}
	}
}

// sheetOf is a sheet's part with these rows.
func sheetOf(rows string, times int) func(io.Writer) {
	return func(w io.Writer) {
		part(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`, 1)(w)
		part(rows, times)(w)
		part(`</sheetData></worksheet>`, 1)(w)
	}
}

// TestWorkbookFiles compares how files are refused that are no sound workbook with
// testdata/workbook/files.txt; -update rewrites it.
func TestWorkbookFiles(t *testing.T) {
	const first, types = "xl/worksheets/sheet2.xml", "[Content_Types].xml"
	var out strings.Builder
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"10 MB of nothing", make([]byte, 10<<20)},
		{"nothing", nil},
		{"a text", []byte("format: parindex.regulation/1\n")},
		{"a zip that is no workbook", zipped(t, map[string]func(io.Writer){types: nil})},
		{"a bomb", zipped(t, map[string]func(io.Writer){first: part(strings.Repeat(" ", 1<<20), 100)})},
		{"a bomb of parts", func() []byte {
			parts := map[string]func(io.Writer){}
			for i := range 1001 {
				parts[fmt.Sprintf("xl/%d.xml", i)] = part("x", 1)
			}
			return zipped(t, parts)
		}()},
		{"rows without end", zipped(t, map[string]func(io.Writer){first: sheetOf(`<row><c><v>1</v></c></row>`, 100_001)})},
		{"cells without end", zipped(t, map[string]func(io.Writer){first: sheetOf(`<row>`+strings.Repeat(`<c><v>1</v></c>`, 100)+`</row>`, 4001)})},
		{"the last cell of a sheet", zipped(t, map[string]func(io.Writer){first: sheetOf(`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`, 1)})},
		{"a cell beyond the last", zipped(t, map[string]func(io.Writer){first: sheetOf(`<row><c r="XFE1"><v>1</v></c></row>`, 1)})},
		{"a cell twice", zipped(t, map[string]func(io.Writer){first: sheetOf(`<row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>`, 1)})},
		{"an error", zipped(t, map[string]func(io.Writer){first: sheetOf(`<row><c t="e"><v>#REF!</v></c></row>`, 1)})},
		{"a text above the longest", zipped(t, map[string]func(io.Writer){first: sheetOf(`<row><c r="A1" t="inlineStr"><is><t>`+strings.Repeat("x", 40_000)+`</t></is></c></row>`, 1)})},
		{"a shared text that is not there", zipped(t, map[string]func(io.Writer){first: sheetOf(`<row><c t="s"><v>999999</v></c></row>`, 1)})},
		{"an entity", zipped(t, map[string]func(io.Writer){first: part(`<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>`, 1)})},
		{"broken XML", zipped(t, map[string]func(io.Writer){first: part("<worksheet><row>", 1)})},
		{"a missing part", zipped(t, map[string]func(io.Writer){first: nil})},
		{"macros by type", zipped(t, map[string]func(io.Writer){types: part(`<Types><Default Extension="xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`, 1)})},
		{"macros by a relation", zipped(t, map[string]func(io.Writer){"xl/_rels/workbook.xml.rels": part(`<Relationships><Relationship Id="r" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="other.bin"/></Relationships>`, 1)})},
		{"a sheet of old macros", zipped(t, map[string]func(io.Writer){
			types:                       part(`<Types><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/macrosheets/sheet1.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/></Types>`, 1),
			"xl/macrosheets/sheet1.xml": part("x", 1),
		})},
		{"an .xlsb", zipped(t, map[string]func(io.Writer){types: part(`<Types><Default Extension="xml" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>`, 1)})},
		{"macros by part", zipped(t, map[string]func(io.Writer){"xl/vbaProject.bin": part("x", 1)})},
		{"a text document", zipped(t, map[string]func(io.Writer){types: part(`<Types><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`, 1)})},
		{"a damaged zip", templateWorkbook(t)[:5000]},
		{"a part that lies about its size", func() []byte {
			var packed, out bytes.Buffer
			deflate, err := flate.NewWriter(&packed, 9)
			if err != nil {
				t.Fatal(err)
			}
			part(strings.Repeat(" ", 1<<20), 40)(deflate)
			_ = deflate.Close()
			into := zip.NewWriter(&out)
			w, err := into.CreateRaw(&zip.FileHeader{
				Name: types, Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: 100, //nolint:gosec // a length
			})
			if err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write(packed.Bytes())
			_ = into.Close()
			return out.Bytes()
		}()},
		{"an .xls", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 2000)...)},
		{"a password", func() []byte {
			book, err := excelize.OpenReader(bytes.NewReader(templateWorkbook(t)))
			if err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			if err := book.Write(&file, excelize.Options{Password: "x"}); err != nil {
				t.Fatal(err)
			}
			return file.Bytes()
		}()},
	} {
		found := refusal(t, c.file)
		if lines := strings.SplitAfterN(found, "\n", 13); len(lines) > 12 {
			found = strings.Join(lines[:12], "") + "…\n"
		}
		fmt.Fprintf(&out, "== %s\n%s\n", c.name, found)
	}
	golden(t, "testdata/workbook/files.txt", out.String())
}
