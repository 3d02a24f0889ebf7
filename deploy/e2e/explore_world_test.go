package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/deploy/rest"
	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// The authority whose cycles are explored: three agencies of one group, four items that
// they assess, the third of which others report too, and one that is surveyed.
const (
	exploredAuthority = "tinh-kham-pha"
	explored          = "/v1/authorities/" + exploredAuthority
	exploredGroup     = "departments"
	exploredSurvey    = "ii.1.1"
)

var (
	exploredAgencies = []string{"so-mot", "so-hai", "so-ba"}
	exploredItems    = []string{"i.1.1", "i.1.2", "i.1.3", "i.1.4"}
)

// The regulations of the explored cycles: one has two rounds and an appraisal council,
// the other one round, which the approver decides.
var exploredRegulations = []struct {
	id      string
	rounds  int32
	decider authv1.Role
}{
	{"hai-lan", 2, authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER},
	{"mot-lan", 1, authv1.Role_ROLE_APPROVER},
}

// shiftedClock is the real clock moved forward, so that a deadline passes without
// waiting.
type shiftedClock struct{ ahead atomic.Int64 }

func (c *shiftedClock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// pass moves the clock to just after an instant.
func (c *shiftedClock) pass(at time.Time) {
	c.ahead.Add(int64(max(0, at.Sub(c.now())) + time.Second))
}

// explorer is the platform with the authority whose cycles are explored, and what all
// walks have seen.
type explorer struct {
	platform   *platform
	clock      *shiftedClock
	client     *rest.Client
	appraisers []string        // ids of accounts
	reasons    map[string]bool // the index of faults
	accepted   map[string]int  // how often each act was accepted
	visited    map[string]int  // how many walks have reached each state
	finished   map[string]int  // how many of them were finished from there
}

func newExplorer(t *testing.T) *explorer {
	t.Helper()
	clock := new(shiftedClock)
	p := &platform{log: new(buffer), clock: clock.now}
	p.prepare(t, testServers(t))
	p.config.Interval = 20 * time.Millisecond
	p.begin(t)
	client, err := rest.New(rest.Config{URL: "http://" + p.addresses.HTTP, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	e := &explorer{
		platform: p, clock: clock, client: client, reasons: indexOfFaults(t),
		accepted: map[string]int{}, visited: map[string]int{}, finished: map[string]int{},
	}
	e.makeAuthority(t)
	e.makeAppraisers(t)
	return e
}

// indexOfFaults returns the reasons that the gateway documents.
func indexOfFaults(t *testing.T) map[string]bool {
	t.Helper()
	var index struct{ Faults []struct{ Reason string } }
	if err := json.Unmarshal([]byte(read(t, "../../gateway/internal/openapi/faults.json")), &index); err != nil {
		t.Fatal(err)
	}
	reasons := map[string]bool{}
	for _, f := range index.Faults {
		reasons[f.Reason] = true
	}
	return reasons
}

// makeAuthority imports the authority and issues its regulations.
func (e *explorer) makeAuthority(t *testing.T) {
	t.Helper()
	var catalog strings.Builder
	fmt.Fprintf(&catalog, "format: parindex.catalog/1\nauthority: {id: %s, name: Tỉnh khám phá (dữ liệu thử)}\nagencies:\n", exploredAuthority)
	for i, id := range exploredAgencies {
		fmt.Fprintf(&catalog, "  - {id: %s, name: Sở Thử nghiệm %d}\n", id, i+1)
	}
	e.must(t, ":importCatalog", e.as(t, 0, authv1.Role_ROLE_ADMINISTRATOR),
		&catalogv1.ImportCatalogRequest{Content: []byte(catalog.String()), RequestId: uuid.NewString()}, new(catalogv1.ImportCatalogResponse))
	for _, r := range exploredRegulations {
		regulation := new(catalogv1.Regulation)
		create := &catalogv1.CreateRegulationRequest{Regulation: r.id, Content: exploredRegulation(r.rounds), RequestId: uuid.NewString()}
		e.must(t, "/regulations", e.coordinator(t), create, regulation)
		issue := &catalogv1.IssueRegulationRequest{Etag: regulation.GetEtag(), RequestId: uuid.NewString()}
		e.must(t, "/regulations/"+r.id+":issue", e.coordinator(t), issue, regulation)
	}
}

// exploredRegulation returns a regulation of 100 points. With two rounds it has an
// appraisal council.
func exploredRegulation(rounds int32) *catalogv1.RegulationContent {
	item := func(code, name, points string, source catalogv1.SourceKind, rule *rulev1.Rule) *catalogv1.Node {
		return &catalogv1.Node{
			Part: "i", Code: code, Parent: "1", Name: name,
			Item: &catalogv1.Item{MaxPoints: points, SourceKind: source, Rule: rule},
		}
	}
	options := &rulev1.Choice{Options: []*rulev1.Option{
		{Id: "timely", Text: "Đúng hạn", Points: "10"}, {Id: "late", Text: "Chậm", Points: "5"}, {Id: "none", Text: "Không báo cáo", Points: "0"},
	}}
	proportional := func() *rulev1.Rule {
		return &rulev1.Rule{Family: &rulev1.Rule_Proportional{Proportional: new(rulev1.Proportional)}}
	}
	surveyed := item("1.1", "Mức độ hài lòng", "30", catalogv1.SourceKind_SOURCE_KIND_SURVEY,
		&rulev1.Rule{Family: &rulev1.Rule_Survey{Survey: new(rulev1.Survey)}})
	surveyed.Part = "ii"
	return &catalogv1.RegulationContent{
		Title: "Quy định thử nghiệm (dữ liệu thử)", DecisionNumber: "1/QĐ-KP", DecisionDate: "2026-01-05", EffectiveDate: "2026-01-10",
		Signer: "Ủy ban nhân dân tỉnh (dữ liệu thử)", Rounds: rounds, AppraisalCouncil: rounds == 2,
		Parts: []*catalogv1.Part{{Id: "i", Code: "I", Name: "Kết quả"}, {Id: "ii", Code: "II", Name: "Tác động"}},
		CriteriaSets: []*catalogv1.CriteriaSet{{
			Group: exploredGroup, GroupName: "Sở (dữ liệu thử)",
			Nodes: []*catalogv1.Node{
				{Part: "i", Code: "1", Name: "Kết quả", Field: "steering"},
				item("1.1", "Báo cáo định kỳ", "10", catalogv1.SourceKind_SOURCE_KIND_SELF, &rulev1.Rule{Family: &rulev1.Rule_Choice{Choice: options}}),
				item("1.2", "Nhiệm vụ đã hoàn thành", "20", catalogv1.SourceKind_SOURCE_KIND_SELF, proportional()),
				item("1.3", "Hồ sơ đúng hạn", "30", catalogv1.SourceKind_SOURCE_KIND_FEED, proportional()),
				item("1.4", "Sáng kiến", "10", catalogv1.SourceKind_SOURCE_KIND_SELF,
					&rulev1.Rule{Family: &rulev1.Rule_Manual{Manual: &rulev1.Manual{Step: "1"}}}),
				{Part: "ii", Code: "1", Name: "Tác động", Field: "impact"},
				surveyed,
			},
		}},
	}
}

// makeAppraisers creates the accounts of two appraisers, who belong to no agency.
func (e *explorer) makeAppraisers(t *testing.T) {
	t.Helper()
	admin, second := e.platform.administrator(t), e.platform.administratorCalled(t, "quan-tri-hai")
	for i := range 2 {
		account, binding := new(identityv1.Account), new(identityv1.RoleBinding)
		create := &identityv1.CreateAccountRequest{
			Login: fmt.Sprintf("kp-thamdinh-%d", i+1), DisplayName: fmt.Sprintf("Chuyên viên thẩm định %d (dùng thử)", i+1),
			Password: "set by the administrator", RequestId: uuid.NewString(),
		}
		e.must(t, "/accounts", admin, create, account)
		bind := &identityv1.CreateRoleBindingRequest{Account: account.GetId(), Role: authv1.Role_ROLE_APPRAISER, RequestId: uuid.NewString()}
		e.must(t, "/roleBindings", admin, bind, binding)
		e.platform.must(t, http.MethodPost, "/v1/me:changePassword", e.platform.login(t, create.GetLogin(), create.GetPassword()),
			map[string]any{"currentPassword": create.GetPassword(), "newPassword": playersPassword})
		e.must(t, "/roleBindings/"+binding.GetId()+":confirm", second, &identityv1.ConfirmRoleBindingRequest{RequestId: uuid.NewString()}, binding)
		e.appraisers = append(e.appraisers, account.GetId())
	}
}

// createCycle creates a cycle under one of the regulations.
func (e *explorer) createCycle(t *testing.T, cycle, regulation string) {
	t.Helper()
	create := &catalogv1.CreateCycleRequest{Cycle: cycle, Name: "Năm 2026 (dữ liệu thử)", Year: 2026, Regulation: regulation, RequestId: uuid.NewString()}
	for _, id := range exploredAgencies {
		create.Members = append(create.Members, &catalogv1.CycleMember{Agency: id, Group: exploredGroup})
	}
	e.must(t, "/cycles", e.coordinator(t), create, new(catalogv1.Cycle))
}

// must sends a request that has to succeed, and repeats it while a service is away or
// does not know of the authority yet.
func (e *explorer) must(t *testing.T, path, token string, request, answer proto.Message) {
	t.Helper()
	if err := e.insist(t, http.MethodPost, path, token, request, answer); err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
}

// as returns the token of a person, by number, in one role for the whole authority. A
// person has the same number wherever one person must not do what two have to do.
func (e *explorer) as(t *testing.T, number int, role authv1.Role) string {
	t.Helper()
	return e.of(t, fmt.Sprintf("00000000-0000-7000-8000-%012d", number), role, "")
}

// of returns the token of an account in a role, for one agency unless it is empty.
func (e *explorer) of(t *testing.T, account string, role authv1.Role, agency string) string {
	t.Helper()
	principal := auth.Principal{
		Kind: auth.Person, ID: account, Bindings: []auth.Binding{{Role: role, Authority: exploredAuthority, Agency: agency}},
	}
	if agency != "" {
		principal.Authority, principal.Agency = exploredAuthority, agency
	}
	return e.platform.sign(t, principal)
}

func (e *explorer) coordinator(t *testing.T) string {
	t.Helper()
	return e.as(t, 1, authv1.Role_ROLE_COORDINATOR)
}

// member returns the token of somebody of an agency.
func (e *explorer) member(t *testing.T, role authv1.Role, agency string) string {
	t.Helper()
	return e.of(t, fmt.Sprintf("00000000-0000-7000-8001-%012d", role), role, agency)
}
