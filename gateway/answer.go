package gateway

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
)

// statusClientLeft is what the log says of a client that did not wait; nobody
// receives it.
const statusClientLeft = 499

// refuse answers with a fault: a google.rpc.Status as JSON, in the language of
// the request.
func refuse(w http.ResponseWriter, err error) {
	x := exchangeOf(w)
	f := fault.From(err)
	x.fault = f
	status := rpc.Status(f, service, x.language, x.id)
	body, err := protojson.Marshal(status.Proto())
	if err != nil { // a detail that is no message of ours
		body = []byte(`{"code":13}`)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", x.language)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Add("Vary", "Accept-Language")
	h.Del("Etag")
	if f.RetryAfter > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64((f.RetryAfter+time.Second-1)/time.Second), 10))
	}
	if f.Kind == fault.Unauthenticated {
		h.Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(httpStatus(f, runtime.HTTPStatusFromCode(status.Code())))
	_, _ = w.Write(body) //nolint:gosec // JSON, and every answer forbids browsers to take it for anything else
}

func httpStatus(f *fault.Fault, byKind int) int {
	if s, ok := statusOf[f.Code]; ok {
		return s
	}
	if errors.Is(f, context.Canceled) {
		return statusClientLeft
	}
	return byKind
}
