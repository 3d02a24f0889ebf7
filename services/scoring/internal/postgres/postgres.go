// Package postgres is the memory of scoring: runs, publications, their figures
// and their rendered leaderboards in PostgreSQL. A publication is written once,
// in one transaction, and never changes (rule G11); which one stands is one row.
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

// Lines returns the migrations of the schema: own tables, the audit log, the
// remembered requests, the projection of cycles.
func Lines() []pg.Line {
	return []pg.Line{{Name: Schema, FS: migrations, Dir: "migrations"}, audit.Line(), pg.OnceLine(), window.Line()}
}

// Store keeps the runs and publications of all authorities.
type Store struct {
	db      *pgxpool.Pool
	windows *window.Projection
}

// New returns a Store over a pool. What is about a run is guarded by the windows
// of its cycle.
func New(db *pgxpool.Pool, windows *window.Projection) *Store { return &Store{db, windows} }
