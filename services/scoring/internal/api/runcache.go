package api

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/services/scoring/internal/postgres"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

const (
	// mostCached is the number of runs in the cache, each some 10 MB for 47 agencies.
	mostCached = 2
	// readTimeout is the timeout of reading a run from the database. The rpcs that read one
	// take a whole cycle.
	readTimeout = rpc.WholeCycleTimeLimit
)

// runCache caches the results of the runs that were read last: the result of a run
// never changes, and clients read it again for each agency. It is safe for concurrent
// use.
type runCache struct {
	store *postgres.Store
	reads singleflight.Group

	mu   sync.Mutex
	held []*runResult // most recently read first
}

// runResult is the result of a run and the regulation that it was computed by. It is
// shared and must not be changed.
type runResult struct {
	key        string
	result     scoring.Result
	regulation scoring.Regulation
}

// read returns the result of a run of a cycle. It fails with scoring.RunUnknown.
// Concurrent requests for the same run share one read of the database.
func (r *runCache) read(ctx context.Context, authority, cycle, run string) (*runResult, error) {
	key := authority + "/" + cycle + "/" + run
	if held := r.find(key); held != nil {
		return held, nil
	}
	done := r.reads.DoChan(key, func() (any, error) {
		if held := r.find(key); held != nil { // another read has ended since the caller looked
			return held, nil
		}
		// The caller that started the read may give up while others still wait for it.
		return r.load(context.WithoutCancel(ctx), key, authority, cycle, run)
	})
	select {
	case d := <-done:
		if d.Err != nil {
			return nil, d.Err
		}
		return d.Val.(*runResult), nil //nolint:forcetypeassert // the result of load
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *runCache) find(key string) *runResult {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.held, func(x *runResult) bool { return x.key == key })
	if i < 0 {
		return nil
	}
	found := r.held[i]
	r.held = slices.Insert(slices.Delete(r.held, i, i+1), 0, found)
	return found
}

func (r *runCache) load(ctx context.Context, key, authority, cycle, run string) (*runResult, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	result, err := r.store.Result(ctx, authority, cycle, run)
	if err != nil {
		return nil, err
	}
	frozen, err := r.store.Inputs(ctx, authority, cycle, run)
	if err != nil {
		return nil, err
	}
	regulation, err := scoring.ReadRegulation(frozen)
	if err != nil {
		return nil, err
	}
	if err := result.Reduce(frozen); err != nil {
		return nil, err
	}
	loaded := &runResult{key, result, regulation}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held = slices.Insert(r.held, 0, loaded)
	r.held = slices.Delete(r.held, min(mostCached, len(r.held)), len(r.held))
	return loaded, nil
}
