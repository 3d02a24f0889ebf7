// Package window keeps a copy (projection) of the cycles in one service's database,
// and the guards with which writes check it (rule Y3).
//
// Every write calls Guard. Guard locks the row of its cycle FOR SHARE and then
// reads the clock, so that a write is either in time or late, never both. The
// poller, which applies a move of the cycle and thereby closes a phase, locks the
// row FOR UPDATE and waits for every write in progress. A deadline needs no poller:
// the clock passes it.
//
// GuardSpan and GuardSpanAlone are for operations that belong to several phases and
// to no deadline. They take the same locks.
//
// # The queue
//
// Row locks alone would never let a closing in. PostgreSQL lets a new FOR SHARE
// join the holders of the row even if a FOR UPDATE is waiting, so a steady stream
// of writes would keep it waiting. Therefore both sides first take an advisory lock
// of the cycle, shared or exclusive, whose queue is fair: a write that comes after
// the closing waits for it.
//
// # The order of locks
//
// A guard comes before every other lock of its transaction except the claim of
// pg.Once, in whose function it is called: a request repeated after the deadline
// must still get its first answer. A transaction that took another lock first, such
// as the lock of a sheet, could wait for the closing, which waits for a writer,
// which waits for the sheet. A transaction that guards several cycles takes them
// ordered by authority and id.
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

// Line returns the migrations of the tables cycle_window and projection_state.
func Line() pg.Line { return pg.Line{Name: "window", FS: files, Dir: "migrations"} }

// Deps holds what the program supplies.
type Deps struct {
	// DB is the service's database, which has the tables in Schema.
	DB     *pgxpool.Pool
	Schema string
	// Now is the clock for deadlines. If the clocks of replicas differ, they apply a
	// deadline with the same difference.
	Now     func() time.Time
	Logger  *slog.Logger
	Metrics prometheus.Registerer
	// Interval is the time between two polls.
	Interval time.Duration
}

// Projection is one service's copy of the cycles. All replicas of the service share
// it through the database. It is safe for concurrent use.
type Projection struct {
	Deps

	refusals *prometheus.CounterVec
	revision atomic.Int64 // known at the last poll
	noted    atomic.Int64 // the last one this replica acknowledged; -1: none
	polled   atomic.Int64 // when the last poll succeeded, at first the start; nanoseconds since 1970
}

// New returns the projection in a schema that has Line. It does not access the
// database. It fails if Metrics already has the metrics of a projection.
func New(deps Deps) (*Projection, error) {
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

// Guard returns nil if a write of a phase is in time; otherwise it fails with
// CycleNotKnown, WindowNotOpen or WindowClosed. After nil the write is in time even
// if tx commits after the deadline: nothing closes the window until tx ends. The
// package comment says where in tx to call it. Other errors are those of pgx.
func (p *Projection) Guard(ctx context.Context, tx pgx.Tx, authority, cycle string, phase criteria.Phase) error {
	c, err := p.lock(ctx, tx, shared, authority, cycle)
	if err == nil {
		err = c.Accepts(phase, p.Now())
	}
	p.count(ofPhase, err)
	return err
}

// GuardOf is Guard for a write of one agency of a group, whose deadline may be extended
// (rule Y3). letter is that of Cycle.AcceptsOf.
func (p *Projection) GuardOf(ctx context.Context, tx pgx.Tx, authority, cycle string, phase criteria.Phase, agency, group string) (letter string, err error) {
	c, err := p.lock(ctx, tx, shared, authority, cycle)
	if err == nil {
		letter, err = c.AcceptsOf(phase, agency, group, p.Now())
	}
	p.count(ofPhase, err)
	return letter, err
}

// GuardSpan returns nil for an operation that belongs to a span of phases and to no
// deadline, while the cycle is in a phase from first through last. Otherwise it
// fails with CycleNotKnown, with WindowNotOpen before the span, and with
// WindowClosed after it. Nothing moves the cycle until tx ends. Call it in the same
// place as Guard. Other errors are those of pgx.
func (p *Projection) GuardSpan(ctx context.Context, tx pgx.Tx, authority, cycle string, first, last criteria.Phase) error {
	return p.guardSpan(ctx, tx, shared, authority, cycle, criteria.Span{First: first, Last: last})
}

// GuardOneSpan is GuardSpan for an operation that belongs to several spans of phases,
// which are in order. It fails as Cycle.WithinOne does.
func (p *Projection) GuardOneSpan(ctx context.Context, tx pgx.Tx, authority, cycle string, spans ...criteria.Span) error {
	return p.guardSpan(ctx, tx, shared, authority, cycle, spans...)
}

// GuardSpanAlone is GuardSpan for an operation that must run alone. After nil,
// every write of the cycle that was in progress has been committed or rolled back
// and is visible to the next statement of tx, and no other write passes a guard
// until tx ends. It waits as long as the longest write in progress.
func (p *Projection) GuardSpanAlone(ctx context.Context, tx pgx.Tx, authority, cycle string, first, last criteria.Phase) error {
	return p.guardSpan(ctx, tx, exclusive, authority, cycle, criteria.Span{First: first, Last: last})
}

func (p *Projection) guardSpan(ctx context.Context, tx pgx.Tx, m mode, authority, cycle string, spans ...criteria.Span) error {
	c, err := p.lock(ctx, tx, m, authority, cycle)
	if err == nil {
		err = c.WithinOne(spans...)
	}
	p.count(ofSpan, err)
	return err
}

// The label values of operations in the count of refusals.
const (
	ofPhase = "phase"
	ofSpan  = "span"
)

// count counts err if it is a refusal of a guard.
func (p *Projection) count(act string, err error) {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		p.refusals.WithLabelValues(act, f.Code).Inc()
	}
}

// State returns the known state of a cycle for display. A write must not depend on
// it: use Guard. It fails with CycleNotKnown.
func (p *Projection) State(ctx context.Context, authority, cycle string) (Cycle, error) {
	c, err := scan(p.DB.QueryRow(ctx, p.selectCycle(), authority, cycle))
	return c, pg.Fault(err, nil)
}

// Ready returns nil once any replica has ever applied a full snapshot of the
// cycles. Before that it fails with CyclesNotLoaded.
func (p *Projection) Ready(ctx context.Context) error {
	s, err := p.state(ctx)
	if err == nil && !s.complete {
		return CyclesNotLoaded.Because(nil)
	}
	return err
}

// mode is the way a cycle is locked.
type mode struct{ queue, row string }

var (
	shared    = mode{"pg_advisory_xact_lock_shared", "share"}
	exclusive = mode{"pg_advisory_xact_lock", "update"}
)

// lock locks a cycle until tx ends and returns its state then. The two statements
// go in one round trip, and the second one sees what was committed while the first
// one waited. In a transaction with an older snapshot, which InTx never uses, a row
// changed since then causes a serialization failure.
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
		select authority, cycle, coalesce(phase, ''), windows, extensions, revision
		from ` + p.table("cycle_window") + `
		where authority = $1 and cycle = $2`
}

func scan(row pgx.Row) (c Cycle, err error) {
	err = row.Scan(&c.Authority, &c.ID, &c.Phase, &c.Windows, &c.Extensions, &c.Revision)
	if errors.Is(err, pgx.ErrNoRows) {
		return Cycle{}, CycleNotKnown.At("cycle")
	}
	if len(c.Extensions) == 0 {
		c.Extensions = nil
	}
	return c, err
}

func (p *Projection) table(name string) string { return pgx.Identifier{p.Schema, name}.Sanitize() }
