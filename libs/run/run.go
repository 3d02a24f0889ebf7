// Package run is how a program of parindex starts and ends: signals, flags with
// their environment twins, tasks that stop in the reverse order of their start.
// It knows nothing of what the program does.
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

// Main runs the command until it ends or the first SIGINT or SIGTERM, which
// cancels its context; a second one kills the process at once. A failure is
// printed as one sentence and the process exits with 2 for a command line that
// cannot be meant, else with 1.
func Main(cmd *cobra.Command) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	// Commands, flags and arguments have been found right when this is called.
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

// Unwrap returns what Usage was given.
func (e usageError) Unwrap() error { return e.error }

// Usage makes err one of the command line, for what only the command itself can
// find wrong with it.
func Usage(err error) error { return usageError{err} }

// Version returns the program's version: what the linker was told, else the
// VCS revision Go recorded, else "dev".
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

// Variable returns the environment twin of a flag: "survey-dsn" is
// PARINDEX_SURVEY_DSN.
func Variable(flag string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Environment gives every flag that was not set on the command line the value
// of its environment twin, or the content of the file that the twin with _FILE
// names, without the line breaks at its end. Use it as PersistentPreRunE. A value that
// does not fit, both twins at once, or a file that cannot be read is an error
// that names the variable but not the value, which may be a secret.
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

// maxFile bounds a value in a file: a secret, not a mistake.
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
