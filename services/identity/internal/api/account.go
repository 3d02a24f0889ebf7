package api

import (
	"context"

	"github.com/parindex/parindex/libs/fault"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/postgres"
)

// CreateAccount implements IdentityService.
func (s *Server) CreateAccount(ctx context.Context, req *identityv1.CreateAccountRequest) (*identityv1.CreateAccountResponse, error) {
	request, err := once(ctx, req, "password")
	if err != nil {
		return nil, err
	}
	if err := identity.CheckDisplayName(req.GetDisplayName()); err != nil {
		return nil, err
	}
	hash, err := s.Passwords.Hash(ctx, req.GetPassword())
	if err != nil {
		return nil, err
	}
	var a identity.Account
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		id, err := tx.Once(ctx, request, func() (string, error) {
			return AddAccount(ctx, tx, s.by(ctx), identity.Account{
				Authority: req.GetAuthority(), Agency: req.GetAgency(), Login: req.GetLogin(), DisplayName: req.GetDisplayName(),
			}, hash)
		})
		if err != nil {
			return err
		}
		a, err = tx.Account(ctx, req.GetAuthority(), id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.CreateAccountResponse{Account: account(a)}, nil
}

// AddAccount adds a new, active account with its audit entry and returns its
// id. It fails with LoginTaken.
func AddAccount(ctx context.Context, tx *postgres.Tx, by postgres.By, a identity.Account, passwordHash string) (id string, err error) {
	if a.ID, err = newID(); err != nil {
		return "", err
	}
	a.State, a.CreateTime, a.Revision = identity.Active, by.At, 1
	if err := tx.InsertAccount(ctx, a, passwordHash); err != nil {
		return "", err
	}
	return a.ID, tx.Audit(ctx, by, postgres.AccountResource(a.ID), "create", postgres.Change{"authority": a.Authority, "agency": a.Agency})
}

// GetAccount implements IdentityService.
func (s *Server) GetAccount(ctx context.Context, req *identityv1.GetAccountRequest) (*identityv1.GetAccountResponse, error) {
	var a identity.Account
	err := s.Store.InReadTx(ctx, func(tx *postgres.Tx) (err error) {
		a, err = tx.Account(ctx, req.GetAuthority(), req.GetAccount())
		return err
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.GetAccountResponse{Account: account(a)}, nil
}

// ListAccounts implements IdentityService.
func (s *Server) ListAccounts(ctx context.Context, req *identityv1.ListAccountsRequest) (*identityv1.ListAccountsResponse, error) {
	// Tokens name an account by its id, not by its login: they stand in
	// addresses, and addresses stand in logs.
	p, err := pageOf("accounts of "+req.GetAuthority(), req.GetPageToken(), req.GetPageSize(), isUUID,
		func(a identity.Account) string { return a.ID },
		func(after string, limit int32) (rows []identity.Account, err error) {
			return rows, s.Store.InReadTx(ctx, func(tx *postgres.Tx) error {
				rows, err = tx.Accounts(ctx, req.GetAuthority(), after, limit)
				return err
			})
		})
	return &identityv1.ListAccountsResponse{Accounts: convertAll(p.rows, account), NextPageToken: p.next}, err
}

// UpdateAccount implements IdentityService.
func (s *Server) UpdateAccount(ctx context.Context, req *identityv1.UpdateAccountRequest) (*identityv1.UpdateAccountResponse, error) {
	var a identity.Account
	err := s.Store.InTx(ctx, func(tx *postgres.Tx) (err error) {
		if a, err = tx.LockAccount(ctx, req.GetAuthority(), req.GetAccount()); err != nil {
			return err
		}
		if req.GetEtag() != "" && req.GetEtag() != etag(a.Revision) {
			return fault.StaleEtag.At("etag")
		}
		change, err := update(&a, req)
		if err != nil || len(change) == 0 {
			return err
		}
		if err := tx.SaveAccount(ctx, a); err != nil {
			return err
		}
		a.Revision++
		return tx.Audit(ctx, s.by(ctx), postgres.AccountResource(a.ID), "update", change)
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.UpdateAccountResponse{Account: account(a)}, nil
}

// update writes into a what the mask names and returns what is different now,
// without the name, which is personal data.
func update(a *identity.Account, req *identityv1.UpdateAccountRequest) (postgres.Change, error) {
	change := postgres.Change{}
	for _, path := range req.GetUpdateMask().GetPaths() {
		switch {
		case path == "display_name" && a.DisplayName != req.GetDisplayName():
			if err := identity.CheckDisplayName(req.GetDisplayName()); err != nil {
				return nil, err
			}
			a.DisplayName = req.GetDisplayName()
			change["display_name"] = "changed"
		case path == "agency" && a.Agency != req.GetAgency():
			change["agency"] = map[string]string{"from": a.Agency, "to": req.GetAgency()}
			a.Agency = req.GetAgency()
		}
	}
	return change, nil
}

// DisableAccount implements IdentityService.
func (s *Server) DisableAccount(ctx context.Context, req *identityv1.DisableAccountRequest) (*identityv1.DisableAccountResponse, error) {
	a, err := s.setState(ctx, req, identity.Disabled)
	if err != nil {
		return nil, err
	}
	return &identityv1.DisableAccountResponse{Account: account(a)}, nil
}

// EnableAccount implements IdentityService.
func (s *Server) EnableAccount(ctx context.Context, req *identityv1.EnableAccountRequest) (*identityv1.EnableAccountResponse, error) {
	a, err := s.setState(ctx, req, identity.Active)
	if err != nil {
		return nil, err
	}
	return &identityv1.EnableAccountResponse{Account: account(a)}, nil
}

// ofAccount is a transition of one account.
type ofAccount interface {
	identified
	GetAuthority() string
	GetAccount() string
}

// setState brings an account into a state: its sessions end, its failures are
// forgotten. In the state already it changes nothing but the failures.
func (s *Server) setState(ctx context.Context, req ofAccount, state identity.State) (a identity.Account, err error) {
	request, err := once(ctx, req)
	if err != nil {
		return a, err
	}
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		_, err := tx.Once(ctx, request, func() (string, error) {
			a, err := tx.LockAccount(ctx, req.GetAuthority(), req.GetAccount())
			if err != nil {
				return "", err
			}
			if state == identity.Active {
				if err := tx.ForgetFailures(ctx, identity.LoginKey(a.Login)); err != nil {
					return "", err
				}
			}
			if a.State == state {
				return a.ID, nil
			}
			change := postgres.Change{"from": a.State, "to": state}
			a.State = state
			if err := tx.SaveAccount(ctx, a); err != nil {
				return "", err
			}
			if change["sessions_ended"], err = tx.EndSessions(ctx, a.ID, ""); err != nil {
				return "", err
			}
			return a.ID, tx.Audit(ctx, s.by(ctx), postgres.AccountResource(a.ID), "change state", change)
		})
		if err != nil {
			return err
		}
		a, err = tx.Account(ctx, req.GetAuthority(), req.GetAccount())
		return err
	})
	return a, err
}

// ResetPassword implements IdentityService.
func (s *Server) ResetPassword(ctx context.Context, req *identityv1.ResetPasswordRequest) (*identityv1.ResetPasswordResponse, error) {
	hash, err := s.Passwords.Hash(ctx, req.GetPassword())
	if err != nil {
		return nil, err
	}
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		a, err := tx.LockAccount(ctx, req.GetAuthority(), req.GetAccount())
		if err != nil {
			return err
		}
		return s.replacePassword(ctx, tx, a, hash, "", "reset password")
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.ResetPasswordResponse{}, nil
}
