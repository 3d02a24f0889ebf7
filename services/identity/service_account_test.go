package identity_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/servicetest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity"
)

func (w *world) exchange(name, secret string) (auth.Principal, error) {
	answer, err := w.ExchangeSecret(w.Context(), &authv1.ExchangeSecretRequest{ServiceAccount: name, Secret: w.secret(secret)})
	if err != nil {
		return auth.Principal{}, err
	}
	if got := answer.GetExpireTime().AsTime().Sub(w.now()); got != 10*time.Minute {
		w.Errorf("the token lives %s, want 10m", got)
	}
	keys := auth.FromService(w.KeyServiceClient)
	p, err := auth.NewVerifier(keys, w.now).Verify(w.Context(), w.secret(answer.GetAccessToken()))
	w.must(err)
	return p, nil
}

func TestServiceAccount(t *testing.T) {
	w := newWorld(t)
	request := &identityv1.CreateServiceAccountRequest{
		Authority: home, Agency: "van-phong", Name: "document-system", RequestId: "6f1d6c80-3f55-4c69-a2b8-2d0f5a7a1b14",
	}
	made, err := w.CreateServiceAccount(w.admin(home), request)
	w.must(err)
	if len(w.secret(made.GetSecret())) != 43 {
		t.Errorf("the secret has %d characters, want 43 for 256 bits", len(made.GetSecret()))
	}
	again, err := w.CreateServiceAccount(w.admin(home), request)
	if err != nil || again.GetSecret() != "" || again.GetServiceAccount().GetName() != "document-system" {
		t.Errorf("repeated: %v (%v), want the account without the secret", again.GetServiceAccount(), err)
	}
	for _, authority := range []string{home, other} {
		_, err = w.CreateServiceAccount(w.admin(""), &identityv1.CreateServiceAccountRequest{Authority: authority, Name: "document-system"})
		w.reason(err, fault.Exists, "SERVICE_ACCOUNT_TAKEN")
	}
	_, err = w.CreateServiceAccount(w.admin(home), &identityv1.CreateServiceAccountRequest{Authority: home, Name: "scoring"})
	w.reason(err, fault.Exists, "SERVICE_ACCOUNT_TAKEN")

	p, err := w.exchange("document-system", made.GetSecret())
	w.must(err)
	if p.Kind != auth.System || p.ID != "document-system" || p.Authority != home || p.Agency != "van-phong" || len(p.Bindings) != 1 ||
		p.Bindings[0] != (auth.Binding{Role: authv1.Role_ROLE_SYSTEM, Authority: home, Agency: "van-phong"}) {
		t.Errorf("the token proves %+v", p)
	}
	me, err := w.GetMe(w.principal(p), &identityv1.GetMeRequest{})
	if err != nil || me.GetServiceAccount().GetName() != "document-system" || me.GetAccount() != nil || len(me.GetBindings()) != 1 {
		t.Errorf("GetMe: %v (%v)", me, err)
	}

	_, err = w.exchange("document-system", "not the secret")
	want := told(err)
	w.reason(err, fault.Unauthenticated, "SECRET_REJECTED")
	for range 2 {
		_, err = w.DisableServiceAccount(w.admin(home), &identityv1.DisableServiceAccountRequest{Authority: home, ServiceAccount: "document-system"})
		w.must(err)
	}
	for _, name := range []string{"document-system", "made-up", "é\x00"} {
		if _, err := w.exchange(name, made.GetSecret()); told(err) != want {
			t.Errorf("%q: told %q, want %q", name, told(err), want)
		}
	}
	list, err := w.ListServiceAccounts(w.admin(home), &identityv1.ListServiceAccountsRequest{Authority: home})
	if err != nil || len(list.GetServiceAccounts()) != 1 || list.GetServiceAccounts()[0].GetState() != identityv1.AccountState_ACCOUNT_STATE_DISABLED {
		t.Errorf("listed %v (%v)", list, err)
	}
}

// Wrong secrets lock as wrong passwords do. The right one is still accepted: a name is
// not secret, and somebody who knows it must not be able to stop a service.
func TestWrongSecretsLockOnlyWrongSecrets(t *testing.T) {
	w := newWorld(t)
	secret, err := identity.CreateServiceAccount(t.Context(), w.cfg, identity.ServiceAccount{Name: "scoring"}, w.now())
	w.must(err)
	for _, name := range []string{"scoring", "made-up"} {
		got := parallel(20, func(int) error { _, err := w.exchange(name, "not the secret"); return err })
		if got["SECRET_REJECTED"] != 5 || got["LOGIN_LOCKED"] != 15 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if _, err := w.exchange("scoring", secret); err != nil {
		t.Errorf("the right secret: %v", err)
	}
	_, err = w.exchange("scoring", "not the secret")
	if f := w.faulty(err, fault.Exhausted, "LOGIN_LOCKED"); f.RetryAfter != time.Minute {
		t.Errorf("wait %s", f.RetryAfter)
	}
	w.pass(15 * time.Minute)
	_, err = w.exchange("scoring", "not the secret")
	w.reason(err, fault.Unauthenticated, "SECRET_REJECTED")
}

func TestServicesOfThePlatform(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	create := func(a identity.ServiceAccount) error {
		secret, err := identity.CreateServiceAccount(ctx, w.cfg, a, w.now())
		if err == nil {
			w.secret(secret)
		}
		return err
	}
	secret, err := identity.CreateServiceAccount(ctx, w.cfg, identity.ServiceAccount{Name: "scoring"}, w.now())
	w.must(err)
	p, err := w.exchange("scoring", secret)
	if err != nil || p.Kind != auth.Service || p.ID != "scoring" || len(p.Bindings) != 0 {
		t.Errorf("the token proves %+v (%v)", p, err)
	}
	me, err := w.GetMe(w.principal(p), &identityv1.GetMeRequest{})
	if err != nil || me.GetServiceAccount().GetName() != "scoring" {
		t.Errorf("GetMe: %v (%v)", me, err)
	}
	w.reason(create(identity.ServiceAccount{Name: "scoring"}), fault.Exists, "SERVICE_ACCOUNT_TAKEN")
	w.reason(create(identity.ServiceAccount{Name: "survey", Authority: home}), fault.Exists, "SERVICE_ACCOUNT_TAKEN")
	w.reason(create(identity.ServiceAccount{Name: "not-a-service"}), fault.Invalid, "BAD_REQUEST")
	w.must(create(identity.ServiceAccount{Name: "feeder", Authority: home, Agency: "van-phong"}))

	fresh, err := identity.ReplaceSecret(ctx, w.cfg, identity.ServiceAccount{Name: "scoring"}, w.now())
	w.must(err)
	if _, err := w.exchange("scoring", fresh); err != nil {
		t.Error(err)
	}
	_, err = w.exchange("scoring", secret)
	w.reason(err, fault.Unauthenticated, "SECRET_REJECTED")
	_, err = identity.ReplaceSecret(ctx, w.cfg, identity.ServiceAccount{Name: "feeder"}, w.now())
	w.reason(err, fault.NotFound, "SERVICE_ACCOUNT_UNKNOWN")
	// Out of reach of every rpc, also for whoever administers the platform.
	_, err = w.DisableServiceAccount(w.admin(""), &identityv1.DisableServiceAccountRequest{Authority: home, ServiceAccount: "scoring"})
	w.reason(err, fault.NotFound, "SERVICE_ACCOUNT_UNKNOWN")
	list, err := w.ListServiceAccounts(w.admin(""), &identityv1.ListServiceAccountsRequest{Authority: home})
	if err != nil || len(list.GetServiceAccounts()) != 1 {
		t.Errorf("listed %v (%v)", list, err)
	}
}

func TestKeysArePublished(t *testing.T) {
	w := newWorld(t)
	answer, err := w.ListKeys(t.Context(), &authv1.ListKeysRequest{})
	w.must(err)
	public, _ := w.key.Public().(ed25519.PublicKey)
	if len(answer.GetKeys()) != 1 || answer.GetKeys()[0].GetId() != auth.KeyID(public) || answer.GetKeys()[0].GetAlgorithm() != "EdDSA" {
		t.Errorf("published %v", answer)
	}
	own, err := w.service.Keys()(context.Background())
	if err != nil || !public.Equal(own[auth.KeyID(public)]) {
		t.Errorf("Keys() = %v (%v)", own, err)
	}
}

// A service in identity's own process gets tokens like those for its secret, without a
// database and an account. Software of an authority does not.
func TestServiceTokenNeedsNoSecret(t *testing.T) {
	t.Parallel()
	w := &world{T: t, clock: servicetest.NewClock(start)}
	w.open("host=/nowhere user=parindex dbname=postgres")
	verifier := auth.NewVerifier(w.service.Keys(), w.now)
	token := w.service.ServiceToken("scoring")
	first, err := token(t.Context())
	w.must(err)
	p, err := verifier.Verify(t.Context(), w.secret(first))
	if err != nil || p.Kind != auth.Service || p.ID != "scoring" || len(p.Bindings) != 0 {
		t.Errorf("the token proves %+v (%v)", p, err)
	}
	w.pass(9*time.Minute - time.Second)
	if again, err := token(t.Context()); err != nil || again != first {
		t.Errorf("more than a minute before its end the token was replaced (%v)", err)
	}
	w.pass(2 * time.Second)
	next, err := token(t.Context())
	if err != nil || next == first {
		t.Errorf("in its last minute the token was kept (%v)", err)
	}
	w.pass(9 * time.Minute)
	_, err = verifier.Verify(t.Context(), w.secret(next))
	w.must(err)
	w.pass(2 * time.Minute)
	if _, err := verifier.Verify(t.Context(), next); !errors.Is(err, fault.TokenExpired) {
		t.Errorf("eleven minutes old: %v, want TOKEN_EXPIRED", err)
	}
	for _, name := range []string{"document-system", "", "Scoring"} {
		if got, err := w.service.ServiceToken(name)(t.Context()); err == nil || got != "" {
			t.Errorf("%q got a token", name)
		}
	}
}
