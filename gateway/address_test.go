package gateway_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

// address is one HTTP address of one rpc, as the contracts declare it.
type address struct {
	rpc, method, path, body string
	inPath                  []pathField
	// open is true if the rpc needs no token.
	open bool
}

// pathField is a field of a path, with its name and value in JSON.
type pathField struct {
	name, value string
	number      bool
}

// addresses returns the HTTP addresses of every rpc, with "a", a number or a UUID in
// place of each variable.
func addresses(t *testing.T) (all []address) {
	t.Helper()
	variable := regexp.MustCompile(`\{\w+\}`)
	given := strings.NewReplacer("{publication}", first, "{round}", "1")
	fill := func(template string) string { return variable.ReplaceAllString(given.Replace(template), "a") }
	fields := func(template string, request protoreflect.MessageDescriptor) (all []pathField) {
		for _, v := range variable.FindAllString(template, -1) {
			d := request.Fields().ByName(protoreflect.Name(v[1 : len(v)-1]))
			f := pathField{name: d.JSONName(), value: fill(v), number: d.Kind() == protoreflect.Int32Kind}
			if !f.number {
				f.value = strconv.Quote(f.value)
			}
			all = append(all, f)
		}
		return all
	}
	for _, file := range []protoreflect.FileDescriptor{
		identityv1.File_parindex_identity_v1_identity_service_proto, authv1.File_parindex_auth_v1_auth_service_proto,
		catalogv1.File_parindex_catalog_v1_catalog_service_proto, assessmentv1.File_parindex_assessment_v1_assessment_service_proto,
		appraisalv1.File_parindex_appraisal_v1_appraisal_service_proto, surveyv1.File_parindex_survey_v1_survey_service_proto,
		scoringv1.File_parindex_scoring_v1_scoring_service_proto,
	} {
		for i := range file.Services().Len() {
			rpcs := file.Services().Get(i).Methods()
			for j := range rpcs.Len() {
				rule, _ := proto.GetExtension(rpcs.Get(j).Options(), annotations.E_Http).(*annotations.HttpRule)
				access, _ := proto.GetExtension(rpcs.Get(j).Options(), authv1.E_Access).(*authv1.Access)
				open := access.GetCaller() == authv1.Caller_CALLER_ANYONE
				for _, r := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
					for method, template := range map[string]string{
						"GET": r.GetGet(), "POST": r.GetPost(), "PATCH": r.GetPatch(), "PUT": r.GetPut(), "DELETE": r.GetDelete(),
					} {
						if template != "" {
							all = append(all, address{string(rpcs.Get(j).FullName()), method, fill(template), r.GetBody(), fields(template, rpcs.Get(j).Input()), open})
						}
					}
				}
			}
		}
	}
	if len(all) < 30 {
		t.Fatalf("the contracts have %d addresses", len(all))
	}
	return all
}

// anyToken lets a request pass to where its token is verified.
const anyToken = "Bearer x"

// TestATokenComesFirst sends requests with every kind of fault to the addresses that need
// a token: a caller without one learns only that.
func TestATokenComesFirst(t *testing.T) {
	w := start(t, gateway.Config{LoginsPerMinute: 1000})
	needed := 0
	for _, a := range addresses(t) {
		if a.open {
			continue
		}
		needed++
		faults := []string{a.path + "?bogus=1"}
		bodies := []string{""}
		if a.body != "" {
			faults = append(faults, a.path)
			bodies = []string{`{`, `[]`, `{"reasonCode":"KING","role":"KING"}`, `{"authority":{}}`, `{"authority":"other"}`}
		}
		for _, path := range faults {
			for _, body := range bodies {
				w.do(t, a.method, path, body).mustRefuse(t, http.StatusUnauthorized, "TOKEN_MISSING")
			}
		}
		w.do(t, a.method, a.path, bodies[0], "Authorization", "Basic YTpi").mustRefuse(t, http.StatusUnauthorized, "TOKEN_MISSING")
	}
	if needed < 80 {
		t.Errorf("only %d addresses need a token", needed)
	}
}

// TestPathsAsTheyAreWritten sends paths that a mux would redirect with a page of HTML.
func TestPathsAsTheyAreWritten(t *testing.T) {
	w := start(t, gateway.Config{})
	for _, path := range []string{
		"//v1/me", "//", "/v1//me", "/v1/./me", "/v1/../v1/me", "/v1", "///v1/publishedCycles", "//example.com/v1/me", "/v1/me/..", "/openapi//", "//official/",
	} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			a := w.do(t, method, path, "")
			if a.StatusCode != http.StatusNotFound || a.Header.Get("Location") != "" || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
				t.Errorf("%s %s: %d %v", method, path, a.StatusCode, a.Header)
			}
			if method == "GET" {
				a.mustRefuse(t, http.StatusNotFound, "PATH_UNKNOWN")
			}
		}
	}
}

func TestQueryFieldsAreNeverIgnored(t *testing.T) {
	w := start(t, gateway.Config{LoginsPerMinute: 1000})
	for _, a := range addresses(t) {
		body, reason := "", "FIELD_UNKNOWN"
		if a.body != "" {
			body, reason = "{}", "FIELD_NOT_IN_QUERY"
		}
		r := w.do(t, a.method, a.path+"?bogus=1", body, "Accept-Language", "en", "Authorization", anyToken).mustRefuse(t, http.StatusBadRequest, reason)
		if !slices.Contains(r.fields(), "bogus") {
			t.Errorf("%s %s names %v", a.method, a.path, r.fields())
		}
		if a.body != "" != strings.Contains(r.Message, "in the body") {
			t.Errorf("%s %s says %q", a.method, a.path, r.Message)
		}
	}
}

// TestEveryAddressReachesItsRPC sends a request to each address that is not answered
// from memory and checks which service and rpc receive it.
func TestEveryAddressReachesItsRPC(t *testing.T) {
	called := make(chan string, 1)
	dial := func(name string, _ rpc.Credential) (grpc.ClientConnInterface, error) {
		s := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
			method, _ := grpc.MethodFromServerStream(stream)
			called <- name + " " + method
			return status.Error(codes.Unimplemented, "")
		}))
		l := bufconn.Listen(1 << 16)
		go func() { _ = s.Serve(l) }()
		t.Cleanup(s.Stop)
		conn, err := rpc.Dial("passthrough:///"+name, nil, grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn, nil
	}
	g, err := gateway.Open(t.Context(), gateway.Config{LoginsPerMinute: 1000}, service.Deps{
		Logger: slog.New(slog.DiscardHandler), Now: time.Now, Metrics: prometheus.NewRegistry(), Dial: dial,
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Server: httptest.NewServer(g.Handler())}
	t.Cleanup(w.Close)
	for _, a := range addresses(t) {
		contract, name := a.rpc[:strings.LastIndex(a.rpc, ".")], a.rpc[strings.LastIndex(a.rpc, ".")+1:]
		if name == "GetLeaderboard" {
			continue
		}
		body := ""
		if a.body != "" {
			body = "{}"
		}
		answer := w.do(t, a.method, a.path, body, "Authorization", anyToken)
		service := strings.Split(contract, ".")[1]
		if service == "auth" {
			service = "identity"
		}
		select {
		case got := <-called:
			if want := service + " /" + contract + "/" + name; got != want {
				t.Errorf("%s %s reaches %s, want %s", a.method, a.path, got, want)
			}
		default:
			t.Errorf("%s %s reaches nobody: %d %s", a.method, a.path, answer.StatusCode, answer.body)
		}
	}
}

func TestAllowHeaderOfEveryAddress(t *testing.T) {
	w := start(t, gateway.Config{})
	for _, a := range addresses(t) {
		refused := w.do(t, "OPTIONS", a.path, "")
		refused.mustRefuse(t, http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED")
		allowed := strings.Split(refused.Header.Get("Allow"), ", ")
		if !slices.Contains(allowed, a.method) || slices.Contains(allowed, "GET") != slices.Contains(allowed, "HEAD") || slices.Contains(allowed, "PUT") {
			t.Errorf("%s takes %s and says %v", a.path, a.method, allowed)
		}
	}
	for path, want := range map[string]string{
		"/v1/keys": "GET, HEAD", "/v1/sessions": "POST", "/v1/authorities/a": "GET, HEAD", "/v1/authorities/a:importCatalog": "GET, HEAD, POST",
		districts: "GET, HEAD", "/": "GET, HEAD",
	} {
		if got := w.do(t, "PUT", path, "").Header.Get("Allow"); got != want {
			t.Errorf("PUT %s: Allow is %q, want %q", path, got, want)
		}
	}
}

func TestHeadIsAnsweredWhereverGetIs(t *testing.T) {
	w := start(t, gateway.Config{})
	bearer := "Bearer " + w.token(t)
	get, head := w.do(t, "GET", "/v1/authorities", "", "Authorization", bearer), w.do(t, "HEAD", "/v1/authorities", "", "Authorization", bearer)
	if head.StatusCode != http.StatusOK || head.ContentLength != int64(len(get.body)) || len(head.body) != 0 {
		t.Errorf("got %d with %d of %d bytes", head.StatusCode, head.ContentLength, len(get.body))
	}
	if a := w.do(t, "HEAD", "/v1/me", ""); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %d", a.StatusCode)
	}
	if a := w.do(t, "HEAD", "/v1/sessions", ""); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") != "POST" {
		t.Errorf("where there is no GET: %d, Allow %q", a.StatusCode, a.Header.Get("Allow"))
	}
}

func TestInvalidPathsAndQueries(t *testing.T) {
	w := start(t, gateway.Config{})
	const imports = "/v1/authorities/soc-trang/cycles/2023:importHistory"
	for _, c := range []struct {
		name, method, path    string
		reason, field, saying string
	}{
		{"field of the body", "POST", imports + "?validateOnly=true", "FIELD_NOT_IN_QUERY", "validateOnly", "in the body"},
		{"field of the path where the rest is the body", "POST", imports + "?cycle=2022", "FIELD_IN_PATH", "cycle", "already in the path"},
		{"field of the path", "GET", "/v1/authorities/soc-trang/agencies?authority=other", "FIELD_IN_PATH", "authority", "already in the path"},
		{"field of the path, none else", "GET", "/v1/authorities/soc-trang/agencies/a?agency=b", "FIELD_IN_PATH", "agency", "already in the path"},
		{"field of the path by its other name", "GET", "/v1/authorities/soc-trang?authority.x=b", "FIELD_UNKNOWN", "authority.x", ""},
		{"nothing below a field", "GET", "/v1/publishedCycles?pageSize.=1", "FIELD_UNKNOWN", "pageSize.", ""},
		{"leaderboard", "GET", districts + "?x=1", "FIELD_UNKNOWN", "x", ""},
		{"leaderboard, path", "GET", districts + "?group=departments", "FIELD_UNKNOWN", "group", ""},
		{"leaderboard of a publication", "GET", ofFirst + "?b=1&a", "FIELD_UNKNOWN", "a", ""},
		{"query that is none", "GET", "/v1/publishedCycles?pageSize=%zz", "BAD_REQUEST", "", ""},
		{"query of a leaderboard that is none", "GET", districts + "?%zz", "BAD_REQUEST", "", ""},
		{"bytes in the query", "GET", "/v1/publishedCycles?pageToken=%ff", "FIELD_INVALID", "pageToken", ""},
		{"bytes in the query's name", "GET", "/v1/publishedCycles?page%ff=1", "FIELD_UNKNOWN", "page\uFFFD", ""},
		{"an escaped slash in an id", "GET", "/v1/authorities/soc-trang%2Fcycles/cycles/2023/publications/current", "BAD_REQUEST", "authority", ""},
		{"an escaped slash in the last id", "GET", "/v1/authorities/a/cycles/2023%2fpublications/publications/current", "BAD_REQUEST", "cycle", ""},
		{"an escaped slash in a leaderboard's id", "GET", "/v1/authorities/a/cycles/2023/leaderboards/x%2fy", "BAD_REQUEST", "group", ""},
		{"bytes in the path", "GET", "/v1/authorities/%ff/agencies", "FIELD_INVALID", "authority", ""},
		{"bytes in the path of a change", "POST", "/v1/authorities/soc-trang/cycles/%ff:importHistory", "FIELD_INVALID", "cycle", ""},
		{"bytes in a leaderboard's path", "GET", "/v1/authorities/%ff/cycles/2023/leaderboards/districts", "BAD_REQUEST", "authority", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := ""
			if c.method == "POST" {
				body = "{}"
			}
			r := w.do(t, c.method, c.path, body, "Accept-Language", "en", "Authorization", anyToken).mustRefuse(t, http.StatusBadRequest, c.reason)
			if c.field != "" && !slices.Contains(r.fields(), c.field) || !strings.Contains(r.Message, c.saying) {
				t.Errorf("names %v and says %q", r.fields(), r.Message)
			}
		})
	}
	if log := w.log.String(); strings.Contains(log, "ERROR") {
		t.Errorf("a client's mistake is logged as ours:\n%s", log)
	}
}

// TestEscapedSlashEndsNoPartOfThePath asks for addresses that would be those of an rpc
// if %2F were a slash.
func TestEscapedSlashEndsNoPartOfThePath(t *testing.T) {
	w := start(t, gateway.Config{})
	for _, path := range []string{
		"/v1/authorities%2Fsoc-trang/cycles/2023/publications/current", "/v1/authorities/soc-trang%2Fcycles%2F2023/publications/current",
		"/v1%2Fkeys", "/v1/authorities/soc-trang/cycles/2023/publications%2fcurrent",
	} {
		w.do(t, "GET", path, "").mustRefuse(t, http.StatusNotFound, "PATH_UNKNOWN")
	}
}

func TestEmptyQueryIsAccepted(t *testing.T) {
	w := start(t, gateway.Config{})
	for _, path := range []string{"/v1/authorities?", "/v1/authorities?&", districts + "?"} {
		if a := w.do(t, "GET", path, "", "Authorization", "Bearer "+w.token(t)); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
		}
	}
}
