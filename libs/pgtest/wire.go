package pgtest

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// Wire carries bytes to PostgreSQL until it is cut.
type Wire struct {
	// DSN reaches the database over the wire.
	DSN string

	mu    sync.Mutex
	whole bool
	conns []net.Conn
}

// NewWire returns a wire to the database of a DSN.
func NewWire(tb testing.TB, dsn string) *Wire {
	tb.Helper()
	c, err := pgconn.ParseConfig(dsn)
	if err != nil {
		tb.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(listener.Addr().String())
	w := &Wire{whole: true, DSN: fmt.Sprintf("host=%s port=%s user=%s password='%s' dbname=%s sslmode=disable", host, port, c.User, c.Password, c.Database)}
	tb.Cleanup(func() {
		_ = listener.Close()
		w.Cut()
	})
	network, address := pgconn.NetworkAddress(c.Host, c.Port)
	go w.carry(context.WithoutCancel(tb.Context()), listener, network, address)
	return w
}

// carry connects whoever calls listener with address, until listener is closed.
func (w *Wire) carry(ctx context.Context, listener net.Listener, network, address string) {
	for {
		near, err := listener.Accept()
		if err != nil {
			return
		}
		far, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil || !w.keep(near, far) {
			_ = near.Close()
			continue
		}
		go func() { _, _ = io.Copy(near, far) }()
		go func() { _, _ = io.Copy(far, near) }()
	}
}

func (w *Wire) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.whole {
		w.conns = append(w.conns, conns...)
	}
	return w.whole
}

// Cut ends every connection and lets no other through.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = false
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

// Mend lets connections through again.
func (w *Wire) Mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = true
}
