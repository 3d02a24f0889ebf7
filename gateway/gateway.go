// Package gateway is the edge for browsers: REST and JSON before the gRPC
// services, the session's cookies, limits, the published leaderboards from
// memory, the contracts as OpenAPI, and the public page. It holds no data of
// its own and decides nothing about the domain.
package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/gateway/internal/leaderboard"
	"github.com/parindex/parindex/gateway/internal/openapi"
	"github.com/parindex/parindex/gateway/web"
	"github.com/parindex/parindex/libs/limit"
	"github.com/parindex/parindex/libs/service"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

const (
	defaultHTTPAddr = "localhost:8080"
	// maxBody is the largest request that the gRPC servers of libs/rpc take.
	maxBody                  = 4 << 20
	defaultLeaderboardMemory = 64 << 20
	// defaultLoginsPerMinute is generous, because a whole office stands behind
	// one address.
	defaultLoginsPerMinute = 60
)

// Config is what the operator chooses. The zero Config is usable.
type Config struct {
	// HTTPAddr is where the program is to listen with NewServer; Flags sets it to
	// "localhost:8080".
	HTTPAddr string
	// SecureCookies marks the session's cookies Secure also where the request
	// came without TLS: behind a proxy that ends TLS.
	SecureCookies bool
	// BodyLimit is the most bytes of a request's body, a file in it counted as it is
	// and not in base64; 4 MiB, the most there is, if 0.
	BodyLimit int64
	// LeaderboardMemory is the most bytes of leaderboards kept; 64 MiB if 0.
	LeaderboardMemory int64
	// LoginsPerMinute bounds logins, and exchanges of secrets, from one address;
	// 60 if 0.
	LoginsPerMinute int
	// TrustedOrigins are other origins ("https://cchc.example.vn") whose pages may
	// send requests that change something.
	TrustedOrigins []string
	// TrustedProxies are networks ("10.0.0.0/8") whose X-Forwarded-For tells the
	// client's address.
	TrustedProxies []string
}

// Flags registers c's flags.
func (c *Config) Flags(fs *pflag.FlagSet) {
	fs.StringVar(&c.HTTPAddr, "http-addr", defaultHTTPAddr, "address to answer browsers on")
	fs.BoolVar(&c.SecureCookies, "secure-cookies", false, "mark cookies Secure although a proxy before this program ends TLS")
	fs.Int64Var(&c.BodyLimit, "body-limit", maxBody, "most bytes of a request's body, a file in it counted without its base64")
	fs.Int64Var(&c.LeaderboardMemory, "leaderboard-memory", defaultLeaderboardMemory, "most bytes of leaderboards kept in memory")
	fs.IntVar(&c.LoginsPerMinute, "logins-per-minute", defaultLoginsPerMinute, "most logins a minute from one address")
	fs.StringSliceVar(&c.TrustedOrigins, "trusted-origins", nil, "other origins whose pages may change something, as https://host")
	fs.StringSliceVar(&c.TrustedProxies, "trusted-proxies", nil, "networks of proxies whose X-Forwarded-For is believed, as 10.0.0.0/8")
}

// Validate reports everything wrong with c.
func (c *Config) Validate() error {
	var errs []error
	for _, limit := range []struct {
		flag string
		n    int64
	}{{"body-limit", c.BodyLimit}, {"leaderboard-memory", c.LeaderboardMemory}, {"logins-per-minute", int64(c.LoginsPerMinute)}} {
		if limit.n < 0 {
			errs = append(errs, fmt.Errorf("--%s is below 0", limit.flag))
		}
	}
	if c.BodyLimit > maxBody {
		errs = append(errs, fmt.Errorf("--body-limit is %d, but the services take no request above %d bytes", c.BodyLimit, maxBody))
	}
	_, err := crossOrigin(c.TrustedOrigins)
	errs = append(errs, err)
	_, err = prefixes(c.TrustedProxies)
	return errors.Join(append(errs, err)...)
}

func prefixes(networks []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, n := range networks {
		p, err := netip.ParsePrefix(n)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies: %q is no network such as 10.0.0.0/8", n)
		}
		all = append(all, p)
	}
	return all, nil
}

func crossOrigin(trusted []string) (*http.CrossOriginProtection, error) {
	p := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := p.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("--trusted-origins: %q is no origin such as https://host", origin)
		}
	}
	return p, nil
}

// Calls names the services that the gateway calls, each with the caller's own
// token or none.
var Calls = []string{"identity", "catalog", "assessment", "appraisal", "survey", "scoring"}

// Gateway is the edge, opened. It does not close its connections.
type Gateway struct {
	config  Config
	log     *slog.Logger
	now     func() time.Time
	metrics metrics
	logins  loginLimit
	origins *http.CrossOriginProtection
	handler http.Handler
	closed  atomic.Bool
}

// Open opens the gateway. The services may be away.
func Open(ctx context.Context, c Config, deps service.Deps) (*Gateway, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	conns, err := connect(deps)
	if err != nil {
		return nil, err
	}
	c.BodyLimit = cmp.Or(c.BodyLimit, maxBody)
	g := &Gateway{config: c, log: deps.Logger, now: deps.Now}
	if g.metrics, err = newMetrics(deps.Metrics); err != nil {
		return nil, err
	}
	if g.origins, err = crossOrigin(c.TrustedOrigins); err != nil {
		return nil, err
	}
	proxies, err := prefixes(c.TrustedProxies)
	if err != nil {
		return nil, err
	}
	g.logins = loginLimit{limit.New(cmp.Or(c.LoginsPerMinute, defaultLoginsPerMinute), deps.Now), proxies}
	rest, err := g.rest(ctx, conns)
	if err != nil {
		return nil, err
	}
	boards := leaderboard.New(scoringv1.NewScoringServiceClient(conns["scoring"]), deps.Now,
		cmp.Or(c.LeaderboardMemory, defaultLeaderboardMemory), g.metrics.fromMemory.Inc)
	if g.handler, err = g.routes(rest, boards); err != nil {
		return nil, err
	}
	return g, nil
}

// connect returns a connection to each of Calls, by name.
func connect(deps service.Deps) (map[string]grpc.ClientConnInterface, error) {
	conns := make(map[string]grpc.ClientConnInterface, len(Calls))
	var errs []error
	for _, name := range Calls {
		conn, err := deps.Dial(name, nil)
		conns[name], errs = conn, append(errs, err)
	}
	return conns, errors.Join(errs...)
}

// routes says which path is answered by what.
func (g *Gateway) routes(rest http.Handler, boards *leaderboard.Shelf) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, PathUnknown) })
	mux.Handle("/v1/", rest)
	mux.Handle("POST /v1/sessions", g.limitLogins(rest))
	mux.Handle("POST /v1/tokens", g.limitLogins(rest))
	const cycle = "/v1/authorities/{authority}/cycles/{cycle}"
	mux.HandleFunc(cycle+"/leaderboards/{group}", reading(noQuery(currentLeaderboard(boards))))
	mux.HandleFunc(cycle+"/publications/{publication}/leaderboards/{group}", reading(noQuery(publishedLeaderboard(boards))))

	pages, err := web.Pages()
	if err != nil {
		return nil, err
	}
	documents, err := openapi.Documents()
	if err != nil {
		return nil, err
	}
	maps.Copy(pages, documents)
	for path, c := range pages {
		mux.HandleFunc(path, page(c))
	}
	return g.observe(mux), nil
}

// Handler answers every request to the edge.
func (g *Gateway) Handler() http.Handler { return g.handler }

// Ready returns an error once the gateway is closed. It asks no service: what
// is in memory is served without them.
func (g *Gateway) Ready(context.Context) error {
	if g.closed.Load() {
		return errors.New("closed")
	}
	return nil
}

// Close ends readiness. There is nothing else to close.
func (g *Gateway) Close(context.Context) error {
	g.closed.Store(true)
	return nil
}

const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 30 * time.Second
	answerTimeout = time.Minute
	idleTimeout   = 2 * time.Minute
	maxHeader     = 32 << 10
)

// NewServer returns an HTTP server for g, with time limits against clients that
// do not get on.
func NewServer(g *Gateway) *http.Server {
	return &http.Server{
		Handler: g.Handler(), ErrorLog: slog.NewLogLogger(g.log.Handler(), slog.LevelDebug), MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: answerTimeout, IdleTimeout: idleTimeout,
	}
}
