package e2e

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/parindex/parindex/deploy/allinone"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/telemetry"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	"github.com/parindex/parindex/services/identity"
)

// enough is far longer than anything here takes on a busy machine; tokenLife is
// longer than a test takes.
const enough, tokenLife = 2 * time.Minute, time.Hour

// platform is the whole platform, in one process or in several, with its own
// database.
type platform struct {
	addresses allinone.Addresses
	config    allinone.Config
	key       ed25519.PrivateKey
	log       *buffer
	clock     func() time.Time
	stop      func()              // closes the platform in one process now; the end of the test does so too
	processes map[string]*process // by name; empty for the platform in one process
}

// servers are the addresses of the PostgreSQL and Redis of a platform.
type servers struct{ dsn, redis string }

// start starts the platform on its own database and stops it at the end of the
// test.
func start(t *testing.T) *platform {
	t.Helper()
	return startOn(t, testServers(t))
}

// testServers returns an empty database and the Redis of the tests.
func testServers(t *testing.T) servers {
	t.Helper()
	redis := os.Getenv("PARINDEX_TEST_REDIS_URL")
	if redis == "" {
		t.Fatal(`no Redis for tests: run "make test", or "eval $(deploy/local/up.sh --name test)" and set PARINDEX_TEST_REDIS_URL=$PARINDEX_REDIS_URL`)
	}
	return servers{dsn: pgtest.New(t, "empty", nil).DSN, redis: redis}
}

// startOn starts the platform on the given servers and stops it at the end of the
// test.
func startOn(t *testing.T, on servers) *platform {
	t.Helper()
	p := &platform{log: new(buffer), clock: time.Now}
	p.prepare(t, on)
	p.begin(t)
	return p
}

// begin creates the schemas, starts the platform and stops it at the end of the
// test.
func (p *platform) begin(t *testing.T) {
	t.Helper()
	if err := allinone.Migrate(t.Context(), p.config, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	p.run(t)
	t.Cleanup(func() { p.stop() })
}

// prepare creates the signing key and the configuration.
func (p *platform) prepare(t *testing.T, on servers) {
	t.Helper()
	keyFile := filepath.Join(t.TempDir(), "key.pem")
	if err := identity.NewSigningKeyFile(keyFile); err != nil {
		t.Fatal(err)
	}
	p.key = readKey(t, keyFile)
	p.config = configured(t, on, keyFile)
}

// run starts the platform in this process and waits until it is ready.
func (p *platform) run(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	tel, err := telemetry.Start(ctx, "parindex", "test", p.log, p.config.Telemetry)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := allinone.Open(ctx, p.config, tel, p.clock)
	if err != nil {
		t.Fatal(err)
	}
	p.addresses = opened.Addresses
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- opened.Run(ctx, func(context.Context) error { close(ready); return nil })
	}()
	p.stop = sync.OnceFunc(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("stopping the platform: %v", err)
		}
	})
	select {
	case <-ready:
	case err := <-ended:
		t.Fatalf("the platform ended: %v", err)
	case <-time.After(enough):
		t.Fatal("the platform does not get ready")
	}
}

// restart gracefully stops a service or "gateway" and starts it again on the same
// addresses; the platform in one process is restarted as a whole. The other
// services notice within two seconds. Until then they may answer SERVICE_AWAY,
// which patient waits for.
func (p *platform) restart(t *testing.T, name string) {
	t.Helper()
	if len(p.processes) > 0 {
		p.revive(t, name, syscall.SIGTERM)
		return
	}
	p.stop()
	http.DefaultClient.CloseIdleConnections()
	p.config.Gateway.HTTPAddr, p.config.GRPCAddr, p.config.Telemetry.AdminAddr = p.addresses.HTTP, p.addresses.GRPC, p.addresses.Admin
	p.run(t)
}

// kill is like restart, but kills the process. The platform in one process cannot
// be killed, because it runs in the process of the test; it is restarted.
func (p *platform) kill(t *testing.T, name string) {
	t.Helper()
	if len(p.processes) == 0 {
		p.restart(t, name)
		return
	}
	p.revive(t, name, syscall.SIGKILL)
}

func configured(t *testing.T, on servers, keyFile string) allinone.Config {
	t.Helper()
	var c allinone.Config
	flags := pflag.NewFlagSet("e2e", pflag.ContinueOnError)
	c.Flags(flags)
	err := flags.Parse([]string{
		"--dsn=" + on.dsn, "--redis-url=" + on.redis, "--identity-signing-key-file=" + keyFile, "--http-addr=127.0.0.1:0",
		"--grpc-addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--strangers-per-minute=1000000",
		"--logins-per-minute=1000000", "--redis-timeout=" + enough.String(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	return c
}

func readKey(t *testing.T, file string) ed25519.PrivateKey {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(content)
	if block == nil {
		t.Fatalf("%s holds no PEM block", file)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	signing, ok := key.(ed25519.PrivateKey)
	if !ok {
		t.Fatalf("%s holds a %T", file, key)
	}
	return signing
}

// token returns an access token for a person with one role in one authority.
func (p *platform) token(t *testing.T, role authv1.Role, authority string) string {
	t.Helper()
	return p.sign(t, auth.Principal{
		Kind: auth.Person, ID: "00000000-0000-7000-8000-000000000001",
		Bindings: []auth.Binding{{Role: role, Authority: authority}},
	})
}

func (p *platform) sign(t *testing.T, principal auth.Principal) string {
	t.Helper()
	token, _, err := auth.Sign(p.key, principal, p.clock(), tokenLife)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// administrator makes an administrator of the platform and returns the access token of a
// session: identity takes no changes of accounts from somebody without an account.
func (p *platform) administrator(t *testing.T) string {
	t.Helper()
	return p.administratorCalled(t, "quan-tri")
}

// administratorCalled is administrator for one login of several.
func (p *platform) administratorCalled(t *testing.T, login string) string {
	t.Helper()
	const password = "correct horse battery"
	person := identity.Person{Login: login, Password: password, DisplayName: "Quản trị"}
	if err := identity.CreateAdministrator(t.Context(), p.config.Identity, person, p.clock()); err != nil {
		t.Fatal(err)
	}
	return p.login(t, login, password)
}

// login starts a session and returns its access token.
func (p *platform) login(t *testing.T, login, password string) string {
	t.Helper()
	var session struct{ AccessToken string }
	answer := p.patient(t, http.MethodPost, "/v1/sessions", "", map[string]any{"login": login, "password": password})
	if err := json.Unmarshal(answer, &session); err != nil || session.AccessToken == "" {
		t.Fatalf("logging in as %s: %v: no token in the answer", login, err)
	}
	return session.AccessToken
}

// call sends a request with a token ("" for none) and returns the status and body
// of the answer.
func (p *platform) call(t *testing.T, method, path, token string, body any) (int, []byte) {
	t.Helper()
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, "http://"+p.addresses.HTTP+path, content)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

// must is like call, for a request that has to succeed.
func (p *platform) must(t *testing.T, method, path, token string, body any) []byte {
	t.Helper()
	status, answer := p.call(t, method, path, token, body)
	if status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	return answer
}

// patient is like must, but repeats the request as long as the answer is 503.
func (p *platform) patient(t *testing.T, method, path, token string, body any) []byte {
	t.Helper()
	for deadline := time.Now().Add(enough); ; time.Sleep(50 * time.Millisecond) {
		status, answer := p.call(t, method, path, token, body)
		if status == http.StatusServiceUnavailable && time.Now().Before(deadline) {
			continue
		}
		if status != http.StatusOK {
			t.Fatalf("%s %s: %d %s", method, path, status, answer)
		}
		return answer
	}
}

// reason returns the reason in the body of a refusal.
func reason(body []byte) string {
	var status struct {
		Details []struct {
			Type   string `json:"@type"`
			Reason string
		}
	}
	if json.Unmarshal(body, &status) != nil {
		return fmt.Sprintf("unreadable: %s", body)
	}
	for _, d := range status.Details {
		if strings.HasSuffix(d.Type, "ErrorInfo") {
			return d.Reason
		}
	}
	return ""
}

// buffer is a log that the test can read while the platform writes it.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
