package e2e

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

const packagePrefix = "parindex."

// caller is one column of the table: a caller, and the words of the table that
// admit it.
type caller struct {
	name  string
	token string
	words []string
}

// TestAccess calls every rpc as every caller and compares the result with the
// table, which is kept by hand. A caller is admitted unless the answer is
// UNAUTHENTICATED for a caller without a token, or PERMISSION_DENIED for one with a
// token.
func TestAccess(t *testing.T) {
	p := start(t)
	conn, err := grpc.NewClient(p.addresses.GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	callers := p.callers(t)
	expected := readAccess(t, "testdata/access.txt")
	for _, rpc := range rpcs() {
		name := strings.TrimPrefix(string(rpc.Parent().FullName()), packagePrefix) + "/" + string(rpc.Name())
		allowed, listed := expected[name]
		delete(expected, name)
		if !listed {
			t.Errorf("%s is not in the table: decide who may call it", name)
			continue
		}
		for _, c := range callers {
			got := p.admits(t, conn, rpc, c)
			want := slices.ContainsFunc(c.words, func(w string) bool { return slices.Contains(allowed, w) })
			if got != want {
				t.Errorf("%s as %s: let in %t, the table says %t", name, c.name, got, want)
			}
		}
	}
	for name := range expected {
		t.Errorf("%s is in the table and does not exist", name)
	}
}

// callers returns a caller without a token, every role at home, an administrator of
// another authority and of all authorities, another agency's software, and the
// platform's services.
func (p *platform) callers(t *testing.T) []caller {
	t.Helper()
	callers := []caller{{name: "nobody", words: []string{"everyone"}}}
	for number, name := range authv1.Role_name {
		if number == 0 {
			continue
		}
		role := strings.TrimPrefix(name, "ROLE_")
		callers = append(callers, caller{
			name: role, token: p.token(t, authv1.Role(number), "soc-trang"),
			words: []string{"everyone", "signed-in", "members", role},
		})
	}
	callers = append(callers,
		caller{
			name: "ADMINISTRATOR of another authority", token: p.token(t, authv1.Role_ROLE_ADMINISTRATOR, "elsewhere"),
			words: []string{"everyone", "signed-in"},
		},
		caller{
			name: "ADMINISTRATOR everywhere", token: p.token(t, authv1.Role_ROLE_ADMINISTRATOR, ""),
			words: []string{"everyone", "signed-in", "members", "ADMINISTRATOR"},
		},
		caller{
			name: "somebody whose role has ended", words: []string{"everyone", "signed-in"},
			token: p.sign(t, auth.Principal{Kind: auth.Person, ID: "00000000-0000-7000-8000-000000000002"}),
		})
	for _, service := range []string{"identity", "catalog", "assessment", "appraisal", "survey", "scoring"} {
		callers = append(callers, caller{
			name: "service:" + service, token: p.sign(t, auth.Principal{Kind: auth.Service, ID: service}),
			words: []string{"everyone", "signed-in", "service:" + service},
		})
	}
	return callers
}

func (p *platform) admits(t *testing.T, conn *grpc.ClientConn, rpc protoreflect.MethodDescriptor, c caller) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), enough)
	defer cancel()
	if c.token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+c.token)
	}
	request := dynamicpb.NewMessage(rpc.Input())
	if field := rpc.Input().Fields().ByName("authority"); field != nil {
		request.Set(field, protoreflect.ValueOfString("soc-trang"))
	}
	method := "/" + string(rpc.Parent().FullName()) + "/" + string(rpc.Name())
	err := conn.Invoke(ctx, method, request, dynamicpb.NewMessage(rpc.Output()))
	switch status.Code(err) {
	case codes.Unavailable, codes.Internal, codes.Unimplemented, codes.DeadlineExceeded:
		t.Errorf("%s as %s: %v", method, c.name, err)
		return false
	case codes.PermissionDenied:
		return false
	case codes.Unauthenticated:
		// An rpc that is open to everyone refuses a wrong password with the same code.
		return reasonOf(err) != "TOKEN_MISSING"
	default:
		return true
	}
}

func reasonOf(err error) string {
	for _, d := range status.Convert(err).Details() {
		if info, ok := d.(interface{ GetReason() string }); ok {
			return info.GetReason()
		}
	}
	return ""
}

// rpcs returns every rpc of the platform's contracts; this test links all services.
func rpcs() []protoreflect.MethodDescriptor {
	var all []protoreflect.MethodDescriptor
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), packagePrefix) {
			return true
		}
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				all = append(all, methods.Get(j))
			}
		}
		return true
	})
	return all
}

func readAccess(t *testing.T, path string) map[string][]string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	table := map[string][]string{}
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if _, twice := table[fields[0]]; twice {
			t.Errorf("%s is in the table twice", fields[0])
		}
		table[fields[0]] = fields[1:]
	}
	return table
}
