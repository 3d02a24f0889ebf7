package assessment_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parindex/parindex/libs/fault"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

func importing(content string) *assessmentv1.ImportReportedValuesRequest {
	return &assessmentv1.ImportReportedValuesRequest{
		Authority: "an-binh", Cycle: "2026", Provider: "finance", Content: []byte(content), RequestId: newID(),
	}
}

const header = "Cơ quan;Nội dung;Số liệu;Kỳ số liệu;Nguồn;Ghi chú\n"

// TestImportReportedValues reports the values of a file as Excel saves it, first as a
// trial, and names the line and the column of each fault (rule A6b).
func TestImportReportedValues(t *testing.T) {
	w := newWorld(t, self1)
	provider := as(t, authv1.Role_ROLE_DATA_PROVIDER, "finance")
	good := importing("\ufeff" + header + "home;i.2.5;45/48;Năm 2026;Văn phòng UBND;\r\n;;;;\nmy-xuyen;i.1.2;12,5;Năm 2026;\"Văn phòng; UBND\"\n")
	trial := importing(string(good.GetContent()))
	trial.ValidateOnly = true
	before := w.stored(t)
	if answer, err := w.ImportReportedValues(provider, trial); err != nil || answer.GetValues() != 2 {
		t.Fatalf("the trial gives %v, %s", answer, said(err))
	}
	if after := w.stored(t); after != before {
		t.Errorf("the trial left %d rows", after-before)
	}
	for range 2 { // sent again, too
		if answer, err := w.ImportReportedValues(provider, good); err != nil || answer.GetValues() != 2 {
			t.Fatalf("it gives %v, %s", answer, said(err))
		}
	}
	if n := w.count(t, `select count(*) from assessment.reported_value where provider = 'finance'`); n != 2 {
		t.Errorf("%d values are stored", n)
	}
	if e := entryOf(t, w.sheet(t, "home"), "i.2.5"); e.GetCountedPoints() != "3.75" || e.GetReportedValue().GetSource() != "Văn phòng UBND" {
		t.Errorf("the sheet shows %v", e)
	}
	if v := entryOf(t, w.sheet(t, "my-xuyen"), "i.1.2").GetReportedValue(); v.GetInput().GetPeer().GetValue() != "12.5" || v.GetSource() != "Văn phòng; UBND" {
		t.Errorf("the sheet shows %v", v)
	}
}

func TestImportReportedValuesRefuses(t *testing.T) {
	w := newWorld(t, self1)
	provider := as(t, authv1.Role_ROLE_DATA_PROVIDER, "finance")
	rows := func(lines ...string) string { return header + strings.Join(lines, "\n") }
	for want, content := range map[string]string{
		"content FILE_NOT_TEXT":       "\xff\xfe",
		"content FILE_WITHOUT_VALUES": header,
		"lines[1] COLUMN_MISSING":     "agency,item,value,period\nhome,i.2.5,1/2,x\n",
		"lines[2] FILE_NOT_CSV":       rows("home;i.2.5;\"1/2\"x;2026;y"),
		"content FILE_TOO_LONG":       rows(strings.Repeat("home;i.2.5;1/2;2026;y\n", 1001)),
		"lines[2].agency AGENCY_NOT_IN_CYCLE\nlines[3].item ITEM_NOT_IN_GROUP\nlines[4].item ITEM_NOT_REPORTED\nlines[5].value VALUE_MALFORMED\n" +
			"lines[6].value FIGURE_NEGATIVE\nlines[7].period TEXT_MISSING\nlines[8].agency OWN_VALUE\nlines[10].item VALUE_TWICE": rows(
			"lost;i.2.5;1/2;2026;y", "home;i.9;1/2;2026;y", "home;i.1.1;1/2;2026;y", "home;i.2.5;nhiều;2026;y",
			"home;i.2.5;-1/2;2026;y", "home;i.2.5;1/2;;y", "finance;i.2.5;1/2;2026;y", "my-xuyen;i.1.2;3;2026;y", "my-xuyen;i.1.2;4;2026;y"),
	} {
		_, err := w.ImportReportedValues(provider, importing(content))
		wantSaid(t, err, fault.Invalid, "REPORT_FILE_INVALID\n"+want)
	}
	own := importing(rows("home;i.2.5;1/2;2026;y"))
	own.Provider = "home"
	_, err := w.ImportReportedValues(provider, own)
	wantFault(t, err, fault.NotAllowed)
	w.move(t, appraisal2)
	w.take(t, outcome(2))
	before := w.stored(t)
	_, err = w.ImportReportedValues(provider, importing(rows("my-xuyen;i.1.2;3;2026;y", "home;i.2.5;1/2;2026;y")))
	wantSaid(t, err, fault.Invalid, "REPORT_FILE_INVALID\nlines[3].agency RESULT_FINAL")
	if after := w.stored(t); after != before {
		t.Errorf("refusals left %d rows", after-before)
	}
}

// TestImportIsBounded reports a whole file in one request.
func TestImportIsBounded(t *testing.T) {
	c := newCatalog(self1)
	w := newWorldOf(t, c)
	var lines strings.Builder
	lines.WriteString(header)
	for i := range 1000 {
		fmt.Fprintf(&lines, "x%d;i.2.5;1/2;2026;y\n", i)
	}
	_, err := w.ImportReportedValues(reporter(t), func() *assessmentv1.ImportReportedValuesRequest {
		req := importing(lines.String())
		req.Provider = ""
		return req
	}())
	if f := fault.From(err); f.Code != "REPORT_FILE_INVALID" || len(f.Violations) != 100 {
		t.Errorf("a thousand faults: %d are listed", len(f.Violations))
	}
}
