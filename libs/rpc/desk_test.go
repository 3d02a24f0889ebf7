package rpc_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/limit"
	"github.com/parindex/parindex/libs/rpc"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	_ "github.com/parindex/parindex/proto/gen/parindex/type/v1" // the rules the desk's contract uses
)

// The desk is a test service with one rpc for each kind of access.
const deskContract = `
	name: "parindex/libs/rpc/desk.proto" package: "desk" syntax: "proto3"
	dependency: ["buf/validate/validate.proto", "parindex/auth/v1/access.proto", "parindex/type/v1/date.proto", "parindex/type/v1/rules.proto",
		"parindex/type/v1/text.proto", "parindex/type/v1/time_limit.proto", "google/protobuf/timestamp.proto"]
	message_type {
		name: "Question"
		field { name: "authority" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [buf.validate.field] { string { [parindex.type.v1.slug]: true } } } }
		field { name: "title" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [buf.validate.field] { string { min_len: 1 max_len: 40 } } } }
		field { name: "points" number: 3 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [buf.validate.field] { string { [parindex.type.v1.points]: true } ignore: IGNORE_IF_ZERO_VALUE } } }
		field { name: "day" number: 4 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [buf.validate.field] { string { [parindex.type.v1.civil_date]: true } ignore: IGNORE_IF_ZERO_VALUE } } }
		field { name: "count" number: 5 type: TYPE_INT32 label: LABEL_OPTIONAL
			options { [buf.validate.field] { int32 { gte: 0 lte: 10 } } } }
		field { name: "request_id" number: 6 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [buf.validate.field] { string { [parindex.type.v1.request_id]: true } } } }
		field { name: "user_role" number: 27 type: TYPE_ENUM type_name: ".parindex.auth.v1.Caller" label: LABEL_OPTIONAL
			options { [buf.validate.field] { enum { defined_only: true } } } }
		field { name: "chosen" number: 28 type: TYPE_ENUM type_name: ".parindex.auth.v1.Caller" label: LABEL_OPTIONAL proto3_optional: true oneof_index: 0
			options { [buf.validate.field] { enum { not_in: 0 } } } }
		field { name: "seat_numbers" number: 29 type: TYPE_INT32 label: LABEL_REPEATED
			options { [buf.validate.field] { repeated { max_items: 3 unique: true items { int32 { gte: 1 } } } } } }
		field { name: "few" number: 30 type: TYPE_STRING label: LABEL_REPEATED
			options { [buf.validate.field] { repeated { min_items: 2 items { string { max_len: 5 } } } ignore: IGNORE_IF_ZERO_VALUE } } }
		field { name: "content" number: 31 type: TYPE_BYTES label: LABEL_OPTIONAL
			options { [buf.validate.field] { bytes { min_len: 2 max_len: 4 } ignore: IGNORE_IF_ZERO_VALUE } } }
		field { name: "hash" number: 32 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [buf.validate.field] { string { pattern: "^[0-9a-f]{64}$" } ignore: IGNORE_IF_ZERO_VALUE } } }
		field { name: "initials" number: 33 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [buf.validate.field] { string { pattern: "^[A-Z]{2}$" } ignore: IGNORE_IF_ZERO_VALUE } } }
		field { name: "agreed" number: 34 type: TYPE_BOOL label: LABEL_OPTIONAL proto3_optional: true oneof_index: 1
			options { [buf.validate.field] { bool { const: true } } } }
		field { name: "item_id" number: 35 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [buf.validate.field] { string { [parindex.type.v1.item]: true } ignore: IGNORE_IF_ZERO_VALUE } } }
		field { name: "account_id" number: 36 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [buf.validate.field] { string { uuid: true } ignore: IGNORE_IF_ZERO_VALUE } } }
		field { name: "share" number: 37 type: TYPE_INT32 label: LABEL_OPTIONAL
			options { [buf.validate.field] { int32 { lte: 100 } } } }
		oneof_decl { name: "_chosen" } oneof_decl { name: "_agreed" }
		field { name: "remark" number: 7 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [parindex.type.v1.text]: TEXT_KIND_PARAGRAPH [buf.validate.field] { string { max_len: 20 } } } }
		field { name: "names" number: 8 type: TYPE_STRING label: LABEL_REPEATED
			options { [parindex.type.v1.text]: TEXT_KIND_NAME [buf.validate.field] { repeated { unique: true items { string { min_len: 1 } } } } } }
		field { name: "drafts" number: 9 type: TYPE_MESSAGE type_name: ".desk.Draft" label: LABEL_REPEATED }
		field { name: "signed" number: 11 type: TYPE_STRING label: LABEL_REPEATED
			options { [parindex.type.v1.date]: DATE_KIND_ISSUED } }
		field { name: "in_force" number: 12 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [parindex.type.v1.date]: DATE_KIND_PLANNED [buf.validate.field] { string { [parindex.type.v1.civil_date]: true } ignore: IGNORE_IF_ZERO_VALUE } } }
		field { name: "close_time" number: 13 type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp" label: LABEL_OPTIONAL
			options { [parindex.type.v1.instant]: INSTANT_KIND_DEADLINE } }
		field { name: "end_time" number: 14 type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp" label: LABEL_OPTIONAL
			options { [parindex.type.v1.instant]: INSTANT_KIND_EXPIRY } }
		field { name: "notice" number: 10 type: TYPE_MESSAGE type_name: ".desk.Notice" label: LABEL_OPTIONAL }
	}
	message_type {
		name: "Draft"
		options { [parindex.type.v1.legacy_texts_reported]: true }
		field { name: "notice" number: 1 type: TYPE_MESSAGE type_name: ".desk.Notice" label: LABEL_OPTIONAL }
	}
	message_type {
		name: "Notice"
		field { name: "date" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [parindex.type.v1.date]: DATE_KIND_ISSUED } }
		field { name: "number" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL
			options { [parindex.type.v1.text]: TEXT_KIND_LINE [buf.validate.field] { string { min_len: 1 } } } }
	}
	service {
		name: "Desk"
		method { name: "Ask" input_type: ".desk.Question" output_type: ".desk.Question"
			options { [parindex.auth.v1.access] { caller: CALLER_BOUND roles: ROLE_COORDINATOR authority_field: "authority" } } }
		method { name: "Look" input_type: ".desk.Question" output_type: ".desk.Question"
			options { [parindex.auth.v1.access] { caller: CALLER_ANYONE } } }
		method { name: "Compute" input_type: ".desk.Question" output_type: ".desk.Question"
			options { [parindex.auth.v1.access] { caller: CALLER_ANYONE } [parindex.type.v1.takes_whole_cycle]: true } }
	}
	service { name: "Forgotten" method { name: "Ask" input_type: ".desk.Question" output_type: ".desk.Question" } }
`

var deskFile = sync.OnceValues(func() (protoreflect.FileDescriptor, error) {
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(deskContract), file); err != nil {
		return nil, err
	}
	d, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		return nil, err
	}
	return d, protoregistry.GlobalFiles.RegisterFile(d)
})

func questionType(t *testing.T) protoreflect.MessageDescriptor {
	t.Helper()
	file, err := deskFile()
	if err != nil {
		t.Fatal(err)
	}
	return file.Messages().Get(0)
}

// question returns a request in text form, `title: "x"`.
func question(t *testing.T, text string) *dynamicpb.Message {
	t.Helper()
	m := dynamicpb.NewMessage(questionType(t))
	if err := prototext.Unmarshal([]byte(text), m); err != nil {
		t.Fatal(err)
	}
	return m
}

// good is a valid question.
const good = `authority: "soc-trang" title: "Một câu hỏi riêng"`

type handler func(ctx context.Context, req proto.Message) (proto.Message, error)

// desk returns a function that registers the desk service under a name.
func desk(t *testing.T, service string, handle handler) func(grpc.ServiceRegistrar) {
	t.Helper()
	input := questionType(t)
	d := &grpc.ServiceDesc{ServiceName: "desk." + service, HandlerType: (*any)(nil)}
	for _, method := range []string{"Ask", "Look", "Compute"} {
		d.Methods = append(d.Methods, grpc.MethodDesc{
			MethodName: method,
			Handler: func(_ any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
				in := dynamicpb.NewMessage(input)
				if err := decode(in); err != nil {
					return nil, err
				}
				return intercept(ctx, in, &grpc.UnaryServerInfo{FullMethod: "/desk." + service + "/" + method}, func(ctx context.Context, req any) (any, error) {
					m, ok := req.(proto.Message)
					if !ok {
						return nil, errors.New("no message")
					}
					return handle(ctx, m)
				})
			},
		})
	}
	return func(r grpc.ServiceRegistrar) { r.RegisterService(d, nil) }
}

var noon = time.Date(2024, 1, 8, 12, 0, 0, 0, time.UTC)

func key(seed string) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(seed, ed25519.SeedSize)))
}

var genuine, forger = key("g"), key("f")

func publicKeys(context.Context) (map[string]ed25519.PublicKey, error) {
	public := ed25519.PublicKey(genuine[ed25519.SeedSize:])
	return map[string]ed25519.PublicKey{auth.KeyID(public): public}, nil
}

func token(t *testing.T, by ed25519.PrivateKey, issued time.Time, bindings ...auth.Binding) rpc.Credential {
	t.Helper()
	text, _, err := auth.Sign(by, auth.Principal{Kind: auth.Person, ID: "0198c0de", Bindings: bindings}, issued, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return func(context.Context) (string, error) { return text, nil }
}

var coordinator = auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: "soc-trang"}

// logs collects the server's log lines.
type logs struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(p)
}

// take returns the lines written since the last call of take.
func (l *logs) take(t *testing.T) (text string, records []map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	text = l.lines.String()
	l.lines.Reset()
	for line := range strings.Lines(text) {
		r := map[string]any{}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		records = append(records, r)
	}
	return text, records
}

// office is a running server.
type office struct {
	server   *rpc.Server
	listener *bufconn.Listener
	logs     *logs
	metrics  *prometheus.Registry
	served   chan error
}

func serverDeps(o *office, keys auth.Keys) rpc.ServerDeps {
	now := func() time.Time { return noon }
	return rpc.ServerDeps{
		Service: "desk", Logger: slog.New(slog.NewJSONHandler(o.logs, nil)), Metrics: o.metrics,
		Verifier: auth.NewVerifier(keys, now), Now: now, Unauthenticated: limit.New(unauthenticatedPerMinute, now),
	}
}

// unauthenticatedPerMinute is above the number of calls without a token of any test
// but one.
const unauthenticatedPerMinute = 500

func open(t *testing.T, keys auth.Keys, register ...func(grpc.ServiceRegistrar)) *office {
	t.Helper()
	return openWith(t, keys, func(*rpc.ServerDeps) {}, register...)
}

// openWith is like open, with other deps.
func openWith(t *testing.T, keys auth.Keys, change func(*rpc.ServerDeps), register ...func(grpc.ServiceRegistrar)) *office {
	t.Helper()
	o := &office{
		listener: bufconn.Listen(1 << 20), logs: &logs{}, metrics: prometheus.NewRegistry(), served: make(chan error, 1),
	}
	deps := serverDeps(o, keys)
	change(&deps)
	server, err := rpc.NewServer(deps)
	if err != nil {
		t.Fatal(err)
	}
	o.server = server
	for _, r := range register {
		r(server)
	}
	go func() { o.served <- server.Serve(o.listener) }()
	t.Cleanup(server.Server.Stop)
	return o
}

func (o *office) dial(ctx context.Context, _ string) (net.Conn, error) {
	return o.listener.DialContext(ctx)
}

// client returns a connection as services use it.
func (o *office) client(t *testing.T, credential rpc.Credential) *grpc.ClientConn {
	t.Helper()
	conn, err := rpc.Dial("passthrough:///desk", credential, grpc.WithContextDialer(o.dial))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// stranger returns a connection without our interceptors, which shows the statuses
// on the wire.
func (o *office) stranger(t *testing.T) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///desk",
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithContextDialer(o.dial))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func ask(ctx context.Context, t *testing.T, conn grpc.ClientConnInterface, method, text string) error {
	t.Helper()
	return conn.Invoke(ctx, "/desk.Desk/"+method, question(t, text), dynamicpb.NewMessage(questionType(t)))
}

func answers(_ context.Context, req proto.Message) (proto.Message, error) { return req, nil }

func fails(err error) handler {
	return func(context.Context, proto.Message) (proto.Message, error) { return nil, err }
}
