package scoring_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	goredis "github.com/redis/go-redis/v9"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle/cycletest"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/servicetest"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/scoring"
)

// world is a running scoring service with everything around it.
type world struct {
	scoringv1.ScoringServiceClient
	*servicetest.World

	newID    func() (uuid.UUID, error)
	catalog  *cycletest.Catalog
	siblings *siblings
	db       *pgxpool.Pool
}

// enough is far more than anything here takes on a busy machine.
const enough = servicetest.Enough

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

func newWorldOf(t *testing.T, cfg scoring.Config, c *cycletest.Catalog) *world {
	t.Helper()
	db := servicetest.Database(t, scoring.Spec(new(scoring.Config)))
	w := newWorldAt(t, db.DSN, cfg, today, c)
	w.db = db.Pool
	return w
}

func migrate(ctx context.Context, dsn string) error {
	return scoring.Spec(&scoring.Config{DB: pg.Config{DSN: dsn}}).Migrate(ctx, slog.New(slog.DiscardHandler))
}

// today has nanoseconds, which PostgreSQL does not keep.
var today = time.Date(2024, 4, 1, 8, 0, 0, 123_456_789, time.UTC)

func newWorldAt(t *testing.T, dsn string, cfg scoring.Config, now time.Time, c *cycletest.Catalog) *world {
	t.Helper()
	cfg.DB = pg.Config{DSN: dsn, MaxConns: 4}
	w := &world{newID: uuid.NewV7, catalog: c, siblings: &siblings{}}
	w.World = servicetest.Open(t, scoring.Spec(&cfg), servicetest.Options{
		Clock: servicetest.NewClock(now), Interval: 5 * time.Millisecond,
		NewID: func() (uuid.UUID, error) { return w.newID() },
		Fakes: map[string]func(grpc.ServiceRegistrar){
			"catalog": c.Register,
			"appraisal": func(r grpc.ServiceRegistrar) {
				appraisalv1.RegisterAppraisalServiceServer(r, appraisal{siblings: w.siblings})
			},
			"survey": func(r grpc.ServiceRegistrar) { surveyv1.RegisterSurveyServiceServer(r, survey{siblings: w.siblings}) },
		},
	})
	w.ScoringServiceClient = scoringv1.NewScoringServiceClient(w.Conn)
	return w
}

// as returns a context whose calls are made by a person with one role.
func (w *world) as(t *testing.T, role authv1.Role, authority string) context.Context {
	t.Helper()
	return auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: fmt.Sprintf("0197f3c4-0000-7000-8000-%012d", role), Bindings: []auth.Binding{{Role: role, Authority: authority}},
	}, "")
}

func (w *world) approver(t *testing.T) context.Context {
	t.Helper()
	return w.as(t, authv1.Role_ROLE_APPROVER, "soc-trang")
}

func (w *world) coordinator(t *testing.T) context.Context {
	t.Helper()
	return w.as(t, authv1.Role_ROLE_COORDINATOR, "soc-trang")
}

// publish proposes and imports content for soc-trang's 2023 and returns what is public
// then.
func (w *world) publish(t *testing.T, content []byte, notice string) *scoringv1.PublishedCycle {
	t.Helper()
	req := importOf(content, notice)
	w.propose(t, req)
	answer, err := w.ImportHistory(w.approver(t), req)
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetPublishedCycle()
}

// propose has the coordinator propose the file that a request imports.
func (w *world) propose(t *testing.T, of *scoringv1.ImportHistoryRequest) *scoringv1.ProposeHistoryResponse {
	t.Helper()
	answer, err := w.ProposeHistory(w.coordinator(t), proposalOf(of))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func proposalOf(of *scoringv1.ImportHistoryRequest) *scoringv1.ProposeHistoryRequest {
	return &scoringv1.ProposeHistoryRequest{Authority: of.GetAuthority(), Cycle: of.GetCycle(), Content: of.GetContent(), Notice: of.GetNotice()}
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
	return servicetest.Metric(t, w.Metrics, "parindex_leaderboard_reads_total", source)
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

// rename gives an agency of the catalog another name.
func (w *world) rename(id, name string) {
	w.catalog.Change(func() {
		for i, m := range w.catalog.Agencies {
			if a := m.GetAgency(); a.GetId() == id {
				m = proto.CloneOf(m)
				m.Agency.Name, m.Agency.Aliases = name, []string{a.GetName()}
				w.catalog.Agencies[i] = m
			}
		}
	})
}

// socTrang is the province with the cycles 2022 and 2023 (imported) and 2024 (run).
func socTrang() *cycletest.Catalog {
	groups := []*catalogv1.Group{
		{Id: "departments", Name: "Sở, ban, ngành tỉnh"},
		{Id: "districts", Name: "Ủy ban nhân dân cấp huyện"},
		{Id: "public-service-units", Name: "Đơn vị sự nghiệp công lập tỉnh"},
		{Id: "central-agencies", Name: "Cơ quan Trung ương đặt tại tỉnh"},
	}
	imported := catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED
	c := cycletest.New(
		&catalogv1.Cycle{Authority: "soc-trang", Id: "2022", Name: "Năm 2022", Year: 2022, Origin: imported, Groups: groups},
		&catalogv1.Cycle{Authority: "soc-trang", Id: "2023", Name: "Năm 2023", Year: 2023, Origin: imported, Groups: groups},
		&catalogv1.Cycle{Authority: "soc-trang", Id: "2024", Name: "Năm 2024", Year: 2024, Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN, Groups: groups, Phase: catalogv1.Phase_PHASE_PREPARATION},
	)
	c.Authority = &catalogv1.Authority{Id: "soc-trang", Name: "Ủy ban nhân dân tỉnh Sóc Trăng"}
	add := func(group string, names ...string) {
		for _, name := range names {
			c.Agencies = append(c.Agencies, cycletest.Member(fmt.Sprintf("agency-%02d", len(c.Agencies)+1), name, group))
		}
	}
	add("departments", "Ban Dân tộc", "Ban Quản lý các khu công nghiệp", "Sở Công Thương", "Sở Giáo dục và Đào tạo",
		"Sở Giao thông vận tải", "Sở Kế hoạch và Đầu tư", "Sở Khoa học và Công nghệ", "Sở Lao động, Thương binh và Xã hội", "Sở Nội vụ",
		"Sở Nông nghiệp và Phát triển nông thôn", "Sở Tài chính", "Sở Tài nguyên và Môi trường", "Sở Thông tin và Truyền thông", "Sở Tư pháp",
		"Sở Văn hóa, Thể thao và Du lịch", "Sở Xây dựng", "Sở Y tế", "Thanh tra tỉnh", "Văn phòng UBND tỉnh")
	add("districts", "UBND huyện Châu Thành", "UBND huyện Cù Lao Dung", "UBND huyện Kế Sách", "UBND huyện Long Phú", "UBND huyện Mỹ Tú",
		"UBND huyện Mỹ Xuyên", "UBND huyện Thạnh Trị", "UBND huyện Trần Đề", "UBND thành phố Sóc Trăng", "UBND thị xã Ngã Năm", "UBND thị xã Vĩnh Châu")
	add("public-service-units", "Ban Quản lý Dự án 1", "Ban Quản lý Dự án 2", "Trường Cao đẳng Cộng đồng Sóc Trăng", "Trường Cao đẳng Nghề Sóc Trăng")
	add("public-service-units", "Trường Bổ túc Văn hóa Pali Nam bộ")
	c.Agencies[len(c.Agencies)-1].State = catalogv1.ScoringState_SCORING_STATE_NOT_SCORED
	add("central-agencies", "Bảo hiểm xã hội", "Chi cục Hải quan", "Công an tỉnh", "Cục Thuế tỉnh", "Kho bạc Nhà nước",
		"Ngân hàng Nhà nước Chi nhánh tỉnh Sóc Trăng")
	for _, m := range c.Agencies {
		if m.GetAgency().GetName() == "UBND huyện Thạnh Trị" {
			m.Agency.Aliases = []string{"UBND huyện Thanh Trì"}
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
