package gateway

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
)

// statusClientLeft is the status that is logged if the client left before the
// answer; no client receives it.
const statusClientLeft = 499

// refuse answers with a fault: a google.rpc.Status as JSON, in the language of the
// request.
func refuse(w http.ResponseWriter, err error) {
	state := stateOf(w)
	f := fault.From(err)
	state.fault = f
	status := rpc.Status(f, domain, state.language, state.id)
	body, err := protojson.Marshal(status.Proto())
	if err != nil { // a detail of a type that is not linked in
		body = []byte(`{"code":13}`)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", state.language)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Add("Vary", "Accept-Language")
	h.Del("Etag")
	if f.RetryAfter > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64((f.RetryAfter+time.Second-1)/time.Second), 10))
	}
	if f.Kind == fault.Unauthenticated {
		h.Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(httpStatus(f, status.Code()))
	_, _ = w.Write(body) //nolint:gosec // JSON with the header nosniff, so that browsers do not read it as HTML
}

func httpStatus(f *fault.Fault, code codes.Code) int {
	if _, finer := statusOf[f.Code]; !finer && errors.Is(f, context.Canceled) {
		return statusClientLeft
	}
	return statusFor(f.Code, code)
}

// HTTPStatus returns the status of an answer that gives a reason.
func HTTPStatus(r fault.Reason) int { return statusFor(r.Code, rpc.Code(r.Kind)) }

func statusFor(reason string, code codes.Code) int {
	return cmp.Or(statusOf[reason], runtime.HTTPStatusFromCode(code))
}
