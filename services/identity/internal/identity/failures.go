package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"time"
)

// Failures counts the failures of one login. The zero Failures is none.
type Failures struct {
	Count int
	// First is when the first of them happened.
	First time.Time
	// LockedUntil is zero for a login that is not locked.
	LockedUntil time.Time
}

// Locked returns LoginLocked with the time to wait, or nil.
func (f Failures) Locked(now time.Time) error {
	if !now.Before(f.LockedUntil) {
		return nil
	}
	return LoginLocked.With().After(f.LockedUntil.Sub(now))
}

// With returns f and one more failure at now, and whether that one locks the
// login. A locked login counts none.
func (f Failures) With(now time.Time, l Limits) (after Failures, locks bool) {
	switch {
	case f.Locked(now) != nil:
		return f, false
	case f.Count == 0 || !f.LockedUntil.IsZero() || now.Sub(f.First) >= l.LockWindow:
		f = Failures{First: now}
	}
	f.Count++
	if f.Count < l.LockFailures {
		return f, false
	}
	f.LockedUntil = now.Add(l.LockTime)
	return f, true
}

// AccountKey returns the key that counts the failures of an account.
func AccountKey(id string) []byte { return hash([]byte("account:" + id)) }

// ServiceAccountKey returns the key that counts the failures of a service account.
func ServiceAccountKey(name string) []byte { return hash([]byte("service account:" + name)) }

// UnknownAccountKey returns the key that counts the failures of a login that no
// account has. People may type their password as login, and with a copy of the
// database a plain hash of it could be guessed. So the key is an HMAC-SHA-256 with a
// pepper that is not in the database.
func UnknownAccountKey(pepper []byte, login string) []byte { return peppered(pepper, "account:"+login) }

// UnknownServiceAccountKey is UnknownAccountKey for the name of a service account.
func UnknownServiceAccountKey(pepper []byte, name string) []byte {
	return peppered(pepper, "service account:"+name)
}

func peppered(pepper []byte, s string) []byte {
	mac := hmac.New(sha256.New, pepper)
	mac.Write([]byte(s))
	return mac.Sum(nil)
}
