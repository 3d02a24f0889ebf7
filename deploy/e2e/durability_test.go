package e2e

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

var killSeed = flag.Uint64("kill-seed", 0, "kills as in the run of TestAcknowledgedChangesSurviveKills that logged it; 0: otherwise each time")

// TestAcknowledgedChangesSurviveKills kills services during the changes that they make.
// Every acknowledged change must be stored, and a change whose answer was lost must
// take effect once when it is sent again.
func TestAcknowledgedChangesSurviveKills(t *testing.T) {
	drawn := cmp.Or(*killSeed, uint64(time.Now().UnixNano()))
	t.Logf("to kill like this again: -kill-seed=%d", drawn)
	random := rand.New(rand.NewPCG(drawn, 0)) //nolint:gosec // not for secrets
	p := startSeparate(t)
	t.Run("every change of a cycle", func(t *testing.T) { playAmidKills(t, p, random) })
	c := newCrowd(t, p)
	c.createCycle(t, "2026")
	c.move(t, "2026", catalogv1.Phase_PHASE_SELF_1)
	t.Run("entries", func(t *testing.T) { c.writeAmidKills(t, random) })
	t.Run("responses", func(t *testing.T) { c.respondAmidKills(t, random) })
}

// kind is a kind of change: the service that makes it, the request for it, how
// often the play has it refused first, and among how many following ones the kill
// is drawn.
type kind struct {
	service, method string
	path            *regexp.Regexp
	refused, among  int
}

// kinds are all changes of the play except those whose answer has a secret that is
// shown only once.
var kinds = []kind{
	{"identity", http.MethodPost, regexp.MustCompile(`/accounts$`), 0, 12},
	{"identity", http.MethodPost, regexp.MustCompile(`/roleBindings$`), 0, 12},
	{"catalog", http.MethodPost, regexp.MustCompile(`:importCatalog$`), 0, 1},
	{"catalog", http.MethodPost, regexp.MustCompile(`/regulations$`), 0, 1},
	{"catalog", http.MethodPatch, regexp.MustCompile(`/regulations/[^/]+$`), 0, 1},
	{"catalog", http.MethodPost, regexp.MustCompile(`/regulations/[^/]+:issue$`), 1, 1},
	{"catalog", http.MethodPost, regexp.MustCompile(`/cycles$`), 0, 1},
	{"catalog", http.MethodPost, regexp.MustCompile(`:scheduleWindow$`), 0, 4},
	{"catalog", http.MethodPost, regexp.MustCompile(`/cycles/[^/]+:move$`), 0, 6},
	{"assessment", http.MethodPatch, regexp.MustCompile(`/entries/[^/]+$`), 0, 30},
	{"assessment", http.MethodPost, regexp.MustCompile(`/reportedValues$`), 0, 3},
	{"assessment", http.MethodPost, regexp.MustCompile(`/sheets/[^/]+:submit$`), 0, 8},
	{"appraisal", http.MethodPost, regexp.MustCompile(`/reductions$`), 1, 1},
	{"appraisal", http.MethodPost, regexp.MustCompile(`/assignments$`), 0, 5},
	{"appraisal", http.MethodPost, regexp.MustCompile(`:agree$`), 0, 8},
	{"appraisal", http.MethodPost, regexp.MustCompile(`:disagree$`), 0, 3},
	{"appraisal", http.MethodPost, regexp.MustCompile(`/reductions/[^/]+:decide$`), 0, 1},
	{"appraisal", http.MethodPost, regexp.MustCompile(`/appraisalRounds/\d:recordDecision$`), 0, 1},
	{"appraisal", http.MethodPost, regexp.MustCompile(`/appraisalRounds/\d:approve$`), 4, 1},
	{"survey", http.MethodPost, regexp.MustCompile(`/surveyPlans$`), 0, 1},
	{"survey", http.MethodPatch, regexp.MustCompile(`/surveyPlans/[^/]+$`), 0, 1},
	{"survey", http.MethodPost, regexp.MustCompile(`/surveyPlans/[^/]+:open$`), 1, 1},
	{"survey", http.MethodPost, regexp.MustCompile(`^/v1/responses$`), 0, 30},
	{"survey", http.MethodPost, regexp.MustCompile(`/surveyPlans/[^/]+:close$`), 0, 1},
	{"scoring", http.MethodPost, regexp.MustCompile(`/runs$`), 0, 1},
	{"scoring", http.MethodPost, regexp.MustCompile(`/runs/[^/]+:present$`), 1, 1},
	{"scoring", http.MethodPost, regexp.MustCompile(`/runs/[^/]+:publish$`), 2, 1},
}

// shownOnce matches changes whose repeated answer lacks a secret.
var shownOnce = regexp.MustCompile(`/(serviceAccounts|invitations)$`)

// playAmidKills plays a cycle through a notary. For each kind of change its service
// is killed, in turn during the change and after it but before the answer arrives.
// The public result must equal that of an undisturbed play.
func playAmidKills(t *testing.T, p *platform, random *rand.Rand) {
	t.Helper()
	n := newNotary(t, p, random)
	player := newPlayer(t, n.before())
	for _, step := range player.Steps() {
		done := make(chan error, 1)
		go func() { done <- step.Do(t.Context()) }()
		if err := n.killUntil(t, done); err != nil {
			t.Fatalf("%s: %v\nthe platform complains of\n%s", step.Name, err, p.complaints())
		}
		n.sendAgain(t)
	}
	n.check(t)
	want := withoutComments(read(t, "testdata/cycle-leaderboard.golden"))
	if got := p.tables(t, player.Cycle()); got != want {
		t.Errorf("the leaderboards are not those computed by hand; got\n%s\nwant\n%s", got, want)
	}
}

// plan is when the service of a kind of change is killed: during the change with a
// given number, or after that many are made.
type plan struct {
	kind

	made         bool
	number, seen int
	within       time.Duration // after asking
}

// due counts a change that is requested or made, and reports whether the plan is
// for this one.
func (p *plan) due(made bool) bool {
	if p == nil || p.made != made {
		return false
	}
	p.seen++
	return p.seen == p.number
}

// change is a request with a request id, and its answer.
type change struct {
	method, path string
	by           auth.Principal
	body         json.RawMessage
	answer       any
}

// notary is a proxy between a client and the gateway. It records acknowledged
// changes and has services killed.
type notary struct {
	p        *platform
	url      string
	client   http.Client
	verifier *auth.Verifier
	killing  sync.Mutex    // one after another
	kills    chan string   // services to kill
	killed   chan struct{} // the last one is back
	closed   chan struct{}

	mu      sync.Mutex
	plans   []*plan
	changes map[string]change // by path and id
	latest  []change          // not sent again yet
	faults  []error
	lost    int // requests for a change that were not answered
	struck  int // those among them in whose middle a service was to be killed
}

// newNotary draws the kills. The test's own goroutine carries them out in
// killUntil.
func newNotary(t *testing.T, p *platform, random *rand.Rand) *notary {
	t.Helper()
	public, _ := p.key.Public().(ed25519.PublicKey)
	keys := func(context.Context) (map[string]ed25519.PublicKey, error) {
		return map[string]ed25519.PublicKey{auth.KeyID(public): public}, nil
	}
	n := &notary{
		p: p, verifier: auth.NewVerifier(keys, time.Now), kills: make(chan string), killed: make(chan struct{}), closed: make(chan struct{}), changes: map[string]change{},
	}
	turn := random.IntN(2)
	for i, k := range kinds {
		drawn := &plan{
			kind: k, made: i%2 == turn, number: 1 + random.IntN(k.among), within: time.Duration(random.Int64N(int64(6 * time.Millisecond))),
		}
		if !drawn.made {
			drawn.number += k.refused
		}
		n.plans = append(n.plans, drawn)
	}
	server := httptest.NewServer(n)
	n.url = server.Listener.Addr().String()
	t.Cleanup(func() {
		close(n.closed)
		server.Close()
		n.client.CloseIdleConnections()
	})
	return n
}

// before returns the platform as it is reached through the notary.
func (n *notary) before() *platform {
	through := *n.p
	through.addresses.HTTP = n.url
	return &through
}

// ServeHTTP implements http.Handler.
func (n *notary) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	var of struct{ RequestID, ResponseID string }
	_ = json.Unmarshal(body, &of) // what has none is no change
	id := of.RequestID + of.ResponseID
	plan := n.ask(r, id)
	status, answer, err := n.forward(r, body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if id != "" && n.made(r, plan, id, body, status, answer) {
		n.killing.Lock()
		n.kill(plan.service, 0)
		panic(http.ErrAbortHandler) // the answer does not arrive
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(answer) //nolint:gosec // the gateway's own answer
}

// ask returns the plan for the change that r requests, if there is one, and kills
// its service if the plan says so.
func (n *notary) ask(r *http.Request, id string) *plan {
	n.mu.Lock()
	i := slices.IndexFunc(n.plans, func(p *plan) bool { return p.method == r.Method && p.path.MatchString(r.URL.Path) })
	if i < 0 || id == "" {
		n.mu.Unlock()
		return nil
	}
	p := n.plans[i]
	due := p.due(false)
	n.mu.Unlock()
	if due {
		n.killing.Lock()
		go n.kill(p.service, p.within)
	}
	return p
}

// kill kills a service after a time and returns when it is back. The caller holds
// killing, which kill releases.
func (n *notary) kill(service string, after time.Duration) {
	defer n.killing.Unlock()
	time.Sleep(after)
	select {
	case n.kills <- service:
		select {
		case <-n.killed:
		case <-n.closed:
		}
	case <-n.closed:
	}
}

// forward sends r to the gateway.
func (n *notary) forward(r *http.Request, body []byte) (status int, answer []byte, err error) {
	url := "http://" + n.p.addresses.HTTP + r.RequestURI
	request, err := http.NewRequestWithContext(r.Context(), r.Method, url, bytes.NewReader(body)) //nolint:gosec // to the test's own gateway
	if err != nil {
		return 0, nil, err
	}
	request.Header = r.Header.Clone()
	request.Header.Del("Accept-Encoding") // the client's own, which it undoes
	response, err := n.client.Do(request) //nolint:gosec // to the test's own gateway
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err = io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

// made records the result of a request for a change and reports whether its answer
// must get lost.
func (n *notary) made(r *http.Request, plan *plan, id string, body []byte, status int, answer []byte) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if status != http.StatusOK {
		if status == http.StatusServiceUnavailable {
			n.lost++
			if plan != nil && !plan.made && plan.seen == plan.number {
				n.struck++
			}
		}
		return false
	}
	if !shownOnce.MatchString(r.URL.Path) {
		n.keep(r, id, body, answer)
	}
	due := plan.due(true)
	if due {
		n.lost++
	}
	return due
}

// keep records an acknowledged change; if it is acknowledged again, the answer must
// be the same.
func (n *notary) keep(r *http.Request, id string, body, answer []byte) {
	c := change{method: r.Method, path: r.RequestURI, body: body}
	err := json.Unmarshal(answer, &c.answer)
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		var refused error
		c.by, refused = n.verifier.Verify(r.Context(), token)
		err = errors.Join(err, refused)
	}
	if err != nil {
		n.faults = append(n.faults, err)
	}
	key := c.path + " " + id
	first, again := n.changes[key]
	if !again {
		n.changes[key] = c
		n.latest = append(n.latest, c)
		return
	}
	if !reflect.DeepEqual(c.answer, first.answer) {
		n.faults = append(n.faults, fmt.Errorf("%s: asked for again it is answered with\n%v\nand was with\n%v", key, c.answer, first.answer))
	}
}

// killUntil kills services as the notary requests until the play is done, and
// returns the play's error.
func (n *notary) killUntil(t *testing.T, done <-chan error) error {
	t.Helper()
	for {
		select {
		case service := <-n.kills:
			n.p.kill(t, service)
			n.killed <- struct{}{}
		case err := <-done:
			return err
		}
	}
}

// withoutPresentState removes from an account or a role what later acts of other people
// change: an answer to a repeated request has its present state.
func withoutPresentState(answer any) {
	if fields, ok := answer.(map[string]any); ok {
		for _, name := range []string{"lastLoginTime", "ownPassword", "pending", "askedBy"} {
			delete(fields, name)
		}
	}
}

// sendAgain repeats the changes acknowledged since the last time: they must exist
// and get the same answers.
func (n *notary) sendAgain(t *testing.T) {
	t.Helper()
	n.mu.Lock()
	latest := n.latest
	n.latest = nil
	n.mu.Unlock()
	for _, c := range latest {
		token := ""
		if c.by.Kind != auth.Anonymous {
			token = n.p.sign(t, c.by) // the first one may have expired
		}
		var again any
		if err := json.Unmarshal(n.p.patient(t, c.method, c.path, token, c.body), &again); err != nil {
			t.Fatal(err)
		}
		withoutPresentState(again)
		withoutPresentState(c.answer)
		if !reflect.DeepEqual(again, c.answer) {
			t.Errorf("%s %s: sent again it is answered with\n%v\nand was with\n%v", c.method, c.path, again, c.answer)
		}
	}
}

// check checks that all planned kills took place.
func (n *notary) check(t *testing.T) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.plans {
		if p.seen < p.number {
			t.Errorf("%s %s: there were %d, and %s is killed with number %d", p.method, p.path, p.seen, p.service, p.number)
		}
	}
	for _, err := range n.faults {
		t.Error(err)
	}
	t.Logf("%d changes acknowledged; %d kills, %d of them in the middle of a change; %d requests for one unanswered",
		len(n.changes), len(n.plans), n.struck, n.lost)
}

// writers is how many clerks write while their service is killed.
const writers = 20

// writeAmidKills has clerks write entries while assessment is killed.
func (c *crowd) writeAmidKills(t *testing.T, random *rand.Rand) {
	t.Helper()
	o := c.work(t, "2026", writers, c.insist)
	for range 3 {
		o.untilMore(t, "everybody writes", (*clerk).writes, 1+random.Int64N(5))
		c.p.kill(t, "assessment")
	}
	o.untilMore(t, "everybody writes again", (*clerk).writes, 2)
	o.settle(t)
	var written int64
	for _, k := range o.clerks {
		written += k.writes()
	}
	t.Logf("%d writes acknowledged, %d times one was not answered", written, c.repeated.Load())
}

// The survey of the crowd.
const (
	surveyPlan  = "khao-sat"
	surveyPlans = crowded + "/cycles/2026/surveyPlans"
	invitedEach = 3
)

// respondent invites people and answers for them.
type respondent struct {
	agency, operator  string // an id and a token
	invited, answered int32
	last              *surveyv1.SubmitResponseRequest
	failure           error
}

// respondAmidKills creates invitations and sends responses while survey is killed.
// Links whose answer was lost stay unused. In the end every acknowledged invitation
// and response must be counted once.
func (c *crowd) respondAmidKills(t *testing.T, random *rand.Rand) {
	t.Helper()
	operator := c.token(t, 0, auth.Binding{Role: authv1.Role_ROLE_SURVEY_OPERATOR})
	c.openSurvey(t, operator)
	before := c.repeated.Load()
	var progress atomic.Int64
	var failed atomic.Bool
	var working sync.WaitGroup
	stop := make(chan struct{})
	end := sync.OnceFunc(func() {
		close(stop)
		working.Wait()
	})
	t.Cleanup(end)
	respondents := make([]*respondent, writers)
	for i := range respondents {
		r := &respondent{agency: crowdedAgency(i % agencies), operator: operator}
		respondents[i] = r
		working.Go(func() {
			for r.failure == nil {
				select {
				case <-stop:
					return
				default:
				}
				r.failure = r.respond(t.Context(), c.insist)
				progress.Add(1)
			}
			failed.Store(true)
		})
	}
	for i := range 4 {
		want := progress.Load() + 5 + random.Int64N(writers)
		eventually(t, "people answer", func() bool { return progress.Load() >= want || failed.Load() })
		if i < 3 {
			c.p.kill(t, "survey")
		}
	}
	end()
	c.checkSurvey(t, operator, respondents)
	t.Logf("%d times a request was not answered", c.repeated.Load()-before)
}

func (c *crowd) openSurvey(t *testing.T, operator string) {
	t.Helper()
	stored := new(surveyv1.SurveyPlan)
	c.must(t, http.MethodPost, surveyPlans, operator, &surveyv1.CreateSurveyPlanRequest{
		Plan: surveyPlan, RequestId: uuid.NewString(), Content: &surveyv1.SurveyPlanContent{
			Title: "Khảo sát (dữ liệu thử)", DecisionNumber: "2/QĐ-TN",
			Questions: []*surveyv1.Question{{
				Id: "access", Text: "Ông (bà) hài lòng đến mức nào?", Required: true,
				Kind: &surveyv1.Question_Satisfaction{Satisfaction: new(surveyv1.Satisfaction)},
			}},
			Links: []*surveyv1.ItemLink{{
				Group: "departments", Item: surveyed, Questions: []string{"access"}, Method: surveyv1.Method_METHOD_TOP_TWO,
				MinResponses: 5, Fallback: surveyv1.Fallback_FALLBACK_NOT_APPLICABLE,
			}},
		},
	}, stored)
	open := &surveyv1.OpenSurveyPlanRequest{Etag: stored.GetEtag(), RequestId: uuid.NewString()}
	c.must(t, http.MethodPost, surveyPlans+"/"+surveyPlan+":open", operator, open, stored)
}

// respond invites three people, once although it sends the request twice, and
// answers with the links that it receives.
func (r *respondent) respond(ctx context.Context, by send) error {
	invite := &surveyv1.CreateInvitationsRequest{Agency: r.agency, Count: invitedEach, RequestId: uuid.NewString()}
	made, again := new(surveyv1.CreateInvitationsResponse), new(surveyv1.CreateInvitationsResponse)
	for _, answer := range []*surveyv1.CreateInvitationsResponse{made, again} {
		if err := by(ctx, http.MethodPost, surveyPlans+"/"+surveyPlan+"/invitations", r.operator, invite, answer); err != nil {
			return fmt.Errorf("inviting: %w", err)
		}
	}
	r.invited += invitedEach
	for i, invitation := range made.GetInvitations() {
		if other := again.GetInvitations()[i]; other.GetId() != invitation.GetId() || other.GetToken() != "" {
			return fmt.Errorf("asked for again, invitation %s is %s and has the token %q", invitation.GetId(), other.GetId(), other.GetToken())
		}
		if invitation.GetToken() == "" { // it was in an answer that got lost
			continue
		}
		request := &surveyv1.SubmitResponseRequest{ResponseId: uuid.NewString(), Token: invitation.GetToken(), Answers: []*surveyv1.Answer{
			{Question: "access", Value: &surveyv1.Answer_Satisfaction{Satisfaction: 4}},
		}}
		answer := new(surveyv1.SubmitResponseResponse)
		if err := by(ctx, http.MethodPost, "/v1/responses", "", request, answer); err != nil {
			return fmt.Errorf("responding: %w", err)
		}
		r.answered++
		r.last = request
	}
	return nil
}

// checkSurvey compares the acknowledged changes with the plan and its frozen
// result.
func (c *crowd) checkSurvey(t *testing.T, operator string, respondents []*respondent) {
	t.Helper()
	invited, answered := map[string]int32{}, map[string]int32{}
	var allInvited, allAnswered int32
	for _, r := range respondents {
		if r.failure != nil {
			t.Error(r.failure)
		}
		invited[r.agency] += r.invited
		answered[r.agency] += r.answered
		allInvited += r.invited
		allAnswered += r.answered
		if r.last != nil {
			c.answeredOnce(t, r.last)
		}
	}
	stored, frozen := new(surveyv1.SurveyPlan), new(surveyv1.ResultSnapshot)
	c.must(t, http.MethodGet, surveyPlans+"/"+surveyPlan, operator, nil, stored)
	if stored.GetInvitations() != allInvited || stored.GetResponses() != allAnswered {
		t.Errorf("%d invitations and %d responses were acknowledged; there are %d and %d",
			allInvited, allAnswered, stored.GetInvitations(), stored.GetResponses())
	}
	closing := &surveyv1.CloseSurveyPlanRequest{RequestId: uuid.NewString()}
	c.must(t, http.MethodPost, surveyPlans+"/"+surveyPlan+":close", operator, closing, frozen)
	content := new(surveyv1.ResultContent)
	if err := protojson.Unmarshal(frozen.GetContent(), content); err != nil {
		t.Fatal(err)
	}
	if len(content.GetResults()) != agencies {
		t.Errorf("there are results of %d agencies", len(content.GetResults()))
	}
	for _, r := range content.GetResults() {
		if r.GetIssued() != invited[r.GetAgency()] || r.GetValid() != answered[r.GetAgency()] {
			t.Errorf("%s: %d invitations and %d responses were acknowledged; the result counts %d and %d",
				r.GetAgency(), invited[r.GetAgency()], answered[r.GetAgency()], r.GetIssued(), r.GetValid())
		}
	}
	t.Logf("%d invitations and %d responses acknowledged", allInvited, allAnswered)
}

// answeredOnce repeats a response, which must get the same answer, and sends
// another one with the same link, which must be refused.
func (c *crowd) answeredOnce(t *testing.T, request *surveyv1.SubmitResponseRequest) {
	t.Helper()
	again := new(surveyv1.SubmitResponseResponse)
	c.must(t, http.MethodPost, "/v1/responses", "", request, again)
	if again.GetResponseId() != request.GetResponseId() {
		t.Errorf("response %s sent again is answered with %s", request.GetResponseId(), again.GetResponseId())
	}
	other := &surveyv1.SubmitResponseRequest{ResponseId: uuid.NewString(), Token: request.GetToken(), Answers: request.GetAnswers()}
	err := c.insist(t.Context(), http.MethodPost, "/v1/responses", "", other, again)
	if refused, ok := errors.AsType[*refusal](err); !ok || refused.reason != "INVITATION_USED" {
		t.Errorf("another response by the link of %s: %v", request.GetResponseId(), err)
	}
}
