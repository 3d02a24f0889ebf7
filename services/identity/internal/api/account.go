package api

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/text"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/postgres"
)

// CreateAccount implements IdentityService.
func (s *Server) CreateAccount(ctx context.Context, req *identityv1.CreateAccountRequest) (*identityv1.CreateAccountResponse, error) {
	request, err := s.once(ctx, req, "password")
	if err != nil {
		return nil, err
	}
	if err := s.checkPlace(ctx, req.GetAuthority(), req.GetAgency()); err != nil {
		return nil, err
	}
	hash, err := s.Passwords.Hash(ctx, req.GetPassword())
	if err != nil {
		return nil, err
	}
	var a identity.Account
	var remembered string
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) (err error) {
		var id string
		id, remembered, err = tx.OnceWithPassword(ctx, request, hash, func() (string, error) {
			return AddAccount(ctx, tx, s.by(ctx), identity.Account{
				Authority: req.GetAuthority(), Agency: req.GetAgency(), Login: req.GetLogin(), DisplayName: req.GetDisplayName(),
				PasswordBy: auth.From(ctx).ID,
			}, hash)
		})
		if err != nil {
			return err
		}
		a, err = tx.Account(ctx, req.GetAuthority(), id)
		return err
	})
	if err == nil {
		err = s.samePassword(ctx, req.GetPassword(), hash, remembered)
	}
	if err != nil {
		return nil, err
	}
	return &identityv1.CreateAccountResponse{Account: account(a)}, nil
}

// samePassword fails with fault.RequestIDReused if the request is a repetition with
// another password: remembered is the hash that the first request stored, hash that of
// this one. It takes as long as a login, so call it outside transactions.
func (s *Server) samePassword(ctx context.Context, password, hash, remembered string) error {
	if hash == remembered {
		return nil
	}
	matches, err := s.Passwords.Matches(ctx, password, remembered)
	if err == nil && !matches {
		err = fault.RequestIDReused.At("request_id")
	}
	return err
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
	return a.ID, tx.Record(ctx, by, postgres.AccountResource(a.ID), "create", postgres.Change{"authority": a.Authority, "agency": a.Agency})
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
	f := postgres.AccountFilter{
		Authority: req.GetAuthority(), Key: text.Plain(req.GetQuery()), Role: Role(req.GetRole()), Agency: req.GetAgency(),
		State: stateOf(req.GetState()), At: s.now(),
	}
	// Page tokens hold the id of an account, and no login and no name: they are part of
	// URLs, and URLs are logged.
	filter := fmt.Sprintf("accounts %s %s %s %s %x", f.Authority, f.Role, f.Agency, f.State, sha256.Sum256([]byte(f.Key)))
	var bindings []identity.Binding
	accounts, next, err := pageOf(filter, req.GetPageToken(), req.GetPageSize(), isUUID,
		func(a identity.Account) string { return a.ID },
		func(after string, limit int32) (rows []identity.Account, err error) {
			return rows, s.Store.InReadTx(ctx, func(tx *postgres.Tx) error {
				if rows, err = tx.Accounts(ctx, f, after, limit); err != nil {
					return err
				}
				ids := message.Each(rows, func(a identity.Account) string { return a.ID })
				bindings, err = tx.BindingsIn(ctx, f.Authority, ids, f.At)
				return err
			})
		})
	listed := func(b identity.Binding) bool {
		return slices.ContainsFunc(accounts, func(a identity.Account) bool { return a.ID == b.Account })
	}
	bindings = slices.DeleteFunc(bindings, func(b identity.Binding) bool { return !listed(b) })
	return &identityv1.ListAccountsResponse{
		Accounts: message.Each(accounts, account), NextPageToken: next, RoleBindings: message.Each(bindings, roleBinding),
	}, err
}

// UpdateAccount implements IdentityService.
func (s *Server) UpdateAccount(ctx context.Context, req *identityv1.UpdateAccountRequest) (*identityv1.UpdateAccountResponse, error) {
	request, err := s.once(ctx, req)
	if err != nil {
		return nil, err
	}
	if slices.Contains(req.GetUpdateMask().GetPaths(), "agency") {
		if err := s.checkPlace(ctx, req.GetAuthority(), req.GetAgency()); err != nil {
			return nil, err
		}
	}
	var a identity.Account
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		_, err := tx.Once(ctx, request, func() (string, error) {
			a, err := tx.LockAccount(ctx, req.GetAuthority(), req.GetAccount())
			if err != nil {
				return "", err
			}
			if req.GetEtag() != "" && req.GetEtag() != etag(a.Revision) {
				return "", fault.StaleEtag.At("etag")
			}
			change, err := update(&a, req, auth.From(ctx).ID)
			if err != nil || len(change) == 0 {
				return a.ID, err
			}
			if change["agency"] != nil {
				if err := doubt(ctx, tx, s.by(ctx), a.ID, auth.From(ctx).ID, change); err != nil {
					return "", err
				}
			}
			if err := tx.SaveAccount(ctx, a); err != nil {
				return "", err
			}
			return a.ID, tx.Record(ctx, s.by(ctx), postgres.AccountResource(a.ID), "update", change)
		})
		if err != nil {
			return err
		}
		a, err = tx.Account(ctx, req.GetAuthority(), req.GetAccount())
		return err
	})
	if err != nil {
		return nil, err
	}
	return &identityv1.UpdateAccountResponse{Account: account(a)}, nil
}

// update changes the fields of a that the mask names and returns the changes for the
// audit entry, without the name, which is personal data. Nobody changes the own agency:
// it says about whom one decides nothing (rule V1).
func update(a *identity.Account, req *identityv1.UpdateAccountRequest, caller string) (postgres.Change, error) {
	change := postgres.Change{}
	for _, path := range req.GetUpdateMask().GetPaths() {
		switch {
		case path == "display_name" && a.DisplayName != req.GetDisplayName():
			name, err := identity.CleanDisplayName(req.GetDisplayName())
			if err != nil {
				return nil, err
			}
			a.DisplayName = name
			change["display_name"] = "changed"
		case path == "agency" && a.Agency != req.GetAgency():
			if err := identity.CheckOther(caller, a.ID, "agency"); err != nil {
				return nil, err
			}
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

// transition is a request that changes the state of one account.
type transition interface {
	proto.Message
	GetAuthority() string
	GetAccount() string
}

// setState calls SetState for the account that req names, once.
func (s *Server) setState(ctx context.Context, req transition, state identity.State) (a identity.Account, err error) {
	request, err := s.once(ctx, req)
	if err != nil {
		return a, err
	}
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		_, err := tx.Once(ctx, request, func() (string, error) {
			a, err := tx.LockAccount(ctx, req.GetAuthority(), req.GetAccount())
			if err != nil {
				return "", err
			}
			return a.ID, SetState(ctx, tx, s.by(ctx), a, state)
		})
		if err != nil {
			return err
		}
		a, err = tx.Account(ctx, req.GetAuthority(), req.GetAccount())
		return err
	})
	return a, err
}

// SetState changes the state of an account, with an audit entry. Its sessions end, and
// enabling removes its failures, also if the account is in the state already, in which
// case nothing else changes. The account MUST be locked.
func SetState(ctx context.Context, tx *postgres.Tx, by postgres.By, a identity.Account, state identity.State) error {
	if state == identity.Active {
		if err := tx.ForgetAllFailures(ctx, identity.AccountKey(a.ID)); err != nil {
			return err
		}
	}
	if a.State == state {
		return nil
	}
	change := postgres.Change{"from": a.State, "to": state}
	a.State = state
	if err := tx.SaveAccount(ctx, a); err != nil {
		return err
	}
	ended, err := tx.EndSessions(ctx, a.ID, "")
	if err != nil {
		return err
	}
	change["sessions_ended"] = ended
	return tx.Record(ctx, by, postgres.AccountResource(a.ID), "change state", change)
}

// ResetPassword implements IdentityService.
func (s *Server) ResetPassword(ctx context.Context, req *identityv1.ResetPasswordRequest) (*identityv1.ResetPasswordResponse, error) {
	request, err := s.once(ctx, req, "password")
	if err != nil {
		return nil, err
	}
	hash, err := s.Passwords.Hash(ctx, req.GetPassword())
	if err != nil {
		return nil, err
	}
	caller := auth.From(ctx).ID
	var remembered string
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) (err error) {
		_, remembered, err = tx.OnceWithPassword(ctx, request, hash, func() (string, error) {
			a, err := tx.LockAccount(ctx, req.GetAuthority(), req.GetAccount())
			if err != nil {
				return "", err
			}
			if err := identity.CheckOther(caller, a.ID, "account"); err != nil {
				return "", err
			}
			return a.ID, ResetPassword(ctx, tx, s.by(ctx), a, hash, caller)
		})
		return err
	})
	if err == nil {
		err = s.samePassword(ctx, req.GetPassword(), hash, remembered)
	}
	if err != nil {
		return nil, err
	}
	return &identityv1.ResetPasswordResponse{}, nil
}

// ResetPassword sets a password, with an audit entry, ends all sessions of the account
// and removes its failures. If asker, the administrator who sets it, is not empty, the
// roles that need a second person become pending. The account MUST be locked.
func ResetPassword(ctx context.Context, tx *postgres.Tx, by postgres.By, a identity.Account, hash, asker string) error {
	a.PasswordBy, a.OwnPassword = asker, false
	change := postgres.Change{}
	if asker != "" {
		if err := doubt(ctx, tx, by, a.ID, asker, change); err != nil {
			return err
		}
	}
	return replacePassword(ctx, tx, by, a, replacement{hash: hash, action: "reset password", change: change})
}

// replacement is a new password.
type replacement struct {
	hash string
	// except is the id of the session that is kept; empty: none is.
	except string
	// action and change are those of the audit log.
	action string
	change postgres.Change
}

// replacePassword saves a new password, ends the sessions and removes the failures.
// The account MUST be locked.
func replacePassword(ctx context.Context, tx *postgres.Tx, by postgres.By, a identity.Account, r replacement) error {
	if err := tx.SavePassword(ctx, a, r.hash); err != nil {
		return err
	}
	if err := tx.ForgetAllFailures(ctx, identity.AccountKey(a.ID)); err != nil {
		return err
	}
	ended, err := tx.EndSessions(ctx, a.ID, r.except)
	if err != nil {
		return err
	}
	r.change["sessions_ended"] = ended
	return tx.Record(ctx, by, postgres.AccountResource(a.ID), r.action, r.change)
}
