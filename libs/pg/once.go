package pg

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/fault"
)

//go:embed migrations/*.sql
var onceFiles embed.FS

// OnceLine returns the migrations of the table that Once remembers requests in.
func OnceLine() Line { return Line{Name: "request", FS: onceFiles, Dir: "migrations"} }

// Request names one attempt of a client to have something done.
type Request struct {
	// ID is the UUID the client made for it; empty means that the client does
	// not mind its being done twice.
	ID string
	// Principal and Method set apart the ids of different clients and methods.
	Principal string
	Method    string
	// Hash is the SHA-256 of the request's content without its ID.
	Hash []byte
}

// Once runs f in tx the first time r is seen and remembers its answer in
// schema; the second time it returns the remembered answer without running f.
// A concurrent repetition waits until the first transaction ends. An error of
// Once MUST roll tx back, so that a request which failed can be sent again.
//
// T is kept as JSON. What JSON loses (unexported fields) is already missing
// from the first answer, so that both answers are always the same.
//
// It fails with fault.RequestIDReused when the same id came with another hash,
// and with fault.BadRequest when the id is no UUID.
func Once[T any](ctx context.Context, tx pgx.Tx, schema string, r Request, f func() (T, error)) (T, error) {
	if r.ID == "" {
		return f()
	}
	var answer T
	id, err := uuid.Parse(r.ID)
	if err != nil {
		return answer, fault.BadRequest.List(fault.Validation("request_id", "string.uuid", ""))
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
	if err := json.Unmarshal(stored, &answer); err != nil {
		return answer, fmt.Errorf("reading the answer of request %s: %w", id, err)
	}
	return answer, nil
}

// claim returns the answer kept for r, or nil after having marked r as ours to
// answer. The insert waits for a concurrent one of the same key to end.
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
	var hash, answer []byte
	err = tx.QueryRow(ctx, `
		select hash, answer from `+table+` where principal = $1 and method = $2 and request_id = $3`,
		r.Principal, r.Method, id.String()).Scan(&hash, &answer)
	if err != nil {
		return nil, fmt.Errorf("reading request %s: %w", id, err)
	}
	if !bytes.Equal(hash, r.Hash) {
		return nil, fault.RequestIDReused.At("request_id")
	}
	if answer == nil {
		return nil, fmt.Errorf("request %s was committed without an answer", id)
	}
	return answer, nil
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

// ForgetRequests forgets the requests of schema claimed before the given
// instant by the server's clock and returns their number. A request sent again
// after that is a new one; 7 days are promised.
func ForgetRequests(ctx context.Context, db *pgxpool.Pool, schema string, before time.Time) (int64, error) {
	tag, err := db.Exec(ctx, `delete from `+pgx.Identifier{schema, "request"}.Sanitize()+` where claim_time < $1`, before)
	if err != nil {
		return 0, Fault(fmt.Errorf("forgetting requests of %s: %w", schema, err), nil)
	}
	return tag.RowsAffected(), nil
}
