package gateway

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mileusna/useragent"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/rpc"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
)

// The two cookies of a session (decision 9b), and the one by which identity recognises
// a browser that its user has logged in with before. Scripts can read none of them. The
// browser sends the refresh token only to addresses under sessionsPath, and the device
// token only where somebody logs in.
const (
	accessCookie  = "parindex_access"
	refreshCookie = "parindex_refresh"
	deviceCookie  = "parindex_device"
	sessionsPath  = "/v1/sessions/"
	loginPath     = "/v1/sessions"
)

// deviceLife is as long as browsers keep a cookie at most.
const deviceLife = 400 * 24 * time.Hour

// guessable are the addresses at which a secret can be guessed. Only their rpcs learn
// the address of the client, so that identity can count failures by it.
var guessable = map[string]bool{loginPath: true, "/v1/tokens": true, "/v1/me:changePassword": true}

// sessionEnded is the reason code with which identity refuses a refresh token.
const sessionEnded = "SESSION_ENDED"

// credentials returns, as gRPC metadata, the caller's tokens and, where secrets can be
// guessed, the caller's address. A token in the header Authorization takes precedence
// over the cookie.
func (g *Gateway) credentials(r *http.Request) metadata.MD {
	md := metadata.MD{}
	if client := g.proxies.client(r); guessable[r.URL.Path] && client.IsValid() {
		md.Set(rpc.ClientAddressKey, client.String())
	}
	if c, err := r.Cookie(deviceCookie); err == nil && r.URL.Path == loginPath && printable(c.Value) {
		md.Set(rpc.DeviceTokenKey, c.Value)
	}
	if browser := browserOf(r); browser != "" && r.URL.Path == loginPath {
		md.Set(rpc.BrowserKey, browser)
	}
	token := r.Header.Get("Authorization")
	if c, err := r.Cookie(accessCookie); err == nil && token == "" && c.Value != "" {
		token = "Bearer " + c.Value
	}
	if token != "" && printable(token) {
		md.Set("authorization", token)
	}
	if strings.HasPrefix(r.URL.Path, sessionsPath) {
		if c, err := r.Cookie(refreshCookie); err == nil && c.Value != "" && printable(c.Value) {
			md.Set(rpc.RefreshTokenKey, c.Value)
		}
	}
	return md
}

// hasToken reports whether the request of ctx has an access token, valid or not.
func hasToken(ctx context.Context) bool {
	md, _ := ctx.Value(credentialsKey{}).(metadata.MD)
	return slices.ContainsFunc(md["authorization"], func(header string) bool { return rpc.BearerToken(header) != "" })
}

// browserOf returns the browser and the system that r names, without their versions, such
// as "Firefox, Windows"; "" if it names none.
func browserOf(r *http.Request) string {
	agent := useragent.Parse(r.UserAgent())
	named := slices.DeleteFunc([]string{agent.Name, agent.OS}, func(s string) bool { return s == "" || len(s) > 40 || !printable(s) })
	return strings.Join(named, ", ")
}

// printable reports whether s is allowed as a gRPC metadata value.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7E {
			return false
		}
	}
	return true
}

// keepSession moves the tokens of a new session into cookies and leaves only the
// access token in the answer. It clears the cookies when a session is deleted.
func (g *Gateway) keepSession(ctx context.Context, w http.ResponseWriter, answer proto.Message) error {
	state := stateFrom(ctx)
	if _, deleted := answer.(*identityv1.DeleteSessionResponse); deleted {
		clearSession(state)
		return nil
	}
	holder, ok := answer.(interface{ GetSession() *identityv1.Session })
	if !ok || holder.GetSession() == nil {
		return nil
	}
	s, now := holder.GetSession(), g.now()
	setCookie(w, state.secure, accessCookie, s.GetAccessToken(), s.GetAccessExpireTime().AsTime().Sub(now))
	if s.GetRefreshToken() != "" {
		setCookie(w, state.secure, refreshCookie, s.GetRefreshToken(), s.GetExpireTime().AsTime().Sub(now))
	}
	if s.GetDeviceToken() != "" {
		setCookie(w, state.secure, deviceCookie, s.GetDeviceToken(), deviceLife)
	}
	s.RefreshToken, s.DeviceToken = "", ""
	return nil
}

func clearSession(state *requestState) {
	setCookie(state, state.secure, accessCookie, "", 0)
	setCookie(state, state.secure, refreshCookie, "", 0)
}

// setCookie sets one of the cookies for the given time; 0 removes it.
func setCookie(w http.ResponseWriter, secure bool, name, value string, life time.Duration) {
	c := &http.Cookie{ //nolint:gosec // Secure depends on the configuration and the connection, so that plain HTTP works in a trial
		Name: name, Value: value, Path: "/", MaxAge: max(int(life/time.Second), 0),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure,
	}
	switch name {
	case refreshCookie:
		c.Path, c.SameSite = sessionsPath, http.SameSiteStrictMode
	case deviceCookie:
		c.Path, c.SameSite = loginPath, http.SameSiteStrictMode
	}
	if c.MaxAge == 0 {
		c.MaxAge, c.Value = -1, ""
	}
	http.SetCookie(w, c)
}
