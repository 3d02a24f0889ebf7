// Package identity is the door of the service that owns accounts, roles with
// scope and end date, sessions, tokens and the keys that verify them.
package identity

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/run"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity/internal/api"
	rules "github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/password"
	"github.com/parindex/parindex/services/identity/internal/postgres"
	"github.com/parindex/parindex/services/identity/internal/signing"
)

// Config is what the operator chooses.
type Config struct {
	DB pg.Config
	// SigningKeyFile is a PEM file: first the Ed25519 private key that signs
	// (PKCS #8), then, if any, keys whose tokens are still to be believed. It is
	// read once, by New; only a server needs it.
	SigningKeyFile string
	// Limits of sessions and of failures; the zero value is the usual one.
	Limits Limits

	// hashCost is for tests, which hash many passwords; nobody else can set it.
	hashCost password.Cost
}

// Limits are how long sessions live and when failures lock a login.
type Limits = rules.Limits

// Flags registers c's flags.
func (c *Config) Flags(fs *pflag.FlagSet) {
	c.DB.Flags(fs, "identity")
	fs.StringVar(&c.SigningKeyFile, "identity-signing-key-file", "", "PEM file with the Ed25519 private key that signs tokens, then retired keys")
	l := &c.Limits
	fs.DurationVar(&l.SessionIdle, "identity-session-idle", 0, "end of a session that nobody prolongs; 0: 12h")
	fs.DurationVar(&l.SessionLife, "identity-session-life", 0, "end of a session in any case; 0: 168h")
	fs.IntVar(&l.LockFailures, "identity-lock-failures", 0, "failures that lock a login; 0: 5")
	fs.DurationVar(&l.LockWindow, "identity-lock-window", 0, "time in which they must happen; 0: 15m")
	fs.DurationVar(&l.LockTime, "identity-lock-time", 0, "time for which the login is locked; 0: 15m")
}

// Validate reports everything wrong with c.
func (c *Config) Validate() error {
	faults := []error{c.DB.Resolve("identity")}
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
			faults = append(faults, fmt.Errorf("--%s is negative", f.flag))
		}
	}
	return errors.Join(faults...)
}

// Deps is what the program supplies.
type Deps struct {
	Logger  *slog.Logger
	Now     func() time.Time
	Metrics prometheus.Registerer
}

// Service is a running identity service.
type Service struct {
	db     *pgxpool.Pool
	server *api.Server
	stop   func(context.Context) // the cleaning
}

// New opens the service. It does not wait for the database: Ready tells when
// the service can answer. It fails, with a sentence for the operator, if the
// signing key file cannot be read.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	keys, err := signing.Read(cfg.SigningKeyFile)
	if err != nil {
		return nil, fmt.Errorf("opening identity: %w", err)
	}
	passwords, err := password.New(cfg.hashCost)
	if err != nil {
		return nil, fmt.Errorf("opening identity: %w", err)
	}
	db, err := pg.Open(ctx, cfg.DB, pg.Options{ApplicationName: "parindex identity"})
	if err != nil {
		return nil, fmt.Errorf("opening identity: %w", err)
	}
	s := &Service{db: db, server: &api.Server{
		Store: postgres.New(db), Passwords: passwords, Keys: keys, Limits: cfg.Limits.OrUsual(), Clock: deps.Now,
		Logins: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parindex_logins_total", Help: "Logins by result: ok, rejected, locked, busy, failed.",
		}, []string{"result"}),
		Sessions: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "parindex_sessions_started_total", Help: "Sessions started.",
		}),
	}}
	for _, c := range []prometheus.Collector{pg.Collector(db), s.server.Logins, s.server.Sessions} {
		if err := deps.Metrics.Register(c); err != nil {
			db.Close()
			return nil, fmt.Errorf("registering metrics of identity: %w", err)
		}
	}
	s.stop = run.Background(ctx, func(ctx context.Context) { s.clean(ctx, deps.Logger) })
	return s, nil
}

// cleanEvery is how often what counts no longer is forgotten.
const cleanEvery = 10 * time.Minute

// clean forgets expired sessions, old failures and old requests until ctx is
// done.
func (s *Service) clean(ctx context.Context, log *slog.Logger) {
	task := run.Task{Name: "cleaning", Interval: cleanEvery, Logger: log.With("service", postgres.Schema)}
	run.Repeat(ctx, task, func(ctx context.Context) error { return s.server.Store.Clean(ctx, s.server.Clock(), s.server.Limits) })
}

// Register adds the service's rpcs to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) {
	identityv1.RegisterIdentityServiceServer(r, s.server)
	authv1.RegisterKeyServiceServer(r, s.server)
	authv1.RegisterTokenServiceServer(r, s.server)
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
// runs in this process: tokens as ExchangeSecret gives them, ten minutes long and
// kept until their last minute. No secret is asked for, as the process holds the
// signing key. The credential fails for any other name.
func (s *Service) ServiceToken(service string) rpc.Credential {
	return auth.NewTokenSource(inProcess{s.server}, service, "", s.server.Clock).Token
}

// inProcess is the token service without a secret and a connection.
type inProcess struct{ server *api.Server }

// ExchangeSecret implements TokenServiceClient.
func (p inProcess) ExchangeSecret(_ context.Context, req *authv1.ExchangeSecretRequest, _ ...grpc.CallOption) (*authv1.ExchangeSecretResponse, error) {
	return p.server.ServiceToken(req.GetServiceAccount())
}

// Ready says why the service cannot answer now, or nil.
func (s *Service) Ready(ctx context.Context) error {
	return pg.CheckSchema(ctx, s.db, postgres.Schema, postgres.Lines()...)
}

// Close stops the cleaning and gives back the database connections.
func (s *Service) Close(ctx context.Context) error {
	s.stop(ctx)
	s.db.Close()
	return nil
}

// Migrate brings the schema to this version; a second time it changes nothing.
func Migrate(ctx context.Context, cfg Config, log *slog.Logger) error {
	return pg.Migrator{DSN: cfg.DB.DSN, Schema: postgres.Schema, Lines: postgres.Lines(), Logger: log}.Up(ctx)
}

// NewSigningKeyFile writes a file with a new signing key, readable by its owner
// only. It fails if there is a file: nothing is ever overwritten.
func NewSigningKeyFile(path string) error { return signing.NewFile(path) }
