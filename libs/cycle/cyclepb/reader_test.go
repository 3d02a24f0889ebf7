package cyclepb_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// clock is a clock that the test moves.
type clock struct{ passed atomic.Int64 }

func (c *clock) now() time.Time       { return noon.Add(time.Duration(c.passed.Load())) }
func (c *clock) move(d time.Duration) { c.passed.Add(int64(d)) }

// once are the calls of one reading.
var once = map[string]int{"GetCycle": 2, "GetRegulation": 1, "ListCycleAgencies": 1, "ListAgencies": 1}

// bump replaces the cycle. It is never changed in place, because an answer may be
// in transit.
func (c *catalog) bump() {
	c.change(func() {
		next := proto.CloneOf(c.cycles["2026"])
		next.Revision++
		c.cycles["2026"] = next
	})
}

// readCounting reads 2026 and compares the calls that catalog received.
func readCounting(t *testing.T, r *cyclepb.Reader, c *catalog, revision int64, want map[string]int) *cycle.Cycle {
	t.Helper()
	got, err := r.Read(t.Context(), "soc-trang", "2026", revision)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, c.asked()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	return got
}

func TestACycleIsKeptForAMinuteAndToItsRevision(t *testing.T) {
	c, at := newCatalog(), &clock{}
	r := cyclepb.NewReader(open(t, c), at.now)
	nothing := map[string]int{}
	readCounting(t, r, c, 0, once)
	readCounting(t, r, c, 7, nothing)
	at.move(time.Minute - 1)
	readCounting(t, r, c, 3, nothing)

	// The name of an agency changes without a new revision.
	c.change(func() { c.agencies[0] = member("so-khac", catalogv1.ScoringState_SCORING_STATE_SCORED, "") })
	at.move(1)
	if got := readCounting(t, r, c, 7, once); got.Agencies[0].ID != "so-khac" {
		t.Errorf("after a minute: %+v", got.Agencies[0])
	}
	c.bump()
	readCounting(t, r, c, 7, nothing)
	if got := readCounting(t, r, c, 8, once); got.Revision != 8 {
		t.Errorf("got revision %d", got.Revision)
	}
}

func TestAllPagesOfAgenciesAreRead(t *testing.T) {
	c := newCatalog()
	c.many(401)
	r := cyclepb.NewReader(open(t, c), time.Now)
	got := readCounting(t, r, c, 0, map[string]int{"GetCycle": 2, "GetRegulation": 1, "ListCycleAgencies": 3, "ListAgencies": 3})
	for i, a := range got.Agencies {
		if a.ID != fmt.Sprintf("a%03d", i) {
			t.Fatalf("agency %d is %s", i, a.ID)
		}
	}
	if len(got.Agencies) != 401 || len(got.Parents) != 400 || got.Parents["a400"] != "a399" {
		t.Errorf("%d agencies, %d below another", len(got.Agencies), len(got.Parents))
	}
}

func TestConcurrentFirstReadersAskOnce(t *testing.T) {
	c := newCatalog()
	begun, release := make(chan struct{}, 1), make(chan struct{})
	c.onRegulation = func() {
		begun <- struct{}{}
		<-release
	}
	r := cyclepb.NewReader(open(t, c), func() time.Time { return noon })
	// The first caller gives up; its reading continues for the others.
	ctx, giveUp := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := r.Read(ctx, "soc-trang", "2026", 7)
		gone <- err
	}()
	<-begun
	var readers sync.WaitGroup
	for range 50 {
		readers.Go(func() {
			if got, err := r.Read(t.Context(), "soc-trang", "2026", 7); err != nil || got.Revision != 7 {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
	giveUp()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up: %v", err)
	}
	close(release)
	readers.Wait()
	if diff := cmp.Diff(once, c.asked()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

func TestACycleThatChangesWhileReadIsReadAgain(t *testing.T) {
	c := newCatalog()
	var changes atomic.Int64
	c.onRegulation = func() {
		if changes.Add(-1) >= 0 {
			c.bump()
		}
	}
	r := cyclepb.NewReader(open(t, c), func() time.Time { return noon })
	changes.Store(2)
	got := readCounting(t, r, c, 0, map[string]int{"GetCycle": 4, "GetRegulation": 3, "ListCycleAgencies": 3, "ListAgencies": 3})
	if got.Revision != 9 {
		t.Errorf("got revision %d", got.Revision)
	}
	changes.Store(1000)
	if _, err := r.Read(t.Context(), "soc-trang", "2026", 10); !errors.Is(err, cyclepb.CycleUnsettled) {
		t.Errorf("a cycle that never rests: %v", err)
	}
	changes.Store(0)
	if _, err := r.Read(t.Context(), "soc-trang", "2026", 1000); !errors.Is(err, cyclepb.CycleUnsettled) {
		t.Errorf("a revision that catalog does not show: %v", err)
	}
}

func TestCatalogAway(t *testing.T) {
	c, at := newCatalog(), &clock{}
	r := cyclepb.NewReader(open(t, c), at.now)
	c.away = fault.StorageAway
	if _, err := r.Read(t.Context(), "soc-trang", "2026", 0); !errors.Is(err, fault.StorageAway) {
		t.Errorf("at first: %v", err)
	}
	c.change(func() { c.away = nil })
	first, err := r.Read(t.Context(), "soc-trang", "2026", 0)
	if err != nil {
		t.Fatal(err)
	}
	c.asked()
	c.change(func() { c.away = fault.ServiceAway })
	at.move(time.Hour)
	if got := readCounting(t, r, c, 7, map[string]int{"GetCycle": 1}); got != first {
		t.Errorf("got %+v", got)
	}
	readCounting(t, r, c, 7, map[string]int{}) // not everybody asks what does not answer
	if _, err := r.Read(t.Context(), "soc-trang", "2026", 8); !errors.Is(err, fault.ServiceAway) {
		t.Errorf("a later revision: %v", err)
	}
	c.asked()
	at.move(5 * time.Second)
	c.change(func() { c.away = nil })
	readCounting(t, r, c, 7, once)

	// Only if catalog is away, the last answer is served.
	at.move(time.Hour)
	c.change(func() { delete(c.cycles, "2026") })
	if _, err := r.Read(t.Context(), "soc-trang", "2026", 7); !errors.Is(err, cycleUnknown) || fault.From(err).Field != "cycle" {
		t.Errorf("a cycle that is gone: %v", err)
	}
}

func TestAnImportedCycleIsNotRead(t *testing.T) {
	c := newCatalog()
	c.cycles["2022"] = &catalogv1.Cycle{Authority: "soc-trang", Id: "2022", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED, Revision: 1}
	r := cyclepb.NewReader(open(t, c), time.Now)
	if _, err := r.Read(t.Context(), "soc-trang", "2022", 0); !errors.Is(err, cycle.CycleNotRun) {
		t.Errorf("got %v", err)
	}
}

func TestTheLeastRecentlyReadCycleIsRemoved(t *testing.T) {
	c, at := newCatalog(), &clock{}
	r := cyclepb.NewReader(open(t, c), at.now)
	read := func(id string) (asked bool) {
		if _, err := r.Read(t.Context(), "soc-trang", id, 0); err != nil {
			t.Fatal(err)
		}
		return len(c.asked()) > 0
	}
	for n := range 65 {
		next := proto.CloneOf(c.cycles["2026"])
		next.Id = fmt.Sprintf("c%d", n)
		c.cycles[next.GetId()] = next
		read(next.GetId())
		at.move(time.Millisecond)
	}
	if read("c1") || read("c64") {
		t.Error("a cycle that should be kept was read again")
	}
	if !read("c0") {
		t.Error("the oldest was kept")
	}
	if !read("c1") {
		t.Error("the oldest then was kept")
	}
}
