// Package allinone runs the whole platform in one process: every service has its own
// gRPC server on an in-memory listener, and the gateway calls them. The calls go
// through gRPC, so errors and deadlines are the same as between processes.
package allinone

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/limit"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/service"
	"github.com/parindex/parindex/libs/telemetry"
	"github.com/parindex/parindex/services/appraisal"
	"github.com/parindex/parindex/services/assessment"
	"github.com/parindex/parindex/services/catalog"
	"github.com/parindex/parindex/services/identity"
	"github.com/parindex/parindex/services/scoring"
	"github.com/parindex/parindex/services/survey"
)

// Config holds the settings that the operator chooses: those of every service and of
// the gateway, and the addresses of the platform.
type Config struct {
	Identity   identity.Config
	Catalog    catalog.Config
	Assessment assessment.Config
	Appraisal  appraisal.Config
	Survey     survey.Config
	Scoring    scoring.Config
	Gateway    gateway.Config
	Telemetry  telemetry.Config

	// GRPCAddr is the address at which the software of other agencies calls by gRPC;
	// empty: none.
	GRPCAddr string
	// StrangersPerMinute limits the gRPC calls without a token from one address.
	StrangersPerMinute int
	// ReadyFile is the file to which the Addresses are written, as JSON, once
	// everything serves; empty: none.
	ReadyFile string
	// Interval is the time between two polls of one service by another; 0: 1 s.
	Interval time.Duration
}

// Flags registers the flags of the services, the gateway and the platform. The
// addresses for gRPC and for monitoring default to a free port of this machine.
func (c *Config) Flags(flags *pflag.FlagSet) {
	c.Telemetry.AdminAddr = "localhost:0"
	for _, s := range c.specs() {
		s.Flags(flags)
	}
	c.Gateway.Flags(flags)
	c.Telemetry.Flags(flags)
	flags.StringVar(&c.GRPCAddr, "grpc-addr", "localhost:0", "address for gRPC calls of other agencies' software; empty: none")
	flags.IntVar(&c.StrangersPerMinute, "strangers-per-minute", 300, "most gRPC calls without a token a minute from one address")
	flags.StringVar(&c.ReadyFile, "ready-file", "", "file to write the addresses to, as JSON, when everything serves")
}

// specs returns the specs of all services, in the order in which they are opened.
// Identity, which issues the tokens of the others, comes first.
func (c *Config) specs() []service.Spec {
	return []service.Spec{
		identity.Spec(&c.Identity), catalog.Spec(&c.Catalog), assessment.Spec(&c.Assessment),
		appraisal.Spec(&c.Appraisal), survey.Spec(&c.Survey), scoring.Spec(&c.Scoring),
	}
}

// Validate reports everything wrong with c.
func (c *Config) Validate() error {
	if err := c.ValidateDatabases(); err != nil {
		return err // each service would report it again
	}
	var errs []error
	for _, s := range c.specs() {
		errs = append(errs, s.Validate())
	}
	return errors.Join(append(errs, c.Gateway.Validate())...)
}

// ValidateDatabases reports which services have no database. Migrate needs no other
// setting.
func (c *Config) ValidateDatabases() error {
	var missing []string
	for _, s := range c.specs() {
		if s.DB.Resolve(s.Name) != nil {
			missing = append(missing, s.Name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("no database for %s: set PARINDEX_DSN, or PARINDEX_<SERVICE>_DSN for each", strings.Join(missing, ", "))
	}
	return nil
}

// Migrate brings the schemas of all services to this version, one after the other.
// It stops at the first that fails, because the services usually share one database
// server.
func Migrate(ctx context.Context, c Config, log *slog.Logger) error {
	for _, s := range c.specs() {
		if err := s.Migrate(ctx, log); err != nil {
			return err
		}
	}
	return nil
}

// VerifyAudit verifies the audit log of each service and calls found with each report.
// copies are hashes of checkpoints that were kept elsewhere, by service and number.
func VerifyAudit(ctx context.Context, c Config, copies map[string]map[int64][]byte, found func(service string, r audit.Report)) error {
	for _, s := range c.specs() {
		db, err := pg.Open(ctx, *s.DB, pg.Options{ApplicationName: "parindex audit"})
		if err != nil {
			return err
		}
		report, err := audit.VerifyAll(ctx, db, s.Name, copies[s.Name])
		db.Close()
		if err != nil {
			return err
		}
		found(s.Name, report)
	}
	return nil
}

// Addresses holds the addresses of a running platform, each as host:port.
type Addresses struct {
	HTTP  string `json:"http"`
	GRPC  string `json:"grpc,omitempty"`
	Admin string `json:"admin,omitempty"`
}

// Platform is the opened platform, which does not serve yet.
type Platform struct {
	Addresses Addresses

	config    Config
	telemetry *telemetry.Telemetry
	now       func() time.Time
	verifier  *auth.Verifier
	services  []part
	group     run.Group
}

// part is one service of the platform.
type part struct {
	service.Service

	spec     service.Spec
	listener *bufconn.Listener
}

// Open opens every service, the gateway and their listeners. If it fails, it closes
// those that it has opened.
func Open(ctx context.Context, c Config, t *telemetry.Telemetry, now func() time.Time) (*Platform, error) {
	p := &Platform{config: c, telemetry: t, now: now}
	if err := p.open(ctx); err != nil {
		return nil, errors.Join(err, p.Close(ctx))
	}
	return p, nil
}

func (p *Platform) open(ctx context.Context) error {
	p.group.Add("telemetry", nil, p.telemetry.Close)
	for _, s := range p.config.specs() {
		p.services = append(p.services, part{spec: s, listener: bufconn.Listen(1 << 20)})
	}
	if err := p.openServices(ctx); err != nil {
		return err
	}
	checks := make([]telemetry.Check, len(p.services))
	for i, s := range p.services {
		checks[i] = telemetry.Check{Name: s.spec.Name, Ready: s.Ready}
		deps := p.serverDeps(s.spec.Name)
		deps.MaxRequest = s.spec.MaxRequest
		server, err := daemon.NewServer(s, deps)
		if err != nil {
			return err
		}
		p.serve(ctx, s.spec.Name, s, server, s.listener)
	}
	if err := p.openToAgencies(ctx); err != nil {
		return err
	}
	admin, err := daemon.AddAdmin(ctx, &p.group, p.telemetry, p.config.Telemetry.AdminAddr, checks...)
	if err != nil {
		return err
	}
	p.Addresses.Admin = admin
	return p.openToBrowsers(ctx)
}

// openServices opens identity, which holds the keys, and then the others; they are
// closed in the reverse order. Identity signs the tokens of the others in this
// process, so they need no secrets.
func (p *Platform) openServices(ctx context.Context) error {
	issuer, err := identity.Open(ctx, p.config.Identity, p.deps(p.services[0].spec.Name))
	if err != nil {
		return err
	}
	p.verifier = auth.NewVerifier(issuer.Keys(), p.now)
	p.add(0, issuer)
	for i := 1; i < len(p.services); i++ {
		spec := p.services[i].spec
		deps := p.deps(spec.Name)
		deps.Token = issuer.ServiceToken(spec.Name)
		s, err := spec.Open(ctx, deps)
		if err != nil {
			return err
		}
		p.add(i, s)
	}
	return nil
}

func (p *Platform) add(i int, s service.Service) {
	p.services[i].Service = s
	p.group.Add(p.services[i].spec.Name, nil, s.Close)
}

// deps returns what a service or the gateway needs to open.
func (p *Platform) deps(name string) service.Deps {
	return service.Deps{
		Logger: p.telemetry.Logger, Now: p.now, Metrics: p.telemetry.Metrics(name), Dial: p.dial, Interval: p.config.Interval,
	}
}

func (p *Platform) serverDeps(name string) rpc.ServerDeps {
	return rpc.ServerDeps{
		Service: name, Logger: p.telemetry.Logger, Metrics: p.telemetry.Metrics(name), Verifier: p.verifier, Now: p.now,
	}
}

// dial connects to a service of this process. The service may start to serve later; a
// call waits for it.
func (p *Platform) dial(name string, credential rpc.Credential) (grpc.ClientConnInterface, error) {
	i := slices.IndexFunc(p.services, func(s part) bool { return s.spec.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("no service %s in this process", name)
	}
	listener := p.services[i].listener
	conn, err := rpc.Dial("passthrough:///"+name, credential, grpc.WithContextDialer(
		func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		return nil, err
	}
	p.group.Add("connection to "+name, nil, func(context.Context) error { return conn.Close() })
	return conn, nil
}

// serve adds a server, and a task that follows the readiness of its service.
func (p *Platform) serve(ctx context.Context, name string, s service.Service, server *rpc.Server, l net.Listener) {
	watching, stop := context.WithCancel(ctx)
	p.group.Add("readiness of "+name, func() error { return daemon.Watch(watching, s, server, p.telemetry.Logger, name) },
		func(context.Context) error { stop(); return nil })
	p.group.Add(name+" server", func() error { return server.Serve(l) }, server.Stop)
}

// openToAgencies adds a server on TCP with the rpcs of all services.
func (p *Platform) openToAgencies(ctx context.Context) error {
	if p.config.GRPCAddr == "" {
		return nil
	}
	all := everything(p.services)
	deps := p.serverDeps("agencies")
	deps.Unauthenticated = limit.New(p.config.StrangersPerMinute, p.now)
	server, err := daemon.NewServer(all, deps)
	if err != nil {
		return err
	}
	l, err := daemon.Listen(ctx, p.config.GRPCAddr, "grpc-addr")
	if err != nil {
		return err
	}
	p.Addresses.GRPC = l.Addr().String()
	p.serve(ctx, "agencies", all, server, l)
	return nil
}

// openToBrowsers adds the gateway.
func (p *Platform) openToBrowsers(ctx context.Context) error {
	g, err := gateway.Open(ctx, p.config.Gateway, p.deps("gateway"))
	if err != nil {
		return err
	}
	p.group.Add("gateway", nil, g.Close)
	l, err := daemon.Listen(ctx, p.config.Gateway.HTTPAddr, "http-addr")
	if err != nil {
		return err
	}
	p.Addresses.HTTP = l.Addr().String()
	p.group.AddHTTP("HTTP", gateway.NewServer(g), l)
	return nil
}

// Serve opens the platform, which writes its log to a writer, and runs it as Run
// does.
func Serve(ctx context.Context, c Config, log io.Writer, now func() time.Time, ready func(context.Context, Addresses) error) error {
	t, err := telemetry.Start(ctx, "parindex", run.Version(), log, c.Telemetry)
	if err != nil {
		return err
	}
	p, err := Open(ctx, c, t, now)
	if err != nil {
		return err
	}
	a := p.Addresses
	t.Logger.InfoContext(ctx, "listening", "http", a.HTTP, "grpc", a.GRPC, "admin", a.Admin, "version", run.Version())
	return p.Run(ctx, func(ctx context.Context) error { return ready(ctx, a) })
}

// Run serves until ctx is done and closes everything in order. ready is called
// once, when all services answer.
func (p *Platform) Run(ctx context.Context, ready func(context.Context) error) error {
	file := run.ReadyFile(p.config.ReadyFile)
	if err := file.Withdraw(); err != nil {
		return errors.Join(err, p.Close(ctx))
	}
	p.group.Add("ready file", nil, func(context.Context) error { return file.Withdraw() })
	waiting, stop := context.WithCancel(ctx)
	p.group.Add("start", func() error {
		if err := p.await(waiting); err != nil {
			return err
		}
		if err := ready(waiting); err != nil && waiting.Err() == nil {
			return err
		}
		<-waiting.Done()
		return nil
	}, func(context.Context) error { stop(); return nil })
	return p.group.Run(ctx)
}

// await waits until every service is ready and writes the ready file.
func (p *Platform) await(ctx context.Context) error {
	for !p.ready(ctx) {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(50 * time.Millisecond):
		}
	}
	return run.ReadyFile(p.config.ReadyFile).Write(p.Addresses)
}

func (p *Platform) ready(ctx context.Context) bool {
	return !slices.ContainsFunc(p.services, func(s part) bool { return s.Ready(ctx) != nil })
}

// Close closes a platform that does not run.
func (p *Platform) Close(ctx context.Context) error { return p.group.Stop(ctx) }

// everything makes one service of all services.
type everything []part

// Register implements service.Service.
func (e everything) Register(r grpc.ServiceRegistrar) {
	for _, s := range e {
		s.Register(r)
	}
}

// Ready implements service.Service.
func (e everything) Ready(ctx context.Context) error {
	var errs []error
	for _, s := range e {
		errs = append(errs, s.Ready(ctx))
	}
	return errors.Join(errs...)
}

// Close implements service.Service: each service is closed by itself.
func (e everything) Close(context.Context) error { return nil }
