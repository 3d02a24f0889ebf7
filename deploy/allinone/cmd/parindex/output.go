package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/libs/run"
)

// output is a file to write, in a format.
type output struct {
	// name is empty for standard output.
	name   string
	format string
	force  bool
}

// flags adds the flags of an output.
func (o *output) flags(cmd *cobra.Command) {
	cmd.Flags().Var(&word{words: []string{yamlFormat, xlsxFormat}, at: &o.format}, "format",
		"how to write it: yaml or xlsx; by default as the file's name ends, and yaml to standard output")
	cmd.Flags().BoolVar(&o.force, "force", false, "replace a file that is there")
}

// The formats of an output.
const (
	yamlFormat = "yaml"
	xlsxFormat = "xlsx"
)

// to settles the format of what goes to name, and refuses one that says something
// else than its ending and, unless it is forced, one that is there.
func (o *output) to(name string) error {
	o.name = name
	there, err := os.Stat(name)
	if name == "" || err == nil && !there.Mode().IsRegular() && !there.IsDir() { // a device or a pipe
		o.format = cmp.Or(o.format, yamlFormat)
		return nil
	}
	of := map[string]string{".xlsx": xlsxFormat, ".yaml": yamlFormat, ".yml": yamlFormat}[strings.ToLower(filepath.Ext(name))]
	switch {
	case of == "":
		return run.Usage(fmt.Errorf("%s: the name of the file must end in .yaml, .yml or .xlsx", name))
	case o.format != "" && o.format != of:
		return run.Usage(fmt.Errorf("%s: by its name it is a file of %s, and --format asks for %s", name, of, o.format))
	}
	o.format = of
	if _, err := os.Lstat(name); err == nil && !o.force {
		return fmt.Errorf("%s is there already; replace it with --force", name)
	}
	return nil
}

// write writes the output, which is there whole or, after an error, as it was.
func (o *output) write(out io.Writer, data []byte) error {
	if o.name != "" {
		return replaceFile(o.name, data)
	}
	_, err := out.Write(data)
	return err
}

// replaceFile writes a file that is there whole or, after an error, as it was.
func replaceFile(name string, data []byte) error {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	if there, err := os.Stat(name); err == nil && !there.Mode().IsRegular() {
		return os.WriteFile(name, data, 0o644) //nolint:gosec // a device or a pipe, which keeps its mode
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", name, err), os.Remove(f.Name()))
	}
	return nil
}
