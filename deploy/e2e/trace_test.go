package e2e

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// TestTrace plays a cycle and finds two requests from the gateway down to the
// databases, each as one trace: the computation of the index, which calls every
// service, and the first read of a leaderboard, which reads Redis.
//
// The traces, the log, the metrics and the changes in the audit logs must not
// contain texts that people wrote, nor secrets.
func TestTrace(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(spans))
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(provider)
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	p := start(t)
	player, _ := p.player(t)
	var records strings.Builder
	for _, step := range player.Steps() {
		dump(&records, spans.GetSpans())
		spans.Reset()
		if err := step.Do(t.Context()); err != nil {
			t.Fatalf("%s: %v", step.Name, err)
		}
		switch step.Name {
		case "the index is computed, and computed again":
			traced(t, spans, "scoring.v1.ScoringService/CreateRun",
				"appraisal.v1.AppraisalService/ListOutcomes", "survey.v1.SurveyService/GetResultSnapshot", "postgresql")
		case "anybody reads the leaderboards":
			traced(t, spans, "scoring.v1.ScoringService/GetLeaderboard", "postgresql", "redis")
		}
	}
	records.WriteString(p.metrics(t))
	records.WriteString(p.audited(t))
	p.stop()
	dump(&records, spans.GetSpans())
	records.WriteString(p.log.String())
	all := records.String()
	for _, said := range player.Said() {
		if i := strings.Index(all, said); i >= 0 {
			t.Errorf("the records contain %q: …%s…", said, all[max(0, i-200):min(len(all), i+200)])
		}
	}
}

// dump writes the content of spans as text.
func dump(to *strings.Builder, spans tracetest.SpanStubs) {
	for _, s := range spans {
		fmt.Fprintln(to, s.Name, s.Attributes, s.Status.Description)
		for _, e := range s.Events {
			fmt.Fprintln(to, e.Name, e.Attributes)
		}
	}
}

func (p *platform) metrics(t *testing.T) string {
	t.Helper()
	response, err := http.Get("http://" + p.addresses.Admin + "/metrics") //nolint:noctx // a test's own server
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	metrics, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(metrics)
}

// audited returns the changes in the audit logs of all services.
func (p *platform) audited(t *testing.T) string {
	t.Helper()
	db, err := pgx.Connect(t.Context(), p.config.Identity.DB.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	var all strings.Builder
	for _, service := range siblings {
		rows, _ := db.Query(t.Context(), `select resource || principal || action || change::text from `+service+`.audit_entry`)
		entries, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(entries) == 0 {
			t.Fatalf("the audit log of %s: %d entries, %v", service, len(entries), err)
		}
		for _, e := range entries {
			fmt.Fprintln(&all, e)
		}
	}
	return all.String()
}

// traced waits until the trace of a call from the gateway contains all rpcs and
// databases that it needs. A span may end after its request is answered.
func traced(t *testing.T, spans *tracetest.InMemoryExporter, rpc string, wanted ...string) {
	t.Helper()
	for deadline := time.Now().Add(enough); ; time.Sleep(10 * time.Millisecond) {
		whole, seen := whole(spans.GetSpans(), rpc, wanted)
		if whole {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("no trace from the edge through %s touches %v; there are:\n%s", rpc, wanted, strings.Join(seen, "\n"))
			return
		}
	}
}

// whole reports whether a trace that begins at the gateway and contains an rpc
// touches everything wanted; if not, it returns what such traces touch.
func whole(spans tracetest.SpanStubs, rpc string, wanted []string) (found bool, seen []string) {
	traces := map[string]map[string]bool{} // what a trace touches, by its id
	for _, s := range spans {
		id := s.SpanContext.TraceID().String()
		if traces[id] == nil {
			traces[id] = map[string]bool{}
		}
		traces[id][touched(s)] = true
		if !s.Parent.IsValid() {
			traces[id]["root "+strings.Fields(s.Name)[0]] = true
		}
	}
	for _, touches := range traces {
		if !touches[rpc] {
			continue
		}
		missing := slices.DeleteFunc(slices.Clone(wanted), func(w string) bool { return touches[w] })
		if len(missing) == 0 && (touches["root GET"] || touches["root POST"]) {
			return true, nil
		}
		seen = append(seen, strings.Join(slices.Sorted(maps.Keys(touches)), ", "))
	}
	return false, seen
}

// touched returns the name of a span: an rpc, a database, or the span's own name.
func touched(s tracetest.SpanStub) string {
	for _, a := range s.Attributes {
		if a.Key == attribute.Key("db.system.name") || a.Key == attribute.Key("db.system") {
			return a.Value.AsString()
		}
	}
	return strings.TrimPrefix(s.Name, packagePrefix)
}
