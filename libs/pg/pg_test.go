package pg_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
)

// shelf is the line of migrations of the tests: two tables with a constraint of
// each kind.
var shelf = pg.Line{Name: "shop", FS: fstest.MapFS{"0001_shelf.sql": {Data: []byte(`
-- +goose Up
create table {schema}.shelf (
    id int constraint shelf_pkey primary key,
    name text not null constraint shelf_name_key unique,
    amount int not null default 0 constraint shelf_amount_positive check (amount >= 0)
);
create table {schema}.book (
    id int constraint book_pkey primary key,
    shelf int constraint book_shelf_fkey references {schema}.shelf (id) deferrable initially deferred
);
`)}}}

func open(t *testing.T) *pgtest.DB {
	t.Helper()
	lines := []pg.Line{shelf, pg.OnceLine()}
	migrate := func(ctx context.Context, dsn string) error { return pg.Migrate(ctx, dsn, "shop", lines...) }
	return pgtest.New(t, "pg", migrate, shelf.FS, pg.OnceLine().FS)
}

func exec(t *testing.T, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// role creates a role that may log in, named after the test's database, because the
// databases of a cluster share its roles.
func role(t *testing.T, db *pgxpool.Pool, options string) (name string) {
	t.Helper()
	name = get[string](t, db, `select 'role_of_' || current_database()`)
	exec(t, db, `create role `+name+` login `+options)
	t.Cleanup(func() {
		if _, err := db.Exec(context.WithoutCancel(t.Context()), `drop owned by `+name+` cascade; drop role `+name); err != nil {
			t.Error(err)
		}
	})
	return name
}

func get[T any](t *testing.T, db *pgxpool.Pool, sql string, args ...any) T {
	t.Helper()
	rows, _ := db.Query(t.Context(), sql, args...)
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// TestServerStartsAfterThePool opens a pool without a server, starts the server,
// stops it, and starts it again. The server's socket is a relay that the test opens
// and closes.
func TestServerStartsAfterThePool(t *testing.T) {
	db := open(t)
	dir, err := os.MkdirTemp("", "relay") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)

	late, err := pg.Open(t.Context(), pg.Config{DSN: db.DSN + " host=" + dir + " port=5432"}, pg.Options{ApplicationName: "late"})
	if err != nil {
		t.Fatalf("opening without a server: %v", err)
	}
	defer late.Close()
	ping := func() error { return pg.Fault(late.Ping(t.Context()), nil) }

	for range 2 {
		if err := ping(); fault.From(err).Code != "STORAGE_AWAY" || !pg.Away(err) {
			t.Fatalf("without a server: %v", err)
		}
		stop := relay(t, dir, db.Pool.Config().ConnConfig)
		if err := ping(); err != nil {
			t.Fatalf("with a server: %v", err)
		}
		stop()
	}
}

// relay listens in dir like a server and passes everything on to the real one,
// until stop breaks its connections.
func relay(t *testing.T, dir string, to *pgx.ConnConfig) (stop func()) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var conns []net.Conn
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			network, address := pgconn.NetworkAddress(to.Host, to.Port)
			out, err := new(net.Dialer).DialContext(t.Context(), network, address)
			if err != nil {
				_ = in.Close()
				continue
			}
			mu.Lock()
			conns = append(conns, in, out)
			mu.Unlock()
			for _, pair := range [][2]net.Conn{{in, out}, {out, in}} {
				go func() { _, _ = io.Copy(pair[0], pair[1]) }() // ends with the connections
			}
		}
	}()
	return func() {
		_ = l.Close()
		mu.Lock()
		defer mu.Unlock()
		for _, c := range conns {
			_ = c.Close()
		}
	}
}

func TestOpenRefusesADSNItCannotRead(t *testing.T) {
	_, err := pg.Open(t.Context(), pg.Config{DSN: "host=x port=many password=geheim"}, pg.Options{})
	if err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("error %v, want one without the password", err)
	}
}

func TestConfigReachesTheServer(t *testing.T) {
	db := open(t)
	for _, tt := range []struct {
		cfg      pg.Config
		conns    int32
		prepared int
	}{
		{pg.Config{DSN: db.DSN}, 8, 1},
		{pg.Config{DSN: db.DSN, MaxConns: 2, Pooler: true}, 2, 0},
	} {
		pool, err := pg.Open(t.Context(), tt.cfg, pg.Options{ApplicationName: "shopd"})
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		if n := pool.Config().MaxConns; n != tt.conns {
			t.Errorf("MaxConns %d: %d connections, want %d", tt.cfg.MaxConns, n, tt.conns)
		}
		err = pool.AcquireFunc(t.Context(), func(c *pgxpool.Conn) error {
			var name string
			if err := c.QueryRow(t.Context(), `select application_name from pg_stat_activity where pid = pg_backend_pid() and 1 = $1`, 1).Scan(&name); err != nil {
				return err
			}
			if name != "shopd" {
				t.Errorf("application name %q", name)
			}
			var prepared int
			if err := c.QueryRow(t.Context(), `select count(*) from pg_prepared_statements where statement like '%pg_stat_activity%' and statement not like '%pg_prepared%'`).Scan(&prepared); err != nil {
				return err
			}
			if prepared != tt.prepared {
				t.Errorf("Pooler %v: %d statements prepared by name, want %d", tt.cfg.Pooler, prepared, tt.prepared)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestSpansContainNoValues(t *testing.T) {
	db := open(t)
	spans := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(spans))
	pool, err := pg.Open(t.Context(), pg.Config{DSN: db.DSN}, pg.Options{TracerProvider: provider})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()

	ctx, span := provider.Tracer("").Start(t.Context(), "request")
	_, queryErr := pool.Exec(ctx, `select $1::text::uuid`, "secret-phone")
	batch := &pgx.Batch{}
	batch.Queue(`select $1::text::uuid`, "secret-phone")
	batchErr := pool.SendBatch(ctx, batch).Close()
	span.End()
	for _, err := range []error{queryErr, batchErr} {
		if err == nil || !strings.Contains(err.Error(), "secret-phone") {
			t.Fatalf("the driver says %v: it no longer quotes values, and this test shows nothing", err)
		}
	}
	seen := fmt.Sprintf("%+v", spans.GetSpans())
	if !strings.Contains(seen, "22P02") || !strings.Contains(seen, "select $1::text::uuid") {
		t.Errorf("spans lack the SQLSTATE or the statement: %s", seen)
	}
	if strings.Contains(seen, "secret") {
		t.Errorf("spans hold a value: %s", seen)
	}
}

func TestCollectorsOfSeveralPoolsShareARegistry(t *testing.T) {
	db := open(t)
	registry := prometheus.NewRegistry()
	for _, name := range []string{"catalog", "survey"} {
		pool, err := pg.Open(t.Context(), pg.Config{DSN: db.DSN, MaxConns: 3}, pg.Options{ApplicationName: name})
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		if err := pool.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		registry.MustRegister(pg.Collector(pool))
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			values[family.GetName()+" "+m.GetLabel()[0].GetValue()] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	for metric, want := range map[string]float64{
		"parindex_pg_pool_max_connections catalog":         3,
		"parindex_pg_pool_max_connections survey":          3,
		"parindex_pg_pool_idle_connections survey":         1,
		"parindex_pg_pool_acquired_connections survey":     0,
		"parindex_pg_pool_opened_connections_total survey": 1,
		"parindex_pg_pool_acquires_total survey":           1,
	} {
		if got, ok := values[metric]; !ok || got != want {
			t.Errorf("%s = %v (%v), want %v", metric, got, ok, want)
		}
	}
}

func TestFlagsPreferTheServicesOwnDSN(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--dsn=host=all", "--shop-dsn=host=own"}, "host=own"},
		{[]string{"--dsn=host=all"}, "host=all"},
		{nil, ""},
	} {
		var shop, stall pg.Config
		set := pflag.NewFlagSet("", pflag.ContinueOnError)
		shop.Flags(set, "shop")
		stall.Flags(set, "stall") // several services share one program
		if err := set.Parse(tt.args); err != nil {
			t.Fatal(err)
		}
		err := shop.Resolve("shop")
		if shop.DSN != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%v: DSN %q, error %v, want %q", tt.args, shop.DSN, err, tt.want)
		}
	}
}

func files(contents ...string) fs.FS {
	m := fstest.MapFS{}
	for i, content := range contents {
		m[fmt.Sprintf("%04d_step.sql", i+1)] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + content)}
	}
	return m
}
