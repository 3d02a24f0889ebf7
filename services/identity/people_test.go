package identity_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
)

// TestListPeople finds people by name and agency without accents, and by role, and
// names those who have left.
func TestListPeople(t *testing.T) {
	w := newWorld(t)
	coordinator := w.principal(auth.Principal{Kind: auth.Person, ID: madeUp, Bindings: []auth.Binding{{Role: authv1.Role_ROLE_COORDINATOR, Authority: home}}})
	ids := map[string]string{}
	hire := func(login, name, agency string, roles ...authv1.Role) {
		answer, err := w.CreateAccount(w.admin(home), &identityv1.CreateAccountRequest{
			Authority: home, Agency: agency, Login: w.secret(login), DisplayName: w.secret(name), Password: pass,
		})
		w.must(err)
		ids[name] = answer.GetAccount().GetId()
		for _, r := range roles {
			_, err := w.bind(ids[name], r)
			w.must(err)
		}
	}
	hire("people.one", "Trần Thị Bưởi", "so-noi-vu", authv1.Role_ROLE_APPRAISER, authv1.Role_ROLE_OBSERVER)
	hire("people.two", "Đỗ Văn An", "so-tai-chinh", authv1.Role_ROLE_APPRAISER)
	hire("people.three", "Lê Cam", "", authv1.Role_ROLE_COORDINATOR)
	hire("people.four", "Người Không Vai Trò", "so-noi-vu")
	_, err := w.DisableAccount(w.admin(home), &identityv1.DisableAccountRequest{Authority: home, Account: ids["Lê Cam"]})
	w.must(err)
	list := func(change func(*identityv1.ListPeopleRequest)) string {
		t.Helper()
		req := &identityv1.ListPeopleRequest{Authority: home, PageSize: 1}
		change(req)
		var names []string
		for {
			answer, err := w.ListPeople(coordinator, req)
			w.must(err)
			for _, p := range answer.GetPeople() {
				names = append(names, p.GetName())
			}
			if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
				return strings.Join(names, ", ")
			}
		}
	}
	for _, tt := range []struct {
		change func(*identityv1.ListPeopleRequest)
		want   string
	}{
		{func(*identityv1.ListPeopleRequest) {}, "Đỗ Văn An, Trần Thị Bưởi"},
		{func(r *identityv1.ListPeopleRequest) { r.Query = "buoi" }, "Trần Thị Bưởi"},
		{func(r *identityv1.ListPeopleRequest) { r.Query = "ĐỖ VĂN" }, "Đỗ Văn An"},
		{func(r *identityv1.ListPeopleRequest) { r.Query = "do van" }, "Đỗ Văn An"},
		{func(r *identityv1.ListPeopleRequest) { r.Query = "co quan so-tai" }, "Đỗ Văn An"},
		{func(r *identityv1.ListPeopleRequest) { r.Query = "nobody" }, ""},
		{func(r *identityv1.ListPeopleRequest) { r.Role = authv1.Role_ROLE_OBSERVER }, "Trần Thị Bưởi"},
		{func(r *identityv1.ListPeopleRequest) { r.Role = authv1.Role_ROLE_COORDINATOR }, ""},
		{func(r *identityv1.ListPeopleRequest) {
			r.Accounts = []string{ids["Lê Cam"], ids["Người Không Vai Trò"], madeUp}
		}, "Lê Cam, Người Không Vai Trò"},
		{func(r *identityv1.ListPeopleRequest) {
			r.Accounts, r.Role = []string{ids["Người Không Vai Trò"]}, authv1.Role_ROLE_APPRAISER
		}, ""},
	} {
		if got := list(tt.change); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
	answer, err := w.ListPeople(coordinator, &identityv1.ListPeopleRequest{Authority: home, Query: "buoi"})
	w.must(err)
	p := answer.GetPeople()[0]
	if p.GetAccount() != ids["Trần Thị Bưởi"] || p.GetAgency() != "so-noi-vu" || p.GetAgencyName() != "Cơ quan so-noi-vu" ||
		!slices.Equal(p.GetRoles(), []authv1.Role{authv1.Role_ROLE_APPRAISER, authv1.Role_ROLE_OBSERVER}) {
		t.Errorf("got %v", p)
	}
	appraiser := w.principal(auth.Principal{Kind: auth.Person, ID: madeUp, Bindings: []auth.Binding{{Role: authv1.Role_ROLE_APPRAISER, Authority: home}}})
	_, err = w.ListPeople(appraiser, &identityv1.ListPeopleRequest{Authority: home})
	w.reason(err, fault.Denied, "NOT_ALLOWED")
	_, err = w.ListPeople(coordinator, &identityv1.ListPeopleRequest{Authority: other})
	w.reason(err, fault.Denied, "NOT_ALLOWED")
}
