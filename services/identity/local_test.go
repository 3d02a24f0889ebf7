package identity_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/servicetest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity"
)

func TestCreateAdministrator(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	platform := identity.Person{Login: w.secret("the.platform"), DisplayName: w.secret("Platform Person"), Password: pass}
	w.must(identity.CreateAdministrator(ctx, w.cfg, platform, w.now()))
	local := identity.Person{Login: w.secret("the.local"), DisplayName: w.secret("Local Person"), Password: pass, Authority: home}
	w.must(identity.CreateAdministrator(ctx, w.cfg, local, w.now()))

	list := func(login, authority string) error {
		_, err := w.ListAccounts(w.as(w.login(login).GetAccessToken()), &identityv1.ListAccountsRequest{Authority: authority})
		return err
	}
	w.must(list("the.platform", home))
	w.must(list("the.platform", other))
	w.must(list("the.local", home))
	w.reason(list("the.local", other), fault.Denied, "NOT_ALLOWED")

	again := local
	again.Password = "another password"
	err := identity.CreateAdministrator(ctx, w.cfg, again, w.now())
	w.reason(err, fault.Exists, "LOGIN_TAKEN")
	w.login("the.local") // with the old password
	bad := identity.Person{Login: "No Good", Password: "short", Authority: "Sóc Trăng", Agency: "?"}
	err = identity.CreateAdministrator(ctx, w.cfg, bad, w.now())
	if f := w.faulty(err, fault.Invalid, "BAD_REQUEST"); len(f.Violations) != 5 {
		t.Errorf("%d violations, want all 5: %v", len(f.Violations), err)
	}
	if by := w.rows(`select distinct principal from identity.audit_entry where action in ('create', 'give role')`); len(by) != 1 || by[0] != "local" {
		t.Errorf("audited as %v", by)
	}
}

func TestEnsureAccount(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	p := identity.Person{Login: w.secret("demo.head"), DisplayName: w.secret("Demo Head"), Password: pass, Authority: home, Agency: "so-noi-vu"}
	roles := []authv1.Role{authv1.Role_ROLE_AGENCY_HEAD, authv1.Role_ROLE_AGENCY_EDITOR}
	got := parallel(4, func(int) error { return identity.EnsureAccount(ctx, w.cfg, p, roles, w.now()) })
	for code, n := range got { // two may find the login free at once; one of them makes it
		if code != "" && code != "LOGIN_TAKEN" {
			t.Errorf("%d times %s", n, code)
		}
	}
	p.Password = "another password"
	w.must(identity.EnsureAccount(ctx, w.cfg, p, append(roles, authv1.Role_ROLE_OBSERVER), w.now()))
	me, err := w.GetMe(w.as(w.login("demo.head").GetAccessToken()), &identityv1.GetMeRequest{})
	w.must(err)
	agencies := map[authv1.Role]string{}
	for _, b := range me.GetBindings() {
		agencies[b.GetRole()] = b.GetAuthority() + "/" + b.GetAgency()
	}
	for role, want := range map[authv1.Role]string{
		authv1.Role_ROLE_AGENCY_HEAD: "soc-trang/so-noi-vu", authv1.Role_ROLE_AGENCY_EDITOR: "soc-trang/so-noi-vu", authv1.Role_ROLE_OBSERVER: "soc-trang/",
	} {
		if agencies[role] != want {
			t.Errorf("%s for %q, want %q", role, agencies[role], want)
		}
	}
	if len(me.GetBindings()) != 3 {
		t.Errorf("%d roles, want 3", len(me.GetBindings()))
	}
	err = identity.EnsureAccount(ctx, w.cfg, p, []authv1.Role{authv1.Role_ROLE_ADMINISTRATOR}, w.now())
	w.reason(err, fault.Precondition, "ROLES_CONFLICT")
	p.Authority = other
	err = identity.EnsureAccount(ctx, w.cfg, p, nil, w.now())
	w.reason(err, fault.Exists, "LOGIN_TAKEN")
}

// No rpc administers accounts of the platform. Local commands do, and unlock an
// administrator whose login somebody has locked.
func TestLocalCommandsReachThePlatform(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	const first, fresh = "the first password", "the password after"
	w.must(identity.CreateAdministrator(ctx, w.cfg, identity.Person{Login: w.secret("the.root"), DisplayName: w.secret("Root Person"), Password: w.secret(first)}, w.now()))
	session, err := w.tryLogin("the.root", first)
	w.must(err)
	for range 5 {
		_, err = w.tryLogin("the.root", "not the password")
		w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	}
	_, err = w.tryLogin("the.root", first)
	w.reason(err, fault.Exhausted, "LOGIN_LOCKED")
	keyless := w.cfg // a command does without the signing key
	keyless.SigningKeyFile = ""
	w.must(identity.ResetPassword(ctx, keyless, "The.Root", w.secret(fresh), w.now()))
	_, err = w.refresh(session.GetRefreshToken())
	w.reason(err, fault.Unauthenticated, "SESSION_ENDED")
	_, err = w.tryLogin("the.root", first)
	w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	session, err = w.tryLogin("the.root", fresh)
	w.must(err)

	for range 2 {
		w.must(identity.DisableAccount(ctx, keyless, "the.root", w.now()))
	}
	_, err = w.refresh(session.GetRefreshToken())
	w.reason(err, fault.Unauthenticated, "SESSION_ENDED")
	w.must(identity.ResetPassword(ctx, keyless, "the.root", fresh, w.now()))
	_, err = w.tryLogin("the.root", fresh)
	w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	for range 2 {
		w.must(identity.EnableAccount(ctx, keyless, "the.root", w.now()))
	}
	_, err = w.tryLogin("the.root", fresh)
	w.must(err)
	w.account("in.authority") // others as well
	w.must(identity.DisableAccount(ctx, keyless, "in.authority", w.now()))

	got := w.rows(`
		select principal || ' ' || action || ' ' || coalesce(change->>'to', '') || ' ' || (change->>'sessions_ended')
		from identity.audit_entry join identity.account a on resource = 'accounts/' || a.id
		where action in ('reset password', 'change state') order by authority, sequence`)
	want := []string{
		"local reset password  1", "local change state disabled 1", "local reset password  0", "local change state active 0",
		"local change state disabled 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("audited %q, want %q", got, want)
	}
}

func TestLocalCommandsRefuse(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.account("somebody.here")
	for _, login := range []string{"nobody.here", "", "née\x00"} {
		w.reason(identity.DisableAccount(ctx, w.cfg, login, w.now()), fault.NotFound, "ACCOUNT_UNKNOWN")
		w.reason(identity.EnableAccount(ctx, w.cfg, login, w.now()), fault.NotFound, "ACCOUNT_UNKNOWN")
		w.reason(identity.ResetPassword(ctx, w.cfg, login, pass, w.now()), fault.NotFound, "ACCOUNT_UNKNOWN")
	}
	for _, bad := range []string{"", "too short", strings.Repeat("x", 257)} {
		err := identity.ResetPassword(ctx, w.cfg, "somebody.here", bad, w.now())
		if f := w.faulty(err, fault.Invalid, "BAD_REQUEST"); len(f.Violations) != 1 || f.Violations[0].Field != "password" {
			t.Errorf("%d characters: %v", len(bad), err)
		}
	}
	w.login("somebody.here")
}

// The other tests hash cheaply; an operator cannot.
func TestPasswordsCostWhatTheyShould(t *testing.T) {
	w := newWorld(t)
	costly := identity.Config{DB: w.cfg.DB}
	p := identity.Person{Login: w.secret("costly.one"), DisplayName: w.secret("Costly Person"), Password: pass}
	w.must(identity.CreateAdministrator(t.Context(), costly, p, w.now()))
	if got := w.rows(`select password_hash from identity.account`); len(got) != 1 || !strings.HasPrefix(got[0], "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%q, want OWASP's parameters", got)
	}
}

func TestLocalCommandsWithoutTheDatabase(t *testing.T) {
	w := &world{T: t, clock: servicetest.NewClock(start)}
	cfg := identity.Config{DB: pg.Config{DSN: "host=" + t.TempDir() + " user=nobody"}}
	_, err := identity.CreateServiceAccount(context.Background(), cfg, identity.ServiceAccount{Name: "scoring"}, start)
	w.reason(err, fault.Unavailable, "STORAGE_AWAY")
}
