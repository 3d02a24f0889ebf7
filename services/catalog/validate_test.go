package catalog_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// declared is testdata/regulation.yaml with a structure, seats, duties, agencies
// and a calendar, all of which are right.
func declared(t *testing.T) *catalogv1.RegulationContent {
	t.Helper()
	c := content(t, "")
	c.Counting = catalogv1.CountingConvention_COUNTING_CONVENTION_LEAF_CRITERIA
	c.Split = catalogv1.SplitRule_SPLIT_RULE_BY_PART
	c.Completeness = catalogv1.Completeness_COMPLETENESS_RECONSTRUCTION
	c.ReplacesDecision = "7/QĐ-UBND"
	c.Declared = []*catalogv1.DeclaredStructure{{
		Group: "departments", Criteria: proto.Int32(4), SubCriteria: proto.Int32(2), SelfPoints: "60", SurveyPoints: "40", TotalPoints: "100",
		Domains: []*catalogv1.DeclaredDomain{
			{Field: "steering", Criteria: proto.Int32(1), SubCriteria: proto.Int32(2), SurveyedSubCriteria: proto.Int32(0), MaxPoints: "40"},
			{Field: "procedures", Criteria: proto.Int32(1), SubCriteria: proto.Int32(0), MaxPoints: "20"},
			{Field: "impact", Criteria: proto.Int32(2), SubCriteria: proto.Int32(0), MaxPoints: "40"},
		},
	}}
	c.Calendar = []*catalogv1.CalendarStep{
		{Phase: catalogv1.Phase_PHASE_SELF_1, LastDay: "10-31", Groups: []string{"departments"}},
		{Phase: catalogv1.Phase_PHASE_SELF_2, Days: 7, Note: "Do hội đồng ấn định"},
		{Phase: catalogv1.Phase_PHASE_PUBLISHED, LastDay: "01-31", YearsLater: 1},
	}
	c.Seats = []*catalogv1.Seat{{Agency: "home", Name: "Sở Nội vụ", Capacity: catalogv1.Capacity_CAPACITY_STANDING}}
	c.Duties = []*catalogv1.Duty{
		{Agency: "home", Name: "Sở Nội vụ", Group: "departments", Nodes: []string{"i.1", "ii.1"}},
		{Agency: "home", Name: "Sở Nội vụ", Group: "districts", Nodes: []string{"i.1", "i.2", "ii.1"}, Except: []string{"ii.1.2"}},
	}
	c.Agencies = []*catalogv1.ListedAgency{{Agency: "finance", Name: "Sở Tài chính", Group: "departments"}}
	item := c.GetCriteriaSets()[0].GetNodes()[2].GetItem()
	item.Side = catalogv1.Side_SIDE_SELF
	item.Basis = &catalogv1.Basis{Source: "S4", Line: 7, Finding: "27/40"}
	for _, s := range c.GetCriteriaSets() {
		for _, n := range s.GetNodes() {
			if n.GetItem() != nil && n.GetItem().GetBasis() == nil {
				n.Item.Basis = &catalogv1.Basis{Source: "S4", Line: 8, Finding: n.GetCode()}
			}
		}
	}
	c.GetCriteriaSets()[0].GetNodes()[3].GetItem().Basis = new(catalogv1.Basis)
	return c
}

// found lists what validation found, a line each, but for items without test vectors,
// and for what does not fit the authority, which TestForeignPack looks at.
func found(findings []*catalogv1.Finding) string {
	var lines []string
	for _, f := range findings {
		switch f.GetCode() {
		case "TEST_VECTORS_MISSING", "AGENCY_NOT_HERE", "LEFT_FROM_PACK":
			continue
		}
		severity := strings.TrimPrefix(f.GetSeverity().String(), "SEVERITY_")
		lines = append(lines, strings.Join(strings.Fields(fmt.Sprint(severity, " ", f.GetCode(), " ", f.GetGroup(), " ", f.GetPath(), " ", f.GetDeclared(), " ", f.GetComputed())), " "))
	}
	return strings.Join(lines, "\n")
}

func (w *world) validate(ctx context.Context, t *testing.T, id string) *catalogv1.ValidateRegulationResponse {
	t.Helper()
	answer, err := w.ValidateRegulation(ctx, &catalogv1.ValidateRegulationRequest{Authority: "an-binh", Regulation: id})
	if err != nil {
		t.Fatal(said(err))
	}
	return answer
}

// TestStructureRoundTrip stores and reads the content of a regulation apart from its
// criteria, with the structure that is computed.
func TestStructureRoundTrip(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	want := declared(t)
	want.CriteriaSets[0].Nodes[2].Item.MaxPoints = "10.5"
	w.issue(t, "2024", declared(t))
	if diff := cmp.Diff(want, w.regulation(t, "2024").GetContent(), protocmp.Transform()); diff != "" {
		t.Errorf("(-went in +came back):\n%s", diff)
	}
	answer := w.validate(coordinator(t), t, "2024")
	if got := found(answer.GetFindings()); got != "NOTE BASIS_NONE departments 1" {
		t.Errorf("found\n%s", got)
	}
	groups := []*catalogv1.GroupStructure{
		{Group: "departments", Criteria: 4, SubCriteria: 2, Items: 6, MaxPoints: "100", SelfPoints: "60", SurveyPoints: "40"},
		{Group: "districts", Criteria: 3, SubCriteria: 0, Items: 4, MaxPoints: "100", SelfPoints: "50", SurveyPoints: "50"},
	}
	if diff := cmp.Diff(groups, answer.GetGroups(), protocmp.Transform()); diff != "" {
		t.Errorf("structure (-want +got):\n%s", diff)
	}
}

// TestDeclaredStructure sees every contradiction with both figures, and what of it
// keeps a draft from being issued.
func TestDeclaredStructure(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	c := declared(t)
	d := c.GetDeclared()[0]
	d.Criteria, d.SubCriteria, d.SelfPoints, d.SurveyPoints, d.TotalPoints = proto.Int32(5), proto.Int32(3), "61", "38.5", "99.5"
	domain := d.GetDomains()[0]
	domain.Criteria, domain.SubCriteria, domain.SurveyedSubCriteria, domain.MaxPoints = proto.Int32(0), proto.Int32(1), proto.Int32(2), "41"
	w.draft(t, "2024", c)
	want := `ERROR CRITERIA_COUNT_DIFFERS departments 5 4
ERROR SUB_CRITERIA_COUNT_DIFFERS departments 3 2
ERROR TOTAL_DIFFERS departments 99.5 100
ERROR SELF_SPLIT_DIFFERS departments 61 60
ERROR SURVEY_SPLIT_DIFFERS departments 38.5 40
ERROR CRITERIA_COUNT_DIFFERS departments steering 0 1
ERROR SUB_CRITERIA_COUNT_DIFFERS departments steering 1 2
ERROR SURVEYED_COUNT_DIFFERS departments steering 2 0
ERROR DOMAIN_MAX_DIFFERS departments steering 41 40
NOTE BASIS_NONE departments 1`
	if diff := cmp.Diff(want, found(w.validate(ctx, t, "2024").GetFindings())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	issue := &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "2024", Etag: "1"}
	_, err := w.IssueRegulation(ctx, issue)
	want = `REGULATION_UNSOUND
declared[0].criteria CRITERIA_COUNT_DIFFERS
declared[0].subCriteria SUB_CRITERIA_COUNT_DIFFERS
declared[0].totalPoints TOTAL_DIFFERS
declared[0].selfPoints SELF_SPLIT_DIFFERS
declared[0].surveyPoints SURVEY_SPLIT_DIFFERS
declared[0].domains[0].criteria CRITERIA_COUNT_DIFFERS
declared[0].domains[0].subCriteria SUB_CRITERIA_COUNT_DIFFERS
declared[0].domains[0].surveyedSubCriteria SURVEYED_COUNT_DIFFERS
declared[0].domains[0].maxPoints DOMAIN_MAX_DIFFERS`
	if diff := cmp.Diff(want, said(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestUndeclaredDomain finds a domain that is in the criteria set and not among the
// declared ones, until it is acknowledged.
func TestUndeclaredDomain(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	c := declared(t)
	c.Declared[0].Domains = c.GetDeclared()[0].GetDomains()[:2]
	w.draft(t, "2024", c)
	if got := found(w.validate(ctx, t, "2024").GetFindings()); got != "ERROR DOMAIN_UNDECLARED departments impact 2\nNOTE BASIS_NONE departments 1" {
		t.Errorf("found\n%s", got)
	}
	_, err := w.IssueRegulation(ctx, &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "2024", Etag: "1"})
	if got := said(err); got != "REGULATION_UNSOUND\ndeclared[0].domains DOMAIN_UNDECLARED" {
		t.Error(got)
	}
	c.Acknowledgements = []*catalogv1.Acknowledgement{{
		Code: "DOMAIN_UNDECLARED", Group: "departments", Path: "impact", Computed: "2", AcknowledgedBy: "Sở Nội vụ", Reason: "Bảng cơ cấu chỉ nêu phần I",
	}}
	w.issue(t, "2025", c)
	c.Acknowledgements, c.GetDeclared()[0].Domains = nil, nil
	w.issue(t, "2026", c) // without any domain nothing is stated of domains
}

// TestSurveyed finds surveyed items without a link or with two of one group (rules C7
// and Q11); neither keeps a regulation from being issued.
func TestSurveyed(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	c := content(t, "")
	c.RespondentGroups = append(c.RespondentGroups, &catalogv1.RespondentGroup{Id: "delegates", Name: "Đại biểu"})
	c.SurveyLinks = []*catalogv1.SurveyLink{
		{Group: "departments", Nodes: []string{"ii.1"}, Respondents: "officials"},
		{Group: "departments", Respondents: "officials"},
		{Group: "departments", Nodes: []string{"i.1", "ii.1.2"}, Respondents: "citizens"},
	}
	w.issue(t, "2024", c)
	const want = `WARNING ITEM_ASKED_TWICE departments surveyLinks[1] ii.1.1
WARNING LINK_WITHOUT_ITEMS departments surveyLinks[2]
WARNING ITEM_UNASKED districts 1
WARNING RESPONDENTS_UNASKED respondentGroups[2]`
	got := found(w.validate(coordinator(t), t, "2024").GetFindings())
	var about []string
	for line := range strings.Lines(got + "\n") {
		if !strings.Contains(line, "ITEM_UNASSIGNED") { // nobody is assigned anything here
			about = append(about, strings.TrimSpace(line))
		}
	}
	if diff := cmp.Diff(want, strings.Join(about, "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c.SurveyLinks = nil
	w.issue(t, "2025", c)
	if got := found(w.validate(coordinator(t), t, "2025").GetFindings()); strings.Contains(got, "ASKED") {
		t.Errorf("nothing is stated of who is asked, and found is\n%s", got)
	}
}

// TestAcknowledgement issues a regulation with a wrong count that is accepted with
// these very figures, and with no others.
func TestAcknowledgement(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	accepted := func() *catalogv1.RegulationContent {
		c := declared(t)
		c.GetDeclared()[0].Criteria = proto.Int32(3)
		c.Acknowledgements = []*catalogv1.Acknowledgement{{
			Code: "CRITERIA_COUNT_DIFFERS", Group: "departments", Declared: "3", Computed: "4", AcknowledgedBy: "Sở Nội vụ", Reason: "Bản in ghi 3",
		}}
		return c
	}
	const stands = "ACKNOWLEDGED CRITERIA_COUNT_DIFFERS departments 3 4\nNOTE BASIS_NONE departments 1"
	open := "ERROR CRITERIA_COUNT_DIFFERS departments %s 4\nWARNING ACKNOWLEDGEMENT_STALE %s %s %s\nNOTE BASIS_NONE departments 1"
	for name, c := range map[string]struct {
		change func(*catalogv1.RegulationContent)
		want   string
	}{
		"as it stands": {func(*catalogv1.RegulationContent) {}, stands},
		"another declared": {
			func(c *catalogv1.RegulationContent) { c.GetDeclared()[0].Criteria = proto.Int32(2) },
			fmt.Sprintf(open, "2", "departments acknowledgements[0]", "3", "4"),
		},
		"another computed": {
			func(c *catalogv1.RegulationContent) { c.GetAcknowledgements()[0].Computed = "5" },
			fmt.Sprintf(open, "3", "departments acknowledgements[0]", "3", "5"),
		},
		"another group": {
			func(c *catalogv1.RegulationContent) { c.GetAcknowledgements()[0].Group = "districts" },
			fmt.Sprintf(open, "3", "districts acknowledgements[0]", "3", "4"),
		},
		"another place": {
			func(c *catalogv1.RegulationContent) { c.GetAcknowledgements()[0].Path = "steering" },
			fmt.Sprintf(open, "3", "departments acknowledgements[0]", "3", "4"),
		},
		"a total, which nobody can accept": {
			func(c *catalogv1.RegulationContent) {
				c.GetDeclared()[0].Criteria, c.GetDeclared()[0].TotalPoints = proto.Int32(4), "99"
				a := c.GetAcknowledgements()[0]
				a.Code, a.Declared, a.Computed = "TOTAL_DIFFERS", "99", "100"
			},
			"ERROR TOTAL_DIFFERS departments 99 100\nWARNING NOT_ACKNOWLEDGEABLE departments acknowledgements[0] 99 100\nNOTE BASIS_NONE departments 1",
		},
	} {
		id := strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), ",", "")
		content := accepted()
		c.change(content)
		draft := w.draft(t, id, content)
		if diff := cmp.Diff(c.want, found(w.validate(ctx, t, id).GetFindings())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		_, err := w.IssueRegulation(ctx, &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: id, Etag: draft.GetEtag()})
		if issued := err == nil; issued != (c.want == stands) {
			t.Errorf("%s: issued %v, %s", name, issued, said(err))
		}
	}
}

// TestCoverage finds agencies that appraise nothing, the same items, their own group,
// or without a seat (rule C8); none of this keeps a regulation from being issued.
func TestCoverage(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(strings.Replace(twoAgencies, "cycles:", "- {id: guest, name: Khách}\ncycles:", 1)))
	c := declared(t)
	c.Seats = append(c.Seats, &catalogv1.Seat{Agency: "guest", Name: "Khách", Capacity: catalogv1.Capacity_CAPACITY_INVITED})
	c.Duties = []*catalogv1.Duty{
		{Agency: "home", Name: "Sở Nội vụ", Group: "departments", Nodes: []string{"i.1.1", "ii.9"}, Except: []string{"i.1.1.2"}},
		{Agency: "finance", Name: "Sở Tài chính", Group: "departments", Nodes: []string{"i.1.1.1"}},
		{Agency: "home", Name: "Sở Nội vụ", Group: "districts", Nodes: []string{"i.1"}},
	}
	w.issue(t, "2024", c)
	const want = `WARNING ITEM_ASSIGNED_TWICE departments i.1.1.1 finance, home
WARNING ITEM_UNASSIGNED departments i.1.1.2 1
WARNING ITEM_UNASSIGNED departments ii.1 1
WARNING DUTY_NODE_UNKNOWN departments duties[0] ii.9
WARNING ITEM_UNASSIGNED districts i.2 1
WARNING APPRAISER_WITHOUT_SEAT duties[1] finance
WARNING MEMBER_WITHOUT_DUTY seats[1] guest
WARNING OWN_AGENCY_CONFLICT departments duties[1] finance
NOTE BASIS_NONE departments 1`
	if diff := cmp.Diff(want, found(w.validate(coordinator(t), t, "2024").GetFindings())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStructureOnly keeps a regulation of which only the structure is there from
// being issued, and compares the official table with it.
func TestStructureOnly(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	c := declared(t)
	c.Completeness = catalogv1.Completeness_COMPLETENESS_STRUCTURE_ONLY
	table := c.GetCriteriaSets()
	c.CriteriaSets = []*catalogv1.CriteriaSet{
		{Group: "departments", GroupName: "Sở", Nodes: table[0].GetNodes()[:1]}, {Group: "districts", GroupName: "Huyện"},
	}
	c.Declared[0].Domains = nil
	c.Duties = nil
	c.GetDeclared()[0].Criteria = proto.Int32(9)
	w.draft(t, "2024", c)
	if got := found(w.validate(ctx, t, "2024").GetFindings()); got != "ERROR STRUCTURE_ONLY completeness\nWARNING MEMBER_WITHOUT_DUTY seats[0] home" {
		t.Errorf("found\n%s", got)
	}
	issue := func(etag string) string {
		_, err := w.IssueRegulation(ctx, &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "2024", Etag: etag})
		return said(err)
	}
	if got := issue("1"); got != "REGULATION_UNSOUND\ncompleteness STRUCTURE_ONLY" {
		t.Error(got)
	}
	c.CriteriaSets = table
	_, err := w.UpdateRegulation(ctx, &catalogv1.UpdateRegulationRequest{Authority: "an-binh", Regulation: "2024", Etag: "1", Content: c})
	if got := issue("2"); err != nil || got != "REGULATION_UNSOUND\ndeclared[0].criteria CRITERIA_COUNT_DIFFERS\ncompleteness STRUCTURE_ONLY" {
		t.Errorf("the table that contradicts: %s %s", said(err), got)
	}
}

// TestRestOfContent finds what is wrong apart from criteria and structure. Texts that
// are blank or cannot be printed never become a draft.
func TestRestOfContent(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	c := declared(t)
	c.Declared = append(c.Declared, c.GetDeclared()[0], &catalogv1.DeclaredStructure{Group: "communes"})
	c.Declared[0].Domains = append(c.GetDeclared()[0].GetDomains(), &catalogv1.DeclaredDomain{Field: "steering"})
	c.Acknowledgements = []*catalogv1.Acknowledgement{{Code: "TOTAL_DIFFERS", AcknowledgedBy: " ", Reason: "\u0007"}}
	c.Agencies = append(c.Agencies, &catalogv1.ListedAgency{Agency: "finance", Name: " ", Group: "communes"})
	_, err := w.CreateRegulation(coordinator(t), &catalogv1.CreateRegulationRequest{Authority: "an-binh", Regulation: "2024", Content: c})
	const refused = `BAD_REQUEST
content.acknowledgements[0].acknowledgedBy TEXT_MISSING
content.acknowledgements[0].reason TEXT_UNPRINTABLE
content.agencies[1].name TEXT_MISSING`
	if diff := cmp.Diff(refused, said(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c.Acknowledgements[0].AcknowledgedBy, c.Acknowledgements[0].Reason, c.Agencies[1].Name = "Sở Nội vụ", "Bản in", "Sở Tài chính"
	c.Calendar[0].Days, c.Calendar[1].Days, c.Calendar[2].LastDay, c.Calendar[2].Groups = 3, 0, "02-30", []string{"communes"}
	c.Seats = append(c.Seats, c.GetSeats()[0])
	c.Duties[1].Group = "communes"
	w.draft(t, "2024", c)
	_, err = w.IssueRegulation(coordinator(t), &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "2024", Etag: "1"})
	const want = `REGULATION_UNSOUND
declared[0].domains[3].field FIELD_TWICE
declared[1].group GROUP_TWICE
declared[1].domains[3].field FIELD_TWICE
declared[2].group GROUP_UNDEFINED
calendar[0] CALENDAR_STEP_UNCLEAR
calendar[1] CALENDAR_STEP_UNCLEAR
calendar[2].groups[0] GROUP_UNDEFINED
duties[1].group GROUP_UNDEFINED
seats[1].agency AGENCY_TWICE
agencies[1].agency AGENCY_TWICE
agencies[1].group GROUP_UNDEFINED`
	if diff := cmp.Diff(want, said(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFindingLanguage answers findings in the caller's language.
func TestFindingLanguage(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	c := declared(t)
	c.GetDeclared()[0].Criteria = proto.Int32(10)
	w.draft(t, "2024", c)
	ctx := as(t, auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: "an-binh"})
	for language, want := range map[string]string{
		"vi": "Quy định ghi 10 tiêu chí, bộ tiêu chí có 4. Hãy đối chiếu với văn bản.",
		"en": "The regulation states 10 criteria, the criteria set has 4. Check both against the document.",
	} {
		answer := w.validate(metadata.AppendToOutgoingContext(ctx, "accept-language", language), t, "2024")
		if got := answer.GetFindings()[0].GetMessage(); got != want {
			t.Errorf("%s: %s", language, got)
		}
	}
}
