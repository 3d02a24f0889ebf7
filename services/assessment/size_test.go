package assessment_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/fault"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// largest is a write of the longest entry that there may be: JSON doubles its
// quotes and line ends. With one character more it is too long.
func (w *world) largest(t *testing.T, item string) *assessmentv1.UpdateEntryRequest {
	t.Helper()
	req := update(item, ratio("14", "22"))
	req.Justification = strings.Repeat("\"\n", 2000)
	for range 8 {
		req.Evidence = append(req.Evidence, &assessmentv1.Evidence{Title: "Kế hoạch", Link: "https://an-binh.example/" + strings.Repeat("x", 1920)})
	}
	written := w.write(t, req)
	req.Etag, req.RequestId = written.GetEtag(), newID()
	req.Evidence[0].Issuer = strings.Repeat("x", assessment.MaxEntry-w.sealed(t, item))
	return req
}

// sealed is how many bytes an item of home would have in a seal.
func (w *world) sealed(t *testing.T, item string) int {
	t.Helper()
	req := submission("home", 1)
	req.ValidateOnly = true
	answer, err := w.SubmitSheet(head(t, "home"), req)
	if err != nil {
		t.Fatal(said(err))
	}
	var content struct{ Entries []json.RawMessage }
	if err := json.Unmarshal(answer.GetSeal().GetContent(), &content); err != nil {
		t.Fatal(err)
	}
	for _, e := range content.Entries {
		if strings.HasPrefix(string(e), `{"item":"`+item+`"`) {
			return len(e)
		}
	}
	t.Fatalf("nothing of %s would be sealed", item)
	return 0
}

// TestEntryTooLarge counts what an entry has in a seal and not what is typed.
func TestEntryTooLarge(t *testing.T) {
	w := newWorld(t, self1)
	req := w.largest(t, "i.2.2")
	over := proto.CloneOf(req)
	over.Evidence[0].Issuer += "x"
	_, err := w.UpdateEntry(editor(t, "home"), over)
	wantSaid(t, err, fault.Invalid, "ENTRY_TOO_LARGE")
	if !strings.Contains(fmt.Sprint(err), "dài 25 KiB, tối đa 24 KiB") {
		t.Errorf("in words: %v", err)
	}
	w.write(t, req)
	if n := w.sealed(t, "i.2.2"); n != 24<<10 {
		t.Errorf("the largest entry has %d bytes in a seal", n)
	}
}

// TestFullSheetFitsIntoAMessage fills a sheet of 400 items to the brim, hands it
// back with the longest reasons and reads it: everything fits into a message.
func TestFullSheetFitsIntoAMessage(t *testing.T) {
	c := newCatalog(self1)
	const more = 394
	addItems(c, more)
	w := newWorldOf(t, c)
	largest := w.largest(t, "i.3.394")
	w.write(t, largest)
	next := proto.CloneOf(largest)
	for i := range more - 1 {
		next.Item, next.Etag, next.RequestId = "i.3."+strconv.Itoa(i+1), "0", newID()
		if _, err := w.UpdateEntry(editor(t, "home"), next); err != nil {
			wantSaid(t, err, fault.Precondition, "SHEET_TOO_LARGE")
			break
		}
	}
	if n := w.count(t, `select count(*) from assessment.entry`); n < 60 || n == more {
		t.Errorf("%d of the largest entries were taken", n)
	}
	// A full sheet can be shortened, and then there is room again.
	shorter := proto.CloneOf(largest)
	shorter.Etag, shorter.RequestId, shorter.Justification = "2", newID(), "Đã thực hiện"
	w.write(t, shorter)
	longer := proto.CloneOf(largest)
	longer.Etag, longer.RequestId = "3", newID()
	w.write(t, longer)

	seal := w.submit(t, "home", 1)
	listed, err := w.ListUnreceivedSeals(asService(t, "appraisal"), &assessmentv1.ListUnreceivedSealsRequest{})
	if err != nil || len(listed.GetSeals()) != 1 || len(seal.GetContent()) < 3<<19 {
		t.Errorf("%d seals for one of %d bytes, %s", len(listed.GetSeals()), len(seal.GetContent()), said(err))
	}
	w.move(t, self2)
	w.take(t, longest(more))
	s := w.sheet(t, "home")
	if n := proto.Size(s); n < 7<<20 || len(entryOf(t, s, "i.3.1").GetAppraised().GetReason()) != 4*4000 {
		t.Errorf("the sheet has %d bytes", n)
	}
	asking := &assessmentv1.GetHandBackRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1}
	back, err := w.GetHandBack(editor(t, "home"), asking)
	if err != nil {
		t.Error(said(err))
	}
	if n := len(back.GetHandBack().GetContent()); n < 6<<20 {
		t.Errorf("%d bytes came back", n)
	}
}

// longest is the outcome of round 1 with more items and the longest reasons that
// appraisers can give.
func longest(more int) *appraisalv1.OutcomeContent {
	o := outcome(1)
	for i := range more {
		o.Items = append(o.Items, &appraisalv1.OutcomeItem{Item: "i.3." + strconv.Itoa(i+1), Round: 1, Points: new("0"), StandardPoints: "3", Open: true})
	}
	for _, i := range o.GetItems() {
		i.Agreed, i.ReasonCode, i.Reason = false, "OTHER", strings.Repeat("𠀀", 4000)
	}
	return o
}

// TestSheetTooLargeToSeal has a sheet that is larger than anybody can write it:
// it is not sealed, and no number is taken.
func TestSheetTooLargeToSeal(t *testing.T) {
	w := newWorld(t, self1)
	w.write(t, justified("i.2.2", ratio("14", "22")))
	if _, err := w.db.Pool.Exec(t.Context(), `update assessment.entry set justification = repeat('"', 1048576)`); err != nil {
		t.Fatal(err)
	}
	before := w.stored(t)
	for _, trial := range []bool{true, false} {
		req := submission("home", 1)
		req.ValidateOnly = trial
		_, err := w.SubmitSheet(head(t, "home"), req)
		wantSaid(t, err, fault.Precondition, "SHEET_TOO_LARGE")
		if !strings.Contains(fmt.Sprint(err), "dài tổng cộng 2049 KiB, tối đa 2048 KiB. Hãy rút gọn") {
			t.Errorf("in words: %v", err)
		}
	}
	if after := w.stored(t); after != before {
		t.Errorf("refusals left %d rows", after-before)
	}
}
