package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// official returns the content of a pack that has only the structure, with a table
// as the pack declares it: as many criteria and sub-criteria in each domain, as
// many of them surveyed, and the points of each side shared out among its items.
// Where nothing is declared of domains each has one criterion, that of the impact
// surveyed.
func (w *world) official(t *testing.T, draft string) *catalogv1.RegulationContent {
	t.Helper()
	c := proto.CloneOf(w.regulation(t, draft).GetContent())
	c.Completeness = catalogv1.Completeness_COMPLETENESS_COMPLETE
	for _, set := range c.GetCriteriaSets() {
		i := slices.IndexFunc(c.GetDeclared(), func(d *catalogv1.DeclaredStructure) bool { return d.GetGroup() == set.GetGroup() })
		fill(t, set, c.GetDeclared()[i])
	}
	return c
}

func fill(t *testing.T, set *catalogv1.CriteriaSet, d *catalogv1.DeclaredStructure) {
	t.Helper()
	var nodes []*catalogv1.Node
	sides := map[bool][]*catalogv1.Item{} // by whether they are surveyed
	leaf := func(parent *catalogv1.Node, n int32, surveyed bool) {
		node := &catalogv1.Node{Part: parent.GetPart(), Parent: parent.GetCode(), Code: fmt.Sprint(parent.GetCode(), ".", n), Name: "Tiêu chí"}
		node.Item = &catalogv1.Item{
			SourceKind: catalogv1.SourceKind_SOURCE_KIND_SELF, Rule: &rulev1.Rule{Family: &rulev1.Rule_Manual{Manual: &rulev1.Manual{Step: "0.1"}}},
		}
		if surveyed {
			node.Item.SourceKind, node.Item.Rule = catalogv1.SourceKind_SOURCE_KIND_SURVEY, &rulev1.Rule{Family: &rulev1.Rule_Survey{Survey: new(rulev1.Survey)}}
		}
		sides[surveyed] = append(sides[surveyed], node.GetItem())
		nodes = append(nodes, node)
	}
	for _, domain := range set.GetNodes() {
		said := &catalogv1.DeclaredDomain{Criteria: proto.Int32(1)}
		if i := slices.IndexFunc(d.GetDomains(), func(s *catalogv1.DeclaredDomain) bool { return s.GetField() == domain.GetField() }); i >= 0 {
			said = d.GetDomains()[i]
		}
		nodes = append(nodes, domain)
		// The first criterion has all sub-criteria, the others are items themselves.
		for n := range said.GetCriteria() {
			if n > 0 || said.GetSubCriteria() == 0 {
				leaf(domain, n+1, len(d.GetDomains()) == 0 && domain.GetPart() == "ii")
				continue
			}
			criterion := &catalogv1.Node{Part: domain.GetPart(), Parent: domain.GetCode(), Code: domain.GetCode() + ".1", Name: "Tiêu chí"}
			nodes = append(nodes, criterion)
			for m := range said.GetSubCriteria() {
				leaf(criterion, m+1, m < said.GetSurveyedSubCriteria())
			}
		}
	}
	share(t, d.GetSelfPoints(), sides[false])
	share(t, d.GetSurveyPoints(), sides[true])
	set.Nodes = nodes
}

// share gives each item a tenth of a point and the first one what is left.
func share(t *testing.T, total string, items []*catalogv1.Item) {
	t.Helper()
	left, err := points.Parse(total)
	if err != nil {
		t.Fatal(err)
	}
	tenth := points.MustParse("0.1")
	for _, item := range items {
		item.MaxPoints = tenth.String()
		left = left.Sub(tenth)
	}
	if len(items) > 0 {
		items[0].MaxPoints = left.Add(tenth).String()
	}
}

// written returns the content as a file, in the form that ExportRegulation gives
// it, from a draft of its own.
func (w *world) written(t *testing.T, scratch string, format catalogv1.FileFormat, c *catalogv1.RegulationContent) []byte {
	t.Helper()
	w.draft(t, scratch, c)
	answer, err := w.ExportRegulation(coordinator(t), &catalogv1.ExportRegulationRequest{Authority: "an-binh", Regulation: scratch, Format: format})
	if err != nil {
		t.Fatal(said(err))
	}
	return answer.GetContent()
}

func acknowledge(group, path, declared, computed string) *catalogv1.Acknowledgement {
	return &catalogv1.Acknowledgement{
		Code: "DECLARED_CHANGED", Group: group, Path: path, Declared: declared, Computed: computed, AcknowledgedBy: "Sở Nội vụ", Reason: "Bản in ghi khác",
	}
}

// withoutLines lists violations without their lines, each with its
// English text behind.
func withoutLines(err error) string {
	f := fault.From(err)
	if f == nil {
		return "accepted"
	}
	lines := []string{f.Code}
	for _, v := range f.Violations {
		_, place, _ := strings.Cut(v.Field, ": ")
		text, _, _ := strings.Cut(v.En, ". ")
		lines = append(lines, strings.TrimSpace(place+" "+v.Code+" "+text))
	}
	return strings.Join(lines, "\n")
}

// TestOfficialTable imports official tables over the packs that have only the
// structure: one that is as the draft declares is taken; one that is not is refused
// with both figures, also where its file declares what it has, unless the file
// acknowledges each change. A dry run gives the same answer and stores nothing.
func TestOfficialTable(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := metadata.AppendToOutgoingContext(coordinator(t), "accept-language", "en")
	for i, c := range []struct {
		name, pack string
		change     func(*catalogv1.RegulationContent)
		want       string
		found      string
	}{
		{"as declared", "bac-kan-2021", func(*catalogv1.RegulationContent) {}, "accepted", ""},
		{"as declared", "son-la-2021", func(*catalogv1.RegulationContent) {}, "accepted", ""},
		{"a sub-criterion missing", "bac-kan-2021", drop, `REGULATION_FILE_INVALID
declared[2].subCriteria SUB_CRITERIA_COUNT_DIFFERS The regulation states 46 sub-criteria, the criteria set has 45
declared[2].domains[6].subCriteria SUB_CRITERIA_COUNT_DIFFERS The regulation states 17 sub-criteria, the criteria set has 16`, ""},
		{"another split", "son-la-2021", shift, `REGULATION_FILE_INVALID
declared[1].selfPoints SELF_SPLIT_DIFFERS The regulation states 70 points of self-assessment, the items add up to 69
declared[1].surveyPoints SURVEY_SPLIT_DIFFERS The regulation states 30 points of surveys, the items add up to 31`, ""},
		{"declares what it has", "bac-kan-2021", func(r *catalogv1.RegulationContent) {
			drop(r)
			r.Declared[2].SubCriteria, r.Declared[2].Domains[6].SubCriteria = proto.Int32(45), proto.Int32(16)
		}, `REGULATION_FILE_INVALID
declared[2].subCriteria DECLARED_CHANGED The draft states 46 for sub_criteria, the file states 45
declared[2].domains[6].subCriteria DECLARED_CHANGED The draft states 17 for digital-government.sub_criteria, the file states 16`, ""},
		{"declares the split it has", "son-la-2021", func(r *catalogv1.RegulationContent) {
			shift(r)
			r.Declared[1].SelfPoints, r.Declared[1].SurveyPoints = "69", "31"
		}, `REGULATION_FILE_INVALID
declared[1].selfPoints DECLARED_CHANGED The draft states 70 for self_points, the file states 69
declared[1].surveyPoints DECLARED_CHANGED The draft states 30 for survey_points, the file states 31`, ""},
		{"leaves out what is declared", "bac-kan-2021", func(r *catalogv1.RegulationContent) {
			drop(r)
			r.Declared[2].SubCriteria = nil
			r.Declared[2].Domains[6] = &catalogv1.DeclaredDomain{Field: "digital-government"}
		}, `REGULATION_FILE_INVALID
declared[2] DECLARED_CHANGED The draft states 46 for sub_criteria, the file states —
declared[2] DECLARED_CHANGED The draft states 5 for digital-government.criteria, the file states —
declared[2] DECLARED_CHANGED The draft states 17 for digital-government.sub_criteria, the file states —
declared[2] DECLARED_CHANGED The draft states 0 for digital-government.surveyed_sub_criteria, the file states —`, ""},
		{"leaves out a whole group's", "son-la-2021", func(r *catalogv1.RegulationContent) {
			shift(r)
			r.Declared = r.GetDeclared()[:1]
		}, `REGULATION_FILE_INVALID
declared DECLARED_CHANGED The draft states 70 for self_points, the file states —
declared DECLARED_CHANGED The draft states 30 for survey_points, the file states —
declared DECLARED_CHANGED The draft states 100 for total_points, the file states —`, ""},
		{"other conventions", "son-la-2021", func(r *catalogv1.RegulationContent) {
			r.Counting = catalogv1.CountingConvention_COUNTING_CONVENTION_ALL_CRITERIA
			r.Split = catalogv1.SplitRule_SPLIT_RULE_BY_PART
		}, `REGULATION_FILE_INVALID
counting DECLARED_CHANGED The draft states LEAF_CRITERIA for counting, the file states ALL_CRITERIA
split DECLARED_CHANGED The draft states BY_SOURCE_KIND for split, the file states BY_PART`, ""},
		{"a further figure", "son-la-2021", func(r *catalogv1.RegulationContent) {
			r.Declared[0].Criteria = proto.Int32(8)
		}, "accepted", ""},
		{"acknowledged with other values", "son-la-2021", func(r *catalogv1.RegulationContent) {
			shift(r)
			r.Declared[1].SelfPoints, r.Declared[1].SurveyPoints = "69", "31"
			r.Acknowledgements = append(r.GetAcknowledgements(),
				acknowledge("districts", "self_points", "70", "68"), acknowledge("departments", "survey_points", "30", "31"))
		}, `REGULATION_FILE_INVALID
declared[1].selfPoints DECLARED_CHANGED The draft states 70 for self_points, the file states 69
declared[1].surveyPoints DECLARED_CHANGED The draft states 30 for survey_points, the file states 31`, ""},
		{"acknowledged", "son-la-2021", func(r *catalogv1.RegulationContent) {
			shift(r)
			r.Declared[1].SelfPoints, r.Declared[1].SurveyPoints = "69", "31"
			r.Acknowledgements = append(r.GetAcknowledgements(),
				acknowledge("districts", "self_points", "70", "69"), acknowledge("districts", "survey_points", "30", "31"))
		}, "accepted", "ACKNOWLEDGED DECLARED_REPLACED districts self_points 70 69\nACKNOWLEDGED DECLARED_REPLACED districts survey_points 30 31"},
		{"acknowledged, with what is left out", "bac-kan-2021", func(r *catalogv1.RegulationContent) {
			drop(r)
			r.Declared[2].SubCriteria, r.Declared[2].Domains[6].SubCriteria = proto.Int32(45), nil
			r.Acknowledgements = append(r.GetAcknowledgements(),
				acknowledge("communes", "sub_criteria", "46", "45"), acknowledge("communes", "digital-government.sub_criteria", "17", ""))
		}, "accepted", "ACKNOWLEDGED DECLARED_REPLACED communes sub_criteria 46 45\nACKNOWLEDGED DECLARED_REPLACED communes digital-government.sub_criteria 17"},
	} {
		id := fmt.Sprint("r-", i)
		if _, err := w.LoadPack(ctx, loadPack(id, c.pack)); err != nil {
			t.Fatal(said(err))
		}
		before := w.regulation(t, id)
		content := w.official(t, id)
		c.change(content)
		req := importYAML("an-binh", id, w.written(t, "from-"+id, yamlFormat, content))
		own, audited := w.rows(t)
		dry := proto.CloneOf(req)
		dry.ValidateOnly = true
		tried, tryErr := w.ImportRegulation(ctx, dry)
		if o, a := w.rows(t); o != own || a != audited {
			t.Errorf("%s, %s: the dry run stored something", c.pack, c.name)
		}
		req.Etag = before.GetEtag()
		answer, err := w.ImportRegulation(ctx, req)
		if said(tryErr) != said(err) || found(tried.GetFindings()) != found(answer.GetFindings()) {
			t.Errorf("%s, %s: tried %s, imported %s", c.pack, c.name, said(tryErr), said(err))
		}
		now := w.regulation(t, id)
		if err == nil && now.GetSha256() != answer.GetRegulation().GetSha256() || err != nil && !proto.Equal(before, now) {
			t.Errorf("%s, %s: %s, but stored is version %s", c.pack, c.name, said(err), now.GetEtag())
		}
		if got := withoutLines(err); got != c.want {
			t.Errorf("%s, %s: got %s\nwant %s", c.pack, c.name, got, c.want)
		}
		if err == nil {
			all := found(w.validate(ctx, t, id).GetFindings())
			if got, _, _ := strings.Cut(all, "WARNING"); strings.TrimSpace(got) != c.found {
				t.Errorf("%s, %s: found %s", c.pack, c.name, all)
			}
		}
	}
	w.intact(t)
}

// TestOfficialWorkbook names the cells where a workbook states otherwise than the
// draft.
func TestOfficialWorkbook(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	if _, err := w.LoadPack(coordinator(t), loadPack("2021", "son-la-2021")); err != nil {
		t.Fatal(said(err))
	}
	content := w.official(t, "2021")
	req := importWorkbook("2021", w.written(t, "right", xlsxFormat, content))
	req.ValidateOnly = true
	if _, err := w.ImportRegulation(coordinator(t), req); err != nil {
		t.Error(said(err))
	}
	shift(content)
	content.Declared[1].SelfPoints, content.Declared[1].SurveyPoints = "69", "31"
	req.Content = w.written(t, "wrong", xlsxFormat, content)
	_, err := w.ImportRegulation(coordinator(t), req)
	if got := said(err); got != "REGULATION_FILE_INVALID\nCơ cấu công bố!D3 DECLARED_CHANGED\nCơ cấu công bố!E3 DECLARED_CHANGED" {
		t.Error(got)
	}
}

// drop takes the last sub-criterion out of the last group and gives its points to
// the one before it.
func drop(r *catalogv1.RegulationContent) {
	set := r.GetCriteriaSets()[len(r.GetCriteriaSets())-1]
	for i, n := range slices.Backward(set.GetNodes()) {
		if strings.Count(n.GetCode(), ".") == 2 {
			set.Nodes[i-1].Item.MaxPoints = "0.2"
			set.Nodes = slices.Delete(set.GetNodes(), i, i+1)
			return
		}
	}
}

// shift moves one point from the self side of the last group to the survey side.
func shift(r *catalogv1.RegulationContent) {
	nodes := r.GetCriteriaSets()[len(r.GetCriteriaSets())-1].GetNodes()
	one := points.MustParse("1")
	for _, n := range nodes {
		if n.GetItem() == nil {
			continue
		}
		p := points.MustParse(n.GetItem().GetMaxPoints())
		switch {
		case n.GetItem().GetSourceKind() == catalogv1.SourceKind_SOURCE_KIND_SURVEY:
			n.Item.MaxPoints = p.Add(one).String()
		case points.MustParse("2").Cmp(p) < 0:
			n.Item.MaxPoints = p.Sub(one).String()
		}
	}
}
