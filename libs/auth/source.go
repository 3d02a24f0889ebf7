package auth

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// renewBefore is how long before its expiry a service token is replaced, so that a
// token does not expire during a call.
const renewBefore = time.Minute

// TokenSource gets tokens for a service's background work in exchange for its
// secret, and caches the token while it is valid. It is safe for concurrent use.
type TokenSource struct {
	client          authv1.TokenServiceClient
	account, secret string
	now             func() time.Time
	exchanges       singleflight.Group
	held            atomic.Pointer[heldToken]
}

type heldToken struct {
	token string
	end   time.Time
}

// NewTokenSource returns a TokenSource for a service account and its secret.
func NewTokenSource(client authv1.TokenServiceClient, account, secret string, now func() time.Time) *TokenSource {
	s := &TokenSource{client: client, account: account, secret: secret, now: now}
	s.held.Store(new(heldToken))
	return s
}

// Token returns a token that is valid for at least another minute. It fails as
// TokenService.ExchangeSecret does.
func (s *TokenSource) Token(ctx context.Context) (string, error) {
	if held := s.held.Load(); s.good(held) {
		return held.token, nil
	}
	exchanging := s.exchanges.DoChan("", func() (any, error) { return nil, s.exchange(ctx) })
	select {
	case done := <-exchanging:
		if done.Err != nil {
			return "", fmt.Errorf("getting a token for service account %s: %w", s.account, done.Err)
		}
		return s.held.Load().token, nil
	case <-ctx.Done():
		return "", fmt.Errorf("waiting for a token for service account %s: %w", s.account, ctx.Err())
	}
}

func (s *TokenSource) good(t *heldToken) bool { return s.now().Before(t.end.Add(-renewBefore)) }

// exchange gets a token unless another caller has just got one.
func (s *TokenSource) exchange(ctx context.Context) error {
	if s.good(s.held.Load()) {
		return nil
	}
	// The token is for all waiting callers, so it must not depend on this caller's
	// context.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer cancel()
	answer, err := s.client.ExchangeSecret(ctx, &authv1.ExchangeSecretRequest{ServiceAccount: s.account, Secret: s.secret})
	if err != nil {
		return err
	}
	s.held.Store(&heldToken{token: answer.GetAccessToken(), end: answer.GetExpireTime().AsTime()})
	return nil
}
