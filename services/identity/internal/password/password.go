// Package password hashes and checks passwords with Argon2id, never more than a few at
// once, so that many logins do not use up the RAM.
package password

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/parindex/parindex/services/identity/internal/identity"
)

// Cost is the cost of one hash. The zero Cost is the one with the least RAM that OWASP
// recommends for Argon2id (Password Storage Cheat Sheet); less is for tests only.
type Cost struct {
	// KiB of RAM; 0: 19 MiB.
	KiB uint32
	// Passes over that RAM; 0: 2.
	Passes uint32
}

const (
	// AtOnce is the number of passwords that are hashed at once, each with 19 MiB.
	AtOnce = 2
	// Places is the number of requests that hash or wait: two cores handle as many in
	// a few seconds.
	Places = 100
	// Wait is the longest time that a request waits for its turn.
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

// Matches reports whether password is that of hash. An empty hash, for a login without
// an account, takes as long and matches nothing. Faults: PasswordsBusy.
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

// turn waits until fewer than AtOnce passwords are being hashed.
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
