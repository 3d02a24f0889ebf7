package gateway_test

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// published is one publication of a cycle of Sóc Trăng with both groups.
func published(year int32, id string, version int32) *scoringv1.PublishedCycle {
	return &scoringv1.PublishedCycle{
		Authority: "soc-trang", AuthorityName: "Ủy ban nhân dân tỉnh Sóc Trăng",
		Cycle: strconv.Itoa(int(year)), CycleName: fmt.Sprintf("Chỉ số cải cách hành chính năm %d", year), Year: year,
		Publication: &scoringv1.Publication{
			Id: id, Version: version, DecisionNumber: "25/QĐ-UBND", DecisionDate: fmt.Sprintf("%d-01-08", year+1),
			PublishTime: timestamppb.New(time.Date(int(year)+1, 1, 8, 3, 0, 0, 0, time.UTC)),
		},
		Groups: []*scoringv1.PublishedGroup{{Id: "departments", Name: "Sở, ban, ngành tỉnh"}, {Id: "districts", Name: "Ủy ban nhân dân cấp huyện"}},
	}
}

// printedSource is the source of imported results; its register number is left blank.
var printedSource = &scoringv1.Source{Title: "Báo cáo kết quả", Number: "/BC-SNV", Date: "2024-03", Sha256: strings.Repeat("a", 64)}

// site is a gateway whose cycle 2023 has two versions, and whose cycle 2022 was imported.
// The platform has run 2023.
func site(t *testing.T) *world {
	t.Helper()
	w := start(t, gateway.Config{})
	now, before, other := published(2023, second, 2), published(2023, first, 1), published(2022, third, 1)
	now.Publication.Notice = "Sửa điểm của Long Phú <b>."
	other.Publication.Source = printedSource
	w.scoring.cycles, w.scoring.older = []*scoringv1.PublishedCycle{now, other}, []*scoringv1.PublishedCycle{before}
	w.scoring.render = func(publication, group string) []byte {
		for _, c := range []*scoringv1.PublishedCycle{now, before, other} {
			if c.GetPublication().GetId() == publication {
				return rendered(group, c.GetPublication())
			}
		}
		return nil
	}
	w.catalog.regulation = regulation()
	return w
}

// rendered is a leaderboard as scoring renders it. The departments have no index.
func rendered(group string, p *scoringv1.Publication) []byte {
	b := &scoringv1.Leaderboard{
		Group: group, GroupName: "Ủy ban nhân dân cấp huyện", Publication: p,
		Statistics: &scoringv1.GroupStatistics{MeanIndex: new("80.02"), Highest: new("83.84"), Lowest: new("76.20"), Gap: new("7.64")},
		Entries: []*scoringv1.LeaderboardEntry{
			entry(1, "my-xuyen", "UBND huyện Mỹ Xuyên", "94.00", "78.81", "83.84", "Tốt"),
			entry(2, "long-phu", "UBND huyện Long Phú", "95.00", "72.39", "76.20", "Khá"),
		},
		Unranked: []*scoringv1.UnrankedAgency{{Agency: "cu-lao-dung", AgencyName: "UBND huyện Cù Lao Dung", Reason: "Sáp nhập từ ngày 01/07/2023."}},
	}
	b.Entries[0].Reductions = []*scoringv1.LeaderboardReduction{{Item: "i.1.1", Name: "Ban hành kế hoạch", Points: "1.50", Reason: "NO_TASK"}}
	b.Entries[1].ClassAdjustment = &scoringv1.ClassAdjustment{FromClassName: "Tốt", Subordinates: 11, Reached: 7, Clause: "IV.1.2"}
	if p.GetId() == third {
		b.Entries[0].Index, b.Entries[0].IndexExact = new("82.50"), new("82.500000")
		b.Entries[1].StandardPoints = new("96.00")
		for _, e := range b.GetEntries() {
			e.SelfPoints, e.Origins["selfPoints"], e.Origins["index"] = nil, "NOT_PRINTED", "COMPUTED"
		}
	}
	if group == "departments" {
		b.GroupName, b.Statistics, b.Unranked = "Sở, ban, ngành tỉnh", nil, nil
		for _, e := range b.GetEntries() {
			e.Index, e.IndexExact, e.Class, e.ClassName, e.ClassAdjustment = nil, nil, nil, nil, nil
			e.Agency, e.AgencyName = "so-"+e.GetAgency(), "Sở "+e.GetAgencyName()
		}
	}
	return asJSON(b)
}

func asJSON(b *scoringv1.Leaderboard) []byte {
	text, err := protojson.Marshal(b)
	if err != nil {
		panic(err)
	}
	return text
}

func entry(rank int32, id, name, standard, total, index, class string) *scoringv1.LeaderboardEntry {
	e := &scoringv1.LeaderboardEntry{
		Rank: &rank, Agency: id, AgencyName: name, StandardPoints: &standard, SelfPoints: new("51.34"), OfficialsPoints: new("13.13"),
		SatisfactionPoints: new("0.00"), TotalPoints: &total, Index: &index, IndexExact: new(index + "0000"), Class: new("x"), ClassName: &class,
		Origins: map[string]string{},
	}
	for i, d := range []string{"steering", "procedures"} {
		e.Domains = append(e.Domains, &scoringv1.LeaderboardDomain{
			Field: d, Code: strconv.Itoa(i + 1), Name: "Lĩnh vực " + d, Points: new("40.00"), StandardPoints: new("50.00"), Index: new("80.00"),
		})
	}
	return e
}

func regulation() *catalogv1.RegulationContent {
	node := &catalogv1.Node{Part: "i", Code: "1.1", Parent: "1", Name: "Ban hành kế hoạch", Item: &catalogv1.Item{
		MaxPoints: "2.5", SourceKind: catalogv1.SourceKind_SOURCE_KIND_SELF, Guidance: "Ban hành trước ngày 31/01.",
		Rule:     &rulev1.Rule{Family: &rulev1.Rule_Proportional{Proportional: &rulev1.Proportional{}}},
		Evidence: []*catalogv1.EvidenceRequirement{{Name: "Kế hoạch năm"}},
	}}
	return &catalogv1.RegulationContent{
		Title: "Quy định đánh giá", DecisionNumber: "880/QĐ-UBND", DecisionDate: "2023-05-02", Parts: []*catalogv1.Part{{Id: "i", Code: "I", Name: "Kết quả"}},
		CriteriaSets: []*catalogv1.CriteriaSet{{
			Group: "districts", GroupName: "Ủy ban nhân dân cấp huyện", Nodes: []*catalogv1.Node{{Part: "i", Code: "1", Name: "Chỉ đạo điều hành", Field: "steering"}, node},
			Classes: []*catalogv1.Class{
				{Id: "a", Name: "Xuất sắc", Low: &catalogv1.Class_From{From: "90"}},
				{Id: "b", Name: "Tốt", Low: &catalogv1.Class_Above{Above: "80"}, High: &catalogv1.Class_Below{Below: "90"}},
				{Id: "c", Name: "Khá", High: &catalogv1.Class_To{To: "80"}},
			},
		}},
	}
}

var (
	tags    = regexp.MustCompile(`<[^>]*>`)
	scripts = regexp.MustCompile(`(?s)<head>.*?</head>`)
)

// read returns the words of a page, without its head.
func (a answer) read() string {
	body := scripts.ReplaceAll(a.body, nil)
	return strings.Join(strings.Fields(html.UnescapeString(string(tags.ReplaceAll(body, []byte(" "))))), " ")
}

// says checks that a page is there and says something, and does not say other things.
func (w *world) says(t *testing.T, address string, wanted, unwanted []string) answer {
	t.Helper()
	a := w.do(t, "GET", address, "")
	words := a.read()
	if a.StatusCode != http.StatusOK {
		t.Errorf("%s: %d", address, a.StatusCode)
	}
	for _, s := range wanted {
		if !strings.Contains(words, s) {
			t.Errorf("%s does not say %q:\n%.3000s", address, s, words)
		}
	}
	for _, s := range unwanted {
		if strings.Contains(words, s) {
			t.Errorf("%s says %q", address, s)
		}
	}
	return a
}

func TestPageOfLeaderboard(t *testing.T) {
	w := site(t)
	w.says(t, "/vi/soc-trang/2023/leaderboards/districts", []string{
		"Bảng xếp hạng Chỉ số CCHC: Ủy ban nhân dân cấp huyện", "(Số liệu công bố theo Quyết định số 25/QĐ-UBND ngày 08 tháng 01 năm 2024)",
		"UBND huyện Mỹ Xuyên xếp thứ nhất trong 2 cơ quan, đơn vị (Ủy ban nhân dân cấp huyện) với 83,84 %. Trung bình của khối 80,02 %, thấp nhất 76,20 %.",
		"Đính chính: Sửa điểm của Long Phú <b>.", "Quyết định 25/QĐ-UBND ngày 08/01/2024", "Phiên bản 2 , đưa lên trang lúc 10:00 ngày 08/01/2024",
		"1 UBND huyện Mỹ Xuyên 94,00 51,34 13,13 78,81 83,84 % Tốt",
		"Khá Chỉ số đạt loại Tốt; hạ một bậc vì chỉ 7/11 đơn vị trực thuộc đạt loại này trở lên (IV.1.2)",
		"UBND huyện Cù Lao Dung Sáp nhập từ ngày 01/07/2023.", "Chỉ số thành phần theo lĩnh vực (%)", "1. Lĩnh vực steering",
	}, []string{"báo cáo nguồn", "SIPAS", "[", "<no value>"})
	w.says(t, "/en/soc-trang/2022/leaderboards/districts", []string{
		"PAR Index leaderboard: Districts", "Source: Báo cáo kết quả , number left blank (symbol BC-SNV), of March 2024",
		"1 UBND huyện Mỹ Xuyên 94.00 13.13 0.00 78.81 82.50 %", "12.34 computed by the platform from figures printed in the source",
		"1. Steering of the reform", "put on this site at 10:00 on 8 January 2023",
	}, []string{", /BC-SNV", "Computed by the platform from appraised", "["})
	w.says(t, "/vi/soc-trang/2022/leaderboards/departments", []string{"— không in", "Sở UBND huyện Mỹ Xuyên xếp thứ nhất trong 2"}, []string{"Phân bố"})
}

// The first page shows the group that has figures of the newest year, in the language of
// the browser; every other address has its language.
func TestFirstPage(t *testing.T) {
	w := site(t)
	for _, tt := range []struct{ address, accepted, language, heading string }{
		{"/", "", "vi", "Bảng xếp hạng Chỉ số CCHC: Ủy ban nhân dân cấp huyện"},
		{"/", "en-GB,en;q=0.9", "en", "PAR Index leaderboard: Districts"},
		{"/vi/", "en", "vi", "Bảng xếp hạng Chỉ số CCHC: Ủy ban nhân dân cấp huyện"},
		{"/en/soc-trang/2022/", "vi", "en", "PAR Index leaderboard: Districts"},
	} {
		a := w.do(t, "GET", tt.address, "", "Accept-Language", tt.accepted)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.read(), tt.heading) || !bytes.Contains(a.body, []byte(`<html lang="`+tt.language+`">`)) ||
			a.Header.Get("Content-Language") != tt.language {
			t.Errorf("%s for %q: %d %s\n%s", tt.address, tt.accepted, a.StatusCode, a.Header.Get("Content-Language"), a.read())
		}
		if varies := strings.Join(a.Header.Values("Vary"), ", "); strings.Contains(varies, "Accept-Language") != (tt.address == "/") {
			t.Errorf("%s varies by %s", tt.address, varies)
		}
	}
	w.scoring.cycles = nil
	w.clock.move(time.Second)
	w.says(t, "/", []string{"Chưa có kết quả nào được công bố", "Hãy quay lại sau."}, nil)
}

func TestPageHead(t *testing.T) {
	w := site(t)
	head := string(w.do(t, "GET", "/en/soc-trang/2023/agencies/my-xuyen?version=1&utm_source=x", "").body)
	for _, wanted := range []string{
		"<title>UBND huyện Mỹ Xuyên – Chỉ số cải cách hành chính năm 2023</title>",
		`<meta name="description" content="UBND huyện Mỹ Xuyên ranks 1 of 2, with an index of 83.84 %, in the class Tốt.">`,
		`<meta property="og:title" content="UBND huyện Mỹ Xuyên – Chỉ số cải cách hành chính năm 2023">`, `<meta property="og:description" content="UBND huyện Mỹ Xuyên ranks 1 of 2`,
		`<link rel="canonical" href="/en/soc-trang/2023/agencies/my-xuyen">`, `<link rel="alternate" hreflang="vi" href="/vi/soc-trang/2023/agencies/my-xuyen?version=1">`,
	} {
		if !strings.Contains(head, wanted) {
			t.Errorf("no %s in\n%s", wanted, head)
		}
	}
	for address, indexed := range map[string]bool{
		"/vi/soc-trang/2023/leaderboards/districts": true, "/vi/soc-trang/2023/leaderboards/districts?sort=index": false, "/vi/soc-trang/2023/leaderboards/districts?q=my": false,
	} {
		if strings.Contains(string(w.do(t, "GET", address, "").body), `content="noindex"`) == indexed {
			t.Errorf("%s: found by search engines is %t", address, !indexed)
		}
	}
}

func TestSortAndSearchWithoutScript(t *testing.T) {
	w := site(t)
	const address = "/vi/soc-trang/2023/leaderboards/districts"
	for query, wanted := range map[string]string{
		"":                        "my-xuyen long-phu",
		"?sort=-rank":             "long-phu my-xuyen",
		"?sort=agency":            "long-phu my-xuyen",
		"?sort=-agency":           "my-xuyen long-phu",
		"?sort=index":             "my-xuyen long-phu",
		"?sort=-index":            "long-phu my-xuyen",
		"?sort=standardPoints":    "long-phu my-xuyen",
		"?sort=constructor":       "my-xuyen long-phu",
		"?q=long+PHU":             "long-phu",
		"?q=Mỹ":                   "my-xuyen",
		"?q=%20":                  "my-xuyen long-phu",
		"?q=%3Cscript%3E":         "",
		"?q=my&sort=-index":       "my-xuyen",
		"?fbclid=1&sort=-index":   "long-phu my-xuyen",
		"?sort=index&sort=-index": "my-xuyen long-phu",
	} {
		a := w.do(t, "GET", address+query, "")
		_, rest, _ := strings.Cut(string(a.body), `<table class="board">`)
		table, _, _ := strings.Cut(rest, "</table>")
		var found []string
		for _, m := range regexp.MustCompile(`agencies/([a-z-]+)"`).FindAllStringSubmatch(table, -1) {
			found = append(found, m[1])
		}
		if got := strings.Join(found, " "); got != wanted || a.StatusCode != http.StatusOK {
			t.Errorf("%q: %d, %s", query, a.StatusCode, got)
		}
		if strings.Contains(string(a.body), "<script>") {
			t.Errorf("%q writes a script", query)
		}
	}
	if a := w.do(t, "GET", address+"?version=1&sort=-index", ""); !bytes.Contains(a.body, []byte(`<input type="hidden" name="sort" value="-index"><input type="hidden" name="version" value="1">`)) {
		t.Error("a search loses the order and the version")
	}
	w.says(t, address+"?q=nobody", []string{"Không tìm thấy cơ quan, đơn vị phù hợp."}, nil)
	w.says(t, address+"?q=my", []string{"Đang hiện 1 trên 2 cơ quan, đơn vị."}, nil)
}

func TestPageOfAgency(t *testing.T) {
	w := site(t)
	w.says(t, "/vi/soc-trang/2023/agencies/my-xuyen", []string{
		"UBND huyện Mỹ Xuyên xếp hạng 1 trên 2, Chỉ số CCHC 83,84 %, xếp loại Tốt.", "Chỉ số còn thiếu 6,16 điểm phần trăm để đạt loại Xuất sắc (từ 90 %).",
		"Mức độ hài lòng (SIPAS) — bộ tiêu chí của khối này không có nguồn điểm này", "Điểm chuẩn 94,00 thấp hơn mức cao nhất của khối (95,00)",
		"1.1 Ban hành kế hoạch 1,50 Không được giao nhiệm vụ này",
		"1. Lĩnh vực steering 40,00 50,00 80,00 % 80,00 % – 80,00 %", "2022 82,50 % 1/2 Tốt", "2023 83,84 % 1/2 Tốt +1,34 điểm phần trăm", "đăng nhập để xem toàn bộ",
	}, []string{"báo cáo nguồn", "[", "<no value>"})
	w.says(t, "/vi/soc-trang/2023/agencies/long-phu", []string{
		"Chỉ số cần cao hơn hiện nay trên 3,80 điểm phần trăm để đạt loại Tốt (trên 80 %).", "Khá Chỉ số đạt loại Tốt; hạ một bậc",
		"Không so sánh trực tiếp: điểm chuẩn khác nhau (96,00 và 95,00).",
	}, nil)
	w.says(t, "/en/soc-trang/2022/agencies/my-xuyen", []string{
		"not printed in the source", "the platform does not hold the classes of this cycle", "not among the figures imported from the source",
	}, []string{"signs in to see"})
	w.says(t, "/vi/soc-trang/2023/agencies/cu-lao-dung", []string{"Không được xếp hạng trong kỳ này: Sáp nhập từ ngày 01/07/2023."}, []string{"Theo lĩnh vực"})
}

func TestPagesOfPublications(t *testing.T) {
	w := site(t)
	w.says(t, "/vi/publications", []string{"Ủy ban nhân dân tỉnh Sóc Trăng", "Chỉ số cải cách hành chính năm 2023", "Chỉ số cải cách hành chính năm 2022"}, nil)
	a := w.says(t, "/vi/soc-trang/2023/publications", []string{"Phiên bản 2 – đang có hiệu lực Đính chính: Sửa điểm của Long Phú <b>.", "Phiên bản 1"}, nil)
	if !bytes.Contains(a.body, []byte(`href="/vi/soc-trang/2023/leaderboards/districts?version=1"`)) {
		t.Error("the older version is not linked")
	}
	old := w.says(t, "/vi/soc-trang/2023/leaderboards/districts?version=1", []string{"Đây là phiên bản 1, đã được thay thế. Xem phiên bản 2, đang có hiệu lực"}, []string{"Đính chính"})
	for _, link := range []string{"/vi/soc-trang/2023/agencies/my-xuyen?version=1", "/en/soc-trang/2023/leaderboards/districts?version=1", "/publications/" + first + "/leaderboards/districts"} {
		if !bytes.Contains(old.body, []byte(link)) {
			t.Errorf("the old version does not link to %s", link)
		}
	}
	w.says(t, "/vi/soc-trang/2023/agencies/my-xuyen?version=1", []string{"Đây là phiên bản 1, đã được thay thế."}, nil)
}

func TestPageOfCriteria(t *testing.T) {
	w := site(t)
	for _, address := range []string{"/vi/soc-trang/2023/criteria", "/vi/soc-trang/2023/criteria/districts"} {
		w.says(t, address, []string{
			"Tiêu chí và cách chấm: Ủy ban nhân dân cấp huyện", "Quyết định 880/QĐ-UBND ngày 02/05/2023", "I. Kết quả", "1 Chỉ đạo điều hành",
			"1.1 Ban hành kế hoạch Ban hành trước ngày 31/01. Tài liệu kiểm chứng: Kế hoạch năm 2,5 Tự đánh giá, được thẩm định. Điểm theo tỷ lệ hoàn thành.",
			"Xuất sắc từ 90 %", "Tốt trên 80 % đến dưới 90 %", "Khá đến 80 %", "điểm tiêu chí đến 6 chữ số thập phân, chỉ số đến 6; hiển thị 2 chữ số.",
		}, []string{"[", "<no value>"})
	}
	w.says(t, "/vi/soc-trang/2022/criteria", []string{"được nhập từ báo cáo đã in"}, nil)
	w.says(t, "/en/how-to-read", []string{"points ÷ standard points × 100 %"}, []string{"["})
}

// Catalog is away: the figures are shown all the same, and what is missing comes back
// with it.
func TestPagesWithoutCatalog(t *testing.T) {
	w := site(t)
	w.catalog.failWith(fault.StorageAway)
	w.says(t, "/vi/soc-trang/2023/agencies/my-xuyen", []string{"83,84 %", "Hiện không đọc được quy định. Hãy tải lại trang sau ít phút."}, nil)
	w.says(t, "/vi/soc-trang/2023/criteria", []string{"Hiện không đọc được bộ tiêu chí. Hãy tải lại trang sau ít phút"}, nil)
	w.catalog.failWith(nil)
	w.clock.move(time.Second)
	w.says(t, "/vi/soc-trang/2023/agencies/my-xuyen", []string{"Chỉ số còn thiếu 6,16 điểm phần trăm"}, nil)
	w.says(t, "/vi/soc-trang/2023/criteria", []string{"Ban hành kế hoạch"}, nil)
}

func TestPagesOfFaults(t *testing.T) {
	w := site(t)
	for _, address := range []string{
		"/vi/nothing", "/vi/soc-trang/2021/", "/vi/soc-trang/2023/leaderboards/communes", "/vi/soc-trang/2023/agencies/nobody", "/vi/soc-trang/2023/leaderboards/districts?version=9",
		"/vi/soc-trang/2023/criteria/departments", "/vi/soc-trang/2021/publications", "/vi/soc-trang/2023/leaderboards/%00",
	} {
		a := w.do(t, "GET", address, "")
		if a.StatusCode != http.StatusNotFound || !strings.Contains(a.read(), "Hãy kiểm tra lại địa chỉ, hoặc đi từ trang đầu") || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s", address, a.StatusCode, a.read())
		}
	}
	if a := w.do(t, "GET", "/nothing", "", "Accept", "text/html,*/*;q=0.8", "Accept-Language", "en"); a.StatusCode != http.StatusNotFound || !strings.Contains(a.read(), "There is no such page") {
		t.Errorf("for a browser: %d %s", a.StatusCode, a.read())
	}
	w.do(t, "GET", "/nothing", "").mustRefuse(t, http.StatusNotFound, gateway.PathUnknown.Code)
	w.do(t, "POST", "/vi/publications", "{}").mustRefuse(t, http.StatusMethodNotAllowed, gateway.MethodNotAllowed.Code)

	for name, fail := range map[string]func(){
		"its database is away": func() { w.scoring.failWith(fault.StorageAway) }, "scoring is away": w.stopScoring,
	} {
		fail()
		w.clock.move(time.Second)
		for _, address := range []string{"/", "/vi/soc-trang/2023/leaderboards/districts", "/vi/how-to-read"} {
			a := w.do(t, "GET", address, "", "X-Request-Id", "mine-7")
			if words := a.read(); a.StatusCode != http.StatusServiceUnavailable || !strings.Contains(words, "Hiện chưa đọc được số liệu") ||
				!strings.Contains(words, "Tải lại trang này") || !strings.Contains(words, "mine-7") {
				t.Errorf("%s, %s: %d %s", name, address, a.StatusCode, words)
			}
		}
	}
	if log := w.log.String(); !strings.Contains(log, `"reason":"SERVICE_AWAY"`) || strings.Contains(log, "nobody") {
		t.Errorf("the log: %s", log)
	}
}

// A page is kept until something is published, and browsers ask for it with its ETag.
func TestPagesAreKept(t *testing.T) {
	w := site(t)
	const address = "/vi/soc-trang/2023/leaderboards/districts"
	a := w.do(t, "GET", address, "")
	if again := w.do(t, "GET", address, "", "If-None-Match", a.Header.Get("Etag")); again.StatusCode != http.StatusNotModified || a.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%d, %q", again.StatusCode, a.Header.Get("Cache-Control"))
	}
	if head := w.do(t, "HEAD", address, ""); head.StatusCode != http.StatusOK || len(head.body) != 0 || head.Header.Get("Content-Length") != strconv.Itoa(len(a.body)) {
		t.Errorf("HEAD: %d %d", head.StatusCode, len(head.body))
	}
	checkEncodings(t, w, address, a.body)
	if n := w.scoring.count("published"); n != 1 {
		t.Errorf("scoring was asked %d times within the second", n)
	}
	w.scoring.cycles[0].Publication = &scoringv1.Publication{Id: first, Version: 3, Notice: "Sửa lần nữa."}
	bearer := "Bearer " + w.approver(t)
	body := `{"decisionNumber":"25/QĐ-UBND","decisionDate":"2024-01-08"}`
	if a := w.do(t, "POST", "/v1/authorities/soc-trang/cycles/2023/runs/"+first+":publish", body, "Authorization", bearer); a.StatusCode != http.StatusOK {
		t.Fatalf("got %d %s", a.StatusCode, a.body)
	}
	w.says(t, address, []string{"Sửa lần nữa.", "Phiên bản 3"}, nil) // at once
}

// Every page of the sitemap is there in both languages, and none needs what the policy
// refuses.
func TestSitemap(t *testing.T) {
	w := site(t)
	if a := w.do(t, "GET", "/robots.txt", ""); !strings.Contains(string(a.body), "Sitemap: "+w.URL+"/sitemap.xml") {
		t.Errorf("robots.txt: %s", a.body)
	}
	found := submatches(regexp.MustCompile(`<loc>([^<]+)</loc>`), w.do(t, "GET", "/sitemap.xml", "").body)
	// Of both languages: 3 pages of the site; of both cycles the versions, 2 groups and 3
	// agencies in each; the criteria of 2 groups of the cycle that was run.
	if want := 2 * (3 + 2*(1+2) + 2*5 + 2); len(found) != want {
		t.Errorf("%d addresses, want %d: %v", len(found), want, found)
	}
	for _, address := range found {
		path := strings.TrimPrefix(address, w.URL)
		a := w.do(t, "GET", path, "")
		if strings.HasSuffix(path, "criteria/departments") { // the regulation of this test has one group
			continue
		}
		if a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
		for _, refused := range []string{"http://", "https://", " style=", "<style", "<script>", "onclick=", "javascript:"} {
			if bytes.Contains(a.body, []byte(refused)) {
				t.Errorf("%s holds %s", path, refused)
			}
		}
	}
	odd := w.do(t, "GET", "/robots.txt", "", "Host", "evil/x")
	if strings.Contains(string(odd.body), "evil") {
		t.Errorf("repeats an invented host: %s", odd.body)
	}
}

// The budgets of the public pages, in bytes of gzip.
const (
	scriptBudget = 12 << 10
	styleBudget  = 12 << 10
	pageBudget   = 40 << 10
	wholeBudget  = 100 << 10
)

// TestPageBudgets measures the leaderboards of 2023 as they were published, and a cycle
// of 47 agencies in 8 domains.
func TestPageBudgets(t *testing.T) {
	w := site(t)
	w.scoring.render = func(publication, group string) []byte {
		if publication == second {
			return asJSON(large())
		}
		b, err := os.ReadFile("testdata/leaderboard-2023-" + group + ".json")
		if err != nil {
			panic(err)
		}
		return b
	}
	size := func(path string) int {
		t.Helper()
		a := w.do(t, "GET", path, "", "Accept-Encoding", "gzip")
		if a.StatusCode != http.StatusOK || a.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: %d, %s", path, a.StatusCode, a.Header.Get("Content-Encoding"))
		}
		return len(a.body)
	}
	for _, path := range []string{
		"/vi/soc-trang/2022/leaderboards/departments", "/vi/soc-trang/2022/leaderboards/districts", "/vi/soc-trang/2023/leaderboards/departments",
		"/vi/soc-trang/2023/agencies/agency-1", "/vi/soc-trang/2023/criteria",
	} {
		page := size(path)
		whole, parts := page, map[string]int{}
		for _, asset := range submatches(regexp.MustCompile(`(?:src|href)="((?:/assets/|/icon)[^"]+)"`), w.do(t, "GET", path, "").body) {
			parts[asset[strings.LastIndex(asset, ".")+1:]] = size(asset)
			whole += size(asset)
		}
		t.Logf("%s: page %d, style %d, script %d, whole %d bytes", path, page, parts["css"], parts["js"], whole)
		if page > pageBudget || parts["css"] > styleBudget || parts["js"] > scriptBudget || whole > wholeBudget || len(parts) != 3 {
			t.Errorf("%s: page %d, parts %v, whole %d", path, page, parts, whole)
		}
	}
}

// large is a leaderboard of 47 agencies in 8 domains with long names.
func large() *scoringv1.Leaderboard {
	b := &scoringv1.Leaderboard{Group: "departments", GroupName: "Sở, ban, ngành tỉnh", Publication: &scoringv1.Publication{Id: second, Version: 2}}
	for i := range 47 {
		e := entry(int32(i+1), fmt.Sprintf("agency-%d", i+1), fmt.Sprintf("Sở Nông nghiệp và Phát triển nông thôn số %d", i+1),
			fmt.Sprintf("%d.%02d", 90+i%9, i*7%100), fmt.Sprintf("%d.%02d", 70+i%9, i*13%100), fmt.Sprintf("%d.%02d", 95-i, i*29%100), "Tốt")
		e.Domains = nil
		for d, field := range []string{"steering", "institutions", "procedures", "organisation", "civil-service", "public-finance", "digital-government", "impact"} {
			e.Domains = append(e.Domains, &scoringv1.LeaderboardDomain{
				Field: field, Code: strconv.Itoa(d + 1), Name: "Xây dựng và phát triển Chính quyền điện tử " + field,
				Points: new(fmt.Sprintf("%d.%02d", i%12, i*31*(d+1)%100)), StandardPoints: new("12.00"), Index: new(fmt.Sprintf("%d.%02d", 40+i*(d+3)%60, i*17*(d+1)%100)),
			})
		}
		b.Entries = append(b.Entries, e)
	}
	return b
}
