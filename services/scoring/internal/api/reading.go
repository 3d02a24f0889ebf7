package api

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/parindex/parindex/services/scoring/internal/postgres"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

const (
	// mostRead is how many runs are kept in memory, some 10 MB each for 47 agencies.
	mostRead = 2
	// readTimeout ends a reading that hangs.
	readTimeout = 30 * time.Second
)

// reader reads what runs came to, which never changes. A run is looked at agency
// by agency, so that the last ones read are kept. It is safe for concurrent use.
type reader struct {
	store *postgres.Store
	reads singleflight.Group

	mu   sync.Mutex
	held []*reading // the last one read first
}

// reading is what a run came to and by which regulation. It is shared: nobody
// changes it.
type reading struct {
	key        string
	result     scoring.Result
	regulation scoring.Regulation
}

// read returns what a run of a cycle came to: scoring.RunUnknown. All who ask for
// it at once wait for one reading.
func (r *reader) read(ctx context.Context, authority, cycle, run string) (*reading, error) {
	key := authority + "/" + cycle + "/" + run
	if held := r.find(key); held != nil {
		return held, nil
	}
	done := r.reads.DoChan(key, func() (any, error) {
		if held := r.find(key); held != nil { // another reading ended since the caller looked
			return held, nil
		}
		// Who began the reading may give up; it is for all who wait.
		return r.load(context.WithoutCancel(ctx), key, authority, cycle, run)
	})
	select {
	case d := <-done:
		if d.Err != nil {
			return nil, d.Err
		}
		return d.Val.(*reading), nil //nolint:forcetypeassert // load's
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *reader) find(key string) *reading {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.held, func(x *reading) bool { return x.key == key })
	if i < 0 {
		return nil
	}
	found := r.held[i]
	r.held = slices.Insert(slices.Delete(r.held, i, i+1), 0, found)
	return found
}

func (r *reader) load(ctx context.Context, key, authority, cycle, run string) (*reading, error) {
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
	loaded := &reading{key, result, regulation}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held = slices.Insert(r.held, 0, loaded)
	r.held = slices.Delete(r.held, min(mostRead, len(r.held)), len(r.held))
	return loaded, nil
}
