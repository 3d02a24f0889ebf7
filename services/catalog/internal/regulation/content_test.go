package regulation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

func p(s string) points.Points { return points.MustParse(s) }

// leaf is a node that carries points, with a rule that fits any max points.
func leaf(part, code, parent, most string) sealed.Node {
	return sealed.Node{Part: part, Code: code, Parent: parent, Name: "Nội dung " + code, Item: &sealed.Item{
		MaxPoints: p(most), SourceKind: criteria.Self, Rule: rule.Proportional{},
	}}
}

func domain(part, code, field string) sealed.Node {
	return sealed.Node{Part: part, Code: code, Name: "Lĩnh vực " + code, Field: field}
}

// vector is a test vector of a ratio; without points it is not applicable.
func vector(done, planned, stated string) sealed.TestVector {
	v := sealed.TestVector{Input: rule.Ratio{Done: p(done), Planned: p(planned)}}
	if stated != "" {
		v.Points = new(p(stated))
	}
	return v
}

// closed and open are ends of a class.
func closed(s string) rule.End { return rule.End{Kind: rule.Closed, Percent: p(s)} }
func open(s string) rule.End   { return rule.End{Kind: rule.Open, Percent: p(s)} }

// twoParts are the parts of the sources.
func twoParts() []sealed.Part {
	return []sealed.Part{{ID: "i", Code: "I", Name: "Kết quả", Side: sealed.SelfSide}, {ID: "ii", Code: "II", Name: "Tác động", Side: sealed.SurveySide}}
}

// sound is content that can be issued, and all of it fresh.
func sound() Content {
	return Content{
		Title: "Quy định", DecisionNumber: "1/QĐ-UBND", DecisionDate: "2024-02-29", EffectiveDate: "2024-03-01", Rounds: 1,
		Parts: twoParts(),
		CriteriaSets: []sealed.CriteriaSet{{
			Group: "departments", GroupName: "Sở",
			Nodes: []sealed.Node{
				domain("i", "1", "steering"), leaf("i", "1.1", "1", "40.5"),
				domain("ii", "1", "impact"), leaf("ii", "1.1", "1", "59.5"),
			},
			Classes: []criteria.Class{
				{ID: "a", Name: "A", Low: open("90")}, {ID: "b", Name: "B", Low: closed("50"), High: closed("90")}, {ID: "c", Name: "C", High: open("50")},
			},
		}},
	}
}

// special gives c a second group, and a special rule, which is right.
func special(c *Content) *sealed.SpecialRule {
	c.CriteriaSets = append(c.CriteriaSets, sound().CriteriaSets[0])
	c.CriteriaSets[1].Group = "communes"
	c.SpecialRules = []sealed.SpecialRule{{Group: "departments", SubordinateClasses: &sealed.SubordinateClasses{
		Subordinates: "communes", Numerator: 2, Denominator: 3, Incomplete: criteria.NotClassified,
	}}}
	return &c.SpecialRules[0]
}

// asking gives c two surveyed items in part II and links to them, which are right:
// ii.1.1 is asked of two groups by weight, ii.1.2 of one.
func asking(c *Content) {
	set := &c.CriteriaSets[0]
	set.Nodes = append(set.Nodes[:3], leaf("ii", "1.1", "1", "50"), leaf("ii", "1.2", "1", "9.5"))
	for i := 3; i < 5; i++ {
		set.Nodes[i].Item.SourceKind, set.Nodes[i].Item.Rule = criteria.Survey, rule.Survey{}
	}
	c.RespondentGroups = []sealed.RespondentGroup{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}}
	c.SurveyLinks = []sealed.SurveyLink{
		{Group: "departments", Nodes: []string{"ii.1.1"}, Respondents: "a", Weight: new(p("0.7"))},
		{Group: "departments", Nodes: []string{"ii.1.1"}, Respondents: "b", Weight: new(p("0.3"))},
		{Group: "departments", Nodes: []string{"ii.1.2"}, Respondents: "a"},
	}
}

// found lists findings as "place CODE".
func found(findings []Finding) []string {
	var lines []string
	for _, v := range findings {
		lines = append(lines, v.Place.String()+" "+v.Code)
		if v.Vi == "" || v.En == "" || strings.Contains(v.Vi+v.En, "%!") {
			lines = append(lines, fmt.Sprintf("badly said: %+v", v))
		}
	}
	return lines
}

// TestCheck breaks one rule at a time, and sees nothing else reported.
func TestCheck(t *testing.T) {
	nodes := func(change func(s *sealed.CriteriaSet)) func(*Content) {
		return func(c *Content) { change(&c.CriteriaSets[0]) }
	}
	cases := []struct {
		name   string
		change func(*Content)
		want   []string
	}{
		{"sound", func(*Content) {}, nil},
		{"blank title", func(c *Content) { c.Title = " \t" }, []string{"title TEXT_MISSING"}},
		{"title with a control character", func(c *Content) { c.Title = "a\x00" }, []string{"title TEXT_UNPRINTABLE"}},
		{"decision number", func(c *Content) { c.DecisionNumber = "" }, []string{"decisionNumber TEXT_MISSING"}},
		{"decision date", func(c *Content) { c.DecisionDate = "" }, []string{"decisionDate DATE_MISSING"}},
		{"no leap year", func(c *Content) { c.DecisionDate = "2023-02-29" }, []string{"decisionDate DATE_NOT_REAL"}},
		{"effective date", func(c *Content) { c.EffectiveDate = "" }, []string{"effectiveDate DATE_MISSING"}},
		{"31 April", func(c *Content) { c.EffectiveDate = "2024-04-31" }, []string{"effectiveDate DATE_NOT_REAL"}},
		{"in force before it was decided", func(c *Content) { c.EffectiveDate = "2024-02-28" }, []string{"effectiveDate EFFECTIVE_BEFORE_ISSUE"}},
		{"in force on the day", func(c *Content) { c.EffectiveDate = c.DecisionDate }, nil},
		{"a basis", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes[1].Item.Basis, s.Nodes[3].Item.Basis = &sealed.Basis{Source: "S4", Line: 1, Finding: "40.5"}, new(sealed.Basis)
		}), nil},
		{"a basis without a line", nodes(func(s *sealed.CriteriaSet) { s.Nodes[1].Item.Basis = &sealed.Basis{Source: "S4", Finding: "40.5"} }), []string{"criteriaSets[0].nodes[1].item.basis BASIS_INCOMPLETE"}},
		{"a basis without a finding", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes[1].Item.Basis = &sealed.Basis{Source: "S4", Line: 1, Finding: " "}
		}), []string{"criteriaSets[0].nodes[1].item.basis BASIS_INCOMPLETE"}},
		{"a basis without a source", nodes(func(s *sealed.CriteriaSet) { s.Nodes[1].Item.Basis = &sealed.Basis{Line: 1} }), []string{"criteriaSets[0].nodes[1].item.basis BASIS_INCOMPLETE"}},
		{"signer", func(c *Content) { c.Signer = "a\nb" }, []string{"signer TEXT_NOT_ONE_LINE"}},
		{"no round", func(c *Content) { c.Rounds = 0 }, []string{"rounds ROUNDS_OUT_OF_RANGE"}},
		{"three rounds", func(c *Content) { c.Rounds = 3 }, []string{"rounds ROUNDS_OUT_OF_RANGE"}},
		{"rounding", func(c *Content) { c.Rounding = &points.Policy{ItemScale: 13, IndexScale: 6, DisplayScale: 2} }, []string{"rounding.itemScale SCALE_OUT_OF_RANGE"}},
		{"no criteria", func(c *Content) { c.CriteriaSets = nil }, []string{"criteriaSets CRITERIA_SETS_MISSING"}},
		{"too many groups", func(c *Content) {
			for i := range MaxGroups {
				s := sound().CriteriaSets[0]
				s.Group = fmt.Sprint("g-", i)
				c.CriteriaSets = append(c.CriteriaSets, s)
			}
		}, []string{"criteriaSets LIST_TOO_LONG"}},
		{"a group twice", func(c *Content) { c.CriteriaSets = append(c.CriteriaSets, c.CriteriaSets[0]) }, []string{"criteriaSets[1].group GROUP_TWICE"}},
		{"group name", nodes(func(s *sealed.CriteriaSet) { s.GroupName = "" }), []string{"criteriaSets[0].groupName TEXT_MISSING"}},
		{"no nodes", nodes(func(s *sealed.CriteriaSet) { s.Nodes = nil }), []string{"criteriaSets[0].nodes TOTAL_NOT_100"}},
		{"too many nodes", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes = []sealed.Node{domain("i", "1", "steering")}
			for i := range MaxNodes {
				s.Nodes = append(s.Nodes, leaf("i", fmt.Sprint("1.", i), "1", "0.05"))
			}
		}), []string{"criteriaSets[0].nodes LIST_TOO_LONG", "criteriaSets[0].nodes APPRAISED_ITEMS_TOO_MANY"}},
		{"as many items as can be handed back", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes = []sealed.Node{domain("i", "1", "steering")}
			for i := range MaxAppraised {
				s.Nodes = append(s.Nodes, leaf("i", fmt.Sprint("1.", i), "1", "0.25"))
			}
		}), nil},
		{"node name", nodes(func(s *sealed.CriteriaSet) { s.Nodes[1].Name = "" }), []string{"criteriaSets[0].nodes[1].name TEXT_MISSING"}},
		{"a code twice in a part", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes[1].Item.MaxPoints = p("20.5")
			s.Nodes = slices.Insert(s.Nodes, 2, leaf("i", "1.1", "1", "20"))
		}), []string{"criteriaSets[0].nodes[2].code CODE_TWICE"}},
		{
			"a parent that is not there", nodes(func(s *sealed.CriteriaSet) { s.Nodes = append(s.Nodes, leaf("i", "3.1", "3", "0")) }),
			[]string{"criteriaSets[0].nodes[4].parent PARENT_NOT_BEFORE", "criteriaSets[0].nodes[4].item.maxPoints MAX_NOT_POSITIVE"},
		},
		{
			"a parent of the other part", nodes(func(s *sealed.CriteriaSet) { s.Nodes[0].Code, s.Nodes[1].Parent, s.Nodes[3].Parent = "2", "2", "2" }),
			[]string{"criteriaSets[0].nodes[3].parent PARENT_NOT_BEFORE", "criteriaSets[0].nodes[2] LEAF_WITHOUT_ITEM"},
		},
		{
			"a parent that stands behind", nodes(func(s *sealed.CriteriaSet) { s.Nodes[2], s.Nodes[3] = s.Nodes[3], s.Nodes[2] }),
			[]string{"criteriaSets[0].nodes[2].parent PARENT_NOT_BEFORE"},
		},
		{
			"above itself", nodes(func(s *sealed.CriteriaSet) { s.Nodes[1].Parent = "1.1" }),
			[]string{"criteriaSets[0].nodes[1].parent PARENT_NOT_BEFORE", "criteriaSets[0].nodes[0] LEAF_WITHOUT_ITEM", "criteriaSets[0].nodes[1].item ITEM_WITH_CHILDREN"},
		},
		{"domain without field", nodes(func(s *sealed.CriteriaSet) { s.Nodes[0].Field = "" }), []string{"criteriaSets[0].nodes[0].field FIELD_MISSING"}},
		{"one field for two domains", nodes(func(s *sealed.CriteriaSet) { s.Nodes[2].Field = "steering" }), []string{"criteriaSets[0].nodes[2].field FIELD_TWICE"}},
		{"field of an item", nodes(func(s *sealed.CriteriaSet) { s.Nodes[1].Field = "organisation" }), []string{"criteriaSets[0].nodes[1].field FIELD_BELOW_DOMAIN"}},
		{
			"item with children", nodes(func(s *sealed.CriteriaSet) {
				s.Nodes = append(s.Nodes[:2:2], domain("ii", "1", "impact"), leaf("ii", "1.1", "1", "50"), leaf("ii", "1.1.1", "1.1", "9.5"))
			}),
			[]string{"criteriaSets[0].nodes[3].item ITEM_WITH_CHILDREN"},
		},
		{"leaf without item", nodes(func(s *sealed.CriteriaSet) { s.Nodes = append(s.Nodes, domain("i", "2", "procedures")) }), []string{"criteriaSets[0].nodes[4] LEAF_WITHOUT_ITEM"}},
		{"a domain that is an item", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes = []sealed.Node{leaf("i", "1", "", "100")}
			s.Nodes[0].Field = "steering"
		}), nil},
		{"99.999 points", nodes(func(s *sealed.CriteriaSet) { s.Nodes[1].Item.MaxPoints = p("40.499") }), []string{"criteriaSets[0].nodes TOTAL_NOT_100"}},
		{"no rule", nodes(func(s *sealed.CriteriaSet) { s.Nodes[1].Item.Rule = nil }), []string{"criteriaSets[0].nodes[1].item.rule FAMILY_MISSING"}},
		{"rule that does not go with the source", nodes(func(s *sealed.CriteriaSet) { s.Nodes[1].Item.Rule = rule.Survey{} }), []string{"criteriaSets[0].nodes[1].item.rule RULE_NOT_ALLOWED"}},
		{"unsound rule", nodes(func(s *sealed.CriteriaSet) { s.Nodes[1].Item.Rule = rule.Manual{} }), []string{"criteriaSets[0].nodes[1].item.rule.manual.step STEP_NOT_POSITIVE"}},
		{"unprintable guidance", nodes(func(s *sealed.CriteriaSet) { s.Nodes[1].Item.Guidance = "a\x07b" }), []string{"criteriaSets[0].nodes[1].item.guidance TEXT_UNPRINTABLE"}},
		{"guidance of two lines", nodes(func(s *sealed.CriteriaSet) { s.Nodes[1].Item.Guidance = "a\n\tb" }), nil},
		{"unprintable condition", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes[1].Item.Rule = rule.AllOrNothing{Conditions: []rule.Condition{{ID: "a", Text: "a\x00"}}}
		}), []string{"criteriaSets[0].nodes[1].item.rule.allOrNothing.conditions[0].text TEXT_UNPRINTABLE"}},
		{"unprintable formula", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes[1].Item.Rule = rule.Formula{Expression: "a\x00", Inputs: []rule.FormulaInput{{ID: "a", Text: "a\x00", Kind: rule.NumberInput}}}
		}), []string{
			"criteriaSets[0].nodes[1].item.rule.formula.expression TEXT_UNPRINTABLE",
			"criteriaSets[0].nodes[1].item.rule.formula.inputs[0].text TEXT_UNPRINTABLE",
			"criteriaSets[0].nodes[1].item.rule.formula.expression FORMULA_SIGN_UNKNOWN",
		}},
		{"test vectors that hold", nodes(func(s *sealed.CriteriaSet) { // half of 40.5 points is 20.25
			s.Nodes[1].Item.TestVectors = []sealed.TestVector{vector("1", "2", "20.250"), vector("3", "2", "40.5"), vector("1", "0", "")}
		}), nil},
		{"test vectors that fail", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes[1].Item.TestVectors = []sealed.TestVector{
				vector("1", "2", "20.25"), vector("1", "2", "20.2500001"), vector("1", "0", "0"), vector("0", "1", ""),
				vector("-1", "2", "0"),
				{Input: rule.Percent{}, Points: new(p("0"))},
			}
		}), []string{
			"criteriaSets[0].nodes[1].item.testVectors[1].points TEST_VECTOR_FAILS",
			"criteriaSets[0].nodes[1].item.testVectors[2].points TEST_VECTOR_NOT_APPLICABLE",
			"criteriaSets[0].nodes[1].item.testVectors[3].notApplicable TEST_VECTOR_APPLICABLE",
			"criteriaSets[0].nodes[1].item.testVectors[4].input.ratio.done FIGURE_NEGATIVE",
			"criteriaSets[0].nodes[1].item.testVectors[5].input INPUT_KIND_WRONG",
		}},
		{"too many test vectors", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes[1].Item.TestVectors = slices.Repeat([]sealed.TestVector{vector("1", "2", "20.25")}, MaxVectors+1)
		}), []string{"criteriaSets[0].nodes[1].item.testVectors LIST_TOO_LONG"}},
		{"what it replaces", func(c *Content) { c.ReplacesDecision = "9/QĐ-UBND" }, nil},
		{"blank number of what it replaces", func(c *Content) { c.ReplacesDecision = " " }, []string{"replacesDecision TEXT_MISSING"}},
		{"it replaces itself", func(c *Content) { c.ReplacesDecision = c.DecisionNumber }, []string{"replacesDecision REPLACES_ITSELF"}},
		{"evidence without a name", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes[1].Item.Evidence = []sealed.EvidenceRequirement{{Name: "A\nB"}, {Name: " ", Content: "a\x00"}}
		}), []string{"criteriaSets[0].nodes[1].item.evidence[1].name TEXT_MISSING", "criteriaSets[0].nodes[1].item.evidence[1].content TEXT_UNPRINTABLE"}},
		{"legal basis", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes[1].Item.LegalBasis = []sealed.LegalBasis{
				{Document: "A", IssueDate: "2024-02-29", EffectiveDate: "2024-02-29"}, {Document: "B", EffectiveDate: "2024-01-01"}, {Document: "C", IssueDate: "2024-01-01"},
			}
		}), nil},
		{"legal basis with wrong dates", nodes(func(s *sealed.CriteriaSet) {
			s.Nodes[1].Item.LegalBasis = []sealed.LegalBasis{
				{Document: "", Article: "\x00"}, {Document: "A", IssueDate: "2023-02-29"}, {Document: "B", IssueDate: "2024-01-02", EffectiveDate: "2024-01-01"},
			}
		}), []string{
			"criteriaSets[0].nodes[1].item.legalBasis[0].document TEXT_MISSING",
			"criteriaSets[0].nodes[1].item.legalBasis[0].article TEXT_UNPRINTABLE",
			"criteriaSets[0].nodes[1].item.legalBasis[1].issueDate DATE_NOT_REAL",
			"criteriaSets[0].nodes[1].item.legalBasis[2].effectiveDate EFFECTIVE_BEFORE_ISSUE",
		}},
		{"an item about another domain", nodes(func(s *sealed.CriteriaSet) { s.Nodes[3].Item.Field = "steering" }), nil},
		{"an item about its own domain", nodes(func(s *sealed.CriteriaSet) { s.Nodes[3].Item.Field = "impact" }), []string{"criteriaSets[0].nodes[3].item.field FIELD_OWN"}},
		{"an item about a domain that is not there", nodes(func(s *sealed.CriteriaSet) { s.Nodes[3].Item.Field = "procedures" }), []string{"criteriaSets[0].nodes[3].item.field DOMAIN_UNKNOWN"}},
		{"a special rule", func(c *Content) { special(c) }, nil},
		{"a special rule of groups that are not there", func(c *Content) {
			r := special(c)
			r.Group, r.SubordinateClasses.Subordinates, r.Clause = "a", "b", "\x00"
		}, []string{"specialRules[0].clause TEXT_UNPRINTABLE", "specialRules[0].group GROUP_UNDEFINED", "specialRules[0].subordinateClasses.subordinates GROUP_UNDEFINED"}},
		{"a group below itself", func(c *Content) { special(c).SubordinateClasses.Subordinates = "departments" }, []string{"specialRules[0].subordinateClasses.subordinates SUBORDINATES_SAME_GROUP"}},
		{"a special rule twice", func(c *Content) {
			r := special(c)
			c.SpecialRules = append(c.SpecialRules, *r, sealed.SpecialRule{Group: "communes", SubordinateClasses: &sealed.SubordinateClasses{Subordinates: "departments", Numerator: 1, Denominator: 1}})
		}, []string{"specialRules[1].subordinateClasses.subordinates SPECIAL_RULE_TWICE"}},
		{"a share above one", func(c *Content) { special(c).SubordinateClasses.Numerator = 4 }, []string{"specialRules[0].subordinateClasses.numerator SHARE_ABOVE_ONE"}},
		{"all of those below", func(c *Content) { special(c).SubordinateClasses.Numerator = 3 }, nil},
		{"other classes below", func(c *Content) {
			special(c)
			c.CriteriaSets[1].Classes = []criteria.Class{{ID: "a", Name: "A"}}
		}, []string{"specialRules[0].subordinateClasses SPECIAL_RULE_CLASSES_DIFFER"}},
		{"no classes above and below", func(c *Content) {
			special(c)
			c.CriteriaSets[0].Classes, c.CriteriaSets[1].Classes = nil, nil
		}, []string{"specialRules[0].subordinateClasses SPECIAL_RULE_CLASSES_DIFFER"}},
		{"survey links", func(c *Content) { asking(c) }, nil},
		{"a respondent group twice, and one without a name", func(c *Content) {
			asking(c)
			c.RespondentGroups = append(c.RespondentGroups, c.RespondentGroups[0], sealed.RespondentGroup{ID: "c"})
		}, []string{"respondentGroups[2].id ID_TWICE", "respondentGroups[3].name TEXT_MISSING"}},
		{"survey links to nothing", func(c *Content) {
			asking(c)
			c.SurveyLinks[0].Group, c.SurveyLinks[1].Respondents, c.SurveyLinks[2].Nodes = "x", "x", []string{"ii.1.2", "ii.9", "i.1.9"}
		}, []string{
			"surveyLinks[0].group GROUP_UNDEFINED", "surveyLinks[1].respondents RESPONDENTS_UNDEFINED",
			"surveyLinks[2].nodes[1] LINK_NODE_UNKNOWN", "surveyLinks[2].nodes[2] LINK_NODE_UNKNOWN",
		}},
		{"weights that are none", func(c *Content) {
			asking(c)
			c.SurveyLinks[0].Weight, c.SurveyLinks[1].Weight = new(p("0")), new(p("-0.1"))
		}, []string{"surveyLinks[0].weight WEIGHT_NOT_POSITIVE", "surveyLinks[1].weight WEIGHT_NOT_POSITIVE"}},
		{"a weight for one of two", func(c *Content) {
			asking(c)
			c.SurveyLinks[1].Weight = nil
		}, []string{"surveyLinks[1].weight WEIGHT_MISSING"}},
		{"no weights for one item and weights for another", func(c *Content) {
			asking(c)
			c.SurveyLinks[2].Weight = new(p("1"))
		}, nil},
		{"the same nodes in another group", func(c *Content) {
			asking(c)
			c.CriteriaSets = append(c.CriteriaSets, sound().CriteriaSets[0])
			c.CriteriaSets[1].Group = "communes"
			c.SurveyLinks = append(c.SurveyLinks, sealed.SurveyLink{Group: "communes", Respondents: "a"})
		}, nil},
		{"the last day of any month", func(c *Content) {
			c.Calendar = []sealed.CalendarStep{{Phase: criteria.Self1, LastDay: "02-29"}, {Phase: criteria.Appraisal1, LastDay: "02-31"}, {Phase: criteria.Published, LastDay: "04-31"}}
		}, nil},
		{"days that no month has", func(c *Content) {
			c.Calendar = []sealed.CalendarStep{{Phase: criteria.Self1, LastDay: "02-32"}, {Phase: criteria.Appraisal1, LastDay: "13-01"}, {Phase: criteria.Published, LastDay: "00-10"}, {Phase: criteria.Reported, LastDay: "1-1"}}
		}, []string{
			"calendar[0].lastDay DATE_NOT_REAL", "calendar[1].lastDay DATE_NOT_REAL", "calendar[2].lastDay DATE_NOT_REAL", "calendar[3].lastDay DATE_NOT_REAL",
		}},
		{"phases of a second round and a council that are not there", func(c *Content) {
			c.Calendar = []sealed.CalendarStep{{Phase: criteria.Self2, Days: 7}, {Phase: criteria.AppraisalCouncil, Days: 1}, {Phase: criteria.Reported, LastDay: "12-31"}}
		}, []string{"calendar[0].phase CALENDAR_PHASE_ABSENT", "calendar[1].phase CALENDAR_PHASE_ABSENT"}},
		{"a blank acknowledgement", func(c *Content) {
			c.Acknowledgements = []sealed.Acknowledgement{{Code: "TOTAL_DIFFERS", AcknowledgedBy: " ", Reason: "\u0007"}}
		}, []string{"acknowledgements[0].acknowledgedBy TEXT_MISSING", "acknowledgements[0].reason TEXT_UNPRINTABLE"}},
		{"a blank agency", func(c *Content) {
			c.Agencies = []sealed.ListedAgency{{Agency: "finance", Name: " ", Group: "departments"}}
		}, []string{"agencies[0].name TEXT_MISSING"}},
		{"phases that are there", func(c *Content) {
			c.Rounds, c.AppraisalCouncil = 2, true
			c.Calendar = []sealed.CalendarStep{{Phase: criteria.Self2, Days: 7}, {Phase: criteria.AppraisalCouncil, Days: 1}}
		}, nil},
		{"no classes", nodes(func(s *sealed.CriteriaSet) { s.Classes = nil }), nil},
		{"class twice", nodes(func(s *sealed.CriteriaSet) { s.Classes[1].ID = "a" }), []string{"criteriaSets[0].classes[1].id ID_TWICE"}},
		{"class without name", nodes(func(s *sealed.CriteriaSet) { s.Classes[1].Name = "" }), []string{"criteriaSets[0].classes[1].name TEXT_MISSING"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			content := sound()
			c.change(&content)
			if diff := cmp.Diff(c.want, found(content.Check())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestClasses covers 0 to 100 with classes written as "low high" from the best to
// the lowest, an end with a bracket or a parenthesis, - for the end of the scale
// (rule G5).
func TestClasses(t *testing.T) {
	end := func(s string) rule.End {
		switch {
		case s == "-":
			return rule.End{}
		case strings.ContainsAny(s, "[]"):
			return closed(strings.Trim(s, "[]"))
		default:
			return open(strings.Trim(s, "()"))
		}
	}
	cases := []struct{ classes, want string }{
		{"- -", ""},
		{"[0 100]", ""},
		{"(90 - / [80 90] / - 80)", ""}, // S4
		{"[90 100] / [80 90) / [70 80) / [50 70) / - 50)", ""}, // S0
		{"[90 - / [70 90) / [50 70) / [0 50)", ""},             // Sơn La
		{"(90 - / [90 90] / - 90)", ""},                        // a class of one figure
		{"(90 - / - 90)", "[1].below CLASSES_GAP [90; 90]"},    // nobody takes exactly 90
		{"[90 - / - 90]", "[1].to CLASSES_OVERLAP [90; 90]"},   // both take it
		{"[90 - / [70 89.99] / - 70)", "[1].to CLASSES_GAP (89.99; 90)"},
		{"[90 - / [70 90.01] / - 70)", "[1].to CLASSES_OVERLAP [90; 90.01]"},
		{"[90 100) / - 90)", "[0].below CLASSES_GAP [100; 100]"},
		{"[90 - / (0 90)", "[1].above CLASSES_GAP [0; 0]"},
		{"[90 - / [50 90)", "[1].from CLASSES_GAP [0; 50)"},
		{"- 50) / [50 -", "[0].below CLASSES_GAP [50; 100]; [1] CLASSES_OUT_OF_ORDER "},
		{"[90 - / [90 - / - 90)", "[1] CLASSES_OUT_OF_ORDER "},
		{"[90 80] / - 80)", "[0] CLASS_EMPTY "},
		{"(90 90] / - 90]", "[0] CLASS_EMPTY "},
		{"[90 100.5] / - 90)", "[0].to CLASS_END_OUT_OF_RANGE 100.5"},
		{"[90 - / [-1 90)", "[1].from CLASS_END_OUT_OF_RANGE -1"},
	}
	for _, c := range cases {
		t.Run(c.classes, func(t *testing.T) {
			content := sound()
			set := &content.CriteriaSets[0]
			set.Classes = nil
			for i, class := range strings.Split(c.classes, " / ") {
				low, high, _ := strings.Cut(class, " ")
				set.Classes = append(set.Classes, criteria.Class{ID: strconv.Itoa(i), Name: class, Low: end(low), High: end(high)})
			}
			var got []string
			for _, v := range content.Check() {
				_, figures, _ := strings.Cut(v.En, " index in ")
				figures, _, _ = strings.Cut(figures, ". Let ")
				if v.Code == "CLASS_END_OUT_OF_RANGE" {
					figures = strings.Fields(v.En)[2]
				}
				got = append(got, strings.TrimPrefix(v.Path, "criteriaSets[0].classes")+" "+v.Code+" "+figures)
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestAllowed keeps the table of C6b by hand: each family is in it, and nothing
// that is no family.
func TestAllowed(t *testing.T) {
	want := map[criteria.SourceKind]string{
		criteria.Self:         "all_or_nothing bands choice deduction formula manual proportional",
		criteria.Survey:       "survey",
		criteria.Satisfaction: "survey",
		criteria.Targets:      "all_or_nothing bands choice deduction formula proportional targets",
		criteria.Feed:         "all_or_nothing bands choice deduction formula peer_relative proportional",
		criteria.History:      "bands improvement",
	}
	used := map[string]bool{}
	for kind := range allowed {
		var got []string
		for _, family := range rule.Families() {
			if Allows(kind, family) {
				got = append(got, family)
				used[family] = true
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want[kind] || len(got) != len(allowed[kind]) {
			t.Errorf("%s: got %v, want %s", kind, got, want[kind])
		}
	}
	for _, family := range rule.Families() {
		if !used[family] {
			t.Errorf("no source kind can have a rule of the family %s", family)
		}
	}
	if Allows("", "manual") {
		t.Error("no source kind at all can have one")
	}
}

// TestCanonical writes every family, reads it back, and finds equal content equal
// whatever its figures looked like.
func TestCanonical(t *testing.T) {
	c := sound()
	rules := map[string]rule.Rule{
		"all_or_nothing": rule.AllOrNothing{Conditions: []rule.Condition{{ID: "a", Text: "<A> & “B”\n"}}},
		"choice":         rule.Choice{Options: []rule.Option{{ID: "a", Text: "A", Points: p("1")}, {ID: "b", Text: "B"}}},
		"bands":          rule.Bands{Bands: []rule.Band{{Low: open("90"), Points: p("1")}, {Low: closed("50"), High: closed("90")}, {High: open("50")}}},
		"proportional":   rule.Proportional{Floor: p("50")},
		"deduction":      rule.Deduction{Step: p("0.25"), Bonus: &rule.Bonus{Step: p("0.1"), Cap: p("0.5")}},
		"improvement":    rule.Improvement{Equal: rule.EqualNone, Missing: rule.MissingFull},
		"targets":        rule.Targets{},
		"peer_relative":  rule.PeerRelative{Better: rule.LowerBetter},
		"survey":         rule.Survey{},
		"manual":         rule.Manual{Step: p("0.25")},
		"formula": rule.Formula{Expression: "b ? a : 0", Inputs: []rule.FormulaInput{
			{ID: "a", Text: "A", Kind: rule.NumberInput, Min: new(p("0")), Max: new(p("1.5"))}, {ID: "b", Text: "B", Kind: rule.ConditionInput},
		}},
	}
	vectors := []sealed.TestVector{
		{Input: rule.Counts{Deductions: 1}, Points: new(p("0.75"))},
		{Input: rule.TargetsMet{}},
		{Input: rule.Facts{Values: map[string]rule.Fact{"a": {Number: new(p("1"))}, "b": {Met: new(false)}}}, Points: new(p("0"))},
	}
	for _, family := range rule.Families() {
		if rules[family] == nil {
			t.Fatalf("no rule of the family %s here", family)
		}
		item := &sealed.Item{MaxPoints: p("0"), SourceKind: criteria.Feed, Rule: rules[family], Evidence: []sealed.EvidenceRequirement{{Name: "Văn bản"}}, Guidance: "Cách chấm", TestVectors: vectors}
		c.CriteriaSets[0].Nodes = append(c.CriteriaSets[0].Nodes, sealed.Node{Part: "i", Code: family, Parent: "1", Name: family, Item: item})
	}
	form, err := canonical.JSON(c)
	if err != nil {
		t.Fatal(err)
	}
	var back Content
	if err := json.Unmarshal(form, &back); err != nil {
		t.Fatal(err)
	}
	same := cmp.Comparer(func(a, b points.Points) bool { return a.Equal(b) })
	if diff := cmp.Diff(c, back, same); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	again, err := canonical.JSON(back)
	if err != nil || !bytes.Equal(form, again) {
		t.Errorf("written again: %v\n%s\nfirst\n%s", err, again, form)
	}
	c.CriteriaSets[0].Nodes[1].Item.MaxPoints = p("40.500")
	if again, _ = canonical.JSON(c); !bytes.Equal(form, again) {
		t.Error("40.500 gives other bytes than 40.5")
	}
	c.CriteriaSets[0].Nodes[1].Item.Rule = nil
	if _, err := canonical.JSON(c); err == nil {
		t.Error("an item without a rule was written")
	}
	for _, item := range []string{
		`"rule":{"lottery":{}}`, `"rule":{"peerRelative":{"better":"EITHER"}}`, `"rule":{"improvement":{"equal":"HALF"}}`,
		`"rule":{"formula":{"expression":"a","inputs":[{"id":"a","text":"A","kind":"MAYBE"}]}}`,
		`"rule":{"targets":{}},"testVectors":[{"input":{"targets":{}}}]`,
		`"rule":{"targets":{}},"testVectors":[{"input":{"targets":{}},"points":"1","notApplicable":true}]`,
		`"rule":{"targets":{}},"testVectors":[{"points":"1"}]`,
	} {
		if err := json.Unmarshal([]byte(`{"criteriaSets":[{"nodes":[{"item":{"maxPoints":"1",`+item+`}}]}]}`), &back); err == nil {
			t.Errorf("an item was read with %s", item)
		}
	}
	c.CriteriaSets[0].Nodes[1].Item = &sealed.Item{Rule: rule.Targets{}, TestVectors: []sealed.TestVector{{}}}
	if _, err := canonical.JSON(c); err == nil {
		t.Error("a test vector without an input was written")
	}
}

// TestCanonicalText compares the canonical form with a text written by hand, and
// its hash with that of sha256sum.
func TestCanonicalText(t *testing.T) {
	c := Content{Title: "Bộ chỉ số <CCHC> & đánh giá", Rounds: 1, CriteriaSets: []sealed.CriteriaSet{{Group: "departments", GroupName: "Sở", Nodes: []sealed.Node{
		{Part: "i", Code: "1", Name: "Chỉ đạo", Field: "steering", Item: &sealed.Item{MaxPoints: p("2.50"), SourceKind: criteria.Self, Rule: rule.Manual{Step: p("0.5")}}},
	}}}}
	const want = `{"title":"Bộ chỉ số <CCHC> & đánh giá","rounds":1,"appraisalCouncil":false,"criteriaSets":[{"group":"departments","groupName":"Sở","nodes":[{"part":"i","code":"1","name":"Chỉ đạo","field":"steering","item":{"maxPoints":"2.5","sourceKind":"SELF","rule":{"manual":{"step":"0.5"}}}}]}]}`
	const sum = "a737b2e14ef74fbc358a5c965e61f1175f1ea0456f24f005d6666123f8d83297"
	form, err := canonical.JSON(c)
	if err != nil || string(form) != want {
		t.Errorf("got %s, %v\nwant %s", form, err, want)
	}
	if got, err := c.SHA256(); err != nil || got != sum {
		t.Errorf("hashed %s, %v", got, err)
	}
}

// TestVietnameseNames sees that every phase and state has a Vietnamese name.
func TestVietnameseNames(t *testing.T) {
	for _, phase := range criteria.Phases {
		if phase.Vietnamese() == "" {
			t.Errorf("%s has no Vietnamese name", phase)
		}
	}
	for _, state := range []State{Draft, Issued, Superseded, Revoked} {
		if state.Vietnamese() == "" {
			t.Errorf("%s has no Vietnamese name", state)
		}
	}
}
