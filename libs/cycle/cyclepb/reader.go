package cyclepb

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

const (
	// freshFor is how long a cycle is served unasked: an agency's name changes
	// without a revision.
	freshFor = time.Minute
	// awayFor is how long a cycle is served unasked after catalog was away, so
	// that not every reader waits for what does not answer.
	awayFor = 5 * time.Second
	// mostHeld is how many cycles are kept; the one read longest ago is dropped.
	mostHeld = 64
	// attempts is how often a cycle that changes while it is read is read.
	attempts = 3
	// readTimeout ends a reading that hangs.
	readTimeout = 5 * time.Second
	// agenciesPageSize is the most that ListCycleAgencies and ListAgencies give.
	agenciesPageSize = 200
)

// Reader reads cycles from catalog and keeps them in memory. It is safe for
// concurrent use.
type Reader struct {
	catalog catalogv1.CatalogServiceClient
	now     func() time.Time
	reads   singleflight.Group

	mu   sync.Mutex
	held map[key]held
}

type key struct{ authority, id string }

// held is a cycle, when it was read, and until when nobody asks for a newer one.
type held struct {
	cycle       *cycle.Cycle
	read, until time.Time
}

// NewReader returns a Reader. What one reading brings is served to all, so the
// client carries the service's own token, and who may see a cycle is decided
// before.
func NewReader(catalog catalogv1.CatalogServiceClient, now func() time.Time) *Reader {
	return &Reader{catalog: catalog, now: now, held: map[key]held{}, reads: singleflight.Group{}, mu: sync.Mutex{}}
}

// Read returns a cycle at a revision or a later one; 0 asks for any. Agencies
// are called as they were at most a minute ago while catalog answers, and as
// last read while it is away. The cycle is shared: nobody changes it.
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

// fetch reads a cycle together with all who now ask for the same revision: who
// knows of a revision began after it was there, and so did the reading.
func (r *Reader) fetch(ctx context.Context, k key, revision int64) (*cycle.Cycle, error) {
	reading := r.reads.DoChan(fmt.Sprintf("%s/%s@%d", k.authority, k.id, revision), func() (any, error) {
		// Another reading may have ended since the caller looked.
		if last, ok := r.last(k); ok && last.cycle.Revision >= revision && r.now().Before(last.until) {
			return last.cycle, nil
		}
		// Who began the reading may give up; it is for all who wait.
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

// read reads a cycle until it did not change meanwhile, and keeps it.
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

// parts reads what belongs to a cycle.
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

// all reads the agencies of an authority, in the cycle or not.
func (r *Reader) all(ctx context.Context, authority string) ([]*catalogv1.Agency, error) {
	var all []*catalogv1.Agency
	request := &catalogv1.ListAgenciesRequest{Authority: authority, PageSize: agenciesPageSize, PageToken: ""}
	for {
		answer, err := r.catalog.ListAgencies(ctx, request)
		if err != nil {
			return nil, err
		}
		all = append(all, answer.GetAgencies()...)
		if request.PageToken = answer.GetNextPageToken(); request.GetPageToken() == "" {
			return all, nil
		}
	}
}

// agencies reads those of the cycle.
func (r *Reader) agencies(ctx context.Context, c *catalogv1.Cycle) ([]*catalogv1.CycleAgency, error) {
	var all []*catalogv1.CycleAgency
	request := &catalogv1.ListCycleAgenciesRequest{Authority: c.GetAuthority(), Cycle: c.GetId(), PageSize: agenciesPageSize, PageToken: ""}
	for {
		answer, err := r.catalog.ListCycleAgencies(ctx, request)
		if err != nil {
			return nil, err
		}
		all = append(all, answer.GetCycleAgencies()...)
		if request.PageToken = answer.GetNextPageToken(); request.GetPageToken() == "" {
			return all, nil
		}
	}
}

func (r *Reader) last(k key) (held, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h, ok := r.held[k]
	return h, ok
}

// keep keeps a cycle and drops the one read longest ago if there are too many.
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

// spare lets nobody ask for a cycle for a while.
func (r *Reader) spare(k key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if h, ok := r.held[k]; ok {
		h.until = r.now().Add(awayFor)
		r.held[k] = h
	}
}
