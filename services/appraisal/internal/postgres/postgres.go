// Package postgres is the memory of the appraisal service.
package postgres

import (
	"context"
	"embed"
	"encoding/json"
	"time"

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

// Attempt is one request to change something: who makes it and when.
type Attempt struct {
	pg.Request
	At time.Time
}

// once runs f in a transaction, the first time the attempt is seen.
func once[T any](ctx context.Context, s *Store, a Attempt, f func(tx pgx.Tx) (T, error)) (answer T, err error) {
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) (err error) {
		answer, err = pg.Once(ctx, tx, Schema, a.Request, func() (T, error) { return f(tx) })
		return err
	})
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

// log appends an entry to the audit chain of a part of a cycle.
func (a Attempt) log(ctx context.Context, tx pgx.Tx, authority, cycle, part, action string, change map[string]any) error {
	return audit.Append(ctx, tx, Schema, audit.Entry{
		Resource:  "authorities/" + authority + "/cycles/" + cycle + "/" + part,
		Principal: a.Principal, Action: action, At: a.At, Change: change,
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

// nullable returns the instant, nil for the zero one.
func nullable(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// instant returns the instant of a column that may be null.
func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
