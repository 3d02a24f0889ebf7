package window

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/run"
)

const (
	// longestPause limits the pause between polls, so that a service notices soon when
	// the source is back, even after an hour.
	longestPause = 10 * time.Second
	// pollTimeout ends a poll whose source or database hangs. The changes that it has
	// applied stay applied.
	pollTimeout = 30 * time.Second
	// patience is how long a change waits for writes in progress before it gives way
	// to the writes queued behind it; the next poll tries again.
	patience = "2s"
)

// Source is the origin of the cycles.
type Source interface {
	// Changes returns cycles whose revision is above since, the lowest revisions
	// first, each in its present state; an empty result means that there are none.
	// After it has returned a revision, no lower one may appear.
	Changes(ctx context.Context, since int64) ([]Cycle, error)
	// Acknowledge reports that this service has applied every change up to a revision
	// and that no write that began before is in progress.
	Acknowledge(ctx context.Context, revision int64) error
}

// Run polls the source until ctx ends. While the source or the database is away, it
// polls at growing intervals, up to 10 s; the known cycles and deadlines stay in
// force.
func (p *Projection) Run(ctx context.Context, source Source) {
	task := run.Task{Name: "polling cycles", Interval: p.Interval, LongestPause: longestPause, Logger: p.Logger.With("schema", p.Schema)}
	run.Repeat(ctx, task, func(ctx context.Context) error { return p.Poll(ctx, source) })
}

// Poll applies all changes of the source and acknowledges them. Changes that were
// applied before a failure stay applied. It fails as the source does, with
// fault.StorageAway, and with pg.Busy if writes in progress delay a change.
func (p *Projection) Poll(ctx context.Context, source Source) error {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	s, err := p.state(ctx)
	if err != nil {
		return err
	}
	known := s.revision
	for {
		cycles, err := source.Changes(ctx, known)
		if err != nil {
			return fmt.Errorf("reading the cycles changed since revision %d: %w", known, err)
		}
		if len(cycles) == 0 {
			break
		}
		for _, c := range cycles {
			if c.Revision <= known {
				return fmt.Errorf("cycle %s/%s came with revision %d after revision %d", c.Authority, c.ID, c.Revision, known)
			}
			if err := p.apply(ctx, c); err != nil {
				return err
			}
			known = c.Revision
		}
	}
	if !s.complete {
		if err := p.complete(ctx); err != nil {
			return err
		}
	}
	p.revision.Store(known)
	// Acknowledge only after a poll without changes: another replica may have passed
	// one of our revisions because its source already showed the next change of that
	// cycle.
	if p.noted.Load() != known {
		if err := source.Acknowledge(ctx, known); err != nil {
			return fmt.Errorf("acknowledging revision %d: %w", known, err)
		}
		p.noted.Store(known)
	}
	p.polled.Store(p.Now().UnixNano())
	return nil
}

// apply applies one change after the writes in progress, unless another replica has
// applied it.
func (p *Projection) apply(ctx context.Context, c Cycle) error {
	err := pg.InTx(ctx, p.DB, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local lock_timeout = '`+patience+`'`); err != nil {
			return err
		}
		var known int64
		err := tx.QueryRow(ctx, `select revision from `+p.table("projection_state")+` for update`).Scan(&known)
		if err != nil || known >= c.Revision {
			return err
		}
		if _, err := p.lock(ctx, tx, exclusive, c.Authority, c.ID); err != nil && !errors.Is(err, CycleNotKnown) {
			return err
		}
		return p.store(ctx, tx, c)
	})
	if err == nil {
		return nil
	}
	err = pg.Fault(fmt.Errorf("taking over revision %d of cycle %s/%s: %w", c.Revision, c.Authority, c.ID, err), nil)
	const lockNotAvailable = "55P03"
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == lockNotAvailable {
		return pg.Busy.Because(err)
	}
	return err
}

func (p *Projection) store(ctx context.Context, tx pgx.Tx, c Cycle) error {
	windows := make(map[criteria.Phase]Window, len(c.Windows))
	for phase, w := range c.Windows {
		windows[phase] = Window{Open: stored(w.Open), Close: stored(w.Close)}
	}
	b, err := json.Marshal(windows)
	if err != nil {
		return err
	}
	extensions := make([]Extension, 0, len(c.Extensions))
	for _, x := range c.Extensions {
		x.Close = stored(x.Close)
		extensions = append(extensions, x)
	}
	more, err := json.Marshal(extensions)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into `+p.table("cycle_window")+` (authority, cycle, phase, windows, extensions, revision)
		values ($1, $2, nullif($3, ''), $4::jsonb, $5::jsonb, $6)
		on conflict on constraint cycle_window_pkey do update
		set phase = excluded.phase, windows = excluded.windows, extensions = excluded.extensions, revision = excluded.revision`,
		c.Authority, c.ID, string(c.Phase), string(b), string(more), c.Revision)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update `+p.table("projection_state")+` set revision = $1`, c.Revision)
	return err
}

// stored returns an instant as it is stored: in UTC, to the microsecond.
func stored(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Microsecond)
}

// complete records that a full snapshot has been applied.
func (p *Projection) complete(ctx context.Context) error {
	_, err := p.DB.Exec(ctx, `
		update `+p.table("projection_state")+` set complete_time = $1 where complete_time is null`, p.Now())
	if err != nil {
		return pg.Fault(fmt.Errorf("noting that all cycles are known: %w", err), nil)
	}
	return nil
}

type state struct {
	revision int64
	complete bool
}

func (p *Projection) state(ctx context.Context) (s state, err error) {
	err = p.DB.QueryRow(ctx, `
		select revision, complete_time is not null from `+p.table("projection_state")).Scan(&s.revision, &s.complete)
	if err != nil {
		return s, pg.Fault(fmt.Errorf("reading the state of the projection: %w", err), nil)
	}
	return s, nil
}
