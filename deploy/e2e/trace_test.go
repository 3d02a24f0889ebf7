package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// TestTrace plays a cycle and finds two requests from the edge down to the
// databases, each as one trace: the computing of the index, which asks every
// service, and the first reading of a leaderboard, which asks Redis.
func TestTrace(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(spans))
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(provider)
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	p := start(t)
	player, _ := p.player(t)
	for _, step := range player.Steps() {
		spans.Reset()
		if err := step.Do(t.Context()); err != nil {
			t.Fatalf("%s: %v", step.Name, err)
		}
		switch step.Name {
		case "the index is computed, and computed again":
			traced(t, spans.GetSpans(), "scoring.v1.ScoringService/CreateRun",
				"appraisal.v1.AppraisalService/ListOutcomes", "assessment.v1.AssessmentService/ListReportedValues",
				"survey.v1.SurveyService/GetResultSnapshot", "postgresql")
		case "anybody reads the leaderboards":
			traced(t, spans.GetSpans(), "scoring.v1.ScoringService/GetLeaderboard", "postgresql", "redis")
		}
	}
}

// traced sees that a call from the edge has all of its work in its own trace: the
// rpcs and the databases asked.
func traced(t *testing.T, spans tracetest.SpanStubs, rpc string, wanted ...string) {
	t.Helper()
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
	var seen []string
	for _, touches := range traces {
		if !touches[rpc] {
			continue
		}
		missing := slices.DeleteFunc(slices.Clone(wanted), func(w string) bool { return touches[w] })
		if len(missing) == 0 && (touches["root GET"] || touches["root POST"]) {
			return
		}
		seen = append(seen, strings.Join(slices.Sorted(maps.Keys(touches)), ", "))
	}
	t.Errorf("no trace from the edge through %s touches %v; there are:\n%s", rpc, wanted, strings.Join(seen, "\n"))
}

// touched names what a span is about: an rpc, a database, or its own name.
func touched(s tracetest.SpanStub) string {
	for _, a := range s.Attributes {
		if a.Key == attribute.Key("db.system.name") || a.Key == attribute.Key("db.system") {
			return a.Value.AsString()
		}
	}
	return strings.TrimPrefix(s.Name, packagePrefix)
}
