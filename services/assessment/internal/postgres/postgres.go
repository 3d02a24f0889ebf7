// Package postgres stores sheets, entries, seals, hand-backs and reported values in
// PostgreSQL.
//
// Every transaction takes its locks in this order: the request of pg.Once, the guard of
// the cycle's window, the row of the sheet, the counter of seals, the audit chain.
package postgres

import (
	"context"
	"embed"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/window"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// Schema is the name of the schema that the service owns.
const Schema = "assessment"

//go:embed migrations/*.sql
var migrations embed.FS

// Lines returns the migrations of the schema: own tables, audit log, remembered
// requests, projection of cycles.
func Lines() []pg.Line {
	return []pg.Line{{Name: Schema, FS: migrations, Dir: "migrations"}, audit.Line(), pg.OnceLine(), window.Line()}
}

// Store stores the sheets of all authorities.
type Store struct {
	db      *pgxpool.Pool
	windows *window.Projection
}

// New returns a Store that uses a pool and the projection of cycles in its schema.
func New(db *pgxpool.Pool, windows *window.Projection) *Store { return &Store{db, windows} }

// Phases are the phases in which a change is taken. If First is Last, the change must
// also be before the deadline of that phase.
type Phases struct {
	First, Last criteria.Phase
	// Group is the group of the agency, for which the deadline may be extended.
	Group string
}

// guard returns the letter that extends the deadline for the agency, empty for none.
func (s *Store) guard(ctx context.Context, tx pgx.Tx, k assessment.Key, in Phases) (letter string, err error) {
	if in.First == in.Last {
		return s.windows.GuardOf(ctx, tx, k.Authority, k.Cycle, in.First, k.Agency, in.Group)
	}
	return "", s.windows.GuardSpan(ctx, tx, k.Authority, k.Cycle, in.First, in.Last)
}

// change runs f in a transaction, after it has passed the guard of the window and locked
// the sheet. f gets the letter that extends the deadline. A repeated attempt gets the
// first answer, and f does not run; first reports whether it ran.
func change[T any](ctx context.Context, s *Store, by pg.Attempt, k assessment.Key, in Phases,
	f func(tx pgx.Tx, letter string) (T, error),
) (answer T, first bool, err error) {
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) (err error) {
		first = false
		answer, err = pg.Once(ctx, tx, Schema, by.Request, func() (answer T, err error) {
			first = true
			letter, err := s.guard(ctx, tx, k, in)
			if err != nil {
				return answer, err
			}
			if err := lockSheet(ctx, tx, k); err != nil {
				return answer, err
			}
			return f(tx, letter)
		})
		return err
	})
	return answer, first, named(err)
}

// lockSheet locks the row of a sheet until tx ends, and creates it if it is missing.
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

// record appends an entry to the audit chain of a sheet. change has ids and figures only.
func record(ctx context.Context, tx pgx.Tx, by pg.Attempt, k assessment.Key, action string, change any) error {
	return audit.Append(ctx, tx, Schema, audit.Entry{
		Resource:  "authorities/" + k.Authority + "/cycles/" + k.Cycle + "/agencies/" + k.Agency + "/sheet",
		Principal: by.Principal, Action: action, At: by.At, Change: change,
	})
}

// named turns the violation of a constraint into its reason. Changes of a sheet run one
// after another and are checked before they are written, so only a defect can violate a
// constraint that has no reason here.
func named(err error) error {
	return pg.Fault(err, map[string]fault.Reason{
		"seal_once":      assessment.RoundSubmitted,
		"hand_back_pkey": assessment.HandBackDiffers,
	})
}
