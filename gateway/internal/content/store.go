package leaderboard

import (
	"container/list"
	"sync"

	"github.com/parindex/parindex/gateway/internal/content"
)

// store keeps leaderboards up to a total size in bytes and removes the least
// recently used ones first. It is safe for concurrent use.
type store struct {
	max int64

	mu      sync.Mutex
	size    int64
	entries map[Address]*list.Element
	recent  *list.List // of *entry, the latest first
}

type entry struct {
	address Address
	content *content.Content
}

func newStore(maxBytes int64) *store {
	return &store{max: maxBytes, entries: map[Address]*list.Element{}, recent: list.New()}
}

// get returns the leaderboard at an address, or nil.
func (s *store) get(a Address) *content.Content {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[a]
	if !ok {
		return nil
	}
	s.recent.MoveToFront(e)
	return e.Value.(*entry).content //nolint:forcetypeassert // the list holds nothing else
}

// put adds c, unless it alone exceeds the size of the store.
func (s *store) put(a Address, c *content.Content) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.entries[a]; there || c.Size() > s.max {
		return
	}
	s.entries[a] = s.recent.PushFront(&entry{a, c})
	for s.size += c.Size(); s.size > s.max; {
		oldest := s.recent.Remove(s.recent.Back()).(*entry) //nolint:forcetypeassert // the list holds nothing else
		delete(s.entries, oldest.address)
		s.size -= oldest.content.Size()
	}
}
