package pg

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/run"
)

//go:embed migrations/*.sql
var onceFiles embed.FS

// OnceLine returns the migrations of the table in which Once remembers requests.
func OnceLine() Line { return Line{Name: "request", FS: onceFiles, Dir: "migrations"} }

// Request identifies one attempt of a client to change something.
type Request struct {
	// ID is the UUID that the client made; empty means that the client accepts that
	// the request is done twice.
	ID string
	// Principal and Method separate the ids of different clients and methods.
	Principal string
	Method    string
	// Hash is the SHA-256 of the request's content without its ID.
	Hash []byte
}

// Attempt is one request to change something, with its caller and time, in UTC to
// the microsecond as it is stored.
type Attempt struct {
	Request
	At time.Time
}

// OnceInTx calls Once in its own transaction, like InTx: f runs in tx the first
// time r is seen and MUST NOT keep state across calls.
//
// The error is f's own, the driver's, or one of Once's; pass it to Fault.
func OnceInTx[T any](ctx context.Context, db *pgxpool.Pool, schema string, r Request, f func(tx pgx.Tx) (T, error)) (answer T, err error) {
	err = InTx(ctx, db, func(tx pgx.Tx) (err error) {
		answer, err = Once(ctx, tx, schema, r, func() (T, error) { return f(tx) })
		return err
	})
	return answer, err
}

// Once runs f in tx the first time r is seen and stores its answer in schema; the
// second time it returns the stored answer without running f. A concurrent
// repetition waits until the first transaction ends. After an error of Once, tx
// MUST be rolled back, so that a failed request can be sent again.
//
// T is kept as JSON. What JSON loses (unexported fields) is already missing
// from the first answer, so that both answers are always the same.
//
// It fails with fault.RequestIDReused if the same id came with another hash, and
// with fault.BadRequest if the id is not a UUID.
func Once[T any](ctx context.Context, tx pgx.Tx, schema string, r Request, f func() (T, error)) (T, error) {
	if r.ID == "" {
		return f()
	}
	var answer T
	id, err := r.uuid()
	if err != nil {
		return answer, err
	}
	stored, err := claim(ctx, tx, schema, id, r)
	if err != nil {
		return answer, err
	}
	if stored == nil {
		given, err := f()
		if err != nil {
			return answer, err
		}
		if stored, err = keep(ctx, tx, schema, id, r, given); err != nil {
			return answer, err
		}
	}
	return read[T](id, stored)
}

// Remembered returns the answer that Once has stored for r in schema, if there is
// one. A handler uses it to return the first answer before it calls other services,
// whose answers may have changed since. It does not see a repetition that is still
// in progress: Once makes r take effect once and must be called afterwards.
//
// The error is the driver's, or one of Once's; pass it to Fault.
func Remembered[T any](ctx context.Context, db Querier, schema string, r Request) (answer T, known bool, err error) {
	if r.ID == "" {
		return answer, false, nil
	}
	id, err := r.uuid()
	if err != nil {
		return answer, false, err
	}
	stored, err := remembered(ctx, db, schema, id, r)
	if err != nil || stored == nil {
		return answer, false, err
	}
	answer, err = read[T](id, stored)
	return answer, err == nil, err
}

func (r Request) uuid() (uuid.UUID, error) {
	id, err := uuid.Parse(r.ID)
	if err != nil {
		return id, fault.BadRequest.List(fault.Validation("request_id", "string.uuid", ""))
	}
	return id, nil
}

func read[T any](id uuid.UUID, stored []byte) (T, error) {
	var answer T
	if err := json.Unmarshal(stored, &answer); err != nil {
		return answer, fmt.Errorf("reading the answer of request %s: %w", id, err)
	}
	return answer, nil
}

// claim returns the answer stored for r, or nil after it has claimed r. The insert
// waits for a concurrent insert of the same key to end.
func claim(ctx context.Context, tx pgx.Tx, schema string, id uuid.UUID, r Request) ([]byte, error) {
	table := pgx.Identifier{schema, "request"}.Sanitize()
	tag, err := tx.Exec(ctx, `
		insert into `+table+` (principal, method, request_id, hash) values ($1, $2, $3, $4)
		on conflict on constraint request_pkey do nothing`,
		r.Principal, r.Method, id.String(), r.Hash)
	if err != nil {
		return nil, fmt.Errorf("claiming request %s: %w", id, err)
	}
	if tag.RowsAffected() == 1 {
		return nil, nil
	}
	answer, err := remembered(ctx, tx, schema, id, r)
	if err == nil && answer == nil {
		err = fmt.Errorf("request %s was forgotten while it was claimed", id)
	}
	return answer, err
}

// remembered returns the answer stored for r, or nil if r was never claimed.
func remembered(ctx context.Context, db Querier, schema string, id uuid.UUID, r Request) ([]byte, error) {
	type row struct{ Hash, Answer []byte }
	rows, _ := db.Query(ctx, `
		select hash, answer from `+pgx.Identifier{schema, "request"}.Sanitize()+`
		where principal = $1 and method = $2 and request_id = $3`,
		r.Principal, r.Method, id.String())
	kept, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[row])
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading request %s: %w", id, err)
	case !bytes.Equal(kept.Hash, r.Hash):
		return nil, fault.RequestIDReused.At("request_id")
	case kept.Answer == nil:
		return nil, fmt.Errorf("request %s was committed without an answer", id)
	}
	return kept.Answer, nil
}

func keep(ctx context.Context, tx pgx.Tx, schema string, id uuid.UUID, r Request, answer any) ([]byte, error) {
	b, err := json.Marshal(answer)
	if err != nil {
		return nil, fmt.Errorf("writing the answer of request %s: %w", id, err)
	}
	_, err = tx.Exec(ctx, `
		update `+pgx.Identifier{schema, "request"}.Sanitize()+` set answer = $4
		where principal = $1 and method = $2 and request_id = $3`,
		r.Principal, r.Method, id.String(), b)
	if err != nil {
		return nil, fmt.Errorf("keeping the answer of request %s: %w", id, err)
	}
	return b, nil
}

const (
	// RequestsKept is how long a request is remembered (decision 5).
	RequestsKept = 7 * 24 * time.Hour
	forgetEvery  = time.Hour
)

// Forget removes the requests of schema that need no longer be remembered, at once
// and then every hour, until ctx is done. It tries again after a failure. Several replicas may run it at once.
func Forget(ctx context.Context, db *pgxpool.Pool, schema string, now func() time.Time, log *slog.Logger) {
	task := run.Task{Name: "forgetting old requests", Interval: forgetEvery, Logger: log.With("service", schema)}
	run.Repeat(ctx, task, func(ctx context.Context) error {
		_, err := ForgetRequests(ctx, db, schema, now().Add(-RequestsKept))
		return err
	})
}

// ForgetRequests removes the requests of schema that were claimed before the given
// instant by the server's clock, and returns their number. A request sent again
// after that counts as a new one, so the instant must be at least RequestsKept ago.
func ForgetRequests(ctx context.Context, db *pgxpool.Pool, schema string, before time.Time) (int64, error) {
	tag, err := db.Exec(ctx, `delete from `+pgx.Identifier{schema, "request"}.Sanitize()+` where claim_time < $1`, before)
	if err != nil {
		return 0, Fault(fmt.Errorf("forgetting requests of %s: %w", schema, err), nil)
	}
	return tag.RowsAffected(), nil
}
