// Package servicetest opens a service for its tests: with the real interceptors,
// over an in-memory listener, beside fakes of the services that it calls, and with
// a clock that only the test moves. It is for tests only.
package servicetest

import (
	"context"
	"crypto/ed25519"
	"io/fs"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
)

// Options say how a World begins; all but the clock may be left out.
type Options struct {
	// Clock is the clock of the service and of those around it.
	Clock *Clock
	// Fakes registers the fakes of the services that this one calls, by name.
	Fakes map[string]func(grpc.ServiceRegistrar)
	// MaxRequests has the largest request in bytes of those fakes that take more than 4 MiB,
	// as their services do (Spec.MaxRequest).
	MaxRequests map[string]int
	// Interval is the time between two looks for work at other services; 0: 10 ms.
	Interval time.Duration
	// NewID makes the id of a new resource; nil: UUIDv7.
	NewID func() (uuid.UUID, error)
	// Listener is where the service is served; nil: in memory.
	Listener net.Listener
}

// World is an open service with everything around it.
type World struct {
	Service service.Service
	// Conn is a connection to the service. The caller is the principal of the call's
	// context (auth.With); without one the call has no token.
	Conn *grpc.ClientConn

	Clock   *Clock
	Log     *Journal
	Metrics *prometheus.Registry
	// Deps is what the service was opened with.
	Deps service.Deps

	stops map[string][]func()
}

// Open opens and serves a service until the test ends.
//
// A World costs a pool, the service's background work, a gRPC server, and one more server
// for each connection to a fake; Database costs a copy of the template database. So a test
// opens one World and has its cases in it, each with an agency or a plan of its own. The
// service polls the fakes at
// Interval: a test that changes a cycle of cycletest.Catalog waits with Eventually until
// Catalog.Settled before the service must know the change; changes by the service's own
// rpcs need no waiting.
func Open(tb testing.TB, spec service.Spec, o Options) *World {
	tb.Helper()
	w := &World{Clock: o.Clock, Log: new(Journal), Metrics: prometheus.NewRegistry(), stops: map[string][]func(){}}
	if o.Interval == 0 {
		o.Interval = 10 * time.Millisecond
	}
	w.Deps = service.Deps{
		Logger: w.Log.Logger(), Now: w.Clock.Now, Metrics: w.Metrics, Interval: o.Interval, NewID: o.NewID,
		Token: func(context.Context) (string, error) {
			return Sign(auth.Principal{Kind: auth.Service, ID: spec.Name}, w.Clock.Now())
		},
		// Each connection has a server of its own.
		Dial: func(name string, credential rpc.Credential) (grpc.ClientConnInterface, error) {
			conn, stop := Serve(tb, Server{ServerDeps: w.server(name, o.MaxRequests[name]), Register: o.Fakes[name], Credential: credential})
			w.stops[name] = append(w.stops[name], stop)
			return conn, nil
		},
	}
	var err error
	if w.Service, err = spec.Open(tb.Context(), w.Deps); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := w.Service.Close(context.WithoutCancel(tb.Context())); err != nil {
			tb.Error(err)
		}
		if tb.Failed() {
			tb.Log(w.Log)
		}
	})
	server := w.server(spec.Name, spec.MaxRequest)
	server.Metrics = w.Metrics
	w.Conn, _ = Serve(tb, Server{ServerDeps: server, Register: w.Service.Register, Credential: w.caller, Listener: o.Listener})
	return w
}

func (w *World) server(name string, maxRequest int) rpc.ServerDeps {
	return rpc.ServerDeps{
		Service: name, Logger: w.Log.Logger(), Metrics: prometheus.NewRegistry(), Now: w.Clock.Now, MaxRequest: maxRequest,
		Verifier: auth.NewVerifier(Keys, w.Clock.Now),
	}
}

// caller is the credential of the principal of a call's context.
func (w *World) caller(ctx context.Context) (string, error) {
	p := auth.From(ctx)
	if p.Kind == auth.Anonymous {
		return "", nil
	}
	return Sign(p, w.Clock.Now())
}

// Stop stops the fake of a service for good.
func (w *World) Stop(name string) {
	for _, stop := range w.stops[name] {
		stop()
	}
}

// StopAll stops every fake for good.
func (w *World) StopAll() {
	for name := range w.stops {
		w.Stop(name)
	}
}

// key signs the tokens of tests.
var key = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// Keys verify the tokens of Sign.
func Keys(context.Context) (map[string]ed25519.PublicKey, error) {
	public, _ := key.Public().(ed25519.PublicKey)
	return map[string]ed25519.PublicKey{auth.KeyID(public): public}, nil
}

// tokenLife is longer than a test moves its clock while a call is under way.
const tokenLife = 10 * 365 * 24 * time.Hour

// Sign returns a token of p that is good for ten years.
func Sign(p auth.Principal, now time.Time) (string, error) {
	token, _, err := auth.Sign(key, p, now, tokenLife)
	return token, err
}

// Database returns a database with the schema of a service.
func Database(tb testing.TB, spec service.Spec) *pgtest.DB {
	tb.Helper()
	var sources []fs.FS
	for _, line := range spec.Lines {
		sources = append(sources, line.FS)
	}
	return pgtest.New(tb, spec.Name, func(ctx context.Context, dsn string) error {
		spec.DB.DSN = dsn
		return spec.Migrate(ctx, slog.New(slog.DiscardHandler))
	}, sources...)
}
