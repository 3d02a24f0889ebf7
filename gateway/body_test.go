package gateway_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parindex/parindex/gateway"
)

func gzipped(tb testing.TB, text string) string {
	tb.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, text)
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// utf16 returns ASCII text as little-endian UTF-16.
func utf16(text string) string { return strings.Join(strings.Split(text, ""), "\x00") + "\x00" }

// TestJSONOfOtherClients sends bodies as other clients write them: the case
// 18-json-of-other-clients and its like.
func TestJSONOfOtherClients(t *testing.T) {
	w := start(t, gateway.Config{BodyLimit: 1000, LoginsPerMinute: 1000})
	const mark = "\xEF\xBB\xBF"
	for _, c := range []struct {
		name, contentType, encoding, body string
		status                            int
		reason, field                     string
	}{
		{"charset=utf8", "application/json; charset=utf8", "", login, 200, "", ""},
		{"charset=UTF-8, quoted", `application/json; charset="UTF-8"`, "", login, 200, "", ""},
		{"charset=latin1, which means nothing", "application/json; charset=latin1", "", login, 200, "", ""},
		{"a parameter that is none", "application/json; odata", "", login, 200, "", ""},
		{"parameters twice", "application/json; charset=utf-8; charset=utf-8", "", login, 200, "", ""},
		{"capitals", "Application/JSON", "", login, 200, "", ""},
		{"byte order mark", "application/json", "", mark + login, 200, "", ""},
		{"gzip", "application/json", "gzip", gzipped(t, login), 200, "", ""},
		{"gzip in capitals, with a byte order mark", "application/json", "GZIP", gzipped(t, mark+login), 200, "", ""},
		{"identity", "application/json", "identity", login, 200, "", ""},
		{"only a byte order mark", "application/json", "", mark, 400, "BAD_REQUEST", "login"},
		{"gzip without a word", "application/json", "", gzipped(t, login), 415, "BODY_ENCODING_UNKNOWN", ""},
		{"gzip that is none", "application/json", "gzip", login, 415, "BODY_ENCODING_UNKNOWN", ""},
		{"gzip, broken", "application/json", "gzip", gzipped(t, login)[:14] + strings.Repeat("x", 40), 415, "BODY_ENCODING_UNKNOWN", ""},
		{"gzip, cut", "application/json", "gzip", gzipped(t, login)[:30], 400, "BODY_INCOMPLETE", ""},
		{"gzip that is large inside", "application/json", "gzip", gzipped(t, `{"login":"`+strings.Repeat("a", 100_000)+`"}`), 413, "BODY_TOO_LARGE", ""},
		{"brotli", "application/json", "br", login, 415, "BODY_ENCODING_UNKNOWN", ""},
		{"gzip twice", "application/json", "gzip, gzip", gzipped(t, gzipped(t, login)), 415, "BODY_ENCODING_UNKNOWN", ""},
		{"Latin-1", "application/json", "", "{\"login\":\"caf\xe9\"}", 400, "BODY_NOT_UTF8", ""},
		{"UTF-16 with its mark", "application/json", "", "\xFF\xFE" + utf16(login), 400, "BODY_NOT_UTF8", ""},
		{"UTF-16 without", "application/json; charset=utf-16", "", utf16(login), 400, "BODY_NOT_UTF8", ""},
		{"a text", "application/json", "", `"login"`, 400, "BODY_NOT_OBJECT", ""},
		{"null", "application/json", "", "null", 400, "BODY_NOT_OBJECT", ""},
		{"problem+json", "application/problem+json", "", login, 415, "BODY_NOT_JSON", ""},
		{"json of another type", "text/json", "", login, 415, "BODY_NOT_JSON", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.do(t, "POST", "/v1/sessions", c.body, "Content-Type", c.contentType, "Content-Encoding", c.encoding)
			if c.reason == "" {
				if a.StatusCode != c.status {
					t.Errorf("got %d %s", a.StatusCode, a.body)
				}
				return
			}
			if r := a.mustRefuse(t, c.status, c.reason); c.field != "" && !slices.Contains(r.fields(), c.field) {
				t.Errorf("names %v", r.fields())
			}
		})
	}
}

// TestFieldsThatExcludeEachOther checks that the second of two fields is named, also
// deep inside.
func TestFieldsThatExcludeEachOther(t *testing.T) {
	w := start(t, gateway.Config{})
	for _, c := range []struct{ name, method, path, body, reason, field string }{
		{"the same field", "POST", "/v1/sessions", `{"login":"a","login":"b"}`, "FIELD_REPEATED", "login"},
		{"by both names", "PATCH", "/v1/authorities/a/accounts/" + first, `{"displayName":"a","display_name":"b"}`, "FIELD_REPEATED", "display_name"},
		{"escaped", "POST", "/v1/sessions", `{"login":"a","log\u0069n":"b"}`, "FIELD_REPEATED", "login"},
		{"of one oneof", "POST", "/v1/responses", `{"answers":[{"question":"a","option":"b","text":null,"satisfaction":5}]}`, "FIELD_EXCLUSIVE", "answers[0].satisfaction"},
	} {
		r := w.do(t, c.method, c.path, c.body, "Authorization", anyToken).mustRefuse(t, http.StatusBadRequest, c.reason)
		if !slices.Contains(r.fields(), c.field) {
			t.Errorf("%s: names %v, want %s", c.name, r.fields(), c.field)
		}
	}
}

// TestBodyThatContradictsThePath gives each field of each path another value in the
// body, for every rpc.
func TestBodyThatContradictsThePath(t *testing.T) {
	w := start(t, gateway.Config{LoginsPerMinute: 1000})
	checked := 0
	for _, a := range addresses(t) {
		for _, f := range a.inPath {
			other := `"other"`
			if f.number {
				other = "7"
			}
			body := fmt.Sprintf(`{%q:%s}`, f.name, other)
			if a.body == "" {
				w.do(t, a.method, a.path, body, "Authorization", anyToken).mustRefuse(t, http.StatusBadRequest, "BODY_UNEXPECTED")
				continue
			}
			checked++
			r := w.do(t, a.method, a.path, body, "Authorization", anyToken).mustRefuse(t, http.StatusBadRequest, "FIELD_CONTRADICTS_PATH")
			if !slices.Equal(r.fields(), []string{f.name}) {
				t.Errorf("%s names %v, want %s", a.rpc, r.fields(), f.name)
			}
			same := strings.ReplaceAll(body, other, f.value)
			if r := w.do(t, a.method, a.path, same).refusal(t); r.reason() == "FIELD_CONTRADICTS_PATH" {
				t.Errorf("%s refuses %s although the path says the same", a.rpc, same)
			}
		}
	}
	if checked < 100 {
		t.Errorf("%d fields of paths are checked; the reading misses some", checked)
	}
}

func TestBodyWhereNoneIsTaken(t *testing.T) {
	w := start(t, gateway.Config{})
	bearer := "Bearer " + w.token(t)
	for _, path := range []string{"/v1/authorities", "/v1/me"} {
		w.do(t, "GET", path, `{"pageSize":1}`, "Authorization", bearer).mustRefuse(t, http.StatusBadRequest, "BODY_UNEXPECTED")
		if a := w.do(t, "GET", path, "{ }", "Authorization", bearer); a.StatusCode != http.StatusOK {
			t.Errorf("%s with an empty object: %d %s", path, a.StatusCode, a.body)
		}
	}
	w.do(t, "GET", districts, `{"group":"departments"}`).mustRefuse(t, http.StatusBadRequest, "BODY_UNEXPECTED")
}

// upload opens a connection and sends a login whose body is announced but not sent.
func upload(t *testing.T, w *world) (net.Conn, func() answer) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", w.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(login))
	if err != nil {
		t.Fatal(err)
	}
	return conn, func() answer {
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer{r, body}
	}
}

// serveAsShipped serves a gateway by the server of NewServer, with its timeouts.
func serveAsShipped(t *testing.T, c gateway.Config, change func(*http.Server)) *world {
	t.Helper()
	w := start(t, c)
	s := httptest.NewUnstartedServer(nil)
	s.Config = gateway.NewServer(w.gateway)
	change(s.Config)
	s.Start()
	t.Cleanup(s.Close)
	w.Server = s
	return w
}

// TestSlowUpload sends a body that takes longer than the timeouts of the server, but
// never stops.
func TestSlowUpload(t *testing.T) {
	t.Parallel()
	c := gateway.Config{}
	c.Hurry(10 * time.Second)
	w := serveAsShipped(t, c, func(s *http.Server) { s.ReadTimeout, s.WriteTimeout = 500*time.Millisecond, 500*time.Millisecond })
	conn, read := upload(t, w)
	for i := range len(login) {
		if _, err := io.WriteString(conn, login[i:i+1]); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond) // more than the timeouts in all
	}
	if a := read(); a.StatusCode != http.StatusOK {
		t.Errorf("got %d %s", a.StatusCode, a.body)
	}
}

func TestUploadThatStops(t *testing.T) {
	t.Parallel()
	c := gateway.Config{}
	c.Hurry(200 * time.Millisecond)
	w := serveAsShipped(t, c, func(*http.Server) {})
	conn, read := upload(t, w)
	if _, err := io.WriteString(conn, login[:10]); err != nil {
		t.Fatal(err)
	}
	read().mustRefuse(t, http.StatusRequestTimeout, "BODY_TOO_SLOW")
}

func TestUploadThatIsCut(t *testing.T) {
	w := start(t, gateway.Config{})
	conn, read := upload(t, w)
	if _, err := io.WriteString(conn, login[:10]); err != nil {
		t.Fatal(err)
	}
	half, ok := conn.(*net.TCPConn)
	if !ok || half.CloseWrite() != nil {
		t.Fatal("the connection cannot be half closed")
	}
	read().mustRefuse(t, http.StatusBadRequest, "BODY_INCOMPLETE")
}

// TestTimeLimits holds requests for longer than the timeouts of the server. One that
// takes a whole cycle gets its answer, with a body and without; an ordinary one does not.
func TestTimeLimits(t *testing.T) {
	t.Parallel()
	c := gateway.Config{}
	c.LimitTimes(100*time.Millisecond, 10*time.Second)
	w := serveAsShipped(t, c, func(s *http.Server) { s.ReadTimeout, s.WriteTimeout = 200*time.Millisecond, 200*time.Millisecond })
	approver := w.approver(t)
	const run = "/v1/authorities/soc-trang/cycles/2023/runs/" + first
	for _, tt := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", run + ":publish", `{"decisionNumber":"25/QĐ-UBND","decisionDate":"2024-01-08"}`, http.StatusOK},
		{"GET", run + "/leaderboards/slow", "", http.StatusOK},
		{"GET", run, "", http.StatusServiceUnavailable},
	} {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			w.scoring.delay.Store(int64(500 * time.Millisecond))
			if a := w.do(t, tt.method, tt.path, tt.body, "Authorization", "Bearer "+approver); a.StatusCode != tt.status {
				t.Errorf("got %d %s, want %d", a.StatusCode, a.body, tt.status)
			}
		})
	}
}
