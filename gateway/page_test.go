//go:build browser

package gateway_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strconv"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/parindex/parindex/gateway"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

//go:embed testdata/probe.js
var probe []byte

// seen is the report that testdata/probe.js writes.
type seen struct {
	Lang, Title, Heading string
	Statistics, Note     []string
	Head                 string
	HeadHidden           bool
	Rows, NameLang       []string
	Tabs, Languages      []string
	Wider, WiderOpen     int
	Unreachable          int
	Before, After, Again []any
	Open                 string
	Domains              []string
	Printed, AfterPrint  int
	Found                []string
	Next, Other          string
}

// ListPublishedCycles publishes both groups.
func (s *scoring) ListPublishedCycles(context.Context, *scoringv1.ListPublishedCyclesRequest) (*scoringv1.ListPublishedCyclesResponse, error) {
	return &scoringv1.ListPublishedCyclesResponse{PublishedCycles: []*scoringv1.PublishedCycle{{
		Authority: "soc-trang", AuthorityName: "Ủy ban nhân dân tỉnh Sóc Trăng", Cycle: "2023", CycleName: "Chỉ số cải cách hành chính năm 2023",
		Publication: &scoringv1.Publication{Id: first, Version: 1},
		Groups:      []*scoringv1.PublishedGroup{{Id: "departments", Name: "Sở, ban, ngành tỉnh"}, {Id: "districts", Name: "Ủy ban nhân dân cấp huyện"}},
	}}}, nil
}

// domains are the domains of the 2023 index; the English names are the page's.
var domains = []struct{ field, code, vi, en string }{
	{"steering", "1", "Công tác chỉ đạo điều hành CCHC", "Steering of the reform"},
	{"institutions", "2", "Cải cách thể chế", "Institutions"},
	{"procedures", "3", "Cải cách TTHC", "Administrative procedures"},
	{"organisation", "4", "Cải cách tổ chức bộ máy", "Organisation"},
	{"civil-service", "5", "Cải cách chế độ công vụ", "Civil service"},
	{"public-finance", "6", "Cải cách tài chính công", "Public finance"},
	{"digital-government", "7", "Xây dựng và phát triển Chính quyền điện tử", "Digital government"},
	{"impact", "II", "Đánh giá tác động của công tác CCHC", "Impact of the reform"},
}

// board is a leaderboard as scoring renders it. For districts all figures are printed;
// for departments only ranks, points by domain and some indices.
func board(publication, group string) []byte {
	printed := func(points ...string) (all []*scoringv1.LeaderboardDomain) {
		for i, p := range points {
			d := domains[i]
			all = append(all, &scoringv1.LeaderboardDomain{
				Field: d.field, Code: d.code, Name: d.vi, Points: &p,
				Origins: map[string]string{"points": "PRINTED", "standardPoints": "NOT_PRINTED", "index": "NOT_PRINTED"},
			})
		}
		return all
	}
	b := &scoringv1.Leaderboard{
		Authority: "soc-trang", Cycle: "2023", Group: group, GroupName: "Ủy ban nhân dân cấp huyện",
		Publication: &scoringv1.Publication{Id: publication, Version: 1, DecisionNumber: "25/QĐ-UBND", DecisionDate: "2024-01-08"},
		Statistics:  &scoringv1.GroupStatistics{Highest: new("83.84"), Origins: map[string]string{"meanIndex": "NOT_PRINTED"}},
		Entries: []*scoringv1.LeaderboardEntry{
			{
				Rank: new(int32(1)), Agency: "my-xuyen", AgencyName: "UBND huyện Mỹ Xuyên", StandardPoints: new("94.00"),
				SelfPoints: new("51.34"), OfficialsPoints: new("13.13"), SatisfactionPoints: new("14.34"),
				TotalPoints: new("78.81"), Index: new("83.84"), ClassName: new("Nhóm 2"),
				Domains: printed("11.29", "5.00", "4.50", "5.29", "4.50", "2.25", "14.39", "31.59"),
			},
			{
				Rank: new(int32(2)), Agency: "long-phu", AgencyName: "UBND huyện Long Phú", TotalPoints: new("79.04"), ClassName: new("Nhóm 3"),
				ClassAdjustment: &scoringv1.ClassAdjustment{FromClass: "nhom-2", FromClassName: "Nhóm 2", Subordinates: 11, Reached: 7, Clause: "IV.1.2"},
			},
		},
	}
	if group == "departments" {
		b.GroupName = "Sở, ban, ngành tỉnh"
		b.Entries = []*scoringv1.LeaderboardEntry{
			{
				Rank: new(int32(1)), Agency: "so-tu-phap", AgencyName: "Sở Tư pháp", Index: new("84.81"), ClassName: new("Nhóm 2"),
				Domains: printed("7.00", "5.00", "5.25", "4.16", "4.25", "5.00", "16.24", "31.56"), Origins: map[string]string{"totalPoints": "NOT_PRINTED"},
			},
			{Rank: new(int32(2)), Agency: "so-nong-nghiep", AgencyName: "Sở Nông nghiệp và Phát triển nông thôn", Domains: printed("7.50", "5.00"), ClassAdjustment: &scoringv1.ClassAdjustment{FromClass: "nhom-1", FromClassName: "Nhóm 1", Subordinates: 3, Unclassified: 1}},
		}
	}
	rendered, err := protojson.Marshal(b)
	if err != nil {
		panic(err)
	}
	return rendered
}

// look opens the page in a browser window of the given width and returns the report of
// the probe.
func look(t *testing.T, url string, width int) (s seen) {
	t.Helper()
	var browser string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		t.Fatal("these tests need chromium on the PATH")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	args := []string{
		"--headless", "--disable-gpu", "--dump-dom", "--virtual-time-budget=60000", "--user-data-dir=" + t.TempDir(),
		"--window-size=" + strconv.Itoa(width) + ",900", url,
	}
	if os.Getuid() == 0 {
		args = append([]string{"--no-sandbox"}, args...) // root cannot use the sandbox
	}
	dom, err := exec.CommandContext(ctx, browser, args...).Output()
	if err != nil {
		t.Fatalf("running %s: %v", browser, err)
	}
	found := regexp.MustCompile(`(?s)<pre id="probe">(.*?)</pre>`).FindSubmatch(dom)
	if found == nil {
		t.Fatalf("the page did not come so far:\n%s", dom)
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(string(found[1]))), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// pages is the gateway with the probe added to its page. Everything else is unchanged,
// including the Content-Security-Policy.
func pages(t *testing.T) string {
	t.Helper()
	w := start(t, gateway.Config{})
	w.scoring.render = board
	edge := w.Config.Handler
	mux := http.NewServeMux()
	mux.Handle("/", edge)
	mux.HandleFunc("/probe.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(probe)
	})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		page := httptest.NewRecorder()
		r.Header.Del("Accept-Encoding")
		edge.ServeHTTP(page, r)
		maps.Copy(w.Header(), page.Header())
		w.Header().Del("Content-Length")
		_, _ = w.Write(bytes.Replace(page.Body.Bytes(), []byte("</body>"), []byte(`<script type="module" src="/probe.js"></script></body>`), 1))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

// notPrinted is the text for screen readers of a figure that is not printed.
var notPrinted = map[string]string{"vi": "không in trong báo cáo nguồn", "en": "not printed in the source"}

// opened is the text of an agency's domains.
func opened(language string, points ...string) (lines []string) {
	for i, p := range points {
		name := map[string]string{"vi": domains[i].vi, "en": domains[i].en}[language]
		absent := " | — " + notPrinted[language]
		lines = append(lines, domains[i].code+". "+name+" | "+p+absent+absent)
	}
	return lines
}

func TestPageIsNeverWiderThanTheWindow(t *testing.T) {
	url := pages(t)
	for _, width := range []int{320, 768, 1119} {
		for _, address := range []string{"/?lang=en", "/?lang=en#soc-trang/2023/districts"} {
			if s := look(t, url+address, width); s.Wider != 0 || s.WiderOpen != 0 {
				t.Errorf("%s at %d: wider by %d, with an agency open by %d", address, width, s.Wider, s.WiderOpen)
			}
		}
	}
}

func TestPage(t *testing.T) {
	const note = "Báo cáo nguồn chỉ in điểm từng lĩnh vực của khối này, không in điểm chuẩn, điểm tự đánh giá, điểm điều tra xã hội học và điểm đạt được."
	const lowered = "Nhóm 3 Chỉ số đạt loại Nhóm 2; hạ một bậc vì chỉ 7/11 đơn vị trực thuộc đạt loại này trở lên (IV.1.2)"
	const unclassified = "Không xếp loại Chỉ số đạt loại Nhóm 1; 1/3 đơn vị trực thuộc chưa có xếp loại"
	common := seen{
		Lang: "vi", Statistics: []string{"Trung bình — " + notPrinted["vi"], "Cao nhất 83,84 %", "Thấp nhất —", "Chênh lệch —"}, NameLang: []string{"vi", "vi"},
		Languages: []string{"vi true", "en false"},
		Before:    []any{"false", 0.0}, After: []any{"true", 1.0}, Again: []any{"false", 0.0}, Printed: 2,
	}
	districts, departments := common, common
	districts.Printed = 1 // the other agency has no domains
	districts.Title, districts.Heading = "Ủy ban nhân dân cấp huyện – Chỉ số CCHC – Bảng xếp hạng", "Bảng xếp hạng: Ủy ban nhân dân cấp huyện"
	districts.Head = "Xếp hạng | Cơ quan, đơn vị | Điểm chuẩn | Tự đánh giá | Điều tra cán bộ | SIPAS | Điểm đạt được | Chỉ số CCHC | Xếp loại"
	districts.Rows = []string{
		"1 | UBND huyện Mỹ Xuyên | 94,00 | 51,34 | 13,13 | 14,34 | 78,81 | 83,84 % | Nhóm 2", "2 | UBND huyện Long Phú | — | — | — | — | 79,04 | — | " + lowered,
	}
	districts.Open = districts.Rows[0]
	districts.Domains = opened("vi", "11,29", "5,00", "4,50", "5,29", "4,50", "2,25", "14,39", "31,59")
	districts.Tabs = []string{"Sở, ban, ngành tỉnh", "Ủy ban nhân dân cấp huyện *"}
	districts.Found = []string{"UBND huyện Mỹ Xuyên"}
	districts.Next, districts.Other = "Bảng xếp hạng: Sở, ban, ngành tỉnh", "en Leaderboard: Departments"

	departments.Title, departments.Heading = "Sở, ban, ngành tỉnh – Chỉ số CCHC – Bảng xếp hạng", "Bảng xếp hạng: Sở, ban, ngành tỉnh"
	departments.Note = []string{note}
	departments.Head = "Xếp hạng | Cơ quan, đơn vị | 1. Công tác chỉ đạo điều hành CCHC | 2. Cải cách thể chế | 3. Cải cách TTHC | 4. Cải cách tổ chức bộ máy | " +
		"5. Cải cách chế độ công vụ | 6. Cải cách tài chính công | 7. Xây dựng và phát triển Chính quyền điện tử | II. Đánh giá tác động của công tác CCHC | Chỉ số CCHC | Xếp loại"
	departments.Rows = []string{"1 | Sở Tư pháp | 7,00 | 5,00 | 5,25 | 4,16 | 4,25 | 5,00 | 16,24 | 31,56 | 84,81 % | Nhóm 2", "2 | Sở Nông nghiệp và Phát triển nông thôn | 7,50 | 5,00 | — | — | — | — | — | — | — | " + unclassified}
	departments.Open = departments.Rows[0]
	departments.Domains = opened("vi", "7,00", "5,00", "5,25", "4,16", "4,25", "5,00", "16,24", "31,56")
	departments.Tabs = []string{"Sở, ban, ngành tỉnh *", "Ủy ban nhân dân cấp huyện"}
	departments.Next, departments.Other = "Bảng xếp hạng: Ủy ban nhân dân cấp huyện", "en Leaderboard: Districts"

	onPhone := func(s seen, open string, rows ...string) seen {
		s.HeadHidden, s.Rows, s.Open = true, rows, open
		return s
	}
	english := districts
	english.Lang, english.Languages = "en", []string{"vi false", "en true"}
	english.Title, english.Heading = "Districts – PAR Index – Leaderboards", "Leaderboard: Districts"
	english.Statistics = []string{"Mean — " + notPrinted["en"], "Highest 83.84 %", "Lowest —", "Gap —"}
	english.Head = "Rank | Agency | Standard points | Self-assessment | Officials’ survey | SIPAS | Points | Index | Class"
	english.Rows = []string{
		"1 | UBND huyện Mỹ Xuyên | 94.00 | 51.34 | 13.13 | 14.34 | 78.81 | 83.84 % | Nhóm 2", "2 | UBND huyện Long Phú | — | — | — | — | 79.04 | — | Nhóm 3 The index gives Nhóm 2; lowered by one class, because only 7 of 11 subordinate agencies are in that class or a better one (IV.1.2)",
	}
	english.Open = english.Rows[0]
	english.Domains = opened("en", "11.29", "5.00", "4.50", "5.29", "4.50", "2.25", "14.39", "31.59")
	english.Tabs = []string{"Departments", "Districts *"}
	english.Next, english.Other = "Leaderboard: Departments", "vi Bảng xếp hạng: Sở, ban, ngành tỉnh"

	url := pages(t)
	for _, c := range []struct {
		name, address string
		width         int
		want          seen
	}{
		{"districts", "/#soc-trang/2023/districts", 1280, districts},
		{"districts in English", "/?lang=en#soc-trang/2023/districts", 1280, english},
		{"departments, by domain", "/", 1280, departments},
		{"districts on a phone", "/#soc-trang/2023/districts", 390, onPhone(districts,
			"1 | UBND huyện Mỹ Xuyên | 94,00 | 51,34 | 13,13 | 14,34 | 78,81 | 83,84 % | Nhóm 2",
			"1 | UBND huyện Mỹ Xuyên | 83,84 % | Nhóm 2", "2 | UBND huyện Long Phú | — | "+lowered)},
		{"departments on a phone", "/", 390, onPhone(departments,
			"1 | Sở Tư pháp | 84,81 % | Nhóm 2", "1 | Sở Tư pháp | 84,81 % | Nhóm 2", "2 | Sở Nông nghiệp và Phát triển nông thôn | — | "+unclassified)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := look(t, url+c.address, c.width)
			if c.want.HeadHidden {
				c.want.Head, got.Head = "", ""
			}
			for field := range reflect.TypeFor[seen]().Fields() {
				g, w := reflect.ValueOf(got).FieldByIndex(field.Index), reflect.ValueOf(c.want).FieldByIndex(field.Index)
				if !reflect.DeepEqual(g.Interface(), w.Interface()) && (g.Kind() != reflect.Slice || g.Len()+w.Len() > 0) {
					t.Errorf("%s:\n got %q\nwant %q", field.Name, g, w)
				}
			}
		})
	}
}
