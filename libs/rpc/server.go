package rpc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"buf.build/go/protovalidate"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"golang.org/x/sync/singleflight"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/limit"
)

const (
	// maxMessage is the largest request by default: the largest import file with room
	// to spare.
	maxMessage = 4 << 20
	// drainTimeout is how long Stop waits for requests to end. It leaves a quarter of
	// run.StopTimeout for what is closed after the server. A watcher of the health
	// service keeps its stream until then.
	drainTimeout = 15 * time.Second
	// connectionAge makes clients reconnect regularly, so that new replicas get their
	// share of long-lived HTTP/2 connections.
	connectionAge = 30 * time.Second
)

// ServerDeps holds what the program supplies to a server.
type ServerDeps struct {
	// Service is the name of the service ("catalog"), for logs.
	Service  string
	Logger   *slog.Logger
	Metrics  prometheus.Registerer
	Verifier *auth.Verifier
	Now      func() time.Time
	// MaxRequest is the largest request in bytes; 0 means 4 MiB. Servers that clients
	// outside the platform can reach should keep the default, because a request is
	// read before its caller is known.
	MaxRequest int
	// Unauthenticated limits the calls without a valid token from one address, for
	// servers that clients outside the platform can reach; nil means no limit.
	Unauthenticated *limit.Limiter
}

// Server is a gRPC server of parindex. It records every call, authenticates and
// authorizes its caller, validates its request, and returns faults in the caller's
// language. Register services on it, then call Serve.
type Server struct {
	*grpc.Server

	deps      ServerDeps
	gate      *auth.Gate
	validator protovalidate.Validator
	duration  *prometheus.HistogramVec
	health    *health.Server

	limits     timeLimits
	wholeCycle map[string]bool    // the methods that take a whole cycle, by full name
	work       singleflight.Group // their requests that are under way
	stopped    chan struct{}      // closed by Stop
	stop       sync.Once
}

// NewServer returns a Server without services. Its gRPC health status is "not
// serving" until SetReady(true).
func NewServer(deps ServerDeps) (*Server, error) {
	validator, err := protovalidate.New()
	if err != nil {
		return nil, fmt.Errorf("preparing the validator: %w", err)
	}
	s := &Server{
		deps: deps, validator: validator, health: health.NewServer(), stopped: make(chan struct{}),
		limits: timeLimits{ordinary: OrdinaryTimeLimit, wholeCycle: WholeCycleTimeLimit}, wholeCycle: map[string]bool{},
	}
	s.duration = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "parindex_rpc_duration_seconds", Help: "Time to answer an rpc, by method and gRPC code.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30, 120},
	}, []string{"method", "code"})
	if err := deps.Metrics.Register(s.duration); err != nil {
		return nil, fmt.Errorf("registering metrics: %w", err)
	}
	s.Server = grpc.NewServer(
		grpc.StatsHandler(otelgrpc.NewServerHandler()),
		grpc.ChainUnaryInterceptor(s.observe, s.translate, s.admit, s.validate, s.share),
		grpc.MaxRecvMsgSize(cmp.Or(deps.MaxRequest, maxMessage)),
		grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionAge: connectionAge, MaxConnectionAgeGrace: WholeCycleTimeLimit}),
	)
	s.health.SetServingStatus("", healthv1.HealthCheckResponse_NOT_SERVING)
	healthv1.RegisterHealthServer(s.Server, s.health)
	return s, nil
}

// SetReady sets the gRPC health status of the server.
func (s *Server) SetReady(ready bool) {
	state := healthv1.HealthCheckResponse_NOT_SERVING
	if ready {
		state = healthv1.HealthCheckResponse_SERVING
	}
	s.health.SetServingStatus("", state)
}

// Guard reads the access options and time limits of all registered services. It must
// succeed before Serve: it refuses a contract with an rpc that has no access option.
func (s *Server) Guard() error {
	var services []protoreflect.ServiceDescriptor
	for name := range s.GetServiceInfo() {
		if name == healthv1.Health_ServiceDesc.ServiceName {
			continue // the health service has no access option and returns only "serving"
		}
		d, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
		if err != nil {
			return fmt.Errorf("service %s: %w", name, err)
		}
		service, ok := d.(protoreflect.ServiceDescriptor)
		if !ok {
			return fmt.Errorf("%s is not a service", name)
		}
		services = append(services, service)
	}
	gate, err := auth.NewGate(services...)
	if err != nil {
		return err
	}
	s.gate = gate
	for _, service := range services {
		for i := range service.Methods().Len() {
			m := service.Methods().Get(i)
			s.wholeCycle[fmt.Sprintf("/%s/%s", service.FullName(), m.Name())] = TakesWholeCycle(m)
		}
	}
	return nil
}

// Serve calls Guard and then answers requests on l until Stop.
func (s *Server) Serve(l net.Listener) error {
	if err := s.Guard(); err != nil {
		return err
	}
	if err := s.Server.Serve(l); !errors.Is(err, grpc.ErrServerStopped) {
		return err
	}
	return nil
}

// Stop waits until running requests have ended, at most drainTimeout or until ctx
// ends, and closes the server. Work that goes on without a caller ends too.
func (s *Server) Stop(ctx context.Context) error {
	s.health.Shutdown() // not serving from now on, even after SetReady(true)
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	done := make(chan struct{})
	go func() {
		s.GracefulStop()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		s.Server.Stop()
	}
	s.stop.Do(func() { close(s.stopped) })
	return nil
}

// observe limits the duration of a call, gives it a request id, and records one log
// line and one measurement.
func (s *Server) observe(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	start := s.deps.Now()
	ctx, cancel := context.WithTimeout(identified(ctx), s.timeLimit(info.FullMethod))
	defer cancel()
	c := &call{caller: auth.Principal{}}
	answer, err := next(context.WithValue(ctx, callKey{}, c), req)
	took, code := s.deps.Now().Sub(start), status.Code(err)
	s.duration.WithLabelValues(info.FullMethod, code.String()).Observe(took.Seconds())
	if isHealth(info.FullMethod) {
		return answer, err
	}
	level, attrs := c.outcome()
	if err == nil && foundNothing(c, info.FullMethod, answer) {
		level = slog.LevelDebug
	}
	s.deps.Logger.LogAttrs(ctx, level, "rpc", append([]slog.Attr{
		slog.String("service", s.deps.Service), slog.String("method", info.FullMethod), slog.String("code", code.String()),
		slog.Float64("took_ms", float64(took)/float64(time.Millisecond)), slog.String("principal", c.caller.String()), slog.String("request", Incoming(ctx, RequestIDKey)),
	}, attrs...)...)
	return answer, err
}

// foundNothing reports whether a service of the platform listed what is new, as each
// does every second, and found nothing: such lines would be most of an idle day's log.
func foundNothing(c *call, method string, answer any) bool {
	listed, ok := answer.(proto.Message)
	return ok && c.caller.Kind == auth.Service && strings.HasPrefix(path.Base(method), "List") && proto.Size(listed) == 0
}

func isHealth(method string) bool {
	return strings.HasPrefix(method, "/"+healthv1.Health_ServiceDesc.ServiceName+"/")
}

// plainID matches a request id that may be logged.
var plainID = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,128}$`)

// identified returns ctx with a request id: the client's, or a new one if the
// client sent none that may be logged.
func identified(ctx context.Context) context.Context {
	if plainID.MatchString(Incoming(ctx, RequestIDKey)) {
		return ctx
	}
	md, _ := metadata.FromIncomingContext(ctx)
	md = metadata.Join(md)
	md.Set(RequestIDKey, uuid.NewString())
	return metadata.NewIncomingContext(ctx, md)
}

type callKey struct{}

// call is the data that the inner interceptors collect for observe.
type call struct {
	caller auth.Principal
	err    error // nil also if the caller left: there is nobody to respond to
}

func recording(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// ours are the kinds of fault that the server causes, not the caller.
var ours = map[fault.Kind]slog.Level{fault.Internal: slog.LevelError, fault.Unavailable: slog.LevelWarn}

// outcome returns the log level and attributes of a call's error. The text of the
// error, which may repeat the request, is logged only if the server caused the
// fault.
func (c *call) outcome() (slog.Level, []slog.Attr) {
	if c.err == nil {
		return slog.LevelInfo, nil
	}
	f := fault.From(c.err)
	level, cause := slog.LevelInfo, f.Unwrap()
	if l, ok := ours[f.Kind]; ok {
		level, cause = l, c.err
	}
	attrs := []slog.Attr{slog.String("reason", f.Code)}
	if cause != nil {
		attrs = append(attrs, slog.String("cause", cause.Error()))
	}
	return level, attrs
}

// translate converts the handler's error or panic to a status.
func (s *Server) translate(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (answer any, err error) {
	defer func() {
		if p := recover(); p != nil {
			answer, err = nil, s.respondWith(ctx, panicked(p))
		}
	}()
	if answer, err = next(ctx, req); err != nil {
		return nil, s.respondWith(ctx, gaveUp(ctx, err))
	}
	return answer, nil
}

// respondWith records err and returns the status for the caller. Here, and for no
// other answer, the fields at fault get the names that JSON gives them.
func (s *Server) respondWith(ctx context.Context, err error) error {
	answer := Status(fault.From(err).InJSON(), s.deps.Service, Language(ctx), Incoming(ctx, RequestIDKey))
	if answer.Code() != codes.Canceled {
		recording(ctx).err = err
	}
	return answer.Err()
}

// gaveUp returns the fault of a request whose caller left or whose time ran out,
// unless err is a fault already.
func gaveUp(ctx context.Context, err error) error {
	switch {
	case ctx.Err() == nil || fault.From(err).Kind != fault.Internal:
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return context.Canceled
	default:
		return fault.ServiceAway.Because(err)
	}
}

// admit authenticates the caller and checks the gate.
func (s *Server) admit(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if isHealth(info.FullMethod) {
		return next(ctx, req)
	}
	message, ok := req.(proto.Message)
	if !ok {
		return nil, fault.Unexpected
	}
	if s.deps.Unauthenticated != nil {
		ctx = without(ctx, ClientAddressKey)
	}
	var p auth.Principal
	token := bearerToken(ctx)
	if token != "" {
		var err error
		p, err = s.deps.Verifier.Verify(ctx, token)
		switch {
		case err == nil:
		case s.gate.Open(info.FullMethod):
			token = "" // an old cookie must not keep its owner from an open rpc
		default:
			return nil, err
		}
	}
	recording(ctx).caller = p
	if p.Kind == auth.Anonymous && s.deps.Unauthenticated != nil {
		if wait := s.deps.Unauthenticated.Wait(address(ctx)); wait > 0 {
			return nil, fault.TooManyCalls.Because(nil).After(wait)
		}
	}
	if err := s.gate.Admit(p, info.FullMethod, message, s.deps.Now()); err != nil {
		return nil, err
	}
	return next(auth.With(ctx, p, token), req)
}

// without returns ctx without a key that strangers must not set.
func without(ctx context.Context, key string) context.Context {
	md, _ := metadata.FromIncomingContext(ctx) // a copy
	md.Delete(key)
	return metadata.NewIncomingContext(ctx, md)
}

// address returns the network address of the caller; the zero Addr if the call
// comes from the same process.
func address(ctx context.Context) netip.Addr {
	caller, ok := peer.FromContext(ctx)
	if !ok {
		return netip.Addr{}
	}
	at, err := netip.ParseAddrPort(caller.Addr.String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr()
}

// bearerToken returns the token of a request, or "".
func bearerToken(ctx context.Context) string { return BearerToken(Incoming(ctx, tokenKey)) }

// BearerToken returns the token in a header Authorization, or "" if there is none.
func BearerToken(header string) string {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, strings.TrimSpace(bearer)) {
		return ""
	}
	return token
}

// validate cleans the texts of the request and checks its dates and the validation
// rules of its contract.
func (s *Server) validate(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	message, ok := req.(proto.Message)
	if !ok {
		return nil, fault.Unexpected
	}
	f := fault.BadRequest.List(append(cleanTexts(message), checkDates(message, s.deps.Now())...)...)
	if err := s.validator.Validate(message); err != nil {
		broken, ok := errors.AsType[*protovalidate.ValidationError](err)
		if !ok {
			return nil, fault.Unexpected.Because(err)
		}
		for _, v := range broken.Violations {
			addRule(f, violation(message, v))
		}
	}
	if len(f.Violations) > 0 {
		return nil, f
	}
	return next(ctx, req)
}

// addRule adds a broken rule of the contract to f, unless the text or the date at this
// place is refused already.
func addRule(f *fault.Fault, v fault.Violation) {
	if !slices.ContainsFunc(f.Violations, func(known fault.Violation) bool {
		return known.Field == v.Field && (strings.HasPrefix(known.Code, "TEXT_") || strings.HasPrefix(known.Code, "DATE_"))
	}) {
		f.Violations = append(f.Violations, v)
	}
}
