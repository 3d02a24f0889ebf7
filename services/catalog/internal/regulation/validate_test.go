package regulation

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// deep is a set of two parts: a criterion with points, one above two
// sub-criteria, of which one is surveyed, and a domain that is an item itself.
func deep() sealed.CriteriaSet {
	item := func(most string, kind criteria.SourceKind, side sealed.Side) *sealed.Item {
		return &sealed.Item{MaxPoints: p(most), SourceKind: kind, Rule: rule.Manual{Step: p("1")}, Side: side}
	}
	return sealed.CriteriaSet{Group: "g", GroupName: "G", Nodes: []sealed.Node{
		domain("i", "1", "steering"),
		{Part: "i", Code: "1.1", Parent: "1", Name: "A", Item: item("10", criteria.Self, "")},
		{Part: "i", Code: "1.2", Parent: "1", Name: "B"},
		{Part: "i", Code: "1.2.1", Parent: "1.2", Name: "C", Item: item("20", criteria.Survey, "")},
		{Part: "i", Code: "1.2.2", Parent: "1.2", Name: "D"},
		{Part: "i", Code: "1.2.2.1", Parent: "1.2.2", Name: "E", Item: item("5", criteria.Feed, sealed.SurveySide)},
		{Part: "i", Code: "2", Name: "F", Field: "institutions", Item: item("25", criteria.Targets, "")},
		domain("ii", "1", "impact"),
		{Part: "ii", Code: "1.1", Parent: "1", Name: "G", Item: item("30", criteria.Satisfaction, "")},
		{Part: "ii", Code: "1.2", Parent: "1", Name: "H", Item: item("10", criteria.History, sealed.SelfSide)},
	}}
}

// TestStructure counts by each convention and splits by each rule (rules C3b and
// C5b); an item's own side takes precedence over both.
func TestStructure(t *testing.T) {
	for _, c := range []struct {
		counting sealed.Counting
		split    sealed.Split
		want     string
	}{
		{"", "", "criteria 3, sub-criteria 2, items 6, max 100, self 45, survey 55"},
		{sealed.LeafCriteria, sealed.BySourceKind, "criteria 3, sub-criteria 2, items 6, max 100, self 45, survey 55"},
		{sealed.AllCriteria, sealed.BySourceKind, "criteria 4, sub-criteria 2, items 6, max 100, self 45, survey 55"},
		{sealed.LeafCriteria, sealed.ByPart, "criteria 3, sub-criteria 2, items 6, max 100, self 65, survey 35"},
	} {
		_, structures := Content{Parts: twoParts(), Counting: c.counting, Split: c.split, CriteriaSets: []sealed.CriteriaSet{deep()}}.Validate()
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
	c := Content{Completeness: sealed.StructureOnly, CriteriaSets: []sealed.CriteriaSet{{Group: "g", GroupName: "G"}}, Declared: []sealed.Declared{{
		Group: "g", Criteria: &two, SubCriteria: &three, SelfPoints: &ninety, SurveyPoints: &ten, TotalPoints: &hundred,
		Domains: []sealed.DeclaredDomain{{Field: "a", Criteria: &one, SubCriteria: &one}, {Field: "b", Criteria: &two}},
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

// TestBrokenTree validates nodes that do not form a tree.
func TestBrokenTree(t *testing.T) {
	s := deep()
	s.Nodes[1].Parent, s.Nodes[3].Parent, s.Nodes[6].Code = "9", "1.2.1", "1"
	found, _ := Content{CriteriaSets: []sealed.CriteriaSet{s}, Duties: []sealed.Duty{{Agency: "a", Name: "A", Group: "g", Nodes: []string{"i.1"}}}}.Validate()
	if len(found) == 0 {
		t.Error("nothing was found")
	}
}

// TestValidateTheLargest validates the largest content within the limits, in the form
// that costs most: every node below the one before, every duty and every other survey
// link about nodes that are not there, the rest about all. Validation
// ends, refuses the depth and lists no more findings than a person reads.
func TestValidateTheLargest(t *testing.T) {
	c := sound()
	set := &c.CriteriaSets[0]
	parent := set.Nodes[0].Code
	for i := range 1500 {
		code := "9." + strconv.Itoa(i)
		set.Nodes = append(set.Nodes, sealed.Node{Part: set.Nodes[0].Part, Code: code, Parent: parent, Name: "Một cấp nữa"})
		parent = code
	}
	for i := range 1000 {
		d := sealed.Duty{Agency: "so-" + strconv.Itoa(i), Name: "Sở", Group: set.Group}
		for j := range 200 {
			d.Nodes = append(d.Nodes, "i.8."+strconv.Itoa(j))
		}
		c.Duties = append(c.Duties, d)
		c.SurveyLinks = append(c.SurveyLinks, sealed.SurveyLink{Group: set.Group, Nodes: d.Nodes, Respondents: "a"}, sealed.SurveyLink{Group: set.Group, Respondents: "a"})
	}
	for i := range 400 {
		n := leaf("ii", "1."+strconv.Itoa(i+2), "1", "1")
		n.Item.SourceKind, n.Item.Rule = criteria.Survey, rule.Survey{}
		set.Nodes = append(set.Nodes, n)
	}
	findings, _ := c.Validate()
	codes := map[string]int{}
	for _, f := range findings {
		codes[f.Code]++
	}
	if codes[TreeTooDeep.Code] == 0 || codes["DUTY_NODE_UNKNOWN"] != maxUnknown || codes[LinkNodeUnknown.Code] != maxUnknown || codes["ITEM_ASKED_TWICE"] != 999 {
		t.Errorf("found %v", codes)
	}
}

// warnings are the warnings about c, but for items that nobody is assigned, as
// "CODE group path computed".
func warnings(c Content) string { return told(c, Warning) }

// told lists the findings of a severity about c, as warnings does.
func told(c Content, severity Severity) string {
	var lines []string
	found, _ := c.Validate()
	for _, f := range found {
		if f.Severity == severity && f.Code != "ITEM_UNASSIGNED" {
			lines = append(lines, strings.Join(strings.Fields(fmt.Sprint(f.Code, " ", f.Group, " ", f.Path, " ", f.Computed)), " "))
		}
		if strings.Contains(f.Vi+f.En, "%!") {
			lines = append(lines, "badly said: "+f.Vi+f.En)
		}
	}
	return strings.Join(lines, "; ")
}

// TestAsked finds the highest node of which no surveyed item is asked about.
func TestAsked(t *testing.T) {
	link := func(respondents string, nodes ...string) sealed.SurveyLink {
		return sealed.SurveyLink{Group: "departments", Nodes: nodes, Respondents: respondents}
	}
	for _, c := range []struct {
		name  string
		links []sealed.SurveyLink
		want  string
	}{
		{"no links", nil, ""},
		{"all", []sealed.SurveyLink{link("a"), link("b")}, ""},
		{"each by itself", []sealed.SurveyLink{link("a", "ii.1.1"), link("b", "ii.1.2")}, ""},
		{"by the node above", []sealed.SurveyLink{link("a", "ii.1"), link("b", "ii.1")}, ""},
		{"one item of two", []sealed.SurveyLink{link("a", "ii.1.2"), link("b", "ii.1.2")}, "ITEM_UNASKED departments ii.1.1 1"},
		{
			"items that are not surveyed",
			[]sealed.SurveyLink{link("a", "i.1"), link("b", "i.1.1")},
			"LINK_WITHOUT_ITEMS departments surveyLinks[0]; LINK_WITHOUT_ITEMS departments surveyLinks[1]; ITEM_UNASKED departments 2",
		},
		{"a group that is not asked", []sealed.SurveyLink{link("a")}, "RESPONDENTS_UNASKED respondentGroups[1]"},
		{
			"the same twice",
			[]sealed.SurveyLink{link("a"), link("b"), link("a", "ii.1.2"), link("b", "ii.1", "ii.1.1")},
			"ITEM_ASKED_TWICE departments surveyLinks[3] ii.1.1; ITEM_ASKED_TWICE departments surveyLinks[2] ii.1.2",
		},
	} {
		content := sound()
		asking(&content)
		content.SurveyLinks = c.links
		if got := warnings(content); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// TestAskedOfStructure reports nothing about the nodes, weights and classes of a table
// that is not imported yet.
func TestAskedOfStructure(t *testing.T) {
	c := Content{
		Title: "A", DecisionNumber: "1", DecisionDate: "2024-01-01", EffectiveDate: "2024-01-01", Rounds: 1, Completeness: sealed.StructureOnly,
		CriteriaSets:     []sealed.CriteriaSet{{Group: "districts", GroupName: "A"}, {Group: "communes", GroupName: "B"}},
		RespondentGroups: []sealed.RespondentGroup{{ID: "a", Name: "A"}},
		SurveyLinks:      []sealed.SurveyLink{{Group: "districts", Nodes: []string{"i.1.1"}, Respondents: "a"}, {Group: "communes", Respondents: "a"}},
		SpecialRules: []sealed.SpecialRule{{Group: "districts", SubordinateClasses: &sealed.SubordinateClasses{
			Subordinates: "communes", Numerator: 2, Denominator: 3, Incomplete: criteria.NotClassified,
		}}},
	}
	if found, _ := c.Validate(); len(found) != 1 || found[0].Code != "STRUCTURE_ONLY" {
		t.Errorf("found %+v", found)
	}
	c.SurveyLinks[0].Respondents, c.SpecialRules[0].SubordinateClasses.Subordinates = "b", "b"
	want := "specialRules[0].subordinateClasses.subordinates GROUP_UNDEFINED; surveyLinks[0].respondents RESPONDENTS_UNDEFINED"
	if got := strings.Join(found(c.Check()), "; "); got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}

// TestCalendarOrder compares the days of the steps that bind one group (rule Y1).
func TestCalendarOrder(t *testing.T) {
	step := func(phase criteria.Phase, day string, later int32, groups ...string) sealed.CalendarStep {
		return sealed.CalendarStep{Phase: phase, LastDay: day, YearsLater: later, Groups: groups}
	}
	for _, c := range []struct {
		name  string
		steps []sealed.CalendarStep
		want  string
	}{
		{"in order", []sealed.CalendarStep{step(criteria.Self1, "10-31", 0), step(criteria.Appraisal1, "11-30", 0), step(criteria.Published, "01-15", 1)}, ""},
		{"on one day", []sealed.CalendarStep{step(criteria.Self1, "12-30", 0), step(criteria.Appraisal1, "12-30", 0)}, ""},
		{"told in another order", []sealed.CalendarStep{step(criteria.Published, "12-31", 0), step(criteria.Self1, "10-31", 0)}, ""},
		{"in the wrong order", []sealed.CalendarStep{step(criteria.Self1, "10-31", 0), step(criteria.Appraisal1, "10-30", 0)}, "CALENDAR_OUT_OF_ORDER calendar[1]"},
		{"without the next year", []sealed.CalendarStep{step(criteria.Self1, "10-31", 0), step(criteria.Published, "01-15", 0)}, "CALENDAR_OUT_OF_ORDER calendar[1]"},
		{"each once", []sealed.CalendarStep{step(criteria.Self1, "10-31", 0), step(criteria.Appraisal1, "11-30", 0), step(criteria.Published, "01-15", 0)}, "CALENDAR_OUT_OF_ORDER calendar[2]"},
		{"the last day of February", []sealed.CalendarStep{step(criteria.Self1, "02-31", 0), step(criteria.Appraisal1, "02-29", 0)}, ""},
		{"after the last day of February", []sealed.CalendarStep{step(criteria.Self1, "03-01", 1), step(criteria.Appraisal1, "02-31", 1)}, "CALENDAR_OUT_OF_ORDER calendar[1]"},
		{"of other groups", []sealed.CalendarStep{step(criteria.Self1, "12-30", 0, "communes"), step(criteria.Published, "11-30", 0, "departments")}, ""},
		{"of one group and all", []sealed.CalendarStep{step(criteria.Self1, "12-30", 0, "communes"), step(criteria.Published, "11-30", 0)}, "CALENDAR_OUT_OF_ORDER calendar[1]"},
		{"lasting days", []sealed.CalendarStep{step(criteria.Self1, "12-30", 0), {Phase: criteria.Appraisal1, Days: 7}}, ""},
		{"twice", []sealed.CalendarStep{step(criteria.Self1, "10-30", 0), {Phase: criteria.Self1, Days: 7, Groups: []string{"communes"}}}, "CALENDAR_STEP_TWICE calendar[1]"},
		{"once for each group", []sealed.CalendarStep{step(criteria.Self1, "10-30", 0, "departments"), step(criteria.Self1, "10-31", 0, "communes")}, ""},
	} {
		content := sound()
		special(&content) // a second group
		content.Calendar = c.steps
		if got := warnings(content); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// TestLacking finds, group by group, the items that do not state their basis
// (rule C11), those without test vectors (rule C6), and groups without classes.
func TestLacking(t *testing.T) {
	cited := &sealed.Basis{Source: "S4", Line: 1, Finding: "40.5"}
	for _, c := range []struct {
		name            string
		change          func(*Content)
		warnings, notes string
	}{
		{"complete", func(*Content) {}, "", "TEST_VECTORS_MISSING departments 2"},
		{"reconstructed", func(c *Content) { c.Completeness = sealed.Reconstruction }, "BASIS_MISSING departments 2", "TEST_VECTORS_MISSING departments 2"},
		{"one is cited, one has none", func(c *Content) {
			c.Completeness = sealed.Reconstruction
			c.CriteriaSets[0].Nodes[1].Item.Basis, c.CriteriaSets[0].Nodes[3].Item.Basis = cited, new(sealed.Basis)
		}, "", "BASIS_NONE departments 1; TEST_VECTORS_MISSING departments 2"},
		{"one has test vectors", func(c *Content) {
			c.CriteriaSets[0].Nodes[1].Item.TestVectors = []sealed.TestVector{vector("1", "2", "20.25")}
		}, "", "TEST_VECTORS_MISSING departments 1"},
		{"no classes", func(c *Content) { c.CriteriaSets[0].Classes = nil }, "", "TEST_VECTORS_MISSING departments 2; CLASSES_MISSING departments"},
		{"only the structure", func(c *Content) {
			c.Completeness, c.CriteriaSets[0].Nodes, c.CriteriaSets[0].Classes = sealed.StructureOnly, nil, nil
		}, "", ""},
	} {
		content := sound()
		c.change(&content)
		if got := told(content, Warning); got != c.warnings {
			t.Errorf("%s: the warnings are %s, want %s", c.name, got, c.warnings)
		}
		if got := told(content, Note); got != c.notes {
			t.Errorf("%s: the notes are %s, want %s", c.name, got, c.notes)
		}
	}
}

// TestBasisMissingNames names the items by their ids, some of very many.
func TestBasisMissingNames(t *testing.T) {
	c := sound()
	c.Completeness = sealed.Reconstruction
	message := func() string {
		for _, f := range c.lacking() {
			if f.Code == basisMissing.Code {
				return f.En
			}
		}
		return ""
	}
	if got := message(); !strings.Contains(got, "2 reconstructed items do not state their basis: i.1.1, ii.1.1. ") {
		t.Error(got)
	}
	for i := range 30 {
		c.CriteriaSets[0].Nodes = append(c.CriteriaSets[0].Nodes, leaf("ii", fmt.Sprint("1.", i+2), "1", "1"))
	}
	if got := message(); !strings.Contains(got, "32 reconstructed") || !strings.Contains(got, "ii.1.19, …. ") || strings.Contains(got, "ii.1.20") {
		t.Error(got)
	}
}

// TestNamed finds one id under two names and one name under two ids, wherever they
// are, and states both. A name is the same in capitals, with more white space and
// with the tone mark on another vowel.
func TestNamed(t *testing.T) {
	seat := func(agency, name string) sealed.Seat {
		return sealed.Seat{Agency: agency, Name: name, Capacity: sealed.CouncilMember}
	}
	duty := func(agency, name string) sealed.Duty {
		return sealed.Duty{Agency: agency, Name: name, Group: "departments", Nodes: []string{"i.1"}}
	}
	listed := func(agency, name string) sealed.ListedAgency {
		return sealed.ListedAgency{Agency: agency, Name: name, Group: "departments"}
	}
	for _, c := range []struct {
		name    string
		content Content
		want    string
	}{
		{"alike", Content{Seats: []sealed.Seat{seat("a", "Sở A")}, Duties: []sealed.Duty{duty("a", "SỞ  A"), duty("b", "Sở B")}, Agencies: []sealed.ListedAgency{listed("b", "sở B")}}, ""},
		{"the place of the tone mark", Content{Seats: []sealed.Seat{seat("a", "Huyện Hoà An")}, Duties: []sealed.Duty{duty("a", "huyện Hòa An")}}, ""},
		{"one id, two names", Content{Seats: []sealed.Seat{seat("a", "Sở A")}, Duties: []sealed.Duty{duty("a", "Sở B"), duty("a", "Sở B")}}, `duties[0] AGENCY_NAMED_TWICE The id "a" has two names: "Sở A" and "Sở B".`},
		{"one name, two ids", Content{Seats: []sealed.Seat{seat("a", "Sở A")}, Agencies: []sealed.ListedAgency{listed("b", "Sở A")}}, `agencies[0] AGENCY_WITH_TWO_IDS The name "Sở A" belongs to two ids: "a" and "b".`},
		{
			"both",
			Content{Duties: []sealed.Duty{duty("a", "Sở A"), duty("b", "Sở B"), duty("a", "Sở B")}},
			`duties[2] AGENCY_NAMED_TWICE The id "a" has two names: "Sở A" and "Sở B".; duties[2] AGENCY_WITH_TWO_IDS The name "Sở B" belongs to two ids: "b" and "a".`,
		},
		{"a blank name", Content{Seats: []sealed.Seat{seat("a", " "), seat("b", "")}}, ""},
	} {
		var got []string
		for _, f := range c.content.named() {
			sentence, _, _ := strings.Cut(f.En, " Keep")
			got = append(got, f.Path+" "+f.Code+" "+sentence)
			if f.Severity != Warning || !strings.Contains(f.Vi, "“a”") {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: got %s, want %s", c.name, strings.Join(got, "; "), c.want)
		}
	}
	var many Content
	for i := range 3000 {
		many.Agencies = append(many.Agencies, listed("a-"+strconv.Itoa(i), "Sở"))
	}
	if found := many.named(); len(found) != maxUnknown {
		t.Errorf("%d are told", len(found))
	}
}

// TestNotAcknowledgeable reports an acknowledgement of a finding that must be
// corrected as such, and not as stale (rule C5).
func TestNotAcknowledgeable(t *testing.T) {
	for _, code := range []string{totalDiffers.Code, selfSplitDiffers.Code, domainMaxDiffers.Code, "NONE"} {
		c := sound()
		c.Declared = []sealed.Declared{{Group: "departments", TotalPoints: new(p("99"))}}
		c.Acknowledgements = []sealed.Acknowledgement{{Code: code, Group: "departments", Declared: "99", Computed: "100", AcknowledgedBy: "Sở", Reason: "Bản in"}}
		if got := warnings(c); got != "NOT_ACKNOWLEDGEABLE departments acknowledgements[0] 100" {
			t.Errorf("%s: got %s", code, got)
		}
		if got := told(c, Error); got != "TOTAL_DIFFERS departments 100" {
			t.Errorf("%s: the errors are %s", code, got)
		}
	}
	c := sound()
	c.Acknowledgements = []sealed.Acknowledgement{{Code: declaredChanged.Code, Path: "split", Declared: "a", Computed: "b", AcknowledgedBy: "Sở", Reason: "Bản in"}}
	if got := warnings(c); got != "ACKNOWLEDGEMENT_STALE acknowledgements[0] b" {
		t.Error(got)
	}
}

// TestDays writes days as each language does.
func TestDays(t *testing.T) {
	for written, want := range map[day]string{
		"10-30": "30/10, 30 October", "02-05": "05/02, 5 February", "2024-02-29": "29/02/2024, 29 February 2024", "2024": "2024, 2024", "": ", ", "13-40": "40/13, 13-40",
	} {
		if got := written.Vietnamese() + ", " + written.String(); got != want {
			t.Errorf("%s: %s, want %s", written, got, want)
		}
	}
	c := sound()
	c.Calendar = []sealed.CalendarStep{{Phase: criteria.Self1, LastDay: "10-31"}, {Phase: criteria.Appraisal1, LastDay: "10-30"}}
	f := c.order()[0]
	if !strings.Contains(f.Vi, "kết thúc ngày 30/10, trước khi") || !strings.Contains(f.Vi, "(31/10)") || !strings.Contains(f.En, "ends on 30 October, before the end of the earlier phase SELF_1") {
		t.Errorf("%+v", f)
	}
}

// TestFigures writes figures with a decimal comma in Vietnamese, and codes the
// computed one as they are.
func TestFigures(t *testing.T) {
	c := sound()
	c.Declared = []sealed.Declared{{Group: "departments", TotalPoints: new(p("99.5"))}}
	c.CriteriaSets[0].Classes[1].High = open("89.5")
	found, _ := c.Validate()
	var got []string
	for _, f := range found {
		if f.Severity == Error {
			got = append(got, f.Declared+": "+f.Vi+" "+f.En)
		}
	}
	for i, want := range []string{"[89,5; 90]. ", "99.5: Quy định ghi tổng 99,5 điểm"} {
		if len(got) != 2 || !strings.Contains(got[i], want) {
			t.Errorf("got %q, want %s", got, want)
		}
	}
}

// TestFindingNode names the node that an error is in.
func TestFindingNode(t *testing.T) {
	c := sound()
	c.CriteriaSets[0].Nodes[3].Item.MaxPoints = p("-1")
	c.CriteriaSets[0].Classes[0].Name = ""
	nodes := map[string]string{}
	found, _ := c.Validate()
	for _, f := range found {
		if f.Severity == Error {
			nodes[f.Place.String()] = f.Group + " " + f.Node
		}
	}
	for place, want := range map[string]string{
		"criteriaSets[0].nodes[3].item.maxPoints": "departments ii.1.1",
		"criteriaSets[0].classes[0].name":         "departments ",
		"criteriaSets[0].nodes":                   "departments ",
	} {
		if nodes[place] != want {
			t.Errorf("%s: %q, want %q", place, nodes[place], want)
		}
	}
}

// TestExceeding compares the greatest total of a set with its standard points. A bonus
// blocks issuing, with both figures, unless the regulation says what an index above 100
// is (rule C7).
func TestExceeding(t *testing.T) {
	bonus := func(most string) rule.Rule {
		return rule.Deduction{Step: p("1"), Bonus: &rule.Bonus{Step: p("0.25"), Cap: p(most)}}
	}
	for name, tt := range map[string]struct {
		excess criteria.ExcessRule
		rules  map[int]rule.Rule // by the index of the node
		want   string
	}{
		"no bonus":             {"", map[int]rule.Rule{1: rule.Deduction{Step: p("1")}}, ""},
		"a bonus, not stated":  {"", map[int]rule.Rule{1: bonus("0.25")}, "TOTAL_CAN_EXCEED_100 g criteriaSets[0].nodes 100 100.25 ERROR"},
		"two bonuses, refused": {criteria.Refused, map[int]rule.Rule{1: bonus("2"), 6: bonus("1.5")}, "TOTAL_CAN_EXCEED_100 g criteriaSets[0].nodes 100 103.5 ERROR"},
		"capped":               {criteria.Capped, map[int]rule.Rule{1: bonus("2")}, ""},
		"allowed":              {criteria.Allowed, map[int]rule.Rule{1: bonus("2")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			set := deep()
			for i, r := range tt.rules {
				set.Nodes[i].Item.Rule = r
			}
			found, _ := Content{Parts: twoParts(), Excess: tt.excess, CriteriaSets: []sealed.CriteriaSet{set}}.Validate()
			var lines []string
			for _, f := range found {
				if f.Code == totalExceeds100.Code {
					lines = append(lines, fmt.Sprint(f.Code, " ", f.Group, " ", f.Place, " ", f.Declared, " ", f.Computed, " ", f.Severity))
				}
			}
			if got := strings.Join(lines, ", "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
