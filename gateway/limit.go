package gateway

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// proxies are the networks of the proxies whose headers are trusted.
type proxies []netip.Prefix

func (p proxies) trust(addr netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(addr) })
}

// peer returns the address at the other end of the connection.
func peer(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}

// client returns the address of the client. It follows X-Forwarded-For from the
// last entry backwards for as long as the addresses are those of trusted proxies.
func (p proxies) client(r *http.Request) netip.Addr {
	addr := peer(r)
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(forwarded) {
		if !p.trust(addr) {
			break
		}
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		addr = next.Unmap()
	}
	return addr
}

// endedTLS reports whether the request came by TLS to a trusted proxy, which ended it.
// Of several values the last is that of the proxy itself.
func (p proxies) endedTLS(r *http.Request) bool {
	if len(p) == 0 || !p.trust(peer(r)) {
		return false
	}
	values := strings.Split(strings.Join(r.Header.Values("X-Forwarded-Proto"), ","), ",")
	return strings.EqualFold(strings.TrimSpace(values[len(values)-1]), "https")
}

func (g *Gateway) limitLogins(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait := g.logins.Wait(g.proxies.client(r)); wait > 0 {
			refuse(w, TooManyLogins.Because(nil).After(wait))
			return
		}
		next.ServeHTTP(w, r)
	})
}
