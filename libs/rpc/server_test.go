package rpc_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

var kinds = map[fault.Kind]codes.Code{
	fault.Internal: codes.Internal, fault.Invalid: codes.InvalidArgument, fault.NotFound: codes.NotFound,
	fault.Exists: codes.AlreadyExists, fault.Conflict: codes.Aborted, fault.Precondition: codes.FailedPrecondition,
	fault.Denied: codes.PermissionDenied, fault.Unauthenticated: codes.Unauthenticated,
	fault.Unavailable: codes.Unavailable, fault.Exhausted: codes.ResourceExhausted,
}

// said is the status of a fault as its caller gets it.
type said struct {
	Kind       fault.Kind
	Code       string
	Field      string
	Violations []fault.Violation
	Retry      time.Duration
	Text       string
}

func heard(err error) said {
	f := fault.From(err)
	return said{Kind: f.Kind, Code: f.Code, Field: f.Field, Violations: f.Violations, Retry: f.RetryAfter, Text: f.En}
}

func inLanguage(ctx context.Context, language string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "accept-language", language)
}

func TestFaultsReachTheClient(t *testing.T) {
	const inner = "dial tcp 10.1.2.3:5432: password of Nguyễn Văn A"
	var failure error
	o := open(t, publicKeys, desk(t, "Desk", func(context.Context, proto.Message) (proto.Message, error) { return nil, failure }))
	ours, wire := o.client(t, nil), o.stranger(t)
	for kind, code := range kinds {
		reason := fault.Reason{Kind: kind, Code: "SEAT_TAKEN", Vi: "Ghế %d đã có người.", En: "Seat %d is taken."}
		cause := errors.New(inner)
		for name, tt := range map[string]struct {
			err  func() *fault.Fault
			want said
		}{
			"bare":        {func() *fault.Fault { return reason.With(7) }, said{}},
			"with field":  {func() *fault.Fault { return reason.With(7).At("seats[3].row_number") }, said{Field: "seats[3].rowNumber"}},
			"with delay":  {func() *fault.Fault { return reason.With(7).After(1500 * time.Millisecond) }, said{Retry: 1500 * time.Millisecond}},
			"with faults": {withViolations(reason), said{Violations: []fault.Violation{{Field: "line 1", Code: "A", Vi: "one", En: "one"}, {Field: "line 2", Code: "B", Vi: "two", En: "two"}}}},
		} {
			t.Run(fmt.Sprintf("%s %s", kind, name), func(t *testing.T) {
				failure = fmt.Errorf("seating: %w", tt.err().Because(cause))
				o.logs.take(t)
				want := tt.want
				want.Kind, want.Code, want.Text = kind, "SEAT_TAKEN", "Seat 7 is taken."
				if diff := cmp.Diff(want, heard(ask(inLanguage(t.Context(), "en-GB,vi;q=0.5"), t, ours, "Look", good))); diff != "" {
					t.Errorf("fault (-want +got):\n%s", diff)
				}
				if text, records := o.logs.take(t); len(records) != 1 || strings.Count(text, inner) != 1 {
					t.Errorf("one line with the cause once is wanted, got %s", text)
				}
				s := status.Convert(ask(t.Context(), t, wire, "Look", good))
				if s.Code() != code || s.Message() != "Ghế 7 đã có người." {
					t.Errorf("status %s %q, want %s in Vietnamese", s.Code(), s.Message(), code)
				}
				if everything := s.Proto().String(); strings.Contains(everything, "10.1.2.3") || strings.Contains(everything, "seating") {
					t.Errorf("the cause is on the wire: %s", everything)
				}
			})
		}
	}
}

func withViolations(r fault.Reason) func() *fault.Fault {
	return func() *fault.Fault {
		f := r.With(7)
		f.Violations = []fault.Violation{{Field: "line 1", Code: "A", Vi: "một", En: "one"}, {Field: "line 2", Code: "B", Vi: "hai", En: "two"}}
		return f
	}
}

func TestStatusDetails(t *testing.T) {
	frozen := fault.Reason{Kind: fault.Precondition, Code: "SHEET_FROZEN", Vi: "Phiếu đã khóa.", En: "The sheet is frozen."}
	o := open(t, publicKeys, desk(t, "Desk", fails(frozen.At("frozen_sheet").After(time.Second))))
	ctx := metadata.AppendToOutgoingContext(t.Context(), rpc.RequestIDKey, "abc-1")
	s := status.Convert(ask(ctx, t, o.stranger(t), "Look", good))
	want := []proto.Message{
		&errdetails.ErrorInfo{Reason: "SHEET_FROZEN", Domain: "desk.parindex"},
		&errdetails.LocalizedMessage{Locale: "vi", Message: "Phiếu đã khóa."},
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "frozenSheet", Reason: "SHEET_FROZEN", Description: "Phiếu đã khóa."}}},
		&errdetails.PreconditionFailure{Violations: []*errdetails.PreconditionFailure_Violation{{Type: "SHEET_FROZEN", Subject: "frozenSheet", Description: "Phiếu đã khóa."}}},
		nil, // RetryInfo, below
		&errdetails.RequestInfo{RequestId: "abc-1"},
	}
	details := s.Details()
	if len(details) != len(want) {
		t.Fatalf("%d details, want %d: %v", len(details), len(want), details)
	}
	for i, d := range details {
		m, ok := d.(proto.Message)
		if retry, is := d.(*errdetails.RetryInfo); is && retry.GetRetryDelay().AsDuration() == time.Second && i == 4 {
			continue
		}
		if !ok || !proto.Equal(m, want[i]) {
			t.Errorf("detail %d is %v, want %v", i, d, want[i])
		}
	}
}

func TestErrorsThatAreNoFaults(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", fails(errors.New("select 1 from secrets"))))
	err := ask(t.Context(), t, o.client(t, nil), "Look", good)
	if !errors.Is(err, fault.Unexpected) || strings.Contains(err.Error(), "secrets") {
		t.Errorf("%v, want UNEXPECTED without the cause", err)
	}
	_, records := o.logs.take(t)
	if len(records) != 1 || records[0]["level"] != "ERROR" || records[0]["cause"] != "select 1 from secrets" {
		t.Errorf("log %v, want one error with the cause", records)
	}
}

func TestLogLineOfACall(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", func(_ context.Context, req proto.Message) (proto.Message, error) {
		return req, nil
	}))
	conn := o.client(t, token(t, genuine, noon, coordinator))
	ctx := metadata.AppendToOutgoingContext(t.Context(), rpc.RequestIDKey, "0198c0de-1")
	if err := ask(ctx, t, conn, "Ask", good); err != nil {
		t.Fatal(err)
	}
	if err := ask(ctx, t, conn, "Ask", `authority: "soc-trang" title: "Một câu hỏi riêng" day: "hôm qua"`); err == nil {
		t.Fatal("a day in words was taken")
	}
	text, records := o.logs.take(t)
	if len(records) != 2 {
		t.Fatalf("two lines wanted: %s", text)
	}
	want := map[string]any{
		"level": "INFO", "msg": "rpc", "service": "desk", "method": "/desk.Desk/Ask", "code": "OK", "took_ms": 0.0,
		"principal": "person:0198c0de", "request": "0198c0de-1",
	}
	delete(records[0], "time")
	if diff := cmp.Diff(want, records[0]); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
	if records[1]["code"] != "InvalidArgument" || records[1]["reason"] != "BAD_REQUEST" {
		t.Errorf("refused call: %v", records[1])
	}
	for _, content := range []string{"câu hỏi", "hôm qua", "eyJ"} {
		if strings.Contains(text, content) {
			t.Errorf("the log holds %q: %s", content, text)
		}
	}
}

// noKeys is a key service that lists nothing.
type noKeys struct {
	authv1.UnimplementedKeyServiceServer
}

func (noKeys) ListKeys(context.Context, *authv1.ListKeysRequest) (*authv1.ListKeysResponse, error) {
	return &authv1.ListKeysResponse{}, nil
}

// TestIdlePollsAreNoInformation lists as a service and as a person; only the service's
// list that is empty is left out of the log at the usual level.
func TestIdlePollsAreNoInformation(t *testing.T) {
	service, _, err := auth.Sign(genuine, auth.Principal{Kind: auth.Service, ID: "scoring"}, noon, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	poll := func(context.Context) (string, error) { return service, nil }
	for _, c := range []struct {
		name       string
		keys       authv1.KeyServiceServer
		credential rpc.Credential
		lines      int
	}{
		{"a poll that finds nothing", noKeys{}, poll, 0},
		{"a poll that finds something", keys{}, poll, 1},
		{"a person who finds nothing", noKeys{}, token(t, genuine, noon, coordinator), 1},
	} {
		o := open(t, publicKeys, func(r grpc.ServiceRegistrar) { authv1.RegisterKeyServiceServer(r, c.keys) })
		if _, err := authv1.NewKeyServiceClient(o.client(t, c.credential)).ListKeys(t.Context(), &authv1.ListKeysRequest{}); err != nil {
			t.Fatal(err)
		}
		if text, records := o.logs.take(t); len(records) != c.lines {
			t.Errorf("%s: %d lines, want %d: %s", c.name, len(records), c.lines, text)
		}
	}
}

// TestClientAddress checks that only servers within the platform believe a caller who
// names the address of somebody else.
func TestClientAddress(t *testing.T) {
	for name, want := range map[string]string{"inside": "203.0.113.7", "reached by strangers": "invalid IP"} {
		var got string
		o := openWith(t, publicKeys, func(d *rpc.ServerDeps) {
			if name == "inside" {
				d.Unauthenticated = nil
			}
		}, desk(t, "Desk", func(ctx context.Context, req proto.Message) (proto.Message, error) {
			got = rpc.ClientAddress(ctx).String()
			return req, nil
		}))
		ctx := metadata.AppendToOutgoingContext(t.Context(), rpc.ClientAddressKey, "203.0.113.7")
		if err := ask(ctx, t, o.client(t, nil), "Look", good); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
}

func TestRequestID(t *testing.T) {
	for name, sent := range map[string]string{"none": "", "with spaces": "a b", "too long": strings.Repeat("x", 129)} {
		t.Run(name, func(t *testing.T) {
			var inside string
			o := open(t, publicKeys, desk(t, "Desk", func(ctx context.Context, _ proto.Message) (proto.Message, error) {
				inside = rpc.Incoming(ctx, rpc.RequestIDKey)
				return nil, fault.Unexpected
			}))
			s := status.Convert(ask(metadata.AppendToOutgoingContext(t.Context(), rpc.RequestIDKey, sent), t, o.stranger(t), "Look", good))
			_, records := o.logs.take(t)
			if len(inside) != 36 || len(records) != 1 || records[0]["request"] != inside {
				t.Errorf("handler has %q, log has %v; want one new UUID", inside, records)
			}
			if !strings.Contains(s.Proto().String()+fmt.Sprint(s.Details()), inside) {
				t.Errorf("the status does not contain %s: %v", inside, s.Details())
			}
		})
	}
}

func TestPanicIsAFaultOfOneCall(t *testing.T) {
	panics := true
	o := open(t, publicKeys, desk(t, "Desk", func(_ context.Context, req proto.Message) (proto.Message, error) {
		if panics {
			panic("index out of range")
		}
		return req, nil
	}))
	conn := o.client(t, nil)
	if err := ask(t.Context(), t, conn, "Look", good); !errors.Is(err, fault.Unexpected) || strings.Contains(err.Error(), "index out") {
		t.Errorf("panic: %v, want UNEXPECTED", err)
	}
	if _, records := o.logs.take(t); len(records) != 1 || !strings.Contains(fmt.Sprint(records[0]["cause"]), "server_test.go") {
		t.Errorf("log %v, want the panic with its place", records)
	}
	panics = false
	if err := ask(t.Context(), t, conn, "Look", good); err != nil {
		t.Errorf("after the panic: %v", err)
	}
}

func TestValidationListsEveryField(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", func(context.Context, proto.Message) (proto.Message, error) {
		t.Error("the handler was reached")
		return nil, fault.Unexpected
	}))
	const bad = `authority: "Sóc Trăng" points: "1e5" day: "08/01/2024" count: 11 request_id: "7" user_role: 99 chosen: CALLER_UNSPECIFIED
		seat_numbers: [1, 1, 0, 2] few: "fünfzehn" content: "x" hash: "ABC" initials: "x" agreed: false item_id: "4.1.2" account_id: "7" share: 101`
	const callers = "CALLER_ANYONE, CALLER_SIGNED_IN, CALLER_MEMBER, CALLER_BOUND, CALLER_SERVICE"
	type line struct{ Field, Code, Text string }
	for language, want := range map[string][]line{
		"en": {
			{"authority", "string.slug", "An id has 1 to 64 small letters without accents, digits and inner hyphens. Enter it in the form so-noi-vu."},
			{"title", "string.min_len", "At least 1 character is needed. Enter this text."},
			{"points", "string.points", "A decimal number with a point and at most 12 digits on either side is needed. Enter it in the form 12.50."},
			{"day", "string.civil_date", "A date as year, month and day is needed. Enter it in the form 2024-01-08."},
			{"count", "int32.gte_lte", "A number from 0 to 10 is needed. Enter one, for example 0."},
			{"requestId", "string.request_id", "A request id is a UUID. Enter it in the form 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48, or leave it empty."},
			{"userRole", "enum.defined_only", "The value is not in the list. Choose one of " + callers + "."},
			{"chosen", "enum.not_in", "A value is needed. Choose one of " + callers + "."},
			{"seatNumbers", "repeated.max_items", "The list can have at most 3 entries. Remove some, or send it in parts."},
			{"seatNumbers", "repeated.unique", "An entry is in the list twice. Keep each entry once."},
			{"seatNumbers[2]", "int32.gte", "A number of 1 or more is needed. Enter one, for example 1."},
			{"few", "repeated.min_items", "The list needs at least 2 entries. Add some."},
			{"few[0]", "string.max_len", "At most 5 characters are allowed. Shorten the text."},
			{"content", "bytes.min_len", "The content needs at least 2 bytes. Choose a file that has content."},
			{"hash", "string.pattern", "A SHA-256 has 64 small hexadecimal digits. Send the hash that you received, for example e3b0c442…7852b855."},
			{"initials", "string.pattern", "The value does not have the right form. Enter a value that matches ^[A-Z]{2}$."},
			{"agreed", "bool.const", "The value can only be true. Enter true, or leave the field out."},
			{"itemId", "string.item", "The id of an item is the id of its part, a point and its printed code. Enter it in the form i.4.1.2."},
			{"accountId", "string.uuid", "A UUID is needed. Enter it in the form 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48."},
			{"share", "int32.lte", "A number of at most 100 is needed. Enter one, for example 100."},
		},
		"vi": {
			{"authority", "string.slug", "Mã gồm 1 đến 64 chữ thường không dấu, chữ số và dấu gạch nối ở giữa. Hãy nhập theo dạng so-noi-vu."},
			{"title", "string.min_len", "Cần ít nhất 1 ký tự. Hãy nhập nội dung này."},
			{"points", "string.points", "Cần một số thập phân dùng dấu chấm, tối đa 12 chữ số ở mỗi bên. Hãy nhập theo dạng 12.50."},
			{"day", "string.civil_date", "Cần một ngày dạng năm-tháng-ngày. Hãy nhập theo dạng 2024-01-08."},
			{"count", "int32.gte_lte", "Cần số từ 0 đến 10. Hãy nhập lại, ví dụ 0."},
			{"requestId", "string.request_id", "Mã yêu cầu phải là UUID. Hãy nhập theo dạng 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48, hoặc để trống."},
			{"userRole", "enum.defined_only", "Giá trị không có trong danh sách. Hãy chọn một trong các giá trị: " + callers + "."},
			{"chosen", "enum.not_in", "Cần chọn một giá trị. Hãy chọn một trong các giá trị: " + callers + "."},
			{"seatNumbers", "repeated.max_items", "Danh sách chỉ được có tối đa 3 phần tử. Hãy bỏ bớt hoặc chia làm nhiều lần gửi."},
			{"seatNumbers", "repeated.unique", "Danh sách có phần tử trùng nhau. Hãy giữ lại mỗi phần tử một lần."},
			{"seatNumbers[2]", "int32.gte", "Cần số từ 1 trở lên. Hãy nhập lại, ví dụ 1."},
			{"few", "repeated.min_items", "Danh sách cần ít nhất 2 phần tử. Hãy bổ sung."},
			{"few[0]", "string.max_len", "Chỉ được nhập tối đa 5 ký tự. Hãy rút gọn."},
			{"content", "bytes.min_len", "Nội dung cần ít nhất 2 byte. Hãy chọn tệp có nội dung."},
			{"hash", "string.pattern", "Mã băm SHA-256 gồm 64 chữ số thập lục phân viết thường. Hãy gửi lại mã băm đã nhận, ví dụ e3b0c442…7852b855."},
			{"initials", "string.pattern", "Giá trị không đúng mẫu. Hãy nhập giá trị khớp với biểu thức ^[A-Z]{2}$."},
			{"agreed", "bool.const", "Giá trị này chỉ được là true. Hãy nhập true, hoặc bỏ trường này."},
			{"itemId", "string.item", "Mã tiêu chí gồm mã phần, dấu chấm và mã số in trong bộ tiêu chí. Hãy nhập theo dạng i.4.1.2."},
			{"accountId", "string.uuid", "Cần một mã UUID. Hãy nhập theo dạng 0198c2f4-6f3e-7a51-9c0d-3b5a7e1f2d48."},
			{"share", "int32.lte", "Cần số không quá 100. Hãy nhập lại, ví dụ 100."},
		},
	} {
		t.Run(language, func(t *testing.T) {
			err := ask(inLanguage(t.Context(), language), t, o.client(t, nil), "Look", bad)
			if !errors.Is(err, fault.BadRequest) {
				t.Fatalf("%v, want BAD_REQUEST", err)
			}
			var got []line
			for _, v := range fault.From(err).Violations {
				got = append(got, line{v.Field, v.Code, v.En})
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAccess(t *testing.T) {
	observer := auth.Binding{Role: coordinator.Role, Authority: "can-tho"}
	const bad = `authority: "soc-trang" title: ""`
	tests := []struct {
		name       string
		credential rpc.Credential
		method     string
		request    string
		want       error // nil: let in
		principal  string
	}{
		{"coordinator", token(t, genuine, noon, coordinator), "Ask", good, nil, "person:0198c0de"},
		{"anonymous", nil, "Ask", good, fault.TokenMissing, "anonymous"},
		{"expired", token(t, genuine, noon.Add(-2*time.Hour), coordinator), "Ask", good, fault.TokenExpired, "anonymous"},
		{"forged", token(t, forger, noon, coordinator), "Ask", good, fault.TokenInvalid, "anonymous"},
		{"role elsewhere", token(t, genuine, noon, observer), "Ask", good, fault.NotAllowed, "person:0198c0de"},

		// Authentication comes before authorization, and authorization before validation.
		{"anonymous with a bad request", nil, "Ask", bad, fault.TokenMissing, "anonymous"},
		{"forged with a bad request", token(t, forger, noon, coordinator), "Ask", bad, fault.TokenInvalid, "anonymous"},
		{"role elsewhere with a bad request", token(t, genuine, noon, observer), "Ask", bad, fault.NotAllowed, "person:0198c0de"},
		{"coordinator with a bad request", token(t, genuine, noon, coordinator), "Ask", bad, fault.BadRequest, "person:0198c0de"},

		{"anonymous at an open rpc", nil, "Look", good, nil, "anonymous"},
		{"expired at an open rpc", token(t, genuine, noon.Add(-2*time.Hour), coordinator), "Look", good, nil, "anonymous"},
		{"forged at an open rpc", token(t, forger, noon, coordinator), "Look", good, nil, "anonymous"},
		{"coordinator at an open rpc", token(t, genuine, noon, coordinator), "Look", good, nil, "person:0198c0de"},
	}
	var inside auth.Principal
	var forwarded string
	o := open(t, publicKeys, desk(t, "Desk", func(ctx context.Context, req proto.Message) (proto.Message, error) {
		inside = auth.From(ctx)
		forwarded, _ = auth.Forwarded(ctx)
		return req, nil
	}))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inside, forwarded = auth.Principal{ID: "not reached"}, ""
			err := ask(t.Context(), t, o.client(t, tt.credential), tt.method, tt.request)
			if !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
			if reached := inside.ID != "not reached"; reached != (tt.want == nil) {
				t.Errorf("handler reached: %v", reached)
			} else if reached && inside.String() != tt.principal {
				t.Errorf("the handler serves %s, want %s", inside, tt.principal)
			}
			if known := inside.Kind == auth.Person; known != (forwarded != "") {
				t.Errorf("token %q is forwarded for %s", forwarded, inside)
			}
			if _, records := o.logs.take(t); len(records) != 1 || records[0]["principal"] != tt.principal {
				t.Errorf("log %v, want principal %s", records, tt.principal)
			}
		})
	}
}

func TestBearerSchemeInAnyCase(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", answers))
	text, _ := token(t, genuine, noon, coordinator)(t.Context())
	for header, want := range map[string]error{
		"Bearer " + text: nil, "bearer " + text: nil, "Basic " + text: fault.TokenMissing, text: fault.TokenMissing, "Bearer ": fault.TokenMissing,
	} {
		ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", header)
		if err := rpc.Fault(ask(ctx, t, o.stranger(t), "Ask", good)); !errors.Is(err, want) {
			t.Errorf("%.8s…: %v, want %v", header, err, want)
		}
	}
}

func TestOnlyUnauthenticatedCallsAreLimited(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", answers))
	stranger, known := o.client(t, nil), o.client(t, token(t, genuine, noon, coordinator))
	for i := range unauthenticatedPerMinute {
		if err := ask(t.Context(), t, stranger, "Look", good); err != nil {
			t.Fatalf("call %d: %v", i+1, err)
		}
	}
	err := ask(t.Context(), t, stranger, "Look", good)
	if !errors.Is(err, fault.TooManyCalls) || fault.From(err).RetryAfter <= 0 {
		t.Errorf("one call too many: %v", err)
	}
	if err := ask(t.Context(), t, known, "Ask", good); err != nil {
		t.Errorf("with a token: %v", err)
	}
}

func TestIdentityAwayIsNotTheCallersFault(t *testing.T) {
	away := func(context.Context) (map[string]ed25519.PublicKey, error) { return nil, errors.New("no route") }
	o := open(t, away, desk(t, "Desk", answers))
	conn := o.client(t, token(t, genuine, noon, coordinator))
	err := ask(t.Context(), t, conn, "Ask", good)
	if !errors.Is(err, fault.ServiceAway) || fault.From(err).RetryAfter != 5*time.Second {
		t.Errorf("%v, want SERVICE_AWAY with a delay", err)
	}
	if err := ask(t.Context(), t, conn, "Look", good); err != nil {
		t.Errorf("open rpc: %v", err)
	}
}

func TestServerRefusesAnRPCWithoutAccessOption(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Forgotten", answers))
	select {
	case err := <-o.served:
		if err == nil || !strings.Contains(err.Error(), "desk.Forgotten.Ask") {
			t.Errorf("Serve = %v, want desk.Forgotten.Ask", err)
		}
	case <-time.After(time.Minute):
		t.Error("the server serves")
	}
	if err := o.server.Guard(); err == nil {
		t.Error("Guard accepts it")
	}
}

func TestServerRefusesAnUnknownContract(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Stranger", answers))
	if err := o.server.Guard(); err == nil || !strings.Contains(err.Error(), "desk.Stranger") {
		t.Errorf("Guard = %v, want desk.Stranger", err)
	}
}

func TestSecondServerInARegistryIsRefused(t *testing.T) {
	o := open(t, publicKeys)
	if _, err := rpc.NewServer(serverDeps(o, publicKeys)); err == nil {
		t.Error("a second server counts into the same metrics")
	}
}

func TestHealthNeedsNoToken(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", answers))
	client := healthv1.NewHealthClient(o.stranger(t))
	for _, ready := range []bool{false, true, false} {
		o.server.SetReady(ready)
		answer, err := client.Check(t.Context(), &healthv1.HealthCheckRequest{})
		if err != nil || (answer.GetStatus() == healthv1.HealthCheckResponse_SERVING) != ready {
			t.Errorf("ready %v: %v, %v", ready, answer.GetStatus(), err)
		}
	}
	if text, _ := o.logs.take(t); text != "" {
		t.Errorf("health checks are logged: %s", text)
	}
}

func TestHandlerThatExceedsItsTime(t *testing.T) {
	// A client without our interceptors sets no deadline, so the server's deadline
	// ends the call.
	synctest.Test(t, func(t *testing.T) {
		o := open(t, publicKeys, desk(t, "Desk", func(ctx context.Context, _ proto.Message) (proto.Message, error) {
			<-ctx.Done()
			return nil, fmt.Errorf("reading: %w", ctx.Err())
		}))
		conn := o.client(t, nil)
		start := time.Now()
		err := ask(t.Context(), t, conn, "Look", good)
		if !errors.Is(err, fault.ServiceAway) || time.Since(start) != 30*time.Second {
			t.Errorf("%v after %v, want SERVICE_AWAY after 30 s", err, time.Since(start))
		}
		if _, records := o.logs.take(t); len(records) != 1 || records[0]["code"] != "Unavailable" || records[0]["level"] != "WARN" ||
			records[0]["cause"] != "SERVICE_AWAY: "+fault.ServiceAway.En+": reading: context deadline exceeded" {
			t.Errorf("log %v", records)
		}
		_ = conn.Close()
		_ = o.server.Stop(t.Context())
	})
}

func TestCanceledCaller(t *testing.T) {
	reached, gone := make(chan struct{}), make(chan struct{})
	o := open(t, publicKeys, desk(t, "Desk", func(ctx context.Context, _ proto.Message) (proto.Message, error) {
		close(reached)
		<-ctx.Done()
		defer close(gone)
		return nil, ctx.Err()
	}))
	ctx, leave := context.WithCancel(t.Context())
	conn := o.stranger(t)
	answered := make(chan error, 1)
	go func() { answered <- ask(ctx, t, conn, "Look", good) }()
	<-reached
	leave()
	if err := <-answered; status.Code(err) != codes.Canceled {
		t.Errorf("%v, want Canceled", err)
	}
	<-gone
	if err := o.server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, records := o.logs.take(t); len(records) != 1 || records[0]["code"] != "Canceled" || records[0]["level"] != "INFO" {
		t.Errorf("log %v, want one line of level INFO, for it is no fault of ours", records)
	}
}

func TestStopWaitsForCallsButNotForWatchers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, publicKeys, desk(t, "Desk", func(_ context.Context, req proto.Message) (proto.Message, error) {
			time.Sleep(10 * time.Second)
			return req, nil
		}))
		conn := o.client(t, nil)
		o.server.SetReady(true)
		watch, err := healthv1.NewHealthClient(conn).Watch(t.Context(), &healthv1.HealthCheckRequest{})
		if err != nil {
			t.Fatal(err)
		}
		var seen []string
		var both sync.WaitGroup
		both.Go(func() {
			for {
				answer, err := watch.Recv()
				if err != nil {
					return
				}
				seen = append(seen, answer.GetStatus().String())
			}
		})
		both.Go(func() {
			if err := ask(t.Context(), t, conn, "Look", good); err != nil {
				t.Errorf("the call under way: %v", err)
			}
		})
		synctest.Wait()
		start := time.Now()
		both.Go(func() {
			time.Sleep(time.Second)
			o.server.SetReady(true) // a readiness check that comes late changes nothing
		})
		if err := o.server.Stop(t.Context()); err != nil || time.Since(start) != 15*time.Second {
			t.Errorf("Stop: %v after %v, want 15 s", err, time.Since(start))
		}
		both.Wait()
		if want := []string{"SERVING", "NOT_SERVING"}; !slices.Equal(seen, want) {
			t.Errorf("the watcher saw %v, want %v", seen, want)
		}
		_ = conn.Close()
	})
}

func TestCallsAreCounted(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", answers))
	conn := o.client(t, nil)
	for _, call := range []struct{ method, text string }{{"Look", good}, {"Look", good}, {"Look", ``}, {"Ask", good}} {
		_ = ask(t.Context(), t, conn, call.method, call.text)
	}
	families, err := o.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]uint64{}
	for _, m := range families[0].GetMetric() {
		got[m.GetLabel()[1].GetValue()+" "+m.GetLabel()[0].GetValue()] = m.GetHistogram().GetSampleCount()
	}
	want := map[string]uint64{"/desk.Desk/Look OK": 2, "/desk.Desk/Look InvalidArgument": 1, "/desk.Desk/Ask Unauthenticated": 1}
	if diff := cmp.Diff(want, got); diff != "" || families[0].GetName() != "parindex_rpc_duration_seconds" {
		t.Errorf("%s (-want +got):\n%s", families[0].GetName(), diff)
	}
}

// TestLargeRequest checks that a server configured for larger requests accepts one,
// and no larger one.
func TestLargeRequest(t *testing.T) {
	o := openWith(t, publicKeys, func(d *rpc.ServerDeps) { d.MaxRequest = 9 << 20 }, desk(t, "Desk", answers))
	for size, want := range map[int]codes.Code{8 << 20: codes.InvalidArgument, 9 << 20: codes.ResourceExhausted} {
		err := o.stranger(t).Invoke(t.Context(), "/desk.Desk/Look",
			question(t, `title: "`+strings.Repeat("x", size)+`"`), dynamicpb.NewMessage(questionType(t)))
		if status.Code(err) != want {
			t.Errorf("%d bytes: %v, want %v", size, status.Code(err), want)
		}
	}
}

func TestRequestTooLargeIsRefused(t *testing.T) {
	o := open(t, publicKeys, desk(t, "Desk", answers))
	err := o.stranger(t).Invoke(t.Context(), "/desk.Desk/Look",
		question(t, `title: "`+strings.Repeat("x", 4<<20)+`"`), dynamicpb.NewMessage(questionType(t)))
	if status.Code(err) != codes.ResourceExhausted {
		t.Errorf("%v, want ResourceExhausted", status.Code(err))
	}
}
