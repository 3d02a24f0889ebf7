package rpc

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// Credential returns the token for one call, or "" for none.
type Credential func(context.Context) (string, error)

// serviceConfig balances calls over all addresses of a name. It configures no
// retries: gRPC itself repeats calls that no server has begun to process, and any
// other call may have taken effect.
const serviceConfig = `{"loadBalancingConfig": [{"round_robin": {}}]}`

// maxAnswer is the largest response of another service: a hand-back of the largest
// outcome, which contains its items besides its content.
const maxAnswer = 40 << 20

// connecting configures reconnecting to a service that is away. gRPC's default
// first pause of one second would last longer than a restart of the service.
var connecting = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 5 * time.Second},
	MinConnectTimeout: 5 * time.Second,
}

// Dial returns a connection to a service at target ("host:port" or any gRPC name).
// It connects lazily, so the service may be away. Each call carries the token of
// credential (nil: none), and the language and request id of the request being
// served. Errors of calls are faults.
//
// The transport is not encrypted: services communicate within one trusted network
// segment or process. Between machines, a service mesh or proxy provides TLS.
func Dial(target string, credential Credential, more ...grpc.DialOption) (*grpc.ClientConn, error) {
	options := append([]grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithStatsHandler(otelgrpc.NewClientHandler()),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithConnectParams(connecting),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswer)),
		grpc.WithChainUnaryInterceptor(faults, carry(credential)),
	}, more...)
	conn, err := grpc.NewClient(target, options...)
	if err != nil {
		return nil, fmt.Errorf("preparing the connection to %s: %w", target, err)
	}
	return conn, nil
}

// faults converts the statuses of another service to faults.
func faults(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, call grpc.UnaryInvoker, options ...grpc.CallOption) error {
	return Fault(call(ctx, method, req, reply, conn, options...))
}

// carry adds the token, language and request id to a call.
func carry(credential Credential) grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, call grpc.UnaryInvoker, options ...grpc.CallOption) error {
		var pairs []string
		for _, key := range []string{languageKey, RequestIDKey} {
			if value := Incoming(ctx, key); value != "" {
				pairs = append(pairs, key, value)
			}
		}
		if credential != nil {
			token, err := credential(ctx)
			if err != nil {
				return err
			}
			if token != "" {
				pairs = append(pairs, tokenKey, bearer+token)
			}
		}
		return call(metadata.AppendToOutgoingContext(ctx, pairs...), method, req, reply, conn, options...)
	}
}
