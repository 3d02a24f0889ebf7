package catalog_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/rpc"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// world is the service behind real interceptors, with a database of its own and
// a clock that stands still until it is moved.
type world struct {
	catalogv1.CatalogServiceClient

	db    *pgtest.DB
	door  *catalog.Service
	clock *atomic.Int64 // Unix seconds
}

func (w *world) now() time.Time { return time.Unix(w.clock.Load(), 0) }

func newWorld(t *testing.T) *world {
	t.Helper()
	var sources []fs.FS
	for _, line := range postgres.Lines() {
		sources = append(sources, line.FS)
	}
	db := pgtest.New(t, "catalog", func(ctx context.Context, dsn string) error {
		return catalog.Migrate(ctx, catalog.Config{DB: pg.Config{DSN: dsn}}, slog.New(slog.DiscardHandler))
	}, sources...)
	return open(t, db, db.DSN)
}

// open opens the door on a database reached by dsn.
func open(t *testing.T, db *pgtest.DB, dsn string) *world {
	t.Helper()
	w := &world{db: db, clock: new(atomic.Int64)}
	w.clock.Store(time.Date(2024, 1, 8, 2, 0, 0, 0, time.UTC).Unix())
	metrics := prometheus.NewRegistry()
	var err error
	w.door, err = catalog.New(t.Context(), catalog.Config{DB: pg.Config{DSN: dsn, MaxConns: 6}},
		catalog.Deps{Logger: slog.New(slog.DiscardHandler), Now: w.now, Metrics: metrics})
	if err != nil {
		t.Fatal(err)
	}
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	public, _ := key.Public().(ed25519.PublicKey)
	keys := func(context.Context) (map[string]ed25519.PublicKey, error) {
		return map[string]ed25519.PublicKey{auth.KeyID(public): public}, nil
	}
	server, err := rpc.NewServer(rpc.ServerDeps{
		Service: "catalog", Logger: slog.New(slog.DiscardHandler), Metrics: metrics, Verifier: auth.NewVerifier(keys, w.now), Now: w.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.door.Register(server)
	if err := server.Guard(); err != nil {
		t.Fatal(err)
	}
	listener := bufconn.Listen(1 << 20)
	go func() { _ = server.Serve(listener) }()
	// The caller is the principal of the call's context.
	conn, err := rpc.Dial("passthrough:///catalog", func(ctx context.Context) (string, error) {
		p := auth.From(ctx)
		if p.Kind == auth.Anonymous {
			return "", nil
		}
		token, _, err := auth.Sign(key, p, w.now(), 5*time.Minute)
		return token, err
	}, grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	w.CatalogServiceClient = catalogv1.NewCatalogServiceClient(conn)
	t.Cleanup(func() {
		_ = conn.Close()
		server.Server.Stop()
		if err := w.door.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return w
}

// as is a context in which a person with the bindings calls.
func as(t *testing.T, bindings ...auth.Binding) context.Context {
	t.Helper()
	return auth.With(t.Context(), auth.Principal{Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000001", Bindings: bindings}, "")
}

func root(t *testing.T) context.Context {
	t.Helper()
	return as(t, auth.Binding{Role: authv1.Role_ROLE_ADMINISTRATOR})
}

// socTrang is the file that `make run` imports: 47 agencies and a cycle.
func socTrang(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../../deploy/allinone/data/soc-trang/catalog.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// anBinh is a file of one authority with the given parts.
func anBinh(parts string) []byte {
	return []byte("format: parindex.catalog/1\nauthority: {id: an-binh, name: UBND tỉnh An Bình}\n" + parts)
}

const twoAgencies = `agencies:
- {id: home, name: Sở Nội vụ, aliases: [SNV]}
- {id: finance, name: Sở Tài chính}
cycles:
- id: "2023"
  name: Năm 2023
  origin: IMPORTED
  groups:
  - {id: one, name: Khối một, scored: [home]}
  - {id: two, name: Khối hai, scored: [finance]}
`

func (w *world) load(t *testing.T, authority string, content []byte) *catalogv1.ImportCatalogResponse {
	t.Helper()
	answer, err := w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{Authority: authority, Content: content})
	if err != nil {
		t.Fatalf("importing %s: %s", authority, said(err))
	}
	return answer
}

// counts is an import's answer in short.
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
		+ (select count(*) from catalog.request),
		(select count(*) from catalog.audit_entry)`).Scan(&own, &audited)
	if err != nil {
		t.Fatal(err)
	}
	return own, audited
}

// said is the kind, code and field of a fault and its violations.
func said(err error) string {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		return fmt.Sprint(err)
	}
	text := strings.TrimSpace(f.Code + " " + f.Field)
	for _, v := range f.Violations {
		text += "\n" + v.Field + " " + v.Code
	}
	return text
}

func wantFault(t *testing.T, err error, want fault.Reason) {
	t.Helper()
	if f := fault.From(err); f == nil || f.Code != want.Code || f.Kind != want.Kind {
		t.Errorf("got %v, want %s %s", err, want.Kind, want.Code)
	}
}

func mask(paths string) *fieldmaskpb.FieldMask {
	return &fieldmaskpb.FieldMask{Paths: strings.Split(paths, ",")}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs; got\n%s", path, got)
	}
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

// print lists a cycle as a reader would.
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
	text := fmt.Sprintf("%s/%s %s: %s\n", c.GetAuthority(), c.GetId(), c.GetOrigin(), c.GetName())
	for _, g := range c.GetGroups() {
		text += fmt.Sprintf("\n%s: %s\n", g.GetId(), g.GetName())
		for _, m := range members.GetCycleAgencies() {
			if m.GetGroup() != g.GetId() {
				continue
			}
			text += fmt.Sprintf("  %s: %s\n", m.GetAgency().GetId(), strings.Join(append([]string{m.GetAgency().GetName()}, m.GetAgency().GetAliases()...), " | "))
			if m.GetState() != catalogv1.ScoringState_SCORING_STATE_SCORED || m.GetReason() != "" {
				text += fmt.Sprintf("    %s: %s\n", m.GetState(), m.GetReason())
			}
		}
	}
	return text
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

// TestImportFaults sees each fault with its line, and nothing stored.
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
  origin: RUN
  groups:
  - {id: two, name: Khối hai, scored: [home]}
`, "CATALOG_FILE_INVALID\nline 5: agencies[0].name AGENCY_NAME_TAKEN\nline 8: agencies[0].aliases[1] AGENCY_NAME_TAKEN\n" +
			"line 11: cycles[0] GROUP_EMPTIED\nline 13: cycles[0].origin ORIGIN_FIXED"},
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

// TestImportManyFaults has more faults than are listed; they all come through.
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

// TestImportChanges moves an agency to another group, renames it and leaves out
// the rest; the audit entry shows what was and what is.
func TestImportChanges(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	changed := anBinh(`agencies:
- {id: home, name: Ban Nội vụ}
- {id: health, name: Sở Y tế}
cycles:
- id: "2023"
  name: Năm 2023
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
	text := w.print(t, "an-binh", "2023")
	for _, r := range records {
		var b bytes.Buffer
		change, _ := r.Change.(json.RawMessage)
		if err := json.Indent(&b, change, "", "  "); err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprintf("\naudit %d: %s %s by %s at %s\n%s\n", r.Sequence, r.Action, r.Resource, r.Principal, r.At.Format(time.RFC3339), b.String())
	}
	golden(t, "testdata/changes.txt", text)
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

// atOnce runs f n times at the same time.
func atOnce(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
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
		"cycles:\n- id: \"2024\"\n  name: Năm 2024\n  origin: RUN\n  groups:\n  - id: communes\n    name: Xã\n    scored:\n" + scored.String())
	if got := counts(w.load(t, "an-binh", content)); got != "agencies +5000 ~0 cycles +1 ~0" {
		t.Error(got)
	}
	if got := counts(w.load(t, "an-binh", content)); got != nothing {
		t.Error(got)
	}
}

func TestUpdateAgency(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := as(t, auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: "an-binh"})
	get := func() *catalogv1.Agency {
		answer, err := w.GetAgency(ctx, &catalogv1.GetAgencyRequest{Authority: "an-binh", Agency: "home"})
		if err != nil {
			t.Fatal(err)
		}
		return answer.GetAgency()
	}
	read := get()
	change := func(paths string, name string, aliases ...string) *catalogv1.UpdateAgencyRequest {
		return &catalogv1.UpdateAgencyRequest{Authority: "an-binh", Agency: "home", Name: name, Aliases: aliases, UpdateMask: mask(paths)}
	}

	first := change("name", "  Sở   Nội vụ tỉnh ", "not in the mask")
	first.Etag, first.RequestId = read.GetEtag(), uuid.NewString()
	answer, err := w.UpdateAgency(ctx, first)
	if err != nil {
		t.Fatal(said(err))
	}
	changed := answer.GetAgency()
	if changed.GetName() != "Sở Nội vụ tỉnh" || strings.Join(changed.GetAliases(), ",") != "SNV" || changed.GetEtag() == read.GetEtag() {
		t.Errorf("got %v", changed)
	}
	// The same request again: the same answer, though its etag is stale by now.
	again, err := w.UpdateAgency(ctx, first)
	if err != nil || again.GetAgency().GetEtag() != changed.GetEtag() {
		t.Errorf("the same request again: %v %v", again, err)
	}
	first.Name = "Another"
	_, err = w.UpdateAgency(ctx, first)
	wantFault(t, err, fault.RequestIDReused)

	stale := change("name", "Sở Nội vụ")
	stale.Etag = read.GetEtag()
	_, err = w.UpdateAgency(ctx, stale)
	wantFault(t, err, fault.StaleEtag)

	for _, c := range []struct {
		req  *catalogv1.UpdateAgencyRequest
		want string
	}{
		{change("name", "SỞ TÀI CHÍNH"), "AGENCY_NAME_TAKEN name"},
		{change("aliases", "", "A", "sở tài  chính"), "AGENCY_NAME_TAKEN aliases[1]"},
		{change("name", "snv"), "ALIAS_REPEATED aliases[0]"},
		{change("name", " \u200b "), "AGENCY_NAME_MISSING name"},
		{change("aliases", "", " "), "AGENCY_NAME_MISSING aliases"},
		{change("parent", "x"), "BAD_REQUEST\nupdate_mask field_mask.in"},
		{&catalogv1.UpdateAgencyRequest{Authority: "an-binh", Agency: "home", Name: "x"}, "BAD_REQUEST\nupdate_mask required"},
		{&catalogv1.UpdateAgencyRequest{Authority: "an-binh", Agency: "made-up", Name: "x", UpdateMask: mask("name")}, "AGENCY_UNKNOWN agency"},
	} {
		_, err := w.UpdateAgency(ctx, c.req)
		if got := said(err); got != c.want {
			t.Errorf("%v: got %s, want %s", c.req, got, c.want)
		}
	}
	if now := get(); now.GetEtag() != changed.GetEtag() {
		t.Errorf("a refused change left %v", now)
	}
	_, audited := w.rows(t)
	same, err := w.UpdateAgency(ctx, change("name,aliases", "Sở Nội vụ tỉnh", "SNV"))
	if _, now := w.rows(t); err != nil || same.GetAgency().GetEtag() != changed.GetEtag() || now != audited {
		t.Errorf("no change gives %v %v and %d audit entries, before %d", same, err, now, audited)
	}
	// A name given up is free for others.
	if _, err := w.UpdateAgency(ctx, change("aliases", "")); err != nil {
		t.Error(said(err))
	}
	other := change("aliases", "", "SNV", "Sở Nội vụ")
	other.Agency = "finance"
	if _, err := w.UpdateAgency(ctx, other); err != nil {
		t.Error(said(err))
	}
	if err := audit.Verify(t.Context(), w.db.Pool, "catalog", "authorities/an-binh/catalog"); err != nil {
		t.Error(err)
	}
}

// TestUpdateAgencyAtOnce gives one name to two agencies, and one agency two
// changes based on the same etag.
func TestUpdateAgencyAtOnce(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	var done, taken, stale atomic.Int32
	atOnce(10, func(i int) {
		agency := []string{"home", "finance"}[i%2]
		_, err := w.UpdateAgency(root(t), &catalogv1.UpdateAgencyRequest{
			Authority: "an-binh", Agency: agency, Name: "Sở mới", UpdateMask: mask("name"), Etag: "1",
		})
		switch said(err) {
		case "<nil>":
			done.Add(1)
		case "AGENCY_NAME_TAKEN name":
			taken.Add(1)
		case "STALE_ETAG etag":
			stale.Add(1)
		default:
			t.Error(said(err))
		}
	})
	if done.Load() != 1 || taken.Load() != 5 || stale.Load() != 4 {
		t.Errorf("%d done, %d taken, %d stale; want 1, 5 and 4", done.Load(), taken.Load(), stale.Load())
	}
}

func TestPaging(t *testing.T) {
	w := newWorld(t)
	w.load(t, "soc-trang", socTrang(t))
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := as(t, auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "soc-trang"}, auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "an-binh"})
	var ids []string
	var sizes []int
	token := ""
	for {
		page, err := w.ListAgencies(ctx, &catalogv1.ListAgenciesRequest{Authority: "soc-trang", PageSize: 10, PageToken: token})
		if err != nil {
			t.Fatal(said(err))
		}
		sizes = append(sizes, len(page.GetAgencies()))
		for _, a := range page.GetAgencies() {
			if len(ids) > 0 && a.GetId() <= ids[len(ids)-1] {
				t.Errorf("%s comes after %s", a.GetId(), ids[len(ids)-1])
			}
			ids = append(ids, a.GetId())
		}
		if page.GetNextPageToken() == "" {
			break
		}
		token = page.GetNextPageToken()
	}
	if fmt.Sprint(sizes) != "[10 10 10 10 7]" {
		t.Errorf("pages of %v, want 10 10 10 10 7", sizes)
	}
	refused := map[string]func() error{
		"another authority": func() error {
			_, err := w.ListAgencies(ctx, &catalogv1.ListAgenciesRequest{Authority: "an-binh", PageToken: token})
			return err
		},
		"another list": func() error {
			_, err := w.ListCycleAgencies(ctx, &catalogv1.ListCycleAgenciesRequest{Authority: "soc-trang", Cycle: "2023", PageToken: token})
			return err
		},
		"cycles": func() error {
			_, err := w.ListCycles(ctx, &catalogv1.ListCyclesRequest{Authority: "soc-trang", PageToken: token})
			return err
		},
		"authorities": func() error {
			_, err := w.ListAuthorities(ctx, &catalogv1.ListAuthoritiesRequest{PageToken: token})
			return err
		},
		"a token made up": func() error {
			_, err := w.ListAgencies(ctx, &catalogv1.ListAgenciesRequest{Authority: "soc-trang", PageToken: "AAAA"})
			return err
		},
	}
	for name, call := range refused {
		t.Run(name, func(t *testing.T) { wantFault(t, call(), fault.PageTokenInvalid) })
	}
}

func TestPagingTheOthers(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies+strings.NewReplacer("2023", "2024").Replace(twoAgencies[strings.Index(twoAgencies, `- id: "2023"`):])))
	w.load(t, "soc-trang", socTrang(t))
	ctx := root(t)
	cycles, err := w.ListCycles(ctx, &catalogv1.ListCyclesRequest{Authority: "an-binh", PageSize: 1})
	if err != nil || len(cycles.GetCycles()) != 1 || cycles.GetCycles()[0].GetId() != "2024" {
		t.Fatalf("the newest cycle: %v %v", cycles, err)
	}
	cycles, err = w.ListCycles(ctx, &catalogv1.ListCyclesRequest{Authority: "an-binh", PageSize: 1, PageToken: cycles.GetNextPageToken()})
	if err != nil || len(cycles.GetCycles()) != 1 || cycles.GetCycles()[0].GetId() != "2023" || cycles.GetNextPageToken() != "" {
		t.Errorf("the cycle before: %v %v", cycles, err)
	}
	members, err := w.ListCycleAgencies(ctx, &catalogv1.ListCycleAgenciesRequest{Authority: "an-binh", Cycle: "2023", PageSize: 1})
	if err != nil || len(members.GetCycleAgencies()) != 1 || members.GetCycleAgencies()[0].GetAgency().GetId() != "finance" {
		t.Fatalf("the first agency: %v %v", members, err)
	}
	_, err = w.ListCycleAgencies(ctx, &catalogv1.ListCycleAgenciesRequest{Authority: "an-binh", Cycle: "2024", PageToken: members.GetNextPageToken()})
	wantFault(t, err, fault.PageTokenInvalid)
	members, err = w.ListCycleAgencies(ctx, &catalogv1.ListCycleAgenciesRequest{Authority: "an-binh", Cycle: "2023", PageToken: members.GetNextPageToken()})
	if err != nil || len(members.GetCycleAgencies()) != 1 || members.GetCycleAgencies()[0].GetAgency().GetId() != "home" || members.GetNextPageToken() != "" {
		t.Errorf("the second agency: %v %v", members, err)
	}
	authorities, err := w.ListAuthorities(ctx, &catalogv1.ListAuthoritiesRequest{PageSize: 1})
	if err != nil || len(authorities.GetAuthorities()) != 1 || authorities.GetNextPageToken() == "" {
		t.Fatalf("the first authority: %v %v", authorities, err)
	}
	// The scope is looked at again: the token shows nothing beyond it.
	mine := as(t, auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "an-binh"})
	authorities, err = w.ListAuthorities(mine, &catalogv1.ListAuthoritiesRequest{PageToken: authorities.GetNextPageToken()})
	if err != nil || len(authorities.GetAuthorities()) != 0 {
		t.Errorf("with a token from a wider scope: %v %v", authorities, err)
	}
}

func TestListAuthorities(t *testing.T) {
	w := newWorld(t)
	w.load(t, "soc-trang", socTrang(t))
	w.load(t, "an-binh", anBinh(""))
	service := auth.With(t.Context(), auth.Principal{Kind: auth.Service, ID: "scoring"}, "")
	observer := auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "an-binh"}
	ended := auth.Binding{Role: authv1.Role_ROLE_INSPECTOR, Authority: "soc-trang", End: w.now().Add(-time.Second)}
	for want, ctx := range map[string]context.Context{
		"an-binh soc-trang ": root(t),
		"an-binh soc-trang":  service,
		"an-binh":            as(t, observer, ended),
		"":                   as(t, ended),
	} {
		answer, err := w.ListAuthorities(ctx, &catalogv1.ListAuthoritiesRequest{})
		if err != nil {
			t.Fatal(said(err))
		}
		var ids []string
		for _, a := range answer.GetAuthorities() {
			ids = append(ids, a.GetId())
		}
		if got := strings.Join(ids, " "); got != strings.TrimSpace(want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestRefused sees the same refusal for an authority that is stored and for one
// that is not, and what members are told is not there.
func TestRefused(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	calls := map[string]func(ctx context.Context, authority string) error{
		"ImportCatalog": func(ctx context.Context, authority string) error {
			_, err := w.ImportCatalog(ctx, &catalogv1.ImportCatalogRequest{Authority: authority, Content: anBinh("")})
			return err
		},
		"GetAuthority": func(ctx context.Context, authority string) error {
			_, err := w.GetAuthority(ctx, &catalogv1.GetAuthorityRequest{Authority: authority})
			return err
		},
		"ListAgencies": func(ctx context.Context, authority string) error {
			_, err := w.ListAgencies(ctx, &catalogv1.ListAgenciesRequest{Authority: authority})
			return err
		},
		"GetAgency": func(ctx context.Context, authority string) error {
			_, err := w.GetAgency(ctx, &catalogv1.GetAgencyRequest{Authority: authority, Agency: "home"})
			return err
		},
		"UpdateAgency": func(ctx context.Context, authority string) error {
			_, err := w.UpdateAgency(ctx, &catalogv1.UpdateAgencyRequest{Authority: authority, Agency: "home", Name: "X", UpdateMask: mask("name")})
			return err
		},
		"ListCycles": func(ctx context.Context, authority string) error {
			_, err := w.ListCycles(ctx, &catalogv1.ListCyclesRequest{Authority: authority})
			return err
		},
		"GetCycle": func(ctx context.Context, authority string) error {
			_, err := w.GetCycle(ctx, &catalogv1.GetCycleRequest{Authority: authority, Cycle: "2023"})
			return err
		},
		"ListCycleAgencies": func(ctx context.Context, authority string) error {
			_, err := w.ListCycleAgencies(ctx, &catalogv1.ListCycleAgenciesRequest{Authority: authority, Cycle: "2023"})
			return err
		},
	}
	unknown := map[string]string{
		"ImportCatalog": "AUTHORITY_MISMATCH content", "GetAuthority": "AUTHORITY_UNKNOWN authority", "ListAgencies": "AUTHORITY_UNKNOWN authority",
		"GetAgency": "AGENCY_UNKNOWN agency", "UpdateAgency": "AGENCY_UNKNOWN agency", "ListCycles": "AUTHORITY_UNKNOWN authority",
		"GetCycle": "CYCLE_UNKNOWN cycle", "ListCycleAgencies": "CYCLE_UNKNOWN cycle",
	}
	elsewhere := as(t, auth.Binding{Role: authv1.Role_ROLE_ADMINISTRATOR, Authority: "soc-trang"})
	otherService := auth.With(t.Context(), auth.Principal{Kind: auth.Service, ID: "identity"}, "")
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			for who, ctx := range map[string]context.Context{"elsewhere": elsewhere, "without a role": as(t), "another service": otherService} {
				stored, madeUp := call(ctx, "an-binh"), call(ctx, "made-up")
				wantFault(t, stored, fault.NotAllowed)
				if fmt.Sprint(stored) != fmt.Sprint(madeUp) {
					t.Errorf("%s: %v for a stored authority, %v for a made-up one", who, stored, madeUp)
				}
			}
			wantFault(t, call(t.Context(), "an-binh"), fault.TokenMissing)
			if got := said(call(root(t), "made-up")); got != unknown[name] {
				t.Errorf("what is not there: got %s, want %s", got, unknown[name])
			}
		})
	}
	observer := as(t, auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "an-binh"})
	for _, name := range []string{"ImportCatalog", "UpdateAgency"} {
		wantFault(t, calls[name](observer, "an-binh"), fault.NotAllowed)
	}
	_, err := w.ListAuthorities(t.Context(), &catalogv1.ListAuthoritiesRequest{})
	wantFault(t, err, fault.TokenMissing)
}

// TestDatabaseAway cuts the way to PostgreSQL and mends it.
func TestDatabaseAway(t *testing.T) {
	w := newWorld(t)
	wire := newWire(t, w.db.DSN)
	w = open(t, w.db, wire.dsn)
	w.load(t, "an-binh", anBinh(twoAgencies))
	req := &catalogv1.ImportCatalogRequest{Authority: "soc-trang", Content: socTrang(t), RequestId: uuid.NewString()}

	wire.cut()
	if err := w.door.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	_, err := w.ImportCatalog(root(t), req)
	wantFault(t, err, fault.StorageAway)
	_, err = w.ListAgencies(root(t), &catalogv1.ListAgenciesRequest{Authority: "an-binh"})
	wantFault(t, err, fault.StorageAway)
	_, err = w.GetCycle(root(t), &catalogv1.GetCycleRequest{Authority: "an-binh", Cycle: "2023"})
	wantFault(t, err, fault.StorageAway)

	wire.mend()
	if err := w.door.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	answer, err := w.ImportCatalog(root(t), req)
	if err != nil || counts(answer) != "agencies +47 ~0 cycles +1 ~0" {
		t.Errorf("after the database is back: %v %s", answer, said(err))
	}
}

// TestOpenWithoutDatabase opens a door on a socket nobody listens on.
func TestOpenWithoutDatabase(t *testing.T) {
	w := open(t, nil, "host="+t.TempDir()+" user=nobody dbname=none")
	_, err := w.GetAuthority(root(t), &catalogv1.GetAuthorityRequest{Authority: "an-binh"})
	wantFault(t, err, fault.StorageAway)
	if err := w.door.Ready(t.Context()); !pg.Away(err) {
		t.Errorf("ready: %v", err)
	}
}

// wire carries bytes to PostgreSQL until it is cut.
type wire struct {
	dsn   string
	mu    sync.Mutex
	whole bool
	conns []net.Conn
}

func newWire(t *testing.T, dsn string) *wire {
	t.Helper()
	c, err := pgconn.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	network, address := pgconn.NetworkAddress(c.Host, c.Port)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	w := &wire{whole: true, dsn: fmt.Sprintf("host=%s port=%s user=%s password='%s' dbname=%s sslmode=disable", host, port, c.User, c.Password, c.Database)}
	t.Cleanup(func() {
		_ = l.Close()
		w.cut()
	})
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := new(net.Dialer).DialContext(context.WithoutCancel(t.Context()), network, address)
			if err != nil || !w.keep(near, far) {
				_ = near.Close()
				continue
			}
			go func() { _, _ = io.Copy(near, far) }()
			go func() { _, _ = io.Copy(far, near) }()
		}
	}()
	return w
}

func (w *wire) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.whole {
		w.conns = append(w.conns, conns...)
	}
	return w.whole
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = false
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = true
}

// TestConfig resolves the DSN from the shared flag and says what is missing.
func TestConfig(t *testing.T) {
	var c catalog.Config
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "PARINDEX_CATALOG_DSN") {
		t.Errorf("without a DSN: %v", err)
	}
	c.DB.DSN = cmp.Or(os.Getenv(pgtest.Variable), "host=/tmp")
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
}
