package window_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/window"
)

var noon = time.Date(2026, 10, 1, 5, 0, 0, 0, time.UTC)

func TestStateEqualsTheSource(t *testing.T) {
	db := open(t)
	source := newCatalog()
	source.set("2022", "", nil)
	for name, pooler := range map[string]bool{"straight": false, "through a pooler": true} {
		t.Run(name, func(t *testing.T) {
			pool, err := pg.Open(t.Context(), pg.Config{DSN: db.DSN, Pooler: pooler}, pg.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(pool.Close)
			p := replica(t, pool, func() time.Time { return noon })
			source.set("2026", criteria.Appraisal1, map[criteria.Phase]window.Window{
				criteria.Self1:      {Open: noon, Close: noon.Add(time.Hour + 123456*time.Microsecond)},
				criteria.Appraisal1: {Close: noon.Add(2 * time.Hour).In(time.FixedZone("", 7*60*60))},
			})
			poll(t, p, source)
			for _, want := range source.cycles {
				got, err := p.State(t.Context(), "x", want.ID)
				if err != nil {
					t.Fatal(err)
				}
				if want.Windows == nil {
					want.Windows = map[criteria.Phase]window.Window{}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
			if err := write(t.Context(), p, criteria.Appraisal1, name); err != nil {
				t.Errorf("writing: %v", err)
			}
		})
	}
}

func TestGuardRefusesAndCounts(t *testing.T) {
	db := open(t).Pool
	metrics := prometheus.NewRegistry()
	c := newClock(noon)
	p, err := window.New(window.Deps{DB: db, Schema: "shop", Now: c.now, Metrics: metrics})
	if err != nil {
		t.Fatal(err)
	}
	source := newCatalog()
	source.set("2022", "", nil)
	source.set("2026", criteria.Self1, map[criteria.Phase]window.Window{criteria.Self1: {Close: noon.Add(time.Hour)}})
	poll(t, p, source)
	guard := func(authority, cycle string, phase criteria.Phase) error {
		return pg.InTx(t.Context(), db, func(tx pgx.Tx) error { return p.Guard(t.Context(), tx, authority, cycle, phase) })
	}
	if err := guard("x", "2026", criteria.Self1); err != nil {
		t.Errorf("in time: %v", err)
	}
	for name, err := range map[string]error{
		"another authority": guard("y", "2026", criteria.Self1), "no such cycle": guard("x", "2027", criteria.Self1),
	} {
		if !errors.Is(err, window.CycleNotKnown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := guard("x", "2022", criteria.Self1); !errors.Is(err, window.WindowNotOpen) {
		t.Errorf("an imported cycle: %v", err)
	}
	c.set(noon.Add(time.Hour))
	err = guard("x", "2026", criteria.Self1)
	if f := fault.From(err); !errors.Is(err, window.WindowClosed) || f.Kind != fault.Precondition || !strings.Contains(f.Vi, "01/10/2026 13:00") {
		t.Errorf("at the deadline: %v", err)
	}
	if _, err := p.State(t.Context(), "y", "2026"); !errors.Is(err, window.CycleNotKnown) {
		t.Errorf("state for another authority: %v", err)
	}
	want := map[string]float64{
		"parindex_window_refusals_total phase CYCLE_NOT_KNOWN": 2, "parindex_window_refusals_total phase WINDOW_NOT_OPEN": 1,
		"parindex_window_refusals_total phase WINDOW_CLOSED": 1, "parindex_window_refusals_total span CYCLE_NOT_KNOWN": 0,
		"parindex_window_refusals_total span WINDOW_NOT_OPEN": 0, "parindex_window_refusals_total span WINDOW_CLOSED": 0,
		"parindex_window_revision": 2, "parindex_window_poll_age_seconds": 3600,
	}
	if diff := cmp.Diff(want, gathered(t, metrics)); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
	if _, err := window.New(window.Deps{DB: db, Schema: "shop", Now: c.now, Metrics: metrics}); err == nil {
		t.Error("a second projection with the same metrics was made")
	}
}

func gathered(t *testing.T, metrics *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			series := []string{f.GetName()}
			for _, l := range m.GetLabel() { // by name
				series = append(series, l.GetValue())
			}
			values[strings.Join(series, " ")] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return values
}

// begin returns a transaction that Guard has let pass.
func begin(t *testing.T, p *window.Projection) pgx.Tx {
	t.Helper()
	tx, err := p.DB.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Guard(t.Context(), tx, "x", "2026", criteria.Self1); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	return tx
}

// waiting waits until a transaction waits for the exclusive lock of a cycle.
func waiting(t *testing.T, p *window.Projection) {
	t.Helper()
	eventually(t, "somebody waits for a lock", func() bool {
		return count(t, p.DB, `pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and not granted
			and database = (select oid from pg_database where datname = current_database())`) > 0
	})
}

func TestAWriteInTimeMayCommitLate(t *testing.T) {
	db := open(t)
	c := newClock(noon)
	p := replica(t, crowd(t, db), c.now)
	source := newCatalog()
	deadline := noon.Add(time.Hour)
	source.set("2026", criteria.Self1, map[criteria.Phase]window.Window{criteria.Self1: {Close: deadline}})
	poll(t, p, source)

	tx := begin(t, p)
	c.set(deadline.Add(time.Minute))
	var seen int
	ran := make(chan error, 1)
	go func() {
		ran <- alone(t.Context(), p, func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), `select count(*) from shop.entry where id = 'late'`).Scan(&seen)
		})
	}()
	waiting(t, p)
	if _, err := tx.Exec(t.Context(), `insert into shop.entry (id) values ('late')`); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Errorf("a write that was in time did not commit: %v", err)
	}
	if err := <-ran; err != nil || seen != 1 {
		t.Errorf("what ran alone after it saw %d writes, %v", seen, err)
	}
	if err := write(t.Context(), p, criteria.Self1, "later"); !errors.Is(err, window.WindowClosed) {
		t.Errorf("a write after the deadline: %v", err)
	}
}

func TestTheClockIsReadUnderTheLock(t *testing.T) {
	db := open(t)
	c := newClock(noon)
	p := replica(t, crowd(t, db), c.now)
	source := newCatalog()
	source.set("2026", criteria.Self1, map[criteria.Phase]window.Window{criteria.Self1: {Close: noon.Add(time.Hour)}})
	poll(t, p, source)
	tx, err := p.DB.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err := tx.Exec(t.Context(), `select from shop.cycle_window for update`); err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() { written <- write(t.Context(), p, criteria.Self1, "waited") }()
	eventually(t, "the write waits for the row", func() bool {
		return count(t, p.DB, `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) > 0
	})
	c.set(noon.Add(time.Hour))
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-written; !errors.Is(err, window.WindowClosed) {
		t.Errorf("a write that waited over the deadline: %v", err)
	}
}

// A write that hangs delays the closing, but the other writes only for a limited
// time.
func TestAMoveWaitsForAWriteInProgressAndGivesWay(t *testing.T) {
	db := open(t)
	p := replica(t, crowd(t, db), time.Now)
	source := newCatalog()
	source.set("2026", criteria.Self1, nil)
	poll(t, p, source)
	tx := begin(t, p)
	moved := source.set("2026", criteria.Appraisal1, nil)
	if err := p.Poll(t.Context(), source); !errors.Is(err, pg.Busy) {
		t.Errorf("polling while a write hangs: %v", err)
	}
	if err := write(t.Context(), p, criteria.Self1, "beside"); err != nil {
		t.Errorf("a write beside one that hangs: %v", err)
	}

	// No poller acknowledges before the write ends: neither one that was killed while
	// it waited nor the next one.
	stop := run(t, p, source)
	waiting(t, p)
	stop()
	run(t, replica(t, p.DB, time.Now), source)
	waiting(t, p)
	if source.acknowledged() >= moved {
		t.Error("the move was acknowledged while a write was under way")
	}
	if _, err := tx.Exec(t.Context(), `insert into shop.entry (id) values ('hung')`); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the move was acknowledged", func() bool { return source.acknowledged() >= moved })
	if n := count(t, db.Pool, "shop.entry"); n != 2 {
		t.Errorf("%d writes are stored, want 2", n)
	}
}

func TestAnOldSnapshotFails(t *testing.T) {
	db := open(t).Pool
	p := replica(t, db, time.Now)
	source := newCatalog()
	source.set("2026", criteria.Self1, nil)
	poll(t, p, source)
	for name, level := range map[string]pgx.TxIsoLevel{
		"read committed": pgx.ReadCommitted, "repeatable read": pgx.RepeatableRead, "serializable": pgx.Serializable,
	} {
		t.Run(name, func(t *testing.T) {
			source.set("2026", criteria.Self1, nil)
			poll(t, p, source)
			tx, err := db.BeginTx(t.Context(), pgx.TxOptions{IsoLevel: level})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(t.Context()) }()
			if _, err := tx.Exec(t.Context(), `select from shop.cycle_window`); err != nil { // the snapshot
				t.Fatal(err)
			}
			source.set("2026", criteria.Appraisal1, nil)
			poll(t, p, source)
			err = p.Guard(t.Context(), tx, "x", "2026", criteria.Self1)
			if level == pgx.ReadCommitted && !errors.Is(err, window.WindowClosed) {
				t.Errorf("got %v", err)
			}
			const serializationFailure = "40001"
			if e, ok := errors.AsType[*pgconn.PgError](err); level != pgx.ReadCommitted && (!ok || e.Code != serializationFailure) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestReadyNeedsOneFullSnapshot(t *testing.T) {
	db := open(t).Pool
	c := newClock(noon)
	away := fault.ServiceAway.Because(nil)
	source := newCatalog()
	source.page = 1
	source.leave(away)
	p := replica(t, db, c.now)
	for _, id := range []string{"2024", "2025", "2026"} {
		source.set(id, criteria.Self1, map[criteria.Phase]window.Window{criteria.Self1: {Close: noon.Add(time.Hour)}})
	}
	if err := p.Poll(t.Context(), source); !errors.Is(err, fault.ServiceAway) {
		t.Errorf("polling a source that is away: %v", err)
	}
	// Half a snapshot is not enough.
	if err := p.Poll(t.Context(), &breaking{catalog: source, after: 2}); err == nil || count(t, db, "shop.cycle_window") != 2 {
		t.Errorf("half a snapshot: %v", err)
	}
	if err := p.Ready(t.Context()); !errors.Is(err, window.CyclesNotLoaded) {
		t.Errorf("ready without a snapshot: %v", err)
	}
	source.leave(nil)
	poll(t, p, source)
	if source.acknowledged() != 3 {
		t.Errorf("acknowledged %d, want 3", source.acknowledged())
	}

	// A replica without changes of its own acknowledges the changes that another one
	// applied before it ended.
	source.acked = 0
	poll(t, replica(t, db, c.now), source)
	if source.acknowledged() != 3 {
		t.Errorf("after a lost acknowledgement: %d, want 3", source.acknowledged())
	}

	// The source goes away and the process is restarted: the cycles and deadlines are
	// kept.
	source.leave(away)
	again := replica(t, db, c.now)
	stop := run(t, again, source)
	if err := again.Ready(t.Context()); err != nil {
		t.Errorf("ready after a restart: %v", err)
	}
	if err := write(t.Context(), again, criteria.Self1, "in time"); err != nil {
		t.Errorf("a write without the source: %v", err)
	}
	c.set(noon.Add(time.Hour))
	if err := write(t.Context(), again, criteria.Self1, "late"); !errors.Is(err, window.WindowClosed) {
		t.Errorf("a late write without the source: %v", err)
	}
	changed := source.set("2026", criteria.Appraisal1, nil)
	source.leave(nil)
	eventually(t, "the change was acknowledged", func() bool { return source.acknowledged() == changed })
	stop()
}

// breaking is a catalog that goes away after some answers.
type breaking struct {
	*catalog

	after int
}

func (b *breaking) Changes(ctx context.Context, since int64) ([]window.Cycle, error) {
	if b.after--; b.after < 0 {
		return nil, fault.ServiceAway.Because(nil)
	}
	b.leave(nil)
	return b.catalog.Changes(ctx, since)
}

func TestAnEmptySourceIsAFullSnapshot(t *testing.T) {
	p := replica(t, open(t).Pool, time.Now)
	poll(t, p, newCatalog())
	if err := p.Ready(t.Context()); err != nil {
		t.Errorf("not ready: %v", err)
	}
}

// A replica that was paused applies a change that it read long ago.
func TestRevisionsNeverDecrease(t *testing.T) {
	db := open(t).Pool
	p := replica(t, db, time.Now)
	source := newCatalog()
	source.set("2026", criteria.Self1, nil)
	poll(t, p, source)
	source.set("2026", criteria.Appraisal1, nil)
	stale := &paused{catalog: source, read: make(chan struct{}), resume: make(chan struct{})}
	late := make(chan error, 1)
	go func() { late <- replica(t, db, time.Now).Poll(t.Context(), stale) }()
	<-stale.read
	source.set("2026", criteria.Self2, nil)
	poll(t, p, source)
	close(stale.resume)
	if err := <-late; err != nil {
		t.Fatal(err)
	}
	if c, err := p.State(t.Context(), "x", "2026"); err != nil || c.Phase != criteria.Self2 || c.Revision != 3 {
		t.Errorf("got %+v, %v", c, err)
	}
	// A source that has lost revisions is not believed either.
	source.revision = 0
	source.set("2026", criteria.Self1, nil)
	poll(t, p, source)
	if c, err := p.State(t.Context(), "x", "2026"); err != nil || c.Phase != criteria.Self2 {
		t.Errorf("got %+v, %v", c, err)
	}
	if err := p.Poll(t.Context(), unordered{source}); err == nil {
		t.Error("a change with a revision already known was taken")
	}
}

// paused is a catalog whose first answer takes a long time.
type paused struct {
	*catalog

	once         sync.Once
	read, resume chan struct{}
}

func (p *paused) Changes(ctx context.Context, since int64) ([]window.Cycle, error) {
	cycles, err := p.catalog.Changes(ctx, since)
	p.once.Do(func() {
		close(p.read)
		<-p.resume
	})
	return cycles, err
}

// unordered is a catalog that ignores the revision in the request.
type unordered struct{ *catalog }

func (u unordered) Changes(ctx context.Context, _ int64) ([]window.Cycle, error) {
	return u.catalog.Changes(ctx, 0)
}

// Whatever the order of the replicas' work, an acknowledged revision is in the
// table.
func TestReplicasAcknowledgeOnlyWhatIsApplied(t *testing.T) {
	db := open(t)
	pool := crowd(t, db)
	source := newCatalog()
	source.page = 4
	source.onAcknowledge = func(revision int64, cycles []window.Cycle) {
		for _, c := range cycles {
			var known int64
			err := db.Pool.QueryRow(t.Context(), `select revision from shop.cycle_window where cycle = $1`, c.ID).Scan(&known)
			if c.Revision <= revision && (err != nil || known < c.Revision) {
				t.Errorf("%d was acknowledged, and cycle %s is at %d instead of %d: %v", revision, c.ID, known, c.Revision, err)
			}
		}
	}
	var stops []func()
	for range 4 {
		stops = append(stops, run(t, replica(t, pool, time.Now), slow{source}))
	}
	var last int64
	for n := range 300 {
		last = source.set(fmt.Sprintf("c%d", n*7%5), criteria.Self1, nil)
		time.Sleep(time.Millisecond)
	}
	eventually(t, "all was acknowledged", func() bool { return source.acknowledged() == last })
	for _, stop := range stops {
		stop()
	}
}

// slow is a catalog whose answers are out of date when they arrive.
type slow struct{ *catalog }

func (s slow) Changes(ctx context.Context, since int64) ([]window.Cycle, error) {
	cycles, err := s.catalog.Changes(ctx, since)
	time.Sleep(rand.N(5 * time.Millisecond)) //nolint:gosec // any pause is one
	return cycles, err
}

func TestNoGoroutineOutlivesRun(t *testing.T) {
	p := replica(t, open(t).Pool, time.Now)
	source := newCatalog()
	stop := run(t, p, source)
	eventually(t, "it is ready", func() bool { return p.Ready(t.Context()) == nil })
	source.leave(fault.ServiceAway.Because(nil))
	stop()
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 2); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "window.(*Projection)") {
		t.Errorf("still running:\n%s", b.String())
	}
}

func TestUnavailableDatabase(t *testing.T) {
	pool, err := pg.Open(t.Context(), pg.Config{DSN: "host=" + t.TempDir() + " user=nobody"}, pg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	p := replica(t, pool, time.Now)
	_, state := p.State(t.Context(), "x", "2026")
	for name, err := range map[string]error{
		"ready": p.Ready(t.Context()), "state": state, "poll": p.Poll(t.Context(), newCatalog()),
		"guard": write(t.Context(), p, criteria.Self1, "1"),
	} {
		if !errors.Is(err, fault.StorageAway) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestConstraints(t *testing.T) {
	db := open(t).Pool
	if _, err := db.Exec(t.Context(), `insert into shop.cycle_window values ('x', '2026', 'SELF_1', '{"SELF_1": {}}', '[]', 1)`); err != nil {
		t.Fatal(err)
	}
	for statement, constraint := range map[string]string{
		`insert into shop.cycle_window values ('x', '2026', 'SELF_1', '{}', '[]', 2)`:            "cycle_window_pkey",
		`insert into shop.cycle_window values ('', '2026', 'SELF_1', '{}', '[]', 2)`:             "cycle_window_authority_named",
		`insert into shop.cycle_window values ('x', '', 'SELF_1', '{}', '[]', 2)`:                "cycle_window_cycle_named",
		`insert into shop.cycle_window values ('x', '2027', 'SELF_3', '{}', '[]', 2)`:            "cycle_window_phase_known",
		`insert into shop.cycle_window values ('x', '2027', 'SELF_1', '[]', '[]', 2)`:            "cycle_window_windows_object",
		`insert into shop.cycle_window values ('x', '2027', 'SELF_1', '{"SELF_3":{}}', '[]', 2)`: "cycle_window_windows_of_phases",
		`insert into shop.cycle_window values ('x', '2027', null, '{"SELF_1":{}}', '[]', 2)`:     "cycle_window_imported_without_windows",
		`insert into shop.cycle_window values ('x', '2027', 'SELF_1', '{}', '[]', 0)`:            "cycle_window_revision_counts",
		`insert into shop.cycle_window values ('x', '2027', 'SELF_1', '{}', '{}', 2)`:            "cycle_window_extensions_list",
		`insert into shop.projection_state (revision) values (1)`:                                "projection_state_pkey",
		`insert into shop.projection_state (single, revision) values (false, 1)`:                 "projection_state_one_row",
		`update shop.projection_state set revision = -1`:                                         "projection_state_revision_counts",
	} {
		_, err := db.Exec(t.Context(), statement)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != constraint {
			t.Errorf("%s: %v, want %s", statement, err, constraint)
		}
	}
}
