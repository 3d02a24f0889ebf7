package gateway

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

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

// rest returns the handler of every rpc that has an address.
func (g *Gateway) rest(ctx context.Context, conns map[string]grpc.ClientConnInterface) (http.Handler, error) {
	contracts := addressesOf(
		g.config.BodyLimit,
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
		runtime.WithMiddlewares(contracts.check),
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
	// Nothing that a client sends steers a trace: every request begins its own.
	traced := otelhttp.NewHandler(g.guard(mux), "http",
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator()),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + r.Pattern }))
	return traced, err
}

// guard refuses what must not reach an rpc and strips what is left to what the
// rpc needs, so that no header from outside becomes metadata.
func (g *Gateway) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(w)
		if err := g.origins.Check(r); err != nil {
			refuse(w, CrossOrigin)
			return
		}
		if r.ContentLength != 0 && !isJSON(r.Header.Get("Content-Type")) {
			refuse(w, BodyNotJSON)
			return
		}
		x.Header().Set("Cache-Control", "no-store")
		ctx, cancel := context.WithTimeout(r.Context(), answerTimeout/2)
		defer cancel()
		ctx = context.WithValue(ctx, exchangeKey{}, x)
		ctx = context.WithValue(ctx, credentialsKey{}, credentials(r))
		inner := r.WithContext(ctx)
		if r.Method == http.MethodHead {
			inner.Method = http.MethodGet // the server leaves the body out
		}
		inner.Header, inner.Host, inner.RemoteAddr = http.Header{}, "", ""
		next.ServeHTTP(w, inner)
	})
}

func isJSON(contentType string) bool {
	media, parameters, err := mime.ParseMediaType(contentType)
	charset := parameters["charset"]
	return err == nil && media == "application/json" && (charset == "" || strings.EqualFold(charset, "utf-8"))
}

type credentialsKey struct{}

// annotate returns the metadata of a call: who asks, in which language, in which
// request.
func annotate(ctx context.Context, _ *http.Request) metadata.MD {
	x := exchangeFrom(ctx)
	md, _ := ctx.Value(credentialsKey{}).(metadata.MD)
	md.Set("accept-language", x.language)
	md.Set(rpc.RequestIDKey, x.id)
	return md
}

// refuseRPC answers with the fault of an rpc, or with that of the mux, which
// knows only statuses.
func refuseRPC(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, _ *http.Request, err error) {
	x := exchangeOf(w)
	f, ok := errors.AsType[*fault.Fault](err)
	switch s, isStatus := status.FromError(err); {
	case ok:
	case isStatus && s.Code() == codes.InvalidArgument:
		f = misread(s.Message())
	default:
		f = fault.From(err)
	}
	if f.Code == sessionEnded && strings.HasPrefix(x.path, sessionsPath) {
		clearSession(x)
	}
	x.Header().Del("Trailer")
	refuse(w, f)
}

// refuseRoute answers where no rpc has this address or method.
func (a addresses) refuseRoute(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, code int) {
	if code == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", a.allowed(r.URL.Path))
		refuse(w, MethodNotAllowed)
		return
	}
	refuse(w, PathUnknown)
}
