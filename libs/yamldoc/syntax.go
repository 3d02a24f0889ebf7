package yamldoc

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var libraryError = regexp.MustCompile(`^yaml: (?:line ([0-9]+): )?(.*)$`)

// searched are the problems for which the library gives no line, or only the line
// at which the enclosing mapping or list begins. For a wrong indentation that can
// be the top of the file.
var searched = []string{
	"did not find expected key",
	"did not find expected '-' indicator",
	"control characters are not allowed",
}

// countedFromZero are the problems whose line the library counts from 0; it counts
// all others from 1.
var countedFromZero = []string{
	"did not find expected <document start>",
	"did not find expected node content",
	"did not find expected ',' or ']'",
	"did not find expected ',' or '}'",
	"found undefined tag handle",
	"found duplicate %YAML directive",
	"found duplicate %TAG directive",
	"found incompatible YAML document",
}

func (d *Doc) addSyntax(data []byte, err error) {
	if errors.Is(err, io.EOF) {
		d.add(position{line: 1}, "", DocumentEmpty)
		return
	}
	line, problem := libraryLine(err)
	unknownAnchor := strings.HasPrefix(problem, "unknown anchor")
	switch {
	case unknownAnchor || slices.Contains(searched, problem):
		line = failingLine(data, problem)
	case slices.Contains(countedFromZero, problem):
		line++
	}
	at := position{line: d.within(line)}
	switch {
	case unknownAnchor:
		d.add(at, "", AliasRefused)
	case strings.HasPrefix(problem, "exceeded max depth"):
		d.add(at, "", NestingTooDeep.With(d.limits.Depth))
	default:
		d.add(at, "", DocumentMalformed.With(clip(problem)))
	}
}

// libraryLine splits a message of the library; line is 0 if it gives none.
func libraryLine(err error) (line int, problem string) {
	if err == nil {
		return 0, ""
	}
	m := libraryError.FindStringSubmatch(err.Error())
	if m == nil {
		return 0, err.Error()
	}
	if m[1] != "" {
		line, err = strconv.Atoi(m[1])
		if err != nil {
			return 0, m[2]
		}
	}
	return line, m[2]
}

// failingLine returns the first line at which data begins to fail with this
// problem. These problems never disappear when more lines follow, so a binary
// search finds the line; it reads the file about fifteen times.
func failingLine(data []byte, problem string) int {
	lines := bytes.SplitAfter(data, []byte("\n"))
	return 1 + sort.Search(len(lines)-1, func(i int) bool {
		_, found := libraryLine(syntaxOf(bytes.Join(lines[:i+1], nil)))
		return found == problem
	})
}

// syntaxOf returns the first syntax error of a stream of documents, or nil.
func syntaxOf(data []byte) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var n yaml.Node
		switch err := decoder.Decode(&n); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
