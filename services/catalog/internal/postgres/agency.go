package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

const (
	agencyColumns = `a.authority, a.id, coalesce(a.parent, ''), a.version,
		array_agg(n.name order by n.position), array_agg(n.key order by n.position)`
	agencyTables = `catalog.agency a
		join catalog.agency_name n on n.authority = a.authority and n.agency = a.id`
)

func scanAgency(row pgx.CollectableRow) (catalog.Agency, error) {
	var a catalog.Agency
	var names, keys []string
	err := row.Scan(&a.Authority, &a.ID, &a.Parent, &a.Version, &names, &keys)
	if err == nil {
		a.Name, a.Aliases = nameAndAliases(names, keys)
	}
	return a, err
}

// nameAndAliases splits the names of an agency. There is at least one (constraint
// agency_named).
func nameAndAliases(names, keys []string) (name catalog.Name, aliases []catalog.Name) {
	for i, text := range names[1:] {
		aliases = append(aliases, catalog.Name{Text: text, Key: keys[1+i]})
	}
	return catalog.Name{Text: names[0], Key: keys[0]}, aliases
}

// Agency returns one agency. It fails with AgencyUnknown.
func (s *Store) Agency(ctx context.Context, authority, id string) (catalog.Agency, error) {
	a, err := agency(ctx, s.db, authority, id)
	return a, named(err)
}

func agency(ctx context.Context, db pg.Querier, authority, id string) (catalog.Agency, error) {
	rows, _ := db.Query(ctx, `
		select `+agencyColumns+` from `+agencyTables+`
		where a.authority = $1 and a.id = $2
		group by a.authority, a.id`, authority, id)
	a, err := pg.One(rows, scanAgency, catalog.AgencyUnknown.At("agency"))
	if err != nil {
		return a, fmt.Errorf("reading agency %s of %s: %w", id, authority, err)
	}
	return a, nil
}

// Agencies returns up to limit agencies of an authority after an id, by id. It
// fails with AuthorityUnknown.
func (s *Store) Agencies(ctx context.Context, of, after string, limit int32) ([]catalog.Agency, error) {
	rows, _ := s.db.Query(ctx, `
		select `+agencyColumns+` from `+agencyTables+`
		where a.authority = $1 and a.id > $2
		group by a.authority, a.id
		order by a.id limit $3`, of, after, limit)
	list, err := pgx.CollectRows(rows, scanAgency)
	if err == nil && len(list) == 0 {
		_, err = authority(ctx, s.db, of)
	}
	if err != nil {
		return nil, named(fmt.Errorf("listing the agencies of %s: %w", of, err))
	}
	return list, nil
}

// UpdateAgency replaces an agency by the one that decide returns, in one transaction
// with its audit entry. A repeated attempt gets the first answer. decide gets the
// stored agency and the owners of the names with keys; it returns the agency in the
// same version if nothing changes, and may be called more than once. UpdateAgency
// fails with AgencyUnknown and as decide does.
func (s *Store) UpdateAgency(ctx context.Context, by Attempt, authority, id string, keys []string,
	decide func(a catalog.Agency, owners map[string]string) (catalog.Agency, error),
) (catalog.Agency, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (catalog.Agency, error) {
		if err := lockAuthority(ctx, tx, authority); err != nil {
			return catalog.Agency{}, err
		}
		from, err := agency(ctx, tx, authority, id)
		if err != nil {
			return catalog.Agency{}, err
		}
		owners, err := ownersOf(ctx, tx, authority, keys)
		if err != nil {
			return catalog.Agency{}, err
		}
		to, err := decide(from, owners)
		if err != nil || to.Version == from.Version {
			return to, err
		}
		change := catalog.Change[catalog.Agency]{From: &from, To: to}
		if err := writeAgencies(ctx, tx, []catalog.Change[catalog.Agency]{change}); err != nil {
			return to, err
		}
		return to, record(ctx, tx, by, resource(authority), "update-agency", agencyDiff(change))
	})
}

// ownersOf returns the ids of the agencies that have the names with keys, by key.
func ownersOf(ctx context.Context, db pg.Querier, authority string, keys []string) (map[string]string, error) {
	rows, _ := db.Query(ctx, `select key, agency from catalog.agency_name where authority = $1 and key = any($2)`, authority, keys)
	owners := map[string]string{}
	var key, agency string
	_, err := pgx.ForEachRow(rows, []any{&key, &agency}, func() error {
		owners[key] = agency
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for the owners of names in %s: %w", authority, err)
	}
	return owners, nil
}

// allAgencies returns the agencies of an authority by id.
func allAgencies(ctx context.Context, db pg.Querier, authority string) (map[string]catalog.Agency, error) {
	rows, _ := db.Query(ctx, `
		select `+agencyColumns+` from `+agencyTables+`
		where a.authority = $1
		group by a.authority, a.id`, authority)
	list, err := pgx.CollectRows(rows, scanAgency)
	if err != nil {
		return nil, fmt.Errorf("reading the agencies of %s: %w", authority, err)
	}
	agencies := make(map[string]catalog.Agency, len(list))
	for _, a := range list {
		agencies[a.ID] = a
	}
	return agencies, nil
}

// writeAgencies creates and changes agencies of one authority in three statements,
// however many agencies there are.
func writeAgencies(ctx context.Context, tx pgx.Tx, changes []catalog.Change[catalog.Agency]) error {
	if len(changes) == 0 {
		return nil
	}
	authority := changes[0].To.Authority
	var ids, parents, owners, names, keys []string
	var versions []int64
	var positions []int16
	for _, c := range changes {
		ids, parents, versions = append(ids, c.To.ID), append(parents, c.To.Parent), append(versions, c.To.Version)
		for i, name := range append([]catalog.Name{c.To.Name}, c.To.Aliases...) {
			owners, names, keys = append(owners, c.To.ID), append(names, name.Text), append(keys, name.Key)
			positions = append(positions, int16(i))
		}
	}
	_, err := tx.Exec(ctx, `
		insert into catalog.agency (authority, id, parent, version)
		select $1, a.id, nullif(a.parent, ''), a.version
		from unnest($2::text[], $3::text[], $4::bigint[]) as a (id, parent, version)
		on conflict on constraint agency_pkey do update set parent = excluded.parent, version = excluded.version`,
		authority, ids, parents, versions)
	if err != nil {
		return fmt.Errorf("writing agencies of %s: %w", authority, err)
	}
	if _, err := tx.Exec(ctx, `delete from catalog.agency_name where authority = $1 and agency = any($2)`, authority, ids); err != nil {
		return fmt.Errorf("clearing names of agencies of %s: %w", authority, err)
	}
	_, err = tx.Exec(ctx, `
		insert into catalog.agency_name (authority, agency, position, name, key)
		select $1, n.agency, n.position, n.name, n.key
		from unnest($2::text[], $3::smallint[], $4::text[], $5::text[]) as n (agency, position, name, key)`,
		authority, owners, positions, names, keys)
	if err != nil {
		return fmt.Errorf("writing names of agencies of %s: %w", authority, err)
	}
	return nil
}
