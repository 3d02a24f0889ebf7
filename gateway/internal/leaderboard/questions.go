package leaderboard

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

// questions lets all who want to know the same thing at the same time share one
// question and, while it is fresh, its answer, also when the answer is a fault.
// Freshness counts from the asking: the answer was true at some moment after
// that. It is safe for concurrent use.
type questions[K comparable, V any] struct {
	// faultsOnly says that only faults are remembered, because who calls keeps
	// the answers.
	faultsOnly bool

	mu   sync.Mutex
	open map[K]*question[V]
}

// question is one call; answer and err may be read once done is closed.
type question[V any] struct {
	asked  time.Time
	done   chan struct{}
	answer V
	err    error
}

func newQuestions[K comparable, V any](faultsOnly bool) *questions[K, V] {
	return &questions[K, V]{faultsOnly: faultsOnly, open: map[K]*question[V]{}}
}

// ask returns what call says about key, at most fresh ago, and whether it was
// this caller for whom the call was made. The call carries the id of the request
// that made it; a caller that leaves does not end it for those who stay.
func (q *questions[K, V]) ask(ctx context.Context, requestID string, key K, now time.Time, call func(context.Context, K) (V, error)) (answer V, asked bool, err error) {
	q.mu.Lock()
	one := q.open[key]
	if one == nil || now.Sub(one.asked) >= fresh {
		asked = true
		one = &question[V]{asked: now, done: make(chan struct{})}
		if q.room(now) {
			q.open[key] = one
		}
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
			defer cancel()
			// What comes from memory is not traced: that would cost more than serving it.
			ctx, span := otel.Tracer("gateway/leaderboard").Start(ctx, "GET leaderboard", trace.WithSpanKind(trace.SpanKindServer))
			defer span.End()
			ctx = metadata.AppendToOutgoingContext(ctx, rpc.RequestIDKey, requestID)
			one.answer, one.err = call(ctx, key)
			close(one.done)
			if q.faultsOnly && one.err == nil {
				q.forget(key, one)
			}
		}()
	}
	q.mu.Unlock()
	select {
	case <-one.done:
		return one.answer, asked, one.err
	case <-ctx.Done():
		return answer, asked, fault.ServiceAway.Because(ctx.Err())
	}
}

func (q *questions[K, V]) forget(key K, one *question[V]) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open[key] == one {
		delete(q.open, key)
	}
}

// room reports whether another question can be remembered. It forgets those
// that are no longer fresh and, if that is not enough, an answer that is a
// fault: made-up addresses must not push out real ones. A question without room
// is still answered, only not shared.
func (q *questions[K, V]) room(now time.Time) bool {
	if len(q.open) < maxQuestions {
		return true
	}
	for key, one := range q.open {
		if now.Sub(one.asked) >= fresh {
			delete(q.open, key)
		}
	}
	for key, one := range q.open {
		if len(q.open) < maxQuestions {
			break
		}
		select {
		case <-one.done:
			if one.err != nil {
				delete(q.open, key)
			}
		default:
		}
	}
	return len(q.open) < maxQuestions
}
