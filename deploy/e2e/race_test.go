package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pg"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// TestClosingThroughTheGateway has 50 clients write as fast as they can from before a
// cycle opens until after it has closed, by a deadline and by hand. Each client
// keeps a ledger. No write sent after the closing may be accepted, and exactly the
// acknowledged writes must be stored.
func TestClosingThroughTheGateway(t *testing.T) { both(t, closeThroughTheGateway) }

func closeThroughTheGateway(t *testing.T, p *platform) {
	t.Helper()
	c := newCrowd(t, p)
	before := p.windowRefusals(t)
	want := map[string]int{}
	for _, closing := range []struct {
		cycle string
		// closes returns two instants: no write before the first one is too late, and
		// every write after the second one is.
		closes func(*office, *testing.T) (first, last time.Time)
	}{
		{"deadline", (*office).passDeadline},
		{"by-hand", (*office).moveOn},
	} {
		c.createCycle(t, closing.cycle)
		o := c.work(t, closing.cycle, agencies*items, c.call)
		o.untilMore(t, "everybody is refused before the opening", (*clerk).refusals, 1)
		c.move(t, closing.cycle, catalogv1.Phase_PHASE_SELF_1)
		o.untilMore(t, "everybody has written", (*clerk).writes, 5)
		first, last := closing.closes(o, t)
		o.untilMore(t, "everybody is refused after the closing", (*clerk).refusals, 3)
		o.settle(t)
		o.checkRefusals(t, first, last)
		for reason, n := range o.refusals() {
			want[reason] += n
		}
	}
	for reason, n := range p.windowRefusals(t) {
		if grown := n - before[reason]; grown != want[reason] {
			t.Errorf("parindex_window_refusals_total for %s grew by %d, clients counted %d", reason, grown, want[reason])
		}
	}
}

// passDeadline sets a deadline that passes while all clerks write. It applies to a
// service once the service has received it.
func (o *office) passDeadline(t *testing.T) (first, last time.Time) {
	t.Helper()
	deadline := o.schedule(t)
	o.spread(t, o.cycle)
	known := time.Now()
	time.Sleep(time.Until(deadline))
	if known.After(deadline) {
		return deadline, known
	}
	return deadline, deadline
}

// schedule sets the next deadline that is still in the future when it is set,
// however busy the machine is, and returns it.
func (o *office) schedule(t *testing.T) time.Time {
	t.Helper()
	for ahead := 2 * time.Second; ; ahead *= 2 {
		deadline := time.Now().Add(ahead).Truncate(time.Microsecond)
		request := &catalogv1.ScheduleWindowRequest{
			Phase: catalogv1.Phase_PHASE_SELF_1, CloseTime: timestamppb.New(deadline), RequestId: uuid.NewString(),
		}
		err := o.insist(t.Context(), http.MethodPost, crowded+"/cycles/"+o.cycle+":scheduleWindow", o.coordinator, request, new(catalogv1.Cycle))
		if err == nil {
			return deadline
		}
		if refused, ok := errors.AsType[*refusal](err); !ok || refused.reason != "DEADLINE_PAST" {
			t.Fatal(err)
		}
	}
}

// moveOn moves the cycle by hand. When the move is done, nothing changes any more,
// not even by a write that was in progress.
func (o *office) moveOn(t *testing.T) (first, last time.Time) {
	t.Helper()
	first = time.Now()
	o.move(t, o.cycle, catalogv1.Phase_PHASE_APPRAISAL_1)
	last = time.Now()
	o.final = o.entries(t)
	return first, last
}

// windowRefusals returns how many writes assessment has refused, by reason.
func (p *platform) windowRefusals(t *testing.T) map[string]int {
	t.Helper()
	admin := p.addresses.Admin
	if process := p.processes["assessment"]; process != nil {
		admin = process.addresses.Admin
	}
	response, err := http.Get("http://" + admin + "/metrics") //nolint:noctx // a test's own server
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	counted := map[string]int{}
	line := regexp.MustCompile(`(?m)^parindex_window_refusals_total\{.*reason="(\w+)".*\} (\S+)$`)
	for _, found := range line.FindAllStringSubmatch(string(content), -1) {
		n, err := strconv.ParseFloat(found[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		counted[found[1]] += int(n)
	}
	if len(counted) == 0 {
		t.Fatalf("assessment does not count refusals:\n%s", content)
	}
	return counted
}

// The authority of a crowd: an entry for each of 50 people.
const (
	crowdedAuthority = "tinh-dong-nguoi"
	crowded          = "/v1/authorities/" + crowdedAuthority
	agencies, items  = 5, 10
	surveyed         = "ii.1.1"
)

func crowdedAgency(i int) string { return fmt.Sprintf("so-%d", i+1) }
func crowdedItem(i int) string   { return fmt.Sprintf("i.1.%d", i+1) }

// crowd is a number of concurrent clients, each with its own connection.
type crowd struct {
	p           *platform
	http        *http.Client
	coordinator string       // a token
	repeated    atomic.Int64 // calls that insist had to send again
}

// newCrowd creates the authority, its agencies and a regulation.
func newCrowd(t *testing.T, p *platform) *crowd {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 2 * agencies * items}
	t.Cleanup(transport.CloseIdleConnections)
	c := &crowd{p: p, http: &http.Client{Transport: transport, Timeout: enough}}
	c.coordinator = c.token(t, 0, auth.Binding{Role: authv1.Role_ROLE_COORDINATOR})
	var catalog strings.Builder
	fmt.Fprintf(&catalog, "format: parindex.catalog/1\nauthority: {id: %s, name: Tỉnh đông người (dữ liệu thử)}\nagencies:\n", crowdedAuthority)
	for i := range agencies {
		fmt.Fprintf(&catalog, "  - {id: %s, name: Sở Thử nghiệm %d}\n", crowdedAgency(i), i+1)
	}
	administrator := c.token(t, 0, auth.Binding{Role: authv1.Role_ROLE_ADMINISTRATOR})
	c.must(t, http.MethodPost, crowded+":importCatalog", administrator,
		&catalogv1.ImportCatalogRequest{Content: []byte(catalog.String()), RequestId: uuid.NewString()}, new(catalogv1.ImportCatalogResponse))
	regulation := new(catalogv1.Regulation)
	create := &catalogv1.CreateRegulationRequest{Regulation: "2026", Content: crowdedRegulation(), RequestId: uuid.NewString()}
	c.must(t, http.MethodPost, crowded+"/regulations", c.coordinator, create, regulation)
	issue := &catalogv1.IssueRegulationRequest{Etag: regulation.GetEtag(), RequestId: uuid.NewString()}
	c.must(t, http.MethodPost, crowded+"/regulations/2026:issue", c.coordinator, issue, regulation)
	return c
}

// crowdedRegulation has ten items of 9 points that agencies enter, and one of 10
// points that is surveyed.
func crowdedRegulation() *catalogv1.RegulationContent {
	set := &catalogv1.CriteriaSet{
		Group: "departments", GroupName: "Sở (dữ liệu thử)",
		Nodes: []*catalogv1.Node{{Part: "i", Code: "1", Name: "Kết quả", Field: "steering"}},
	}
	for i := range items {
		set.Nodes = append(set.Nodes, &catalogv1.Node{
			Part: "i", Code: fmt.Sprintf("1.%d", i+1), Parent: "1", Name: fmt.Sprintf("Nội dung %d", i+1),
			Item: &catalogv1.Item{
				MaxPoints: "9", SourceKind: catalogv1.SourceKind_SOURCE_KIND_SELF,
				Rule: &rulev1.Rule{Family: &rulev1.Rule_Manual{Manual: &rulev1.Manual{Step: "1"}}},
			},
		})
	}
	set.Nodes = append(set.Nodes,
		&catalogv1.Node{Part: "ii", Code: "1", Name: "Tác động", Field: "impact"},
		&catalogv1.Node{
			Part: "ii", Code: "1.1", Parent: "1", Name: "Mức độ hài lòng",
			Item: &catalogv1.Item{
				MaxPoints: "10", SourceKind: catalogv1.SourceKind_SOURCE_KIND_SURVEY,
				Rule: &rulev1.Rule{Family: &rulev1.Rule_Survey{Survey: new(rulev1.Survey)}},
			},
		})
	return &catalogv1.RegulationContent{
		Title: "Quy định thử nghiệm (dữ liệu thử)", DecisionNumber: "1/QĐ-TN", DecisionDate: "2026-01-05", EffectiveDate: "2026-01-10",
		Signer: "Ủy ban nhân dân tỉnh (dữ liệu thử)", Rounds: 1,
		Parts:        []*catalogv1.Part{{Id: "i", Code: "I", Name: "Kết quả"}, {Id: "ii", Code: "II", Name: "Tác động"}},
		CriteriaSets: []*catalogv1.CriteriaSet{set},
	}
}

// createCycle creates a cycle of all agencies and waits until every service has
// received it.
func (c *crowd) createCycle(t *testing.T, cycle string) {
	t.Helper()
	create := &catalogv1.CreateCycleRequest{Cycle: cycle, Name: "Năm 2026 (dữ liệu thử)", Year: 2026, Regulation: "2026", RequestId: uuid.NewString()}
	for i := range agencies {
		create.Members = append(create.Members, &catalogv1.CycleMember{Agency: crowdedAgency(i), Group: "departments"})
	}
	c.must(t, http.MethodPost, crowded+"/cycles", c.coordinator, create, new(catalogv1.Cycle))
	c.spread(t, cycle)
}

// move moves a cycle and waits until every service has acknowledged the move.
func (c *crowd) move(t *testing.T, cycle string, phase catalogv1.Phase) {
	t.Helper()
	request := &catalogv1.MoveCycleRequest{Phase: phase, RequestId: uuid.NewString()}
	c.must(t, http.MethodPost, crowded+"/cycles/"+cycle+":move", c.coordinator, request, new(catalogv1.MoveCycleResponse))
	c.spread(t, cycle)
}

// spread waits until every service has acknowledged the present state of a cycle.
func (c *crowd) spread(t *testing.T, cycle string) {
	t.Helper()
	eventually(t, "every service has heard of "+cycle, func() bool {
		state := new(catalogv1.GetCycleMoveResponse)
		c.must(t, http.MethodGet, crowded+"/cycles/"+cycle+"/move", c.coordinator, nil, state)
		return state.GetDone()
	})
}

// eventually waits until a condition is true.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(enough); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain waited until %s", what)
		}
	}
}

// token returns the token of a person, by number, with a role in the authority.
func (c *crowd) token(t *testing.T, number int, binding auth.Binding) string {
	t.Helper()
	binding.Authority = crowdedAuthority
	principal := auth.Principal{
		Kind: auth.Person, ID: fmt.Sprintf("00000000-0000-7000-8000-%012d", number), Bindings: []auth.Binding{binding},
	}
	token, _, err := auth.Sign(c.p.key, principal, time.Now(), tokenLife)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// refusal is an answer with a status other than 200.
type refusal struct {
	status int // of HTTP
	code   codes.Code
	reason string
	body   string
}

// Error returns the status, the reason and the text.
func (r *refusal) Error() string { return fmt.Sprintf("%d %s", r.status, r.body) }

// send is either call or insist.
type send func(ctx context.Context, method, path, token string, request, answer proto.Message) error

// call sends a request and reads the answer. It fails with a *refusal.
func (c *crowd) call(ctx context.Context, method, path, token string, request, answer proto.Message) error {
	var content []byte
	if request != nil {
		var err error
		if content, err = protojson.Marshal(request); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+c.p.addresses.HTTP+path, bytes.NewReader(content))
	if err != nil {
		return err
	}
	if request != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if content, err = io.ReadAll(response.Body); err != nil {
		return err
	}
	if response.StatusCode == http.StatusOK {
		return protojson.Unmarshal(content, answer)
	}
	var body struct{ Code codes.Code }
	_ = json.Unmarshal(content, &body) // what is no JSON has no code
	return &refusal{response.StatusCode, body.Code, reason(content), string(content)}
}

// insist is like call, but repeats the request while a service is away.
func (c *crowd) insist(ctx context.Context, method, path, token string, request, answer proto.Message) error {
	for deadline := time.Now().Add(enough); ; time.Sleep(20 * time.Millisecond) {
		err := c.call(ctx, method, path, token, request, answer)
		refused, ok := errors.AsType[*refusal](err)
		if !ok || refused.status != http.StatusServiceUnavailable || time.Now().After(deadline) {
			return err
		}
		c.repeated.Add(1)
	}
}

// must is like insist, for a request that has to succeed.
func (c *crowd) must(t *testing.T, method, path, token string, request, answer proto.Message) {
	t.Helper()
	if err := c.insist(t.Context(), method, path, token, request, answer); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

// attempt is one write as its clerk knows it.
type attempt struct {
	request        *assessmentv1.UpdateEntryRequest
	sent, answered time.Time
	entry          *assessmentv1.Entry // acknowledged; nil: refused
	reason         string              // of the refusal
}

// clerk writes one entry over and over and keeps a ledger of its writes.
type clerk struct {
	agency, item, path, token string
	send                      send
	etag                      string
	ledger                    []attempt
	accepted, refused         atomic.Int64
	failure                   error // what neither acknowledges nor refuses
}

func (k *clerk) writes() int64   { return k.accepted.Load() }
func (k *clerk) refusals() int64 { return k.refused.Load() }

// write writes a content that was never written before.
func (k *clerk) write(ctx context.Context) bool {
	n := len(k.ledger)
	a := attempt{entry: new(assessmentv1.Entry), request: &assessmentv1.UpdateEntryRequest{
		Round: 1, Input: &rulev1.Input{Facts: &rulev1.Input_Points{Points: strconv.Itoa(n % 10)}},
		Justification: fmt.Sprintf("Lần ghi thứ %d.", n), Etag: k.etag, RequestId: uuid.NewString(),
	}}
	a.sent = time.Now()
	err := k.send(ctx, http.MethodPatch, k.path, k.token, a.request, a.entry)
	a.answered = time.Now()
	refused, ok := errors.AsType[*refusal](err)
	count := &k.accepted
	switch {
	case err == nil:
		k.etag = a.entry.GetEtag()
	case ok && refused.code == codes.FailedPrecondition && strings.HasPrefix(refused.reason, "WINDOW_"):
		a.entry, a.reason, count = nil, refused.reason, &k.refused
	default:
		k.failure = err
		return false
	}
	k.ledger = append(k.ledger, a)
	count.Add(1)
	return true
}

// office is a number of clerks who work on the sheets of a cycle.
type office struct {
	*crowd

	cycle  string
	final  map[string]*assessmentv1.Entry // what stood when the cycle had moved on; nil: it has not
	clerks []*clerk
	failed atomic.Bool
	stop   func() // returns when everybody has stopped
}

// work starts clerks, each on its own entry, who write until they are told to stop.
func (c *crowd) work(t *testing.T, cycle string, clerks int, by send) *office {
	t.Helper()
	o := &office{crowd: c, cycle: cycle}
	var working sync.WaitGroup
	stop := make(chan struct{})
	o.stop = sync.OnceFunc(func() {
		close(stop)
		working.Wait()
	})
	t.Cleanup(o.stop)
	for i := range clerks {
		k := &clerk{agency: crowdedAgency(i % agencies), item: crowdedItem(i / agencies), send: by, etag: "0"}
		k.path = crowded + "/cycles/" + cycle + "/sheets/" + k.agency + "/entries/" + k.item
		k.token = c.token(t, i+1, auth.Binding{Role: authv1.Role_ROLE_AGENCY_EDITOR, Agency: k.agency})
		o.clerks = append(o.clerks, k)
		working.Go(func() {
			for k.write(t.Context()) {
				select {
				case <-stop:
					return
				default:
				}
			}
			o.failed.Store(true)
		})
	}
	return o
}

// untilMore waits until a count of every clerk has grown by more.
func (o *office) untilMore(t *testing.T, what string, counted func(*clerk) int64, more int64) {
	t.Helper()
	want := map[*clerk]int64{}
	for _, k := range o.clerks {
		want[k] = counted(k) + more
	}
	eventually(t, what, func() bool {
		if o.failed.Load() {
			o.settle(t)
			t.FailNow()
		}
		return !slices.ContainsFunc(o.clerks, func(k *clerk) bool { return counted(k) < want[k] })
	})
}

// settle ends the work and compares the ledgers with the stored data: each entry
// must equal the last acknowledged write, including its etag and time, and the
// audit log must have an entry for each acknowledged write. The last acknowledged
// write, sent again, must get the same answer.
func (o *office) settle(t *testing.T) {
	t.Helper()
	o.stop()
	stand, acknowledged := o.entries(t), map[string]int64{}
	for _, k := range o.clerks {
		if k.failure != nil {
			t.Errorf("%s: %v", k.path, k.failure)
		}
		acknowledged[k.agency] += k.writes()
		if k.writes() == 0 {
			t.Errorf("%s: nothing was acknowledged", k.path)
			continue
		}
		last := k.last()
		got, want := stand[k.agency+" "+k.item], proto.CloneOf(last.entry)
		want.Open = got.GetOpen() // as it is in the cycle now
		if !proto.Equal(got, want) {
			t.Errorf("%s: stored is\n%v\nacknowledged last was\n%v", k.path, got, want)
		}
		if final := o.final[k.agency+" "+k.item]; o.final != nil && !proto.Equal(got, final) {
			t.Errorf("%s: after the closing there stood\n%v\nand now\n%v", k.path, final, got)
		}
		again := new(assessmentv1.Entry)
		o.must(t, http.MethodPatch, k.path, k.token, last.request, again)
		if !proto.Equal(again, last.entry) {
			t.Errorf("%s: sent again it is answered with\n%v\nand was with\n%v", k.path, again, last.entry)
		}
	}
	o.checkAudit(t, acknowledged)
}

// last returns the last acknowledged write.
func (k *clerk) last() attempt {
	for _, a := range slices.Backward(k.ledger) {
		if a.entry != nil {
			return a
		}
	}
	return attempt{}
}

// entries returns the stored entries by agency and item.
func (o *office) entries(t *testing.T) map[string]*assessmentv1.Entry {
	t.Helper()
	entries := map[string]*assessmentv1.Entry{}
	for i := range agencies {
		sheet := new(assessmentv1.Sheet)
		o.must(t, http.MethodGet, crowded+"/cycles/"+o.cycle+"/sheets/"+crowdedAgency(i), o.coordinator, nil, sheet)
		for _, e := range sheet.GetEntries() {
			entries[sheet.GetAgency()+" "+e.GetItem()] = e
		}
	}
	return entries
}

// checkAudit checks that the audit log of each sheet is intact and has exactly one
// entry for each acknowledged write.
func (o *office) checkAudit(t *testing.T, acknowledged map[string]int64) {
	t.Helper()
	db, err := pg.Open(t.Context(), pg.Config{DSN: o.p.config.Assessment.DB.DSN}, pg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for agency, writes := range acknowledged {
		sheet := "authorities/" + crowdedAuthority + "/cycles/" + o.cycle + "/agencies/" + agency + "/sheet"
		if err := audit.Verify(t.Context(), db, "assessment", sheet); err != nil {
			t.Error(err)
		}
		logged, err := audit.List(t.Context(), db, "assessment", sheet, 0, math.MaxInt32)
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(logged)) != writes {
			t.Errorf("%s: %d writes were acknowledged, the audit log has %d", agency, writes, len(logged))
		}
	}
}

// checkRefusals checks that the closing, which lies between two instants, separates
// the accepted writes from the refused ones. A refused write that is sent again
// must be refused again, because refusals are not remembered.
func (o *office) checkRefusals(t *testing.T, first, last time.Time) {
	t.Helper()
	var accepted int64
	underWay := 0
	for _, k := range o.clerks {
		accepted += k.writes()
		place := 0
		for _, a := range k.ledger {
			at := slices.Index([]string{"WINDOW_NOT_OPEN", "", "WINDOW_CLOSED"}, a.reason)
			if at < place {
				t.Errorf("%s: the cycle closed or opened again: %v is answered %q", k.path, a.request, a.reason)
			}
			place = at
			if a.reason == "WINDOW_CLOSED" && a.answered.Before(first) {
				t.Errorf("%s: refused as late %s before the closing", k.path, first.Sub(a.answered))
			}
			if a.reason == "" && a.sent.After(last) {
				t.Errorf("%s: accepted, and sent %s after the closing", k.path, a.sent.Sub(last))
			}
			if a.sent.Before(last) && a.answered.After(first) {
				underWay++
			}
		}
		k.refusedAgain(t)
	}
	t.Logf("%s: %d writes accepted, refused %v, %d under way at the closing", o.cycle, accepted, o.refusals(), underWay)
}

// refusedAgain repeats the first and the last refused write.
func (k *clerk) refusedAgain(t *testing.T) {
	t.Helper()
	for _, a := range []attempt{k.ledger[0], k.ledger[len(k.ledger)-1]} {
		err := k.send(t.Context(), http.MethodPatch, k.path, k.token, a.request, new(assessmentv1.Entry))
		refused, ok := errors.AsType[*refusal](err)
		if !ok || refused.reason != "WINDOW_CLOSED" {
			t.Errorf("%s: it was refused as %s; sent again: %v", k.path, a.reason, err)
			continue
		}
		k.ledger = append(k.ledger, attempt{request: a.request, reason: refused.reason})
	}
}

// refusals counts the refused writes by reason.
func (o *office) refusals() map[string]int {
	counted := map[string]int{}
	for _, k := range o.clerks {
		for _, a := range k.ledger {
			if a.entry == nil {
				counted[a.reason]++
			}
		}
	}
	return counted
}
