package catalog_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// TestDatabaseAway cuts the connection to PostgreSQL and restores it.
func TestDatabaseAway(t *testing.T) {
	w := newWorld(t)
	wire := newWire(t, w.db.DSN)
	w = open(t, w.db, wire.dsn)
	w.run(t, "2024")
	w.draft(t, "next", content(t, ""))
	opening, moving := createCycle("2025"), move("2024", self1)
	opening.RequestId, moving.RequestId = uuid.NewString(), uuid.NewString()
	issuing := &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "next", Etag: "1", RequestId: uuid.NewString()}
	draft := &catalogv1.CreateRegulationRequest{Authority: "an-binh", Regulation: "new", Content: content(t, ""), RequestId: uuid.NewString()}
	acknowledging := &catalogv1.AcknowledgeCycleChangesRequest{Revision: 1}
	writes := func() map[string]error {
		return map[string]error{
			"CreateRegulation": w.call(coordinator(t), "CreateRegulation", draft),
			"IssueRegulation":  w.call(coordinator(t), "IssueRegulation", issuing),
			"CreateCycle":      w.call(coordinator(t), "CreateCycle", opening),
			"MoveCycle":        w.call(coordinator(t), "MoveCycle", moving),
			"Acknowledge":      w.call(asService(t, "survey"), "AcknowledgeCycleChanges", acknowledging),
		}
	}
	req := &catalogv1.ImportCatalogRequest{Authority: "soc-trang", Content: socTrang(t), RequestId: uuid.NewString()}

	wire.cut()
	if err := w.service.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	_, err := w.ImportCatalog(root(t), req)
	wantFault(t, err, fault.StorageAway)
	_, err = w.ListAgencies(root(t), &catalogv1.ListAgenciesRequest{Authority: "an-binh"})
	wantFault(t, err, fault.StorageAway)
	_, err = w.GetCycle(root(t), &catalogv1.GetCycleRequest{Authority: "an-binh", Cycle: "2023"})
	wantFault(t, err, fault.StorageAway)

	for name, err := range writes() {
		if wantFault(t, err, fault.StorageAway); t.Failed() {
			t.Fatal(name)
		}
	}
	for _, err := range []error{
		w.call(coordinator(t), "GetRegulation", &catalogv1.GetRegulationRequest{Authority: "an-binh", Regulation: "2024"}),
		w.call(coordinator(t), "ListRegulations", &catalogv1.ListRegulationsRequest{Authority: "an-binh"}),
		w.call(coordinator(t), "GetCycleMove", &catalogv1.GetCycleMoveRequest{Authority: "an-binh", Cycle: "2024"}),
		w.call(asService(t, "survey"), "ListCycleChanges", &catalogv1.ListCycleChangesRequest{}),
	} {
		wantFault(t, err, fault.StorageAway)
	}

	wire.mend()
	if err := w.service.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	answer, err := w.ImportCatalog(root(t), req)
	if err != nil || counts(answer) != "agencies +47 ~0 cycles +1 ~0" {
		t.Errorf("after the database is back: %v %s", answer, said(err))
	}
	for range 2 { // sent again, too
		for name, err := range writes() {
			if err != nil {
				t.Errorf("%s after the database is back: %s", name, said(err))
			}
		}
	}
}

// TestOpenWithoutDatabase opens the service with a DSN whose socket does not exist.
func TestOpenWithoutDatabase(t *testing.T) {
	w := open(t, nil, "host="+t.TempDir()+" user=nobody dbname=none")
	_, err := w.GetAuthority(root(t), &catalogv1.GetAuthorityRequest{Authority: "an-binh"})
	wantFault(t, err, fault.StorageAway)
	if err := w.service.Ready(t.Context()); !pg.Away(err) {
		t.Errorf("ready: %v", err)
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
