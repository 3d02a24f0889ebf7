package assessment_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/window"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// unsealing asks to open round 1 of home again.
func unsealing() *assessmentv1.UnsealSheetRequest {
	return &assessmentv1.UnsealSheetRequest{
		Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1, Reason: "Gửi nhầm bản dự thảo", RequestId: newID(),
	}
}

// standings returns the standings of an agency's receipts, in order.
func (w *world) standings(t *testing.T, agency string) string {
	t.Helper()
	var all []string
	for _, s := range w.sheet(t, agency).GetSeals() {
		all = append(all, strings.TrimPrefix(s.GetStanding().String(), "SEAL_STANDING_"))
	}
	return strings.Join(all, " ")
}

// TestUnseal opens a submitted round again. Both versions stay, and the appraisal
// receives both (rule A4b).
func TestUnseal(t *testing.T) {
	w := newWorld(t, self1)
	_, err := w.UnsealSheet(coordinator(t), unsealing())
	wantSaid(t, err, fault.NotFound, "SEAL_UNKNOWN round")
	first := w.submit(t, "home", 1)
	confirm := func(s *assessmentv1.Seal, unsealed bool) {
		t.Helper()
		_, err := w.ConfirmSeal(asService(t, "appraisal"), &assessmentv1.ConfirmSealRequest{
			Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1, Sha256: s.GetSha256(), Unsealed: unsealed,
		})
		if err != nil {
			t.Error(said(err))
		}
	}
	confirm(first, false)
	w.Clock.Add(time.Hour)
	req := unsealing()
	answer, err := w.UnsealSheet(coordinator(t), req)
	seal := answer.GetSeal()
	if err != nil || seal.GetNumber() != 1 || seal.GetStanding() != assessmentv1.SealStanding_SEAL_STANDING_UNSEALED || seal.GetUnsealReason() != req.GetReason() {
		t.Fatalf("it is answered with %v, %s", seal, said(err))
	}
	if again, err := w.UnsealSheet(coordinator(t), req); err != nil || again.GetSeal().GetUnsealTime().AsTime() != seal.GetUnsealTime().AsTime() {
		t.Errorf("a second time it is answered with %v, %s", again, said(err))
	}
	_, err = w.UnsealSheet(coordinator(t), unsealing())
	wantSaid(t, err, fault.NotFound, "SEAL_UNKNOWN round") // it is open already
	confirm(first, false)                                  // confirmed before the appraisal knew
	if n := w.known(t, "parindex_seals_unreceived"); n != 1 {
		t.Errorf("%v seals are unreceived; the appraisal does not know of the unsealing", n)
	}
	confirm(first, true)
	w.write(t, justified("i.1.2", option("late")))
	second := w.submit(t, "home", 1)
	if got := w.standings(t, "home"); second.GetNumber() != 2 || got != "REPLACED SUBMITTED" {
		t.Errorf("receipt %d, standings %s", second.GetNumber(), got)
	}
	for number, want := range map[int32]string{1: first.GetSha256(), 2: second.GetSha256(), 0: second.GetSha256()} {
		got, err := w.GetSeal(editor(t, "home"), &assessmentv1.GetSealRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1, Number: number})
		if err != nil || got.GetSeal().GetSha256() != want {
			t.Errorf("receipt %d is %v, %s", number, got, said(err))
		}
	}
	o := outcome(1)
	o.Seals = []*appraisalv1.OutcomeSeal{{Round: 1, Number: 2, Sha256: second.GetSha256()}}
	w.take(t, o)
	if got := w.standings(t, "home"); got != "REPLACED COUNTED" {
		t.Errorf("after the result the standings are %s", got)
	}
	_, err = w.UnsealSheet(coordinator(t), unsealing())
	wantSaid(t, err, fault.Precondition, "ROUND_DECIDED round")
}

// TestUnsealRefuses covers the own agency, other roles and the closed window.
func TestUnsealRefuses(t *testing.T) {
	w := newWorld(t, self1)
	w.submit(t, "home", 1)
	at := auth.Principal{
		Kind: auth.Person, ID: newID(), Authority: "an-binh", Agency: "home",
		Bindings: []auth.Binding{{Role: authv1.Role_ROLE_COORDINATOR, Authority: "an-binh"}},
	}
	before := w.stored(t)
	_, err := w.UnsealSheet(auth.With(t.Context(), at, ""), unsealing())
	wantSaid(t, err, fault.Denied, "OWN_AGENCY_ACT agency")
	_, err = w.UnsealSheet(head(t, "home"), unsealing())
	wantFault(t, err, fault.NotAllowed)
	w.move(t, appraisal1)
	_, err = w.UnsealSheet(coordinator(t), unsealing())
	wantFault(t, err, window.WindowClosed)
	if after := w.stored(t); after != before {
		t.Errorf("refusals left %d rows", after-before)
	}
	w.extend(t, &catalogv1.Extension{Phase: self1, Agency: "home", CloseTime: timestamppb.New(morning.Add(time.Hour)), LetterNumber: "12/SNV"})
	if _, err := w.UnsealSheet(as(t, authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER, ""), unsealing()); err != nil {
		t.Error(said(err))
	}
}

func (w *world) extend(t *testing.T, x ...*catalogv1.Extension) {
	t.Helper()
	w.catalog.ChangeCycle("an-binh", "2026", func(m *catalogv1.Cycle) { m.Extensions = x })
	w.settle(t)
}

// TestExtension submits after the deadline of all, under an extension of the agency and
// one of its group. The receipt names the letter (rule Y3).
func TestExtension(t *testing.T) {
	w := newWorld(t, self1)
	w.window(self1, time.Time{}, morning)
	w.settle(t)
	_, err := w.SubmitSheet(head(t, "home"), submission("home", 1))
	wantFault(t, err, window.WindowClosed)
	w.extend(t,
		&catalogv1.Extension{Phase: self1, Agency: "home", CloseTime: timestamppb.New(morning.Add(2 * time.Hour)), LetterNumber: "12/SNV"},
		&catalogv1.Extension{Phase: self1, Group: "districts", CloseTime: timestamppb.New(morning.Add(time.Hour)), LetterNumber: "13/SNV"})
	_, err = w.SubmitSheet(head(t, "finance"), submission("finance", 1))
	wantFault(t, err, window.WindowClosed)
	if seal := w.submit(t, "my-xuyen", 1); seal.GetExtensionLetter() != "13/SNV" {
		t.Errorf("the receipt is %v", seal)
	}
	// It holds in the next phase, too.
	w.move(t, appraisal1)
	if e := entryOf(t, w.sheet(t, "home"), "i.1.2"); !e.GetOpen() {
		t.Error("the sheet is shown as closed")
	}
	w.write(t, justified("i.1.2", option("late")))
	w.Clock.Add(2*time.Hour - time.Microsecond)
	if seal := w.submit(t, "home", 1); seal.GetExtensionLetter() != "12/SNV" {
		t.Errorf("the receipt is %v", seal)
	}
	if got := w.sheet(t, "home").GetSeals()[0].GetExtensionLetter(); got != "12/SNV" {
		t.Errorf("the sheet shows the letter %q", got)
	}
	w.Clock.Add(time.Microsecond)
	_, err = w.UpdateEntry(editor(t, "home"), justified("i.1.1", met("plan")))
	wantFault(t, err, window.WindowClosed)
	// The phase after is over: an extension holds no more.
	w.extend(t, &catalogv1.Extension{Phase: self1, Agency: "finance", CloseTime: timestamppb.New(morning.Add(9 * time.Hour)), LetterNumber: "14/SNV"})
	w.move(t, self2)
	_, err = w.SubmitSheet(head(t, "finance"), submission("finance", 1))
	wantFault(t, err, window.WindowClosed)
}

// TestLateReceipt sees that a round whose result is handed back gets no receipt, and that
// a receipt given in the moment of the approval says that it does not count.
func TestLateReceipt(t *testing.T) {
	w := newWorld(t, self1)
	w.take(t, outcome(1))
	before := w.stored(t)
	_, err := w.SubmitSheet(head(t, "home"), submission("home", 1))
	wantSaid(t, err, fault.Precondition, "ROUND_DECIDED round")
	if after := w.stored(t); after != before {
		t.Errorf("the refusal left %d rows", after-before)
	}
	other := outcome(1)
	other.Agency = "finance"
	w.submit(t, "finance", 1)
	req := handBack(t, other)
	req.Agency = "finance"
	if _, err := w.TakeHandBack(asService(t, "appraisal"), req); err != nil { // it names no seal
		t.Fatal(said(err))
	}
	if got := w.standings(t, "finance"); got != "LATE" {
		t.Errorf("the receipt is %s", got)
	}
}
