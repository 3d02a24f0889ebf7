package gateway_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

const login = `{"login":"tran.thi.b","password":"mat khau rat dai"}`

func TestBadRequests(t *testing.T) {
	w := start(t, gateway.Config{BodyLimit: 1000})
	for _, c := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		reason, field            string
	}{
		{"no JSON", "POST", "/v1/sessions", `{"login":`, nil, 400, "BODY_MALFORMED", ""},
		{"a list", "POST", "/v1/sessions", `[]`, nil, 400, "BODY_NOT_OBJECT", ""},
		{"two objects", "POST", "/v1/sessions", login + login, nil, 400, "BODY_MALFORMED", ""},
		{"unknown field", "POST", "/v1/sessions", `{"login":"a","pasword":"b"}`, nil, 400, "FIELD_UNKNOWN", "pasword"},
		{"wrong type", "POST", "/v1/sessions", `{"login":5}`, nil, 400, "FIELD_INVALID", "login"},
		{"wrong type in a well-known message", "PATCH", "/v1/authorities/a/accounts/" + first, `{"updateMask":7}`, []string{"Authorization", anyToken}, 400, "FIELD_INVALID", "updateMask"},
		{"unknown enum", "POST", "/v1/authorities/a/roleBindings", `{"role":"KING"}`, []string{"Authorization", anyToken}, 400, "FIELD_INVALID", "role"},
		{"too large", "POST", "/v1/sessions", `{"login":"` + strings.Repeat("a", 1000) + `"}`, nil, 413, "BODY_TOO_LARGE", ""},
		{"form", "POST", "/v1/sessions", "login=a&password=b", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "BODY_NOT_JSON", ""},
		{"plain text", "POST", "/v1/sessions", login, []string{"Content-Type", "text/plain"}, 415, "BODY_NOT_JSON", ""},
		{"no content type", "POST", "/v1/sessions", login, []string{"Content-Type", ""}, 415, "BODY_NOT_JSON", ""},
		{"rules of the contract", "POST", "/v1/sessions", `{"login":"a"}`, nil, 400, "BAD_REQUEST", "password"},
		{"unknown query field", "GET", "/v1/publishedCycles?pageSise=1", "", nil, 400, "FIELD_UNKNOWN", "pageSise"},
		{"below a scalar of the query", "GET", "/v1/publishedCycles?pageSize.x=1", "", nil, 400, "FIELD_UNKNOWN", "pageSize.x"},
		{"query of a wrong type", "GET", "/v1/publishedCycles?pageSize=ten", "", nil, 400, "FIELD_INVALID", "pageSize"},
		{"unknown path", "GET", "/v1/nothing", "", nil, 404, "PATH_UNKNOWN", ""},
		{"unknown path outside", "GET", "/wp-login.php", "", nil, 404, "PATH_UNKNOWN", ""},
		{"wrong method", "DELETE", "/v1/sessions", "", nil, 405, "METHOD_NOT_ALLOWED", ""},
		{"wrong method on a leaderboard", "POST", "/v1/authorities/soc-trang/cycles/2023/leaderboards/districts", "", nil, 405, "METHOD_NOT_ALLOWED", ""},
		{"wrong method on the page", "POST", "/", "", nil, 405, "METHOD_NOT_ALLOWED", ""},
		{"method override", "POST", "/v1/publishedCycles", "", []string{"X-HTTP-Method-Override", "GET", "Content-Type", "application/x-www-form-urlencoded"}, 405, "METHOD_NOT_ALLOWED", ""},
		{"no token", "GET", "/v1/me", "", nil, 401, "TOKEN_MISSING", ""},
		{"forged token", "GET", "/v1/me", "", []string{"Authorization", "Bearer abc"}, 401, "TOKEN_INVALID", ""},
		{"token of no ASCII", "GET", "/v1/me", "", []string{"Authorization", "Bearer đ"}, 401, "TOKEN_MISSING", ""},
		{"an rpc the service lacks", "GET", "/v1/keys", "", nil, 500, "UNEXPECTED", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.do(t, c.method, c.path, c.body, append(c.headers, "X-Request-Id", "asked-1")...)
			r := a.mustRefuse(t, c.status, c.reason)
			if c.field != "" && !slices.Contains(r.fields(), c.field) {
				t.Errorf("names the fields %v, want %s", r.fields(), c.field)
			}
			for _, inner := range []string{"proto:", "parindex.", "v1.", "json:", "rpc error"} {
				if strings.Contains(r.Message, inner) {
					t.Errorf("the message %q names internals", r.Message)
				}
			}
			if a.Header.Get("Content-Type") != "application/json" || a.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("headers %v", a.Header)
			}
			if !strings.Contains(string(a.body), "asked-1") {
				t.Error("does not name the request")
			}
		})
	}
}

func TestFaultsAreInTheRequestedLanguage(t *testing.T) {
	w := start(t, gateway.Config{})
	for language, want := range map[string]string{
		"": "Không tìm thấy địa chỉ này", "vi": "Không tìm thấy", "fr, en;q=0.5": "There is nothing", "en-GB,vi;q=0.8": "There is nothing",
		"en;q=0.5, vi;q=0.9": "Không tìm thấy", "vi;q=0.1, en;q=0.2": "There is nothing", "en;q=0, fr": "Không tìm thấy",
	} {
		a := w.do(t, "GET", "/v1/nothing", "", "Accept-Language", language)
		if r := a.refusal(t); !strings.HasPrefix(r.Message, want) {
			t.Errorf("Accept-Language %q: %q", language, r.Message)
		}
	}
	if r := w.do(t, "POST", "/v1/sessions", `{"login":"locked","password":"x"}`, "Accept-Language", "en").refusal(t); r.Message != "Locked." {
		t.Errorf("a fault of a service comes as %q", r.Message)
	}
}

func TestRetryAfterHeader(t *testing.T) {
	w := start(t, gateway.Config{})
	a := w.do(t, "POST", "/v1/sessions", `{"login":"locked","password":"x"}`)
	a.mustRefuse(t, http.StatusTooManyRequests, "LOGIN_LOCKED")
	if got := a.Header.Get("Retry-After"); got != "91" {
		t.Errorf("Retry-After %q, want the 90.5 seconds rounded up", got)
	}
}

func TestServiceAway(t *testing.T) {
	w := start(t, gateway.Config{})
	w.stopScoring()
	a := w.do(t, "GET", "/v1/publishedCycles", "", "Accept-Language", "en")
	if r := a.mustRefuse(t, http.StatusServiceUnavailable, fault.ServiceAway.Code); r.Message != fault.ServiceAway.En {
		t.Errorf("says %q", r.Message)
	}
}

func TestOnlySelectedHeadersBecomeMetadata(t *testing.T) {
	w := start(t, gateway.Config{})
	w.do(t, "POST", "/v1/sessions", login,
		"Grpc-Metadata-Parindex-Refresh-Token", "stolen", "Grpc-Metadata-X-Request-Id", "forged", "Parindex-Refresh-Token", "stolen",
		"Grpc-Metadata-Authorization", "Bearer forged", "X-Forwarded-For", "10.0.0.1", "X-Forwarded-Host", "evil.example", "Grpc-Timeout", "1n",
		"Baggage", "a=b", "Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Cookie", "parindex_refresh=cookie",
		"Accept-Language", "en-GB", "X-Request-Id", "mine-1", "X-Anything", "x", rpc.ClientAddressKey, "10.0.0.2", "Grpc-Metadata-"+rpc.ClientAddressKey, "10.0.0.3")
	md := w.identity.last()
	if md == nil {
		t.Fatal("the call did not arrive")
	}
	for key, values := range md {
		switch key {
		case ":authority", "content-type", "user-agent", "grpc-accept-encoding":
		case "x-request-id":
			if !slices.Equal(values, []string{"mine-1"}) {
				t.Errorf("request id %v", values)
			}
		case "accept-language":
			if !slices.Equal(values, []string{"en"}) {
				t.Errorf("language %v", values)
			}
		case rpc.BrowserKey:
			if !slices.Equal(values, []string{"Go-http-client"}) {
				t.Errorf("browser %v", values)
			}
		case rpc.ClientAddressKey:
			if !slices.Equal(values, []string{"127.0.0.1"}) {
				t.Errorf("address %v", values)
			}
		case "x-forwarded-for", "x-forwarded-host":
			t.Errorf("%s %v", key, values)
		default:
			t.Errorf("metadata %s: %v", key, values)
		}
	}
}

func TestRequestID(t *testing.T) {
	w := start(t, gateway.Config{})
	for _, sent := range []string{"", "has space", strings.Repeat("a", 65), "a\tb", "đ"} {
		got := w.do(t, "GET", "/", "", "X-Request-Id", sent).Header.Get("X-Request-Id")
		if id, err := uuid.Parse(got); err != nil || id.Version() != 7 {
			t.Errorf("sent %q, got %q", sent, got)
		}
	}
	if got := w.do(t, "GET", "/", "", "X-Request-Id", "Ab-1_2.3").Header.Get("X-Request-Id"); got != "Ab-1_2.3" {
		t.Errorf("got %q", got)
	}
}

func TestLogAndMetricsHoldNoPersonalData(t *testing.T) {
	w := start(t, gateway.Config{})
	w.do(t, "POST", "/v1/sessions?x=tran.thi.b", login, "Cookie", "parindex_access=secret-cookie", "Authorization", "Bearer secret-token")
	w.do(t, "POST", "/v1/sessions", login)
	w.do(t, "GET", "/v1/tran.thi.b", "")
	w.do(t, "GET", "/tran.thi.b", "")
	w.do(t, "TRAN.THI.B", "/", "")
	w.do(t, "GET", "/v1/authorities/soc-trang/accounts/"+first, "")
	families, err := w.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var recorded strings.Builder
	recorded.WriteString(w.log.String())
	for _, f := range families {
		recorded.WriteString(f.String())
	}
	for _, personal := range []string{"tran.thi.b", "TRAN", "mat khau", "secret-", "access-1", "refresh-1", "127.0.0.1", first} {
		if strings.Contains(recorded.String(), personal) {
			t.Errorf("%q is recorded:\n%s", personal, recorded.String())
		}
	}
	lines := strings.Split(strings.TrimSpace(w.log.String()), "\n")
	if len(lines) != 6 {
		t.Fatalf("%d lines for 6 requests", len(lines))
	}
	var line struct{ Route, Method, Request string }
	if err := json.Unmarshal([]byte(lines[5]), &line); err != nil || line.Route != "/v1/authorities/{authority}/accounts/{account}" || line.Request == "" {
		t.Errorf("the line %s", lines[5])
	}
	if n := testutil.CollectAndCount(w.metrics, "parindex_http_duration_seconds"); n != 6 {
		t.Errorf("%d series, want one for each route, method and code", n)
	}
}

func TestPanicOfAServiceIsAFault(t *testing.T) {
	w := start(t, gateway.Config{})
	a := w.do(t, "POST", "/v1/sessions", `{"login":"panic","password":"x"}`)
	a.mustRefuse(t, http.StatusInternalServerError, fault.Unexpected.Code)
	if strings.Contains(string(a.body), "accident") {
		t.Errorf("the answer contains the cause: %s", a.body)
	}
}

func TestLoginLimit(t *testing.T) {
	w := start(t, gateway.Config{LoginsPerMinute: 3, TrustedProxies: []string{"127.0.0.0/8"}})
	attempt := func(from string) answer {
		return w.do(t, "POST", "/v1/sessions", login, "X-Forwarded-For", from)
	}
	for range 3 {
		if a := attempt("198.51.100.7, 203.0.113.5"); a.StatusCode != http.StatusOK {
			t.Fatalf("got %d", a.StatusCode)
		}
	}
	a := attempt("192.0.2.1, 203.0.113.5") // a client can invent the first hop
	a.mustRefuse(t, http.StatusTooManyRequests, gateway.TooManyLogins.Code)
	if a.Header.Get("Retry-After") != "20" {
		t.Errorf("Retry-After %q", a.Header.Get("Retry-After"))
	}
	if a := attempt("203.0.113.6"); a.StatusCode != http.StatusOK {
		t.Error("another address is limited, too")
	}
	secret := `{"serviceAccount":"a","secret":"b"}`
	w.do(t, "POST", "/v1/tokens", secret, "X-Forwarded-For", "203.0.113.5").mustRefuse(t, http.StatusTooManyRequests, gateway.TooManyLogins.Code)
	w.clock.move(20e9)
	if a := attempt("203.0.113.5"); a.StatusCode != http.StatusOK {
		t.Errorf("still limited after the time to wait: %d", a.StatusCode)
	}
	if a := w.do(t, "GET", "/v1/publishedCycles", "", "X-Forwarded-For", "203.0.113.5"); a.StatusCode == http.StatusTooManyRequests {
		t.Error("reading is limited")
	}
}

func TestForwardedAddressNeedsATrustedProxy(t *testing.T) {
	w := start(t, gateway.Config{LoginsPerMinute: 1})
	w.do(t, "POST", "/v1/sessions", login, "X-Forwarded-For", "203.0.113.1")
	w.do(t, "POST", "/v1/sessions", login, "X-Forwarded-For", "203.0.113.2").mustRefuse(t, http.StatusTooManyRequests, gateway.TooManyLogins.Code)
}

func TestCrossOrigin(t *testing.T) {
	w := start(t, gateway.Config{TrustedOrigins: []string{"https://cchc.example.vn"}})
	for _, c := range []struct {
		name    string
		headers []string
		refused bool
	}{
		{"from software", nil, false},
		{"from our page", []string{"Sec-Fetch-Site", "same-origin"}, false},
		{"from another site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, true},
		{"from another site, old browser", []string{"Origin", "https://evil.example"}, true},
		{"from a trusted site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://cchc.example.vn"}, false},
	} {
		a := w.do(t, "POST", "/v1/sessions", login, c.headers...)
		if c.refused {
			a.mustRefuse(t, http.StatusForbidden, gateway.CrossOrigin.Code)
		} else if a.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d", c.name, a.StatusCode)
		}
	}
	if a := w.do(t, "GET", "/v1/publishedCycles", "", "Sec-Fetch-Site", "cross-site"); a.StatusCode == http.StatusForbidden {
		t.Error("a link from another site is refused")
	}
}

func TestPagesAndDocuments(t *testing.T) {
	w := start(t, gateway.Config{})
	for path, contentType := range map[string]string{
		"/vi/": "text/html; charset=utf-8", "/robots.txt": "text/plain; charset=utf-8", "/sitemap.xml": "application/xml; charset=utf-8",
		"/official/": "text/html; charset=utf-8", "/official/authorities/x/people": "text/html; charset=utf-8",
		"/openapi/": "text/html; charset=utf-8", "/openapi/scoring.json": "application/json", "/openapi/identity.json": "application/json",
		"/openapi/catalog.json": "application/json", "/openapi/auth.json": "application/json", "/openapi/assessment.json": "application/json",
		"/openapi/appraisal.json": "application/json", "/openapi/survey.json": "application/json", "/openapi/platform.json": "application/json", "/icon.svg": "image/svg+xml",
		"/openapi/faults": "text/html; charset=utf-8", "/openapi/faults.json": "application/json",
	} {
		t.Run(path, func(t *testing.T) {
			a := w.do(t, "GET", path, "")
			if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != contentType || len(a.body) == 0 {
				t.Fatalf("got %d %s", a.StatusCode, a.Header.Get("Content-Type"))
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Vary": "Accept-Encoding"} {
				if a.Header.Get(name) != want {
					t.Errorf("%s: %q", name, a.Header.Get(name))
				}
			}
			policy := a.Header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("policy %q", policy)
			}
			checkEncodings(t, w, path, a.body)
		})
	}
	page := w.do(t, "GET", "/openapi/", "").body
	for _, foreign := range []string{"http://", "https://", " style=", "onclick=", "<script>"} {
		if bytes.Contains(page, []byte(foreign)) {
			t.Errorf("the page holds %s", foreign)
		}
	}
	if index := w.do(t, "GET", "/openapi/", "").body; !bytes.Contains(index, []byte(`href="/openapi/catalog.json"`)) {
		t.Errorf("the list of documents: %s", index)
	}
}

// TestIndexOfFaults looks up reasons that a client has received, in the JSON and on
// the page.
func TestIndexOfFaults(t *testing.T) {
	w := start(t, gateway.Config{})
	type entry struct {
		Reason, Service, Code, Vi, En string
		HTTPStatus                    int
	}
	var index struct{ Faults []entry }
	if err := json.Unmarshal(w.do(t, "GET", "/openapi/faults.json", "").body, &index); err != nil {
		t.Fatal(err)
	}
	page := w.do(t, "GET", "/openapi/faults", "").body
	for reason, want := range map[fault.Reason]entry{
		gateway.BodyTooLarge: {Service: "gateway", Code: "INVALID_ARGUMENT", HTTPStatus: 413},
		fault.ServiceAway:    {Code: "UNAVAILABLE", HTTPStatus: 503},
		fault.StaleEtag:      {Code: "ABORTED", HTTPStatus: 409},
	} {
		want.Reason, want.Vi, want.En = reason.Code, reason.Vi, reason.En
		if !slices.Contains(index.Faults, want) {
			t.Errorf("the index lacks %+v", want)
		}
		if !bytes.Contains(page, []byte(`<tr id="`+reason.Code+`">`)) {
			t.Errorf("the page lacks %s", reason.Code)
		}
	}
	if list := w.do(t, "GET", "/openapi/", "").body; !bytes.Contains(list, []byte(`href="/openapi/faults"`)) {
		t.Errorf("the list of documents: %s", list)
	}
}

// TestFieldsOfViolationsHaveJSONNames sends a body that breaks a rule of the contract
// and one of the wrong type.
func TestFieldsOfViolationsHaveJSONNames(t *testing.T) {
	w := start(t, gateway.Config{})
	for body, reason := range map[string]string{
		`{"currentPassword": "a", "newPassword": "short"}`: fault.BadRequest.Code,
		`{"currentPassword": "a", "newPassword": 5}`:       gateway.FieldInvalid.Code,
	} {
		a := w.do(t, "POST", "/v1/me:changePassword", body, "Authorization", "Bearer "+w.token(t))
		if r := a.mustRefuse(t, http.StatusBadRequest, reason); !slices.Equal(r.fields(), []string{"newPassword"}) {
			t.Errorf("%s: the fields are %q", body, r.fields())
		}
	}
}

func TestConfig(t *testing.T) {
	bad := gateway.Config{BodyLimit: -1, LeaderboardMemory: -1, LoginsPerMinute: -1, TrustedOrigins: []string{"example"}, TrustedProxies: []string{"10.0.0.1"}}
	err := bad.Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, part := range []string{"body-limit", "logins-per-minute", `"example"`, `"10.0.0.1"`} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v says nothing of %s", err, part)
		}
	}
	for range 20 {
		if again := bad.Validate().Error(); again != err.Error() {
			t.Fatalf("the faults come in another order:\n%s\n%v", again, err)
		}
	}
	bad = gateway.Config{BodyLimit: 4<<20 + 1}
	if err := bad.Validate(); err == nil || !strings.Contains(err.Error(), "--body-limit") || !strings.Contains(err.Error(), "4194304") {
		t.Errorf("a limit that no service keeps to: %v", err)
	}
	if good := (gateway.Config{BodyLimit: 4 << 20}); good.Validate() != nil {
		t.Error("the services' own limit is refused")
	}
	nowhere := func(name string, _ rpc.Credential) (grpc.ClientConnInterface, error) {
		return nil, errors.New("no address of " + name)
	}
	_, err = gateway.Open(t.Context(), gateway.Config{}, service.Deps{Metrics: prometheus.NewRegistry(), Dial: nowhere})
	for _, name := range gateway.Calls {
		if err == nil || !strings.Contains(err.Error(), "no address of "+name) {
			t.Errorf("without connections: %v, want %s named", err, name)
		}
	}
}

func TestReadyUntilClosed(t *testing.T) {
	w := start(t, gateway.Config{})
	conn, _ := serve(t, w.clock, func(*rpc.Server) {})
	g, err := gateway.Open(t.Context(), gateway.Config{}, service.Deps{
		Now: w.clock.now, Metrics: prometheus.NewRegistry(), Dial: always(conn),
	})
	if err != nil {
		t.Fatal(err)
	}
	if g.Ready(t.Context()) != nil {
		t.Error("not ready")
	}
	if err := g.Close(t.Context()); err != nil || g.Ready(t.Context()) == nil {
		t.Error("ready after Close")
	}
}

// TestLargeBodies checks that the largest allowed regulation file is accepted although
// its base64 exceeds the limit of other bodies, and that nothing larger is.
func TestLargeBodies(t *testing.T) {
	w := start(t, gateway.Config{})
	coordinator := auth.Principal{
		Kind: auth.Person, ID: "0198a000-0000-7000-8000-00000000000a",
		Bindings: []auth.Binding{{Role: authv1.Role_ROLE_COORDINATOR, Authority: "soc-trang"}},
	}
	token, _, err := auth.Sign(key, coordinator, w.clock.now(), 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	const most = 4 << 20
	const regulation = "/v1/authorities/soc-trang/regulations/2024"
	file := bytes.Repeat([]byte("\xfe\x00"), 3<<19)
	digest := sha256.Sum256(file)
	imports := func(content, etag string) string {
		return `{"format":"FILE_FORMAT_YAML","content":"` + content + `","etag":"` + etag + `"}`
	}
	full := base64.StdEncoding.EncodeToString(file)
	for _, c := range []struct {
		name, path, body string
		status           int
		reason           string
	}{
		{"the largest file", regulation + ":import", imports(full, ""), 200, ""},
		{"a larger file", regulation + ":import", imports(base64.StdEncoding.EncodeToString(append(file, 0)), ""), 400, "BAD_REQUEST"},
		{"a file of 4 MiB", regulation + ":import", imports(base64.StdEncoding.EncodeToString(make([]byte, most)), ""), 413, "BODY_TOO_LARGE"},
		{"a file of 5 MiB", regulation + ":import", imports(base64.StdEncoding.EncodeToString(make([]byte, 5<<20)), ""), 413, "BODY_TOO_LARGE"},
		{"more text beside a file", regulation + ":import", imports("AAAA", strings.Repeat("a", most)), 413, "BODY_TOO_LARGE"},
		{"no file", regulation + ":issue", `{"etag":"` + strings.Repeat("a", most) + `"}`, 413, "BODY_TOO_LARGE"},
		{"no file, nearly as large as may be", regulation + ":issue", `{"etag":"` + strings.Repeat("a", most-100) + `"}`, 400, "BAD_REQUEST"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.do(t, "POST", c.path, c.body, "Authorization", "Bearer "+token)
			if c.reason != "" {
				a.mustRefuse(t, c.status, c.reason)
				return
			}
			if a.StatusCode != c.status || !strings.Contains(string(a.body), hex.EncodeToString(digest[:])) {
				t.Errorf("got %d %.300s", a.StatusCode, a.body)
			}
		})
	}
}
