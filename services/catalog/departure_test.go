package catalog_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

func leaving(cycle, agency string) *catalogv1.RecordDepartureRequest {
	return &catalogv1.RecordDepartureRequest{
		Authority: "an-binh", Cycle: cycle, Agency: agency, Kind: catalogv1.DepartureKind_DEPARTURE_KIND_MERGED,
		Date: "2024-07-01", Letter: "31/QĐ-UBND", Reason: "Sáp nhập vào Sở Nội vụ",
	}
}

func rejoining(cycle string) *catalogv1.WithdrawDepartureRequest {
	return &catalogv1.WithdrawDepartureRequest{Authority: "an-binh", Cycle: cycle, Agency: "finance", Reason: "Ghi nhầm cơ quan"}
}

// TestDeparture records that an agency has left a running cycle, takes it back, and
// records it again until the result is presented (rule C1b).
func TestDeparture(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2024")
	ctx := coordinator(t)
	if _, err := w.MoveCycle(ctx, move("2024", self1)); err != nil {
		t.Fatal(said(err))
	}
	before := w.cycle(t, "2024")
	req := leaving("2024", "finance")
	req.Etag, req.RequestId = before.GetEtag(), uuid.NewString()
	left, err := w.RecordDeparture(ctx, req)
	if err != nil {
		t.Fatal(said(err))
	}
	a, d := left.GetCycleAgency(), left.GetCycleAgency().GetDeparture()
	if a.GetState() != catalogv1.ScoringState_SCORING_STATE_NOT_SCORED || a.GetReason() != "Sáp nhập vào Sở Nội vụ" || a.GetGroup() != "districts" ||
		d.GetKind() != catalogv1.DepartureKind_DEPARTURE_KIND_MERGED || d.GetDate() != "2024-07-01" || d.GetLetter() != "31/QĐ-UBND" ||
		!d.GetRecordTime().AsTime().Equal(w.Clock.Now()) {
		t.Errorf("left: %v", a)
	}
	if c := w.cycle(t, "2024"); c.GetRevision() <= before.GetRevision() || c.GetEtag() == before.GetEtag() || !proto.Equal(c, left.GetCycle()) {
		t.Errorf("the cycle is %v", c)
	}
	if !proto.Equal(w.memberOf(t, "finance"), a) {
		t.Errorf("listed as %v", w.memberOf(t, "finance"))
	}
	if got := w.lastAction(t); !strings.HasPrefix(got, `record-departure {"id":"2024","agency":"finance","to":{"kind":"MERGED","date":"2024-07-01","letter":"31/QĐ-UBND"}}`) {
		t.Errorf("the audit entry is %s", got)
	}
	if again, err := w.RecordDeparture(ctx, req); err != nil || !proto.Equal(again, left) {
		t.Errorf("the same request again: %v %s", again, said(err))
	}
	if got := said(w.call(ctx, "RecordDeparture", leaving("2024", "finance"))); got != "AGENCY_HAS_LEFT agency" {
		t.Errorf("a second departure: %s", got)
	}

	back, err := w.WithdrawDeparture(ctx, rejoining("2024"))
	if err != nil || back.GetCycleAgency().GetState() != catalogv1.ScoringState_SCORING_STATE_SCORED ||
		back.GetCycleAgency().GetReason() != "" || back.GetCycleAgency().GetDeparture() != nil || back.GetCycle().GetRevision() <= left.GetCycle().GetRevision() {
		t.Errorf("taken back: %v %s", back, said(err))
	}
	if got := said(w.call(ctx, "WithdrawDeparture", rejoining("2024"))); got != "AGENCY_HAS_NOT_LEFT agency" {
		t.Errorf("taken back twice: %s", got)
	}
	for _, phase := range []catalogv1.Phase{appraisal1, self2, catalogv1.Phase_PHASE_APPRAISAL_2, catalogv1.Phase_PHASE_APPRAISAL_COUNCIL} {
		if _, err := w.MoveCycle(ctx, move("2024", phase)); err != nil {
			t.Fatal(said(err))
		}
	}
	if err := w.call(ctx, "RecordDeparture", leaving("2024", "finance")); err != nil {
		t.Errorf("in APPRAISAL_COUNCIL: %s", said(err))
	}
	if _, err := w.MoveCycle(ctx, move("2024", presented)); err != nil {
		t.Fatal(said(err))
	}
	for name, err := range map[string]error{
		"leaving": w.call(ctx, "RecordDeparture", leaving("2024", "home")), "taken back": w.call(ctx, "WithdrawDeparture", rejoining("2024")),
	} {
		if got := said(err); got != "DEPARTURE_TOO_LATE cycle" {
			t.Errorf("%s in PRESENTED: %s", name, got)
		}
	}
	w.intact(t)
}

// memberOf returns an agency of the cycle 2024 as it is listed.
func (w *world) memberOf(t *testing.T, agency string) *catalogv1.CycleAgency {
	t.Helper()
	answer, err := w.ListCycleAgencies(coordinator(t), &catalogv1.ListCycleAgenciesRequest{Authority: "an-binh", Cycle: "2024"})
	if err != nil {
		t.Fatal(said(err))
	}
	for _, m := range answer.GetCycleAgencies() {
		if m.GetAgency().GetId() == agency {
			return m
		}
	}
	return nil
}

// TestDepartureRefused checks what cannot be recorded, and that nothing is stored then.
// Nobody decides about the own agency (rule V1).
func TestDepartureRefused(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(strings.Replace(twoAgencies, "cycles:", "- {id: new, name: Sở mới}\ncycles:", 1)))
	w.issue(t, "2024", content(t, ""))
	opening := createCycle("2024")
	opening.Members = append(opening.Members, &catalogv1.CycleMember{Agency: "new", Group: "departments", NotScoredReason: "Mới thành lập"})
	if _, err := w.CreateCycle(coordinator(t), opening); err != nil {
		t.Fatal(said(err))
	}
	own, audited := w.rows(t)
	with := func(change func(*catalogv1.RecordDepartureRequest)) *catalogv1.RecordDepartureRequest {
		req := leaving("2024", "finance")
		change(req)
		return req
	}
	for want, req := range map[string]*catalogv1.RecordDepartureRequest{
		"CYCLE_UNKNOWN cycle":                         leaving("2025", "finance"),
		"CYCLE_NOT_RUN cycle":                         leaving("2023", "finance"),
		"AGENCY_NOT_IN_CYCLE agency":                  leaving("2024", "nobody"),
		"AGENCY_UNSCORED agency":                      leaving("2024", "new"),
		"STALE_ETAG etag":                             with(func(r *catalogv1.RecordDepartureRequest) { r.Etag = "7" }),
		"BAD_REQUEST\ndate DATE_NOT_REAL":             with(func(r *catalogv1.RecordDepartureRequest) { r.Date = "2024-02-30" }),
		"BAD_REQUEST\nkind enum.not_in":               with(func(r *catalogv1.RecordDepartureRequest) { r.Kind = 0 }),
		"BAD_REQUEST\nletter TEXT_MISSING":            with(func(r *catalogv1.RecordDepartureRequest) { r.Letter = "\u200b" }),
		"BAD_REQUEST\nreason string.min_len":          with(func(r *catalogv1.RecordDepartureRequest) { r.Reason = "" }),
		"BAD_REQUEST\ndate DATE_NOT_REAL\u0000":       with(func(r *catalogv1.RecordDepartureRequest) { r.Date = "1/7/2024" }),
		"BAD_REQUEST\nreason string.max_len":          with(func(r *catalogv1.RecordDepartureRequest) { r.Reason = strings.Repeat("x", 1<<20) }),
		"BAD_REQUEST\nletter TEXT_UNPRINTABLE":        with(func(r *catalogv1.RecordDepartureRequest) { r.Letter = "31\u0000" }),
		"BAD_REQUEST\nrequestId string.request_id":    with(func(r *catalogv1.RecordDepartureRequest) { r.RequestId = "1" }),
		"BAD_REQUEST\nagency string.slug":             with(func(r *catalogv1.RecordDepartureRequest) { r.Agency = "../finance" }),
		"BAD_REQUEST\ndate string.civil_date\u0000":   with(func(r *catalogv1.RecordDepartureRequest) { r.Date = "" }),
		"BAD_REQUEST\nkind enum.defined_only\u0000\n": with(func(r *catalogv1.RecordDepartureRequest) { r.Kind = 9 }),
	} {
		if got := said(w.call(coordinator(t), "RecordDeparture", req)); got != strings.TrimRight(want, "\u0000\n") {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	home := auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000002", Authority: "an-binh", Agency: "finance",
		Bindings: []auth.Binding{{Role: authv1.Role_ROLE_COORDINATOR, Authority: "an-binh"}},
	}, "")
	head := auth.With(t.Context(), auth.Principal{Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000003", Bindings: []auth.Binding{
		{Role: authv1.Role_ROLE_COORDINATOR, Authority: "an-binh"}, {Role: authv1.Role_ROLE_AGENCY_HEAD, Authority: "an-binh", Agency: "finance"},
	}}, "")
	for method, req := range map[string]proto.Message{"RecordDeparture": leaving("2024", "finance"), "WithdrawDeparture": rejoining("2024")} {
		for name, ctx := range map[string]context.Context{"of the agency": home, "its head": head} {
			if got := said(w.call(ctx, method, req)); got != "DEPARTURE_OF_OWN_AGENCY agency" {
				t.Errorf("%s by a coordinator, %s: %s", method, name, got)
			}
		}
	}
	if o, a := w.rows(t); o != own || a != audited {
		t.Errorf("%d rows and %d audit entries, before %d and %d", o, a, own, audited)
	}
	council := auth.With(t.Context(), auth.Principal{Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000004", Authority: "an-binh", Bindings: []auth.Binding{
		{Role: authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER, Authority: "an-binh"},
	}}, "")
	if got := said(w.call(council, "RecordDeparture", leaving("2024", "finance"))); got != "<nil>" {
		t.Errorf("by a member of the council, who decides for the coordinator's own agency: %s", got)
	}
}
