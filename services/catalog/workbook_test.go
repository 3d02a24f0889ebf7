package catalog_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
	"github.com/parindex/parindex/services/catalog/pack"
)

func importWorkbook(id string, file []byte) *catalogv1.ImportRegulationRequest {
	return &catalogv1.ImportRegulationRequest{
		Authority: "an-binh", Regulation: id, Format: xlsxFormat, Content: file, RequestId: uuid.NewString(),
	}
}

// TestWorkbook imports every pack as a workbook, exports it as one and as YAML, and
// imports that: the same content each time, and nothing to store.
func TestWorkbook(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	packs, err := pack.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		file, err := pack.WriteWorkbook(p.Content)
		if err != nil {
			t.Fatal(err)
		}
		first, err := w.ImportRegulation(ctx, importWorkbook(p.Name, file))
		if err != nil || first.GetRegulation().GetSha256() != p.SHA256 {
			t.Fatalf("%s: %s %s", p.Name, said(err), first.GetRegulation().GetSha256())
		}
		exported, err := w.ExportRegulation(ctx, &catalogv1.ExportRegulationRequest{Authority: "an-binh", Regulation: p.Name, Format: xlsxFormat})
		if err != nil || exported.GetFileName() != p.Name+".xlsx" || !bytes.Equal(exported.GetContent(), file) {
			t.Errorf("%s: exported as %s, %s", p.Name, exported.GetFileName(), said(err))
		}
		own, audited := w.rows(t)
		for _, req := range []*catalogv1.ImportRegulationRequest{
			importWorkbook(p.Name, exported.GetContent()), importYAML("an-binh", p.Name, w.export(t, p.Name)),
		} {
			req.RequestId = ""
			again, err := w.ImportRegulation(ctx, req)
			if diff := cmp.Diff(first, again, protocmp.Transform()); err != nil || diff != "" {
				t.Errorf("%s again: %s\n%s", p.Name, said(err), diff)
			}
		}
		if o, a := w.rows(t); o != own || a != audited {
			t.Errorf("%s: the same content was stored anew", p.Name)
		}
	}
	w.intact(t)
}

// TestWorkbookRefused stores nothing of a workbook with faults and lists them all by
// their cells, in a dry run as in an import.
func TestWorkbookRefused(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	template, err := pack.TemplateWorkbook()
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(template))
	if err != nil {
		t.Fatal(err)
	}
	for cell, value := range map[string]any{"F3": "năm", "A5": "Phần một", "B8": nil} {
		if err := book.SetCellValue("TC departments", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SetCellFormula("Lịch", "D4", "3+4"); err != nil {
		t.Fatal(err)
	}
	var wrong bytes.Buffer
	if err := book.Write(&wrong); err != nil {
		t.Fatal(err)
	}
	own, audited := w.rows(t)
	const want = "REGULATION_FILE_INVALID\nTC departments!F3 VALUE_NOT_POINTS\nTC departments!A5 TEXT_MISSHAPEN\nTC departments!B8 VALUE_MISSING\nLịch!D4 CELL_FORMULA"
	for _, only := range []bool{true, false} {
		req := importWorkbook("2026", wrong.Bytes())
		req.ValidateOnly = only
		_, err := w.ImportRegulation(ctx, req)
		if got := said(err); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		for _, v := range fault.From(err).Violations {
			if v.Vi == "" {
				t.Errorf("no text: %+v", v)
			}
		}
	}
	if o, a := w.rows(t); o != own || a != audited {
		t.Error("something was stored")
	}
	dry := importWorkbook("2026", template)
	dry.ValidateOnly = true
	answer, err := w.ImportRegulation(ctx, dry)
	left, absent := errorsFound(answer.GetFindings())
	if err != nil || len(answer.GetGroups()) != 1 || found(answer.GetFindings()) != "" || answer.GetRegulation() != nil {
		t.Errorf("the template: %v %s", answer, said(err))
	}
	if left != "title LEFT_FROM_PACK, decisionNumber LEFT_FROM_PACK, decisionDate LEFT_FROM_PACK, signer LEFT_FROM_PACK, "+
		"effectiveDate LEFT_FROM_PACK, replacesDecision LEFT_FROM_PACK" || absent == 0 {
		t.Errorf("the template is to be filled in: %d %s", absent, left)
	}
	if o, a := w.rows(t); o != own || a != audited {
		t.Error("the dry run stored something")
	}
	answer, err = w.ImportRegulation(ctx, importWorkbook("2026", template))
	if err != nil || answer.GetRegulation().GetEtag() != "1" {
		t.Errorf("the template: %v %s", answer, said(err))
	}
	w.intact(t)
}

// TestWorkbookTold imports a workbook with a hidden row and a very hidden sheet, and
// tells of both.
func TestWorkbookTold(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	template, err := pack.TemplateWorkbook()
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(template))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(book.SetRowVisible("TC departments", 3, false), book.SetSheetVisible("Lịch", false, true)); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	answer, err := w.ImportRegulation(coordinator(t), importWorkbook("2026", file.Bytes()))
	if err != nil {
		t.Fatal(said(err))
	}
	var told []string
	for _, f := range answer.GetFindings() {
		if f.GetSeverity() != catalogv1.Severity_SEVERITY_WARNING {
			continue // the template is not filled in
		}
		told = append(told, f.GetSeverity().String()+" "+f.GetCode()+" "+f.GetPath())
	}
	if want := []string{"SEVERITY_WARNING ROW_HIDDEN TC departments!3", "SEVERITY_WARNING SHEET_HIDDEN Lịch"}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}

// manyItems is a workbook of 1,000 items in five groups, which is right in itself:
// 200 items of half a point in each, with evidence, legal basis and test vectors.
func manyItems(b *testing.B) []byte {
	b.Helper()
	c := regulation.Content{Title: "Nghìn tiêu chí", DecisionNumber: "1/QĐ-UBND", DecisionDate: "2026-01-15", EffectiveDate: "2026-01-15", Rounds: 1}
	for g := range 5 {
		set := sealed.CriteriaSet{Group: fmt.Sprintf("group-%d", g), GroupName: "Khối"}
		for domain := range 10 {
			top := strconv.Itoa(domain + 1)
			set.Nodes = append(set.Nodes, sealed.Node{Part: "i", Code: top, Name: "Lĩnh vực", Field: "domain-" + top})
			for i := range 20 {
				set.Nodes = append(set.Nodes, sealed.Node{
					Part: "i", Code: fmt.Sprintf("%s.%d", top, i+1), Parent: top, Name: "Tiêu chí", Item: halfPoint(i),
				})
			}
		}
		c.CriteriaSets = append(c.CriteriaSets, set)
	}
	file, err := pack.WriteWorkbook(c)
	if err != nil {
		b.Fatal(err)
	}
	return file
}

// halfPoint is an item of half a point, with a rule of one of four families.
func halfPoint(i int) *sealed.Item {
	half, quarter := points.MustParse("0.5"), points.MustParse("0.25")
	rules := []rule.Rule{
		rule.Proportional{},
		rule.Manual{Step: quarter},
		rule.AllOrNothing{Conditions: []rule.Condition{{ID: "a", Text: "Ban hành đúng hạn"}, {ID: "b", Text: "Đủ nội dung"}}},
		rule.Choice{Options: []rule.Option{{ID: "a", Text: "Đúng hạn", Points: half}, {ID: "b", Text: "Chậm", Points: quarter}, {ID: "c", Text: "Không"}}},
	}
	inputs := []rule.Input{
		rule.Ratio{Done: points.FromInt(1), Planned: points.FromInt(2)}, rule.Given{Points: quarter}, rule.ConditionsMet{IDs: []string{"a"}}, rule.Chosen{Option: "b"},
	}
	outcomes := []points.Points{quarter, quarter, {}, quarter}
	k := i % len(rules)
	return &sealed.Item{
		MaxPoints: half, SourceKind: criteria.Self, Rule: rules[k], Guidance: strings.Repeat("Hướng dẫn chấm điểm. ", 10),
		Evidence:    []sealed.EvidenceRequirement{{Name: "Kế hoạch", Kind: "Kế hoạch", Content: "Nhiệm vụ, thời hạn"}, {Name: "Báo cáo"}},
		LegalBasis:  []sealed.LegalBasis{{Document: "Nghị quyết số 76/NQ-CP", Article: "Mục II", IssueDate: "2021-07-15"}},
		TestVectors: []sealed.TestVector{{Input: inputs[k], Points: &outcomes[k]}},
	}
}

// BenchmarkImportWorkbook imports a workbook of 1,000 items: read and checked, as a
// dry run does before it reads what is stored; and imported through the API, a new
// draft each time.
func BenchmarkImportWorkbook(b *testing.B) {
	file := manyItems(b)
	b.Run("read and check", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(file)))
		for b.Loop() {
			w, err := pack.ReadWorkbook(file)
			if err != nil {
				b.Fatal(said(err))
			}
			if err := w.Refuse(); err != nil {
				b.Fatal(said(err))
			}
		}
	})
	b.Run("by the rpc", func(b *testing.B) {
		w := newWorld(b)
		w.load(b, "an-binh", anBinh(twoAgencies))
		ctx := coordinator(b)
		b.ReportAllocs()
		b.SetBytes(int64(len(file)))
		for i := 0; b.Loop(); i++ {
			if _, err := w.ImportRegulation(ctx, importWorkbook("r-"+strconv.Itoa(i), file)); err != nil {
				b.Fatal(said(err))
			}
		}
	})
}

// BenchmarkWriteWorkbook writes a workbook of 1,000 items.
func BenchmarkWriteWorkbook(b *testing.B) {
	w, err := pack.ReadWorkbook(manyItems(b))
	if err != nil {
		b.Fatal(said(err))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pack.WriteWorkbook(w.Content); err != nil {
			b.Fatal(err)
		}
	}
}
