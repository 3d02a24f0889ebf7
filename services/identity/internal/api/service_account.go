package api

import (
	"context"

	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/text"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/postgres"
)

// CreateServiceAccount implements IdentityService.
func (s *Server) CreateServiceAccount(ctx context.Context, req *identityv1.CreateServiceAccountRequest) (*identityv1.CreateServiceAccountResponse, error) {
	request, err := s.once(ctx, req)
	if err != nil {
		return nil, err
	}
	if err := s.checkPlace(ctx, req.GetAuthority(), req.GetAgency()); err != nil {
		return nil, err
	}
	var a identity.ServiceAccount
	var secret string
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		secret = ""
		name, err := tx.Once(ctx, request, func() (_ string, err error) {
			secret, err = AddServiceAccount(ctx, tx, s.by(ctx), identity.ServiceAccount{
				Name: req.GetName(), Authority: req.GetAuthority(), Agency: req.GetAgency(),
			})
			return req.GetName(), err
		})
		if err != nil {
			return err
		}
		a, err = tx.ServiceAccount(ctx, req.GetAuthority(), name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.CreateServiceAccountResponse{ServiceAccount: serviceAccount(a), Secret: secret}, nil
}

// AddServiceAccount adds a new, active service account with its audit entry and
// returns its secret. It fails as ServiceAccount.Check does, and with
// ServiceAccountTaken.
func AddServiceAccount(ctx context.Context, tx *postgres.Tx, by postgres.By, a identity.ServiceAccount) (secret string, err error) {
	if err := a.Check(); err != nil {
		return "", err
	}
	a.State, a.CreateTime = identity.Active, by.At
	fresh := newSecret()
	if err := tx.InsertServiceAccount(ctx, a, fresh.Hash()); err != nil {
		return "", err
	}
	return fresh.String(), tx.Record(ctx, by, postgres.ServiceAccountResource(a.Name), "create",
		postgres.Change{"authority": a.Authority, "agency": a.Agency})
}

// ReplaceSecret gives a service account a new secret, with its audit entry; the
// old one is refused from then on. It fails with ServiceAccountUnknown.
func ReplaceSecret(ctx context.Context, tx *postgres.Tx, by postgres.By, authority, name string) (secret string, err error) {
	if _, err := tx.LockServiceAccount(ctx, authority, name); err != nil {
		return "", err
	}
	fresh := newSecret()
	if err := tx.SaveSecret(ctx, name, fresh.Hash()); err != nil {
		return "", err
	}
	return fresh.String(), tx.Record(ctx, by, postgres.ServiceAccountResource(name), "replace secret", nil)
}

func newSecret() identity.Secret {
	var s identity.Secret
	random(s[:])
	return s
}

// ListServiceAccounts implements IdentityService.
func (s *Server) ListServiceAccounts(ctx context.Context, req *identityv1.ListServiceAccountsRequest) (*identityv1.ListServiceAccountsResponse, error) {
	accounts, next, err := pageOf("service accounts of "+req.GetAuthority(), req.GetPageToken(), req.GetPageSize(), text.IsSlug,
		func(a identity.ServiceAccount) string { return a.Name },
		func(after string, limit int32) (rows []identity.ServiceAccount, err error) {
			return rows, s.Store.InReadTx(ctx, func(tx *postgres.Tx) error {
				rows, err = tx.ServiceAccounts(ctx, req.GetAuthority(), after, limit)
				return err
			})
		})
	return &identityv1.ListServiceAccountsResponse{ServiceAccounts: message.Each(accounts, serviceAccount), NextPageToken: next}, err
}

// DisableServiceAccount implements IdentityService.
func (s *Server) DisableServiceAccount(ctx context.Context, req *identityv1.DisableServiceAccountRequest) (*identityv1.DisableServiceAccountResponse, error) {
	request, err := s.once(ctx, req)
	if err != nil {
		return nil, err
	}
	var a identity.ServiceAccount
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		_, err := tx.Once(ctx, request, func() (string, error) {
			a, err := tx.LockServiceAccount(ctx, req.GetAuthority(), req.GetServiceAccount())
			if err != nil || a.State == identity.Disabled {
				return a.Name, err
			}
			change := postgres.Change{"from": a.State, "to": identity.Disabled}
			a.State = identity.Disabled
			if err := tx.SaveServiceAccountState(ctx, a); err != nil {
				return "", err
			}
			return a.Name, tx.Record(ctx, s.by(ctx), postgres.ServiceAccountResource(a.Name), "change state", change)
		})
		if err != nil {
			return err
		}
		a, err = tx.ServiceAccount(ctx, req.GetAuthority(), req.GetServiceAccount())
		return err
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.DisableServiceAccountResponse{ServiceAccount: serviceAccount(a)}, nil
}
