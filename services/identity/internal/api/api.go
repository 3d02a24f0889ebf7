// Package api is the speech of the service: the rpcs of IdentityService,
// KeyService and TokenService.
package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/page"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/password"
	"github.com/parindex/parindex/services/identity/internal/postgres"
	"github.com/parindex/parindex/services/identity/internal/signing"
)

// Server answers the rpcs.
type Server struct {
	identityv1.UnimplementedIdentityServiceServer
	authv1.UnimplementedKeyServiceServer
	authv1.UnimplementedTokenServiceServer

	Store     *postgres.Store
	Passwords *password.Hasher
	Keys      signing.Keys
	Limits    identity.Limits
	Clock     func() time.Time
	// Logins counts logins by result.
	Logins *prometheus.CounterVec
	// Sessions counts sessions started.
	Sessions prometheus.Counter
}

// now returns the time as it is stored.
func (s *Server) now() time.Time { return s.Clock().UTC().Truncate(time.Microsecond) }

// by says who calls, and when.
func (s *Server) by(ctx context.Context) postgres.By {
	return postgres.By{Principal: auth.From(ctx).String(), At: s.now()}
}

// identified is a request that may come twice.
type identified interface {
	proto.Message
	GetRequestId() string
}

// once returns what makes req happen once. Secrets are left out of its hash.
func once(ctx context.Context, req identified, secrets ...protoreflect.Name) (pg.Request, error) {
	hash, err := rpc.ContentHash(req, secrets...)
	return pg.Request{
		ID: req.GetRequestId(), Principal: auth.From(ctx).String(), Method: string(req.ProtoReflect().Descriptor().Name()), Hash: hash,
	}, err
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

const (
	usualPage = 50
	mostPage  = 200
)

// listed is one page: the rows and the token of the next.
type listed[T any] struct {
	rows []T
	next string
}

// pageOf reads a page of the list called filter. read gets the id after which
// to begin and one row more than asked, which tells whether another page
// follows. valid says whether an id of a token can be one.
func pageOf[T any](filter, token string, size int32, valid func(string) bool, id func(T) string,
	read func(after string, limit int32) ([]T, error),
) (listed[T], error) {
	var after string
	key, err := page.Decode(token, filter, 1)
	switch {
	case err != nil:
		return listed[T]{}, err
	case key != nil:
		after = key[0]
		if !valid(after) {
			return listed[T]{}, fault.PageTokenInvalid.At("page_token")
		}
	}
	n := page.Size(size, usualPage, mostPage)
	rows, err := read(after, n+1)
	if err != nil || len(rows) <= int(n) {
		return listed[T]{rows: rows}, err
	}
	rows = rows[:n]
	return listed[T]{rows: rows, next: page.Encode(filter, id(rows[n-1]))}, nil
}

func isUUID(s string) bool { return uuid.Validate(s) == nil }

func convertAll[T, M any](rows []T, convert func(T) M) []M {
	messages := make([]M, len(rows))
	for i, r := range rows {
		messages[i] = convert(r)
	}
	return messages
}
