package catalog_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

func (w *world) load(tb testing.TB, authority string, content []byte) *catalogv1.ImportCatalogResponse {
	tb.Helper()
	answer, err := w.ImportCatalog(root(tb), &catalogv1.ImportCatalogRequest{Authority: authority, Content: content})
	if err != nil {
		tb.Fatalf("importing %s: %s", authority, said(err))
	}
	return answer
}

// counts returns an import's answer as one line.
func counts(a *catalogv1.ImportCatalogResponse) string {
	return fmt.Sprintf("agencies +%d ~%d cycles +%d ~%d", a.GetAgenciesCreated(), a.GetAgenciesChanged(), a.GetCyclesCreated(), a.GetCyclesChanged())
}

const nothing = "agencies +0 ~0 cycles +0 ~0"

// rows counts the rows of all tables of the service's own and of the audit log.
func (w *world) rows(t *testing.T) (own, audited int) {
	t.Helper()
	err := w.db.Pool.QueryRow(t.Context(), `select
		(select count(*) from catalog.authority) + (select count(*) from catalog.agency) + (select count(*) from catalog.agency_name)
		+ (select count(*) from catalog.cycle) + (select count(*) from catalog.cycle_group) + (select count(*) from catalog.cycle_agency)
		+ (select count(*) from catalog.regulation) + (select count(*) from catalog.cycle_window) + (select count(*) from catalog.cycle_reader)
		+ (select count(*) from catalog.revocation) + (select count(*) from catalog.guidance) + (select count(*) from catalog.request),
		(select count(*) from catalog.audit_entry)`).Scan(&own, &audited)
	if err != nil {
		t.Fatal(err)
	}
	return own, audited
}

func TestImportSocTrang(t *testing.T) {
	w := newWorld(t)
	first := w.load(t, "soc-trang", socTrang(t))
	if got := counts(first); got != "agencies +47 ~0 cycles +1 ~0" || first.GetAuthority().GetName() != "Ủy ban nhân dân tỉnh Sóc Trăng" {
		t.Errorf("the first time: %s, %v", got, first.GetAuthority())
	}
	own, audited := w.rows(t)
	if got := counts(w.load(t, "soc-trang", socTrang(t))); got != nothing {
		t.Errorf("the second time: %s", got)
	}
	if o, a := w.rows(t); o != own || a != audited || audited != 1 {
		t.Errorf("the second time: %d rows and %d audit entries, before %d and %d; want the same and one entry", o, a, own, audited)
	}
	if err := audit.Verify(t.Context(), w.db.Pool, "catalog", "authorities/soc-trang/catalog"); err != nil {
		t.Error(err)
	}
	golden(t, "testdata/soc-trang-2023.txt", w.print(t, "soc-trang", "2023"))
}

// print lists a cycle as a client reads it.
func (w *world) print(t *testing.T, authority, id string) string {
	t.Helper()
	ctx := as(t, auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: authority})
	got, err := w.GetCycle(ctx, &catalogv1.GetCycleRequest{Authority: authority, Cycle: id})
	if err != nil {
		t.Fatal(err)
	}
	members, err := w.ListCycleAgencies(ctx, &catalogv1.ListCycleAgenciesRequest{Authority: authority, Cycle: id, PageSize: 200})
	if err != nil {
		t.Fatal(err)
	}
	c := got.GetCycle()
	var text strings.Builder
	fmt.Fprintf(&text, "%s/%s %s: %s\n", c.GetAuthority(), c.GetId(), c.GetOrigin(), c.GetName())
	for _, g := range c.GetGroups() {
		fmt.Fprintf(&text, "\n%s: %s\n", g.GetId(), g.GetName())
		for _, m := range members.GetCycleAgencies() {
			if m.GetGroup() != g.GetId() {
				continue
			}
			names := append([]string{m.GetAgency().GetName()}, m.GetAgency().GetAliases()...)
			fmt.Fprintf(&text, "  %s: %s\n", m.GetAgency().GetId(), strings.Join(names, " | "))
			if m.GetState() != catalogv1.ScoringState_SCORING_STATE_SCORED || m.GetReason() != "" {
				fmt.Fprintf(&text, "    %s: %s\n", m.GetState(), m.GetReason())
			}
		}
	}
	return text.String()
}

func TestValidateOnly(t *testing.T) {
	w := newWorld(t)
	answer, err := w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{
		Authority: "soc-trang", Content: socTrang(t), ValidateOnly: true, RequestId: uuid.NewString(),
	})
	if err != nil || counts(answer) != "agencies +47 ~0 cycles +1 ~0" || answer.GetAuthority().GetId() != "soc-trang" {
		t.Errorf("%v %v", answer, err)
	}
	if own, audited := w.rows(t); own+audited != 0 {
		t.Errorf("%d rows and %d audit entries were stored", own, audited)
	}
	w.load(t, "an-binh", anBinh(twoAgencies))
	own, audited := w.rows(t)
	changed := anBinh("agencies: [{id: home, name: Ban Nội vụ}, {id: finance, name: SNV}]\n")
	_, err = w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{Authority: "an-binh", Content: changed, ValidateOnly: true})
	if got := said(err); got != "CATALOG_FILE_INVALID\nline 3: agencies[1].name AGENCY_NAME_TAKEN" {
		t.Errorf("got %s", got)
	}
	if o, a := w.rows(t); o != own || a != audited {
		t.Error("something was stored")
	}
}

// TestImportFaults checks that each fault names its line and nothing is stored.
func TestImportFaults(t *testing.T) {
	everyRule, err := os.ReadFile("pack/testdata/faults/every-rule.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	_, err = w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{Authority: "an-binh", Content: everyRule})
	listed, err2 := os.ReadFile("pack/testdata/faults/every-rule.txt")
	if err2 != nil {
		t.Fatal(err2)
	}
	f := fault.From(err)
	if want := strings.Count(string(listed), "line "); f == nil || f.Code != "CATALOG_FILE_INVALID" || len(f.Violations) != want {
		t.Fatalf("got %s, want %d violations", said(err), want)
	}
	for _, v := range f.Violations {
		if !strings.Contains(string(listed), v.Field+"  "+v.Code+"\n    "+v.Vi+"\n") {
			t.Errorf("%s %s %s is not in the golden file", v.Field, v.Code, v.Vi)
		}
	}
	if own, audited := w.rows(t); own+audited != 0 {
		t.Errorf("%d rows and %d audit entries were stored", own, audited)
	}

	w.load(t, "an-binh", anBinh(twoAgencies))
	own, audited := w.rows(t)
	cases := []struct{ name, file, want string }{
		{"names and origin of what is stored", `agencies:
- id: health
  name: sở tài CHÍNH
  aliases:
  - Y tế
  - snv
- {id: home, name: Sở Nội vụ}
cycles:
- id: "2023"
  name: Năm 2023
  year: 2023
  origin: RUN
  groups:
  - {id: two, name: Khối hai, scored: [home]}
`, "CATALOG_FILE_INVALID\nline 5: agencies[0].name AGENCY_NAME_TAKEN\nline 8: agencies[0].aliases[1] AGENCY_NAME_TAKEN\n" +
			"line 11: cycles[0] GROUP_EMPTIED\nline 14: cycles[0].origin ORIGIN_FIXED"},
		{"no YAML", "agencies: [", "CATALOG_FILE_INVALID\nline 3 DOCUMENT_MALFORMED"},
		{"an alias of YAML", "agencies: [&a {id: x, name: X}]", "CATALOG_FILE_INVALID\nline 3: agencies[0] ALIAS_REFUSED"},
		{"not UTF-8", "agencies: [\xff]", "CATALOG_FILE_INVALID\nline 3 DOCUMENT_NOT_UTF8"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{Authority: "an-binh", Content: anBinh(c.file), RequestId: uuid.NewString()})
			if got := said(err); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
			if o, a := w.rows(t); o != own || a != audited {
				t.Errorf("%d rows and %d audit entries, before %d and %d", o, a, own, audited)
			}
		})
	}
}

// TestImportManyFaults imports a file with more faults than are listed.
func TestImportManyFaults(t *testing.T) {
	w := newWorld(t)
	_, err := w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{
		Authority: "an-binh", Content: anBinh("agencies:\n" + strings.Repeat("- {id: X, name: Sở Nội vụ}\n", 1200)),
	})
	f := fault.From(err)
	if f == nil || f.Code != "CATALOG_FILE_INVALID" || len(f.Violations) != 1001 || f.Violations[1000].Code != "FINDINGS_CUT" {
		t.Errorf("got %.300s", said(err))
	}
}

func TestImportTooLarge(t *testing.T) {
	w := newWorld(t)
	_, err := w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{Authority: "an-binh", Content: make([]byte, 1<<20+1)})
	if got := said(err); got != "BAD_REQUEST\ncontent bytes.max_len" {
		t.Errorf("got %s", got)
	}
}

func TestImportForAnotherAuthority(t *testing.T) {
	w := newWorld(t)
	_, err := w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{Authority: "soc-trang", Content: anBinh(twoAgencies)})
	if got := said(err); got != "AUTHORITY_MISMATCH content" {
		t.Errorf("got %s", got)
	}
	if own, audited := w.rows(t); own+audited != 0 {
		t.Error("something was stored")
	}
}

// TestImportChanges moves an agency to another group, renames it and leaves out the
// rest; the audit entry shows the values before and after.
func TestImportChanges(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	changed := anBinh(`agencies:
- {id: home, name: Ban Nội vụ}
- {id: health, name: Sở Y tế}
cycles:
- id: "2023"
  name: Năm 2023
  year: 2023
  origin: IMPORTED
  groups:
  - id: two
    name: Khối hai
    notScored:
    - {agency: home, reason: Mới sáp nhập}
  - {id: one, name: Khối một, scored: [health]}
`)
	if got := counts(w.load(t, "an-binh", changed)); got != "agencies +1 ~1 cycles +0 ~1" {
		t.Error(got)
	}
	if got := counts(w.load(t, "an-binh", changed)); got != nothing {
		t.Errorf("the second time: %s", got)
	}
	records, err := audit.List(t.Context(), w.db.Pool, "catalog", "authorities/an-binh/catalog", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	text.WriteString(w.print(t, "an-binh", "2023"))
	for _, r := range records {
		fmt.Fprintf(&text, "\naudit %d: %s %s by %s at %s\n", r.Sequence, r.Action, r.Resource, r.Principal, r.At.Format(time.RFC3339))
		change, _ := r.Change.(json.RawMessage)
		if err := json.Indent(&text, change, "", "  "); err != nil {
			t.Fatal(err)
		}
		text.WriteString("\n")
	}
	golden(t, "testdata/changes.txt", text.String())
}

func TestImportBelowAnotherAuthority(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(""))
	below := func(parent string) *catalogv1.ImportCatalogRequest {
		return &catalogv1.ImportCatalogRequest{Authority: "huyen", Content: fmt.Appendf(nil,
			"format: parindex.catalog/1\nauthority: {id: huyen, name: UBND huyện, parent: %s}\n", parent)}
	}
	admin := auth.Binding{Role: authv1.Role_ROLE_ADMINISTRATOR, Authority: "huyen"}
	// Somebody without a role in the parent does not learn whether it exists.
	for _, parent := range []string{"an-binh", "made-up"} {
		_, err := w.ImportCatalog(as(t, admin), below(parent))
		if got := said(err); got != "CATALOG_FILE_INVALID\nline 2: authority.parent AUTHORITY_PARENT_UNKNOWN" {
			t.Errorf("below %s: %s", parent, got)
		}
	}
	answer, err := w.ImportCatalog(as(t, admin, auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "an-binh"}), below("an-binh"))
	if err != nil || answer.GetAuthority().GetParent() != "an-binh" {
		t.Errorf("with a role in both: %v %s", answer, said(err))
	}
	// The stored parent may be repeated by anyone who may import.
	if _, err := w.ImportCatalog(as(t, admin), below("an-binh")); err != nil {
		t.Error(said(err))
	}
	_, err = w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{
		Authority: "an-binh", Content: []byte("format: parindex.catalog/1\nauthority:\n  id: an-binh\n  name: A\n  parent: huyen\n"),
	})
	if got := said(err); got != "CATALOG_FILE_INVALID\nline 5: authority.parent PARENT_LOOP" {
		t.Errorf("a loop: %s", got)
	}
}

// TestImportLoopAtOnce lets two authorities become each other's parent at once.
func TestImportLoopAtOnce(t *testing.T) {
	w := newWorld(t)
	request := func(id, parent string) *catalogv1.ImportCatalogRequest {
		return &catalogv1.ImportCatalogRequest{Authority: id, Content: fmt.Appendf(nil,
			"format: parindex.catalog/1\nauthority: {id: %s, name: UBND %[1]s%s}\n", id, parent)}
	}
	for i := range 5 {
		a, b := fmt.Sprint("a-", i), fmt.Sprint("b-", i)
		for _, id := range []string{a, b} {
			if _, err := w.ImportCatalog(root(t), request(id, "")); err != nil {
				t.Fatal(said(err))
			}
		}
		var refused atomic.Int32
		atOnce(2, func(j int) {
			req := request(a, ", parent: "+b)
			if j == 1 {
				req = request(b, ", parent: "+a)
			}
			if _, err := w.ImportCatalog(root(t), req); err != nil {
				refused.Add(1)
				if got := said(err); got != "CATALOG_FILE_INVALID\nline 2: authority.parent PARENT_LOOP" {
					t.Error(got)
				}
			}
		})
		if refused.Load() != 1 {
			t.Errorf("%d of two were refused, want one", refused.Load())
		}
	}
}

func TestImportAtOnce(t *testing.T) {
	for name, id := range map[string]func() string{
		"requests of their own":  uuid.NewString,
		"the same request":       func() string { return "0198c0de-0000-7000-8000-00000000abcd" },
		"requests without an id": func() string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			content := socTrang(t)
			var created atomic.Int32
			atOnce(20, func(int) {
				answer, err := w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{Authority: "soc-trang", Content: content, RequestId: id()})
				if err != nil {
					t.Error(said(err))
				}
				switch counts(answer) {
				case "agencies +47 ~0 cycles +1 ~0":
					created.Add(1)
				case nothing:
				default:
					t.Error(counts(answer))
				}
			})
			want := int32(1)
			if name == "the same request" {
				want = 20 // each gets the first answer
			}
			if created.Load() != want {
				t.Errorf("%d answers say that they created, want %d", created.Load(), want)
			}
			if _, audited := w.rows(t); audited != 1 {
				t.Errorf("%d audit entries, want 1", audited)
			}
		})
	}
}

func TestImportRequestTwice(t *testing.T) {
	w := newWorld(t)
	req := &catalogv1.ImportCatalogRequest{Authority: "an-binh", Content: anBinh(twoAgencies), RequestId: uuid.NewString()}
	for range 2 {
		answer, err := w.ImportCatalog(root(t), req)
		if err != nil || counts(answer) != "agencies +2 ~0 cycles +1 ~0" {
			t.Errorf("%v %v", answer, err)
		}
	}
	req.Content = anBinh("")
	_, err := w.ImportCatalog(root(t), req)
	wantFault(t, err, fault.RequestIDReused)
}

func TestImportFiveThousand(t *testing.T) {
	w := newWorld(t)
	var agencies, scored strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&agencies, "- {id: a-%[1]d, name: UBND xã số %[1]d, aliases: [Xã %[1]d]}\n", i)
		fmt.Fprintf(&scored, "    - a-%d\n", i)
	}
	content := anBinh("agencies:\n" + agencies.String() +
		"cycles:\n- id: \"2024\"\n  name: Năm 2024\n  year: 2024\n  origin: IMPORTED\n  groups:\n  - id: communes\n    name: Xã\n    scored:\n" + scored.String())
	if got := counts(w.load(t, "an-binh", content)); got != "agencies +5000 ~0 cycles +1 ~0" {
		t.Error(got)
	}
	if got := counts(w.load(t, "an-binh", content)); got != nothing {
		t.Error(got)
	}
}
