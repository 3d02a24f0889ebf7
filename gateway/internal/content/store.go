package content

import (
	"container/list"
	"sync"
)

// Store keeps contents up to a total size in bytes and removes the least recently used
// ones first. It is safe for concurrent use.
type Store[K comparable] struct {
	max int64

	mu      sync.Mutex
	size    int64
	entries map[K]*list.Element
	recent  *list.List // of *entry[K], the latest first
}

type entry[K comparable] struct {
	key     K
	content *Content
}

// NewStore returns an empty Store of at most maxBytes.
func NewStore[K comparable](maxBytes int64) *Store[K] {
	return &Store[K]{max: maxBytes, entries: map[K]*list.Element{}, recent: list.New()}
}

// Get returns the content with a key, or nil.
func (s *Store[K]) Get(key K) *Content {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[key]
	if !ok {
		return nil
	}
	s.recent.MoveToFront(e)
	return e.Value.(*entry[K]).content //nolint:forcetypeassert // the list holds nothing else
}

// Put adds c, unless it alone exceeds the size of the store.
func (s *Store[K]) Put(key K, c *Content) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.entries[key]; there || c.Size() > s.max {
		return
	}
	s.entries[key] = s.recent.PushFront(&entry[K]{key, c})
	for s.size += c.Size(); s.size > s.max; {
		oldest := s.recent.Remove(s.recent.Back()).(*entry[K]) //nolint:forcetypeassert // the list holds nothing else
		delete(s.entries, oldest.key)
		s.size -= oldest.content.Size()
	}
}
