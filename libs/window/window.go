// Package window is the projection of cycles in one service's database, and the
// guards that writes take on it (rule Y3).
//
// Every write takes Guard: it locks its cycle's row FOR SHARE and then reads
// the clock, so that a write is in time or is late, and never both. The poller,
// which takes over a cycle moved by hand and so closes a phase, locks the row FOR
// UPDATE and waits for every write under way. A deadline needs nobody: the clock
// passes it.
//
// GuardSpan and GuardSpanAlone are for what belongs to several phases and to no
// deadline; they take the same locks.
//
// # The queue
//
// Row locks alone would never let the closing in. PostgreSQL lets a new FOR
// SHARE join those that hold the row although a FOR UPDATE is waiting, so that
// a steady stream of writes keeps it waiting for as long as it lasts. Therefore
// both sides first take an advisory lock of the cycle, shared or exclusive,
// whose queue is fair: who comes after the closing waits for it.
//
// # The order of locks
//
// A guard comes before every other lock of its transaction except the claim of
// pg.Once, in whose function it belongs: there a request repeated after the
// deadline is still given its first answer. A transaction that took another
// lock first, say on a sheet, could wait behind the closing, which waits for a
// writer, who waits for the sheet. A transaction that guards several cycles
// takes them ordered by authority and id.
package window

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
)

//go:embed migrations/*.sql
var files embed.FS

// Line returns the migrations of the projection's tables, cycle_window and
// projection_state.
func Line() pg.Line { return pg.Line{Name: "window", FS: files, Dir: "migrations"} }

// Deps is what the program supplies.
type Deps struct {
	// DB is the service's database, in whose Schema the tables are.
	DB     *pgxpool.Pool
	Schema string
	// Now is the clock that deadlines are held against. Replicas that disagree
	// about the time disagree by as much about a deadline.
	Now     func() time.Time
	Logger  *slog.Logger
	Metrics prometheus.Registerer
	// Interval is the time between two polls; 0 means 1 s.
	Interval time.Duration
}

// Projection is one service's knowledge of the cycles. All replicas of the
// service share it in the database. It is safe for concurrent use.
type Projection struct {
	Deps

	refusals *prometheus.CounterVec
	revision atomic.Int64 // known at the last poll
	noted    atomic.Int64 // the last one this replica acknowledged; -1: none
	polled   atomic.Int64 // when the last poll succeeded, at first the start; nanoseconds since 1970
}

// New returns the projection in a schema that has Line. It does not look into
// the database; it fails if Metrics already has a projection's.
func New(deps Deps) (*Projection, error) {
	if deps.Interval == 0 {
		deps.Interval = time.Second
	}
	p := &Projection{Deps: deps}
	p.noted.Store(-1)
	p.polled.Store(p.Now().UnixNano())
	p.refusals = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parindex_window_refusals_total",
		Help: "Acts refused because the cycle is not open for them, by what they belong to (one phase or a span of phases) and reason.",
	}, []string{"act", "reason"})
	for _, act := range []string{ofPhase, ofSpan} {
		for _, r := range []fault.Reason{CycleNotKnown, WindowNotOpen, WindowClosed} {
			p.refusals.WithLabelValues(act, r.Code)
		}
	}
	for _, c := range []prometheus.Collector{
		p.refusals,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "parindex_window_revision", Help: "Revision of the cycles known at the last poll.",
		}, func() float64 { return float64(p.revision.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "parindex_window_poll_age_seconds", Help: "Time since the cycles were last polled with success, or since the start.",
		}, func() float64 { return p.Now().Sub(time.Unix(0, p.polled.Load())).Seconds() }),
	} {
		if err := deps.Metrics.Register(c); err != nil {
			return nil, fmt.Errorf("registering the metrics of the windows of %s: %w", deps.Schema, err)
		}
	}
	return p, nil
}

// Guard lets a write of a phase pass, or refuses it with CycleNotKnown,
// WindowNotOpen or WindowClosed. When it returns nil the write is in time, also
// if tx commits after the deadline; nothing closes the window until tx ends. The
// package comment says when in tx it is called. Other errors are pgx's.
func (p *Projection) Guard(ctx context.Context, tx pgx.Tx, authority, cycle string, phase criteria.Phase) error {
	c, err := p.lock(ctx, tx, shared, authority, cycle)
	if err == nil {
		err = c.Accepts(phase, p.Now())
	}
	p.count(ofPhase, err)
	return err
}

// GuardSpan lets an act pass that belongs to a span of phases and to no
// deadline, while the cycle is in a phase from first through last. Otherwise it
// refuses with CycleNotKnown, before the span with WindowNotOpen and after it
// with WindowClosed. Nothing moves the cycle until tx ends. It is called where
// Guard is; other errors are pgx's.
func (p *Projection) GuardSpan(ctx context.Context, tx pgx.Tx, authority, cycle string, first, last criteria.Phase) error {
	return p.guardSpan(ctx, tx, shared, authority, cycle, first, last)
}

// GuardSpanAlone is GuardSpan for an act that nothing may run beside: when it
// returns nil every write of the cycle under way has been committed or rolled
// back and can be seen by the next statement of tx, and none passes any guard
// until tx ends. It waits as long as the longest write under way.
func (p *Projection) GuardSpanAlone(ctx context.Context, tx pgx.Tx, authority, cycle string, first, last criteria.Phase) error {
	return p.guardSpan(ctx, tx, exclusive, authority, cycle, first, last)
}

func (p *Projection) guardSpan(ctx context.Context, tx pgx.Tx, m mode, authority, cycle string, first, last criteria.Phase) error {
	c, err := p.lock(ctx, tx, m, authority, cycle)
	if err == nil {
		err = c.Within(first, last)
	}
	p.count(ofSpan, err)
	return err
}

// What acts belong to, for the count of refusals.
const (
	ofPhase = "phase"
	ofSpan  = "span"
)

// count counts err if it is a refusal.
func (p *Projection) count(act string, err error) {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		p.refusals.WithLabelValues(act, f.Code).Inc()
	}
}

// State returns what is known of a cycle, to show it. Nothing may be decided by
// it that a write depends on: that is for Guard. It fails with CycleNotKnown.
func (p *Projection) State(ctx context.Context, authority, cycle string) (Cycle, error) {
	c, err := scan(p.DB.QueryRow(ctx, p.selectCycle(), authority, cycle))
	return c, pg.Fault(err, nil)
}

// Ready returns nil once a full snapshot of the cycles has been taken over, by
// any replica and at any time. Before that it fails with CyclesNotLoaded.
func (p *Projection) Ready(ctx context.Context) error {
	s, err := p.state(ctx)
	if err == nil && !s.complete {
		return CyclesNotLoaded.Because(nil)
	}
	return err
}

// mode is how a cycle is locked.
type mode struct{ queue, row string }

var (
	shared    = mode{"pg_advisory_xact_lock_shared", "share"}
	exclusive = mode{"pg_advisory_xact_lock", "update"}
)

// lock locks a cycle until tx ends and returns it as it stands then. The two
// statements go in one round trip, and the second sees what was committed while
// the first waited. In a transaction with an older snapshot, which is not what
// InTx makes, a row changed since is a serialization failure.
func (p *Projection) lock(ctx context.Context, tx pgx.Tx, m mode, authority, cycle string) (c Cycle, err error) {
	var b pgx.Batch
	b.Queue(`select `+m.queue+`(hashtextextended($1, 0))`, p.Schema+".cycle_window/"+authority+"/"+cycle)
	b.Queue(p.selectCycle()+` for `+m.row, authority, cycle).QueryRow(func(row pgx.Row) error {
		c, err = scan(row)
		return err
	})
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return Cycle{}, fmt.Errorf("locking the windows of %s/%s: %w", authority, cycle, err)
	}
	return c, nil
}

func (p *Projection) selectCycle() string {
	return `
		select authority, cycle, coalesce(phase, ''), windows, revision
		from ` + p.table("cycle_window") + `
		where authority = $1 and cycle = $2`
}

func scan(row pgx.Row) (c Cycle, err error) {
	err = row.Scan(&c.Authority, &c.ID, &c.Phase, &c.Windows, &c.Revision)
	if errors.Is(err, pgx.ErrNoRows) {
		return Cycle{}, CycleNotKnown.At("cycle")
	}
	return c, err
}

func (p *Projection) table(name string) string { return pgx.Identifier{p.Schema, name}.Sanitize() }
