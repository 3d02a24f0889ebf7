package identity_test

import (
	"slices"
	"strconv"
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
			w.grant(answer.GetAccount(), r)
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
	// A role that waits for a second person cannot be chosen.
	_, err = w.bind(ids["Người Không Vai Trò"], authv1.Role_ROLE_APPRAISER)
	w.must(err)
	if got := list(func(r *identityv1.ListPeopleRequest) { r.Query = "vai tro" }); got != "" {
		t.Errorf("somebody with a pending role is listed: %q", got)
	}
	appraiser := w.principal(auth.Principal{Kind: auth.Person, ID: madeUp, Bindings: []auth.Binding{{Role: authv1.Role_ROLE_APPRAISER, Authority: home}}})
	_, err = w.ListPeople(appraiser, &identityv1.ListPeopleRequest{Authority: home})
	w.reason(err, fault.Denied, "NOT_ALLOWED")
	_, err = w.ListPeople(coordinator, &identityv1.ListPeopleRequest{Authority: other})
	w.reason(err, fault.Denied, "NOT_ALLOWED")
}

// TestListAccounts finds accounts by login, name and agency without accents, by role, by
// agency and by state, and tells their roles and their last login.
func TestListAccounts(t *testing.T) {
	w := newWorld(t)
	ids := map[string]string{}
	hire := func(login, name, agency string, roles ...authv1.Role) {
		answer, err := w.CreateAccount(w.admin(home), &identityv1.CreateAccountRequest{
			Authority: home, Agency: agency, Login: w.secret(login), DisplayName: w.secret(name), Password: pass,
		})
		w.must(err)
		ids[login] = answer.GetAccount().GetId()
		for _, r := range roles {
			_, err := w.bind(ids[login], r)
			w.must(err)
		}
	}
	hire("a.buoi", "Trần Thị Bưởi", "so-noi-vu", authv1.Role_ROLE_APPRAISER, authv1.Role_ROLE_OBSERVER)
	hire("b.an", "Đỗ Văn An", "so-tai-chinh", authv1.Role_ROLE_APPRAISER)
	hire("c.cam", "Lê Cam", "")
	_, err := w.DisableAccount(w.admin(home), &identityv1.DisableAccountRequest{Authority: home, Account: ids["c.cam"]})
	w.must(err)
	w.login("b.an")
	list := func(req *identityv1.ListAccountsRequest) string {
		t.Helper()
		req.Authority, req.PageSize = home, 1
		var found []string
		for {
			answer, err := w.ListAccounts(w.admin(home), req)
			w.must(err)
			for _, a := range answer.GetAccounts() {
				entry := []string{a.GetLogin(), strconv.FormatBool(a.GetLastLoginTime() != nil)}
				for _, b := range answer.GetRoleBindings() {
					if b.GetAccount() != a.GetId() {
						t.Errorf("%v is of another account than %v", b, a)
					}
					entry = append(entry, b.GetRole().String())
				}
				found = append(found, strings.Join(entry, " "))
			}
			if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
				return strings.Join(found, ", ")
			}
		}
	}
	const (
		buoi = "a.buoi false ROLE_APPRAISER ROLE_OBSERVER"
		an   = "b.an true ROLE_APPRAISER"
		cam  = "c.cam false"
	)
	for _, tt := range []struct {
		req  *identityv1.ListAccountsRequest
		want string
	}{
		{&identityv1.ListAccountsRequest{}, buoi + ", " + an + ", " + cam},
		{&identityv1.ListAccountsRequest{Query: "BƯỞI"}, buoi},
		{&identityv1.ListAccountsRequest{Query: "do van"}, an},
		{&identityv1.ListAccountsRequest{Query: "c.ca"}, cam},
		{&identityv1.ListAccountsRequest{Query: "co quan so-tai"}, an},
		{&identityv1.ListAccountsRequest{Query: "khong co ai"}, ""},
		{&identityv1.ListAccountsRequest{Role: authv1.Role_ROLE_OBSERVER}, buoi},
		{&identityv1.ListAccountsRequest{Agency: "so-noi-vu"}, buoi},
		{&identityv1.ListAccountsRequest{State: identityv1.AccountState_ACCOUNT_STATE_DISABLED}, cam},
		{&identityv1.ListAccountsRequest{State: identityv1.AccountState_ACCOUNT_STATE_ACTIVE, Query: "an"}, buoi + ", " + an},
	} {
		if got := list(tt.req); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.req, got, tt.want)
		}
	}
}
