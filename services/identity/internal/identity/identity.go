// Package identity is the rules of the service: who may have which role, when a
// session goes on, when a login is locked. It stores nothing, reads no clock
// and makes no randomness; both are handed in.
package identity

import (
	"cmp"
	"time"
)

// Lives of what the service gives out. They are part of the contract, hence not
// for the operator to choose.
const (
	// AccessLife is how long an access token of a person lives at most.
	AccessLife = 5 * time.Minute
	// SecretTokenLife is how long a token got for a secret lives.
	SecretTokenLife = 10 * time.Minute
	// RefreshGrace is how long a refresh token that was just used gives the same
	// session once more: two tabs of one browser send the same cookie.
	RefreshGrace = 30 * time.Second
)

// Limits are what the operator chooses. A zero field has the value named.
type Limits struct {
	// SessionIdle ends a session that nobody prolongs; 0: 12 h.
	SessionIdle time.Duration
	// SessionLife ends a session however often it is prolonged; 0: 7 days.
	SessionLife time.Duration
	// LockFailures is the number of failures that lock a login; 0: 5.
	LockFailures int
	// LockWindow is the time in which they must happen; 0: 15 min.
	LockWindow time.Duration
	// LockTime is how long the login stays locked; 0: 15 min.
	LockTime time.Duration
}

// OrUsual returns l with the usual value in the place of every zero.
func (l Limits) OrUsual() Limits {
	return Limits{
		SessionIdle:  cmp.Or(l.SessionIdle, 12*time.Hour),
		SessionLife:  cmp.Or(l.SessionLife, 7*24*time.Hour),
		LockFailures: cmp.Or(l.LockFailures, 5),
		LockWindow:   cmp.Or(l.LockWindow, 15*time.Minute),
		LockTime:     cmp.Or(l.LockTime, 15*time.Minute),
	}
}
