package daemon_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/service"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// shelf is a minimal service: it registers KeyService and has no keys.
type shelf struct {
	authv1.UnimplementedKeyServiceServer

	mu     sync.Mutex
	err    error
	closed int
}

func (s *shelf) Register(r grpc.ServiceRegistrar) { authv1.RegisterKeyServiceServer(r, s) }

func (s *shelf) Ready(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *shelf) Close(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed++
	return nil
}

func (s *shelf) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// vault is a shelf with keys.
type vault struct{ *shelf }

func (vault) Keys() auth.Keys {
	return func(context.Context) (map[string]ed25519.PublicKey, error) { return nil, nil }
}

// logs is the log of a daemon; it can be read while it is written.
type logs struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.String()
}

// enough is far longer than any test waits on a busy machine.
const enough = time.Minute

// listening waits for the daemon to listen and returns its addresses.
func (l *logs) listening(t *testing.T) (grpcAddr, admin string) {
	t.Helper()
	for end := time.Now().Add(enough); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		for line := range strings.Lines(l.String()) {
			var r struct{ Msg, GRPC, Admin string }
			if json.Unmarshal([]byte(line), &r) == nil && r.Msg == "listening" {
				return r.GRPC, r.Admin
			}
		}
	}
	t.Fatalf("the daemon does not listen: %s", l)
	return "", ""
}

// boards are the options of a shelf.
type boards int

func (b *boards) Flags(fs *pflag.FlagSet) { fs.IntVar((*int)(b), "shelf-boards", 1, "") }

func (b *boards) Validate() error {
	if *b < 1 {
		return errors.New("a shelf needs a board: set PARINDEX_SHELF_BOARDS")
	}
	return nil
}

// spec returns the Spec of a shelf without a database; n is the value of its option.
func spec(t *testing.T, open service.Service, n *boards) service.Spec {
	t.Helper()
	t.Setenv("PARINDEX_SHELF_DSN", "host=/nowhere")
	return service.Spec{
		Name: "shelf", Lines: []pg.Line{pg.OnceLine()}, DB: new(pg.Config), Options: n,
		Open: func(context.Context, service.Deps) (service.Service, error) { return open, nil },
	}
}

// execute runs a daemon until it ends.
func execute(ctx context.Context, s service.Spec, out io.Writer, args ...string) error {
	cmd := daemon.Command(s) //nolint:contextcheck // cobra carries the context
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(out)
	cmd.SetErr(out)
	cmd.SetArgs(args)
	return cmd.ExecuteContext(ctx)
}

func health(t *testing.T, conn grpc.ClientConnInterface) string {
	t.Helper()
	answer, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{}, grpc.WaitForReady(true))
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetStatus().String()
}

func TestServeAnswersUntilItsContextEnds(t *testing.T) {
	t.Setenv("PARINDEX_IDENTITY_TARGET", "localhost:1") // away: it serves all the same
	t.Setenv("PARINDEX_SHELF_BOARDS", "7")
	t.Setenv("PARINDEX_ADMIN_ADDR", "127.0.0.1:0")
	svc, out, n := &shelf{}, &logs{}, boards(0)
	s := spec(t, svc, &n)
	var deps service.Deps
	s.Open = func(_ context.Context, d service.Deps) (service.Service, error) {
		deps = d
		return svc, nil
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- execute(ctx, s, out, "serve", "--grpc-addr=localhost:0") }()
	addr, admin := out.listening(t)
	conn, err := rpc.Dial(addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for health(t, conn) != "SERVING" {
		time.Sleep(10 * time.Millisecond)
	}
	for path, want := range map[string]string{"/readyz": "ready\n", "/healthz": "ok\n", "/metrics": `parindex_rpc_duration_seconds_count{code="OK",method="/grpc.health.v1.Health/Check",service="shelf"}`} {
		if body := get(t, "http://"+admin+path); !strings.Contains(body, want) {
			t.Errorf("%s lacks %q: %.300s", path, want, body)
		}
	}
	if deps.Logger == nil || deps.Metrics == nil || deps.Now == nil || deps.Dial == nil || deps.Token != nil || n != 7 {
		t.Errorf("the service was opened with %+v and %d boards", deps, n)
	}
	svc.fail(errors.New("no database"))
	if body := get(t, "http://"+admin+"/readyz"); body != "shelf: no database\n" {
		t.Errorf("/readyz: %q", body)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
	if svc.closed != 1 {
		t.Errorf("the service was closed %d times", svc.closed)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestMigrateAndVersion(t *testing.T) {
	db, n, out := pgtest.New(t, "empty", nil), boards(0), &logs{}
	s := spec(t, nil, &n)
	if err := execute(t.Context(), s, out, "migrate"); !pg.Away(err) {
		t.Errorf("migrate without a database: %v", err)
	}
	t.Setenv("PARINDEX_SHELF_DSN", db.DSN)
	for range 2 {
		if err := execute(t.Context(), s, out, "migrate"); err != nil {
			t.Errorf("migrate: %v", err)
		}
	}
	if err := pg.CheckSchema(t.Context(), db.Pool, "shelf", s.Lines...); err != nil {
		t.Errorf("after migrate: %v", err)
	}
	out = &logs{}
	if err := execute(t.Context(), s, out, "version"); err != nil || out.String() != run.Version()+"\n" {
		t.Errorf("version: %v, %q", err, out)
	}
}

func TestConfigurationFaultsComeAllAtOnce(t *testing.T) {
	t.Setenv("PARINDEX_SHELF_BOARDS", "0")
	t.Setenv("PARINDEX_LOG_LEVEL", "warn")
	t.Setenv("PARINDEX_LOG_LEVEL_FILE", "/nowhere")
	var n boards
	s := spec(t, nil, &n)
	s.Open = func(context.Context, service.Deps) (service.Service, error) {
		t.Error("the service was opened")
		return nil, errors.New("opened")
	}
	err := execute(t.Context(), s, io.Discard, "serve")
	for _, variable := range []string{"PARINDEX_SHELF_BOARDS", "PARINDEX_LOG_LEVEL"} {
		if err == nil || !strings.Contains(err.Error(), variable) {
			t.Errorf("serve: %v, want %s named", err, variable)
		}
	}
	if err := execute(t.Context(), s, io.Discard, "migrate"); err == nil || !strings.Contains(err.Error(), "PARINDEX_SHELF_BOARDS") || pg.Away(err) {
		t.Errorf("migrate: %v, want PARINDEX_SHELF_BOARDS named and no connection tried", err)
	}
}

func TestServeThatCannotStart(t *testing.T) {
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	busy := taken.Addr().String()
	const identity = "--identity-target=localhost:1"
	tests := map[string]struct {
		build func(*shelf) service.Service
		args  []string
		want  []string
	}{
		"no address of identity": {asIs, []string{"--grpc-addr=localhost:0"}, []string{"no address of identity", "PARINDEX_IDENTITY_TARGET"}},
		"gRPC port taken":        {asIs, []string{identity, "--grpc-addr=" + busy}, []string{"cannot listen on " + busy, "PARINDEX_GRPC_ADDR"}},
		"admin port taken": {
			asIs, []string{identity, "--grpc-addr=localhost:0", "--admin-addr=" + busy}, []string{"cannot listen on " + busy, "PARINDEX_ADMIN_ADDR"},
		},
		"undecided contract":         {func(s *shelf) service.Service { return undecided{s} }, []string{identity}, []string{"service nobody.Knows"}},
		"schema too new":             {schemaTooNew, []string{identity, "--grpc-addr=localhost:0"}, []string{"schema of shelf at 9", pg.ErrSchemaTooNew.Error()}},
		"log level nobody knows":     {nil, []string{"--log-level=loud"}, []string{"loud"}},
		"service that does not open": {nil, []string{identity}, []string{"no such board"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			svc, n := &shelf{}, boards(0)
			s := spec(t, nil, &n)
			s.Open = func(context.Context, service.Deps) (service.Service, error) {
				if tt.build == nil {
					return nil, errors.New("no such board")
				}
				return tt.build(svc), nil
			}
			ctx, cancel := context.WithTimeout(t.Context(), enough)
			defer cancel()
			err := execute(ctx, s, io.Discard, append([]string{"serve"}, tt.args...)...)
			for _, part := range tt.want {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("serve = %v, want %q", err, part)
				}
			}
			if opened := tt.build != nil; opened != (svc.closed == 1) {
				t.Errorf("the service was closed %d times", svc.closed)
			}
		})
	}
}

func asIs(s *shelf) service.Service { return s }

func schemaTooNew(s *shelf) service.Service {
	s.fail(fmt.Errorf("schema of shelf at 9: %w", pg.ErrSchemaTooNew))
	return s
}

type undecided struct{ *shelf }

func (undecided) Register(r grpc.ServiceRegistrar) {
	r.RegisterService(&grpc.ServiceDesc{ServiceName: "nobody.Knows", HandlerType: (*any)(nil)}, nil)
}

func TestDoorWithTheKeysNeedsNoIdentity(t *testing.T) {
	svc, out, n := &shelf{}, &logs{}, boards(0)
	s := spec(t, vault{svc}, &n)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- execute(ctx, s, out, "serve", "--grpc-addr=localhost:0")
	}()
	out.listening(t)
	stop()
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
}

// exchange is the token service of identity with one account.
type exchange struct {
	authv1.UnimplementedTokenServiceServer
}

func (exchange) ExchangeSecret(_ context.Context, req *authv1.ExchangeSecretRequest) (*authv1.ExchangeSecretResponse, error) {
	return &authv1.ExchangeSecretResponse{
		AccessToken: req.GetServiceAccount() + "/" + req.GetSecret(), ExpireTime: timestamppb.New(time.Now().Add(10 * time.Minute)),
	}, nil
}

// TestBackgroundWorkHasATokenOfItsOwn opens a service while identity is away, and checks
// that the service gets a token for the secret in the file once identity answers.
func TestBackgroundWorkHasATokenOfItsOwn(t *testing.T) {
	// While identity is away no other program can take this address.
	dir, err := os.MkdirTemp("", "daemon") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	socket := filepath.Join(dir, "identity")
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PARINDEX_SHELF_SECRET_FILE", file)
	svc, out, n := &shelf{}, &logs{}, boards(0)
	s := spec(t, svc, &n)
	s.Calls = []string{"library"}
	opened := make(chan service.Deps, 1)
	s.Open = func(_ context.Context, d service.Deps) (service.Service, error) {
		opened <- d
		return svc, nil
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- execute(ctx, s, out, "serve", "--grpc-addr=localhost:0", "--identity-target=unix:"+socket)
	}()
	out.listening(t)
	deps := <-opened
	if token, err := deps.Token(t.Context()); token != "" || !errors.Is(err, fault.ServiceAway) {
		t.Errorf("without identity: %q, %v; want SERVICE_AWAY", token, err)
	}
	server := grpc.NewServer()
	authv1.RegisterTokenServiceServer(server, exchange{})
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(l) }()
	defer server.Stop()
	token, err := deps.Token(t.Context())
	for deadline := time.Now().Add(enough); err != nil && time.Now().Before(deadline); token, err = deps.Token(t.Context()) {
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil || token != "shelf/s3cret" {
		t.Errorf("with identity: %q, %v", token, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
	if strings.Contains(out.String(), "s3cret") {
		t.Error("the log contains the secret")
	}
}

func TestBackgroundWorkNeedsASecret(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var n boards
	s := spec(t, &shelf{}, &n)
	s.Calls = []string{"library"}
	for file, why := range map[string]string{"": "no file is given", "/nowhere/secret": "/nowhere/secret: no such file", empty: empty + " is empty"} {
		t.Setenv("PARINDEX_SHELF_SECRET_FILE", file)
		err := execute(t.Context(), s, io.Discard, "serve", "--identity-target=localhost:1")
		if err == nil {
			t.Fatalf("%q: served without a secret", file)
		}
		for _, part := range []string{"parindex create-service-account shelf >", "PARINDEX_SHELF_SECRET_FILE", why} {
			if !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: %v, want one sentence with %q", file, err, part)
			}
		}
		if err := execute(t.Context(), s, io.Discard, "migrate"); !pg.Away(err) {
			t.Errorf("migrate needs no secret, only a database: %v", err)
		}
	}
	t.Setenv("PARINDEX_SHELF_BOARDS", "0")
	if err := execute(t.Context(), s, io.Discard, "serve"); err == nil ||
		!strings.Contains(err.Error(), "PARINDEX_SHELF_BOARDS") || !strings.Contains(err.Error(), "PARINDEX_SHELF_SECRET_FILE") {
		t.Errorf("two faults: %v", err)
	}
}

func TestDial(t *testing.T) {
	fs := pflag.NewFlagSet("shelfd", pflag.ContinueOnError)
	dial := daemon.TargetFlags(fs, "catalog", "survey").Dial
	if err := fs.Parse([]string{"--catalog-target=localhost:1"}); err != nil {
		t.Fatal(err)
	}
	conn, err := dial("catalog", auth.Forwarded)
	to, ok := conn.(*grpc.ClientConn)
	if err != nil || !ok || to.Target() != "localhost:1" {
		t.Fatalf("catalog: %v, %v", conn, err)
	}
	_ = to.Close()
	for service, want := range map[string]string{"survey": "PARINDEX_SURVEY_TARGET", "library": "PARINDEX_LIBRARY_TARGET"} {
		if _, err := dial(service, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s named", service, err, want)
		}
	}
}

func TestWatchKeepsHealthTrue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &logs{}
		log := slog.New(slog.NewJSONHandler(out, nil))
		svc := &shelf{err: errors.New("no database")}
		server, err := daemon.NewServer(svc, rpc.ServerDeps{
			Service: "shelf", Logger: log, Metrics: prometheus.NewRegistry(),
			Verifier: auth.NewVerifier(vault{}.Keys(), time.Now), Now: time.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		l := bufconn.Listen(1 << 16)
		go func() { _ = server.Serve(l) }()
		conn, err := rpc.Dial("passthrough:///shelf", nil, grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return l.DialContext(ctx)
		}))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- daemon.Watch(ctx, svc, server, log, "shelf") }()
		expect := func(when, want string) {
			t.Helper()
			synctest.Wait()
			if got := health(t, conn); got != want {
				t.Errorf("%s: %s, want %s", when, got, want)
			}
		}
		expect("at first", "NOT_SERVING")
		time.Sleep(2*time.Minute + time.Second)
		expect("two minutes later", "NOT_SERVING")
		svc.fail(nil)
		time.Sleep(5 * time.Second)
		expect("database back", "SERVING")
		svc.fail(errors.New("no database"))
		time.Sleep(5 * time.Second)
		expect("database away", "NOT_SERVING")
		svc.fail(nil)
		time.Sleep(5 * time.Second)
		expect("database back again", "SERVING")
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Watch = %v", err)
		}
		_ = conn.Close()
		_ = server.Stop(t.Context())

		var said []string
		for line := range strings.Lines(out.String()) {
			var r struct{ Msg, Because string }
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			said = append(said, strings.TrimSpace(r.Msg+" "+r.Because))
		}
		away := "not ready no database"
		if want := []string{away, away, away, "ready", away, "ready"}; !slices.Equal(said, want) {
			t.Errorf("log %q, want %q", said, want)
		}
	})
}

func TestWatchDoesNotWaitForADoorThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &logs{}
		log := slog.New(slog.NewJSONHandler(out, nil))
		svc := hanging{&shelf{}}
		server, err := daemon.NewServer(svc, rpc.ServerDeps{Service: "shelf", Logger: log, Metrics: prometheus.NewRegistry(), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), 12*time.Second)
		defer stop()
		if err := daemon.Watch(ctx, svc, server, log, "shelf"); err != nil {
			t.Errorf("Watch = %v", err)
		}
		if !strings.Contains(out.String(), context.DeadlineExceeded.Error()) {
			t.Errorf("log %s", out)
		}
	})
}

type hanging struct{ *shelf }

func (hanging) Ready(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}
