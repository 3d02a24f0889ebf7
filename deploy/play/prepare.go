package play

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/deploy/rest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// importCatalog creates the authority and its agencies and chooses the id of the
// cycle: the first one that is free.
func (p *Player) importCatalog(ctx context.Context) error {
	answer := new(catalogv1.ImportCatalogResponse)
	request := &catalogv1.ImportCatalogRequest{Content: p.script.catalogFile, RequestId: p.id()}
	if err := p.admin().post(ctx, p.at(":importCatalog"), request, answer); err != nil {
		return err
	}
	agencies := new(catalogv1.ListAgenciesResponse)
	if err := p.admin().get(ctx, p.at("/agencies"), agencies); err != nil {
		return err
	}
	for _, want := range p.script.Catalog.Agencies {
		i := slices.IndexFunc(agencies.GetAgencies(), func(a *catalogv1.Agency) bool { return a.GetId() == want.ID })
		if i < 0 {
			return fmt.Errorf("the agency %s was not created", want.ID)
		}
		if err := equal("the parent of "+want.ID, agencies.GetAgencies()[i].GetParent(), want.Parent); err != nil {
			return err
		}
	}
	return p.findFreeCycle(ctx)
}

func (p *Player) findFreeCycle(ctx context.Context) error {
	cycles, regulations := new(catalogv1.ListCyclesResponse), new(catalogv1.ListRegulationsResponse)
	if err := p.admin().get(ctx, p.at("/cycles?pageSize=200"), cycles); err != nil {
		return err
	}
	if err := p.admin().get(ctx, p.at("/regulations?pageSize=200"), regulations); err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, c := range cycles.GetCycles() {
		taken[c.GetId()] = true
	}
	for _, r := range regulations.GetRegulations() {
		taken[r.GetId()] = true
	}
	for n := 2; taken[p.cycle]; n++ {
		p.cycle = fmt.Sprintf("%s-%d", firstCycle, n)
	}
	return nil
}

// makePeople creates the accounts and roles that do not exist yet.
func (p *Player) makePeople(ctx context.Context) error {
	accounts := new(identityv1.ListAccountsResponse)
	if err := p.admin().get(ctx, p.at("/accounts?pageSize=200"), accounts); err != nil {
		return err
	}
	for _, a := range accounts.GetAccounts() {
		p.accounts[a.GetLogin()] = a.GetId()
	}
	err := each(p.script.everybody(), func(x person) string { return x.Login }, func(x person) error {
		if p.accounts[x.Login] == "" {
			if err := p.makeAccount(ctx, x); err != nil {
				return err
			}
		}
		return p.giveRole(ctx, x)
	})
	if err != nil {
		return err
	}
	return p.confirmRoles(ctx)
}

// makeAccount creates an account, whose owner then replaces the password that the
// administrator has set.
func (p *Player) makeAccount(ctx context.Context, x person) error {
	first := p.config.Password + "-ban-dau"
	account, session := new(identityv1.Account), new(identityv1.Session)
	err := p.admin().post(ctx, p.at("/accounts"), &identityv1.CreateAccountRequest{
		Agency: x.Agency, Login: x.Login, DisplayName: x.Name, Password: first, RequestId: p.id(),
	}, account)
	if err != nil {
		return err
	}
	p.accounts[x.Login] = account.GetId()
	err = p.nobody().post(ctx, "/v1/sessions", &identityv1.CreateSessionRequest{Login: x.Login, Password: first}, session)
	if err != nil {
		return err
	}
	owner := caller{player: p, login: x.Login, token: func(context.Context) (string, error) { return session.GetAccessToken(), nil }}
	return owner.post(ctx, "/v1/me:changePassword", &identityv1.ChangePasswordRequest{
		CurrentPassword: first, NewPassword: p.config.Password,
	}, new(identityv1.ChangePasswordResponse))
}

// confirmRoles has a second administrator confirm the roles that need it, after the one
// who gave them was refused.
func (p *Player) confirmRoles(ctx context.Context) error {
	pending := new(identityv1.ListRoleBindingsResponse)
	if err := p.second().get(ctx, p.at("/roleBindings?pageSize=200&pending=true"), pending); err != nil {
		return err
	}
	for _, b := range pending.GetRoleBindings() {
		path, request := p.at("/roleBindings/%s:confirm", b.GetId()), &identityv1.ConfirmRoleBindingRequest{RequestId: p.id()}
		if err := p.admin().refuse(ctx, "SECOND_PERSON_NEEDED", http.MethodPost, path, request); err != nil {
			return err
		}
		confirmed := new(identityv1.RoleBinding)
		request.RequestId = p.id()
		if err := p.second().post(ctx, path, request, confirmed); err != nil {
			return err
		}
		if err := equal("whether the role waits", confirmed.GetPending(), false); err != nil {
			return err
		}
	}
	return nil
}

// giveRole gives a role: for one agency to people who write its sheet, for the
// whole authority to everybody else.
func (p *Player) giveRole(ctx context.Context, x person) error {
	role := authv1.Role(authv1.Role_value[x.Role])
	request := &identityv1.CreateRoleBindingRequest{Account: p.accounts[x.Login], Role: role, RequestId: p.id()}
	if role == authv1.Role_ROLE_AGENCY_EDITOR || role == authv1.Role_ROLE_AGENCY_HEAD {
		request.Agency = x.Agency
	}
	binding := new(identityv1.RoleBinding)
	err := p.admin().post(ctx, p.at("/roleBindings"), request, binding)
	if problem, ok := errors.AsType[*rest.Problem](err); ok && problem.Reason == "BINDING_EXISTS" {
		return nil
	}
	if err != nil {
		return err
	}
	return equal("the role", binding.GetRole(), role)
}

// makeSystem creates a service account; its secret is shown only once.
func (p *Player) makeSystem(ctx context.Context) error {
	name, _ := p.System()
	answer := new(identityv1.CreateServiceAccountResponse)
	request := &identityv1.CreateServiceAccountRequest{Name: name, RequestId: p.id()}
	if err := p.admin().post(ctx, p.at("/serviceAccounts"), request, answer); err != nil {
		return err
	}
	p.secret = answer.GetSecret()
	if err := p.admin().post(ctx, p.at("/serviceAccounts"), request, answer); err != nil {
		return err
	}
	if err := check(p.secret != "" && answer.GetSecret() == "", "the secret must be shown once, but the answers have %q and %q", p.secret, answer.GetSecret()); err != nil {
		return err
	}
	me := new(identityv1.GetMeResponse)
	if err := p.system().get(ctx, "/v1/me", me); err != nil {
		return err
	}
	return equal("who the software is", me.GetServiceAccount().GetName(), name)
}

// draftRegulation drafts a regulation with a gap at 90 % between two bands and
// checks that it cannot be issued.
func (p *Player) draftRegulation(ctx context.Context) error {
	draft := proto.CloneOf(p.script.Regulation.message)
	place, band := secondBand(draft)
	band.High = &rulev1.Band_Below{Below: band.GetTo()}
	regulation := new(catalogv1.Regulation)
	create := &catalogv1.CreateRegulationRequest{Regulation: p.cycle, Content: draft, RequestId: p.id()}
	if err := p.coordinator().post(ctx, p.at("/regulations"), create, regulation); err != nil {
		return err
	}
	if err := equal("the state", regulation.GetState(), catalogv1.RegulationState_REGULATION_STATE_DRAFT); err != nil {
		return err
	}
	p.draft = regulation.GetEtag()
	issue := &catalogv1.IssueRegulationRequest{Etag: regulation.GetEtag(), RequestId: p.id()}
	problem, err := p.coordinator().refused(ctx, "REGULATION_UNSOUND", http.MethodPost, p.at("/regulations/%s:issue", p.cycle), issue)
	if err != nil {
		return err
	}
	if err := equal("what is wrong", len(problem.Violations), 1); err != nil {
		return err
	}
	found := problem.Violations[0]
	return equal("what is wrong", found.Reason+" at "+found.Field, "BANDS_GAP at "+place+".below")
}

// secondBand returns the second band of the first item with bands, and its place.
func secondBand(c *catalogv1.RegulationContent) (string, *rulev1.Band) {
	for i, set := range c.GetCriteriaSets() {
		for j, node := range set.GetNodes() {
			if bands := node.GetItem().GetRule().GetBands().GetBands(); len(bands) > 1 {
				return fmt.Sprintf("criteriaSets[%d].nodes[%d].item.rule.bands.bands[1]", i, j), bands[1]
			}
		}
	}
	return "", nil
}

// issueRegulation corrects the draft, checks that a stale etag overwrites nothing,
// and issues it.
func (p *Player) issueRegulation(ctx context.Context) error {
	path, me := p.at("/regulations/%s", p.cycle), p.coordinator()
	regulation := new(catalogv1.Regulation)
	update := &catalogv1.UpdateRegulationRequest{Content: p.script.Regulation.message, Etag: p.draft, RequestId: p.id()}
	if err := me.patch(ctx, path, update, regulation); err != nil {
		return err
	}
	update.RequestId = p.id()
	if err := me.refuse(ctx, "STALE_ETAG", http.MethodPatch, path, update); err != nil {
		return err
	}
	issue := &catalogv1.IssueRegulationRequest{Etag: regulation.GetEtag(), ValidateOnly: true}
	if err := me.post(ctx, path+":issue", issue, regulation); err != nil {
		return err
	}
	if err := equal("the state", regulation.GetState(), catalogv1.RegulationState_REGULATION_STATE_DRAFT); err != nil {
		return err
	}
	issue.ValidateOnly, issue.RequestId = false, p.id()
	if err := me.post(ctx, path+":issue", issue, regulation); err != nil {
		return err
	}
	update.Etag, update.RequestId = regulation.GetEtag(), p.id()
	return errors.Join(
		equal("the state", regulation.GetState(), catalogv1.RegulationState_REGULATION_STATE_ISSUED),
		equal("the length of the hash", len(regulation.GetSha256()), 64),
		check(proto.Equal(regulation.GetContent(), p.script.Regulation.message), "the content of the regulation differs from its draft"),
		me.refuse(ctx, "REGULATION_NOT_DRAFT", http.MethodPatch, path, update),
	)
}

// createCycle creates the cycle, with deadlines in the distant future.
func (p *Player) createCycle(ctx context.Context) error {
	request := &catalogv1.CreateCycleRequest{Cycle: p.cycle, Name: p.script.Cycle.Name, Year: p.script.Cycle.Year, Regulation: p.cycle, RequestId: p.id()}
	for _, m := range p.script.Cycle.Members {
		request.Members = append(request.Members, m.message)
	}
	created := new(catalogv1.Cycle)
	if err := p.coordinator().post(ctx, p.at("/cycles"), request, created); err != nil {
		return err
	}
	if err := equal("the phase", created.GetPhase(), catalogv1.Phase_PHASE_PREPARATION); err != nil {
		return err
	}
	for i, phase := range []catalogv1.Phase{
		catalogv1.Phase_PHASE_SELF_1, catalogv1.Phase_PHASE_APPRAISAL_1, catalogv1.Phase_PHASE_SELF_2, catalogv1.Phase_PHASE_APPRAISAL_2,
	} {
		if err := p.schedule(ctx, phase, 30*(i+1)); err != nil {
			return fmt.Errorf("scheduling %s: %w", phase, err)
		}
	}
	members := new(catalogv1.ListCycleAgenciesResponse)
	if err := p.coordinator().get(ctx, p.inCycle("/agencies"), members); err != nil {
		return err
	}
	scored := 0
	for _, m := range members.GetCycleAgencies() {
		if m.GetState() == catalogv1.ScoringState_SCORING_STATE_SCORED {
			scored++
		}
	}
	if err := equal("how many agencies are scored", scored, len(p.script.scored())); err != nil {
		return err
	}
	past := &catalogv1.MoveCycleRequest{Phase: catalogv1.Phase_PHASE_PUBLISHED, RequestId: p.id()}
	return p.coordinator().refuse(ctx, "PHASE_NOT_NEXT", http.MethodPost, p.inCycle(":move"), past)
}

// schedule sets the deadline of a phase, in days from now.
func (p *Player) schedule(ctx context.Context, phase catalogv1.Phase, days int) error {
	deadline := p.config.Now().Add(time.Duration(days) * 24 * time.Hour).Truncate(time.Second)
	request := &catalogv1.ScheduleWindowRequest{Phase: phase, CloseTime: timestamppb.New(deadline), RequestId: p.id()}
	changed := new(catalogv1.Cycle)
	if err := p.coordinator().post(ctx, p.inCycle(":scheduleWindow"), request, changed); err != nil {
		return err
	}
	for _, w := range changed.GetWindows() {
		if w.GetPhase() == phase {
			return check(w.GetCloseTime().AsTime().Equal(deadline), "the deadline is %s, expected %s", w.GetCloseTime().AsTime(), deadline)
		}
	}
	return fmt.Errorf("the cycle has no window %s", phase)
}

// move returns the step that moves the cycle to a phase and waits until every
// service has acknowledged the move.
func (p *Player) move(phase catalogv1.Phase) func(context.Context) error {
	return func(ctx context.Context) error {
		moved := new(catalogv1.MoveCycleResponse)
		request := &catalogv1.MoveCycleRequest{Phase: phase, RequestId: p.id()}
		if err := p.coordinator().post(ctx, p.inCycle(":move"), request, moved); err != nil {
			return err
		}
		if err := equal("the phase", moved.GetCycle().GetPhase(), phase); err != nil {
			return err
		}
		return p.until(ctx, func() (bool, string, error) {
			state := new(catalogv1.GetCycleMoveResponse)
			err := p.coordinator().get(ctx, p.inCycle("/move"), state)
			return state.GetDone(), "waiting for " + strings.Join(state.GetWaitingFor(), ", "), err
		})
	}
}
