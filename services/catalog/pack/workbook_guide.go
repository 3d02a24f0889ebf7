package pack

import "github.com/parindex/parindex/libs/workbook"

// The first sheet explains how to fill in the others. It is not read.

var guideLines = []string{
	"Tệp này chứa toàn bộ một quy định đánh giá, xác định Chỉ số cải cách hành chính: phần chung, các khối, bộ tiêu chí của từng khối, cơ cấu công bố, lịch, Hội đồng thẩm định, phân công thẩm định, danh sách cơ quan, quy tắc riêng về xếp loại và việc khảo sát.",
	"Tệp mẫu có sẵn một ví dụ cho mỗi loại quy tắc; hãy thay bằng nội dung của quyết định.",
	"1. Giữ nguyên tên các trang và tiêu đề cột; thứ tự cột và dòng trống tùy ý. Cột không dùng thì để trống hoặc ẩn, không xóa.",
	"2. Mỗi khối ở trang “Khối” có một trang tiêu chí riêng; tên trang ghi ở cột “Trang tiêu chí”. Thêm khối: sao chép một trang tiêu chí, đổi tên trang rồi ghi thêm một dòng ở trang “Khối”.",
	"3. Một tiêu chí có nhiều điều kiện, phương án, khoảng tỷ lệ, tài liệu kiểm chứng, căn cứ pháp lý hoặc ca kiểm tra thì mỗi ý một dòng: dòng đầu cùng dòng với tiêu chí, các dòng tiếp theo để trống những cột khác.",
	"4. Lĩnh vực và mục có mục con không có điểm: để trống từ cột “Điểm tối đa” trở đi. Mục cấp trên đứng trước mục con.",
	"5. Ghi giá trị, không ghi công thức tính; không gộp ô. Số ghi ở ô dạng Số; tỷ lệ 90 % ghi 90. Mã như 1.10 ghi ở ô dạng Văn bản để không thành 1.1.",
	"6. Ô có danh sách thì chọn trong danh sách. Ngày ghi dạng 2026-12-31; ngày cuối của giai đoạn ghi dạng tháng-ngày: 10-31.",
	"7. Khi nhập, hệ thống kiểm tra toàn bộ tệp trước: mọi lỗi được nêu kèm trang, dòng, cột và lý do; còn lỗi thì chưa có gì được lưu.",
}

// guide writes the instructions, and what goes into each column of each sheet.
func (w *workbookWriter) guide() error {
	for i, width := range []float64{26, 34, 100} {
		column := workbook.Column(i + 1)
		if err := w.SetColWidth(guideSheet, column, column, width); err != nil {
			return err
		}
	}
	row := 1
	put := func(style int, texts ...string) error {
		for i, text := range texts {
			if err := w.put(guideSheet, i+1, row, cellValue{text: text}); err != nil {
				return err
			}
		}
		if err := w.SetCellStyle(guideSheet, cellAt(row, 1), cellAt(row, 3), style); err != nil {
			return err
		}
		row++
		return nil
	}
	if err := put(w.Title, "Quy định và bộ tiêu chí: cách ghi"); err != nil {
		return err
	}
	for _, text := range guideLines {
		if err := w.MergeCell(guideSheet, cellAt(row, 1), cellAt(row, 3)); err != nil {
			return err
		}
		if err := w.SetRowHeight(guideSheet, row, 33); err != nil {
			return err
		}
		if err := put(w.Text, text); err != nil {
			return err
		}
	}
	row++
	if err := put(w.Header, "Trang", "Cột", "Ghi gì"); err != nil {
		return err
	}
	l := sheetLayout()
	nodes := *l.nodes
	nodes.sheet = groupSheet + "…"
	for _, t := range append([]*table{l.head, l.groups, l.classes, &nodes}, l.lists...) {
		for _, c := range t.columns {
			if err := put(w.Text, t.sheet, c.Head, noteOf(c)); err != nil {
				return err
			}
			for _, f := range c.facts {
				if err := put(w.Text, "", "", "   "+f.label+":"); err != nil {
					return err
				}
			}
		}
	}
	w.SetActiveSheet(0)
	return nil
}

func cellAt(row, column int) string { return workbook.Spot{Row: row, Column: column}.Cell() }
