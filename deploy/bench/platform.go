package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// password is the password of every account of a run.
const password = "a password for bench"

// platform holds the addresses of a running platform.
type platform struct {
	HTTP, GRPC string
	pid        int
}

// createDatabase creates an empty database for this run, on a server that waits for
// its disk. The servers of deploy/local do so only if configured.
func (b *bench) createDatabase(ctx context.Context) error {
	server, name := os.Getenv("PARINDEX_DSN"), fmt.Sprintf("bench_%d", os.Getpid())
	_, err := b.psql(ctx, server,
		"alter system set fsync = on", "alter system set synchronous_commit = on", "alter system set full_page_writes = on",
		"select pg_reload_conf()", "create database "+name)
	if err != nil {
		return err
	}
	b.stops = append(b.stops, func() error {
		_, err := b.psql(context.WithoutCancel(ctx), server, "drop database "+name+" with (force)")
		return err
	})
	b.dsn = server + " dbname=" + name
	return nil
}

// psql runs statements, each in its own transaction, and returns their output.
func (b *bench) psql(ctx context.Context, dsn string, statements ...string) (string, error) {
	arguments := []string{"--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--dbname=" + dsn}
	for _, statement := range statements {
		arguments = append(arguments, "--command="+statement)
	}
	output, err := exec.CommandContext(ctx, filepath.Join(b.postgresql, "psql"), arguments...).CombinedOutput() //nolint:gosec // named by the caller
	if err != nil {
		return "", fmt.Errorf("psql: %w: %s", err, output)
	}
	return string(output), nil
}

// makeKey creates the signing key of this run.
func (b *bench) makeKey(ctx context.Context) error {
	b.key = filepath.Join(b.folder, "key.pem")
	if output, err := exec.CommandContext(ctx, b.parindex, "new-signing-key", b.key).CombinedOutput(); err != nil { //nolint:gosec // named by the caller
		return fmt.Errorf("making a key: %w: %s", err, output)
	}
	return nil
}

// setEnvironment sets the environment of all programs. It raises the limits per client
// address, because all clients have the same address here.
func (b *bench) setEnvironment() {
	b.environment = append(os.Environ(), "PARINDEX_DSN="+b.dsn, "PARINDEX_HTTP_ADDR=127.0.0.1:0", "PARINDEX_GRPC_ADDR=127.0.0.1:0",
		"PARINDEX_IDENTITY_SIGNING_KEY_FILE="+b.key, "PARINDEX_LOGINS_PER_MINUTE=1000000", "PARINDEX_STRANGERS_PER_MINUTE=100000000")
}

// startPlatform starts the whole platform in one process.
func (b *bench) startPlatform(ctx context.Context, name string, environment []string) (p platform, err error) {
	ready := filepath.Join(b.folder, name+".json")
	command := exec.CommandContext(ctx, b.parindex, "up", "--migrate", "--ready-file="+ready) //nolint:gosec // named by the caller
	// The log is written as in production, because writing it is part of the work.
	log, err := os.Create(filepath.Join(b.folder, name+".log")) //nolint:gosec // bench's own folder
	if err != nil {
		return p, err
	}
	b.stops = append(b.stops, log.Close)
	command.Env, command.Stderr = environment, log
	if err := b.start(command, os.Interrupt); err != nil {
		return p, err
	}
	err = eventually(ctx, func() error {
		content, err := os.ReadFile(ready) //nolint:gosec // bench's own file
		if err != nil {
			return err
		}
		return json.Unmarshal(content, &p)
	})
	if err != nil {
		complaints, _ := os.ReadFile(log.Name())
		return p, fmt.Errorf("the platform does not get ready: %w\n%s", err, complaints)
	}
	p.pid = command.Process.Pid
	return p, nil
}

// load creates two administrators and an approver, who propose and import a synthetic cycle
// of 47 agencies and 8 domains, as users would. The administrator stays logged in.
func (b *bench) load(ctx context.Context) error {
	catalog, history := synthetic()
	files := map[string]string{"catalog.yaml": catalog, "history.yaml": history}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(b.folder, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	err := b.commands(ctx, [][]string{
		{"create-admin", "bench"},
		{"create-admin", second},
		{"login", "bench"},
		{"catalog", "import", filepath.Join(b.folder, "catalog.yaml")},
		{"history", "propose", filepath.Join(b.folder, "history.yaml")},
	})
	if err != nil {
		return err
	}
	const approver = "bench-approver"
	if _, err := b.person(ctx, approver, "", authv1.Role_ROLE_APPROVER); err != nil {
		return err
	}
	return b.commands(ctx, [][]string{
		{"login", approver},
		{"history", "import", filepath.Join(b.folder, "history.yaml")},
		{"login", "bench"},
	})
}

// commands runs commands of the command line; each that asks for a password gets it.
func (b *bench) commands(ctx context.Context, lines [][]string) error {
	for _, arguments := range lines {
		command := exec.CommandContext(ctx, b.parindex, arguments...) //nolint:gosec // named by the caller
		command.Env = append(slices.Clone(b.environment), "PARINDEX_URL=http://"+b.platform.HTTP, "PARINDEX_TOKEN_FILE="+b.tokenFile())
		if arguments[0] == "create-admin" || arguments[0] == "login" {
			command.Stdin = strings.NewReader(password + "\n")
		}
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("parindex %s: %w: %s", strings.Join(arguments, " "), err, output)
		}
	}
	return nil
}

// tokenFile is the file with the administrator's session.
func (b *bench) tokenFile() string { return filepath.Join(b.folder, "token") }

func (b *bench) start(command *exec.Cmd, signal os.Signal) error {
	command.Cancel = func() error { return command.Process.Signal(signal) }
	command.WaitDelay = 20 * time.Second
	if err := command.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", command.Path, err)
	}
	b.stops = append(b.stops, func() error {
		if err := command.Process.Signal(signal); err != nil {
			return err
		}
		_ = command.Wait() // ended by our signal
		return nil
	})
	return nil
}

func eventually(ctx context.Context, try func() error) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := try()
		if err == nil || time.Now().After(deadline) || ctx.Err() != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
