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

// Authorities returns up to limit authorities after an id, by id: those of ids,
// or all.
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

// claimAuthority makes all changes of one authority's catalog take turns until
// tx ends, and creates the authority where there is none yet. References to its
// row stay possible meanwhile.
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

// lockAuthority is claimAuthority without the creation; there may be no such
// authority.
func lockAuthority(ctx context.Context, tx pgx.Tx, id string) error {
	if _, err := tx.Exec(ctx, `select id from catalog.authority where id = $1 for no key update`, id); err != nil {
		return fmt.Errorf("locking authority %s: %w", id, err)
	}
	return nil
}

// lockTree makes all changes of the authorities' tree take turns until tx ends:
// two of them could close a loop that neither sees alone.
func lockTree(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('parindex.catalog'), hashtext('authority tree'))`)
	if err != nil {
		return fmt.Errorf("locking the tree of authorities: %w", err)
	}
	return nil
}

// lineage leads from an authority to the top; empty where there is none.
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
