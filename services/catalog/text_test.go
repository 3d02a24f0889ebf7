package catalog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// spelled returns text as another keyboard or a copy from a document could send it:
// decomposed, with a no-break space before it and an invisible character after it.
func spelled(text string) string { return "\u00a0" + norm.NFD.String(text) + "\u200b" }

// TestTextsAreCleaned sends the same texts in two spellings and checks that they are
// stored alike: a regulation has the same SHA-256.
func TestTextsAreCleaned(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2024")
	ctx := coordinator(t)
	clean := content(t, "Quy định năm 2025")
	want := w.draft(t, "clean", clean)
	sent := proto.CloneOf(clean)
	sent.Title, sent.Signer, sent.DecisionNumber = spelled(clean.GetTitle()), spelled(clean.GetSigner()), spelled(clean.GetDecisionNumber())
	for _, s := range sent.GetCriteriaSets() {
		s.GroupName = spelled(s.GetGroupName())
		for _, n := range s.GetNodes() {
			n.Name = spelled(n.GetName())
		}
	}
	item := sent.GetCriteriaSets()[0].GetNodes()[2].GetItem()
	item.Guidance = spelled(strings.ReplaceAll(item.GetGuidance(), "\n", "\r\n"))
	got := w.draft(t, "spelled", sent)
	if diff := cmp.Diff(want.GetContent(), got.GetContent(), protocmp.Transform()); diff != "" || got.GetSha256() != want.GetSha256() {
		t.Errorf("SHA-256 %s, want %s (-want +got):\n%s", got.GetSha256(), want.GetSha256(), diff)
	}

	published := letter("", "departments i.1.2")
	published.Items[0].Text = spelled("Cách chấm\nmục 1.2")
	guidance, err := w.PublishGuidance(ctx, publish("2024", published))
	if text := guidance.GetGuidance().GetContent().GetItems()[0].GetText(); err != nil || text != "Cách chấm\nmục 1.2" {
		t.Errorf("guidance: %+q %s", text, said(err))
	}
	cycle := createCycle("2025")
	cycle.Name = spelled("Kỳ thử")
	created, err := w.CreateCycle(ctx, cycle)
	if name := created.GetCycle().GetName(); err != nil || name != "Kỳ thử" {
		t.Errorf("cycle: %+q %s", name, said(err))
	}
	renamed, err := w.UpdateAgency(ctx, &catalogv1.UpdateAgencyRequest{
		Authority: "an-binh", Agency: "home", Name: spelled("Sở Nội vụ mới"), UpdateMask: mask("name"),
	})
	if name := renamed.GetAgency().GetName(); err != nil || name != "Sở Nội vụ mới" {
		t.Errorf("agency: %+q %s", name, said(err))
	}
}

// TestLegacyTexts checks that a text in a legacy encoding is refused with the Unicode
// text that is meant, and is a warning inside a regulation.
func TestLegacyTexts(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2024")
	guidance := letter("", "departments i.1.2")
	guidance.Items[0].Text = "C¶i c¸ch thÓ chÕ"
	cycle := createCycle("2025")
	cycle.Name = "Keá hoaïch caûi caùch"
	for _, tt := range []struct {
		method      string
		req         proto.Message
		want, meant string
	}{
		{"PublishGuidance", publish("2024", guidance), "content.items[0].text", "Cải cách thể chế"},
		{"CreateCycle", cycle, "name", "Kế hoạch cải cách"},
		{"UpdateAgency", &catalogv1.UpdateAgencyRequest{
			Authority: "an-binh", Agency: "home", Name: "Së Néi vô", UpdateMask: mask("name"), RequestId: uuid.NewString(),
		}, "name", "Sở Nội vụ"},
	} {
		err := w.call(coordinator(t), tt.method, tt.req)
		if got := said(err); got != "BAD_REQUEST\n"+tt.want+" TEXT_LEGACY_ENCODING" {
			t.Errorf("%s: %s", tt.method, got)
		} else if v := fault.From(err).Violations[0]; !strings.Contains(v.Vi, tt.meant) {
			t.Errorf("%s: %q does not name %s", tt.method, v.Vi, tt.meant)
		}
	}

	legacy := content(t, "")
	legacy.CriteriaSets[0].Nodes[0].Name = "C¶i c¸ch thÓ chÕ"
	w.draft(t, "2025", legacy)
	answer, err := w.ValidateRegulation(coordinator(t), &catalogv1.ValidateRegulationRequest{Authority: "an-binh", Regulation: "2025"})
	if err != nil {
		t.Fatal(said(err))
	}
	var warnings []string
	for _, f := range answer.GetFindings() {
		if f.GetCode() == "TEXT_LEGACY_ENCODING" {
			warnings = append(warnings, f.GetSeverity().String()+" "+f.GetMessage())
		}
	}
	if len(warnings) != 1 || !strings.HasPrefix(warnings[0], "SEVERITY_WARNING") || !strings.Contains(warnings[0], "Cải cách thể chế") {
		t.Errorf("warnings: %q", warnings)
	}
}
