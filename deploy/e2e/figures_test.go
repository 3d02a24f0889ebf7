package e2e

import (
	"encoding/csv"
	"encoding/json"
	"math/big"
	"net/http"
	"os"
	"strconv"
	"testing"

	"github.com/parindex/parindex/deploy/trial/data"
	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// board is the public JSON of a leaderboard, decoded without the contract's types.
type board struct {
	Authority, Cycle, Group string
	Publication             struct {
		ID, DecisionNumber, DecisionDate string
		Version                          int
	}
	Entries []struct {
		Rank                                          *int
		Agency, AgencyName                            string
		StandardPoints, SelfPoints, OfficialsPoints   *string
		SatisfactionPoints, SurveyPoints, TotalPoints *string
		Index, IndexExact, Class, ClassName           *string
		Domains                                       []domain
		Origins                                       map[string]string
	}
	Statistics struct {
		MeanIndex, Highest, Lowest, Gap *string
		Origins                         map[string]string
	}
}

type domain struct {
	Field, Code, Name             string
	Points, StandardPoints, Index *string
	Origins                       map[string]string
}

func (p *platform) loadSocTrang(t *testing.T) {
	t.Helper()
	admin := p.token(t, authv1.Role_ROLE_ADMINISTRATOR, "soc-trang")
	p.must(t, http.MethodPost, "/v1/authorities/soc-trang:importCatalog", admin, map[string]any{"content": data.SocTrang})
	p.must(t, http.MethodPost, "/v1/authorities/soc-trang/cycles/2023:proposeHistory", admin, map[string]any{"content": data.SocTrang2023})
	approver := p.sign(t, auth.Principal{
		Kind: auth.Person, ID: "00000000-0000-7000-8000-000000000002", // another person than the administrator
		Bindings: []auth.Binding{{Role: authv1.Role_ROLE_APPROVER, Authority: "soc-trang"}},
	})
	p.must(t, http.MethodPost, "/v1/authorities/soc-trang/cycles/2023:importHistory", approver, map[string]any{"content": data.SocTrang2023})
}

func (p *platform) board(t *testing.T, group string) board {
	t.Helper()
	var b board
	answer := p.must(t, http.MethodGet, "/v1/authorities/soc-trang/cycles/2023/leaderboards/"+group, "", nil)
	if err := json.Unmarshal(answer, &b); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSocTrang2023 imports the shipped files and checks the published figures.
func TestSocTrang2023(t *testing.T) {
	both(t, publishedFigures)
}

func publishedFigures(t *testing.T, p *platform) {
	t.Helper()
	p.loadSocTrang(t)
	t.Run("central agencies", p.centralAgenciesComeOutAsPrinted)
	t.Run("by hand", p.figuresCalculatedByHand)
	t.Run("departments", p.departmentsShowOnlyWhatIsPrinted)
}

// centralAgenciesComeOutAsPrinted compares with the printed figures of S4: every
// figure within a hundredth, every rank exactly.
func (p *platform) centralAgenciesComeOutAsPrinted(t *testing.T) {
	file, err := os.Open("testdata/scores_published_central.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	printed, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	b := p.board(t, "central-agencies")
	if len(b.Entries) != len(printed)-1 {
		t.Fatalf("%d entries, %d printed", len(b.Entries), len(printed)-1)
	}
	for i, row := range printed[1:] {
		rank, err := strconv.Atoi(row[1])
		if err != nil {
			t.Fatal(err)
		}
		entry := b.Entries[i]
		if entry.AgencyName != row[2] || entry.Rank == nil || *entry.Rank != rank {
			t.Errorf("place %d is %s at rank %v, printed %s at %d", i+1, entry.AgencyName, entry.Rank, row[2], rank)
		}
		within(t, row[2]+" total", entry.TotalPoints, row[3])
		within(t, row[2]+" index", entry.Index, row[4])
	}
}

// figuresCalculatedByHand checks figures that a pocket calculator gives from the
// printed points: Mỹ Xuyên (51.34+13.13+14.34)/94 = 78.81/94 = 83.840425…; Vĩnh
// Châu (39.86+12.84+13.59)/96 = 66.29/96 = 69.052083…, which S4 prints as 69.06;
// the gap is 14.78 or 14.79, not 6.76 as in the text of S4.
func (p *platform) figuresCalculatedByHand(t *testing.T) {
	b := p.board(t, "districts")
	first, last := b.Entries[0], b.Entries[len(b.Entries)-1]
	if first.Agency != "my-xuyen" || *first.Index != "83.84" || *first.TotalPoints != "78.81" || *first.IndexExact != "83.840426" {
		t.Errorf("first district: %s %s %s %s", first.Agency, *first.Index, *first.TotalPoints, *first.IndexExact)
	}
	if last.Agency != "vinh-chau" || *last.Index != "69.05" || *last.TotalPoints != "66.29" {
		t.Errorf("last district: %s %s %s", last.Agency, *last.Index, *last.TotalPoints)
	}
	within(t, "mean of districts", b.Statistics.MeanIndex, "77.08")
	within(t, "gap of districts", b.Statistics.Gap, "14.78")
	b = p.board(t, "public-service-units")
	within(t, "mean of public service units", b.Statistics.MeanIndex, "76.20")
	within(t, "gap of public service units", b.Statistics.Gap, "17.53")
}

// departmentsShowOnlyWhatIsPrinted checks the points by domain, the order and two
// indices; everything else must be absent.
func (p *platform) departmentsShowOnlyWhatIsPrinted(t *testing.T) {
	b := p.board(t, "departments")
	if len(b.Entries) != 19 {
		t.Fatalf("%d departments", len(b.Entries))
	}
	indices := 0
	for i, e := range b.Entries {
		if e.Rank == nil || *e.Rank != i+1 || e.Origins["rank"] != "PRINTED" {
			t.Errorf("%s: rank %v %s", e.Agency, e.Rank, e.Origins["rank"])
		}
		for name, figure := range map[string]*string{
			"standardPoints": e.StandardPoints, "selfPoints": e.SelfPoints, "officialsPoints": e.OfficialsPoints,
			"satisfactionPoints": e.SatisfactionPoints, "surveyPoints": e.SurveyPoints, "totalPoints": e.TotalPoints, "indexExact": e.IndexExact,
		} {
			if figure != nil || e.Origins[name] != "NOT_PRINTED" {
				t.Errorf("%s: %s is there, origin %s", e.Agency, name, e.Origins[name])
			}
		}
		if e.Index != nil {
			indices++
		}
		if len(e.Domains) != 8 {
			t.Errorf("%s has %d domains", e.Agency, len(e.Domains))
		}
	}
	if indices != 2 || *b.Entries[0].Index != "84.81" || *b.Entries[18].Index != "58.89" {
		t.Errorf("%d indices", indices)
	}
	if b.Statistics.MeanIndex != nil || *b.Statistics.Gap != "25.92" {
		t.Errorf("statistics %+v", b.Statistics)
	}
	// S4 prints "-" for public finance of the provincial office.
	if office := b.Entries[18].Domains[5]; office.Points != nil || office.Origins["points"] != "NOT_PRINTED" {
		t.Errorf("public finance of the office: %+v", office)
	}
}

// within checks that a figure differs from the printed one by at most a hundredth.
func within(t *testing.T, what string, got *string, printed string) {
	t.Helper()
	if got == nil {
		t.Errorf("%s is absent, printed %s", what, printed)
		return
	}
	have, ok := new(big.Rat).SetString(*got)
	want, _ := new(big.Rat).SetString(printed)
	if !ok || new(big.Rat).Abs(have.Sub(have, want)).Cmp(big.NewRat(1, 100)) > 0 {
		t.Errorf("%s is %s, printed %s", what, *got, printed)
	}
}
