// Package limit limits how often each client address may do something, so that one
// machine cannot keep others from doing it. It does not depend on a protocol.
package limit

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxAddresses is how many addresses a Limiter remembers; it forgets the least
// recent ones first.
const maxAddresses = 10_000

// Limiter counts the calls of each address. It is safe for concurrent use.
type Limiter struct {
	perMinute int
	now       func() time.Time

	mu     sync.Mutex
	byAddr map[netip.Addr]*list.Element
	recent *list.List // of *visitor, the latest first
}

type visitor struct {
	addr netip.Addr
	rate *rate.Limiter
}

// New returns a Limiter that lets each address through perMinute times a minute,
// all at once or spread.
func New(perMinute int, now func() time.Time) *Limiter {
	return &Limiter{perMinute: perMinute, now: now, byAddr: map[netip.Addr]*list.Element{}, recent: list.New()}
}

// Wait returns 0 and counts the call if addr may continue, otherwise the time to
// wait. Addresses count by their Network.
func (l *Limiter) Wait(addr netip.Addr) time.Duration {
	addr, now := Network(addr), l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	e, known := l.byAddr[addr]
	if !known {
		if l.recent.Len() >= maxAddresses {
			oldest, _ := l.recent.Remove(l.recent.Back()).(*visitor)
			delete(l.byAddr, oldest.addr)
		}
		e = l.recent.PushFront(&visitor{addr, rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), l.perMinute)})
		l.byAddr[addr] = e
	}
	l.recent.MoveToFront(e)
	v, _ := e.Value.(*visitor)
	reservation := v.rate.ReserveN(now, 1)
	delay := reservation.DelayFrom(now)
	if delay > 0 {
		reservation.CancelAt(now)
	}
	return delay
}

// Network returns the address by which an address is counted: itself, or for IPv6 the
// first of its /64, which one household or office gets.
func Network(addr netip.Addr) netip.Addr {
	addr = addr.Unmap()
	if addr.Is6() {
		if p, err := addr.WithZone("").Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return addr
}
