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
)

// exchange is one request and its answer, as far as the edge must know of it.
type exchange struct {
	http.ResponseWriter

	id       string
	language string
	secure   bool   // whether cookies are marked Secure
	path     string // as sent
	route    string // the pattern that took the request
	status   int
	fault    *fault.Fault
}

func (x *exchange) WriteHeader(status int) {
	if x.status == 0 {
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

func (x *exchange) Write(b []byte) (int, error) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	return x.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// exchangeOf returns the exchange that w belongs to.
func exchangeOf(w http.ResponseWriter) *exchange {
	for {
		if x, ok := w.(*exchange); ok {
			return x
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return &exchange{ResponseWriter: w, language: "vi"}
		}
		w = u.Unwrap()
	}
}

type exchangeKey struct{}

func exchangeFrom(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
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
	reads := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parindex_leaderboard_reads_total", Help: "Leaderboards served, by the copy that served them.",
	}, []string{"source"})
	for _, c := range []prometheus.Collector{duration, reads} {
		if err := r.Register(c); err != nil {
			return metrics{}, fmt.Errorf("registering metrics: %w", err)
		}
	}
	return metrics{duration: duration, fromMemory: reads.WithLabelValues("memory")}, nil
}

// Header values that answers share; never appended to.
var (
	noSniff         = []string{"nosniff"}
	contentSecurity = []string{"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"}
	referrer = []string{"same-origin"}
)

// observe surrounds every request: it gives it an id, recovers panics, sets the
// headers of every answer, and records one log line and one measurement. What is
// recorded names the route and never the address asked for, which may hold
// anything.
func (g *Gateway) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := g.now()
		x := &exchange{
			ResponseWriter: w, id: requestID(r.Header.Get("X-Request-Id")), path: r.URL.Path,
			language: rpc.AcceptedLanguage(r.Header.Get("Accept-Language")), secure: g.config.SecureCookies || r.TLS != nil,
		}
		h := w.Header()
		h["X-Request-Id"] = []string{x.id}
		h["X-Content-Type-Options"] = noSniff
		defer func() {
			p := recover()
			if p != nil && p != http.ErrAbortHandler && x.status == 0 { //nolint:errorlint // panics are compared as they are thrown
				refuse(x, fault.Unexpected.Because(fmt.Errorf("panic: %v\n%s", p, debug.Stack())))
			}
			g.record(r, x, start, g.now())
			if p != nil && x.fault == nil {
				panic(http.ErrAbortHandler) // the answer is broken off; let the client see it
			}
		}()
		next.ServeHTTP(x, r)
	})
}

// requestID returns the client's request id if it is fit to be passed on, else
// a new UUIDv7.
func requestID(sent string) string {
	if fit(sent) {
		return sent
	}
	id, err := uuid.NewV7()
	if err != nil {
		return "" // no randomness: a request without an id is still a request
	}
	return id.String()
}

func fit(id string) bool {
	for i := range len(id) {
		c := id[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return id != "" && len(id) <= 64
}

// methods are those that may stand in a metric; any other is "OTHER".
var methods = map[string]bool{"GET": true, "HEAD": true, "POST": true, "PUT": true, "PATCH": true, "DELETE": true, "OPTIONS": true}

// levels are those of faults that are ours to mend; any other is a client's own.
var levels = map[fault.Kind]slog.Level{fault.Internal: slog.LevelError, fault.Unavailable: slog.LevelWarn}

func (g *Gateway) record(r *http.Request, x *exchange, start, end time.Time) {
	took := end.Sub(start)
	if x.status == 0 {
		x.status = http.StatusOK
	}
	route, method := x.route, r.Method
	if route == "" {
		route = r.Pattern
	}
	if !methods[method] {
		method = "OTHER"
	}
	g.metrics.duration.WithLabelValues(route, method, statusText(x.status)).Observe(took.Seconds())
	level := slog.LevelInfo
	attrs := append(make([]slog.Attr, 0, 7), // five attributes fit into a record as it is
		slog.String("method", method), slog.String("route", route), slog.Int("status", x.status),
		slog.Duration("took", took), slog.String("request", x.id))
	if x.fault != nil {
		attrs = append(attrs, slog.String("reason", x.fault.Code))
		level = levels[x.fault.Kind]
		if cause := x.fault.Unwrap(); cause != nil && level != slog.LevelInfo {
			attrs = append(attrs, slog.String("cause", cause.Error()))
		}
	}
	if log := g.log.Handler(); log.Enabled(r.Context(), level) {
		line := slog.NewRecord(end, level, "http", 0) // the place in the code says nothing here and costs
		line.AddAttrs(attrs...)
		_ = log.Handle(r.Context(), line) // as slog does, which has nowhere to say it either
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

// page serves what a browser shows, with the limits of what it may do there.
func page(c *content.Content) http.HandlerFunc {
	return reading(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Security-Policy"] = contentSecurity
		w.Header()["Referrer-Policy"] = referrer
		c.Serve(w, r)
	})
}

// reading lets GET and HEAD through.
func reading(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			refuse(w, MethodNotAllowed)
			return
		}
		next(w, r)
	}
}
