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

// TestDatabaseAway cuts the way to PostgreSQL and mends it.
func TestDatabaseAway(t *testing.T) {
	w := newWorld(t)
	wire := newWire(t, w.db.DSN)
	w = open(t, w.db, wire.dsn)
	w.load(t, "an-binh", anBinh(twoAgencies))
	req := &catalogv1.ImportCatalogRequest{Authority: "soc-trang", Content: socTrang(t), RequestId: uuid.NewString()}

	wire.cut()
	if err := w.door.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	_, err := w.ImportCatalog(root(t), req)
	wantFault(t, err, fault.StorageAway)
	_, err = w.ListAgencies(root(t), &catalogv1.ListAgenciesRequest{Authority: "an-binh"})
	wantFault(t, err, fault.StorageAway)
	_, err = w.GetCycle(root(t), &catalogv1.GetCycleRequest{Authority: "an-binh", Cycle: "2023"})
	wantFault(t, err, fault.StorageAway)

	wire.mend()
	if err := w.door.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	answer, err := w.ImportCatalog(root(t), req)
	if err != nil || counts(answer) != "agencies +47 ~0 cycles +1 ~0" {
		t.Errorf("after the database is back: %v %s", answer, said(err))
	}
}

// TestOpenWithoutDatabase opens a door on a socket nobody listens on.
func TestOpenWithoutDatabase(t *testing.T) {
	w := open(t, nil, "host="+t.TempDir()+" user=nobody dbname=none")
	_, err := w.GetAuthority(root(t), &catalogv1.GetAuthorityRequest{Authority: "an-binh"})
	wantFault(t, err, fault.StorageAway)
	if err := w.door.Ready(t.Context()); !pg.Away(err) {
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
