package catalog_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

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
	if changed.GetName() != "Sở Nội vụ tỉnh" || strings.Join(changed.GetAliases(), ",") != "SNV,Sở Nội vụ" || changed.GetEtag() == read.GetEtag() {
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
		{change("name,aliases", "snv", "SNV"), "ALIAS_REPEATED aliases[0]"},
		{change("name", " \u200b "), "AGENCY_NAME_MISSING name"},
		{change("aliases", "", " "), "BAD_REQUEST\naliases[0] TEXT_MISSING"},
		{change("parent", "x"), "BAD_REQUEST\nupdateMask field_mask.in"},
		{&catalogv1.UpdateAgencyRequest{Authority: "an-binh", Agency: "home", Name: "x"}, "BAD_REQUEST\nupdateMask required"},
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
	same, err := w.UpdateAgency(ctx, change("name,aliases", "Sở Nội vụ tỉnh", "SNV", "Sở Nội vụ"))
	if _, now := w.rows(t); err != nil || same.GetAgency().GetEtag() != changed.GetEtag() || now != audited {
		t.Errorf("no change gives %v %v and %d audit entries, before %d", same, err, now, audited)
	}
	// A name that is given up can be taken by another agency.
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

// A coordinator does not change the own agency nor one above it; an administrator, who
// decides nothing, changes any (rule V1).
func TestUpdateOwnAgency(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	coordinates := auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: "an-binh"}
	administers := auth.Binding{Role: authv1.Role_ROLE_ADMINISTRATOR, Authority: "an-binh"}
	head := auth.Binding{Role: authv1.Role_ROLE_AGENCY_HEAD, Authority: "an-binh", Agency: "home"}
	update := func(agency, home string, bindings ...auth.Binding) string {
		ctx := auth.With(t.Context(), auth.Principal{Kind: auth.Person, ID: uuid.NewString(), Authority: "an-binh", Agency: home, Bindings: bindings}, "")
		_, err := w.UpdateAgency(ctx, &catalogv1.UpdateAgencyRequest{
			Authority: "an-binh", Agency: agency, Aliases: []string{agency + " cũ"}, UpdateMask: mask("aliases"),
		})
		if err == nil {
			return ""
		}
		return said(err)
	}
	for name, got := range map[string]string{
		"of the agency": update("home", "home", coordinates), "its head": update("home", "", coordinates, head),
		"who administers, too": update("home", "home", coordinates, administers),
	} {
		if got != "OWN_AGENCY_ACT agency" {
			t.Errorf("a coordinator %s: got %s", name, got)
		}
	}
	for name, got := range map[string]string{
		"another's": update("finance", "home", coordinates), "an administrator": update("home", "home", administers),
	} {
		if got != "" {
			t.Errorf("%s: got %s", name, got)
		}
	}
}
