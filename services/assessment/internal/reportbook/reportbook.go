// Package reportbook reads the values that are reported in a workbook, and makes the
// workbook to fill in (rule A6b).
package reportbook

import (
	"fmt"
	"strings"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/text"
	"github.com/parindex/parindex/libs/workbook"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// bookLimits allow a template with many more lines than a file may have values.
var bookLimits = workbook.Limits{Rows: 20 * assessment.MaxRows, Cells: 200 * assessment.MaxRows}

// The sheets of a workbook of values.
const (
	guideSheet  = "Hướng dẫn"
	valueSheet  = "Số liệu"
	agencySheet = "Cơ quan"
	itemSheet   = "Nội dung"
)

// bookColumns are the columns of the values; those with a key are needed, the others only
// help the person who fills them in.
var bookColumns = []struct {
	key, head, note string
	width           float64
}{
	{"agency", "Cơ quan", "Mã cơ quan, đơn vị, như ở trang “Cơ quan”.", 20},
	{"item", "Nội dung", "Mã nội dung, như ở trang “Nội dung”.", 14},
	{"value", "Số liệu", "Ghi theo cột “Cách ghi”. Ô này ở dạng Văn bản, để 5/12 không bị đổi thành ngày tháng.", 20},
	{"period", "Kỳ số liệu", "Ví dụ Năm 2026.", 18},
	{"source", "Nguồn", "Hệ thống hoặc văn bản mà số liệu được lấy ra.", 36},
	{"", "Tên cơ quan", "Chỉ để tra cứu.", 40},
	{"", "Tên nội dung", "Chỉ để tra cứu.", 60},
	{"", "Cách ghi", "Chỉ để tra cứu.", 44},
	{"", "Ghi chú", "Không được nhập vào hệ thống.", 30},
}

// neededColumns is how many of bookColumns have a key.
const neededColumns = 5

// Read returns the filled lines of a workbook, with what is told of it and what is wrong
// with it as a whole or with single cells.
func Read(content []byte) assessment.ReportFile {
	sheets, err := workbook.Read(content, bookLimits)
	if err != nil {
		return wrong(fault.From(err))
	}
	for _, s := range sheets {
		if text.Key(s.Name) == text.Key(valueSheet) {
			b := bookReader{sheet: s}
			b.read()
			return b.ReportFile
		}
	}
	return wrong(workbook.SheetMissing.With(valueSheet))
}

func wrong(f *fault.Fault) assessment.ReportFile {
	return assessment.ReportFile{Wrong: []fault.Violation{f.Violation("content")}}
}

// bookReader reads the sheet of values.
type bookReader struct {
	assessment.ReportFile

	sheet workbook.Sheet
}

func (b *bookReader) report(at workbook.Spot, err error) {
	b.Wrong = append(b.Wrong, b.sheet.Unseen(at, fault.From(err)).Violation(at.String()))
}

func (b *bookReader) read() {
	heads := make([]string, len(bookColumns))
	for i, c := range bookColumns {
		heads[i] = c.head
	}
	table := b.sheet.Table(heads, neededColumns, b.report)
	b.sheet.Tell(table.Head, func(at workbook.Spot, err error) {
		b.Told = append(b.Told, fault.From(err).Violation(at.String()))
	})
	if len(b.Wrong) > 0 && len(table.Columns) < neededColumns {
		return
	}
	for _, cells := range table.Lines {
		b.line(table, cells)
	}
	switch {
	case len(b.Lines) > assessment.MaxRows:
		b.Lines, b.Wrong = nil, append(b.Wrong, assessment.FileTooLong.With(assessment.MaxRows).Violation("content"))
	case len(b.Lines) == 0 && len(b.Wrong) == 0:
		b.Wrong = append(b.Wrong, assessment.FileEmpty.Violation("content"))
	}
}

// line reads a line, unless value, period and source are empty: it is not filled in.
func (b *bookReader) line(table *workbook.Table, cells []workbook.Cell) {
	row, in := cells[0].Row, table.Cells(cells)
	place := func(i int) workbook.Spot { return b.sheet.At(row, table.Columns[i]) }
	l := assessment.FileLine{Cells: map[string]string{}, At: func(column string) string {
		for i, c := range bookColumns {
			if c.key == column {
				return place(i).String()
			}
		}
		return b.sheet.At(row, 0).String()
	}}
	filled := false
	for i, c := range bookColumns[:neededColumns] {
		cell, there := in[i]
		if !there {
			continue
		}
		filled = filled || i >= 2
		typed, err := typedIn(c.key, cell)
		switch {
		case cell.Reported():
			l.Unread = append(l.Unread, c.key)
		case err != nil:
			l.Unread = append(l.Unread, c.key)
			b.report(place(i), err)
		}
		l.Cells[c.key] = strings.TrimSpace(typed)
	}
	if filled {
		b.Lines = append(b.Lines, l)
	}
}

// typedIn returns what somebody typed into a cell of a column. A value that the
// spreadsheet has made a date is refused: 5/12 may have been a share.
func typedIn(column string, c workbook.Cell) (string, error) {
	if column != "value" {
		return c.Typed(workbook.WantText)
	}
	if c.Kind == workbook.Date {
		return "", assessment.ValueMalformed.With(text.Show(c.Text))
	}
	return c.Typed(workbook.WantFigure)
}

var guideLines = []string{
	"Tệp này dùng để cơ quan cung cấp số liệu báo cáo số liệu của các cơ quan, đơn vị khác. Ghi số liệu vào trang “Số liệu”, mỗi dòng một số liệu.",
	"1. Giữ nguyên tên trang “Số liệu” và tiêu đề cột; thứ tự cột và dòng trống tùy ý. Không ghi công thức, không gộp ô.",
	"2. Dòng chưa ghi số liệu, kỳ số liệu và nguồn được bỏ qua. Có thể xóa những dòng không dùng.",
	"3. Tệp được nhập toàn bộ hoặc không nhập gì: còn lỗi thì chưa có gì được lưu, mọi lỗi được nêu kèm ô. Có thể kiểm tra thử trước khi nhập.",
	fmt.Sprintf("4. Một tệp có tối đa %d số liệu; nhiều hơn thì chia thành nhiều tệp.", assessment.MaxRows),
	"5. Không báo cáo số liệu của chính cơ quan mình: số liệu đó nhập vào phiếu tự đánh giá.",
}

// Template returns a workbook in which a provider fills in the values of a cycle.
func Template(c *cycle.Cycle, provider string) ([]byte, error) {
	w, err := workbook.NewWriter(guideSheet, "Số liệu báo cáo: "+c.Name)
	if err != nil {
		return nil, fmt.Errorf("making a template: %w", err)
	}
	defer w.Close()
	t := templateWriter{Writer: w}
	t.guide()
	var heads []string
	for _, col := range bookColumns {
		heads = append(heads, col.head)
	}
	t.table(valueSheet, heads, prepared(c, provider))
	for i, col := range bookColumns {
		t.do(t.Column(valueSheet, workbook.Column(i+1), t.Text, col.width))
	}
	t.table(agencySheet, []string{"Mã", "Tên", "Khối"}, agencyLines(c))
	t.table(itemSheet, []string{"Khối", "Mã", "Tên", "Cách ghi"}, itemLines(c))
	if t.err != nil {
		return nil, fmt.Errorf("writing a template: %w", t.err)
	}
	return w.Bytes()
}

// prepared returns a line for each scored agency and each of its reported items, none if
// there are more than a file may have.
func prepared(c *cycle.Cycle, provider string) (lines [][]string) {
	for _, a := range c.Agencies {
		g, err := c.Group(a.Group)
		if err != nil || !a.Scored || a.ID == provider {
			continue
		}
		for _, i := range g.Items {
			if assessment.KindOf(i) == assessment.Reported {
				lines = append(lines, []string{a.ID, i.ID, "", "", "", a.Name, i.Name, howToWrite(i.Rule)})
			}
		}
	}
	if len(lines) > assessment.MaxRows {
		return nil
	}
	return lines
}

func agencyLines(c *cycle.Cycle) (lines [][]string) {
	for _, a := range c.Agencies {
		if g, err := c.Group(a.Group); err == nil && a.Scored {
			lines = append(lines, []string{a.ID, a.Name, g.Name})
		}
	}
	return lines
}

func itemLines(c *cycle.Cycle) (lines [][]string) {
	for _, g := range c.Groups {
		for _, i := range g.Items {
			if assessment.KindOf(i) == assessment.Reported {
				lines = append(lines, []string{g.Name, i.ID, i.Name, howToWrite(i.Rule)})
			}
		}
	}
	return lines
}

// howToWrite says how a value is written, as assessment.ReportFile.Reports reads it.
func howToWrite(of rule.Rule) string {
	switch r := of.(type) {
	case rule.AllOrNothing:
		return "Mã các điều kiện đã đạt, cách nhau bằng dấu cách"
	case rule.Choice:
		ids := make([]string, len(r.Options))
		for i, o := range r.Options {
			ids[i] = o.ID
		}
		return "Một trong các mã: " + strings.Join(ids, ", ")
	case rule.Bands:
		return "Tỷ lệ %: 93,5, hoặc đã làm/kế hoạch: 45/48"
	case rule.Proportional:
		return "Đã làm/kế hoạch: 45/48"
	case rule.Deduction:
		return "Số lần bị trừ: 2; có thưởng: 2+1"
	case rule.PeerRelative:
		return "Một số: 12 hoặc 12,5"
	case rule.Formula:
		return "Từng dữ kiện: n=5 confirmed=true"
	}
	return ""
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

// guide writes the instructions, and what goes into the columns.
func (t *templateWriter) guide() {
	t.do(t.Column(guideSheet, "A", t.Text, 24))
	t.do(t.Column(guideSheet, "B", t.Text, 110))
	for i, line := range guideLines {
		t.do(t.Put(guideSheet, 2, i+1, line, false))
	}
	for i, c := range bookColumns {
		t.do(t.Put(guideSheet, 1, len(guideLines)+i+2, c.head, false))
		t.do(t.Put(guideSheet, 2, len(guideLines)+i+2, c.note, false))
	}
}

// table writes a sheet with headers and lines of texts.
func (t *templateWriter) table(sheet string, heads []string, lines [][]string) {
	_, err := t.NewSheet(sheet)
	t.do(err)
	for i := range heads {
		t.do(t.Column(sheet, workbook.Column(i+1), t.Text, 30))
	}
	for row, line := range append([][]string{heads}, lines...) {
		for i, value := range line {
			if value != "" {
				t.do(t.Put(sheet, i+1, row+1, value, false))
			}
		}
	}
	t.do(t.Top(sheet, workbook.Column(len(heads))+"1", 0))
}
