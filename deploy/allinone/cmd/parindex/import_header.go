package main

import (
	"cmp"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"

	"github.com/parindex/parindex/libs/text"
)

// header holds the ids from which the address of an import is made. The server
// compares them with the address, and checks the rest of the file, such as a key
// that is there twice.
type header struct{ authority, cycle string }

// readImport returns the content of an import file and its header.
func readImport(path string) ([]byte, header, error) {
	var h header
	content, err := os.ReadFile(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, h, fmt.Errorf("reading the import file: %w", err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, h, fmt.Errorf("%s is not an import file: %w", path, err)
	}
	// Both "authority: x" and "authority: {id: x}".
	authority := valueAt(&document, "authority")
	h.authority, h.cycle = cmp.Or(authority.Value, valueAt(authority, "id").Value), valueAt(&document, "cycle").Value
	// Both become parts of an address, so they must be ids; the server checks the rest.
	if !text.IsSlug(h.authority) || (h.cycle != "" && !text.IsSlug(h.cycle)) {
		return nil, h, fmt.Errorf("%s is not an import file: its authority, and its cycle if there is one, must be ids such as soc-trang and 2023", path)
	}
	return content, h, nil
}
