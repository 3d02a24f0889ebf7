package catalog_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/pack"
)

const (
	yamlFormat = catalogv1.FileFormat_FILE_FORMAT_YAML
	xlsxFormat = catalogv1.FileFormat_FILE_FORMAT_XLSX
	// examplePack is a pack of no authority.
	examplePack = "two-tier-2026"
)

// example is examplePack as a file.
func example(t *testing.T) []byte {
	t.Helper()
	p, err := pack.Load(examplePack)
	if err != nil {
		t.Fatal(err)
	}
	file, err := pack.WriteRegulation(p.Content)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func importYAML(authority, id string, file []byte) *catalogv1.ImportRegulationRequest {
	return &catalogv1.ImportRegulationRequest{
		Authority: authority, Regulation: id, Format: yamlFormat, Content: file, RequestId: uuid.NewString(),
	}
}

func revoke(id string) *catalogv1.RevokeRegulationRequest {
	return &catalogv1.RevokeRegulationRequest{
		Authority: "an-binh", Regulation: id, Reason: "Thay bằng quyết định khác", RequestId: uuid.NewString(),
	}
}

func loadPack(id, name string) *catalogv1.LoadPackRequest {
	return &catalogv1.LoadPackRequest{Authority: "an-binh", Regulation: id, Pack: name, RequestId: uuid.NewString()}
}

func (w *world) export(t *testing.T, id string) []byte {
	t.Helper()
	answer, err := w.ExportRegulation(coordinator(t), &catalogv1.ExportRegulationRequest{Authority: "an-binh", Regulation: id, Format: yamlFormat})
	if err != nil {
		t.Fatal(said(err))
	}
	if answer.GetFileName() != id+".yaml" {
		t.Errorf("the file is called %s", answer.GetFileName())
	}
	return answer.GetContent()
}

// TestFileRoundTrip imports what was exported and gets the same content.
func TestFileRoundTrip(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	w.draft(t, "2024", declared(t))
	file := w.export(t, "2024")
	golden(t, "testdata/exported.yaml", string(file))
	answer, err := w.ImportRegulation(coordinator(t), importYAML("an-binh", "copy", file))
	if err != nil {
		t.Fatal(said(err))
	}
	original, imported := w.regulation(t, "2024"), w.regulation(t, "copy")
	if diff := cmp.Diff(original.GetContent(), imported.GetContent(), protocmp.Transform()); diff != "" || original.GetSha256() != imported.GetSha256() {
		t.Errorf("(-exported +imported):\n%s", diff)
	}
	if diff := cmp.Diff(imported, answer.GetRegulation(), protocmp.Transform()); diff != "" {
		t.Errorf("(-stored +answered):\n%s", diff)
	}
	if got := found(answer.GetFindings()); got != "NOTE BASIS_NONE departments 1" || len(answer.GetGroups()) != 2 {
		t.Errorf("found %s, %v", got, answer.GetGroups())
	}
	if string(w.export(t, "copy")) != string(file) {
		t.Error("the copy is exported as another file")
	}
}

func TestImportRegulation(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	first := importYAML("an-binh", "2026", example(t))

	// A dry run stores nothing, whether the draft is there or not.
	own, audited := w.rows(t)
	dry := importYAML("an-binh", "2026", example(t))
	dry.ValidateOnly = true
	answer, err := w.ImportRegulation(ctx, dry)
	if err != nil || answer.GetRegulation() != nil || len(answer.GetGroups()) != 2 {
		t.Errorf("a dry run: %v %s", answer.GetRegulation(), said(err))
	}
	if o, a := w.rows(t); o != own || a != audited {
		t.Error("the dry run stored something")
	}
	answer, err = w.ImportRegulation(ctx, first)
	if err != nil || answer.GetRegulation().GetEtag() != "1" || answer.GetRegulation().GetState() != catalogv1.RegulationState_REGULATION_STATE_DRAFT {
		t.Fatalf("%v %s", answer.GetRegulation(), said(err))
	}
	if got := w.lastAction(t); !strings.HasPrefix(got, `import-regulation {"id":"2026","to":{"state":"DRAFT","sha256":"`) {
		t.Error(got)
	}
	own, audited = w.rows(t)
	again, err := w.ImportRegulation(ctx, first)
	if diff := cmp.Diff(answer, again, protocmp.Transform()); err != nil || diff != "" {
		t.Errorf("the same request again: %s %s", said(err), diff)
	}
	same := importYAML("an-binh", "2026", example(t))
	same.Etag, same.RequestId = "1", ""
	if answer, err := w.ImportRegulation(ctx, same); err != nil || answer.GetRegulation().GetEtag() != "1" {
		t.Errorf("the same content: %s %s", answer.GetRegulation().GetEtag(), said(err))
	}
	if o, a := w.rows(t); o != own || a != audited {
		t.Error("the same content was stored anew")
	}

	other := []byte(strings.Replace(string(example(t)), "title: 'Ví dụ", "title: 'Ví dụ khác", 1))
	with := func(change func(*catalogv1.ImportRegulationRequest)) *catalogv1.ImportRegulationRequest {
		r := importYAML("an-binh", "2026", other)
		change(r)
		return r
	}
	text := func(from, to string) func(*catalogv1.ImportRegulationRequest) {
		return func(r *catalogv1.ImportRegulationRequest) {
			r.Content = []byte(strings.Replace(string(other), from, to, 1))
		}
	}
	above, _, _ := strings.Cut(string(other), `to: "98"`)
	second := fmt.Sprintf("line %d: criteriaSets[0].nodes[8].item.rule.bands.bands[1]", strings.Count(above, "\n")+1)
	for want, req := range map[string]*catalogv1.ImportRegulationRequest{
		"STALE_ETAG etag":     with(func(r *catalogv1.ImportRegulationRequest) { r.Etag = "2" }),
		"DRAFT_THERE etag":    with(func(*catalogv1.ImportRegulationRequest) {}),
		"STALE_ETAG etag\x00": with(func(r *catalogv1.ImportRegulationRequest) { r.Regulation, r.Etag = "none", "1" }),
		"REGULATION_FILE_INVALID\nfile WORKBOOK_NOT_READ": with(func(r *catalogv1.ImportRegulationRequest) { r.Format = xlsxFormat }),
		"BAD_REQUEST\nformat enum.not_in":                 with(func(r *catalogv1.ImportRegulationRequest) { r.Format = 0 }),
		"BAD_REQUEST\ncontent bytes.min_len":              with(func(r *catalogv1.ImportRegulationRequest) { r.Content = nil }),
		"BAD_REQUEST\ncontent bytes.max_len":              with(func(r *catalogv1.ImportRegulationRequest) { r.Content = make([]byte, 3<<20+1) }),
		"REGULATION_UNKNOWN content.replaces": with(func(r *catalogv1.ImportRegulationRequest) {
			text("rounds: 2", "replaces: none\nrounds: 2")(r)
			r.Etag = "1"
		}),
		"REGULATION_FILE_INVALID\nline 7: rounds NUMBER_OUT_OF_RANGE": with(text("rounds: 2", "rounds: 3")),
		// A band table with a hole at 98, and one with an overlap.
		"REGULATION_FILE_INVALID\n" + second + ".below BANDS_GAP":  with(text(`to: "98"`, `below: "98"`)),
		"REGULATION_FILE_INVALID\n" + second + ".to BANDS_OVERLAP": with(text(`above: "98"`, `from: "98"`)),
		"REQUEST_ID_REUSED requestId":                              with(func(r *catalogv1.ImportRegulationRequest) { r.RequestId = first.GetRequestId() }),
	} {
		_, err := w.ImportRegulation(ctx, req)
		if got := said(err); got != strings.TrimSuffix(want, "\x00") {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if r := w.regulation(t, "2026"); r.GetEtag() != "1" || strings.Contains(r.GetContent().GetTitle(), "khác") {
		t.Error("a refused import changed the draft")
	}

	// Two coordinators: of 10 imports from one version one is kept.
	var done, stale atomic.Int32
	atOnce(10, func(i int) {
		r := importYAML("an-binh", "2026", []byte(strings.Replace(string(other), "title: 'Ví dụ", "title: '"+strings.Repeat("x", i+1), 1)))
		r.Etag = "1"
		switch _, err := w.ImportRegulation(ctx, r); said(err) {
		case "<nil>":
			done.Add(1)
		case "STALE_ETAG etag":
			stale.Add(1)
		default:
			t.Error(said(err))
		}
	})
	if done.Load() != 1 || stale.Load() != 9 || w.regulation(t, "2026").GetEtag() != "2" {
		t.Errorf("%d done and %d stale", done.Load(), stale.Load())
	}
	w.intact(t)
}

// TestContradictedTable refuses a file whose table contradicts what is declared,
// with both figures, and stores nothing.
func TestContradictedTable(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	file := strings.Replace(string(example(t)), "criteria: 16", "criteria: 17", 1)
	own, audited := w.rows(t)
	_, err := w.ImportRegulation(coordinator(t), importYAML("an-binh", "2026", []byte(file)))
	f := fault.From(err)
	if f == nil || len(f.Violations) != 1 || f.Violations[0].Code != "CRITERIA_COUNT_DIFFERS" ||
		!strings.HasSuffix(f.Violations[0].Field, ": declared[0].criteria") || f.Violations[0].Vi != "Quy định ghi 17 tiêu chí, bộ tiêu chí có 16. Hãy đối chiếu với văn bản." {
		t.Errorf("got %v", err)
	}
	if o, a := w.rows(t); o != own || a != audited {
		t.Error("something was stored")
	}
}

func TestPacks(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	list, err := w.ListPacks(as(t), &catalogv1.ListPacksRequest{})
	if err != nil {
		t.Fatal(said(err))
	}
	var names []string
	hashes := map[string]string{}
	for _, p := range list.GetPacks() {
		names = append(names, p.GetName())
		hashes[p.GetName()] = p.GetSha256()
		if p.GetRevision() < 1 || p.GetTitle() == "" || p.GetCompleteness() == 0 {
			t.Errorf("got %v", p)
		}
	}
	if got := strings.Join(names, " "); got != "bac-kan-2021 soc-trang-2018 soc-trang-2023 son-la-2021 two-tier-2026" {
		t.Errorf("the packs are %s", got)
	}
	for _, name := range names {
		answer, err := w.LoadPack(ctx, loadPack(name, name))
		if err != nil || answer.GetRegulation().GetSha256() != hashes[name] {
			t.Errorf("%s: %s %s, want %s", name, said(err), answer.GetRegulation().GetSha256(), hashes[name])
		}
	}

	// The same hash: nothing to do, in any state; else a new version of the draft.
	first := loadPack("2026", examplePack)
	for range 2 {
		if answer, err := w.LoadPack(ctx, first); err != nil || answer.GetRegulation().GetEtag() != "1" {
			t.Fatalf("%s %s", answer.GetRegulation().GetEtag(), said(err))
		}
	}
	_, audited := w.rows(t)
	stale := loadPack("2026", examplePack)
	stale.Etag = "7"
	if answer, err := w.LoadPack(ctx, stale); err != nil || answer.GetRegulation().GetEtag() != "1" {
		t.Errorf("the same hash: %s %s", answer.GetRegulation().GetEtag(), said(err))
	}
	for want, req := range map[string]*catalogv1.LoadPackRequest{
		"PACK_UNKNOWN pack":             loadPack("2026", "two-tier-2027"),
		"STALE_ETAG etag":               {Authority: "an-binh", Regulation: "2026", Pack: "son-la-2021", Etag: "7"},
		"STALE_ETAG etag\x00":           {Authority: "an-binh", Regulation: "none", Pack: "son-la-2021", Etag: "1"},
		"REQUEST_ID_REUSED requestId":   {Authority: "an-binh", Regulation: "2026", Pack: "son-la-2021", RequestId: first.GetRequestId()},
		"BAD_REQUEST\npack string.slug": loadPack("2026", "../x"),
	} {
		_, err := w.LoadPack(ctx, req)
		if got := said(err); got != strings.TrimSuffix(want, "\x00") {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if _, now := w.rows(t); now != audited {
		t.Errorf("%d audit entries, want %d", now, audited)
	}
	_, err = w.LoadPack(ctx, loadPack("son-la-2021", examplePack))
	if got := said(err); got != "DRAFT_THERE etag" {
		t.Errorf("another pack into a draft that nobody has read: %s", got)
	}
	over := loadPack("son-la-2021", examplePack)
	over.Etag = "1"
	if answer, err := w.LoadPack(ctx, over); err != nil || answer.GetRegulation().GetEtag() != "2" {
		t.Errorf("another pack into a draft: %s %s", answer.GetRegulation().GetEtag(), said(err))
	}
	w.intact(t)
}

// TestPackOfItsAuthority loads the pack of Sóc Trăng there: nothing is to be filled in,
// it is issued, and loading it again changes nothing.
func TestPackOfItsAuthority(t *testing.T) {
	w := newWorld(t)
	w.load(t, "soc-trang", socTrang(t))
	ctx := as(t, auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: "soc-trang"})
	load := func(name string) *catalogv1.LoadPackRequest {
		return &catalogv1.LoadPackRequest{Authority: "soc-trang", Regulation: "2023", Pack: name}
	}
	answer, err := w.LoadPack(ctx, load("soc-trang-2023"))
	if err != nil {
		t.Fatal(said(err))
	}
	for _, f := range answer.GetFindings() {
		if f.GetSeverity() == catalogv1.Severity_SEVERITY_ERROR {
			t.Errorf("found %v", f)
		}
	}
	if _, err := w.IssueRegulation(ctx, &catalogv1.IssueRegulationRequest{Authority: "soc-trang", Regulation: "2023", Etag: "1"}); err != nil {
		t.Fatal(said(err))
	}
	if answer, err := w.LoadPack(ctx, load("soc-trang-2023")); err != nil || answer.GetRegulation().GetEtag() != "2" {
		t.Errorf("issued, the same hash: %s %s", answer.GetRegulation().GetEtag(), said(err))
	}
	_, err = w.LoadPack(ctx, load("son-la-2021"))
	if got := said(err); got != "REGULATION_NOT_DRAFT regulation" {
		t.Error(got)
	}
}

// TestForeignPack loads the pack of another authority, and the example: loading,
// validation and issuing name what is to be filled in, until it is (rule C11).
func TestForeignPack(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	const head = "title LEFT_FROM_PACK, decisionNumber LEFT_FROM_PACK, decisionDate LEFT_FROM_PACK, signer LEFT_FROM_PACK, effectiveDate LEFT_FROM_PACK"
	for name, want := range map[string]string{
		"soc-trang-2023": head + ", replacesDecision LEFT_FROM_PACK",
		examplePack:      head,
	} {
		answer, err := w.LoadPack(ctx, loadPack(name, name))
		if err != nil {
			t.Fatal(said(err))
		}
		left, absent := errorsFound(answer.GetFindings())
		if left != want || absent == 0 {
			t.Errorf("%s: %d agencies are not here; left: %s", name, absent, left)
		}
		left, again := errorsFound(w.validate(ctx, t, name).GetFindings())
		if left != want || again != absent {
			t.Errorf("validated, %s: %d agencies are not here; left: %s", name, again, left)
		}
		issue := &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: name, Etag: "1"}
		_, err = w.IssueRegulation(ctx, issue)
		if f := fault.From(err); f == nil || f.Code != "REGULATION_UNSOUND" || len(f.Violations) != absent+strings.Count(want, ",")+1 {
			t.Errorf("issued %s: %s", name, said(err))
		}
		c := answer.GetRegulation().GetContent()
		c.Signer = "Chủ tịch Ủy ban nhân dân tỉnh An Bình"
		c.DecisionNumber, c.ReplacesDecision = "7/QĐ-UBND", ""
		if left, _ := errorsFound(w.updated(t, name, c, "1")); left != "title LEFT_FROM_PACK, decisionDate LEFT_FROM_PACK, effectiveDate LEFT_FROM_PACK" {
			t.Errorf("%s with a signer and a number: %s", name, left)
		}
		// Dates alone can be equal by coincidence.
		c.Title = "Quy định của tỉnh An Bình"
		if left, again := errorsFound(w.updated(t, name, c, "2")); left != "" || again != absent {
			t.Errorf("%s with a title: %d %s", name, again, left)
		}
		c.Seats, c.Agencies = nil, nil
		for _, d := range c.GetDuties() {
			d.Agency, d.Name = "home", "Sở Nội vụ"
		}
		w.updated(t, name, c, "3")
		issue.Etag = "4"
		if _, err := w.IssueRegulation(ctx, issue); err != nil {
			t.Errorf("filled in, %s: %s", name, said(err))
		}
	}
}

// updated gives a draft other content and returns the findings about it.
func (w *world) updated(t *testing.T, id string, c *catalogv1.RegulationContent, etag string) []*catalogv1.Finding {
	t.Helper()
	_, err := w.UpdateRegulation(coordinator(t), &catalogv1.UpdateRegulationRequest{Authority: "an-binh", Regulation: id, Content: c, Etag: etag})
	if err != nil {
		t.Fatal(said(err))
	}
	return w.validate(coordinator(t), t, id).GetFindings()
}

// errorsFound lists the errors among findings, and counts those about agencies that the
// authority does not have.
func errorsFound(findings []*catalogv1.Finding) (others string, absent int) {
	var lines []string
	for _, f := range findings {
		switch {
		case f.GetSeverity() != catalogv1.Severity_SEVERITY_ERROR:
		case f.GetCode() == "AGENCY_NOT_HERE":
			absent++
		default:
			lines = append(lines, f.GetPath()+" "+f.GetCode())
		}
	}
	return strings.Join(lines, ", "), absent
}

func TestRevokeRegulation(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	w.run(t, "2024") // a cycle under the regulation 2024
	before := w.regulation(t, "2024")
	w.draft(t, "draft", content(t, ""))
	for want, req := range map[string]*catalogv1.RevokeRegulationRequest{
		"REGULATION_IS_DRAFT regulation":     revoke("draft"),
		"REGULATION_UNKNOWN regulation":      revoke("none"),
		"STALE_ETAG etag":                    {Authority: "an-binh", Regulation: "2024", Reason: "x", Etag: "9"},
		"BAD_REQUEST\nreason string.min_len": {Authority: "an-binh", Regulation: "2024"},
	} {
		_, err := w.RevokeRegulation(ctx, req)
		if got := said(err); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	req := revoke("2024")
	first, err := w.RevokeRegulation(ctx, req)
	if err != nil || first.GetRegulation().GetState() != catalogv1.RegulationState_REGULATION_STATE_REVOKED {
		t.Fatalf("%v %s", first.GetRegulation().GetState(), said(err))
	}
	if again, err := w.RevokeRegulation(ctx, req); err != nil || !proto.Equal(first, again) {
		t.Errorf("the same request again: %s", said(err))
	}
	_, err = w.RevokeRegulation(ctx, revoke("2024"))
	if got := said(err); got != "REGULATION_REVOKED regulation" {
		t.Error(got)
	}
	if got := w.lastAction(t); !strings.HasPrefix(got, "revoke-regulation ") || strings.Contains(got, "Thay bằng") {
		t.Errorf("the audit entry is %s", got)
	}
	var reason string
	if err := w.db.Pool.QueryRow(t.Context(), `select reason from catalog.revocation`).Scan(&reason); err != nil || reason != req.GetReason() {
		t.Errorf("the reason is %q %v", reason, err)
	}
	revoked := w.regulation(t, "2024")
	revoked.State, revoked.Etag = before.GetState(), before.GetEtag()
	if diff := cmp.Diff(before, revoked, protocmp.Transform()); diff != "" {
		t.Errorf("revoking changed more than the state:\n%s", diff)
	}
	_, err = w.CreateCycle(ctx, createCycle("2025"))
	if got := said(err); got != "REGULATION_NOT_ISSUED regulation" {
		t.Error(got)
	}
	if c := w.cycle(t, "2024"); c.GetRegulation() != "2024" {
		t.Errorf("the cycle has lost its regulation: %v", c)
	}
	w.intact(t)
}
