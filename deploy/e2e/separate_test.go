package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parindex/parindex/deploy/allinone"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/services/identity"
)

// both plays a scenario against everything in one process and against six
// services and the gateway in processes of their own.
func both(t *testing.T, scenario func(*testing.T, *platform)) {
	t.Helper()
	t.Run("all-in-one", func(t *testing.T) { scenario(t, start(t)) })
	t.Run("separate-processes", func(t *testing.T) { scenario(t, startSeparate(t)) })
}

// siblings lists the services in an order in which each finds those it calls.
var siblings = []string{"identity", "catalog", "assessment", "appraisal", "survey", "scoring"}

// startSeparate starts every service and the gateway as its own process, over
// TCP, on ports of the system's choosing.
func startSeparate(t *testing.T) *platform {
	t.Helper()
	p := &platform{log: new(buffer), stop: func() {}}
	folder := t.TempDir()
	keyFile := filepath.Join(folder, "key.pem")
	if err := identity.NewSigningKeyFile(keyFile); err != nil {
		t.Fatal(err)
	}
	p.key = readKey(t, keyFile)
	environment := append(os.Environ(),
		"PARINDEX_DSN="+pgtest.New(t, "empty", nil).DSN, "PARINDEX_REDIS_URL="+os.Getenv("PARINDEX_TEST_REDIS_URL"),
		"PARINDEX_IDENTITY_SIGNING_KEY_FILE="+keyFile, "PARINDEX_GRPC_ADDR=127.0.0.1:0", "PARINDEX_HTTP_ADDR=127.0.0.1:0",
		"PARINDEX_ADMIN_ADDR=127.0.0.1:0")
	for _, service := range siblings {
		program := command(t, service+"d")
		migrate := exec.CommandContext(t.Context(), program, "migrate")
		migrate.Env = environment
		if out, err := migrate.CombinedOutput(); err != nil {
			t.Fatalf("%sd migrate: %v\n%s", service, err, out)
		}
		addresses := p.serve(t, program, folder, environment)
		environment = append(environment, "PARINDEX_"+strings.ToUpper(service)+"_TARGET="+addresses.GRPC)
	}
	edge := p.serve(t, command(t, "gatewayd"), folder, environment)
	p.addresses = allinone.Addresses{HTTP: edge.HTTP, Admin: edge.Admin}
	return p
}

// serve starts a daemon, waits until it is ready and stops it with the test.
func (p *platform) serve(t *testing.T, program, folder string, environment []string) allinone.Addresses {
	t.Helper()
	name := filepath.Base(program)
	ready := filepath.Join(folder, name+".json")
	daemon := exec.Command(program, "serve", "--ready-file="+ready) //nolint:noctx // built from this tree, stopped below
	daemon.Env, daemon.Stderr = environment, p.log
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(daemon.Process.Signal(syscall.SIGTERM), daemon.Wait()); err != nil {
			t.Errorf("stopping %s: %v", name, err)
		}
	})
	var addresses allinone.Addresses
	deadline := time.Now().Add(30 * time.Second)
	for {
		content, err := os.ReadFile(ready)
		if err == nil {
			if err := json.Unmarshal(content, &addresses); err != nil {
				t.Fatal(err)
			}
			return addresses
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not get ready:\n%s", name, p.log.String())
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// bin is where what the tests build stands while they run.
var bin string

// TestMain makes and removes bin.
func TestMain(m *testing.M) {
	var err error
	if bin, err = os.MkdirTemp("", "parindex-e2e-"); err != nil {
		panic(err)
	}
	code := m.Run()
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
	arguments := []string{"build", "-o", bin + "/", "../../gateway/cmd/gatewayd", "../allinone/cmd/parindex"}
	for _, service := range siblings {
		arguments = append(arguments, "../../services/"+service+"/cmd/"+service+"d")
	}
	out, err := exec.Command("go", arguments...).CombinedOutput()
	if err != nil {
		return errors.Join(err, errors.New(string(bytes.TrimSpace(out))))
	}
	return nil
})
