package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/identity/internal/identity"
)

func scanBinding(row pgx.CollectableRow) (identity.Binding, error) {
	var b identity.Binding
	var end *time.Time
	err := row.Scan(&b.ID, &b.Account, &b.Authority, &b.Agency, &b.Role, &end, &b.CreateTime)
	b.End = pg.Instant(end)
	return b, err
}

// InsertBinding adds a role binding. The account MUST be locked, because the rules
// compare the binding with the others of the account. It fails with BindingExists.
func (t *Tx) InsertBinding(ctx context.Context, b identity.Binding) error {
	_, err := t.tx.Exec(ctx, `
		insert into identity.role_binding (id, account, authority, agency, role, end_time, create_time)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		b.ID, b.Account, b.Authority, b.Agency, b.Role, pg.Null(b.End), b.CreateTime)
	if err != nil {
		return fmt.Errorf("adding role binding %s: %w", b.ID, err)
	}
	return nil
}

// Binding returns a role binding of authority, or BindingUnknown.
func (t *Tx) Binding(ctx context.Context, authority, id string) (identity.Binding, error) {
	rows, _ := t.tx.Query(ctx, `
		select id::text, account::text, authority, agency, role, end_time, create_time
		from identity.role_binding where authority = $1 and id = $2`, authority, id)
	b, err := pg.One(rows, scanBinding, identity.BindingUnknown)
	if err != nil {
		return b, fmt.Errorf("reading role binding %s: %w", id, err)
	}
	return b, nil
}

// LockBinding is Binding, and locks the binding until the transaction ends.
func (t *Tx) LockBinding(ctx context.Context, authority, id string) (identity.Binding, error) {
	rows, _ := t.tx.Query(ctx, `
		select id::text, account::text, authority, agency, role, end_time, create_time
		from identity.role_binding where authority = $1 and id = $2 for no key update`, authority, id)
	b, err := pg.One(rows, scanBinding, identity.BindingUnknown)
	if err != nil {
		return b, fmt.Errorf("locking role binding %s: %w", id, err)
	}
	return b, nil
}

// BindingsOf returns the bindings of an account that count at now, oldest first.
func (t *Tx) BindingsOf(ctx context.Context, account string, now time.Time) ([]identity.Binding, error) {
	rows, _ := t.tx.Query(ctx, `
		select id::text, account::text, authority, agency, role, end_time, create_time
		from identity.role_binding where account = $1 and (end_time is null or end_time > $2)
		order by create_time, id`, account, now)
	bindings, err := pgx.CollectRows(rows, scanBinding)
	if err != nil {
		return nil, fmt.Errorf("listing the roles of account %s: %w", account, err)
	}
	return bindings, nil
}

// BindingsIn returns the bindings of some accounts in authority that count at now, oldest
// first.
func (t *Tx) BindingsIn(ctx context.Context, authority string, accounts []string, now time.Time) ([]identity.Binding, error) {
	rows, _ := t.tx.Query(ctx, `
		select id::text, account::text, authority, agency, role, end_time, create_time
		from identity.role_binding where authority = $1 and account = any($2::uuid[]) and (end_time is null or end_time > $3)
		order by create_time, id`, authority, accounts, now)
	bindings, err := pgx.CollectRows(rows, scanBinding)
	if err != nil {
		return nil, fmt.Errorf("listing the roles of accounts of %s: %w", authority, err)
	}
	return bindings, nil
}

// Bindings returns up to limit bindings of authority that count at now, oldest
// first, after the binding with the id after; "" starts at the first.
func (t *Tx) Bindings(ctx context.Context, authority string, now time.Time, after string, limit int32) ([]identity.Binding, error) {
	rows, _ := t.tx.Query(ctx, `
		select id::text, account::text, authority, agency, role, end_time, create_time
		from identity.role_binding
		where authority = $1 and (end_time is null or end_time > $2)
			and ($3 = '' or (create_time, id) > (
				select create_time, id from identity.role_binding where authority = $1 and id = nullif($3, '')::uuid))
		order by create_time, id limit $4`, authority, now, after, limit)
	bindings, err := pgx.CollectRows(rows, scanBinding)
	if err != nil {
		return nil, fmt.Errorf("listing the roles of %s: %w", authority, err)
	}
	return bindings, nil
}

// SaveBindingEnd writes the end of a binding. The binding MUST be locked.
func (t *Tx) SaveBindingEnd(ctx context.Context, b identity.Binding) error {
	_, err := t.tx.Exec(ctx, `update identity.role_binding set end_time = $2 where id = $1`, b.ID, pg.Null(b.End))
	if err != nil {
		return fmt.Errorf("ending role binding %s: %w", b.ID, err)
	}
	return nil
}
