package window

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/pg"
)

const (
	// longestPause keeps a service that lost the source for an hour from
	// letting everybody wait long after it is back.
	longestPause = 10 * time.Second
	// pollTimeout ends a poll whose source or database hangs; what it has
	// applied stays.
	pollTimeout = 30 * time.Second
	// patience is how long a change waits for writes under way before it lets
	// those pass that queue behind it; the next poll takes it up again.
	patience = "2s"
)

// Source is where the cycles come from.
type Source interface {
	// Changes returns cycles whose revision is above since, the lowest
	// revisions first, each as it stands now; none means that there are none.
	// Once it has shown a revision, no lower one comes into being.
	Changes(ctx context.Context, since int64) ([]Cycle, error)
	// Acknowledge says that this service has taken over every change up to a
	// revision and that no write is under way which began before.
	Acknowledge(ctx context.Context, revision int64) error
}

// Run polls the source until ctx ends. While source or database are away it
// asks at growing intervals, up to 10 s; what is known stays, and known
// deadlines hold. It logs when polling begins to fail and when it works again.
func (p *Projection) Run(ctx context.Context, source Source) {
	pause, failures := p.Interval, 0
	for {
		err := p.Poll(ctx, source)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			if failures > 0 {
				p.Logger.InfoContext(ctx, "cycles are polled again", "schema", p.Schema, "failures", failures)
			}
			pause, failures = p.Interval, 0
		default:
			if failures++; failures == 1 {
				p.Logger.WarnContext(ctx, "polling cycles", "schema", p.Schema, "cause", err.Error())
			}
			pause = max(p.Interval, min(2*pause, longestPause))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause - rand.N(pause/4+1)): //nolint:gosec // replicas only must not ask in step
		}
	}
}

// Poll takes over every change the source has and acknowledges them. Changes
// applied before it fails stay applied. It fails as the source does, with
// fault.StorageAway, and with pg.Busy when writes under way hold up a change.
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
	// Only now, after an answer without changes: another replica may have gone
	// past one of ours because its source already showed that cycle's next one.
	if p.noted.Load() != known {
		if err := source.Acknowledge(ctx, known); err != nil {
			return fmt.Errorf("acknowledging revision %d: %w", known, err)
		}
		p.noted.Store(known)
	}
	p.polled.Store(p.Now().UnixNano())
	return nil
}

// apply takes over one change after the writes under way, unless another replica
// already has.
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
	_, err = tx.Exec(ctx, `
		insert into `+p.table("cycle_window")+` (authority, cycle, phase, windows, revision)
		values ($1, $2, nullif($3, ''), $4::jsonb, $5)
		on conflict on constraint cycle_window_pkey do update
		set phase = excluded.phase, windows = excluded.windows, revision = excluded.revision`,
		c.Authority, c.ID, string(c.Phase), string(b), c.Revision)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update `+p.table("projection_state")+` set revision = $1`, c.Revision)
	return err
}

// stored returns an instant as it is kept: UTC, to the microsecond.
func stored(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Microsecond)
}

// complete notes that a full snapshot has been taken over.
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
