package identity_test

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/servicetest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
)

func TestLogin(t *testing.T) {
	w := newWorld(t)
	a := w.account("thu.ha")
	session, err := w.tryLogin("Thu.HA", pass)
	w.must(err)
	if got := session.GetAccessExpireTime().AsTime().Sub(start); got != 5*time.Minute {
		t.Errorf("the access token lives %s", got)
	}
	if got := session.GetExpireTime().AsTime().Sub(start); got != 12*time.Hour {
		t.Errorf("the session lives %s", got)
	}
	me, err := w.GetMe(w.as(w.secret(session.GetAccessToken())), &identityv1.GetMeRequest{})
	w.must(err)
	if me.GetAccount().GetId() != a.GetId() || me.GetAccount().GetLogin() != "thu.ha" || me.GetServiceAccount() != nil {
		t.Errorf("GetMe returned %v", me)
	}
	if w.count("parindex_logins_total", "ok") != 1 || w.count("parindex_sessions_started_total") != 1 {
		t.Error("the login was not counted once")
	}
	stored := w.rows(`select encode(family_hash || secret_hash, 'base64') from identity.session`)
	if len(stored) != 1 || stored[0] == session.GetRefreshToken() {
		t.Errorf("sessions stored: %d", len(stored))
	}
}

func TestRejectedLoginsAreAllTheSame(t *testing.T) {
	w := newWorld(t)
	w.account("wrong.password")
	disabled := w.account("disabled.one")
	_, err := w.DisableAccount(w.admin(home), &identityv1.DisableAccountRequest{Authority: home, Account: disabled.GetId()})
	w.must(err)
	_, err = w.tryLogin("wrong.password", "not the password")
	want := told(err)
	w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	for name, try := range map[string][2]string{
		"unknown":                    {"nobody.here", pass},
		"disabled":                   {"disabled.one", pass},
		"disabled, wrong":            {"disabled.one", "not the password"},
		"a login nobody can have":    {"née\x00 or 1=1 --", pass},
		"the dummy hash's password":  {"nobody.there", "nobody has this password"},
		"a password with a zero":     {"wrong.password", pass + "\x00"},
		"a password in other script": {"wrong.password", "bí mật của riêng tôi"},
	} {
		if _, err := w.tryLogin(try[0], try[1]); told(err) != want {
			t.Errorf("%s: told %q, want %q", name, told(err), want)
		}
	}
	if got := w.count("parindex_logins_total", "rejected"); got != 8 {
		t.Errorf("%v rejections counted, want 8", got)
	}
}

func TestLockoutAndItsEnd(t *testing.T) {
	w := newWorld(t)
	w.account("locked.out")
	for _, login := range []string{"locked.out", "made.up"} {
		for range 5 {
			_, err := w.tryLogin(login, "not the password")
			w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
		}
		for _, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
			_, err := w.tryLogin(login, pass)
			if f := w.faulty(err, fault.Exhausted, "LOGIN_LOCKED"); f.RetryAfter != wait {
				t.Errorf("%s: told to wait %s, want %s", login, f.RetryAfter, wait)
			}
			w.pass(wait)
			_, err = w.tryLogin(login, "not the password")
			w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
		}
	}
	w.pass(15*time.Minute - time.Second)
	_, err := w.tryLogin("made.up", pass)
	w.reason(err, fault.Exhausted, "LOGIN_LOCKED")
	w.login("locked.out")
	if kept := w.rows(`select t::text from identity.login_failure t where t::text like '%made%'`); len(kept) != 0 {
		t.Errorf("the unknown login was stored: %v", kept)
	}
	locks := w.rows(`select principal || ' ' || (change->>'failures') from identity.audit_entry where action = 'lock'`)
	if len(locks) != 1 || locks[0] != "anonymous 5" {
		t.Errorf("audited locks: %q", locks)
	}
}

// from returns a context that calls through the gateway from an address, in a browser
// with a device token.
func (w *world) from(address, device string) context.Context {
	return metadata.AppendToOutgoingContext(w.Context(), rpc.ClientAddressKey, address, rpc.DeviceTokenKey, device)
}

func (w *world) tryLoginFrom(address, device, login, password string) (*identityv1.Session, error) {
	answer, err := w.CreateSession(w.from(address, device), &identityv1.CreateSessionRequest{Login: w.secret(login, password), Password: password})
	if w.secret(address); err == nil {
		w.secret(answer.GetSession().GetDeviceToken())
	}
	return answer.GetSession(), err
}

// Whoever knows a login locks it only for the own address: the person logs in from
// another one, and at the same one with a browser that the person has used before.
func TestGuessingDoesNotKeepThePersonOut(t *testing.T) {
	w := newWorld(t)
	w.account("the.head")
	w.account("a.colleague")
	const office, home, elsewhere = "203.0.113.9", "198.51.100.4", "192.0.2.77"
	session, err := w.tryLoginFrom(office, "", "the.head", pass)
	w.must(err)
	device := session.GetDeviceToken()
	session, err = w.tryLoginFrom(office, "", "a.colleague", pass)
	w.must(err)
	for range 5 {
		_, err := w.tryLoginFrom(office, session.GetDeviceToken(), "the.head", "not the password")
		w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	}
	_, err = w.tryLoginFrom(office, "", "the.head", pass)
	w.reason(err, fault.Exhausted, "LOGIN_LOCKED")
	_, err = w.tryLoginFrom(office, session.GetDeviceToken(), "the.head", pass) // the browser of somebody else
	w.reason(err, fault.Exhausted, "LOGIN_LOCKED")
	_, err = w.tryLoginFrom(office, device, "the.head", pass)
	w.must(err)
	_, err = w.tryLoginFrom(home, "", "the.head", pass)
	w.must(err)
	for i := range 200 { // guesses from many addresses
		_, err = w.tryLoginFrom(fmt.Sprintf("10.1.%d.1", i), "", "the.head", "not the password")
	}
	w.reason(err, fault.Exhausted, "LOGIN_LOCKED")
	_, err = w.tryLoginFrom(elsewhere, "", "the.head", pass)
	w.reason(err, fault.Exhausted, "LOGIN_LOCKED")
	_, err = w.tryLoginFrom(elsewhere, device, "the.head", pass)
	w.must(err)
	if n := w.rows(`select count::text from identity.login_failure order by login_failure.count desc limit 1`)[0]; n != "100" {
		t.Errorf("%s guesses of strangers learnt something, want 100", n)
	}
	// A known browser does not guess for ever either.
	got := map[string]int{}
	for range 20 {
		_, err := w.tryLoginFrom(elsewhere, device, "the.head", "not the password")
		got[fault.From(err).Code]++
	}
	if got["LOGIN_REJECTED"] != 5 || got["LOGIN_LOCKED"] != 15 {
		t.Errorf("a known browser learns %v", got)
	}
}

// Addresses of one IPv6 network count as one.
func TestOneNetworkCountsAsOneAddress(t *testing.T) {
	w := newWorld(t)
	w.account("six.by.six")
	for i := range 5 {
		_, err := w.tryLoginFrom(fmt.Sprintf("2001:db8::%d", i+1), "", "six.by.six", "not the password")
		w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	}
	_, err := w.tryLoginFrom("2001:db8::ffff", "", "six.by.six", pass)
	w.reason(err, fault.Exhausted, "LOGIN_LOCKED")
	_, err = w.tryLoginFrom("2001:db8:0:1::1", "", "six.by.six", pass)
	w.must(err)
}

// A copy of the database does not reveal a password that was typed as login: its hash
// depends on a secret that is not in the database.
func TestTypedLoginsCannotBeFoundFromTheDatabase(t *testing.T) {
	w := newWorld(t)
	const typed = "my password by mistake"
	_, err := w.tryLogin(typed, "not the password")
	w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	_, err = w.exchange(typed, "not the password")
	w.reason(err, fault.Unauthenticated, "SECRET_REJECTED")
	kept := w.rows(`select encode(key, 'hex') from identity.login_failure`)
	if len(kept) != 3 { // of the login by its address and of all strangers, and of the secret
		t.Fatalf("%d failures, want 3 that differ", len(kept))
	}
	for _, guess := range []string{typed, "login:" + typed, "secret:" + typed, "account:" + typed, "service account:" + typed} {
		plain := sha256.Sum256([]byte(guess))
		for _, sum := range [][]byte{plain[:], hmac.New(sha256.New, []byte(guess)).Sum(nil)} {
			if slices.Contains(kept, hex.EncodeToString(sum)) {
				t.Errorf("%q is kept as a hash that anybody can make", guess)
			}
		}
	}
}

// Servers with the same key file count failures together. With another first key they
// keep only what all strangers have failed at an account.
func TestServersCountFailuresTogether(t *testing.T) {
	w := newWorld(t)
	w.account("known.one")
	same := &world{T: t, clock: servicetest.NewClock(start), db: w.db}
	same.openWith(w.db.DSN, w.cfg.SigningKeyFile)
	rotated := &world{T: t, clock: servicetest.NewClock(start), db: w.db}
	rotated.open(w.db.DSN)
	for _, login := range []string{"known.one", "unknown.one"} {
		for i := range 5 {
			_, err := []*world{w, same}[i%2].tryLogin(login, "not the password")
			w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
		}
		_, err := same.tryLogin(login, pass)
		w.reason(err, fault.Exhausted, "LOGIN_LOCKED")
	}
	_, err := rotated.tryLogin("known.one", "not the password")
	w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	if counts := w.rows(`select count::text from identity.login_failure where count > 5`); len(counts) != 1 || counts[0] != "6" {
		t.Errorf("failures of all strangers: %v, want 6", counts)
	}
	_, err = rotated.tryLogin("unknown.one", pass)
	w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
}

// Anybody can lock a login that they know. Sessions of its account continue.
func TestLockLeavesSessionsAlone(t *testing.T) {
	w := newWorld(t)
	w.account("at.work")
	session := w.login("at.work")
	for range 5 {
		_, err := w.tryLogin("at.work", "not the password")
		w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	}
	_, err := w.tryLogin("at.work", pass)
	w.reason(err, fault.Exhausted, "LOGIN_LOCKED")
	w.pass(5 * time.Minute)
	_, err = w.refresh(session.GetRefreshToken())
	w.must(err)
}

func TestFailuresFarApartDoNotLock(t *testing.T) {
	w := newWorld(t)
	w.account("slow.typist")
	for range 12 {
		_, err := w.tryLogin("slow.typist", "not the password")
		w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
		w.pass(24 * time.Hour)
	}
	for range 3 { // a success forgets what came before
		for range 4 {
			_, err := w.tryLogin("slow.typist", "not the password")
			w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
		}
		w.login("slow.typist")
	}
}

func TestParallelWrongLoginsLearnFiveAnswers(t *testing.T) {
	w := newWorld(t)
	w.account("under.attack")
	for _, login := range []string{"under.attack", "not.there"} {
		got := parallel(20, func(i int) error {
			_, err := w.tryLogin(login, fmt.Sprintf("guess number %d", i))
			return err
		})
		if want := map[string]int{"LOGIN_REJECTED": 5, "LOGIN_LOCKED": 15}; !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", login, got, want)
		}
		_, err := w.tryLogin(login, pass)
		w.reason(err, fault.Exhausted, "LOGIN_LOCKED")
	}
}

func TestParallelRightLoginsAllSucceed(t *testing.T) {
	w := newWorld(t)
	w.account("many.tabs")
	_, err := w.tryLogin("many.tabs", "not the password")
	w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	got := parallel(12, func(int) error {
		_, err := w.tryLogin("many.tabs", pass)
		return err
	})
	if got[""] != 12 {
		t.Errorf("%v, want 12 successes", got)
	}
}

func TestRefreshRotates(t *testing.T) {
	w := newWorld(t)
	w.account("rotating.one")
	first := w.login("rotating.one")
	token := first.GetRefreshToken()
	for range 3 {
		w.pass(4 * time.Minute)
		next, err := w.refresh(token)
		w.must(err)
		if next.GetId() != first.GetId() || next.GetRefreshToken() == token {
			t.Error("the session is another or the token is the same")
		}
		if got := next.GetExpireTime().AsTime().Sub(w.now()); got != 12*time.Hour {
			t.Errorf("prolonged for %s", got)
		}
		if _, err := w.GetMe(w.as(next.GetAccessToken()), &identityv1.GetMeRequest{}); err != nil {
			t.Error(err)
		}
		token = next.GetRefreshToken()
	}
	// At the edge the token comes as metadata.
	ctx := metadata.AppendToOutgoingContext(t.Context(), rpc.RefreshTokenKey, token)
	answer, err := w.RefreshSession(ctx, &identityv1.RefreshSessionRequest{})
	w.must(err)
	w.secret(answer.GetSession().GetRefreshToken(), answer.GetSession().GetAccessToken())
}

func TestTwoTabsGetTheSameSession(t *testing.T) {
	w := newWorld(t)
	w.account("two.tabs")
	old := w.login("two.tabs").GetRefreshToken()
	tokens := make([]string, 10)
	got := parallel(len(tokens), func(i int) error {
		s, err := w.refresh(old)
		tokens[i] = s.GetRefreshToken()
		return err
	})
	if got[""] != len(tokens) {
		t.Fatalf("%v", got)
	}
	for _, token := range tokens {
		if token != tokens[0] {
			t.Fatal("two tabs got two tokens: one of them would look stolen later")
		}
	}
	w.pass(30 * time.Second)
	s, err := w.refresh(old)
	w.must(err)
	if s.GetRefreshToken() != tokens[0] {
		t.Error("the last moment of the grace gave another token")
	}
	if _, err := w.refresh(tokens[0]); err != nil {
		t.Errorf("after both tabs: %v", err)
	}
}

func TestStolenRefreshTokenEndsTheSession(t *testing.T) {
	for name, steal := range map[string]func(w *world, first, second string){
		"used after the grace":      func(w *world, _, _ string) { w.pass(31 * time.Second) },
		"older than the one before": func(w *world, _, second string) { _, err := w.refresh(second); w.must(err) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.account("robbed.one")
			bystander := w.login("robbed.one")
			first := w.login("robbed.one").GetRefreshToken()
			second, err := w.refresh(first)
			w.must(err)
			steal(w, first, second.GetRefreshToken())
			for _, token := range []string{first, second.GetRefreshToken(), first} {
				_, err := w.refresh(token)
				w.reason(err, fault.Unauthenticated, "SESSION_ENDED")
			}
			if _, err := w.refresh(bystander.GetRefreshToken()); err != nil {
				t.Errorf("another session of the account ended, too: %v", err)
			}
			if n := len(w.rows(`select action from identity.audit_entry where action like 'end a session%'`)); n != 1 {
				t.Errorf("audited %d times", n)
			}
		})
	}
}

func TestRefreshTokensThatAreNone(t *testing.T) {
	w := newWorld(t)
	w.account("intact.one")
	good := w.login("intact.one").GetRefreshToken()
	for _, token := range []string{"", "x", good[:85], good + "A", "\x00", "' or true --", good[43:] + good[:43]} {
		_, err := w.refresh(token)
		w.reason(err, fault.Unauthenticated, "SESSION_ENDED")
	}
	if _, err := w.refresh(good); err != nil {
		t.Error(err)
	}
}

func TestSessionsEndByThemselves(t *testing.T) {
	w := newWorld(t)
	w.account("idle.hands")
	idle := w.login("idle.hands")
	busy := w.login("idle.hands")
	token := busy.GetRefreshToken()
	w.pass(11 * time.Hour)
	s, err := w.refresh(token)
	w.must(err)
	token = s.GetRefreshToken()
	w.pass(time.Hour)
	_, err = w.refresh(idle.GetRefreshToken())
	w.reason(err, fault.Unauthenticated, "SESSION_ENDED")

	end := start.Add(7 * 24 * time.Hour)
	for w.now().Add(10 * time.Hour).Before(end) {
		w.pass(10 * time.Hour)
		s, err = w.refresh(token)
		w.must(err)
		token = s.GetRefreshToken()
	}
	w.pass(end.Add(-time.Minute).Sub(w.now()))
	s, err = w.refresh(token)
	w.must(err)
	if !s.GetExpireTime().AsTime().Equal(end) || s.GetAccessExpireTime().AsTime().After(end) {
		t.Errorf("the session ends %v, its access token %v, want both by %v", s.GetExpireTime().AsTime(), s.GetAccessExpireTime().AsTime(), end)
	}
	w.pass(time.Minute)
	_, err = w.refresh(s.GetRefreshToken())
	w.reason(err, fault.Unauthenticated, "SESSION_ENDED")
}

func TestLogout(t *testing.T) {
	w := newWorld(t)
	w.account("leaving.one")
	byRefresh, byAccess, cut, stale, stays := w.login("leaving.one"), w.login("leaving.one"), w.login("leaving.one"), w.login("leaving.one"), w.login("leaving.one")
	logout := func(ctx context.Context, refreshToken string) {
		t.Helper()
		_, err := w.DeleteSession(metadata.AppendToOutgoingContext(ctx, rpc.RefreshTokenKey, refreshToken), &identityv1.DeleteSessionRequest{})
		w.must(err)
	}
	for range 2 {
		logout(t.Context(), byRefresh.GetRefreshToken())
		_, err := w.DeleteSession(w.as(byAccess.GetAccessToken()), &identityv1.DeleteSessionRequest{})
		w.must(err)
		// A cookie of no session leaves nobody logged in who bears a good token.
		logout(w.as(cut.GetAccessToken()), cut.GetRefreshToken()[:60])
		logout(w.as(stale.GetAccessToken()), byRefresh.GetRefreshToken())
	}
	// Nothing and nonsense from nobody end nothing.
	_, err := w.DeleteSession(t.Context(), &identityv1.DeleteSessionRequest{})
	w.must(err)
	logout(t.Context(), stays.GetRefreshToken()[:60])
	for _, s := range []*identityv1.Session{byRefresh, byAccess, cut, stale} {
		_, err := w.refresh(s.GetRefreshToken())
		w.reason(err, fault.Unauthenticated, "SESSION_ENDED")
	}
	if _, err := w.refresh(stays.GetRefreshToken()); err != nil {
		t.Error(err)
	}
	if n := len(w.rows(`select action from identity.audit_entry where action = 'logout'`)); n != 4 {
		t.Errorf("%d logouts audited, want 4", n)
	}
}

func TestGetMeWithTokensThatDoNotHold(t *testing.T) {
	w := newWorld(t)
	w.account("curious")
	session := w.login("curious")
	me := func(token string) error {
		_, err := w.GetMe(w.as(token), &identityv1.GetMeRequest{})
		return err
	}
	_, err := w.GetMe(t.Context(), &identityv1.GetMeRequest{})
	w.reason(err, fault.Unauthenticated, "TOKEN_MISSING")
	_, forger, err := ed25519.GenerateKey(nil)
	w.must(err)
	forged, _, err := auth.Sign(forger, auth.Principal{Kind: auth.Person, ID: "x"}, w.now(), time.Hour)
	w.must(err)
	w.reason(me(forged), fault.Unauthenticated, "TOKEN_INVALID")
	w.reason(me("nonsense"), fault.Unauthenticated, "TOKEN_INVALID")
	stranger, _, err := auth.Sign(w.key, auth.Principal{Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000001"}, w.now(), time.Hour)
	w.must(err)
	w.reason(me(stranger), fault.Unauthenticated, "TOKEN_INVALID")
	w.pass(5*time.Minute + 6*time.Second)
	w.reason(me(session.GetAccessToken()), fault.Unauthenticated, "TOKEN_EXPIRED")
}

func TestChangePassword(t *testing.T) {
	w := newWorld(t)
	w.account("changing.one")
	mine, other := w.login("changing.one"), w.login("changing.one")
	change := func(from, to string) error {
		_, err := w.ChangePassword(w.as(mine.GetAccessToken()), &identityv1.ChangePasswordRequest{CurrentPassword: w.secret(from), NewPassword: w.secret(to)})
		return err
	}
	const fresh = "a new password at last"
	w.reason(change("not the password", fresh), fault.Unauthenticated, "LOGIN_REJECTED")
	w.reason(change(pass, "too short"), fault.Invalid, "BAD_REQUEST")
	w.must(change(pass, fresh))
	_, err := w.refresh(other.GetRefreshToken())
	w.reason(err, fault.Unauthenticated, "SESSION_ENDED")
	_, err = w.refresh(mine.GetRefreshToken())
	w.must(err)
	_, err = w.tryLogin("changing.one", pass)
	w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	_, err = w.tryLogin("changing.one", fresh)
	w.must(err)
	for range 5 { // somebody at an unlocked screen tries
		w.reason(change("not the password", "another new password"), fault.Unauthenticated, "LOGIN_REJECTED")
	}
	w.reason(change(fresh, "another new password"), fault.Exhausted, "LOGIN_LOCKED")
	_, err = w.tryLogin("changing.one", fresh) // which keeps nobody from logging in
	w.must(err)
	_, err = w.ChangePassword(w.principal(auth.Principal{Kind: auth.Service, ID: "scoring"}),
		&identityv1.ChangePasswordRequest{CurrentPassword: pass, NewPassword: fresh})
	w.reason(err, fault.Denied, "NOT_ALLOWED")
}

func TestRolesEndWithTheClock(t *testing.T) {
	w := newWorld(t)
	a := w.account("delegate")
	given, err := w.CreateRoleBinding(w.admin(home), &identityv1.CreateRoleBindingRequest{
		Authority: home, Account: a.GetId(), Role: authv1.Role_ROLE_ADMINISTRATOR, EndTime: timestamppb.New(start.Add(2 * time.Minute)),
	})
	w.must(err)
	w.takeOver("delegate")
	w.confirmed(given.GetRoleBinding())
	lasting, err := w.bind(a.GetId(), authv1.Role_ROLE_OBSERVER)
	w.must(err)
	session := w.login("delegate")
	list := func(token string) error {
		_, err := w.ListAccounts(w.as(token), &identityv1.ListAccountsRequest{Authority: home})
		return err
	}
	roles := func(token string) int {
		me, err := w.GetMe(w.as(token), &identityv1.GetMeRequest{})
		w.must(err)
		return len(me.GetBindings())
	}
	w.must(list(session.GetAccessToken()))
	if n := roles(session.GetAccessToken()); n != 2 {
		t.Errorf("%d roles, want 2", n)
	}
	w.pass(2 * time.Minute)
	w.reason(list(session.GetAccessToken()), fault.Denied, "NOT_ALLOWED")
	if n := roles(session.GetAccessToken()); n != 1 {
		t.Errorf("%d roles after the end, want 1", n)
	}
	_, err = w.EndRoleBinding(w.admin(home), &identityv1.EndRoleBindingRequest{Authority: home, RoleBinding: lasting.GetId()})
	w.must(err)
	next, err := w.refresh(session.GetRefreshToken())
	w.must(err)
	p, err := auth.NewVerifier(w.service.Keys(), w.now).Verify(t.Context(), next.GetAccessToken())
	if err != nil || len(p.Bindings) != 0 {
		t.Errorf("the refreshed token holds %v (%v), want no roles", p.Bindings, err)
	}
}

func TestDisableAndResetEndTheSessions(t *testing.T) {
	w := newWorld(t)
	a := w.account("sent.away")
	const fresh = "set by an administrator"
	session := w.login("sent.away")
	_, err := w.ResetPassword(w.admin(home), &identityv1.ResetPasswordRequest{Authority: home, Account: a.GetId(), Password: w.secret(fresh)})
	w.must(err)
	_, err = w.refresh(session.GetRefreshToken())
	w.reason(err, fault.Unauthenticated, "SESSION_ENDED")
	session, err = w.tryLogin("sent.away", fresh)
	w.must(err)
	for range 2 {
		answer, err := w.DisableAccount(w.admin(home), &identityv1.DisableAccountRequest{Authority: home, Account: a.GetId()})
		w.must(err)
		if answer.GetAccount().GetState() != identityv1.AccountState_ACCOUNT_STATE_DISABLED {
			t.Errorf("state %s", answer.GetAccount().GetState())
		}
	}
	_, err = w.refresh(session.GetRefreshToken())
	w.reason(err, fault.Unauthenticated, "SESSION_ENDED")
	for range 5 {
		_, err = w.tryLogin("sent.away", fresh)
		w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
	}
	for range 2 { // enabling forgets the failures
		_, err = w.EnableAccount(w.admin(home), &identityv1.EnableAccountRequest{Authority: home, Account: a.GetId()})
		w.must(err)
	}
	_, err = w.tryLogin("sent.away", fresh)
	w.must(err)
	if got := w.rows(`select action from identity.audit_entry where resource = $1 and action = 'change state'`, "accounts/"+a.GetId()); len(got) != 2 {
		t.Errorf("audited %v, want one entry for each change", got)
	}
}

// Changes while a password is being checked take effect: no session is left of an
// account just disabled, of a password just replaced or of a login just locked.
func TestLoginMeetsAChange(t *testing.T) {
	for name, tt := range map[string]struct{ change, code string }{
		"disabled": {`update identity.account set state = 'disabled'`, "LOGIN_REJECTED"},
		"replaced": {`update identity.account set password_hash = password_hash || 'x'`, "LOGIN_REJECTED"},
		"locked":   {`update identity.login_failure set count = 5, locked_until = '2024-01-08 01:15Z'`, "LOGIN_LOCKED"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.account("racing.one")
			_, err := w.tryLogin("racing.one", "not the password")
			w.reason(err, fault.Unauthenticated, "LOGIN_REJECTED")
			commit := w.hold(tt.change)
			done := make(chan map[string]int)
			go func() {
				done <- parallel(1, func(int) error { _, err := w.tryLogin("racing.one", pass); return err })
			}()
			w.waiting(1)
			commit()
			if got := <-done; got[tt.code] != 1 {
				t.Errorf("%v, want %s", got, tt.code)
			}
			if left := w.rows(`select id::text from identity.session`); len(left) != 0 {
				t.Errorf("%d sessions", len(left))
			}
		})
	}
}

// TestOwnSessions lists a person's sessions and ends one of them, and nobody else's.
func TestOwnSessions(t *testing.T) {
	w := newWorld(t)
	w.account("an.tran")
	w.account("binh.le")
	others := w.login("binh.le")
	ctx := metadata.AppendToOutgoingContext(t.Context(), rpc.BrowserKey, "Firefox, Windows")
	answer, err := w.CreateSession(ctx, &identityv1.CreateSessionRequest{Login: "an.tran", Password: pass})
	w.must(err)
	office := answer.GetSession()
	w.pass(time.Minute)
	phone := w.login("an.tran")
	w.pass(time.Minute)
	_, err = w.refresh(office.GetRefreshToken())
	w.must(err)

	list := func() []*identityv1.OwnSession {
		t.Helper()
		answer, err := w.ListSessions(w.as(phone.GetAccessToken()), &identityv1.ListSessionsRequest{})
		w.must(err)
		return answer.GetSessions()
	}
	held := list()
	if len(held) != 2 || held[0].GetId() != office.GetId() || held[1].GetId() != phone.GetId() {
		t.Fatalf("sessions %v, want the one used last first", held)
	}
	if held[0].GetDevice() != "Firefox, Windows" || held[0].GetCurrent() || !held[1].GetCurrent() || held[1].GetDevice() != "" {
		t.Errorf("sessions %v", held)
	}
	if first := held[0]; first.GetLastUseTime().AsTime().Sub(first.GetCreateTime().AsTime()) != 2*time.Minute {
		t.Errorf("session %v was prolonged two minutes after the login", first)
	}

	_, err = w.EndSession(w.as(phone.GetAccessToken()), &identityv1.EndSessionRequest{Session: others.GetId()})
	w.must(err) // as for a session that does not exist: nobody learns of others' sessions
	_, err = w.refresh(others.GetRefreshToken())
	w.must(err)
	for range 2 {
		_, err = w.EndSession(w.as(phone.GetAccessToken()), &identityv1.EndSessionRequest{Session: office.GetId()})
		w.must(err)
	}
	if held := list(); len(held) != 1 || held[0].GetId() != phone.GetId() {
		t.Errorf("sessions %v are left", held)
	}
	w.pass(30 * 24 * time.Hour)
	phone = w.login("an.tran")
	if held := list(); len(held) != 1 {
		t.Errorf("sessions %v, want without the expired one", held)
	}
	none, err := w.ListSessions(w.principal(auth.Principal{Kind: auth.Service, ID: "scoring"}), &identityv1.ListSessionsRequest{})
	if w.must(err); len(none.GetSessions()) != 0 {
		t.Errorf("software has the sessions %v", none.GetSessions())
	}
	if got := w.rows(`select count(*) from identity.audit_entry where action = 'end session'`); got[0] != "1" {
		t.Errorf("%s audit entries", got)
	}
}

// TestEndedRightsAreNotUndone has a token from before the account was disabled, the role
// ended or the person logged out: it changes nothing more.
func TestEndedRightsAreNotUndone(t *testing.T) {
	w := newWorld(t)
	a := w.account("an.tran")
	w.grant(a, authv1.Role_ROLE_ADMINISTRATOR)
	tries := func(s *identityv1.Session, kind fault.Kind, code string) {
		t.Helper()
		ctx := w.as(s.GetAccessToken())
		_, err := w.EnableAccount(ctx, &identityv1.EnableAccountRequest{Authority: home, Account: a.GetId()})
		w.reason(err, kind, code)
		_, err = w.CreateAccount(ctx, &identityv1.CreateAccountRequest{Authority: home, Login: "other.one", DisplayName: "Khác", Password: pass})
		w.reason(err, kind, code)
		_, err = w.ResetPassword(ctx, &identityv1.ResetPasswordRequest{Authority: home, Account: a.GetId(), Password: pass})
		w.reason(err, kind, code)
		_, err = w.CreateRoleBinding(ctx, &identityv1.CreateRoleBindingRequest{Authority: home, Account: a.GetId(), Role: authv1.Role_ROLE_OBSERVER})
		w.reason(err, kind, code)
	}
	before := w.login("an.tran")
	_, err := w.DisableAccount(w.admin(home), &identityv1.DisableAccountRequest{Authority: home, Account: a.GetId()})
	w.must(err)
	tries(before, fault.Unauthenticated, "TOKEN_INVALID")
	_, err = w.EnableAccount(w.admin(home), &identityv1.EnableAccountRequest{Authority: home, Account: a.GetId()})
	w.must(err)
	tries(before, fault.Unauthenticated, "TOKEN_INVALID") // its session has ended

	again := w.login("an.tran")
	list, err := w.ListRoleBindings(w.admin(home), &identityv1.ListRoleBindingsRequest{Authority: home})
	w.must(err)
	_, err = w.EndRoleBinding(w.admin(home), &identityv1.EndRoleBindingRequest{Authority: home, RoleBinding: list.GetRoleBindings()[0].GetId()})
	w.must(err)
	tries(again, fault.Denied, "NOT_ALLOWED")
}
