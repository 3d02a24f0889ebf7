package e2e

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/pgtest"
)

// TestTheProgramStartsTellsAndStops runs parindex as make run does: it prints
// the leaderboards, the address and its accounts, keeps its data over a restart,
// and ends cleanly on Ctrl-C.
func TestTheProgramStartsTellsAndStops(t *testing.T) {
	program := build(t)
	folder := t.TempDir()
	dsn := pgtest.New(t, "empty", nil).DSN
	var first string
	for attempt := range 2 {
		ready := filepath.Join(folder, "ready.json")
		_ = os.Remove(ready)
		var out, complaints bytes.Buffer
		up := exec.CommandContext(t.Context(), program, //nolint:gosec // built from this tree
			"up", "--migrate", "--demonstration", "--local-dir="+folder,
			"--http-addr=127.0.0.1:0", "--ready-file="+ready, "--dsn="+dsn, "--redis-url="+os.Getenv("PARINDEX_TEST_REDIS_URL"))
		told := make(chan struct{})
		up.Stdout, up.Stderr = &teller{w: &out, until: "Ctrl-C", told: told}, &complaints
		if err := up.Start(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-told:
		case <-time.After(60 * time.Second):
			_ = up.Process.Kill()
			t.Fatalf("start %d: nothing told\n%s\n%s", attempt, out.String(), complaints.String())
		}
		for _, part := range []string{"Công an tỉnh", "90.06", "UBND huyện Mỹ Xuyên", "83.84", "Nhóm 1", "admin", "http://"} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("start %d does not tell %q:\n%s", attempt, part, out.String())
			}
		}
		publication := published(t, ready)
		if attempt == 0 {
			first = publication
		} else if publication != first {
			t.Errorf("after the restart stands publication %s, before it %s", publication, first)
		}
		if err := up.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		if err := up.Wait(); err != nil {
			t.Errorf("start %d ended with %v\n%s", attempt, err, complaints.String())
		}
	}
}

// TestOneSentenceForWhatAnOperatorGetsWrong sees that a port that is taken, a
// missing database setting and a wrong value are each told in one line that says
// what to do.
func TestOneSentenceForWhatAnOperatorGetsWrong(t *testing.T) {
	program := build(t)
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	database := "PARINDEX_DSN=" + pgtest.New(t, "empty", nil).DSN
	for _, tt := range []struct {
		name        string
		environment []string
		tells       string
	}{
		{"port taken", []string{database, "PARINDEX_HTTP_ADDR=" + taken.Addr().String()}, "PARINDEX_HTTP_ADDR"},
		{"no database", nil, "PARINDEX_DSN"},
		{"wrong value", []string{database, "PARINDEX_LOG_LEVEL=loud"}, "loud"},
	} {
		command := exec.CommandContext(t.Context(), program, "up", "--migrate", "--demonstration", "--local-dir="+t.TempDir())
		command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, tt.environment...)
		var complaints bytes.Buffer
		command.Stderr = &complaints
		err := command.Run()
		if err == nil || !strings.Contains(complaints.String(), tt.tells) {
			t.Errorf("%s: %v, told %q", tt.name, err, complaints.String())
		}
		if strings.Contains(complaints.String(), "goroutine") || strings.Contains(complaints.String(), "Usage:") {
			t.Errorf("%s is told at too great a length: %q", tt.name, complaints.String())
		}
	}
}

func published(t *testing.T, readyFile string) string {
	t.Helper()
	content, err := os.ReadFile(readyFile)
	if err != nil {
		t.Fatal(err)
	}
	var addresses struct{ HTTP string }
	if err := json.Unmarshal(content, &addresses); err != nil {
		t.Fatal(err)
	}
	response, err := http.Get("http://" + addresses.HTTP + "/v1/authorities/soc-trang/cycles/2023/publications/current") //nolint:noctx // a test's own server
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var publication struct{ ID string }
	if err := json.NewDecoder(response.Body).Decode(&publication); err != nil || publication.ID == "" {
		t.Fatalf("no publication: %v", err)
	}
	return publication.ID
}

// build returns the program parindex, built from this tree.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "parindex")
	command := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../allinone/cmd/parindex")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("building parindex: %v\n%s", err, out)
	}
	return program
}

// teller keeps what a program prints and tells when a phrase has come.
type teller struct {
	w     *bytes.Buffer
	until string
	told  chan struct{}
	done  bool
}

func (w *teller) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	if !w.done && strings.Contains(w.w.String(), w.until) {
		w.done = true
		close(w.told)
	}
	return n, err
}
