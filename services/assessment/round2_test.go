package assessment_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/window"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
)

// outcome returns the outcome of an approved round of home: i.1.1 has its maximum, i.1.2
// less, i.2.1 counts 0, i.2.2 is reduced by 1 and has all that is left, i.2.3 is not
// applicable, i.2.4 has less than its maximum, and so has i.2.5, of which a value was
// reported.
func outcome(round int32) *appraisalv1.OutcomeContent {
	open := round == 1
	return &appraisalv1.OutcomeContent{
		Authority: "an-binh", Cycle: "2026", Agency: "home", Group: "departments", Round: round, Final: !open, DecisionNumber: "12/QĐ-HĐTĐ",
		ApproveTime: "2026-11-30T09:00:00.000000Z", RegulationSha256: regulationSHA256, Version: 1,
		Items: []*appraisalv1.OutcomeItem{
			{Item: "i.1.1", Round: 1, Points: new("2"), StandardPoints: "2", Agreed: true},
			{Item: "i.1.2", Round: round, Points: new("0.5"), StandardPoints: "1", Agreed: true, Open: open},
			{Item: "i.2.1", Round: round, Points: new("0"), StandardPoints: "2", ReasonCode: "NO_EVIDENCE", Reason: "Chưa có tài liệu", Open: open},
			{Item: "i.2.2", Round: 1, Points: new("2"), StandardPoints: "2", Agreed: true},
			{Item: "i.2.3", Round: 1, StandardPoints: "0", Agreed: true},
			{Item: "i.2.4", Round: round, Points: new("0.25"), StandardPoints: "1", ReasonCode: "OTHER", Reason: "Sáng kiến cũ", Open: open},
			{Item: "i.2.5", Round: round, Points: new("3"), StandardPoints: "4", Agreed: true, Open: open},
		},
		Reductions: []*appraisalv1.OutcomeReduction{{Item: "i.2.2", Points: "0.75", Reason: "NO_REVENUE"}, {Item: "i.2.2", Points: "0.25", Reason: "OTHER"}, {Item: "ii.1", Points: "2"}},
	}
}

// handBack returns the request that delivers an outcome to home.
func handBack(t *testing.T, o *appraisalv1.OutcomeContent) *assessmentv1.TakeHandBackRequest {
	t.Helper()
	return sent(o.GetRound(), written[sealed.Outcome](t, o))
}

// sent returns the request that delivers a content to home.
func sent(round int32, content []byte) *assessmentv1.TakeHandBackRequest {
	return &assessmentv1.TakeHandBackRequest{
		Authority: "an-binh", Cycle: "2026", Agency: "home", Round: round, Content: content, Sha256: canonical.Hash(content),
	}
}

func (w *world) take(t *testing.T, o *appraisalv1.OutcomeContent) {
	t.Helper()
	if _, err := w.TakeHandBack(asService(t, "appraisal"), handBack(t, o)); err != nil {
		t.Fatal(said(err))
	}
}

// TestTwoRounds follows one agency through both rounds (rule A5).
func TestTwoRounds(t *testing.T) {
	w := newWorld(t, self1)
	w.fill(t)
	round1 := w.submit(t, "home", 1)
	w.move(t, self2)
	write := func(item, etag string) *assessmentv1.UpdateEntryRequest {
		req := justified(item, option("timely"))
		req.Round, req.Etag = 2, etag
		return req
	}
	_, err := w.UpdateEntry(editor(t, "home"), write("i.1.2", "1"))
	wantSaid(t, err, fault.Precondition, "HAND_BACK_MISSING round")
	wantSheetLine(t, w.sheet(t, "home"), "i.1.2 0.5 of 1, gives 0.5 ENTERED round 1 etag 1")
	w.take(t, outcome(1))
	wantSheet(t, w.sheet(t, "home"), `
i.1.1 2 of 2, gives 2 ENTERED round 1 etag 1
i.1.2 0.5 of 1, gives 0.5 ENTERED open round 1 etag 1
i.2.1 1 of 2, gives 1 ENTERED open round 1 etag 1
i.2.2 1.909091 of 3, gives 1.909091 ENTERED round 1 etag 1
i.2.3 - of 1, gives n/a ENTERED round 1 etag 1
i.2.4 0.5 of 1, gives 0.5 ENTERED open round 1 etag 1
i.2.5 0 of 4, gives - REPORTED NOT_REPORTED open
ii.1 - of 10, gives - DECIDED_AT_SCORING
ii.2 - of 10, gives - DECIDED_AT_SCORING
round 2: 5.909091 of 13, 7 items, 1 not counted`)
	s := w.sheet(t, "home")
	for item, want := range map[string]*assessmentv1.AppraisedItem{
		"i.1.1": {Round: 1, Points: new("2"), ReducedPoints: "0", Agreed: true},
		"i.2.1": {Round: 1, Points: new("0"), ReducedPoints: "0", Reason: "Chưa có tài liệu", Open: true},
		"i.2.2": {Round: 1, Points: new("2"), ReducedPoints: "1", Agreed: true},
		"i.2.3": {Round: 1, ReducedPoints: "0", Agreed: true},
		"i.2.5": {Round: 1, Points: new("3"), ReducedPoints: "0", Agreed: true, Open: true},
		"ii.1":  nil,
	} {
		if diff := cmp.Diff(want, entryOf(t, s, item).GetAppraised(), protocmp.Transform()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", item, diff)
		}
	}
	_, err = w.UpdateEntry(editor(t, "home"), write("i.2.2", "1"))
	wantSaid(t, err, fault.Invalid, "INPUT_KIND_WRONG input") // an option is no ratio
	closed := write("i.2.2", "1")
	closed.Input = ratio("22", "22")
	_, err = w.UpdateEntry(editor(t, "home"), closed)
	wantSaid(t, err, fault.Precondition, "ITEM_CLOSED item")
	round1Write := write("i.1.2", "1")
	round1Write.Round = 1
	_, err = w.UpdateEntry(editor(t, "home"), round1Write)
	wantFault(t, err, window.WindowClosed)
	w.Clock.Add(time.Hour)
	got := w.write(t, write("i.1.2", "1"))
	if diff := cmp.Diff(entryOf(t, w.sheet(t, "home"), "i.1.2"), got, protocmp.Transform()); diff != "" || got.GetRound() != 2 || got.GetEtag() != "2" || got.GetAppraised().GetRound() != 1 {
		t.Errorf("the write gave %v (-sheet +write):\n%s", got, diff)
	}
	emptied := write("i.2.4", "1")
	emptied.Input, emptied.Justification = nil, ""
	w.write(t, emptied)
	req := submission("home", 2)
	req.AcceptIncomplete = false
	_, err = w.SubmitSheet(head(t, "home"), req)
	wantSaid(t, err, fault.Precondition, "SHEET_INCOMPLETE\ni.2.4 NO_INPUT\ni.2.5 NOT_REPORTED")
	round2 := w.submit(t, "home", 2)
	s = w.sheet(t, "home")
	wantSealed(t, s, round2, func(e *assessmentv1.Entry) bool { return e.GetAppraised().GetOpen() })
	if round2.GetNumber() != 2 || round2.GetItemCount() != 4 || len(s.GetSeals()) != 2 {
		t.Errorf("the second receipt is %v", round2)
	}
	_, err = w.UpdateEntry(editor(t, "home"), write("i.1.2", "2"))
	wantSaid(t, err, fault.Precondition, "ROUND_SUBMITTED round")
	w.move(t, council)
	w.take(t, outcome(2))
	if a := entryOf(t, w.sheet(t, "home"), "i.1.2").GetAppraised(); a.GetRound() != 2 || a.GetOpen() {
		t.Errorf("after round 2 the item shows %v", a)
	}
	for round, want := range map[int32]*assessmentv1.Seal{1: round1, 2: round2} {
		// The outcomes of this test name no seal.
		want.Standing = assessmentv1.SealStanding_SEAL_STANDING_LATE
		got, err := w.GetSeal(head(t, "home"), &assessmentv1.GetSealRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: round})
		if err != nil || !proto.Equal(got.GetSeal(), want) {
			t.Errorf("seal %d is %v, %s", round, got, said(err))
		}
	}
}

func wantSheetLine(t *testing.T, s *assessmentv1.Sheet, want string) {
	t.Helper()
	if got := lines(s); !strings.Contains(got, want+"\n") {
		t.Errorf("there is no line %q in\n%s", want, got)
	}
}

// TestRound2Unchanged submits round 2 without a change, of an agency that did not submit
// round 1. The seal has the open items.
func TestRound2Unchanged(t *testing.T) {
	w := newWorld(t, self1)
	w.write(t, justified("i.1.2", option("late")))
	w.move(t, self2)
	w.take(t, outcome(1))
	seal := w.submit(t, "home", 2)
	wantSealed(t, w.sheet(t, "home"), seal, func(e *assessmentv1.Entry) bool { return e.GetAppraised().GetOpen() })
	if seal.GetNumber() != 1 || seal.GetItemCount() != 4 {
		t.Errorf("the receipt is %v", seal)
	}
}

func TestTakeHandBack(t *testing.T) {
	w := newWorld(t, appraisal1)
	asking := &assessmentv1.GetHandBackRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1}
	_, err := w.GetHandBack(editor(t, "home"), asking)
	wantSaid(t, err, fault.NotFound, "HAND_BACK_UNKNOWN round")
	before := w.stored(t)
	changed := func(change func(*appraisalv1.OutcomeContent)) *assessmentv1.TakeHandBackRequest {
		o := outcome(1)
		change(o)
		return handBack(t, o)
	}
	good := handBack(t, outcome(1)).GetContent()
	broken := handBack(t, outcome(1))
	broken.Sha256 = canonical.Hash([]byte("another"))
	elsewhere := handBack(t, outcome(1))
	elsewhere.Agency = "finance"
	later := handBack(t, outcome(1))
	later.Round = 2
	for name, c := range map[string]struct {
		req  *assessmentv1.TakeHandBackRequest
		kind fault.Kind
		want string
	}{
		"another hash":       {broken, fault.Invalid, "HAND_BACK_BROKEN sha256"},
		"nonsense":           {sent(1, bytes.Repeat([]byte("{\xff"), 1<<19)), fault.Invalid, "HAND_BACK_BROKEN content"},
		"no figure":          {changed(func(o *appraisalv1.OutcomeContent) { o.Items[0].Points = new("NaN") }), fault.Invalid, "HAND_BACK_BROKEN content"},
		"no standard":        {sent(1, bytes.Replace(good, []byte(`"standardPoints":"2"`), []byte(`"standardPoints":""`), 1)), fault.Invalid, "HAND_BACK_BROKEN content"},
		"no reduction":       {changed(func(o *appraisalv1.OutcomeContent) { o.Reductions[0].Points = "x" }), fault.Invalid, "HAND_BACK_BROKEN content"},
		"nothing":            {sent(1, []byte("{}")), fault.Invalid, "HAND_BACK_BROKEN content"},
		"unknown field":      {sent(1, bytes.Replace(good, []byte(`{`), []byte(`{"appeal":"1",`), 1)), fault.Invalid, "HAND_BACK_BROKEN content"},
		"missing field":      {sent(1, bytes.Replace(good, []byte(`"agreed":true,`), nil, 1)), fault.Invalid, "HAND_BACK_BROKEN content"},
		"for another agency": {elsewhere, fault.Invalid, "HAND_BACK_MISPLACED content"},
		"for another round":  {later, fault.Invalid, "HAND_BACK_MISPLACED content"},
		"other authority":    {changed(func(o *appraisalv1.OutcomeContent) { o.Authority = "soc-trang" }), fault.Invalid, "HAND_BACK_MISPLACED content"},
		"other cycle":        {changed(func(o *appraisalv1.OutcomeContent) { o.Cycle = "2025" }), fault.Invalid, "HAND_BACK_MISPLACED content"},
		"missing item":       {changed(func(o *appraisalv1.OutcomeContent) { o.Items = o.GetItems()[1:] }), fault.Invalid, "HAND_BACK_MISPLACED content"},
		"item twice":         {changed(func(o *appraisalv1.OutcomeContent) { o.Items[1] = o.GetItems()[0] }), fault.Invalid, "HAND_BACK_MISPLACED content"},
		"item too many": {changed(func(o *appraisalv1.OutcomeContent) {
			o.Items = append(o.Items, &appraisalv1.OutcomeItem{Item: "ii.1", StandardPoints: "10"})
		}), fault.Invalid, "HAND_BACK_MISPLACED content"},
		"strange reduction": {changed(func(o *appraisalv1.OutcomeContent) { o.Reductions[0].Item = "i.9" }), fault.Invalid, "HAND_BACK_MISPLACED content"},
	} {
		_, err := w.TakeHandBack(asService(t, "appraisal"), c.req)
		if f := fault.From(err); f == nil || f.Kind != c.kind || said(err) != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	for agency, want := range map[string]fault.Reason{"new": cycle.AgencyNotScored, "lost": cycle.AgencyNotInCycle} {
		req := handBack(t, outcome(1))
		req.Agency = agency
		_, err := w.TakeHandBack(asService(t, "appraisal"), req)
		wantFault(t, err, want)
	}
	unknown := handBack(t, outcome(1))
	unknown.Cycle = "2030"
	_, err = w.TakeHandBack(asService(t, "appraisal"), unknown)
	wantFault(t, err, window.CycleNotKnown)
	if after := w.stored(t); after != before {
		t.Errorf("refusals left %d rows", after-before)
	}

	req := handBack(t, outcome(1))
	var answers [8]*assessmentv1.TakeHandBackResponse
	atOnce(len(answers), func(i int) {
		var err error
		if answers[i], err = w.TakeHandBack(asService(t, "appraisal"), req); err != nil {
			t.Error(said(err))
		}
	})
	w.Clock.Add(time.Hour)
	again, err := w.TakeHandBack(asService(t, "appraisal"), req)
	want := &assessmentv1.TakeHandBackResponse{ReceiveTime: timestamppb.New(morning), Sha256: req.GetSha256()}
	if err != nil || !proto.Equal(again, want) || !proto.Equal(answers[0], want) {
		t.Errorf("the answers are %v and %v, %s", answers[0], again, said(err))
	}
	if n := w.stored(t); n != before+2 {
		t.Errorf("%d rows for a hand-back and its audit entry", n-before)
	}
	_, err = w.TakeHandBack(asService(t, "appraisal"), changed(func(o *appraisalv1.OutcomeContent) { o.Items[1].Points = new("1") }))
	wantSaid(t, err, fault.Exists, "HAND_BACK_DIFFERS content")

	got, err := w.GetHandBack(editor(t, "home"), asking)
	if err != nil {
		t.Fatal(said(err))
	}
	h := got.GetHandBack()
	if !bytes.Equal(h.GetContent(), req.GetContent()) || h.GetSha256() != req.GetSha256() || !h.GetReceiveTime().AsTime().Equal(morning) || len(h.GetItems()) != 7 {
		t.Errorf("kept is %v", h)
	}
	wantItem := &assessmentv1.HandedItem{Item: "i.2.1", Points: new("0"), StandardPoints: "2", Reason: "Chưa có tài liệu", Open: true}
	if diff := cmp.Diff(wantItem, h.GetItems()[2], protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	second := outcome(1)
	second.Version, second.Items[2].Points, second.DecisionNumber = 2, new("1"), "14/QĐ-HĐTĐ"
	w.take(t, second)
	got, err = w.GetHandBack(editor(t, "home"), asking)
	if err != nil || got.GetHandBack().GetVersion() != 2 || got.GetHandBack().GetItems()[2].GetPoints() != "1" {
		t.Errorf("after the second version: %v %s", got, said(err))
	}
	if again, err := w.TakeHandBack(asService(t, "appraisal"), req); err != nil || again.GetSha256() != req.GetSha256() {
		t.Errorf("the first version again: %v %s", again, said(err))
	}
	_, err = w.TakeHandBack(asService(t, "appraisal"), changed(func(o *appraisalv1.OutcomeContent) { o.Version = 0 }))
	wantSaid(t, err, fault.Invalid, "HAND_BACK_BROKEN content")
	for _, sql := range []string{"update assessment.hand_back set round = 2", "delete from assessment.hand_back", "truncate assessment.hand_back"} {
		if _, err := w.db.Pool.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "never changes") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
