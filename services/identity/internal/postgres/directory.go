package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/identity/internal/identity"
)

// SaveAgencies stores an authority of catalog with its agencies, in place of those
// stored before. Rows that do not change are not written.
func (s *Store) SaveAgencies(ctx context.Context, authority string, agencies []identity.Agency) error {
	ids, names, keys := make([]string, len(agencies)), make([]string, len(agencies)), make([]string, len(agencies))
	for i, a := range agencies {
		ids[i], names[i], keys[i] = a.ID, a.Name, a.NameKey()
	}
	err := pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into identity.known_authority (id) values ($1) on conflict on constraint known_authority_pkey do nothing`, authority)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `delete from identity.known_agency where authority = $1 and not id = any($2)`, authority, ids)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			insert into identity.known_agency (authority, id, name, name_key)
			select $1, a.id, a.name, a.key from unnest($2::text[], $3::text[], $4::text[]) as a (id, name, key) order by a.id
			on conflict on constraint known_agency_pkey do update set name = excluded.name, name_key = excluded.name_key
			where known_agency.name <> excluded.name`, authority, ids, names, keys)
		return err
	})
	if err != nil {
		return pg.Fault(fmt.Errorf("storing the agencies of %s: %w", authority, err), nil)
	}
	return nil
}

// CheckPlace fails with AuthorityNotInCatalog or AgencyNotInCatalog if catalog had no
// such authority or agency when it was last read. An empty agency stands for none.
func (s *Store) CheckPlace(ctx context.Context, authority, agency string) error {
	var known, within bool
	err := s.db.QueryRow(ctx, `
		select exists (select from identity.known_authority where id = $1),
			$2 = '' or exists (select from identity.known_agency where authority = $1 and id = $2)`,
		authority, agency).Scan(&known, &within)
	switch {
	case err != nil:
		return pg.Fault(fmt.Errorf("looking for agency %s of %s: %w", agency, authority, err), nil)
	case !known:
		return identity.AuthorityNotInCatalog.At("authority")
	case !within:
		return identity.AgencyNotInCatalog.At("agency")
	}
	return nil
}
