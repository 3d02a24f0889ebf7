// Package pg is the only way to PostgreSQL: the pool, transactions that are
// repeated when the server asks for it, migrations, requests that take effect once,
// and the conversion of an SQLSTATE to a fault.
//
// Every service has its own schema and names it in every statement
// (`from catalog.cycle`). Nothing relies on search_path, because a pooler between the
// service and the server does not keep it.
package pg

import (
	"context"
	"fmt"
	"time"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/pflag"
	"go.opentelemetry.io/otel/trace"
)

// Config holds the settings that the operator chooses.
type Config struct {
	// DSN is a connection string of libpq, as keywords or as a URL. It may name
	// several hosts and target_session_attrs=read-write for a failover cluster.
	DSN string
	// MaxConns bounds the connections of one process; 0 means 8.
	MaxConns int32
	// ConnectTimeout bounds one attempt to connect to one host; 0 means the
	// DSN's connect_timeout, else 5 s.
	ConnectTimeout time.Duration
	// Pooler is true if a pooler such as PgBouncer, which changes the server
	// connection after each transaction, is in between. Statements are then not
	// prepared by name, so the server parses each one again.
	Pooler bool

	shared pflag.Value
}

const usualConns = 8

// Options holds what the program supplies.
type Options struct {
	// ApplicationName names the service in pg_stat_activity and in the metrics.
	ApplicationName string
	// TracerProvider receives a span for each statement; nil means the global one.
	TracerProvider trace.TracerProvider
}

// Open returns a pool. It fails for a DSN that cannot be read, but not if the
// server is away: connections are made when they are needed, so that a service
// starts without its database and recovers by itself.
func Open(ctx context.Context, cfg Config, o Options) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(cfg.DSN)
	if err != nil {
		return nil, fmt.Errorf("reading the PostgreSQL DSN: %w", err)
	}
	c.MaxConns = usualConns
	if cfg.MaxConns > 0 {
		c.MaxConns = cfg.MaxConns
	}
	// Connections of all replicas opened by one restart must not all be
	// replaced in the same second an hour later.
	c.MaxConnLifetimeJitter = c.MaxConnLifetime / 10
	prepare(c.ConnConfig, cfg)
	if o.ApplicationName != "" {
		c.ConnConfig.RuntimeParams["application_name"] = o.ApplicationName
	}
	c.ConnConfig.Tracer = newTracer(o.TracerProvider)
	return pgxpool.NewWithConfig(ctx, c)
}

func prepare(c *pgx.ConnConfig, cfg Config) {
	switch {
	case cfg.ConnectTimeout > 0:
		c.ConnectTimeout = cfg.ConnectTimeout
	case c.ConnectTimeout == 0:
		c.ConnectTimeout = 5 * time.Second
	}
	if cfg.Pooler {
		c.DefaultQueryExecMode = pgx.QueryExecModeExec
		c.StatementCacheCapacity = 0
		c.DescriptionCacheCapacity = 0
	}
}

// tracer keeps values out of the spans. otelpgx records no parameters by default,
// but it records the text of an error, and PostgreSQL quotes the offending value in
// some of them.
type tracer struct{ *otelpgx.Tracer }

func newTracer(provider trace.TracerProvider) tracer {
	return tracer{otelpgx.NewTracer(otelpgx.WithTracerProvider(provider))}
}

// TraceQueryEnd implements pgx.QueryTracer.
func (t tracer) TraceQueryEnd(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryEndData) {
	data.Err = stripped(data.Err)
	t.Tracer.TraceQueryEnd(ctx, conn, data)
}

// TraceBatchQuery implements pgx.BatchTracer.
func (t tracer) TraceBatchQuery(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchQueryData) {
	data.Err = stripped(data.Err)
	t.Tracer.TraceBatchQuery(ctx, conn, data)
}

// TraceBatchEnd implements pgx.BatchTracer.
func (t tracer) TraceBatchEnd(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchEndData) {
	data.Err = stripped(data.Err)
	t.Tracer.TraceBatchEnd(ctx, conn, data)
}

// TraceCopyFromEnd implements pgx.CopyFromTracer.
func (t tracer) TraceCopyFromEnd(ctx context.Context, conn *pgx.Conn, data pgx.TraceCopyFromEndData) {
	data.Err = stripped(data.Err)
	t.Tracer.TraceCopyFromEnd(ctx, conn, data)
}

// TracePrepareEnd implements pgx.PrepareTracer.
func (t tracer) TracePrepareEnd(ctx context.Context, conn *pgx.Conn, data pgx.TracePrepareEndData) {
	data.Err = stripped(data.Err)
	t.Tracer.TracePrepareEnd(ctx, conn, data)
}
