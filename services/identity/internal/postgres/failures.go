package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/identity/internal/identity"
)

func scanFailures(row pgx.CollectableRow) (identity.Failures, error) {
	var f identity.Failures
	var until *time.Time
	err := row.Scan(&f.Count, &f.Last, &until)
	f.LockedUntil = pg.Instant(until)
	return f, err
}

// Failures returns the failures counted under key; the zero Failures if there are
// none.
func (t *Tx) Failures(ctx context.Context, key []byte) (identity.Failures, error) {
	rows, _ := t.tx.Query(ctx, `select count, last_time, locked_until from identity.login_failure where key = $1`, key)
	return failures(rows)
}

// LockFailures is Failures, and locks the row, if there is one, until the transaction
// ends.
func (t *Tx) LockFailures(ctx context.Context, key []byte) (identity.Failures, error) {
	rows, _ := t.tx.Query(ctx, `
		select count, last_time, locked_until from identity.login_failure where key = $1 for update`, key)
	return failures(rows)
}

func failures(rows pgx.Rows) (identity.Failures, error) {
	f, err := pgx.CollectExactlyOneRow(rows, scanFailures)
	if errors.Is(err, pgx.ErrNoRows) {
		return identity.Failures{}, nil
	}
	if err != nil {
		return f, fmt.Errorf("reading login failures: %w", err)
	}
	return f, nil
}

// ClaimFailures is LockFailures, and inserts the row, as one of owner, if there is none,
// so that failures of one login that happen at once are counted one after the other.
func (t *Tx) ClaimFailures(ctx context.Context, key, owner []byte, now time.Time) (identity.Failures, error) {
	rows, _ := t.tx.Query(ctx, `
		insert into identity.login_failure as f (key, owner, count, last_time) values ($1, $2, 0, $3)
		on conflict on constraint login_failure_pkey do update set count = f.count
		returning count, last_time, locked_until`, key, owner, now)
	return failures(rows)
}

// SaveFailures writes the failures counted under key. They MUST be claimed.
func (t *Tx) SaveFailures(ctx context.Context, key []byte, f identity.Failures) error {
	_, err := t.tx.Exec(ctx, `update identity.login_failure set count = $2, last_time = $3, locked_until = $4 where key = $1`,
		key, f.Count, f.Last, pg.Null(f.LockedUntil))
	if err != nil {
		return fmt.Errorf("counting a login failure: %w", err)
	}
	return nil
}

// ForgetFailures removes the failures counted under key.
func (t *Tx) ForgetFailures(ctx context.Context, key []byte) error {
	if _, err := t.tx.Exec(ctx, `delete from identity.login_failure where key = $1`, key); err != nil {
		return fmt.Errorf("removing login failures: %w", err)
	}
	return nil
}

// ForgetAllFailures removes the failures of an owner from every source.
func (t *Tx) ForgetAllFailures(ctx context.Context, owner []byte) error {
	if _, err := t.tx.Exec(ctx, `delete from identity.login_failure where owner = $1`, owner); err != nil {
		return fmt.Errorf("removing login failures: %w", err)
	}
	return nil
}
