// Package postgres is the memory of assessment: sheets, entries, seals, hand-backs
// and reported values in PostgreSQL. It speaks domain types and knows no message.
//
// Locks are taken in one order: the claim of pg.Once, the guard of the cycle's
// window, the sheet's row, the counter of seals, the audit chain.
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
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// Schema is the schema that assessment owns.
const Schema = "assessment"

//go:embed migrations/*.sql
var migrations embed.FS

// Lines returns the migrations of the schema: own tables, the audit log, the
// remembered requests, the projection of cycles.
func Lines() []pg.Line {
	return []pg.Line{{Name: "assessment", FS: migrations, Dir: "migrations"}, audit.Line(), pg.OnceLine(), window.Line()}
}

// Store keeps the sheets of all authorities.
type Store struct {
	db      *pgxpool.Pool
	windows *window.Projection
}

// New returns a Store over a pool, whose writes are guarded by windows.
func New(db *pgxpool.Pool, windows *window.Projection) *Store { return &Store{db, windows} }

// Open is what must be open for a change: a span of phases, and its deadline if
// it is a single one.
type Open struct{ First, Last window.Phase }

func (s *Store) guard(ctx context.Context, tx pgx.Tx, k assessment.Key, o Open) error {
	if o.First == o.Last {
		return s.windows.Guard(ctx, tx, k.Authority, k.Cycle, o.First)
	}
	return s.windows.GuardSpan(ctx, tx, k.Authority, k.Cycle, o.First, o.Last)
}

// change runs f in a transaction, the first time the attempt is seen, behind the
// window and behind the lock of the sheet; first tells whether it did.
func change[T any](ctx context.Context, s *Store, by pg.Attempt, k assessment.Key, o Open, f func(tx pgx.Tx) (T, error)) (answer T, first bool, err error) {
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) (err error) {
		first = false
		answer, err = pg.Once(ctx, tx, Schema, by.Request, func() (answer T, err error) {
			first = true
			if err := s.guard(ctx, tx, k, o); err != nil {
				return answer, err
			}
			if err := lockSheet(ctx, tx, k); err != nil {
				return answer, err
			}
			return f(tx)
		})
		return err
	})
	return answer, first, named(err)
}

// lockSheet locks a sheet until tx ends, making it where it is not there.
func lockSheet(ctx context.Context, tx pgx.Tx, k assessment.Key) error {
	var b pgx.Batch
	b.Queue(`
		insert into assessment.sheet (authority, cycle, agency) values ($1, $2, $3)
		on conflict on constraint sheet_pkey do nothing`, k.Authority, k.Cycle, k.Agency)
	b.Queue(`
		select from assessment.sheet
		where authority = $1 and cycle = $2 and agency = $3
		for update`, k.Authority, k.Cycle, k.Agency)
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("locking the sheet of %s: %w", k.Agency, err)
	}
	return nil
}

// record appends to the audit chain of a sheet. change holds ids and figures only.
func record(ctx context.Context, tx pgx.Tx, by pg.Attempt, k assessment.Key, action string, change any) error {
	return audit.Append(ctx, tx, Schema, audit.Entry{
		Resource:  "authorities/" + k.Authority + "/cycles/" + k.Cycle + "/agencies/" + k.Agency + "/sheet",
		Principal: by.Principal, Action: action, At: by.At, Change: change,
	})
}

// named says which rule a broken constraint keeps. All changes of a sheet take
// turns and are decided before they are written; a constraint missing here can
// only be broken by a defect.
func named(err error) error {
	return pg.Fault(err, map[string]fault.Reason{
		"seal_pkey":      assessment.RoundSubmitted,
		"hand_back_pkey": assessment.HandBackDiffers,
	})
}
