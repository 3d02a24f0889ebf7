package identity_test

import (
	"context"
	"testing"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
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

func TestLocalCommandsWithoutTheDatabase(t *testing.T) {
	w := &world{T: t, time: start}
	cfg := identity.Config{DB: pg.Config{DSN: "host=" + t.TempDir() + " user=nobody"}}
	_, err := identity.CreateServiceAccount(context.Background(), cfg, identity.ServiceAccount{Name: "scoring"}, start)
	w.reason(err, fault.Unavailable, "STORAGE_AWAY")
}
