package window_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/window"
)

// enough is far longer than anything here takes on a busy machine.
const enough = 60 * time.Second

// catalog is a fake source. Tests set its cycles and read its acknowledgements
// through its methods.
type catalog struct {
	mu       sync.Mutex
	cycles   map[string]window.Cycle
	revision int64
	acked    int64
	away     error
	page     int
	// onAcknowledge, if set, is called for each acknowledgement while nothing changes.
	onAcknowledge func(revision int64, cycles []window.Cycle)
}

func newCatalog() *catalog { return &catalog{cycles: map[string]window.Cycle{}, page: 200} }

// set changes cycle x/id and returns its revision.
func (c *catalog) set(id string, phase criteria.Phase, windows map[criteria.Phase]window.Window) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.revision++
	c.cycles[id] = window.Cycle{Authority: "x", ID: id, Phase: phase, Windows: windows, Revision: c.revision}
	return c.revision
}

func (c *catalog) leave(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = err
}

func (c *catalog) acknowledged() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.acked
}

func (c *catalog) Changes(_ context.Context, since int64) ([]window.Cycle, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	changed := c.sorted()
	changed = slices.DeleteFunc(changed, func(x window.Cycle) bool { return x.Revision <= since })
	return changed[:min(c.page, len(changed))], c.away
}

func (c *catalog) sorted() []window.Cycle {
	return slices.SortedFunc(maps.Values(c.cycles), func(a, b window.Cycle) int { return cmp.Compare(a.Revision, b.Revision) })
}

func (c *catalog) Acknowledge(_ context.Context, revision int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away == nil {
		c.acked = max(c.acked, revision)
		if c.onAcknowledge != nil {
			c.onAcknowledge(revision, c.sorted())
		}
	}
	return c.away
}

// clock is a clock that the test moves.
type clock struct{ nanos atomic.Int64 }

func newClock(at time.Time) *clock {
	c := &clock{}
	c.set(at)
	return c
}

func (c *clock) set(at time.Time) { c.nanos.Store(at.UnixNano()) }
func (c *clock) now() time.Time   { return time.Unix(0, c.nanos.Load()) }

// open returns a database with the projection's tables in the schema shop and a
// table that clients write. The test fails if a write of a revision does not
// increase it.
func open(t *testing.T) *pgtest.DB {
	t.Helper()
	migrate := func(ctx context.Context, dsn string) error { return pg.Migrate(ctx, dsn, "shop", window.Line()) }
	db := pgtest.New(t, "window", migrate, window.Line().FS)
	_, err := db.Pool.Exec(t.Context(), `
		create table shop.entry (id text primary key);
		create table shop.backwards (from_revision bigint, to_revision bigint);
		create function shop.note() returns trigger language plpgsql as $$
		begin
			if new.revision <= old.revision then
				insert into shop.backwards values (old.revision, new.revision);
			end if;
			return new;
		end
		$$;
		create trigger forward before update of revision on shop.projection_state for each row execute function shop.note();
		create trigger forward before update of revision on shop.cycle_window for each row execute function shop.note()`)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		var n int
		err := db.Pool.QueryRow(context.WithoutCancel(t.Context()), `select count(*) from shop.backwards`).Scan(&n)
		if err != nil || n > 0 {
			t.Errorf("%d times a revision did not rise, %v", n, err)
		}
	})
	return db
}

// crowd returns a pool for many clients at once.
func crowd(t *testing.T, db *pgtest.DB) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), pg.Config{DSN: db.DSN, MaxConns: 32}, pg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// replica returns a projection as in one process of the service.
func replica(t *testing.T, db *pgxpool.Pool, now func() time.Time) *window.Projection {
	t.Helper()
	p, err := window.New(window.Deps{
		DB: db, Schema: "shop", Now: now, Logger: slog.New(slog.DiscardHandler),
		Metrics: prometheus.NewRegistry(), Interval: 10 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// run polls until the returned function is called, which waits for the end of the
// polling.
func run(t *testing.T, p *window.Projection, source window.Source) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.Run(ctx, source)
	}()
	stop = func() {
		cancel()
		<-ended
	}
	t.Cleanup(stop)
	return stop
}

func poll(t *testing.T, p *window.Projection, source window.Source) {
	t.Helper()
	if err := p.Poll(t.Context(), source); err != nil {
		t.Fatalf("polling: %v", err)
	}
}

// eventually waits until holds returns true.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(enough); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in vain waited until %s", what)
		}
	}
}

// write stores one entry in a transaction that takes a few milliseconds, so that
// the writes of many clients overlap.
func write(ctx context.Context, p *window.Projection, phase criteria.Phase, id string) error {
	return entry(ctx, p, id, func(tx pgx.Tx) error { return p.Guard(ctx, tx, "x", "2026", phase) })
}

func entry(ctx context.Context, p *window.Projection, id string, guard func(pgx.Tx) error) error {
	return pg.Fault(pg.InTx(ctx, p.DB, func(tx pgx.Tx) error {
		if err := guard(tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into shop.entry (id) select $1 from pg_sleep(0.005)`, id)
		return err
	}), nil)
}

// ledger holds the writes that were acknowledged and refused.
type ledger struct {
	mu                sync.Mutex
	accepted, refused []string
	late              []string // accepted, though begun after the closing
	unexpected        []error
	closed            atomic.Bool
	stop              chan struct{}
	clients           sync.WaitGroup
}

// race starts 50 clients, each of which writes one entry of SELF_1 after another.
func race(t *testing.T, p *window.Projection) *ledger {
	t.Helper()
	return raceOf(func(id string) error { return write(t.Context(), p, criteria.Self1, id) })
}

// raceOf is like race, for any write.
func raceOf(write func(id string) error) *ledger {
	l := &ledger{stop: make(chan struct{})}
	for client := range 50 {
		l.clients.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-l.stop:
					return
				default:
				}
				id, closed := fmt.Sprintf("%d-%d", client, n), l.closed.Load()
				l.note(id, closed, write(id))
			}
		})
	}
	return l
}

func (l *ledger) note(id string, closed bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil:
		l.accepted = append(l.accepted, id)
		if closed {
			l.late = append(l.late, id)
		}
	case errors.Is(err, window.WindowClosed) && fault.From(err).Kind == fault.Precondition:
		l.refused = append(l.refused, id)
	default:
		l.unexpected = append(l.unexpected, err)
	}
}

func (l *ledger) counts() (accepted, refused int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.accepted), len(l.refused)
}

// settle ends the race after some more refusals and compares the ledger with the
// table.
func (l *ledger) settle(t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	_, before := l.counts()
	eventually(t, "every client was refused after the closing", func() bool {
		_, refused := l.counts()
		return refused > before+200
	})
	close(l.stop)
	l.clients.Wait()
	rows, _ := db.Query(t.Context(), `select id from shop.entry`)
	stored, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(stored)
	slices.Sort(l.accepted)
	if len(l.accepted) == 0 || !slices.Equal(stored, l.accepted) {
		t.Errorf("%d writes were acknowledged, %d are stored, or they are not the same", len(l.accepted), len(stored))
	}
	if len(l.late) > 0 {
		t.Errorf("%d writes begun after the closing were accepted, as %s", len(l.late), l.late[0])
	}
	if len(l.unexpected) > 0 {
		t.Errorf("%d writes failed otherwise, as %v", len(l.unexpected), l.unexpected[0])
	}
	t.Logf("%d accepted, %d refused", len(l.accepted), len(l.refused))
}

func count(t *testing.T, db *pgxpool.Pool, table string) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), `select count(*) from `+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
