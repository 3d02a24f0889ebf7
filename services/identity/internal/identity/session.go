package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"time"
)

// RefreshToken prolongs a session. Family is the session's for its whole life;
// Secret is replaced at each use. Of both the platform keeps the SHA-256 only.
//
// The family makes an old token recognisable without a list of all old ones:
// right family and wrong secret is a token that was used before.
type RefreshToken struct {
	Family, Secret [32]byte
}

// ParseRefreshToken returns the token that String wrote, and whether it is one.
func ParseRefreshToken(s string) (t RefreshToken, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != len(t.Family)+len(t.Secret) {
		return RefreshToken{}, false
	}
	copy(t.Family[:], b)
	copy(t.Secret[:], b[len(t.Family):])
	return t, true
}

// String returns the token as a client keeps it, 86 characters.
func (t RefreshToken) String() string {
	return base64.RawURLEncoding.EncodeToString(append(t.Family[:], t.Secret[:]...))
}

// FamilyHash is how a session is found.
func (t RefreshToken) FamilyHash() []byte { return hash(t.Family[:]) }

// SecretHash is how a token is recognised.
func (t RefreshToken) SecretHash() []byte { return hash(t.Secret[:]) }

func hash(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}

// after returns the token that follows t. It is the same for the same nonce, so
// that the second tab gets what the first got although only hashes are stored;
// and nobody finds it from what is stored, for that lacks t.
func (t RefreshToken) after(nonce []byte) RefreshToken {
	mac := hmac.New(sha256.New, nonce)
	mac.Write(t.Secret[:])
	return RefreshToken{Family: t.Family, Secret: [32]byte(mac.Sum(nil))}
}

// Session is a time of work after one login.
type Session struct {
	// ID is a UUID.
	ID string
	// Account is the account's UUID.
	Account    string
	CreateTime time.Time
	// ExpireTime ends the session if nobody prolongs it.
	ExpireTime time.Time
	// EndTime ends it in any case.
	EndTime time.Time
	// FamilyHash and SecretHash are of the refresh token that is good now.
	FamilyHash, SecretHash []byte
	// PreviousHash is of the token before, used at RotateTime with Nonce; empty
	// before the first use.
	PreviousHash, Nonce []byte
	RotateTime          time.Time
}

// NewSession returns the session that t opens at now.
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

// AccessLife returns how long an access token given at now lives: never longer
// than the session.
func (s *Session) AccessLife(now time.Time) time.Duration {
	return min(AccessLife, s.ExpireTime.Sub(now))
}

// Use is what a refresh token turned out to be.
type Use uint8

// The uses.
const (
	// Rotated is the good token: it is used up and another stands in its place.
	Rotated Use = iota
	// Repeated is the one before, within RefreshGrace: nothing changes.
	Repeated
	// Expired is a token of a session whose time is over.
	Expired
	// Stolen is one used before: two parties hold the session.
	Stolen
)

// Refresh uses t, a token of this session's family, at now. nonce is 32 random
// bytes for the token that comes next. The token returned is the good one after
// Rotated and Repeated.
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
