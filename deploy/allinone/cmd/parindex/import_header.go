package main

import (
	"cmp"
	"fmt"
	"os"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// header is what the address of an import is made of. The server checks it
// against the address, and everything else: that a key stands twice, too.
type header struct{ authority, cycle string }

var slug = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$`)

func read(path string) ([]byte, header, error) {
	var h header
	content, err := os.ReadFile(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, h, fmt.Errorf("reading the import file: %w", err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, h, fmt.Errorf("%s is no import file: %w", path, err)
	}
	// Both "authority: x" and "authority: {id: x}".
	authority := at(&document, "authority")
	h.authority, h.cycle = cmp.Or(authority.Value, at(authority, "id").Value), at(&document, "cycle").Value
	// Both become parts of an address; what else is wrong with them the server tells.
	if !slug.MatchString(h.authority) || (h.cycle != "" && !slug.MatchString(h.cycle)) {
		return nil, h, fmt.Errorf("%s is no import file: it names no authority, or one or a cycle that is no id such as soc-trang or 2023", path)
	}
	return content, h, nil
}
