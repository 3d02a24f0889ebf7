package servicetest

import (
	"context"
	"net"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/parindex/parindex/libs/rpc"
)

// Server is a server of a test and the one client of it.
type Server struct {
	rpc.ServerDeps

	Register func(grpc.ServiceRegistrar)
	// Credential is the token of the client's calls; nil: none.
	Credential rpc.Credential
	// Listener is where the server listens; nil: in memory.
	Listener net.Listener
	// Dial are more options of the client.
	Dial []grpc.DialOption
}

// Serve serves s until the test ends or stop is called, and returns a connection.
func Serve(tb testing.TB, s Server) (conn *grpc.ClientConn, stop func()) {
	tb.Helper()
	server, err := rpc.NewServer(s.ServerDeps)
	if err != nil {
		tb.Fatal(err)
	}
	s.Register(server)
	if err := server.Guard(); err != nil {
		tb.Fatal(err)
	}
	target := "passthrough:///" + s.Service
	if s.Listener == nil {
		listener := bufconn.Listen(1 << 20)
		s.Listener = listener
		s.Dial = append(s.Dial, grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	} else {
		target = s.Listener.Addr().String()
	}
	go func() { _ = server.Serve(s.Listener) }()
	conn, err = rpc.Dial(target, s.Credential, s.Dial...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = conn.Close()
		server.Server.Stop()
	})
	return conn, server.Server.Stop
}
