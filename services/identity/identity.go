// Package identity is the entry package of the identity service: accounts, roles
// with scope and end date, sessions, tokens and the keys that verify them.
package identity

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/service"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity/internal/api"
	"github.com/parindex/parindex/services/identity/internal/directory"
	rules "github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/password"
	"github.com/parindex/parindex/services/identity/internal/postgres"
	"github.com/parindex/parindex/services/identity/internal/signing"
)

// Config holds the settings that the operator chooses.
type Config struct {
	DB pg.Config
	// SigningKeyFile is a PEM file: first the Ed25519 private key that signs
	// (PKCS #8), then the keys, if any, whose tokens are still accepted. Open reads
	// it; local commands do not need it.
	SigningKeyFile string
	// Limits of sessions and of failures; zero fields have their default.
	Limits Limits

	// hashCost is for tests, which hash many passwords; an operator cannot set it.
	hashCost password.Cost
}

// Limits are the lives of sessions and the failures that lock a login.
type Limits = rules.Limits

// Flags implements service.Options.
func (c *Config) Flags(fs *pflag.FlagSet) {
	fs.StringVar(&c.SigningKeyFile, "identity-signing-key-file", "", "PEM file with the Ed25519 private key that signs tokens, then retired keys")
	l := &c.Limits
	fs.DurationVar(&l.SessionIdle, "identity-session-idle", 0, "time after which a session ends without a refresh; 0: 12h")
	fs.DurationVar(&l.SessionLife, "identity-session-life", 0, "time after which a session ends in any case; 0: 168h")
	fs.IntVar(&l.LockFailures, "identity-lock-failures", 0, "number of failures from one address that lock a login for that address; 0: 5")
	fs.DurationVar(&l.LockWindow, "identity-lock-window", 0, "time without a failure after which the count begins again; 0: 24h")
	fs.DurationVar(&l.LockTime, "identity-lock-time", 0, "longest time for which a failure locks; 0: 15m")
}

// Validate implements service.Options.
func (c *Config) Validate() error {
	var faults []error
	l := c.Limits
	for _, f := range []struct {
		flag  string
		wrong bool
	}{
		{"identity-session-idle", l.SessionIdle < 0},
		{"identity-session-life", l.SessionLife < 0},
		{"identity-lock-failures", l.LockFailures < 0},
		{"identity-lock-window", l.LockWindow < 0},
		{"identity-lock-time", l.LockTime < 0},
	} {
		if f.wrong {
			faults = append(faults, fmt.Errorf("%s is negative: set it to a value above 0, or to 0 for the default", run.Setting(f.flag)))
		}
	}
	return errors.Join(faults...)
}

// Spec describes how a program configures, migrates and opens the service.
func Spec(cfg *Config) service.Spec {
	return service.Spec{
		Name: postgres.Schema, Lines: postgres.Lines(), Calls: []string{"catalog"}, DB: &cfg.DB, Options: cfg,
		Open: func(ctx context.Context, deps service.Deps) (service.Service, error) { return Open(ctx, *cfg, deps) },
	}
}

// Service is the open identity service. As it holds the signing key, it verifies
// and issues tokens without a call.
type Service struct {
	service.Service

	server *api.Server
}

// Open opens the service with cfg. It succeeds while PostgreSQL is away. It fails, with
// a sentence for the operator, if the signing key file cannot be read.
func Open(ctx context.Context, cfg Config, deps service.Deps) (*Service, error) {
	var server *api.Server
	s, err := service.Open(ctx, Spec(&cfg), deps, func(b *service.Builder) (err error) {
		server, err = cfg.build(b)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Service{s, server}, nil
}

func (c *Config) build(b *service.Builder) (*api.Server, error) {
	keys, err := signing.Read(c.SigningKeyFile)
	if err != nil {
		return nil, err
	}
	passwords, err := password.New(c.hashCost)
	if err != nil {
		return nil, err
	}
	logins := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parindex_logins_total", Help: "Logins by result: ok, rejected, locked, busy, failed.",
	}, []string{"result"})
	sessions := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "parindex_sessions_started_total", Help: "Sessions started.",
	})
	s := &api.Server{
		Store: postgres.New(b.DB), Passwords: passwords, Keys: keys, Limits: c.Limits.OrUsual(), Now: b.Now,
		Logins: logins, Sessions: sessions,
	}
	// Identity signs its own token, for which it needs no secret.
	catalog, err := b.ConnectAs("catalog", auth.NewTokenSource(inProcess{s}, postgres.Schema, "", b.Now).Token)
	if err != nil {
		return nil, err
	}
	agencies := directory.New(directory.Deps{
		Store: s.Store, Catalog: catalogv1.NewCatalogServiceClient(catalog), Interval: readEvery * b.Interval, Logger: b.Logger.With("service", postgres.Schema),
	})
	s.Refresh = agencies.Refresh
	b.Background(agencies.Run)
	b.Background(func(ctx context.Context) { clean(ctx, s, b.Logger) })
	identityv1.RegisterIdentityServiceServer(b, s)
	authv1.RegisterKeyServiceServer(b, s)
	authv1.RegisterTokenServiceServer(b, s)
	return s, b.Collect(logins, sessions)
}

// readEvery is how many polls of other services there are between two readings of all
// authorities and agencies: 5 minutes. They change rarely, a reference to a new one is
// looked up at once (Refresh), and each reading is logged.
const readEvery = 300

// cleanEvery is the time between two removals of expired sessions and old failures.
const cleanEvery = 10 * time.Minute

// clean removes expired sessions and old failures until ctx is done.
func clean(ctx context.Context, s *api.Server, log *slog.Logger) {
	task := run.Task{Name: "cleaning", Interval: cleanEvery, Logger: log.With("service", postgres.Schema)}
	run.Repeat(ctx, task, func(ctx context.Context) error { return s.Store.Clean(ctx, s.Now(), s.Limits) })
}

// Keys returns the keys that verify this service's tokens, for its own verifier.
func (s *Service) Keys() auth.Keys {
	keys := map[string]ed25519.PublicKey{}
	for _, k := range s.server.Keys.Published {
		keys[auth.KeyID(k)] = k
	}
	return func(context.Context) (map[string]ed25519.PublicKey, error) { return keys, nil }
}

// ServiceToken returns the credential of one of the platform's own services that
// runs in this process: tokens as from ExchangeSecret, valid for ten minutes and kept
// until their last minute. It needs no secret, because the process holds the signing
// key. The credential fails for any other name.
func (s *Service) ServiceToken(service string) rpc.Credential {
	return auth.NewTokenSource(inProcess{s.server}, service, "", s.server.Now).Token
}

// inProcess is a TokenService client that needs no secret and no connection.
type inProcess struct{ server *api.Server }

// ExchangeSecret implements TokenServiceClient.
func (p inProcess) ExchangeSecret(_ context.Context, req *authv1.ExchangeSecretRequest, _ ...grpc.CallOption) (*authv1.ExchangeSecretResponse, error) {
	return p.server.ServiceToken(req.GetServiceAccount())
}

// NewSigningKeyFile writes a file with a new signing key, readable by its owner
// only. It fails if the file exists: it never overwrites a key.
func NewSigningKeyFile(path string) error { return signing.NewFile(path) }
