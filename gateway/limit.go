package gateway

import (
	"container/list"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxAddresses is how many addresses a limiter remembers; those that came
// longest ago are forgotten first.
const maxAddresses = 10_000

// limiter bounds how often each client address may do something. It is safe for
// concurrent use.
type limiter struct {
	perMinute int
	proxies   []netip.Prefix
	now       func() time.Time

	mu     sync.Mutex
	byAddr map[netip.Addr]*list.Element
	recent *list.List // of *visitor, the latest first
}

type visitor struct {
	addr netip.Addr
	rate *rate.Limiter
}

func newLimiter(perMinute int, proxies []netip.Prefix, now func() time.Time) *limiter {
	return &limiter{perMinute: perMinute, proxies: proxies, now: now, byAddr: map[netip.Addr]*list.Element{}, recent: list.New()}
}

// wait returns 0 if the client may go on, else how long it must wait.
func (l *limiter) wait(r *http.Request) time.Duration {
	addr, now := l.client(r), l.now()
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

// client returns the address the request comes from: the last one in
// X-Forwarded-For that is no trusted proxy's, as long as trusted proxies say so.
// IPv6 addresses count by their /64, which is what one household or office gets.
func (l *limiter) client(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := peer.Addr().Unmap()
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(forwarded) {
		if !l.trusts(addr) {
			break
		}
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		addr = next.Unmap()
	}
	if addr.Is6() {
		if p, err := addr.WithZone("").Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return addr
}

func (l *limiter) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(l.proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

func (g *Gateway) limitLogins(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait := g.logins.wait(r); wait > 0 {
			refuse(w, TooManyLogins.Because(nil).After(wait))
			return
		}
		next.ServeHTTP(w, r)
	})
}
