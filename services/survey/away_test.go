package survey_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey"
)

// TestReadyOnceMigrated checks that the service is ready once its schema exists and
// the cycles are loaded.
func TestReadyOnceMigrated(t *testing.T) {
	ctx := t.Context()
	w := open(t, nil, pgtest.New(t, "empty", nil).DSN)
	if err := w.Service.Ready(ctx); err == nil {
		t.Error("ready on an empty database")
	}
	empty := pgtest.New(t, "empty", nil)
	w = open(t, empty, empty.DSN)
	w.catalog.Leave(fault.StorageAway)
	for range 2 {
		if err := survey.Spec(&survey.Config{DB: pg.Config{DSN: empty.DSN}}).Migrate(ctx, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatalf("migrating: %v", err)
		}
	}
	wantSaid(t, w.Service.Ready(ctx), "CYCLES_NOT_LOADED")
	w.catalog.Leave(nil)
	w.settle(t)
}

// TestMetricsTwice checks that a second service cannot be opened with the same metrics.
func TestMetricsTwice(t *testing.T) {
	w := newWorld(t)
	_, err := survey.Open(t.Context(), survey.Config{DB: pg.Config{DSN: w.db.DSN}}, w.Deps)
	if _, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); !ok {
		t.Errorf("got %v", err)
	}
}

// TestDatabaseAway cuts the connection to PostgreSQL and restores it.
func TestDatabaseAway(t *testing.T) {
	db := newDatabase(t)
	wire := pgtest.NewWire(t, db.DSN)
	w := open(t, db, wire.DSN)
	w.settle(t)
	draft := w.create(t, "next", &surveyv1.SurveyPlanContent{Title: "Nháp"})
	w.opened(t, "officials", content())
	tokens := w.invite(t, "officials", "so-noi-vu", 2)
	first, second := response(tokens[0]), response(tokens[1])
	w.submit(t, first)
	invitations := inviting("officials", "so-noi-vu", 1)
	change := &surveyv1.UpdateSurveyPlanRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: "next", Content: &surveyv1.SurveyPlanContent{Title: "Mới"}, Etag: draft.GetEtag(), RequestId: uuid.NewString(),
	}
	closes := closing("officials")
	steps := func() []error {
		_, submitted := w.SubmitResponse(t.Context(), second)
		_, repeated := w.SubmitResponse(t.Context(), first)
		_, read := w.ReadInvitation(t.Context(), &surveyv1.ReadInvitationRequest{Token: tokens[1]})
		_, invited := w.CreateInvitations(operator(t), invitations)
		_, updated := w.UpdateSurveyPlan(operator(t), change)
		_, listed := w.ListSurveyPlans(operator(t), &surveyv1.ListSurveyPlansRequest{Authority: "soc-trang", Cycle: "2026"})
		_, closed := w.CloseSurveyPlan(operator(t), closes)
		return []error{submitted, repeated, read, invited, updated, listed, closed}
	}

	wire.Cut()
	if err := w.Service.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	for i, err := range steps() {
		wantNamed(t, fmt.Sprint("step ", i), err, "STORAGE_AWAY")
	}
	w.wantMetric(t, "parindex_survey_plans_open NaN")

	wire.Mend()
	for range 2 { // the second time they are repeated requests
		for i, err := range steps() {
			wantNamed(t, fmt.Sprint("step ", i, " after the database is back"), err, "<nil>")
		}
	}
	w.wantRows(t, "2 stored, 2 used")
	w.wantMetric(t, "parindex_survey_plans_open 0")
	if err := w.Service.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestKilled kills the connection of a transaction that stores a response, and checks
// that neither the response nor the use of the invitation is stored, and that the
// same request succeeds later.
func TestKilled(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	r := response(w.invite(t, "officials", "so-noi-vu", 1)[0])
	for name, hold := range map[string]string{
		"waiting for the plan":       `select pg_advisory_xact_lock(hashtextextended('survey.plan/soc-trang/2026/officials', 0))`,
		"waiting for the invitation": `select 1 from survey.invitation for update`,
	} {
		t.Run(name, func(t *testing.T) {
			tx, err := w.db.Pool.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
			if _, err := tx.Exec(t.Context(), hold); err != nil {
				t.Fatal(err)
			}
			sent := make(chan error, 1)
			go func() {
				_, err := w.SubmitResponse(t.Context(), r)
				sent <- err
			}()
			const waiting = `from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
			eventually(t, func() bool { return w.number(t, `select count(*) `+waiting) == 1 })
			w.number(t, `select count(pg_terminate_backend(pid)) `+waiting)
			wantSaid(t, <-sent, "STORAGE_AWAY")
			w.wantRows(t, "0 stored, 0 used")
		})
	}
	w.submit(t, r)
	w.wantRows(t, "1 stored, 1 used")
}

// TestGivenUp checks that a response is stored if its client stops waiting, and that
// sending it again succeeds.
func TestGivenUp(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	r := response(w.invite(t, "officials", "so-noi-vu", 1)[0])
	tx, err := w.db.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), `select 1 from survey.invitation for update`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	sent := make(chan error, 1)
	go func() {
		_, err := w.SubmitResponse(ctx, r)
		sent <- err
	}()
	eventually(t, func() bool {
		return w.number(t, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) == 1
	})
	cancel()
	if err := <-sent; err == nil {
		t.Error("acknowledged before it was stored")
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return w.rows(t) == "1 stored, 1 used" })
	w.submit(t, r)
}
