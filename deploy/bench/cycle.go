package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"github.com/parindex/parindex/deploy/rest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

const (
	authority = "/v1/authorities/bench"
	// played is the cycle that the platform writes. reserved is the cycle that pgbench
	// writes; in the other one it would make the platform's etags stale.
	played, reserved = "2024", "2025"
	// entered is the number of items that an agency enters.
	entered = 20
	// second is the login of the administrator who confirms roles.
	second = "bench-second"
	// firstPassword is the password that an administrator sets for somebody.
	firstPassword = password + "-first"
)

// person creates an account with a role, for one agency if it is not empty, and
// returns an access token. The person replaces the password that the administrator has
// set, and a second administrator confirms the role if that is needed.
func (b *bench) person(ctx context.Context, login, agency string, role authv1.Role) (string, error) {
	admin, err := rest.New(rest.Config{URL: "http://" + b.platform.HTTP, TokenFile: b.tokenFile(), Language: "en"})
	if err != nil {
		return "", err
	}
	account, session := new(identityv1.Account), new(identityv1.Session)
	err = admin.Call(ctx, http.MethodPost, authority+"/accounts", &identityv1.CreateAccountRequest{
		Agency: agency, Login: login, DisplayName: login, Password: firstPassword, RequestId: uuid.NewString(),
	}, account)
	if err != nil {
		return "", fmt.Errorf("making %s: %w", login, err)
	}
	binding := new(identityv1.RoleBinding)
	err = admin.Call(ctx, http.MethodPost, authority+"/roleBindings", &identityv1.CreateRoleBindingRequest{
		Account: account.GetId(), Role: role, Agency: agency, RequestId: uuid.NewString(),
	}, binding)
	if err != nil {
		return "", fmt.Errorf("giving %s a role: %w", login, err)
	}
	owner, err := enter(ctx, admin, login, firstPassword)
	if err != nil {
		return "", err
	}
	err = owner.Call(ctx, http.MethodPost, "/v1/me:changePassword", &identityv1.ChangePasswordRequest{
		CurrentPassword: firstPassword, NewPassword: password,
	}, new(identityv1.ChangePasswordResponse))
	if err != nil {
		return "", fmt.Errorf("changing the password of %s: %w", login, err)
	}
	if binding.GetPending() {
		second, err := enter(ctx, admin, second, password)
		if err != nil {
			return "", err
		}
		err = second.Call(ctx, http.MethodPost, authority+"/roleBindings/"+binding.GetId()+":confirm",
			&identityv1.ConfirmRoleBindingRequest{RequestId: uuid.NewString()}, binding)
		if err != nil {
			return "", fmt.Errorf("confirming the role of %s: %w", login, err)
		}
	}
	err = admin.As("").Call(ctx, http.MethodPost, "/v1/sessions", &identityv1.CreateSessionRequest{Login: login, Password: password}, session)
	if err != nil {
		return "", fmt.Errorf("logging in as %s: %w", login, err)
	}
	return session.GetAccessToken(), nil
}

// enter logs somebody in and returns the client.
func enter(ctx context.Context, client *rest.Client, login, password string) (*rest.Client, error) {
	session := new(identityv1.Session)
	err := client.As("").Call(ctx, http.MethodPost, "/v1/sessions", &identityv1.CreateSessionRequest{Login: login, Password: password}, session)
	if err != nil {
		return nil, fmt.Errorf("logging in as %s: %w", login, err)
	}
	return client.As(session.GetAccessToken()), nil
}

// as creates an account with a role for the whole authority and returns its client.
func (b *bench) as(ctx context.Context, login string, role authv1.Role) (*rest.Client, error) {
	token, err := b.person(ctx, login, "", role)
	if err != nil {
		return nil, err
	}
	nobody, err := rest.New(rest.Config{URL: "http://" + b.platform.HTTP, Language: "en"})
	if err != nil {
		return nil, err
	}
	return nobody.As(token), nil
}

// openCycles issues a regulation and opens both cycles for self-assessment.
func (b *bench) openCycles(ctx context.Context) error {
	coordinator, err := b.as(ctx, "coordinator", authv1.Role_ROLE_COORDINATOR)
	if err != nil {
		return err
	}
	const regulations = authority + "/regulations"
	regulation := new(catalogv1.Regulation)
	err = coordinator.Call(ctx, http.MethodPost, regulations, &catalogv1.CreateRegulationRequest{
		Regulation: played, Content: regulationContent(), RequestId: uuid.NewString(),
	}, regulation)
	if err != nil {
		return fmt.Errorf("drafting the regulation: %w", err)
	}
	issue := &catalogv1.IssueRegulationRequest{Etag: regulation.GetEtag(), RequestId: uuid.NewString()}
	if err := coordinator.Call(ctx, http.MethodPost, regulations+"/"+played+":issue", issue, regulation); err != nil {
		return fmt.Errorf("issuing the regulation: %w", err)
	}
	for cycle, of := range map[string]int32{played: 2024, reserved: 2025} {
		if err := openCycle(ctx, coordinator, cycle, of); err != nil {
			return fmt.Errorf("opening cycle %s: %w", cycle, err)
		}
	}
	return nil
}

// openCycle opens a cycle of a year and waits until every service has received it.
func openCycle(ctx context.Context, coordinator *rest.Client, cycle string, of int32) error {
	create := &catalogv1.CreateCycleRequest{Cycle: cycle, Name: "Năm " + cycle + " (số liệu giả)", Year: of, Regulation: played, RequestId: uuid.NewString()}
	for i := range agencies {
		create.Members = append(create.Members, &catalogv1.CycleMember{Agency: agency(i), Group: "districts"})
	}
	if err := coordinator.Call(ctx, http.MethodPost, authority+"/cycles", create, new(catalogv1.Cycle)); err != nil {
		return err
	}
	path := authority + "/cycles/" + cycle
	move := &catalogv1.MoveCycleRequest{Phase: catalogv1.Phase_PHASE_SELF_1, RequestId: uuid.NewString()}
	if err := coordinator.Call(ctx, http.MethodPost, path+":move", move, new(catalogv1.MoveCycleResponse)); err != nil {
		return err
	}
	return eventually(ctx, func() error {
		state := new(catalogv1.GetCycleMoveResponse)
		if err := coordinator.Call(ctx, http.MethodGet, path+"/move", nil, state); err != nil || state.GetDone() {
			return err
		}
		return errors.New("not every service knows it")
	})
}

// regulationContent is a regulation with twenty entered items of 4 points, half of
// them a choice and half proportional, and one surveyed item of 20 points.
func regulationContent() *catalogv1.RegulationContent {
	set := &catalogv1.CriteriaSet{Group: "districts", GroupName: "Đơn vị"}
	for i := range entered {
		domain := i/4 + 1
		if i%4 == 0 {
			set.Nodes = append(set.Nodes, &catalogv1.Node{
				Part: "i", Code: strconv.Itoa(domain), Name: fmt.Sprintf("Lĩnh vực số %d", domain), Field: fields[domain-1],
			})
		}
		set.Nodes = append(set.Nodes, &catalogv1.Node{
			Part: "i", Code: fmt.Sprintf("%d.%d", domain, i%4+1), Parent: strconv.Itoa(domain),
			Name: fmt.Sprintf("Tiêu chí số %d của bộ tiêu chí", i+1),
			Item: &catalogv1.Item{MaxPoints: "4", SourceKind: catalogv1.SourceKind_SOURCE_KIND_SELF, Rule: ruleOf(i)},
		})
	}
	set.Nodes = append(set.Nodes,
		&catalogv1.Node{Part: "ii", Code: "1", Name: "Tác động", Field: "impact"},
		&catalogv1.Node{
			Part: "ii", Code: "1.1", Parent: "1", Name: "Mức độ hài lòng",
			Item: &catalogv1.Item{
				MaxPoints: "20", SourceKind: catalogv1.SourceKind_SOURCE_KIND_SURVEY,
				Rule: &rulev1.Rule{Family: &rulev1.Rule_Survey{Survey: new(rulev1.Survey)}},
			},
		})
	return &catalogv1.RegulationContent{
		Title: "Quy định (số liệu giả)", DecisionNumber: "1/QĐ-UBND", DecisionDate: "2024-01-02", EffectiveDate: "2024-01-02",
		Signer: "Ủy ban nhân dân tỉnh (số liệu giả)", Rounds: 1,
		Parts:        []*catalogv1.Part{{Id: "i", Code: "I", Name: "Kết quả"}, {Id: "ii", Code: "II", Name: "Tác động"}},
		CriteriaSets: []*catalogv1.CriteriaSet{set},
	}
}

// ruleOf returns the rule of the entered item i: a choice if i is even, otherwise
// proportional.
func ruleOf(i int) *rulev1.Rule {
	if i%2 == 1 {
		return &rulev1.Rule{Family: &rulev1.Rule_Proportional{Proportional: new(rulev1.Proportional)}}
	}
	return &rulev1.Rule{Family: &rulev1.Rule_Choice{Choice: &rulev1.Choice{Options: []*rulev1.Option{
		{Id: "timely", Text: "Đúng hạn", Points: "4"},
		{Id: "late", Text: "Chậm", Points: "2"},
		{Id: "none", Text: "Không thực hiện", Points: "0"},
	}}}}
}

// item returns the id of the entered item i.
func item(i int) string { return fmt.Sprintf("i.%d.%d", i/4+1, i%4+1) }
