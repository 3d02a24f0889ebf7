// Package postgres stores the catalog in PostgreSQL.
package postgres

import (
	"context"
	"embed"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/audit"
	cycles "github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

// Schema is the schema of the service.
const Schema = "catalog"

//go:embed migrations/*.sql
var migrations embed.FS

// Lines returns the migrations of everything in the schema.
func Lines() []pg.Line {
	return []pg.Line{{Name: Schema, FS: migrations, Dir: "migrations"}, audit.Line(), pg.OnceLine()}
}

// Store keeps the catalogs of all authorities.
type Store struct {
	db *pgxpool.Pool
}

// New returns a Store over a pool.
func New(db *pgxpool.Pool) *Store { return &Store{db} }

// Attempt is one request to change something.
type Attempt struct {
	pg.Attempt
	// Reason is the caller's reason for the change; empty if none is asked for.
	Reason string
}

// once runs f in a transaction, the first time the attempt is seen.
func once[T any](ctx context.Context, s *Store, a Attempt, f func(tx pgx.Tx) (T, error)) (answer T, err error) {
	answer, err = pg.OnceInTx(ctx, s.db, Schema, a.Request, f)
	return answer, named(err)
}

// named turns the violation of a constraint into the fault of that name. Changes of
// one authority run one after the other and are decided before they are written, so
// only a defect can break a constraint that is not listed here.
func named(err error) error {
	return pg.Fault(err, map[string]fault.Reason{
		"agency_name_taken":         catalog.AgencyNameTakenMeanwhile,
		"authority_parent_fkey":     catalog.AuthorityParentUnknown,
		"regulation_authority_fkey": catalog.AuthorityUnknown,

		"cycle_extension_agency_fkey": cycles.AgencyNotInCycle,
		"cycle_extension_group_fkey":  cycles.GroupNotInCycle,
	})
}

// record appends an entry to the audit chain of a resource. change MUST hold ids and
// figures only.
func record(ctx context.Context, tx pgx.Tx, by Attempt, resource, action string, change any) error {
	return audit.Append(ctx, tx, Schema, audit.Entry{
		Resource: resource, Principal: by.Principal, Action: action, At: by.At, Change: change, Reason: by.Reason,
	})
}
