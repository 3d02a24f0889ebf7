package gateway_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

const (
	first  = "0198a000-0000-7000-8000-000000000001"
	second = "0198a000-0000-7000-8000-000000000002"
	third  = "0198a000-0000-7000-8000-000000000003"
)

var key = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// clock is a clock that the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a gateway with fake services.
type world struct {
	*httptest.Server
	gateway  *gateway.Gateway
	clock    *clock
	identity *identity
	scoring  *scoring
	catalog  *catalog
	log      *syncBuffer
	metrics  *prometheus.Registry
	// stopScoring stops the server of scoring.
	stopScoring func()
}

func start(tb testing.TB, c gateway.Config) *world {
	tb.Helper()
	w := &world{
		clock: &clock{at: time.Date(2024, 1, 8, 9, 0, 0, 0, time.UTC)}, identity: &identity{}, scoring: newScoring(), catalog: &catalog{},
		log: &syncBuffer{}, metrics: prometheus.NewRegistry(),
	}
	toOthers, _ := serve(tb, w.clock, func(s *rpc.Server) {
		identityv1.RegisterIdentityServiceServer(s, w.identity)
		authv1.RegisterTokenServiceServer(s, tokens{})
		catalogv1.RegisterCatalogServiceServer(s, w.catalog)
	})
	toScoring, stop := serve(tb, w.clock, func(s *rpc.Server) { scoringv1.RegisterScoringServiceServer(s, w.scoring) })
	w.stopScoring = stop
	g, err := gateway.Open(tb.Context(), c, service.Deps{
		Logger: slog.New(slog.NewJSONHandler(w.log, nil)), Now: w.clock.now, Metrics: w.metrics,
		Dial: func(name string, _ rpc.Credential) (grpc.ClientConnInterface, error) {
			if name == "scoring" {
				return toScoring, nil
			}
			return toOthers, nil
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	w.gateway, w.Server = g, httptest.NewServer(g.Handler())
	tb.Cleanup(w.Close)
	return w
}

// always dials conn for every service.
func always(conn grpc.ClientConnInterface) func(string, rpc.Credential) (grpc.ClientConnInterface, error) {
	return func(string, rpc.Credential) (grpc.ClientConnInterface, error) { return conn, nil }
}

func serve(tb testing.TB, c *clock, register func(*rpc.Server)) (conn *grpc.ClientConn, stop func()) {
	tb.Helper()
	keys := func(context.Context) (map[string]ed25519.PublicKey, error) {
		public, _ := key.Public().(ed25519.PublicKey)
		return map[string]ed25519.PublicKey{auth.KeyID(public): public}, nil
	}
	s, err := rpc.NewServer(rpc.ServerDeps{
		Service: "fake", Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
		Verifier: auth.NewVerifier(keys, c.now), Now: c.now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	register(s)
	l := bufconn.Listen(1 << 20)
	go func() { _ = s.Serve(l) }()
	tb.Cleanup(s.Server.Stop)
	conn, err = rpc.Dial("passthrough:///fake", nil, grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	return conn, s.Server.Stop
}

// token is a valid access token.
func (w *world) token(tb testing.TB) string {
	tb.Helper()
	signed, _, err := auth.Sign(key, auth.Principal{Kind: auth.Person, ID: "0198a000-0000-7000-8000-00000000000a"}, w.clock.now(), 5*time.Minute)
	if err != nil {
		tb.Fatal(err)
	}
	return signed
}

// approver is a valid access token of the approver of soc-trang.
func (w *world) approver(tb testing.TB) string {
	tb.Helper()
	signed, _, err := auth.Sign(key, auth.Principal{
		Kind: auth.Person, ID: "0198a000-0000-7000-8000-00000000000b",
		Bindings: []auth.Binding{{Role: authv1.Role_ROLE_APPROVER, Authority: "soc-trang"}},
	}, w.clock.now(), 5*time.Minute)
	if err != nil {
		tb.Fatal(err)
	}
	return signed
}

// identity is a fake identity service that records the metadata of its calls.
type identity struct {
	identityv1.UnimplementedIdentityServiceServer
	mu   sync.Mutex
	seen metadata.MD
}

func (i *identity) remember(ctx context.Context) metadata.MD {
	md, _ := metadata.FromIncomingContext(ctx)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.seen = md
	return md
}

func (i *identity) last() metadata.MD {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.seen
}

func session(refresh string) *identityv1.Session {
	at := time.Date(2024, 1, 8, 9, 0, 0, 0, time.UTC)
	return &identityv1.Session{
		Id: first, AccessToken: "access-1", AccessExpireTime: timestamppb.New(at.Add(5 * time.Minute)),
		RefreshToken: refresh, ExpireTime: timestamppb.New(at.Add(12 * time.Hour)),
	}
}

func (i *identity) CreateSession(ctx context.Context, r *identityv1.CreateSessionRequest) (*identityv1.CreateSessionResponse, error) {
	i.remember(ctx)
	switch r.GetLogin() {
	case "locked":
		return nil, fault.Reason{Kind: fault.Exhausted, Code: "LOGIN_LOCKED", Vi: "Tạm khoá.", En: "Locked."}.Because(nil).After(90500 * time.Millisecond)
	case "panic":
		panic("an accident with tran.thi.b")
	}
	s := session("refresh-1")
	s.DeviceToken = "device-1"
	return &identityv1.CreateSessionResponse{Session: s}, nil
}

func (i *identity) RefreshSession(ctx context.Context, _ *identityv1.RefreshSessionRequest) (*identityv1.RefreshSessionResponse, error) {
	if md := i.remember(ctx); len(md[rpc.RefreshTokenKey]) != 1 || md[rpc.RefreshTokenKey][0] != "refresh-1" {
		return nil, fault.Reason{Kind: fault.Unauthenticated, Code: "SESSION_ENDED", Vi: "Phiên đã kết thúc.", En: "The session has ended."}
	}
	return &identityv1.RefreshSessionResponse{Session: session("refresh-2")}, nil
}

func (i *identity) DeleteSession(ctx context.Context, _ *identityv1.DeleteSessionRequest) (*identityv1.DeleteSessionResponse, error) {
	i.remember(ctx)
	return &identityv1.DeleteSessionResponse{}, nil
}

func (i *identity) GetMe(ctx context.Context, _ *identityv1.GetMeRequest) (*identityv1.GetMeResponse, error) {
	i.remember(ctx)
	return &identityv1.GetMeResponse{Account: &identityv1.Account{DisplayName: auth.From(ctx).ID}}, nil
}

type tokens struct {
	authv1.UnimplementedTokenServiceServer
}

func (tokens) ExchangeSecret(context.Context, *authv1.ExchangeSecretRequest) (*authv1.ExchangeSecretResponse, error) {
	return &authv1.ExchangeSecretResponse{AccessToken: "t"}, nil
}

type catalog struct {
	catalogv1.UnimplementedCatalogServiceServer
	mu         sync.Mutex
	regulation *catalogv1.RegulationContent
	fail       error
}

var cycleUnknown = fault.Reason{Kind: fault.NotFound, Code: "CYCLE_UNKNOWN", Vi: "Không có kỳ.", En: "No cycle."}

// GetPublishedRegulation returns the regulation of every cycle, if there is one.
func (c *catalog) GetPublishedRegulation(context.Context, *catalogv1.GetPublishedRegulationRequest) (*catalogv1.GetPublishedRegulationResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.fail != nil:
		return nil, c.fail
	case c.regulation == nil:
		return nil, cycleUnknown
	}
	return &catalogv1.GetPublishedRegulationResponse{Regulation: &catalogv1.Regulation{Content: c.regulation}}, nil
}

func (c *catalog) failWith(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail = err
}

func (*catalog) ListAuthorities(context.Context, *catalogv1.ListAuthoritiesRequest) (*catalogv1.ListAuthoritiesResponse, error) {
	return &catalogv1.ListAuthoritiesResponse{}, nil
}

// ImportRegulation returns the SHA-256 of the file.
func (*catalog) ImportRegulation(_ context.Context, r *catalogv1.ImportRegulationRequest) (*catalogv1.ImportRegulationResponse, error) {
	sum := sha256.Sum256(r.GetContent())
	return &catalogv1.ImportRegulationResponse{Regulation: &catalogv1.Regulation{Sha256: hex.EncodeToString(sum[:])}}, nil
}

// scoring is a fake scoring service that publishes the districts and departments of
// soc-trang 2023. Every line of a leaderboard contains the id of its publication.
type scoring struct {
	scoringv1.UnimplementedScoringServiceServer
	mu      sync.Mutex
	current string
	fail    error
	request string // the request id of the last call
	asked   map[string]int
	spoil   bool
	render  func(publication, group string) []byte
	cycles  []*scoringv1.PublishedCycle
	older   []*scoringv1.PublishedCycle
	arrived chan<- struct{}
	release <-chan struct{}
	delay   atomic.Int64 // nanoseconds that the rpcs about runs take
}

// work takes as long as delay says, or until the caller leaves.
func (s *scoring) work(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(s.delay.Load())):
		return nil
	}
}

func (s *scoring) GetRun(ctx context.Context, _ *scoringv1.GetRunRequest) (*scoringv1.GetRunResponse, error) {
	return &scoringv1.GetRunResponse{Run: &scoringv1.Run{}}, s.work(ctx)
}

func (s *scoring) GetRunLeaderboard(ctx context.Context, _ *scoringv1.GetRunLeaderboardRequest) (*scoringv1.GetRunLeaderboardResponse, error) {
	return &scoringv1.GetRunLeaderboardResponse{Leaderboard: &scoringv1.Leaderboard{}}, s.work(ctx)
}

func newScoring() *scoring { return &scoring{current: first, asked: map[string]int{}, render: plain} }

func (s *scoring) publish(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = id
}

func (s *scoring) failWith(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

// hold delays the answer to the next request for a leaderboard: arrived is closed
// when the request comes, and release sends the answer.
func (s *scoring) hold() (arrived <-chan struct{}, release chan<- struct{}) {
	came, gone := make(chan struct{}, 1), make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrived, s.release = came, gone
	return came, gone
}

func (s *scoring) held() {
	s.mu.Lock()
	arrived, release := s.arrived, s.release
	s.arrived, s.release = nil, nil
	s.mu.Unlock()
	if arrived != nil {
		arrived <- struct{}{}
		<-release
	}
}

func (s *scoring) count(call string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[call]
}

var (
	publicationUnknown = fault.Reason{Kind: fault.NotFound, Code: "PUBLICATION_UNKNOWN", Vi: "Chưa công bố.", En: "Not published."}
	leaderboardUnknown = fault.Reason{Kind: fault.NotFound, Code: "LEADERBOARD_UNKNOWN", Vi: "Không có.", En: "None."}
)

func (s *scoring) GetCurrentPublication(ctx context.Context, r *scoringv1.GetCurrentPublicationRequest) (*scoringv1.GetCurrentPublicationResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked["current"]++
	s.request = rpc.Incoming(ctx, rpc.RequestIDKey)
	switch {
	case s.fail != nil:
		return nil, s.fail
	case r.GetAuthority() != "soc-trang" || r.GetCycle() != "2023" || s.current == "":
		return nil, publicationUnknown
	}
	return &scoringv1.GetCurrentPublicationResponse{Publication: &scoringv1.Publication{Id: s.current}}, nil
}

// ListPublishedCycles returns the cycles of a test.
func (s *scoring) ListPublishedCycles(context.Context, *scoringv1.ListPublishedCyclesRequest) (*scoringv1.ListPublishedCyclesResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked["published"]++
	if s.fail != nil {
		return nil, s.fail
	}
	return &scoringv1.ListPublishedCyclesResponse{PublishedCycles: s.cycles}, nil
}

// ListPublications returns the current publication of a cycle and its older ones.
func (s *scoring) ListPublications(_ context.Context, r *scoringv1.ListPublicationsRequest) (*scoringv1.ListPublicationsResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := &scoringv1.ListPublicationsResponse{}
	for _, c := range slices.Concat(s.cycles, s.older) {
		if c.GetCycle() == r.GetCycle() {
			answer.PublishedCycles = append(answer.PublishedCycles, c)
		}
	}
	return answer, s.fail
}

// PublishRun publishes a run under its own id.
func (s *scoring) PublishRun(ctx context.Context, r *scoringv1.PublishRunRequest) (*scoringv1.PublishRunResponse, error) {
	if err := s.work(ctx); err != nil {
		return nil, err
	}
	s.publish(r.GetRun())
	return &scoringv1.PublishRunResponse{PublishedCycle: &scoringv1.PublishedCycle{Authority: r.GetAuthority(), Cycle: r.GetCycle()}}, nil
}

func (s *scoring) GetLeaderboard(_ context.Context, r *scoringv1.GetLeaderboardRequest) (*scoringv1.GetLeaderboardResponse, error) {
	s.held()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked["leaderboard"]++
	switch {
	case s.fail != nil:
		return nil, s.fail
	case r.GetAuthority() != "soc-trang" || r.GetPublication() != first && r.GetPublication() != second && r.GetPublication() != third:
		return nil, publicationUnknown
	case r.GetGroup() != "districts" && r.GetGroup() != "departments":
		return nil, leaderboardUnknown
	}
	zipped := zip(s.render(r.GetPublication(), r.GetGroup()))
	sum := sha256.Sum256(zipped)
	if s.spoil {
		zipped = bytes.Clone(zipped)
		zipped[len(zipped)/2]++
	}
	return &scoringv1.GetLeaderboardResponse{
		Body:        &httpbody.HttpBody{ContentType: "application/json", Data: zipped},
		Publication: r.GetPublication(), Sha256: hex.EncodeToString(sum[:]),
	}, nil
}

// plain returns the leaderboard of a publication and group before compression; it is
// about as large as a real one.
func plain(publication, group string) []byte {
	var b strings.Builder
	for i := range 450 {
		figure := sha256.Sum256([]byte(publication + group + strconv.Itoa(i)))
		fmt.Fprintf(&b, `{"publication":%q,"group":%q,"points":"%d.%02d"},`+"\n", publication, group, figure[0], figure[1]%100)
	}
	return []byte("[" + b.String() + "{}]")
}

func zip(plain []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(plain)
	_ = z.Close()
	return b.Bytes()
}

// answer is a response whose body has been read.
type answer struct {
	*http.Response
	body []byte
}

// do sends a request unchanged: no compression, no redirects, no cookie jar.
func (w *world) do(tb testing.TB, method, path, body string, headers ...string) answer {
	tb.Helper()
	var sent io.Reader
	if body != "" {
		sent = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(tb.Context(), method, w.URL+path, sent)
	if err != nil {
		tb.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for pair := range slices.Chunk(headers, 2) {
		if r.Header.Del(pair[0]); pair[1] != "" {
			r.Header.Set(pair[0], pair[1])
		}
	}
	response, err := plainClient.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return answer{response, read}
}

var plainClient = &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 300}}

// refusal is a google.rpc.Status as JSON.
type refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Details []struct {
		Type            string `json:"@type"`
		Reason          string `json:"reason"`
		RequestID       string `json:"requestId"`
		FieldViolations []struct{ Field, Reason, Description string }
	} `json:"details"`
}

func (r refusal) reason() string {
	for _, d := range r.Details {
		if strings.HasSuffix(d.Type, "ErrorInfo") {
			return d.Reason
		}
	}
	return ""
}

func (r refusal) fields() (names []string) {
	for _, d := range r.Details {
		for _, v := range d.FieldViolations {
			names = append(names, v.Field)
		}
	}
	return names
}

func (a answer) refusal(tb testing.TB) refusal {
	tb.Helper()
	var r refusal
	if err := json.Unmarshal(a.body, &r); err != nil {
		tb.Fatalf("the answer %d %q is no fault: %v", a.StatusCode, a.body, err)
	}
	return r
}

// mustRefuse checks that an answer is a fault with the given status and reason.
func (a answer) mustRefuse(tb testing.TB, status int, reason string) refusal {
	tb.Helper()
	r := a.refusal(tb)
	if a.StatusCode != status || r.reason() != reason {
		tb.Fatalf("got %d %s, want %d %s: %s", a.StatusCode, r.reason(), status, reason, a.body)
	}
	return r
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
