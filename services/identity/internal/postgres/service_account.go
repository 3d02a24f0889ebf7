package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/identity/internal/identity"
)

var scanServiceAccount = pgx.RowToStructByPos[identity.ServiceAccount]

// InsertServiceAccount adds a service account. It fails with
// ServiceAccountTaken.
func (t *Tx) InsertServiceAccount(ctx context.Context, a identity.ServiceAccount, secretHash []byte) error {
	_, err := t.tx.Exec(ctx, `
		insert into identity.service_account (name, authority, agency, secret_hash, state, create_time)
		values ($1, $2, $3, $4, $5, $6)`,
		a.Name, a.Authority, a.Agency, secretHash, a.State, a.CreateTime)
	if err != nil {
		return fmt.Errorf("adding service account %s: %w", a.Name, err)
	}
	return nil
}

// ServiceAccount returns a service account of authority, or
// ServiceAccountUnknown. The empty authority is the platform's.
func (t *Tx) ServiceAccount(ctx context.Context, authority, name string) (identity.ServiceAccount, error) {
	rows, _ := t.tx.Query(ctx, `
		select name, authority, agency, state, create_time
		from identity.service_account where authority = $1 and name = $2`, authority, name)
	a, err := pg.One(rows, scanServiceAccount, identity.ServiceAccountUnknown)
	if err != nil {
		return a, fmt.Errorf("reading service account %s: %w", name, err)
	}
	return a, nil
}

// LockServiceAccount is ServiceAccount, and locks the account until the transaction
// ends.
func (t *Tx) LockServiceAccount(ctx context.Context, authority, name string) (identity.ServiceAccount, error) {
	rows, _ := t.tx.Query(ctx, `
		select name, authority, agency, state, create_time
		from identity.service_account where authority = $1 and name = $2 for no key update`, authority, name)
	a, err := pg.One(rows, scanServiceAccount, identity.ServiceAccountUnknown)
	if err != nil {
		return a, fmt.Errorf("locking service account %s: %w", name, err)
	}
	return a, nil
}

// Software returns the service account with a name, in any authority, and the hash of
// its secret. Only for calls by its owner.
func (t *Tx) Software(ctx context.Context, name string) (a identity.ServiceAccount, secretHash []byte, err error) {
	err = t.tx.QueryRow(ctx, `
		select name, authority, agency, state, create_time, secret_hash from identity.service_account where name = $1 for share`, name).
		Scan(&a.Name, &a.Authority, &a.Agency, &a.State, &a.CreateTime, &secretHash)
	if err == pgx.ErrNoRows { //nolint:errorlint // pgx returns it unwrapped
		return a, nil, identity.ServiceAccountUnknown
	}
	if err != nil {
		return a, nil, fmt.Errorf("reading service account %s: %w", name, err)
	}
	return a, secretHash, nil
}

// ServiceAccounts returns up to limit service accounts of authority, by name, after
// the name after; "" starts at the first.
func (t *Tx) ServiceAccounts(ctx context.Context, authority, after string, limit int32) ([]identity.ServiceAccount, error) {
	rows, _ := t.tx.Query(ctx, `
		select name, authority, agency, state, create_time
		from identity.service_account where authority = $1 and name > $2 order by name limit $3`, authority, after, limit)
	accounts, err := pgx.CollectRows(rows, scanServiceAccount)
	if err != nil {
		return nil, fmt.Errorf("listing the service accounts of %s: %w", authority, err)
	}
	return accounts, nil
}

// SaveServiceAccountState writes the state of a service account.
func (t *Tx) SaveServiceAccountState(ctx context.Context, a identity.ServiceAccount) error {
	if _, err := t.tx.Exec(ctx, `update identity.service_account set state = $2 where name = $1`, a.Name, a.State); err != nil {
		return fmt.Errorf("saving service account %s: %w", a.Name, err)
	}
	return nil
}

// SaveSecret replaces the hash of a service account's secret.
func (t *Tx) SaveSecret(ctx context.Context, name string, secretHash []byte) error {
	if _, err := t.tx.Exec(ctx, `update identity.service_account set secret_hash = $2 where name = $1`, name, secretHash); err != nil {
		return fmt.Errorf("saving the secret of service account %s: %w", name, err)
	}
	return nil
}
