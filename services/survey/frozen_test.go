package survey_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

// TestFrozen violates each constraint and each trigger of the tables by SQL.
func TestFrozen(t *testing.T) {
	w := newWorld(t)
	w.create(t, "draft", &surveyv1.SurveyPlanContent{Title: "Nháp"})
	w.opened(t, "officials", content())
	tokens := w.invite(t, "officials", "so-noi-vu", 2)
	w.submit(t, response(tokens[0]))
	closed := content()
	closed.Links[0].Group, closed.Links[1].Group = "districts", "districts"
	w.opened(t, "closed", closed)
	if _, err := w.CloseSurveyPlan(operator(t), closing("closed")); err != nil {
		t.Fatal(said(err))
	}
	cancelled := w.create(t, "cancelled", content())
	if _, err := w.CancelSurveyPlan(operator(t), cancelling("cancelled", cancelled.GetEtag())); err != nil {
		t.Fatal(said(err))
	}
	const sum = `sha256('x'::bytea)`
	const id = `'0198c0de-0000-4000-8000-000000000001'`
	for _, tt := range []struct{ constraint, sql string }{
		{"plan_opened_stays", `update survey.plan set content = '{}' where id = 'officials'`},
		{"plan_opened_stays", `update survey.plan set state = 'DRAFT', open_time = null where id = 'officials'`},
		{"plan_opened_stays", `update survey.plan set open_time = open_time + interval '1 s' where id = 'officials'`},
		{"plan_opened_stays", `update survey.plan set version = 9 where id = 'officials'`},
		{"plan_opened_stays", `update survey.plan set state = 'CLOSED', close_time = now(), open_time = now() where id = 'cancelled'`},
		{"plan_opened_kept", `delete from survey.plan where id = 'closed'`},
		{"plan_stays", `truncate survey.plan cascade`},
		{"plan_pkey", `insert into survey.plan select * from survey.plan`},
		{"plan_id_slug", `update survey.plan set id = 'A' where id = 'draft'`},
		{"plan_state_known", `update survey.plan set state = 'GONE', open_time = now() where id = 'draft'`},
		{"plan_sha256_hex", `update survey.plan set sha256 = '' where id = 'draft'`},
		{"plan_open_timed", `update survey.plan set state = 'OPEN' where id = 'draft'`},
		{"plan_close_timed", `update survey.plan set close_time = now() where id = 'draft'`},
		{"plan_version_counts", `update survey.plan set version = 0 where id = 'draft'`},
		{"item_link_taken", `insert into survey.item_link select authority, cycle, "group", item, 'draft' from survey.item_link`},
		{"item_link_plan_fkey", `insert into survey.item_link values ('soc-trang', '2026', 'communes', 'ii.1', 'none')`},
		{"item_link_stays", `update survey.item_link set plan = 'draft'`},
		{"item_link_kept", `delete from survey.item_link`},
		{"invitation_pkey", `insert into survey.invitation select id, authority, cycle, plan, agency, ` + sum + ` from survey.invitation`},
		{"invitation_token_taken", `insert into survey.invitation select gen_random_uuid(), authority, cycle, plan, agency, token_sha256 from survey.invitation`},
		{"invitation_token_hashed", `insert into survey.invitation values (` + id + `, 'soc-trang', '2026', 'officials', 'a', 'secret')`},
		{"invitation_plan_fkey", `insert into survey.invitation values (` + id + `, 'soc-trang', '2026', 'none', 'a', ` + sum + `)`},
		{"invitation_used_once", `update survey.invitation set used = false`},
		{"invitation_used_once", `update survey.invitation set used = true, agency = 'so-tai-chinh' where not used`},
		{"invitation_used_once", `update survey.invitation set agency = 'so-tai-chinh' where used`},
		{"invitation_kept", `delete from survey.invitation`},
		{"response_pkey", `insert into survey.response select * from survey.response`},
		{"response_mac_hashed", `insert into survey.response values (` + id + `, 'soc-trang', '2026', 'officials', 'a', '{}', '{}', 'mac')`},
		{"response_plan_fkey", `insert into survey.response values (` + id + `, 'soc-trang', '2026', 'none', 'a', '{}', '{}', ` + sum + `)`},
		{"response_stays", `update survey.response set choices = '{5,5,1,0}'`},
		{"response_never_deleted", `delete from survey.response`},
		{"response_kept", `truncate survey.response`},
		{"result_snapshot_stays", `update survey.result_snapshot set close_time = now()`},
		{"result_snapshot_stays", `delete from survey.result_snapshot`},
		{"result_snapshot_kept", `truncate survey.result_snapshot`},
		{"result_snapshot_pkey", `insert into survey.result_snapshot select * from survey.result_snapshot`},
		{"result_snapshot_plan_fkey", `insert into survey.result_snapshot values ('soc-trang', '2026', 'none', 1, 'x', encode(` + sum + `, 'hex'), now())`},
		{"result_snapshot_hashed", `insert into survey.result_snapshot values ('soc-trang', '2026', 'draft', 1, 'x', 'x', now())`},
		{"result_snapshot_version_counts", `insert into survey.result_snapshot values ('soc-trang', '2026', 'draft', 0, 'x', encode(` + sum + `, 'hex'), now())`},
		{"reversal_stays", `update survey.reversal set reason = ''`},
		{"reversal_stays", `delete from survey.reversal`},
		{"reversal_kept", `truncate survey.reversal`},
		{"reversal_pkey", `insert into survey.reversal select * from survey.reversal`},
		{"reversal_plan_fkey", `insert into survey.reversal values ('soc-trang', '2026', 'none', 1, 'OPEN', '', '', '', '', now())`},
		{"reversal_number_counts", `insert into survey.reversal values ('soc-trang', '2026', 'draft', 0, 'OPEN', '', '', '', '', now())`},
		{"reversal_state_known", `insert into survey.reversal values ('soc-trang', '2026', 'draft', 1, 'CLOSED', '', '', '', '', now())`},
		{"reversal_withdrawn_hex", `insert into survey.reversal values ('soc-trang', '2026', 'draft', 1, 'OPEN', '', '', 'x', '', now())`},
	} {
		_, err := w.db.Pool.Exec(t.Context(), tt.sql)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != tt.constraint {
			t.Errorf("%s\ngot %v, want %s", tt.sql, err, tt.constraint)
		}
	}
}
