package run_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/libs/run"
)

func TestVariable(t *testing.T) {
	for flag, want := range map[string]string{
		"dsn": "PARINDEX_DSN", "survey-dsn": "PARINDEX_SURVEY_DSN", "http-addr": "PARINDEX_HTTP_ADDR",
	} {
		if got := run.Variable(flag); got != want {
			t.Errorf("Variable(%q) = %s, want %s", flag, got, want)
		}
	}
}

// settings runs a command with the flags of a service and returns their values.
func settings(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var dsn string
	var size int
	var wait time.Duration
	cmd := &cobra.Command{
		Use: "shelf", SilenceErrors: true, SilenceUsage: true,
		PreRunE: run.Environment,
		RunE:    func(*cobra.Command, []string) error { return nil },
	}
	cmd.Flags().StringVar(&dsn, "shelf-dsn", "default", "")
	cmd.Flags().IntVar(&size, "shelf-size", 1, "")
	cmd.Flags().DurationVar(&wait, "shelf-wait", time.Second, "")
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return fmt.Sprintf("%s %d %s", dsn, size, wait), err
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "value")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEnvironment(t *testing.T) {
	const secret = "hunter2"
	tests := []struct {
		name string
		env  map[string]string
		args []string
		want string
		// faults, if any, are parts of the error.
		faults []string
	}{
		{name: "default", want: "default 1 1s"},
		{name: "environment over default", env: map[string]string{"PARINDEX_SHELF_DSN": "env", "PARINDEX_SHELF_SIZE": "7"}, want: "env 7 1s"},
		{name: "flag over environment", env: map[string]string{"PARINDEX_SHELF_DSN": "env"}, args: []string{"--shelf-dsn=flag"}, want: "flag 1 1s"},
		{name: "flag set to its default", env: map[string]string{"PARINDEX_SHELF_SIZE": "7"}, args: []string{"--shelf-size=1"}, want: "default 1 1s"},
		{name: "empty value", env: map[string]string{"PARINDEX_SHELF_DSN": ""}, want: " 1 1s"},
		{name: "file", env: map[string]string{"PARINDEX_SHELF_DSN_FILE": file(t, " from file \n")}, want: " from file  1 1s"},
		{name: "file from Windows", env: map[string]string{"PARINDEX_SHELF_WAIT_FILE": file(t, "3m\r\n")}, want: "default 1 3m0s"},
		{
			name: "flag beside a file that is not there",
			env:  map[string]string{"PARINDEX_SHELF_DSN_FILE": "/nowhere"}, args: []string{"--shelf-dsn=flag"}, want: "flag 1 1s",
		},
		{
			name: "both twins", env: map[string]string{"PARINDEX_SHELF_DSN": secret, "PARINDEX_SHELF_DSN_FILE": file(t, secret)},
			faults: []string{"PARINDEX_SHELF_DSN and PARINDEX_SHELF_DSN_FILE"},
		},
		{
			name: "unreadable file", env: map[string]string{"PARINDEX_SHELF_DSN_FILE": "/nowhere/at/all"},
			faults: []string{"PARINDEX_SHELF_DSN_FILE", "/nowhere/at/all"},
		},
		{name: "directory", env: map[string]string{"PARINDEX_SHELF_DSN_FILE": t.TempDir()}, faults: []string{"PARINDEX_SHELF_DSN_FILE"}},
		{
			name: "file that is no secret", env: map[string]string{"PARINDEX_SHELF_DSN_FILE": file(t, strings.Repeat(secret, 10_000))},
			faults: []string{"PARINDEX_SHELF_DSN_FILE", "65536 bytes"},
		},
		{
			name: "several bad values", env: map[string]string{"PARINDEX_SHELF_SIZE": secret, "PARINDEX_SHELF_WAIT_FILE": file(t, secret)},
			faults: []string{"PARINDEX_SHELF_SIZE holds no valid int", "PARINDEX_SHELF_WAIT holds no valid duration"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, value := range tt.env {
				t.Setenv(name, value)
			}
			got, err := settings(t, tt.args...)
			if len(tt.faults) == 0 {
				if err != nil || got != tt.want {
					t.Errorf("settings %q, %v; want %q", got, err, tt.want)
				}
				return
			}
			if err == nil {
				t.Fatalf("accepted as %q", got)
			}
			for _, part := range tt.faults {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q lacks %q", err, part)
				}
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the value leaks: %v", err)
			}
		})
	}
}

func TestVersionCommand(t *testing.T) {
	var out bytes.Buffer
	cmd := run.VersionCommand()
	cmd.SetOut(&out)
	cmd.SetArgs(nil)
	if err := cmd.Execute(); err != nil || out.String() != run.Version()+"\n" || run.Version() == "" {
		t.Errorf("prints %q, %v; version %q", out.String(), err, run.Version())
	}
	cmd.SetArgs([]string{"extra"})
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	if err := cmd.Execute(); err == nil {
		t.Error("takes an argument")
	}
}

// TestMain makes the test binary behave like a program if PARINDEX_TEST_MAIN names
// a behaviour.
func TestMain(m *testing.M) {
	behave, ok := os.LookupEnv("PARINDEX_TEST_MAIN")
	if !ok {
		os.Exit(m.Run())
	}
	failing := func(in string) func(*cobra.Command, []string) error {
		return func(*cobra.Command, []string) error {
			if behave == in {
				return errors.New("the shelf is full: add a board")
			}
			return nil
		}
	}
	run.Main(&cobra.Command{Use: "shelfd", DisableFlagParsing: true, Args: failing("misunderstand"), PersistentPreRunE: failing("prepare"), RunE: func(cmd *cobra.Command, _ []string) error {
		switch behave {
		case "fail":
			return errors.New("the shelf is full: add a board")
		case "misuse":
			return fmt.Errorf("here: %w", run.Usage(errors.New("which shelf?")))
		case "deaf":
			_, _ = fmt.Println("up")
			<-cmd.Context().Done()
			_, _ = fmt.Println("stopping")
			select {}
		}
		_, _ = fmt.Println("up")
		<-cmd.Context().Done()
		return nil
	}})
	os.Exit(0)
}

type program struct {
	*exec.Cmd
	out    *os.File
	stderr bytes.Buffer
}

func start(t *testing.T, behave string) *program {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	p := &program{Cmd: exec.CommandContext(ctx, os.Args[0])} //nolint:gosec // this test binary
	p.Env = append(os.Environ(), "PARINDEX_TEST_MAIN="+behave)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out, p.Stdout, p.Stderr = r, w, &p.stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	t.Cleanup(func() { _ = r.Close() })
	return p
}

// says waits for a line of the program.
func (p *program) says(t *testing.T, want string) {
	t.Helper()
	line := make([]byte, len(want)+1)
	if _, err := p.out.Read(line); err != nil || string(line) != want+"\n" {
		t.Fatalf("the program says %q, %v; want %q", line, err, want)
	}
}

func (p *program) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

func TestMainEndsCleanlyOnASignal(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		p := start(t, "serve")
		p.says(t, "up")
		p.signal(t, s)
		if err := p.Wait(); err != nil || p.stderr.Len() > 0 {
			t.Errorf("after %s: %v, %q; want exit 0 and silence", s, err, p.stderr.String())
		}
	}
}

func TestMainIsKilledByASecondSignal(t *testing.T) {
	p := start(t, "deaf")
	p.says(t, "up")
	p.signal(t, syscall.SIGTERM)
	p.says(t, "stopping")
	ended := make(chan struct{})
	go func() {
		_ = p.Wait()
		close(ended)
	}()
	for running := true; running; { // the handler is removed a moment after the context ends
		_ = p.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
			running = false
		case <-time.After(10 * time.Millisecond):
		}
	}
	if status, ok := p.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGTERM {
		t.Errorf("ended with %s, want killed by SIGTERM", p.ProcessState)
	}
}

func TestMainFailsWithOneSentence(t *testing.T) {
	for behave, want := range map[string]struct {
		status int
		says   string
	}{
		"fail":          {1, "the shelf is full: add a board"},
		"prepare":       {1, "the shelf is full: add a board"},
		"misunderstand": {2, "the shelf is full: add a board"},
		"misuse":        {2, "here: which shelf?"},
	} {
		p := start(t, behave)
		err := p.Wait()
		if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != want.status {
			t.Errorf("%s ended with %v, want exit %d", behave, err, want.status)
		}
		if got := p.stderr.String(); got != "shelfd: "+want.says+"\n" {
			t.Errorf("%s: stderr %q, want %q", behave, got, want.says)
		}
	}
}
