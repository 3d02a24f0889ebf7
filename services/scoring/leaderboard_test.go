package scoring_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/parindex/parindex/libs/servicetest"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring"
)

func TestLeaderboardIsRenderedOnce(t *testing.T) {
	w := newWorld(t, sharedRedis(t))
	id := w.publish(t, printed2023(t), "").GetPublication().GetId()
	for i, want := range []struct{ postgres, redis float64 }{{1, 0}, {1, 1}, {1, 2}} {
		answer := w.get(t, "districts", "")
		body := answer.GetBody()
		sum := sha256.Sum256(body.GetData())
		if body.GetContentType() != "application/json" || answer.GetPublication() != id || answer.GetSha256() != hex.EncodeToString(sum[:]) {
			t.Errorf("read %d: %s %s %s", i, body.GetContentType(), answer.GetPublication(), answer.GetSha256())
		}
		if p, r := w.reads(t, "postgres"), w.reads(t, "redis"); p != want.postgres || r != want.redis {
			t.Errorf("after read %d: %v from postgres, %v from redis", i, p, r)
		}
	}
}

// The JSON has no spaces, and unknown figures are left out.
func TestLeaderboardJSON(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	text := unzip(t, w.get(t, "departments", "").GetBody().GetData())
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil || !bytes.Equal(compact.Bytes(), text) {
		t.Errorf("the JSON is not compact: %v", err)
	}
	var l struct {
		Authority, Cycle, Group string
		Publication             map[string]any
		Entries                 []map[string]any
		Statistics              map[string]any
	}
	if err := json.Unmarshal(text, &l); err != nil {
		t.Fatal(err)
	}
	if l.Authority != "soc-trang" || l.Cycle != "2023" || l.Group != "departments" || l.Publication["decisionNumber"] != "25/QĐ-UBND" {
		t.Errorf("%.300s", text)
	}
	first, second := l.Entries[0], l.Entries[1]
	if first["rank"] != 1.0 || first["index"] != "84.81" || first["class"] != "2" || first["className"] != "Nhóm 2" {
		t.Errorf("first %v", first)
	}
	for _, absent := range []string{"standardPoints", "totalPoints", "index", "indexExact", "class"} {
		if v, there := second[absent]; there {
			t.Errorf("%s of the second is %v", absent, v)
		}
	}
}

var update = flag.Bool("update", false, "rewrite the leaderboard in testdata")

// The public JSON byte by byte: the same figures, id and time give the same bytes.
func TestLeaderboardBytes(t *testing.T) {
	const golden = "testdata/leaderboard-central-agencies.json"
	w := newWorld(t, "")
	w.newID = func() (uuid.UUID, error) { return uuid.Parse("018e9890-0000-7000-8000-000000000001") }
	w.publish(t, printed2023(t), "")
	got := append(unzip(t, w.get(t, "central-agencies", "").GetBody().GetData()), '\n')
	if *update {
		must(t, os.WriteFile(golden, got, 0o600))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("the JSON is\n%s\nwant\n%s", got, want)
	}
}

func TestUnknownLeaderboards(t *testing.T) {
	w := newWorld(t, "")
	req := func(cycle, group, publication string) *scoringv1.GetLeaderboardRequest {
		return &scoringv1.GetLeaderboardRequest{Authority: "soc-trang", Cycle: cycle, Group: group, Publication: publication}
	}
	_, err := w.GetLeaderboard(t.Context(), req("2023", "districts", ""))
	wantFault(t, err, "PUBLICATION_UNKNOWN")
	id := w.publish(t, printed2023(t), "").GetPublication().GetId()
	_, err = w.GetLeaderboard(t.Context(), req("2023", "communes", ""))
	wantFault(t, err, "LEADERBOARD_UNKNOWN")
	_, err = w.GetLeaderboard(t.Context(), req("2022", "districts", id))
	wantFault(t, err, "PUBLICATION_UNKNOWN")
	_, err = w.GetLeaderboard(t.Context(), req("2023", "districts", newUUID()))
	wantFault(t, err, "PUBLICATION_UNKNOWN")
	if _, err = w.GetLeaderboard(t.Context(), req("2023", "districts", strings.ToUpper(id))); err != nil {
		t.Error(err)
	}
}

// The same bytes are served whether Redis works or not, and the metric names the source.
func TestRedisFaults(t *testing.T) {
	const districts, departments = "parindex:leaderboard:%s:districts", "parindex:leaderboard:%s:departments"
	healed, away := []string{"postgres", "redis", "redis"}, []string{"postgres", "postgres", "postgres"}
	tests := []struct {
		name    string
		harm    func(ctx context.Context, r *ownRedis, id string) error
		sources []string
		config  func(redisURL string) scoring.Config
	}{
		{"untouched", func(context.Context, *ownRedis, string) error { return nil }, []string{"redis", "redis", "redis"}, patient},
		{"flushed", func(ctx context.Context, r *ownRedis, _ string) error { return r.FlushAll(ctx).Err() }, healed, patient},
		{"corrupt", func(ctx context.Context, r *ownRedis, id string) error {
			return r.Set(ctx, fmt.Sprintf(districts, id), "garbage", 0).Err()
		}, healed, patient},
		{"another group's bytes", func(ctx context.Context, r *ownRedis, id string) error {
			return r.Copy(ctx, fmt.Sprintf(departments, id), fmt.Sprintf(districts, id), 0, true).Err()
		}, healed, patient},
		{"another type", func(ctx context.Context, r *ownRedis, id string) error {
			return errors.Join(r.Del(ctx, fmt.Sprintf(districts, id)).Err(), r.LPush(ctx, fmt.Sprintf(districts, id), "x").Err())
		}, healed, patient},
		{"full", func(ctx context.Context, r *ownRedis, _ string) error { return r.fill(ctx) }, away, patient},
		{"killed", func(_ context.Context, r *ownRedis, _ string) error { return r.kill() }, away, patient},
		{"black hole", func(_ context.Context, r *ownRedis, _ string) error { return r.process.Signal(syscall.SIGSTOP) }, away, usual},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRedis(t)
			w := newWorldOf(t, tt.config(r.url), socTrang())
			id := w.publish(t, printed2023(t), "").GetPublication().GetId()
			want := w.get(t, "districts", "").GetBody().GetData()
			w.get(t, "departments", "")
			must(t, tt.harm(t.Context(), r, id))
			for i, source := range tt.sources {
				before := w.reads(t, source)
				got := w.get(t, "districts", "")
				if !bytes.Equal(got.GetBody().GetData(), want) || got.GetPublication() != id {
					t.Errorf("read %d: other bytes are served", i)
				}
				if w.reads(t, source) != before+1 {
					t.Errorf("read %d: not served from %s", i, source)
				}
			}
			if n := strings.Count(w.Log.String(), "Redis fails"); n > 1 {
				t.Errorf("logged %d times within a minute", n)
			}
		})
	}
}

// usual configures the Redis at a URL with the default timeout.
func usual(redisURL string) scoring.Config { return scoring.Config{RedisURL: redisURL} }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A Redis that was never there, and one that accepts connections and never responds,
// before and after they recover.
func TestRedisAwayIsLoggedOncePerMinute(t *testing.T) {
	dir := socketDir(t)
	l, err := net.Listen("unix", filepath.Join(dir, "s")) //nolint:noctx // a test's own socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	for name, url := range map[string]string{"nobody there": "unix://" + filepath.Join(dir, "nobody"), "never answers": "unix://" + filepath.Join(dir, "s")} {
		t.Run(name, func(t *testing.T) {
			w := newWorldOf(t, usual(url), socTrang())
			w.publish(t, printed2023(t), "")
			for range 5 { // at 0, 30, 60, 90 and 120 seconds
				w.get(t, "districts", "")
				w.Clock.Add(30 * time.Second)
			}
			if n := strings.Count(w.Log.String(), "Redis fails"); n != 3 {
				t.Errorf("logged %d times: %s", n, w.Log)
			}
			if w.reads(t, "redis") != 0 {
				t.Error("served from a Redis that is not there")
			}
		})
	}
	t.Run("comes back", func(t *testing.T) {
		r := newRedis(t)
		w := newWorldOf(t, usual(r.url), socTrang())
		w.publish(t, printed2023(t), "")
		must(t, r.process.Signal(syscall.SIGSTOP))
		w.get(t, "districts", "")
		must(t, r.process.Signal(syscall.SIGCONT))
		until(t, func() error { // one question may be too slow for it on a busy machine
			w.Clock.Add(2 * time.Second)
			w.get(t, "districts", "")
			if w.reads(t, "redis") == 0 {
				return errors.New("a Redis that came back is not used")
			}
			return nil
		})
	})
}

// The older versions of a cycle stay listed with their notices and groups, and each page
// begins where the one before ended.
func TestListPublications(t *testing.T) {
	w := newWorld(t, "")
	list := &scoringv1.ListPublicationsRequest{Authority: "soc-trang", Cycle: "2023", PageSize: 1}
	if none, err := w.ListPublications(t.Context(), list); err != nil || len(none.GetPublishedCycles()) != 0 {
		t.Fatalf("before any publication: %v, %v", none, err)
	}
	w.publish(t, printed2023(t), "")
	w.publish(t, append(printed2023(t), "# Bản sửa\n"...), "Sửa tên báo cáo.")
	var got []string
	for range 3 {
		answer, err := w.ListPublications(t.Context(), list)
		must(t, err)
		for _, c := range answer.GetPublishedCycles() {
			got = append(got, fmt.Sprintf("v%d %q %d groups", c.GetPublication().GetVersion(), c.GetPublication().GetNotice(), len(c.GetGroups())))
		}
		if list.PageToken = answer.GetNextPageToken(); list.GetPageToken() == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{`v2 "Sửa tên báo cáo." 4 groups`, `v1 "" 4 groups`}, got); diff != "" {
		t.Error(diff)
	}
	_, err := w.ListPublications(t.Context(), &scoringv1.ListPublicationsRequest{Authority: "soc-trang", Cycle: "2023", PageToken: "nonsense"})
	wantFault(t, err, "PAGE_TOKEN_INVALID")
	if other, err := w.ListPublications(t.Context(), &scoringv1.ListPublicationsRequest{Authority: "an-giang", Cycle: "2023"}); err != nil || len(other.GetPublishedCycles()) != 0 {
		t.Errorf("of another authority: %v, %v", other, err)
	}
}

func TestListPublishedCycles(t *testing.T) {
	w := newWorld(t, "")
	ctx := t.Context()
	empty, err := w.ListPublishedCycles(ctx, &scoringv1.ListPublishedCyclesRequest{})
	if err != nil || len(empty.GetPublishedCycles()) != 0 || empty.GetNextPageToken() != "" {
		t.Fatalf("%v, %v", empty, err)
	}
	w.publish(t, printed2023(t), "")
	req := importOf(changed(t, printed2023(t), `cycle: "2023"`, "cycle: 2022"), "")
	req.Cycle = "2022"
	w.propose(t, req)
	if _, err := w.ImportHistory(w.approver(t), req); err != nil {
		t.Fatal(err)
	}
	var got []string
	list := &scoringv1.ListPublishedCyclesRequest{PageSize: 1}
	for range 3 {
		answer, err := w.ListPublishedCycles(ctx, list)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range answer.GetPublishedCycles() {
			got = append(got, fmt.Sprintf("%s %s v%d %d groups", c.GetAuthority(), c.GetCycle(), c.GetPublication().GetVersion(), len(c.GetGroups())))
		}
		if list.PageToken = answer.GetNextPageToken(); list.GetPageToken() == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"soc-trang 2023 v1 4 groups", "soc-trang 2022 v1 4 groups"}, got); diff != "" {
		t.Error(diff)
	}
	for authority, n := range map[string]int{"soc-trang": 2, "an-giang": 0} {
		answer, err := w.ListPublishedCycles(ctx, &scoringv1.ListPublishedCyclesRequest{Authority: authority})
		if err != nil || len(answer.GetPublishedCycles()) != n {
			t.Errorf("%s: %v, %v", authority, answer, err)
		}
	}
	_, err = w.ListPublishedCycles(ctx, &scoringv1.ListPublishedCyclesRequest{PageToken: "nonsense"})
	wantFault(t, err, "PAGE_TOKEN_INVALID")
	if n := w.known(t, "parindex_publications_current"); n != 2 {
		t.Errorf("%v cycles are published by the metric", n)
	}
}

func (w *world) gauge(t *testing.T, name string) float64 {
	t.Helper()
	return servicetest.Metric(t, w.Metrics, name)
}

// known is gauge for one that asks the database, and gives up after a second.
func (w *world) known(t *testing.T, name string) (n float64) {
	t.Helper()
	until(t, func() error {
		if n = w.gauge(t, name); math.IsNaN(n) {
			return errors.New(name + " is not known")
		}
		return nil
	})
	return n
}

func TestPostgreSQLAway(t *testing.T) {
	w := newWorldAt(t, "host=/nowhere user=x dbname=x", scoring.Config{}, today, socTrang())
	_, err := w.GetLeaderboard(t.Context(), &scoringv1.GetLeaderboardRequest{Authority: "soc-trang", Cycle: "2023", Group: "districts"})
	wantFault(t, err, "STORAGE_AWAY")
	_, err = w.GetCurrentPublication(t.Context(), &scoringv1.GetCurrentPublicationRequest{Authority: "soc-trang", Cycle: "2023"})
	wantFault(t, err, "STORAGE_AWAY")
	_, err = w.ListPublishedCycles(t.Context(), &scoringv1.ListPublishedCyclesRequest{})
	wantFault(t, err, "STORAGE_AWAY")
	_, err = w.ImportHistory(w.approver(t), importOf(printed2023(t), ""))
	wantFault(t, err, "STORAGE_AWAY")
	_, err = w.ProposeHistory(w.coordinator(t), proposalOf(importOf(printed2023(t), "")))
	wantFault(t, err, "STORAGE_AWAY")
	if w.Service.Ready(t.Context()) == nil {
		t.Error("ready without a database")
	}
	if n := w.gauge(t, "parindex_publications_current"); n == n { //nolint:gocritic // NaN differs from itself
		t.Errorf("%v cycles are published without a database", n)
	}
}

// Broken connections are replaced without a restart.
func TestPostgreSQLComesBack(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	want := w.get(t, "districts", "")
	if _, err := w.db.Exec(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`); err != nil {
		t.Fatal(err)
	}
	var err error
	for range 10 {
		var got *scoringv1.GetLeaderboardResponse
		got, err = w.GetLeaderboard(t.Context(), &scoringv1.GetLeaderboardRequest{Authority: "soc-trang", Cycle: "2023", Group: "districts"})
		if err == nil {
			if !bytes.Equal(got.GetBody().GetData(), want.GetBody().GetData()) {
				t.Error("other bytes")
			}
			return
		}
		wantFault(t, err, "STORAGE_AWAY")
	}
	t.Errorf("it does not recover: %v", err)
}

func TestCatalogAway(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	w.Stop("catalog")
	_, err := w.ImportHistory(w.approver(t), importOf(printed2023(t), ""))
	wantFault(t, err, "SERVICE_AWAY")
	w.get(t, "districts", "") // readers need no catalog
}

// The database refuses every change of a publication (rule G11).
func TestPublicationsNeverChange(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	for _, table := range []string{"publication", "leaderboard", "result", "figure"} {
		for _, statement := range []string{"delete from scoring." + table, "truncate scoring." + table + " cascade"} {
			wantConstraint(t, w, statement, "_stays")
		}
	}
	wantConstraint(t, w, `update scoring.publication set notice = ''`, "publication_stays")
	wantConstraint(t, w, `update scoring.leaderboard set group_name = ''`, "leaderboard_stays")
	wantConstraint(t, w, `update scoring.result set rank = 1`, "result_stays")
	wantConstraint(t, w, `update scoring.figure set value = 100`, "figure_stays")
	wantConstraint(t, w, `delete from scoring.current_publication`, "current_publication_stays")
}

// Each constraint is violated once.
func TestConstraints(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	const copyOf = `insert into scoring.publication select `
	const rest = `, decision_date, `
	publication := func(id, version, notice, title, sha string) string {
		return copyOf + id + `, authority, authority_name, cycle, cycle_name, year, ` + version + `, decision_number` + rest + notice +
			`, publish_time, ` + title + `, source_number, source_date, ` + sha + `, source_content, source_told from scoring.publication`
	}
	const fresh = `gen_random_uuid()`
	leaderboard := func(group, position, agencies, sha string) string {
		return `insert into scoring.leaderboard select publication_id, ` + group + `, group_name, ` + position + `, ` + agencies + `, body, ` + sha +
			` from scoring.leaderboard where group_id = 'districts'`
	}
	result := func(group, agency, rank, origin, class, className, classOrigin string) string {
		return `insert into scoring.result select publication_id, ` + strings.Join([]string{group, agency, "agency_name", rank, origin, class, className, classOrigin}, ", ") +
			` from scoring.result limit 1`
	}
	figure := func(group, name, value, origin string) string {
		return `insert into scoring.figure select publication_id, ` + group + `, agency, field, ` + name + `, ` + value + `, ` + origin +
			` from scoring.figure where name = 'meanIndex' limit 1`
	}
	for constraint, statement := range map[string]string{
		"publication_pkey":                 publication("id", "2", "'x'", "source_title", "source_sha256"),
		"publication_version_key":          publication(fresh, "1", "''", "source_title", "source_sha256"),
		"publication_version_counts":       publication(fresh, "0", "'x'", "source_title", "source_sha256"),
		"publication_notice_of_correction": publication(fresh, "2", "''", "source_title", "source_sha256"),
		"publication_source_whole":         publication(fresh, "2", "'x'", "null", "source_sha256"),
		"publication_source_hash":          publication(fresh, "2", "'x'", "source_title", "sha256('')"),
		"history_proposal_pkey":            `insert into scoring.history_proposal select authority, cycle, sha256(''), '', 'x', publish_time from scoring.publication, generate_series(1, 2)`,
		"history_proposal_hash":            `insert into scoring.history_proposal select authority, cycle, '', '', 'x', publish_time from scoring.publication`,
		"history_proposal_by_somebody":     `insert into scoring.history_proposal select authority, cycle, sha256(''), '', '', publish_time from scoring.publication`,
		"current_publication_pkey":         `insert into scoring.current_publication select authority, cycle, publication_id from scoring.current_publication`,
		"current_publication_fkey":         `insert into scoring.current_publication select authority, '2022', publication_id from scoring.current_publication`,
		"leaderboard_pkey":                 leaderboard("group_id", "9", "1", "sha256"),
		"leaderboard_position_key":         leaderboard("'x'", "1", "1", "sha256"),
		"leaderboard_body_hash":            leaderboard("'x'", "9", "1", "sha256('')"),
		"leaderboard_agencies_counts":      leaderboard("'x'", "9", "-1", "sha256"),
		"leaderboard_publication_fkey":     `insert into scoring.leaderboard values (gen_random_uuid(), 'x', 'x', 1, 1, '', sha256(''))`,
		"result_pkey":                      result("group_id", "agency", "1", "'PRINTED'", "null", "null", "'NOT_PRINTED'"),
		"result_leaderboard_fkey":          result("'x'", "'x'", "1", "'PRINTED'", "null", "null", "'NOT_PRINTED'"),
		"result_rank_counts":               result("group_id", "'x'", "0", "'PRINTED'", "null", "null", "'NOT_PRINTED'"),
		"result_rank_origin":               result("group_id", "'x'", "1", "'NOT_PRINTED'", "null", "null", "'NOT_PRINTED'"),
		"result_class_origin":              result("group_id", "'x'", "1", "'PRINTED'", "null", "null", "'PRINTED'"),
		"result_class_named":               result("group_id", "'x'", "1", "'PRINTED'", "'1'", "null", "'PRINTED'"),
		"figure_pkey":                      figure("group_id", "name", "1", "'PRINTED'"),
		"figure_leaderboard_fkey":          figure("'x'", "'x'", "1", "'PRINTED'"),
		"figure_value_finite":              figure("group_id", "'x'", "'NaN'", "'PRINTED'"),
		"figure_origin_known":              figure("group_id", "'x'", "1", "'NOT_PRINTED'"),
	} {
		wantConstraint(t, w, statement, constraint)
	}
}

func wantConstraint(t *testing.T, w *world, statement, suffix string) {
	t.Helper()
	_, err := w.db.Exec(t.Context(), statement)
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || !strings.HasSuffix(e.ConstraintName, suffix) {
		t.Errorf("%s\n  gives %v; want the constraint %s", statement, err, suffix)
	}
}

// Stored figures are exact, not rounded for display: HISTORY items read them.
func TestFiguresAreStoredExactly(t *testing.T) {
	w := newWorld(t, "")
	w.publish(t, printed2023(t), "")
	for _, tt := range []struct{ group, agency, field, name, want string }{
		{"districts", "agency-25", "", "index", "83.840426 COMPUTED"},
		{"districts", "agency-25", "", "selfPoints", "51.34 PRINTED"},
		{"districts", "agency-25", "procedures", "points", "4.5 PRINTED"},
		{"departments", "agency-14", "", "index", "84.81 PRINTED"},
		{"departments", "agency-14", "", "totalPoints", ""},
		{"districts", "", "", "gap", "14.788343 COMPUTED"},
		{"departments", "", "", "meanIndex", ""},
	} {
		if got := w.figure(t, tt.group, tt.agency, tt.field, tt.name); got != tt.want {
			t.Errorf("%v: %q", tt, got)
		}
	}
}

// figure returns the value and origin of a stored figure, "" if there is none.
func (w *world) figure(t *testing.T, group, agency, field, name string) string {
	t.Helper()
	var figure string
	must(t, w.db.QueryRow(t.Context(), `
		select coalesce((select trim_scale(value) || ' ' || origin from scoring.figure
		where group_id = $1 and agency = $2 and field = $3 and name = $4), '')`, group, agency, field, name).Scan(&figure))
	return figure
}

func TestReadyAfterMigration(t *testing.T) {
	w := newWorld(t, "")
	until(t, func() error { return w.Service.Ready(t.Context()) }) // once the cycles are known
	if err := migrate(context.WithoutCancel(t.Context()), w.db.Config().ConnString()); err != nil {
		t.Errorf("migrating again: %v", err)
	}
}
