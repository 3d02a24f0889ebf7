// Package calls lets callers who ask a service for the same thing at the same time share
// one call, and reuses its answer for a second.
package calls

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/metadata"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
)

const (
	// freshFor is how long an answer that may change is reused.
	freshFor = time.Second
	// timeout limits a call.
	timeout = 5 * time.Second
	// most limits how many answers are kept, because clients can invent any number of
	// addresses.
	most = 1024
)

// Calls lets concurrent callers with the same key share one call to a service. Its
// result, an answer or a fault, is reused while it is fresh. Freshness counts from
// the start of the call, because the answer was true at some instant after that. It
// is safe for concurrent use.
type Calls[K comparable, V any] struct {
	// span is the name of the calls in traces.
	span string
	// faultsOnly means that only faults are kept, because the caller caches the
	// answers itself.
	faultsOnly bool

	mu   sync.Mutex
	kept map[K]*sharedCall[V]
}

// sharedCall is one call; answer and err may be read once done is closed.
type sharedCall[V any] struct {
	asked  time.Time
	done   chan struct{}
	answer V
	err    error
}

// New returns Calls that have the name span in traces, and reuse answers and faults.
func New[K comparable, V any](span string) *Calls[K, V] {
	return &Calls[K, V]{span: span, kept: map[K]*sharedCall[V]{}}
}

// FaultsOnly is like New, but only faults are reused, because the caller keeps the
// answers itself.
func FaultsOnly[K comparable, V any](span string) *Calls[K, V] {
	c := New[K, V](span)
	c.faultsOnly = true
	return c
}

// Do returns the result of call for key, at most freshFor old, and whether the call
// was made for this caller. The call carries the request id of the caller that
// started it. If that caller leaves, the call continues for the others.
func (c *Calls[K, V]) Do(ctx context.Context, requestID string, key K, now time.Time, call func(context.Context, K) (V, error)) (answer V, asked bool, err error) {
	c.mu.Lock()
	one := c.kept[key]
	if one == nil || now.Sub(one.asked) >= freshFor {
		asked = true
		one = &sharedCall[V]{asked: now, done: make(chan struct{})}
		if c.makeRoom(now) {
			c.kept[key] = one
		}
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
			defer cancel()
			// Answers from memory are not traced: that would cost more than serving them.
			ctx, span := otel.Tracer("gateway/calls").Start(ctx, c.span, trace.WithSpanKind(trace.SpanKindServer))
			defer span.End()
			ctx = metadata.AppendToOutgoingContext(ctx, rpc.RequestIDKey, requestID)
			one.answer, one.err = call(ctx, key)
			close(one.done)
			if c.faultsOnly && one.err == nil {
				c.forget(key, one)
			}
		}()
	}
	c.mu.Unlock()
	select {
	case <-one.done:
		return one.answer, asked, one.err
	case <-ctx.Done():
		return answer, asked, fault.ServiceAway.Because(ctx.Err())
	}
}

// Drop removes the result for key, so that the next caller makes a call. A call that
// has not ended yet continues for those who wait for it.
func (c *Calls[K, V]) Drop(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.kept, key)
}

func (c *Calls[K, V]) forget(key K, one *sharedCall[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept[key] == one {
		delete(c.kept, key)
	}
}

// makeRoom reports whether another call can be kept. It removes calls that are no
// longer fresh and, if that is not enough, failed ones: invented addresses must not
// push out real ones. A call without room is still made, but not shared.
func (c *Calls[K, V]) makeRoom(now time.Time) bool {
	if len(c.kept) < most {
		return true
	}
	for key, one := range c.kept {
		if now.Sub(one.asked) >= freshFor {
			delete(c.kept, key)
		}
	}
	for key, one := range c.kept {
		if len(c.kept) < most {
			break
		}
		select {
		case <-one.done:
			if one.err != nil {
				delete(c.kept, key)
			}
		default:
		}
	}
	return len(c.kept) < most
}
