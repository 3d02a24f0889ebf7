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

// output is a file that a command writes, in a format.
type output struct {
	// name is empty for standard output.
	name   string
	format string
	force  bool
}

// flags adds the flags of an output.
func (o *output) flags(cmd *cobra.Command) {
	cmd.Flags().Var(&word{words: []string{yamlFormat, xlsxFormat}, at: &o.format}, "format",
		"format of the file: yaml or xlsx; default: by the end of its name, yaml on standard output")
	cmd.Flags().BoolVar(&o.force, "force", false, "replace an existing file")
}

// The formats of an output.
const (
	yamlFormat = "yaml"
	xlsxFormat = "xlsx"
)

// setName sets the name of the file, or "" for standard output, and its format. It
// fails if the format contradicts the ending of the name, and if the file exists and
// is not to be replaced.
func (o *output) setName(name string) error {
	o.name = name
	there, err := os.Stat(name)
	if name == "" || err == nil && !there.Mode().IsRegular() && !there.IsDir() { // a device or a pipe
		o.format = cmp.Or(o.format, yamlFormat)
		return nil
	}
	format := map[string]string{".xlsx": xlsxFormat, ".yaml": yamlFormat, ".yml": yamlFormat}[strings.ToLower(filepath.Ext(name))]
	switch {
	case format == "":
		return run.Usage(fmt.Errorf("%s: the name of the file must end in .yaml, .yml or .xlsx", name))
	case o.format != "" && o.format != format:
		return run.Usage(fmt.Errorf("%s: the name is that of a file in %s, but --format asks for %s", name, format, o.format))
	}
	o.format = format
	if _, err := os.Lstat(name); err == nil && !o.force {
		return fmt.Errorf("%s exists; replace it with --force", name)
	}
	return nil
}

// write writes the whole output. After an error an existing file is unchanged.
func (o *output) write(out io.Writer, data []byte) error {
	if o.name != "" {
		return replaceFile(o.name, data)
	}
	_, err := out.Write(data)
	return err
}

// replaceFile writes a whole file. After an error an existing file is unchanged.
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
