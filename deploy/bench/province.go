package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

const (
	// year is the id of the cycle of a whole province.
	year = "2026"
	// atOnce is how many people of a province work at the same time.
	atOnce = 8
	// selfAssessed is how many items an agency assesses.
	selfAssessed = 120
)

// province is one cycle of the size of a province, with its people.
type province struct {
	gateway string
	content *catalogv1.RegulationContent
	entered []*catalogv1.Node // what agencies assess, by place
	fed     []*catalogv1.Node // what others report
	asked   []*catalogv1.Node // what people are asked about
	places  map[string]int    // of the entered items, by id

	admin, second, coordinator, council, approver, operator, system *person
	agents, appraisers                                              []*person
	links                                                           []string
	run                                                             *scoringv1.Run

	mu   sync.Mutex
	rpcs []string // in the order of their first calls
	took map[string][]time.Duration
}

// person is a client of the gateway; nil means a client without a login.
type person struct {
	login, agency, account string
	// session returns an access token.
	session func(context.Context) (string, error)

	mu    sync.Mutex
	token string
	got   time.Time
}

// province plays a whole cycle on an empty database without statistics, and prints
// how long every rpc took.
func (b *bench) province(ctx context.Context, out io.Writer) error {
	// Autovacuum would analyse the tables within the first minutes.
	if _, err := b.psql(ctx, b.dsn, "alter system set autovacuum = off", "select pg_reload_conf()"); err != nil {
		return err
	}
	b.stops = append(b.stops, func() error {
		_, err := b.psql(context.WithoutCancel(ctx), b.dsn, "alter system reset autovacuum", "select pg_reload_conf()")
		return err
	})
	p := &province{gateway: "http://" + b.platform.HTTP, places: map[string]int{}, took: map[string][]time.Duration{}}
	p.admin, p.second = p.somebody("bench", ""), p.somebody(second, "")
	begin := time.Now()
	for _, step := range p.steps() {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		if _, err := fmt.Fprintf(out, "%6.1f s  %s\n", time.Since(begin).Seconds(), step.name); err != nil {
			return err
		}
	}
	return p.report(out)
}

type step struct {
	name string
	do   func(context.Context) error
}

func (p *province) steps() []step {
	return []step{
		{"people get accounts and roles", p.hire},
		{"the pack is loaded and the regulation issued", p.issue},
		{"the cycle is created", p.create},
		{"round 1 opens", p.move(catalogv1.Phase_PHASE_SELF_1)},
		{"agencies write their sheets", p.write(1)},
		{"values are reported", p.reportValues},
		{"reductions are proposed", p.proposeReductions},
		{"agencies submit", p.submit(1)},
		{"the appraisal of round 1 opens", p.move(catalogv1.Phase_PHASE_APPRAISAL_1)},
		{"appraisers are assigned", p.assign},
		{"appraisers judge", p.judge(1)},
		{"reductions are decided", p.decideReductions},
		{"round 1 is approved and handed back", p.approve(1)},
		{"round 2 opens", p.move(catalogv1.Phase_PHASE_SELF_2)},
		{"agencies answer", p.write(2)},
		{"agencies submit", p.submit(2)},
		{"the appraisal of round 2 opens", p.move(catalogv1.Phase_PHASE_APPRAISAL_2)},
		{"appraisers judge", p.judge(2)},
		{"round 2 is approved and handed back", p.approve(2)},
		{"a survey is opened", p.openSurvey},
		{"people are invited", p.invite},
		{"people answer", p.answer},
		{"the survey is closed", p.closeSurvey},
		{"the appraisal council meets", p.move(catalogv1.Phase_PHASE_APPRAISAL_COUNCIL)},
		{"the index is computed", p.compute},
		{"the result is presented", p.present},
		{"the result is published", p.publish},
	}
}

// hire creates all people: for each agency one person who is its editor and head.
func (p *province) hire(ctx context.Context) error {
	for i := range agencies {
		p.agents = append(p.agents, p.somebody("can-bo-"+agency(i), agency(i)))
	}
	for i := range atOnce {
		p.appraisers = append(p.appraisers, p.somebody(fmt.Sprintf("tham-dinh-%d", i+1), ""))
	}
	p.coordinator, p.council = p.somebody("dieu-phoi", ""), p.somebody("hoi-dong", "")
	p.approver, p.operator = p.somebody("phe-duyet", ""), p.somebody("khao-sat", "")
	roles := map[*person][]authv1.Role{
		p.coordinator: {authv1.Role_ROLE_COORDINATOR}, p.council: {authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER},
		p.approver: {authv1.Role_ROLE_APPROVER}, p.operator: {authv1.Role_ROLE_SURVEY_OPERATOR},
	}
	for _, a := range p.agents {
		roles[a] = []authv1.Role{authv1.Role_ROLE_AGENCY_EDITOR, authv1.Role_ROLE_AGENCY_HEAD}
	}
	for _, a := range p.appraisers {
		roles[a] = []authv1.Role{authv1.Role_ROLE_APPRAISER}
	}
	all := slices.Concat(p.agents, p.appraisers, []*person{p.coordinator, p.council, p.approver, p.operator})
	err := many(ctx, len(all), func(ctx context.Context, i int) error { return p.engage(ctx, all[i], roles[all[i]]) })
	if err != nil {
		return err
	}
	return p.install(ctx)
}

// engage creates an account with roles. A second administrator confirms those that need
// it, once the person has replaced the password that the administrator has set.
func (p *province) engage(ctx context.Context, who *person, roles []authv1.Role) error {
	account := new(identityv1.Account)
	err := p.post(ctx, p.admin, "CreateAccount", authority+"/accounts", &identityv1.CreateAccountRequest{
		Agency: who.agency, Login: who.login, DisplayName: who.login, Password: firstPassword, RequestId: id(),
	}, account)
	if err != nil {
		return err
	}
	who.account = account.GetId()
	if err := p.takeOver(ctx, who); err != nil {
		return err
	}
	for _, role := range roles {
		binding := new(identityv1.RoleBinding)
		err := p.post(ctx, p.admin, "CreateRoleBinding", authority+"/roleBindings", &identityv1.CreateRoleBindingRequest{
			Account: who.account, Role: role, Agency: who.agency, RequestId: id(),
		}, binding)
		if err == nil && binding.GetPending() {
			err = p.post(ctx, p.second, "ConfirmRoleBinding", authority+"/roleBindings/"+binding.GetId()+":confirm",
				&identityv1.ConfirmRoleBindingRequest{RequestId: id()}, binding)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takeOver has somebody replace the password that the administrator has set.
func (p *province) takeOver(ctx context.Context, who *person) error {
	session := new(identityv1.Session)
	err := p.post(ctx, nil, "CreateSession", "/v1/sessions", &identityv1.CreateSessionRequest{Login: who.login, Password: firstPassword}, session)
	if err != nil {
		return err
	}
	owner := &person{login: who.login, session: func(context.Context) (string, error) { return session.GetAccessToken(), nil }}
	return p.post(ctx, owner, "ChangePassword", "/v1/me:changePassword", &identityv1.ChangePasswordRequest{
		CurrentPassword: firstPassword, NewPassword: password,
	}, new(identityv1.ChangePasswordResponse))
}

// install creates the account of another agency's software.
func (p *province) install(ctx context.Context) error {
	const name = "mot-cua"
	made := new(identityv1.CreateServiceAccountResponse)
	request := &identityv1.CreateServiceAccountRequest{Name: name, RequestId: id()}
	if err := p.post(ctx, p.admin, "CreateServiceAccount", authority+"/serviceAccounts", request, made); err != nil {
		return err
	}
	p.system = &person{login: name, session: func(ctx context.Context) (string, error) {
		answer := new(authv1.ExchangeSecretResponse)
		err := p.post(ctx, nil, "ExchangeSecret", "/v1/tokens", &authv1.ExchangeSecretRequest{ServiceAccount: name, Secret: made.GetSecret()}, answer)
		return answer.GetAccessToken(), err
	}}
	return nil
}

func (p *province) somebody(login, agency string) *person {
	return &person{login: login, agency: agency, session: func(ctx context.Context) (string, error) {
		answer := new(identityv1.Session)
		err := p.post(ctx, nil, "CreateSession", "/v1/sessions", &identityv1.CreateSessionRequest{Login: login, Password: password}, answer)
		return answer.GetAccessToken(), err
	}}
}

// bearer returns the person's access token, and gets a new one before the last one
// expires after five minutes.
func (who *person) bearer(ctx context.Context) (string, error) {
	if who == nil {
		return "", nil
	}
	who.mu.Lock()
	defer who.mu.Unlock()
	if time.Since(who.got) < 4*time.Minute {
		return who.token, nil
	}
	token, err := who.session(ctx)
	if err != nil {
		return "", fmt.Errorf("logging in as %s: %w", who.login, err)
	}
	who.token, who.got = token, time.Now()
	return token, nil
}

func (p *province) get(ctx context.Context, who *person, rpc, path string, answer proto.Message) error {
	return p.call(ctx, who, rpc, http.MethodGet, path, nil, answer)
}

func (p *province) post(ctx context.Context, who *person, rpc, path string, request, answer proto.Message) error {
	return p.call(ctx, who, rpc, http.MethodPost, path, request, answer)
}

func (p *province) patch(ctx context.Context, who *person, rpc, path string, request, answer proto.Message) error {
	return p.call(ctx, who, rpc, http.MethodPatch, path, request, answer)
}

// call calls the gateway and records the time until the answer was there.
func (p *province) call(ctx context.Context, who *person, rpc, method, path string, request, answer proto.Message) error {
	token, err := who.bearer(ctx)
	if err != nil {
		return err
	}
	var body []byte
	if request != nil {
		if body, err = protojson.Marshal(request); err != nil {
			return err
		}
	}
	var text json.RawMessage
	begin := time.Now()
	err = send(ctx, method, p.gateway+path, token, body, &text)
	p.note(rpc, time.Since(begin))
	if err != nil {
		return fmt.Errorf("%s: %w", rpc, err)
	}
	if err := protojson.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", rpc, err)
	}
	return nil
}

func (p *province) note(rpc string, took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, known := p.took[rpc]; !known {
		p.rpcs = append(p.rpcs, rpc)
	}
	p.took[rpc] = append(p.took[rpc], took)
}

// report prints the durations of every rpc, in the order of the cycle.
func (p *province) report(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\na cycle of %d agencies × %d items, %d at once, tables never analysed\n\n", agencies, selfAssessed, atOnce)
	fmt.Fprintf(&b, "| %-24s | %6s | %10s | %10s | %10s |\n|---|---|---|---|---|\n", "rpc", "calls", "p50", "p99", "max")
	for _, rpc := range p.rpcs {
		took := slices.Sorted(slices.Values(p.took[rpc]))
		n := len(took)
		fmt.Fprintf(&b, "| %-24s | %6d | %10s | %10s | %10s |\n", rpc, n,
			milliseconds(took[n/2]), milliseconds(took[n*99/100]), milliseconds(took[n-1]))
	}
	b.WriteByte('\n')
	_, err := io.WriteString(out, b.String())
	return err
}

// many calls a function n times, atOnce at a time, and stops at the first failure.
func many(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	next := make(chan int)
	errs := make([]error, atOnce)
	var wg sync.WaitGroup
	for w := range errs {
		wg.Go(func() {
			for i := range next {
				if errs[w] = do(ctx, i); errs[w] != nil {
					stop()
					return
				}
			}
		})
	}
feed:
	for i := range n {
		select {
		case next <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	// The errors of stopped calls contain nothing else.
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return errors.Join(errs...)
}
