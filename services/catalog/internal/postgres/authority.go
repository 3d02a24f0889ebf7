package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

const authorityColumns = `id, name, coalesce(parent, ''), version`

func scanAuthority(row pgx.CollectableRow) (a catalog.Authority, err error) {
	err = row.Scan(&a.ID, &a.Name, &a.Parent, &a.Version)
	return a, err
}

// Authority returns one authority. It fails with AuthorityUnknown.
func (s *Store) Authority(ctx context.Context, id string) (catalog.Authority, error) {
	a, err := authority(ctx, s.db, id)
	return a, named(err)
}

func authority(ctx context.Context, db pg.Querier, id string) (catalog.Authority, error) {
	rows, _ := db.Query(ctx, `select `+authorityColumns+` from catalog.authority where id = $1`, id)
	a, err := pg.One(rows, scanAuthority, catalog.AuthorityUnknown.At("authority"))
	if err != nil {
		return a, fmt.Errorf("reading authority %s: %w", id, err)
	}
	return a, nil
}

// Authorities returns up to limit authorities after an id, by id: only those in ids,
// unless all is set.
func (s *Store) Authorities(ctx context.Context, ids []string, all bool, after string, limit int32) ([]catalog.Authority, error) {
	rows, _ := s.db.Query(ctx, `
		select `+authorityColumns+`
		from catalog.authority
		where ($1 or id = any($2)) and id > $3
		order by id limit $4`, all, ids, after, limit)
	list, err := pgx.CollectRows(rows, scanAuthority)
	if err != nil {
		return nil, named(fmt.Errorf("listing authorities: %w", err))
	}
	return list, nil
}

// claimAuthority locks the authority until tx ends, so that changes of its catalog
// run one after the other, and creates it if it does not exist. Other transactions
// can still refer to its row.
func claimAuthority(ctx context.Context, tx pgx.Tx, a catalog.Authority) (created bool, err error) {
	tag, err := tx.Exec(ctx, `
		insert into catalog.authority (id, name, version) values ($1, $2, 1)
		on conflict on constraint authority_pkey do nothing`, a.ID, a.Name)
	if err != nil {
		return false, fmt.Errorf("creating authority %s: %w", a.ID, err)
	}
	if tag.RowsAffected() == 1 {
		return true, nil
	}
	return false, lockAuthority(ctx, tx, a.ID)
}

// lockAuthority is claimAuthority, but creates nothing and does not fail if there is
// no such authority.
func lockAuthority(ctx context.Context, tx pgx.Tx, id string) error {
	if _, err := tx.Exec(ctx, `select id from catalog.authority where id = $1 for no key update`, id); err != nil {
		return fmt.Errorf("locking authority %s: %w", id, err)
	}
	return nil
}

// lockTree locks the tree of authorities until tx ends: two changes at once could
// close a loop that neither of them sees.
func lockTree(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('parindex.catalog'), hashtext('authority tree'))`)
	if err != nil {
		return fmt.Errorf("locking the tree of authorities: %w", err)
	}
	return nil
}

// lineage returns the ids from an authority up to the top; empty if it does not
// exist.
func lineage(ctx context.Context, db pg.Querier, id string) ([]string, error) {
	rows, _ := db.Query(ctx, `
		with recursive up as (
			select id, parent from catalog.authority where id = $1
			union
			select a.id, a.parent from catalog.authority a join up on a.id = up.parent
		)
		select id from up`, id)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("reading the lineage of authority %s: %w", id, err)
	}
	return ids, nil
}

func updateAuthority(ctx context.Context, tx pgx.Tx, a catalog.Authority) error {
	_, err := tx.Exec(ctx, `
		update catalog.authority set name = $2, parent = nullif($3, ''), version = $4 where id = $1`,
		a.ID, a.Name, a.Parent, a.Version)
	if err != nil {
		return fmt.Errorf("writing authority %s: %w", a.ID, err)
	}
	return nil
}
