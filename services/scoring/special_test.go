package scoring_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/cycle/cycletest"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring"
)

// The cycle soc-trang/2026 under a regulation with the classes and the rule of S2
// IV.1: districts and the points of the communes below each, "-" for one that is
// not scored. Between b and its communes is an office that is not in the cycle.
//
//	a  95 is excellent; 1 of 3 communes is, and 3·1 < 2·3: good, as in S2's example
//	b  95; 2 of 3 are, and 3·2 = 2·3: excellent
//	c  85 is good; the better commune counts, 2 of 3: good
//	d  95; none of 3: good, once
//	e  40 is the lowest class, as its commune's
//	f  95; one commune has no class: none
//	g  85; it has no subordinates: none
var districtsOfS2 = []struct{ id, points, communes string }{
	{"a", "95", "95 85 85"},
	{"b", "95", "95 90 40"},
	{"c", "85", "95 80 60"},
	{"d", "95", "40 40 40"},
	{"e", "40", "40"},
	{"f", "95", "95 95 -"},
	{"g", "85", ""},
}

func newWorldOfS2(t *testing.T, redisURL string) *world {
	t.Helper()
	c := cycletest.New(&catalogv1.Cycle{
		Authority: "soc-trang", Id: "2026", Name: "Năm 2026", Year: 2026, Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN, Regulation: "2026",
		Groups: []*catalogv1.Group{{Id: "districts", Name: "Cấp huyện"}, {Id: "communes", Name: "Cấp xã"}},
		Phase:  catalogv1.Phase_PHASE_PRESENTED,
	})
	c.Authority = &catalogv1.Authority{Id: "soc-trang", Name: "Ủy ban nhân dân tỉnh Sóc Trăng"}
	c.Regulation = &catalogv1.Regulation{Id: "2026", Sha256: regulationSHA256, Content: &catalogv1.RegulationContent{
		Rounds: 1, CriteriaSets: []*catalogv1.CriteriaSet{criteriaOfS2("districts"), criteriaOfS2("communes")},
		SpecialRules: []*catalogv1.SpecialRule{{Group: "districts", Clause: "IV.1.2", Rule: &catalogv1.SpecialRule_SubordinateClasses{
			SubordinateClasses: &catalogv1.SubordinateClasses{
				Subordinates: "communes", Numerator: 2, Denominator: 3,
				Incomplete: catalogv1.IncompleteSubordinates_INCOMPLETE_SUBORDINATES_NOT_CLASSIFIED,
			},
		}}},
	}}
	c.Others = []*catalogv1.Agency{{Id: "office-b", Parent: "b"}}
	w := newWorldOf(t, patient(redisURL), c)
	w.heard(t)
	add := func(id, group, parent, points string) {
		state := catalogv1.ScoringState_SCORING_STATE_SCORED
		if points == "-" {
			state = catalogv1.ScoringState_SCORING_STATE_NOT_SCORED
		} else {
			w.siblings.setOutcome(t, outcomeOf(id, group, []outcomeItem{{Item: "i.1", Round: 2, Points: points, Standard: "100", ReasonCode: "OTHER"}}))
		}
		office := &catalogv1.Agency{Id: id, Name: "Cơ quan " + id, Parent: parent}
		c.Agencies = append(c.Agencies, &catalogv1.CycleAgency{Agency: office, Group: group, State: state})
	}
	for _, d := range districtsOfS2 {
		add(d.id, "districts", "", d.points)
		for i, points := range strings.Fields(d.communes) {
			parent := d.id
			if d.id == "b" {
				parent = "office-b"
			}
			add(fmt.Sprintf("%s%d", d.id, i+1), "communes", parent, points)
		}
	}
	return w
}

func criteriaOfS2(group string) *catalogv1.CriteriaSet {
	below := func(p string) *catalogv1.Class_Below { return &catalogv1.Class_Below{Below: p} }
	from := func(p string) *catalogv1.Class_From { return &catalogv1.Class_From{From: p} }
	return &catalogv1.CriteriaSet{
		Group: group,
		Nodes: []*catalogv1.Node{{
			Part: "i", Code: "1", Name: "Chỉ đạo", Field: "steering",
			Item: itemOf("100", catalogv1.SourceKind_SOURCE_KIND_SELF, &rulev1.Rule{Family: &rulev1.Rule_Manual{Manual: &rulev1.Manual{Step: "1"}}}),
		}},
		Classes: []*catalogv1.Class{
			{Id: "xuat-sac", Name: "Xuất sắc", Low: from("90")},
			{Id: "tot", Name: "Tốt", Low: from("80"), High: below("90")},
			{Id: "kha", Name: "Khá", Low: from("50"), High: below("80")},
			{Id: "trung-binh", Name: "Trung bình", High: below("50")},
		},
	}
}

// classes returns the class of each agency, its origin, and why it is not the class of
// the index.
func classes(l *scoringv1.Leaderboard) []string {
	var lines []string
	for _, e := range l.GetEntries() {
		lines = append(lines, classLine(e))
	}
	return lines
}

func classLine(e *scoringv1.LeaderboardEntry) string {
	line := fmt.Sprintf("%d %s %s %q %q %s", e.GetRank(), e.GetAgency(), e.GetIndex(), e.GetClass(), e.GetClassName(), e.GetOrigins()["class"])
	if (e.Class == nil) != (e.ClassName == nil) || (e.Class == nil) != (e.GetOrigins()["class"] == "NOT_PRINTED") {
		line += " in part"
	}
	if a := e.GetClassAdjustment(); a != nil {
		line += fmt.Sprintf(" from %s %q, %d of %d, %d without: %s", a.GetFromClass(), a.GetFromClassName(), a.GetReached(), a.GetSubordinates(), a.GetUnclassified(), a.GetClause())
	}
	return line
}

var classesOfS2 = []string{
	`1 a 95.00 "tot" "Tốt" COMPUTED from xuat-sac "Xuất sắc", 1 of 3, 0 without: IV.1.2`,
	`1 b 95.00 "xuat-sac" "Xuất sắc" COMPUTED`,
	`1 d 95.00 "tot" "Tốt" COMPUTED from xuat-sac "Xuất sắc", 0 of 3, 0 without: IV.1.2`,
	`1 f 95.00 "" "" NOT_PRINTED from xuat-sac "Xuất sắc", 2 of 3, 1 without: IV.1.2`,
	`5 c 85.00 "tot" "Tốt" COMPUTED`,
	`5 g 85.00 "" "" NOT_PRINTED from tot "Tốt", 0 of 0, 0 without: IV.1.2`,
	`7 e 40.00 "trung-binh" "Trung bình" COMPUTED`,
}

// The example of S2 and similar districts, from the run to its publication (rule G6).
// The run is computed again while all other services are unavailable (rule G7).
func TestSpecialRuleLowersClass(t *testing.T) {
	w := newWorldOfS2(t, sharedRedis(t))
	run := w.createRun(t)
	if len(run.GetGaps()) > 0 || run.GetEngineVersion() != 1 {
		t.Errorf("run %v", run)
	}
	if diff := cmp.Diff(classesOfS2, classes(w.runLeaderboard(t, run.GetId(), "districts"))); diff != "" {
		t.Errorf("run (-want +got):\n%s", diff)
	}
	for _, line := range classes(w.runLeaderboard(t, run.GetId(), "communes")) {
		if !strings.HasSuffix(line, "COMPUTED") {
			t.Errorf("commune %s", line)
		}
	}
	if got := classLine(w.result(t, run.GetId(), "a").GetEntry()); got != classesOfS2[0] {
		t.Errorf("result %s", got)
	}
	if _, err := w.present(t, run.GetId()); err != nil {
		t.Fatal(err)
	}
	published, err := w.publishRun(t, run.GetId(), "")
	if err != nil {
		t.Fatal(err)
	}
	w.StopAll()
	if diff := cmp.Diff(classesOfS2, classes(w.leaderboard2026(t, "districts", published.GetPublication().GetId()))); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
	rows, err := w.db.Query(t.Context(), `
		select agency || ' ' || coalesce(class, '-') || ' ' || coalesce(class_name, '-') || ' ' || class_origin
		from scoring.result where group_id = 'districts' order by agency`)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"a tot Tốt COMPUTED", "b xuat-sac Xuất sắc COMPUTED", "c tot Tốt COMPUTED", "d tot Tốt COMPUTED",
		"e trung-binh Trung bình COMPUTED", "f - - NOT_PRINTED", "g - - NOT_PRINTED",
	}, stored); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	w.wantSame(t, run.GetId(), run.GetSha256())
}

// A cycle without a survey is legal: its run has no gaps, and the index is of the points
// that the agencies have otherwise (rule Q12, S2 II.3).
func TestRunWithoutSurvey(t *testing.T) {
	w := newWorldOfS2(t, sharedRedis(t))
	run := w.createRun(t)
	if len(w.siblings.plans) > 0 || len(run.GetGaps()) > 0 {
		t.Errorf("%d plans, gaps %v", len(w.siblings.plans), run.GetGaps())
	}
	if e := w.result(t, run.GetId(), "b").GetEntry(); e.GetTotalPoints() != "95.00" || e.GetStandardPoints() != "100.00" || e.GetIndex() != "95.00" {
		t.Errorf("result %v", e)
	}
	if _, err := w.present(t, run.GetId()); err != nil {
		t.Fatal(err)
	}
}

// wantSame computes a run again twenty times.
func (w *world) wantSame(t *testing.T, run, sum string) {
	t.Helper()
	for range 20 {
		answer, err := w.RecomputeRun(w.coordinator(t), &scoringv1.RecomputeRunRequest{Authority: "soc-trang", Cycle: "2026", Run: run})
		if err != nil || !answer.GetSame() || answer.GetSha256() != sum {
			t.Fatalf("computed again: %v %v", answer, err)
		}
	}
}

// Parents and unscored agencies are inputs: a run is outdated if those that a special
// rule reads change, and not otherwise (rule G7).
func TestHierarchyIsAnInput(t *testing.T) {
	w := newWorldOfS2(t, "")
	move := func(agency, parent string) {
		w.catalog.Change(func() {
			i := slices.IndexFunc(w.catalog.Agencies, func(m *catalogv1.CycleAgency) bool { return m.GetAgency().GetId() == agency })
			if i < 0 {
				w.catalog.Others = append(w.catalog.Others, &catalogv1.Agency{Id: agency, Parent: parent})
				return
			}
			moved := proto.CloneOf(w.catalog.Agencies[i])
			moved.Agency.Parent = parent
			w.catalog.Agencies[i] = moved
		})
	}
	run := w.createRun(t)
	members := func(r *scoringv1.Run) string { return r.GetInputs()[1].GetSha256() }
	move("a", "province")
	move("office-of-nobody", "a")
	w.Clock.Add(2 * time.Minute) // the cycle is kept for one
	if again := w.createRun(t); again.GetInputsSha256() != run.GetInputsSha256() || members(again) != members(run) {
		t.Error("what no rule looks at is an input")
	}
	if _, err := w.present(t, run.GetId()); err != nil {
		t.Error(err)
	}
	run = w.createRun(t)
	move("b1", "a")
	w.Clock.Add(2 * time.Minute)
	_, err := w.present(t, run.GetId())
	wantFault(t, err, "RUN_OUTDATED")
	moved := w.createRun(t)
	if members(moved) == members(run) || moved.GetInputs()[1].GetKind() != "MEMBERS" {
		t.Errorf("inputs %v", moved.GetInputs()[:2])
	}
	// a has 2 of 4, b 1 of 2.
	for i, want := range []string{
		`1 a 95.00 "tot" "Tốt" COMPUTED from xuat-sac "Xuất sắc", 2 of 4, 0 without: IV.1.2`,
		`1 b 95.00 "tot" "Tốt" COMPUTED from xuat-sac "Xuất sắc", 1 of 2, 0 without: IV.1.2`,
	} {
		if got := classes(w.runLeaderboard(t, moved.GetId(), "districts"))[i]; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	w.StopAll()
	w.wantSame(t, run.GetId(), run.GetSha256())
	w.wantSame(t, moved.GetId(), moved.GetSha256())
}

// d2 and d3 share a rank; with dense ties the next agency has the next rank (rule G4).
func TestDenseTies(t *testing.T) {
	for ties, want := range map[catalogv1.TieRule]string{
		catalogv1.TieRule_TIE_RULE_UNSPECIFIED: "1 2 2 4", catalogv1.TieRule_TIE_RULE_SKIP: "1 2 2 4", catalogv1.TieRule_TIE_RULE_DENSE: "1 2 2 3",
	} {
		c := smallCycle()
		c.Regulation.Content.Ties = ties
		w := newWorldOf(t, scoring.Config{}, c)
		w.heard(t)
		fill(t, w.siblings)
		run := w.createRun(t)
		l := w.runLeaderboard(t, run.GetId(), "departments")
		var ranks []string
		for _, e := range l.GetEntries() {
			ranks = append(ranks, strconv.Itoa(int(e.GetRank())))
		}
		if got := strings.Join(ranks, " "); got != want || l.GetStatistics().GetLowest() != "34.88" {
			t.Errorf("%v: %s, want %s; lowest %s", ties, got, want, l.GetStatistics().GetLowest())
		}
		w.StopAll()
		w.wantSame(t, run.GetId(), run.GetSha256())
	}
}

// A run that engine version 1 stored is read and computed again with the same bytes.
func TestRunOfEngineVersion1(t *testing.T) {
	w := newSmallWorld(t, "")
	read := func(name string) []byte {
		t.Helper()
		b, err := os.ReadFile(filepath.Join("testdata", "run-engine-1."+name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	inputs, result := read("inputs"), read("result")
	run := newUUID()
	if _, err := w.db.Exec(t.Context(), `
		insert into scoring.run (
			id, authority, cycle, number, engine_version, inputs, inputs_sha256, input_list, result, sha256, gaps, gap_count, create_time, state, present_time
		) values ($1, 'soc-trang', '2026', 1, 1, $2, sha256($2), '[]', $3, sha256($3), '[]', 0, now(), 'PRESENTED', now())`, run, inputs, result); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(result)
	w.wantSame(t, run, hex.EncodeToString(sum[:]))
	if r := w.getRun(t, run); r.GetEngineVersion() != 1 || r.GetSha256() != hex.EncodeToString(sum[:]) {
		t.Errorf("run %v", r)
	}
	if diff := cmp.Diff(departments2026, table(w.runLeaderboard(t, run, "departments"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if e := w.result(t, run, "d2").GetEntry(); e.GetIndexExact() != "70.229770" || e.GetClassAdjustment() != nil {
		t.Errorf("entry %v", e)
	}
}
