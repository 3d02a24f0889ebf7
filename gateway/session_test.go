package gateway_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/rpc"
)

// cookies returns the Set-Cookie lines of an answer by name.
func cookies(a answer) map[string]*http.Cookie {
	all := map[string]*http.Cookie{}
	for _, c := range a.Cookies() {
		all[c.Name] = c
	}
	return all
}

func TestLoginSetsBothCookies(t *testing.T) {
	w := start(t, gateway.Config{})
	a := w.do(t, "POST", "/v1/sessions", login)
	if a.StatusCode != http.StatusOK {
		t.Fatalf("got %d %s", a.StatusCode, a.body)
	}
	if bytes.Contains(a.body, []byte("refresh")) || !bytes.Contains(a.body, []byte("access-1")) || bytes.Contains(a.body, []byte(`"session"`)) {
		t.Errorf("the answer is %s", a.body)
	}
	access, refresh := cookies(a)["parindex_access"], cookies(a)["parindex_refresh"]
	if access == nil || access.Value != "access-1" || access.Path != "/" || access.MaxAge != 300 || !access.HttpOnly || access.Secure || access.SameSite != http.SameSiteLaxMode {
		t.Errorf("access cookie %v", access)
	}
	if refresh == nil || refresh.Value != "refresh-1" || refresh.Path != "/v1/sessions/" || refresh.MaxAge != 12*3600 || !refresh.HttpOnly || refresh.SameSite != http.SameSiteStrictMode {
		t.Errorf("refresh cookie %v", refresh)
	}
	if a.Header.Get("Cache-Control") != "no-store" {
		t.Error("a session may be cached")
	}
}

func TestSecureCookies(t *testing.T) {
	w := start(t, gateway.Config{SecureCookies: true})
	for name, c := range cookies(w.do(t, "POST", "/v1/sessions", login)) {
		if !c.Secure {
			t.Errorf("%s is not Secure", name)
		}
	}
}

func TestRefresh(t *testing.T) {
	w := start(t, gateway.Config{})
	a := w.do(t, "POST", "/v1/sessions/current:refresh", "", "Cookie", "parindex_refresh=refresh-1")
	if a.StatusCode != http.StatusOK || cookies(a)["parindex_refresh"].Value != "refresh-2" || strings.Contains(string(a.body), "refresh-2") {
		t.Fatalf("got %d %s %v", a.StatusCode, a.body, a.Cookies())
	}
	a = w.do(t, "POST", "/v1/sessions/current:refresh", "{}", "Cookie", "parindex_refresh=old")
	a.mustRefuse(t, http.StatusUnauthorized, "SESSION_ENDED")
	for _, name := range []string{"parindex_access", "parindex_refresh"} {
		if c := cookies(a)[name]; c == nil || c.MaxAge != -1 || c.Value != "" {
			t.Errorf("%s is not cleared: %v", name, c)
		}
	}
}

func TestLogoutClearsBothCookies(t *testing.T) {
	w := start(t, gateway.Config{})
	a := w.do(t, "DELETE", "/v1/sessions/current", "", "Cookie", "parindex_refresh=refresh-1")
	if a.StatusCode != http.StatusOK || len(a.Cookies()) != 2 {
		t.Fatalf("got %d %v", a.StatusCode, a.Cookies())
	}
	for name, c := range cookies(a) {
		if c.MaxAge != -1 {
			t.Errorf("%s stays", name)
		}
	}
	if got := w.identity.last().Get(rpc.RefreshTokenKey); len(got) != 1 || got[0] != "refresh-1" {
		t.Errorf("identity learnt %v", got)
	}
}

func TestAuthorizationHeaderTakesPrecedenceOverTheCookie(t *testing.T) {
	w := start(t, gateway.Config{})
	cookie := "parindex_access=" + w.token(t) + "; parindex_refresh=refresh-1"
	if a := w.do(t, "GET", "/v1/me", "", "Cookie", cookie); a.StatusCode != http.StatusOK {
		t.Fatalf("got %d %s", a.StatusCode, a.body)
	}
	if got := w.identity.last().Get(rpc.RefreshTokenKey); got != nil {
		t.Errorf("the refresh token travels outside the sessions' path: %v", got)
	}
	w.do(t, "GET", "/v1/me", "", "Cookie", cookie, "Authorization", "Bearer forged").mustRefuse(t, http.StatusUnauthorized, "TOKEN_INVALID")
	w.clock.move(10 * 60e9)
	w.do(t, "GET", "/v1/me", "", "Cookie", cookie).mustRefuse(t, http.StatusUnauthorized, "TOKEN_EXPIRED")
	if a := w.do(t, "POST", "/v1/sessions", login, "Cookie", cookie); a.StatusCode != http.StatusOK {
		t.Errorf("an old cookie keeps its owner from logging in: %d", a.StatusCode)
	}
}

// TestDeviceToken checks that the token of a known browser becomes a cookie and reaches
// identity with the next login, and nothing else.
func TestDeviceToken(t *testing.T) {
	w := start(t, gateway.Config{})
	a := w.do(t, "POST", "/v1/sessions", login)
	device := cookies(a)["parindex_device"]
	if device == nil || device.Value != "device-1" || device.Path != "/v1/sessions" || device.MaxAge != 400*24*3600 || !device.HttpOnly || device.SameSite != http.SameSiteStrictMode {
		t.Fatalf("device cookie %v", device)
	}
	if bytes.Contains(a.body, []byte("device")) {
		t.Errorf("the answer is %s", a.body)
	}
	cookie := "parindex_device=device-1; parindex_access=" + w.token(t)
	w.do(t, "POST", "/v1/sessions", login, "Cookie", cookie)
	if got := w.identity.last().Get(rpc.DeviceTokenKey); len(got) != 1 || got[0] != "device-1" {
		t.Errorf("identity learnt %v", got)
	}
	w.do(t, "GET", "/v1/me", "", "Cookie", cookie)
	if got := w.identity.last(); got.Get(rpc.DeviceTokenKey) != nil || got.Get(rpc.ClientAddressKey) != nil {
		t.Errorf("a read carries %v", got)
	}
}

// TestBrowser checks that a login tells identity the browser and the system without
// their versions, and that no other request does.
func TestBrowser(t *testing.T) {
	w := start(t, gateway.Config{})
	const chrome = "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36"
	for agent, want := range map[string][]string{chrome: {"Chrome, Windows"}, "Trình/1": nil, strings.Repeat("x", 5000): nil} {
		w.do(t, "POST", "/v1/sessions", login, "User-Agent", agent)
		if got := w.identity.last().Get(rpc.BrowserKey); !slices.Equal(got, want) {
			t.Errorf("%.20q: %q, want %q", agent, got, want)
		}
	}
	w.do(t, "GET", "/v1/me", "", "User-Agent", chrome, "Cookie", "parindex_access="+w.token(t))
	if got := w.identity.last().Get(rpc.BrowserKey); got != nil {
		t.Errorf("a read carries %q", got)
	}
}

// TestSecureBehindAProxy checks that a trusted proxy that ends TLS makes cookies Secure
// and tells browsers to use nothing else.
func TestSecureBehindAProxy(t *testing.T) {
	for _, c := range []struct {
		name    string
		config  gateway.Config
		headers []string
		secure  bool
	}{
		{"plain", gateway.Config{}, nil, false},
		{"a stranger's header", gateway.Config{}, []string{"X-Forwarded-Proto", "https"}, false},
		{"a header of another network", gateway.Config{TrustedProxies: []string{"10.0.0.0/8"}}, []string{"X-Forwarded-Proto", "https"}, false},
		{"a trusted proxy", gateway.Config{TrustedProxies: []string{"127.0.0.0/8"}}, []string{"X-Forwarded-Proto", "HTTPS"}, true},
		{"a trusted proxy without TLS", gateway.Config{TrustedProxies: []string{"127.0.0.0/8"}}, []string{"X-Forwarded-Proto", "http"}, false},
		{"a client's value before the proxy's", gateway.Config{TrustedProxies: []string{"127.0.0.0/8"}}, []string{"X-Forwarded-Proto", "https, http"}, false},
		{"a trusted proxy that says nothing", gateway.Config{TrustedProxies: []string{"127.0.0.0/8"}}, nil, false},
		{"the operator says so", gateway.Config{SecureCookies: true}, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, c.config)
			a := w.do(t, "POST", "/v1/sessions", login, c.headers...)
			for name, cookie := range cookies(a) {
				if cookie.Secure != c.secure {
					t.Errorf("%s: Secure is %t", name, cookie.Secure)
				}
			}
			for _, path := range []string{"/", "/v1/nothing", districts} {
				got := w.do(t, "GET", path, "", c.headers...).Header.Get("Strict-Transport-Security")
				if want := map[bool]string{true: "max-age=31536000"}[c.secure]; got != want {
					t.Errorf("%s: Strict-Transport-Security is %q, want %q", path, got, want)
				}
			}
		})
	}
}
