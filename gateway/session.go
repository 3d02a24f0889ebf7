package gateway

import (
	"context"
	"net/http"
	"strings"
	"time"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/rpc"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
)

// The session's two cookies (decision 9b). Scripts see neither; the refresh
// token leaves the browser only on the way to the sessions themselves.
const (
	accessCookie  = "parindex_access"
	refreshCookie = "parindex_refresh"
	sessionsPath  = "/v1/sessions/"
)

// sessionEnded is the reason with which identity refuses a refresh token.
const sessionEnded = "SESSION_ENDED"

// credentials returns the metadata that says who asks. A token in the header
// counts before the cookie's.
func credentials(r *http.Request) metadata.MD {
	md := metadata.MD{}
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

// printable reports whether gRPC takes s as a metadata value.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7E {
			return false
		}
	}
	return true
}

// keepSession moves a new session's tokens into cookies and takes the refresh
// token out of the answer; when a session is deleted it clears the cookies.
func (g *Gateway) keepSession(ctx context.Context, w http.ResponseWriter, answer proto.Message) error {
	x := exchangeFrom(ctx)
	if _, deleted := answer.(*identityv1.DeleteSessionResponse); deleted {
		clearSession(x)
		return nil
	}
	holder, ok := answer.(interface{ GetSession() *identityv1.Session })
	if !ok || holder.GetSession() == nil {
		return nil
	}
	s, now := holder.GetSession(), g.now()
	setCookie(w, x.secure, accessCookie, s.GetAccessToken(), s.GetAccessExpireTime().AsTime().Sub(now))
	if s.GetRefreshToken() != "" {
		setCookie(w, x.secure, refreshCookie, s.GetRefreshToken(), s.GetExpireTime().AsTime().Sub(now))
	}
	s.RefreshToken = ""
	return nil
}

func clearSession(x *exchange) {
	setCookie(x, x.secure, accessCookie, "", 0)
	setCookie(x, x.secure, refreshCookie, "", 0)
}

// setCookie sets one of the two cookies for a time; 0 removes it.
func setCookie(w http.ResponseWriter, secure bool, name, value string, life time.Duration) {
	c := &http.Cookie{ //nolint:gosec // Secure is the operator's or the connection's to say, else plain HTTP could not be tried out
		Name: name, Value: value, Path: "/", MaxAge: max(int(life/time.Second), 0),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure,
	}
	if name == refreshCookie {
		c.Path, c.SameSite = sessionsPath, http.SameSiteStrictMode
	}
	if c.MaxAge == 0 {
		c.MaxAge, c.Value = -1, ""
	}
	http.SetCookie(w, c)
}
