package run

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// Task is something that a service does again and again.
type Task struct {
	// Name says in the log what is done ("polling cycles").
	Name string
	// Interval is the time between two runs. Each pause is up to a quarter shorter,
	// so that replicas do not run in step.
	Interval time.Duration
	// LongestPause bounds the pause while runs fail, which doubles with each
	// failure; 0: the pause stays Interval.
	LongestPause time.Duration
	// Nudge begins the next run at once when something is received from it; nil:
	// every pause is waited for.
	Nudge  <-chan struct{}
	Logger *slog.Logger
}

// Repeat does what t says at once and then again until ctx ends. It logs the
// first of several failures in a row, and the first success after them.
func Repeat(ctx context.Context, t Task, do func(context.Context) error) {
	pause, failures := t.Interval, 0
	for {
		err := do(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			if failures > 0 {
				t.Logger.InfoContext(ctx, "a repeated task works again", "task", t.Name, "failures", failures)
			}
			pause, failures = t.Interval, 0
		default:
			if failures++; failures == 1 {
				t.Logger.WarnContext(ctx, "a repeated task fails", "task", t.Name, "cause", err.Error())
			}
			pause = max(t.Interval, min(2*pause, t.LongestPause))
		}
		select {
		case <-ctx.Done():
			return
		case <-t.Nudge:
		case <-time.After(pause - rand.N(pause/4+1)): //nolint:gosec // replicas only must not run in step
		}
	}
}
