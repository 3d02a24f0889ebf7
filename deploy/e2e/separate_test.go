package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parindex/parindex/deploy/allinone"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/services/identity"
)

// both runs a scenario against the platform in one process, and against six
// services and the gateway in separate processes.
func both(t *testing.T, scenario func(*testing.T, *platform)) {
	t.Helper()
	t.Run("all-in-one", func(t *testing.T) { scenario(t, start(t)) })
	t.Run("separate-processes", func(t *testing.T) { scenario(t, startSeparate(t)) })
}

// siblings lists the services in an order in which each can reach those it calls.
var siblings = []string{"identity", "catalog", "assessment", "appraisal", "survey", "scoring"}

// process is one daemon of the platform in several processes.
type process struct {
	program, ready string
	environment    []string
	addresses      allinone.Addresses
	command        *exec.Cmd
}

// startSeparate starts every service and the gateway as a separate process, over
// TCP, on ports that the system chooses.
func startSeparate(t *testing.T) *platform {
	t.Helper()
	p := &platform{log: new(buffer), clock: time.Now, processes: map[string]*process{}}
	p.prepare(t, servers{dsn: pgtest.New(t, "empty", nil).DSN, redis: os.Getenv("PARINDEX_TEST_REDIS_URL")})
	folder := t.TempDir()
	environment := append(os.Environ(),
		"PARINDEX_DSN="+p.config.Identity.DB.DSN, "PARINDEX_REDIS_URL="+p.config.Scoring.RedisURL,
		"PARINDEX_IDENTITY_SIGNING_KEY_FILE="+p.config.Identity.SigningKeyFile,
		"PARINDEX_GRPC_ADDR=127.0.0.1:0", "PARINDEX_HTTP_ADDR=127.0.0.1:0", "PARINDEX_ADMIN_ADDR=127.0.0.1:0",
		"PARINDEX_LOGINS_PER_MINUTE=1000000")
	// Identity and catalog call each other, so one address is known before both start.
	catalog := freeAddress(t)
	environment = append(environment, "PARINDEX_CATALOG_TARGET="+catalog)
	for _, service := range siblings {
		program := command(t, service+"d")
		migrate := exec.CommandContext(t.Context(), program, "migrate")
		migrate.Env = environment
		if out, err := migrate.CombinedOutput(); err != nil {
			t.Fatalf("%sd migrate: %v\n%s", service, err, out)
		}
		variable := "PARINDEX_" + strings.ToUpper(service)
		if service != "identity" && service != "catalog" { // the others work in the background
			environment = append(environment, variable+"_SECRET_FILE="+p.secretFile(t, folder, service))
		}
		own := environment
		if service == "catalog" {
			own = append(slices.Clone(environment), "PARINDEX_GRPC_ADDR="+catalog)
		}
		addresses := p.serve(t, service, program, folder, own)
		environment = append(environment, variable+"_TARGET="+addresses.GRPC)
	}
	edge := p.serve(t, "gateway", command(t, "gatewayd"), folder, environment)
	p.addresses = allinone.Addresses{HTTP: edge.HTTP, Admin: edge.Admin}
	return p
}

// freeAddress returns an address of this machine on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

// secretFile creates the service account of a service and stores its secret in a
// file.
func (p *platform) secretFile(t *testing.T, folder, service string) string {
	t.Helper()
	secret, err := identity.CreateServiceAccount(t.Context(), p.config.Identity, identity.ServiceAccount{Name: service}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, service+"-secret")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// serve starts a daemon, waits until it is ready and stops it at the end of the
// test.
func (p *platform) serve(t *testing.T, name, program, folder string, environment []string) allinone.Addresses {
	t.Helper()
	d := &process{program: program, ready: filepath.Join(folder, name+".json"), environment: slices.Clone(environment)}
	d.start(t, p.log)
	p.processes[name] = d
	t.Cleanup(func() {
		if err := errors.Join(d.command.Process.Signal(syscall.SIGTERM), d.command.Wait()); err != nil {
			t.Errorf("stopping %s: %v", name, err)
		}
	})
	// A restarted daemon uses the same ports.
	d.environment = append(d.environment, "PARINDEX_GRPC_ADDR="+d.addresses.GRPC, "PARINDEX_HTTP_ADDR="+d.addresses.HTTP,
		"PARINDEX_ADMIN_ADDR="+d.addresses.Admin)
	return d.addresses
}

// start starts the process and waits until it is ready.
func (d *process) start(t *testing.T, log *buffer) {
	t.Helper()
	if err := os.Remove(d.ready); err != nil && !errors.Is(err, fs.ErrNotExist) { // what a killed process left
		t.Fatal(err)
	}
	d.command = exec.Command(d.program, "serve", "--ready-file="+d.ready) //nolint:noctx // built from this tree, stopped by serve's cleanup
	d.command.Env, d.command.Stderr = d.environment, log
	if err := d.command.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(enough); ; time.Sleep(10 * time.Millisecond) {
		content, err := os.ReadFile(d.ready)
		if err == nil {
			if err := json.Unmarshal(content, &d.addresses); err != nil {
				t.Fatal(err)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not get ready:\n%s", filepath.Base(d.program), log.String())
		}
	}
}

// revive ends a process with a signal and starts it again on the same addresses.
func (p *platform) revive(t *testing.T, name string, by syscall.Signal) {
	t.Helper()
	d := p.processes[name]
	if d == nil {
		t.Fatalf("there is no process %s", name)
	}
	err := d.command.Process.Signal(by)
	if ended := d.command.Wait(); by != syscall.SIGKILL { // a killed process ends with an error
		err = errors.Join(err, ended)
	}
	if err != nil {
		t.Fatalf("stopping %s: %v", name, err)
	}
	http.DefaultClient.CloseIdleConnections()
	d.start(t, p.log)
}

// TestSessionsSurviveRestartsOfEveryProcess restarts each service and the gateway, kills
// two of them, and checks that a session and its account still exist.
func TestSessionsSurviveRestartsOfEveryProcess(t *testing.T) {
	both(t, comingBack)
}

func comingBack(t *testing.T, p *platform) {
	t.Helper()
	const login, password = "quan-tri", "correct horse battery"
	before := p.addresses
	token := p.administrator(t)
	for _, name := range append([]string{"gateway"}, siblings...) {
		p.restart(t, name)
		p.patient(t, http.MethodGet, "/v1/me", token, nil)
		p.patient(t, http.MethodGet, "/v1/authorities", token, nil)
		p.patient(t, http.MethodGet, "/v1/publishedCycles", "", nil)
	}
	for _, name := range []string{"identity", "gateway"} {
		p.kill(t, name)
		p.patient(t, http.MethodGet, "/v1/me", p.login(t, login, password), nil)
	}
	if p.addresses != before {
		t.Errorf("it answers at %+v, before at %+v", p.addresses, before)
	}
}

// bin is the folder of the programs that the tests build.
var bin string

// TestMain creates and removes bin, and closes the browser of the journeys.
func TestMain(m *testing.M) {
	var err error
	if bin, err = os.MkdirTemp("", "parindex-e2e-"); err != nil {
		panic(err)
	}
	described, err := newContract()
	if err != nil {
		panic(err)
	}
	http.DefaultTransport = described
	code := m.Run()
	closeBrowser()
	if !described.report(os.Stderr) {
		code = max(code, 1)
	}
	if err := os.RemoveAll(bin); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// command returns the path of a program, built from this tree.
func command(t *testing.T, name string) string {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(bin, name)
}

var build = sync.OnceValue(func() error {
	arguments := []string{"build", "-o", bin + "/", "../../gateway/cmd/gatewayd", "../allinone/cmd/parindex", "../trial/cmd/parindex-trial"}
	for _, service := range siblings {
		arguments = append(arguments, "../../services/"+service+"/cmd/"+service+"d")
	}
	out, err := exec.Command("go", arguments...).CombinedOutput()
	if err != nil {
		return errors.Join(err, errors.New(string(bytes.TrimSpace(out))))
	}
	return nil
})
