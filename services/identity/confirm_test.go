package identity_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity"
)

// confirmedRoles are the roles that need a second person.
var confirmedRoles = []authv1.Role{
	authv1.Role_ROLE_APPRAISER, authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER, authv1.Role_ROLE_APPROVER, authv1.Role_ROLE_SURVEY_OPERATOR,
	authv1.Role_ROLE_ADMINISTRATOR,
}

// roles returns the roles that the owner of an account has in a new session.
func (w *world) roles(login string) []authv1.Role {
	w.Helper()
	p, err := auth.NewVerifier(w.service.Keys(), w.now).Verify(w.Context(), w.login(login).GetAccessToken())
	w.must(err)
	var roles []authv1.Role
	for _, b := range p.Bindings {
		roles = append(roles, b.Role)
	}
	return roles
}

// An administrator who makes a second account for himself gets no role with it that
// decides: every such role waits for a second person.
func TestSecondAccountDecidesNothing(t *testing.T) {
	w := newWorld(t)
	agency := map[authv1.Role]string{
		authv1.Role_ROLE_AGENCY_HEAD: "so-noi-vu", authv1.Role_ROLE_AGENCY_EDITOR: "so-noi-vu", authv1.Role_ROLE_DATA_PROVIDER: "so-noi-vu",
	}
	for _, number := range slices.Sorted(maps.Keys(authv1.Role_name)) {
		role := authv1.Role(number)
		if role == authv1.Role_ROLE_UNSPECIFIED || role == authv1.Role_ROLE_SYSTEM {
			continue
		}
		login := fmt.Sprintf("second.self.%d", number)
		answer, err := w.CreateRoleBinding(w.admin(home), &identityv1.CreateRoleBindingRequest{
			Authority: home, Account: w.account(login).GetId(), Role: role, Agency: agency[role],
		})
		w.must(err)
		pending := slices.Contains(confirmedRoles, role)
		if got := answer.GetRoleBinding().GetPending(); got != pending {
			t.Errorf("%s is pending: %v", role, got)
		}
		w.takeOver(login) // as the administrator, who knows the password, could
		if got := w.roles(login); slices.Contains(got, role) == pending {
			t.Errorf("%s: the session has %v", role, got)
		}
	}
}

// Who confirms is neither the giver nor the holder nor the one who set the password, and
// confirms only once the holder has a password that nobody else has set.
func TestConfirmRoleBinding(t *testing.T) {
	w := newWorld(t)
	a := w.account("the.approver")
	b, err := w.bind(a.GetId(), authv1.Role_ROLE_APPROVER)
	w.must(err)
	_, err = w.confirm(w.second(home), b)
	w.reason(err, fault.Precondition, "PASSWORD_NOT_OWN")
	w.takeOver("the.approver")
	_, err = w.confirm(w.admin(home), b)
	w.reason(err, fault.Denied, "SECOND_PERSON_NEEDED")
	_, err = w.confirm(w.as(w.login("the.approver").GetAccessToken()), b)
	w.reason(err, fault.Denied, "NOT_ALLOWED")
	self := w.principal(auth.Principal{Kind: auth.Person, ID: a.GetId(), Bindings: []auth.Binding{{Role: authv1.Role_ROLE_APPROVER, Authority: home}}})
	_, err = w.confirm(self, b) // as with a token from before a reset
	w.reason(err, fault.Denied, "NOT_ALLOWED")
	_, err = w.ConfirmRoleBinding(w.second(home), &identityv1.ConfirmRoleBindingRequest{Authority: home, RoleBinding: madeUp})
	w.reason(err, fault.NotFound, "BINDING_UNKNOWN")

	listed := func() int {
		answer, err := w.ListRoleBindings(w.admin(home), &identityv1.ListRoleBindingsRequest{Authority: home, Pending: true})
		w.must(err)
		return len(answer.GetRoleBindings())
	}
	if n := listed(); n != 1 {
		t.Errorf("%d pending roles are listed, want 1", n)
	}
	for range 2 { // a second click changes nothing
		if got := w.confirmed(b); got.GetPending() || len(got.GetAskedBy()) != 0 {
			t.Errorf("confirmed: %v", got)
		}
	}
	if got := w.roles("the.approver"); !slices.Equal(got, []authv1.Role{authv1.Role_ROLE_APPROVER}) || listed() != 0 {
		t.Errorf("the approver has %v", got)
	}
	if n := len(w.rows(`select action from identity.audit_entry where action = 'confirm role'`)); n != 1 {
		t.Errorf("%d confirmations audited, want 1", n)
	}

	// An approver confirms too, but not his own role.
	approver := w.as(w.login("the.approver").GetAccessToken())
	member := w.account("a.member")
	given, err := w.bind(member.GetId(), authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER)
	w.must(err)
	w.takeOver("a.member")
	_, err = w.confirm(approver, given)
	w.must(err)
	again, err := w.CreateRoleBinding(w.second(home), &identityv1.CreateRoleBindingRequest{Authority: home, Account: a.GetId(), Role: authv1.Role_ROLE_APPRAISER})
	w.must(err)
	_, err = w.confirm(approver, again.GetRoleBinding())
	w.reason(err, fault.Denied, "SECOND_PERSON_NEEDED")
	// Another one gave it; the one who made the account with its password still cannot confirm it.
	_, err = w.confirm(w.admin(home), again.GetRoleBinding())
	w.reason(err, fault.Denied, "SECOND_PERSON_NEEDED")
	_, err = w.EndRoleBinding(w.admin(home), &identityv1.EndRoleBindingRequest{Authority: home, RoleBinding: again.GetRoleBinding().GetId()})
	w.must(err)
	_, err = w.confirm(w.second(home), again.GetRoleBinding())
	w.reason(err, fault.Precondition, "BINDING_OVER")
}

// An administrator who resets the password of somebody who decides gets no session that
// decides, whichever way he goes on.
func TestResetSuspendsDecidingRoles(t *testing.T) {
	w := newWorld(t)
	a := w.account("reset.approver")
	b := w.grant(a, authv1.Role_ROLE_APPROVER)
	observes := w.grant(a, authv1.Role_ROLE_OBSERVER)
	reset := func(ctx context.Context) {
		t.Helper()
		_, err := w.ResetPassword(ctx, &identityv1.ResetPasswordRequest{Authority: home, Account: a.GetId(), Password: pass})
		w.must(err)
	}
	reset(w.admin(home))
	if got := w.roles("reset.approver"); !slices.Equal(got, []authv1.Role{authv1.Role_ROLE_OBSERVER}) {
		t.Errorf("after the reset of %v the session has %v", observes.GetRole(), got)
	}
	w.takeOver("reset.approver")
	_, err := w.confirm(w.admin(home), b)
	w.reason(err, fault.Denied, "SECOND_PERSON_NEEDED")
	// Giving it anew does not help either: it is the same administrator who set the password.
	_, err = w.bind(a.GetId(), authv1.Role_ROLE_APPROVER)
	w.reason(err, fault.Exists, "BINDING_EXISTS")
	w.confirmed(b)

	// Both administrators have had their hands on it: the local command confirms.
	reset(w.admin(home))
	reset(w.second(home))
	w.takeOver("reset.approver")
	for _, ctx := range []context.Context{w.admin(home), w.second(home)} {
		_, err = w.confirm(ctx, b)
		w.reason(err, fault.Denied, "SECOND_PERSON_NEEDED")
	}
	w.must(identity.ConfirmRoles(t.Context(), w.cfg, "reset.approver", w.now()))
	w.must(identity.ResetPassword(t.Context(), w.cfg, "reset.approver", pass, w.now()))
	if got := w.roles("reset.approver"); len(got) != 2 {
		t.Errorf("after local commands the session has %v", got)
	}
}

// A confirmation and a reset at the same time leave no role that counts under a password
// that the administrator knows.
func TestConfirmAndResetAtOnce(t *testing.T) {
	w := newWorld(t)
	a := w.account("at.once")
	b, err := w.bind(a.GetId(), authv1.Role_ROLE_APPROVER)
	w.must(err)
	w.takeOver("at.once")
	admin, second := w.admin(home), w.second(home)
	release := w.hold(`select from identity.account where id = $1 for update`, a.GetId())
	done := make(chan map[string]int)
	go func() {
		done <- parallel(2, func(i int) error {
			if i == 0 {
				_, err := w.confirm(second, b)
				return err
			}
			_, err := w.ResetPassword(admin, &identityv1.ResetPasswordRequest{Authority: home, Account: a.GetId(), Password: pass})
			return err
		})
	}()
	w.waiting(2)
	release()
	if got := <-done; got[""]+got["PASSWORD_NOT_OWN"] != 2 {
		t.Errorf("both at once: %v", got)
	}
	if got := w.roles("at.once"); len(got) != 0 {
		t.Errorf("the session has %v", got)
	}
}

// Nobody changes the own agency, which says about whom one decides nothing; and another
// agency needs a second person again.
func TestAgencyOfDeciders(t *testing.T) {
	w := newWorld(t)
	a := w.account("moving.member")
	w.grant(a, authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER)
	boss := w.account("moving.boss")
	w.grant(boss, authv1.Role_ROLE_ADMINISTRATOR)
	bossed := w.as(w.login("moving.boss").GetAccessToken())
	move := func(ctx context.Context, account, agency string) error {
		_, err := w.UpdateAccount(ctx, &identityv1.UpdateAccountRequest{
			Authority: home, Account: account, Agency: agency, DisplayName: "X", UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"agency", "display_name"}},
		})
		return err
	}
	w.reason(move(bossed, boss.GetId(), "so-noi-vu"), fault.Denied, "OWN_ACCOUNT")
	w.must(move(bossed, boss.GetId(), "")) // nothing but the name changes
	_, err := w.ResetPassword(bossed, &identityv1.ResetPasswordRequest{Authority: home, Account: boss.GetId(), Password: pass})
	w.reason(err, fault.Denied, "OWN_ACCOUNT")
	w.must(move(bossed, a.GetId(), ""))
	if got := w.roles("moving.member"); len(got) != 1 {
		t.Errorf("without a change of agency the session has %v", got)
	}
	w.must(move(bossed, a.GetId(), "so-noi-vu"))
	if got := w.roles("moving.member"); len(got) != 0 {
		t.Errorf("in another agency the session has %v", got)
	}
}

// A pending role is in the way of others like one that counts, so that it cannot be
// confirmed beside them later.
func TestPendingRolesAreHeld(t *testing.T) {
	w := newWorld(t)
	a := w.account("pending.twice")
	b, err := w.bind(a.GetId(), authv1.Role_ROLE_APPROVER)
	w.must(err)
	_, err = w.bind(a.GetId(), authv1.Role_ROLE_COORDINATOR)
	w.reason(err, fault.Precondition, "ROLES_CONFLICT")
	_, err = w.EndRoleBinding(w.admin(home), &identityv1.EndRoleBindingRequest{Authority: home, RoleBinding: b.GetId()})
	w.must(err)
	w.pass(time.Second)
	_, err = w.bind(a.GetId(), authv1.Role_ROLE_COORDINATOR)
	w.must(err)
}
