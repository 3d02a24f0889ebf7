package leaderboard

import (
	"container/list"
	"sync"

	"github.com/parindex/parindex/gateway/internal/content"
)

// store keeps contents up to a number of bytes and forgets first what was not
// asked for longest. It is safe for concurrent use.
type store struct {
	max int64

	mu     sync.Mutex
	size   int64
	places map[Address]*list.Element
	recent *list.List // of *place, the latest first
}

type place struct {
	address Address
	content *content.Content
}

func newStore(maxBytes int64) *store {
	return &store{max: maxBytes, places: map[Address]*list.Element{}, recent: list.New()}
}

// get returns the content at an address, or nil.
func (s *store) get(a Address) *content.Content {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.places[a]
	if !ok {
		return nil
	}
	s.recent.MoveToFront(e)
	return e.Value.(*place).content //nolint:forcetypeassert // the list holds nothing else
}

// put keeps c, unless it alone is larger than the store.
func (s *store) put(a Address, c *content.Content) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.places[a]; there || c.Size() > s.max {
		return
	}
	s.places[a] = s.recent.PushFront(&place{a, c})
	for s.size += c.Size(); s.size > s.max; {
		oldest := s.recent.Remove(s.recent.Back()).(*place) //nolint:forcetypeassert // the list holds nothing else
		delete(s.places, oldest.address)
		s.size -= oldest.content.Size()
	}
}
