// Package postgres stores runs and publications, with their figures and their rendered
// leaderboards, in PostgreSQL. A publication is written once, in one transaction, and
// never changes (rule G11). One row per cycle says which publication is current.
package postgres

import (
	"embed"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/window"
)

// Schema is the schema that scoring owns.
const Schema = "scoring"

//go:embed migrations/*.sql
var migrations embed.FS

// Lines returns the migrations of the schema: scoring's own tables, the audit log, the
// remembered requests and the projection of cycles.
func Lines() []pg.Line {
	return []pg.Line{{Name: Schema, FS: migrations, Dir: "migrations"}, audit.Line(), pg.OnceLine(), window.Line()}
}

// Store stores the runs and publications of all authorities.
type Store struct {
	db      *pgxpool.Pool
	windows *window.Projection
}

// New returns a Store over a pool. Changes of runs are allowed only in the windows of
// their cycle.
func New(db *pgxpool.Pool, windows *window.Projection) *Store { return &Store{db, windows} }
