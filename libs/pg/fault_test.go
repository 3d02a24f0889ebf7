package pg_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
)

var (
	nameTaken   = fault.Reason{Kind: fault.Exists, Code: "NAME_TAKEN", En: "The name is taken."}
	tooFew      = fault.Reason{Kind: fault.Precondition, Code: "TOO_FEW", En: "There are too few."}
	noSuchShelf = fault.Reason{Kind: fault.NotFound, Code: "NO_SUCH_SHELF", En: "There is no such shelf."}

	constraints = map[string]fault.Reason{
		"shelf_name_key": nameTaken, "shelf_amount_positive": tooFew, "book_shelf_fkey": noSuchShelf,
	}
)

func TestFaultOfServerErrors(t *testing.T) {
	db := open(t).Pool
	exec(t, db, `insert into shop.shelf (id, name) values (1, 'secret')`)
	tests := []struct {
		name string
		sql  string
		args []any
		want fault.Reason
		// keeps is the text that an operator must still find in the log.
		keeps string
	}{
		{"unique, named", `insert into shop.shelf (id, name) values (2, $1)`, []any{"secret"}, nameTaken, "shelf_name_key"},
		{"check, named", `update shop.shelf set amount = $1 where name = 'secret'`, []any{-777}, tooFew, "shelf_amount_positive"},
		{"foreign key, named, at commit", `insert into shop.book values (1, $1)`, []any{777}, noSuchShelf, "book_shelf_fkey"},
		{"unique, unnamed", `insert into shop.shelf (id, name) values (1, $1)`, []any{"secret"}, fault.Unexpected, "shelf_pkey"},
		{"not null", `insert into shop.shelf (id, name) values (777, $1)`, []any{nil}, fault.Unexpected, "column name, table shelf"},
		{"bad text", `select $1::text::uuid`, []any{"secret"}, fault.Unexpected, "22P02"},
		{"argument does not fit", `select $1::int`, []any{[]string{"secret"}}, fault.Unexpected, "unable to encode"},
		{"no such column", `select secretive from shop.shelf where name = $1`, []any{"secret-name"}, fault.Unexpected, `column "secretive"`},
		{"raised by hand", `do $$ begin raise exception 'secret' using detail = 'secret', hint = 'secret'; end $$`, nil, fault.Unexpected, "P0001"},
		{"standby", `do $$ begin raise exception 'secret' using errcode = '25006'; end $$`, nil, fault.StorageAway, "25006"},
		{"out of disk", `do $$ begin raise exception 'secret' using errcode = '53100'; end $$`, nil, fault.StorageAway, "53100"},
		{"lost every race", `do $$ begin raise exception 'secret' using errcode = '40001'; end $$`, nil, pg.Busy, "40001"},
		{"shut down", `select pg_terminate_backend(pg_backend_pid())`, nil, fault.StorageAway, "57P01"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
				_, err := tx.Exec(t.Context(), tt.sql, tt.args...)
				if err != nil {
					return fmt.Errorf("filling shelf 9: %w", err)
				}
				return nil
			})
			f := fault.From(pg.Fault(err, constraints))
			if f.Code != tt.want.Code || f.Kind != tt.want.Kind {
				t.Fatalf("%v became %s, want %s", err, f.Code, tt.want.Code)
			}
			var said strings.Builder
			for cause := error(f); cause != nil; cause = errors.Unwrap(cause) {
				fmt.Fprintf(&said, "%+v ", cause)
			}
			text := said.String()
			if !strings.Contains(text, tt.keeps) {
				t.Errorf("%q lacks %q", text, tt.keeps)
			}
			for _, value := range []string{"secret ", "secret)", `"secret"`, "777", "insert", "update", "secret-name"} {
				if strings.Contains(text, value) {
					t.Errorf("%q holds %q", text, value)
				}
			}
			if strings.Contains(err.Error(), "filling") && !strings.Contains(f.Error(), "filling shelf 9: ") {
				t.Errorf("%q lost what was being done", f)
			}
			if e, ok := errors.AsType[*pgconn.PgError](f); ok && (e.Detail != "" || e.Where != "" || e.Hint != "" || e.InternalQuery != "") {
				t.Errorf("kept %+v", e)
			}
		})
	}
}

func TestScanFaultContainsNoValue(t *testing.T) {
	db := open(t).Pool
	var n int
	err := db.QueryRow(t.Context(), `select '777'::text || 'secret' as phone`).Scan(&n)
	err = pg.Fault(fmt.Errorf("reading the phone: %w", err), nil)
	if text := fmt.Sprint(err); !strings.HasPrefix(text, `reading the phone: scanning column "phone"`) || strings.Contains(text, "secret") {
		t.Errorf("%v", text)
	}
}

func TestFaultReturnsSomeErrorsUnchanged(t *testing.T) {
	for _, err := range []error{
		nil, pgx.ErrNoRows, context.Canceled, noSuchShelf, noSuchShelf.At("shelf"),
		fmt.Errorf("reading: %w", pgx.ErrNoRows), fmt.Errorf("reading: %w", noSuchShelf), errors.New("something else"),
	} {
		if got := pg.Fault(err, constraints); got != err { //nolint:errorlint // the very same error is wanted
			t.Errorf("Fault(%v) = %v", err, got)
		}
		if pg.Away(err) {
			t.Errorf("Away(%v)", err)
		}
	}
}

func TestFaultOfUnavailableServers(t *testing.T) {
	db := open(t)
	crowd := role(t, db.Pool, `connection limit 0`)
	ping := func(dsn string) func(context.Context) error {
		return func(ctx context.Context) error {
			pool, err := pg.Open(ctx, pg.Config{DSN: dsn, ConnectTimeout: time.Second}, pg.Options{})
			if err != nil {
				return err
			}
			defer pool.Close()
			return pool.Ping(ctx)
		}
	}
	for name, f := range map[string]func(context.Context) error{
		"no socket":              ping(db.DSN + " host=" + t.TempDir()),
		"no listener":            ping(db.DSN + " host=127.0.0.1 port=1"),
		"two hosts, both away":   ping(db.DSN + " host=127.0.0.1,127.0.0.1 port=1,2 target_session_attrs=read-write"),
		"no such database":       ping(db.DSN + " dbname=pg_test_nowhere"),
		"too many connections":   ping(db.DSN + " user=" + crowd),
		"no connection in time":  crowded(t, db.DSN),
		"no answer in time":      func(ctx context.Context) error { return sleep(ctx, db.Pool) },
		"a pool that was closed": closed(t, db.DSN),
	} {
		t.Run(name, func(t *testing.T) {
			err := f(t.Context())
			got := pg.Fault(fmt.Errorf("reading: %w", err), constraints)
			if fault.From(got).Code != "STORAGE_AWAY" || !pg.Away(err) || !pg.Away(got) {
				t.Errorf("%v became %v", err, got)
			}
			if strings.Contains(fmt.Sprint(got), "pg_sleep") {
				t.Errorf("%v holds SQL", got)
			}
		})
	}
}

func sleep(ctx context.Context, db *pgxpool.Pool) error {
	ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, err := db.Exec(ctx, `select pg_sleep(60)`)
	return err
}

// crowded requests a connection from a pool whose only connection is in use.
func crowded(t *testing.T, dsn string) func(context.Context) error {
	t.Helper()
	return func(ctx context.Context) error {
		pool, err := pg.Open(ctx, pg.Config{DSN: dsn, MaxConns: 1}, pg.Options{})
		if err != nil {
			return err
		}
		defer pool.Close()
		taken, err := pool.Acquire(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Release()
		ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		return pool.Ping(ctx)
	}
}

func closed(t *testing.T, dsn string) func(context.Context) error {
	t.Helper()
	return func(ctx context.Context) error {
		pool, err := pg.Open(ctx, pg.Config{DSN: dsn}, pg.Options{})
		if err != nil {
			t.Fatal(err)
		}
		pool.Close()
		return pool.Ping(ctx)
	}
}

func TestCanceledCallerIsNotAServerFault(t *testing.T) {
	db := open(t).Pool
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := db.Exec(ctx, `select pg_sleep(60)`)
	if got := pg.Fault(err, nil); !errors.Is(got, context.Canceled) || pg.Away(got) {
		t.Errorf("%v became %v", err, got)
	}
}
