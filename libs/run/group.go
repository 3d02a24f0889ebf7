package run

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// StopTimeout is how long all tasks together have to stop.
const StopTimeout = 20 * time.Second

// Group runs tasks in parallel and stops them in the reverse order of Add: a server
// that was added last stops accepting requests first. The zero Group is ready to
// use.
type Group struct {
	tasks []task
}

type task struct {
	name string
	run  func() error
	stop func(context.Context) error
}

// Add adds a task. run works until stop is called; if it returns earlier, with or
// without an error, the group ends. run or stop may be nil: a resource that only
// needs closing has no run.
func (g *Group) Add(name string, run func() error, stop func(context.Context) error) {
	g.tasks = append(g.tasks, task{name: name, run: run, stop: stop})
}

// AddHTTP adds a server that serves on l.
func (g *Group) AddHTTP(name string, server *http.Server, l net.Listener) {
	g.Add(name, func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}, server.Shutdown)
}

// Run starts all tasks and waits until ctx is done or one of them ends. Then it
// stops all tasks and returns every error with the name of its task. It returns at
// most StopTimeout later and names the tasks that still run.
func (g *Group) Run(ctx context.Context) error {
	type end struct {
		name string
		err  error
	}
	ended := make(chan end, len(g.tasks))
	var running []string
	for _, t := range g.tasks {
		if t.run != nil {
			running = append(running, t.name)
			go func() { ended <- end{t.name, t.run()} }()
		}
	}
	var errs []error
	note := func(e end) {
		errs = append(errs, named(e.name, e.err))
		i := slices.Index(running, e.name)
		running = slices.Delete(running, i, i+1)
	}
	select {
	case <-ctx.Done():
	case e := <-ended:
		note(e)
	}

	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), StopTimeout)
	defer cancel()
	errs = append(errs, g.Stop(stopping))
	for len(running) > 0 {
		select {
		case e := <-ended:
			note(e)
		case <-stopping.Done():
			if len(ended) > 0 {
				continue
			}
			return errors.Join(append(errs, fmt.Errorf("still running after %s: %s", StopTimeout, strings.Join(running, ", ")))...)
		}
	}
	return errors.Join(errs...)
}

// Stop stops the tasks of a group that is not running, because something could not
// be opened after they were added.
func (g *Group) Stop(ctx context.Context) error {
	var errs []error
	for _, t := range slices.Backward(g.tasks) {
		if t.stop != nil {
			errs = append(errs, named("stopping "+t.name, bounded(ctx, t.stop)))
		}
	}
	return errors.Join(errs...)
}

// bounded stops a task but waits at most until ctx ends, even if the stop function
// ignores ctx: closing a pool waits for every connection that is in use.
func bounded(ctx context.Context, stop func(context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- stop(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func named(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}
