// Package leaderboard keeps copies of published leaderboards in memory. A copy
// belongs to one publication and never changes, so nothing is ever invalidated;
// what changes, which publication stands, is asked for at most one second after
// it changed (decision 7).
package leaderboard

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc"

	"github.com/parindex/parindex/gateway/internal/content"
	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/fault"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// Scoring is what a Shelf asks of the scoring service.
type Scoring interface {
	GetCurrentPublication(context.Context, *scoringv1.GetCurrentPublicationRequest, ...grpc.CallOption) (*scoringv1.GetCurrentPublicationResponse, error)
	GetLeaderboard(context.Context, *scoringv1.GetLeaderboardRequest, ...grpc.CallOption) (*scoringv1.GetLeaderboardResponse, error)
}

const (
	// fresh is how long an answer of scoring about what may change is believed.
	fresh = time.Second
	// patience bounds a question to scoring.
	patience = 5 * time.Second
	// maxQuestions bounds what is remembered of addresses that clients make up.
	maxQuestions = 1024
)

// Address names a leaderboard. Publication is empty for the one that stands.
type Address struct {
	Authority, Cycle, Publication, Group string
}

// Shelf holds the copies. It is safe for concurrent use.
type Shelf struct {
	scoring    Scoring
	now        func() time.Time
	fromMemory func()

	copies    *store
	current   *questions[cycle, string]
	fetchings *questions[Address, fetched]
}

// fetched is what a fetching found: a copy, and whether it was there already.
type fetched struct {
	*content.Content
	inMemory bool
}

type cycle struct{ authority, cycle string }

// New returns an empty Shelf of at most maxBytes. It calls fromMemory for every
// leaderboard whose content was not rendered by scoring for this very caller,
// which scoring counts.
func New(scoring Scoring, now func() time.Time, maxBytes int64, fromMemory func()) *Shelf {
	return &Shelf{
		scoring: scoring, now: now, fromMemory: fromMemory, copies: newStore(maxBytes),
		current: newQuestions[cycle, string](false), fetchings: newQuestions[Address, fetched](true),
	}
}

// Get returns the leaderboard at an address whose parts are well formed, for the
// request with an id. Faults: fault.PublicationUnknown, fault.LeaderboardUnknown, and
// ServiceAway or StorageAway if scoring cannot say what is not in memory.
func (s *Shelf) Get(ctx context.Context, requestID string, a Address) (*content.Content, error) {
	if a.Publication == "" {
		key := cycle{a.Authority, a.Cycle}
		publication, _, err := s.current.ask(ctx, requestID, key, s.now(), s.currentOf)
		if err != nil {
			return nil, err
		}
		a.Publication = publication
	}
	if c := s.copies.get(a); c != nil {
		s.fromMemory()
		return c, nil
	}
	c, asked, err := s.fetchings.ask(ctx, requestID, a, s.now(), s.fetch)
	if err != nil {
		return nil, err
	}
	if !asked || c.inMemory {
		s.fromMemory()
	}
	return c.Content, nil
}

func (s *Shelf) currentOf(ctx context.Context, k cycle) (string, error) {
	answer, err := s.scoring.GetCurrentPublication(ctx, &scoringv1.GetCurrentPublicationRequest{Authority: k.authority, Cycle: k.cycle})
	if err != nil {
		return "", translated(err)
	}
	if answer.GetPublication().GetId() == "" {
		return "", fault.Unexpected.Because(errors.New("scoring named no publication"))
	}
	return answer.GetPublication().GetId(), nil
}

// fetch gets a leaderboard from scoring and puts it on the shelf.
func (s *Shelf) fetch(ctx context.Context, a Address) (fetched, error) {
	if c := s.copies.get(a); c != nil { // it came while this caller was on the way here
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
		return fetched{}, fault.Unexpected.Because(fmt.Errorf("asked for publication %s, got %s", a.Publication, answer.GetPublication()))
	case answer.GetSha256() != canonical.Hash(body):
		return fetched{}, fault.Unexpected.Because(fmt.Errorf("the leaderboard of publication %s does not have its SHA-256", a.Publication))
	}
	c, err := content.FromGzip("application/json", "no-store", body)
	if err != nil {
		return fetched{}, fault.Unexpected.Because(err)
	}
	s.copies.put(a, c)
	return fetched{Content: c}, nil
}

// translated gives a fault of scoring the texts of both languages. What is none
// of scoring's two answers means that scoring cannot say.
func translated(err error) error {
	for _, r := range []fault.Reason{fault.PublicationUnknown, fault.LeaderboardUnknown, fault.StorageAway} {
		if errors.Is(err, r) {
			return r.Because(err)
		}
	}
	return fault.ServiceAway.Because(err)
}
