package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/pack"
)

// fileNotRead is a name of neither a pack nor a file that can be read.
var fileNotRead = fault.Reason{
	Kind: fault.NotFound, Code: "FILE_NOT_READ",
	Vi: "“%s” không phải là gói có sẵn (%s) và không đọc được như một tệp: %v.",
	En: "%q is neither a pack (%s) nor a file that can be read: %v.",
}

// readFile reads a file as far as one that is taken can reach.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the user names the file
	if err == nil {
		defer func() { _ = f.Close() }()
		var data []byte
		if data, err = io.ReadAll(io.LimitReader(f, pack.MaxRegulationBytes+1)); err == nil {
			return data, nil
		}
	}
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	}
	return nil, fileNotRead.With(name, strings.Join(pack.Names(), ", "), err)
}

// opened is a regulation with where its findings stand.
type opened struct {
	pack.Pack

	where func(pack.Finding) string
}

// open returns the pack of a name, or what a regulation file says; nil for a
// catalog file that is sound.
func open(name string) (*opened, error) {
	if slices.Contains(pack.Names(), name) {
		p, err := pack.Load(name)
		return &opened{p, p.Where}, err
	}
	data, err := readFile(name)
	if err != nil {
		return nil, err
	}
	return parse(name, data)
}

// parse is open for what stands in a file.
func parse(name string, data []byte) (*opened, error) {
	if formatOf(data) == pack.Format {
		_, err := pack.Read(data)
		return nil, err
	}
	if isWorkbook(name, data) {
		w, err := pack.ReadWorkbook(data)
		if err != nil {
			return nil, err
		}
		return &opened{pack.Pack{Name: name, Content: w.Content}, w.Where}, nil
	}
	r, err := pack.ReadRegulation(data)
	if err != nil {
		return nil, err
	}
	return &opened{pack.Pack{Name: name, Content: r.Content}, r.Where}, nil
}

// isWorkbook reports whether a file is a workbook, by what is in it or by its name.
func isWorkbook(name string, data []byte) bool {
	return pack.IsWorkbook(data) || strings.HasPrefix(strings.ToLower(filepath.Ext(name)), ".xls")
}

// formatOf returns the format that a file names, if it names one, whatever is wrong
// with the rest of it.
func formatOf(data []byte) string {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err == nil {
		return at(&document, "format").Value
	}
	if m := formatLine.FindSubmatch(data); m != nil {
		return string(m[1])
	}
	return ""
}

// formatLine is where a file that is no YAML says what it was to be.
var formatLine = regexp.MustCompile(`(?m)^format:[ \t]*["']?([a-z./0-9]+)`)

// at returns the value of a key of a document or mapping, the first if it stands
// there twice, or one without a value.
func at(node *yaml.Node, key string) *yaml.Node {
	if node.Kind == yaml.DocumentNode {
		return at(node.Content[0], key)
	}
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return new(yaml.Node)
}
