// Package telemetry provides structured logs, traces, metrics and health checks. It
// decides how they are recorded, not what is recorded.
//
// No record may contain personal data: only ids, counts, reasons and durations.
package telemetry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/pflag"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	oteltrace "go.opentelemetry.io/otel/trace"
)

// Config holds the settings that the operator chooses. Traces are sent to the
// collector in the standard variable OTEL_EXPORTER_OTLP_ENDPOINT, or nowhere if it
// is not set.
type Config struct {
	// LogLevel is debug, info, warn or error; info if empty.
	LogLevel string
	// AdminAddr is the address for /metrics, /healthz and /readyz; empty for none.
	AdminAddr string
}

// Flags registers c's flags.
func (c *Config) Flags(fs *pflag.FlagSet) {
	fs.StringVar(&c.LogLevel, "log-level", "info", "what to log: debug, info, warn or error")
	fs.StringVar(&c.AdminAddr, "admin-addr", c.AdminAddr, "address of /metrics, /healthz and /readyz, never a public one; empty: none")
}

// Telemetry is shared by the parts of one program.
type Telemetry struct {
	Logger *slog.Logger
	// Registry holds the metrics of the program; Metrics returns the view for one
	// part.
	Registry *prometheus.Registry
	traces   *trace.TracerProvider
}

// Start sets up logging, tracing and metrics for a program; logs are written to w
// as lines of JSON. It sets the global tracer provider, propagator and error
// handler of OpenTelemetry, because libraries use them.
func Start(ctx context.Context, program, version string, w io.Writer, c Config) (*Telemetry, error) {
	level := slog.LevelInfo
	if c.LogLevel != "" {
		if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
			return nil, fmt.Errorf("log level %q is none of debug, info, warn, error", c.LogLevel)
		}
	}
	t := &Telemetry{
		Logger:   slog.New(traced{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})}),
		Registry: prometheus.NewRegistry(),
	}
	t.Registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), buildInfo(version))
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { t.Logger.Warn("tracing", "cause", err.Error()) }))
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" {
		return t, nil
	}
	exporter, err := otlptracegrpc.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting to the trace collector: %w", err)
	}
	t.traces = trace.NewTracerProvider(trace.WithBatcher(exporter),
		trace.WithResource(resource.NewSchemaless(semconv.ServiceName(program), semconv.ServiceVersion(version))))
	otel.SetTracerProvider(t.traces)
	return t, nil
}

// Metrics returns the view of the registry for one part of the program: every
// metric registered there has the label service, so that the metrics of six
// services in one process stay separate.
func (t *Telemetry) Metrics(service string) prometheus.Registerer {
	return prometheus.WrapRegistererWith(prometheus.Labels{"service": service}, t.Registry)
}

// Close sends the remaining traces.
func (t *Telemetry) Close(ctx context.Context) error {
	if t.traces == nil {
		return nil
	}
	return t.traces.Shutdown(ctx)
}

// Check is one condition for a program to be ready.
type Check struct {
	Name  string
	Ready func(context.Context) error
}

// Admin serves /metrics, /healthz (the process is alive) and /readyz (200 if every
// check passes, otherwise 503 with one line for each failed check).
func (t *Telemetry) Admin(checks ...Check) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(t.Registry, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(t.Logger.Handler(), slog.LevelWarn)}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := Ready(r.Context(), checks...); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ready\n")
	})
	return mux
}

// Ready returns nil if every check passes within two seconds, otherwise an error
// with one line for each failed check.
func Ready(ctx context.Context, checks ...Check) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var errs []error
	for _, c := range checks {
		if err := c.Ready(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.Name, err))
		}
	}
	return errors.Join(errs...)
}

// traced adds the ids of the current trace to every log record.
type traced struct{ slog.Handler }

func (h traced) Handle(ctx context.Context, r slog.Record) error {
	if span := oteltrace.SpanContextFromContext(ctx); span.IsValid() {
		r.AddAttrs(slog.String("trace", span.TraceID().String()), slog.String("span", span.SpanID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{h.Handler.WithAttrs(attrs)} }

func (h traced) WithGroup(name string) slog.Handler { return traced{h.Handler.WithGroup(name)} }
