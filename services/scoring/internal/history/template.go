package history

import (
	"fmt"

	"github.com/parindex/parindex/libs/workbook"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

var guideLines = []string{
	"Tệp này chứa kết quả đã công bố của một năm trước, chép từ bản in: các mục chung, kết quả từng cơ quan, đơn vị, các lĩnh vực, các mức xếp loại và số liệu chung của khối.",
	"1. Giữ nguyên tên các trang và tiêu đề cột; thứ tự cột và dòng trống tùy ý. Cột nào bản in không có thì để trống hoặc xóa.",
	"2. Chỉ ghi số có trong bản in; chỗ bản in để gạch ngang thì để trống, không ghi 0. Số thập phân ghi 80,81 hoặc 80.81. Không ghi công thức, không gộp ô.",
	"3. Hệ thống tính lại mọi số tính được và so với bản in trong phạm vi làm tròn; thứ hạng lấy như bản in. Điều gì không tính lại được thì hệ thống thông báo, không từ chối.",
	"4. Điểm theo lĩnh vực: khai báo lĩnh vực ở trang “Lĩnh vực”, rồi thêm ở trang “Kết quả” một cột mang đúng tên lĩnh vực.",
	"5. Có thể kiểm tra thử trước khi nhập: mọi lỗi được nêu kèm trang, dòng, cột; còn lỗi thì chưa có gì được lưu.",
}

// Template returns a workbook to fill in with the results of a cycle: it has the scored
// agencies of each group.
func Template(cycle scoring.Cycle) ([]byte, error) {
	w, err := workbook.NewWriter(guideSheet, "Kết quả đã công bố: "+cycle.Name)
	if err != nil {
		return nil, fmt.Errorf("making a template: %w", err)
	}
	defer w.Close()
	t := templateWriter{Writer: w}
	t.guide()
	t.head(cycle)
	row := 1
	for _, table := range tables[1:] {
		t.sheet(table)
	}
	agencies := newDirectory(cycle)
	for _, g := range cycle.Groups {
		for _, a := range agencies.scored(g.ID) {
			row++
			t.put(resultTable.sheet, 1, row, g.ID)
			t.put(resultTable.sheet, 2, row, a.Name)
		}
	}
	if t.err != nil {
		return nil, fmt.Errorf("writing a template: %w", t.err)
	}
	return w.Bytes()
}

// templateWriter writes until the first error.
type templateWriter struct {
	*workbook.Writer

	err error
}

func (t *templateWriter) do(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *templateWriter) put(sheet string, column, row int, value string) {
	t.do(t.Put(sheet, column, row, value, false))
}

// sheet writes the headers of a table.
func (t *templateWriter) sheet(of table) {
	_, err := t.NewSheet(of.sheet)
	t.do(err)
	for i, c := range of.columns {
		letter, style, width := workbook.Column(i+1), t.Text, 22.0
		if c.figure {
			style, width = t.Figure, 13
		}
		if c.key == "agency" || c.key == "name" {
			width = 48
		}
		t.do(t.Column(of.sheet, letter, style, width))
		t.put(of.sheet, i+1, 1, c.head)
	}
	t.do(t.Top(of.sheet, workbook.Column(len(of.columns))+"1", 0))
}

// head writes the sheet whose headers are below each other.
func (t *templateWriter) head(cycle scoring.Cycle) {
	_, err := t.NewSheet(headTable.sheet)
	t.do(err)
	for i, width := range []float64{36, 60, 70} {
		t.do(t.Column(headTable.sheet, workbook.Column(i+1), t.Text, width))
	}
	for i, head := range []string{workbook.HeadLabel, workbook.HeadValue, workbook.HeadNote} {
		t.put(headTable.sheet, i+1, 1, head)
	}
	filled := map[string]string{"authority": cycle.Authority, "cycle": cycle.ID}
	for i, c := range headTable.columns {
		for j, value := range []string{c.head, filled[c.key], c.note} {
			if value != "" {
				t.put(headTable.sheet, j+1, i+2, value)
			}
		}
	}
	t.do(t.Top(headTable.sheet, "C1", 0))
}

// guide writes the instructions, and what goes into the columns.
func (t *templateWriter) guide() {
	for i, width := range []float64{22, 34, 100} {
		t.do(t.Column(guideSheet, workbook.Column(i+1), t.Text, width))
	}
	for i, line := range guideLines {
		t.do(t.MergeCell(guideSheet, fmt.Sprintf("A%d", i+1), fmt.Sprintf("C%d", i+1)))
		t.do(t.SetRowHeight(guideSheet, i+1, 33))
		t.put(guideSheet, 1, i+1, line)
	}
	row := len(guideLines) + 1
	for _, of := range tables {
		for _, c := range of.columns {
			row++
			for i, value := range []string{of.sheet, c.head, c.note} {
				t.put(guideSheet, i+1, row, value)
			}
		}
	}
}
