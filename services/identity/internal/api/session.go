package api

import (
	"context"
	"errors"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/postgres"
)

// CreateSession implements IdentityService.
func (s *Server) CreateSession(ctx context.Context, req *identityv1.CreateSessionRequest) (*identityv1.CreateSessionResponse, error) {
	session, err := s.login(ctx, req)
	s.Logins.WithLabelValues(result(err)).Inc()
	if err != nil {
		return nil, err
	}
	s.Sessions.Inc()
	return &identityv1.CreateSessionResponse{Session: session}, nil
}

// result names the outcome of a login for the metrics.
func result(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, identity.LoginRejected):
		return "rejected"
	case errors.Is(err, identity.LoginLocked):
		return "locked"
	case errors.Is(err, identity.PasswordsBusy):
		return "busy"
	default:
		return "failed"
	}
}

// login checks the password outside any transaction, because that takes long, and
// decides inside one.
func (s *Server) login(ctx context.Context, req *identityv1.CreateSessionRequest) (*identityv1.Session, error) {
	login, possible := identity.NormalLogin(req.GetLogin())
	var c postgres.Credentials
	var key []byte
	err := s.Store.InReadTx(ctx, func(tx *postgres.Tx) (err error) {
		c, key = postgres.Credentials{}, identity.UnknownAccountKey(s.Keys.Pepper, login)
		if possible {
			c, err = tx.AccountOfLogin(ctx, login)
		}
		switch {
		case c.ID != "":
			key = identity.AccountKey(c.ID)
		case err != nil && !errors.Is(err, identity.AccountUnknown):
			return err
		}
		f, err := tx.Failures(ctx, key)
		return errors.Join(err, f.Locked(s.now()))
	})
	if err != nil {
		return nil, err
	}
	matches, err := s.Passwords.Matches(ctx, req.GetPassword(), c.PasswordHash)
	switch {
	case err != nil:
		return nil, err
	case !matches || c.State != identity.Active:
		return nil, s.reject(ctx, key, c.ID)
	}
	return s.startSession(ctx, c)
}

// reject counts a failure of a login and returns the answer to it.
func (s *Server) reject(ctx context.Context, key []byte, account string) error {
	f := failed{key: key, reason: identity.LoginRejected}
	if account != "" {
		f.resource = postgres.AccountResource(account)
	}
	var answer error
	err := s.Store.InTx(ctx, func(tx *postgres.Tx) (err error) {
		answer, err = s.countFailure(ctx, tx, f)
		return err
	})
	if err != nil {
		return err
	}
	return answer
}

// startSession starts a session of the account whose password was checked. It fails if
// the account or its password has changed since, or the login was locked.
func (s *Server) startSession(ctx context.Context, c postgres.Credentials) (*identityv1.Session, error) {
	now := s.now()
	id, err := newID()
	if err != nil {
		return nil, err
	}
	token := newRefreshToken()
	session := identity.NewSession(id, c.ID, token, now, s.Limits)
	var bindings []identity.Binding
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		a, f, err := s.lockChecked(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := tx.ForgetFailures(ctx, identity.AccountKey(c.ID)); err != nil {
			return err
		}
		if err := tx.InsertSession(ctx, session); err != nil {
			return err
		}
		c.Account = a
		if bindings, err = tx.BindingsOf(ctx, c.ID, now); err != nil {
			return err
		}
		return tx.Record(ctx, postgres.By{Principal: person(a, nil, id).String(), At: now}, postgres.AccountResource(c.ID), "login",
			postgres.Change{"session": id, "failures_before": f.Count})
	})
	if err != nil {
		return nil, err
	}
	return s.session(session, token, person(c.Account, bindings, id))
}

// lockChecked locks the account and the failures of a login whose password was found
// right. It fails if the password or the state has changed since, or if the login was
// locked while the password was checked.
func (s *Server) lockChecked(ctx context.Context, tx *postgres.Tx, c postgres.Credentials) (a identity.Account, f identity.Failures, err error) {
	locked, err := tx.LockSelf(ctx, c.ID)
	if err != nil {
		return a, f, err
	}
	if f, err = tx.LockFailures(ctx, identity.AccountKey(c.ID)); err != nil {
		return a, f, err
	}
	if err := f.Locked(s.now()); err != nil {
		return a, f, err
	}
	if locked.State != identity.Active || locked.PasswordHash != c.PasswordHash {
		return a, f, identity.LoginRejected
	}
	return locked.Account, f, nil
}

func newRefreshToken() identity.RefreshToken {
	var t identity.RefreshToken
	random(t.Family[:])
	random(t.Secret[:])
	return t
}

// session signs an access token for p and returns the session as a message.
func (s *Server) session(session identity.Session, token identity.RefreshToken, p auth.Principal) (*identityv1.Session, error) {
	now := s.now()
	access, end, err := auth.Sign(s.Keys.Signing, p, now, session.AccessLife(now))
	if err != nil {
		return nil, err
	}
	return sessionMessage(session, token, access, end), nil
}

// RefreshSession implements IdentityService.
func (s *Server) RefreshSession(ctx context.Context, req *identityv1.RefreshSessionRequest) (*identityv1.RefreshSessionResponse, error) {
	sent := req.GetRefreshToken()
	if sent == "" {
		sent = rpc.Incoming(ctx, rpc.RefreshTokenKey)
	}
	token, ok := identity.ParseRefreshToken(sent)
	if !ok {
		return nil, identity.SessionEnded
	}
	r, err := s.refresh(ctx, token)
	if err != nil {
		return nil, err
	}
	session, err := s.session(r.session, r.token, r.caller)
	return &identityv1.RefreshSessionResponse{Session: session}, err
}

// refreshed is a session with its next refresh token.
type refreshed struct {
	session identity.Session
	token   identity.RefreshToken
	caller  auth.Principal
}

// refresh uses a refresh token. If a stolen token ends the session, that is committed
// although the caller is refused.
func (s *Server) refresh(ctx context.Context, token identity.RefreshToken) (r refreshed, err error) {
	now, nonce := s.now(), random(make([]byte, 32))
	var use identity.Use
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		session, err := tx.LockSession(ctx, token.FamilyHash())
		if err != nil {
			return err
		}
		r.token, use = session.Refresh(token, nonce, now, s.Limits)
		r.session = session
		switch use {
		case identity.Stolen:
			return s.endSession(ctx, tx, s.by(ctx), session.Account, session.ID, "end a session whose old refresh token was used again")
		case identity.Expired:
			return nil
		case identity.Rotated:
			if err := tx.SaveRotation(ctx, session); err != nil {
				return err
			}
		case identity.Repeated:
		}
		c, err := tx.Self(ctx, session.Account)
		if err != nil {
			return err
		}
		bindings, err := tx.BindingsOf(ctx, session.Account, now)
		r.caller = person(c.Account, bindings, session.ID)
		return err
	})
	if err == nil && (use == identity.Stolen || use == identity.Expired) {
		err = identity.SessionEnded
	}
	return r, err
}

// endSession ends a session, if it exists, with an audit entry.
func (s *Server) endSession(ctx context.Context, tx *postgres.Tx, by postgres.By, account, session, action string) error {
	ended, err := tx.EndSession(ctx, account, session)
	if err != nil || !ended {
		return err
	}
	return tx.Record(ctx, by, postgres.AccountResource(account), action, postgres.Change{"session": session})
}

// DeleteSession implements IdentityService. If the refresh token belongs to no session,
// such as a cookie that was cut, the session of the access token ends: a caller who
// logs out must not stay logged in.
func (s *Server) DeleteSession(ctx context.Context, _ *identityv1.DeleteSessionRequest) (*identityv1.DeleteSessionResponse, error) {
	caller := auth.From(ctx)
	token, ok := identity.ParseRefreshToken(rpc.Incoming(ctx, rpc.RefreshTokenKey))
	err := s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		account, session := caller.ID, caller.Session
		if ok {
			held, err := tx.LockSession(ctx, token.FamilyHash())
			switch {
			case err == nil:
				account, session = held.Account, held.ID
			case !errors.Is(err, identity.SessionEnded):
				return err
			}
		}
		if session == "" {
			return nil
		}
		by := postgres.By{Principal: auth.Principal{Kind: auth.Person, ID: account}.String(), At: s.now()}
		return s.endSession(ctx, tx, by, account, session, "logout")
	})
	return &identityv1.DeleteSessionResponse{}, err
}

// GetMe implements IdentityService.
func (s *Server) GetMe(ctx context.Context, _ *identityv1.GetMeRequest) (*identityv1.GetMeResponse, error) {
	caller := auth.From(ctx)
	answer := &identityv1.GetMeResponse{}
	err := s.Store.InReadTx(ctx, func(tx *postgres.Tx) error {
		if caller.Kind != auth.Person {
			a, err := tx.ServiceAccount(ctx, caller.Authority, caller.ID)
			answer.ServiceAccount, answer.Bindings = serviceAccount(a), bindingMessages(software(a).Bindings)
			return err
		}
		c, err := tx.Self(ctx, caller.ID)
		if err != nil {
			return err
		}
		bindings, err := tx.BindingsOf(ctx, caller.ID, s.now())
		answer.Account, answer.Bindings = account(c.Account), bindingMessages(authBindings(bindings))
		return err
	})
	if errors.Is(err, identity.AccountUnknown) || errors.Is(err, identity.ServiceAccountUnknown) {
		return nil, fault.TokenInvalid.Because(err) // a genuine token of another database
	}
	return answer, err
}

// ChangePassword implements IdentityService.
func (s *Server) ChangePassword(ctx context.Context, req *identityv1.ChangePasswordRequest) (*identityv1.ChangePasswordResponse, error) {
	caller := auth.From(ctx)
	if caller.Kind != auth.Person {
		return nil, fault.NotAllowed
	}
	var c postgres.Credentials
	err := s.Store.InReadTx(ctx, func(tx *postgres.Tx) (err error) {
		if c, err = tx.Self(ctx, caller.ID); err != nil {
			return err
		}
		f, err := tx.Failures(ctx, identity.AccountKey(c.ID))
		return errors.Join(err, f.Locked(s.now()))
	})
	if err != nil {
		return nil, err
	}
	matches, err := s.Passwords.Matches(ctx, req.GetCurrentPassword(), c.PasswordHash)
	switch {
	case err != nil:
		return nil, err
	case !matches:
		return nil, s.reject(ctx, identity.AccountKey(c.ID), c.ID)
	}
	hash, err := s.Passwords.Hash(ctx, req.GetNewPassword())
	if err != nil {
		return nil, err
	}
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		if _, _, err := s.lockChecked(ctx, tx, c); err != nil {
			return err
		}
		return replacePassword(ctx, tx, s.by(ctx), c.Account, replacement{hash: hash, except: caller.Session, action: "change password"})
	})
	return &identityv1.ChangePasswordResponse{}, err
}
