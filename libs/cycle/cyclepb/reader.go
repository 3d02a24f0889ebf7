package cyclepb

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/window"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

const (
	// freshFor is how long a cycle is served without asking catalog. It is limited
	// because the name of an agency can change without a new revision.
	freshFor = time.Minute
	// awayFor is how long a cycle is served without asking catalog after catalog was
	// away, so that not every reader waits for it.
	awayFor = 5 * time.Second
	// mostHeld is how many cycles are cached; the least recently read one is removed.
	mostHeld = 64
	// attempts is how often a cycle is read if it changes meanwhile.
	attempts = 3
	// readTimeout limits one reading.
	readTimeout = 5 * time.Second
	// agenciesPageSize is the largest page of ListCycleAgencies and ListAgencies.
	agenciesPageSize = 200
)

// Reader reads cycles from catalog and caches them in memory. It is safe for
// concurrent use.
type Reader struct {
	catalog catalogv1.CatalogServiceClient
	now     func() time.Time
	reads   singleflight.Group

	mu   sync.Mutex
	held map[key]held
}

type key struct{ authority, id string }

// held is a cached cycle, the time at which it was read, and the time until which
// it is served without asking.
type held struct {
	cycle       *cycle.Cycle
	read, until time.Time
}

// NewReader returns a Reader. A reading serves all callers, so the client must
// carry the service's own token, and the service must authorize its callers before
// it calls Read.
func NewReader(catalog catalogv1.CatalogServiceClient, now func() time.Time) *Reader {
	return &Reader{catalog: catalog, now: now, held: map[key]held{}, reads: singleflight.Group{}, mu: sync.Mutex{}}
}

// Read returns a cycle at the given revision or a later one; 0 means any. Names of
// agencies are at most a minute old while catalog answers; while it is away they
// are those of the last reading. The returned cycle is shared and must not be
// changed.
//
// It fails with cycle.CycleNotRun for an imported cycle, with CycleUnsettled,
// CycleNotUnderstood, and as catalog does (CYCLE_UNKNOWN).
func (r *Reader) Read(ctx context.Context, authority, id string, revision int64) (*cycle.Cycle, error) {
	k := key{authority, id}
	last, ok := r.last(k)
	suffices := ok && last.cycle.Revision >= revision
	if suffices && r.now().Before(last.until) {
		return last.cycle, nil
	}
	c, err := r.fetch(ctx, k, revision)
	switch {
	case err == nil:
		return c, nil
	case suffices && fault.From(err).Kind == fault.Unavailable:
		r.spare(k)
		return last.cycle, nil
	default:
		return nil, fmt.Errorf("reading cycle %s/%s: %w", authority, id, err)
	}
}

// ReadKnown returns a cycle, at least at the revision that windows knows, and its phase
// and windows. It fails with window.CycleNotKnown and as Read does.
func (r *Reader) ReadKnown(ctx context.Context, windows *window.Projection, authority, id string) (*cycle.Cycle, window.Cycle, error) {
	known, err := windows.State(ctx, authority, id)
	if err != nil {
		return nil, known, err
	}
	c, err := r.Read(ctx, authority, id, known.Revision)
	return c, known, err
}

// fetch reads a cycle together with all callers that ask for the same revision at
// the same time. The reading starts after the first of them called, so it returns
// at least the revision that they know.
func (r *Reader) fetch(ctx context.Context, k key, revision int64) (*cycle.Cycle, error) {
	reading := r.reads.DoChan(fmt.Sprintf("%s/%s@%d", k.authority, k.id, revision), func() (any, error) {
		// Another reading may have ended since the caller checked.
		if last, ok := r.last(k); ok && last.cycle.Revision >= revision && r.now().Before(last.until) {
			return last.cycle, nil
		}
		// The reading is for all waiting callers, so it must not depend on this caller's
		// context.
		return r.read(context.WithoutCancel(ctx), k)
	})
	select {
	case done := <-reading:
		if done.Err != nil {
			return nil, done.Err
		}
		if c, ok := done.Val.(*cycle.Cycle); ok && c.Revision >= revision {
			return c, nil
		}
		return nil, CycleUnsettled.Because(fmt.Errorf("catalog does not show revision %d", revision))
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// read reads a cycle until it did not change meanwhile, and caches it.
func (r *Reader) read(ctx context.Context, k key) (*cycle.Cycle, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	before, err := r.cycle(ctx, k)
	if err != nil {
		return nil, err
	}
	for range attempts {
		c, err := r.parts(ctx, before)
		if err != nil {
			return nil, err
		}
		after, err := r.cycle(ctx, k)
		if err != nil {
			return nil, err
		}
		if after.GetRevision() == before.GetRevision() {
			r.keep(k, c)
			return c, nil
		}
		before = after
	}
	return nil, CycleUnsettled
}

func (r *Reader) cycle(ctx context.Context, k key) (*catalogv1.Cycle, error) {
	answer, err := r.catalog.GetCycle(ctx, &catalogv1.GetCycleRequest{Authority: k.authority, Cycle: k.id})
	if err != nil {
		return nil, err
	}
	return answer.GetCycle(), checkRun(answer.GetCycle())
}

// parts reads the parts of a cycle.
func (r *Reader) parts(ctx context.Context, c *catalogv1.Cycle) (*cycle.Cycle, error) {
	answer, err := r.catalog.GetRegulation(ctx, &catalogv1.GetRegulationRequest{Authority: c.GetAuthority(), Regulation: c.GetRegulation()})
	if err != nil {
		return nil, err
	}
	agencies, err := r.agencies(ctx, c)
	if err != nil {
		return nil, err
	}
	all, err := r.all(ctx, c.GetAuthority())
	if err != nil {
		return nil, err
	}
	return toCycle(c, answer.GetRegulation(), agencies, all)
}

// all reads all agencies of an authority, whether or not they are in the cycle.
func (r *Reader) all(ctx context.Context, authority string) ([]*catalogv1.Agency, error) {
	var all []*catalogv1.Agency
	request := &catalogv1.ListAgenciesRequest{Authority: authority, PageSize: agenciesPageSize, PageToken: ""}
	for answer, err := range rpc.Pages(ctx, r.catalog.ListAgencies, request) {
		if err != nil {
			return nil, err
		}
		all = append(all, answer.GetAgencies()...)
	}
	return all, nil
}

// agencies reads the agencies of the cycle.
func (r *Reader) agencies(ctx context.Context, c *catalogv1.Cycle) ([]*catalogv1.CycleAgency, error) {
	var all []*catalogv1.CycleAgency
	request := &catalogv1.ListCycleAgenciesRequest{Authority: c.GetAuthority(), Cycle: c.GetId(), PageSize: agenciesPageSize, PageToken: ""}
	for answer, err := range rpc.Pages(ctx, r.catalog.ListCycleAgencies, request) {
		if err != nil {
			return nil, err
		}
		all = append(all, answer.GetCycleAgencies()...)
	}
	return all, nil
}

func (r *Reader) last(k key) (held, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h, ok := r.held[k]
	return h, ok
}

// keep caches a cycle and removes the least recently read one if there are too
// many.
func (r *Reader) keep(k key, c *cycle.Cycle) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	r.held[k] = held{cycle: c, read: now, until: now.Add(freshFor)}
	if len(r.held) <= mostHeld {
		return
	}
	oldest := k
	for other, h := range r.held {
		if h.read.Before(r.held[oldest].read) {
			oldest = other
		}
	}
	delete(r.held, oldest)
}

// spare serves a cycle for a while without asking catalog.
func (r *Reader) spare(k key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if h, ok := r.held[k]; ok {
		h.until = r.now().Add(awayFor)
		r.held[k] = h
	}
}
