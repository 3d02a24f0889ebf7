// Package attempt describes a request to change something, so that a repeated request
// takes effect once. Four parts work together:
//
//   - rpc.ContentHash hashes the content of a request without its request_id.
//   - pg.Request is the identity of a request: request_id, caller, method and that hash.
//     Request of this package makes it.
//   - pg.Attempt is a pg.Request with the time at which the handler began. Of makes it; a
//     handler passes it to storage, which writes its caller and time to the audit log.
//   - pg.Once and pg.OnceInTx take the pg.Request: they run a change the first time and
//     return the stored answer afterwards.
package attempt

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
)

// Of returns the caller's attempt to do req at the instant now. It fails as Request
// does.
func Of(ctx context.Context, method string, req proto.Message, now time.Time) (pg.Attempt, error) {
	r, err := Request(ctx, method, req)
	return pg.Attempt{Request: r, At: now.UTC().Truncate(time.Microsecond)}, err
}

// Request returns the identity of the caller's req, with which it takes effect
// once. method separates the request ids of different rpcs; a request without a
// request_id may be done twice. It leaves fields out of the hash, and fails, as
// rpc.ContentHash does.
func Request(ctx context.Context, method string, req proto.Message, leftOut ...protoreflect.Name) (pg.Request, error) {
	hash, err := rpc.ContentHash(req, leftOut...)
	if err != nil {
		return pg.Request{}, err
	}
	id := ""
	if field := req.ProtoReflect().Descriptor().Fields().ByName("request_id"); field != nil {
		id = req.ProtoReflect().Get(field).String()
	}
	return pg.Request{ID: id, Principal: auth.From(ctx).String(), Method: method, Hash: hash}, nil
}
