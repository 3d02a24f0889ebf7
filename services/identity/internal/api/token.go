package api

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/text"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	"github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/postgres"
)

// ListKeys implements KeyService.
func (s *Server) ListKeys(context.Context, *authv1.ListKeysRequest) (*authv1.ListKeysResponse, error) {
	answer := &authv1.ListKeysResponse{}
	for _, k := range s.Keys.Published {
		answer.Keys = append(answer.Keys, &authv1.Key{Id: auth.KeyID(k), Algorithm: "EdDSA", PublicKey: k})
	}
	return answer, nil
}

// ExchangeSecret implements TokenService.
//
// A lock refuses wrong secrets only. The right one is accepted all the same: it has
// 256 random bits and cannot be guessed, and otherwise anybody who knows its name could
// stop a service of the platform.
func (s *Server) ExchangeSecret(ctx context.Context, req *authv1.ExchangeSecretRequest) (*authv1.ExchangeSecretResponse, error) {
	now := s.now()
	var a identity.ServiceAccount
	var rejected error
	err := s.Store.InTx(ctx, func(tx *postgres.Tx) (err error) {
		var secretHash []byte
		a, rejected = identity.ServiceAccount{}, nil
		if text.IsSlug(req.GetServiceAccount()) {
			a, secretHash, err = tx.Software(ctx, req.GetServiceAccount())
			if err != nil && !errors.Is(err, identity.ServiceAccountUnknown) {
				return err
			}
		}
		if !identity.SecretMatches(req.GetSecret(), secretHash) || a.State != identity.Active {
			rejected, err = s.countFailure(ctx, tx, s.failedExchange(a, req.GetServiceAccount()))
			return err
		}
		return tx.Record(ctx, postgres.By{Principal: software(a).String(), At: now}, postgres.ServiceAccountResource(a.Name), "exchange", nil)
	})
	if err := errors.Join(err, rejected); err != nil {
		return nil, err
	}
	return s.tokenOf(a, now)
}

// ServiceToken returns the answer of ExchangeSecret to a service of the platform. It
// fails for any other name.
func (s *Server) ServiceToken(service string) (*authv1.ExchangeSecretResponse, error) {
	a := identity.ServiceAccount{Name: service}
	if err := a.Check(); err != nil {
		return nil, err
	}
	return s.tokenOf(a, s.now())
}

func (s *Server) tokenOf(a identity.ServiceAccount, now time.Time) (*authv1.ExchangeSecretResponse, error) {
	token, end, err := auth.Sign(s.Keys.Signing, software(a), now, identity.SecretTokenLife)
	return &authv1.ExchangeSecretResponse{AccessToken: token, ExpireTime: timestamppb.New(end)}, err
}

// failedExchange returns the failure of an exchange for a, the zero account if none
// has the name that was sent.
func (s *Server) failedExchange(a identity.ServiceAccount, sent string) failed {
	f := failed{owner: identity.UnknownServiceAccountKey(s.Keys.Pepper, sent), reason: identity.SecretRejected}
	if a.Name != "" {
		f.owner, f.resource = identity.ServiceAccountKey(a.Name), postgres.ServiceAccountResource(a.Name)
	}
	f.counters = []identity.Counter{{Key: f.owner, Free: s.Limits.LockFailures}}
	return f
}

// failed is a login or an exchange that did not succeed.
type failed struct {
	// owner is the key of the login.
	owner []byte
	// counters are where the failure is counted.
	counters []identity.Counter
	// resource is the account concerned; empty for none.
	resource string
	reason   fault.Reason
}

// countFailure counts f and returns the answer to it: f's reason, or LoginLocked if one
// of its counters is locked. So of attempts made at once, no more than the limit learn
// whether they were right. Only the first lock is audited, with the count: entries of
// the audit log can never be erased, and guesses must not fill it.
func (s *Server) countFailure(ctx context.Context, tx *postgres.Tx, f failed) (answer, err error) {
	now := s.now()
	counts := make([]identity.Failures, len(f.counters))
	for i, c := range f.counters {
		if counts[i], err = tx.ClaimFailures(ctx, c.Key, f.owner, now); err != nil {
			return nil, err
		}
		if locked := counts[i].Locked(now); locked != nil {
			return locked, nil
		}
	}
	for i, c := range f.counters {
		count, locks := counts[i].With(now, c.Free, s.Limits)
		if err := tx.SaveFailures(ctx, c.Key, count); err != nil {
			return nil, err
		}
		if locks && f.resource != "" {
			err = tx.Record(ctx, s.by(ctx), f.resource, "lock", postgres.Change{"failures": count.Count, "until": count.LockedUntil})
			if err != nil {
				return nil, err
			}
		}
	}
	return f.reason, nil
}
