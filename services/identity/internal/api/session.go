package api

import (
	"context"
	"errors"
	"time"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/limit"
	"github.com/parindex/parindex/libs/message"
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

// tried is a password that somebody gives for a login.
type tried struct {
	// credentials are those of the account; empty if no account has the login.
	credentials postgres.Credentials
	owner       []byte
	counters    []identity.Counter
}

// from returns what is tried from a source at the login of an account, or at an unknown
// login with the key owner.
func (s *Server) from(source identity.Source, c postgres.Credentials, owner []byte) tried {
	if c.ID != "" {
		owner = identity.AccountKey(c.ID)
	}
	return tried{c, owner, source.Counters(owner, s.Keys.Pepper, s.Limits)}
}

// open fails if the failures before do not let the password be checked at now.
func (a tried) open(ctx context.Context, tx *postgres.Tx, now time.Time) error {
	for _, c := range a.counters {
		f, err := tx.Failures(ctx, c.Key)
		if err != nil {
			return err
		}
		if err := f.Locked(now); err != nil {
			return err
		}
	}
	return nil
}

// login checks the password outside any transaction, because that takes long, and
// decides inside one.
func (s *Server) login(ctx context.Context, req *identityv1.CreateSessionRequest) (*identityv1.Session, error) {
	login, possible := identity.NormalLogin(req.GetLogin())
	var a tried
	err := s.Store.InReadTx(ctx, func(tx *postgres.Tx) (err error) {
		var c postgres.Credentials
		if possible {
			c, err = tx.AccountOfLogin(ctx, login)
		}
		if err != nil && !errors.Is(err, identity.AccountUnknown) {
			return err
		}
		source := identity.Source{
			Address: limit.Network(rpc.ClientAddress(ctx)),
			Device:  identity.KnownDevice(rpc.Incoming(ctx, rpc.DeviceTokenKey), c.ID, s.Keys.Pepper, s.now()),
		}
		a = s.from(source, c, identity.UnknownAccountKey(s.Keys.Pepper, login))
		return a.open(ctx, tx, s.now())
	})
	if err != nil {
		return nil, err
	}
	matches, err := s.Passwords.Matches(ctx, req.GetPassword(), a.credentials.PasswordHash)
	switch {
	case err != nil:
		return nil, err
	case !matches || a.credentials.State != identity.Active:
		return nil, s.reject(ctx, a)
	}
	return s.startSession(ctx, a)
}

// reject counts a failure and returns the answer to it.
func (s *Server) reject(ctx context.Context, a tried) error {
	f := failed{owner: a.owner, counters: a.counters, reason: identity.LoginRejected}
	if a.credentials.ID != "" {
		f.resource = postgres.AccountResource(a.credentials.ID)
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
// the account or its password has changed since, or the login was locked. Only the
// failures of this source are forgotten: those of others are not the person's.
func (s *Server) startSession(ctx context.Context, a tried) (*identityv1.Session, error) {
	now, c := s.now(), a.credentials
	id, err := newID()
	if err != nil {
		return nil, err
	}
	token := newRefreshToken()
	session := identity.NewSession(id, c.ID, token, now, s.Limits)
	session.Device = rpc.Incoming(ctx, rpc.BrowserKey)
	var bindings []identity.Binding
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		account, f, err := s.lockChecked(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := tx.ForgetFailures(ctx, a.counters[0].Key); err != nil {
			return err
		}
		if err := tx.InsertSession(ctx, session); err != nil {
			return err
		}
		if err := tx.SaveLogin(ctx, c.ID, now); err != nil {
			return err
		}
		c.Account = account
		if bindings, err = tx.BindingsOf(ctx, c.ID, now); err != nil {
			return err
		}
		return tx.Record(ctx, postgres.By{Principal: person(account, nil, id).String(), At: now}, postgres.AccountResource(c.ID), "login",
			postgres.Change{"session": id, "failures_before": f.Count})
	})
	if err != nil {
		return nil, err
	}
	answer, err := s.session(session, token, person(c.Account, bindings, id))
	if err != nil {
		return nil, err
	}
	answer.DeviceToken = identity.NewDevice([16]byte(random(make([]byte, 16))), c.ID, s.Keys.Pepper, now)
	return answer, nil
}

// lockChecked locks the account and the failures of a login whose password was found
// right. It returns the failures that this source has to itself. It fails if the
// password or the state has changed since, or if the login was locked while the
// password was checked.
func (s *Server) lockChecked(ctx context.Context, tx *postgres.Tx, a tried) (account identity.Account, own identity.Failures, err error) {
	locked, err := tx.LockSelf(ctx, a.credentials.ID)
	if err != nil {
		return account, own, err
	}
	for i, c := range a.counters {
		f, err := tx.LockFailures(ctx, c.Key)
		if err != nil {
			return account, own, err
		}
		if err := f.Locked(s.now()); err != nil {
			return account, own, err
		}
		if i == 0 {
			own = f
		}
	}
	if locked.State != identity.Active || locked.PasswordHash != a.credentials.PasswordHash {
		return account, own, identity.LoginRejected
	}
	return locked.Account, own, nil
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

// ListSessions implements IdentityService.
func (s *Server) ListSessions(ctx context.Context, _ *identityv1.ListSessionsRequest) (*identityv1.ListSessionsResponse, error) {
	caller := auth.From(ctx)
	if caller.Kind != auth.Person { // software has no sessions
		return &identityv1.ListSessionsResponse{}, nil
	}
	var sessions []identity.Session
	err := s.Store.InReadTx(ctx, func(tx *postgres.Tx) (err error) {
		sessions, err = tx.SessionsOf(ctx, caller.ID, s.now())
		return err
	})
	return &identityv1.ListSessionsResponse{Sessions: message.Each(sessions, func(held identity.Session) *identityv1.OwnSession {
		return ownSession(held, caller.Session)
	})}, err
}

// EndSession implements IdentityService.
func (s *Server) EndSession(ctx context.Context, req *identityv1.EndSessionRequest) (*identityv1.EndSessionResponse, error) {
	caller := auth.From(ctx)
	if caller.Kind != auth.Person {
		return &identityv1.EndSessionResponse{}, nil
	}
	return &identityv1.EndSessionResponse{}, s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		return s.endSession(ctx, tx, s.by(ctx), caller.ID, req.GetSession(), "end session")
	})
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
	if req.GetNewPassword() == req.GetCurrentPassword() {
		return nil, identity.PasswordUnchanged.At("new_password")
	}
	var a tried
	err := s.Store.InReadTx(ctx, func(tx *postgres.Tx) error {
		c, err := tx.Self(ctx, caller.ID)
		if err != nil {
			return err
		}
		a = s.from(identity.Source{Session: caller.Session}, c, nil)
		return a.open(ctx, tx, s.now())
	})
	if err != nil {
		return nil, err
	}
	matches, err := s.Passwords.Matches(ctx, req.GetCurrentPassword(), a.credentials.PasswordHash)
	switch {
	case err != nil:
		return nil, err
	case !matches:
		return nil, s.reject(ctx, a)
	}
	hash, err := s.Passwords.Hash(ctx, req.GetNewPassword())
	if err != nil {
		return nil, err
	}
	err = s.Store.InTx(ctx, func(tx *postgres.Tx) error {
		locked, _, err := s.lockChecked(ctx, tx, a)
		if err != nil {
			return err
		}
		locked.OwnPassword = true
		return replacePassword(ctx, tx, s.by(ctx), locked, replacement{
			hash: hash, except: caller.Session, action: "change password", change: postgres.Change{},
		})
	})
	return &identityv1.ChangePasswordResponse{}, err
}
