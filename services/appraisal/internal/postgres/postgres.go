// Package postgres stores seals, assignments, verdicts, reductions, approvals and
// outcomes in PostgreSQL.
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

// Schema is the name of the schema that the service owns.
const Schema = "appraisal"

//go:embed migrations/*.sql
var migrations embed.FS

// Lines returns the migrations of the schema: own tables, audit log, remembered
// requests, projection of cycles.
func Lines() []pg.Line {
	return []pg.Line{{Name: Schema, FS: migrations, Dir: "migrations"}, audit.Line(), pg.OnceLine(), window.Line()}
}

// Store stores the appraisals of all authorities. Each change passes the guard of its
// cycle's window before it takes any other lock.
type Store struct {
	db      *pgxpool.Pool
	windows *window.Projection
}

// New returns a Store that uses a pool and the projection of cycles in its schema.
func New(db *pgxpool.Pool, windows *window.Projection) *Store { return &Store{db, windows} }

// once runs f in a transaction and returns its answer. A repeated attempt gets the
// first answer, and f does not run.
func once[T any](ctx context.Context, s *Store, a pg.Attempt, f func(tx pgx.Tx) (T, error)) (answer T, err error) {
	answer, err = pg.OnceInTx(ctx, s.db, Schema, a.Request, f)
	return answer, named(err)
}

// named turns the violation of a constraint into its reason. Only a defect can
// violate a constraint that has none here.
func named(err error) error {
	return pg.Fault(err, map[string]fault.Reason{
		"assignment_once":   appraisal.AssignmentExists,
		"reduction_once":    appraisal.ReductionExists,
		"seal_number_taken": appraisal.SealBroken,
	})
}

// record appends an entry to one of a cycle's audit chains. change has ids and figures
// only.
func record(ctx context.Context, tx pgx.Tx, by pg.Attempt, authority, cycle, chain, action string, change map[string]any) error {
	return audit.Append(ctx, tx, Schema, audit.Entry{
		Resource:  "authorities/" + authority + "/cycles/" + cycle + "/" + chain,
		Principal: by.Principal, Action: action, At: by.At, Change: change,
	})
}

// The audit chains of a cycle, beside those of its agencies.
const (
	chainAssignments = "assignments"
	chainRounds      = "rounds"
)

func chainOfAgency(agency string) string { return "agencies/" + agency + "/appraisal" }

// document returns v as the text of a json column; nil for empty facts and for nil.
func document(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil || string(text) == "null" {
		return nil, err
	}
	return string(text), nil
}
