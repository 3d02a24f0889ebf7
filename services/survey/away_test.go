package survey_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/service"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey"
)

// TestReadyOnceMigrated checks that the service is ready once its schema exists and
// the cycles are loaded.
func TestReadyOnceMigrated(t *testing.T) {
	ctx := t.Context()
	w := open(t, nil, pgtest.New(t, "empty", nil).DSN)
	if err := w.door.Ready(ctx); err == nil {
		t.Error("ready on an empty database")
	}
	empty := pgtest.New(t, "empty", nil)
	w = open(t, empty, empty.DSN)
	w.catalog.leave(true)
	for range 2 {
		if err := survey.Spec(&survey.Config{DB: pg.Config{DSN: empty.DSN}}).Migrate(ctx, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatalf("migrating: %v", err)
		}
	}
	wantSaid(t, w.door.Ready(ctx), "CYCLES_NOT_LOADED")
	w.catalog.leave(false)
	w.settle(t)
}

// TestMetricsTwice fails to open a second door on the same metrics.
func TestMetricsTwice(t *testing.T) {
	w := newWorld(t)
	_, err := survey.Open(t.Context(), survey.Config{DB: pg.Config{DSN: w.db.DSN}}, service.Deps{
		Logger: slog.New(slog.DiscardHandler), Now: w.now, Metrics: w.metrics, Dial: w.catalog.dial(t),
	})
	if _, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); !ok {
		t.Errorf("got %v", err)
	}
}

// TestDatabaseAway cuts the connection to PostgreSQL and restores it.
func TestDatabaseAway(t *testing.T) {
	db := newDatabase(t)
	wire := newWire(t, db.DSN)
	w := open(t, db, wire.dsn)
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

	wire.cut()
	if err := w.door.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	for i, err := range steps() {
		wantNamed(t, fmt.Sprint("step ", i), err, "STORAGE_AWAY")
	}
	w.wantMetric(t, "parindex_survey_plans_open NaN")

	wire.mend()
	for range 2 { // the second time they are repeated requests
		for i, err := range steps() {
			wantNamed(t, fmt.Sprint("step ", i, " after the database is back"), err, "<nil>")
		}
	}
	w.wantRows(t, "2 stored, 2 used")
	w.wantMetric(t, "parindex_survey_plans_open 0")
	if err := w.door.Ready(t.Context()); err != nil {
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

// wire carries bytes to PostgreSQL until it is cut.
type wire struct {
	dsn   string
	mu    sync.Mutex
	whole bool
	conns []net.Conn
}

func newWire(t *testing.T, dsn string) *wire {
	t.Helper()
	c, err := pgconn.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	network, address := pgconn.NetworkAddress(c.Host, c.Port)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	w := &wire{whole: true, dsn: fmt.Sprintf("host=%s port=%s user=%s password='%s' dbname=%s sslmode=disable", host, port, c.User, c.Password, c.Database)}
	t.Cleanup(func() {
		_ = l.Close()
		w.cut()
	})
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := new(net.Dialer).DialContext(context.WithoutCancel(t.Context()), network, address)
			if err != nil || !w.keep(near, far) {
				_ = near.Close()
				continue
			}
			go func() { _, _ = io.Copy(near, far) }()
			go func() { _, _ = io.Copy(far, near) }()
		}
	}()
	return w
}

func (w *wire) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.whole {
		w.conns = append(w.conns, conns...)
	}
	return w.whole
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = false
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = true
}
