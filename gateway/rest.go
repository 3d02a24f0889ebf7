package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/parindex/parindex/gateway/internal/leaderboard"
	"github.com/parindex/parindex/gateway/internal/page"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

// rest returns the handler of every rpc that has an HTTP address.
func (g *Gateway) rest(ctx context.Context, conns map[string]grpc.ClientConnInterface, boards *leaderboard.Cache, site *page.Site) (http.Handler, error) {
	contracts := addressesOf(
		g.config.BodyLimit, g.config.timeLimit,
		identityv1.File_parindex_identity_v1_identity_service_proto, authv1.File_parindex_auth_v1_auth_service_proto,
		catalogv1.File_parindex_catalog_v1_catalog_service_proto, assessmentv1.File_parindex_assessment_v1_assessment_service_proto,
		appraisalv1.File_parindex_appraisal_v1_appraisal_service_proto, surveyv1.File_parindex_survey_v1_survey_service_proto,
		scoringv1.File_parindex_scoring_v1_scoring_service_proto,
	)
	none := func(string) (string, bool) { return "", false }
	mux := runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, &runtime.HTTPBodyMarshaler{Marshaler: &strict{limit: g.config.BodyLimit}}),
		runtime.SetQueryParameterParser(strictQuery{}),
		runtime.WithIncomingHeaderMatcher(none), runtime.WithOutgoingHeaderMatcher(none), runtime.WithOutgoingTrailerMatcher(none),
		runtime.WithMetadata(annotate),
		runtime.WithForwardResponseOption(g.keepSession),
		runtime.WithForwardResponseOption(showAtOnce(boards, site)),
		runtime.WithMiddlewares(contracts.check(g.pace)),
		// An escaped slash belongs to an id and ends no part of the path.
		runtime.WithUnescapingMode(runtime.UnescapingModeAllExceptSlash),
		runtime.WithErrorHandler(refuseRPC), runtime.WithRoutingErrorHandler(contracts.refuseRoute),
		runtime.WithDisablePathLengthFallback(), runtime.WithDisableHTTPMethodOverride(), runtime.WithWriteContentLength(),
	)
	err := errors.Join(
		identityv1.RegisterIdentityServiceHandlerClient(ctx, mux, identityv1.NewIdentityServiceClient(conns["identity"])),
		authv1.RegisterKeyServiceHandlerClient(ctx, mux, authv1.NewKeyServiceClient(conns["identity"])),
		authv1.RegisterTokenServiceHandlerClient(ctx, mux, authv1.NewTokenServiceClient(conns["identity"])),
		catalogv1.RegisterCatalogServiceHandlerClient(ctx, mux, catalogv1.NewCatalogServiceClient(conns["catalog"])),
		assessmentv1.RegisterAssessmentServiceHandlerClient(ctx, mux, assessmentv1.NewAssessmentServiceClient(conns["assessment"])),
		appraisalv1.RegisterAppraisalServiceHandlerClient(ctx, mux, appraisalv1.NewAppraisalServiceClient(conns["appraisal"])),
		surveyv1.RegisterSurveyServiceHandlerClient(ctx, mux, surveyv1.NewSurveyServiceClient(conns["survey"])),
		scoringv1.RegisterScoringServiceHandlerClient(ctx, mux, scoringv1.NewScoringServiceClient(conns["scoring"])),
	)
	// A client cannot influence tracing: every request starts its own trace.
	traced := otelhttp.NewHandler(g.guard(mux), "http",
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator()),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + r.Pattern }))
	return traced, err
}

// guard refuses requests of other sites' pages and bodies that are not JSON, and
// removes everything that the rpc does not need from the others, so that no client
// header becomes metadata.
func (g *Gateway) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		state := stateOf(w)
		if err := g.origins.Check(r); err != nil {
			refuse(w, CrossOrigin)
			return
		}
		if r.ContentLength != 0 && !isJSON(r.Header.Get("Content-Type")) {
			refuse(w, BodyNotJSON)
			return
		}
		state.Header().Set("Cache-Control", "no-store")
		ctx := context.WithValue(r.Context(), stateKey{}, state)
		ctx = context.WithValue(ctx, credentialsKey{}, g.credentials(r))
		inner := r.WithContext(ctx)
		if r.Method == http.MethodHead {
			inner.Method = http.MethodGet // the server omits the body
		}
		inner.Header, inner.Host, inner.RemoteAddr = http.Header{}, "", ""
		inner.Header.Set("Content-Encoding", r.Header.Get("Content-Encoding")) // for readBody; no header becomes metadata
		next.ServeHTTP(w, inner)
	})
}

type credentialsKey struct{}

// annotate returns the metadata of a call: the caller's tokens, the language and the
// request id.
func annotate(ctx context.Context, _ *http.Request) metadata.MD {
	state := stateFrom(ctx)
	md, _ := ctx.Value(credentialsKey{}).(metadata.MD)
	md.Set("accept-language", state.language)
	md.Set(rpc.RequestIDKey, state.id)
	return md
}

// refuseRPC answers with the fault of an rpc. For errors of the mux itself, which
// have only a status, it makes a fault from the status.
func refuseRPC(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, _ *http.Request, err error) {
	state := stateOf(w)
	f, ok := errors.AsType[*fault.Fault](err)
	switch s, isStatus := status.FromError(err); {
	case ok:
	case isStatus && s.Code() == codes.InvalidArgument:
		f = misread(s.Message())
	default:
		f = fault.From(err)
	}
	if f.Code == sessionEnded && strings.HasPrefix(state.path, sessionsPath) {
		clearSession(state)
	}
	state.Header().Del("Trailer")
	refuse(w, f)
}

// refuseRoute answers requests whose address or method no rpc has.
func (a addresses) refuseRoute(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, code int) {
	if code == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", a.allowed(r.URL.EscapedPath()))
		refuse(w, MethodNotAllowed)
		return
	}
	refuse(w, PathUnknown)
}
