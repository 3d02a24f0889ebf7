package assessment_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/parindex/parindex/libs/fault"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// template returns the workbook for the values that finance provides.
func (w *world) template(t *testing.T) *excelize.File {
	t.Helper()
	answer, err := w.GetReportTemplate(as(t, authv1.Role_ROLE_DATA_PROVIDER, "finance"), &assessmentv1.GetReportTemplateRequest{
		Authority: "an-binh", Cycle: "2026", Provider: "finance",
	})
	if err != nil || answer.GetFileName() != "2026-so-lieu.xlsx" {
		t.Fatalf("%s: %s", answer.GetFileName(), said(err))
	}
	file, err := excelize.OpenReader(bytes.NewReader(answer.GetContent()))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// book returns the template as a person has filled it in.
func (w *world) book(t *testing.T, fill func(set func(cell string, value any), file *excelize.File)) *assessmentv1.ImportReportedValuesRequest {
	t.Helper()
	file := w.template(t)
	fill(func(cell string, value any) {
		if err := file.SetCellValue("Số liệu", cell, value); err != nil {
			t.Fatal(err)
		}
	}, file)
	var content bytes.Buffer
	if err := file.Write(&content); err != nil {
		t.Fatal(err)
	}
	return importing(content.String())
}

func line(set func(string, any), row string, values ...any) {
	for i, v := range values {
		set(string(rune('C'+i))+row, v)
	}
}

// TestReportBook fills in the template and imports it, first as a trial. Lines that are
// not filled in are left out (rule A6b).
func TestReportBook(t *testing.T) {
	w := newWorld(t, self1)
	provider := as(t, authv1.Role_ROLE_DATA_PROVIDER, "finance")
	rows, err := w.template(t).GetRows("Số liệu")
	if err != nil || len(rows) != 3 {
		t.Fatalf("the template has %v, %v", rows, err)
	}
	for i, want := range []string{
		"Cơ quan|Nội dung|Số liệu|Kỳ số liệu|Nguồn|Tên cơ quan|Tên nội dung|Cách ghi|Ghi chú",
		"home|i.2.5||||Sở Nội vụ|Hồ sơ trực tuyến|Đã làm/kế hoạch: 45/48",
		"my-xuyen|i.1.2||||Huyện Mỹ Xuyên|Số ngày xử lý|Một số: 12 hoặc 12,5",
	} {
		if got := strings.Join(rows[i], "|"); got != want {
			t.Errorf("line %d is %s, want %s", i, got, want)
		}
	}
	empty := w.book(t, func(func(string, any), *excelize.File) {})
	_, err = w.ImportReportedValues(provider, empty)
	wantSaid(t, err, fault.Invalid, "REPORT_FILE_INVALID\ncontent FILE_WITHOUT_VALUES")
	one := w.book(t, func(set func(string, any), _ *excelize.File) { line(set, "2", "45/48", 2026, "Văn phòng UBND") })
	trial := importing(string(one.GetContent()))
	trial.ValidateOnly = true
	before := w.stored(t)
	if answer, err := w.ImportReportedValues(provider, trial); err != nil || answer.GetValues() != 1 || w.stored(t) != before {
		t.Fatalf("the trial gives %v, %s, and %d rows", answer, said(err), w.stored(t)-before)
	}
	for range 2 { // sent again, too
		if answer, err := w.ImportReportedValues(provider, one); err != nil || answer.GetValues() != 1 {
			t.Fatalf("it gives %v, %s", answer, said(err))
		}
	}
	v := entryOf(t, w.sheet(t, "home"), "i.2.5").GetReportedValue()
	if v.GetInput().GetRatio().GetDone() != "45" || v.GetPeriod() != "2026" || v.GetProvider() != "finance" || v.GetSequence() != 1 {
		t.Errorf("the sheet shows %v", v)
	}
	hidden := w.book(t, func(set func(string, any), file *excelize.File) {
		line(set, "2", "46/48", "Năm 2026", "Văn phòng UBND")
		line(set, "3", 12.5, "Năm 2026", "Văn phòng UBND")
		if err := file.SetRowVisible("Số liệu", 3, false); err != nil {
			t.Fatal(err)
		}
	})
	answer, err := w.ImportReportedValues(provider, hidden)
	if err != nil || answer.GetValues() != 2 || len(answer.GetNotices()) != 1 || answer.GetNotices()[0].GetPlace() != "Số liệu!3" || answer.GetNotices()[0].GetCode() != "ROW_HIDDEN" {
		t.Errorf("with a hidden row: %v, %s", answer, said(err))
	}
	if v := entryOf(t, w.sheet(t, "my-xuyen"), "i.1.2").GetReportedValue(); v.GetInput().GetPeer().GetValue() != "12.5" {
		t.Errorf("the sheet shows %v", v)
	}
}

// TestReportBookRefuses names the cell of every fault and stores nothing.
func TestReportBookRefuses(t *testing.T) {
	w := newWorld(t, self1)
	provider := as(t, authv1.Role_ROLE_DATA_PROVIDER, "finance")
	before := w.stored(t)
	faulty := w.book(t, func(set func(string, any), file *excelize.File) {
		line(set, "2", "nhiều", "Năm 2026", "VP")
		line(set, "3", 3, "", "VP")
		for row, in := range map[string][]any{
			"4": {"lost", "i.2.5", "1/2", "2026", "VP"}, "5": {"home", "i.1.1", "1/2", "2026", "VP"},
			"6": {"finance", "i.2.5", "1/2", "2026", "VP"}, "8": {"my-xuyen", "i.1.2", 4, "2026", "VP"}, "9": {"my-xuyen", "i.1.2", 5, "2026", "VP"},
		} {
			for i, v := range in {
				set(string(rune('A'+i))+row, v)
			}
		}
		set("A7", "home")
		set("B7", "i.2.5")
		set("D7", "2026")
		set("E7", "VP")
		if err := file.SetCellFormula("Số liệu", "C7", "1/2"); err != nil {
			t.Fatal(err)
		}
	})
	_, err := w.ImportReportedValues(provider, faulty)
	wantSaid(t, err, fault.Invalid, "REPORT_FILE_INVALID\nSố liệu!C7 CELL_FORMULA\nSố liệu!C2 VALUE_MALFORMED\nSố liệu!D3 TEXT_MISSING\n"+
		"Số liệu!A4 AGENCY_NOT_IN_CYCLE\nSố liệu!B5 ITEM_NOT_REPORTED\nSố liệu!A6 OWN_VALUE\nSố liệu!B7 VALUE_TWICE\nSố liệu!B8 VALUE_TWICE\nSố liệu!B9 VALUE_TWICE")
	headless := w.book(t, func(set func(string, any), _ *excelize.File) { set("C1", "Lạ") })
	_, err = w.ImportReportedValues(provider, headless)
	wantSaid(t, err, fault.Invalid, "REPORT_FILE_INVALID\nSố liệu!C1 HEADER_UNKNOWN\nSố liệu!1 HEADERS_MISSING")
	other := w.book(t, func(_ func(string, any), file *excelize.File) {
		if err := file.SetSheetName("Số liệu", "Trang khác"); err != nil {
			t.Fatal(err)
		}
	})
	_, err = w.ImportReportedValues(provider, other)
	wantSaid(t, err, fault.Invalid, "REPORT_FILE_INVALID\ncontent SHEET_MISSING")
	broken := importing("PK\x03\x04" + strings.Repeat("x", 1<<19))
	_, err = w.ImportReportedValues(provider, broken)
	if f := fault.From(err); f.Code != "REPORT_FILE_INVALID" || len(f.Violations) != 1 {
		t.Errorf("a broken workbook: %s", said(err))
	}
	if after := w.stored(t); after != before {
		t.Errorf("refusals left %d rows", after-before)
	}
	w.move(t, appraisal2)
	w.take(t, outcome(2))
	before = w.stored(t)
	late := w.book(t, func(set func(string, any), _ *excelize.File) { line(set, "2", "1/2", "2026", "VP") })
	_, err = w.ImportReportedValues(provider, late)
	wantSaid(t, err, fault.Invalid, "REPORT_FILE_INVALID\nSố liệu!A2 RESULT_FINAL")
	if after := w.stored(t); after != before {
		t.Errorf("refusals left %d rows", after-before)
	}
}

// TestProviderSeats checks that a person reports for an agency with a seat on the
// appraisal council only, if the regulation names the seats. Software is no officer.
func TestProviderSeats(t *testing.T) {
	c := newCatalog(self1)
	c.Regulation.Content.Seats = []*catalogv1.Seat{{Agency: "home", Name: "Sở Nội vụ", Capacity: catalogv1.Capacity_CAPACITY_MEMBER}}
	w := newWorldOf(t, c)
	value := report("my-xuyen", &rulev1.Input{Facts: &rulev1.Input_Peer{Peer: &rulev1.Peer{Value: "3"}}})
	value.Item = "i.1.2"
	unseated, seated := as(t, authv1.Role_ROLE_DATA_PROVIDER, "finance"), as(t, authv1.Role_ROLE_DATA_PROVIDER, "home")
	value.Provider = "finance"
	_, err := w.ReportValue(unseated, value)
	wantSaid(t, err, fault.Denied, "PROVIDER_NOT_SEATED provider")
	_, err = w.ImportReportedValues(unseated, importing(header+"my-xuyen;i.1.2;3;2026;y\n"))
	wantSaid(t, err, fault.Invalid, "REPORT_FILE_INVALID\nlines[2].agency PROVIDER_NOT_SEATED")
	_, err = w.GetReportTemplate(unseated, &assessmentv1.GetReportTemplateRequest{Authority: "an-binh", Cycle: "2026", Provider: "finance"})
	wantSaid(t, err, fault.Denied, "PROVIDER_NOT_SEATED provider")
	value.Provider, value.RequestId = "home", newID()
	if _, err := w.ReportValue(seated, value); err != nil {
		t.Error(said(err))
	}
	value.Provider, value.RequestId = "", newID()
	if _, err := w.ReportValue(reporter(t), value); err != nil {
		t.Errorf("software: %s", said(err))
	}
	_, err = w.GetReportTemplate(as(t, authv1.Role_ROLE_COORDINATOR, ""), &assessmentv1.GetReportTemplateRequest{Authority: "an-binh", Cycle: "2026", Provider: "home"})
	wantFault(t, err, fault.NotAllowed)
}
