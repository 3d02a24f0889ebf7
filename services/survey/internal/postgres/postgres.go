// Package postgres is the storage of survey: plans, invitations, responses and
// results in PostgreSQL. It reads and writes domain types, never messages.
package postgres

import (
	"context"
	"embed"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/window"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// Schema is the schema that survey owns.
const Schema = "survey"

//go:embed migrations/*.sql
var migrations embed.FS

// Lines returns the migrations of the schema: survey's own tables, the audit log,
// the remembered requests and the windows of cycles.
func Lines() []pg.Line {
	return []pg.Line{{Name: Schema, FS: migrations, Dir: "migrations"}, audit.Line(), pg.OnceLine(), window.Line()}
}

// Store stores the surveys of all authorities. Each of its transactions that write
// takes the guard of the cycle first and the lock of the plan second.
type Store struct {
	db      *pgxpool.Pool
	windows *window.Projection
}

// New returns a Store over a pool and the windows in the same database.
func New(db *pgxpool.Pool, windows *window.Projection) *Store { return &Store{db, windows} }

// Key identifies a plan.
type Key struct{ Authority, Cycle, Plan string }

// once runs f in a transaction; a repeated attempt gets the first answer.
func once[T any](ctx context.Context, s *Store, a pg.Attempt, f func(tx pgx.Tx) (T, error)) (answer T, err error) {
	answer, err = pg.OnceInTx(ctx, s.db, Schema, a.Request, f)
	return answer, named(err)
}

// Remembered returns the first answer to a repeated attempt; repeated is
// false for a new one.
func Remembered[T any](ctx context.Context, s *Store, a pg.Attempt) (answer T, repeated bool, err error) {
	answer, repeated, err = pg.Remembered[T](ctx, s.db, Schema, a.Request)
	return answer, repeated, named(err)
}

// named translates an error of PostgreSQL into a fault; a violated constraint is
// known by its name.
func named(err error) error {
	return pg.Fault(err, map[string]fault.Reason{
		"plan_pkey":     survey.PlanExists,
		"response_pkey": survey.ResponseIDReused,
	})
}

// guard fails with WINDOW_CLOSED if surveys do not change in the phase of the cycle, and
// keeps the cycle from moving on until tx ends.
func (s *Store) guard(ctx context.Context, tx pgx.Tx, k Key) error {
	return s.windows.GuardOneSpan(ctx, tx, k.Authority, k.Cycle, survey.Phases()...)
}

// mode is the mode of a plan's lock. Storing responses and creating invitations
// share the lock; a change of the plan holds it exclusively. The queue is fair, as
// libs/window explains: a steady stream of responses cannot hold up a closing.
type mode string

const (
	shared    mode = "pg_advisory_xact_lock_shared"
	exclusive mode = "pg_advisory_xact_lock"
)

// lock takes a plan's lock until tx ends.
func lock(ctx context.Context, tx pgx.Tx, m mode, k Key) error {
	if _, err := tx.Exec(ctx, lockSQL(m), k.lockName()); err != nil {
		return fmt.Errorf("locking plan %s: %w", k, err)
	}
	return nil
}

func lockSQL(m mode) string { return `select ` + string(m) + `(hashtextextended($1, 0))` }

func (k Key) lockName() string { return Schema + ".plan/" + k.String() }

// String names k in errors.
func (k Key) String() string { return k.Authority + "/" + k.Cycle + "/" + k.Plan }

// record appends the audit entry of a change to a plan.
func record(ctx context.Context, tx pgx.Tx, by pg.Attempt, k Key, action string, change any) error {
	return audit.Append(ctx, tx, Schema, audit.Entry{
		Resource:  "authorities/" + k.Authority + "/cycles/" + k.Cycle + "/surveyPlans/" + k.Plan,
		Principal: by.Principal, Action: action, At: by.At, Change: change,
	})
}
