package identity

import "time"

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

// LoginKey is under which the failures of a login are counted: its SHA-256, so
// that what people type where a login belongs is not kept.
func LoginKey(login string) []byte { return hash([]byte("login:" + login)) }

// SecretKey is under which the failures of a service account are counted.
func SecretKey(name string) []byte { return hash([]byte("secret:" + name)) }
