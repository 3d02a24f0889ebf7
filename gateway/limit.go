package gateway

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/limit"
)

// loginLimit limits how often each client address may log in.
type loginLimit struct {
	*limit.Limiter
	proxies []netip.Prefix
}

// client returns the address of the client. It follows X-Forwarded-For from the
// last entry backwards for as long as the addresses are those of trusted proxies.
func (l loginLimit) client(r *http.Request) netip.Addr {
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
	return addr
}

func (l loginLimit) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(l.proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

func (g *Gateway) limitLogins(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait := g.logins.Wait(g.logins.client(r)); wait > 0 {
			refuse(w, TooManyLogins.Because(nil).After(wait))
			return
		}
		next.ServeHTTP(w, r)
	})
}
