// Package service opens what every service has, a pool, a projection of cycles,
// metrics and background work, and closes it in order. It never names a service,
// listens on an address, or holds what only one service needs.
package service

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/window"
)

// Service is an open service.
type Service interface {
	// Register adds the service's rpcs to a server.
	Register(grpc.ServiceRegistrar)
	// Ready says why the service cannot answer now, or nil.
	Ready(context.Context) error
	// Close stops the background work and closes the connections to databases.
	Close(context.Context) error
}

// Deps is what a program supplies to each service that it opens.
type Deps struct {
	Logger  *slog.Logger
	Now     func() time.Time
	Metrics prometheus.Registerer
	// Dial returns a connection to a service, which calls with the token of
	// credential; nil: with none. The program closes it.
	Dial func(service string, credential rpc.Credential) (grpc.ClientConnInterface, error)
	// Token is the credential of the service itself; nil if Spec.Calls is empty.
	Token rpc.Credential

	// NewID makes the id of a new resource; nil: UUIDv7.
	NewID func() (uuid.UUID, error)
	// Random is where secrets come from; nil: crypto/rand.
	Random io.Reader
	// Interval is the time between two looks for work at other services; 0: 1 s.
	Interval time.Duration
}

// orUsual returns d with the usual values of the fields that may be left out.
func (d Deps) orUsual() Deps {
	if d.NewID == nil {
		d.NewID = uuid.NewV7
	}
	if d.Random == nil {
		d.Random = rand.Reader
	}
	if d.Interval == 0 {
		d.Interval = time.Second
	}
	return d
}

// Builder is a service that is being opened. Its Deps have the usual values
// where the program gave none. As a grpc.ServiceRegistrar it takes the rpcs that
// the service answers.
type Builder struct {
	Deps

	// DB is the pool of the service's database.
	DB *pgxpool.Pool

	service *opened
	tasks   []func(context.Context)
}

// Open opens a service: its pool, and then what build adds. It does not fail
// because PostgreSQL or another service is away. If it fails, it has closed what
// was opened.
func Open(ctx context.Context, s Spec, deps Deps, build func(*Builder) error) (Service, error) {
	db, err := pg.Open(ctx, *s.DB, pg.Options{ApplicationName: "parindex " + s.Name})
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", s.Name, err)
	}
	b := &Builder{Deps: deps.orUsual(), DB: db, service: &opened{spec: s, db: db}}
	b.Background(func(ctx context.Context) { pg.Forget(ctx, db, s.Name, b.Now, b.Logger) })
	if err = b.Collect(pg.Collector(db)); err == nil { //nolint:contextcheck // a scrape comes later than this call
		err = build(b)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", s.Name, err), b.service.close())
	}
	b.service.stop = run.Background(ctx, b.tasks...)
	return b.service, nil
}

// RegisterService implements grpc.ServiceRegistrar.
func (b *Builder) RegisterService(desc *grpc.ServiceDesc, server any) {
	b.service.rpcs = append(b.service.rpcs, rpcs{desc, server})
}

// Dial returns a connection to a service that Spec.Calls names, which calls with
// the token of credential.
func (b *Builder) Dial(service string, credential rpc.Credential) (grpc.ClientConnInterface, error) {
	if !slices.Contains(b.service.spec.Calls, service) {
		return nil, fmt.Errorf("%s does not declare that it calls %s", b.service.spec.Name, service)
	}
	return b.Deps.Dial(service, credential)
}

// Windows returns the projection of cycles in the service's schema, whose Lines
// include window.Line. While the service is open the projection follows source,
// and the service is not ready before all cycles are known.
func (b *Builder) Windows(source window.Source) (*window.Projection, error) {
	w, err := window.New(window.Deps{
		DB: b.DB, Schema: b.service.spec.Name, Now: b.Now, Logger: b.Logger, Metrics: b.Metrics, Interval: b.Interval,
	})
	if err != nil {
		return nil, err
	}
	b.service.windows = w
	b.Background(func(ctx context.Context) { w.Run(ctx, source) })
	return w, nil
}

// Collect registers metrics of the service.
func (b *Builder) Collect(metrics ...prometheus.Collector) error {
	for _, m := range metrics {
		if err := b.Metrics.Register(m); err != nil {
			return fmt.Errorf("registering metrics: %w", err)
		}
	}
	return nil
}

// Background adds a task that runs until the service is closed; then its context
// ends, and Close waits for its return.
func (b *Builder) Background(task func(context.Context)) { b.tasks = append(b.tasks, task) }

// OnClose adds what is closed after the background work has ended.
func (b *Builder) OnClose(f func() error) { b.service.closers = append(b.service.closers, f) }

type rpcs struct {
	desc   *grpc.ServiceDesc
	server any
}

// opened implements Service.
type opened struct {
	spec    Spec
	db      *pgxpool.Pool
	windows *window.Projection // nil: the service keeps none
	rpcs    []rpcs
	closers []func() error
	stop    func(context.Context) // ends the background work
}

// Register implements Service.
func (o *opened) Register(r grpc.ServiceRegistrar) {
	for _, s := range o.rpcs {
		r.RegisterService(s.desc, s.server)
	}
}

// Ready implements Service: the schema must be at this binary's version, and the
// cycles must have been loaded once.
func (o *opened) Ready(ctx context.Context) error {
	err := pg.CheckSchema(ctx, o.db, o.spec.Name, o.spec.Lines...)
	if err != nil || o.windows == nil {
		return err
	}
	return o.windows.Ready(ctx)
}

// Close implements Service.
func (o *opened) Close(ctx context.Context) error {
	o.stop(ctx)
	return o.close()
}

func (o *opened) close() error {
	o.db.Close()
	var errs []error
	for _, f := range slices.Backward(o.closers) {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}
