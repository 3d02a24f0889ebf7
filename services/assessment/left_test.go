package assessment_test

import (
	"testing"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/cycle/cycletest"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// leave lets an agency of the departments leave the cycle.
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

// TestAgencyThatHasLeft delivers what was under way when an agency left the cycle: its
// seal, the result of its round and the values reported about it. Otherwise the appraisal
// would wait for them for ever. The agency writes nothing more (rule C1b).
func TestAgencyThatHasLeft(t *testing.T) {
	w := newWorld(t, self1)
	w.report(t, report("home", ratio("30", "40")))
	w.report(t, report("finance", ratio("20", "40")))
	w.fill(t)
	seal := w.submit(t, "home", 1)
	w.leave(t, "home")

	_, err := w.UpdateEntry(editor(t, "home"), update("i.1.1", nil))
	wantFault(t, err, cycle.AgencyNotScored)
	_, err = w.SubmitSheet(head(t, "home"), submission("home", 1))
	wantFault(t, err, cycle.AgencyNotScored)
	if _, err := w.ReportValue(reporter(t), report("home", ratio("1", "4"))); err == nil {
		t.Error("a value is reported about an agency that has left")
	}

	listed, err := w.ListReportedValues(coordinator(t), &assessmentv1.ListReportedValuesRequest{Authority: "an-binh", Cycle: "2026"})
	if err != nil || len(listed.GetReportedValues()) != 2 {
		t.Errorf("the reported values are %v, %v", listed, err)
	}
	confirm := &assessmentv1.ConfirmSealRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1, Sha256: seal.GetSha256()}
	if _, err := w.ConfirmSeal(asService(t, "appraisal"), confirm); err != nil {
		t.Errorf("its seal: %s", said(err))
	}
	w.take(t, outcome(1))
	kept, err := w.GetSeal(head(t, "home"), &assessmentv1.GetSealRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1})
	if err != nil || kept.GetSeal().GetStanding() != assessmentv1.SealStanding_SEAL_STANDING_LATE {
		t.Errorf("its seal is read as %v, %v", kept.GetSeal().GetStanding(), err)
	}
	if _, err := w.GetHandBack(head(t, "home"), &assessmentv1.GetHandBackRequest{Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1}); err != nil {
		t.Errorf("its result: %s", said(err))
	}
}
