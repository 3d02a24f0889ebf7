package catalog_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// content returns testdata/regulation.yaml, with the title unless it is empty.
func content(t *testing.T, title string) *catalogv1.RegulationContent {
	t.Helper()
	data, err := os.ReadFile("testdata/regulation.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := yaml.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	if data, err = json.Marshal(document); err != nil {
		t.Fatal(err)
	}
	c := new(catalogv1.RegulationContent)
	if err := protojson.Unmarshal(data, c); err != nil {
		t.Fatal(err)
	}
	if title != "" {
		c.Title = title
	}
	return c
}

func coordinator(tb testing.TB) context.Context {
	tb.Helper()
	return as(tb, auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: "an-binh"})
}

// draft creates a regulation of An Bình.
func (w *world) draft(t *testing.T, id string, c *catalogv1.RegulationContent) *catalogv1.Regulation {
	t.Helper()
	answer, err := w.CreateRegulation(coordinator(t), &catalogv1.CreateRegulationRequest{Authority: "an-binh", Regulation: id, Content: c})
	if err != nil {
		t.Fatalf("creating %s: %s", id, said(err))
	}
	return answer.GetRegulation()
}

// issue creates and issues a regulation of An Bình.
func (w *world) issue(t *testing.T, id string, c *catalogv1.RegulationContent) *catalogv1.Regulation {
	t.Helper()
	draft := w.draft(t, id, c)
	answer, err := w.IssueRegulation(coordinator(t), &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: id, Etag: draft.GetEtag()})
	if err != nil {
		t.Fatalf("issuing %s: %s", id, said(err))
	}
	return answer.GetRegulation()
}

func (w *world) regulation(t *testing.T, id string) *catalogv1.Regulation {
	t.Helper()
	answer, err := w.GetRegulation(coordinator(t), &catalogv1.GetRegulationRequest{Authority: "an-binh", Regulation: id})
	if err != nil {
		t.Fatal(said(err))
	}
	return answer.GetRegulation()
}

// intact verifies An Bình's audit chain.
func (w *world) intact(t *testing.T) {
	t.Helper()
	if err := audit.Verify(t.Context(), w.db.Pool, "catalog", "authorities/an-binh/catalog"); err != nil {
		t.Error(err)
	}
}

// lastAction returns the action and the change of An Bình's last audit entry.
func (w *world) lastAction(t *testing.T) string {
	t.Helper()
	entries, err := audit.List(t.Context(), w.db.Pool, "catalog", "authorities/an-binh/catalog", 0, 1000)
	if err != nil || len(entries) == 0 {
		t.Fatal(entries, err)
	}
	last := entries[len(entries)-1]
	change, _ := last.Change.(json.RawMessage)
	return last.Action + " " + string(change)
}

// TestRegulationRoundTrip checks that every rpc answers the content that was sent,
// with its figures in canonical form, and that its SHA-256 is that of the canonical
// form in testdata.
func TestRegulationRoundTrip(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	want := content(t, "")
	want.ReplacesDecision = "7/QĐ-UBND"
	draft := w.draft(t, "2024", want)
	want.CriteriaSets[0].Nodes[2].Item.MaxPoints = "10.5" // printed as 10.50
	if draft.GetState() != catalogv1.RegulationState_REGULATION_STATE_DRAFT || draft.GetEtag() != "1" || draft.GetIssueTime() != nil {
		t.Errorf("the draft: %v", draft)
	}
	issued, err := w.IssueRegulation(coordinator(t), &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "2024", Etag: "1"})
	if err != nil {
		t.Fatal(said(err))
	}
	if r := issued.GetRegulation(); r.GetState() != catalogv1.RegulationState_REGULATION_STATE_ISSUED || !r.GetIssueTime().AsTime().Equal(w.Clock.Now()) {
		t.Errorf("issued: %v %v", r.GetState(), r.GetIssueTime())
	}
	read := w.regulation(t, "2024")
	if diff := cmp.Diff(read, issued.GetRegulation(), protocmp.Transform()); diff != "" {
		t.Errorf("read otherwise than answered (-read +answered):\n%s", diff)
	}
	for name, r := range map[string]*catalogv1.Regulation{"draft": draft, "issued": read} {
		if diff := cmp.Diff(want, r.GetContent(), protocmp.Transform()); diff != "" {
			t.Errorf("%s (-went in +came back):\n%s", name, diff)
		}
	}

	var head, sets string
	err = w.db.Pool.QueryRow(t.Context(), `select head::text, criteria_sets::text from catalog.regulation`).Scan(&head, &sets)
	if err != nil {
		t.Fatal(err)
	}
	canonical := strings.TrimSuffix(head, "}") + `,"criteriaSets":` + sets + "}"
	golden(t, "testdata/regulation.json", canonical)
	sum := sha256.Sum256([]byte(canonical))
	if read.GetSha256() != hex.EncodeToString(sum[:]) || draft.GetSha256() != read.GetSha256() {
		t.Errorf("the SHA-256 is %s, that of the canonical form %x", read.GetSha256(), sum)
	}

	// So does the smallest content.
	least := &catalogv1.RegulationContent{Title: "<&>", Rounds: 1}
	if diff := cmp.Diff(least, w.draft(t, "least", least).GetContent(), protocmp.Transform()); diff != "" {
		t.Errorf("(-went in +came back):\n%s", diff)
	}
	if diff := cmp.Diff(least, w.regulation(t, "least").GetContent(), protocmp.Transform()); diff != "" {
		t.Errorf("(-went in +came back):\n%s", diff)
	}
	w.intact(t)
}

func TestListRegulations(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	list := func(request *catalogv1.ListRegulationsRequest) *catalogv1.ListRegulationsResponse {
		answer, err := w.ListRegulations(coordinator(t), request)
		if err != nil {
			t.Fatal(said(err))
		}
		return answer
	}
	if none := list(&catalogv1.ListRegulationsRequest{Authority: "an-binh"}); len(none.GetRegulations()) != 0 || none.GetNextPageToken() != "" {
		t.Errorf("none: %v", none)
	}
	for _, id := range []string{"c", "a", "b"} {
		w.issue(t, id, content(t, id))
	}
	var ids []string
	for token := ""; ; {
		page := list(&catalogv1.ListRegulationsRequest{Authority: "an-binh", PageSize: 2, PageToken: token})
		for _, r := range page.GetRegulations() {
			ids = append(ids, r.GetId())
			full := w.regulation(t, r.GetId())
			full.Content.CriteriaSets = nil
			if diff := cmp.Diff(full, r, protocmp.Transform()); diff != "" {
				t.Errorf("listed otherwise (-read +listed):\n%s", diff)
			}
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
		_, err := w.ListCycles(coordinator(t), &catalogv1.ListCyclesRequest{Authority: "an-binh", PageToken: token})
		wantFault(t, err, fault.PageTokenInvalid)
	}
	if strings.Join(ids, " ") != "a b c" {
		t.Errorf("listed %v", ids)
	}
}

func TestCreateRegulation(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	req := &catalogv1.CreateRegulationRequest{Authority: "an-binh", Regulation: "2024", Content: content(t, ""), RequestId: uuid.NewString()}
	first, err := w.CreateRegulation(ctx, req)
	if err != nil {
		t.Fatal(said(err))
	}
	changed := content(t, "Tên khác")
	if _, err := w.UpdateRegulation(ctx, &catalogv1.UpdateRegulationRequest{Authority: "an-binh", Regulation: "2024", Content: changed, Etag: "1"}); err != nil {
		t.Fatal(said(err))
	}
	again, err := w.CreateRegulation(ctx, req)
	if diff := cmp.Diff(first, again, protocmp.Transform()); err != nil || diff != "" {
		t.Errorf("the same request again: %s %s", said(err), diff)
	}
	other := proto.CloneOf(req)
	other.Content.Title = "Tên khác"
	_, err = w.CreateRegulation(ctx, other)
	wantFault(t, err, fault.RequestIDReused)
	own, audited := w.rows(t)

	with := func(change func(*catalogv1.CreateRegulationRequest)) *catalogv1.CreateRegulationRequest {
		r := &catalogv1.CreateRegulationRequest{Authority: "an-binh", Regulation: "next", Content: content(t, ""), RequestId: uuid.NewString()}
		change(r)
		return r
	}
	figure := func(text string) *rulev1.Rule {
		return &rulev1.Rule{Family: &rulev1.Rule_Manual{Manual: &rulev1.Manual{Step: text}}}
	}
	for want, req := range map[string]*catalogv1.CreateRegulationRequest{
		"REGULATION_EXISTS regulation":        with(func(r *catalogv1.CreateRegulationRequest) { r.Regulation = "2024" }),
		"REGULATION_UNKNOWN content.replaces": with(func(r *catalogv1.CreateRegulationRequest) { r.Content.Replaces = "next" }),
		"BAD_REQUEST\ncontent required":       with(func(r *catalogv1.CreateRegulationRequest) { r.Content = nil }),
		"BAD_REQUEST\ncontent.rounds int32.gte_lte\ncontent.criteriaSets[0].nodes[2].item.rule required": with(func(r *catalogv1.CreateRegulationRequest) {
			r.Content.Rounds, r.Content.CriteriaSets[0].Nodes[2].Item.Rule = 3, nil
		}),
		"BAD_REQUEST\ncontent.criteriaSets[0].nodes[2].item.rule.manual.step string.points": with(func(r *catalogv1.CreateRegulationRequest) {
			r.Content.CriteriaSets[0].Nodes[2].Item.Rule = figure("0,25")
		}),
		"CONTENT_TOO_LARGE content": with(func(r *catalogv1.CreateRegulationRequest) {
			for range 2000 {
				node := proto.CloneOf(r.GetContent().GetCriteriaSets()[0].GetNodes()[2])
				node.Item.Guidance = strings.Repeat("đ", 1000)
				r.Content.CriteriaSets[1].Nodes = append(r.Content.CriteriaSets[1].Nodes, node)
			}
			r.Content.CriteriaSets[1].Nodes = r.GetContent().GetCriteriaSets()[1].GetNodes()[:1500]
		}),
	} {
		_, err := w.CreateRegulation(ctx, req)
		if got := said(err); got != want {
			t.Errorf("got %.300s, want %s", got, want)
		}
	}
	if o, a := w.rows(t); o != own || a != audited {
		t.Errorf("%d rows and %d audit entries, before %d and %d", o, a, own, audited)
	}
	everywhere := as(t, auth.Binding{Role: authv1.Role_ROLE_COORDINATOR})
	_, err = w.CreateRegulation(everywhere, &catalogv1.CreateRegulationRequest{Authority: "made-up", Regulation: "2024", Content: content(t, "")})
	if got := said(err); got != "AUTHORITY_UNKNOWN" {
		t.Errorf("an authority that is not there: %s", got)
	}
}

func TestUpdateRegulation(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	w.issue(t, "2023", content(t, "2023"))
	w.draft(t, "2024", content(t, "2024"))
	update := func(title, etag string) *catalogv1.UpdateRegulationRequest {
		return &catalogv1.UpdateRegulationRequest{
			Authority: "an-binh", Regulation: "2024", Content: content(t, title), Etag: etag, RequestId: uuid.NewString(),
		}
	}
	first := update("Dự thảo hai", "1")
	answer, err := w.UpdateRegulation(ctx, first)
	if err != nil || answer.GetRegulation().GetEtag() != "2" || answer.GetRegulation().GetContent().GetTitle() != "Dự thảo hai" {
		t.Fatalf("%v %s", answer.GetRegulation(), said(err))
	}
	if again, err := w.UpdateRegulation(ctx, first); err != nil || again.GetRegulation().GetEtag() != "2" {
		t.Errorf("the same request again: %s %s", again.GetRegulation().GetEtag(), said(err))
	}
	_, err = w.UpdateRegulation(ctx, update("Dự thảo ba", "1"))
	wantFault(t, err, fault.StaleEtag)
	_, err = w.UpdateRegulation(ctx, update("Dự thảo ba", ""))
	if got := said(err); got != "BAD_REQUEST\netag string.min_len" {
		t.Errorf("without an etag: %s", got)
	}
	_, audited := w.rows(t)
	same, err := w.UpdateRegulation(ctx, update("Dự thảo hai", "2"))
	if _, now := w.rows(t); err != nil || same.GetRegulation().GetEtag() != "2" || now != audited {
		t.Errorf("no change: %s %s, %d audit entries, before %d", same.GetRegulation().GetEtag(), said(err), now, audited)
	}
	replacing := update("Dự thảo ba", "2")
	replacing.Content.Replaces = "2022"
	_, err = w.UpdateRegulation(ctx, replacing)
	if got := said(err); got != "REGULATION_UNKNOWN content.replaces" {
		t.Error(got)
	}
	missing := update("Dự thảo ba", "2")
	missing.Regulation = "2025"
	_, err = w.UpdateRegulation(ctx, missing)
	if got := said(err); got != "REGULATION_UNKNOWN regulation" {
		t.Error(got)
	}

	// Of 20 updates of one version one succeeds.
	var done, stale atomic.Int32
	atOnce(20, func(i int) {
		_, err := w.UpdateRegulation(ctx, update(strings.Repeat("x", i+1), "2"))
		switch said(err) {
		case "<nil>":
			done.Add(1)
		case "STALE_ETAG etag":
			stale.Add(1)
		default:
			t.Error(said(err))
		}
	})
	if done.Load() != 1 || stale.Load() != 19 || w.regulation(t, "2024").GetEtag() != "3" {
		t.Errorf("%d done and %d stale", done.Load(), stale.Load())
	}
	w.intact(t)
}

func TestIssueRegulation(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	old := w.issue(t, "2023", content(t, "2023"))
	c := content(t, "2024")
	c.Replaces = "2023"
	draft := w.draft(t, "2024", c)
	issue := &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "2024", Etag: draft.GetEtag(), RequestId: uuid.NewString()}

	own, audited := w.rows(t)
	check := proto.CloneOf(issue)
	check.ValidateOnly, check.RequestId = true, ""
	checked, err := w.IssueRegulation(ctx, check)
	if diff := cmp.Diff(draft, checked.GetRegulation(), protocmp.Transform()); err != nil || diff != "" {
		t.Errorf("validate_only: %s\n%s", said(err), diff)
	}
	stale := proto.CloneOf(issue)
	stale.Etag = "7"
	_, err = w.IssueRegulation(ctx, stale)
	wantFault(t, err, fault.StaleEtag)
	if o, a := w.rows(t); o != own || a != audited {
		t.Error("something was stored")
	}

	w.Clock.Add(time.Minute)
	first, err := w.IssueRegulation(ctx, issue)
	if err != nil || !first.GetRegulation().GetIssueTime().AsTime().Equal(w.Clock.Now()) {
		t.Fatalf("%v %s", first.GetRegulation().GetIssueTime(), said(err))
	}
	replaced := w.regulation(t, "2023")
	if replaced.GetState() != catalogv1.RegulationState_REGULATION_STATE_SUPERSEDED || replaced.GetEtag() != "3" {
		t.Errorf("the replaced regulation: %v %s", replaced.GetState(), replaced.GetEtag())
	}
	replaced.State, replaced.Etag = old.GetState(), old.GetEtag()
	if diff := cmp.Diff(old, replaced, protocmp.Transform()); diff != "" {
		t.Errorf("superseding changed more than the state:\n%s", diff)
	}
	w.Clock.Add(time.Minute)
	if again, err := w.IssueRegulation(ctx, issue); err != nil || !proto.Equal(first, again) {
		t.Errorf("the same request again: %v %s", again, said(err))
	}
	if got, want := w.lastAction(t), `issue-regulation {"id":"2024","from":{"state":"DRAFT","sha256":"`+draft.GetSha256()+
		`","replaces":"2023"},"to":{"state":"ISSUED","sha256":"`+draft.GetSha256()+`","replaces":"2023"},"superseded":{"id":"2023","sha256":"`+
		old.GetSha256()+`"}}`; got != want {
		t.Errorf("the audit entry is\n%s, want\n%s", got, want)
	}

	// A superseded regulation, a draft and the draft itself cannot be replaced.
	self := content(t, "2025")
	w.draft(t, "2025", self)
	for _, replaces := range []string{"2023", "2025"} {
		self.Replaces = replaces
		updated, err := w.UpdateRegulation(ctx, &catalogv1.UpdateRegulationRequest{
			Authority: "an-binh", Regulation: "2025", Content: self, Etag: w.regulation(t, "2025").GetEtag(),
		})
		if err != nil {
			t.Fatal(said(err))
		}
		_, err = w.IssueRegulation(ctx, &catalogv1.IssueRegulationRequest{
			Authority: "an-binh", Regulation: "2025", Etag: updated.GetRegulation().GetEtag(),
		})
		if got := said(err); got != "REGULATION_UNSOUND\nreplaces REPLACED_NOT_ISSUED" {
			t.Errorf("replacing %s: %s", replaces, got)
		}
	}
	w.intact(t)
}

// TestIssueAtOnce issues one draft 20 times, and two drafts that replace the
// same regulation.
func TestIssueAtOnce(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	w.draft(t, "2023", content(t, "2023"))
	var done, late atomic.Int32
	atOnce(20, func(int) {
		_, err := w.IssueRegulation(ctx, &catalogv1.IssueRegulationRequest{
			Authority: "an-binh", Regulation: "2023", Etag: "1", RequestId: uuid.NewString(),
		})
		switch said(err) {
		case "<nil>":
			done.Add(1)
		case "STALE_ETAG etag":
			late.Add(1)
		default:
			t.Error(said(err))
		}
	})
	if done.Load() != 1 || late.Load() != 19 {
		t.Errorf("%d issued, %d late", done.Load(), late.Load())
	}
	for _, id := range []string{"a", "b"} {
		c := content(t, id)
		c.Replaces = "2023"
		w.draft(t, id, c)
	}
	done.Store(0)
	atOnce(2, func(i int) {
		_, err := w.IssueRegulation(ctx, &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: []string{"a", "b"}[i], Etag: "1"})
		if said(err) == "REGULATION_UNSOUND\nreplaces REPLACED_NOT_ISSUED" {
			done.Add(1)
		} else if err != nil {
			t.Error(said(err))
		}
	})
	if done.Load() != 1 {
		t.Errorf("%d of two drafts that replace one regulation were refused", done.Load())
	}
	w.intact(t)
}

// TestReplacedDecision checks that a draft cannot be issued while the number of the
// decision that it replaces is not that of the stored regulation.
func TestReplacedDecision(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	w.issue(t, "2023", content(t, "2023"))
	next := content(t, "2024")
	next.DecisionNumber, next.Replaces, next.ReplacesDecision = "13/QĐ-UBND", "2023", "11/QĐ-UBND"
	w.draft(t, "2024", next)
	issue := &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "2024", Etag: "1"}
	_, err := w.IssueRegulation(coordinator(t), issue)
	if got := said(err); got != "REGULATION_UNSOUND\nreplacesDecision REPLACED_DECISION_DIFFERS" {
		t.Error(got)
	}
	for _, number := range []string{"11/QĐ-UBND", "12/QĐ-UBND"} {
		if f := fault.From(err); !strings.Contains(f.Violations[0].Vi, number) {
			t.Errorf("%s is not told: %+v", number, f.Violations)
		}
	}
	next.ReplacesDecision = "12/QĐ-UBND"
	if _, err = w.UpdateRegulation(coordinator(t), &catalogv1.UpdateRegulationRequest{
		Authority: "an-binh", Regulation: "2024", Content: next, Etag: "1",
	}); err != nil {
		t.Fatal(said(err))
	}
	issue.Etag = "2"
	if _, err = w.IssueRegulation(coordinator(t), issue); err != nil {
		t.Error(said(err))
	}
	if old := w.regulation(t, "2023"); old.GetState() != catalogv1.RegulationState_REGULATION_STATE_SUPERSEDED {
		t.Errorf("the replaced regulation is %v", old.GetState())
	}
}

// TestIssueUnsound checks that all faults of a draft are reported at once, each with
// its place, and that nothing is stored.
func TestIssueUnsound(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	c := content(t, "")
	c.DecisionNumber, c.DecisionDate, c.EffectiveDate = "", "", ""
	c.Rounding.DisplayScale = 5
	set := c.GetCriteriaSets()[0]
	set.Nodes[6].Item.GetRule().GetBands().Bands[1].High = &rulev1.Band_Below{Below: "90"}
	set.Nodes[3].Item.SourceKind = catalogv1.SourceKind_SOURCE_KIND_SURVEY
	set.Nodes[8].Item.MaxPoints = "29.5"
	set.Nodes[7].Field = "steering"
	set.Classes[1].Low = &catalogv1.Class_Above{Above: "80"}
	c.CriteriaSets[1].Group = "departments"
	draft := w.draft(t, "2024", c)
	own, audited := w.rows(t)
	for _, validateOnly := range []bool{true, false} {
		_, err := w.IssueRegulation(coordinator(t), &catalogv1.IssueRegulationRequest{
			Authority: "an-binh", Regulation: "2024", Etag: draft.GetEtag(), ValidateOnly: validateOnly, RequestId: uuid.NewString(),
		})
		want := `REGULATION_UNSOUND
decisionNumber TEXT_MISSING
decisionDate DATE_MISSING
effectiveDate DATE_MISSING
rounding.displayScale DISPLAY_SCALE_TOO_FINE
criteriaSets[0].nodes[7].field FIELD_TWICE
criteriaSets[0].nodes[3].item.rule RULE_NOT_ALLOWED
criteriaSets[0].nodes[6].item.rule.bands.bands[1].below BANDS_GAP
criteriaSets[0].nodes TOTAL_NOT_100
criteriaSets[0].classes[2].below CLASSES_GAP
criteriaSets[1].group GROUP_TWICE
specialRules[0].subordinateClasses.subordinates GROUP_UNDEFINED
surveyLinks[2].group GROUP_UNDEFINED`
		if diff := cmp.Diff(want, said(err)); diff != "" {
			t.Errorf("validate_only %v (-want +got):\n%s", validateOnly, diff)
		}
		if f, ok := errors.AsType[*fault.Fault](err); ok && !strings.Contains(f.Error()+f.Violations[8].Vi+f.Violations[8].En, "[80; 80]") {
			t.Errorf("the gap is told as %+v", f.Violations[8])
		}
	}
	if o, a := w.rows(t); o != own || a != audited || w.regulation(t, "2024").GetEtag() != "1" {
		t.Error("something was stored")
	}
}

// TestIssueExaminesUnlocked issues drafts while another transaction holds the lock on
// the authority: the faults of a draft are answered without waiting, and a sound
// draft is issued after the wait only if its content has not changed.
func TestIssueExaminesUnlocked(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	wrong := content(t, "")
	wrong.DecisionNumber = ""
	w.draft(t, "wrong", wrong)
	for _, id := range []string{"kept", "changed"} {
		w.draft(t, id, content(t, id))
	}
	lock, err := w.db.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := lock.Exec(t.Context(), `select id from catalog.authority where id = 'an-binh' for update`); err != nil {
		t.Fatal(err)
	}
	issue := func(id string) *catalogv1.IssueRegulationRequest {
		return &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: id, Etag: "1", RequestId: uuid.NewString()}
	}
	if _, err := w.IssueRegulation(ctx, issue("wrong")); said(err) != "REGULATION_UNSOUND\ndecisionNumber TEXT_MISSING" {
		t.Error(said(err))
	}
	var kept, changed error
	var issued sync.WaitGroup
	issued.Go(func() { _, kept = w.IssueRegulation(ctx, issue("kept")) })
	issued.Go(func() { _, changed = w.IssueRegulation(ctx, issue("changed")) })
	for waiting := 0; waiting < 2; {
		err := w.db.Pool.QueryRow(t.Context(), `
			select count(*) from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock' and query like '%catalog.authority%'`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := lock.Exec(t.Context(), `update catalog.regulation set sha256 = repeat('1', 64) where id = 'changed'`); err != nil {
		t.Fatal(err)
	}
	if err := lock.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	issued.Wait()
	if said(kept) != "<nil>" || said(changed) != "STALE_ETAG etag" {
		t.Errorf("the unchanged draft: %s; the changed draft: %s", said(kept), said(changed))
	}
	if r := w.regulation(t, "kept"); r.GetState() != catalogv1.RegulationState_REGULATION_STATE_ISSUED || len(r.GetContent().GetCriteriaSets()) != 2 {
		t.Errorf("got %v", r)
	}
	if r := w.regulation(t, "changed"); r.GetState() != catalogv1.RegulationState_REGULATION_STATE_DRAFT {
		t.Errorf("got %v", r.GetState())
	}
}

// items has one item of each family that testdata lacks, with test vectors, in the
// form of testdata. Their sum is the 25 points of the districts' plan.
const items = `[
{"maxPoints":"5","sourceKind":"SOURCE_KIND_FEED","rule":{"deduction":{"step":"0.5","bonus":{"step":"0.1","cap":"0.3"}}},"testVectors":[
  {"input":{"counts":{"deductions":2,"bonuses":4}},"points":"4.3"},{"input":{"counts":{"deductions":11}},"points":"0"}]},
{"maxPoints":"5","sourceKind":"SOURCE_KIND_HISTORY","rule":{"improvement":{
  "equal":"IMPROVEMENT_EQUAL_NONE","missingHistory":"MISSING_HISTORY_NOT_APPLICABLE"}},"testVectors":[
  {"input":{"history":{"latest":"80.1","before":"80"}},"points":"5"},{"input":{"history":{"latest":"80.1"}},"notApplicable":true}]},
{"maxPoints":"5","sourceKind":"SOURCE_KIND_TARGETS","rule":{"targets":{}},"testVectors":[
  {"input":{"targets":{"met":14,"planned":22}},"points":"3.1818"}]},
{"maxPoints":"5","sourceKind":"SOURCE_KIND_FEED","rule":{"peerRelative":{"better":"BETTER_LOWER"}},"testVectors":[
  {"input":{"peer":{"value":"12","best":"3"}},"points":"1.25"}]},
{"maxPoints":"5","sourceKind":"SOURCE_KIND_SELF","rule":{"formula":{
  "expression":"confirmed ? min(max_points, n * dec(\"0.25\")) : 0","inputs":[
    {"id":"n","text":"Số sáng kiến","kind":"FORMULA_INPUT_KIND_COUNT","max":"100"},
    {"id":"confirmed","text":"Được công nhận","kind":"FORMULA_INPUT_KIND_CONDITION"}]}},"testVectors":[
  {"input":{"formula":{"values":{"n":{"number":"3"},"confirmed":{"met":true}}}},"points":"0.75"},
  {"input":{"formula":{"values":{"n":{"number":"3"},"confirmed":{"met":false}}}},"points":"0"}]}]`

// withItems returns testdata/regulation.yaml with the items in place of the plan.
func withItems(t *testing.T) *catalogv1.RegulationContent {
	t.Helper()
	c := content(t, "")
	c.Excess = catalogv1.ExcessRule_EXCESS_RULE_CAPPED // one of the items has a bonus
	c.CriteriaSets[0].Nodes[2].Item.MaxPoints = "10.5" // as it comes back
	set := c.GetCriteriaSets()[1]
	var all []json.RawMessage
	if err := json.Unmarshal([]byte(items), &all); err != nil {
		t.Fatal(err)
	}
	var nodes []*catalogv1.Node
	for i, text := range all {
		node := proto.CloneOf(set.GetNodes()[1])
		node.Code, node.Item = fmt.Sprint("1.", i+1), new(catalogv1.Item)
		if err := protojson.Unmarshal(text, node.GetItem()); err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, node)
	}
	set.Nodes = slices.Replace(set.GetNodes(), 1, 2, nodes...)
	return c
}

// TestTestVectors checks that test vectors of each family come back unchanged, and
// that a vector that fails prevents issuing.
func TestTestVectors(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	want := withItems(t)
	if diff := cmp.Diff(want, w.draft(t, "2024", withItems(t)).GetContent(), protocmp.Transform()); diff != "" {
		t.Errorf("(-went in +came back):\n%s", diff)
	}
	if diff := cmp.Diff(want, w.regulation(t, "2024").GetContent(), protocmp.Transform()); diff != "" {
		t.Errorf("(-went in +read):\n%s", diff)
	}
	issue := &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "2024", Etag: "1", ValidateOnly: true}
	if _, err := w.IssueRegulation(coordinator(t), issue); err != nil {
		t.Fatal(said(err))
	}

	wrong := withItems(t)
	nodes := wrong.GetCriteriaSets()[1].GetNodes()
	nodes[1].Item.TestVectors[0].Outcome = &catalogv1.TestVector_Points{Points: "4.4"}
	nodes[2].Item.TestVectors[0].Outcome = &catalogv1.TestVector_NotApplicable{NotApplicable: true}
	nodes[5].Item.GetRule().GetFormula().Expression = "confirmed ?\n n * 0.25 : 0"
	if _, err := w.UpdateRegulation(coordinator(t), &catalogv1.UpdateRegulationRequest{Authority: "an-binh", Regulation: "2024", Content: wrong, Etag: "1"}); err != nil {
		t.Fatal(said(err))
	}
	issue.Etag, issue.ValidateOnly = "2", false
	_, err := w.IssueRegulation(coordinator(t), issue)
	if diff := cmp.Diff(`REGULATION_UNSOUND
criteriaSets[1].nodes[1].item.testVectors[0].points TEST_VECTOR_FAILS
criteriaSets[1].nodes[2].item.testVectors[0].notApplicable TEST_VECTOR_APPLICABLE
criteriaSets[1].nodes[5].item.rule.formula.expression FORMULA_FLOAT`, said(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if f, ok := errors.AsType[*fault.Fault](err); ok && !strings.Contains(f.Violations[2].Vi, "Dòng 2, cột 6") {
		t.Errorf("the place in the formula is %+v", f.Violations[2])
	}

	// A vector needs an input and an outcome.
	for want, vector := range map[string]*catalogv1.TestVector{
		".input required":                  {Outcome: &catalogv1.TestVector_Points{Points: "1"}},
		".outcome required":                {Input: nodes[3].GetItem().GetTestVectors()[0].GetInput()},
		".notApplicable bool.const":        {Input: nodes[3].GetItem().GetTestVectors()[0].GetInput(), Outcome: &catalogv1.TestVector_NotApplicable{}},
		".input.targets.planned int32.gte": {Input: &rulev1.Input{Facts: &rulev1.Input_Targets{Targets: &rulev1.TargetsMet{Planned: -1}}}, Outcome: &catalogv1.TestVector_Points{Points: "1"}},
	} {
		bad := withItems(t)
		bad.GetCriteriaSets()[1].GetNodes()[3].Item.TestVectors[0] = vector
		_, err := w.CreateRegulation(coordinator(t), &catalogv1.CreateRegulationRequest{Authority: "an-binh", Regulation: "bad", Content: bad})
		if got := said(err); got != "BAD_REQUEST\ncontent.criteriaSets[1].nodes[3].item.testVectors[0]"+want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestExcess checks that a regulation whose bonus can lift an index above 100 is not
// issued, with both figures, until it says what such an index is (rule C7).
func TestExcess(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	c := content(t, "")
	item := c.GetCriteriaSets()[0].GetNodes()[2].GetItem()
	item.Rule = &rulev1.Rule{Family: &rulev1.Rule_Deduction{Deduction: &rulev1.Deduction{Step: "0.5", Bonus: &rulev1.Bonus{Step: "0.5", Cap: "1.5"}}}}
	draft := w.draft(t, "2024", c)
	issue := &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "2024", Etag: draft.GetEtag()}
	_, err := w.IssueRegulation(ctx, issue)
	if got := said(err); got != "REGULATION_UNSOUND\ncriteriaSets[0].nodes TOTAL_CAN_EXCEED_100" {
		t.Fatalf("got %s", got)
	}
	if vi := fault.From(err).Violations[0].Vi; !strings.Contains(vi, "100 điểm") && !strings.Contains(vi, "là 100,") || !strings.Contains(vi, "101,5") {
		t.Errorf("%q does not name both figures", vi)
	}
	for _, rule := range []catalogv1.ExcessRule{catalogv1.ExcessRule_EXCESS_RULE_REFUSED, catalogv1.ExcessRule_EXCESS_RULE_ALLOWED, catalogv1.ExcessRule_EXCESS_RULE_CAPPED} {
		c.Excess = rule
		updated, err := w.UpdateRegulation(ctx, &catalogv1.UpdateRegulationRequest{Authority: "an-binh", Regulation: "2024", Content: c, Etag: issue.GetEtag()})
		if err != nil {
			t.Fatal(said(err))
		}
		issue.Etag = updated.GetRegulation().GetEtag()
		issue.ValidateOnly = rule != catalogv1.ExcessRule_EXCESS_RULE_CAPPED
		_, err = w.IssueRegulation(ctx, issue)
		if refused := rule == catalogv1.ExcessRule_EXCESS_RULE_REFUSED; refused != (err != nil) {
			t.Errorf("%s: %s", rule, said(err))
		}
	}
	if issued := w.regulation(t, "2024"); issued.GetContent().GetExcess() != catalogv1.ExcessRule_EXCESS_RULE_CAPPED {
		t.Errorf("issued with %s", issued.GetContent().GetExcess())
	}
}
