// Package postgres is the memory of the appraisal service.
package postgres

import (
	"context"
	"embed"
	"encoding/json"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/window"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// Schema is the schema of the service.
const Schema = "appraisal"

//go:embed migrations/*.sql
var files embed.FS

// Lines returns the migrations of everything in the schema.
func Lines() []pg.Line {
	return []pg.Line{{Name: Schema, FS: files, Dir: "migrations"}, audit.Line(), pg.OnceLine(), window.Line()}
}

// Store keeps the appraisals of all authorities. Every change is guarded by the
// windows of its cycle before it takes any other lock.
type Store struct {
	db      *pgxpool.Pool
	windows *window.Projection
}

// New returns a Store over a pool and the windows in its schema.
func New(db *pgxpool.Pool, windows *window.Projection) *Store { return &Store{db, windows} }

// once runs f in a transaction, the first time the attempt is seen.
func once[T any](ctx context.Context, s *Store, a pg.Attempt, f func(tx pgx.Tx) (T, error)) (answer T, err error) {
	answer, err = pg.OnceInTx(ctx, s.db, Schema, a.Request, f)
	return answer, named(err)
}

// named says which rule a broken constraint keeps. What is missing here can only
// be broken by a defect.
func named(err error) error {
	return pg.Fault(err, map[string]fault.Reason{
		"assignment_once":   appraisal.AssignmentExists,
		"reduction_once":    appraisal.ReductionExists,
		"seal_number_taken": appraisal.SealBroken,
	})
}

// record appends an entry to the audit chain of a part of a cycle.
func record(ctx context.Context, tx pgx.Tx, by pg.Attempt, authority, cycle, part, action string, change map[string]any) error {
	return audit.Append(ctx, tx, Schema, audit.Entry{
		Resource:  "authorities/" + authority + "/cycles/" + cycle + "/" + part,
		Principal: by.Principal, Action: action, At: by.At, Change: change,
	})
}

// The parts of a cycle that have an audit chain.
const (
	ofAssignments = "assignments"
	ofRounds      = "rounds"
)

func ofAgency(agency string) string { return "agencies/" + agency + "/appraisal" }

// document returns v as the text of a json column; nil for the zero Facts and
// for nil.
func document(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil || string(text) == "null" {
		return nil, err
	}
	return string(text), nil
}
