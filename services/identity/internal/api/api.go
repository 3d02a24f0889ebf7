// Package api holds the handlers of IdentityService, KeyService and TokenService.
package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/page"
	"github.com/parindex/parindex/libs/pg"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/password"
	"github.com/parindex/parindex/services/identity/internal/postgres"
	"github.com/parindex/parindex/services/identity/internal/signing"
)

// Server implements the three services.
type Server struct {
	identityv1.UnimplementedIdentityServiceServer
	authv1.UnimplementedKeyServiceServer
	authv1.UnimplementedTokenServiceServer

	Store     *postgres.Store
	Passwords *password.Hasher
	Keys      signing.Keys
	Limits    identity.Limits
	Now       func() time.Time
	// Refresh waits until the authorities and agencies of catalog were read again.
	Refresh func(context.Context) error
	// Logins counts logins by result.
	Logins *prometheus.CounterVec
	// Sessions counts sessions started.
	Sessions prometheus.Counter
}

// now returns the time, cut to the microsecond as PostgreSQL stores it.
func (s *Server) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// checkPlace fails with identity.AuthorityNotInCatalog or AgencyNotInCatalog unless
// catalog has an authority and, if it is not empty, an agency, and with
// identity.DirectoryBehind if that is not certain. What is not known may have been added
// a moment ago, so catalog is read once more.
func (s *Server) checkPlace(ctx context.Context, authority, agency string) error {
	err := s.Store.CheckPlace(ctx, authority, agency)
	if err == nil || fault.From(err).Kind != fault.Invalid {
		return err
	}
	if err := s.Refresh(ctx); err != nil {
		return err
	}
	return s.Store.CheckPlace(ctx, authority, agency)
}

// by returns the caller and the time.
func (s *Server) by(ctx context.Context) postgres.By {
	return postgres.By{Principal: auth.From(ctx).String(), At: s.now()}
}

// administration is a request of an administrator.
type administration interface {
	proto.Message
	GetAuthority() string
}

// once returns the request id and hash that let req take effect once. The hash leaves
// secrets out. It fails as checkCaller does.
func (s *Server) once(ctx context.Context, req administration, secrets ...protoreflect.Name) (pg.Request, error) {
	if err := s.checkCaller(ctx, req); err != nil {
		return pg.Request{}, err
	}
	return attempt.Request(ctx, string(req.ProtoReflect().Descriptor().Name()), req, secrets...)
}

// checkCaller fails with fault.TokenInvalid if the caller's account is disabled or the
// session has ended, and with fault.NotAllowed if the caller no longer has one of the
// roles that may send req. An access token says for up to five minutes what was true when it was
// issued; with it nobody may undo the end of the own rights.
func (s *Server) checkCaller(ctx context.Context, req administration) error {
	caller, now, roles := auth.From(ctx), s.now(), []identity.Role{identity.Administrator}
	if _, confirms := req.(*identityv1.ConfirmRoleBindingRequest); confirms {
		roles = append(roles, identity.Approver)
	}
	return s.Store.InReadTx(ctx, func(tx *postgres.Tx) error {
		c, err := tx.Self(ctx, caller.ID)
		if err != nil {
			return fault.TokenInvalid.Because(err)
		}
		sessions, err := tx.SessionsOf(ctx, caller.ID, now)
		if err != nil {
			return err
		}
		held := func(s identity.Session) bool { return s.ID == caller.Session }
		if c.State != identity.Active || caller.Session != "" && !slices.ContainsFunc(sessions, held) {
			return fault.TokenInvalid.Because(nil)
		}
		bindings, err := tx.BindingsOf(ctx, caller.ID, now)
		if err != nil {
			return err
		}
		may := func(b identity.Binding) bool {
			return slices.Contains(roles, b.Role) && (b.Authority == "" || b.Authority == req.GetAuthority())
		}
		if !slices.ContainsFunc(bindings, may) {
			return fault.NotAllowed.Because(nil)
		}
		return nil
	})
}

func newID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("making an id: %w", err)
	}
	return id.String(), nil
}

// random fills b. It cannot fail: Go ends the process if the system has no
// randomness.
func random(b []byte) []byte {
	_, _ = rand.Read(b)
	return b
}

// pageOf is page.List for the list called filter, and refuses tokens whose id is not
// valid.
func pageOf[T any](filter, token string, size int32, valid func(string) bool, id func(T) string,
	read func(after string, limit int32) ([]T, error),
) (rows []T, next string, err error) {
	return page.List(filter, token, size, func(after string, limit int32) ([]T, error) {
		if after != "" && !valid(after) {
			return nil, fault.PageTokenInvalid.At("page_token")
		}
		return read(after, limit)
	}, id)
}

func isUUID(s string) bool { return uuid.Validate(s) == nil }
