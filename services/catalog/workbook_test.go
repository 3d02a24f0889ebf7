package catalog_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
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
// their cells, be it tried or meant.
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
	const want = "REGULATION_FILE_INVALID\nTC departments!F3 VALUE_NOT_POINTS\nTC departments!A5 VALUE_NOT_LISTED\nTC departments!B8 VALUE_MISSING\nLịch!D4 CELL_FORMULA"
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
	if err != nil || len(answer.GetGroups()) != 1 || len(answer.GetFindings()) > 0 || answer.GetRegulation() != nil {
		t.Errorf("the template: %v %s", answer, said(err))
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
