// Package leaderboard caches published leaderboards in memory. A cached leaderboard
// belongs to one publication and never changes, so nothing is ever invalidated.
// Which publication is current does change; the cache learns of a change within one
// second (decision 7).
package leaderboard

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc"

	"github.com/parindex/parindex/gateway/internal/calls"
	"github.com/parindex/parindex/gateway/internal/content"
	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/fault"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// Scoring is the part of the scoring service that a Cache calls.
type Scoring interface {
	GetCurrentPublication(context.Context, *scoringv1.GetCurrentPublicationRequest, ...grpc.CallOption) (*scoringv1.GetCurrentPublicationResponse, error)
	GetLeaderboard(context.Context, *scoringv1.GetLeaderboardRequest, ...grpc.CallOption) (*scoringv1.GetLeaderboardResponse, error)
}

// span is the name in traces of a call to scoring.
const span = "GET leaderboard"

// Address identifies a leaderboard. An empty Publication means the current one.
type Address struct {
	Authority, Cycle, Publication, Group string
}

// Cache holds the leaderboards. It is safe for concurrent use.
type Cache struct {
	scoring    Scoring
	now        func() time.Time
	fromMemory func()

	copies  *content.Store[Address]
	current *calls.Calls[cycle, string]
	fetches *calls.Calls[Address, fetched]
}

// fetched is the result of a fetch: the leaderboard, and whether it was in memory
// already.
type fetched struct {
	*content.Content
	inMemory bool
}

type cycle struct{ authority, cycle string }

// New returns an empty Cache of at most maxBytes. It calls fromMemory for every
// leaderboard that it serves without a call to scoring for this very caller;
// scoring counts the others.
func New(scoring Scoring, now func() time.Time, maxBytes int64, fromMemory func()) *Cache {
	return &Cache{
		scoring: scoring, now: now, fromMemory: fromMemory, copies: content.NewStore[Address](maxBytes),
		current: calls.New[cycle, string](span), fetches: calls.FaultsOnly[Address, fetched](span),
	}
}

// Get returns the leaderboard at an address whose parts are well formed. requestID
// is the id of the caller's request. It fails with PublicationUnknown, with
// LeaderboardUnknown, and with ServiceAway or StorageAway if the leaderboard is not
// in memory and scoring cannot answer.
func (s *Cache) Get(ctx context.Context, requestID string, a Address) (*content.Content, error) {
	if a.Publication == "" {
		key := cycle{a.Authority, a.Cycle}
		publication, _, err := s.current.Do(ctx, requestID, key, s.now(), s.currentOf)
		if err != nil {
			return nil, err
		}
		a.Publication = publication
	}
	if c := s.copies.Get(a); c != nil {
		s.fromMemory()
		return c, nil
	}
	c, asked, err := s.fetches.Do(ctx, requestID, a, s.now(), s.fetch)
	if err != nil {
		return nil, err
	}
	if !asked || c.inMemory {
		s.fromMemory()
	}
	return c.Content, nil
}

// Refresh makes the next Get ask scoring which publication of a cycle is current.
func (s *Cache) Refresh(authority, cycleID string) { s.current.Drop(cycle{authority, cycleID}) }

func (s *Cache) currentOf(ctx context.Context, k cycle) (string, error) {
	answer, err := s.scoring.GetCurrentPublication(ctx, &scoringv1.GetCurrentPublicationRequest{Authority: k.authority, Cycle: k.cycle})
	if err != nil {
		return "", translated(err)
	}
	if answer.GetPublication().GetId() == "" {
		return "", fault.Unexpected.Because(errors.New("scoring returned no publication"))
	}
	return answer.GetPublication().GetId(), nil
}

// fetch gets a leaderboard from scoring and adds it to the cache.
func (s *Cache) fetch(ctx context.Context, a Address) (fetched, error) {
	if c := s.copies.Get(a); c != nil { // another caller fetched it meanwhile
		return fetched{c, true}, nil
	}
	answer, err := s.scoring.GetLeaderboard(ctx, &scoringv1.GetLeaderboardRequest{
		Authority: a.Authority, Cycle: a.Cycle, Publication: a.Publication, Group: a.Group,
	})
	if err != nil {
		return fetched{}, translated(err)
	}
	body := answer.GetBody().GetData()
	switch {
	case answer.GetPublication() != a.Publication:
		return fetched{}, fault.Unexpected.Because(fmt.Errorf("requested publication %s, received %s", a.Publication, answer.GetPublication()))
	case answer.GetSha256() != canonical.Hash(body):
		return fetched{}, fault.Unexpected.Because(fmt.Errorf("the leaderboard of publication %s does not match its SHA-256", a.Publication))
	}
	c, err := content.FromGzip("application/json", "no-store", body)
	if err != nil {
		return fetched{}, fault.Unexpected.Because(err)
	}
	s.copies.Put(a, c)
	return fetched{Content: c}, nil
}

// translated gives a fault of scoring its texts in both languages. Every other
// error becomes ServiceAway.
func translated(err error) error {
	for _, r := range []fault.Reason{fault.PublicationUnknown, fault.LeaderboardUnknown, fault.StorageAway} {
		if errors.Is(err, r) {
			return r.Because(err)
		}
	}
	return fault.ServiceAway.Because(err)
}
