// Package identity decides which roles an account may have, when a session can be
// refreshed and when a login is locked. Time and randomness are handed in.
package identity

import (
	"cmp"
	"time"
)

// The lives of tokens. They are part of the contract, so the operator cannot choose
// them.
const (
	// AccessLife is how long an access token of a person lives at most.
	AccessLife = 5 * time.Minute
	// SecretTokenLife is how long a token from ExchangeSecret lives.
	SecretTokenLife = 10 * time.Minute
	// RefreshGrace is how long a used refresh token still gives the same session,
	// because two tabs of one browser send the same cookie.
	RefreshGrace = 30 * time.Second
)

// Limits are the limits that the operator chooses. A zero field has the default
// named.
type Limits struct {
	// SessionIdle is the time after which a session ends without a refresh; 0: 12 h.
	SessionIdle time.Duration
	// SessionLife is the time after which a session ends in any case; 0: 7 days.
	SessionLife time.Duration
	// LockFailures is the number of failures from one source that lock a login for that
	// source; 0: 5.
	LockFailures int
	// LockWindow is the time without a failure after which the count begins again; 0: a
	// day.
	LockWindow time.Duration
	// LockTime is the longest time for which a failure locks; 0: 15 min.
	LockTime time.Duration
}

// OrUsual returns l with the default in place of every zero.
func (l Limits) OrUsual() Limits {
	return Limits{
		SessionIdle:  cmp.Or(l.SessionIdle, 12*time.Hour),
		SessionLife:  cmp.Or(l.SessionLife, 7*24*time.Hour),
		LockFailures: cmp.Or(l.LockFailures, 5),
		LockWindow:   cmp.Or(l.LockWindow, 24*time.Hour),
		LockTime:     cmp.Or(l.LockTime, 15*time.Minute),
	}
}
