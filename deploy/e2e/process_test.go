package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/deploy/trial/data"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pgtest"
)

// TestTheProgramStartsAndStops runs parindex-trial like make run: it prints the
// leaderboards, the address and its accounts, and ends cleanly on Ctrl-C. The next
// start keeps the changes of its user: a renamed agency, another password, a
// correction published in place of the shipped results.
func TestTheProgramStartsAndStops(t *testing.T) {
	d := newDemonstration(t)
	d.start()
	d.prints("Công an tỉnh", "90.06", "UBND huyện Mỹ Xuyên", "83.84", "Nhóm 1", "admin", "http://")
	first := d.published()

	session := filepath.Join(d.folder, "session")
	d.parindex(d.password(), "login", "admin", "--token-file="+session)
	token, _, _ := strings.Cut(read(t, session), "\n")
	d.put(token, http.MethodPatch, "/v1/authorities/soc-trang/agencies/ban-dan-toc", `{"name": "Ban Dân tộc và Tôn giáo", "updateMask": "name"}`)
	corrected := filepath.Join(d.folder, "corrected.yaml")
	write(t, corrected, strings.Replace(string(data.SocTrang2023), "46.23", "46.28", 1))
	d.parindex("", "history", "propose", corrected, "--notice=đính chính", "--token-file="+session)
	d.parindex("", "history", "withdraw", "--authority=soc-trang", "--cycle=2023", "--reason=để kiểm tra lại", "--token-file="+session)
	d.parindex("", "history", "propose", corrected, "--notice=đính chính", "--token-file="+session)
	approver := filepath.Join(d.folder, "approver")
	d.parindex(d.password(), "login", "pheduyet", "--token-file="+approver)
	d.parindex("", "history", "import", corrected, "--notice=đính chính", "--token-file="+approver)
	d.put(token, http.MethodPost, "/v1/me:changePassword",
		`{"currentPassword": "`+d.password()+`", "newPassword": "another password entirely"}`)
	d.stop()
	if _, err := os.Stat(d.ready); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the ready file outlives the program: %v", err)
	}

	d.start()
	d.prints("Công an tỉnh", "90.06", "78.13")
	if second := d.published(); second == first {
		t.Error("the restart brought the shipped results back")
	}
	d.parindex("another password entirely", "login", "admin", "--token-file="+session)
	token, _, _ = strings.Cut(read(t, session), "\n")
	if agency := d.put(token, http.MethodGet, "/v1/authorities/soc-trang/agencies/ban-dan-toc", ""); !strings.Contains(agency, `"Ban Dân tộc và Tôn giáo"`) {
		t.Errorf("the restart undid a change: %s", agency)
	}
	d.stop()
	d.verifyAudit()
}

// verifyAudit verifies the log of changes, as it is, with the hash of a checkpoint from
// the log of the program, and with an entry changed.
func (d *demonstration) verifyAudit() {
	d.t.Helper()
	verify := func(more ...string) (string, error) {
		command := exec.CommandContext(d.t.Context(), d.commands, append([]string{"audit", "verify", "--dsn=" + d.dsn}, more...)...)
		out, err := command.CombinedOutput()
		return string(out), err
	}
	line := regexp.MustCompile(`"audit checkpoint".*"schema":"catalog","number":(\d+),.*"sha256":"(\w{64})"`)
	found := line.FindStringSubmatch(read(d.t, filepath.Join(d.folder, "parindex.log")))
	if found == nil {
		d.t.Fatal("the log names no checkpoint")
	}
	kept := "--checkpoint=catalog/" + found[1] + "="
	if out, err := verify(kept + found[2]); err != nil || strings.Count(out, "intact") != 6 {
		d.t.Errorf("as it was written: %v\n%s", err, out)
	}
	if out, err := verify(kept + strings.Repeat("0", 64)); err == nil || !strings.Contains(out, "catalog     BROKEN") {
		d.t.Errorf("with another hash: %v\n%s", err, out)
	}
	if out, err := verify("--checkpoint=catalog/1=2"); err == nil || !strings.Contains(out, "SERVICE/NUMBER=SHA256") {
		d.t.Errorf("with a hash that is none: %v\n%s", err, out)
	}
	db, err := pgx.Connect(d.t.Context(), d.dsn)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = db.Close(d.t.Context()) }()
	_, err = db.Exec(d.t.Context(), `set session_replication_role = replica; update identity.audit_entry set principal = 'person:x' where sequence = 1`)
	if err != nil {
		d.t.Fatal(err)
	}
	if out, err := verify(); err == nil || !strings.Contains(out, "identity    audit chain of accounts/") || strings.Count(out, "intact") != 5 {
		d.t.Errorf("with changed entries: %v\n%s", err, out)
	}
}

// TestAnExpiredAccessTokenIsRenewed replaces the stored access token with an
// expired one and checks that the next command prolongs the session.
func TestAnExpiredAccessTokenIsRenewed(t *testing.T) {
	d := newDemonstration(t)
	d.start()
	session := filepath.Join(d.folder, "session")
	d.parindex(d.password(), "login", "pheduyet", "--token-file="+session)
	_, refresh, _ := strings.Cut(read(t, session), "\n")
	long := auth.Principal{Kind: auth.Person, ID: "00000000-0000-7000-8000-000000000001"}
	expired, _, err := auth.Sign(readKey(t, filepath.Join(d.folder, "signing-key.pem")), long, time.Now().Add(-time.Hour), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	write(t, session, expired+"\n"+refresh)
	history := filepath.Join(d.folder, "history.yaml")
	write(t, history, string(data.SocTrang2023))
	if out := d.parindex("", "history", "import", history, "--dry-run", "--token-file="+session); !strings.Contains(out, "25/QĐ-UBND") {
		t.Errorf("history import printed %q", out)
	}
	if _, renewed, _ := strings.Cut(read(t, session), "\n"); renewed == refresh {
		t.Error("the refresh token was not exchanged")
	}
	d.stop()
}

// TestOperatorErrorsAreOneSentence checks that a port in use, a missing
// database setting and an invalid value are each reported in one line that says
// what to do.
func TestOperatorErrorsAreOneSentence(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key.pem")
	if out, err := exec.CommandContext(t.Context(), command(t, "parindex"), "new-signing-key", key).CombinedOutput(); err != nil {
		t.Fatalf("new-signing-key: %v\n%s", err, out)
	}
	programs := [][]string{
		{command(t, "parindex"), "up", "--migrate", "--identity-signing-key-file=" + key},
		{command(t, "parindex-trial"), "--local-dir=" + t.TempDir()},
	}
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	database := "PARINDEX_DSN=" + pgtest.New(t, "empty", nil).DSN
	for _, tt := range []struct {
		name        string
		environment []string
		prints      string
	}{
		{"port taken", []string{database, "PARINDEX_HTTP_ADDR=" + taken.Addr().String()}, "PARINDEX_HTTP_ADDR"},
		{"database away", []string{"PARINDEX_DSN=host=/nowhere user=parindex dbname=postgres"}, "/nowhere"},
		{"no database", nil, "PARINDEX_DSN"},
		{"wrong value", []string{database, "PARINDEX_LOG_LEVEL=loud"}, "loud"},
	} {
		for _, program := range programs {
			up := exec.CommandContext(t.Context(), program[0], program[1:]...)
			up.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, tt.environment...)
			var complaints bytes.Buffer
			up.Stderr = &complaints
			err := up.Run()
			if err == nil || !strings.Contains(complaints.String(), tt.prints) {
				t.Errorf("%s, %s: %v, printed %q", program[0], tt.name, err, complaints.String())
			}
			printed := strings.TrimPrefix(complaints.String(), "Bringing the schemas to this version …\n")
			if lines := strings.Count(printed, "\n"); lines != 1 {
				t.Errorf("%s, %s is reported in %d lines: %q", program[0], tt.name, lines, printed)
			}
		}
	}
}

// demonstration is the program as make run starts it.
type demonstration struct {
	t *testing.T
	// program is the trial, commands the command line.
	program, commands  string
	folder, ready, dsn string

	out, complaints bytes.Buffer
	up              *exec.Cmd
}

func newDemonstration(t *testing.T) *demonstration {
	t.Helper()
	folder := t.TempDir()
	return &demonstration{
		t: t, program: command(t, "parindex-trial"), commands: command(t, "parindex"),
		folder: folder, ready: filepath.Join(folder, "ready.json"), dsn: pgtest.New(t, "empty", nil).DSN,
	}
}

func (d *demonstration) start() {
	d.t.Helper()
	d.out.Reset()
	d.up = exec.CommandContext(d.t.Context(), d.program, "--local-dir="+d.folder, //nolint:gosec // built from this tree
		"--http-addr=127.0.0.1:0", "--ready-file="+d.ready, "--dsn="+d.dsn, "--redis-url="+os.Getenv("PARINDEX_TEST_REDIS_URL"))
	found := make(chan struct{})
	d.up.Stdout, d.up.Stderr = &watcher{w: &d.out, until: "Ctrl-C", found: found}, &d.complaints
	if err := d.up.Start(); err != nil {
		d.t.Fatal(err)
	}
	select {
	case <-found:
	case <-time.After(enough):
		_ = d.up.Process.Kill()
		d.t.Fatalf("the program has not printed the phrase\n%s\n%s", d.out.String(), d.complaints.String())
	}
}

func (d *demonstration) stop() {
	d.t.Helper()
	if err := d.up.Process.Signal(syscall.SIGINT); err != nil {
		d.t.Fatal(err)
	}
	if err := d.up.Wait(); err != nil {
		d.t.Errorf("ended with %v\n%s", err, d.complaints.String())
	}
}

func (d *demonstration) prints(parts ...string) {
	d.t.Helper()
	for _, part := range parts {
		if !strings.Contains(d.out.String(), part) {
			d.t.Errorf("%q is not printed:\n%s", part, d.out.String())
		}
	}
}

func (d *demonstration) password() string {
	d.t.Helper()
	return strings.TrimSpace(read(d.t, filepath.Join(d.folder, "demonstration-password")))
}

func (d *demonstration) url() string {
	d.t.Helper()
	var addresses struct{ HTTP string }
	if err := json.Unmarshal([]byte(read(d.t, d.ready)), &addresses); err != nil {
		d.t.Fatal(err)
	}
	return "http://" + addresses.HTTP
}

// parindex runs a command against the running program.
func (d *demonstration) parindex(stdin string, arguments ...string) string {
	d.t.Helper()
	command := exec.CommandContext(d.t.Context(), d.commands, append(arguments, "--url="+d.url())...)
	command.Stdin = strings.NewReader(stdin + "\n")
	out, err := command.CombinedOutput()
	if err != nil {
		d.t.Fatalf("parindex %s: %v\n%s", strings.Join(arguments, " "), err, out)
	}
	return string(out)
}

func (d *demonstration) put(token, method, path, body string) string {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), method, d.url()+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		d.t.Fatalf("%s %s: %d %s %v", method, path, response.StatusCode, answer, err)
	}
	return string(answer)
}

func (d *demonstration) published() string {
	d.t.Helper()
	var publication struct{ ID string }
	answer := d.put("", http.MethodGet, "/v1/authorities/soc-trang/cycles/2023/publications/current", "")
	if err := json.Unmarshal([]byte(answer), &publication); err != nil || publication.ID == "" {
		d.t.Fatalf("no publication: %v %s", err, answer)
	}
	return publication.ID
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// watcher keeps the output of a program and closes found when a phrase has been printed.
type watcher struct {
	w     *bytes.Buffer
	until string
	found chan struct{}
	done  bool
}

func (w *watcher) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	if !w.done && strings.Contains(w.w.String(), w.until) {
		w.done = true
		close(w.found)
	}
	return n, err
}
