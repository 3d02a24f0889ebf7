package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"time"
)

// RefreshToken prolongs a session. Family stays the same for the life of the session;
// Secret is replaced at each use. Only the SHA-256 of each is stored.
//
// The family identifies a used token without a list of all used ones: a token with
// the right family and a wrong secret was used before.
type RefreshToken struct {
	Family, Secret [32]byte
}

// ParseRefreshToken reads a token in the form of String. ok is false for any other
// text.
func ParseRefreshToken(s string) (t RefreshToken, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != len(t.Family)+len(t.Secret) {
		return RefreshToken{}, false
	}
	copy(t.Family[:], b)
	copy(t.Secret[:], b[len(t.Family):])
	return t, true
}

// String returns the token in the form that clients keep, 86 characters.
func (t RefreshToken) String() string {
	return base64.RawURLEncoding.EncodeToString(append(t.Family[:], t.Secret[:]...))
}

// FamilyHash returns the hash by which a session is found.
func (t RefreshToken) FamilyHash() []byte { return hash(t.Family[:]) }

// SecretHash returns the hash by which a token is recognised.
func (t RefreshToken) SecretHash() []byte { return hash(t.Secret[:]) }

func hash(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}

// after returns the token that follows t. The same nonce gives the same token, so
// that a second tab gets the token of the first although only hashes are stored. It
// cannot be computed from the stored values, because those do not include t.
func (t RefreshToken) after(nonce []byte) RefreshToken {
	mac := hmac.New(sha256.New, nonce)
	mac.Write(t.Secret[:])
	return RefreshToken{Family: t.Family, Secret: [32]byte(mac.Sum(nil))}
}

// Session is the session that one login starts.
type Session struct {
	// ID is a UUID.
	ID string
	// Account is the account's UUID.
	Account    string
	CreateTime time.Time
	// ExpireTime is the end of the session without another refresh.
	ExpireTime time.Time
	// EndTime is the end of the session in any case.
	EndTime time.Time
	// FamilyHash and SecretHash are the hashes of the current refresh token.
	FamilyHash, SecretHash []byte
	// PreviousHash is the secret hash of the token before, which was used at
	// RotateTime with Nonce; empty before the first use.
	PreviousHash, Nonce []byte
	RotateTime          time.Time
	// Device is the browser and the system of the login; empty if they are not known.
	Device string
}

// LastUse returns the time at which the session was last prolonged, or that of the
// login.
func (s *Session) LastUse() time.Time {
	if s.RotateTime.IsZero() {
		return s.CreateTime
	}
	return s.RotateTime
}

// NewSession returns a session that starts at now with the refresh token t.
func NewSession(id, account string, t RefreshToken, now time.Time, l Limits) Session {
	s := Session{
		ID: id, Account: account, CreateTime: now, EndTime: now.Add(l.SessionLife),
		FamilyHash: t.FamilyHash(), SecretHash: t.SecretHash(),
	}
	s.prolong(now, l)
	return s
}

func (s *Session) prolong(now time.Time, l Limits) {
	s.ExpireTime = now.Add(l.SessionIdle)
	if s.EndTime.Before(s.ExpireTime) {
		s.ExpireTime = s.EndTime
	}
}

// AccessLife returns the life of an access token issued at now. It never exceeds the
// session's.
func (s *Session) AccessLife(now time.Time) time.Duration {
	return min(AccessLife, s.ExpireTime.Sub(now))
}

// Use is the outcome of using a refresh token.
type Use uint8

// The uses.
const (
	// Rotated is the current token: it is used up, and a new one replaces it.
	Rotated Use = iota
	// Repeated is the token before, within RefreshGrace: nothing changes.
	Repeated
	// Expired is a token of an expired session.
	Expired
	// Stolen is a token that was used before: two parties hold the session.
	Stolen
)

// Refresh uses t, a token of this session's family, at now. nonce is 32 random
// bytes for the next token. After Rotated and Repeated it returns the current token.
func (s *Session) Refresh(t RefreshToken, nonce []byte, now time.Time, l Limits) (RefreshToken, Use) {
	presented := t.SecretHash()
	switch {
	case !now.Before(s.ExpireTime):
		return RefreshToken{}, Expired
	case subtle.ConstantTimeCompare(presented, s.SecretHash) == 1:
		next := t.after(nonce)
		s.PreviousHash, s.SecretHash, s.Nonce, s.RotateTime = presented, next.SecretHash(), nonce, now
		s.prolong(now, l)
		return next, Rotated
	case subtle.ConstantTimeCompare(presented, s.PreviousHash) == 1 && now.Sub(s.RotateTime) <= RefreshGrace:
		return t.after(s.Nonce), Repeated
	default:
		return RefreshToken{}, Stolen
	}
}
