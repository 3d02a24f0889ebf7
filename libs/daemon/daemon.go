// Package daemon is what the service daemons have in common: from the flags to
// a gRPC server that is guarded, watched and stops in order. It knows doors, not
// services.
package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/telemetry"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// Door is a service seen from outside.
type Door interface {
	Register(grpc.ServiceRegistrar)
	// Ready says why the service cannot answer now, or nil.
	Ready(context.Context) error
	Close(context.Context) error
}

// KeyHolder is a door that holds the keys itself: identity.
type KeyHolder interface {
	Keys() auth.Keys
}

// Deps is what a daemon supplies to its door.
type Deps struct {
	Logger  *slog.Logger
	Metrics prometheus.Registerer
	Now     func() time.Time
	// Dial returns the connection to a sibling service.
	Dial func(service string, credential rpc.Credential) (*grpc.ClientConn, error)
	// Token is the credential of the service itself, for work that no caller
	// asked for; nil unless Spec.Background. While identity is away it fails as
	// TokenService.ExchangeSecret does, and recovers.
	Token rpc.Credential
}

// Spec says what one daemon is.
type Spec struct {
	// Service is the service's name ("catalog").
	Service string
	// Background says that the service calls others outside any caller's
	// request: it then needs the secret of its service account, in the file that
	// --<service>-secret-file names, and its door gets Deps.Token.
	Background bool
	// MaxRequest is how many bytes a request may have; 4 MiB if 0.
	MaxRequest int

	Flags    func(*pflag.FlagSet)
	Validate func() error
	Migrate  func(context.Context, *slog.Logger) error
	Open     func(context.Context, Deps) (Door, error)
}

type config struct {
	telemetry  telemetry.Config
	grpcAddr   string
	readyFile  string
	secretFile string
	secret     string // what secretFile holds
	targets    map[string]*string
}

// services are those a daemon may have to find.
var services = []string{"identity", "catalog", "assessment", "appraisal", "survey", "scoring"}

// Targets registers the flag --<service>-target for each service and returns
// where their values stand.
func Targets(fs *pflag.FlagSet) map[string]*string {
	targets := make(map[string]*string, len(services))
	for _, s := range services {
		targets[s] = fs.String(s+"-target", "", "gRPC address of "+s)
	}
	return targets
}

// Dial returns a dialer over targets. It fails for a service without one.
func Dial(targets map[string]*string) func(string, rpc.Credential) (*grpc.ClientConn, error) {
	return func(service string, credential rpc.Credential) (*grpc.ClientConn, error) {
		target := targets[service]
		if target == nil || *target == "" {
			return nil, fmt.Errorf("no address of %s: set %s", service, run.Variable(service+"-target"))
		}
		return rpc.Dial(*target, credential)
	}
}

// Command returns the daemon's command: serve, migrate, version.
func Command(s Spec) *cobra.Command {
	var c config
	root := &cobra.Command{Use: s.Service + "d", Short: "the " + s.Service + " service of parindex"}
	// Once for serve and migrate: a flag has one place where its value stands.
	s.Flags(root.PersistentFlags())
	prepare := func(cmd *cobra.Command, args []string) error {
		return errors.Join(run.Environment(cmd, args), s.Validate())
	}
	serve := &cobra.Command{
		Use: "serve", Short: "answer gRPC until a signal", Args: cobra.NoArgs,
		PreRunE: func(cmd *cobra.Command, args []string) (err error) {
			if err = prepare(cmd, args); s.Background {
				var unread error
				c.secret, unread = readSecret(s.Service, c.secretFile)
				err = errors.Join(err, unread)
			}
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), s, c, cmd.ErrOrStderr()) },
	}
	if s.Background {
		serve.Flags().StringVar(&c.secretFile, secretFlag(s.Service), "", "file with the secret of the service account "+s.Service)
	}
	c.targets = Targets(serve.Flags())
	c.telemetry.Flags(serve.Flags())
	serve.Flags().StringVar(&c.readyFile, "ready-file", "", "file to write the addresses to, as JSON, while the service is ready")
	serve.Flags().StringVar(&c.grpcAddr, "grpc-addr", "localhost:9090", "address to answer gRPC on")

	migrate := &cobra.Command{
		Use: "migrate", Short: "bring the schema to this version; twice changes nothing", Args: cobra.NoArgs,
		PreRunE: prepare,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.Migrate(cmd.Context(), slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil)))
		},
	}
	root.AddCommand(serve, migrate, run.VersionCommand())
	return root
}

func serve(ctx context.Context, s Spec, c config, logs io.Writer) error {
	t, err := telemetry.Start(ctx, s.Service+"d", run.Version(), logs, c.telemetry)
	if err != nil {
		return err
	}
	now := time.Now //nolint:forbidigo // a daemon is where the real clock enters
	deps := Deps{Logger: t.Logger, Metrics: t.Metrics(s.Service), Now: now, Dial: Dial(c.targets)}
	if s.Background {
		if deps.Token, err = ownToken(s.Service, c.secret, deps); err != nil {
			return err
		}
	}
	door, err := s.Open(ctx, deps)
	if err != nil {
		return err
	}
	var g run.Group
	g.Add("telemetry", nil, t.Close)
	g.Add(s.Service, nil, door.Close)
	p := process{service: s.Service, maxRequest: s.MaxRequest, config: c, telemetry: t, deps: deps, door: door}
	if err := p.open(ctx, &g); err != nil {
		return errors.Join(err, g.Stop(ctx))
	}
	return g.Run(ctx)
}

type process struct {
	service string
	// maxRequest is Spec.MaxRequest.
	maxRequest int
	config     config
	telemetry  *telemetry.Telemetry
	deps       Deps
	door       Door
}

// open adds to g what makes the door reachable.
func (p process) open(ctx context.Context, g *run.Group) error {
	keys, err := keysOf(p.door, p.deps)
	if err != nil {
		return err
	}
	server, err := NewServer(p.door, rpc.ServerDeps{
		Service: p.service, Logger: p.deps.Logger, Metrics: p.deps.Metrics,
		Verifier: auth.NewVerifier(keys, p.deps.Now), Now: p.deps.Now, MaxRequest: p.maxRequest,
	})
	if err != nil {
		return err
	}
	listener, err := Listen(ctx, p.config.grpcAddr, "grpc-addr")
	if err != nil {
		return err
	}
	admin, err := AddAdmin(ctx, g, p.telemetry, p.config.telemetry.AdminAddr, telemetry.Check{Name: p.service, Ready: p.door.Ready})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	file := run.ReadyFile(p.config.readyFile)
	if err := file.Withdraw(); err != nil {
		return errors.Join(err, listener.Close())
	}
	watching, stopWatching := context.WithCancel(ctx)
	told := toldDoor{p.door, sync.OnceValue(func() error {
		return file.Write(map[string]string{"grpc": listener.Addr().String(), "admin": admin})
	})}
	g.Add("readiness", func() error { return Watch(watching, told, server, p.deps.Logger, p.service) }, func(context.Context) error {
		stopWatching()
		return file.Withdraw()
	})
	g.Add("gRPC", func() error { return server.Serve(listener) }, server.Stop)
	p.deps.Logger.InfoContext(ctx, "listening", "service", p.service, "grpc", listener.Addr().String(), "admin", admin, "version", run.Version())
	return nil
}

// toldDoor tells of the door's readiness once.
type toldDoor struct {
	Door
	tell func() error
}

func (d toldDoor) Ready(ctx context.Context) error {
	if err := d.Door.Ready(ctx); err != nil {
		return err
	}
	return d.tell()
}

func keysOf(door Door, deps Deps) (auth.Keys, error) {
	if holder, ok := door.(KeyHolder); ok {
		return holder.Keys(), nil
	}
	conn, err := deps.Dial("identity", nil)
	if err != nil {
		return nil, err
	}
	return auth.FromService(authv1.NewKeyServiceClient(conn)), nil
}

func secretFlag(service string) string { return service + "-secret-file" }

// ownToken returns the credential that exchanges secret for tokens of service.
func ownToken(service, secret string, deps Deps) (rpc.Credential, error) {
	conn, err := deps.Dial("identity", nil)
	if err != nil {
		return nil, err
	}
	return auth.NewTokenSource(authv1.NewTokenServiceClient(conn), service, secret, deps.Now).Token, nil
}

// readSecret returns the secret in file. The error says how to make one and
// never what the file holds.
func readSecret(service, file string) (string, error) {
	because := errors.New("no file is named")
	if file != "" {
		content, err := os.ReadFile(file) //nolint:gosec // the operator names the file
		secret := strings.TrimRight(string(content), "\r\n")
		if err == nil && secret != "" {
			return secret, nil
		}
		because = cmp.Or(err, fmt.Errorf("%s is empty", file))
	}
	return "", fmt.Errorf("no secret for the service account %s: make one with `parindex create-service-account %s > FILE` and name the file in %s: %w",
		service, service, run.Variable(secretFlag(service)), because)
}

// NewServer returns a guarded server with the door's services on it.
func NewServer(door Door, deps rpc.ServerDeps) (*rpc.Server, error) {
	server, err := rpc.NewServer(deps)
	if err != nil {
		return nil, err
	}
	door.Register(server)
	return server, server.Guard()
}

// Listen opens a TCP address; the error names the flag to change. localhost is
// this machine (RFC 6761 §6.3), also where no hosts file and no name server says
// so.
func Listen(ctx context.Context, addr, flag string) (net.Listener, error) {
	if port, ok := strings.CutPrefix(addr, "localhost:"); ok {
		addr = "127.0.0.1:" + port
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s, perhaps another program does: choose another address with %s: %w", addr, run.Variable(flag), err)
	}
	return l, nil
}

// AddAdmin adds the server of /metrics, /healthz and /readyz to g, if addr is
// not empty, and returns the address it listens on.
func AddAdmin(ctx context.Context, g *run.Group, t *telemetry.Telemetry, addr string, checks ...telemetry.Check) (string, error) {
	if addr == "" {
		return "", nil
	}
	l, err := Listen(ctx, addr, "admin-addr")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: t.Admin(checks...), ReadHeaderTimeout: 5 * time.Second}
	g.Add("admin", func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}, server.Shutdown)
	return l.Addr().String(), nil
}

const (
	// watchEvery is how often readiness is looked at again.
	watchEvery = 5 * time.Second
	// remindEvery is how often the log repeats why a service is not ready.
	remindEvery = time.Minute
)

// Watch keeps the server's health true to the door's readiness until ctx is
// done. Becoming ready or unready is logged, and what is missing once a minute.
// It returns an error if the schema is newer than this program can work with.
func Watch(ctx context.Context, door Door, server *rpc.Server, log *slog.Logger, service string) error {
	ready, reminded := false, -remindEvery
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for waited := time.Duration(0); ; waited += watchEvery {
		look, cancel := context.WithTimeout(ctx, watchEvery)
		err := door.Ready(look)
		cancel()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, pg.ErrSchemaTooNew):
			return err
		case err == nil && !ready:
			log.InfoContext(ctx, "ready", "service", service)
		case err != nil && (ready || waited-reminded >= remindEvery):
			log.WarnContext(ctx, "not ready", "service", service, "because", err.Error())
			reminded = waited
		}
		ready = err == nil
		server.SetReady(ready)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
