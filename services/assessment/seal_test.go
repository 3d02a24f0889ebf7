package assessment_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/page"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/window"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

func submission(agency string, round int32) *assessmentv1.SubmitSheetRequest {
	return &assessmentv1.SubmitSheetRequest{
		Authority: "an-binh", Cycle: "2026", Agency: agency, Round: round, AcceptIncomplete: true, RequestId: newID(),
	}
}

// submit submits a round and accepts items that count 0.
func (w *world) submit(t *testing.T, agency string, round int32) *assessmentv1.Seal {
	t.Helper()
	answer, err := w.SubmitSheet(head(t, agency), submission(agency, round))
	if err != nil {
		t.Fatal(said(err))
	}
	return answer.GetSeal()
}

// fill writes every item of home that an agency assesses.
func (w *world) fill(t *testing.T) {
	t.Helper()
	proven := update("i.1.1", met("report", "plan"))
	proven.Evidence = []*assessmentv1.Evidence{document("Kế hoạch"), {Title: "Báo cáo"}}
	w.write(t, proven)
	w.write(t, justified("i.1.2", option("late")))
	w.write(t, justified("i.2.1", percent("70.0")))
	w.write(t, justified("i.2.2", ratio("14", "22")))
	w.write(t, justified("i.2.3", ratio("0", "0")))
	w.write(t, justified("i.2.4", given("0.50")))
}

// sealContent makes the content of a seal from a sheet and from the receipt.
func sealContent(t *testing.T, s *assessmentv1.Sheet, seal *assessmentv1.Seal, holds func(*assessmentv1.Entry) bool) []byte {
	t.Helper()
	content := &assessmentv1.SealContent{
		Authority: s.GetAuthority(), Cycle: s.GetCycle(), Agency: s.GetAgency(), Group: s.GetGroup(), Round: seal.GetRound(), Number: seal.GetNumber(),
		SealTime: seal.GetSealTime().AsTime().UTC().Format("2006-01-02T15:04:05.000000Z"), RegulationSha256: regulationSHA256,
	}
	for _, e := range s.GetEntries() {
		if e.GetKind() != assessmentv1.EntryKind_ENTRY_KIND_DECIDED_AT_SCORING && holds(e) {
			content.Entries = append(content.Entries, sealedEntry(e))
		}
	}
	return written[sealed.Sheet](t, content)
}

// written returns a message in the written form of the content C, or as plain JSON if it
// does not fit C.
func written[C sealed.Content](t *testing.T, m proto.Message) []byte {
	t.Helper()
	plain, err := protojson.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var content C
	if err := json.Unmarshal(plain, &content); err != nil {
		return plain
	}
	text, _, err := sealed.Write(content)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func each[From, To any](list []From, convert func(From) To) []To {
	var converted []To
	for _, x := range list {
		converted = append(converted, convert(x))
	}
	return converted
}

func sealedEntry(e *assessmentv1.Entry) *assessmentv1.SealedEntry {
	sealed := &assessmentv1.SealedEntry{
		Item: e.GetItem(), Input: e.GetInput(), Justification: e.GetJustification(),
		NotApplicable: e.GetExplanation() != nil && e.GetExplanation().Points == nil,
	}
	if e.GetExplanation() != nil {
		sealed.Points = e.GetExplanation().Points
	}
	if e.GetNotCounted() != 0 {
		sealed.NotCounted = strings.TrimPrefix(e.GetNotCounted().String(), "NOT_COUNTED_")
	}
	for _, d := range e.GetEvidence() {
		sealed.Evidence = append(sealed.Evidence, &assessmentv1.SealedEvidence{
			Title: d.GetTitle(), DocumentNumber: d.GetDocumentNumber(), Issuer: d.GetIssuer(), IssueDate: d.GetIssueDate(), Locator: d.GetLocator(), Link: d.GetLink(),
		})
	}
	return sealed
}

// wantSealed checks the bytes of a seal's content against the items of a sheet that
// holds selects, and checks its hash.
func wantSealed(t *testing.T, s *assessmentv1.Sheet, seal *assessmentv1.Seal, holds func(*assessmentv1.Entry) bool) {
	t.Helper()
	if want := sealContent(t, s, seal, holds); !bytes.Equal(want, seal.GetContent()) {
		t.Errorf("the seal holds\n%s\nand from the sheet it is\n%s", seal.GetContent(), want)
	}
	if sum := sha256.Sum256(seal.GetContent()); hex.EncodeToString(sum[:]) != seal.GetSha256() {
		t.Errorf("the seal states %s", seal.GetSha256())
	}
	var m assessmentv1.SealContent
	if err := protojson.Unmarshal(seal.GetContent(), &m); err != nil {
		t.Errorf("the content is no SealContent: %v", err)
	}
	documents := 0
	for _, e := range m.GetEntries() {
		documents += len(e.GetEvidence())
	}
	if int(seal.GetItemCount()) != len(m.GetEntries()) || int(seal.GetEvidenceCount()) != documents {
		t.Errorf("the receipt counts %d items and %d documents, the content has %d and %d", seal.GetItemCount(), seal.GetEvidenceCount(), len(m.GetEntries()), documents)
	}
}

func all(*assessmentv1.Entry) bool { return true }

// TestSubmit submits a full sheet and checks the receipt, the content, and that the
// round can no longer be changed.
func TestSubmit(t *testing.T) {
	w := newWorld(t, self1)
	w.fill(t)
	w.report(t, report("home", ratio("30", "40")))
	req := submission("home", 1)
	req.AcceptIncomplete = false
	answer, err := w.SubmitSheet(head(t, "home"), req)
	if err != nil {
		t.Fatal(said(err))
	}
	seal := answer.GetSeal()
	s := w.sheet(t, "home")
	wantSealed(t, s, seal, all)
	want := &assessmentv1.Seal{
		Number: 1, Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1, SealTime: timestamppb.New(morning),
		Sha256: seal.GetSha256(), Content: seal.GetContent(), ItemCount: 7, EvidenceCount: 2,
		Standing: assessmentv1.SealStanding_SEAL_STANDING_SUBMITTED,
	}
	if diff := cmp.Diff(want, seal, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// The beginning and the first items were written by hand.
	const begins = `{"authority":"an-binh","cycle":"2026","agency":"home","group":"departments","round":1,"number":1,` +
		`"sealTime":"2026-10-01T01:30:00.250000Z","regulationSha256":"` + regulationSHA256 + `","entries":[` +
		`{"item":"i.1.1","input":{"conditionsMet":{"ids":["plan","report"]}},"points":"2","notApplicable":false,"notCounted":"","justification":"",` +
		`"evidence":[{"title":"Kế hoạch","documentNumber":"45/KH-UBND",` +
		`"issuer":"UBND tỉnh","issueDate":"2026-02-01","locator":"mục II, điểm 3","link":"https://an-binh.example/45?a=1&b=<2>"},` +
		`{"title":"Báo cáo","documentNumber":"","issuer":"","issueDate":"","locator":"","link":""}]},` +
		`{"item":"i.1.2","input":{"option":"late"},"points":"0.5","notApplicable":false,"notCounted":"","justification":"Đã thực hiện"},` +
		`{"item":"i.2.1","input":{"percent":"70"},"points":"1","notApplicable":false,"notCounted":"","justification":"Đã thực hiện"},`
	if got := string(seal.GetContent()); !strings.HasPrefix(got, begins) ||
		!strings.Contains(got, `{"item":"i.2.3","input":{"ratio":{"done":"0","planned":"0"}},"notApplicable":true,"notCounted":"","justification":"Đã thực hiện"}`) ||
		!strings.Contains(got, `{"item":"i.2.5","notApplicable":false,"notCounted":"","justification":""}`) { // the reported value counts
		t.Errorf("the content is\n%s", got)
	}
	// Reading the content gives the same seven items.
	if content, err := sealed.Read[sealed.Sheet](seal.GetContent()); err != nil || len(content.Entries) != 7 {
		t.Errorf("read it is %v, %v", content, err)
	}
	receipt := proto.CloneOf(seal)
	receipt.Content = nil
	if diff := cmp.Diff([]*assessmentv1.Seal{receipt}, s.GetSeals(), protocmp.Transform()); diff != "" {
		t.Errorf("on the sheet (-want +got):\n%s", diff)
	}
	if entryOf(t, s, "i.1.1").GetOpen() {
		t.Error("an item of a sealed round is open")
	}
	got, err := w.GetSeal(editor(t, "home"), &assessmentv1.GetSealRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1})
	if err != nil || !proto.Equal(got.GetSeal(), seal) {
		t.Errorf("read again it is %v, %s", got, said(err))
	}
	before := w.stored(t)
	again, err := w.SubmitSheet(head(t, "home"), req)
	if err != nil || !proto.Equal(again, answer) {
		t.Errorf("the second answer is %v, %s", again, said(err))
	}
	late := justified("i.1.2", option("timely"))
	late.Etag = "1"
	_, err = w.UpdateEntry(editor(t, "home"), late)
	wantSaid(t, err, fault.Precondition, "ROUND_SUBMITTED round")
	_, err = w.SubmitSheet(head(t, "home"), submission("home", 1))
	wantSaid(t, err, fault.Precondition, "ROUND_SUBMITTED round")
	other := submission("home", 1)
	other.RequestId = req.GetRequestId()
	_, err = w.SubmitSheet(head(t, "home"), other)
	wantFault(t, err, fault.RequestIDReused)
	if after := w.stored(t); after != before {
		t.Errorf("refusals left %d rows", after-before)
	}
	if n := w.metric(t, "parindex_seals_total"); n != 1 {
		t.Errorf("%v seals counted, want 1", n)
	}
}

// TestSubmitIncomplete submits a sheet with items that count 0: it is refused, then
// checked by a trial, then accepted.
func TestSubmitIncomplete(t *testing.T) {
	w := newWorld(t, self1)
	w.write(t, justified("i.1.1", met()))
	w.write(t, update("i.1.2", option("late")))
	w.write(t, update("i.2.3", ratio("0", "0")))
	before := w.stored(t)
	req := submission("home", 1)
	req.AcceptIncomplete = false
	_, err := w.SubmitSheet(head(t, "home"), req)
	const missing = "SHEET_INCOMPLETE\ni.1.2 NO_EVIDENCE\ni.2.1 NO_INPUT\ni.2.2 NO_INPUT\ni.2.3 NO_EVIDENCE\ni.2.4 NO_INPUT\ni.2.5 NOT_REPORTED"
	wantSaid(t, err, fault.Precondition, missing)
	if f := fault.From(err); len(f.Violations) > 0 && f.Violations[0].Message("vi") != "Báo cáo: chưa có tài liệu kiểm chứng hoặc giải trình. Hãy bổ sung ít nhất một trong hai." {
		t.Errorf("in words: %s", f.Violations[0].Message("vi"))
	}
	req.ValidateOnly = true
	_, err = w.SubmitSheet(head(t, "home"), req)
	wantSaid(t, err, fault.Precondition, missing)
	req.AcceptIncomplete = true
	trial, err := w.SubmitSheet(head(t, "home"), req)
	if err != nil || trial.GetSeal().GetNumber() != 0 || trial.GetSeal().GetSealTime() != nil || trial.GetSeal().GetItemCount() != 7 {
		t.Errorf("a trial gives %v, %s", trial, said(err))
	}
	if after := w.stored(t); after != before {
		t.Errorf("trials left %d rows", after-before)
	}
	req.ValidateOnly = false
	answer, err := w.SubmitSheet(head(t, "home"), req)
	if err != nil {
		t.Fatal(said(err))
	}
	wantSealed(t, w.sheet(t, "home"), answer.GetSeal(), all)
	if got := string(answer.GetSeal().GetContent()); !strings.Contains(got, `{"item":"i.2.1","notApplicable":false,"notCounted":"NO_INPUT","justification":""}`) ||
		!strings.Contains(got, `{"item":"i.1.2","input":{"option":"late"},"points":"0.5","notApplicable":false,"notCounted":"NO_EVIDENCE","justification":""}`) {
		t.Errorf("the content is\n%s", got)
	}
	req.ValidateOnly = true
	_, err = w.SubmitSheet(head(t, "home"), req)
	wantSaid(t, err, fault.Precondition, "ROUND_SUBMITTED round")
}

func TestSubmitOutsideTheWindow(t *testing.T) {
	w := newWorld(t, preparation)
	for _, trial := range []bool{false, true} {
		req := submission("home", 1)
		req.ValidateOnly = trial
		_, err := w.SubmitSheet(head(t, "home"), req)
		wantFault(t, err, window.WindowNotOpen)
	}
	w.move(t, appraisal1)
	_, err := w.SubmitSheet(head(t, "home"), submission("home", 1))
	wantFault(t, err, window.WindowClosed)
	w.move(t, self2)
	_, err = w.SubmitSheet(head(t, "home"), submission("home", 2))
	wantSaid(t, err, fault.Precondition, "HAND_BACK_MISSING round")
	_, err = w.GetSeal(head(t, "home"), &assessmentv1.GetSealRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1})
	wantSaid(t, err, fault.NotFound, "SEAL_UNKNOWN round")
	if n := w.count(t, `select count(*) from assessment.seal_counter`); n > 0 {
		t.Error("a refused submission has taken a number")
	}
}

// headIn returns a context of the head of an agency in an authority.
func headIn(t *testing.T, authority, agency string) context.Context {
	t.Helper()
	return auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000002",
		Bindings: []auth.Binding{{Role: authv1.Role_ROLE_AGENCY_HEAD, Authority: authority, Agency: agency}},
	}, "")
}

// TestSealNumbersHaveNoGaps submits the sheets of agencies of two authorities at the same
// time, each several times, with refused submissions among them.
func TestSealNumbersHaveNoGaps(t *testing.T) {
	w := newWorld(t, self1)
	agencies := []string{"finance", "home", "my-xuyen"}
	var done atomic.Int32
	atOnce(24, func(i int) {
		agency, authority := agencies[i%3], []string{"an-binh", "soc-trang"}[i%2]
		req := submission(agency, 1)
		req.Authority, req.AcceptIncomplete = authority, i%4 > 0
		switch _, err := w.SubmitSheet(headIn(t, authority, agency), req); {
		case err == nil:
			done.Add(1)
		case !errors.Is(err, assessment.RoundSubmitted) && !errors.Is(err, assessment.SheetIncomplete):
			t.Error(said(err))
		}
	})
	if done.Load() != 6 {
		t.Errorf("%d of 6 agencies have submitted", done.Load())
	}
	if n := w.count(t, `select count(*) from (select authority, array_agg(number order by number) as numbers from assessment.seal group by authority) s where numbers = '{1,2,3}'`); n != 2 {
		t.Errorf("in %d authorities the numbers are 1, 2, 3; want 2", n)
	}
}

// TestSealNeverChanges tries to change each column of a seal, and to delete and truncate.
func TestSealNeverChanges(t *testing.T) {
	w := newWorld(t, self1)
	w.fill(t)
	w.submit(t, "home", 1)
	refused := func(sql, constraint string) {
		t.Helper()
		_, err := w.db.Pool.Exec(t.Context(), sql)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "23001" || e.ConstraintName != constraint {
			t.Errorf("%s: %v", sql, err)
		}
	}
	for _, set := range []string{
		"authority = 'x'", "cycle = 'x'", "agency = 'x'", "round = 2", "number = 7", "seal_time = now()", "sha256 = 'x'", "content = ''",
		"item_count = 0", "evidence_count = 0", "receive_time = null", "item_count = 0, receive_time = now()",
	} {
		refused("update assessment.seal set "+set, "seal_stays")
	}
	refused("delete from assessment.seal", "seal_stays")
	refused("truncate assessment.seal", "seal_all_stay")
	if _, err := w.db.Pool.Exec(t.Context(), "update assessment.seal set receive_time = now()"); err != nil {
		t.Errorf("noting the receipt: %v", err)
	}
	refused("update assessment.seal set receive_time = now()", "seal_stays")
	refused("update assessment.seal set receive_time = null", "seal_stays")
}

// TestUnreceivedSeals lists seals page by page and confirms them, as the appraisal does.
func TestUnreceivedSeals(t *testing.T) {
	w := newWorld(t, self1)
	first := w.submit(t, "home", 1)
	w.Clock.Add(time.Minute)
	second := w.submit(t, "finance", 1)
	w.Clock.Add(time.Minute)
	elsewhere := submission("home", 1)
	elsewhere.Authority = "soc-trang"
	answer, err := w.SubmitSheet(headIn(t, "soc-trang", "home"), elsewhere)
	if err != nil {
		t.Fatal(said(err))
	}
	third := answer.GetSeal()
	list := func(size int32, token string, want ...*assessmentv1.Seal) (next string) {
		t.Helper()
		answer, err := w.ListUnreceivedSeals(asService(t, "appraisal"), &assessmentv1.ListUnreceivedSealsRequest{PageSize: size, PageToken: token})
		if err != nil {
			t.Fatal(said(err))
		}
		if diff := cmp.Diff(want, answer.GetSeals(), protocmp.Transform()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		return answer.GetNextPageToken()
	}
	whole := list(0, "", first, second, third)
	next := list(2, "", first, second)
	last := list(2, next, third)
	if exact := list(3, "", first, second, third); whole != "" || next == "" || last != "" || exact != "" {
		t.Errorf("the next pages are %q, %q, %q and %q", whole, next, last, exact)
	}
	for _, token := range []string{"x", page.Encode("unreceived-seals", "now", "a", "c", "1"), page.Encode("unreceived-seals", "2026-10-01T00:00:00Z", "a", "c", "9999999999")} {
		_, err := w.ListUnreceivedSeals(asService(t, "appraisal"), &assessmentv1.ListUnreceivedSealsRequest{PageToken: token})
		wantSaid(t, err, fault.Invalid, "PAGE_TOKEN_INVALID pageToken")
	}
	if n := w.known(t, "parindex_seals_unreceived"); n != 3 {
		t.Errorf("%v seals are not received, want 3", n)
	}
	confirm := func(change func(*assessmentv1.ConfirmSealRequest)) (*assessmentv1.Seal, error) {
		req := &assessmentv1.ConfirmSealRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1, Sha256: first.GetSha256()}
		change(req)
		answer, err := w.ConfirmSeal(asService(t, "appraisal"), req)
		return answer.GetSeal(), err
	}
	unchanged := func(*assessmentv1.ConfirmSealRequest) {}
	_, err = confirm(func(r *assessmentv1.ConfirmSealRequest) { r.Sha256 = second.GetSha256() })
	wantSaid(t, err, fault.Precondition, "SEAL_DIFFERS sha256")
	_, err = confirm(func(r *assessmentv1.ConfirmSealRequest) { r.Round = 2 })
	wantSaid(t, err, fault.NotFound, "SEAL_UNKNOWN round")
	_, err = confirm(func(r *assessmentv1.ConfirmSealRequest) { r.Agency = "my-xuyen" })
	wantSaid(t, err, fault.NotFound, "SEAL_UNKNOWN round")
	_, err = confirm(func(r *assessmentv1.ConfirmSealRequest) { r.Cycle = "2030" })
	wantFault(t, err, window.CycleNotKnown)
	w.move(t, appraisal1) // a receipt belongs to no window
	received, err := confirm(unchanged)
	want := proto.CloneOf(first)
	want.Content, want.ReceiveTime = nil, timestamppb.New(w.Clock.Now())
	if err != nil || !proto.Equal(received, want) {
		t.Errorf("confirming gives %v, %s", received, said(err))
	}
	before := w.stored(t)
	w.Clock.Add(time.Minute)
	again, err := confirm(unchanged)
	if err != nil || !proto.Equal(again, want) || w.stored(t) != before {
		t.Errorf("confirming again gives %v, %s", again, said(err))
	}
	list(1, next, third)
	list(0, "", second, third)
	if n := w.known(t, "parindex_seals_unreceived"); n != 2 {
		t.Errorf("%v seals are not received, want 2", n)
	}
}

// TestUnreceivedSealsFitIntoAMessage lists seals of the largest size with the same time:
// a page ends before the message is too large, and an unconfirmed seal does not hide the
// seals after it.
func TestUnreceivedSealsFitIntoAMessage(t *testing.T) {
	w := newWorld(t, self1)
	_, err := w.db.Pool.Exec(t.Context(), `
		insert into assessment.sheet (authority, cycle, agency) select 'an-binh', '2026', a from unnest('{a,b,c}'::text[]) a;
		insert into assessment.seal (authority, cycle, agency, round, number, seal_time, sha256, content, item_count, evidence_count)
		select 'an-binh', '2026', s.agency, 1, s.n, now(), encode(sha256(s.content), 'hex'), s.content, 1, 0
		from (select agency, row_number() over (order by agency) as n, convert_to(repeat('x', 2097152), 'UTF8') as content from assessment.sheet) s`)
	if err != nil {
		t.Fatal(err)
	}
	token := ""
	for _, agency := range []string{"a", "b", "c"} {
		answer, err := w.ListUnreceivedSeals(asService(t, "appraisal"), &assessmentv1.ListUnreceivedSealsRequest{PageToken: token})
		if err != nil || len(answer.GetSeals()) != 1 || answer.GetSeals()[0].GetAgency() != agency {
			t.Fatalf("%d seals, %s", len(answer.GetSeals()), said(err))
		}
		if token = answer.GetNextPageToken(); (token == "") != (agency == "c") {
			t.Errorf("after %s the next page is %q", agency, token)
		}
	}
}

// TestUpdatesRaceTheSeal writes entries while the round is submitted. No write is
// accepted after the submission, and the seal has every acknowledged write.
func TestUpdatesRaceTheSeal(t *testing.T) {
	w := newWorld(t, self1)
	items := []string{"i.1.1", "i.1.2", "i.2.1", "i.2.2", "i.2.3", "i.2.4", "i.2.5"}
	ledger := make([]string, len(items)) // the last acknowledged justification of each item
	var acknowledged atomic.Int32
	wait := begin(len(items), func(i int) {
		for n := 0; ; n++ {
			req := update(items[i], nil)
			req.Etag, req.Justification = strconv.Itoa(n), fmt.Sprintf("%s version %d", items[i], n+1)
			if _, err := w.UpdateEntry(editor(t, "home"), req); err != nil {
				wantSaid(t, err, fault.Precondition, "ROUND_SUBMITTED round")
				return
			}
			ledger[i] = req.GetJustification()
			acknowledged.Add(1)
		}
	})
	eventually(t, "writes are under way", func() bool { return acknowledged.Load() > 20 })
	seal := w.submit(t, "home", 1)
	wait()
	var content assessmentv1.SealContent
	if err := protojson.Unmarshal(seal.GetContent(), &content); err != nil {
		t.Fatal(err)
	}
	sealed := each(content.GetEntries(), (*assessmentv1.SealedEntry).GetJustification)
	if !slices.Equal(sealed, ledger) {
		t.Errorf("sealed\n%s\nacknowledged\n%s", strings.Join(sealed, "\n"), strings.Join(ledger, "\n"))
	}
	wantSealed(t, w.sheet(t, "home"), seal, all)
}

// TestWritesRaceTheWindow closes the window while fifty clients write, once by its
// deadline and once by hand. No write is accepted afterwards, and no acknowledged write
// is lost.
func TestWritesRaceTheWindow(t *testing.T) {
	for name, closing := range map[string]func(t *testing.T, w *world){
		"scheduled": func(_ *testing.T, w *world) { w.Clock.Add(time.Hour) },
		"by hand":   func(t *testing.T, w *world) { t.Helper(); w.move(t, appraisal1) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, self1)
			w.window(self1, time.Time{}, morning.Add(time.Hour))
			w.settle(t)
			items := []string{"i.1.1", "i.1.2", "i.2.1", "i.2.2", "i.2.3", "i.2.4"}
			var closed atomic.Bool
			var accepted, late atomic.Int32
			wait := begin(50, func(i int) {
				for req := update(items[i%len(items)], nil); ; req.Etag, req.RequestId = w.etag(t, req.GetItem()), newID() {
					after := closed.Load()
					switch _, err := w.UpdateEntry(editor(t, "home"), req); {
					case err == nil && after:
						late.Add(1)
					case err == nil:
						accepted.Add(1)
					case errors.Is(err, window.WindowClosed):
						return
					case !errors.Is(err, fault.StaleEtag):
						t.Error(said(err))
						return
					}
				}
			})
			eventually(t, "writes are under way", func() bool { return accepted.Load() > 20 })
			closing(t, w)
			closed.Store(true)
			wait()
			written := w.count(t, `select coalesce(sum(version), 0) from assessment.entry`)
			if late.Load() > 0 || written != int(accepted.Load()) {
				t.Errorf("%d accepted after the closing; %d acknowledged, %d stored", late.Load(), accepted.Load(), written)
			}
		})
	}
}

// etag returns the current etag of an entry of home. It may be called from several
// goroutines.
func (w *world) etag(t *testing.T, item string) string {
	t.Helper()
	answer, err := w.GetSheet(editor(t, "home"), &assessmentv1.GetSheetRequest{Authority: "an-binh", Cycle: "2026", Agency: "home"})
	if err != nil {
		t.Error(said(err))
	}
	for _, e := range answer.GetSheet().GetEntries() {
		if e.GetItem() == item {
			return e.GetEtag()
		}
	}
	return "0"
}

// TestStandingAfterASecondResult reads sheet and receipt of a round whose appraisal was
// reopened, so that two versions of its result were handed back. The last one tells
// whether the receipt counts (rule A5).
func TestStandingAfterASecondResult(t *testing.T) {
	w := newWorld(t, self1)
	w.fill(t)
	seal := w.submit(t, "home", 1)
	first, second := outcome(1), outcome(1)
	first.Seals = nil
	second.Version, second.Seals = 2, []*appraisalv1.OutcomeSeal{{Round: 1, Number: seal.GetNumber(), Sha256: seal.GetSha256()}}
	w.take(t, first)
	w.take(t, second)
	if got := w.sheet(t, "home").GetSeals(); len(got) != 1 || got[0].GetStanding() != assessmentv1.SealStanding_SEAL_STANDING_COUNTED {
		t.Errorf("the sheet shows %v", got)
	}
	read, err := w.GetSeal(head(t, "home"), &assessmentv1.GetSealRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1})
	if err != nil || read.GetSeal().GetStanding() != assessmentv1.SealStanding_SEAL_STANDING_COUNTED {
		t.Errorf("the receipt is %v, %v", read.GetSeal().GetStanding(), err)
	}
}
