package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/parindex/parindex/libs/telemetry"
)

func start(t *testing.T, c telemetry.Config) (*telemetry.Telemetry, *bytes.Buffer) {
	t.Helper()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	var out bytes.Buffer
	tel, err := telemetry.Start(t.Context(), "shelfd", "1.2.3", &out, c)
	if err != nil {
		t.Fatal(err)
	}
	return tel, &out
}

func TestLogLevel(t *testing.T) {
	for level, want := range map[string]slog.Level{
		"": slog.LevelInfo, "debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError, "WARN": slog.LevelWarn,
	} {
		tel, _ := start(t, telemetry.Config{LogLevel: level})
		if !tel.Logger.Enabled(t.Context(), want) || tel.Logger.Enabled(t.Context(), want-1) {
			t.Errorf("level %q does not begin at %s", level, want)
		}
	}
	if _, err := telemetry.Start(t.Context(), "shelfd", "", new(bytes.Buffer), telemetry.Config{LogLevel: "loud"}); err == nil || !strings.Contains(err.Error(), `"loud" is none of debug, info, warn, error`) {
		t.Errorf("level loud: %v", err)
	}
}

func TestFlags(t *testing.T) {
	var c telemetry.Config
	fs := pflag.NewFlagSet("shelfd", pflag.ContinueOnError)
	c.Flags(fs)
	if c != (telemetry.Config{LogLevel: "info"}) {
		t.Errorf("defaults %+v", c)
	}
	if err := fs.Parse([]string{"--log-level=warn", "--admin-addr=:9"}); err != nil || c != (telemetry.Config{LogLevel: "warn", AdminAddr: ":9"}) {
		t.Errorf("parsed %+v, %v", c, err)
	}
}

func TestBuildInfo(t *testing.T) {
	tel, _ := start(t, telemetry.Config{})
	answer := httptest.NewRecorder()
	tel.Admin().ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	want := regexp.MustCompile(`(?m)^parindex_build_info\{goversion="` + regexp.QuoteMeta(runtime.Version()) + `",revision="[^"]+",version="1\.2\.3"\} 1$`)
	if !want.MatchString(answer.Body.String()) {
		t.Errorf("the metrics lack %s", want)
	}
}

func TestLogLinesAreJSONWithTheTrace(t *testing.T) {
	tel, out := start(t, telemetry.Config{})
	ctx, span := trace.NewTracerProvider().Tracer("test").Start(t.Context(), "closing")
	tel.Logger.With("service", "shelf").InfoContext(ctx, "closed", "boards", 3)
	tel.Logger.Info("no trace")
	span.End()
	var lines []map[string]any
	for line := range strings.Lines(out.String()) {
		m := map[string]any{}
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		lines = append(lines, m)
	}
	if len(lines) != 2 {
		t.Fatalf("lines %v", lines)
	}
	if l := lines[0]; l["msg"] != "closed" || l["service"] != "shelf" || l["boards"] != 3.0 ||
		l["trace"] != span.SpanContext().TraceID().String() || l["span"] != span.SpanContext().SpanID().String() {
		t.Errorf("line in a trace: %v", l)
	}
	if _, traced := lines[1]["trace"]; traced {
		t.Errorf("line outside a trace: %v", lines[1])
	}
}

func TestTracingErrorsAreLogLines(t *testing.T) {
	tel, out := start(t, telemetry.Config{})
	otel.Handle(errors.New("collector away"))
	if !strings.Contains(out.String(), `"cause":"collector away"`) {
		t.Errorf("log %q", out)
	}
	if err := tel.Close(t.Context()); err != nil {
		t.Errorf("closing without traces: %v", err)
	}
}

func TestUnavailableCollectorDoesNotPreventStarting(t *testing.T) {
	before := otel.GetTracerProvider()
	defer otel.SetTracerProvider(before)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:1")
	tel, err := telemetry.Start(t.Context(), "shelfd", "1.2.3", new(bytes.Buffer), telemetry.Config{})
	if err != nil {
		t.Fatal(err)
	}
	_, span := otel.Tracer("test").Start(t.Context(), "closing")
	if !span.SpanContext().IsSampled() {
		t.Error("nothing is traced")
	}
	span.End()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := tel.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("closing: %v; want to be told that its deadline passed", err)
	}
}

func get(t *testing.T, h http.Handler, path string) (code int, body string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestAdmin(t *testing.T) {
	tel, _ := start(t, telemetry.Config{})
	var catalog, survey error
	h := tel.Admin(
		telemetry.Check{Name: "catalog", Ready: func(context.Context) error { return catalog }},
		telemetry.Check{Name: "survey", Ready: func(context.Context) error { return survey }},
	)
	if code, body := get(t, h, "/readyz"); code != http.StatusOK || body != "ready\n" {
		t.Errorf("/readyz: %d %q", code, body)
	}
	catalog, survey = errors.New("schema at 12, needs 14"), errors.New("no database")
	if code, body := get(t, h, "/readyz"); code != http.StatusServiceUnavailable || body != "catalog: schema at 12, needs 14\nsurvey: no database\n" {
		t.Errorf("/readyz: %d %q", code, body)
	}
	if code, body := get(t, h, "/healthz"); code != http.StatusOK || body != "ok\n" {
		t.Errorf("/healthz of a process that is not ready: %d %q", code, body)
	}
	if code, body := get(t, h, "/metrics"); code != http.StatusOK || !strings.Contains(body, "go_goroutines") || !strings.Contains(body, "process_open_fds") {
		t.Errorf("/metrics: %d %.200q", code, body)
	}
	if code, _ := get(t, h, "/"); code != http.StatusNotFound {
		t.Errorf("/: %d, want 404", code)
	}
}

func TestServicesHaveSeparateMetrics(t *testing.T) {
	tel, _ := start(t, telemetry.Config{})
	for service, n := range map[string]float64{"catalog": 1, "survey": 2} {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: "parindex_calls_total", Help: "Calls."})
		if err := tel.Metrics(service).Register(c); err != nil {
			t.Fatalf("the same metric of %s: %v", service, err)
		}
		c.Add(n)
	}
	if err := tel.Metrics("survey").Register(prometheus.NewCounter(prometheus.CounterOpts{Name: "parindex_calls_total", Help: "Calls."})); err == nil {
		t.Error("one service registers a metric twice")
	}
	_, body := get(t, tel.Admin(), "/metrics")
	for _, line := range []string{`parindex_calls_total{service="catalog"} 1`, `parindex_calls_total{service="survey"} 2`} {
		if !strings.Contains(body, line) {
			t.Errorf("/metrics lacks %s", line)
		}
	}
}

func TestReadyWaitsTwoSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		err := telemetry.Ready(t.Context(), telemetry.Check{Name: "slow", Ready: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}})
		if took := time.Since(begin); !errors.Is(err, context.DeadlineExceeded) || took != 2*time.Second {
			t.Errorf("Ready = %v after %v", err, took)
		}
	})
}

func TestGaugeCountsAtEachScrape(t *testing.T) {
	tel, _ := start(t, telemetry.Config{})
	n, away := int64(3), error(nil)
	tel.Metrics("catalog").MustRegister(telemetry.Gauge("shelves", "Shelves that are full", func(ctx context.Context) (int64, error) {
		if end, ok := ctx.Deadline(); !ok || time.Until(end) > time.Second {
			t.Errorf("may wait until %v", end)
		}
		return n, away
	}))
	h := tel.Admin()
	wants := func(line string) {
		t.Helper()
		if _, body := get(t, h, "/metrics"); !strings.Contains(body, line+"\n") {
			t.Errorf("no %q in\n%s", line, body)
		}
	}
	wants("# HELP shelves Shelves that are full; NaN while the database is away.")
	wants(`shelves{service="catalog"} 3`)
	away = errors.New("no database")
	wants(`shelves{service="catalog"} NaN`)
	n, away = 4, nil
	wants(`shelves{service="catalog"} 4`)
}
