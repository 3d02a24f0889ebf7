package assessment_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/window"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

func met(ids ...string) *rulev1.Input {
	return &rulev1.Input{Facts: &rulev1.Input_ConditionsMet{ConditionsMet: &rulev1.ConditionsMet{Ids: ids}}}
}

func option(id string) *rulev1.Input { return &rulev1.Input{Facts: &rulev1.Input_Option{Option: id}} }

func ratio(done, planned string) *rulev1.Input {
	return &rulev1.Input{Facts: &rulev1.Input_Ratio{Ratio: &rulev1.Ratio{Done: done, Planned: planned}}}
}

func percent(figure string) *rulev1.Input {
	return &rulev1.Input{Facts: &rulev1.Input_Percent{Percent: figure}}
}

func given(figure string) *rulev1.Input {
	return &rulev1.Input{Facts: &rulev1.Input_Points{Points: figure}}
}

// document returns evidence with all its fields.
func document(title string) *assessmentv1.Evidence {
	return &assessmentv1.Evidence{
		Title: title, DocumentNumber: "45/KH-UBND", Issuer: "UBND tỉnh", IssueDate: "2026-02-01",
		Locator: "mục II, điểm 3", Link: "https://an-binh.example/45?a=1&b=<2>",
	}
}

// of returns evidence with a date and a link.
func of(date, link string) *assessmentv1.Evidence {
	return &assessmentv1.Evidence{Title: "Kế hoạch", IssueDate: date, Link: link}
}

// update returns the first write of an entry of home in round 1.
func update(item string, input *rulev1.Input) *assessmentv1.UpdateEntryRequest {
	return &assessmentv1.UpdateEntryRequest{
		Authority: "an-binh", Cycle: "2026", Agency: "home", Item: item, Round: 1, Input: input, Etag: "0", RequestId: newID(),
	}
}

// justified returns update with a justification.
func justified(item string, input *rulev1.Input) *assessmentv1.UpdateEntryRequest {
	req := update(item, input)
	req.Justification = "Đã thực hiện"
	return req
}

func (w *world) write(t *testing.T, req *assessmentv1.UpdateEntryRequest) *assessmentv1.Entry {
	t.Helper()
	answer, err := w.UpdateEntry(editor(t, req.GetAgency()), req)
	if err != nil {
		t.Fatalf("%s: %s", req.GetItem(), said(err))
	}
	return answer.GetEntry()
}

// sheet returns the sheet of an agency of An Bình in 2026.
func (w *world) sheet(t *testing.T, agency string) *assessmentv1.Sheet {
	t.Helper()
	answer, err := w.GetSheet(coordinator(t), &assessmentv1.GetSheetRequest{Authority: "an-binh", Cycle: "2026", Agency: agency})
	if err != nil {
		t.Fatal(said(err))
	}
	return answer.GetSheet()
}

func entryOf(t *testing.T, s *assessmentv1.Sheet, item string) *assessmentv1.Entry {
	t.Helper()
	for _, e := range s.GetEntries() {
		if e.GetItem() == item {
			return e
		}
	}
	t.Fatalf("there is no item %s", item)
	return nil
}

// lines returns a sheet as text, one line for each entry.
func lines(s *assessmentv1.Sheet) string {
	var b strings.Builder
	for _, e := range s.GetEntries() {
		points := "-"
		if e.CountedPoints != nil {
			points = e.GetCountedPoints()
		}
		gives := "-"
		if e.GetExplanation() != nil {
			gives = "n/a"
			if e.GetExplanation().Points != nil {
				gives = e.GetExplanation().GetPoints()
			}
		}
		fmt.Fprintf(&b, "%s %s of %s, gives %s %s", e.GetItem(), points, e.GetMaxPoints(), gives, strings.TrimPrefix(e.GetKind().String(), "ENTRY_KIND_"))
		if e.GetNotCounted() != 0 {
			b.WriteString(" " + strings.TrimPrefix(e.GetNotCounted().String(), "NOT_COUNTED_"))
		}
		if e.GetOpen() {
			b.WriteString(" open")
		}
		if e.GetRound() > 0 {
			fmt.Fprintf(&b, " round %d etag %s", e.GetRound(), e.GetEtag())
		}
		b.WriteString("\n")
	}
	u := s.GetSubtotal()
	fmt.Fprintf(&b, "round %d: %s of %s, %d items, %d not counted", s.GetRound(), u.GetPoints(), u.GetMaxPoints(), u.GetItems(), u.GetNotCounted())
	return b.String()
}

func wantSheet(t *testing.T, s *assessmentv1.Sheet, want string) {
	t.Helper()
	if diff := cmp.Diff(strings.TrimSpace(want), lines(s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSheetFromEmptyToFull checks the points of a sheet, item by item, while it is
// filled. The max points of entered and reported items are 2+1+2+3+1+1+4 = 14.
func TestSheetFromEmptyToFull(t *testing.T) {
	w := newWorld(t, self1)
	wantSheet(t, w.sheet(t, "home"), `
i.1.1 0 of 2, gives - ENTERED NO_INPUT open
i.1.2 0 of 1, gives - ENTERED NO_INPUT open
i.2.1 0 of 2, gives - ENTERED NO_INPUT open
i.2.2 0 of 3, gives - ENTERED NO_INPUT open
i.2.3 0 of 1, gives - ENTERED NO_INPUT open
i.2.4 0 of 1, gives - ENTERED NO_INPUT open
i.2.5 0 of 4, gives - REPORTED NOT_REPORTED open
ii.1 - of 10, gives - DECIDED_AT_SCORING
ii.2 - of 10, gives - DECIDED_AT_SCORING
round 1: 0 of 14, 7 items, 7 not counted`)

	w.write(t, justified("i.1.1", met("plan", "report")))
	w.write(t, justified("i.1.2", option("late")))
	w.write(t, update("i.2.1", percent("95")))
	proven := update("i.2.2", ratio("14", "22"))
	proven.Evidence = []*assessmentv1.Evidence{document("Kế hoạch"), document("Báo cáo")}
	got := w.write(t, proven)
	w.write(t, justified("i.2.3", ratio("0", "0")))
	w.write(t, update("i.2.4", nil))

	// 2 + 0.5 + 0 + 3 × 14 ÷ 22 of 2 + 1 + 2 + 3 + 1 + 4; nothing was planned for i.2.3.
	wantSheet(t, w.sheet(t, "home"), `
i.1.1 2 of 2, gives 2 ENTERED open round 1 etag 1
i.1.2 0.5 of 1, gives 0.5 ENTERED open round 1 etag 1
i.2.1 0 of 2, gives 2 ENTERED NO_EVIDENCE open round 1 etag 1
i.2.2 1.909091 of 3, gives 1.909091 ENTERED open round 1 etag 1
i.2.3 - of 1, gives n/a ENTERED open round 1 etag 1
i.2.4 0 of 1, gives - ENTERED NO_INPUT open round 1 etag 1
i.2.5 0 of 4, gives - REPORTED NOT_REPORTED open
ii.1 - of 10, gives - DECIDED_AT_SCORING
ii.2 - of 10, gives - DECIDED_AT_SCORING
round 1: 4.409091 of 13, 7 items, 3 not counted`)

	s := w.sheet(t, "home")
	if diff := cmp.Diff(entryOf(t, s, "i.2.2"), got, protocmp.Transform()); diff != "" {
		t.Errorf("the sheet has another entry than the write gave (-sheet +write):\n%s", diff)
	}
	want := &assessmentv1.Entry{
		Item: "i.2.2", Name: "Nhiệm vụ", Field: "procedures", MaxPoints: "3", Kind: assessmentv1.EntryKind_ENTRY_KIND_ENTERED,
		Input: ratio("14", "22"), Evidence: proven.GetEvidence(), CountedPoints: new("1.909091"), Open: true, Round: 1,
		UpdateTime: timestamppb.New(morning), Etag: "1",
	}
	if diff := cmp.Diff(want, got, protocmp.Transform(), protocmp.IgnoreFields(want, "explanation")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.GetAgencyName() != "Sở Nội vụ" || s.GetGroup() != "departments" {
		t.Errorf("the sheet is of %s in %s", s.GetAgencyName(), s.GetGroup())
	}
	// Unproven facts do not reduce the standard points (rule V5).
	unproven := update("i.2.3", ratio("0", "0"))
	unproven.Etag = "1"
	if got := w.write(t, unproven); got.GetCountedPoints() != "0" || got.GetNotCounted() != assessmentv1.NotCounted_NOT_COUNTED_NO_EVIDENCE {
		t.Errorf("nothing planned and nothing proven: %v", got)
	}
	// A write removes what it leaves out.
	if got := w.write(t, &assessmentv1.UpdateEntryRequest{
		Authority: "an-binh", Cycle: "2026", Agency: "home", Item: "i.2.2", Round: 1, Etag: "1",
	}); got.GetInput() != nil || len(got.GetEvidence()) > 0 || got.GetEtag() != "2" {
		t.Errorf("an empty write left %v", got)
	}
	if n := w.metric(t, "parindex_entries_written_total"); n != 8 {
		t.Errorf("%v entries counted as written, want 8", n)
	}
	wantSheet(t, w.sheet(t, "my-xuyen"), "i.1.1 0 of 1, gives - ENTERED NO_INPUT open\ni.1.2 - of 2, gives - REPORTED NOT_REPORTED open\nround 1: 0 of 1, 1 items, 1 not counted")
}

// TestRoundOfTheSheet checks the round of a sheet and whether it can be written, phase by
// phase.
func TestRoundOfTheSheet(t *testing.T) {
	w := newWorld(t, preparation)
	see := func(round int32, open bool) {
		t.Helper()
		s := w.sheet(t, "home")
		if s.GetRound() != round || entryOf(t, s, "i.1.1").GetOpen() != open {
			t.Errorf("round %d, open %t; want %d, %t", s.GetRound(), entryOf(t, s, "i.1.1").GetOpen(), round, open)
		}
	}
	see(0, false)
	w.move(t, self1)
	see(1, true)
	deadline := w.Clock.Now().Add(time.Hour)
	w.window(self1, time.Time{}, deadline)
	w.settle(t)
	see(1, true)
	w.Clock.Set(deadline)
	see(1, false)
	w.move(t, appraisal1)
	see(1, false)
	w.move(t, self2) // nothing was handed back
	see(2, false)
	w.move(t, presented)
	see(2, false)
	w.catalog.Change(func() { w.catalog.Regulation.Content.Rounds = 1 })
	w = open(t, w.db, w.db.DSN, w.catalog)
	see(1, false)
}

// TestTextsOfAnEntry writes texts as other programs do: decomposed, with the
// spaces and invisible characters of a word processor.
func TestTextsOfAnEntry(t *testing.T) {
	w := newWorld(t, self1)
	req := update("i.1.1", met("plan"))
	req.Justification = " Kê\u0301 hoa\u0323ch\u00a0số 5\r\n\u200b\uf0b7 đã ban hành\u00ad "
	req.Evidence = []*assessmentv1.Evidence{{Title: "Kê\u0301 hoạch\ncải cách", DocumentNumber: "5/KH\u00a0", Issuer: "Sơ\u0309 Nội vụ", Locator: "\ufefftrang 2"}}
	got := w.write(t, req)
	if want := "Kế hoạch số 5\n• đã ban hành"; got.GetJustification() != want {
		t.Errorf("justified by %+q, want %+q", got.GetJustification(), want)
	}
	want := []*assessmentv1.Evidence{{Title: "Kế hoạch cải cách", DocumentNumber: "5/KH", Issuer: "Sở Nội vụ", Locator: "trang 2"}}
	if diff := cmp.Diff(want, got.GetEvidence(), protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}

func TestUpdateEntryRefuses(t *testing.T) {
	w := newWorld(t, self1)
	w.write(t, justified("i.1.1", met("plan")))
	before := w.stored(t)
	with := func(item string, input *rulev1.Input, change func(*assessmentv1.UpdateEntryRequest)) *assessmentv1.UpdateEntryRequest {
		req := update(item, input)
		if change != nil {
			change(req)
		}
		return req
	}
	for name, c := range map[string]struct {
		req  *assessmentv1.UpdateEntryRequest
		kind fault.Kind
		want string
	}{
		"no such item":         {with("i.9", option("late"), nil), fault.NotFound, "ITEM_NOT_IN_GROUP item"},
		"a domain":             {with("i.1", option("late"), nil), fault.NotFound, "ITEM_NOT_IN_GROUP item"},
		"surveyed":             {with("ii.1", nil, nil), fault.Invalid, "ITEM_NOT_ENTERED item"},
		"reported, other kind": {with("i.2.5", option("late"), nil), fault.Invalid, "INPUT_KIND_WRONG input"},
		"unknown option":       {with("i.1.2", option("never"), nil), fault.Invalid, "OPTION_UNKNOWN input.option"},
		"unknown condition":    {with("i.1.1", met("wish"), nil), fault.Invalid, "CONDITION_UNKNOWN input.conditionsMet.ids[0]"},
		"other kind":           {with("i.1.2", ratio("1", "2"), nil), fault.Invalid, "INPUT_KIND_WRONG input"},
		"negative":             {with("i.2.2", ratio("-1", "2"), nil), fault.Invalid, "FIGURE_NEGATIVE input.ratio.done"},
		"beyond max":           {with("i.2.4", given("1.25"), nil), fault.Invalid, "POINTS_BEYOND_MAX input.points"},
		"off step":             {with("i.2.4", given("0.3"), nil), fault.Invalid, "POINTS_OFF_STEP input.points"},
		"stale etag":           {with("i.1.1", met(), nil), fault.Conflict, "STALE_ETAG etag"},
		"etag ahead":           {with("i.1.2", option("late"), func(r *assessmentv1.UpdateEntryRequest) { r.Etag = "1" }), fault.Conflict, "STALE_ETAG etag"},
		"etag nonsense":        {with("i.1.2", option("late"), func(r *assessmentv1.UpdateEntryRequest) { r.Etag = "x" }), fault.Conflict, "STALE_ETAG etag"},
		"round 2":              {with("i.1.2", option("late"), func(r *assessmentv1.UpdateEntryRequest) { r.Round = 2 }), fault.Precondition, "WINDOW_NOT_OPEN"},
		"no such cycle":        {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.Cycle = "2030" }), fault.NotFound, "CYCLE_NOT_KNOWN cycle"},
		"imported cycle":       {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.Cycle = "2023" }), fault.Precondition, "CYCLE_NOT_RUN cycle"},
		"blank title":          {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.Evidence = []*assessmentv1.Evidence{document(" \u200b")} }), fault.Invalid, "BAD_REQUEST\nevidence[0].title TEXT_MISSING"},
		"control character":    {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.Justification = "a\x00b" }), fault.Invalid, "BAD_REQUEST\njustification TEXT_UNPRINTABLE"},
		"letters of old fonts": {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.Justification = "Keá hoaïch ñaõ ban haønh" }), fault.Invalid, "BAD_REQUEST\njustification TEXT_LEGACY_ENCODING"},
		"date of no calendar":  {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.Evidence = []*assessmentv1.Evidence{of("2026-02-31", "")} }), fault.Invalid, "BAD_REQUEST\nevidence[0].issueDate DATE_NOT_REAL"},
		"date of tomorrow":     {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.Evidence = []*assessmentv1.Evidence{of("2026-10-02", "")} }), fault.Invalid, "BAD_REQUEST\nevidence[0].issueDate DATE_OUT_OF_RANGE"},
		"link of two lines": {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) {
			r.Evidence = []*assessmentv1.Evidence{of("", "https://a.vn/1\r\nSet-Cookie: a")}
		}), fault.Invalid, "BAD_REQUEST\nevidence[0].link TEXT_NOT_ONE_LINE"},
		"link with a tab": {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) {
			r.Evidence = []*assessmentv1.Evidence{of("", "https://a.vn/\t1")}
		}), fault.Invalid, "BAD_REQUEST\nevidence[0].link string.pattern"},
		"invisible link": {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) {
			r.Evidence = []*assessmentv1.Evidence{of("", "https://\u200b")}
		}), fault.Invalid, "BAD_REQUEST\nevidence[0].link string.pattern"},
		"control in a title":   {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.Evidence = []*assessmentv1.Evidence{document("\x1b[2J")} }), fault.Invalid, "BAD_REQUEST\nevidence[0].title TEXT_UNPRINTABLE"},
		"too much of it all":   {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.Evidence = many(50, document(strings.Repeat("ạ", 300))) }), fault.Invalid, "ENTRY_TOO_LARGE"},
		"request id of no one": {with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.RequestId = "x" }), fault.Invalid, "BAD_REQUEST\nrequestId string.request_id"},
	} {
		_, err := w.UpdateEntry(editor(t, "home"), c.req)
		if f := fault.From(err); f == nil || f.Kind != c.kind || said(err) != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	_, err := w.UpdateEntry(editor(t, "new"), with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.Agency = "new" }))
	wantFault(t, err, cycle.AgencyNotScored)
	_, err = w.UpdateEntry(editor(t, "lost"), with("i.1.2", nil, func(r *assessmentv1.UpdateEntryRequest) { r.Agency = "lost" }))
	wantFault(t, err, cycle.AgencyNotInCycle)
	if after := w.stored(t); after != before {
		t.Errorf("refused writes left %d rows", after-before)
	}
	for phase, want := range map[catalogv1.Phase]fault.Reason{preparation: window.WindowNotOpen, appraisal1: window.WindowClosed} {
		w.move(t, phase)
		_, err := w.UpdateEntry(editor(t, "home"), update("i.1.2", option("late")))
		wantFault(t, err, want)
	}
	if after := w.stored(t); after != before {
		t.Errorf("writes outside the window left %d rows", after-before)
	}
}

func many[T any](n int, x T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = x
	}
	return list
}

// TestBlanksProveNothing writes a justification of invisible characters only.
func TestBlanksProveNothing(t *testing.T) {
	w := newWorld(t, self1)
	req := update("i.1.2", option("timely"))
	req.Justification = " \u200b\n"
	if got := w.write(t, req); got.GetNotCounted() != assessmentv1.NotCounted_NOT_COUNTED_NO_EVIDENCE || got.GetJustification() != "" {
		t.Errorf("got %v", got)
	}
}

// TestUpdateTwice repeats a write before and after the deadline, and sends other content
// with the same request id.
func TestUpdateTwice(t *testing.T) {
	w := newWorld(t, self1)
	req := justified("i.1.2", option("late"))
	first := w.write(t, req)
	if again := w.write(t, req); !proto.Equal(first, again) {
		t.Errorf("the second answer is %v, the first was %v", again, first)
	}
	next := justified("i.1.2", option("timely"))
	next.Etag = first.GetEtag()
	w.write(t, next)
	before := w.stored(t)
	w.Clock.Add(time.Hour)
	w.move(t, appraisal1)
	if late := w.write(t, req); !proto.Equal(first, late) {
		t.Errorf("the answer after the deadline is %v, the first was %v", late, first)
	}
	other := proto.CloneOf(req)
	other.Justification = "Khác"
	_, err := w.UpdateEntry(editor(t, "home"), other)
	wantFault(t, err, fault.RequestIDReused)
	if after := w.stored(t); after != before {
		t.Errorf("repetitions left %d rows", after-before)
	}
	if n := w.metric(t, "parindex_entries_written_total"); n != 2 {
		t.Errorf("%v entries counted as written, want 2", n)
	}
}

// TestTwoClerks sends twenty writes of one entry at once, all based on the same version.
// Exactly one is accepted (rule A2).
func TestTwoClerks(t *testing.T) {
	w := newWorld(t, self1)
	for etag := range 3 {
		var won atomic.Int32
		var text atomic.Value
		atOnce(20, func(i int) {
			req := update("i.1.2", option("late"))
			req.Justification, req.Etag = fmt.Sprintf("clerk %d", i), strconv.Itoa(etag)
			switch _, err := w.UpdateEntry(editor(t, "home"), req); said(err) {
			case "<nil>":
				won.Add(1)
				text.Store(req.GetJustification())
			case "STALE_ETAG etag":
			default:
				t.Error(said(err))
			}
		})
		if got := entryOf(t, w.sheet(t, "home"), "i.1.2"); won.Load() != 1 || got.GetJustification() != text.Load() || got.GetEtag() != strconv.Itoa(etag+1) {
			t.Errorf("%d won, the last with %v; stored is %v", won.Load(), text.Load(), got)
		}
	}
}

// TestAuditHoldsNoWords checks that the audit entry of a write has no text that people
// wrote, and verifies the chain.
func TestAuditHoldsNoWords(t *testing.T) {
	w := newWorld(t, self1)
	req := justified("i.1.2", option("late"))
	req.Evidence = []*assessmentv1.Evidence{document("Kế hoạch riêng")}
	w.write(t, req)
	const resource = "authorities/an-binh/cycles/2026/agencies/home/sheet"
	entries, err := audit.List(t.Context(), w.db.Pool, "assessment", resource, 0, 10)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	const want = `{"item":"i.1.2","round":1,"from":{"version":0},"to":{"version":1,"input":{"option":"late"},"justified":true,"evidence":1}}`
	if got := fmt.Sprintf("%s", entries[0].Change); got != want || entries[0].Action != "update-entry" {
		t.Errorf("the entry is %s %s", entries[0].Action, got)
	}
	if err := audit.Verify(t.Context(), w.db.Pool, "assessment", resource); err != nil {
		t.Error(err)
	}
}

// TestListSheets lists the sheets of a cycle at once and page by page.
func TestListSheets(t *testing.T) {
	w := newWorld(t, self1)
	w.write(t, justified("i.1.1", met("plan")))
	w.write(t, justified("i.1.2", option("late")))
	sealed := w.submit(t, "home", 1)
	list := func(ctx context.Context, size int32, token string) (*assessmentv1.ListSheetsResponse, error) {
		return w.ListSheets(ctx, &assessmentv1.ListSheetsRequest{Authority: "an-binh", Cycle: "2026", PageSize: size, PageToken: token})
	}
	whole, err := list(coordinator(t), 0, "")
	if err != nil {
		t.Fatal(said(err))
	}
	receipt := proto.CloneOf(sealed)
	receipt.Content = nil
	want := []*assessmentv1.SheetSummary{
		{Agency: "finance", AgencyName: "Sở Tài chính", Group: "departments"},
		{Agency: "home", AgencyName: "Sở Nội vụ", Group: "departments", Entries: 2, Seals: []*assessmentv1.Seal{receipt}},
		{Agency: "my-xuyen", AgencyName: "Huyện Mỹ Xuyên", Group: "districts"},
	}
	if diff := cmp.Diff(want, whole.GetSheets(), protocmp.Transform()); diff != "" || whole.GetNextPageToken() != "" {
		t.Errorf("next %q (-want +got):\n%s", whole.GetNextPageToken(), diff)
	}
	var paged []*assessmentv1.SheetSummary
	token := ""
	for range want {
		answer, err := list(coordinator(t), 1, token)
		if err != nil {
			t.Fatal(said(err))
		}
		paged, token = append(paged, answer.GetSheets()...), answer.GetNextPageToken()
	}
	if diff := cmp.Diff(want, paged, protocmp.Transform()); diff != "" || token != "" {
		t.Errorf("next %q (-want +got):\n%s", token, diff)
	}
	_, err = list(coordinator(t), 1, "x")
	wantFault(t, err, fault.PageTokenInvalid)
	_, err = w.ListSheets(coordinator(t), &assessmentv1.ListSheetsRequest{Authority: "an-binh", Cycle: "2030"})
	wantFault(t, err, window.CycleNotKnown)
	if s := w.sheet(t, "finance"); len(s.GetSeals()) > 0 || s.GetSubtotal().GetPoints() != "0" {
		t.Errorf("another agency's sheet shows %v", s)
	}
}
