// Package intake gathers the responses to a plan that arrive at the same time, so
// that one transaction stores them all and waits for the disk once. No response is
// held back for others to arrive: those that are there are stored while the next
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
	// maxBatch and maxBatchBytes bound one transaction.
	maxBatch      = 500
	maxBatchBytes = 4 << 20
	// maxBytes bounds the responses that wait in one process; one has from some
	// hundred bytes to 2.4 MB.
	maxBytes = 64 << 20
	// overhead is roughly the size of a response without its answers.
	overhead = 512
	// retryAfter is the time that a client waits for a process that is full.
	retryAfter = 2 * time.Second
	// timeout ends a transaction that hangs.
	timeout = 15 * time.Second
)

// Storer stores responses to one plan and returns one error for each.
type Storer interface {
	StoreResponses(ctx context.Context, k postgres.Key, responses []survey.Response) []error
}

// Intake stores responses. It is safe for concurrent use.
type Intake struct {
	store Storer

	mu      sync.Mutex
	waiting map[postgres.Key][]entry // each key in it has a worker
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

// Store stores a response together with others and returns nil once it is stored.
// A caller that stops waiting does not know whether it was stored and finds out by
// sending it again. It fails with SurveyBusy and as Storer.StoreResponses does for
// this response.
func (i *Intake) Store(ctx context.Context, k postgres.Key, r survey.Response) error {
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

// Close waits for the responses that are being stored and returns nil. Store must not
// be called any more.
func (i *Intake) Close() error {
	i.workers.Wait()
	return nil
}

func (i *Intake) add(ctx context.Context, k postgres.Key, e entry) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.bytes+e.size > maxBytes {
		return false
	}
	i.bytes += e.size
	entries, working := i.waiting[k]
	i.waiting[k] = append(entries, e)
	if !working {
		// The worker stores the responses of others too, so it goes on when this caller
		// stops waiting.
		ctx = context.WithoutCancel(ctx)
		i.workers.Go(func() { i.work(ctx, k) })
	}
	return true
}

// work stores the responses to a plan until none is waiting.
func (i *Intake) work(ctx context.Context, k postgres.Key) {
	for {
		batch := i.next(k)
		if len(batch) == 0 {
			return
		}
		i.flush(ctx, k, batch)
	}
}

// next returns the responses to be stored together. If there are none it returns
// nil, and the worker must end.
func (i *Intake) next(k postgres.Key) []entry {
	i.mu.Lock()
	defer i.mu.Unlock()
	entries := i.waiting[k]
	if len(entries) == 0 {
		delete(i.waiting, k)
		return nil
	}
	n, bytes := 0, 0
	for n < len(entries) && n < maxBatch && (n == 0 || bytes+entries[n].size <= maxBatchBytes) {
		bytes += entries[n].size
		n++
	}
	i.waiting[k] = entries[n:]
	return entries[:n]
}

func (i *Intake) flush(ctx context.Context, k postgres.Key, batch []entry) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	responses := make([]survey.Response, len(batch))
	bytes := 0
	for n, e := range batch {
		responses[n] = e.response
		bytes += e.size
	}
	for n, err := range i.store.StoreResponses(ctx, k, responses) {
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
