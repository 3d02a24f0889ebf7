package pack_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/services/catalog/pack"
)

// failing is what tests and properties have in common.
type failing interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// readAgain writes r and reads it again: the same content, and the same file.
func readAgain(t failing, r *pack.Regulation) {
	t.Helper()
	file, err := pack.WriteRegulation(r.Content)
	if err != nil {
		t.Fatalf("writing: %v", err)
	}
	again, err := pack.ReadRegulation(file)
	if err != nil {
		t.Fatalf("reading again: %s\n%s", violations(err), file)
	}
	want, err := canonical.JSON(r.Content)
	if err != nil {
		t.Fatalf("%v", err)
	}
	got, err := canonical.JSON(again.Content)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("the content changed (-written +read):\n%s\n%s", cmp.Diff(string(want), string(got)), file)
	}
}

// TestRegulationRoundTrip draws whole regulations by the form, every key and every
// rule family: nothing that a file says is lost, neither when it is read nor when
// it is written and read again.
func TestRegulationRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := drawFields(t, pack.Form())
		said := bare(tree)
		tree["format"] = pack.RegulationFormat
		data, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		r, err := pack.ReadRegulation(data)
		if err != nil {
			t.Fatalf("%s\n%s", violations(err), data)
		}
		text, err := canonical.JSON(r.Content)
		if err != nil {
			t.Fatal(err)
		}
		var read any
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(said, bare(read)); diff != "" {
			t.Fatalf("(-said +read):\n%s", diff)
		}
		readAgain(t, r)
	})
}

// bare is a tree without what is empty, false or 0, which need not be written.
func bare(tree any) any {
	switch tree := tree.(type) {
	case map[string]any:
		kept := map[string]any{}
		for key, value := range tree {
			if value = bare(value); value != nil {
				kept[key] = value
			}
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	case []any:
		var kept []any
		for _, value := range tree {
			kept = append(kept, bare(value))
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	case int:
		return bare(float64(tree))
	case bool, float64, string:
		if tree == false || tree == 0.0 || tree == "" {
			return nil
		}
	}
	return tree
}

func drawFields(t *rapid.T, fields []pack.Field) map[string]any {
	tree, chosen := map[string]any{}, map[string]string{}
	for _, f := range fields {
		if f.OneOf == "" || chosen[f.OneOf] != "" {
			continue
		}
		var among []string
		for _, g := range fields {
			if g.OneOf == f.OneOf {
				among = append(among, g.Key)
			}
		}
		if !f.OneOfNeeded {
			among = append(among, "none of them")
		}
		chosen[f.OneOf] = rapid.SampledFrom(among).Draw(t, f.OneOf)
	}
	for _, f := range fields {
		wanted := f.Need || chosen[f.OneOf] == f.Key
		if f.OneOf == "" && !wanted {
			wanted = rapid.Bool().Draw(t, f.Key+"?")
		}
		if wanted {
			tree[f.Key] = drawField(t, f)
		}
	}
	return tree
}

func drawField(t *rapid.T, f pack.Field) any {
	if !f.List {
		return drawValue(t, f)
	}
	var list []any
	for range rapid.IntRange(max(f.Least, 1), max(f.Least, 3)).Draw(t, f.Key+" entries") {
		list = append(list, drawValue(t, f))
	}
	if f.Kind == "text" { // sets of ids are kept sorted
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		list = slices.Compact(list)
	}
	return list
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// texts are what a writer of YAML has to quote, and what it need not.
var texts = []string{
	"Văn bản", "a: b", "# không", "- gạch", "012", "no", "null", "~", "1e3", "2024-01-01", "none", "'", `"`, `\`, "a\nb", "a\n\n  b\n", " trước",
	"sau ", "\tx", "{a: 1}", "[x]", "&neo", "*neo", "!thẻ", "%", "@", "`", "|", ">", "<&>", "“a” – b", "ệ", "=", "true", "0x1F", ".5", "?", ", ",
	strings.Repeat("dài ", 59) + "dài",
}

// shaped are texts of every shape that a pattern asks for.
var shaped = []string{
	"a", "so-noi-vu", "2026", "1", "1.1.2", "4a", "i.4.1", "ii.1", "01-31", "12-05", "TOTAL_DIFFERS", "ABC", "a_b", "x1",
}

func drawValue(t *rapid.T, f pack.Field) any {
	switch f.Kind {
	case "map":
		if !f.Dictionary {
			return drawFields(t, f.Fields)
		}
		tree := map[string]any{}
		for range rapid.IntRange(1, 3).Draw(t, f.Key+" pairs") {
			tree[drawShaped(t, f)] = drawFields(t, f.Fields)
		}
		return tree
	case "points":
		return rapid.SampledFrom([]string{"1", "0.25", "100", "12.5", "999999999999.999999999999"}).Draw(t, f.Key)
	case "date":
		return rapid.SampledFrom([]string{"2024-02-29", "1999-12-31"}).Draw(t, f.Key)
	case "int":
		most := f.Most
		if most == 0 {
			most = 1000
		}
		return rapid.IntRange(f.Least, most).Draw(t, f.Key)
	case "bool":
		return len(f.Values) > 0 || rapid.Bool().Draw(t, f.Key)
	case "enum":
		return rapid.SampledFrom(f.Values).Draw(t, f.Key)
	}
	if f.Pattern != "" {
		return drawShaped(t, f)
	}
	lines := slices.Contains([]string{"guidance", "content", "finding", "note", "text", "expression"}, f.Key)
	fit := slices.DeleteFunc(slices.Clone(texts), func(s string) bool {
		// Read again, a text is as drawn only if it has the form that is kept.
		return len([]rune(s)) > f.Longest || s != strings.TrimSpace(s) || !lines && s != strings.Join(strings.Fields(s), " ")
	})
	return rapid.SampledFrom(fit).Draw(t, f.Key)
}

func drawShaped(t *rapid.T, f pack.Field) string {
	pattern := regexp.MustCompile(f.Pattern)
	return rapid.SampledFrom(slices.DeleteFunc(slices.Clone(shaped), func(s string) bool { return !pattern.MatchString(s) })).Draw(t, f.Key)
}

// TestRegulationFaults compares everything found in testdata/regulation/faults.yaml
// with the golden file beside it; -update rewrites it.
func TestRegulationFaults(t *testing.T) {
	for _, name := range []string{"faults", "rules"} {
		data, err := os.ReadFile("testdata/regulation/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		r, err := pack.ReadRegulation(data)
		if err == nil {
			err = r.Refuse()
		}
		if f := fault.From(err); f == nil || f.Code != "REGULATION_FILE_INVALID" {
			t.Fatalf("got %v", err)
		}
		golden(t, "testdata/regulation/"+name+".txt", violations(err))
	}
}

// TestRegulationTooLarge refuses a file above the limit by its first line.
func TestRegulationTooLarge(t *testing.T) {
	data := append([]byte("format: parindex.regulation/1\ntitle: X\nrounds: 1\n"), bytes.Repeat([]byte("#"), pack.MaxRegulationBytes)...)
	_, err := pack.ReadRegulation(data)
	if f := fault.From(err); f == nil || len(f.Violations) != 1 || f.Violations[0].Code != "DOCUMENT_TOO_LARGE" {
		t.Errorf("got %s", violations(err))
	}
}

// TestUnknownPack fails by name and nothing else.
func TestUnknownPack(t *testing.T) {
	for _, name := range []string{"", ".", "..", "soc-trang", "soc-trang-2023/", "../packs/soc-trang-2023"} {
		_, err := pack.Load(name)
		if f := fault.From(err); f == nil || f.Code != "PACK_UNKNOWN" {
			t.Errorf("%q: got %v", name, err)
		}
	}
}

// TestSynthetic reads a regulation that uses every rule family, also those that no
// source uses, with test vectors that hold; one that fails and a formula that
// cannot be read are refused at their lines.
func TestSynthetic(t *testing.T) {
	data, err := os.ReadFile("testdata/synthetic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := pack.ReadRegulation(data)
	if err != nil {
		t.Fatal(violations(err))
	}
	found, _ := r.Content.Validate()
	for _, f := range found {
		switch f.Code {
		case "ITEM_UNASSIGNED", "CLASSES_MISSING", "TEST_VECTORS_MISSING": // it has neither, and one item no vectors
		default:
			t.Errorf("found %+v", f)
		}
	}
	used := map[string]bool{}
	for _, n := range r.Content.CriteriaSets[0].Nodes {
		if n.Item != nil {
			used[n.Item.Rule.Family()] = true
		}
	}
	for _, family := range rule.Families() {
		if !used[family] {
			t.Errorf("no item of the family %s", family)
		}
	}
	readAgain(t, r)
	for _, c := range []struct{ from, to, want string }{
		{`points: "7.5"}`, `points: "7.6"}`, "line 115: criteriaSets[0].nodes[8].item.testVectors[0].points TEST_VECTOR_FAILS"},
		{`points: "1.5"}`, `notApplicable: true}`, "line 162: criteriaSets[0].nodes[12].item.testVectors[0].notApplicable TEST_VECTOR_APPLICABLE"},
		{`reports * dec`, `reports ** dec`, "line 157: criteriaSets[0].nodes[12].item.rule.formula.expression FORMULA_WORD_MISPLACED"},
		{`{targets: {met: 14,`, `{targets: {met: -1,`, "line 103: criteriaSets[0].nodes[7].item.testVectors[0].input.targets.met NUMBER_TOO_LOW"},
		{`notApplicable: true`, `notApplicable: false`, "line 67: criteriaSets[0].nodes[4].item.testVectors[2].notApplicable VALUE_NOT_LISTED"},
	} {
		r, err := pack.ReadRegulation([]byte(strings.Replace(string(data), c.from, c.to, 1)))
		if err == nil {
			err = r.Refuse()
		}
		f := fault.From(err)
		if f == nil || len(f.Violations) != 1 || f.Violations[0].Field+" "+f.Violations[0].Code != c.want {
			t.Errorf("%s: got %s, want %s", c.to, violations(err), c.want)
		}
	}
}
