package scoring_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/points"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring"
)

// The published table of the central agencies is reproduced (rules G1 to G4): every
// figure within 0.01 of the printed one, every rank exactly.
func TestImportCentralAgencies(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	l := w.leaderboard(t, "central-agencies")
	f, err := os.Open("testdata/scores_published_central.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows = rows[1:]
	if len(rows) != 6 || len(l.GetEntries()) != 6 {
		t.Fatalf("%d agencies printed, %d on the leaderboard", len(rows), len(l.GetEntries()))
	}
	for i, row := range rows {
		e := l.GetEntries()[i]
		if strconv.Itoa(int(e.GetRank())) != row[1] || e.GetAgencyName() != row[2] {
			t.Errorf("place %d: rank %d %s, want %s %s", i+1, e.GetRank(), e.GetAgencyName(), row[1], row[2])
		}
		near(t, e.GetAgencyName()+" total", e.GetTotalPoints(), row[3])
		near(t, e.GetAgencyName()+" index", e.GetIndex(), row[4])
		for _, figure := range []string{"surveyPoints", "totalPoints", "index", "indexExact", "rank", "class"} {
			if got := e.GetOrigins()[figure]; got != "COMPUTED" {
				t.Errorf("%s of %s is %s", figure, e.GetAgencyName(), got)
			}
		}
	}
}

func near(t *testing.T, what, got, printed string) {
	t.Helper()
	a, err := points.Parse(got)
	if err != nil {
		t.Errorf("%s is %q: %v", what, got, err)
		return
	}
	b := points.MustParse(printed)
	if points.Max(a.Sub(b), b.Sub(a)).Cmp(points.MustParse("0.01")) > 0 {
		t.Errorf("%s is %s, printed %s", what, got, printed)
	}
}

// The statistics of the four groups of 2023. Printed figures differ by up to 0.01,
// because they were rounded before dividing or subtracting.
func TestImportStatistics2023(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	tests := []struct{ group, got, printed string }{
		{"districts", "77.08 83.84 69.05 14.79", "77.08 83.84 69.06 14.78"},
		{"public-service-units", "76.20 88.08 70.54 17.54", "76.20 88.07 70.54 17.53"},
		// The table prints the mean 82.94, which the file carries, the text 82.95.
		{"central-agencies", "82.95 90.06 74.77 15.30", "82.95 90.06 74.76 15.30"},
	}
	for _, tt := range tests {
		s := w.leaderboard(t, tt.group).GetStatistics()
		got := []string{s.GetMeanIndex(), s.GetHighest(), s.GetLowest(), s.GetGap()}
		if strings.Join(got, " ") != tt.got {
			t.Errorf("%s: mean, highest, lowest, gap %v, want %s", tt.group, got, tt.got)
		}
		for i, printed := range strings.Fields(tt.printed) {
			near(t, tt.group, got[i], printed)
		}
	}
}

// A printed mean that differs from the mean of its table is a fault of the file.
func TestImportChecksPrintedMean(t *testing.T) {
	w := newWorld(t, "")
	_, err := w.ImportHistory(w.approver(t), importOf(changed(t, printed2023(t), "printed: {meanIndex: 82.94}", "printed: {meanIndex: 82.93}"), ""))
	vs := wantFault(t, err, "HISTORY_FILE_INVALID")
	if len(vs) != 1 || !strings.HasSuffix(vs[0].Field, "groups[3].printed.meanIndex") || vs[0].Code != "PRINT_CONTRADICTED" {
		t.Errorf("violations %v", vs)
	}
}

// Figures that other years print and 2023 does not: domains with standard points or an
// index, and statistics of a group whose indices are not printed.
func TestImportDomainFiguresAndStatistics(t *testing.T) {
	w := newWorld(t, "")
	content := changed(t, printed2023(t), "domains: {steering: 7.00, institutions: 5.00,",
		"domains: {steering: {points: 7.00, standardPoints: 11, index: 63.64}, institutions: {index: 97.5},")
	content = changed(t, content, "      - {field: impact, code: \"II\"}\n    agencies:", "      - {field: impact, code: \"II\"}\n    printed: {meanIndex: 70.5}\n    agencies:")
	w.publish(t, content, "")
	l := w.leaderboard(t, "departments")
	var got []string
	for _, d := range l.GetEntries()[0].GetDomains()[:3] {
		got = append(got, strings.Join([]string{
			d.GetField(), d.GetPoints(), d.GetOrigins()["points"], d.GetStandardPoints(), d.GetOrigins()["standardPoints"], d.GetIndex(), d.GetOrigins()["index"],
		}, " "))
	}
	want := []string{
		"steering 7.00 PRINTED 11.00 PRINTED 63.64 COMPUTED",
		"institutions  NOT_PRINTED  NOT_PRINTED 97.50 PRINTED",
		"procedures 5.25 PRINTED  NOT_PRINTED  NOT_PRINTED",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s := l.GetStatistics(); s.GetMeanIndex() != "70.50" || s.GetOrigins()["meanIndex"] != "PRINTED" {
		t.Errorf("statistics %v", s)
	}
	for _, tt := range []struct{ agency, field, name, want string }{
		{"agency-14", "steering", "points", "7 PRINTED"},
		{"agency-14", "steering", "standardPoints", "11 PRINTED"},
		{"agency-14", "steering", "index", "63.636364 COMPUTED"},
		{"agency-14", "institutions", "index", "97.5 PRINTED"},
		{"agency-14", "institutions", "points", ""},
		{"", "", "meanIndex", "70.5 PRINTED"},
	} {
		if got := w.figure(t, "departments", tt.agency, tt.field, tt.name); got != tt.want {
			t.Errorf("%v: %q", tt, got)
		}
	}
}

func TestImportDistricts2023(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	l := w.leaderboard(t, "districts")
	var got []string
	for _, e := range l.GetEntries() {
		got = append(got, fmt.Sprintf("%d %s %s/%s = %s (%s) %s", e.GetRank(), e.GetAgencyName(), e.GetTotalPoints(), e.GetStandardPoints(),
			e.GetIndex(), e.GetIndexExact(), e.GetClassName()))
	}
	want := []string{
		"1 UBND huyện Mỹ Xuyên 78.81/94.00 = 83.84 (83.840426) Nhóm 2",
		"2 UBND huyện Long Phú 79.04/95.00 = 83.20 (83.200000) Nhóm 2",
		"3 UBND thị xã Ngã Năm 76.00/95.50 = 79.58 (79.581152) Nhóm 3",
		"4 UBND huyện Châu Thành 74.30/95.00 = 78.21 (78.210526) Nhóm 3",
		"5 UBND huyện Kế Sách 73.98/94.75 = 78.08 (78.079156) Nhóm 3",
		"6 UBND huyện Thạnh Trị 73.71/95.25 = 77.39 (77.385827) Nhóm 3",
		"7 UBND huyện Cù Lao Dung 74.23/96.00 = 77.32 (77.322917) Nhóm 3",
		"8 UBND huyện Mỹ Tú 73.09/95.25 = 76.73 (76.734908) Nhóm 3",
		"9 UBND thành phố Sóc Trăng 70.90/95.25 = 74.44 (74.435696) Nhóm 3",
		"10 UBND huyện Trần Đề 66.32/94.75 = 69.99 (69.994723) Nhóm 3",
		"11 UBND thị xã Vĩnh Châu 66.29/96.00 = 69.05 (69.052083) Nhóm 3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	d := l.GetEntries()[0].GetDomains()
	if len(d) != 8 || d[2].GetField() != "procedures" || d[2].GetCode() != "3" || d[2].GetPoints() != "4.50" || d[7].GetCode() != "II" {
		t.Errorf("domains %v", d)
	}
	units := w.leaderboard(t, "public-service-units").GetEntries()[0].GetDomains()
	if units[1].GetField() != "organisation" || units[1].GetCode() != "2" {
		t.Errorf("the second domain of the service units is %v", units[1])
	}
}

// Of the departments the source prints points per domain, the order and two
// indices; the rest is not printed and must be absent (rule G14).
func TestImportLeavesOutUnprintedFigures(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	l := w.leaderboard(t, "departments")
	if len(l.GetEntries()) != 19 {
		t.Fatalf("%d departments", len(l.GetEntries()))
	}
	indices := map[string]string{}
	for i, e := range l.GetEntries() {
		if int(e.GetRank()) != i+1 || e.GetOrigins()["rank"] != "PRINTED" {
			t.Errorf("%s has rank %d, %s", e.GetAgencyName(), e.GetRank(), e.GetOrigins()["rank"])
		}
		if e.StandardPoints != nil || e.SelfPoints != nil || e.OfficialsPoints != nil || e.SatisfactionPoints != nil ||
			e.SurveyPoints != nil || e.TotalPoints != nil || e.IndexExact != nil {
			t.Errorf("%s has figures that are not printed: %v", e.GetAgencyName(), e)
		}
		for _, figure := range []string{"standardPoints", "selfPoints", "officialsPoints", "satisfactionPoints", "surveyPoints", "totalPoints", "indexExact"} {
			if e.GetOrigins()[figure] != "NOT_PRINTED" {
				t.Errorf("%s of %s is %s", figure, e.GetAgencyName(), e.GetOrigins()[figure])
			}
		}
		if e.Index == nil {
			if e.Class != nil || e.ClassName != nil || e.GetOrigins()["index"] != "NOT_PRINTED" || e.GetOrigins()["class"] != "NOT_PRINTED" {
				t.Errorf("%s has a class without an index", e.GetAgencyName())
			}
			continue
		}
		indices[e.GetAgencyName()] = strings.Join([]string{e.GetIndex(), e.GetOrigins()["index"], e.GetClassName(), e.GetOrigins()["class"]}, " ")
	}
	want := map[string]string{"Sở Tư pháp": "84.81 PRINTED Nhóm 2 COMPUTED", "Văn phòng UBND tỉnh": "58.89 PRINTED Nhóm 4 COMPUTED"}
	if diff := cmp.Diff(want, indices); diff != "" {
		t.Error(diff)
	}
	s := l.GetStatistics()
	if s.MeanIndex != nil || s.GetOrigins()["meanIndex"] != "NOT_PRINTED" {
		t.Errorf("mean %v of indices that are not printed", s.MeanIndex)
	}
	if got := s.GetHighest() + " " + s.GetLowest() + " " + s.GetGap(); got != "84.81 58.89 25.92" || s.GetOrigins()["gap"] != "COMPUTED" {
		t.Errorf("highest, lowest, gap %s", got)
	}
	finance := l.GetEntries()[18].GetDomains()[5]
	if finance.Points != nil || finance.GetOrigins()["points"] != "NOT_PRINTED" {
		t.Errorf("a dash in the print came out as %v", finance)
	}
}

func TestImportReturnsPublication(t *testing.T) {
	w := newWorld(t, "")
	got := w.publish(t, printed2023(t), "")
	p := got.GetPublication()
	if p.GetVersion() != 1 || p.GetDecisionNumber() != "25/QĐ-UBND" || p.GetDecisionDate() != "2024-01-08" || p.GetNotice() != "" ||
		!p.GetPublishTime().AsTime().Equal(w.Clock.Now().Truncate(time.Microsecond)) || p.GetSource().GetNumber() != "/BC-SNV" || p.GetSource().GetDate() != "2024-03" {
		t.Errorf("publication %v", p)
	}
	if got.GetAuthorityName() != "Ủy ban nhân dân tỉnh Sóc Trăng" || got.GetCycleName() != "Năm 2023" || len(got.GetGroups()) != 4 ||
		got.GetGroups()[0].GetId() != "departments" || got.GetGroups()[1].GetAgencies() != 11 {
		t.Errorf("published cycle %v", got)
	}
	current, err := w.GetCurrentPublication(t.Context(), &scoringv1.GetCurrentPublicationRequest{Authority: "soc-trang", Cycle: "2023"})
	if err != nil || !proto.Equal(current.GetPublication(), p) {
		t.Errorf("current %v, %v; want %v", current, err, p)
	}
	if rendered := w.leaderboard(t, "districts").GetPublication(); !proto.Equal(rendered, p) {
		t.Errorf("the leaderboard has %v; want %v", rendered, p)
	}
}

func TestImportSameFileAgain(t *testing.T) {
	w := newWorld(t, "")
	first := w.publish(t, printed2023(t), "")
	w.Clock.Add(time.Hour)
	if again := w.publish(t, printed2023(t), ""); !proto.Equal(again, first) {
		t.Errorf("again: %v", again)
	}
	w.wantAudit(t, 1)
}

// A notice with the file of the current publication corrects nothing, and is refused.
func TestImportSameFileRefusesNotice(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	for _, validateOnly := range []bool{true, false} {
		req := importOf(printed2023(t), "Đính chính.")
		req.ValidateOnly = validateOnly
		_, err := w.ImportHistory(w.approver(t), req)
		wantFault(t, err, "NOTICE_UNEXPECTED")
	}
	w.wantAudit(t, 1)
}

func (w *world) wantAudit(t *testing.T, entries int) {
	t.Helper()
	const resource = "authorities/soc-trang/cycles/2023/publications"
	records, err := audit.List(t.Context(), w.db, "scoring", resource, 0, 100)
	if err != nil || len(records) != entries {
		t.Errorf("%d audit entries, %v; want %d", len(records), err, entries)
	}
	if err := audit.Verify(t.Context(), w.db, "scoring", resource); err != nil {
		t.Error(err)
	}
}

func TestImportOtherFileNeedsNotice(t *testing.T) {
	w := newWorld(t, "")
	first := w.publish(t, printed2023(t), "")
	other := append(printed2023(t), "# corrected\n"...)
	_, err := w.ImportHistory(w.approver(t), importOf(other, ""))
	wantFault(t, err, "HISTORY_EXISTS")

	old := w.get(t, "districts", "")
	second := w.publish(t, other, "Đính chính theo báo cáo bổ sung.")
	if p := second.GetPublication(); p.GetVersion() != 2 || p.GetNotice() != "Đính chính theo báo cáo bổ sung." || p.GetId() == first.GetPublication().GetId() {
		t.Errorf("second publication %v", p)
	}
	// The old version stays at its address, byte for byte.
	kept := w.get(t, "districts", first.GetPublication().GetId())
	if !proto.Equal(kept, old) {
		t.Error("the first version is not what it was")
	}
	if now := w.get(t, "districts", ""); now.GetPublication() != second.GetPublication().GetId() || bytes.Equal(now.GetBody().GetData(), old.GetBody().GetData()) {
		t.Error("the second version does not stand")
	}
	w.wantAudit(t, 2)

	// Going back to the first file is a publication of its own.
	if third := w.publish(t, printed2023(t), "Hủy đính chính.").GetPublication(); third.GetVersion() != 3 {
		t.Errorf("third %v", third)
	}
}

// A notice of spaces is no notice; control characters never reach the database.
func TestImportNotice(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), " \u200b ")
	other := append(printed2023(t), "# corrected\n"...)
	for notice, want := range map[string]string{"Đính\x00chính.": "BAD_REQUEST", "\u200b": "HISTORY_EXISTS"} {
		_, err := w.ImportHistory(w.approver(t), importOf(other, notice))
		wantFault(t, err, want)
	}
	if p := w.publish(t, other, " Đính chính.\nBổ sung. ").GetPublication(); p.GetNotice() != "Đính chính.\nBổ sung." {
		t.Errorf("notice %q", p.GetNotice())
	}
}

func TestFirstImportRefusesNotice(t *testing.T) {
	w := newWorld(t, "")
	_, err := w.ImportHistory(w.approver(t), importOf(printed2023(t), "Đính chính."))
	wantFault(t, err, "NOTICE_UNEXPECTED")
}

func TestImportValidateOnly(t *testing.T) {
	w := newWorld(t, "")
	req := importOf(printed2023(t), "")
	req.ValidateOnly, req.RequestId = true, newUUID()
	answer, err := w.ImportHistory(w.approver(t), req)
	if err != nil {
		t.Fatal(err)
	}
	if p := answer.GetPublishedCycle().GetPublication(); p.GetVersion() != 1 || p.GetId() != "" || p.GetPublishTime() != nil || len(answer.GetPublishedCycle().GetGroups()) != 4 {
		t.Errorf("would be public: %v", answer)
	}
	_, err = w.GetCurrentPublication(t.Context(), &scoringv1.GetCurrentPublicationRequest{Authority: "soc-trang", Cycle: "2023"})
	wantFault(t, err, "PUBLICATION_UNKNOWN")
	for _, table := range []string{"publication", "leaderboard", "result", "figure", "current_publication", "history_proposal", "audit_entry", "request"} {
		var n int
		if err := w.db.QueryRow(t.Context(), `select count(*) from scoring.`+table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows in %s, %v", n, table, err)
		}
	}
	w.publish(t, printed2023(t), "")
	req.Content = append(req.GetContent(), '\n')
	_, err = w.ImportHistory(w.approver(t), req)
	wantFault(t, err, "HISTORY_EXISTS")
	req.Notice = "Đính chính."
	if answer, err = w.ImportHistory(w.approver(t), req); err != nil || answer.GetPublishedCycle().GetPublication().GetVersion() != 2 {
		t.Errorf("would be version %v, %v", answer, err)
	}
	w.wantAudit(t, 1)
}

func TestImportRequestID(t *testing.T) {
	w := newWorld(t, "")
	first := importOf(printed2023(t), "")
	w.propose(t, first)
	first.RequestId = newUUID()
	answer, err := w.ImportHistory(w.approver(t), first)
	if err != nil {
		t.Fatal(err)
	}
	w.publish(t, append(printed2023(t), '\n'), "Đính chính.")
	// Repeated after another version is published, it still gives the first response.
	again, err := w.ImportHistory(w.approver(t), first)
	if err != nil || !proto.Equal(again, answer) {
		t.Errorf("again %v, %v", again, err)
	}
	other := importOf(printed2023(t), "Lý do khác.")
	other.RequestId = first.GetRequestId()
	_, err = w.ImportHistory(w.approver(t), other)
	wantFault(t, err, "REQUEST_ID_REUSED")
	w.wantAudit(t, 2)
}

// A repeated request gets its first response, even if names have changed or the catalog
// is unavailable.
func TestImportRequestIDIsAnsweredFirst(t *testing.T) {
	w := newWorld(t, "")
	req := importOf(printed2023(t), "")
	w.propose(t, req)
	req.RequestId = newUUID()
	first, err := w.ImportHistory(w.approver(t), req)
	if err != nil {
		t.Fatal(err)
	}
	again := func(when string) {
		t.Helper()
		if answer, err := w.ImportHistory(w.approver(t), req); err != nil || !proto.Equal(answer, first) {
			t.Errorf("%s: %v, %v", when, answer, err)
		}
	}
	w.rename("agency-25", "UBND xã Mỹ Xuyên")
	w.rename("agency-25", "UBND phường Mỹ Xuyên") // the printed name is no alias any more
	again("after a name has gone")
	w.Stop("catalog")
	again("without the catalog")
	other := importOf(append(printed2023(t), '\n'), "")
	other.RequestId = req.GetRequestId()
	_, err = w.ImportHistory(w.approver(t), other)
	wantFault(t, err, "REQUEST_ID_REUSED")
	w.wantAudit(t, 1)
}

// The id of a request can be used again after a week.
func TestRequestsExpire(t *testing.T) {
	w := newWorld(t, "")
	req := importOf(printed2023(t), "")
	w.propose(t, req)
	req.RequestId = newUUID()
	if _, err := w.ImportHistory(w.approver(t), req); err != nil {
		t.Fatal(err)
	}
	var claimed time.Time // by the server's clock
	if err := w.db.QueryRow(t.Context(), `select claim_time from scoring.request`).Scan(&claimed); err != nil {
		t.Fatal(err)
	}
	later := newWorldAt(t, w.db.Config().ConnString(), scoring.Config{}, claimed.Add(7*24*time.Hour+time.Second), socTrang())
	until(t, func() error {
		var n int
		err := w.db.QueryRow(t.Context(), `select count(*) from scoring.request`).Scan(&n)
		if err == nil && n > 0 {
			err = fmt.Errorf("the request is still remembered at %s", later.Clock.Now())
		}
		return err
	})
}

// Eight concurrent imports of two files publish the proposed one, once.
func TestConcurrentImports(t *testing.T) {
	w := newWorld(t, "")
	files := [][]byte{printed2023(t), append(printed2023(t), '\n')}
	w.propose(t, importOf(files[0], ""))
	ctx := w.approver(t)
	ids, errs := make([]string, 8), make([]error, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			answer, err := w.ImportHistory(ctx, importOf(files[i%2], ""))
			ids[i], errs[i] = answer.GetPublishedCycle().GetPublication().GetId(), err
		})
	}
	wg.Wait()
	var made []string
	for i, err := range errs {
		if err != nil {
			if got := code(err); i%2 == 0 || got != "HISTORY_EXISTS" && got != "HISTORY_NOT_PROPOSED" {
				t.Errorf("import %d: %v", i, err)
			}
			continue
		}
		made = append(made, ids[i])
	}
	slices.Sort(made)
	if len(made) != 4 || len(slices.Compact(made)) != 1 {
		t.Errorf("publications %v", made)
	}
	w.wantAudit(t, 1)
}

func TestImportListsAllFaults(t *testing.T) {
	w := newWorld(t, "")
	content := printed2023(t)
	content = changed(t, content, "selfPoints: 51.34", "selfPoints: 51,34")
	content = changed(t, content, "agency: Ban Dân tộc", "agency: Ban Dân Vận")
	content = changed(t, content, "totalPoints: 88.26", "totalPoints: 88.36")
	_, err := w.ImportHistory(w.approver(t), importOf(content, ""))
	var got []string
	for _, v := range wantFault(t, err, "HISTORY_FILE_INVALID") {
		line, place, _ := strings.Cut(v.Field, ": ")
		if !strings.HasPrefix(line, "line ") {
			t.Errorf("%s names no line", v.Field)
		}
		got = append(got, place+" "+v.Code)
	}
	want := []string{
		"groups[0].agencies AGENCY_MISSING",
		"groups[0].agencies[2].agency HISTORY_AGENCY_UNKNOWN",
		"groups[1].agencies[0].selfPoints VALUE_NOT_POINTS",
		"groups[3].agencies[0].totalPoints PRINT_CONTRADICTED",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	_, err = w.GetCurrentPublication(t.Context(), &scoringv1.GetCurrentPublicationRequest{Authority: "soc-trang", Cycle: "2023"})
	wantFault(t, err, "PUBLICATION_UNKNOWN")
}

func TestImportRefusesOtherCycle(t *testing.T) {
	w := newWorld(t, "")
	for cycle, code := range map[string]string{"2022": "CYCLE_MISMATCH", "2024": "CYCLE_NOT_IMPORTED", "1999": "CYCLE_UNKNOWN"} {
		req := importOf(printed2023(t), "")
		req.Cycle = cycle
		_, err := w.ImportHistory(w.approver(t), req)
		wantFault(t, err, code)
	}
}

func TestImportRoles(t *testing.T) {
	w := newWorld(t, "")
	_, err := w.ImportHistory(t.Context(), importOf(printed2023(t), ""))
	wantFault(t, err, "TOKEN_MISSING")
	for _, role := range []authv1.Role{authv1.Role_ROLE_APPRAISER, authv1.Role_ROLE_ADMINISTRATOR, authv1.Role_ROLE_COORDINATOR} {
		_, err = w.ImportHistory(w.as(t, role, "soc-trang"), importOf(printed2023(t), ""))
		wantFault(t, err, "NOT_ALLOWED")
	}
	_, err = w.ImportHistory(w.as(t, authv1.Role_ROLE_APPROVER, "an-giang"), importOf(printed2023(t), ""))
	wantFault(t, err, "NOT_ALLOWED")
	req := importOf(printed2023(t), "")
	req.Authority, req.RequestId = "Sóc Trăng", "x"
	_, err = w.ImportHistory(w.as(t, authv1.Role_ROLE_APPROVER, ""), req)
	if vs := wantFault(t, err, "BAD_REQUEST"); len(vs) != 2 {
		t.Errorf("violations %v", vs)
	}
}

// A name that changes later does not change what is published.
func TestPublicationKeepsNames(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	w.rename("agency-25", "UBND xã Mỹ Xuyên")
	if got := w.leaderboard(t, "districts").GetEntries()[0].GetAgencyName(); got != "UBND huyện Mỹ Xuyên" {
		t.Errorf("the published name became %s", got)
	}
	w.publish(t, append(printed2023(t), '\n'), "Đính chính tên gọi.")
	if got := w.leaderboard(t, "districts").GetEntries()[0].GetAgencyName(); got != "UBND xã Mỹ Xuyên" {
		t.Errorf("the new version has %s", got)
	}
}

// What the print does not give is told, in the caller's language, and the same again for
// a repeated request.
func TestImportNotices(t *testing.T) {
	w := newWorld(t, "")
	req := importOf(printed2023(t), "")
	told := w.propose(t, req).GetNotices()
	req.RequestId = newUUID()
	answer, err := w.ImportHistory(w.approver(t), req)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(told, answer.GetNotices(), protocmp.Transform()); diff != "" {
		t.Errorf("proposed and imported: %s", diff)
	}
	codes := map[string]int{}
	for _, n := range answer.GetNotices() {
		codes[n.GetCode()]++
		if !strings.HasPrefix(n.GetPlace(), "line ") || n.GetMessage() == "" {
			t.Errorf("%v", n)
		}
	}
	if codes["RANKS_AS_PRINTED"] != 1 || codes["PRINT_ROUNDED"] == 0 || len(codes) != 2 {
		t.Errorf("notices %v", answer.GetNotices())
	}
	if again, err := w.ImportHistory(w.approver(t), req); err != nil || !proto.Equal(again, answer) {
		t.Errorf("again %v, %v", again, err)
	}
}

// The template of a cycle is filled in and imported: first dry, with the cell of each
// fault.
func TestImportWorkbook(t *testing.T) {
	w := newWorld(t, "")
	template, err := w.GetHistoryTemplate(w.coordinator(t), &scoringv1.GetHistoryTemplateRequest{Authority: "soc-trang", Cycle: "2023"})
	if err != nil || template.GetFileName() != "2023-ket-qua.xlsx" {
		t.Fatalf("%s, %v", template.GetFileName(), err)
	}
	file, err := excelize.OpenReader(bytes.NewReader(template.GetContent()))
	if err != nil {
		t.Fatal(err)
	}
	set := func(sheet, cell string, value any) {
		t.Helper()
		if err := file.SetCellValue(sheet, cell, value); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := file.GetRows("Kết quả")
	if err != nil || len(rows) != 41 { // 40 agencies are scored
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i := range rows[1:] {
		set("Kết quả", fmt.Sprintf("K%d", i+2), fmt.Sprintf("%d,50", 90-i))
	}
	for cell, value := range map[string]any{"B4": "Báo cáo", "B5": "2024-03", "B6": "25/QĐ-UBND", "B7": "8/1/2024"} {
		set("Chung", cell, value)
	}
	request := func(dry bool) *scoringv1.ImportHistoryRequest {
		var content bytes.Buffer
		if err := file.Write(&content); err != nil {
			t.Fatal(err)
		}
		req := importOf(content.Bytes(), "")
		req.ValidateOnly = dry
		return req
	}
	_, err = w.ImportHistory(w.approver(t), request(true))
	if vs := wantFault(t, err, "HISTORY_FILE_INVALID"); len(vs) != 1 || vs[0].Field != "Chung!B7" || vs[0].Code != "VALUE_NOT_DATE" {
		t.Errorf("violations %v", vs)
	}
	set("Chung", "B7", "2024-01-08")
	if answer, err := w.ImportHistory(w.approver(t), request(true)); err != nil || answer.GetPublishedCycle().GetPublication().GetId() != "" {
		t.Errorf("dry run: %v, %v", answer, err)
	}
	filled := request(false)
	w.propose(t, filled)
	if _, err := w.ImportHistory(w.approver(t), filled); err != nil {
		t.Fatal(err)
	}
	if e := w.leaderboard(t, "departments").GetEntries(); len(e) != 19 || e[0].GetIndex() != "90.50" || e[18].GetRank() != 19 {
		t.Errorf("departments %v", e)
	}
	_, err = w.GetHistoryTemplate(w.as(t, authv1.Role_ROLE_APPRAISER, "soc-trang"), &scoringv1.GetHistoryTemplateRequest{Authority: "soc-trang", Cycle: "2023"})
	wantFault(t, err, "NOT_ALLOWED")
	_, err = w.GetHistoryTemplate(w.coordinator(t), &scoringv1.GetHistoryTemplateRequest{Authority: "soc-trang", Cycle: "1999"})
	wantFault(t, err, "CYCLE_UNKNOWN")
}
