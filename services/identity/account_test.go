package identity_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity"
)

const madeUp = "0198c0de-0000-7000-8000-00000000dead"

// An administrator of another authority learns nothing of this one, not even whether
// an id exists; an administrator of this one cannot change others.
func TestAuthoritiesAreClosedToEachOther(t *testing.T) {
	w := newWorld(t)
	a := w.account("inside.one")
	b, err := w.bind(a.GetId(), authv1.Role_ROLE_OBSERVER)
	w.must(err)
	_, err = w.CreateServiceAccount(w.admin(home), &identityv1.CreateServiceAccountRequest{Authority: home, Name: "inside-software"})
	w.must(err)

	calls := func(ctx context.Context, authority, account, binding, software string) []error {
		_, get := w.GetAccount(ctx, &identityv1.GetAccountRequest{Authority: authority, Account: account})
		_, update := w.UpdateAccount(ctx, &identityv1.UpdateAccountRequest{
			Authority: authority, Account: account, DisplayName: "x", UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}},
		})
		_, disable := w.DisableAccount(ctx, &identityv1.DisableAccountRequest{Authority: authority, Account: account})
		_, enable := w.EnableAccount(ctx, &identityv1.EnableAccountRequest{Authority: authority, Account: account})
		_, reset := w.ResetPassword(ctx, &identityv1.ResetPasswordRequest{Authority: authority, Account: account, Password: pass})
		_, give := w.CreateRoleBinding(ctx, &identityv1.CreateRoleBindingRequest{Authority: authority, Account: account, Role: authv1.Role_ROLE_OBSERVER})
		_, confirm := w.ConfirmRoleBinding(ctx, &identityv1.ConfirmRoleBindingRequest{Authority: authority, RoleBinding: binding})
		_, end := w.EndRoleBinding(ctx, &identityv1.EndRoleBindingRequest{Authority: authority, RoleBinding: binding})
		_, stop := w.DisableServiceAccount(ctx, &identityv1.DisableServiceAccountRequest{Authority: authority, ServiceAccount: software})
		return []error{get, update, disable, enable, reset, give, confirm, end, stop}
	}
	compare := func(code string, existing, invented []error) {
		for i := range existing {
			if f := fault.From(existing[i]); f == nil || code != "" && f.Code != code {
				t.Errorf("call %d: %v, want a fault %s", i, existing[i], code)
				continue
			}
			if told(existing[i]) != told(invented[i]) {
				t.Errorf("call %d tells what exists: %q and %q", i, told(existing[i]), told(invented[i]))
			}
		}
	}
	stranger := w.admin(other)
	compare("NOT_ALLOWED", calls(stranger, home, a.GetId(), b.GetId(), "inside-software"), calls(stranger, home, madeUp, madeUp, "made-up"))
	compare("", calls(stranger, other, a.GetId(), b.GetId(), "inside-software"), calls(stranger, other, madeUp, madeUp, "made-up"))
	for _, list := range []func() error{
		func() error {
			_, err := w.ListAccounts(stranger, &identityv1.ListAccountsRequest{Authority: home})
			return err
		},
		func() error {
			_, err := w.ListRoleBindings(stranger, &identityv1.ListRoleBindingsRequest{Authority: home})
			return err
		},
		func() error {
			_, err := w.ListServiceAccounts(stranger, &identityv1.ListServiceAccountsRequest{Authority: home})
			return err
		},
		func() error {
			_, err := w.CreateAccount(stranger, &identityv1.CreateAccountRequest{Authority: home, Login: "inside.two", DisplayName: "x", Password: pass})
			return err
		},
	} {
		w.reason(list(), fault.Denied, "NOT_ALLOWED")
	}
	listed, err := w.ListAccounts(stranger, &identityv1.ListAccountsRequest{Authority: other})
	if err != nil || len(listed.GetAccounts()) != 0 {
		t.Errorf("another authority lists %v (%v)", listed.GetAccounts(), err)
	}
	got, err := w.GetAccount(w.admin(home), &identityv1.GetAccountRequest{Authority: home, Account: a.GetId()})
	w.must(err)
	if !proto.Equal(got.GetAccount(), a) {
		t.Errorf("the account changed: %v, was %v", got.GetAccount(), a)
	}
}

func TestOnlyAdministratorsOfTheAuthorityAdminister(t *testing.T) {
	w := newWorld(t)
	for role := range authv1.Role_name {
		p := auth.Principal{Kind: auth.Person, ID: madeUp, Bindings: []auth.Binding{{Role: authv1.Role(role), Authority: home}}}
		_, err := w.ListAccounts(w.principal(p), &identityv1.ListAccountsRequest{Authority: home})
		if admitted := err == nil; admitted != (authv1.Role(role) == authv1.Role_ROLE_ADMINISTRATOR) {
			t.Errorf("%s: %v", authv1.Role(role), err)
		}
	}
	if _, err := w.ListAccounts(w.admin(""), &identityv1.ListAccountsRequest{Authority: home}); err != nil {
		t.Errorf("an administrator of the platform: %v", err)
	}
	_, err := w.ListAccounts(w.principal(auth.Principal{Kind: auth.Service, ID: "scoring"}), &identityv1.ListAccountsRequest{Authority: home})
	w.reason(err, fault.Denied, "NOT_ALLOWED")
}

func TestAccountIsMadeOnce(t *testing.T) {
	w := newWorld(t)
	request := func() *identityv1.CreateAccountRequest {
		return &identityv1.CreateAccountRequest{
			Authority: home, Agency: "so-noi-vu", Login: w.secret("made.once"), DisplayName: w.secret("Made Just Once"), Password: pass,
			RequestId: "6f1d6c80-3f55-4c69-a2b8-2d0f5a7a1b11",
		}
	}
	ids := make([]string, 50)
	admin := w.admin(home)
	got := parallel(len(ids), func(i int) error {
		answer, err := w.CreateAccount(admin, request())
		ids[i] = answer.GetAccount().GetId()
		return err
	})
	if got[""] != len(ids) || len(slices.Compact(ids)) != 1 {
		t.Fatalf("50 parallel requests: %v, ids %v", got, slices.Compact(ids))
	}
	nameless := request()
	nameless.Login, nameless.DisplayName, nameless.RequestId = "name.less", "\u200b", ""
	_, err := w.CreateAccount(admin, nameless)
	if f := w.faulty(err, fault.Invalid, "BAD_REQUEST"); len(f.Violations) != 1 || f.Violations[0].Code != "TEXT_MISSING" {
		t.Errorf("a name of one zero-width character: %v", f.Violations)
	}
	changed := request()
	changed.DisplayName = "Somebody Else Altogether"
	_, err = w.CreateAccount(admin, changed)
	w.reason(err, fault.Exists, "REQUEST_ID_REUSED")
	otherPassword := request()
	otherPassword.Password = w.secret("another first password")
	_, err = w.CreateAccount(admin, otherPassword)
	if f := w.faulty(err, fault.Exists, "REQUEST_ID_REUSED"); f.Field != "requestId" {
		t.Errorf("the fault is at %q", f.Field)
	}
	// What counts is the password of the first request, not the account's own.
	const chosen = "chosen by the owner"
	_, err = w.ChangePassword(w.as(w.login("made.once").GetAccessToken()),
		&identityv1.ChangePasswordRequest{CurrentPassword: pass, NewPassword: w.secret(chosen)})
	w.must(err)
	late, err := w.CreateAccount(admin, request())
	if err != nil || late.GetAccount().GetId() != ids[0] {
		t.Errorf("repeated once the owner changed the password: %v (%v)", late.GetAccount(), err)
	}
	otherPassword.Password = chosen
	_, err = w.CreateAccount(admin, otherPassword)
	w.reason(err, fault.Exists, "REQUEST_ID_REUSED")
	fresh := request()
	fresh.RequestId = "6f1d6c80-3f55-4c69-a2b8-2d0f5a7a1b12"
	_, err = w.CreateAccount(admin, fresh)
	w.reason(err, fault.Exists, "LOGIN_TAKEN")
	if kept := w.rows(`select r::text from identity.request r where r::text like '%once%' or r::text like '%Once%'`); len(kept) != 0 {
		t.Errorf("personal data is kept with the request: %v", kept)
	}
	if entries := w.rows(`select e::text from identity.audit_entry e where e::text ilike '%made%once%' or e::text ilike '%just once%'`); len(entries) != 0 {
		t.Errorf("personal data in the audit log: %v", entries)
	}
}

func TestTransitionsHappenOnce(t *testing.T) {
	w := newWorld(t)
	a := w.account("once.only")
	disable := &identityv1.DisableAccountRequest{Authority: home, Account: a.GetId(), RequestId: "6f1d6c80-3f55-4c69-a2b8-2d0f5a7a1b13"}
	_, err := w.DisableAccount(w.admin(home), disable)
	w.must(err)
	_, err = w.EnableAccount(w.admin(home), &identityv1.EnableAccountRequest{Authority: home, Account: a.GetId()})
	w.must(err)
	answer, err := w.DisableAccount(w.admin(home), disable) // the network sends it late again
	w.must(err)
	if answer.GetAccount().GetState() != identityv1.AccountState_ACCOUNT_STATE_ACTIVE {
		t.Error("the repeated request disabled the account again")
	}
}

func TestUpdateHappensOnce(t *testing.T) {
	w := newWorld(t)
	a := w.account("renamed.once")
	request := &identityv1.UpdateAccountRequest{
		Authority: home, Account: a.GetId(), DisplayName: w.secret("First New Name"), Etag: a.GetEtag(),
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}}, RequestId: "6f1d6c80-3f55-4c69-a2b8-2d0f5a7a1b16",
	}
	admin := w.admin(home)
	got := parallel(5, func(int) error { _, err := w.UpdateAccount(admin, request); return err })
	if got[""] != 5 {
		t.Fatalf("5 parallel requests: %v", got)
	}
	second := proto.CloneOf(request)
	second.DisplayName, second.Etag = w.secret("Second New Name"), ""
	_, err := w.UpdateAccount(admin, second)
	w.reason(err, fault.Exists, "REQUEST_ID_REUSED")
	second.RequestId = ""
	renamed, err := w.UpdateAccount(admin, second)
	w.must(err)
	late, err := w.UpdateAccount(admin, request) // the network sends it late again
	if err != nil || !proto.Equal(late.GetAccount(), renamed.GetAccount()) {
		t.Errorf("repeated: %v (%v), want what stands", late, err)
	}
	if n := len(w.rows(`select action from identity.audit_entry where action = 'update'`)); n != 2 {
		t.Errorf("%d updates audited, want 2", n)
	}
	stale := proto.CloneOf(request) // what failed leaves its id free
	stale.RequestId = "6f1d6c80-3f55-4c69-a2b8-2d0f5a7a1b17"
	_, err = w.UpdateAccount(admin, stale)
	w.reason(err, fault.Conflict, "STALE_ETAG")
	stale.Etag = renamed.GetAccount().GetEtag()
	_, err = w.UpdateAccount(admin, stale)
	w.must(err)
}

func TestResetPasswordHappensOnce(t *testing.T) {
	w := newWorld(t)
	a := w.account("reset.once")
	admin := w.admin(home)
	reset := func(password string) error {
		_, err := w.ResetPassword(admin, &identityv1.ResetPasswordRequest{
			Authority: home, Account: a.GetId(), Password: w.secret(password), RequestId: "6f1d6c80-3f55-4c69-a2b8-2d0f5a7a1b18",
		})
		return err
	}
	const given, chosen = "given by an administrator", "chosen by the owner"
	if got := parallel(5, func(int) error { return reset(given) }); got[""] != 5 {
		t.Fatalf("5 parallel requests: %v", got)
	}
	session, err := w.tryLogin("reset.once", given)
	w.must(err)
	_, err = w.ChangePassword(w.as(session.GetAccessToken()), &identityv1.ChangePasswordRequest{CurrentPassword: given, NewPassword: w.secret(chosen)})
	w.must(err)
	w.must(reset(given)) // the network sends it late again
	w.reason(reset(chosen), fault.Exists, "REQUEST_ID_REUSED")
	if _, err := w.tryLogin("reset.once", chosen); err != nil {
		t.Errorf("the repetition took the owner's password away: %v", err)
	}
	_, err = w.refresh(session.GetRefreshToken())
	w.must(err)
	if n := len(w.rows(`select action from identity.audit_entry where action = 'reset password'`)); n != 1 {
		t.Errorf("%d resets audited, want 1", n)
	}
}

func TestBadAccountsAreRefusedByField(t *testing.T) {
	w := newWorld(t)
	good := &identityv1.CreateAccountRequest{Authority: home, Login: "good.enough", DisplayName: "Good", Password: pass}
	for name, bad := range map[string]struct {
		field string
		spoil func(*identityv1.CreateAccountRequest)
	}{
		"short password": {"password", func(r *identityv1.CreateAccountRequest) { r.Password = "too short" }},
		"capital login":  {"login", func(r *identityv1.CreateAccountRequest) { r.Login = "Good.Enough" }},
		"no name":        {"displayName", func(r *identityv1.CreateAccountRequest) { r.DisplayName = "" }},
		"blank name":     {"displayName", func(r *identityv1.CreateAccountRequest) { r.DisplayName = "  " }},
		"old font":       {"displayName", func(r *identityv1.CreateAccountRequest) { r.DisplayName = "NguyÔn V¨n An" }},
		"zero in name":   {"displayName", func(r *identityv1.CreateAccountRequest) { r.DisplayName = "a\x00b" }},
		"no authority":   {"authority", func(r *identityv1.CreateAccountRequest) { r.Authority = "" }},
		"odd agency":     {"agency", func(r *identityv1.CreateAccountRequest) { r.Agency = "Sở Nội vụ" }},
		"odd request id": {"requestId", func(r *identityv1.CreateAccountRequest) { r.RequestId = "1" }},
	} {
		r := proto.CloneOf(good)
		bad.spoil(r)
		_, err := w.CreateAccount(w.admin(""), r)
		f := fault.From(err)
		if f == nil || f.Code == "NOT_ALLOWED" && bad.field == "authority" {
			continue
		}
		if f.Code != "BAD_REQUEST" || len(f.Violations) != 1 || f.Violations[0].Field != bad.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(w.rows(`select id::text from identity.account where authority <> ''`)); n != 0 {
		t.Errorf("%d accounts", n)
	}
}

func TestDisplayNamesAreCleaned(t *testing.T) {
	w := newWorld(t)
	const want = "Nguyễn Văn Ấn"
	w.secret(want)
	req := &identityv1.CreateAccountRequest{Authority: home, Login: "clean.name", DisplayName: " Nguyê\u0303n\u200b Văn\u00a0\nÂ\u0301n ", Password: pass}
	created, err := w.CreateAccount(w.admin(home), req)
	w.must(err)
	if got := created.GetAccount().GetDisplayName(); got != want {
		t.Errorf("kept as %+q, want %+q", got, want)
	}
	local := identity.Person{Login: "local.name", DisplayName: "Nguyê\u0303n\u200b Văn  Ấn", Password: pass, Authority: home}
	w.must(identity.CreateAdministrator(t.Context(), w.cfg, local, w.now()))
	if names := w.rows(`select distinct display_name from identity.account where authority <> ''`); len(names) != 1 || names[0] != want {
		t.Errorf("kept as %+q", names)
	}
}

func TestUpdateAccount(t *testing.T) {
	w := newWorld(t)
	a := w.account("being.edited")
	update := func(etag string, name, agency string, paths ...string) (*identityv1.Account, error) {
		answer, err := w.UpdateAccount(w.admin(home), &identityv1.UpdateAccountRequest{
			Authority: home, Account: a.GetId(), DisplayName: name, Agency: agency, Etag: etag, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
		})
		return answer.GetAccount(), err
	}
	renamed, err := update(a.GetEtag(), w.secret("A New Name"), "ignored", "display_name")
	w.must(err)
	if renamed.GetDisplayName() != "A New Name" || renamed.GetAgency() != "" || renamed.GetEtag() == a.GetEtag() {
		t.Errorf("renamed: %v", renamed)
	}
	_, err = update(a.GetEtag(), "Too Late", "", "display_name")
	w.reason(err, fault.Conflict, "STALE_ETAG")
	same, err := update(renamed.GetEtag(), "A New Name", "", "display_name", "agency")
	w.must(err)
	if same.GetEtag() != renamed.GetEtag() {
		t.Error("nothing changed and the etag did")
	}
	moved, err := update("", "", "so-tai-chinh", "agency")
	w.must(err)
	if moved.GetAgency() != "so-tai-chinh" || moved.GetDisplayName() != "A New Name" {
		t.Errorf("moved: %v", moved)
	}
	_, err = update("", "", "", "display_name")
	w.reason(err, fault.Invalid, "BAD_REQUEST")
	_, err = update("", "x", "", "login")
	w.reason(err, fault.Invalid, "BAD_REQUEST")
	stored, err := w.GetAccount(w.admin(home), &identityv1.GetAccountRequest{Authority: home, Account: a.GetId()})
	if err != nil || !proto.Equal(stored.GetAccount(), moved) {
		t.Errorf("stored %v (%v), want %v", stored, err, moved)
	}
	got := parallel(10, func(i int) error {
		_, err := update(moved.GetEtag(), fmt.Sprintf("Name %d", i), "", "display_name")
		return err
	})
	if want := map[string]int{"": 1, "STALE_ETAG": 9}; !maps.Equal(got, want) {
		t.Errorf("parallel updates of one version: %v", got)
	}
}

func TestPages(t *testing.T) {
	w := newWorld(t)
	var logins []string
	for i := range 6 {
		logins = append(logins, w.account(fmt.Sprintf("person.%c%d", 'f'-rune(i), i)).GetLogin())
		w.pass(time.Second)
	}
	slices.Sort(logins)
	var got []string
	var tokens []string
	for token := ""; ; {
		p, err := w.ListAccounts(w.admin(home), &identityv1.ListAccountsRequest{Authority: home, PageSize: 3, PageToken: token})
		w.must(err)
		for _, a := range p.GetAccounts() {
			got = append(got, a.GetLogin())
		}
		if token = p.GetNextPageToken(); token == "" {
			break
		}
		tokens = append(tokens, token)
	}
	if !slices.Equal(got, logins) || len(tokens) != 1 {
		t.Errorf("pages give %v with %d tokens, want %v", got, len(tokens), logins)
	}
	_, err := w.ListAccounts(w.admin(""), &identityv1.ListAccountsRequest{Authority: other, PageToken: tokens[0]})
	w.reason(err, fault.Invalid, "PAGE_TOKEN_INVALID")
	_, err = w.ListRoleBindings(w.admin(home), &identityv1.ListRoleBindingsRequest{Authority: home, PageToken: tokens[0]})
	w.reason(err, fault.Invalid, "PAGE_TOKEN_INVALID")
	_, err = w.ListServiceAccounts(w.admin(home), &identityv1.ListServiceAccountsRequest{Authority: home, PageToken: "nonsense"})
	w.reason(err, fault.Invalid, "PAGE_TOKEN_INVALID")
}

func TestRoleBindings(t *testing.T) {
	w := newWorld(t)
	a := w.account("many.hats")
	give := func(role authv1.Role, agency string, end time.Time) (*identityv1.RoleBinding, error) {
		r := &identityv1.CreateRoleBindingRequest{Authority: home, Account: a.GetId(), Role: role, Agency: agency}
		if !end.IsZero() {
			r.EndTime = timestamppb.New(end)
		}
		answer, err := w.CreateRoleBinding(w.admin(home), r)
		return answer.GetRoleBinding(), err
	}
	var never time.Time
	_, err := give(authv1.Role_ROLE_AGENCY_EDITOR, "", never)
	w.reason(err, fault.Invalid, "AGENCY_NEEDED")
	_, err = give(authv1.Role_ROLE_ADMINISTRATOR, "so-noi-vu", never)
	w.reason(err, fault.Invalid, "AGENCY_REFUSED")
	_, err = give(authv1.Role_ROLE_SYSTEM, "", never)
	w.reason(err, fault.Invalid, "ROLE_NOT_GRANTABLE")
	_, err = w.CreateRoleBinding(w.admin(home), &identityv1.CreateRoleBindingRequest{
		Authority: home, Account: a.GetId(), Role: authv1.Role_ROLE_OBSERVER, EndTime: timestamppb.New(never), // year 1, which is not "no end"
	})
	w.reason(err, fault.Invalid, "BAD_REQUEST")
	_, err = give(authv1.Role_ROLE_OBSERVER, "", w.now())
	w.reason(err, fault.Invalid, "BINDING_ENDED")
	_, err = w.CreateRoleBinding(w.admin(home), &identityv1.CreateRoleBindingRequest{
		Authority: home, Account: a.GetId(), Role: authv1.Role_ROLE_OBSERVER, EndTime: &timestamppb.Timestamp{Seconds: 1 << 50},
	})
	w.reason(err, fault.Invalid, "BAD_REQUEST")
	_, err = w.CreateRoleBinding(w.admin(home), &identityv1.CreateRoleBindingRequest{Authority: home, Account: madeUp, Role: authv1.Role_ROLE_OBSERVER})
	w.reason(err, fault.NotFound, "ACCOUNT_UNKNOWN")

	first, err := give(authv1.Role_ROLE_AGENCY_EDITOR, "so-noi-vu", never)
	w.must(err)
	w.pass(time.Second)
	dated, err := give(authv1.Role_ROLE_INSPECTOR, "", start.Add(time.Hour))
	w.must(err)
	for _, again := range []*identityv1.RoleBinding{first, dated} {
		_, err = give(again.GetRole(), again.GetAgency(), never)
		w.reason(err, fault.Exists, "BINDING_EXISTS")
	}
	_, err = give(authv1.Role_ROLE_AGENCY_EDITOR, "so-tai-chinh", never) // another agency is another role
	w.must(err)

	listed := func() int {
		p, err := w.ListRoleBindings(w.admin(home), &identityv1.ListRoleBindingsRequest{Authority: home})
		w.must(err)
		if !proto.Equal(p.GetRoleBindings()[0], first) {
			t.Errorf("the oldest is %v, want %v", p.GetRoleBindings()[0], first)
		}
		return len(p.GetRoleBindings())
	}
	if n := listed(); n != 3 {
		t.Errorf("%d bindings, want 3", n)
	}
	w.pass(2 * time.Hour)
	if n := listed(); n != 2 {
		t.Errorf("%d bindings once one has ended, want 2", n)
	}
	if _, err = give(authv1.Role_ROLE_INSPECTOR, "", never); err != nil {
		t.Errorf("the role cannot be given again after its end: %v", err)
	}
	var ends []time.Time
	for range 2 {
		answer, err := w.EndRoleBinding(w.admin(home), &identityv1.EndRoleBindingRequest{Authority: home, RoleBinding: first.GetId()})
		w.must(err)
		ends = append(ends, answer.GetRoleBinding().GetEndTime().AsTime())
		w.pass(time.Minute)
	}
	if !ends[0].Equal(ends[1]) {
		t.Errorf("ending an ended binding moved its end: %v", ends)
	}
	_, err = w.EndRoleBinding(w.admin(home), &identityv1.EndRoleBindingRequest{Authority: home, RoleBinding: madeUp})
	w.reason(err, fault.NotFound, "BINDING_UNKNOWN")
}

// Roles that must be apart are refused in either order and at once.
func TestDutiesAreSeparate(t *testing.T) {
	w := newWorld(t)
	agency := map[authv1.Role]string{
		authv1.Role_ROLE_AGENCY_HEAD: "so-noi-vu", authv1.Role_ROLE_AGENCY_EDITOR: "so-noi-vu", authv1.Role_ROLE_DATA_PROVIDER: "so-noi-vu",
	}
	give := func(account string, role authv1.Role) (*identityv1.RoleBinding, error) {
		answer, err := w.CreateRoleBinding(w.admin(home), &identityv1.CreateRoleBindingRequest{
			Authority: home, Account: account, Role: role, Agency: agency[role],
		})
		return answer.GetRoleBinding(), err
	}
	// Every pair of roles that people can have, in both orders; these and no others are
	// refused.
	refused := map[string]bool{}
	for _, pair := range []string{
		"ADMINISTRATOR APPRAISER", "ADMINISTRATOR APPRAISAL_COUNCIL_MEMBER", "ADMINISTRATOR APPROVER", "ADMINISTRATOR AGENCY_HEAD",
		"ADMINISTRATOR AGENCY_EDITOR", "ADMINISTRATOR DATA_PROVIDER", "COORDINATOR APPROVER", "INTERVIEWER BACK_CHECKER",
		"ADMINISTRATOR SURVEY_OPERATOR",
	} {
		a, b, _ := strings.Cut(pair, " ")
		refused[a+" "+b], refused[b+" "+a] = true, true
	}
	roles := slices.DeleteFunc(slices.Sorted(maps.Keys(authv1.Role_name)), func(r int32) bool {
		return authv1.Role(r) == authv1.Role_ROLE_UNSPECIFIED || authv1.Role(r) == authv1.Role_ROLE_SYSTEM
	})
	for _, first := range roles {
		for _, second := range roles {
			if first == second {
				continue
			}
			pair := strings.ReplaceAll(authv1.Role(first).String()+" "+authv1.Role(second).String(), "ROLE_", "")
			a := w.account(fmt.Sprintf("pair.%d.%d", first, second)).GetId()
			_, err := give(a, authv1.Role(first))
			w.must(err)
			_, err = give(a, authv1.Role(second))
			if refused[pair] {
				w.reason(err, fault.Precondition, "ROLES_CONFLICT")
			} else if err != nil {
				t.Errorf("%s: %v", pair, err)
			}
		}
	}
	// An administrator who gives the role up may appraise.
	former := w.account("powerful.once").GetId()
	held, err := give(former, authv1.Role_ROLE_ADMINISTRATOR)
	w.must(err)
	_, err = w.EndRoleBinding(w.admin(home), &identityv1.EndRoleBindingRequest{Authority: home, RoleBinding: held.GetId()})
	w.must(err)
	_, err = give(former, authv1.Role_ROLE_APPRAISER)
	w.must(err)
	// Both at once: neither may look before the other has written.
	a := w.account("powerful.twice").GetId()
	release := w.hold(`select from identity.account where id = $1 for update`, a)
	done := make(chan map[string]int)
	go func() {
		done <- parallel(2, func(i int) error {
			_, err := give(a, []authv1.Role{authv1.Role_ROLE_ADMINISTRATOR, authv1.Role_ROLE_APPROVER}[i])
			return err
		})
	}()
	w.waiting(2)
	release()
	if got, want := <-done, map[string]int{"": 1, "ROLES_CONFLICT": 1}; !maps.Equal(got, want) {
		t.Errorf("both at once: %v, want %v", got, want)
	}
	b := w.account("survey.person").GetId()
	_, err = give(b, authv1.Role_ROLE_INTERVIEWER)
	w.must(err)
	_, err = give(b, authv1.Role_ROLE_BACK_CHECKER) // rule Q9
	w.reason(err, fault.Precondition, "ROLES_CONFLICT")
}

// A token with the most roles of the longest names still fits a cookie.
func TestMostRolesFitACookie(t *testing.T) {
	w := newWorld(t)
	long := func(i int) string { return fmt.Sprintf("%064d", i) }
	authority := long(0)
	w.catalog.change(func() {
		for i := range 20 {
			w.catalog.agencies[authority] = append(w.catalog.agencies[authority], long(i))
		}
	})
	made, err := w.CreateAccount(w.admin(authority), &identityv1.CreateAccountRequest{
		Authority: authority, Agency: authority, Login: w.secret("so.many.roles"), DisplayName: "x", Password: pass,
	})
	w.must(err)
	give := func(i int) error {
		_, err := w.CreateRoleBinding(w.admin(authority), &identityv1.CreateRoleBindingRequest{
			Authority: authority, Account: made.GetAccount().GetId(), Role: authv1.Role_ROLE_DATA_PROVIDER, Agency: long(i),
			EndTime: timestamppb.New(start.Add(time.Hour)),
		})
		return err
	}
	for i := range 12 {
		w.must(give(i))
	}
	w.reason(give(12), fault.Precondition, "TOO_MANY_ROLES")
	if n := len(w.login("so.many.roles").GetAccessToken()); n > 3800 {
		t.Errorf("the token has %d characters", n)
	}
	w.pass(time.Hour)
	_, err = w.CreateRoleBinding(w.admin(authority), &identityv1.CreateRoleBindingRequest{
		Authority: authority, Account: made.GetAccount().GetId(), Role: authv1.Role_ROLE_OBSERVER,
	})
	w.must(err)
}

// Nobody gives a role to himself, not even an administrator of the platform.
func TestNobodyGrantsToThemselves(t *testing.T) {
	w := newWorld(t)
	made := w.account("self.made")
	w.grant(made, authv1.Role_ROLE_ADMINISTRATOR)
	a := made.GetId()
	for _, authority := range []string{home, ""} {
		self := w.principal(auth.Principal{
			Kind: auth.Person, ID: a, Authority: home, Bindings: []auth.Binding{{Role: authv1.Role_ROLE_ADMINISTRATOR, Authority: authority}},
		})
		for _, id := range []string{a, strings.ToUpper(a)} {
			_, err := w.CreateRoleBinding(self, &identityv1.CreateRoleBindingRequest{Authority: home, Account: id, Role: authv1.Role_ROLE_OBSERVER})
			w.reason(err, fault.Denied, "GRANT_TO_SELF")
		}
	}
}
