// Package service opens the parts that every service has (pool, projection of cycles,
// metrics, background work) and closes them in order. It contains no name of a
// service, no listener, and nothing that only one service needs.
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

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/telemetry"
	"github.com/parindex/parindex/libs/window"
)

// Service is an open service.
type Service interface {
	// Register registers the service's rpcs with a server.
	Register(grpc.ServiceRegistrar)
	// Ready returns nil if the service can answer, otherwise the reason why not.
	Ready(context.Context) error
	// Close stops the background work, waits for it, calls the functions of
	// Builder.OnClose and closes the pool.
	Close(context.Context) error
}

// Deps are the dependencies that a program supplies to each service.
type Deps struct {
	Logger  *slog.Logger
	Now     func() time.Time
	Metrics prometheus.Registerer
	// Dial returns a connection to a service. Calls on it have the token of credential;
	// nil: no token. The connection stays open until the program ends.
	Dial func(service string, credential rpc.Credential) (grpc.ClientConnInterface, error)
	// Token is the credential of the service's own account; nil if Spec.Calls is empty.
	Token rpc.Credential

	// NewID returns the id of a new resource; nil: UUIDv7.
	NewID func() (uuid.UUID, error)
	// Random is the source of secrets; nil: crypto/rand.
	Random io.Reader
	// Interval is the time between two polls of another service; 0: 1 s.
	Interval time.Duration
}

// withDefaults returns d with the defaults of its empty fields.
func (d Deps) withDefaults() Deps {
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

// Builder builds a service while it is being opened. The empty fields of its Deps have
// their defaults. It is the grpc.ServiceRegistrar with which a service registers its
// rpcs.
type Builder struct {
	Deps

	// DB is the pool of the service's database.
	DB *pgxpool.Pool

	service *opened
	tasks   []func(context.Context)
}

// Open opens the pool of a service and calls build, which adds the rest. It succeeds
// even while PostgreSQL or another service is away. If it fails, it closes everything
// that it opened.
func Open(ctx context.Context, s Spec, deps Deps, build func(*Builder) error) (Service, error) { //nolint:iface // programs serve any Service
	db, err := pg.Open(ctx, *s.DB, pg.Options{ApplicationName: "parindex " + s.Name})
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", s.Name, err)
	}
	b := &Builder{Deps: deps.withDefaults(), DB: db, service: &opened{spec: s, db: db}}
	b.Background(func(ctx context.Context) { pg.Forget(ctx, db, s.Name, b.Now, b.Logger) })
	if slices.ContainsFunc(s.Lines, func(l pg.Line) bool { return l.Name == audit.Line().Name }) {
		b.Background(func(ctx context.Context) { audit.Keep(ctx, db, s.Name, b.Now, b.Logger) })
	}
	if err = b.Collect(append(b.revisions(), pg.Collector(db))...); err == nil { //nolint:contextcheck // a scrape has a context of its own
		err = build(b)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", s.Name, err), b.service.close())
	}
	b.service.stop = run.Background(ctx, b.tasks...)
	return b.service, nil
}

// revisions returns the metrics that tell the revision of each line of the schema.
func (b *Builder) revisions() []prometheus.Collector {
	var all []prometheus.Collector
	for _, line := range b.service.spec.Lines {
		all = append(all, telemetry.LabeledGauge("parindex_schema_revision", "Revision of the schema's tables, by line of migrations",
			prometheus.Labels{"line": line.Name}, func(ctx context.Context) (int64, error) {
				return pg.Revision(ctx, b.DB, b.service.spec.Name, line.Name)
			}))
	}
	return all
}

// RegisterService implements grpc.ServiceRegistrar.
func (b *Builder) RegisterService(desc *grpc.ServiceDesc, server any) {
	b.service.rpcs = append(b.service.rpcs, rpcs{desc, server})
}

// Connect returns a connection to a service. Calls on it have the token of the
// service's own account. It fails for a service that is not in Spec.Calls.
func (b *Builder) Connect(service string) (grpc.ClientConnInterface, error) {
	return b.ConnectAs(service, b.Token)
}

// ConnectAs is Connect with the token of another credential.
func (b *Builder) ConnectAs(service string, credential rpc.Credential) (grpc.ClientConnInterface, error) {
	if !slices.Contains(b.service.spec.Calls, service) {
		return nil, fmt.Errorf("%s does not declare that it calls %s", b.service.spec.Name, service)
	}
	return b.Dial(service, credential)
}

// Windows returns the projection of cycles in the service's schema, whose Lines must
// include window.Line. The projection follows source while the service is open, and
// the service is not ready before all cycles are loaded.
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

// Background adds a task that runs while the service is open. Close ends its context
// and waits for it to return.
func (b *Builder) Background(task func(context.Context)) { b.tasks = append(b.tasks, task) }

// OnClose adds a function that Close calls after the background work has ended and
// before it closes the pool. The function that was added last is called first.
func (b *Builder) OnClose(f func() error) { b.service.closers = append(b.service.closers, f) }

type rpcs struct {
	desc   *grpc.ServiceDesc
	server any
}

// opened implements Service.
type opened struct {
	spec    Spec
	db      *pgxpool.Pool
	windows *window.Projection // nil: the service has none
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
	var errs []error
	for _, f := range slices.Backward(o.closers) {
		errs = append(errs, f())
	}
	o.db.Close()
	return errors.Join(errs...)
}
