// Package run starts and ends the programs of parindex: signals, flags with
// environment variables, and tasks that stop in the reverse order of their start.
// It does not depend on what the program does.
package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Main runs the command until it ends or the first SIGINT or SIGTERM cancels its
// context; a second signal kills the process at once. It prints a failure as one
// sentence and exits with status 2 for an invalid command line and with 1 for any
// other failure.
func Main(cmd *cobra.Command) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	// PersistentPreRunE is called when commands, flags and arguments are known to be
	// valid.
	understood, before := false, cmd.PersistentPreRunE
	cmd.PersistentPreRunE = func(cmd *cobra.Command, args []string) error {
		understood = true
		if before == nil {
			return nil
		}
		return before(cmd, args)
	}
	if err := cmd.ExecuteContext(ctx); err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "%s: %v\n", cmd.Name(), err)
		if _, misused := errors.AsType[usageError](err); misused || !understood {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

type usageError struct{ error }

// Unwrap returns the error that was passed to Usage.
func (e usageError) Unwrap() error { return e.error }

// Usage marks err as an error of the command line, for errors that only the command
// itself can detect.
func Usage(err error) error { return usageError{err} }

// Version returns the program's version: the one set by the linker, otherwise the
// VCS revision recorded by Go, otherwise "dev".
func Version() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "dev"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "dev"
}

// version is set with -ldflags "-X …/libs/run.version=…".
var version string

// VersionCommand returns the command that prints the program's version.
func VersionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "print the version", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), Version())
			return err
		},
	}
}

const prefix = "PARINDEX_"

// Variable returns the name of a flag's environment variable: PARINDEX_SURVEY_DSN
// for "survey-dsn".
func Variable(flag string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Setting names a flag and its environment variable in a message to the operator:
// "PARINDEX_SURVEY_DSN (--survey-dsn)".
func Setting(flag string) string { return Variable(flag) + " (--" + flag + ")" }

// Environment sets every flag that the command line does not set from its
// environment variable, or from the file that the variable with the suffix _FILE
// names, without the line breaks at its end. Use it as PersistentPreRunE. If a
// value is invalid, both variables are set, or the file cannot be read, the error
// names the variable but not the value, which may be a secret.
func Environment(cmd *cobra.Command, _ []string) error {
	var faults []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Changed {
			return
		}
		value, found, err := lookup(Variable(f.Name))
		if err == nil && found && cmd.Flags().Set(f.Name, value) != nil {
			err = fmt.Errorf("%s holds no valid %s", Variable(f.Name), f.Value.Type())
		}
		faults = append(faults, err)
	})
	return errors.Join(faults...)
}

func lookup(name string) (value string, found bool, err error) {
	value, found = os.LookupEnv(name)
	path, inFile := os.LookupEnv(name + "_FILE")
	switch {
	case found && inFile:
		return "", false, fmt.Errorf("both %s and %s_FILE are set; keep one", name, name)
	case !inFile:
		return value, found, nil
	}
	content, err := readSmall(path)
	if err != nil {
		return "", false, fmt.Errorf("reading the file that %s_FILE names: %w", name, err)
	}
	return strings.TrimRight(content, "\r\n"), true, nil
}

// maxFile is the largest accepted file with a value; secrets are small.
const maxFile = 64 << 10

func readSmall(path string) (string, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if len(content) > maxFile {
		return "", fmt.Errorf("%s has more than %d bytes", path, maxFile)
	}
	return string(content), err
}
