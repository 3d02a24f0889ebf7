package auth_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// exchange is a fake token service that numbers its tokens.
type exchange struct {
	now   func() time.Time
	err   error
	hang  chan struct{}
	calls atomic.Int32
}

func (e *exchange) ExchangeSecret(ctx context.Context, req *authv1.ExchangeSecretRequest, _ ...grpc.CallOption) (*authv1.ExchangeSecretResponse, error) {
	n := e.calls.Add(1)
	if e.hang != nil {
		select {
		case <-e.hang:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if e.err != nil {
		return nil, e.err
	}
	return &authv1.ExchangeSecretResponse{
		AccessToken: fmt.Sprintf("%s/%s/%d", req.GetServiceAccount(), req.GetSecret(), n),
		ExpireTime:  timestamppb.New(e.now().Add(10 * time.Minute)),
	}, nil
}

func TestTokenSourceKeepsItsToken(t *testing.T) {
	c := &clock{}
	e := &exchange{now: c.now}
	s := auth.NewTokenSource(e, "scoring", "secret", c.now)
	get := func(when, want string) {
		t.Helper()
		if got, err := s.Token(t.Context()); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", when, got, err, want)
		}
	}
	get("at first", "scoring/secret/1")
	c.move(9*time.Minute - 1)
	get("just before its last minute", "scoring/secret/1")
	c.move(1)
	get("a minute before its end", "scoring/secret/2")
	get("the new one", "scoring/secret/2")
}

func TestTokenSourceFailsAsTheExchangeDoes(t *testing.T) {
	c := &clock{}
	e := &exchange{now: c.now, err: fault.ServiceAway}
	s := auth.NewTokenSource(e, "scoring", "secret", c.now)
	if got, err := s.Token(t.Context()); got != "" || !errors.Is(err, fault.ServiceAway) {
		t.Errorf("Token = %q, %v; want SERVICE_AWAY", got, err)
	}
	e.err = nil
	if _, err := s.Token(t.Context()); err != nil {
		t.Errorf("after identity came back: %v", err)
	}
}

func TestTokenSourceExchangesOnceForConcurrentCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &exchange{now: time.Now, hang: make(chan struct{})}
		s := auth.NewTokenSource(e, "scoring", "secret", time.Now)
		leaving, leave := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() {
			_, err := s.Token(leaving)
			left <- err
		}()
		synctest.Wait()
		var all sync.WaitGroup
		var failed atomic.Int32
		for range 50 {
			all.Go(func() {
				if token, err := s.Token(t.Context()); err != nil || token != "scoring/secret/1" {
					failed.Add(1)
				}
			})
		}
		synctest.Wait()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("the caller who left: %v", err)
		}
		close(e.hang)
		all.Wait()
		if failed.Load() != 0 || e.calls.Load() != 1 {
			t.Errorf("%d of 50 failed, the secret was exchanged %d times", failed.Load(), e.calls.Load())
		}
	})
}

func TestFromServiceKeepsOnlyKeys(t *testing.T) {
	good := public(t, keyA)
	keys, err := auth.FromService(keyService{keys: []*authv1.Key{
		{Id: auth.KeyID(good), Algorithm: "EdDSA", PublicKey: good},
		{Id: "short", Algorithm: "EdDSA", PublicKey: good[:31]},
		{Id: "empty", Algorithm: "EdDSA"},
	}})(t.Context())
	if err != nil || len(keys) != 1 || !keys[auth.KeyID(good)].Equal(good) {
		t.Errorf("keys %v, %v; want the one of 32 bytes", keys, err)
	}
	if _, err := auth.FromService(keyService{err: fault.ServiceAway})(t.Context()); !errors.Is(err, fault.ServiceAway) {
		t.Errorf("identity away: %v", err)
	}
}

type keyService struct {
	keys []*authv1.Key
	err  error
}

func (k keyService) ListKeys(context.Context, *authv1.ListKeysRequest, ...grpc.CallOption) (*authv1.ListKeysResponse, error) {
	if k.err != nil {
		return nil, k.err
	}
	return &authv1.ListKeysResponse{Keys: k.keys}, nil
}

func TestPrincipal(t *testing.T) {
	scattered := auth.Principal{Kind: auth.Person, ID: "1", Bindings: []auth.Binding{
		{Authority: "soc-trang"},
		{Authority: "can-tho"},
		{Authority: "soc-trang", Agency: "health"},
		{Authority: "ca-mau", End: noon},
		{End: noon},
	}}
	tests := []struct {
		p    auth.Principal
		name string
		ids  string
		all  bool
	}{
		{auth.Principal{}, "anonymous", "[]", false},
		{auth.Principal{ID: "x"}, "anonymous", "[]", false},
		{auth.Principal{Kind: auth.Service, ID: "scoring"}, "service:scoring", "[]", true},
		{mai, "person:" + mai.ID, "[]", true},
		{scattered, "person:1", "[can-tho soc-trang]", false},
	}
	for _, tt := range tests {
		ids, all := tt.p.Authorities(noon)
		if got := tt.p.String(); got != tt.name || fmt.Sprint(ids) != tt.ids || all != tt.all {
			t.Errorf("%s, authorities %v, all %v; want %s, %s, %v", got, ids, all, tt.name, tt.ids, tt.all)
		}
	}
}

func TestContextCarriesCallerAndToken(t *testing.T) {
	if p := auth.From(t.Context()); p.Kind != auth.Anonymous {
		t.Errorf("a context without caller has %s", p)
	}
	if token, err := auth.Forwarded(t.Context()); token != "" || err != nil {
		t.Errorf("a context without caller forwards %q, %v", token, err)
	}
	ctx := auth.With(t.Context(), mai, "abc")
	token, err := auth.Forwarded(ctx)
	if p := auth.From(ctx); p.ID != mai.ID || token != "abc" || err != nil {
		t.Errorf("caller %s, token %q, %v", p, token, err)
	}
}
