package assessment_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/window"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

func report(agency string, input *rulev1.Input) *assessmentv1.ReportValueRequest {
	return &assessmentv1.ReportValueRequest{
		Authority: "an-binh", Cycle: "2026", Agency: agency, Item: "i.2.5", Input: input,
		Period: "Quý III/2026", Source: "Cổng dịch vụ công", RequestId: newID(),
	}
}

func (w *world) report(t *testing.T, req *assessmentv1.ReportValueRequest) *assessmentv1.ReportedValue {
	t.Helper()
	answer, err := w.ReportValue(reporter(t), req)
	if err != nil {
		t.Fatal(said(err))
	}
	return answer.GetReportedValue()
}

// TestReportValue reports a value twice and checks that the sheet shows the last report
// with its provenance (rule A6).
func TestReportValue(t *testing.T) {
	w := newWorld(t, self1)
	req := report("home", ratio("30", "40"))
	first := w.report(t, req)
	want := &assessmentv1.ReportedValue{
		Id: first.GetId(), Authority: "an-binh", Cycle: "2026", Agency: "home", Item: "i.2.5", Input: ratio("30", "40"), Explanation: first.GetExplanation(),
		Period: "Quý III/2026", Source: "Cổng dịch vụ công", Reporter: "mot-cua-dien-tu", ReportTime: timestamppb.New(morning),
		Sequence: 1,
	}
	if diff := cmp.Diff(want, first, protocmp.Transform()); diff != "" || first.GetExplanation().GetPoints() != "3" || len(first.GetId()) != 36 {
		t.Errorf("it gives %s (-want +got):\n%s", first.GetExplanation().GetPoints(), diff)
	}
	if again := w.report(t, req); !proto.Equal(first, again) {
		t.Errorf("the second answer is %v", again)
	}
	e := entryOf(t, w.sheet(t, "home"), "i.2.5")
	if !proto.Equal(e.GetReportedValue(), first) || e.GetCountedPoints() != "3" || e.GetNotCounted() != 0 || !e.GetOpen() || e.GetInput() != nil || e.GetEtag() != "0" {
		t.Errorf("the sheet shows %v", e)
	}
	w.move(t, appraisal2)
	second := w.report(t, report("home", ratio("0", "0")))
	s := w.sheet(t, "home")
	if e := entryOf(t, s, "i.2.5"); !proto.Equal(e.GetReportedValue(), second) || e.CountedPoints != nil || s.GetSubtotal().GetMaxPoints() != "10" {
		t.Errorf("the sheet shows %v of %v", e, s.GetSubtotal())
	}
	if again := w.report(t, req); !proto.Equal(first, again) {
		t.Errorf("the first request a third time gives %v", again)
	}
	if n := w.count(t, `select count(*) from assessment.reported_value`); n != 2 {
		t.Errorf("%d reports are kept, want 2", n)
	}
	other := proto.CloneOf(req)
	other.Period = "Quý IV/2026"
	_, err := w.ReportValue(reporter(t), other)
	wantFault(t, err, fault.RequestIDReused)
	if _, err := w.db.Pool.Exec(t.Context(), "update assessment.reported_value set period = 'x'"); err == nil || !strings.Contains(err.Error(), "never changes") {
		t.Errorf("changing a report: %v", err)
	}
}

// TestOwnFigure enters the agency's own figure beside a reported value. What is proven
// counts, else what is reported, else 0 (rule C6b, S0 Đ7.1).
func TestOwnFigure(t *testing.T) {
	w := newWorld(t, self1)
	own := func(etag string, input *rulev1.Input, justification string) *assessmentv1.Entry {
		req := update("i.2.5", input)
		req.Etag, req.Justification = etag, justification
		return w.write(t, req)
	}
	counts := func(e *assessmentv1.Entry, points string, why assessmentv1.NotCounted) {
		t.Helper()
		if e.GetCountedPoints() != points || e.GetNotCounted() != why || !proto.Equal(e, entryOf(t, w.sheet(t, "home"), "i.2.5")) {
			t.Errorf("it counts %s (%s), want %s; the sheet shows %v", e.GetCountedPoints(), e.GetNotCounted(), points, e)
		}
	}
	none := assessmentv1.NotCounted_NOT_COUNTED_UNSPECIFIED
	counts(own("0", ratio("10", "40"), ""), "0", assessmentv1.NotCounted_NOT_COUNTED_NO_EVIDENCE)
	counts(own("1", ratio("10", "40"), "Theo sổ theo dõi"), "1", none)
	reported := w.report(t, report("home", ratio("30", "40")))
	counts(entryOf(t, w.sheet(t, "home"), "i.2.5"), "1", none)
	counts(own("2", ratio("20", "40"), ""), "3", none) // nothing proves it, and a value is reported
	e := own("3", ratio("20", "40"), "Theo sổ theo dõi")
	counts(e, "2", none)
	if !proto.Equal(e.GetReportedValue(), reported) || e.GetExplanation().GetPoints() != "2" || !proto.Equal(e.GetInput(), ratio("20", "40")) {
		t.Errorf("beside each other are %v", e)
	}
	content := string(w.submit(t, "home", 1).GetContent())
	if !strings.Contains(content, `{"item":"i.2.5","input":{"ratio":{"done":"20","planned":"40"}},"points":"2","notApplicable":false,"notCounted":"",`) {
		t.Errorf("sealed is %s", content)
	}
}

// TestDataProvider reports values as an officer of an agency, who names the agency, and
// never about the own one (rule A6b).
func TestDataProvider(t *testing.T) {
	w := newWorld(t, self1)
	provider := as(t, authv1.Role_ROLE_DATA_PROVIDER, "finance")
	req := report("home", ratio("30", "40"))
	_, err := w.ReportValue(provider, req)
	wantFault(t, err, fault.NotAllowed) // the role is bound to an agency, which the request does not name
	req.Provider = "finance"
	answer, err := w.ReportValue(provider, req)
	v := answer.GetReportedValue()
	if err != nil || v.GetProvider() != "finance" || v.GetProviderName() != "Sở Tài chính" || v.GetReporter() != "" {
		t.Fatalf("it is answered with %v, %s", v, said(err))
	}
	if e := entryOf(t, w.sheet(t, "home"), "i.2.5"); !proto.Equal(e.GetReportedValue(), v) || e.GetCountedPoints() != "3" {
		t.Errorf("the sheet shows %v", e)
	}
	before := w.stored(t)
	anywhere := auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: newID(), Bindings: []auth.Binding{{Role: authv1.Role_ROLE_DATA_PROVIDER, Authority: "an-binh"}},
	}, "")
	narrowed := auth.With(t.Context(), auth.Principal{
		Kind: auth.System, ID: "mot-cua", Bindings: []auth.Binding{{Role: authv1.Role_ROLE_SYSTEM, Authority: "an-binh", Agency: "finance"}},
	}, "")
	// A provider of finance who is also the head of home, and software of an agency.
	head := auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: newID(), Authority: "an-binh", Agency: "finance", Bindings: []auth.Binding{
			{Role: authv1.Role_ROLE_DATA_PROVIDER, Authority: "an-binh", Agency: "finance"}, {Role: authv1.Role_ROLE_AGENCY_HEAD, Authority: "an-binh", Agency: "home"},
		},
	}, "")
	at := func(ctx context.Context) func() context.Context { return func() context.Context { return ctx } }
	for _, c := range []struct {
		by               func() context.Context
		agency, provider string
		kind             fault.Kind
		want             string
	}{
		{at(provider), "finance", "finance", fault.Denied, "OWN_VALUE agency"},
		{at(head), "home", "finance", fault.Denied, "OWN_VALUE agency"},
		{at(narrowed), "finance", "finance", fault.Denied, "OWN_VALUE agency"},
		{at(provider), "home", "home", fault.Denied, "NOT_ALLOWED"},
		{at(anywhere), "home", "", fault.Invalid, "PROVIDER_MISSING provider"},
		{at(anywhere), "home", "lost", fault.NotFound, "PROVIDER_UNKNOWN provider"},
		{at(narrowed), "home", "", fault.Denied, "NOT_ALLOWED"},
		{at(editor(t, "finance")), "home", "finance", fault.Denied, "NOT_ALLOWED"},
	} {
		req := report(c.agency, ratio("1", "2"))
		req.Provider = c.provider
		_, err := w.ReportValue(c.by(), req)
		wantSaid(t, err, c.kind, c.want)
	}
	if after := w.stored(t); after != before {
		t.Errorf("refusals left %d rows", after-before)
	}
	req = report("home", ratio("1", "2"))
	req.Provider = "finance"
	if answer, err := w.ReportValue(narrowed, req); err != nil || answer.GetReportedValue().GetReporter() != "mot-cua" {
		t.Errorf("software of one agency gets %v, %s", answer, said(err))
	}
	// After the last result nothing that is reported would count.
	w.move(t, appraisal2)
	w.take(t, outcome(2))
	_, err = w.ReportValue(reporter(t), report("home", ratio("1", "2")))
	wantSaid(t, err, fault.Precondition, "RESULT_FINAL agency")
}

// TestOwnValues checks that nobody reports, one by one or by file, about the provider, the
// own agency, an agency of another role, or one above these, be it a person or software
// (rule A6b).
func TestOwnValues(t *testing.T) {
	c := newCatalog(self1)
	c.Agencies[0].Agency.Parent = "home" // finance is below home
	w := newWorldOf(t, c)
	provides := auth.Binding{Role: authv1.Role_ROLE_DATA_PROVIDER, Authority: "an-binh", Agency: "my-xuyen"}
	heads := auth.Binding{Role: authv1.Role_ROLE_AGENCY_HEAD, Authority: "an-binh", Agency: "finance"}
	software := func(agency string) auth.Binding {
		return auth.Binding{Role: authv1.Role_ROLE_SYSTEM, Authority: "an-binh", Agency: agency}
	}
	for name, tt := range map[string]struct {
		by               auth.Principal
		agency, provider string
		want             string
	}{
		"the provider":            {auth.Principal{Bindings: []auth.Binding{provides}}, "my-xuyen", "my-xuyen", "OWN_VALUE"},
		"home agency":             {auth.Principal{Agency: "finance", Bindings: []auth.Binding{provides}}, "finance", "my-xuyen", "OWN_VALUE"},
		"above the home":          {auth.Principal{Agency: "finance", Bindings: []auth.Binding{provides}}, "home", "my-xuyen", "OWN_VALUE"},
		"another role":            {auth.Principal{Bindings: []auth.Binding{provides, heads}}, "finance", "my-xuyen", "OWN_VALUE"},
		"above another role":      {auth.Principal{Bindings: []auth.Binding{provides, heads}}, "home", "my-xuyen", "OWN_VALUE"},
		"software's provider":     {auth.Principal{Kind: auth.System, Bindings: []auth.Binding{software("")}}, "home", "home", "OWN_VALUE"},
		"software of the agency":  {auth.Principal{Kind: auth.System, Agency: "finance", Bindings: []auth.Binding{software("finance")}}, "finance", "finance", "OWN_VALUE"},
		"software of one below":   {auth.Principal{Kind: auth.System, Agency: "finance", Bindings: []auth.Binding{software("finance")}}, "home", "finance", "OWN_VALUE"},
		"an agency below another": {auth.Principal{Agency: "home", Bindings: []auth.Binding{provides}}, "finance", "my-xuyen", ""},
		"another agency":          {auth.Principal{Agency: "my-xuyen", Bindings: []auth.Binding{provides}}, "home", "my-xuyen", ""},
		"software of nobody":      {auth.Principal{Kind: auth.System, Bindings: []auth.Binding{software("")}}, "home", "", ""},
	} {
		p, item, value := tt.by, "i.2.5", "1/2"
		if p.Kind == "" {
			p.Kind = auth.Person
		}
		p.ID, p.Authority = newID(), "an-binh"
		req := report(tt.agency, ratio("1", "2"))
		if tt.agency == "my-xuyen" {
			item, value = "i.1.2", "3"
			req.Item, req.Input = item, &rulev1.Input{Facts: &rulev1.Input_Peer{Peer: &rulev1.Peer{Value: value}}}
		}
		req.Provider = tt.provider
		file := importing(header + tt.agency + ";" + item + ";" + value + ";2026;VP")
		file.Provider, file.ValidateOnly = tt.provider, true
		ctx := auth.With(t.Context(), p, "")
		_, one := w.ReportValue(ctx, req)
		_, many := w.ImportReportedValues(ctx, file)
		if tt.want == "" {
			if one != nil || many != nil {
				t.Errorf("%s: %s, %s", name, said(one), said(many))
			}
			continue
		}
		if said(one) != tt.want+" agency" || !strings.Contains(said(many), ".agency "+tt.want) {
			t.Errorf("%s: got %s, %s", name, said(one), said(many))
		}
	}
}

// TestUnreceivedReports lists reported values for the appraisal until it confirms them.
func TestUnreceivedReports(t *testing.T) {
	w := newWorld(t, self1)
	first := w.report(t, report("home", ratio("1", "4")))
	w.Clock.Add(time.Second)
	second := w.report(t, report("home", ratio("2", "4")))
	unreceived := func() (ids []string) {
		answer, err := w.ListUnreceivedReports(asService(t, "appraisal"), &assessmentv1.ListUnreceivedReportsRequest{})
		if err != nil {
			t.Fatal(said(err))
		}
		return each(answer.GetReportedValues(), (*assessmentv1.ReportedValue).GetId)
	}
	if got := unreceived(); !slices.Equal(got, []string{first.GetId(), second.GetId()}) || w.known(t, "parindex_reports_unreceived") != 2 {
		t.Errorf("unreceived are %v", got)
	}
	for range 2 {
		_, err := w.ConfirmReports(asService(t, "appraisal"), &assessmentv1.ConfirmReportsRequest{Ids: []string{first.GetId(), newID()}})
		if err != nil {
			t.Fatal(said(err))
		}
	}
	if got := unreceived(); !slices.Equal(got, []string{second.GetId()}) {
		t.Errorf("unreceived are %v", got)
	}
}

// TestReportComparedValue reports a value that only a scoring run compares with the values
// of the group. It is stored and shown, and has no points (rule C6b).
func TestReportComparedValue(t *testing.T) {
	w := newWorld(t, self1)
	peer := func(value string, best *string) *assessmentv1.ReportValueRequest {
		req := report("my-xuyen", &rulev1.Input{Facts: &rulev1.Input_Peer{Peer: &rulev1.Peer{Value: value, Best: best}}})
		req.Item = "i.1.2"
		return req
	}
	wantLine := func(want *assessmentv1.Entry) {
		t.Helper()
		s := w.sheet(t, "my-xuyen")
		want.Item, want.Name, want.Field, want.MaxPoints, want.Etag, want.Open = "i.1.2", "Số ngày xử lý", "steering", "2", "0", true
		want.Kind = assessmentv1.EntryKind_ENTRY_KIND_REPORTED
		if diff := cmp.Diff(want, entryOf(t, s, "i.1.2"), protocmp.Transform()); diff != "" {
			t.Errorf("the sheet shows (-want +got):\n%s", diff)
		}
		// i.1.1 alone, of which nothing is entered.
		subtotal := &assessmentv1.Subtotal{Points: "0", MaxPoints: "1", Items: 1, NotCounted: 1}
		if diff := cmp.Diff(subtotal, s.GetSubtotal(), protocmp.Transform()); diff != "" {
			t.Errorf("subtotal (-want +got):\n%s", diff)
		}
	}
	wantLine(&assessmentv1.Entry{NotCounted: assessmentv1.NotCounted_NOT_COUNTED_NOT_REPORTED})
	otherKind := peer("1", nil)
	otherKind.Input = ratio("1", "2")
	for want, req := range map[string]*assessmentv1.ReportValueRequest{
		"BEST_REPORTED input.peer.best":    peer("12", new("3")),
		"FIGURE_NEGATIVE input.peer.value": peer("-1", nil),
		"INPUT_KIND_WRONG input":           otherKind,
	} {
		_, err := w.ReportValue(reporter(t), req)
		wantSaid(t, err, fault.Invalid, want)
	}
	w.report(t, peer("20", nil))
	last := w.report(t, peer("12", nil))
	if last.GetExplanation() != nil || last.GetInput().GetPeer().GetValue() != "12" {
		t.Errorf("it is answered with %v", last)
	}
	wantLine(&assessmentv1.Entry{ReportedValue: last})
	listed, err := w.ListReportedValues(asService(t, "appraisal"), &assessmentv1.ListReportedValuesRequest{Authority: "an-binh", Cycle: "2026"})
	if err != nil {
		t.Fatal(said(err))
	}
	if diff := cmp.Diff([]*assessmentv1.ReportedValue{last}, listed.GetReportedValues(), protocmp.Transform()); diff != "" {
		t.Errorf("appraisal gets (-want +got):\n%s", diff)
	}
}

func TestReportValueRefuses(t *testing.T) {
	w := newWorld(t, self1)
	before := w.stored(t)
	with := func(change func(*assessmentv1.ReportValueRequest)) *assessmentv1.ReportValueRequest {
		req := report("home", ratio("1", "2"))
		change(req)
		return req
	}
	for name, c := range map[string]struct {
		req  *assessmentv1.ReportValueRequest
		kind fault.Kind
		want string
	}{
		"no such item":   {with(func(r *assessmentv1.ReportValueRequest) { r.Item = "i.9" }), fault.NotFound, "ITEM_NOT_IN_GROUP item"},
		"entered":        {with(func(r *assessmentv1.ReportValueRequest) { r.Item = "i.2.2" }), fault.Invalid, "ITEM_NOT_REPORTED item"},
		"surveyed":       {with(func(r *assessmentv1.ReportValueRequest) { r.Item = "ii.1" }), fault.Invalid, "ITEM_NOT_REPORTED item"},
		"other kind":     {with(func(r *assessmentv1.ReportValueRequest) { r.Input = option("late") }), fault.Invalid, "INPUT_KIND_WRONG input"},
		"negative":       {with(func(r *assessmentv1.ReportValueRequest) { r.Input = ratio("1", "-2") }), fault.Invalid, "FIGURE_NEGATIVE input.ratio.planned"},
		"no input":       {with(func(r *assessmentv1.ReportValueRequest) { r.Input = nil }), fault.Invalid, "BAD_REQUEST\ninput required"},
		"blank period":   {with(func(r *assessmentv1.ReportValueRequest) { r.Period = "\u00a0" }), fault.Invalid, "BAD_REQUEST\nperiod TEXT_MISSING"},
		"broken source":  {with(func(r *assessmentv1.ReportValueRequest) { r.Source = "a\x00" }), fault.Invalid, "BAD_REQUEST\nsource TEXT_UNPRINTABLE"},
		"no request id":  {with(func(r *assessmentv1.ReportValueRequest) { r.RequestId = "" }), fault.Invalid, "BAD_REQUEST\nrequestId string.uuid_empty"},
		"not scored":     {with(func(r *assessmentv1.ReportValueRequest) { r.Agency = "new" }), fault.Precondition, "AGENCY_NOT_SCORED agency"},
		"no such agency": {with(func(r *assessmentv1.ReportValueRequest) { r.Agency = "lost" }), fault.NotFound, "AGENCY_NOT_IN_CYCLE agency"},
		"no such cycle":  {with(func(r *assessmentv1.ReportValueRequest) { r.Cycle = "2030" }), fault.NotFound, "CYCLE_NOT_KNOWN cycle"},
	} {
		_, err := w.ReportValue(reporter(t), c.req)
		if f := fault.From(err); f == nil || f.Kind != c.kind || said(err) != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	w.move(t, preparation)
	_, err := w.ReportValue(reporter(t), report("home", ratio("1", "2")))
	wantFault(t, err, window.WindowNotOpen)
	w.move(t, council)
	_, err = w.ReportValue(reporter(t), report("home", ratio("1", "2")))
	wantFault(t, err, window.WindowClosed)
	if after := w.stored(t); after != before {
		t.Errorf("refusals left %d rows", after-before)
	}
	_, err = w.ListReportedValues(coordinator(t), &assessmentv1.ListReportedValuesRequest{Authority: "an-binh", Cycle: "2030"})
	wantSaid(t, err, fault.NotFound, "CYCLE_NOT_KNOWN cycle")
}

// TestReportsAtOnce reports one item twenty times at once. All reports are kept and
// numbered, and the last one counts in the sheet and in the list.
func TestReportsAtOnce(t *testing.T) {
	w := newWorld(t, self1)
	atOnce(20, func(i int) {
		if _, err := w.ReportValue(reporter(t), report("home", ratio(strconv.Itoa(i), "20"))); err != nil {
			t.Error(said(err))
		}
	})
	w.report(t, report("finance", ratio("1", "2")))
	if n := w.count(t, `select count(*) from assessment.reported_value where agency = 'home' and sequence between 1 and 20`); n != 20 {
		t.Errorf("%d of 20 reports are numbered from 1 to 20", n)
	}
	var last string
	if err := w.db.Pool.QueryRow(t.Context(), `select id::text from assessment.reported_value where agency = 'home' and sequence = 20`).Scan(&last); err != nil {
		t.Fatal(err)
	}
	list := func(ctx context.Context, size int32, token string) *assessmentv1.ListReportedValuesResponse {
		t.Helper()
		answer, err := w.ListReportedValues(ctx, &assessmentv1.ListReportedValuesRequest{Authority: "an-binh", Cycle: "2026", PageSize: size, PageToken: token})
		if err != nil {
			t.Fatal(said(err))
		}
		return answer
	}
	whole := list(asService(t, "appraisal"), 0, "").GetReportedValues()
	if len(whole) != 2 || whole[0].GetAgency() != "finance" || whole[1].GetId() != last {
		t.Fatalf("what counts is %v, the last report is %s", whole, last)
	}
	if got := entryOf(t, w.sheet(t, "home"), "i.2.5").GetReportedValue(); !proto.Equal(got, whole[1]) {
		t.Errorf("the sheet shows %v", got)
	}
	first := list(as(t, authv1.Role_ROLE_INSPECTOR, ""), 1, "")
	second := list(asService(t, "appraisal"), 1, first.GetNextPageToken())
	paged := append(first.GetReportedValues(), second.GetReportedValues()...)
	if diff := cmp.Diff(whole, paged, protocmp.Transform()); diff != "" || second.GetNextPageToken() != "" {
		t.Errorf("page by page, next %q (-whole +paged):\n%s", second.GetNextPageToken(), diff)
	}
	_, err := w.ListReportedValues(coordinator(t), &assessmentv1.ListReportedValuesRequest{Authority: "an-binh", Cycle: "2026", PageToken: "x"})
	wantFault(t, err, fault.PageTokenInvalid)
}
