package run_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parindex/parindex/libs/run"
)

// diary records events in their order.
type diary struct {
	mu      sync.Mutex
	entries []string
}

func (d *diary) note(entry string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entries = append(d.entries, entry)
}

// work adds a task to g that runs until it is stopped.
func (d *diary) work(g *run.Group, name string) {
	stopped := make(chan struct{})
	g.Add(name, func() error {
		<-stopped
		return nil
	}, func(context.Context) error {
		d.note(name)
		close(stopped)
		return nil
	})
}

func TestGroupStopsInReverseOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g run.Group
		var d diary
		d.work(&g, "database")
		g.Add("cache", nil, func(ctx context.Context) error {
			d.note("cache")
			if deadline, ok := ctx.Deadline(); ctx.Err() != nil || !ok || time.Until(deadline) != run.StopTimeout {
				t.Errorf("the stopping context: %v, ends %v", ctx.Err(), deadline)
			}
			return nil
		})
		d.work(&g, "server")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- g.Run(ctx) }()
		synctest.Wait()
		if len(d.entries) > 0 {
			t.Fatalf("stopped %v without a reason", d.entries)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v", err)
		}
		if want := []string{"server", "cache", "database"}; !slices.Equal(d.entries, want) {
			t.Errorf("stopped %v, want %v", d.entries, want)
		}
	})
}

func TestGroupEndsWithItsFirstTask(t *testing.T) {
	full := errors.New("disk full")
	stuck := errors.New("lid stuck")
	for name, tt := range map[string]struct{ ends, stops error }{
		"with an error":                    {full, nil},
		"without an error":                 {nil, nil},
		"and a stop that fails, with both": {full, stuck},
	} {
		t.Run(name, func(t *testing.T) {
			var g run.Group
			var d diary
			d.work(&g, "server")
			g.Add("box", nil, func(context.Context) error { return tt.stops })
			g.Add("writer", func() error { return tt.ends }, nil)
			err := g.Run(t.Context())
			if want := errors.Join(tt.ends, tt.stops); (err == nil) != (want == nil) {
				t.Fatalf("Run = %v, want %v", err, want)
			}
			if tt.ends != nil && !strings.Contains(err.Error(), "writer: disk full") {
				t.Errorf("%q does not name the task", err)
			}
			if tt.stops != nil && !strings.Contains(err.Error(), "stopping box: lid stuck") {
				t.Errorf("%q does not name the stop", err)
			}
			if !slices.Equal(d.entries, []string{"server"}) {
				t.Errorf("stopped %v, want the server", d.entries)
			}
		})
	}
}

func TestGroupReportsHangingTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g run.Group
		var d diary
		never := make(chan struct{})
		defer close(never)
		g.Add("pool", nil, func(context.Context) error {
			<-never
			return nil
		})
		d.work(&g, "server")
		g.Add("worker", func() error {
			<-never
			return nil
		}, func(context.Context) error { return nil })
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		start := time.Now()
		err := g.Run(ctx)
		if took := time.Since(start); took != run.StopTimeout {
			t.Errorf("took %v, want %v", took, run.StopTimeout)
		}
		if err == nil || !strings.Contains(err.Error(), "stopping pool: context deadline exceeded") || !strings.Contains(err.Error(), "still running after 20s: worker") {
			t.Errorf("Run = %v, want pool and worker named", err)
		}
		if !slices.Equal(d.entries, []string{"server"}) {
			t.Errorf("stopped %v, want the server", d.entries)
		}
	})
}

func TestEmptyGroupWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := new(run.Group).Run(ctx); err != nil {
		t.Errorf("Run = %v", err)
	}
}
