package identity_test

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	"github.com/parindex/parindex/libs/servicetest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity"
)

const (
	home  = "soc-trang"
	other = "son-la"
	pass  = "correct horse battery"
)

// start is where every test's clock begins.
var start = time.Date(2024, 1, 8, 1, 0, 0, 0, time.UTC)

// world is the service as a caller sees it, with a real database.
type world struct {
	*testing.T
	identityv1.IdentityServiceClient
	authv1.KeyServiceClient
	authv1.TokenServiceClient

	cfg     identity.Config
	db      *pgtest.DB
	service *identity.Service
	key     ed25519.PrivateKey
	metrics *prometheus.Registry
	catalog *fakeCatalog
	clock   *servicetest.Clock
	said    servicetest.Journal // everything logged and every error text

	mu      sync.Mutex
	secrets []string // what must not be said
}

// newWorld opens a world of its own for a test, which runs beside others.
func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	w := &world{T: t, clock: servicetest.NewClock(start), db: newDB(t)}
	w.open(w.db.DSN)
	return w
}

func newDB(t *testing.T) *pgtest.DB {
	t.Helper()
	return servicetest.Database(t, identity.Spec(new(identity.Config)))
}

// open opens the service on a database, with a new signing key, and dials it.
func (w *world) open(dsn string) {
	w.Helper()
	path := filepath.Join(w.TempDir(), "key.pem")
	w.must(identity.NewSigningKeyFile(path))
	w.openWith(dsn, path)
}

// openWith is open with a signing key file that exists.
func (w *world) openWith(dsn, path string) {
	w.Helper()
	w.key = readKey(w.T, path)
	w.cfg = identity.Config{DB: pg.Config{DSN: dsn, MaxConns: 4}, SigningKeyFile: path}
	w.cfg.HashCheaply()
	w.must(identity.Spec(&w.cfg).Validate())
	w.metrics = prometheus.NewRegistry()
	log := w.said.Logger()
	if w.catalog == nil {
		w.catalog = newCatalog()
	}
	deps := service.Deps{Logger: log, Now: w.now, Metrics: w.metrics, Dial: w.catalog.dial(w.T), Interval: 10 * time.Millisecond}
	opened, err := identity.Open(w.Context(), w.cfg, deps)
	w.must(err)
	w.service = opened
	w.Cleanup(func() {
		w.must(opened.Close(context.WithoutCancel(w.Context())))
		w.silence()
	})
	conn, _ := servicetest.Serve(w.T, servicetest.Server{
		ServerDeps: rpc.ServerDeps{
			Service: "identity", Logger: log, Metrics: w.metrics, Verifier: auth.NewVerifier(opened.Keys(), w.now), Now: w.now,
		},
		Register: opened.Register,
		Dial:     []grpc.DialOption{grpc.WithChainUnaryInterceptor(w.listen)},
	})
	w.IdentityServiceClient = identityv1.NewIdentityServiceClient(conn)
	w.KeyServiceClient = authv1.NewKeyServiceClient(conn)
	w.TokenServiceClient = authv1.NewTokenServiceClient(conn)
}

func readKey(t *testing.T, path string) ed25519.PrivateKey {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(content)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	signing, ok := key.(ed25519.PrivateKey)
	if !ok {
		t.Fatalf("the file holds a %T", key)
	}
	return signing
}

func (w *world) now() time.Time { return w.clock.Now() }

// pass moves the clock.
func (w *world) pass(d time.Duration) { w.clock.Add(d) }

// listen takes what callers are told when something fails, in full.
func (w *world) listen(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, call grpc.UnaryInvoker, options ...grpc.CallOption) error {
	err := call(ctx, method, req, reply, conn, options...)
	if err != nil {
		s, _ := status.FromError(err)
		_, _ = fmt.Fprintf(&w.said, "%s %v\n", s.Message(), s.Proto().GetDetails())
	}
	return err
}

// secret keeps values that nothing may say, and returns the first.
func (w *world) secret(values ...string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.secrets = append(w.secrets, values...)
	return values[0]
}

// silence fails the test if a password, secret, token, login or display name
// was logged or told in a fault.
func (w *world) silence() {
	w.mu.Lock()
	defer w.mu.Unlock()
	said := w.said.String()
	for _, s := range append(w.secrets, pass) {
		if i := strings.Index(said, s); i >= 0 {
			w.Errorf("%q was said: …%s…", s, said[max(0, i-80):min(len(said), i+len(s)+80)])
		}
	}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// as returns a context that calls with a token.
func (w *world) as(token string) context.Context {
	return metadata.AppendToOutgoingContext(w.Context(), "authorization", "Bearer "+token)
}

// admin calls as an administrator of an authority, whose account administers all.
func (w *world) admin(authority string) context.Context {
	return w.administrator("0198c0de-0000-7000-8000-00000000ad01", authority)
}

// second calls as an administrator beside admin, who confirms what admin gives.
func (w *world) second(authority string) context.Context {
	return w.administrator("0198c0de-0000-7000-8000-00000000ad02", authority)
}

func (w *world) administrator(id, authority string) context.Context {
	w.administers(id)
	return w.principal(auth.Principal{Kind: auth.Person, ID: id, Bindings: []auth.Binding{
		{Role: authv1.Role_ROLE_ADMINISTRATOR, Authority: authority},
	}})
}

// administers makes sure that an account with an id exists and administers all
// authorities.
func (w *world) administers(id string) {
	_, err := w.db.Pool.Exec(w.Context(), `
		with a as (
			insert into identity.account (id, authority, agency, login, display_name, name_key, password_hash, state, create_time, revision)
			values ($1::text::uuid, '', '', 'admin.' || right($1::text, 4), 'Quản trị', 'quan tri', '$argon2id$made-up', 'active', '2024-01-01', 1)
			on conflict do nothing returning id)
		insert into identity.role_binding (id, account, authority, agency, role, create_time) select id, id, '', '', 'administrator', '2024-01-01' from a`, id)
	w.must(err)
}

func (w *world) principal(p auth.Principal) context.Context {
	token, _, err := auth.Sign(w.key, p, w.now(), time.Hour)
	w.must(err)
	return w.as(token)
}

// account makes an account of home with the usual password. Take a login that
// no message holds: silence looks for it.
func (w *world) account(login string) *identityv1.Account {
	w.Helper()
	answer, err := w.CreateAccount(w.admin(home), &identityv1.CreateAccountRequest{
		Authority: home, Login: w.secret(login), DisplayName: w.secret("Display of " + login), Password: pass,
	})
	w.must(err)
	return answer.GetAccount()
}

func (w *world) bind(account string, role authv1.Role) (*identityv1.RoleBinding, error) {
	answer, err := w.CreateRoleBinding(w.admin(home), &identityv1.CreateRoleBindingRequest{Authority: home, Account: account, Role: role})
	return answer.GetRoleBinding(), err
}

// grant is bind for a role that has to count: the holder takes the password over, and a
// second administrator confirms the role.
func (w *world) grant(a *identityv1.Account, role authv1.Role) *identityv1.RoleBinding {
	w.Helper()
	b, err := w.bind(a.GetId(), role)
	w.must(err)
	if !b.GetPending() {
		return b
	}
	w.takeOver(a.GetLogin())
	return w.confirmed(b)
}

// takeOver logs the owner of an account in, who changes the password, and back to the
// usual one, which is now the owner's.
func (w *world) takeOver(login string) {
	w.Helper()
	session := w.login(login)
	for _, change := range [][2]string{{pass, w.secret("chosen by " + login)}, {"chosen by " + login, pass}} {
		_, err := w.ChangePassword(w.as(session.GetAccessToken()), &identityv1.ChangePasswordRequest{CurrentPassword: change[0], NewPassword: change[1]})
		w.must(err)
	}
	_, err := w.DeleteSession(w.as(session.GetAccessToken()), &identityv1.DeleteSessionRequest{})
	w.must(err)
}

// confirmed returns a role that a second administrator has confirmed.
func (w *world) confirmed(b *identityv1.RoleBinding) *identityv1.RoleBinding {
	w.Helper()
	answer, err := w.confirm(w.second(b.GetAuthority()), b)
	w.must(err)
	return answer
}

func (w *world) confirm(ctx context.Context, b *identityv1.RoleBinding) (*identityv1.RoleBinding, error) {
	answer, err := w.ConfirmRoleBinding(ctx, &identityv1.ConfirmRoleBindingRequest{Authority: b.GetAuthority(), RoleBinding: b.GetId()})
	return answer.GetRoleBinding(), err
}

func (w *world) tryLogin(login, password string) (*identityv1.Session, error) {
	answer, err := w.CreateSession(w.Context(), &identityv1.CreateSessionRequest{Login: w.secret(login, password), Password: password})
	return answer.GetSession(), err
}

func (w *world) login(login string) *identityv1.Session {
	w.Helper()
	session, err := w.tryLogin(login, pass)
	w.must(err)
	w.secret(session.GetAccessToken(), session.GetRefreshToken())
	return session
}

func (w *world) refresh(token string) (*identityv1.Session, error) {
	answer, err := w.RefreshSession(w.Context(), &identityv1.RefreshSessionRequest{RefreshToken: token})
	if err == nil {
		w.secret(answer.GetSession().GetAccessToken(), answer.GetSession().GetRefreshToken())
	}
	return answer.GetSession(), err
}

// reason fails the test unless err is a fault with this code.
func (w *world) reason(err error, kind fault.Kind, code string) {
	w.Helper()
	_ = w.faulty(err, kind, code)
}

// faulty is reason, and returns the fault for a closer look.
func (w *world) faulty(err error, kind fault.Kind, code string) *fault.Fault {
	w.Helper()
	f := fault.From(err)
	if f == nil || f.Code != code || f.Kind != kind {
		w.Fatalf("got %v, want %s (%s)", err, code, kind)
	}
	return f
}

// told returns all that a caller learns of an error, but the request's id.
func told(err error) string {
	s, _ := status.FromError(err)
	var b strings.Builder
	for _, d := range s.Details() {
		if _, ok := d.(*errdetails.RequestInfo); !ok { // differs by design
			fmt.Fprintf(&b, "%v\n", d)
		}
	}
	f := fault.From(err)
	return fmt.Sprintf("%s %s %s %s %v %s", s.Code(), f.Code, f.Vi, f.Field, f.Violations, b.String())
}

// count returns the value of a counter with these label values.
func (w *world) count(name string, labels ...string) float64 {
	w.Helper()
	return servicetest.Metric(w.T, w.metrics, name, labels...)
}

// rows returns the first column of a query as text.
func (w *world) rows(sql string, args ...any) []string {
	w.Helper()
	rows, err := w.db.Pool.Query(w.Context(), sql, args...)
	w.must(err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		w.must(rows.Scan(&s))
		all = append(all, s)
	}
	w.must(rows.Err())
	return all
}

// parallel runs f n times at once and returns the codes of the faults, "" for
// none, and how often each came.
func parallel(n int, f func(i int) error) map[string]int {
	codes := make([]string, n)
	servicetest.AtOnce(n, func(i int) {
		if err := f(i); err != nil {
			codes[i] = fault.From(err).Code
		}
	})
	counts := map[string]int{}
	for _, c := range codes {
		counts[c]++
	}
	return counts
}

// hold runs sql in a transaction that stays open until release.
func (w *world) hold(sql string, args ...any) (release func()) {
	w.Helper()
	tx, err := w.db.Pool.Begin(w.Context())
	w.must(err)
	_, err = tx.Exec(w.Context(), sql, args...)
	w.must(err)
	return func() { w.must(tx.Commit(w.Context())) }
}

// enough is far more than anything here takes on a busy machine.
const enough = servicetest.Enough

// waiting waits until n transactions of the service wait for a lock.
func (w *world) waiting(n int) {
	w.Helper()
	servicetest.Eventually(w.T, fmt.Sprintf("%d transactions wait for a lock", n), func() bool {
		return len(w.rows(`select pid::text from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)) >= n
	})
}
