package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/identity/internal/identity"
)

// Credentials are an account and the hash of its password.
type Credentials struct {
	identity.Account
	PasswordHash string
}

// accountColumns are those that scanAccount reads, credentialColumns those that
// scanCredentials reads.
const (
	accountColumns    = `id::text, authority, agency, login, display_name, state, create_time, revision, last_login_time, coalesce(password_by::text, ''), own_password`
	credentialColumns = accountColumns + `, password_hash`
)

func scanAccount(row pgx.CollectableRow) (a identity.Account, err error) {
	var login *time.Time
	err = row.Scan(&a.ID, &a.Authority, &a.Agency, &a.Login, &a.DisplayName, &a.State, &a.CreateTime, &a.Revision, &login, &a.PasswordBy, &a.OwnPassword)
	a.LastLogin = pg.Instant(login)
	return a, err
}

func scanCredentials(row pgx.CollectableRow) (c Credentials, err error) {
	var login *time.Time
	err = row.Scan(&c.ID, &c.Authority, &c.Agency, &c.Login, &c.DisplayName, &c.State, &c.CreateTime, &c.Revision, &login,
		&c.PasswordBy, &c.OwnPassword, &c.PasswordHash)
	c.LastLogin = pg.Instant(login)
	return c, err
}

// InsertAccount adds an account. It fails with LoginTaken.
func (t *Tx) InsertAccount(ctx context.Context, a identity.Account, passwordHash string) error {
	_, err := t.tx.Exec(ctx, `
		insert into identity.account (id, authority, agency, login, display_name, name_key, password_hash, state, create_time, revision, password_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11, '')::uuid)`,
		a.ID, a.Authority, a.Agency, a.Login, a.DisplayName, a.NameKey(), passwordHash, a.State, a.CreateTime, a.Revision, a.PasswordBy)
	if err != nil {
		return fmt.Errorf("adding account %s: %w", a.ID, err)
	}
	return nil
}

// Account returns an account homed in authority, or AccountUnknown.
func (t *Tx) Account(ctx context.Context, authority, id string) (identity.Account, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+accountColumns+`
		from identity.account where authority = $1 and id = $2`, authority, id)
	a, err := pg.One(rows, scanAccount, identity.AccountUnknown)
	if err != nil {
		return a, fmt.Errorf("reading account %s: %w", id, err)
	}
	return a, nil
}

// LockAccount is Account, and locks the account until the transaction ends.
func (t *Tx) LockAccount(ctx context.Context, authority, id string) (identity.Account, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+accountColumns+`
		from identity.account where authority = $1 and id = $2 for no key update`, authority, id)
	a, err := pg.One(rows, scanAccount, identity.AccountUnknown)
	if err != nil {
		return a, fmt.Errorf("locking account %s: %w", id, err)
	}
	return a, nil
}

// Self returns the account with an id, in any authority. Only for calls by its owner.
func (t *Tx) Self(ctx context.Context, id string) (Credentials, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+credentialColumns+`
		from identity.account where id = $1`, id)
	c, err := pg.One(rows, scanCredentials, identity.AccountUnknown)
	if err != nil {
		return c, fmt.Errorf("reading the caller's account %s: %w", id, err)
	}
	return c, nil
}

// LockSelf is Self, and locks the account until the transaction ends.
func (t *Tx) LockSelf(ctx context.Context, id string) (Credentials, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+credentialColumns+`
		from identity.account where id = $1 for no key update`, id)
	c, err := pg.One(rows, scanCredentials, identity.AccountUnknown)
	if err != nil {
		return c, fmt.Errorf("locking the caller's account %s: %w", id, err)
	}
	return c, nil
}

// AccountOfLogin returns the account with a login, or AccountUnknown.
func (t *Tx) AccountOfLogin(ctx context.Context, login string) (Credentials, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+credentialColumns+`
		from identity.account where login = $1`, login)
	c, err := pg.One(rows, scanCredentials, identity.AccountUnknown)
	if err != nil {
		return c, fmt.Errorf("reading the account of a login: %w", err)
	}
	return c, nil
}

// AccountFilter says which accounts of an authority to list. What is empty does not
// restrict the list.
type AccountFilter struct {
	Authority string
	// Key is a part of a login or a name as text.Plain has it.
	Key    string
	Role   identity.Role
	Agency string
	State  identity.State
	// At is the instant at which roles count.
	At time.Time
}

// Accounts returns up to limit accounts by login, after the account with the id after;
// "" starts at the first.
func (t *Tx) Accounts(ctx context.Context, f AccountFilter, after string, limit int32) ([]identity.Account, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+accountColumns+`
		from identity.account a
		where authority = $1
			and ($2 = '' or strpos(login, $2) > 0 or strpos(name_key, $2) > 0 or exists (
				select from identity.known_agency g where g.authority = a.authority and g.id = a.agency and strpos(g.name_key, $2) > 0))
			and ($3 = '' or exists (
				select from identity.role_binding b
				where b.account = a.id and b.authority = $1 and b.role = $3 and (b.end_time is null or b.end_time > $6)))
			and ($4 = '' or agency = $4)
			and ($5 = '' or state = $5)
			and ($7 = '' or login > (select login from identity.account where authority = $1 and id = nullif($7, '')::uuid))
		order by login limit $8`, f.Authority, f.Key, f.Role, f.Agency, f.State, f.At, after, limit)
	accounts, err := pgx.CollectRows(rows, scanAccount)
	if err != nil {
		return nil, fmt.Errorf("listing the accounts of %s: %w", f.Authority, err)
	}
	return accounts, nil
}

// SaveLogin writes the time of a login. The account MUST be locked.
func (t *Tx) SaveLogin(ctx context.Context, id string, at time.Time) error {
	_, err := t.tx.Exec(ctx, `update identity.account set last_login_time = $2 where id = $1`, id, at)
	if err != nil {
		return fmt.Errorf("saving the login of account %s: %w", id, err)
	}
	return nil
}

// SaveAccount writes the changeable fields of an account and counts its revision.
// The account MUST be locked.
func (t *Tx) SaveAccount(ctx context.Context, a identity.Account) error {
	_, err := t.tx.Exec(ctx, `
		update identity.account set agency = $2, display_name = $3, name_key = $4, state = $5, revision = revision + 1 where id = $1`,
		a.ID, a.Agency, a.DisplayName, a.NameKey(), a.State)
	if err != nil {
		return fmt.Errorf("saving account %s: %w", a.ID, err)
	}
	return nil
}

// SavePassword replaces the hash of an account's password, and writes who has set it.
func (t *Tx) SavePassword(ctx context.Context, a identity.Account, passwordHash string) error {
	_, err := t.tx.Exec(ctx, `
		update identity.account set password_hash = $2, password_by = nullif($3, '')::uuid, own_password = $4 where id = $1`,
		a.ID, passwordHash, a.PasswordBy, a.OwnPassword)
	if err != nil {
		return fmt.Errorf("saving the password of account %s: %w", a.ID, err)
	}
	return nil
}
