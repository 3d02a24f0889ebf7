// Package attempt says of a request who makes it, when, and by what it is known
// when it comes again: what the speech of a service hands to its memory for
// pg.Once. What the request asks for it never looks at.
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

// Of returns the caller's attempt at req at the instant now. It fails as Request
// does.
func Of(ctx context.Context, method string, req proto.Message, now time.Time) (pg.Attempt, error) {
	r, err := Request(ctx, method, req)
	return pg.Attempt{Request: r, At: now.UTC().Truncate(time.Microsecond)}, err
}

// Request returns what makes the caller's req take effect once. method sets apart
// the request ids of different rpcs; without a request_id req may be done twice.
// It leaves fields out, and fails, as rpc.ContentHash does.
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
