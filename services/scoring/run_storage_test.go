package scoring_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring"
)

// A failed transaction leaves nothing: here the last statement of each one fails.
func TestRunTransactionIsRolledBack(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	if _, err := w.present(t, run); err != nil {
		t.Fatal(err)
	}
	exec := func(sql string) {
		t.Helper()
		if _, err := w.db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec(`create function scoring.fall() returns trigger language plpgsql as $$ begin raise exception 'fallen'; end $$`)
	exec(`create trigger fall before insert on scoring.audit_entry for each row execute function scoring.fall()`)
	id := newUUID()
	if _, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026", RequestId: id}); err == nil {
		t.Error("created")
	}
	if _, err := w.publishRun(t, run, ""); err == nil {
		t.Error("published")
	}
	for _, table := range []string{"publication", "leaderboard", "result", "figure", "current_publication", "request"} {
		var n int
		if err := w.db.QueryRow(t.Context(), `select count(*) from scoring.`+table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows of %s, %v", n, table, err)
		}
	}
	if n := w.runs(t); n != 1 || w.getRun(t, run).GetState() != scoringv1.RunState_RUN_STATE_PRESENTED {
		t.Errorf("%d runs", n)
	}
	exec(`drop trigger fall on scoring.audit_entry`)
	if r, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026", RequestId: id}); err != nil || r.GetRun().GetNumber() != 2 {
		t.Errorf("sent again: %v %v", r, err)
	}
	if _, err := w.publishRun(t, run, ""); err != nil {
		t.Error(err)
	}
}

// Each constraint of the table of runs is violated once.
func TestRunConstraints(t *testing.T) {
	w := newSmallWorld(t, "")
	run, other := w.createRun(t).GetId(), w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	if _, err := w.present(t, run); err != nil {
		t.Fatal(err)
	}
	columns := `id, authority, cycle, number, engine_version, inputs, inputs_sha256, input_list, result, sha256, gaps, gap_count, create_time, state, present_time, presented_by`
	copied := func(changes string) string {
		return `insert into scoring.run (` + columns + `)
			select (jsonb_populate_record(r, '{"id": "` + newUUID() + `", "number": 9, "state": "COMPUTED", "present_time": null` + changes + `}')).*
			from scoring.run r where id = '` + run + `'`
	}
	published := func() string {
		return `insert into scoring.publication (id, authority, authority_name, cycle, cycle_name, version, decision_number, decision_date, notice, publish_time, run_id, year) values `
	}
	for _, tt := range []struct{ sql, constraint string }{
		{`delete from scoring.run`, "run_stays"},
		{`truncate scoring.run cascade`, "run_stays"},
		{`update scoring.run set result = 'x'`, "run_stays"},
		{`update scoring.run set inputs = 'x'`, "run_stays"},
		{`update scoring.run set gaps = '[]'`, "run_stays"},
		{copied(`, "id": "` + run + `"`), "run_pkey"},
		{copied(`, "number": 1`), "run_number_key"},
		{copied(`, "number": 0`), "run_number_counts"},
		{copied(`, "engine_version": 0`), "run_engine_version_counts"},
		{copied(`, "inputs": "\\x00"`), "run_inputs_hash"},
		{copied(`, "result": "\\x00"`), "run_result_hash"},
		{copied(`, "state": "SIMULATED", "present_time": "2026-01-01"`), "run_state_known"},
		{copied(`, "state": "PUBLISHED"`), "run_present_time_of_state"},
		{copied(`, "state": "PUBLISHED", "present_time": "2026-01-01", "gaps": [1], "gap_count": 1`), "run_complete_when_presented"},
		{copied(`, "gaps": [1]`), "run_gaps_counted"},
		{copied(`, "gap_count": 101`), "run_gaps_counted"},
		{`update scoring.run set state = 'PRESENTED', present_time = now() where id = '` + other + `'`, "run_presented_key"},
		{published() + `(gen_random_uuid(), 'soc-trang', 'x', '2026', 'x', 1, 'x', '2026-01-01', '', now(), null, 2026)`, "publication_origin"},
		{published() + `(gen_random_uuid(), 'soc-trang', 'x', '2026', 'x', 1, 'x', '2026-01-01', '', now(), '` + run + `', 26)`, "publication_year_sane"},
		{published() + `(gen_random_uuid(), 'soc-trang', 'x', '2025', 'x', 1, 'x', '2026-01-01', '', now(), '` + run + `', 2025)`, "publication_run_fkey"},
		{
			published() + `(gen_random_uuid(), 'soc-trang', 'x', '2026', 'x', 1, 'x', '2026-01-01', '', now(), '` + run + `', 2026),
			(gen_random_uuid(), 'soc-trang', 'x', '2026', 'x', 2, 'x', '2026-01-01', 'n', now(), '` + run + `', 2026)`, "publication_run_key",
		},
	} {
		_, err := w.db.Exec(t.Context(), tt.sql)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != tt.constraint {
			t.Errorf("%s\ngot %v, want %s", tt.sql, err, tt.constraint)
		}
	}
	if _, err := w.publishRun(t, run, ""); err != nil {
		t.Fatal(err)
	}
	_, err := w.db.Exec(t.Context(), `update scoring.run set state = 'COMPUTED', present_time = null where id = $1`, run)
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != "run_published_stays" {
		t.Errorf("got %v", err)
	}
}

func TestRunsPostgreSQLAway(t *testing.T) {
	w := newWorldAt(t, "host=/nowhere user=x dbname=x", scoring.Config{}, today, smallCycle())
	_, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026", RequestId: newUUID()})
	wantFault(t, err, "STORAGE_AWAY")
	_, err = w.ListRuns(w.coordinator(t), &scoringv1.ListRunsRequest{Authority: "soc-trang", Cycle: "2026"})
	wantFault(t, err, "STORAGE_AWAY")
	_, err = w.present(t, newUUID())
	wantFault(t, err, "STORAGE_AWAY")
	_, err = w.publishRun(t, newUUID(), "")
	wantFault(t, err, "STORAGE_AWAY")
}
