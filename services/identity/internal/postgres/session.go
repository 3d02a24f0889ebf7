package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/identity/internal/identity"
)

const sessionColumns = `id::text, account::text, create_time, expire_time, end_time, family_hash, secret_hash, previous_hash, nonce, rotate_time, device`

func scanSession(row pgx.CollectableRow) (identity.Session, error) {
	var s identity.Session
	var rotate *time.Time
	err := row.Scan(&s.ID, &s.Account, &s.CreateTime, &s.ExpireTime, &s.EndTime, &s.FamilyHash, &s.SecretHash, &s.PreviousHash, &s.Nonce, &rotate, &s.Device)
	s.RotateTime = pg.Instant(rotate)
	return s, err
}

// InsertSession adds a session. The account MUST be locked, so that no session is left
// if the account is disabled at the same time.
func (t *Tx) InsertSession(ctx context.Context, s identity.Session) error {
	_, err := t.tx.Exec(ctx, `
		insert into identity.session (id, account, family_hash, secret_hash, create_time, expire_time, end_time, device)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.ID, s.Account, s.FamilyHash, s.SecretHash, s.CreateTime, s.ExpireTime, s.EndTime, s.Device)
	if err != nil {
		return fmt.Errorf("adding session %s: %w", s.ID, err)
	}
	return nil
}

// LockSession returns the session of a refresh token's family, or SessionEnded,
// and locks it until the transaction ends.
func (t *Tx) LockSession(ctx context.Context, familyHash []byte) (identity.Session, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+sessionColumns+`
		from identity.session where family_hash = $1 for update`, familyHash)
	s, err := pg.One(rows, scanSession, identity.SessionEnded)
	if err != nil {
		return s, fmt.Errorf("locking a session: %w", err)
	}
	return s, nil
}

// SessionsOf returns the sessions of an account that have not ended at now, the one used
// last first. Only for calls by its owner.
func (t *Tx) SessionsOf(ctx context.Context, account string, now time.Time) ([]identity.Session, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+sessionColumns+`
		from identity.session where account = $1 and expire_time > $2
		order by coalesce(rotate_time, create_time) desc, id`, account, now)
	sessions, err := pgx.CollectRows(rows, scanSession)
	if err != nil {
		return nil, fmt.Errorf("listing the sessions of account %s: %w", account, err)
	}
	return sessions, nil
}

// SaveRotation writes the changes of Session.Refresh. The session MUST be locked.
func (t *Tx) SaveRotation(ctx context.Context, s identity.Session) error {
	_, err := t.tx.Exec(ctx, `
		update identity.session set secret_hash = $2, previous_hash = $3, nonce = $4, rotate_time = $5, expire_time = $6 where id = $1`,
		s.ID, s.SecretHash, s.PreviousHash, s.Nonce, s.RotateTime, s.ExpireTime)
	if err != nil {
		return fmt.Errorf("prolonging session %s: %w", s.ID, err)
	}
	return nil
}

// EndSession ends one session and reports whether it existed.
func (t *Tx) EndSession(ctx context.Context, account, id string) (bool, error) {
	tag, err := t.tx.Exec(ctx, `delete from identity.session where account = $1 and id = $2`, account, id)
	if err != nil {
		return false, fmt.Errorf("ending session %s: %w", id, err)
	}
	return tag.RowsAffected() == 1, nil
}

// EndSessions ends the sessions of an account, except the one with the id except, and
// returns their number.
func (t *Tx) EndSessions(ctx context.Context, account, except string) (int64, error) {
	tag, err := t.tx.Exec(ctx, `delete from identity.session where account = $1 and id::text <> $2`, account, except)
	if err != nil {
		return 0, fmt.Errorf("ending the sessions of account %s: %w", account, err)
	}
	return tag.RowsAffected(), nil
}
