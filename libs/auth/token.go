package auth

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"golang.org/x/sync/singleflight"

	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// issuer and audience of every token: one platform, one issuer.
const issuer = "parindex"

// leeway forgives clocks that differ a little between machines.
const leeway = 5 * time.Second

type claims struct {
	jwt.RegisteredClaims
	Kind      Kind           `json:"kind"`
	Session   string         `json:"sid,omitempty"`
	Authority string         `json:"hau,omitempty"`
	Agency    string         `json:"hag,omitempty"`
	Bindings  []bindingClaim `json:"bnd,omitempty"`
}

type bindingClaim struct {
	Role      int32  `json:"r"`
	Authority string `json:"a,omitempty"`
	Agency    string `json:"g,omitempty"`
	End       int64  `json:"u,omitempty"`
}

// KeyID returns the id of a public key: the first 16 hex digits of its SHA-256.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// Sign returns a token that proves p from now until now+life, and that end.
// Bindings that no longer count are left out; a binding that ends earlier
// keeps its own end.
func Sign(key ed25519.PrivateKey, p Principal, now time.Time, life time.Duration) (string, time.Time, error) {
	if len(key) != ed25519.PrivateKeySize {
		return "", time.Time{}, fmt.Errorf("signing a token: the key has %d bytes, an Ed25519 key has %d", len(key), ed25519.PrivateKeySize)
	}
	end := now.Add(life).Truncate(time.Second)
	c := claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Audience: jwt.ClaimStrings{issuer}, Subject: p.ID, ID: uuid.NewString(),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(end),
		},
		Kind: p.Kind, Session: p.Session, Authority: p.Authority, Agency: p.Agency,
	}
	for _, b := range p.Current(now) {
		claim := bindingClaim{Role: int32(b.Role), Authority: b.Authority, Agency: b.Agency}
		if !b.End.IsZero() {
			claim.End = b.End.Unix()
		}
		c.Bindings = append(c.Bindings, claim)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	token.Header["kid"] = KeyID(ed25519.PublicKey(key[ed25519.SeedSize:]))
	signed, err := token.SignedString(key)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("signing a token: %w", err)
	}
	return signed, end, nil
}

func (c *claims) principal() Principal {
	p := Principal{Kind: c.Kind, ID: c.Subject, Session: c.Session, Authority: c.Authority, Agency: c.Agency}
	for _, b := range c.Bindings {
		binding := Binding{Role: authv1.Role(b.Role), Authority: b.Authority, Agency: b.Agency}
		if b.End != 0 {
			binding.End = time.Unix(b.End, 0)
		}
		p.Bindings = append(p.Bindings, binding)
	}
	return p
}

// KeyServer is the service that answers KeyService and TokenService, from which
// the other services have keys and tokens.
const KeyServer = "identity"

// Keys fetches the public keys by id. In a service it asks identity.
type Keys func(context.Context) (map[string]ed25519.PublicKey, error)

// FromService returns Keys that ask the key service.
func FromService(client authv1.KeyServiceClient) Keys {
	return func(ctx context.Context) (map[string]ed25519.PublicKey, error) {
		answer, err := client.ListKeys(ctx, &authv1.ListKeysRequest{})
		if err != nil {
			return nil, fmt.Errorf("fetching the keys of identity: %w", err)
		}
		keys := make(map[string]ed25519.PublicKey, len(answer.GetKeys()))
		for _, k := range answer.GetKeys() {
			if len(k.GetPublicKey()) == ed25519.PublicKeySize {
				keys[k.GetId()] = k.GetPublicKey()
			}
		}
		return keys, nil
	}
}

const (
	// refetchAfter is how often an unknown key id may make the verifier ask
	// identity again: a flood of forged ids must not become a flood of calls.
	refetchAfter = 5 * time.Second
	// keysLive is how long fetched keys serve before they are asked for again,
	// so that a withdrawn key stops counting.
	keysLive = 10 * time.Minute
	// fetchTimeout bounds how long a request waits for identity.
	fetchTimeout = 3 * time.Second
)

// Verifier turns tokens into principals. It fetches keys when it first needs
// them and keeps them, so a service starts, and goes on, without identity. A
// token under a known key never waits behind the fetch that another token's
// unknown key causes. It is safe for concurrent use.
type Verifier struct {
	fetch   Keys
	now     func() time.Time
	fetches singleflight.Group
	ring    atomic.Pointer[keyring]
}

// keyring is what the last asking brought. It is replaced, never changed.
type keyring struct {
	keys    map[string]ed25519.PublicKey
	fetched time.Time // when keys were last fetched with success
	asked   time.Time // when they were last asked for
	away    error     // why the last asking failed
}

// NewVerifier returns a Verifier that gets its keys from fetch.
func NewVerifier(fetch Keys, now func() time.Time) *Verifier {
	v := &Verifier{fetch: fetch, now: now}
	v.ring.Store(new(keyring))
	return v
}

// Verify returns the principal a token proves. Faults: TokenExpired for a
// genuine token whose time is over, TokenInvalid for any other that does not
// hold, ServiceAway if the keys cannot be had.
func (v *Verifier) Verify(ctx context.Context, token string) (Principal, error) {
	var keyErr error
	c := new(claims)
	_, err := jwt.ParseWithClaims(token, c, func(t *jwt.Token) (any, error) {
		id, _ := t.Header["kid"].(string)
		var key ed25519.PublicKey
		key, keyErr = v.key(ctx, id)
		return key, keyErr
	},
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(issuer), jwt.WithAudience(issuer),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway), jwt.WithTimeFunc(v.now))
	switch {
	case err == nil && c.Subject != "" && c.Kind != Anonymous:
		return c.principal(), nil
	case errors.Is(keyErr, fault.ServiceAway):
		return Principal{}, keyErr
	case errors.Is(err, jwt.ErrTokenExpired):
		return Principal{}, fault.TokenExpired
	default:
		return Principal{}, fault.TokenInvalid.Because(err)
	}
}

var errUnknownKey = errors.New("the token names an unknown key")

// key returns the public key with an id, asking for keys if it is not known or
// what is known is old. An old key serves on while identity is away.
func (v *Verifier) key(ctx context.Context, id string) (ed25519.PublicKey, error) {
	ring, now := v.ring.Load(), v.now()
	key, known := ring.keys[id]
	if known && now.Sub(ring.fetched) < keysLive {
		return key, nil
	}
	if now.Sub(ring.asked) >= refetchAfter {
		fetching := v.fetches.DoChan("", func() (any, error) {
			v.refetch(ctx, now)
			return nil, nil
		})
		if known && ring.away != nil {
			return key, nil //nolint:nilerr // identity was away just now: ask, but do not wait for it again
		}
		select {
		case <-fetching:
		case <-ctx.Done():
			return nil, fault.ServiceAway.Because(ctx.Err()).After(refetchAfter)
		}
		ring = v.ring.Load()
		key, known = ring.keys[id]
	}
	switch {
	case known:
		return key, nil
	case ring.away != nil:
		return nil, fault.ServiceAway.Because(ring.away).After(refetchAfter)
	default:
		return nil, errUnknownKey
	}
}

// refetch asks for the keys unless somebody just has.
func (v *Verifier) refetch(ctx context.Context, now time.Time) {
	last := v.ring.Load()
	if now.Sub(last.asked) < refetchAfter {
		return
	}
	// The caller may give up; the keys are for all who wait beside it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer cancel()
	keys, err := v.fetch(ctx)
	if err != nil {
		v.ring.Store(&keyring{keys: last.keys, fetched: last.fetched, asked: now, away: err})
		return
	}
	v.ring.Store(&keyring{keys: keys, fetched: now, asked: now})
}
