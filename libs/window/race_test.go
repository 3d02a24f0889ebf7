package window_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/window"
)

func TestFiftyClientsRaceAScheduledClose(t *testing.T) {
	for name, clocked := range map[string]bool{"by the real clock": false, "by a clock that jumps": true} {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			c := newClock(time.Now())
			now := time.Now
			if clocked {
				now = c.now
			}
			p := replica(t, crowd(t, db), now)
			source := newCatalog()
			source.set("2026", criteria.Self1, nil)
			poll(t, p, source)

			l := race(t, p)
			eventually(t, "some were accepted", func() bool { n, _ := l.counts(); return n > 50 })
			deadline := time.Now().Add(300 * time.Millisecond)
			source.set("2026", criteria.Self1, map[criteria.Phase]window.Window{criteria.Self1: {Close: deadline}})
			eventually(t, "the deadline is known", func() bool { // writes under way may hold it up
				err := p.Poll(t.Context(), source)
				if err != nil && !errors.Is(err, pg.Busy) {
					t.Fatalf("polling: %v", err)
				}
				return err == nil
			})
			c.set(deadline)
			eventually(t, "the deadline passed", func() bool { _, n := l.counts(); return n > 0 })
			// The entries stored once no write is in progress are those stored in the end.
			var counted int
			err := alone(t.Context(), p, func(tx pgx.Tx) error {
				return tx.QueryRow(t.Context(), `select count(*) from shop.entry`).Scan(&counted)
			})
			if err != nil {
				t.Fatal(err)
			}
			l.closed.Store(true)
			l.settle(t, db.Pool)
			if n := count(t, db.Pool, "shop.entry"); n != counted {
				t.Errorf("%d writes are stored, and there were %d after the deadline", n, counted)
			}
		})
	}
}

// Without the fair queue the poller would wait here until the clients stop.
func TestFiftyClientsRaceAManualClose(t *testing.T) {
	db := open(t)
	pool := crowd(t, db)
	p := replica(t, pool, time.Now)
	source := newCatalog()
	source.set("2026", criteria.Self1, map[criteria.Phase]window.Window{criteria.Self1: {Close: time.Now().Add(time.Hour)}})
	poll(t, p, source)

	stop := run(t, p, source)
	l := race(t, p)
	eventually(t, "some were accepted", func() bool { n, _ := l.counts(); return n > 500 })
	moved := source.set("2026", criteria.Appraisal1, nil)
	stop() // wherever it was
	run(t, replica(t, pool, time.Now), source)
	run(t, replica(t, pool, time.Now), source)
	eventually(t, "the move was acknowledged", func() bool { return source.acknowledged() >= moved })
	l.closed.Store(true)
	counted := count(t, db.Pool, "shop.entry")
	l.settle(t, db.Pool)
	if n := count(t, db.Pool, "shop.entry"); n != counted {
		t.Errorf("%d writes are stored, and there were %d when the move was acknowledged", n, counted)
	}
	if err := write(t.Context(), p, criteria.Appraisal1, "next"); err != nil {
		t.Errorf("a write of the next phase: %v", err)
	}
}

func TestScheduleChangesUnderLoadRefuseNoWrites(t *testing.T) {
	db := open(t)
	pool := crowd(t, db)
	p := replica(t, pool, time.Now)
	source := newCatalog()
	source.set("2026", criteria.Self1, nil)
	poll(t, p, source)
	stop := run(t, p, source)
	l := race(t, p)
	for n := range 10 {
		later := time.Now().Add(time.Duration(n+1) * time.Hour)
		changed := source.set("2026", criteria.Self1, map[criteria.Phase]window.Window{criteria.Self1: {Close: later}})
		eventually(t, "the change was acknowledged", func() bool { return source.acknowledged() >= changed })
	}
	if accepted, refused := l.counts(); refused > 0 || accepted == 0 {
		t.Errorf("%d accepted, %d refused", accepted, refused)
	}
	moved := source.set("2026", criteria.Appraisal1, nil)
	eventually(t, "the move was acknowledged", func() bool { return source.acknowledged() >= moved })
	stop()
	l.closed.Store(true)
	l.settle(t, db.Pool)
}
