package yamldoc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/yamldoc"
)

// White space that looks like a space is named at its line where the structure needs
// spaces, and counts for nothing behind a value.
func TestOddSpaces(t *testing.T) {
	const nb = "\u00a0"
	for _, c := range []struct {
		file string
		want string
	}{
		{"a:\n  - b: x\n" + nb + nb + nb + nb + "c: 1\n    d: 2\n", "line 3 a no-break space (U+00A0)"},
		{"a:\n  - b: x\n    c:" + nb + "1\n    d: 2\n", "line 3 a no-break space (U+00A0)"},
		{"a:\n  - b: x\n\tc: 1\n    d: 2\n", "line 3 a tab"},
		{"a:\n  b: x\n" + nb + nb + "c: 1\n", "line 3 a no-break space (U+00A0)"},
		{"a: {b: x, c:" + nb + "1}\n", "line 1 a no-break space (U+00A0)"},
		{"a:\n  -" + nb + "b: x\n    c: 1\n", "line 2 a no-break space (U+00A0)"},
		{"a:\n  b: x\n\u3000\u3000c: 1\n" + nb + "d: 2\n e: 3\n", "line 3 a special space (U+3000); line 4 a no-break space (U+00A0)"},
		{"a: ghi chú:" + nb + "x\nb: [1\n", "line 2"}, // the bracket, not the space in a text
		{"a: 80.00" + nb + "\nb: x\n", ""},
	} {
		doc := yamldoc.Parse([]byte(c.file), yamldoc.Limits{})
		var got []string
		for _, f := range doc.Findings() {
			line := fmt.Sprintf("line %d", f.Line)
			if f.Code == yamldoc.SpaceNotPlain.Code {
				line += " " + strings.TrimPrefix(f.En[:strings.Index(f.En, " where")], "This line has ")
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(c.want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("%q: %s", c.file, diff)
		}
	}
	root := yamldoc.Parse([]byte("a: 80.00"+nb+"\nb: x"+nb+"\nc: \""+nb+"x\"\n"), yamldoc.Limits{}).Root().Map("a", "b", "c")
	if got := root.Need("a").Points().String() + root.Need("b").OneOf("x") + root.Need("c").Text(); got != "80x"+nb+"x" {
		t.Errorf("read %q", got)
	}
}

// The words of the library reach nobody: each problem is told in Vietnamese too.
func TestProblemsInWords(t *testing.T) {
	for _, file := range []string{
		"a: b: c", "a: [1, 2", "a: \"x", "a: @x", "a: \"\\q\"", "a: \x01", "a: - b", "a: 1\n b: 2", "a\nb: 1", "- a\nb: 1", "%YAML 9.9\n---\na: 1", "a: {b: 1",
		"? [", "a: |x\n  y", "a: !<x y", "a: %\n", "}", "a: b\n  - c",
	} {
		for _, f := range yamldoc.Parse([]byte(file), yamldoc.Limits{}).Findings() {
			for _, english := range []string{"did not find", "found ", "could not", "not allowed", "mapping values", "yaml:"} {
				if strings.Contains(f.Vi, english) {
					t.Errorf("%q: %s", file, f.Vi)
				}
			}
		}
	}
}
