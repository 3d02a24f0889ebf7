package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
)

// sound inserts the valid rows that the violations below start from.
const sound = `
	insert into catalog.authority (id, name, version) values ('a', 'A', 1), ('b', 'B', 1);
	insert into catalog.agency (authority, id, version) values ('a', 'x', 1), ('a', 'y', 1);
	insert into catalog.agency_name (authority, agency, position, name, key) values ('a', 'x', 0, 'X', 'x'), ('a', 'y', 0, 'Y', 'y'), ('a', 'y', 1, 'Z', 'z');
	insert into catalog.regulation (authority, id, state, head, criteria_sets, sha256, issue_time, version) values
		('a', 'd', 'DRAFT', '{}', '[]', repeat('0', 64), null, 1),
		('a', 'i', 'ISSUED', '{}', '[]', repeat('0', 64), now(), 1),
		('a', 's', 'SUPERSEDED', '{}', '[]', repeat('0', 64), now(), 1);
	insert into catalog.cycle (authority, id, name, year, origin, version, regulation, phase, revision) values
		('a', 'c', 'C', 2024, 'RUN', 1, 'i', 'SELF_1', 1), ('a', 'm', 'M', 2023, 'IMPORTED', 1, null, null, 2);
	insert into catalog.cycle_window (authority, cycle, phase, position, close_time) values ('a', 'c', 'SELF_1', 0, now()), ('a', 'c', 'SELF_2', 1, null);
	insert into catalog.cycle_reader (service, revision) values ('survey', 1);
	insert into catalog.cycle_group (authority, cycle, id, position, name) values ('a', 'c', 'g', 0, 'G');
	insert into catalog.cycle_agency (authority, cycle, agency, group_id, state, reason) values ('a', 'c', 'x', 'g', 'SCORED', '');
	insert into catalog.cycle_departure (authority, cycle, agency, kind, date, letter, reason, record_time) values ('a', 'c', 'x', 'MERGED', '2026-07-01', 'L', 'R', now());
	insert into catalog.cycle_extension (authority, cycle, phase, agency, close_time, letter, reason) values ('a', 'c', 'SELF_1', 'x', now(), 'L', 'R');
	insert into catalog.revocation (authority, regulation, revoke_time, reason) values ('a', 's', now(), 'R');
	insert into catalog.guidance (authority, cycle, version, publish_time, content) values ('a', 'c', 1, now(), '{}');`

// TestIssuedStays tries every change of an issued regulation, and the changes that a
// draft and a state permit.
func TestIssuedStays(t *testing.T) {
	db := migrated(t)
	for _, c := range []struct {
		statement string
		allowed   bool
	}{
		{`update catalog.regulation set id = 'x' where id = 's'`, false},
		{`update catalog.regulation set head = '{"title":"x"}' where id = 'i'`, false},
		{`update catalog.regulation set criteria_sets = '[ ]' where id = 'i'`, false},
		{`update catalog.regulation set replaces = 's' where id = 'i'`, false},
		{`update catalog.regulation set sha256 = repeat('1', 64) where id = 'i'`, false},
		{`update catalog.regulation set issue_time = now() + interval '1 second' where id = 'i'`, false},
		{`update catalog.regulation set state = 'DRAFT', issue_time = null where id = 'i'`, false},
		{`update catalog.regulation set state = 'ISSUED' where id = 's'`, false},
		{`delete from catalog.regulation where id = 's'`, false},
		{`update catalog.regulation set head = '{"title":"x"}' where id = 'd'`, true},
		{`update catalog.regulation set state = 'SUPERSEDED', version = 2 where id = 'i'`, true},
		{`update catalog.regulation set state = 'REVOKED' where id = 's'`, true},
		{`delete from catalog.regulation where id = 'd'`, true},
	} {
		_, err := db.Pool.Exec(t.Context(), c.statement)
		e, refused := errors.AsType[*pgconn.PgError](err)
		if refused == c.allowed || refused && e.ConstraintName != "regulation_issued_stays" {
			t.Errorf("%s: %v", c.statement, err)
		}
	}
}

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

		"cycle_pkey":           `insert into catalog.cycle (authority, id, name, year, origin, version, revision) values ('a', 'c', 'C', 2024, 'IMPORTED', 1, 9)`,
		"cycle_id_slug":        `insert into catalog.cycle (authority, id, name, year, origin, version, revision) values ('a', 'C', 'C', 2024, 'IMPORTED', 1, 9)`,
		"cycle_authority_fkey": `insert into catalog.cycle (authority, id, name, year, origin, version, revision) values ('z', 'c', 'C', 2024, 'IMPORTED', 1, 9)`,
		"cycle_named":          `update catalog.cycle set name = ''`,
		"cycle_year_sane":      `update catalog.cycle set year = 24`,
		"cycle_origin_known":   `update catalog.cycle set origin = 'GUESSED' where id = 'm'`,
		"cycle_version_counts": `update catalog.cycle set version = 0`,

		"cycle_regulation_fkey":       `update catalog.cycle set regulation = 'z' where id = 'c'`,
		"cycle_regulated":             `update catalog.cycle set regulation = 'i' where id = 'm'`,
		"cycle_phased":                `update catalog.cycle set phase = 'SELF_1' where id = 'm'`,
		"cycle_phase_known":           `update catalog.cycle set phase = 'SELF_3' where id = 'c'`,
		"cycle_in_force_was_recorded": `update catalog.cycle set in_force = 1 where id = 'c'`,
		"cycle_publication_counts":    `update catalog.cycle set publication = 1 where id = 'c'`,
		"cycle_revision_counts":       `update catalog.cycle set revision = 0 where id = 'c'`,
		"cycle_revision_taken":        `update catalog.cycle set revision = 2 where id = 'c'`,

		"cycle_departure_pkey":        `insert into catalog.cycle_departure (authority, cycle, agency, kind, date, letter, reason, record_time) values ('a', 'c', 'x', 'MOVED', '2026-07-01', 'L', 'R', now())`,
		"cycle_departure_agency_fkey": `insert into catalog.cycle_departure (authority, cycle, agency, kind, date, letter, reason, record_time) values ('a', 'c', 'y', 'MOVED', '2026-07-01', 'L', 'R', now())`,
		"cycle_departure_kind_known":  `update catalog.cycle_departure set kind = 'GONE'`,
		"cycle_departure_stated":      `update catalog.cycle_departure set reason = ''`,

		"cycle_window_pkey":            `insert into catalog.cycle_window (authority, cycle, phase, position) values ('a', 'c', 'SELF_1', 2)`,
		"cycle_window_cycle_fkey":      `insert into catalog.cycle_window (authority, cycle, phase, position) values ('b', 'c', 'SELF_1', 0)`,
		"cycle_window_ordered":         `insert into catalog.cycle_window (authority, cycle, phase, position) values ('a', 'c', 'APPRAISAL_1', 1)`,
		"cycle_window_phase_known":     `insert into catalog.cycle_window (authority, cycle, phase, position) values ('a', 'c', 'PUBLISHED', 3)`,
		"cycle_window_position_counts": `update catalog.cycle_window set position = -1 where phase = 'SELF_1'`,
		"cycle_window_closes_later":    `update catalog.cycle_window set open_time = close_time where phase = 'SELF_1'`,

		"cycle_extension_window_fkey": `update catalog.cycle_extension set phase = 'APPRAISAL_2'`,
		"cycle_extension_agency_fkey": `update catalog.cycle_extension set agency = 'y'`,
		"cycle_extension_group_fkey":  `update catalog.cycle_extension set agency = null, group_id = 'z'`,
		"cycle_extension_once":        `insert into catalog.cycle_extension (authority, cycle, phase, agency, close_time, letter, reason) values ('a', 'c', 'SELF_1', 'x', now(), 'L', 'R')`,
		"cycle_extension_of_one":      `update catalog.cycle_extension set group_id = 'g'`,
		"cycle_extension_granted":     `update catalog.cycle_extension set letter = ''`,

		"cycle_counter_pkey":   `insert into catalog.cycle_counter (last) values (1)`,
		"cycle_counter_single": `insert into catalog.cycle_counter (single, last) values (false, 1)`,
		"cycle_counter_counts": `update catalog.cycle_counter set last = -1`,

		"cycle_reader_pkey":            `insert into catalog.cycle_reader (service, revision) values ('survey', 2)`,
		"cycle_reader_named":           `insert into catalog.cycle_reader (service, revision) values ('', 2)`,
		"cycle_reader_revision_counts": `update catalog.cycle_reader set revision = -1`,

		"regulation_pkey":           `insert into catalog.regulation (authority, id, state, head, criteria_sets, sha256, version) values ('a', 'd', 'DRAFT', '{}', '[]', repeat('0', 64), 1)`,
		"regulation_id_slug":        `insert into catalog.regulation (authority, id, state, head, criteria_sets, sha256, version) values ('a', 'A', 'DRAFT', '{}', '[]', repeat('0', 64), 1)`,
		"regulation_authority_fkey": `insert into catalog.regulation (authority, id, state, head, criteria_sets, sha256, version) values ('z', 'd', 'DRAFT', '{}', '[]', repeat('0', 64), 1)`,
		"regulation_replaces_fkey":  `update catalog.regulation set replaces = 'z' where id = 'd'`,
		"regulation_state_known":    `update catalog.regulation set state = 'LOST', issue_time = now() where id = 'd'`,
		"regulation_sha256_hex":     `update catalog.regulation set sha256 = 'F' where id = 'd'`,
		"regulation_issue_timed":    `update catalog.regulation set state = 'ISSUED' where id = 'd'`,
		"regulation_version_counts": `update catalog.regulation set version = 0 where id = 'd'`,
		"regulation_issued_stays":   `update catalog.regulation set head = '{ }' where id = 'i'`,
		"regulation_stays":          `truncate catalog.regulation cascade`,

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

		"revocation_pkey":            `insert into catalog.revocation (authority, regulation, revoke_time, reason) values ('a', 's', now(), 'R')`,
		"revocation_regulation_fkey": `insert into catalog.revocation (authority, regulation, revoke_time, reason) values ('a', 'z', now(), 'R')`,
		"revocation_reasoned":        `insert into catalog.revocation (authority, regulation, revoke_time, reason) values ('a', 'i', now(), '')`,
		"revocation_stays":           `update catalog.revocation set reason = 'S'`,

		"guidance_pkey":           `insert into catalog.guidance (authority, cycle, version, publish_time, content) values ('a', 'c', 1, now(), '{}')`,
		"guidance_cycle_fkey":     `insert into catalog.guidance (authority, cycle, version, publish_time, content) values ('a', 'z', 1, now(), '{}')`,
		"guidance_version_counts": `insert into catalog.guidance (authority, cycle, version, publish_time, content) values ('a', 'c', 0, now(), '{}')`,
		"guidance_stays":          `delete from catalog.guidance`,
	}
	db := migrated(t)
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
			'catalog.cycle', 'catalog.cycle_group', 'catalog.cycle_agency', 'catalog.cycle_window', 'catalog.cycle_extension', 'catalog.cycle_counter',
			'catalog.cycle_reader', 'catalog.regulation', 'catalog.revocation', 'catalog.guidance')
		union all
		select tgname::text from pg_trigger where tgrelid::regclass::text in ('catalog.regulation', 'catalog.revocation', 'catalog.guidance') and not tgisinternal`)
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

// migrated returns a migrated database with the rows of sound.
func migrated(t *testing.T) *pgtest.DB {
	t.Helper()
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
	return db
}

// earlier returns a database with the first n migrations of the catalog and the rows
// inserted.
func earlier(t *testing.T, n int, rows string) *pgtest.DB {
	t.Helper()
	line := postgres.Lines()[0]
	names, err := fs.Glob(line.FS, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, name := range names[:n] {
		data, err := fs.ReadFile(line.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	line.FS = files
	db := pgtest.New(t, fmt.Sprint("catalog-", n), func(ctx context.Context, dsn string) error {
		return pg.Migrate(ctx, dsn, postgres.Schema, line)
	}, files)
	if _, err := db.Pool.Exec(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	return db
}

// TestMigrateStoredCycles migrates a schema with imported cycles that have no
// revisions yet: each gets its own, and the next revision follows.
func TestMigrateStoredCycles(t *testing.T) {
	db := earlier(t, 1, `
		insert into catalog.authority (id, name, version) values ('a', 'A', 1), ('b', 'B', 1);
		insert into catalog.cycle (authority, id, name, year, origin, version) values
			('a', '2022', 'C', 2022, 'IMPORTED', 1), ('a', '2023', 'C', 2023, 'IMPORTED', 1), ('b', '2023', 'C', 2023, 'IMPORTED', 1)`)
	if err := pg.Migrate(t.Context(), db.DSN, postgres.Schema, postgres.Lines()...); err != nil {
		t.Fatal(err)
	}
	var revisions []int64
	var last int64
	err := db.Pool.QueryRow(t.Context(), `
		select (select array_agg(revision order by authority, id) from catalog.cycle), last from catalog.cycle_counter`).Scan(&revisions, &last)
	if err != nil || !slices.Equal(revisions, []int64{1, 2, 3}) || last != 3 {
		t.Errorf("revisions %v, last %d, %v", revisions, last, err)
	}
}

// TestMigrateGuidance checks that each cycle with guidance gets one further revision
// when cycles begin to carry its version, so that services learn of it.
func TestMigrateGuidance(t *testing.T) {
	db := earlier(t, 3, sound+`
		insert into catalog.cycle (authority, id, name, year, origin, version, regulation, phase, revision) values
			('a', 'd', 'D', 2024, 'RUN', 4, 'i', 'SELF_1', 3), ('a', 'e', 'E', 2024, 'RUN', 4, 'i', 'SELF_1', 4);
		insert into catalog.guidance (authority, cycle, version, publish_time, content) values
			('a', 'c', 2, now(), '{}'), ('a', 'd', 1, now(), '{}');
		update catalog.cycle_counter set last = 4`)
	if err := pg.Migrate(t.Context(), db.DSN, postgres.Schema, postgres.Lines()...); err != nil {
		t.Fatal(err)
	}
	var revisions, versions []int64
	var last int64
	err := db.Pool.QueryRow(t.Context(), `
		select array_agg(revision order by id), array_agg(version order by id), (select last from catalog.cycle_counter) from catalog.cycle`).
		Scan(&revisions, &versions, &last)
	if err != nil || !slices.Equal(revisions, []int64{5, 6, 4, 2}) || !slices.Equal(versions, []int64{2, 5, 4, 1}) || last != 6 {
		t.Errorf("revisions %v, versions %v, last %d, %v", revisions, versions, last, err)
	}
}
