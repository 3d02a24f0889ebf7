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

// Of returns the caller's attempt at req at the instant now. method sets apart
// the request ids of different rpcs; a request without a request_id may be done
// twice. It fails as rpc.ContentHash does.
func Of(ctx context.Context, method string, req proto.Message, now time.Time, leftOut ...protoreflect.Name) (pg.Attempt, error) {
	hash, err := rpc.ContentHash(req, leftOut...)
	if err != nil {
		return pg.Attempt{}, err
	}
	id := ""
	if field := req.ProtoReflect().Descriptor().Fields().ByName("request_id"); field != nil {
		id = req.ProtoReflect().Get(field).String()
	}
	return pg.Attempt{
		Request: pg.Request{ID: id, Principal: auth.From(ctx).String(), Method: method, Hash: hash},
		At:      now.UTC().Truncate(time.Microsecond),
	}, nil
}
