package rpc_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/rpc"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1" //nolint:depguard // a request with a page token
)

func TestPages(t *testing.T) {
	next := map[string]string{"": "a", "a": "b", "b": ""}
	var asked []string
	list := func(_ context.Context, req *catalogv1.ListAgenciesRequest, _ ...grpc.CallOption) (*catalogv1.ListAgenciesResponse, error) {
		asked = append(asked, req.GetAuthority()+"/"+req.GetPageToken())
		token, ok := next[req.GetPageToken()]
		if !ok {
			return nil, errors.New("away")
		}
		return &catalogv1.ListAgenciesResponse{NextPageToken: token}, nil
	}
	read := func(limit int) (n int, err error) {
		asked = nil
		for _, err = range rpc.Pages(t.Context(), list, &catalogv1.ListAgenciesRequest{Authority: "x"}) {
			if n++; n == limit {
				break
			}
		}
		return n, err
	}
	if n, err := read(0); n != 3 || err != nil || strings.Join(asked, " ") != "x/ x/a x/b" {
		t.Errorf("%d pages, %v, %v", n, err, asked)
	}
	if n, err := read(2); n != 2 || err != nil || len(asked) != 2 {
		t.Errorf("two pages: %d, %v, %v", n, err, asked)
	}
	next["b"] = "c"
	if n, err := read(0); n != 4 || err == nil || len(asked) != 4 {
		t.Errorf("with an error: %d, %v, %v", n, err, asked)
	}
}
