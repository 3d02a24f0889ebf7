package postgres_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/services/assessment/internal/postgres"
)

// The rows that the violations below need, and the columns that they write.
const (
	sound = `
		insert into assessment.sheet (authority, cycle, agency) values ('a', 'c', 'x'), ('a', 'c', 'y');
		insert into assessment.entry (authority, cycle, agency, item, input, justification, evidence, round, version, update_time, size)
			values ('a', 'c', 'x', 'i.1', '{}', '', '[]', 1, 1, now(), 0);
		insert into assessment.seal_counter (authority, cycle, last) values ('a', 'c', 1);
		insert into assessment.seal ` + sealColumns + ` values ('a', 'c', 'x', 1, 1, now(), encode(sha256('s'), 'hex'), 's', 1, 1, '');
		insert into assessment.hand_back ` + handBackColumns + ` values ('a', 'c', 'x', 1, 1, 's', encode(sha256('s'), 'hex'), now(), '[]', 1);
		insert into assessment.reported_value ` + reportColumns + `
			values ('00000000-0000-0000-0000-000000000001', 'a', 'c', 'x', 'i.2', 1, '{}', 'p', 's', '', '', 'r', now())`
	sealColumns     = `(authority, cycle, agency, round, number, seal_time, sha256, content, item_count, evidence_count, letter)`
	handBackColumns = `(authority, cycle, agency, round, version, content, sha256, receive_time, items, seal_number)`
	reportColumns   = `(id, authority, cycle, agency, item, sequence, input, period, source, provider, provider_name, reporter, report_time)`

	seal     = `insert into assessment.seal ` + sealColumns + ` values `
	handBack = `insert into assessment.hand_back ` + handBackColumns + ` values `
	report   = `insert into assessment.reported_value ` + reportColumns + ` values `
)

// TestConstraints breaks each constraint and trigger of the service's tables.
func TestConstraints(t *testing.T) {
	broken := map[string]string{
		"sheet_pkey": `insert into assessment.sheet (authority, cycle, agency) values ('a', 'c', 'x')`,

		"entry_pkey": `insert into assessment.entry (authority, cycle, agency, item, justification, evidence, round, version, update_time, size)
			values ('a', 'c', 'x', 'i.1', '', '[]', 1, 1, now(), 0)`,
		"entry_sheet_fkey":     `update assessment.entry set agency = 'z'`,
		"entry_input_object":   `update assessment.entry set input = 'null'`,
		"entry_evidence_list":  `update assessment.entry set evidence = 'null'`,
		"entry_round_known":    `update assessment.entry set round = 3`,
		"entry_version_counts": `update assessment.entry set version = 0`,
		"entry_size_counts":    `update assessment.entry set size = -1`,

		"seal_counter_pkey":   `insert into assessment.seal_counter (authority, cycle, last) values ('a', 'c', 2)`,
		"seal_counter_counts": `update assessment.seal_counter set last = 0`,

		"seal_pkey":              seal + `('a', 'c', 'x', 1, 1, now(), encode(sha256('s'), 'hex'), 's', 1, 1, '')`,
		"seal_sheet_fkey":        seal + `('a', 'c', 'z', 1, 2, now(), encode(sha256('s'), 'hex'), 's', 1, 1, '')`,
		"seal_number_key":        seal + `('a', 'c', 'y', 1, 1, now(), encode(sha256('s'), 'hex'), 's', 1, 1, '')`,
		"seal_round_known":       seal + `('a', 'c', 'y', 3, 2, now(), encode(sha256('s'), 'hex'), 's', 1, 1, '')`,
		"seal_number_counts":     seal + `('a', 'c', 'y', 1, 0, now(), encode(sha256('s'), 'hex'), 's', 1, 1, '')`,
		"seal_sha256_of_content": seal + `('a', 'c', 'y', 1, 2, now(), encode(sha256('t'), 'hex'), 's', 1, 1, '')`,
		"seal_items_count":       seal + `('a', 'c', 'y', 1, 2, now(), encode(sha256('s'), 'hex'), 's', 1, -1, '')`,
		"seal_content_fits":      seal + `('a', 'c', 'y', 1, 2, now(), encode(sha256(decode(repeat('00', 2097153), 'hex')), 'hex'), decode(repeat('00', 2097153), 'hex'), 1, 1, '')`,
		"seal_unsealed_reasoned": `update assessment.seal set unseal_time = now()`,
		"seal_stays":             `update assessment.seal set number = 2`,
		"seal_all_stay":          `truncate assessment.seal`,

		"hand_back_pkey":              handBack + `('a', 'c', 'x', 1, 1, 's', encode(sha256('s'), 'hex'), now(), '[]', 1)`,
		"hand_back_sheet_fkey":        handBack + `('a', 'c', 'z', 1, 1, 's', encode(sha256('s'), 'hex'), now(), '[]', 1)`,
		"hand_back_version_counts":    handBack + `('a', 'c', 'y', 1, 0, 's', encode(sha256('s'), 'hex'), now(), '[]', 1)`,
		"hand_back_round_known":       handBack + `('a', 'c', 'y', 0, 1, 's', encode(sha256('s'), 'hex'), now(), '[]', 1)`,
		"hand_back_sha256_of_content": handBack + `('a', 'c', 'y', 1, 1, 's', encode(sha256('t'), 'hex'), now(), '[]', 1)`,
		"hand_back_items_list":        handBack + `('a', 'c', 'y', 1, 1, 's', encode(sha256('s'), 'hex'), now(), '{}', 1)`,
		"hand_back_stays":             `delete from assessment.hand_back`,

		"reported_value_pkey":            report + `('00000000-0000-0000-0000-000000000001', 'a', 'c', 'y', 'i.2', 1, '{}', 'p', 's', '', '', 'r', now())`,
		"reported_value_sheet_fkey":      report + `('00000000-0000-0000-0000-000000000002', 'a', 'c', 'z', 'i.2', 1, '{}', 'p', 's', '', '', 'r', now())`,
		"reported_value_sequence_key":    report + `('00000000-0000-0000-0000-000000000002', 'a', 'c', 'x', 'i.2', 1, '{}', 'p', 's', '', '', 'r', now())`,
		"reported_value_sequence_counts": report + `('00000000-0000-0000-0000-000000000002', 'a', 'c', 'x', 'i.2', 0, '{}', 'p', 's', '', '', 'r', now())`,
		"reported_value_input_object":    report + `('00000000-0000-0000-0000-000000000002', 'a', 'c', 'x', 'i.2', 2, '[]', 'p', 's', '', '', 'r', now())`,
		"reported_value_described":       report + `('00000000-0000-0000-0000-000000000002', 'a', 'c', 'x', 'i.2', 2, '{}', 'p', '', '', '', 'r', now())`,
		"reported_value_provider_named":  report + `('00000000-0000-0000-0000-000000000002', 'a', 'c', 'x', 'i.2', 2, '{}', 'p', 's', 'x', '', 'r', now())`,
		"reported_value_stays":           `update assessment.reported_value set period = 'q'`,
		"reported_values_all_stay":       `truncate assessment.reported_value`,
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
	const own = `('assessment.sheet', 'assessment.entry', 'assessment.seal_counter', 'assessment.seal', 'assessment.hand_back', 'assessment.reported_value')`
	rows, _ := db.Pool.Query(t.Context(), `
		select conname::text from pg_constraint
		where connamespace = 'assessment'::regnamespace and contype in ('c', 'f', 'p', 'u') and conrelid::regclass::text in `+own+`
		union all
		select tgname::text from pg_trigger where tgrelid::regclass::text in `+own+` and not tgisinternal`)
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

// TestReportsOfManyAgencies plans a page of the reported values of 330 communes that
// report often, on a table that was never analysed: it must not sort what comes after the
// page, which with 1,000,000 reports took seconds for each of 250 pages.
func TestReportsOfManyAgencies(t *testing.T) {
	db := migrated(t)
	_, err := db.Pool.Exec(t.Context(), `
		alter table assessment.reported_value set (autovacuum_enabled = off);
		insert into assessment.sheet (authority, cycle, agency) select 'a', 'c', 'xa-' || a from generate_series(1, 330) a;
		insert into assessment.reported_value `+reportColumns+`
			select gen_random_uuid(), 'a', 'c', 'xa-' || a, 'i.' || i, n, '{}', 'p', 's', '', '', 'r', now()
			from generate_series(1, 330) a, generate_series(1, 10) i, generate_series(1, 20) n`)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := db.Pool.Query(t.Context(), `explain (costs off) `+postgres.SelectReports, "a", "c", "xa-150", "i.3", 201)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	plan := strings.Join(lines, "\n")
	if err != nil || strings.Contains(plan, "Sort") || !strings.Contains(plan, "reported_value_latest") {
		t.Errorf("%v\n%s", err, plan)
	}
}

// migrated returns a migrated database with the rows of sound.
func migrated(t *testing.T) *pgtest.DB {
	t.Helper()
	var sources []fs.FS
	for _, line := range postgres.Lines() {
		sources = append(sources, line.FS)
	}
	db := pgtest.New(t, "assessment", func(ctx context.Context, dsn string) error {
		return pg.Migrate(ctx, dsn, postgres.Schema, postgres.Lines()...)
	}, sources...)
	if _, err := db.Pool.Exec(t.Context(), sound); err != nil {
		t.Fatal(err)
	}
	return db
}
