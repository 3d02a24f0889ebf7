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
	"syscall"

	"go.yaml.in/yaml/v3"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/pack"
)

// importNotRead is a file that cannot be read; fileNotRead is a name that is not that of
// a pack either.
var (
	importNotRead = fault.NotFound.Reason("IMPORT_FILE_NOT_READ",
		"Không đọc được tệp “%s”: %s. Hãy kiểm tra lại tên tệp và quyền đọc.",
		"The file %q cannot be read: %s. Check its name and the right to read it.")
	fileNotRead = fault.NotFound.Reason("FILE_NOT_READ",
		"“%s” không phải là gói có sẵn (%s) và không đọc được như một tệp: %s. Hãy kiểm tra lại tên.",
		"%q is neither a pack (%s) nor a file that can be read: %s. Check the name.")
)

// cause says why a file cannot be read.
func cause(err error) words {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return words{"không có tệp này", "there is no such file"}
	case errors.Is(err, fs.ErrPermission):
		return words{"không có quyền đọc", "it may not be read"}
	case errors.Is(err, syscall.EISDIR):
		return words{"đây là thư mục", "it is a folder"}
	}
	return words{"hệ điều hành báo lỗi", "the operating system reports an error"}
}

// words is a text in both languages.
type words struct{ vi, en string }

func (w words) String() string { return w.en }

// Vietnamese returns the text in Vietnamese.
func (w words) Vietnamese() string { return w.vi }

// readFile reads a file up to one byte more than an import accepts.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the user names the file
	if err == nil {
		defer func() { _ = f.Close() }()
		var data []byte
		if data, err = io.ReadAll(io.LimitReader(f, pack.MaxRegulationBytes+1)); err == nil {
			return data, nil
		}
	}
	return nil, fileNotRead.With(name, strings.Join(pack.Names(), ", "), cause(err))
}

// openedRegulation is a regulation of a pack or file.
type openedRegulation struct {
	pack.Pack

	// where returns the place of a finding in the file: its line or cell.
	where func(pack.Finding) string
	// told are the warnings about the file itself.
	told []pack.Finding
}

// openRegulation returns the pack with a name, or the regulation in a file. It returns
// nil for a catalog file without faults.
func openRegulation(name string) (*openedRegulation, error) {
	if slices.Contains(pack.Names(), name) {
		p, err := pack.Load(name)
		return &openedRegulation{p, p.Where, nil}, err
	}
	data, err := readFile(name)
	if err != nil {
		return nil, err
	}
	return parseRegulation(name, data)
}

// parseRegulation is like openRegulation, for the content of a file.
func parseRegulation(name string, data []byte) (*openedRegulation, error) {
	if formatOf(data) == pack.Format {
		_, err := pack.Read(data)
		return nil, err
	}
	if isWorkbook(name, data) {
		w, err := pack.ReadWorkbook(data)
		if err != nil {
			return nil, err
		}
		return &openedRegulation{pack.Pack{Name: name, Content: w.Content}, w.Where, w.Told()}, nil
	}
	r, err := pack.ReadRegulation(data)
	if err != nil {
		return nil, err
	}
	return &openedRegulation{pack.Pack{Name: name, Content: r.Content}, r.Where, nil}, nil
}

// isWorkbook reports whether a file is a workbook, by what is in it or by its name.
func isWorkbook(name string, data []byte) bool {
	return pack.IsWorkbook(data) || strings.HasPrefix(strings.ToLower(filepath.Ext(name)), ".xls")
}

// formatOf returns the format that a file names, or "". The rest of the file may be
// malformed.
func formatOf(data []byte) string {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err == nil {
		return valueAt(&document, "format").Value
	}
	if m := formatLine.FindSubmatch(data); m != nil {
		return string(m[1])
	}
	return ""
}

// formatLine finds the format in a file that is not valid YAML.
var formatLine = regexp.MustCompile(`(?m)^format:[\s\x{a0}]*["']?([a-z./0-9]+)`)

// valueAt returns the value of a key of a document or mapping: the first if the key is
// there twice, an empty node if it is not there.
func valueAt(node *yaml.Node, key string) *yaml.Node {
	if node.Kind == yaml.DocumentNode {
		return valueAt(node.Content[0], key)
	}
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return new(yaml.Node)
}
