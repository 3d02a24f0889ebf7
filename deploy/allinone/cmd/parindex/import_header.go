package main

import (
	"cmp"
	"fmt"
	"os"
	"regexp"

	"go.yaml.in/yaml/v3"

	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/text"
)

// header holds the ids from which the address of an import is made. The server
// compares them with the address, and judges the rest of the file.
type header struct{ authority, cycle string }

// readImport returns the content of an import file and its header; given has what the
// caller names of it. The file may be anything: the importer says what is wrong with it.
func readImport(path string, given header) ([]byte, header, error) {
	content, err := os.ReadFile(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, given, importNotRead.With(path, cause(err))
	}
	h := headerOf(content)
	h = header{cmp.Or(given.authority, h.authority), cmp.Or(given.cycle, h.cycle)}
	// Both become parts of an address, so they must be ids.
	if !text.IsSlug(h.authority) || h.cycle != "" && !text.IsSlug(h.cycle) {
		return nil, h, run.Usage(fmt.Errorf("%s does not say what it is for: name its authority with --authority, and the cycle of a history file with --cycle, ids such as soc-trang and 2023", path))
	}
	return content, h, nil
}

// headerOf returns what a YAML file names, also one that is malformed further on.
func headerOf(content []byte) header {
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err == nil {
		// Both "authority: x" and "authority: {id: x}".
		authority := valueAt(&document, "authority")
		return header{cmp.Or(authority.Value, valueAt(authority, "id").Value), valueAt(&document, "cycle").Value}
	}
	var h header
	if m := authorityLine.FindSubmatch(content); m != nil {
		h.authority = string(m[1])
	}
	if m := cycleLine.FindSubmatch(content); m != nil {
		h.cycle = string(m[1])
	}
	return h
}

// These find the header in a file that is not valid YAML.
var (
	authorityLine = regexp.MustCompile(`(?m)^authority:[\s\x{a0}]*(?:\{?[\s\x{a0}]*id:[\s\x{a0}]*)?["']?([a-z0-9-]+)`)
	cycleLine     = regexp.MustCompile(`(?m)^cycle:[\s\x{a0}]*["']?([a-z0-9-]+)`)
)
