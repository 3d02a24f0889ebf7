// Package daemon serves one service as a process of its own: it reads the flags, opens
// the service by libs/service, serves it by gRPC, watches its readiness and stops it
// in order. It contains no name of a service.
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
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/service"
	"github.com/parindex/parindex/libs/telemetry"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// KeyHolder is implemented by a service that has the keys that verify tokens.
type KeyHolder interface {
	Keys() auth.Keys
}

type config struct {
	telemetry  telemetry.Config
	grpcAddr   string
	readyFile  string
	secretFile string
	secret     string // the content of secretFile
	targets    Targets
}

// Targets are the gRPC addresses of services, by name.
type Targets map[string]*string

// TargetFlags registers the flag --<service>-target for each service and returns
// the Targets that the flags set.
func TargetFlags(fs *pflag.FlagSet, services ...string) Targets {
	targets := make(Targets, len(services))
	for _, s := range services {
		targets[s] = fs.String(s+"-target", "", "gRPC address of "+s)
	}
	return targets
}

// Dial returns a connection to a service. Calls on it have the token of credential;
// nil: no token. It fails for a service without an address.
func (t Targets) Dial(name string, credential rpc.Credential) (grpc.ClientConnInterface, error) {
	target := t[name]
	if target == nil || *target == "" {
		return nil, fmt.Errorf("no address of %s: set %s", name, run.Variable(name+"-target"))
	}
	return rpc.Dial(*target, credential)
}

// Command returns the command of a daemon, with the subcommands serve, migrate and
// version.
func Command(s service.Spec) *cobra.Command {
	root := &cobra.Command{Use: s.Name + "d", Short: "the " + s.Name + " service of parindex"}
	// A flag sets one variable, so serve and migrate share the flags.
	s.Flags(root.PersistentFlags())
	migrate := &cobra.Command{
		Use: "migrate", Short: "migrate the schema to this version; repeating it changes nothing", Args: cobra.NoArgs,
		PreRunE: func(cmd *cobra.Command, args []string) error { return prepare(cmd, args, s) },
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.Migrate(cmd.Context(), slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil)))
		},
	}
	root.AddCommand(serveCommand(s), migrate, run.VersionCommand())
	return root
}

func prepare(cmd *cobra.Command, args []string, s service.Spec) error {
	return errors.Join(run.Environment(cmd, args), s.Validate())
}

func serveCommand(s service.Spec) *cobra.Command {
	var c config
	// Only a service that calls others needs a secret. The one that issues tokens gives
	// itself one.
	hasSecret := needsSecret(s)
	cmd := &cobra.Command{
		Use: "serve", Short: "serve gRPC until a signal", Args: cobra.NoArgs,
		PreRunE: func(cmd *cobra.Command, args []string) (err error) {
			if err = prepare(cmd, args, s); hasSecret {
				var unread error
				c.secret, unread = readSecret(s.Name, c.secretFile)
				err = errors.Join(err, unread)
			}
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), s, c, cmd.ErrOrStderr()) },
	}
	flags := cmd.Flags()
	if hasSecret {
		flags.StringVar(&c.secretFile, secretFlag(s.Name), "", "file with the secret of the service account "+s.Name)
	}
	called := s.Calls
	if s.Name != auth.KeyServer && !slices.Contains(called, auth.KeyServer) {
		called = append([]string{auth.KeyServer}, called...)
	}
	c.targets = TargetFlags(flags, called...)
	c.telemetry.Flags(flags)
	flags.StringVar(&c.readyFile, "ready-file", "", "file to write the addresses to, as JSON, while the service is ready")
	flags.StringVar(&c.grpcAddr, "grpc-addr", "localhost:9090", "address to serve gRPC on")
	return cmd
}

func needsSecret(s service.Spec) bool { return len(s.Calls) > 0 && s.Name != auth.KeyServer }

func serve(ctx context.Context, s service.Spec, c config, logs io.Writer) error {
	t, err := telemetry.Start(ctx, s.Name+"d", run.Version(), logs, c.telemetry)
	if err != nil {
		return err
	}
	now := time.Now //nolint:forbidigo // the real clock is handed in here
	deps := service.Deps{Logger: t.Logger, Metrics: t.Metrics(s.Name), Now: now, Dial: c.targets.Dial}
	if needsSecret(s) {
		if deps.Token, err = ownToken(s.Name, c.secret, deps); err != nil {
			return err
		}
	}
	open, err := s.Open(ctx, deps)
	if err != nil {
		return err
	}
	var g run.Group
	g.Add("telemetry", nil, t.Close)
	g.Add(s.Name, nil, open.Close)
	p := process{spec: s, config: c, telemetry: t, deps: deps, service: open}
	if err := p.open(ctx, &g); err != nil {
		return errors.Join(err, g.Stop(ctx))
	}
	return g.Run(ctx)
}

type process struct {
	spec      service.Spec
	config    config
	telemetry *telemetry.Telemetry
	deps      service.Deps
	service   service.Service
}

// open adds the listeners and the watch of readiness to g.
func (p process) open(ctx context.Context, g *run.Group) error {
	keys, err := keysOf(p.service, p.deps)
	if err != nil {
		return err
	}
	server, err := NewServer(p.service, rpc.ServerDeps{
		Service: p.spec.Name, Logger: p.deps.Logger, Metrics: p.deps.Metrics,
		Verifier: auth.NewVerifier(keys, p.deps.Now), Now: p.deps.Now, MaxRequest: p.spec.MaxRequest,
	})
	if err != nil {
		return err
	}
	listener, err := Listen(ctx, p.config.grpcAddr, "grpc-addr")
	if err != nil {
		return err
	}
	admin, err := AddAdmin(ctx, g, p.telemetry, p.config.telemetry.AdminAddr, telemetry.Check{Name: p.spec.Name, Ready: p.service.Ready})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	file := run.ReadyFile(p.config.readyFile)
	if err := file.Withdraw(); err != nil {
		return errors.Join(err, listener.Close())
	}
	watching, stopWatching := context.WithCancel(ctx)
	watched := announced{p.service, sync.OnceValue(func() error {
		return file.Write(map[string]string{"grpc": listener.Addr().String(), "admin": admin})
	})}
	g.Add("readiness", func() error { return Watch(watching, watched, server, p.deps.Logger, p.spec.Name) }, func(context.Context) error {
		stopWatching()
		return file.Withdraw()
	})
	g.Add("gRPC", func() error { return server.Serve(listener) }, server.Stop)
	p.deps.Logger.InfoContext(ctx, "listening", "service", p.spec.Name, "grpc", listener.Addr().String(), "admin", admin, "version", run.Version())
	return nil
}

// announced is a service that calls announce when it is ready.
type announced struct {
	service.Service

	announce func() error
}

// Ready implements service.Service.
func (a announced) Ready(ctx context.Context) error {
	if err := a.Service.Ready(ctx); err != nil {
		return err
	}
	return a.announce()
}

func keysOf(s service.Service, deps service.Deps) (auth.Keys, error) {
	if holder, ok := s.(KeyHolder); ok {
		return holder.Keys(), nil
	}
	conn, err := deps.Dial(auth.KeyServer, nil)
	if err != nil {
		return nil, err
	}
	return auth.FromService(authv1.NewKeyServiceClient(conn)), nil
}

func secretFlag(service string) string { return service + "-secret-file" }

// ownToken returns the credential of a service account, which exchanges its secret for
// tokens.
func ownToken(name, secret string, deps service.Deps) (rpc.Credential, error) {
	conn, err := deps.Dial(auth.KeyServer, nil)
	if err != nil {
		return nil, err
	}
	return auth.NewTokenSource(authv1.NewTokenServiceClient(conn), name, secret, deps.Now).Token, nil
}

// readSecret returns the secret in file. The error says how to make a secret and never
// contains one.
func readSecret(name, file string) (string, error) {
	because := errors.New("no file is given")
	if file != "" {
		content, err := os.ReadFile(file) //nolint:gosec // the operator names the file
		secret := strings.TrimRight(string(content), "\r\n")
		if err == nil && secret != "" {
			return secret, nil
		}
		because = cmp.Or(err, fmt.Errorf("%s is empty", file))
	}
	return "", fmt.Errorf("no secret for the service account %s: create one with `parindex create-service-account %s > FILE` and set %s to the file: %w",
		name, name, run.Variable(secretFlag(name)), because)
}

// NewServer returns a server of the rpcs of s. It fails if an rpc has no access option.
func NewServer(s service.Service, deps rpc.ServerDeps) (*rpc.Server, error) {
	server, err := rpc.NewServer(deps)
	if err != nil {
		return nil, err
	}
	s.Register(server)
	return server, server.Guard()
}

// Listen listens on a TCP address; its error names the flag to change. localhost is
// this machine (RFC 6761 §6.3), even if neither a hosts file nor a name server knows
// it.
func Listen(ctx context.Context, addr, flag string) (net.Listener, error) {
	if port, ok := strings.CutPrefix(addr, "localhost:"); ok {
		addr = "127.0.0.1:" + port
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s, perhaps because another program does: choose another address with %s: %w", addr, run.Variable(flag), err)
	}
	return l, nil
}

// AddAdmin adds the server of /metrics, /healthz and /readyz to g and returns the
// address that it listens on. It does nothing if addr is empty.
func AddAdmin(ctx context.Context, g *run.Group, t *telemetry.Telemetry, addr string, checks ...telemetry.Check) (string, error) {
	if addr == "" {
		return "", nil
	}
	l, err := Listen(ctx, addr, "admin-addr")
	if err != nil {
		return "", err
	}
	g.AddHTTP("admin", &http.Server{Handler: t.Admin(checks...), ReadHeaderTimeout: 5 * time.Second}, l)
	return l.Addr().String(), nil
}

const (
	// watchEvery is the time between two checks of readiness.
	watchEvery = 5 * time.Second
	// remindEvery is the time between two log entries about a service that is not
	// ready.
	remindEvery = time.Minute
)

// Watch sets the health of the server to the readiness of s until ctx is done. It logs
// every change, and while s is not ready the reason once a minute. It fails if the
// schema is too new for this program.
func Watch(ctx context.Context, s service.Service, server *rpc.Server, log *slog.Logger, name string) error {
	ready, reminded := false, -remindEvery
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for waited := time.Duration(0); ; waited += watchEvery {
		check, cancel := context.WithTimeout(ctx, watchEvery)
		err := s.Ready(check)
		cancel()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, pg.ErrSchemaTooNew):
			return err
		case err == nil && !ready:
			log.InfoContext(ctx, "ready", "service", name)
		case err != nil && (ready || waited-reminded >= remindEvery):
			log.WarnContext(ctx, "not ready", "service", name, "because", err.Error())
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
