package pack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
	"github.com/parindex/parindex/services/catalog/pack"
)

// withTable is a pack's content with a table for the group departments: a criterion
// of the first domain that is assessed and one that is surveyed.
func withTable(t *testing.T, name, self, survey string) regulation.Content {
	t.Helper()
	c := load(t, name).Content
	c.CriteriaSets = slices.Clone(c.CriteriaSets)
	set := &c.CriteriaSets[slices.IndexFunc(c.CriteriaSets, func(s sealed.CriteriaSet) bool { return s.Group == "departments" })]
	first := set.Nodes[0]
	item := func(code, most string, kind criteria.SourceKind, r rule.Rule) sealed.Node {
		return sealed.Node{Part: first.Part, Code: code, Parent: first.Code, Name: "Tiêu chí " + code, Item: &sealed.Item{
			MaxPoints: points.MustParse(most), SourceKind: kind, Rule: r,
		}}
	}
	set.Nodes = []sealed.Node{first, item("x.1", self, criteria.Self, rule.Proportional{}), item("x.2", survey, criteria.Survey, rule.Survey{})}
	return c
}

// TestTableAgainstStructure compares official tables with what the packs declare, as
// files and as workbooks: one that contradicts is refused with both figures (rule
// C11). The findings are in testdata/structure.txt; -update rewrites it.
func TestTableAgainstStructure(t *testing.T) {
	var out strings.Builder
	for _, c := range []struct{ pack, self, survey string }{
		{"son-la-2021", "70", "30"}, {"son-la-2021", "74", "26"}, {"son-la-2021", "70", "29.5"}, {"bac-kan-2021", "74", "26"},
	} {
		content := withTable(t, c.pack, c.self, c.survey)
		file, err := pack.WriteRegulation(content)
		if err != nil {
			t.Fatal(err)
		}
		r, err := pack.ReadRegulation(file)
		if err != nil {
			t.Fatal(violations(err))
		}
		book, err := pack.WriteWorkbook(content)
		if err != nil {
			t.Fatal(err)
		}
		w, err := pack.ReadWorkbook(book)
		if err != nil {
			t.Fatal(violations(err))
		}
		asFile, asBook := told(r.Refuse()), told(w.Refuse())
		if diff := cmp.Diff(asFile, asBook); diff != "" {
			t.Errorf("%s (-file +workbook):\n%s", c.pack, diff)
		}
		fmt.Fprintf(&out, "== %s, departments %s and %s\n%s\n", c.pack, c.self, c.survey, strings.Join(asFile, ""))
	}
	golden(t, "testdata/structure.txt", out.String())
}

// told lists the reasons of a refusal in the order of their words, which does not
// depend on their places.
func told(err error) []string {
	if err == nil {
		return []string{"taken\n"}
	}
	var lines []string
	for _, v := range fault.From(err).Violations {
		lines = append(lines, v.Code+" "+v.Vi+"\n")
	}
	slices.Sort(lines)
	return lines
}
