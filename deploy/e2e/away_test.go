package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

const districts = "/v1/authorities/soc-trang/cycles/2023/leaderboards/districts"

// TestLeaderboardIsTheSameWithoutRedis reads a leaderboard with Redis filled, flushed, full
// and stopped, each time through a platform that caches nothing, and checks that
// the bytes are the same and come from the expected source.
func TestLeaderboardIsTheSameWithoutRedis(t *testing.T) {
	own := ownServers(t, "fault-redis")
	p := startOn(t, own)
	p.loadSocTrang(t)
	want := p.must(t, http.MethodGet, districts, "", nil)
	p.stop()
	for _, state := range []struct {
		name, source string
		bring        func()
	}{
		{"filled", "redis", func() {}},
		{"flushed", "postgres", func() { own.redisCommands(t, "flushall") }},
		{"full", "postgres", func() {
			own.redisCommands(t, "flushall", "config set maxmemory-policy noeviction", "config set maxmemory 1")
		}},
		{"dead", "postgres", func() { own.redisCommands(t, "shutdown nosave") }},
	} {
		state.bring()
		p := startOn(t, own)
		for _, source := range []string{state.source, "memory"} {
			before := p.reads(t, source)
			if got := p.must(t, http.MethodGet, districts, "", nil); !bytes.Equal(got, want) {
				t.Errorf("%s: other bytes", state.name)
			}
			if after := p.reads(t, source); after != before+1 {
				t.Errorf("%s: %v reads from %s, then %v", state.name, before, source, after)
			}
		}
		p.stop()
	}
}

// TestPostgreSQLAwayAndBack stops the database under a running platform. Requests
// that need it get UNAVAILABLE, a publication read before stays readable at its own
// address, and everything recovers by itself.
func TestPostgreSQLAwayAndBack(t *testing.T) {
	own := ownServers(t, "fault-postgres")
	p := startOn(t, own)
	p.loadSocTrang(t)
	want := p.must(t, http.MethodGet, districts, "", nil)
	version := districts[:strings.Index(districts, "/leaderboards")] + "/publications/" + p.board(t, "districts").Publication.ID +
		"/leaderboards/districts"
	p.must(t, http.MethodGet, version, "", nil)

	script(t, "down.sh", "fault-postgres")
	time.Sleep(1100 * time.Millisecond) // until the gateway has to ask again for the current publication
	for _, path := range []string{districts, "/v1/publishedCycles"} {
		if status, body := p.call(t, http.MethodGet, path, "", nil); status != http.StatusServiceUnavailable {
			t.Errorf("%s without a database: %d %s", path, status, body)
		}
	}
	login := map[string]any{"login": "somebody", "password": "something"}
	if status, body := p.call(t, http.MethodPost, "/v1/sessions", "", login); status != http.StatusServiceUnavailable || reason(body) != "STORAGE_AWAY" {
		t.Errorf("login without a database: %d %s", status, body)
	}
	if got := p.must(t, http.MethodGet, version, "", nil); !bytes.Equal(got, want) {
		t.Error("the publication at its own address has other bytes")
	}
	for _, secret := range []string{"select ", "insert ", "SQLSTATE", own.dsn} {
		if _, body := p.call(t, http.MethodGet, "/v1/publishedCycles", "", nil); strings.Contains(string(body), secret) {
			t.Errorf("the answer contains %q: %s", secret, body)
		}
	}

	bringUp(t, "fault-postgres")
	deadline := time.Now().Add(enough)
	for {
		status, got := p.call(t, http.MethodGet, districts, "", nil)
		if status == http.StatusOK {
			if !bytes.Equal(got, want) {
				t.Error("other bytes after the database came back")
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("no recovery: %d %s", status, got)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// ownServers starts an empty PostgreSQL and a Redis for one test.
func ownServers(t *testing.T, name string) servers {
	t.Helper()
	script(t, "down.sh", name, "--purge") // what a killed run left
	t.Cleanup(func() { script(t, "down.sh", name, "--purge") })
	return bringUp(t, name)
}

func bringUp(t *testing.T, name string) servers {
	t.Helper()
	assignments := script(t, "up.sh", name)
	value := func(variable string) string {
		found := regexp.MustCompile(variable + `='(.*)'`).FindSubmatch(assignments)
		if found == nil {
			t.Fatalf("no %s in %s", variable, assignments)
		}
		return string(found[1])
	}
	return servers{dsn: value("PARINDEX_BOOTSTRAP_DSN"), redis: value("PARINDEX_REDIS_URL")}
}

func script(t *testing.T, name, cluster string, more ...string) []byte {
	t.Helper()
	command := exec.Command("../local/"+name, append([]string{"--name", cluster}, more...)...) //nolint:noctx // runs in cleanups, too
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s --name %s: %v\n%s", name, cluster, err, stderr.Bytes())
	}
	return out
}

// redisCommands sends commands to Redis and waits for the answers.
func (s servers) redisCommands(t *testing.T, commands ...string) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "unix", strings.TrimPrefix(s.redis, "unix://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, c := range commands {
		if _, err := fmt.Fprintf(conn, "%s\r\n", c); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, 64)
		n, err := conn.Read(answer)
		ended := errors.Is(err, io.EOF) && strings.HasPrefix(c, "shutdown")
		if (err != nil && !ended) || strings.HasPrefix(string(answer[:n]), "-") {
			t.Fatalf("redis, %s: %s %v", c, answer[:n], err)
		}
	}
}

// reads returns how many leaderboards were served from a source.
func (p *platform) reads(t *testing.T, source string) float64 {
	t.Helper()
	response, err := http.Get("http://" + p.addresses.Admin + "/metrics") //nolint:noctx // a test's own server
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^parindex_leaderboard_reads_total\{.*source="` + source + `".*\} (\S+)$`).FindSubmatch(body)
	if found == nil {
		return 0
	}
	var n float64
	if _, err := fmt.Sscan(string(found[1]), &n); err != nil {
		t.Fatal(err)
	}
	return n
}
