package cite_test

import (
	"strings"
	"testing"

	"github.com/parindex/parindex/services/catalog/pack/cite"
)

func TestHolds(t *testing.T) {
	var digest strings.Builder
	if err := cite.Write(strings.NewReader("\nCó 27/40 cơ quan (73,66%), theo QĐ 19/2014/QĐ-TTg.\n---\nMột lời nói\nHai lời\n"), &digest); err != nil {
		t.Fatal(err)
	}
	d, err := cite.Read(strings.NewReader(digest.String()))
	if err != nil {
		t.Fatal(err)
	}
	if len(d) != 2 || strings.Contains(digest.String(), "quan") {
		t.Errorf("the digest is\n%s", &digest)
	}
	for _, c := range []struct {
		line  int
		text  string
		holds bool
	}{
		{2, "27/40", true},
		{2, "27/40 CƠ", true},
		{2, "27/40 CƠ QUAN", true},
		{2, "cơ quan (73,66%)", true},
		{2, "có 27/40 cơ quan 73,66% theo", true},
		{2, "73,66%", true},
		{2, "19/2014/QĐ-TTg", true},
		{4, "một lời nói", true},
		{2, "cơ quan 27/40", false},      // in another order
		{2, "27/40 73,66%", false},       // both there, but not in a row
		{2, "27/40 cơ quan theo", false}, // a word left out
		{2, "27/40 quan", false},
		{2, "73,66", false},
		{2, "27", false},
		{2, "28/40", false},
		{1, "27/40", false},
		{3, "27/40", false},
		{4, "một", false}, // there, but too common to prove anything
		{4, "một lời", false},
		{2, "", false},
		{3, "", false},
		{3, "-", false},
	} {
		if got := d.Holds(c.line, c.text); got != c.holds {
			t.Errorf("line %d holds %q: %v", c.line, c.text, got)
		}
	}
	if _, err := cite.Read(strings.NewReader("x 00000000\n")); err == nil {
		t.Error("a digest without numbers was read")
	}
}
