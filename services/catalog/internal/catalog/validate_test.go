package catalog

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/parindex/parindex/libs/rule"
)

// deep is a set of two parts: a criterion with points, one above two
// sub-criteria, of which one is surveyed, and a domain that is an item itself.
func deep() CriteriaSet {
	item := func(most string, kind SourceKind, side Side) *Item {
		return &Item{MaxPoints: p(most), SourceKind: kind, Rule: rule.Manual{Step: p("1")}, Side: side}
	}
	return CriteriaSet{Group: "g", GroupName: "G", Nodes: []Node{
		domain(Results, "1", "steering"),
		{Part: Results, Code: "1.1", Parent: "1", Name: "A", Item: item("10", Self, "")},
		{Part: Results, Code: "1.2", Parent: "1", Name: "B"},
		{Part: Results, Code: "1.2.1", Parent: "1.2", Name: "C", Item: item("20", Surveyed, "")},
		{Part: Results, Code: "1.2.2", Parent: "1.2", Name: "D"},
		{Part: Results, Code: "1.2.2.1", Parent: "1.2.2", Name: "E", Item: item("5", Feed, SurveySide)},
		{Part: Results, Code: "2", Name: "F", Field: "institutions", Item: item("25", Targets, "")},
		domain(Impact, "1", "impact"),
		{Part: Impact, Code: "1.1", Parent: "1", Name: "G", Item: item("30", Satisfaction, "")},
		{Part: Impact, Code: "1.2", Parent: "1", Name: "H", Item: item("10", History, SelfSide)},
	}}
}

// TestStructure counts by each convention and splits by each rule (rules C3b and
// C5b); what an item says of its side goes before both.
func TestStructure(t *testing.T) {
	for _, c := range []struct {
		counting Counting
		split    Split
		want     string
	}{
		{"", "", "criteria 3, sub-criteria 2, items 6, max 100, self 45, survey 55"},
		{LeafCriteria, BySourceKind, "criteria 3, sub-criteria 2, items 6, max 100, self 45, survey 55"},
		{AllCriteria, BySourceKind, "criteria 4, sub-criteria 2, items 6, max 100, self 45, survey 55"},
		{LeafCriteria, ByPart, "criteria 3, sub-criteria 2, items 6, max 100, self 65, survey 35"},
	} {
		_, structures := Content{Counting: c.counting, Split: c.split, CriteriaSets: []CriteriaSet{deep()}}.Validate()
		s := structures[0]
		got := fmt.Sprintf("criteria %d, sub-criteria %d, items %d, max %s, self %s, survey %s",
			s.Criteria, s.SubCriteria, s.Items, s.MaxPoints, s.SelfPoints, s.SurveyPoints)
		if got != c.want {
			t.Errorf("%s %s: %s, want %s", c.counting, c.split, got, c.want)
		}
	}
}

// TestStatedStructure compares the parts that a bare set's declaration states with
// its whole.
func TestStatedStructure(t *testing.T) {
	one, two, three := int32(1), int32(2), int32(3)
	ninety, hundred, ten := p("90"), p("100"), p("20")
	c := Content{Completeness: StructureOnly, CriteriaSets: []CriteriaSet{{Group: "g", GroupName: "G"}}, Declared: []Declared{{
		Group: "g", Criteria: &two, SubCriteria: &three, SelfPoints: &ninety, SurveyPoints: &ten, TotalPoints: &hundred,
		Domains: []DeclaredDomain{{Field: "a", Criteria: &one, SubCriteria: &one}, {Field: "b", Criteria: &two}},
	}}}
	var got []string
	found, _ := c.Validate()
	for _, f := range found {
		if f.Code != "TEXT_MISSING" && f.Code != "DATE_MISSING" && f.Code != "ROUNDS_OUT_OF_RANGE" {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Code, f.Declared, f.Computed)))
		}
	}
	if want := "CRITERIA_COUNT_DIFFERS 2 3; TOTAL_DIFFERS 100 110; STRUCTURE_ONLY"; strings.Join(got, "; ") != want {
		t.Errorf("found %s, want %s", strings.Join(got, "; "), want)
	}
}

// TestBrokenTree sees that validation bears a tree that is none.
func TestBrokenTree(t *testing.T) {
	s := deep()
	s.Nodes[1].Parent, s.Nodes[3].Parent, s.Nodes[6].Code = "9", "1.2.1", "1"
	found, _ := Content{CriteriaSets: []CriteriaSet{s}, Duties: []Duty{{Agency: "a", Name: "A", Group: "g", Nodes: []string{"i.1"}}}}.Validate()
	if len(found) == 0 {
		t.Error("nothing was found")
	}
}

// TestValidateTheLargest validates as much as limits let through, in the form that
// costs most: every node below the one before, every duty about nodes that are not
// there. It ends, with the depth refused and no more told than a person reads.
func TestValidateTheLargest(t *testing.T) {
	c := sound()
	set := &c.CriteriaSets[0]
	parent := set.Nodes[0].Code
	for i := range 1500 {
		code := "9." + strconv.Itoa(i)
		set.Nodes = append(set.Nodes, Node{Part: set.Nodes[0].Part, Code: code, Parent: parent, Name: "Một cấp nữa"})
		parent = code
	}
	for i := range 1000 {
		d := Duty{Agency: "so-" + strconv.Itoa(i), Name: "Sở", Group: set.Group}
		for j := range 200 {
			d.Nodes = append(d.Nodes, "i.8."+strconv.Itoa(j))
		}
		c.Duties = append(c.Duties, d)
	}
	findings, _ := c.Validate()
	codes := map[string]int{}
	for _, f := range findings {
		codes[f.Code]++
	}
	if codes[TreeTooDeep.Code] == 0 || codes["DUTY_NODE_UNKNOWN"] != maxUnknown {
		t.Errorf("found %v", codes)
	}
}
