package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/gateway/internal/content"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/telemetry"
)

// requestState is the data about one HTTP request that the gateway needs while it
// answers. It is also the ResponseWriter of the answer, and records its status.
type requestState struct {
	http.ResponseWriter

	id       string
	language string
	secure   bool   // whether the request came by TLS
	path     string // as sent
	route    string // the pattern that matched the request
	status   int
	fault    *fault.Fault
}

func (s *requestState) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *requestState) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	return s.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *requestState) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// stateOf returns the requestState that w wraps. If there is none, it returns a new
// one with the language Vietnamese.
func stateOf(w http.ResponseWriter) *requestState {
	for {
		if state, ok := w.(*requestState); ok {
			return state
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return &requestState{ResponseWriter: w, language: "vi"}
		}
		w = u.Unwrap()
	}
}

type stateKey struct{}

func stateFrom(ctx context.Context) *requestState {
	state, _ := ctx.Value(stateKey{}).(*requestState)
	return state
}

type metrics struct {
	duration   *prometheus.HistogramVec
	fromMemory prometheus.Counter
}

func newMetrics(r prometheus.Registerer) (metrics, error) {
	duration := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "parindex_http_duration_seconds", Help: "Time to answer an HTTP request, by route, method and status.",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"route", "method", "code"})
	reads := telemetry.LeaderboardReads()
	for _, c := range []prometheus.Collector{duration, reads} {
		if err := r.Register(c); err != nil {
			return metrics{}, fmt.Errorf("registering metrics: %w", err)
		}
	}
	return metrics{duration: duration, fromMemory: reads.WithLabelValues("memory")}, nil
}

// Header values that all answers share; they must not be appended to.
var (
	noSniff = []string{"nosniff"}
	// strictTransport lasts a year. It does not bind subdomains, which may be others'.
	strictTransport = []string{"max-age=31536000"}
	contentSecurity = []string{"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"frame-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"}
	referrer = []string{"same-origin"}
)

// observe wraps every request: it assigns a request id, recovers panics, sets
// common headers, and records one log line and one measurement. The records contain
// the route and never the requested address, because an address may contain
// personal data.
func (g *Gateway) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := g.now()
		state := &requestState{
			ResponseWriter: w, id: requestID(r.Header.Get("X-Request-Id")), path: r.URL.Path,
			language: rpc.AcceptedLanguage(r.Header.Get("Accept-Language")), secure: g.config.SecureCookies || r.TLS != nil || g.proxies.endedTLS(r),
		}
		h := w.Header()
		h["X-Request-Id"] = []string{state.id}
		h["X-Content-Type-Options"] = noSniff
		if state.secure {
			h["Strict-Transport-Security"] = strictTransport
		}
		defer func() {
			p := recover()
			if p != nil && p != http.ErrAbortHandler && state.status == 0 { //nolint:errorlint // panics are compared as they are thrown
				refuse(state, fault.Unexpected.Because(fmt.Errorf("panic: %v\n%s", p, debug.Stack())))
			}
			g.record(r, state, start, g.now())
			if p != nil && state.fault == nil {
				panic(http.ErrAbortHandler) // the answer is incomplete; closing the connection shows it to the client
			}
		}()
		next.ServeHTTP(state, r)
	})
}

// requestID returns the client's request id if it is valid, otherwise a new UUIDv7.
func requestID(sent string) string {
	if validRequestID(sent) {
		return sent
	}
	id, err := uuid.NewV7()
	if err != nil {
		return "" // no randomness: answer the request without an id
	}
	return id.String()
}

func validRequestID(id string) bool {
	for i := range len(id) {
		c := id[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return id != "" && len(id) <= 64
}

// methods are the HTTP methods that a metric's label may contain; every other one
// is recorded as "OTHER".
var methods = map[string]bool{"GET": true, "HEAD": true, "POST": true, "PUT": true, "PATCH": true, "DELETE": true, "OPTIONS": true}

// levels are the log levels of faults that the operator must look at; other faults
// are logged as information.
var levels = map[fault.Kind]slog.Level{fault.Internal: slog.LevelError, fault.Unavailable: slog.LevelWarn}

func (g *Gateway) record(r *http.Request, state *requestState, start, end time.Time) {
	took := end.Sub(start)
	if state.status == 0 {
		state.status = http.StatusOK
	}
	route, method := state.route, r.Method
	if route == "" {
		route = r.Pattern
	}
	if !methods[method] {
		method = "OTHER"
	}
	g.metrics.duration.WithLabelValues(route, method, statusText(state.status)).Observe(took.Seconds())
	level := slog.LevelInfo
	attrs := append(make([]slog.Attr, 0, 7), // a slog.Record holds five attributes without allocating
		slog.String("method", method), slog.String("route", route), slog.Int("status", state.status),
		slog.Float64("took_ms", float64(took)/float64(time.Millisecond)), slog.String("request", state.id))
	if state.fault != nil {
		attrs = append(attrs, slog.String("reason", state.fault.Code))
		level = levels[state.fault.Kind]
		if cause := state.fault.Unwrap(); cause != nil && level != slog.LevelInfo {
			attrs = append(attrs, slog.String("cause", cause.Error()))
		}
	}
	if log := g.log.Handler(); log.Enabled(r.Context(), level) {
		line := slog.NewRecord(end, level, "http", 0) // the source position is useless here and costs time
		line.AddAttrs(attrs...)
		_ = log.Handle(r.Context(), line) // slog also ignores this error
	}
}

func statusText(status int) string {
	switch status {
	case http.StatusOK:
		return "200"
	case http.StatusNotModified:
		return "304"
	}
	return strconv.Itoa(status)
}

// file serves a file with the headers that limit what it may load and run.
func file(c *content.Content) http.HandlerFunc {
	return readOnly(func(w http.ResponseWriter, r *http.Request) {
		restrict(w)
		c.Serve(w, r)
	})
}

// restrict limits what a page may load and run.
func restrict(w http.ResponseWriter) {
	w.Header()["Content-Security-Policy"] = contentSecurity
	w.Header()["Referrer-Policy"] = referrer
}

// readOnly passes GET and HEAD requests on and refuses all others.
func readOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			refuse(w, MethodNotAllowed)
			return
		}
		next(w, r)
	}
}
