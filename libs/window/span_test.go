package window_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/window"
)

// spanned is an operation that belongs to the phases from SELF_1 through SELF_2.
func spanned(ctx context.Context, p *window.Projection, f func(tx pgx.Tx) error) error {
	return pg.InTx(ctx, p.DB, func(tx pgx.Tx) error {
		if err := p.GuardSpan(ctx, tx, "x", "2026", criteria.Self1, criteria.Self2); err != nil {
			return err
		}
		return f(tx)
	})
}

// writeSpanned is like write, for such an operation.
func writeSpanned(ctx context.Context, p *window.Projection, id string) error {
	return entry(ctx, p, id, func(tx pgx.Tx) error {
		return p.GuardSpan(ctx, tx, "x", "2026", criteria.Self1, criteria.Self2)
	})
}

// alone is like spanned, for an operation that runs alone.
func alone(ctx context.Context, p *window.Projection, f func(tx pgx.Tx) error) error {
	return pg.InTx(ctx, p.DB, func(tx pgx.Tx) error {
		if err := p.GuardSpanAlone(ctx, tx, "x", "2026", criteria.Self1, criteria.Self2); err != nil {
			return err
		}
		return f(tx)
	})
}

func nothing(pgx.Tx) error { return nil }

func TestSpansRefuseAndCount(t *testing.T) {
	db := open(t).Pool
	metrics := prometheus.NewRegistry()
	p, err := window.New(window.Deps{DB: db, Schema: "shop", Now: func() time.Time { return noon }, Metrics: metrics})
	if err != nil {
		t.Fatal(err)
	}
	source := newCatalog()
	for _, step := range []struct {
		phase criteria.Phase
		want  error
	}{
		{"", window.CycleNotKnown},
		{criteria.Preparation, window.WindowNotOpen},
		{criteria.Self1, nil},
		{criteria.Appraisal1, nil},
		{criteria.Self2, nil},
		{criteria.Appraisal2, window.WindowClosed},
	} {
		if step.phase != "" {
			source.set("2026", step.phase, map[criteria.Phase]window.Window{step.phase: {Close: noon.Add(-time.Hour)}})
			poll(t, p, source)
		}
		for name, guard := range map[string]func(context.Context, *window.Projection, func(pgx.Tx) error) error{
			"shared": spanned, "alone": alone,
		} {
			if err := guard(t.Context(), p, nothing); !errors.Is(err, step.want) {
				t.Errorf("%s in %q: got %v, want %v", name, step.phase, err, step.want)
			}
		}
	}
	want := map[string]float64{
		"parindex_window_refusals_total phase CYCLE_NOT_KNOWN": 0, "parindex_window_refusals_total phase WINDOW_NOT_OPEN": 0,
		"parindex_window_refusals_total phase WINDOW_CLOSED": 0, "parindex_window_refusals_total span CYCLE_NOT_KNOWN": 2,
		"parindex_window_refusals_total span WINDOW_NOT_OPEN": 2, "parindex_window_refusals_total span WINDOW_CLOSED": 2,
		"parindex_window_revision": 5, "parindex_window_poll_age_seconds": 0,
	}
	if diff := cmp.Diff(want, gathered(t, metrics)); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

// Writes of the phase and of the span continue, and one operation after another
// runs alone: none of them sees the table change meanwhile.
func TestFiftyClientsRaceOperationsThatRunAlone(t *testing.T) {
	db := open(t)
	p := replica(t, crowd(t, db), time.Now)
	source := newCatalog()
	source.set("2026", criteria.Self1, nil)
	poll(t, p, source)
	l := raceOf(func(id string) error {
		if len(id)%2 == 0 {
			return write(t.Context(), p, criteria.Self1, id)
		}
		return writeSpanned(t.Context(), p, id)
	})
	for range 20 {
		before, _ := l.counts()
		var first, second int
		err := alone(t.Context(), p, func(tx pgx.Tx) error {
			// The ledger is written after the commit, and the operation sees every commit.
			if err := tx.QueryRow(t.Context(), `select count(*) from shop.entry`).Scan(&first); err != nil {
				return err
			}
			return tx.QueryRow(t.Context(), `select count(*) from shop.entry, pg_sleep(0.01)`).Scan(&second)
		})
		if err != nil || first < before || first != second {
			t.Errorf("%d writes were acknowledged before, the act saw %d and then %d: %v", before, first, second, err)
		}
	}
	if _, refused := l.counts(); refused > 0 {
		t.Errorf("%d writes were refused", refused)
	}
	moved := source.set("2026", criteria.Presented, nil)
	run(t, p, source)
	eventually(t, "the move was acknowledged", func() bool { return source.acknowledged() >= moved })
	l.closed.Store(true)
	l.settle(t, db.Pool)
}

func TestFiftyClientsRaceTheEndOfASpan(t *testing.T) {
	db := open(t)
	p := replica(t, crowd(t, db), time.Now)
	source := newCatalog()
	source.set("2026", criteria.Self1, map[criteria.Phase]window.Window{criteria.Self1: {Close: time.Now().Add(-time.Hour)}})
	poll(t, p, source)
	run(t, p, source)
	l := raceOf(func(id string) error { return writeSpanned(t.Context(), p, id) })
	for _, phase := range []criteria.Phase{criteria.Appraisal1, criteria.Self2} {
		accepted, _ := l.counts()
		eventually(t, "more were accepted", func() bool { n, _ := l.counts(); return n > accepted+50 })
		moved := source.set("2026", phase, nil)
		eventually(t, "the move was acknowledged", func() bool { return source.acknowledged() >= moved })
	}
	if _, refused := l.counts(); refused > 0 {
		t.Errorf("%d acts within the span were refused", refused)
	}
	moved := source.set("2026", criteria.Appraisal2, nil)
	eventually(t, "the move was acknowledged", func() bool { return source.acknowledged() >= moved })
	l.closed.Store(true)
	counted := count(t, db.Pool, "shop.entry")
	l.settle(t, db.Pool)
	if n := count(t, db.Pool, "shop.entry"); n != counted {
		t.Errorf("%d acts are stored, and there were %d when the move was acknowledged", n, counted)
	}
}
