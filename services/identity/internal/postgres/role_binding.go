package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/identity/internal/identity"
)

const bindingColumns = `id::text, account::text, authority, agency, role, end_time, create_time, askers::text[]`

func scanBinding(row pgx.CollectableRow) (identity.Binding, error) {
	var b identity.Binding
	var end *time.Time
	err := row.Scan(&b.ID, &b.Account, &b.Authority, &b.Agency, &b.Role, &end, &b.CreateTime, &b.Askers)
	b.End = pg.Instant(end)
	return b, err
}

// InsertBinding adds a role binding. The account MUST be locked, because the rules
// compare the binding with the others of the account. It fails with BindingExists.
func (t *Tx) InsertBinding(ctx context.Context, b identity.Binding) error {
	_, err := t.tx.Exec(ctx, `
		insert into identity.role_binding (id, account, authority, agency, role, end_time, create_time, askers)
		values ($1, $2, $3, $4, $5, $6, $7, $8::uuid[])`,
		b.ID, b.Account, b.Authority, b.Agency, b.Role, pg.Null(b.End), b.CreateTime, append([]string{}, b.Askers...))
	if err != nil {
		return fmt.Errorf("adding role binding %s: %w", b.ID, err)
	}
	return nil
}

// Binding returns a role binding of authority, or BindingUnknown.
func (t *Tx) Binding(ctx context.Context, authority, id string) (identity.Binding, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+bindingColumns+`
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
		select `+bindingColumns+`
		from identity.role_binding where authority = $1 and id = $2 for no key update`, authority, id)
	b, err := pg.One(rows, scanBinding, identity.BindingUnknown)
	if err != nil {
		return b, fmt.Errorf("locking role binding %s: %w", id, err)
	}
	return b, nil
}

// BindingsOf returns the bindings of an account that count at now, oldest first: those
// that run and are not pending.
func (t *Tx) BindingsOf(ctx context.Context, account string, now time.Time) ([]identity.Binding, error) {
	held, err := t.HeldBy(ctx, account, now)
	return slices.DeleteFunc(held, identity.Binding.Pending), err
}

// HeldBy returns the bindings of an account that run at now, oldest first, the pending
// ones among them.
func (t *Tx) HeldBy(ctx context.Context, account string, now time.Time) ([]identity.Binding, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+bindingColumns+`
		from identity.role_binding where account = $1 and (end_time is null or end_time > $2)
		order by create_time, id`, account, now)
	bindings, err := pgx.CollectRows(rows, scanBinding)
	if err != nil {
		return nil, fmt.Errorf("listing the roles of account %s: %w", account, err)
	}
	return bindings, nil
}

// BindingsIn returns the bindings of some accounts in authority that run at now, oldest
// first.
func (t *Tx) BindingsIn(ctx context.Context, authority string, accounts []string, now time.Time) ([]identity.Binding, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+bindingColumns+`
		from identity.role_binding where authority = $1 and account = any($2::uuid[]) and (end_time is null or end_time > $3)
		order by create_time, id`, authority, accounts, now)
	bindings, err := pgx.CollectRows(rows, scanBinding)
	if err != nil {
		return nil, fmt.Errorf("listing the roles of accounts of %s: %w", authority, err)
	}
	return bindings, nil
}

// Bindings returns up to limit bindings of authority that run at now, oldest first, after
// the binding with the id after; "" starts at the first. With pending it returns only
// those that are pending.
func (t *Tx) Bindings(ctx context.Context, authority string, pending bool, now time.Time, after string, limit int32) ([]identity.Binding, error) {
	rows, _ := t.tx.Query(ctx, `
		select `+bindingColumns+`
		from identity.role_binding
		where authority = $1 and (end_time is null or end_time > $2) and (not $5 or askers <> '{}')
			and ($3 = '' or (create_time, id) > (
				select create_time, id from identity.role_binding where authority = $1 and id = nullif($3, '')::uuid))
		order by create_time, id limit $4`, authority, now, after, limit, pending)
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

// ConfirmBindings lets bindings of an account that are pending count. The account MUST be
// locked.
func (t *Tx) ConfirmBindings(ctx context.Context, ids ...string) error {
	_, err := t.tx.Exec(ctx, `update identity.role_binding set askers = '{}' where id = any($1::uuid[])`, ids)
	if err != nil {
		return fmt.Errorf("confirming role bindings: %w", err)
	}
	return nil
}

// DoubtBindings makes the bindings of an account that have one of some roles and run at
// now pending, with one more asker. It returns how many. The account MUST be locked.
func (t *Tx) DoubtBindings(ctx context.Context, account, asker string, roles []identity.Role, now time.Time) (int64, error) {
	tag, err := t.tx.Exec(ctx, `
		update identity.role_binding set askers = askers || $2::uuid
		where account = $1 and role = any($3) and (end_time is null or end_time > $4) and $2::uuid <> all(askers)`,
		account, asker, roles, now)
	if err != nil {
		return 0, fmt.Errorf("making the roles of account %s pending: %w", account, err)
	}
	return tag.RowsAffected(), nil
}
