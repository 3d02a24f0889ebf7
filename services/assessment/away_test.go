package assessment_test

import (
	"context"
	"math"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pgtest"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
)

// TestDatabaseAway cuts the way to PostgreSQL and mends it.
func TestDatabaseAway(t *testing.T) {
	w := newWorld(t, self1)
	wire := pgtest.NewWire(t, w.db.DSN)
	w = open(t, w.db, wire.DSN, w.catalog)
	eventually(t, "the service is ready", func() bool { return w.Service.Ready(t.Context()) == nil })
	w.write(t, justified("i.1.2", option("late")))
	calls := []struct {
		by     func() context.Context
		method string
		req    proto.Message
	}{
		{func() context.Context { return editor(t, "home") }, "UpdateEntry", justified("i.1.1", met("plan"))},
		{func() context.Context { return head(t, "my-xuyen") }, "SubmitSheet", submission("my-xuyen", 1)},
		{func() context.Context { return reporter(t) }, "ReportValue", report("home", ratio("1", "2"))},
		{func() context.Context { return asService(t, "appraisal") }, "TakeHandBack", handBack(t, outcome(1))},
		{func() context.Context { return coordinator(t) }, "GetSeal", ofAgency["GetSeal"]("an-binh", "my-xuyen")},
		{func() context.Context { return coordinator(t) }, "GetHandBack", ofAgency["GetHandBack"]("an-binh", "home")},
		{func() context.Context { return coordinator(t) }, "GetSheet", ofAgency["GetSheet"]("an-binh", "home")},
		{func() context.Context { return coordinator(t) }, "ListSheets", lists()["ListSheets"]},
		{func() context.Context { return coordinator(t) }, "ListReportedValues", lists()["ListReportedValues"]},
		{func() context.Context { return asService(t, "appraisal") }, "ListUnreceivedSeals", &assessmentv1.ListUnreceivedSealsRequest{}},
	}

	wire.Cut()
	if err := w.Service.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	for _, c := range calls {
		if wantFault(t, w.call(c.by(), c.method, c.req), fault.StorageAway); t.Failed() {
			t.Fatal(c.method)
		}
	}
	wantFault(t, w.call(asService(t, "appraisal"), "ConfirmSeal", exchanges(t)["ConfirmSeal"]), fault.StorageAway)
	if n := w.metric(t, "parindex_seals_unreceived"); !math.IsNaN(n) {
		t.Errorf("%v seals are said to be unreceived while nobody knows", n)
	}

	wire.Mend()
	eventually(t, "the service is ready again", func() bool { return w.Service.Ready(t.Context()) == nil })
	for range 2 { // sent again, too
		for _, c := range calls {
			if err := w.call(c.by(), c.method, c.req); err != nil {
				t.Errorf("%s after the database is back: %s", c.method, said(err))
			}
		}
	}
	if n := w.known(t, "parindex_seals_unreceived"); n != 1 {
		t.Errorf("%v seals are unreceived, want 1", n)
	}
}

// TestCatalogAway takes the catalog away: what was read before is enough to go on,
// a service that has read nothing says so.
func TestCatalogAway(t *testing.T) {
	w := newWorld(t, self1)
	w.write(t, justified("i.1.1", met("plan")))
	w.catalog.Leave(fault.ServiceAway)
	w.Clock.Add(time.Hour) // long after agencies are asked for anew
	w.write(t, justified("i.1.2", option("late")))
	w.submit(t, "home", 1)
	fresh := open(t, w.db, w.db.DSN, w.catalog)
	_, err := fresh.GetSheet(coordinator(t), &assessmentv1.GetSheetRequest{Authority: "an-binh", Cycle: "2026", Agency: "home"})
	wantFault(t, err, fault.ServiceAway)
	w.catalog.Leave(nil)
	if s := fresh.sheet(t, "home"); len(s.GetSeals()) != 1 {
		t.Errorf("the sheet has %d seals", len(s.GetSeals()))
	}
}
