package assessment_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/fault"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
)

// TestDatabaseAway cuts the way to PostgreSQL and mends it.
func TestDatabaseAway(t *testing.T) {
	w := newWorld(t, self1)
	wire := newWire(t, w.db.DSN)
	w = open(t, w.db, wire.dsn, w.catalog)
	eventually(t, "the service is ready", func() bool { return w.door.Ready(t.Context()) == nil })
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

	wire.cut()
	if err := w.door.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	for _, c := range calls {
		if wantFault(t, w.call(c.by(), c.method, c.req), fault.StorageAway); t.Failed() {
			t.Fatal(c.method)
		}
	}
	wantFault(t, w.call(asService(t, "appraisal"), "ConfirmSeal", appraisalRequests(t)["ConfirmSeal"]), fault.StorageAway)
	if n := w.metric(t, "parindex_seals_unreceived"); !math.IsNaN(n) {
		t.Errorf("%v seals are said to be unreceived while nobody knows", n)
	}

	wire.mend()
	eventually(t, "the service is ready again", func() bool { return w.door.Ready(t.Context()) == nil })
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
	w.catalog.leave(fault.ServiceAway)
	w.clock.Add(int64(time.Hour)) // long after agencies are asked for anew
	w.write(t, justified("i.1.2", option("late")))
	w.submit(t, "home", 1)
	fresh := open(t, w.db, w.db.DSN, w.catalog)
	_, err := fresh.GetSheet(coordinator(t), &assessmentv1.GetSheetRequest{Authority: "an-binh", Cycle: "2026", Agency: "home"})
	wantFault(t, err, fault.ServiceAway)
	w.catalog.leave(nil)
	if s := fresh.sheet(t, "home"); len(s.GetSeals()) != 1 {
		t.Errorf("the sheet has %d seals", len(s.GetSeals()))
	}
}

// wire carries bytes to PostgreSQL until it is cut.
type wire struct {
	dsn   string
	mu    sync.Mutex
	whole bool
	conns []net.Conn
}

func newWire(t *testing.T, dsn string) *wire {
	t.Helper()
	c, err := pgconn.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	network, address := pgconn.NetworkAddress(c.Host, c.Port)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	w := &wire{whole: true, dsn: fmt.Sprintf("host=%s port=%s user=%s password='%s' dbname=%s sslmode=disable", host, port, c.User, c.Password, c.Database)}
	t.Cleanup(func() {
		_ = l.Close()
		w.cut()
	})
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := new(net.Dialer).DialContext(context.WithoutCancel(t.Context()), network, address)
			if err != nil || !w.keep(near, far) {
				_ = near.Close()
				continue
			}
			go func() { _, _ = io.Copy(near, far) }()
			go func() { _, _ = io.Copy(far, near) }()
		}
	}()
	return w
}

func (w *wire) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.whole {
		w.conns = append(w.conns, conns...)
	}
	return w.whole
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = false
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = true
}
