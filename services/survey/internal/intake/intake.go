// Package intake gathers the responses to a plan that come in at the same time,
// so that one transaction stores them all and one wait for the disk serves them
// all. Nobody waits for others to come: what is there is stored while the next
// ones gather.
package intake

import (
	"context"
	"sync"
	"time"

	"github.com/parindex/parindex/services/survey/internal/postgres"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

const (
	// mostTogether and mostBytesTogether bound one transaction.
	mostTogether      = 500
	mostBytesTogether = 4 << 20
	// mostBytes bounds what waits in one process; a response is from some hundred
	// bytes to 2.4 MB.
	mostBytes = 64 << 20
	// overhead is about what a response takes beside its answers.
	overhead = 512
	// retryAfter is when a process that is full may be asked again.
	retryAfter = 2 * time.Second
	// patience ends a transaction that hangs.
	patience = 15 * time.Second
)

// Storer stores responses to one plan and returns an error for each.
type Storer interface {
	TakeResponses(ctx context.Context, k postgres.Key, responses []survey.Response) []error
}

// Intake takes responses. It is safe for concurrent use.
type Intake struct {
	store Storer

	mu      sync.Mutex
	waiting map[postgres.Key][]entry // there is a worker for each key
	bytes   int
	workers sync.WaitGroup
}

type entry struct {
	response survey.Response
	size     int
	done     chan error
}

// New returns an Intake.
func New(store Storer) *Intake { return &Intake{store: store, waiting: map[postgres.Key][]entry{}} }

// Take stores a response together with others and returns once it is stored, or
// with the error of its own. A caller that gives up waiting does not know
// whether it was stored; sending it again tells. It fails as
// Storer.TakeResponses does and with SurveyBusy.
func (i *Intake) Take(ctx context.Context, k postgres.Key, r survey.Response) error {
	e := entry{response: r, size: size(r), done: make(chan error, 1)}
	if !i.add(ctx, k, e) {
		return survey.SurveyBusy.Because(nil).After(retryAfter)
	}
	select {
	case err := <-e.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close waits for what is under way. Nothing may be taken any more.
func (i *Intake) Close() { i.workers.Wait() }

func (i *Intake) add(ctx context.Context, k postgres.Key, e entry) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.bytes+e.size > mostBytes {
		return false
	}
	i.bytes += e.size
	entries, working := i.waiting[k]
	i.waiting[k] = append(entries, e)
	if !working {
		// The worker stores for all who wait, whoever gives up.
		ctx = context.WithoutCancel(ctx)
		i.workers.Go(func() { i.work(ctx, k) })
	}
	return true
}

// work stores the responses to a plan until none waits.
func (i *Intake) work(ctx context.Context, k postgres.Key) {
	for {
		batch := i.next(k)
		if len(batch) == 0 {
			return
		}
		i.flush(ctx, k, batch)
	}
}

// next returns what is stored together, or nothing and ends the worker.
func (i *Intake) next(k postgres.Key) []entry {
	i.mu.Lock()
	defer i.mu.Unlock()
	entries := i.waiting[k]
	if len(entries) == 0 {
		delete(i.waiting, k)
		return nil
	}
	n, bytes := 0, 0
	for n < len(entries) && n < mostTogether && (n == 0 || bytes+entries[n].size <= mostBytesTogether) {
		bytes += entries[n].size
		n++
	}
	i.waiting[k] = entries[n:]
	return entries[:n]
}

func (i *Intake) flush(ctx context.Context, k postgres.Key, batch []entry) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	responses := make([]survey.Response, len(batch))
	bytes := 0
	for n, e := range batch {
		responses[n] = e.response
		bytes += e.size
	}
	for n, err := range i.store.TakeResponses(ctx, k, responses) {
		batch[n].done <- err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.bytes -= bytes
}

func size(r survey.Response) int {
	n := overhead + 2*len(r.Choices)
	for _, t := range r.Texts {
		n += len(t)
	}
	return n
}
