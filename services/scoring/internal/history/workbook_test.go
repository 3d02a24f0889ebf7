package history_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/parindex/parindex/services/scoring/internal/history"
)

// filled returns the template of the cycle after somebody typed into it.
func filled(tb testing.TB, edit func(set func(sheet, cell string, value any), file *excelize.File)) []byte {
	tb.Helper()
	template, err := history.Template(province())
	if err != nil {
		tb.Fatal(err)
	}
	file, err := excelize.OpenReader(bytes.NewReader(template))
	if err != nil {
		tb.Fatal(err)
	}
	edit(func(sheet, cell string, value any) {
		tb.Helper()
		if err := file.SetCellValue(sheet, cell, value); err != nil {
			tb.Fatal(err)
		}
	}, file)
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// whole fills in a template as the YAML file of TestWorkbook does.
func whole(set func(sheet, cell string, value any), _ *excelize.File) {
	for cell, value := range map[string]any{"B4": "Báo cáo kết quả năm 2023", "B5": "2024-01", "B6": "25/QĐ", "B7": "2024-01-08", "B8": "12/BC", "B15": "DENSE"} {
		set("Chung", cell, value)
	}
	for row, values := range [][]any{{1, "a", 98.00, 37.25, 35.42, 15.59, "88,26", 90.06}, {2, "b", 99, "38,24", 34.37, 15.81, 88.41, 89.31}, {3, nil, 97, 60}, {3, nil, 97, 60}} {
		for i, value := range values {
			cell, err := excelize.CoordinatesToCellName(i+3, row+2)
			if err != nil {
				panic(err)
			}
			if i >= 6 { // no survey points
				cell, err = excelize.CoordinatesToCellName(i+4, row+2)
			}
			if err == nil && value != nil {
				set("Kết quả", cell, value)
			}
		}
	}
	set("Kết quả", "G4", 0)
	set("Kết quả", "H4", 0)
	set("Kết quả", "G5", 0)
	set("Kết quả", "H5", 0)
	set("Kết quả", "L1", "Chỉ đạo")
	set("Kết quả", "M1", "Chỉ đạo (điểm chuẩn)")
	set("Kết quả", "L2", 88.26)
	set("Kết quả", "M2", 98)
	for cell, value := range map[string]any{"A2": "departments", "B2": "steering", "C2": "1", "D2": "Chỉ đạo"} {
		set("Lĩnh vực", cell, value)
	}
	for cell, value := range map[string]any{
		"A2": "departments", "B2": "a", "C2": "Nhóm 1", "E2": 90,
		"A3": "departments", "B3": "b", "C3": "Nhóm 2", "F3": 90,
	} {
		set("Xếp loại", cell, value)
	}
	set("Số liệu chung", "A2", "departments")
	set("Số liệu chung", "C2", 90.06)
}

// A workbook gives what the YAML file with the same figures gives.
func TestWorkbook(t *testing.T) {
	const file = `format: parindex.history/1
authority: an-binh
cycle: "2023"
source: {title: Báo cáo kết quả năm 2023, number: 12/BC, date: 2024-01}
decision: {number: 25/QĐ, date: 2024-01-08}
compare: {ties: DENSE}
domains: [{field: steering, name: Chỉ đạo}]
groups:
  - group: departments
    classes: [{id: a, name: Nhóm 1, above: 90}, {id: b, name: Nhóm 2, to: 90}]
    domains: [{field: steering, code: "1"}]
    printed: {highest: 90.06}
    agencies:
      - {agency: Sở Một, rank: 1, class: a, standardPoints: 98, selfPoints: 37.25, officialsPoints: 35.42, satisfactionPoints: 15.59, totalPoints: 88.26, index: 90.06, domains: {steering: {points: 88.26, standardPoints: 98}}}
      - {agency: Sở Hai, rank: 2, class: b, standardPoints: 99, selfPoints: 38.24, officialsPoints: 34.37, satisfactionPoints: 15.81, totalPoints: 88.41, index: 89.31}
      - {agency: Sở Ba, rank: 3, standardPoints: 97, selfPoints: 60, officialsPoints: 0, satisfactionPoints: 0}
      - {agency: Sở Bốn, rank: 3, standardPoints: 97, selfPoints: 60, officialsPoints: 0, satisfactionPoints: 0}
`
	places := strings.NewReplacer("line 15: groups[0].agencies[1].totalPoints", "Kết quả!J3")
	if diff := cmp.Diff(places.Replace(read(t, []byte(file))), read(t, filled(t, whole))); diff != "" {
		t.Errorf("(-YAML +workbook):\n%s", diff)
	}
}

// Every fault is named by its cell, and what looks deleted is told.
func TestWorkbookFaults(t *testing.T) {
	got := read(t, filled(t, func(set func(sheet, cell string, value any), file *excelize.File) {
		whole(set, file)
		set("Chung", "B7", "2024-02-30")
		set("Kết quả", "A3", "khối lạ")
		set("Kết quả", "B2", "Sở Chín")
		set("Kết quả", "F4", "sáu mươi")
		set("Kết quả", "C5", 0)
		set("Kết quả", "N1", "Cột lạ")
		set("Xếp loại", "D2", 80)
		if err := file.SetCellFormula("Kết quả", "E5", "1+1"); err != nil {
			t.Fatal(err)
		}
	}))
	var lines []string
	for line := range strings.Lines(got) {
		before, _, _ := strings.Cut(strings.TrimSpace(line), ": ")
		lines = append(lines, before)
	}
	want := []string{
		"HISTORY_FILE_INVALID", "Chung!B7", "VALUE_NOT_DATE", "Kết quả", "AGENCY_MISSING", "Kết quả", "AGENCY_MISSING",
		"Kết quả!N1", "HEADER_UNKNOWN", "Kết quả!B2", "HISTORY_AGENCY_UNKNOWN", "Kết quả!A3", "HISTORY_GROUP_UNKNOWN",
		"Kết quả!F4", "VALUE_NOT_POINTS", "Kết quả!C5", "RANK_NOT_POSITIVE", "Kết quả!E5", "CELL_FORMULA", "Xếp loại!E2", "CLASS_END_TWICE",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, got)
	}
	told := read(t, filled(t, func(set func(sheet, cell string, value any), file *excelize.File) {
		whole(set, file)
		if err := file.SetRowVisible("Kết quả", 4, false); err != nil {
			t.Fatal(err)
		}
	}))
	if !strings.HasPrefix(told, "told: Kết quả!4: ROW_HIDDEN\n") {
		t.Error(told)
	}
}

// A workbook of something else says which sheets it lacks; one that is none says so.
func TestOtherWorkbooks(t *testing.T) {
	other := excelize.NewFile()
	var out bytes.Buffer
	if err := other.Write(&out); err != nil {
		t.Fatal(err)
	}
	if got := read(t, out.Bytes()); strings.Count(got, "SHEET_MISSING") != 5 || !strings.Contains(got, "Kết quả\n") {
		t.Error(got)
	}
	if got := read(t, []byte("PK\x03\x04 nothing")); !strings.Contains(got, "file\n    WORKBOOK_NOT_READ") {
		t.Error(got)
	}
	// The template as it is lacks what the print has.
	template := read(t, filled(t, func(func(string, string, any), *excelize.File) {}))
	for _, part := range []string{"Chung!B4\n    VALUE_MISSING", "Chung!B7\n    VALUE_MISSING", "Kết quả!C2\n    RANK_UNDECIDED"} {
		if !strings.Contains(template, part) {
			t.Errorf("no %s in\n%s", part, template)
		}
	}
}
