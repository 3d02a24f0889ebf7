package pack_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/pack"
)

// TestFourParts reads a regulation of four parts, in each of which codes start anew,
// and writes it as a workbook and as a file again without loss (rule C3).
func TestFourParts(t *testing.T) {
	file, err := os.ReadFile("testdata/parts/four.yaml")
	if err != nil {
		t.Fatal(err)
	}
	read, err := pack.ReadRegulation(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := read.Refuse(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, n := range read.Content.CriteriaSets[0].Nodes {
		ids = append(ids, n.ID())
	}
	if want := []string{"i.3", "i.3.1", "i.3.2", "ii.1", "iii.3", "iii.3.2", "iv.1"}; !slices.Equal(ids, want) {
		t.Errorf("got %q, want %q", ids, want)
	}
	if _, sums := read.Content.Validate(); sums[0].SelfPoints.String() != "75" || sums[0].SurveyPoints.String() != "25" {
		t.Errorf("the side of the parts is not that of their items: %+v", sums[0])
	}

	book, err := pack.WriteWorkbook(read.Content)
	if err != nil {
		t.Fatal(err)
	}
	again, err := pack.ReadWorkbook(book)
	if err != nil {
		t.Fatal(err)
	}
	first, err := pack.WriteRegulation(read.Content)
	if err != nil {
		t.Fatal(err)
	}
	second, err := pack.WriteRegulation(again.Content)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Errorf("by the workbook %s became\n%s", first, second)
	}
}

// TestPartsAtFault sees each fault of parts at its place (rules C3 and C5b).
func TestPartsAtFault(t *testing.T) {
	sound, err := os.ReadFile("testdata/parts/four.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, changed, want string }{
		"the same id":           {"{id: ii, code: II,", "{id: i, code: II,", "line 12: parts[1].id ID_TWICE"},
		"the same printed code": {"code: II,", "code: I,", "line 12: parts[1].code PART_CODE_TWICE"},
		"no side":               {"name: Điểm thưởng, side: SELF", "name: Điểm thưởng", "line 14: parts[3] PART_SIDE_MISSING"},
		"a part not listed":     {"{part: iv,", "{part: v,", "line 25: criteriaSets[0].nodes[6].part PART_UNLISTED"},
		"no part":               {"{part: iv, ", "{", "line 25: criteriaSets[0].nodes[6].part"},
		"a part with blanks":    {"{part: iv,", "{part: Phần IV,", "line 25: criteriaSets[0].nodes[6].part TEXT_MISSHAPEN"},
	} {
		read, err := pack.ReadRegulation([]byte(strings.Replace(string(sound), c.old, c.changed, 1)))
		if err == nil {
			err = read.Refuse()
		}
		if err == nil {
			t.Errorf("%s: nothing is wrong", name)
			continue
		}
		var got []string
		for _, v := range fault.From(err).Violations {
			got = append(got, v.Field+" "+v.Code)
		}
		if !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, c.want) }) {
			t.Errorf("%s: got %q, want %s", name, got, c.want)
		}
	}
}

// TestPartUnused sees that a listed part without nodes is a warning.
func TestPartUnused(t *testing.T) {
	sound, err := os.ReadFile("testdata/parts/four.yaml")
	if err != nil {
		t.Fatal(err)
	}
	read, err := pack.ReadRegulation([]byte(strings.Replace(string(sound), "criteriaSets:", "  - {id: v, code: V, name: Điểm trừ, side: SELF}\ncriteriaSets:", 1)))
	if err != nil {
		t.Fatal(err)
	}
	found, _ := read.Content.Validate()
	if !slices.ContainsFunc(found, func(f pack.Finding) bool {
		return f.Code == "PART_UNUSED" && f.Path == "parts[4]" && f.Severity == "WARNING"
	}) {
		t.Errorf("got %+v", found)
	}
}
