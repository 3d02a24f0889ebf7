package auth_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

var noon = time.Date(2024, 1, 8, 12, 0, 0, 0, time.UTC)

// clock is a clock that the test moves.
type clock struct{ passed atomic.Int64 }

func (c *clock) now() time.Time       { return noon.Add(time.Duration(c.passed.Load())) }
func (c *clock) move(d time.Duration) { c.passed.Add(int64(d)) }

func newKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(seed)), ed25519.SeedSize)))
}

func public(tb testing.TB, key ed25519.PrivateKey) ed25519.PublicKey {
	tb.Helper()
	p, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		tb.Fatalf("public key is a %T", key.Public())
	}
	return p
}

func ring(tb testing.TB, keys ...ed25519.PrivateKey) map[string]ed25519.PublicKey {
	tb.Helper()
	m := map[string]ed25519.PublicKey{}
	for _, k := range keys {
		m[auth.KeyID(public(tb, k))] = public(tb, k)
	}
	return m
}

// identity is a fake key service.
type identity struct {
	mu    sync.Mutex
	keys  map[string]ed25519.PublicKey
	err   error
	calls int
	// hang, if set, delays every fetch until it is closed.
	hang chan struct{}
}

func (i *identity) set(keys map[string]ed25519.PublicKey, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys, i.err = keys, err
}

func (i *identity) fetch(ctx context.Context) (map[string]ed25519.PublicKey, error) {
	i.mu.Lock()
	i.calls++
	keys, err, hang := i.keys, i.err, i.hang
	i.mu.Unlock()
	if hang != nil {
		select {
		case <-hang:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return keys, err
}

func (i *identity) called() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.calls
}

var errAway = errors.New("connection refused")

func sign(tb testing.TB, key ed25519.PrivateKey, p auth.Principal, now time.Time) string {
	tb.Helper()
	token, _, err := auth.Sign(key, p, now, time.Hour)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

var (
	keyA, keyB = newKey('a'), newKey('b')
	mai        = auth.Principal{
		Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000001", Session: "0198c0de-0000-7000-8000-000000000002",
		Authority: "soc-trang", Agency: "home-affairs",
		Bindings: []auth.Binding{
			{Role: authv1.Role_ROLE_COORDINATOR, Authority: "soc-trang"},
			{Role: authv1.Role_ROLE_AGENCY_EDITOR, Authority: "soc-trang", Agency: "health", End: time.Unix(noon.Add(20*time.Minute).Unix(), 0)},
			{Role: authv1.Role_ROLE_ADMINISTRATOR},
		},
	}
)

func TestTokenRoundTrip(t *testing.T) {
	p := mai
	p.Bindings = append([]auth.Binding{{Role: authv1.Role_ROLE_INSPECTOR, Authority: "soc-trang", End: noon}}, mai.Bindings...)
	token, end, err := auth.Sign(keyA, p, noon.Add(300*time.Millisecond), 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if want := noon.Add(5 * time.Minute); !end.Equal(want) {
		t.Errorf("end %v, want %v", end, want)
	}
	from := &identity{keys: ring(t, keyA)}
	got, err := auth.NewVerifier(from.fetch, (&clock{}).now).Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mai, got); diff != "" {
		t.Errorf("principal without the ended binding (-want +got):\n%s", diff)
	}
}

func TestSignRefusesABrokenKey(t *testing.T) {
	if _, _, err := auth.Sign(nil, mai, noon, time.Hour); err == nil {
		t.Error("signed without a key")
	}
}

// claims returns valid claims, changed by change.
func claims(change func(jwt.MapClaims)) jwt.MapClaims {
	c := jwt.MapClaims{
		"iss": "parindex", "aud": "parindex", "sub": mai.ID, "kind": "person",
		"iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(),
	}
	change(c)
	return c
}

func TestVerifyRefuses(t *testing.T) {
	id := auth.KeyID(public(t, keyA))
	made := func(method jwt.SigningMethod, kid, key any, c jwt.MapClaims) string {
		token := jwt.NewWithClaims(method, c)
		token.Header["kid"] = kid
		text, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	changed := func(change func(jwt.MapClaims)) string {
		return made(jwt.SigningMethodEdDSA, id, keyA, claims(change))
	}
	good := changed(func(jwt.MapClaims) {})
	part := strings.Split(good, ".")
	payload := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"parindex","aud":"parindex","sub":"x","kind":"service","exp":9999999999}`))
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"` + id + `"}`))

	from := &identity{keys: ring(t, keyA)}
	v := auth.NewVerifier(from.fetch, (&clock{}).now)
	if _, err := v.Verify(t.Context(), good); err != nil {
		t.Fatalf("the token all others differ from: %v", err)
	}
	tests := map[string]struct {
		token string
		want  fault.Reason
	}{
		"expired":                    {changed(func(c jwt.MapClaims) { c["exp"] = noon.Add(-6 * time.Second).Unix() }), fault.TokenExpired},
		"expired, forged":            {made(jwt.SigningMethodEdDSA, id, keyB, claims(func(c jwt.MapClaims) { c["exp"] = 1 })), fault.TokenInvalid},
		"no end":                     {changed(func(c jwt.MapClaims) { delete(c, "exp") }), fault.TokenInvalid},
		"no subject":                 {changed(func(c jwt.MapClaims) { delete(c, "sub") }), fault.TokenInvalid},
		"no kind":                    {changed(func(c jwt.MapClaims) { delete(c, "kind") }), fault.TokenInvalid},
		"other issuer":               {changed(func(c jwt.MapClaims) { c["iss"] = "elsewhere" }), fault.TokenInvalid},
		"no issuer":                  {changed(func(c jwt.MapClaims) { delete(c, "iss") }), fault.TokenInvalid},
		"other audience":             {changed(func(c jwt.MapClaims) { c["aud"] = "elsewhere" }), fault.TokenInvalid},
		"no audience":                {changed(func(c jwt.MapClaims) { delete(c, "aud") }), fault.TokenInvalid},
		"issued in the future":       {changed(func(c jwt.MapClaims) { c["iat"] = noon.Add(time.Minute).Unix() }), fault.TokenInvalid},
		"signed by another key":      {made(jwt.SigningMethodEdDSA, id, keyB, claims(func(jwt.MapClaims) {})), fault.TokenInvalid},
		"other payload, same stamp":  {part[0] + "." + payload + "." + part[2], fault.TokenInvalid},
		"HS256 with the public key":  {made(jwt.SigningMethodHS256, id, []byte(public(t, keyA)), claims(func(jwt.MapClaims) {})), fault.TokenInvalid},
		"alg none":                   {unsigned + "." + payload + ".", fault.TokenInvalid},
		"alg none, genuine stamp":    {unsigned + "." + part[1] + "." + part[2], fault.TokenInvalid},
		"unknown key":                {made(jwt.SigningMethodEdDSA, "0000000000000000", keyA, claims(func(jwt.MapClaims) {})), fault.TokenInvalid},
		"no key id":                  {made(jwt.SigningMethodEdDSA, nil, keyA, claims(func(jwt.MapClaims) {})), fault.TokenInvalid},
		"key id is a number":         {made(jwt.SigningMethodEdDSA, 7, keyA, claims(func(jwt.MapClaims) {})), fault.TokenInvalid},
		"no stamp":                   {part[0] + "." + part[1] + ".", fault.TokenInvalid},
		"garbage":                    {"garbage", fault.TokenInvalid},
		"three garbage parts":        {"a.b.c", fault.TokenInvalid},
		"empty":                      {"", fault.TokenInvalid},
		"bindings of the wrong kind": {changed(func(c jwt.MapClaims) { c["bnd"] = "all" }), fault.TokenInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := v.Verify(t.Context(), tt.token)
			if !errors.Is(err, tt.want) {
				t.Errorf("Verify = %v, want %s", err, tt.want.Code)
			}
			if p.Kind != auth.Anonymous || p.ID != "" {
				t.Errorf("a refused token names %s", p)
			}
		})
	}
}

func TestSmallClockDifferencesAreAccepted(t *testing.T) {
	from := &identity{keys: ring(t, keyA)}
	c := &clock{}
	v := auth.NewVerifier(from.fetch, c.now)
	token := sign(t, keyA, mai, noon.Add(4*time.Second))
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Errorf("issued 4 s ahead of our clock: %v", err)
	}
	c.move(time.Hour + 8*time.Second)
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Errorf("4 s after its end: %v", err)
	}
}

func TestUnknownKeyIsFetchedAtMostEveryFiveSeconds(t *testing.T) {
	from := &identity{keys: ring(t, keyA)}
	c := &clock{}
	v := auth.NewVerifier(from.fetch, c.now)
	token := sign(t, keyB, mai, noon)
	for range 10 {
		if _, err := v.Verify(t.Context(), token); !errors.Is(err, fault.TokenInvalid) {
			t.Fatalf("unknown key: %v", err)
		}
	}
	if got := from.called(); got != 1 {
		t.Errorf("asked %d times within an instant, want 1", got)
	}
	from.set(ring(t, keyA, keyB), nil)
	c.move(5*time.Second - 1)
	if _, err := v.Verify(t.Context(), token); !errors.Is(err, fault.TokenInvalid) || from.called() != 1 {
		t.Errorf("just before 5 s: %v after %d calls", err, from.called())
	}
	c.move(1)
	if _, err := v.Verify(t.Context(), token); err != nil || from.called() != 2 {
		t.Errorf("after 5 s: %v after %d calls, want the new key with the second", err, from.called())
	}
}

func TestIdentityAway(t *testing.T) {
	from := &identity{err: errAway}
	c := &clock{}
	v := auth.NewVerifier(from.fetch, c.now)
	tokenA, tokenB := sign(t, keyA, mai, noon), sign(t, keyB, mai, noon)
	away := func(when, token string) {
		t.Helper()
		_, err := v.Verify(t.Context(), token)
		if f := fault.From(err); !errors.Is(err, fault.ServiceAway) || f.RetryAfter != 5*time.Second || !errors.Is(err, errAway) {
			t.Errorf("%s: %v, retry after %v; want SERVICE_AWAY, 5 s and the cause", when, err, f.RetryAfter)
		}
	}
	good := func(when, token string) {
		t.Helper()
		if _, err := v.Verify(t.Context(), token); err != nil {
			t.Errorf("%s: %v", when, err)
		}
	}
	away("from the start", tokenA)
	away("again, without asking", tokenA)
	if got := from.called(); got != 1 {
		t.Errorf("asked %d times, want 1", got)
	}
	from.set(ring(t, keyA), nil)
	c.move(5 * time.Second)
	good("back", tokenA)
	from.set(nil, errAway)
	c.move(11 * time.Minute)
	good("a known key, old, while identity is away", tokenA)
	good("the same without waiting for identity", tokenA)
	away("an unknown key meanwhile", tokenB)
}

func TestWithdrawnKeyStopsBeingAccepted(t *testing.T) {
	from := &identity{keys: ring(t, keyA, keyB)}
	c := &clock{}
	v := auth.NewVerifier(from.fetch, c.now)
	token := sign(t, keyB, mai, noon)
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	from.set(ring(t, keyA), nil)
	c.move(10*time.Minute - 1)
	if _, err := v.Verify(t.Context(), token); err != nil || from.called() != 1 {
		t.Errorf("just before 10 minutes: %v after %d calls", err, from.called())
	}
	c.move(1)
	if _, err := v.Verify(t.Context(), token); !errors.Is(err, fault.TokenInvalid) {
		t.Errorf("after 10 minutes: %v, want TOKEN_INVALID", err)
	}
}

func TestManyCallersFetchOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := &identity{keys: ring(t, keyA), hang: make(chan struct{})}
		v := auth.NewVerifier(from.fetch, (&clock{}).now)
		token := sign(t, keyA, mai, noon)
		leaving, leave := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() {
			_, err := v.Verify(leaving, token)
			left <- err
		}()
		synctest.Wait() // the caller who leaves is the one who asks
		var all sync.WaitGroup
		var failed atomic.Int64
		for range 100 {
			all.Go(func() {
				if _, err := v.Verify(t.Context(), token); err != nil {
					failed.Add(1)
				}
			})
		}
		synctest.Wait()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) || fault.From(err).Kind == fault.Unauthenticated {
			t.Errorf("the caller who left: %v", err)
		}
		close(from.hang)
		all.Wait()
		if failed.Load() != 0 || from.called() != 1 {
			t.Errorf("%d of 100 failed, keys were fetched %d times", failed.Load(), from.called())
		}
	})
}

func TestManyCallersFetchOnceInAnyOrder(t *testing.T) {
	token := sign(t, keyA, mai, noon)
	for range 100 {
		from := &identity{keys: ring(t, keyA)}
		v := auth.NewVerifier(from.fetch, (&clock{}).now)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { _, _ = v.Verify(t.Context(), token) })
		}
		all.Wait()
		if got := from.called(); got != 1 {
			t.Fatalf("20 callers fetched %d times", got)
		}
	}
}

func TestForgedKeyIDsDoNotDelayOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := &identity{keys: ring(t, keyA)}
		v := auth.NewVerifier(from.fetch, time.Now)
		genuine, forged := sign(t, keyA, mai, time.Now()), sign(t, keyB, mai, time.Now())
		if _, err := v.Verify(t.Context(), genuine); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		from.hang = make(chan struct{})
		stalled := make(chan error, 1)
		go func() {
			_, err := v.Verify(t.Context(), forged)
			stalled <- err
		}()
		synctest.Wait()
		if from.called() != 2 {
			t.Fatalf("%d fetches, want a second one under way", from.called())
		}
		start := time.Now()
		if _, err := v.Verify(t.Context(), genuine); err != nil || time.Since(start) != 0 {
			t.Errorf("genuine token beside a forged one: %v after %v", err, time.Since(start))
		}
		if err := <-stalled; !errors.Is(err, fault.ServiceAway) || time.Since(start) != 3*time.Second {
			t.Errorf("forged token: %v after %v, want SERVICE_AWAY after 3 s", err, time.Since(start))
		}
	})
}

func TestHangingIdentityDelaysOnlyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := &identity{keys: ring(t, keyA)}
		v := auth.NewVerifier(from.fetch, time.Now)
		token := sign(t, keyA, mai, time.Now())
		verify := func() time.Duration {
			t.Helper()
			start := time.Now()
			if _, err := v.Verify(t.Context(), token); err != nil {
				t.Errorf("known key: %v", err)
			}
			return time.Since(start)
		}
		verify()
		from.hang = make(chan struct{})
		defer close(from.hang)
		time.Sleep(10 * time.Minute)
		if waited := verify(); waited != 3*time.Second {
			t.Errorf("first waited %v, want 3 s", waited)
		}
		for range 4 {
			time.Sleep(5 * time.Second)
			if waited := verify(); waited != 0 {
				t.Errorf("waited %v again for an identity that is away", waited)
			}
		}
	})
}

func FuzzVerify(f *testing.F) {
	from := &identity{keys: ring(f, keyA)}
	v := auth.NewVerifier(from.fetch, (&clock{}).now)
	genuine := sign(f, keyA, mai, noon)
	f.Add(genuine)
	f.Add(sign(f, keyB, mai, noon))
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("..")
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		p, err := v.Verify(t.Context(), token)
		switch {
		case err == nil && !cmp.Equal(p, mai):
			t.Errorf("%q proves %v", token, p)
		case err != nil && fault.From(err).Kind != fault.Unauthenticated:
			t.Errorf("%q: %v", token, err)
		}
	})
}
