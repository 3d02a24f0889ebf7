package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/services/identity/internal/identity"
)

// Choice says which people to list.
type Choice struct {
	Authority string
	// Role is empty for any.
	Role identity.Role
	// Key is a part of a name as text.Plain has it; empty for all.
	Key string
	// Accounts are the accounts to list, whatever their roles and state; empty: all
	// active ones that have a role.
	Accounts []string
	// At is the instant at which roles count.
	At time.Time
}

// People returns up to limit people by name, after the account with the id after; ""
// starts at the first.
func (t *Tx) People(ctx context.Context, c Choice, after string, limit int32) ([]identity.Human, error) {
	rows, _ := t.tx.Query(ctx, `
		select a.id::text, a.display_name, a.agency, coalesce(g.name, ''), held.roles
		from identity.account a
		left join identity.known_agency g on g.authority = a.authority and g.id = a.agency
		cross join lateral (
			select coalesce(array_agg(distinct b.role), '{}') as roles
			from identity.role_binding b
			where b.account = a.id and b.authority = $1 and (b.end_time is null or b.end_time > $2) and b.askers = '{}') held
		where a.authority = $1
			and (cardinality($3::uuid[]) = 0 and a.state = 'active' and held.roles <> '{}' or a.id = any($3::uuid[]))
			and ($4 = '' or $4 = any(held.roles))
			and ($5 = '' or strpos(a.name_key, $5) > 0 or strpos(g.name_key, $5) > 0)
			and ($6 = '' or (a.name_key, a.id) > (
				select name_key, id from identity.account where authority = $1 and id = nullif($6, '')::uuid))
		order by a.name_key, a.id limit $7`,
		c.Authority, c.At, append([]string{}, c.Accounts...), c.Role, c.Key, after, limit)
	people, err := pgx.CollectRows(rows, pgx.RowToStructByPos[identity.Human])
	if err != nil {
		return nil, fmt.Errorf("listing the people of %s: %w", c.Authority, err)
	}
	return people, nil
}
