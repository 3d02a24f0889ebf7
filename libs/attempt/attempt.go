// Package attempt describes a request to change something for pg.Once: the caller,
// the time, and the identity of the request when it is repeated. The API of a
// service passes it to storage. It does not depend on what the request changes.
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
