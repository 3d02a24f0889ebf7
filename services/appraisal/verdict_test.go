package appraisal_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle/cycletest"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// appraising returns a world in APPRAISAL_1, in which finance and home have submitted.
func appraising(t *testing.T, change ...func(c *cycletest.Catalog)) *world {
	t.Helper()
	w := newWorld(t, change...)
	w.move(t, self1)
	w.assessment.submit(t, "finance", 1, full()...)
	w.assessment.submit(t, "home", 1, full()...)
	w.move(t, appraisal1)
	w.received(t, 1, 2)
	return w
}

// TestVerdictFaults checks every reason of AgreeCase and DisagreeCase.
func TestVerdictFaults(t *testing.T) {
	w := appraising(t)
	w.assign(t, 11, "departments", "i.1", "i.2", "i.3")
	ctx := appraiser(t, 11, "health")
	agree := func(agency, item string, round int32, etag string) error {
		return errOf(w.AgreeCase(ctx, agreeing(agency, item, round, etag)))
	}
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"another cycle": {errOf(w.AgreeCase(ctx, &appraisalv1.AgreeCaseRequest{
			Authority: authority, Cycle: "2025", Agency: "home", Item: "i.1", Round: 1, Etag: "0",
		})), "CYCLE_NOT_KNOWN cycle"},
		"round 2":              {agree("home", "i.1", 2, "0"), "WINDOW_NOT_OPEN"},
		"the own agency":       {agree("health", "i.1", 1, "0"), "OWN_AGENCY agency"},
		"the agency above it":  {agree("finance", "i.1", 1, "0"), "OWN_AGENCY agency"},
		"its item that is not": {agree("finance", "i.99", 1, "0"), "OWN_AGENCY agency"},
		"not assigned":         {agree("home", "i.10", 1, "0"), "CASE_UNKNOWN item"},
		"no such item":         {agree("home", "i.99", 1, "0"), "CASE_UNKNOWN item"},
		"no such agency":       {agree("nowhere", "i.1", 1, "0"), "CASE_UNKNOWN agency"},
		"another group":        {agree("my-xuyen", "i.1", 1, "0"), "CASE_UNKNOWN item"},
		"surveyed":             {agree("home", "ii.1", 1, "0"), "CASE_UNKNOWN item"},
		"another etag":         {agree("home", "i.1", 1, "1"), "STALE_ETAG etag"},
	} {
		wantSaid(t, name, tt.err, tt.want)
	}
	for name, tt := range map[string]struct {
		change func(r *appraisalv1.DisagreeCaseRequest)
		want   string
	}{
		"nothing": {func(*appraisalv1.DisagreeCaseRequest) {}, "CORRECTION_MISSING input"},
		"both": {func(r *appraisalv1.DisagreeCaseRequest) {
			r.Input, r.OverridePoints, r.OverrideReason = chosen("late"), "1", "x"
		}, "CORRECTION_TWICE overridePoints"},
		"no reason":        {func(r *appraisalv1.DisagreeCaseRequest) { r.OverridePoints = "1" }, "OVERRIDE_UNREASONED overrideReason"},
		"blanks":           {func(r *appraisalv1.DisagreeCaseRequest) { r.OverridePoints, r.OverrideReason = "1", " \t " }, "OVERRIDE_UNREASONED overrideReason"},
		"too much":         {func(r *appraisalv1.DisagreeCaseRequest) { r.OverridePoints, r.OverrideReason = "2.01", "x" }, "POINTS_BEYOND_MAX overridePoints"},
		"below 0":          {func(r *appraisalv1.DisagreeCaseRequest) { r.OverridePoints, r.OverrideReason = "-0.5", "x" }, "FIGURE_NEGATIVE overridePoints"},
		"too fine":         {func(r *appraisalv1.DisagreeCaseRequest) { r.OverridePoints, r.OverrideReason = "0.1234567", "x" }, "FIGURE_TOO_FINE overridePoints"},
		"reason, no point": {func(r *appraisalv1.DisagreeCaseRequest) { r.OverrideReason = "x" }, "CORRECTION_MISSING overridePoints"},
		"no such option":   {func(r *appraisalv1.DisagreeCaseRequest) { r.Input = chosen("early") }, "OPTION_UNKNOWN input.option"},
		"another kind":     {func(r *appraisalv1.DisagreeCaseRequest) { r.Input = ratio("1", "2") }, "INPUT_KIND_WRONG input"},
		"blank words":      {func(r *appraisalv1.DisagreeCaseRequest) { r.Reason = " \u200b " }, "BAD_REQUEST\nreason TEXT_MISSING"},
		"a bell":           {func(r *appraisalv1.DisagreeCaseRequest) { r.Reason = "x\x07" }, "BAD_REQUEST\nreason TEXT_UNPRINTABLE"},
		"an old font":      {func(r *appraisalv1.DisagreeCaseRequest) { r.Reason = "Sè liÖu ch\u00ada khíp" }, "BAD_REQUEST\nreason TEXT_LEGACY_ENCODING"},
		"a zero byte":      {func(r *appraisalv1.DisagreeCaseRequest) { r.OverrideReason = "\x00" }, "BAD_REQUEST\noverrideReason TEXT_UNPRINTABLE"},
	} {
		req := disagreeing("home", "i.1", 1, "0")
		tt.change(req)
		wantSaid(t, name, errOf(w.DisagreeCase(ctx, req)), tt.want)
	}
	if got := w.round(t, 1).GetUndecided(); got != 8 {
		t.Errorf("%d undecided after refusals", got)
	}
	// An ended assignment gives no access.
	assignment := w.assign(t, 12, "departments")
	req := &appraisalv1.EndAssignmentRequest{Authority: authority, Cycle: year, Assignment: assignment.GetId()}
	first := must(w.EndAssignment(coordinator(t), req)).GetAssignment()
	if again := must(w.EndAssignment(coordinator(t), req)).GetAssignment(); first.GetEndTime() == nil || !proto.Equal(first, again) {
		t.Errorf("ended %v, again %v", first, again)
	}
	wantSaid(t, "ended", errOf(w.AgreeCase(appraiser(t, 12, ""), agreeing("home", "i.1", 1, "0"))), "CASE_UNKNOWN item")
	// A home agency of another authority is ignored.
	w.assign(t, 13, "departments")
	stranger := auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: uuidOf(13), Authority: "soc-trang", Agency: "home",
		Bindings: []auth.Binding{{Role: authv1.Role_ROLE_APPRAISER, Authority: authority}},
	}, "")
	if got := w.agree(stranger, t, agreeing("home", "i.1", 1, "0")); got.GetVerdict().GetDecidedBy() != "" {
		t.Errorf("decided by %s", got.GetVerdict().GetDecidedBy())
	}
	w.move(t, self2)
	wantSaid(t, "after the phase", agree("home", "i.1", 1, "0"), "WINDOW_CLOSED")
}

// TestTextsOfAVerdict writes texts as other programs do: decomposed, with the
// spaces and invisible characters of a word processor.
func TestTextsOfAVerdict(t *testing.T) {
	w := appraising(t)
	w.assign(t, 11, "departments")
	req := disagreeing("home", "i.1", 1, "0")
	req.Reason, req.OverridePoints, req.OverrideReason = " Sô\u0301 liê\u0323u\u00a0sai\r\n\u200b", "1", "Đa\u0303 xem\u00ad"
	req.MissingEvidence = &appraisalv1.MissingEvidence{Name: "Báo  ca\u0301o", Kind: "Ba\u0309n ký\u200b", Content: "Sô\u0301 liệu\r\nquý\u00a0I"}
	v := must(w.DisagreeCase(appraiser(t, 11, ""), req)).GetCase().GetVerdict()
	m := v.GetMissingEvidence()
	got := []string{v.GetReason(), v.GetOverrideReason(), m.GetName(), m.GetKind(), m.GetContent()}
	if want := []string{"Số liệu sai", "Đã xem", "Báo cáo", "Bản ký", "Số liệu\nquý I"}; !slices.Equal(got, want) {
		t.Errorf("kept as %+q, want %+q", got, want)
	}
}

// TestNothingOfOthers checks that an appraiser sees the assigned items only, and nothing
// of the own agency and of the agency above it. Any other filter gives an empty list.
func TestNothingOfOthers(t *testing.T) {
	w := appraising(t)
	w.assign(t, 11, "departments", "i.1", "i.3")
	want := map[string][]string{
		"":       {"finance/i.1", "finance/i.3", "home/i.1", "home/i.3"},
		"home":   {"finance/i.1", "finance/i.3"},
		"health": {"home/i.1", "home/i.3"},
	}
	for home, want := range want {
		if got := w.cases(appraiser(t, 11, home), t, listing()); !slices.Equal(got, want) {
			t.Errorf("at home in %q: %v", home, got)
		}
	}
	ctx := appraiser(t, 11, "health")
	for name, change := range map[string]func(r *appraisalv1.ListCasesRequest){
		"the own agency":      func(r *appraisalv1.ListCasesRequest) { r.Agency = "health" },
		"the one above":       func(r *appraisalv1.ListCasesRequest) { r.Agency = "finance" },
		"a made-up one":       func(r *appraisalv1.ListCasesRequest) { r.Agency = "nowhere" },
		"an unassigned item":  func(r *appraisalv1.ListCasesRequest) { r.Item = "i.2" },
		"a made-up one, item": func(r *appraisalv1.ListCasesRequest) { r.Item = "i.99" },
		"round 2":             func(r *appraisalv1.ListCasesRequest) { r.Round = 2 },
	} {
		req := listing()
		change(req)
		if got := w.cases(ctx, t, req); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := w.cases(appraiser(t, 12, ""), t, listing()); len(got) != 0 {
		t.Errorf("without an assignment: %v", got)
	}
	all := w.cases(as(t, 3, authv1.Role_ROLE_INSPECTOR), t, listing())
	if want := []string{"finance/i.1", "finance/i.2", "finance/i.3", "finance/i.10", "home/i.1", "home/i.2", "home/i.3", "home/i.10"}; !slices.Equal(all, want) {
		t.Errorf("the inspector sees %v", all)
	}
	w.agree(ctx, t, agreeing("home", "i.1", 1, "0"))
	req := listing()
	req.Undecided, req.Item = true, "i.1"
	if got := w.cases(council(t), t, req); !slices.Equal(got, []string{"finance/i.1"}) {
		t.Errorf("one item, undecided: %v", got)
	}
	// Callers of another authority get the same refusal whether the cycle exists or not.
	elsewhere := person(t, 11, "", auth.Binding{Role: authv1.Role_ROLE_APPRAISER, Authority: "soc-trang"})
	there, made := listing(), listing()
	made.Cycle = "1999"
	if a, b := said(errOf(w.ListCases(elsewhere, there))), said(errOf(w.ListCases(elsewhere, made))); a != "NOT_ALLOWED" || a != b {
		t.Errorf("elsewhere: %s and %s", a, b)
	}
}

// TestOwnAgencies checks that nobody sees or appraises an agency for which they have
// another role, nor the agency above it, whatever their home agency is and whether or not
// their agency is in the cycle.
func TestOwnAgencies(t *testing.T) {
	w := appraising(t)
	w.assign(t, 11, "departments")
	of := func(role authv1.Role, authority, agency string) auth.Binding {
		return auth.Binding{Role: role, Authority: authority, Agency: agency}
	}
	ended := of(authv1.Role_ROLE_AGENCY_HEAD, authority, "home")
	ended.End = w.clock.Now()
	appraises := of(authv1.Role_ROLE_APPRAISER, authority, "")
	own, sees := "OWN_AGENCY agency", "STALE_ETAG etag"
	for name, tt := range map[string]struct {
		home          string
		binding       auth.Binding
		home1, above1 string // what is said of home and of finance
	}{
		"head":                  {"", of(authv1.Role_ROLE_AGENCY_HEAD, authority, "home"), own, sees},
		"editor, home another":  {"police", of(authv1.Role_ROLE_AGENCY_EDITOR, authority, "home"), own, sees},
		"provider":              {"", of(authv1.Role_ROLE_DATA_PROVIDER, authority, "home"), own, sees},
		"everywhere":            {"", of(authv1.Role_ROLE_AGENCY_HEAD, "", "home"), own, sees},
		"below":                 {"", of(authv1.Role_ROLE_AGENCY_EDITOR, authority, "health"), sees, own},
		"below, not in cycle":   {"", of(authv1.Role_ROLE_AGENCY_EDITOR, authority, "treasury"), sees, own},
		"home not in the cycle": {"treasury", of(authv1.Role_ROLE_AGENCY_EDITOR, authority, "home"), own, own},
		"ended":                 {"", ended, sees, sees},
		"in another authority":  {"", of(authv1.Role_ROLE_AGENCY_HEAD, "soc-trang", "home"), sees, sees},
		"appraiser of it only":  {"", of(authv1.Role_ROLE_APPRAISER, authority, "home"), sees, sees},
	} {
		ctx := person(t, 11, tt.home, appraises, tt.binding)
		var want []string
		for agency, say := range map[string]string{"home": tt.home1, "finance": tt.above1} {
			wantSaid(t, name+", "+agency, errOf(w.AgreeCase(ctx, agreeing(agency, "i.1", 1, "9"))), say)
			if say == sees {
				want = append(want, agency+"/i.1")
			}
		}
		req := listing()
		req.Item = "i.1"
		slices.Sort(want)
		if got := w.cases(ctx, t, req); !slices.Equal(got, want) {
			t.Errorf("%s sees %v, want %v", name, got, want)
		}
	}
}

// TestCase checks a case as an appraiser gets it: names, the sealed claim with its
// explanation and documents, and open for the assigned appraiser only.
func TestCase(t *testing.T) {
	w := appraising(t)
	w.assign(t, 11, "departments", "i.2")
	req := listing()
	req.Agency, req.Item = "home", "i.2"
	c := must(w.ListCases(appraiser(t, 11, ""), req)).GetCases()[0]
	claim := c.GetClaim()
	if c.GetAgencyName() != "Cơ quan home" || c.GetItemName() != "Nội dung 2" || c.GetField() != "steering" || c.GetMaxPoints() != "3" ||
		c.GetGroup() != "departments" || c.GetEtag() != "0" || !c.GetOpen() || c.GetVerdict() != nil || c.GetFirstVerdict() != nil {
		t.Errorf("the case: %v", c)
	}
	if claim.GetSealNumber() != 2 || claim.GetCountedPoints() != "1.909091" || !proto.Equal(claim.GetInput(), ratio("14", "22")) ||
		claim.GetExplanation().GetPoints() != "1.909091" || claim.GetJustification() != "Giải trình i.2" ||
		claim.GetEvidence()[0].GetDocumentNumber() != "45/KH-UBND" {
		t.Errorf("the claim: %v", claim)
	}
	if must(w.ListCases(council(t), req)).GetCases()[0].GetOpen() {
		t.Error("open to the council")
	}
	deadline := w.clock.Now().Add(time.Hour)
	w.catalog.ChangeCycle(authority, year, func(m *catalogv1.Cycle) {
		m.Windows = []*catalogv1.Window{{Phase: appraisal1, CloseTime: timestamppb.New(deadline)}}
	})
	w.settle(t)
	w.clock.Set(deadline)
	if must(w.ListCases(appraiser(t, 11, ""), req)).GetCases()[0].GetOpen() {
		t.Error("open after the deadline")
	}
	wantSaid(t, "after the deadline", errOf(w.AgreeCase(appraiser(t, 11, ""), agreeing("home", "i.2", 1, "0"))), "WINDOW_CLOSED")
}

// TestPages reads every list in pages of one entry. Each entry occurs once.
func TestPages(t *testing.T) {
	w := appraising(t)
	for i := range 3 {
		w.assign(t, 20+i, "departments", "i.1")
	}
	for _, item := range []string{"i.1", "i.2", "i.3"} {
		w.propose(head(t, "home"), t, "home", item, "")
	}
	var seen []string
	for token, first := "", true; first || token != ""; first = false {
		req := listing()
		req.PageSize, req.PageToken = 1, token
		answer := must(w.ListCases(council(t), req))
		seen, token = append(seen, answer.GetCases()[0].GetAgency()+answer.GetCases()[0].GetItem()), answer.GetNextPageToken()
		req.PageToken, req.Round = token, 2
		if token != "" {
			wantSaid(t, "another list's token", errOf(w.ListCases(council(t), req)), "PAGE_TOKEN_INVALID pageToken")
		}
	}
	for token, first := "", true; first || token != ""; first = false {
		answer := must(w.ListAssignments(council(t), &appraisalv1.ListAssignmentsRequest{Authority: authority, Cycle: year, PageSize: 1, PageToken: token}))
		seen, token = append(seen, answer.GetAssignments()[0].GetAppraiser()), answer.GetNextPageToken()
	}
	for token, first := "", true; first || token != ""; first = false {
		answer := must(w.ListReductions(council(t), &appraisalv1.ListReductionsRequest{Authority: authority, Cycle: year, PageSize: 1, PageToken: token}))
		seen, token = append(seen, "-"+answer.GetReductions()[0].GetItem()), answer.GetNextPageToken()
	}
	want := "financei.1 financei.2 financei.3 financei.10 homei.1 homei.2 homei.3 homei.10 " +
		uuidOf(20) + " " + uuidOf(21) + " " + uuidOf(22) + " -i.1 -i.2 -i.3"
	if got := strings.Join(seen, " "); got != want {
		t.Errorf("pages: %s", got)
	}
	for name, err := range map[string]error{
		"assignments": errOf(w.ListAssignments(council(t), &appraisalv1.ListAssignmentsRequest{Authority: authority, Cycle: year, PageToken: "x"})),
		"reductions":  errOf(w.ListReductions(council(t), &appraisalv1.ListReductionsRequest{Authority: authority, Cycle: year, PageToken: "x"})),
		"outcomes":    errOf(w.ListOutcomes(council(t), &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year, PageToken: "x"})),
	} {
		wantSaid(t, name, err, "PAGE_TOKEN_INVALID pageToken")
	}
	for name, err := range map[string]error{
		"assignments": errOf(w.ListAssignments(council(t), &appraisalv1.ListAssignmentsRequest{Authority: authority, Cycle: "x"})),
		"reductions":  errOf(w.ListReductions(council(t), &appraisalv1.ListReductionsRequest{Authority: authority, Cycle: "x"})),
		"outcomes":    errOf(w.ListOutcomes(council(t), &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: "x"})),
		"cases":       errOf(w.ListCases(council(t), &appraisalv1.ListCasesRequest{Authority: authority, Cycle: "x", Round: 1})),
		"round":       errOf(w.GetAppraisalRound(council(t), &appraisalv1.GetAppraisalRoundRequest{Authority: authority, Cycle: "x", Round: 1})),
	} {
		wantSaid(t, name, err, "CYCLE_NOT_KNOWN cycle")
	}
}

// TestOneEtag sends twenty verdicts based on the same version of a case, of which one is
// accepted, and repeats a request.
func TestOneEtag(t *testing.T) {
	w := appraising(t)
	w.assign(t, 11, "departments")
	w.assign(t, 12, "departments")
	for _, etag := range []string{"0", "1"} {
		var given atomic.Int64
		var mu sync.Mutex
		refused := map[string]int{}
		atOnce(20, func(i int) {
			_, err := w.AgreeCase(appraiser(t, 11+i%2, ""), agreeing("home", "i.1", 1, etag))
			if err == nil {
				given.Add(1)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			refused[said(err)]++
		})
		if given.Load() != 1 || refused["STALE_ETAG etag"] != 19 {
			t.Errorf("etag %s: %d given, refused %v", etag, given.Load(), refused)
		}
	}
	req := agreeing("home", "i.2", 1, "0")
	req.RequestId = uuid.NewString()
	answers := make([]*appraisalv1.AgreeCaseResponse, 20)
	atOnce(20, func(i int) { answers[i] = must(w.AgreeCase(appraiser(t, 11, ""), req)) })
	for _, a := range answers {
		if !proto.Equal(a, answers[0]) || a.GetCase().GetEtag() != "1" {
			t.Errorf("again: %v", a)
		}
	}
	req.Item = "i.3"
	wantSaid(t, "other content", errOf(w.AgreeCase(appraiser(t, 11, ""), req)), "REQUEST_ID_REUSED requestId")
	w.intact(t)
}

// TestAssignmentFaults checks every reason of the rpcs about assignments.
func TestAssignmentFaults(t *testing.T) {
	w := newWorld(t)
	create := func(change func(r *appraisalv1.CreateAssignmentRequest)) error {
		req := &appraisalv1.CreateAssignmentRequest{
			Authority: authority, Cycle: year, Group: "departments", Appraiser: uuidOf(11), Items: []string{"i.10", "i.1"},
		}
		change(req)
		return errOf(w.CreateAssignment(coordinator(t), req))
	}
	as := func(*appraisalv1.CreateAssignmentRequest) {}
	if err := create(as); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"again":             {create(as), "ASSIGNMENT_EXISTS"},
		"another order":     {create(func(r *appraisalv1.CreateAssignmentRequest) { slices.Reverse(r.GetItems()) }), "ASSIGNMENT_EXISTS"},
		"another cycle":     {create(func(r *appraisalv1.CreateAssignmentRequest) { r.Cycle = "1999" }), "CYCLE_NOT_KNOWN cycle"},
		"no group":          {create(func(r *appraisalv1.CreateAssignmentRequest) { r.Group = "communes" }), "GROUP_NOT_IN_CYCLE group"},
		"no item":           {create(func(r *appraisalv1.CreateAssignmentRequest) { r.Items = []string{"i.1", "i.9"} }), "ITEM_NOT_IN_GROUP items[1]"},
		"a surveyed item":   {create(func(r *appraisalv1.CreateAssignmentRequest) { r.Items = []string{"ii.1"} }), "ITEM_NOT_APPRAISED items[0]"},
		"a reported item":   {create(func(r *appraisalv1.CreateAssignmentRequest) { r.Items = []string{"i.4"} }), "<nil>"},
		"ending none":       {errOf(w.EndAssignment(coordinator(t), &appraisalv1.EndAssignmentRequest{Authority: authority, Cycle: year, Assignment: uuid.NewString()})), "ASSIGNMENT_UNKNOWN assignment"},
		"ending, no cycle":  {errOf(w.EndAssignment(coordinator(t), &appraisalv1.EndAssignmentRequest{Authority: authority, Cycle: "1999", Assignment: uuid.NewString()})), "CYCLE_NOT_KNOWN cycle"},
		"the whole instead": {create(func(r *appraisalv1.CreateAssignmentRequest) { r.Items = nil }), "<nil>"},
	} {
		wantSaid(t, name, tt.err, tt.want)
	}
	list := must(w.ListAssignments(council(t), &appraisalv1.ListAssignmentsRequest{Authority: authority, Cycle: year})).GetAssignments()
	if len(list) != 3 || fmt.Sprint(list[0].GetItems()) != "[i.1 i.10]" {
		t.Errorf("assignments: %v", list)
	}
	must(w.EndAssignment(coordinator(t), &appraisalv1.EndAssignmentRequest{Authority: authority, Cycle: year, Assignment: list[0].GetId()}))
	if err := create(as); err != nil {
		t.Errorf("after the end of the first: %v", err)
	}
	w.move(t, presented)
	wantSaid(t, "presented", create(func(r *appraisalv1.CreateAssignmentRequest) { r.Appraiser = uuidOf(12) }), "WINDOW_CLOSED")
	must(w.EndAssignment(coordinator(t), &appraisalv1.EndAssignmentRequest{Authority: authority, Cycle: year, Assignment: list[1].GetId()}))
	w.intact(t)
}
