// Package postgres stores accounts, role bindings, sessions, failures and service
// accounts in the schema identity.
package postgres

import (
	"context"
	"embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/identity/internal/identity"
)

// Schema is the schema of the service.
const Schema = "identity"

//go:embed migrations/*.sql
var migrations embed.FS

// Lines returns the migrations of everything in the schema.
func Lines() []pg.Line {
	return []pg.Line{{Name: Schema, FS: migrations, Dir: "migrations"}, audit.Line(), pg.OnceLine()}
}

// reasons maps constraints to the faults of their violations. Only a defect of this
// program can violate a constraint that is not listed.
var reasons = map[string]fault.Reason{
	"account_login_key":     identity.LoginTaken,
	"role_binding_open_key": identity.BindingExists,
	"service_account_pkey":  identity.ServiceAccountTaken,
}

// Store keeps the accounts of all authorities.
type Store struct {
	db *pgxpool.Pool
}

// New returns the Store over a pool.
func New(db *pgxpool.Pool) *Store { return &Store{db} }

// Tx is one transaction. Rows are locked in the order account, failures,
// session, audit log, so that no two transactions wait for each other.
type Tx struct {
	tx pgx.Tx
}

// InTx runs f in a transaction and commits if f returns nil. f may run again
// after a lost race and MUST NOT keep state across calls.
func (s *Store) InTx(ctx context.Context, f func(*Tx) error) error {
	return pg.Fault(pg.InTx(ctx, s.db, func(tx pgx.Tx) error { return f(&Tx{tx}) }), reasons)
}

// InReadTx runs f in a transaction that sees one snapshot and changes nothing.
func (s *Store) InReadTx(ctx context.Context, f func(*Tx) error) error {
	return pg.Fault(pg.InReadTx(ctx, s.db, func(tx pgx.Tx) error { return f(&Tx{tx}) }), reasons)
}

// Once runs f the first time r is seen and returns the id from f. Later it returns
// that id without running f.
func (t *Tx) Once(ctx context.Context, r pg.Request, f func() (id string, err error)) (id string, err error) {
	return pg.Once(ctx, t.tx, Schema, r, f)
}

// OnceWithPassword is Once for a request that sets a password. The fast hash of the
// request leaves the password out, so the slow hash of the password is remembered
// beside the id and returned. If it is not passwordHash, the request is a repetition,
// and the caller must check that its password is the same. The hash stored with the
// account does not serve: its owner may have changed the password meanwhile.
func (t *Tx) OnceWithPassword(ctx context.Context, r pg.Request, passwordHash string, f func() (id string, err error)) (id, remembered string, err error) {
	type answer struct {
		ID           string `json:"id"`
		PasswordHash string `json:"password_hash"`
	}
	a, err := pg.Once(ctx, t.tx, Schema, r, func() (answer, error) {
		id, err := f()
		return answer{id, passwordHash}, err
	})
	return a.ID, a.PasswordHash, err
}

// By is the principal and the time of a change.
type By struct {
	Principal string
	At        time.Time
}

// Change is the content of an audit entry: ids and figures, no personal data.
type Change map[string]any

// Record appends an entry to the log of a resource.
func (t *Tx) Record(ctx context.Context, by By, resource, action string, change Change) error {
	return audit.Append(ctx, t.tx, Schema, audit.Entry{
		Resource: resource, Principal: by.Principal, Action: action, Change: change, At: by.At,
	})
}

// AccountResource names an account in the audit log. Entries about its role bindings
// and sessions have the same resource.
func AccountResource(id string) string { return "accounts/" + id }

// ServiceAccountResource names a service account in the audit log.
func ServiceAccountResource(name string) string { return "serviceAccounts/" + name }

// Clean removes the sessions that have expired at now, and the failures that are
// older than both the window and the lock.
func (s *Store) Clean(ctx context.Context, now time.Time, l identity.Limits) error {
	return s.InTx(ctx, func(t *Tx) error {
		if _, err := t.tx.Exec(ctx, `delete from identity.session where expire_time <= $1`, now); err != nil {
			return fmt.Errorf("forgetting expired sessions: %w", err)
		}
		_, err := t.tx.Exec(ctx, `
			delete from identity.login_failure where last_time <= $1 and (locked_until is null or locked_until <= $2)`,
			now.Add(-l.LockWindow), now)
		if err != nil {
			return fmt.Errorf("forgetting login failures: %w", err)
		}
		return nil
	})
}
