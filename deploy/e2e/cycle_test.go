package e2e

import (
	"cmp"
	cryptorand "crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/deploy/play"
	"github.com/parindex/parindex/deploy/rest"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
	"github.com/parindex/parindex/services/identity"
)

var seed = flag.Uint64("cycle-seed", 0, "plays TestCycle's restarts as in the run that logged it; 0: another order each time")

// playersPassword is the password of every account of the play.
const playersPassword = "correct horse battery"

// TestCycle plays one whole cycle and compares the public result with the table
// computed by hand in testdata/cycle-leaderboard.golden. During the play every
// process is restarted twice, once gracefully and once by killing it; the platform
// in one process is restarted once. No step may fail because of it.
func TestCycle(t *testing.T) { both(t, playCycle) }

func playCycle(t *testing.T, p *platform) {
	t.Helper()
	player := newPlayer(t, p)
	steps := player.Steps()
	interruptions := p.interruptions(t, len(steps))
	for i, step := range steps {
		begin := time.Now()
		if err := step.Do(t.Context()); err != nil {
			t.Fatalf("%s: %v\nthe platform complains of\n%s", step.Name, err, p.complaints())
		}
		t.Logf("%6.2fs %s", time.Since(begin).Seconds(), step.Name)
		if step.Name == play.ValuesReported {
			p.reportByGRPC(t, player)
		}
		for _, interrupt := range interruptions[i] {
			interrupt(t)
		}
	}
	want := withoutComments(read(t, "testdata/cycle-leaderboard.golden"))
	if got := p.tables(t, player.Cycle()); got != want {
		t.Errorf("the leaderboards are not those computed by hand; got\n%s\nwant\n%s", got, want)
	}
}

// TestPlayAfterAnInterruptedOne stops a play half-way. The next play uses the
// existing agencies and accounts and plays another cycle.
func TestPlayAfterAnInterruptedOne(t *testing.T) {
	p := start(t)
	for _, want := range []string{"2026", "2026-2", "2026-3"} {
		player := newPlayer(t, p)
		for _, step := range player.Steps()[:6] {
			if err := step.Do(t.Context()); err != nil {
				t.Fatalf("%s: %v", step.Name, err)
			}
		}
		if got := player.Cycle(); got != want {
			t.Errorf("the cycle played is %s and not %s", got, want)
		}
	}
}

// newPlayer returns a Player for p, with two administrators who may exist already.
func newPlayer(t *testing.T, p *platform) *play.Player {
	t.Helper()
	const admin, second = "quan-tri", "quan-tri-hai"
	for _, login := range []string{admin, second} {
		person := identity.Person{Login: login, Password: playersPassword, DisplayName: "Quản trị"}
		err := identity.EnsureAccount(t.Context(), p.config.Identity, person, []authv1.Role{authv1.Role_ROLE_ADMINISTRATOR}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
	}
	client, err := rest.New(rest.Config{URL: "http://" + p.addresses.HTTP, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	player, err := play.New(play.Config{
		Client: client, Admin: admin, Second: second, AdminPassword: playersPassword, Password: playersPassword,
		Now: time.Now, Random: cryptorand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	return player
}

// complaints returns the last warnings and errors in the platform's log.
func (p *platform) complaints() string {
	var lines []string
	for line := range strings.Lines(p.log.String()) {
		if strings.Contains(line, `"level":"WARN"`) || strings.Contains(line, `"level":"ERROR"`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-20):], "")
}

// interruptions draws the steps after which a process is restarted.
func (p *platform) interruptions(t *testing.T, steps int) [][]func(*testing.T) {
	t.Helper()
	drawn := cmp.Or(*seed, uint64(time.Now().UnixNano()))
	t.Logf("to play these restarts again: -cycle-seed=%d", drawn)
	random := rand.New(rand.NewPCG(drawn, 0)) //nolint:gosec // not for secrets
	planned := make([][]func(*testing.T), steps)
	plan := func(what, name string, do func(*testing.T, string)) {
		i := random.IntN(steps - 1)
		planned[i] = append(planned[i], func(t *testing.T) {
			t.Helper()
			t.Logf("        %s %s", what, cmp.Or(name, "everything"))
			do(t, name)
		})
	}
	if len(p.processes) == 0 {
		plan("restarting", "", p.restart)
		return planned
	}
	for _, name := range append([]string{"gateway"}, siblings...) {
		plan("restarting", name, p.restart)
		plan("killing", name, p.kill)
	}
	return planned
}

// reportByGRPC reports a value like another agency's software: over gRPC, with a
// token in exchange for its secret. The agency reads the source of the value.
func (p *platform) reportByGRPC(t *testing.T, player *play.Player) {
	t.Helper()
	name, secret := player.System()
	exchanged := outlast(t, func() (*authv1.ExchangeSecretResponse, error) {
		return authv1.NewTokenServiceClient(p.dial(t, "identity")).ExchangeSecret(t.Context(),
			&authv1.ExchangeSecretRequest{ServiceAccount: name, Secret: secret})
	})
	assessment := assessmentv1.NewAssessmentServiceClient(p.dial(t, "assessment"))
	const period, source = "Quý IV/2026", "Hệ thống một cửa, qua gRPC"
	request := &assessmentv1.ReportValueRequest{
		Authority: play.Authority, Cycle: player.Cycle(), Agency: "so-ba", Item: "i.2.2", Period: period, Source: source,
		Input:     &rulev1.Input{Facts: &rulev1.Input_Ratio{Ratio: &rulev1.Ratio{Done: "1200", Planned: "1200"}}},
		RequestId: "5f0c3c7e-6a51-4b0e-9d0b-0b9d8f6f2a11",
	}
	if _, err := assessment.ReportValue(t.Context(), request); status.Code(err) != codes.Unauthenticated {
		t.Errorf("reporting without a token: %v", err)
	}
	ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+exchanged.GetAccessToken())
	report := func() (*assessmentv1.ReportValueResponse, error) { return assessment.ReportValue(ctx, request) }
	if first, again := outlast(t, report), outlast(t, report); !proto.Equal(first, again) {
		t.Errorf("the same request reports another value: %v, then %v", first, again)
	}
	other := proto.CloneOf(request)
	other.Source = "Another source"
	if _, err := assessment.ReportValue(ctx, other); reasonOf(err) != "REQUEST_ID_REUSED" {
		t.Errorf("the same request id with another source: %v", err)
	}

	var sheet struct {
		Entries []struct {
			Item, CountedPoints string
			ReportedValue       struct{ Reporter, Period, Source, ReportTime string }
		}
	}
	token := p.login(t, "td-so-ba-nhaplieu", playersPassword)
	answer := p.patient(t, http.MethodGet, "/v1/authorities/"+play.Authority+"/cycles/"+player.Cycle()+"/sheets/so-ba", token, nil)
	if err := json.Unmarshal(answer, &sheet); err != nil {
		t.Fatal(err)
	}
	for _, e := range sheet.Entries {
		if r := e.ReportedValue; e.Item == "i.2.2" &&
			(e.CountedPoints != "18" || r.Reporter != name || r.Period != period || r.Source != source || r.ReportTime == "") {
			t.Errorf("the sheet shows %+v", e)
		}
	}
}

// outlast repeats a call as long as a service is away.
func outlast[T any](t *testing.T, call func() (T, error)) T {
	t.Helper()
	for deadline := time.Now().Add(enough); ; time.Sleep(50 * time.Millisecond) {
		answer, err := call()
		if status.Code(err) == codes.Unavailable && time.Now().Before(deadline) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
}

// dial connects to the address where a service accepts gRPC of other agencies.
func (p *platform) dial(t *testing.T, service string) *grpc.ClientConn {
	t.Helper()
	address := p.addresses.GRPC
	if process := p.processes[service]; process != nil {
		address = process.addresses.GRPC
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// tables returns the published leaderboards of a cycle, read without a login, in
// the format of the golden file.
func (p *platform) tables(t *testing.T, cycle string) string {
	t.Helper()
	var all strings.Builder
	for _, group := range []string{"departments", "public-service-units"} {
		answer := p.patient(t, http.MethodGet, "/v1/authorities/"+play.Authority+"/cycles/"+cycle+"/leaderboards/"+group, "", nil)
		var b struct {
			board
			GroupName string
		}
		if err := json.Unmarshal(answer, &b); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "\n%s: %s\n%s", b.Group, b.GroupName, tableOf(b.board))
	}
	return all.String()
}

func tableOf(b board) string {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "rank\tagency\tstandard\tself\tofficials\tsatisfaction\tsurvey\ttotal\tindex\texact\tclass")
	for _, e := range b.Entries {
		_, _ = fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", *e.Rank, e.Agency, shown(e.StandardPoints),
			shown(e.SelfPoints), shown(e.OfficialsPoints), shown(e.SatisfactionPoints), shown(e.SurveyPoints),
			shown(e.TotalPoints), shown(e.Index), shown(e.IndexExact), shown(e.Class))
	}
	_ = w.Flush() // into a strings.Builder, which takes all
	for _, e := range b.Entries {
		var domains []string
		for _, d := range e.Domains {
			domains = append(domains, fmt.Sprintf("%s %s %s/%s = %s", d.Field, d.Code, shown(d.Points), shown(d.StandardPoints), shown(d.Index)))
		}
		fmt.Fprintf(&table, "%s: %s\n", e.Agency, strings.Join(domains, ", "))
	}
	s := b.Statistics
	fmt.Fprintf(&table, "mean %s, highest %s, lowest %s, gap %s\n", shown(s.MeanIndex), shown(s.Highest), shown(s.Lowest), shown(s.Gap))
	return table.String()
}

func shown(figure *string) string {
	if figure == nil {
		return "-"
	}
	return *figure
}

func withoutComments(text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
