package rpc

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	typev1 "github.com/parindex/parindex/proto/gen/parindex/type/v1"
)

const (
	// OrdinaryTimeLimit is how long a server works on most requests.
	OrdinaryTimeLimit = 30 * time.Second
	// WholeCycleTimeLimit is how long it works on one that takes a whole cycle. A run of
	// 3,300 agencies with 120 items takes a minute on two busy cores; publishing reads its
	// inputs twice.
	WholeCycleTimeLimit = 10 * time.Minute
)

// timeLimits are the time limits of the two kinds of rpcs.
type timeLimits struct{ ordinary, wholeCycle time.Duration }

// TakesWholeCycle reports whether the contract says that an rpc takes a whole cycle at
// once.
func TakesWholeCycle(m protoreflect.MethodDescriptor) bool {
	takes, _ := proto.GetExtension(m.Options(), typev1.E_TakesWholeCycle).(bool)
	return takes
}

// TimeLimit returns how long a server works on a request of an rpc. A client must wait
// as long.
func TimeLimit(m protoreflect.MethodDescriptor) time.Duration {
	if TakesWholeCycle(m) {
		return WholeCycleTimeLimit
	}
	return OrdinaryTimeLimit
}

// timeLimit returns how long s works on a request of a method.
func (s *Server) timeLimit(method string) time.Duration {
	if s.wholeCycle[method] {
		return s.limits.wholeCycle
	}
	return s.limits.ordinary
}

// share lets a request that takes a whole cycle go on when its caller gives up, and lets
// the same request that comes meanwhile wait for its result. Otherwise a caller with
// less patience than the work takes would begin it again each time and never get an
// answer, and two at once would each compute the whole. Requests are the same if they
// have one request id, caller and content. That a request takes effect once is the
// matter of pg.Once.
func (s *Server) share(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	message, ok := req.(proto.Message)
	if !ok || !s.wholeCycle[info.FullMethod] {
		return next(ctx, req)
	}
	id := message.ProtoReflect().Descriptor().Fields().ByName("request_id")
	if id == nil || message.ProtoReflect().Get(id).String() == "" {
		return next(ctx, req)
	}
	hash, err := ContentHash(message)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%s %s %s %x", info.FullMethod, auth.From(ctx), message.ProtoReflect().Get(id), hash)
	done := s.work.DoChan(key, func() (any, error) {
		ctx, cancel := s.unattended(ctx, s.limits.wholeCycle)
		defer cancel()
		return finish(ctx, req, next)
	})
	select {
	case d := <-done:
		return d.Val, d.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// finish runs next to its end. A panic becomes an error, because it would otherwise end
// the process: no interceptor is above it.
func finish(ctx context.Context, req any, next grpc.UnaryHandler) (answer any, err error) {
	defer func() {
		if p := recover(); p != nil {
			answer, err = nil, panicked(p)
		}
	}()
	if answer, err = next(ctx, req); err != nil {
		return nil, gaveUp(ctx, err)
	}
	return answer, nil
}

func panicked(p any) error {
	return fault.Unexpected.Because(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}

// unattended returns a context that ends after limit or when s has stopped, but not when
// the caller leaves.
func (s *Server) unattended(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	go func() {
		defer cancel()
		select {
		case <-s.stopped:
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
