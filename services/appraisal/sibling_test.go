package appraisal_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/cycle/cycletest"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

var regulationSHA256 = strings.Repeat("0a", 32)

// newCatalog has three departments, of which health is below finance, a
// district, a department that is not scored, and outside the cycle the treasury
// below finance. The departments have the items
// i.1 choice 2, i.2 proportional 3, i.3 manual 4, i.10 all-or-nothing 1, and
// i.4 reported and ii.1 surveyed; the district has i.1 choice 2 only.
func newCatalog() *cycletest.Catalog {
	choice := cycletest.Choice(
		&rulev1.Option{Id: "timely", Text: "Đúng hạn", Points: "2"}, &rulev1.Option{Id: "late", Text: "Trễ", Points: "1"},
		&rulev1.Option{Id: "none", Text: "Không", Points: "0"},
	)
	all := cycletest.AllOrNothing(&rulev1.Condition{Id: "a", Text: "Có kế hoạch"}, &rulev1.Condition{Id: "b", Text: "Có báo cáo"})
	self := catalogv1.SourceKind_SOURCE_KIND_SELF
	steering := cycletest.Domain("i", "0", "Chỉ đạo", "steering")
	item := func(code, most string, source catalogv1.SourceKind, r *rulev1.Rule) *catalogv1.Node {
		return cycletest.Item("i", code, "0", "Nội dung "+code, most, source, r)
	}
	impact := cycletest.Item("ii", "1", "", "Nội dung 1", "10", catalogv1.SourceKind_SOURCE_KIND_SURVEY, cycletest.Survey())
	impact.Field = "impact"
	c := cycletest.New(&catalogv1.Cycle{
		Authority: authority, Id: year, Name: "Năm 2024", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN, Regulation: "r2024",
		Groups: []*catalogv1.Group{{Id: "departments", Name: "Sở"}, {Id: "districts", Name: "Huyện"}},
		Phase:  catalogv1.Phase_PHASE_PREPARATION,
	})
	c.Regulation = &catalogv1.Regulation{Authority: authority, Id: "r2024", Sha256: regulationSHA256, Content: &catalogv1.RegulationContent{
		Rounds: 2, AppraisalCouncil: true,
		CriteriaSets: []*catalogv1.CriteriaSet{
			{Group: "departments", Nodes: []*catalogv1.Node{
				steering, item("1", "2", self, choice), item("2", "3", catalogv1.SourceKind_SOURCE_KIND_TARGETS, cycletest.Proportional()),
				item("3", "4", self, cycletest.Manual("0.5")), item("10", "1", self, all),
				item("4", "2", catalogv1.SourceKind_SOURCE_KIND_FEED, cycletest.Proportional()), impact,
			}},
			{Group: "districts", Nodes: []*catalogv1.Node{steering, item("1", "2", self, choice)}},
		},
	}}
	member := func(id, group, parent string) *catalogv1.CycleAgency {
		m := cycletest.Member(id, "Cơ quan "+id, group)
		m.Agency.Parent = parent
		return m
	}
	c.Agencies = []*catalogv1.CycleAgency{
		member("finance", "departments", ""), member("health", "departments", "finance"), member("home", "departments", ""),
		member("my-xuyen", "districts", ""), cycletest.NotScored("police", "Cơ quan police", "departments", "Đặc thù"),
	}
	c.Others = []*catalogv1.Agency{{Id: "treasury", Name: "Kho bạc", Parent: "finance"}}
	return c
}

// assessment has seals, and takes outcomes. Tests change it under its lock.
type assessment struct {
	assessmentv1.UnimplementedAssessmentServiceServer

	mu        sync.Mutex
	seals     []*assessmentv1.Seal
	confirmed map[string]int // how often, by "agency/round"
	taken     map[string][]byte
	tries     map[string]int
	reported  []*assessmentv1.ReportedValue
	// reportedPages counts the pages of reported values that were asked for.
	reportedPages int
	// unreceived are values that appraisal has not confirmed.
	unreceived []*assessmentv1.ReportedValue
	away       bool
	slow       time.Duration
	// lost are answers that are lost after what they tell was stored.
	lost int
}

func newAssessment() *assessment {
	return &assessment{confirmed: map[string]int{}, taken: map[string][]byte{}, tries: map[string]int{}}
}

func (a *assessment) change(how func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	how()
}

var (
	gone    = fault.Reason{Kind: fault.Unavailable, Code: "SERVICE_AWAY", Vi: "đi vắng", En: "away"}
	differs = fault.Reason{Kind: fault.Exists, Code: "HAND_BACK_DIFFERS", Vi: "khác", En: "other"}
)

// begin takes the lock, after as long as the tests want, and fails while
// assessment is away.
func (a *assessment) begin(ctx context.Context) error {
	a.mu.Lock()
	slow := a.slow
	a.mu.Unlock()
	if slow > 0 {
		select {
		case <-time.After(slow):
		case <-ctx.Done():
		}
	}
	a.mu.Lock()
	if a.away || ctx.Err() != nil {
		return gone.Because(ctx.Err())
	}
	return nil
}

// lose returns a fault if the answer is to be lost.
func (a *assessment) lose() error {
	if a.lost == 0 {
		return nil
	}
	a.lost--
	return gone.Because(nil)
}

func place(agency string, round int32) string { return fmt.Sprintf("%s/%d", agency, round) }

func (a *assessment) ListUnreceivedSeals(ctx context.Context, req *assessmentv1.ListUnreceivedSealsRequest) (*assessmentv1.ListUnreceivedSealsResponse, error) {
	err := a.begin(ctx)
	defer a.mu.Unlock()
	if err != nil {
		return nil, err
	}
	answer := new(assessmentv1.ListUnreceivedSealsResponse)
	from, _ := strconv.Atoi(req.GetPageToken())
	for i, s := range a.seals {
		if i < from || a.confirmed[place(s.GetAgency(), s.GetRound())] > 0 {
			continue
		}
		if len(answer.GetSeals()) == int(req.GetPageSize()) {
			answer.NextPageToken = strconv.Itoa(i)
			break
		}
		answer.Seals = append(answer.Seals, s)
	}
	return answer, nil
}

func (a *assessment) ListUnreceivedReports(ctx context.Context, _ *assessmentv1.ListUnreceivedReportsRequest) (*assessmentv1.ListUnreceivedReportsResponse, error) {
	err := a.begin(ctx)
	defer a.mu.Unlock()
	return &assessmentv1.ListUnreceivedReportsResponse{ReportedValues: slices.Clone(a.unreceived)}, err
}

func (a *assessment) ConfirmReports(ctx context.Context, req *assessmentv1.ConfirmReportsRequest) (*assessmentv1.ConfirmReportsResponse, error) {
	err := a.begin(ctx)
	defer a.mu.Unlock()
	if err == nil {
		err = a.lose()
	}
	if err != nil {
		return nil, err
	}
	a.unreceived = slices.DeleteFunc(a.unreceived, func(v *assessmentv1.ReportedValue) bool { return slices.Contains(req.GetIds(), v.GetId()) })
	return new(assessmentv1.ConfirmReportsResponse), nil
}

// report reports a value of i.4 of an agency, the n-th of the item.
func (a *assessment) report(agency string, n int32, input *rulev1.Input) {
	a.change(func() {
		a.unreceived = append(a.unreceived, &assessmentv1.ReportedValue{
			Id: uuidOf(int(1000 + n)), Authority: authority, Cycle: year, Agency: agency, Item: "i.4", Input: input, Sequence: n,
			Period: "Năm 2024", Source: "Cổng dịch vụ công", Provider: "vp", ProviderName: "Văn phòng",
			ReportTime: timestamppb.New(time.Date(2024, 11, 8, 1, 0, 0, 0, time.UTC)),
		})
	})
}

// unseal opens the last seal of an agency's round again, so that it is received again.
func (a *assessment) unseal(agency string, round int32) {
	a.change(func() {
		for i := len(a.seals) - 1; i >= 0; i-- {
			if s := a.seals[i]; s.GetAgency() == agency && s.GetRound() == round && s.GetUnsealTime() == nil {
				s = proto.CloneOf(s)
				s.UnsealTime, s.UnsealReason = timestamppb.New(time.Date(2024, 11, 8, 1, 0, 0, 0, time.UTC)), "Gửi nhầm"
				a.seals[i], a.confirmed[place(agency, round)] = s, 0
				return
			}
		}
	})
}

// ListReportedValues gives two a page.
func (a *assessment) ListReportedValues(ctx context.Context, req *assessmentv1.ListReportedValuesRequest) (*assessmentv1.ListReportedValuesResponse, error) {
	err := a.begin(ctx)
	defer a.mu.Unlock()
	if err != nil {
		return nil, err
	}
	a.reportedPages++
	from, _ := strconv.Atoi(req.GetPageToken())
	answer := &assessmentv1.ListReportedValuesResponse{ReportedValues: a.reported[from:min(from+2, len(a.reported))]}
	if from+2 < len(a.reported) {
		answer.NextPageToken = strconv.Itoa(from + 2)
	}
	return answer, nil
}

func (a *assessment) ConfirmSeal(ctx context.Context, req *assessmentv1.ConfirmSealRequest) (*assessmentv1.ConfirmSealResponse, error) {
	err := a.begin(ctx)
	defer a.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if err := a.lose(); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(a.seals, func(s *assessmentv1.Seal) bool {
		return s.GetAgency() == req.GetAgency() && s.GetRound() == req.GetRound() && s.GetSha256() == req.GetSha256()
	})
	if i < 0 {
		return nil, fault.Reason{Kind: fault.NotFound, Code: "SEAL_UNKNOWN", Vi: "không có", En: "none"}
	}
	a.confirmed[place(req.GetAgency(), req.GetRound())]++
	return &assessmentv1.ConfirmSealResponse{}, nil
}

func (a *assessment) TakeHandBack(ctx context.Context, req *assessmentv1.TakeHandBackRequest) (*assessmentv1.TakeHandBackResponse, error) {
	err := a.begin(ctx)
	defer a.mu.Unlock()
	if err != nil {
		return nil, err
	}
	at := place(req.GetAgency(), req.GetRound())
	a.tries[at]++
	if kept, ok := a.taken[at]; ok && string(kept) != string(req.GetContent()) && (version(kept) == 0 || version(kept) == version(req.GetContent())) {
		return nil, differs.Because(nil)
	}
	a.taken[at] = req.GetContent()
	if err := a.lose(); err != nil {
		return nil, err
	}
	return &assessmentv1.TakeHandBackResponse{ReceiveTime: timestamppb.New(time.Date(2024, 11, 8, 3, 0, 0, 0, time.UTC)), Sha256: req.GetSha256()}, nil
}

// version returns the version of an outcome; 0 for other content.
func version(content []byte) int {
	o, err := sealed.Read[sealed.Outcome](content)
	if err != nil {
		return 0
	}
	return o.Version
}

// entry is an item that counts, with the facts and what they come to.
func entry(item, points string, input *rulev1.Input) *assessmentv1.SealedEntry {
	e := &assessmentv1.SealedEntry{
		Item: item, Input: input, Justification: "Giải trình " + item,
		Evidence: []*assessmentv1.SealedEvidence{{Title: "Kế hoạch", DocumentNumber: "45/KH-UBND"}},
	}
	if points == "" {
		e.NotApplicable = true
	} else {
		e.Points = &points
	}
	return e
}

func chosen(option string) *rulev1.Input {
	return &rulev1.Input{Facts: &rulev1.Input_Option{Option: option}}
}

func ratio(done, planned string) *rulev1.Input {
	return &rulev1.Input{Facts: &rulev1.Input_Ratio{Ratio: &rulev1.Ratio{Done: done, Planned: planned}}}
}

func given(points string) *rulev1.Input {
	return &rulev1.Input{Facts: &rulev1.Input_Points{Points: points}}
}

func met(ids ...string) *rulev1.Input {
	return &rulev1.Input{Facts: &rulev1.Input_ConditionsMet{ConditionsMet: &rulev1.ConditionsMet{Ids: ids}}}
}

// full is what a department enters in round 1: 1, 3 × 14/22, 4 and 0.
func full() []*assessmentv1.SealedEntry {
	return []*assessmentv1.SealedEntry{
		entry("i.1", "1", chosen("late")), entry("i.2", "1.909091", ratio("14", "22")), entry("i.3", "4", given("4")), entry("i.10", "0", met("a")),
	}
}

// submit seals a round of an agency.
func (a *assessment) submit(t *testing.T, agency string, round int32, entries ...*assessmentv1.SealedEntry) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	group := "departments"
	if agency == "my-xuyen" {
		group = "districts"
	}
	content := &assessmentv1.SealContent{
		Authority: authority, Cycle: year, Agency: agency, Group: group, Round: round, Number: int32(len(a.seals) + 1), //nolint:gosec // a few
		SealTime: "2024-10-31T10:30:00.000001Z", RegulationSha256: regulationSHA256, Entries: entries,
	}
	a.seals = append(a.seals, sealedBy(t, content))
	a.confirmed[place(agency, round)] = 0
}

// sealedBy is a content as assessment seals it, or as plain JSON where it is none.
func sealedBy(t *testing.T, content *assessmentv1.SealContent) *assessmentv1.Seal {
	t.Helper()
	text, err := protojson.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	var sheet sealed.Sheet
	if json.Unmarshal(text, &sheet) == nil {
		if text, _, err = sealed.Write(sheet); err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256(text)
	return &assessmentv1.Seal{
		Number: content.GetNumber(), Authority: content.GetAuthority(), Cycle: content.GetCycle(), Agency: content.GetAgency(), Round: content.GetRound(),
		Content: text, Sha256: hex.EncodeToString(sum[:]),
	}
}
