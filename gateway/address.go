package gateway

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// addresses holds the endpoints of the contracts, by path template
// ("/v1/authorities/{authority}") and HTTP method. The mux of grpc-gateway ignores
// query fields that an rpc does not take; addresses lets the gateway refuse them.
type addresses map[string]map[string]endpoint

// endpoint is one rpc at one path and method.
type endpoint struct {
	request protoreflect.MessageDescriptor
	body    string // "*" if the body has every field that is not in the path; "" if there is no body
	// limit is the largest body in bytes.
	limit int64
	// time is how long the server works on a request.
	time time.Duration
	// open is true if the rpc needs no token.
	open bool
}

// addressesOf returns the endpoints that the contracts in files declare; limit is
// the largest request in bytes, and timeLimit the time for one of an rpc. JSON carries a file in base64, which is a third
// longer, so an endpoint that takes a file takes a body that much longer. The same
// files are then accepted as over gRPC.
func addressesOf(limit int64, timeLimit func(protoreflect.MethodDescriptor) time.Duration, files ...protoreflect.FileDescriptor) addresses {
	all := addresses{}
	for _, file := range files {
		for i := range file.Services().Len() {
			rpcs := file.Services().Get(i).Methods()
			for j := range rpcs.Len() {
				rule, _ := proto.GetExtension(rpcs.Get(j).Options(), annotations.E_Http).(*annotations.HttpRule)
				access, _ := proto.GetExtension(rpcs.Get(j).Options(), authv1.E_Access).(*authv1.Access)
				for _, r := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
					e := endpoint{
						request: rpcs.Get(j).Input(), body: r.GetBody(), limit: limit,
						time: timeLimit(rpcs.Get(j)), open: access.GetCaller() == authv1.Caller_CALLER_ANYONE,
					}
					if takesFile(e.request) {
						e.limit += limit / 3
					}
					all.add(r, e)
				}
			}
		}
	}
	return all
}

// takesFile reports whether a request has a field of type bytes.
func takesFile(request protoreflect.MessageDescriptor) bool {
	for i := range request.Fields().Len() {
		if request.Fields().Get(i).Kind() == protoreflect.BytesKind {
			return true
		}
	}
	return false
}

func (a addresses) add(r *annotations.HttpRule, e endpoint) {
	for method, template := range map[string]string{
		http.MethodGet: r.GetGet(), http.MethodPost: r.GetPost(), http.MethodPut: r.GetPut(),
		http.MethodPatch: r.GetPatch(), http.MethodDelete: r.GetDelete(),
	} {
		if template == "" {
			continue
		}
		if a[template] == nil {
			a[template] = map[string]endpoint{}
		}
		a[template][method] = e
	}
}

// check refuses a request with an invalid path, query or body before its rpc is
// called. A caller without a token is told only that one is needed, whatever else is
// wrong, and the body is not read. The time for the answer begins when the body, which
// may come over a slow line, has arrived. It also records the route for logs and
// metrics.
func (a addresses) check(p pace) runtime.Middleware {
	return func(next runtime.HandlerFunc) runtime.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request, path map[string]string) {
			pattern, _ := runtime.HTTPPattern(r.Context())
			template := strings.ReplaceAll(pattern.String(), "=*}", "}")
			e, ok := a[template][r.Method]
			if !ok {
				refuse(w, fault.Unexpected.Because(errors.New("no contract declares "+r.Method+" "+template)))
				return
			}
			stateOf(w).route = template
			if !e.open && !hasToken(r.Context()) {
				refuse(w, fault.TokenMissing)
				return
			}
			if f := e.check(path, r.URL.RawQuery); f != nil {
				refuse(w, f)
				return
			}
			body, f := p.readBody(w, r, e.limit)
			if f == nil && e.body == "" && hasFields(body) {
				f = BodyUnexpected.Because(nil)
			}
			if f != nil {
				refuse(w, f)
				return
			}
			expectAnswer(w, e.time)
			ctx, cancel := context.WithTimeout(r.Context(), e.time)
			defer cancel()
			r = r.WithContext(ctx)
			r.Body = received{bytes.NewReader(body), path}
			next(w, r, path)
		}
	}
}

// hasFields reports whether a body is more than an empty object, which some clients
// send with every request.
func hasFields(body []byte) bool {
	rest := bytes.Join(bytes.Fields(body), nil)
	return len(rest) > 0 && string(rest) != "{}"
}

func (e endpoint) check(path map[string]string, rawQuery string) *fault.Fault {
	for _, name := range slices.Sorted(maps.Keys(path)) {
		if !utf8.ValidString(path[name]) {
			return FieldInvalid.At(name)
		}
	}
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return fault.BadRequest.Because(err)
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if queryFault := e.queryFault(path, name); queryFault != nil {
			return queryFault.At(clip(name))
		}
		if slices.ContainsFunc(query[name], func(v string) bool { return !utf8.ValidString(v) }) {
			return FieldInvalid.At(clip(name))
		}
	}
	return nil
}

// queryFault returns the reason why the query must not have a field with this name,
// or nil if it may.
func (e endpoint) queryFault(path map[string]string, name string) *fault.Reason {
	parts := strings.Split(name, ".")
	field := fieldOf(e.request, parts[0])
	if field != nil && len(parts) == 1 {
		if _, inPath := path[string(field.Name())]; inPath {
			return &fieldOfPath
		}
	}
	if e.body == "*" || field != nil && e.body == string(field.Name()) {
		return &fieldOfBody
	}
	for _, part := range parts[1:] {
		if field == nil || field.Message() == nil {
			return &FieldUnknown
		}
		field = fieldOf(field.Message(), part)
	}
	if field == nil {
		return &FieldUnknown
	}
	return nil
}

// noFields refuses requests that have a query or a body.
func noFields(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			refuse(w, BodyUnexpected)
			return
		}
		if r.URL.RawQuery == "" {
			next(w, r)
			return
		}
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			refuse(w, fault.BadRequest.Because(err))
			return
		}
		for _, name := range slices.Sorted(maps.Keys(query)) {
			refuse(w, FieldUnknown.At(clip(name)))
			return
		}
		next(w, r)
	}
}

// allowed returns the HTTP methods of a path as the value of the header Allow.
func (a addresses) allowed(path string) string {
	var found []string
	for _, method := range [...]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		for template, at := range a {
			if _, ok := at[method]; ok && matches(template, path) {
				found = append(found, method)
				break
			}
		}
	}
	if slices.Contains(found, http.MethodGet) {
		found = slices.Insert(found, 1, http.MethodHead)
	}
	return strings.Join(found, ", ")
}

// matches reports whether a path matches a template.
func matches(template, path string) bool {
	wanted, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(wanted) != len(got) {
		return false
	}
	for i, part := range wanted {
		_, verb, variable := strings.Cut(part, "}")
		if !variable && part != got[i] || !strings.HasSuffix(got[i], verb) {
			return false
		}
	}
	return true
}
