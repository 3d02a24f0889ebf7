package pg_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
)

type answer struct {
	Shelf int
	Name  string
	lost  string
}

var request = pg.Request{
	ID: "0197e2c4-0000-7000-8000-000000000001", Principal: "person:1", Method: "CreateShelf", Hash: bytes.Repeat([]byte{1}, 32),
}

// create adds the next shelf, an effect that can be counted.
func create(t *testing.T, db *pgxpool.Pool, r pg.Request) (answer, error) {
	t.Helper()
	return pg.OnceInTx(t.Context(), db, "shop", r, func(tx pgx.Tx) (answer, error) {
		a := answer{Name: "tầng trên", lost: "never kept"}
		err := tx.QueryRow(t.Context(), `
			insert into shop.shelf (id, name) select count(*) + 1, count(*) from shop.shelf returning id`).Scan(&a.Shelf)
		return a, err
	})
}

func TestOnceUnderFiftyCallers(t *testing.T) {
	db := open(t).Pool
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if a, err := create(t, db, request); err != nil || a != (answer{Shelf: 1, Name: "tầng trên"}) {
				t.Errorf("answer %+v, error %v", a, err)
			}
		})
	}
	wg.Wait()
	if n := get[int](t, db, `select count(*) from shop.shelf`); n != 1 {
		t.Errorf("%d effects, want one", n)
	}
}

func TestOnceSeparatesRequests(t *testing.T) {
	db := open(t).Pool
	change := func(f func(*pg.Request)) pg.Request {
		r := request
		f(&r)
		return r
	}
	for _, tt := range []struct {
		name    string
		r       pg.Request
		shelf   int
		wantErr error
	}{
		{"first", request, 1, nil},
		{"again", request, 1, nil},
		{"again, written in capitals", change(func(r *pg.Request) { r.ID = "0197E2C4-0000-7000-8000-000000000001" }), 1, nil},
		{"other content", change(func(r *pg.Request) { r.Hash = bytes.Repeat([]byte{2}, 32) }), 0, fault.RequestIDReused},
		{"other id", change(func(r *pg.Request) { r.ID = "0197e2c4-0000-7000-8000-000000000002" }), 2, nil},
		{"other principal", change(func(r *pg.Request) { r.Principal = "person:2" }), 3, nil},
		{"other method", change(func(r *pg.Request) { r.Method = "MoveShelf" }), 4, nil},
		{"no id", change(func(r *pg.Request) { r.ID = "" }), 5, nil},
		{"no id again", change(func(r *pg.Request) { r.ID = "" }), 6, nil},
		{"no uuid", change(func(r *pg.Request) { r.ID = "first" }), 0, fault.BadRequest},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := create(t, db, tt.r)
			if !errors.Is(err, tt.wantErr) || a.Shelf != tt.shelf {
				t.Errorf("shelf %d, error %v; want %d, %v", a.Shelf, err, tt.shelf, tt.wantErr)
			}
			if tt.wantErr != nil && !strings.Contains(err.Error(), "request_id") {
				t.Errorf("%v does not name the field", err)
			}
		})
	}
}

func TestOnceDoesNotRememberFailures(t *testing.T) {
	db := open(t).Pool
	err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
		_, err := pg.Once(t.Context(), tx, "shop", request, func() (answer, error) { return answer{}, tooFew })
		return err
	})
	if !errors.Is(err, tooFew) {
		t.Fatalf("error %v, want that of the function", err)
	}
	if a, err := create(t, db, request); err != nil || a.Shelf != 1 {
		t.Errorf("the second attempt: %+v, %v", a, err)
	}
}

func TestOnceNoticesACommitWithoutAnAnswer(t *testing.T) {
	db := open(t).Pool
	err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
		_, err := pg.Once(t.Context(), tx, "shop", request, func() (answer, error) { return answer{}, tooFew })
		if !errors.Is(err, tooFew) {
			t.Errorf("error %v, want that of the function", err)
		}
		return nil // what the contract forbids
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := create(t, db, request); err == nil {
		t.Error("a request without an answer was answered")
	}
}

func TestForgetRequests(t *testing.T) {
	db := open(t).Pool
	if _, err := create(t, db, request); err != nil {
		t.Fatal(err)
	}
	claimed := get[time.Time](t, db, `select claim_time from shop.request`)
	for _, tt := range []struct {
		before time.Time
		want   int64
	}{{claimed, 0}, {claimed.Add(time.Second), 1}, {claimed.Add(time.Second), 0}} {
		n, err := pg.ForgetRequests(t.Context(), db, "shop", tt.before)
		if err != nil || n != tt.want {
			t.Errorf("forgot %d, %v; want %d", n, err, tt.want)
		}
	}
	if a, err := create(t, db, request); err != nil || a.Shelf != 2 {
		t.Errorf("after forgetting: %+v, %v, want a new shelf", a, err)
	}
}

// Remembered needs no transaction, has no effect, and returns the same answer as
// Once for the same request.
func TestRemembered(t *testing.T) {
	db := open(t).Pool
	change := func(f func(*pg.Request)) pg.Request {
		r := request
		f(&r)
		return r
	}
	if a, known, err := pg.Remembered[answer](t.Context(), db, "shop", request); known || err != nil {
		t.Fatalf("before: %+v, %v, %v", a, known, err)
	}
	if _, err := create(t, db, request); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		r       pg.Request
		shelf   int
		wantErr error
	}{
		{"the same", request, 1, nil},
		{"written in capitals", change(func(r *pg.Request) { r.ID = "0197E2C4-0000-7000-8000-000000000001" }), 1, nil},
		{"other content", change(func(r *pg.Request) { r.Hash = bytes.Repeat([]byte{2}, 32) }), 0, fault.RequestIDReused},
		{"other id", change(func(r *pg.Request) { r.ID = "0197e2c4-0000-7000-8000-000000000002" }), 0, nil},
		{"other principal", change(func(r *pg.Request) { r.Principal = "person:2" }), 0, nil},
		{"other method", change(func(r *pg.Request) { r.Method = "MoveShelf" }), 0, nil},
		{"no id", change(func(r *pg.Request) { r.ID = "" }), 0, nil},
		{"no uuid", change(func(r *pg.Request) { r.ID = "first" }), 0, fault.BadRequest},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, known, err := pg.Remembered[answer](t.Context(), db, "shop", tt.r)
			if !errors.Is(err, tt.wantErr) || a.Shelf != tt.shelf || known != (tt.shelf > 0) {
				t.Errorf("shelf %d, known %v, error %v; want %d, %v", a.Shelf, known, err, tt.shelf, tt.wantErr)
			}
		})
	}
	if n := get[int](t, db, `select count(*) from shop.request`); n != 1 {
		t.Errorf("%d requests, want one", n)
	}
}

// Remembered does not see a request in progress in another transaction, and does
// not wait for it.
func TestRememberedDoesNotWait(t *testing.T) {
	db := open(t).Pool
	err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
		_, err := pg.Once(t.Context(), tx, "shop", request, func() (answer, error) { return answer{Shelf: 1}, nil })
		if _, known, err := pg.Remembered[answer](t.Context(), db, "shop", request); known || err != nil {
			t.Errorf("from outside: %v, %v", known, err)
		}
		if a, known, err := pg.Remembered[answer](t.Context(), tx, "shop", request); !known || a.Shelf != 1 || err != nil {
			t.Errorf("from inside: %+v, %v, %v", a, known, err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// logLines passes on every log line.
type logLines chan string

func (t logLines) Write(line []byte) (int, error) {
	t <- string(line)
	return len(line), nil
}

func TestForget(t *testing.T) {
	db := open(t).Pool
	younger := request
	younger.ID = "0197e2c4-0000-7000-8000-000000000002"
	for _, r := range []pg.Request{request, younger} {
		if _, err := create(t, db, r); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, db, `update shop.request set claim_time = claim_time + interval '1 minute' where request_id = $1`, younger.ID)
	now := get[time.Time](t, db, `select min(claim_time) from shop.request`).Add(pg.RequestsKept + time.Second)
	log := make(logLines, 1)
	forget := func(schema string, until func()) {
		ctx, stop := context.WithCancel(t.Context())
		var ended sync.WaitGroup
		ended.Go(func() {
			pg.Forget(ctx, db, schema, func() time.Time { return now }, slog.New(slog.NewTextHandler(log, nil)))
		})
		until()
		stop()
		ended.Wait()
	}
	forget("nowhere", func() {
		if line := <-log; !strings.Contains(line, "service=nowhere") {
			t.Errorf("logged %s", line)
		}
	})
	forget("shop", func() {
		for end := time.Now().Add(time.Minute); get[int](t, db, `select count(*) from shop.request`) > 1 && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
		}
	})
	if left := get[string](t, db, `select string_agg(request_id::text, ' ') from shop.request`); left != younger.ID {
		t.Errorf("left %s, want the one that is not a week old", left)
	}
}

func TestOne(t *testing.T) {
	db := open(t).Pool
	for sql, want := range map[string]error{
		`select 1`: nil, `select 1 where false`: tooFew, `select generate_series(1, 2)`: pgx.ErrTooManyRows,
	} {
		rows, _ := db.Query(t.Context(), sql)
		if n, err := pg.One(rows, pgx.RowTo[int], tooFew); !errors.Is(err, want) || want == nil && n != 1 {
			t.Errorf("%s: %d, %v; want %v", sql, n, err, want)
		}
	}
}

func TestConstraints(t *testing.T) {
	db := open(t).Pool
	const insert = `insert into shop.request (principal, method, request_id, hash) values `
	exec(t, db, insert+`('p', 'm', gen_random_uuid(), $1)`, request.Hash)
	for constraint, sql := range map[string]string{
		"request_pkey":            `insert into shop.request select * from shop.request`,
		"request_principal_named": insert + `('', 'm', gen_random_uuid(), sha256(''))`,
		"request_method_named":    insert + `('p', '', gen_random_uuid(), sha256(''))`,
		"request_hash_sha256":     insert + `('p', 'm', gen_random_uuid(), '\x00')`,
		"shop_revision_pkey":      `insert into shop.shop_revision values (1, 1)`,
		"shop_revision_reader":    `insert into shop.shop_revision values (2, 3)`,
		"request_revision_pkey":   `insert into shop.request_revision values (1, 1)`,
		"request_revision_reader": `insert into shop.request_revision values (2, -1)`,
	} {
		_, err := db.Exec(t.Context(), sql)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != constraint {
			t.Errorf("%s: %v", constraint, err)
		}
	}
}
