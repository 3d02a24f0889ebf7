package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

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
	case d.addSpaces(data, at.line):
	case unknownAnchor:
		d.add(at, "", AliasRefused)
	case strings.HasPrefix(problem, "exceeded max depth"):
		d.add(at, "", NestingTooDeep.With(d.limits.Depth))
	default:
		d.add(at, "", DocumentMalformed.With(inWords(problem)))
	}
}

// words is a text in both languages.
type words struct{ vi, en string }

func (w words) String() string { return w.en }

// Vietnamese returns the text in Vietnamese.
func (w words) Vietnamese() string { return w.vi }

// problems are the problems of the library by a part of their text.
var problems = []struct {
	part string
	words
}{
	{"mapping values", words{"có dấu hai chấm ở chỗ không thể có khóa; có thể thụt dòng lệch, hoặc chữ có dấu hai chấm cần đặt trong dấu nháy", "a colon where no key can be; the indentation may be wrong, or a text with a colon needs quotes"}},
	{"did not find expected ',' or", words{"ngoặc chưa đóng hoặc thiếu dấu phẩy", "a bracket is not closed, or a comma is missing"}},
	{"unexpected end of stream", words{"dấu nháy chưa đóng", "a quote is not closed"}},
	{"could not find expected ':'", words{"thiếu dấu hai chấm sau khóa", "a key lacks its colon"}},
	{"cannot start any token", words{"giá trị bắt đầu bằng ký tự dành riêng, cần đặt trong dấu nháy", "a value begins with a reserved character and needs quotes"}},
	{"escape", words{"có dấu gạch chéo ngược trong dấu nháy kép; hãy dùng dấu nháy đơn", "a backslash in double quotes; use single quotes"}},
	{"control characters", words{"có ký tự điều khiển; tệp có thể không phải tệp văn bản", "a control character; the file may be no text file"}},
	{"sequence entries", words{"có dấu gạch đầu dòng ở chỗ không thể có danh sách", "a dash where no list can be"}},
	{"did not find expected", words{"thụt dòng không khớp với các dòng ở trên", "the indentation does not match the lines above"}},
}

// inWords returns a problem of the library in our words.
func inWords(problem string) words {
	for _, p := range problems {
		if strings.Contains(problem, p.part) {
			return p.words
		}
	}
	return words{"không đọc được cấu trúc", "its structure cannot be read"}
}

// odd is the class of the white space, seen or not, that word processors and web pages
// have in the place of spaces, without the tab.
const odd = `\x{a0}\x{ad}\x{1680}\x{2000}-\x{200d}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}`

var anyOdd = regexp.MustCompile(`^[` + odd + `]$`)

func isOdd(r rune) bool { return r > utf8.RuneSelf && anyOdd.MatchString(string(r)) }

// oddSpace finds such a character, or a tab in the indentation, where the structure of
// YAML needs a space.
var oddSpace = regexp.MustCompile(`^ *(?:- +)*(?:-([` + odd + `])|([\t` + odd + `]))|(?:^ *(?:- +)*|[{,] *)["']?[A-Za-z][\w-]*["']?:([` + odd + `])`)

// oddIn returns the character that oddSpace finds in a line.
func oddIn(line string) (rune, bool) {
	for _, found := range oddSpace.FindStringSubmatch(line) {
		if r, size := utf8.DecodeRuneInString(found); size > 0 && size == len(found) {
			return r, true
		}
	}
	return 0, false
}

// named names such a character.
func named(r rune) words {
	switch r {
	case '\t':
		return words{"dấu tab", "a tab"}
	case '\u00a0', '\u202f':
		return words{fmt.Sprintf("khoảng trắng không ngắt (U+%04X)", r), fmt.Sprintf("a no-break space (U+%04X)", r)}
	}
	return words{fmt.Sprintf("khoảng trắng đặc biệt (U+%04X)", r), fmt.Sprintf("a special space (U+%04X)", r)}
}

// addSpaces reports each line with an odd space, if one of them explains why reading
// failed at a line: of a tab the library names the line before.
func (d *Doc) addSpaces(data []byte, failed int) bool {
	explained := false
	for i, line := range strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n") {
		if strings.TrimSpace(line) == "" || !explained && i > failed {
			continue
		}
		if r, found := oddIn(line); found {
			d.add(position{line: i + 1}, "", SpaceNotPlain.With(named(r)))
			explained = true
		}
	}
	return explained
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
