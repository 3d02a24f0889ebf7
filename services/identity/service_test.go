package identity_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	"github.com/parindex/parindex/libs/servicetest"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity"
)

func TestReadyOnceMigrated(t *testing.T) {
	w := &world{T: t, clock: servicetest.NewClock(start), db: pgtest.New(t, "empty", nil)}
	w.open(w.db.DSN)
	ctx := t.Context()
	if err := w.service.Ready(ctx); err == nil {
		t.Error("ready on an empty database")
	}
	for range 2 {
		w.must(identity.Spec(&w.cfg).Migrate(ctx, slog.New(slog.DiscardHandler)))
	}
	w.must(w.service.Ready(ctx))
}

func TestSigningKeyFile(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.pem")
	if err := identity.NewSigningKeyFile(good); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(good); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v), want 0600", info.Mode(), err)
	}
	if err := identity.NewSigningKeyFile(good); err == nil || !strings.Contains(err.Error(), "is kept") {
		t.Errorf("a second key over the first: %v", err)
	}
	for path, want := range map[string]string{
		"":                             "set PARINDEX_IDENTITY_SIGNING_KEY_FILE",
		filepath.Join(dir, "none.pem"): "reading the signing key",
	} {
		cfg := identity.Config{DB: pg.Config{DSN: "host=/nowhere"}, SigningKeyFile: path}
		_, err := identity.Open(t.Context(), cfg, service.Deps{Logger: slog.New(slog.DiscardHandler), Now: time.Now, Metrics: prometheus.NewRegistry(), Dial: newCatalog().dial(t)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", path, err, want)
		}
	}
}

func TestValidateReportsEverything(t *testing.T) {
	cfg := identity.Config{Limits: identity.Limits{SessionIdle: -1, LockFailures: -1}}
	err := identity.Spec(&cfg).Validate()
	for _, part := range []string{"PARINDEX_IDENTITY_DSN", "--identity-session-idle", "--identity-lock-failures"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v lacks %s", err, part)
		}
	}
	cfg.Limits = identity.Limits{SessionIdle: -1, SessionLife: -1, LockFailures: -1, LockWindow: -1, LockTime: -1}
	first := identity.Spec(&cfg).Validate().Error()
	for range 20 {
		if again := identity.Spec(&cfg).Validate().Error(); again != first {
			t.Fatalf("the faults come in another order:\n%s\n%s", first, again)
		}
	}
}

// A service that starts removes expired sessions and old failures.
func TestCleaning(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(time.Now().UTC()) // remembered requests are dated by the server
	a := w.account("to.be.cleaned")
	_, err := w.DisableAccount(w.admin(home), &identityv1.DisableAccountRequest{
		Authority: home, Account: a.GetId(), RequestId: "6f1d6c80-3f55-4c69-a2b8-2d0f5a7a1b15",
	})
	w.must(err)
	_, err = w.EnableAccount(w.admin(home), &identityv1.EnableAccountRequest{Authority: home, Account: a.GetId()})
	w.must(err)
	w.login("to.be.cleaned")
	_, err = w.tryLogin("nobody.at.all", pass)
	w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	left := func() string {
		return w.rows(`select (select count(*) from identity.session) || ' ' || (select count(*) from identity.login_failure) || ' ' || (select count(*) from identity.request)`)[0]
	}
	clean := func(until string) {
		t.Helper()
		again, err := identity.Open(t.Context(), w.cfg, service.Deps{Logger: slog.New(slog.DiscardHandler), Now: w.now, Metrics: prometheus.NewRegistry(), Dial: w.catalog.dial(t)})
		w.must(err)
		for end := time.Now().Add(enough); left() != until && time.Now().Before(end); {
			time.Sleep(20 * time.Millisecond)
		}
		w.must(again.Close(t.Context()))
		if got := left(); got != until {
			t.Errorf("left %s (sessions, failures, requests), want %s", got, until)
		}
	}
	clean("1 2 1")
	w.pass(12 * time.Hour)
	clean("0 2 1")
	w.pass(12 * time.Hour)
	clean("0 0 1")
	w.pass(7 * 24 * time.Hour)
	clean("0 0 0")
}

func TestCloseLeavesNothingRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := identity.NewSigningKeyFile(path); err != nil {
		t.Fatal(err)
	}
	for _, dsn := range []string{os.Getenv(pgtest.Variable), "host=" + t.TempDir() + " user=nobody"} {
		opened, err := identity.Open(t.Context(), identity.Config{DB: pg.Config{DSN: dsn}, SigningKeyFile: path},
			service.Deps{Logger: slog.New(slog.DiscardHandler), Now: time.Now, Metrics: prometheus.NewRegistry(), Dial: func(string, rpc.Credential) (grpc.ClientConnInterface, error) {
				return nowhere{}, nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		if err := opened.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	err := goleak.Find(before)
	for end := time.Now().Add(enough); err != nil && time.Now().Before(end); {
		err = goleak.Find(before) // what is closed takes its time to end on a busy machine
	}
	if err != nil {
		t.Error(err)
	}
}

func TestDatabaseAway(t *testing.T) {
	w := &world{T: t, clock: servicetest.NewClock(start), db: newDB(t)}
	bridge := newBridge(t, w.db.DSN)
	w.open(bridge.dsn)
	w.account("patient.one")
	session := w.login("patient.one")
	calls := map[string]func() error{
		"login": func() error { _, err := w.tryLogin("patient.one", pass); return err },
		"get": func() error {
			_, err := w.GetMe(w.as(session.GetAccessToken()), &identityv1.GetMeRequest{})
			return err
		},
		"list": func() error {
			_, err := w.ListAccounts(w.admin(home), &identityv1.ListAccountsRequest{Authority: home})
			return err
		},
		"create": func() error {
			_, err := w.CreateServiceAccount(w.admin(home), &identityv1.CreateServiceAccountRequest{Authority: home, Name: "late-software"})
			return err
		},
		"secret": func() error { _, err := w.exchange("nobody", "an old secret"); return err },
	}
	bridge.down()
	for name, call := range calls {
		if err := call(); fault.From(err).Code != "STORAGE_AWAY" {
			t.Errorf("%s: %v, want STORAGE_AWAY", name, err)
		}
	}
	if err := w.service.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	bridge.up()
	w.must(w.service.Ready(t.Context()))
	for _, name := range []string{"login", "get", "list", "create"} {
		if err := calls[name](); err != nil {
			t.Errorf("%s after the database came back: %v", name, err)
		}
	}
	w.reason(calls["secret"](), fault.Unauthenticated, "SECRET_REJECTED")
	if _, err := w.refresh(session.GetRefreshToken()); err != nil {
		t.Errorf("the session from before: %v", err)
	}
}

// bridge is a socket in front of the database that a test can close.
type bridge struct {
	t             *testing.T
	dsn           string
	path          string
	network, addr string

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

func newBridge(t *testing.T, dsn string) *bridge {
	t.Helper()
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	b := &bridge{t: t, path: filepath.Join(dir, ".s.PGSQL.5432")}
	b.network, b.addr = pgconn.NetworkAddress(c.Host, c.Port)
	b.dsn = "host=" + dir + " port=5432 user=" + c.User + " password='" + c.Password + "' dbname=" + c.Database
	b.up()
	t.Cleanup(b.down)
	return b
}

func (b *bridge) up() {
	b.mu.Lock()
	defer b.mu.Unlock()
	l, err := new(net.ListenConfig).Listen(context.Background(), "unix", b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.listener = l
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := new(net.Dialer).DialContext(context.Background(), b.network, b.addr)
			if err != nil {
				_ = near.Close()
				continue
			}
			b.mu.Lock()
			b.conns = append(b.conns, near, far)
			b.mu.Unlock()
			go func() { _, _ = io.Copy(near, far) }()
			go func() { _, _ = io.Copy(far, near) }()
		}
	}()
}

func (b *bridge) down() {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.listener.Close()
	for _, c := range b.conns {
		_ = c.Close()
	}
	b.conns = nil
}
