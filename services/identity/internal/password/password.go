// Package password hashes passwords with Argon2id and checks them, never more
// than a few at once, so that a flood of logins does not eat the memory.
package password

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/parindex/parindex/services/identity/internal/identity"
)

// Cost is what one hash takes. The zero Cost is OWASP's for Argon2id with the
// least memory (Password Storage Cheat Sheet); less is for tests only.
type Cost struct {
	// KiB of memory; 0: 19 MiB.
	KiB uint32
	// Passes over it; 0: 2.
	Passes uint32
}

const (
	// AtOnce is how many passwords are hashed at once, hence twice 19 MiB.
	AtOnce = 2
	// Places is how many requests are hashing or waiting for it: as many as two
	// cores work off in a few seconds.
	Places = 100
	// Wait is how long a request waits for its turn: as long as a person who sees
	// nothing happen might.
	Wait = 10 * time.Second
)

// Hasher hashes passwords. It is safe for concurrent use.
type Hasher struct {
	places, turns chan struct{}
	wait          time.Duration
	params        *argon2id.Params
	dummy         string
}

// New returns a Hasher that lets requests wait for as long as Wait.
func New(c Cost) (*Hasher, error) { return newHasher(c, Wait) }

func newHasher(c Cost, wait time.Duration) (*Hasher, error) {
	params := &argon2id.Params{
		Memory: cmp.Or(c.KiB, 19*1024), Iterations: cmp.Or(c.Passes, 2), Parallelism: 1, SaltLength: 16, KeyLength: 32,
	}
	dummy, err := argon2id.CreateHash("nobody has this password", params)
	if err != nil {
		return nil, fmt.Errorf("preparing the password hash: %w", err)
	}
	return &Hasher{
		places: make(chan struct{}, Places), turns: make(chan struct{}, AtOnce), wait: wait, params: params, dummy: dummy,
	}, nil
}

// Hash returns the hash of a password with its salt and parameters. Faults:
// PasswordsBusy.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	hash, err := argon2id.CreateHash(password, h.params)
	if err != nil {
		return "", fmt.Errorf("hashing a password: %w", err)
	}
	return hash, nil
}

// Matches reports whether password is that of hash. An empty hash, which stands
// for no account, takes as long and matches nothing. Faults: PasswordsBusy.
func (h *Hasher) Matches(ctx context.Context, password, hash string) (bool, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("checking a password: %w", err)
	}
	return match && known, nil
}

// turn waits until fewer than AtOnce hashes are made.
func (h *Hasher) turn(ctx context.Context) (done func(), err error) {
	select {
	case h.places <- struct{}{}:
	default:
		return nil, identity.PasswordsBusy.With().After(h.wait)
	}
	timer := time.NewTimer(h.wait)
	defer timer.Stop()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns; <-h.places }, nil
	case <-timer.C:
		err = identity.PasswordsBusy.With().After(h.wait)
	case <-ctx.Done():
		err = ctx.Err()
	}
	<-h.places
	return nil, err
}
