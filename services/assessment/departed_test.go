package assessment_test

import (
	"context"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/cycle/cycletest"
	"github.com/parindex/parindex/libs/fault"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// leave lets an agency leave the cycle and waits until the service has heard of it.
func (w *world) leave(t *testing.T, agency string) {
	t.Helper()
	w.catalog.Change(func() {
		for i, m := range w.catalog.Agencies {
			if a := m.GetAgency(); a.GetId() == agency {
				w.catalog.Agencies[i] = cycletest.Left(agency, a.GetName(), m.GetGroup(), "Sáp nhập")
			}
		}
	})
	w.catalog.ChangeCycle("an-binh", "2026", func(*catalogv1.Cycle) {})
	w.settle(t)
}

// TestDeparted checks that an agency that has left the cycle reads what it wrote,
// submitted and was told, and that nobody writes for it any more (rule C1b). Its seal is
// still confirmed, so that none stays unreceived.
func TestDeparted(t *testing.T) {
	w := newWorld(t, self1)
	w.fill(t)
	w.report(t, report("home", ratio("3", "4")))
	seal := w.submit(t, "home", 1)
	before := w.sheet(t, "home")
	w.leave(t, "home")
	of := &assessmentv1.GetSheetRequest{Authority: "an-binh", Cycle: "2026", Agency: "home"}
	for name, ctx := range map[string]context.Context{"editor": editor(t, "home"), "head": head(t, "home"), "coordinator": coordinator(t)} {
		answer, err := w.GetSheet(ctx, of)
		if err != nil {
			t.Errorf("%s: %s", name, said(err))
			continue
		}
		for i, e := range answer.GetSheet().GetEntries() {
			if e.GetOpen() || !proto.Equal(e.GetInput(), before.GetEntries()[i].GetInput()) {
				t.Errorf("%s reads %v", name, e)
			}
		}
	}
	_, err := w.GetSheet(editor(t, "finance"), of)
	wantSaid(t, err, fault.Denied, "NOT_ALLOWED")
	got, err := w.GetSeal(head(t, "home"), &assessmentv1.GetSealRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1})
	if err != nil || got.GetSeal().GetSha256() != seal.GetSha256() {
		t.Errorf("the seal is %v, %s", got, said(err))
	}
	_, err = w.ConfirmSeal(asService(t, "appraisal"), &assessmentv1.ConfirmSealRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1, Sha256: seal.GetSha256()})
	if n := w.known(t, "parindex_seals_unreceived"); err != nil || n != 0 {
		t.Errorf("%v seals are unreceived, %s", n, said(err))
	}
	w.take(t, outcome(1)) // approved before it left
	if h, err := w.GetHandBack(head(t, "home"), &assessmentv1.GetHandBackRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1}); err != nil {
		t.Errorf("the hand-back is %v, %s", h, said(err))
	}
	values, err := w.ListReportedValues(coordinator(t), &assessmentv1.ListReportedValuesRequest{Authority: "an-binh", Cycle: "2026"})
	if err != nil || len(values.GetReportedValues()) != 1 {
		t.Errorf("reported are %v, %s", values, said(err))
	}

	w.move(t, self1)
	for name, err := range map[string]error{
		"an entry":  errOf(w.UpdateEntry(editor(t, "home"), justified("i.1.2", option("late")))),
		"a seal":    errOf(w.SubmitSheet(head(t, "home"), submission("home", 1))),
		"an unseal": errOf(w.UnsealSheet(as(t, authv1.Role_ROLE_COORDINATOR, ""), unsealing())),
		"a value":   errOf(w.ReportValue(reporter(t), report("home", ratio("4", "4")))),
	} {
		if got := said(err); got != "AGENCY_NOT_SCORED agency" {
			t.Errorf("%s: %s", name, got)
		}
	}
	// An agency that was never scored has no sheet.
	_, err = w.GetSheet(head(t, "new"), &assessmentv1.GetSheetRequest{Authority: "an-binh", Cycle: "2026", Agency: "new"})
	wantSaid(t, err, fault.Precondition, "AGENCY_NOT_SCORED agency")
}

func errOf[T any](_ T, err error) error { return err }
