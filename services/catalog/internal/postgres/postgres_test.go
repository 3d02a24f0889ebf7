package postgres_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
)

// sound is what the violations below start from.
const sound = `
	insert into catalog.authority (id, name, version) values ('a', 'A', 1), ('b', 'B', 1);
	insert into catalog.agency (authority, id, version) values ('a', 'x', 1), ('a', 'y', 1);
	insert into catalog.agency_name (authority, agency, position, name, key) values ('a', 'x', 0, 'X', 'x'), ('a', 'y', 0, 'Y', 'y'), ('a', 'y', 1, 'Z', 'z');
	insert into catalog.cycle (authority, id, name, origin, version) values ('a', 'c', 'C', 'RUN', 1);
	insert into catalog.cycle_group (authority, cycle, id, position, name) values ('a', 'c', 'g', 0, 'G');
	insert into catalog.cycle_agency (authority, cycle, agency, group_id, state, reason) values ('a', 'c', 'x', 'g', 'SCORED', '');`

// TestConstraints breaks each constraint of the catalog's tables.
func TestConstraints(t *testing.T) {
	broken := map[string]string{
		"authority_pkey":           `insert into catalog.authority (id, name, version) values ('a', 'A', 1)`,
		"authority_id_slug":        `insert into catalog.authority (id, name, version) values ('A b', 'A', 1)`,
		"authority_named":          `update catalog.authority set name = ''`,
		"authority_parent_fkey":    `update catalog.authority set parent = 'z'`,
		"authority_parent_other":   `update catalog.authority set parent = id`,
		"authority_version_counts": `update catalog.authority set version = 0`,

		"agency_pkey":           `insert into catalog.agency (authority, id, version) values ('a', 'x', 1)`,
		"agency_id_slug":        `insert into catalog.agency (authority, id, version) values ('a', '-', 1)`,
		"agency_authority_fkey": `insert into catalog.agency (authority, id, version) values ('z', 'x', 1)`,
		"agency_parent_fkey":    `update catalog.agency set parent = 'z' where id = 'x'`,
		"agency_parent_other":   `update catalog.agency set parent = id`,
		"agency_version_counts": `update catalog.agency set version = 0`,
		"agency_named":          `insert into catalog.agency (authority, id, version) values ('a', 'z', 1)`,

		"agency_name_pkey":            `insert into catalog.agency_name (authority, agency, position, name, key) values ('a', 'x', 0, 'V', 'v')`,
		"agency_name_taken":           `insert into catalog.agency_name (authority, agency, position, name, key) values ('a', 'x', 1, 'z', 'z')`,
		"agency_name_agency_fkey":     `insert into catalog.agency_name (authority, agency, position, name, key) values ('b', 'x', 1, 'V', 'v')`,
		"agency_name_position_counts": `update catalog.agency_name set position = -1 where key = 'z'`,
		"agency_name_named":           `update catalog.agency_name set key = '' where key = 'z'`,

		"cycle_pkey":           `insert into catalog.cycle (authority, id, name, origin, version) values ('a', 'c', 'C', 'RUN', 1)`,
		"cycle_id_slug":        `insert into catalog.cycle (authority, id, name, origin, version) values ('a', 'C', 'C', 'RUN', 1)`,
		"cycle_authority_fkey": `insert into catalog.cycle (authority, id, name, origin, version) values ('z', 'c', 'C', 'RUN', 1)`,
		"cycle_named":          `update catalog.cycle set name = ''`,
		"cycle_origin_known":   `update catalog.cycle set origin = 'GUESSED'`,
		"cycle_version_counts": `update catalog.cycle set version = 0`,

		"cycle_group_pkey":            `insert into catalog.cycle_group (authority, cycle, id, position, name) values ('a', 'c', 'g', 1, 'G')`,
		"cycle_group_id_slug":         `insert into catalog.cycle_group (authority, cycle, id, position, name) values ('a', 'c', '', 1, 'G')`,
		"cycle_group_ordered":         `insert into catalog.cycle_group (authority, cycle, id, position, name) values ('a', 'c', 'h', 0, 'H')`,
		"cycle_group_cycle_fkey":      `insert into catalog.cycle_group (authority, cycle, id, position, name) values ('b', 'c', 'g', 0, 'G')`,
		"cycle_group_position_counts": `update catalog.cycle_group set position = -1`,
		"cycle_group_named":           `update catalog.cycle_group set name = ''`,

		"cycle_agency_pkey":        `insert into catalog.cycle_agency (authority, cycle, agency, group_id, state, reason) values ('a', 'c', 'x', 'g', 'SCORED', '')`,
		"cycle_agency_agency_fkey": `insert into catalog.cycle_agency (authority, cycle, agency, group_id, state, reason) values ('a', 'c', 'z', 'g', 'SCORED', '')`,
		"cycle_agency_group_fkey":  `update catalog.cycle_agency set group_id = 'h'`,
		"cycle_agency_state_known": `update catalog.cycle_agency set state = 'MAYBE'`,
		"cycle_agency_reasoned":    `update catalog.cycle_agency set state = 'NOT_SCORED'`,
	}
	var sources []fs.FS
	for _, line := range postgres.Lines() {
		sources = append(sources, line.FS)
	}
	db := pgtest.New(t, "catalog", func(ctx context.Context, dsn string) error {
		return pg.Migrate(ctx, dsn, postgres.Schema, postgres.Lines()...)
	}, sources...)
	if _, err := db.Pool.Exec(t.Context(), sound); err != nil {
		t.Fatal(err)
	}
	for name, statement := range broken {
		t.Run(name, func(t *testing.T) {
			_, err := db.Pool.Exec(t.Context(), statement)
			if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != name {
				t.Errorf("got %v", err)
			}
		})
	}
	rows, _ := db.Pool.Query(t.Context(), `
		select conname::text from pg_constraint
		where connamespace = 'catalog'::regnamespace and contype in ('c', 'f', 'p', 'u')
		and conrelid::regclass::text in ('catalog.authority', 'catalog.agency', 'catalog.agency_name',
			'catalog.cycle', 'catalog.cycle_group', 'catalog.cycle_agency')`)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if broken[name] == "" {
			t.Errorf("nothing breaks %s", name)
		}
	}
}
