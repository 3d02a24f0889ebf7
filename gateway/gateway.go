// Package gateway is the edge of the platform for browsers. It translates REST and
// JSON to the gRPC services, keeps session tokens in cookies, applies limits,
// serves published leaderboards from memory, and serves the contracts as OpenAPI
// and the public pages. It has no database and no rules of the domain.
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
	"path"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/pflag"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/gateway/internal/leaderboard"
	"github.com/parindex/parindex/gateway/internal/openapi"
	"github.com/parindex/parindex/gateway/internal/page"
	"github.com/parindex/parindex/gateway/web"
	"github.com/parindex/parindex/libs/limit"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

const (
	defaultHTTPAddr = "localhost:8080"
	// maxBody is the largest request that the gRPC servers of libs/rpc take.
	maxBody                  = 4 << 20
	defaultLeaderboardMemory = 64 << 20
	// A whole office may share one address, so the default is generous.
	defaultLoginsPerMinute = 60
)

// Config holds the settings that the operator chooses. The zero Config is usable.
type Config struct {
	// HTTPAddr is the address on which a server made with NewServer should listen;
	// Flags sets it to "localhost:8080".
	HTTPAddr string
	// SecureCookies treats every request as one that came by TLS: cookies are Secure,
	// and browsers are told to use nothing else (HSTS). Set it behind a proxy that
	// terminates TLS and does not send X-Forwarded-Proto.
	SecureCookies bool
	// BodyLimit is the largest request body in bytes; a file in it counts with its own
	// size, not with the size of its base64. 0 means 4 MiB, which is also the largest
	// allowed value.
	BodyLimit int64
	// LeaderboardMemory is the most memory for leaderboards, in bytes; 0 means 64 MiB.
	LeaderboardMemory int64
	// LoginsPerMinute is how many logins and exchanges of secrets one address may try
	// in a minute; 0 means 60.
	LoginsPerMinute int
	// TrustedOrigins are other origins ("https://cchc.example.vn") whose pages may
	// send requests that change data.
	TrustedOrigins []string
	// TrustedProxies are the networks of proxies ("10.0.0.0/8") whose headers
	// X-Forwarded-For and X-Forwarded-Proto are trusted.
	TrustedProxies []string

	// pace is for tests, which do not wait; an operator cannot set it.
	pace pace
	// timeLimit is for tests too.
	timeLimit func(protoreflect.MethodDescriptor) time.Duration
}

// Flags registers c's flags.
func (c *Config) Flags(fs *pflag.FlagSet) {
	fs.StringVar(&c.HTTPAddr, "http-addr", defaultHTTPAddr, "address to answer browsers on")
	fs.BoolVar(&c.SecureCookies, "secure-cookies", false, "treat every request as one by TLS, because a proxy before this program terminates it")
	fs.Int64Var(&c.BodyLimit, "body-limit", maxBody, "largest request body in bytes; a file counts with its size before base64")
	fs.Int64Var(&c.LeaderboardMemory, "leaderboard-memory", defaultLeaderboardMemory, "most memory for leaderboards, in bytes")
	fs.IntVar(&c.LoginsPerMinute, "logins-per-minute", defaultLoginsPerMinute, "most logins per minute from one client address")
	fs.StringSliceVar(&c.TrustedOrigins, "trusted-origins", nil, "other origins whose pages may send changes, such as https://host")
	fs.StringSliceVar(&c.TrustedProxies, "trusted-proxies", nil, "networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted, such as 10.0.0.0/8")
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
		errs = append(errs, fmt.Errorf("--body-limit is %d, but the services accept no request above %d bytes", c.BodyLimit, maxBody))
	}
	_, err := crossOrigin(c.TrustedOrigins)
	errs = append(errs, err)
	_, err = prefixes(c.TrustedProxies)
	return errors.Join(append(errs, err)...)
}

func prefixes(networks []string) (proxies, error) {
	var all proxies
	for _, n := range networks {
		p, err := netip.ParsePrefix(n)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies: %q is not a network such as 10.0.0.0/8", n)
		}
		all = append(all, p)
	}
	return all, nil
}

func crossOrigin(trusted []string) (*http.CrossOriginProtection, error) {
	p := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := p.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("--trusted-origins: %q is not an origin such as https://host", origin)
		}
	}
	return p, nil
}

// Calls names the services that the gateway calls, each with the caller's own
// token or none.
var Calls = []string{"identity", "catalog", "assessment", "appraisal", "survey", "scoring"}

// Gateway is the running edge. It does not close its connections.
type Gateway struct {
	config  Config
	log     *slog.Logger
	now     func() time.Time
	pace    pace
	metrics metrics
	logins  *limit.Limiter
	proxies proxies
	origins *http.CrossOriginProtection
	handler http.Handler
	closed  atomic.Bool
}

// Open opens the gateway. The services need not be reachable yet. It returns an
// error for an invalid Config, a missing connection, or metrics that are registered
// already.
func Open(ctx context.Context, c Config, deps service.Deps) (*Gateway, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	conns, err := connect(deps)
	if err != nil {
		return nil, err
	}
	c.BodyLimit = cmp.Or(c.BodyLimit, maxBody)
	if c.timeLimit == nil {
		c.timeLimit = rpc.TimeLimit
	}
	g := &Gateway{config: c, log: deps.Logger, now: deps.Now, pace: cmp.Or(c.pace, usualPace)}
	if g.metrics, err = newMetrics(deps.Metrics); err != nil {
		return nil, err
	}
	if g.origins, err = crossOrigin(c.TrustedOrigins); err != nil {
		return nil, err
	}
	if g.proxies, err = prefixes(c.TrustedProxies); err != nil {
		return nil, err
	}
	g.logins = limit.New(cmp.Or(c.LoginsPerMinute, defaultLoginsPerMinute), deps.Now)
	boards := leaderboard.New(scoringv1.NewScoringServiceClient(conns["scoring"]), deps.Now,
		cmp.Or(c.LeaderboardMemory, defaultLeaderboardMemory), g.metrics.fromMemory.Inc)
	site, err := page.Open(scoringv1.NewScoringServiceClient(conns["scoring"]), catalogv1.NewCatalogServiceClient(conns["catalog"]), boards)
	if err != nil {
		return nil, err
	}
	rest, err := g.rest(ctx, conns, boards, site)
	if err != nil {
		return nil, err
	}
	if g.handler, err = g.routes(rest, boards, site); err != nil {
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

// routes maps paths to handlers.
func (g *Gateway) routes(rest http.Handler, boards *leaderboard.Cache, site *page.Site) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", g.nothing(site))
	mux.HandleFunc("/v1", func(w http.ResponseWriter, _ *http.Request) { refuse(w, PathUnknown) })
	mux.Handle("/v1/", rest)
	mux.Handle("POST /v1/sessions", g.limitLogins(rest))
	mux.Handle("POST /v1/tokens", g.limitLogins(rest))
	const cycle = "/v1/authorities/{authority}/cycles/{cycle}"
	mux.HandleFunc(cycle+"/leaderboards/{group}", readOnly(noFields(currentLeaderboard(boards))))
	mux.HandleFunc(cycle+"/publications/{publication}/leaderboards/{group}", readOnly(noFields(publishedLeaderboard(boards))))
	g.addPages(mux, site)

	files, err := web.Pages()
	if err != nil {
		return nil, err
	}
	documents, err := openapi.Documents(site.Style())
	if err != nil {
		return nil, err
	}
	maps.Copy(files, documents)
	maps.Copy(files, site.Assets())
	for path, c := range files {
		if !strings.HasPrefix(path, web.AssetsPath) {
			mux.HandleFunc(path, file(c))
		}
	}
	// One route for all of them, so that their names are not labels of metrics.
	mux.HandleFunc(web.AssetsPath+"{release}/{file}", func(w http.ResponseWriter, r *http.Request) {
		if c := files[r.URL.Path]; c != nil {
			file(c)(w, r)
		} else {
			refuse(w, PathUnknown)
		}
	})
	return g.observe(asWritten(mux)), nil
}

// asWritten refuses paths with empty, "." and ".." parts, which a mux redirects to
// another path, with a page of HTML that no client of the interface expects.
func asWritten(next *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		written := r.URL.EscapedPath()
		clean := path.Clean("/" + written)
		if clean != "/" && strings.HasSuffix(written, "/") {
			clean += "/"
		}
		if written != clean {
			refuse(w, PathUnknown)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Handler returns the handler of all HTTP requests.
func (g *Gateway) Handler() http.Handler { return g.handler }

// Ready returns an error once the gateway is closed. It does not depend on the
// services, because leaderboards in memory are served without them.
func (g *Gateway) Ready(context.Context) error {
	if g.closed.Load() {
		return errors.New("closed")
	}
	return nil
}

// Close makes Ready return an error. There is nothing else to close.
func (g *Gateway) Close(context.Context) error {
	g.closed.Store(true)
	return nil
}

const (
	headerTimeout = 5 * time.Second
	// bodyTimeout is the time for a body that nobody reads; a body that an rpc takes is
	// judged by its pace.
	bodyTimeout = 30 * time.Second
	// answerTimeout begins with the header, and again when a body has arrived. An rpc has
	// its own time limit, and sendTimeout after it.
	answerTimeout = time.Minute
	sendTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 32 << 10
)

// NewServer returns an HTTP server for g, with timeouts against slow clients.
func NewServer(g *Gateway) *http.Server {
	return &http.Server{
		Handler: g.Handler(), ErrorLog: slog.NewLogLogger(g.log.Handler(), slog.LevelDebug), MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: answerTimeout, IdleTimeout: idleTimeout,
	}
}
