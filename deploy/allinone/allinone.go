// Package allinone is the whole platform in one process: every service behind
// its own gRPC server and in-memory listener, and the gateway before them.
// Errors and deadlines are those of separate processes, because the calls are.
package allinone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/limit"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/telemetry"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/appraisal"
	"github.com/parindex/parindex/services/assessment"
	"github.com/parindex/parindex/services/catalog"
	"github.com/parindex/parindex/services/identity"
	"github.com/parindex/parindex/services/scoring"
	"github.com/parindex/parindex/services/survey"
)

// Config is what the operator chooses: that of every part, and the addresses of
// the whole.
type Config struct {
	Identity   identity.Config
	Catalog    catalog.Config
	Assessment assessment.Config
	Appraisal  appraisal.Config
	Survey     survey.Config
	Scoring    scoring.Config
	Gateway    gateway.Config
	Telemetry  telemetry.Config

	// GRPCAddr is where other agencies' software calls by gRPC; empty for nowhere.
	GRPCAddr string
	// StrangersPerMinute bounds the gRPC calls without a token from one address.
	StrangersPerMinute int
	// ReadyFile is written when everything serves, as JSON of Addresses; empty
	// for none.
	ReadyFile string
}

// Flags registers the flags of every part. Addresses for gRPC and for
// monitoring default to a free port of this machine.
func (c *Config) Flags(flags *pflag.FlagSet) {
	c.Telemetry.AdminAddr = "localhost:0"
	for _, part := range []interface{ Flags(*pflag.FlagSet) }{
		&c.Identity, &c.Catalog, &c.Assessment, &c.Appraisal, &c.Survey, &c.Scoring, &c.Gateway, &c.Telemetry,
	} {
		part.Flags(flags)
	}
	flags.StringVar(&c.GRPCAddr, "grpc-addr", "localhost:0", "address to answer other agencies' gRPC on; empty: none")
	flags.IntVar(&c.StrangersPerMinute, "strangers-per-minute", 300, "most gRPC calls without a token a minute from one address")
	flags.StringVar(&c.ReadyFile, "ready-file", "", "file to write the addresses to, as JSON, when everything serves")
}

// Validate reports everything wrong with c.
func (c *Config) Validate() error {
	if err := c.ValidateDatabases(); err != nil {
		return err // each service would tell it again
	}
	return errors.Join(c.Identity.Validate(), c.Catalog.Validate(), c.Assessment.Validate(), c.Appraisal.Validate(),
		c.Survey.Validate(), c.Scoring.Validate(), c.Gateway.Validate())
}

// ValidateDatabases reports which service has no database, for Migrate, which
// needs nothing else.
func (c *Config) ValidateDatabases() error {
	databases := map[string]*pg.Config{
		"identity": &c.Identity.DB, "catalog": &c.Catalog.DB, "assessment": &c.Assessment.DB,
		"appraisal": &c.Appraisal.DB, "survey": &c.Survey.DB, "scoring": &c.Scoring.DB,
	}
	var missing []string
	for _, service := range slices.Sorted(maps.Keys(databases)) {
		if databases[service].Resolve(service) != nil {
			missing = append(missing, service)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("no database for %s: set PARINDEX_DSN, or PARINDEX_<SERVICE>_DSN for each", strings.Join(missing, ", "))
	}
	return nil
}

// Migrate brings the schemas of all services to this version, one after the
// other, and stops at the first that fails: a database that is away is away for
// all.
func Migrate(ctx context.Context, c Config, log *slog.Logger) error {
	for _, migrate := range []func() error{
		func() error { return identity.Migrate(ctx, c.Identity, log) },
		func() error { return catalog.Migrate(ctx, c.Catalog, log) },
		func() error { return assessment.Migrate(ctx, c.Assessment, log) },
		func() error { return appraisal.Migrate(ctx, c.Appraisal, log) },
		func() error { return survey.Migrate(ctx, c.Survey, log) },
		func() error { return scoring.Migrate(ctx, c.Scoring, log) },
	} {
		if err := migrate(); err != nil {
			return err
		}
	}
	return nil
}

// Addresses is where a running platform answers, each as host:port.
type Addresses struct {
	HTTP  string `json:"http"`
	GRPC  string `json:"grpc,omitempty"`
	Admin string `json:"admin,omitempty"`
}

// Platform is the whole, opened and not yet serving.
type Platform struct {
	Addresses Addresses

	config Config
	log    *slog.Logger
	doors  map[string]daemon.Door
	group  run.Group
}

// services is the order in which the services are opened.
var services = []string{"identity", "catalog", "assessment", "appraisal", "survey", "scoring"}

// maxRequests is how many bytes a request may have, where that is more than 4 MiB.
var maxRequests = map[string]int{"assessment": assessment.MaxRequest}

type dialer = func(service string, credential rpc.Credential) (*grpc.ClientConn, error)

// partDeps is what a service is opened with.
type partDeps struct {
	metrics prometheus.Registerer
	// token is the service's own, for work that no caller asked for.
	token rpc.Credential
	dial  dialer
}

// siblings connects to services with the part's own token.
func (d partDeps) siblings(names ...string) (map[string]grpc.ClientConnInterface, error) {
	conns := make(map[string]grpc.ClientConnInterface, len(names))
	for _, name := range names {
		conn, err := d.dial(name, d.token)
		if err != nil {
			return nil, err
		}
		conns[name] = conn
	}
	return conns, nil
}

// Open opens every part and its listeners. What it opened before a failure it
// closes again.
func Open(ctx context.Context, c Config, t *telemetry.Telemetry, now func() time.Time) (*Platform, error) {
	p := &Platform{config: c, log: t.Logger, doors: map[string]daemon.Door{}}
	if err := p.open(ctx, t, now); err != nil {
		return nil, errors.Join(err, p.Close(ctx))
	}
	return p, nil
}

func (p *Platform) open(ctx context.Context, t *telemetry.Telemetry, now func() time.Time) error {
	p.group.Add("telemetry", nil, t.Close)
	lines := map[string]*bufconn.Listener{}
	for _, name := range services {
		lines[name] = bufconn.Listen(1 << 20)
	}
	dial := p.dialer(lines)
	verifier, err := p.openDoors(ctx, t, dial, now)
	if err != nil {
		return err
	}
	var checks []telemetry.Check
	for _, name := range services {
		door := p.doors[name]
		checks = append(checks, telemetry.Check{Name: name, Ready: door.Ready})
		server, err := daemon.NewServer(door, rpc.ServerDeps{
			Service: name, Logger: t.Logger, Metrics: t.Metrics(name), Verifier: verifier, Now: now, MaxRequest: maxRequests[name],
		})
		if err != nil {
			return err
		}
		p.serve(ctx, name, door, server, lines[name])
	}
	if err := p.openToAgencies(ctx, t, verifier, now); err != nil {
		return err
	}
	admin, err := daemon.AddAdmin(ctx, &p.group, t, p.config.Telemetry.AdminAddr, checks...)
	if err != nil {
		return err
	}
	p.Addresses.Admin = admin
	return p.openToBrowsers(ctx, t, dial, now)
}

// dialer connects to the service at the other end of a line. The service may
// serve later: a call waits for it.
func (p *Platform) dialer(lines map[string]*bufconn.Listener) dialer {
	return func(service string, credential rpc.Credential) (*grpc.ClientConn, error) {
		conn, err := rpc.Dial("passthrough:///"+service, credential, grpc.WithContextDialer(
			func(ctx context.Context, _ string) (net.Conn, error) { return lines[service].DialContext(ctx) }))
		if err == nil {
			p.group.Add("connection to "+service, nil, func(context.Context) error { return conn.Close() })
		}
		return conn, err
	}
}

// openDoors opens identity, which holds the keys, and then the others in the
// order of services; they stop in the reverse order. Identity signs the tokens
// of the others here, so no secret is exchanged and none has to be kept.
func (p *Platform) openDoors(ctx context.Context, t *telemetry.Telemetry, dial dialer, now func() time.Time) (*auth.Verifier, error) {
	issuer, err := identity.New(ctx, p.config.Identity, identity.Deps{Logger: t.Logger, Now: now, Metrics: t.Metrics("identity")})
	if err != nil {
		return nil, err
	}
	p.add("identity", issuer)
	open := p.parts(ctx, t.Logger, now)
	for _, name := range services[1:] {
		door, err := open[name](partDeps{metrics: t.Metrics(name), token: issuer.ServiceToken(name), dial: dial})
		if err != nil {
			return nil, err
		}
		p.add(name, door)
	}
	return auth.NewVerifier(issuer.Keys(), now), nil
}

func (p *Platform) add(name string, door daemon.Door) {
	p.doors[name] = door
	p.group.Add(name, nil, door.Close)
}

// parts tells how each service other than identity is opened.
func (p *Platform) parts(ctx context.Context, log *slog.Logger, now func() time.Time) map[string]func(partDeps) (daemon.Door, error) {
	c := p.config
	return map[string]func(partDeps) (daemon.Door, error){
		"catalog": func(d partDeps) (daemon.Door, error) {
			return catalog.New(ctx, c.Catalog, catalog.Deps{Logger: log, Now: now, Metrics: d.metrics})
		},
		"assessment": func(d partDeps) (daemon.Door, error) {
			conns, err := d.siblings("catalog")
			if err != nil {
				return nil, err
			}
			return assessment.New(ctx, c.Assessment, assessment.Deps{Logger: log, Now: now, Metrics: d.metrics, Catalog: conns["catalog"]})
		},
		"appraisal": func(d partDeps) (daemon.Door, error) {
			conns, err := d.siblings("catalog", "assessment")
			if err != nil {
				return nil, err
			}
			return appraisal.New(ctx, c.Appraisal, appraisal.Deps{
				Logger: log, Now: now, Metrics: d.metrics, Catalog: conns["catalog"], Assessment: conns["assessment"],
			})
		},
		"survey": func(d partDeps) (daemon.Door, error) {
			conns, err := d.siblings("catalog")
			if err != nil {
				return nil, err
			}
			return survey.New(ctx, c.Survey, survey.Deps{Logger: log, Now: now, Metrics: d.metrics, Catalog: conns["catalog"]})
		},
		"scoring": func(d partDeps) (daemon.Door, error) {
			asCaller, err := d.dial("catalog", auth.Forwarded)
			if err != nil {
				return nil, err
			}
			own, err := d.siblings("catalog", "assessment", "appraisal", "survey")
			if err != nil {
				return nil, err
			}
			return scoring.New(ctx, c.Scoring, scoring.Deps{
				Logger: log, Now: now, Metrics: d.metrics, Catalog: catalogv1.NewCatalogServiceClient(asCaller),
				Own: scoring.Siblings{
					Catalog: own["catalog"], Assessment: own["assessment"], Appraisal: own["appraisal"], Survey: own["survey"],
				},
			})
		},
	}
}

// serve adds one service's server and the watch over its readiness.
func (p *Platform) serve(ctx context.Context, name string, door daemon.Door, server *rpc.Server, l net.Listener) {
	watching, stop := context.WithCancel(ctx)
	p.group.Add("readiness of "+name, func() error { return daemon.Watch(watching, door, server, p.log, name) },
		func(context.Context) error { stop(); return nil })
	p.group.Add(name+" server", func() error { return server.Serve(l) }, server.Stop)
}

// openToAgencies adds the one server on TCP that answers for all services.
func (p *Platform) openToAgencies(ctx context.Context, t *telemetry.Telemetry, verifier *auth.Verifier, now func() time.Time) error {
	if p.config.GRPCAddr == "" {
		return nil
	}
	all := everything{p.doors}
	server, err := daemon.NewServer(all, rpc.ServerDeps{
		Service: "agencies", Logger: t.Logger, Metrics: t.Metrics("agencies"), Verifier: verifier, Now: now,
		Unauthenticated: limit.New(p.config.StrangersPerMinute, now),
	})
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
func (p *Platform) openToBrowsers(ctx context.Context, t *telemetry.Telemetry, dial dialer, now func() time.Time) error {
	conns, err := partDeps{dial: dial}.siblings(services...) // no token but the caller's
	if err != nil {
		return err
	}
	g, err := gateway.New(ctx, p.config.Gateway, gateway.Deps{
		Logger: t.Logger, Now: now, Metrics: t.Metrics("gateway"),
		Identity: conns["identity"], Catalog: conns["catalog"], Assessment: conns["assessment"],
		Appraisal: conns["appraisal"], Survey: conns["survey"], Scoring: conns["scoring"],
	})
	if err != nil {
		return err
	}
	p.group.Add("gateway", nil, g.Close)
	l, err := daemon.Listen(ctx, p.config.Gateway.HTTPAddr, "http-addr")
	if err != nil {
		return err
	}
	p.Addresses.HTTP = l.Addr().String()
	server := gateway.NewServer(g)
	p.group.Add("HTTP", func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}, server.Shutdown)
	return nil
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

// await returns when every door is ready, and tells of it in the ready file.
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
	for _, door := range p.doors {
		if door.Ready(ctx) != nil {
			return false
		}
	}
	return true
}

// Close closes what Open opened, for a platform that does not run.
func (p *Platform) Close(ctx context.Context) error { return p.group.Stop(ctx) }

// everything is all doors as one.
type everything struct{ doors map[string]daemon.Door }

func (e everything) Register(r grpc.ServiceRegistrar) {
	for _, door := range e.doors {
		door.Register(r)
	}
}

func (e everything) Ready(ctx context.Context) error {
	var errs []error
	for _, door := range e.doors {
		errs = append(errs, door.Ready(ctx))
	}
	return errors.Join(errs...)
}

func (e everything) Close(context.Context) error { return nil }
