package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// TestLargeAnswer checks that a client accepts an answer larger than gRPC's default
// of 4 MiB.
func TestLargeAnswer(t *testing.T) {
	title := strings.Repeat("x", 5<<20)
	o := open(t, publicKeys, desk(t, "Desk", func(context.Context, proto.Message) (proto.Message, error) {
		return question(t, `title: "`+title+`"`), nil
	}))
	answer := dynamicpb.NewMessage(questionType(t))
	err := o.client(t, nil).Invoke(t.Context(), "/desk.Desk/Look", question(t, good), answer)
	if err != nil || proto.Size(answer) < 5<<20 {
		t.Errorf("%d bytes, %v", proto.Size(answer), err)
	}
}

func TestClientForwardsLanguageAndRequestID(t *testing.T) {
	var got metadata.MD
	sibling := open(t, publicKeys, desk(t, "Desk", func(ctx context.Context, req proto.Message) (proto.Message, error) {
		got, _ = metadata.FromIncomingContext(ctx)
		return req, nil
	}))
	onward := sibling.client(t, auth.Forwarded)
	edge := open(t, publicKeys, desk(t, "Desk", func(ctx context.Context, req proto.Message) (proto.Message, error) {
		return req, ask(ctx, t, onward, "Ask", good)
	}))
	mine := token(t, genuine, noon, coordinator)
	ctx := metadata.AppendToOutgoingContext(inLanguage(t.Context(), "en"), rpc.RequestIDKey, "abc-1", rpc.RefreshTokenKey, "secret")
	if err := ask(ctx, t, edge.client(t, mine), "Ask", good); err != nil {
		t.Fatal(err)
	}
	text, _ := mine(ctx)
	for key, want := range map[string][]string{
		"accept-language": {"en"}, rpc.RequestIDKey: {"abc-1"}, "authorization": {"Bearer " + text}, rpc.RefreshTokenKey: nil,
	} {
		if !slices.Equal(got.Get(key), want) {
			t.Errorf("%s is %q, want %q", key, got.Get(key), want)
		}
	}
}

func TestFaultsPassThroughAService(t *testing.T) {
	frozen := fault.Reason{Kind: fault.Precondition, Code: "SHEET_FROZEN", Vi: "Phiếu đã khóa.", En: "The sheet is frozen."}
	archive := func(deps *rpc.ServerDeps) { deps.Service = "archive" }
	sibling := openWith(t, publicKeys, archive, desk(t, "Desk", fails(frozen.At("frozen_sheet").Because(errors.New("row 7")))))
	onward := sibling.client(t, nil)
	edge := open(t, publicKeys, desk(t, "Desk", func(ctx context.Context, _ proto.Message) (proto.Message, error) {
		return nil, fmt.Errorf("freezing: %w", ask(ctx, t, onward, "Look", good))
	}))
	err := ask(inLanguage(t.Context(), "en"), t, edge.client(t, nil), "Look", good)
	if service := fault.From(err).Service; service != "archive" {
		t.Errorf("after two hops the fault is of %q, want the archive's", service)
	}
	f := heard(err)
	if f.Code != "SHEET_FROZEN" || f.Kind != fault.Precondition || f.Field != "frozenSheet" || f.Text != "The sheet is frozen." {
		t.Errorf("after two hops: %+v", f)
	}
}

func TestCredentialThatFails(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", answers))
	// A TokenSource returns such an error: a fault whose cause is the status that it
	// received.
	rejected := fault.Reason{Kind: fault.Unauthenticated, Code: "SECRET_REJECTED", Vi: "v", En: "The secret is wrong."}
	inner := rpc.Fault(rpc.Status(rejected, "desk", "en", "").Err())
	err := ask(t.Context(), t, o.client(t, func(context.Context) (string, error) {
		return "", fmt.Errorf("getting a token: %w", inner)
	}), "Look", good)
	if f := heard(err); f.Code != "SECRET_REJECTED" || f.Text != "The secret is wrong." {
		t.Errorf("%+v, want the fault untouched", f)
	}
	if _, records := o.logs.take(t); len(records) != 0 {
		t.Errorf("the call was made: %v", records)
	}
}

func TestServiceAtADeadAddress(t *testing.T) {
	conn, err := rpc.Dial("unix:/nowhere/socket", nil)
	if err != nil {
		t.Fatalf("Dial connects eagerly: %v", err)
	}
	defer func() { _ = conn.Close() }()
	if err := ask(t.Context(), t, conn, "Look", good); !errors.Is(err, fault.ServiceAway) || !strings.Contains(err.Error(), "connect") {
		t.Errorf("%v, want SERVICE_AWAY with its cause", err)
	}
}

func TestDialRefusesANonsenseTarget(t *testing.T) {
	if _, err := rpc.Dial("dns:///%zz", nil); err == nil || !strings.Contains(err.Error(), "%zz") {
		t.Errorf("Dial = %v", err)
	}
}

func TestForeignErrors(t *testing.T) {
	detailed, err := status.New(codes.NotFound, "no such bucket").WithDetails(&errdetails.ErrorInfo{Reason: "BUCKET", Domain: "storage.example"})
	if err != nil {
		t.Fatal(err)
	}
	plain := errors.New("plain")
	tests := map[string]struct {
		err  error
		want error
	}{
		"unavailable":          {status.Error(codes.Unavailable, "down"), fault.ServiceAway},
		"deadline":             {status.Error(codes.DeadlineExceeded, "slow"), fault.ServiceAway},
		"canceled":             {status.Error(codes.Canceled, "gone"), context.Canceled},
		"unimplemented":        {status.Error(codes.Unimplemented, "what?"), fault.Unexpected},
		"somebody else's":      {detailed.Err(), fault.Unexpected},
		"not found by a proxy": {status.Error(codes.NotFound, "404"), fault.Unexpected},
		"no status":            {plain, plain},
		"a fault":              {fault.NotAllowed.At("x"), fault.NotAllowed},
		"none":                 {nil, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := rpc.Fault(tt.err); !errors.Is(got, tt.want) {
				t.Errorf("Fault = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestStatusOfCanceled(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		want codes.Code
	}{
		"the caller left":             {fmt.Errorf("reading: %w", context.Canceled), codes.Canceled},
		"the caller left a service":   {rpc.Fault(status.Error(codes.Canceled, "gone")), codes.Canceled},
		"a fault that somebody named": {fault.NotAllowed.Because(context.Canceled), codes.PermissionDenied},
		"an error nobody named":       {errors.New("canceled"), codes.Internal},
	} {
		if got := rpc.Status(tt.err, "desk", "en", "").Code(); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestAcceptedLanguage(t *testing.T) {
	for header, want := range map[string]string{
		"": "vi", "en": "en", "EN-us": "en", "vi-VN,en;q=0.8": "vi", "fr, en;q=0.7, vi;q=0.5": "en", "fr": "vi", "english": "vi", ";,-": "vi",
		"en;q=0.5, vi;q=0.9": "vi", "vi;q=0.5, en;q=0.9": "en", "en;q=0.8,vi;q=0.8": "en", "vi ; Q = 0.1 , en;q=.2": "en",
		"en;q=0": "vi", "vi;q=0, en;q=0.001": "en", "*": "vi", "en;q=2": "vi", "en;q=NaN": "vi", "en;q=": "vi", "en;level=1": "en",
	} {
		if got := rpc.AcceptedLanguage(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

// keys is the part of identity's key service that other services need.
type keys struct {
	authv1.UnimplementedKeyServiceServer
}

func (keys) ListKeys(ctx context.Context, _ *authv1.ListKeysRequest) (*authv1.ListKeysResponse, error) {
	known, err := publicKeys(ctx)
	answer := new(authv1.ListKeysResponse)
	for id, k := range known {
		answer.Keys = append(answer.Keys, &authv1.Key{Id: id, Algorithm: "EdDSA", PublicKey: k})
	}
	return answer, err
}

func TestTokensAreVerifiedWithIdentitysKeys(t *testing.T) {
	identity := open(t, publicKeys, func(r grpc.ServiceRegistrar) { authv1.RegisterKeyServiceServer(r, keys{}) })
	fetch := auth.FromService(authv1.NewKeyServiceClient(identity.client(t, nil)))
	o := open(t, fetch, desk(t, "Desk", answers))
	if err := ask(t.Context(), t, o.client(t, token(t, genuine, noon, coordinator)), "Ask", good); err != nil {
		t.Errorf("genuine token: %v", err)
	}
	if err := ask(t.Context(), t, o.client(t, token(t, forger, noon, coordinator)), "Ask", good); !errors.Is(err, fault.TokenInvalid) {
		t.Errorf("forged token: %v", err)
	}
	if _, records := identity.logs.take(t); len(records) != 1 {
		t.Errorf("the keys were asked for %d times, want once", len(records))
	}
}

func TestContentHash(t *testing.T) {
	hash := func(text string, leftOut ...protoreflect.Name) string {
		t.Helper()
		sum, err := rpc.ContentHash(question(t, text), leftOut...)
		if err != nil || len(sum) != 32 {
			t.Fatalf("ContentHash(%s) = %x, %v", text, sum, err)
		}
		return string(sum)
	}
	const first = `authority: "soc-trang" title: "a" count: 3 request_id: "1"`
	if hash(first) != hash(`count: 3 title: "a" request_id: "2" authority: "soc-trang"`) {
		t.Error("the request id counts")
	}
	if hash(first, "title") != hash(`authority: "soc-trang" title: "b" count: 3`, "title") {
		t.Error("a field that is left out counts")
	}
	for _, other := range []string{
		`authority: "soc-trang" title: "b" count: 3`, `authority: "soc-trang" title: "a"`, `authority: "can-tho" title: "a" count: 3`, ``,
	} {
		if hash(first) == hash(other) {
			t.Errorf("%s hashes as %s", other, first)
		}
	}
	req := question(t, first)
	if _, err := rpc.ContentHash(req, "pasword"); err == nil || !strings.Contains(err.Error(), "pasword") {
		t.Errorf("a misspelt secret: %v", err)
	}
	if _, err := rpc.ContentHash(req, "title"); err != nil || !proto.Equal(req, question(t, first)) {
		t.Errorf("the request was changed: %v, %v", req, err)
	}
	if _, err := rpc.ContentHash(&authv1.ExchangeSecretRequest{Secret: "x"}, "secret"); err != nil {
		t.Errorf("a request without request_id: %v", err)
	}
}

func TestClientsDeadlineIsServiceAway(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", func(ctx context.Context, _ proto.Message) (proto.Message, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := ask(ctx, t, o.client(t, nil), "Look", good); !errors.Is(err, fault.ServiceAway) {
		t.Errorf("%v, want SERVICE_AWAY", err)
	}
}
