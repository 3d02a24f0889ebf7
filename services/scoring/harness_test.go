package scoring_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	goredis "github.com/redis/go-redis/v9"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/scoring"
	"github.com/parindex/parindex/services/scoring/internal/postgres"
)

// clock is a clock that tests can move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a running scoring service with everything around it.
type world struct {
	scoringv1.ScoringServiceClient

	clock    *clock
	newID    func() (uuid.UUID, error)
	key      ed25519.PrivateKey
	catalog  *catalog
	siblings *siblings
	// stop makes a sibling go away, by name.
	stop map[string]func()

	service service.Service
	db      *pgxpool.Pool
	metrics *prometheus.Registry
	log     *bytes.Buffer
}

// enough is far more than anything here takes on a busy machine.
const enough = 60 * time.Second

// newWorld serves scoring over a fresh database with the Redis at a URL ("" is
// none).
func newWorld(t *testing.T, redisURL string) *world {
	t.Helper()
	return newWorldOf(t, patient(redisURL), socTrang())
}

// patient waits for the Redis at a URL however busy the machine is.
func patient(redisURL string) scoring.Config {
	return scoring.Config{RedisURL: redisURL, RedisTimeout: enough}
}

func newWorldOf(t *testing.T, cfg scoring.Config, c *catalog) *world {
	t.Helper()
	lines := postgres.Lines()
	db := pgtest.New(t, "scoring", migrate, lines[0].FS, lines[1].FS, lines[2].FS, lines[3].FS)
	w := newWorldAt(t, db.DSN, cfg, today, c)
	w.db = db.Pool
	return w
}

func migrate(ctx context.Context, dsn string) error {
	return scoring.Spec(&scoring.Config{DB: pg.Config{DSN: dsn}}).Migrate(ctx, slog.New(slog.DiscardHandler))
}

// today has nanoseconds, which PostgreSQL does not keep.
var today = time.Date(2024, 4, 1, 8, 0, 0, 123_456_789, time.UTC)

func newWorldAt(t *testing.T, dsn string, cfg scoring.Config, now time.Time, c *catalog) *world {
	t.Helper()
	cfg.DB = pg.Config{DSN: dsn, MaxConns: 4}
	w := &world{
		clock: &clock{now: now}, newID: uuid.NewV7, key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)),
		catalog: c, siblings: &siblings{}, stop: map[string]func(){}, metrics: prometheus.NewRegistry(), log: &bytes.Buffer{},
	}
	siblings := map[string]func(grpc.ServiceRegistrar){
		"catalog": func(r grpc.ServiceRegistrar) { catalogv1.RegisterCatalogServiceServer(r, w.catalog) },
		"assessment": func(r grpc.ServiceRegistrar) {
			assessmentv1.RegisterAssessmentServiceServer(r, assessment{siblings: w.siblings})
		},
		"appraisal": func(r grpc.ServiceRegistrar) {
			appraisalv1.RegisterAppraisalServiceServer(r, appraisal{siblings: w.siblings})
		},
		"survey": func(r grpc.ServiceRegistrar) { surveyv1.RegisterSurveyServiceServer(r, survey{siblings: w.siblings}) },
	}
	// Each connection has a server of its own; stop stops all of one name.
	dial := func(name string, credential rpc.Credential) (grpc.ClientConnInterface, error) {
		conn, stop := w.serve(t, name, credential, siblings[name])
		before := w.stop[name]
		w.stop[name] = func() {
			if stop(); before != nil {
				before()
			}
		}
		return conn, nil
	}
	var err error
	w.service, err = scoring.Open(t.Context(), cfg, service.Deps{
		Dial: dial, Token: w.ownToken, Interval: 5 * time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(w.log, nil)), Now: w.clock.Now, Metrics: w.metrics,
		NewID: func() (uuid.UUID, error) { return w.newID() },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.service.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	conn, _ := w.serve(t, "scoring", tokenOf, w.service.Register)
	w.ScoringServiceClient = scoringv1.NewScoringServiceClient(conn)
	return w
}

// serve runs services behind the real interceptors and returns a connection and
// what stops them.
func (w *world) serve(t *testing.T, name string, credential rpc.Credential, register func(grpc.ServiceRegistrar)) (*grpc.ClientConn, func()) {
	t.Helper()
	public, ok := w.key.Public().(ed25519.PublicKey)
	if !ok {
		t.Fatal("no Ed25519 key")
	}
	keys := func(context.Context) (map[string]ed25519.PublicKey, error) {
		return map[string]ed25519.PublicKey{auth.KeyID(public): public}, nil
	}
	server, err := rpc.NewServer(rpc.ServerDeps{
		Service: name, Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
		Verifier: auth.NewVerifier(keys, w.clock.Now), Now: w.clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	register(server)
	if err := server.Guard(); err != nil {
		t.Fatal(err)
	}
	listener := bufconn.Listen(1 << 20)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Server.Stop)
	conn, err := rpc.Dial("passthrough:///"+name, credential, grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return listener.Dial() }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn, func() {
		server.Server.Stop()
		_ = listener.Close()
	}
}

type tokenKey struct{}

func tokenOf(ctx context.Context) (string, error) {
	token, _ := ctx.Value(tokenKey{}).(string)
	return token, nil
}

// ownToken is scoring's own credential.
func (w *world) ownToken(context.Context) (string, error) {
	token, _, err := auth.Sign(w.key, auth.Principal{Kind: auth.Service, ID: "scoring"}, w.clock.Now(), 10*time.Minute)
	return token, err
}

// as returns a context whose calls are made by a person with one role.
func (w *world) as(t *testing.T, role authv1.Role, authority string) context.Context {
	t.Helper()
	p := auth.Principal{Kind: auth.Person, ID: "0197f3c4-0000-7000-8000-000000000001", Bindings: []auth.Binding{{Role: role, Authority: authority}}}
	token, _, err := auth.Sign(w.key, p, w.clock.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return context.WithValue(t.Context(), tokenKey{}, token)
}

func (w *world) coordinator(t *testing.T) context.Context {
	t.Helper()
	return w.as(t, authv1.Role_ROLE_COORDINATOR, "soc-trang")
}

// publish imports content for soc-trang's 2023 and returns what is public then.
func (w *world) publish(t *testing.T, content []byte, notice string) *scoringv1.PublishedCycle {
	t.Helper()
	answer, err := w.ImportHistory(w.coordinator(t), importOf(content, notice))
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetPublishedCycle()
}

func importOf(content []byte, notice string) *scoringv1.ImportHistoryRequest {
	return &scoringv1.ImportHistoryRequest{Authority: "soc-trang", Cycle: "2023", Content: content, Notice: notice}
}

// printed2023 is the file that ships with the platform.
func printed2023(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "deploy", "trial", "data", "soc-trang", "history-2023.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// changed returns content with one text in the place of another, which must be there.
func changed(t *testing.T, content []byte, old, replacement string) []byte {
	t.Helper()
	if !bytes.Contains(content, []byte(old)) {
		t.Fatalf("the file does not hold %q", old)
	}
	return bytes.Replace(content, []byte(old), []byte(replacement), 1)
}

func (w *world) get(t *testing.T, group, publication string) *scoringv1.GetLeaderboardResponse {
	t.Helper()
	answer, err := w.GetLeaderboard(t.Context(), &scoringv1.GetLeaderboardRequest{
		Authority: "soc-trang", Cycle: "2023", Group: group, Publication: publication,
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (w *world) leaderboard(t *testing.T, group string) *scoringv1.Leaderboard {
	t.Helper()
	l := &scoringv1.Leaderboard{}
	if err := protojson.Unmarshal(unzip(t, w.get(t, group, "").GetBody().GetData()), l); err != nil {
		t.Fatal(err)
	}
	return l
}

func unzip(t *testing.T, body []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// reads returns how many leaderboards a source has served.
func (w *world) reads(t *testing.T, source string) float64 {
	t.Helper()
	families, err := w.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "parindex_leaderboard_reads_total" && m.GetLabel()[0].GetValue() == source {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

// wantFault fails unless err is a fault with this reason, and returns what it
// lists.
func wantFault(t *testing.T, err error, code string) []fault.Violation {
	t.Helper()
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok || f.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
	return f.Violations
}

// code returns the reason of a fault, "" for none.
func code(err error) string {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f.Code
	}
	return ""
}

// catalog is a fake of the rpcs that scoring asks, fed from Go data.
type catalog struct {
	catalogv1.UnimplementedCatalogServiceServer

	mu         sync.Mutex
	authority  *catalogv1.Authority
	cycles     map[string]*catalogv1.Cycle
	agencies   []*catalogv1.CycleAgency
	regulation *catalogv1.Regulation
	// offices are the agencies of the authority, as far as they are below others.
	offices []*catalogv1.Agency
	acked   int64
}

func (c *catalog) GetRegulation(context.Context, *catalogv1.GetRegulationRequest) (*catalogv1.GetRegulationResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &catalogv1.GetRegulationResponse{Regulation: c.regulation}, nil
}

func (c *catalog) ListCycleChanges(_ context.Context, req *catalogv1.ListCycleChangesRequest) (*catalogv1.ListCycleChangesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var changed []*catalogv1.Cycle
	for _, cycle := range c.cycles {
		if cycle.GetRevision() > req.GetSinceRevision() {
			changed = append(changed, cycle)
		}
	}
	slices.SortFunc(changed, func(a, b *catalogv1.Cycle) int { return cmp.Compare(a.GetRevision(), b.GetRevision()) })
	return &catalogv1.ListCycleChangesResponse{Cycles: changed}, nil
}

func (c *catalog) AcknowledgeCycleChanges(_ context.Context, req *catalogv1.AcknowledgeCycleChangesRequest) (*catalogv1.AcknowledgeCycleChangesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acked = req.GetRevision()
	return &catalogv1.AcknowledgeCycleChangesResponse{}, nil
}

func (c *catalog) acknowledged() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.acked
}

func (c *catalog) GetAuthority(_ context.Context, req *catalogv1.GetAuthorityRequest) (*catalogv1.GetAuthorityResponse, error) {
	if req.GetAuthority() != c.authority.GetId() {
		return nil, fault.Reason{Kind: fault.NotFound, Code: "AUTHORITY_UNKNOWN"}
	}
	return &catalogv1.GetAuthorityResponse{Authority: c.authority}, nil
}

func (c *catalog) GetCycle(_ context.Context, req *catalogv1.GetCycleRequest) (*catalogv1.GetCycleResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cycle, ok := c.cycles[req.GetCycle()]
	if !ok {
		return nil, fault.Reason{Kind: fault.NotFound, Code: "CYCLE_UNKNOWN"}
	}
	return &catalogv1.GetCycleResponse{Cycle: cycle}, nil
}

func (c *catalog) ListAgencies(context.Context, *catalogv1.ListAgenciesRequest) (*catalogv1.ListAgenciesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &catalogv1.ListAgenciesResponse{Agencies: c.offices}, nil
}

// ListCycleAgencies gives seven agencies a page, so that there are several.
func (c *catalog) ListCycleAgencies(_ context.Context, req *catalogv1.ListCycleAgenciesRequest) (*catalogv1.ListCycleAgenciesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	from, _ := strconv.Atoi(req.GetPageToken())
	to := min(from+7, len(c.agencies))
	answer := &catalogv1.ListCycleAgenciesResponse{CycleAgencies: c.agencies[from:to]}
	if to < len(c.agencies) {
		answer.NextPageToken = strconv.Itoa(to)
	}
	return answer, nil
}

// rename gives an agency another name.
func (c *catalog) rename(id, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.agencies, func(a *catalogv1.CycleAgency) bool { return a.GetAgency().GetId() == id })
	c.agencies[i] = &catalogv1.CycleAgency{
		Agency: &catalogv1.Agency{Id: id, Name: name, Aliases: []string{c.agencies[i].GetAgency().GetName()}},
		Group:  c.agencies[i].GetGroup(), State: c.agencies[i].GetState(),
	}
}

// socTrang is the province with the cycles 2023 (imported) and 2024 (run).
func socTrang() *catalog {
	groups := []*catalogv1.Group{
		{Id: "departments", Name: "Sở, ban, ngành tỉnh"},
		{Id: "districts", Name: "Ủy ban nhân dân cấp huyện"},
		{Id: "public-service-units", Name: "Đơn vị sự nghiệp công lập tỉnh"},
		{Id: "central-agencies", Name: "Cơ quan Trung ương đặt tại tỉnh"},
	}
	c := &catalog{
		authority: &catalogv1.Authority{Id: "soc-trang", Name: "Ủy ban nhân dân tỉnh Sóc Trăng"},
		cycles: map[string]*catalogv1.Cycle{
			"2023": {Authority: "soc-trang", Id: "2023", Name: "Năm 2023", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED, Groups: groups, Revision: 2},
			"2022": {Authority: "soc-trang", Id: "2022", Name: "Năm 2022", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED, Groups: groups, Revision: 1},
			"2024": {Authority: "soc-trang", Id: "2024", Name: "Năm 2024", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN, Groups: groups, Revision: 3, Phase: catalogv1.Phase_PHASE_PREPARATION},
		},
	}
	add := func(group string, state catalogv1.ScoringState, names ...string) {
		for _, name := range names {
			c.agencies = append(c.agencies, &catalogv1.CycleAgency{
				Agency: &catalogv1.Agency{Id: fmt.Sprintf("agency-%02d", len(c.agencies)+1), Name: name}, Group: group, State: state,
			})
		}
	}
	scored, notScored := catalogv1.ScoringState_SCORING_STATE_SCORED, catalogv1.ScoringState_SCORING_STATE_NOT_SCORED
	add("departments", scored, "Ban Dân tộc", "Ban Quản lý các khu công nghiệp", "Sở Công Thương", "Sở Giáo dục và Đào tạo",
		"Sở Giao thông vận tải", "Sở Kế hoạch và Đầu tư", "Sở Khoa học và Công nghệ", "Sở Lao động, Thương binh và Xã hội", "Sở Nội vụ",
		"Sở Nông nghiệp và Phát triển nông thôn", "Sở Tài chính", "Sở Tài nguyên và Môi trường", "Sở Thông tin và Truyền thông", "Sở Tư pháp",
		"Sở Văn hóa, Thể thao và Du lịch", "Sở Xây dựng", "Sở Y tế", "Thanh tra tỉnh", "Văn phòng UBND tỉnh")
	add("districts", scored, "UBND huyện Châu Thành", "UBND huyện Cù Lao Dung", "UBND huyện Kế Sách", "UBND huyện Long Phú", "UBND huyện Mỹ Tú",
		"UBND huyện Mỹ Xuyên", "UBND huyện Thạnh Trị", "UBND huyện Trần Đề", "UBND thành phố Sóc Trăng", "UBND thị xã Ngã Năm", "UBND thị xã Vĩnh Châu")
	add("public-service-units", scored, "Ban Quản lý Dự án 1", "Ban Quản lý Dự án 2", "Trường Cao đẳng Cộng đồng Sóc Trăng", "Trường Cao đẳng Nghề Sóc Trăng")
	add("public-service-units", notScored, "Trường Bổ túc Văn hóa Pali Nam bộ")
	add("central-agencies", scored, "Bảo hiểm xã hội", "Chi cục Hải quan", "Công an tỉnh", "Cục Thuế tỉnh", "Kho bạc Nhà nước",
		"Ngân hàng Nhà nước Chi nhánh tỉnh Sóc Trăng")
	for _, a := range c.agencies {
		if a.GetAgency().GetName() == "UBND huyện Thạnh Trị" {
			a.Agency.Aliases = []string{"UBND huyện Thanh Trì"}
		}
	}
	return c
}

// sharedRedis is the Redis that tests share; what they keep there lies under ids
// of their own.
func sharedRedis(t *testing.T) string {
	t.Helper()
	address := os.Getenv("PARINDEX_TEST_REDIS_URL")
	if address == "" {
		t.Fatal(`no Redis for tests: run "make test", or "eval $(deploy/local/up.sh --name test)" and set PARINDEX_TEST_REDIS_URL=$PARINDEX_REDIS_URL`)
	}
	return address
}

// ownRedis is a Redis that a test may harm.
type ownRedis struct {
	*goredis.Client

	url     string
	process *os.Process
}

func newRedis(t *testing.T) *ownRedis {
	t.Helper()
	program, err := exec.LookPath(filepath.Join(os.Getenv("PARINDEX_REDIS_BIN"), "redis-server"))
	if err != nil {
		t.Fatalf(`no redis-server for fault tests: run "make test", or install redis-server, or "eval $(deploy/local/tools.sh redis)" (%v)`, err)
	}
	dir := socketDir(t)
	socket := filepath.Join(dir, "s")
	command := exec.Command(program, "--port", "0", "--unixsocket", socket, "--dir", dir, "--save", "", "--appendonly", "no") //nolint:gosec,noctx // a test's own program; the test ends it
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	r := &ownRedis{Client: goredis.NewClient(&goredis.Options{Network: "unix", Addr: socket}), url: "unix://" + socket, process: command.Process}
	t.Cleanup(func() {
		_ = r.Close()
		_ = r.kill()
	})
	r.answers(t)
	return r
}

// answers waits until r does.
func (r *ownRedis) answers(t *testing.T) {
	t.Helper()
	until(t, func() error { return r.Ping(t.Context()).Err() })
}

// kill ends r as a crash does and returns when it is gone.
func (r *ownRedis) kill() error {
	if err := r.process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	_, _ = r.process.Wait() // fails where it was waited for already
	return nil
}

// fill empties r, gives it 1 MB without eviction and writes until it takes no more.
func (r *ownRedis) fill(ctx context.Context) error {
	err := errors.Join(r.FlushAll(ctx).Err(), r.ConfigSet(ctx, "maxmemory", "1mb").Err(), r.ConfigSet(ctx, "maxmemory-policy", "noeviction").Err())
	for i := 0; err == nil; i++ {
		err = r.Set(ctx, "fill:"+strconv.Itoa(i), bytes.Repeat([]byte("x"), 4096), 0).Err()
	}
	if goredis.HasErrorPrefix(err, "OOM") {
		return nil
	}
	return err
}

// socketDir is a folder with a short name: the path of a socket has at most 107
// bytes, and t.TempDir's holds the name of the test.
func socketDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "parindex-") //nolint:usetesting // too long, see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func newUUID() string { return uuid.NewString() }
