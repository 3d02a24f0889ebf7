package rpc

import (
	"context"
	"iter"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Pages returns the pages of a list, each as it is needed. list is a method of a client,
// and req, whose page_token it sets, asks for the first page. After an error it returns
// no further page.
func Pages[Request proto.Message, Page interface{ GetNextPageToken() string }](
	ctx context.Context, list func(context.Context, Request, ...grpc.CallOption) (Page, error), req Request,
) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		m := req.ProtoReflect()
		field := m.Descriptor().Fields().ByName("page_token")
		for {
			page, err := list(ctx, req)
			if !yield(page, err) || err != nil || page.GetNextPageToken() == "" {
				return
			}
			m.Set(field, protoreflect.ValueOfString(page.GetNextPageToken()))
		}
	}
}
