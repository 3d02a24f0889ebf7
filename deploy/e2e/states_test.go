package e2e

import (
	"context"
	cryptorand "crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/parindex/parindex/deploy/play"
	"github.com/parindex/parindex/deploy/rest"
	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	"github.com/parindex/parindex/services/identity"
)

// probe is a request and its expected answers in each state.
type probe struct {
	rpc     protoreflect.MethodDescriptor
	request string // JSON, without authority and cycle
	// answers holds the answers by state, those for one role by "state@ROLE".
	answers map[string]answer
}

// answer is a reason or "ok", and its line in the table.
type answer struct {
	reason string
	line   int
}

// in returns the answer for a state and a role.
func (p probe) in(state, role string) answer {
	if a, ok := p.answers[state+"@"+role]; ok {
		return a
	}
	return p.answers[state]
}

// TestStates plays a cycle and, in each of its states, sends each probe of
// testdata/states.txt in each role. Roles that may not call the rpc by
// testdata/access.txt must be refused in every state; all others must get the
// answer of the table, which is kept by hand.
func TestStates(t *testing.T) {
	p := start(t)
	player, names := p.player(t)
	probes := readProbes(t, "testdata/states.txt", names)
	access := readAccess(t, "testdata/access.txt")
	roles := p.roles(t)
	conn := p.dial(t, "")
	reached := map[string]bool{}
	for _, step := range player.Steps() {
		if err := step.Do(t.Context()); err != nil {
			t.Fatalf("%s: %v", step.Name, err)
		}
		state, named := names[step.Name]
		if !named {
			continue
		}
		if len(reached) == 0 {
			p.spread(t, player.Cycle())
			p.must(t, http.MethodPost, "/v1/authorities/"+play.Authority+"/cycles/"+player.Cycle()+"/surveyPlans",
				p.token(t, authv1.Role_ROLE_COORDINATOR, play.Authority), map[string]any{"plan": "probe", "content": map[string]any{"title": "x"}})
		}
		reached[state] = true
		for _, probe := range probes {
			allowed := access[nameOf(probe.rpc)]
			for _, r := range roles {
				want := probe.in(state, r.name)
				if !slices.ContainsFunc(r.words, func(w string) bool { return slices.Contains(allowed, w) }) {
					want.reason = r.refusal
				}
				if got := probe.send(t, conn, player.Cycle(), r.token); got != want.reason {
					t.Errorf("states.txt:%d: %s in state %s as %s: %s, and not %s", want.line, probe.rpc.Name(), state, r.name, got, want.reason)
				}
			}
		}
	}
	for step, state := range names {
		if !reached[state] {
			t.Errorf("there is no step %q", step)
		}
	}
}

// spread waits until every service has received the cycle.
func (p *platform) spread(t *testing.T, cycle string) {
	t.Helper()
	for deadline := time.Now().Add(enough); ; time.Sleep(50 * time.Millisecond) {
		var move struct{ Done bool }
		answer := p.must(t, http.MethodGet, "/v1/authorities/"+play.Authority+"/cycles/"+cycle+"/move",
			p.token(t, authv1.Role_ROLE_COORDINATOR, play.Authority), nil)
		if err := json.Unmarshal(answer, &move); err != nil {
			t.Fatal(err)
		}
		if move.Done {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the services do not hear of the cycle: %s", answer)
		}
	}
}

// player returns a Player, and the names of the states by the step that leads to
// each.
func (p *platform) player(t *testing.T) (*play.Player, map[string]string) {
	t.Helper()
	const admin, second, password = "quan-tri", "quan-tri-hai", "correct horse battery"
	for _, login := range []string{admin, second} {
		person := identity.Person{Login: login, Password: password, DisplayName: "Quản trị"}
		if err := identity.CreateAdministrator(t.Context(), p.config.Identity, person, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	client, err := rest.New(rest.Config{URL: "http://" + p.addresses.HTTP, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	player, err := play.New(play.Config{
		Client: client, Admin: admin, Second: second, AdminPassword: password, Password: password, Now: time.Now, Random: cryptorand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	return player, map[string]string{
		"a cycle is created and its deadlines are set": "preparation",
		"round 1 opens":                              "self-1",
		"the appraisal receives every seal":          "submitted-1",
		"round 1 closes, its appraisal opens":        "appraisal-1",
		"round 1 is handed back":                     "approved-1",
		"round 2 opens":                              "self-2",
		"round 2 closes, its appraisal opens":        "appraisal-2",
		"round 2 is handed back":                     "approved-2",
		"a survey is planned and opened":             "survey-open",
		"the survey is closed and its result frozen": "survey-closed",
		"the appraisal council meets":                "council",
		"the cycle goes to the People's Committee":   "presented",
		"the cycle is public":                        "published",
	}
}

// roleCaller is a caller in one role of the demonstration authority.
type roleCaller struct {
	name, token, refusal string
	words                []string
}

// roles returns a caller without a token, every role (for the agency so-mot if the
// role is for one agency), and the services that call others.
func (p *platform) roles(t *testing.T) []roleCaller {
	t.Helper()
	all := []roleCaller{{name: "nobody", refusal: "TOKEN_MISSING", words: []string{"everyone"}}}
	add := func(name string, principal auth.Principal, words ...string) {
		token, _, err := auth.Sign(p.key, principal, time.Now(), tokenLife)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, roleCaller{name: name, token: token, refusal: "NOT_ALLOWED", words: append(words, "everyone", "signed-in")})
	}
	for number, name := range authv1.Role_name {
		if number == 0 {
			continue
		}
		role := strings.TrimPrefix(name, "ROLE_")
		binding := auth.Binding{Role: authv1.Role(number), Authority: play.Authority}
		kind := auth.Person
		switch binding.Role {
		case authv1.Role_ROLE_AGENCY_EDITOR, authv1.Role_ROLE_AGENCY_HEAD, authv1.Role_ROLE_DATA_PROVIDER:
			binding.Agency = "so-mot"
		case authv1.Role_ROLE_SYSTEM:
			kind = auth.System
		default:
		}
		add(role, auth.Principal{Kind: kind, ID: fmt.Sprintf("00000000-0000-7000-8000-%012d", number), Bindings: []auth.Binding{binding}}, "members", role)
	}
	for _, service := range []string{"appraisal", "scoring"} {
		add("service:"+service, auth.Principal{Kind: auth.Service, ID: service}, "service:"+service)
	}
	return all
}

// send returns the reason of a refusal, or "ok".
func (p probe) send(t *testing.T, conn *grpc.ClientConn, cycle, token string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), enough)
	defer cancel()
	if token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	}
	fields := map[string]any{}
	if err := json.Unmarshal([]byte(p.request), &fields); err != nil {
		t.Fatalf("%s: %v", p.rpc.Name(), err)
	}
	if fields["requestId"] == "new" {
		fields["requestId"] = uuid.NewString()
	}
	for name, value := range map[string]string{"authority": play.Authority, "cycle": cycle} {
		if p.rpc.Input().Fields().ByName(protoreflect.Name(name)) != nil {
			fields[name] = value
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	request := dynamicpb.NewMessage(p.rpc.Input())
	if err := protojson.Unmarshal(text, request); err != nil {
		t.Fatalf("%s: %v", p.rpc.Name(), err)
	}
	err = conn.Invoke(ctx, "/"+string(p.rpc.Parent().FullName())+"/"+string(p.rpc.Name()), request, dynamicpb.NewMessage(p.rpc.Output()))
	if status.Code(err) == codes.OK {
		return "ok"
	}
	return reasonOf(err)
}

func nameOf(rpc protoreflect.MethodDescriptor) string {
	return strings.TrimPrefix(string(rpc.Parent().FullName()), packagePrefix) + "/" + string(rpc.Name())
}

// readProbes reads the table: for each probe a line with its rpc and request, then
// indented lines with an answer and its states. "else" means every state that no
// other line of the probe names. Every rpc of the services that take part in a
// cycle must have a probe; identity has no cycles.
func readProbes(t *testing.T, path string, names map[string]string) []probe {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]protoreflect.MethodDescriptor{}
	for _, rpc := range rpcs() {
		switch rpc.Parent().Name() {
		case "CatalogService", "AssessmentService", "AppraisalService", "SurveyService", "ScoringService":
			known[nameOf(rpc)] = rpc
		}
	}
	var probes []probe
	seen := map[string]bool{}
	number := 0
	for line := range strings.Lines(string(content)) {
		number++
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, " "):
			name, request, _ := strings.Cut(strings.TrimSpace(line), " ")
			if known[name] == nil {
				t.Fatalf("%s:%d: there is no rpc %s", path, number, name)
			}
			seen[name] = true
			probes = append(probes, probe{
				rpc: known[name], request: request, answers: map[string]answer{},
			})
		default:
			probes[len(probes)-1].note(t, fields[0], fields[1:], number, names)
		}
	}
	for name := range known {
		if !seen[name] {
			t.Errorf("%s is not in %s: decide what it answers in which state", name, path)
		}
	}
	for _, p := range probes {
		for _, state := range names {
			if _, said := p.answers[state]; !said {
				t.Errorf("%s: %s says nothing of state %s", path, p.rpc.Name(), state)
			}
		}
	}
	return probes
}

// note adds one line of the table.
func (p probe) note(t *testing.T, word string, states []string, line int, names map[string]string) {
	t.Helper()
	reason, role, forRole := strings.Cut(word, "@")
	if forRole {
		role = "@" + role
	}
	for _, state := range states {
		if state != "else" {
			if _, twice := p.answers[state+role]; twice {
				t.Errorf("line %d: state %s is there twice", line, state)
			}
			p.answers[state+role] = answer{reason, line}
			continue
		}
		for _, other := range names {
			if _, said := p.answers[other+role]; !said {
				p.answers[other+role] = answer{reason, line}
			}
		}
	}
}
