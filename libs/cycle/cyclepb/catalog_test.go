package cyclepb_test

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

var noon = time.Date(2026, 10, 1, 5, 0, 0, 0, time.UTC)

// catalog is a fake catalog service. Tests change its answers under its lock, or
// before they call it.
type catalog struct {
	catalogv1.UnimplementedCatalogServiceServer

	mu         sync.Mutex
	cycles     map[string]*catalogv1.Cycle
	regulation *catalogv1.Regulation
	agencies   []*catalogv1.CycleAgency
	// offices are the agencies of the authority, whether or not they are in the cycle.
	offices []*catalogv1.Agency
	away    error
	acked   int64
	calls   map[string]int
	// onRegulation, if set, is called while a regulation is read.
	onRegulation func()
}

// newCatalog returns a catalog with the cycle soc-trang/2026, which has one of
// everything.
func newCatalog() *catalog {
	return &catalog{
		cycles: map[string]*catalogv1.Cycle{"2026": {
			Authority: "soc-trang", Id: "2026", Name: "Năm 2026", Year: 2026, Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN,
			Groups:     []*catalogv1.Group{{Id: "departments", Name: "Sở, ban, ngành"}},
			Regulation: "2026", Phase: catalogv1.Phase_PHASE_SELF_1, Revision: 7, GuidanceVersion: 3,
		}},
		regulation: &catalogv1.Regulation{Id: "2026", Sha256: "0a1b", Content: &catalogv1.RegulationContent{
			Rounds: 2, AppraisalCouncil: true,
			Rounding: &catalogv1.RoundingPolicy{ItemScale: 4, IndexScale: 3, DisplayScale: 2, Mode: catalogv1.RoundingMode_ROUNDING_MODE_HALF_EVEN},
			ClassBy:  catalogv1.Comparison_COMPARISON_DISPLAY_SCALE,
			Ties:     catalogv1.TieRule_TIE_RULE_DENSE,
			Excess:   catalogv1.ExcessRule_EXCESS_RULE_CAPPED,
			Seats:    []*catalogv1.Seat{{Agency: "so-noi-vu", Name: "Sở Nội vụ", Capacity: catalogv1.Capacity_CAPACITY_STANDING}},
			SpecialRules: []*catalogv1.SpecialRule{{Group: "districts", Clause: "IV.1.2", Rule: &catalogv1.SpecialRule_SubordinateClasses{
				SubordinateClasses: &catalogv1.SubordinateClasses{
					Subordinates: "departments", Numerator: 2, Denominator: 3,
					Incomplete: catalogv1.IncompleteSubordinates_INCOMPLETE_SUBORDINATES_NOT_CLASSIFIED,
				},
			}}},
			CriteriaSets: []*catalogv1.CriteriaSet{{Group: "districts"}, {
				Group: "departments", GroupName: "as printed",
				Nodes: []*catalogv1.Node{
					{Part: "i", Code: "1", Name: "Thủ tục", Field: "procedures"},
					{Part: "i", Code: "1.1", Parent: "1", Name: "Giải quyết"},
					{Part: "i", Code: "1.1.1", Parent: "1.1", Name: "Đúng hạn", Item: item("2.5", catalogv1.SourceKind_SOURCE_KIND_SELF)},
					{Part: "ii", Code: "1", Name: "Hài lòng", Field: "satisfaction", Item: item("10", catalogv1.SourceKind_SOURCE_KIND_SATISFACTION)},
				},
				Classes: []*catalogv1.Class{
					{Id: "tot", Name: "Tốt", Low: &catalogv1.Class_Above{Above: "90"}},
					{Id: "kha", Name: "Khá", Low: &catalogv1.Class_From{From: "50"}, High: &catalogv1.Class_To{To: "90"}},
					{Id: "thap", Name: "Thấp", High: &catalogv1.Class_Below{Below: "50"}},
				},
			}},
		}},
		agencies: []*catalogv1.CycleAgency{
			member("so-noi-vu", catalogv1.ScoringState_SCORING_STATE_SCORED, ""),
			member("so-tu-phap", catalogv1.ScoringState_SCORING_STATE_NOT_SCORED, "mới sáp nhập"),
		},
		offices: []*catalogv1.Agency{
			{Id: "chi-cuc-van-thu", Parent: "so-noi-vu"}, {Id: "so-noi-vu", Parent: "ubnd-tinh"}, {Id: "so-tu-phap", Parent: "ubnd-tinh"}, {Id: "ubnd-tinh"},
		},
		calls: map[string]int{},
	}
}

func item(most string, source catalogv1.SourceKind) *catalogv1.Item {
	return &catalogv1.Item{
		MaxPoints: most, SourceKind: source,
		Rule: &rulev1.Rule{Family: &rulev1.Rule_Proportional{Proportional: &rulev1.Proportional{}}},
	}
}

func member(id string, state catalogv1.ScoringState, reason string) *catalogv1.CycleAgency {
	return &catalogv1.CycleAgency{
		Agency: &catalogv1.Agency{Id: id, Name: "Cơ quan " + id}, Group: "departments", State: state, Reason: reason,
	}
}

// change changes the answers of the catalog while it serves.
func (c *catalog) change(how func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	how()
}

// asked returns how often each rpc was called since the last call of asked.
func (c *catalog) asked() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls := c.calls
	c.calls = map[string]int{}
	return calls
}

var cycleUnknown = fault.Reason{Kind: fault.NotFound, Code: "CYCLE_UNKNOWN", Vi: "Không có kỳ này.", En: "No such cycle."}

func (c *catalog) GetCycle(_ context.Context, req *catalogv1.GetCycleRequest) (*catalogv1.GetCycleResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls["GetCycle"]++
	m, ok := c.cycles[req.GetCycle()]
	if !ok && c.away == nil {
		return nil, cycleUnknown.At("cycle")
	}
	return &catalogv1.GetCycleResponse{Cycle: m}, c.away
}

func (c *catalog) GetRegulation(context.Context, *catalogv1.GetRegulationRequest) (*catalogv1.GetRegulationResponse, error) {
	c.mu.Lock()
	hook := c.onRegulation
	c.calls["GetRegulation"]++
	c.mu.Unlock()
	if hook != nil {
		hook()
	}
	return &catalogv1.GetRegulationResponse{Regulation: c.regulation}, nil
}

func (c *catalog) ListCycleAgencies(_ context.Context, req *catalogv1.ListCycleAgenciesRequest) (*catalogv1.ListCycleAgenciesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls["ListCycleAgencies"]++
	from, _ := strconv.Atoi(req.GetPageToken())
	to := min(from+int(req.GetPageSize()), len(c.agencies))
	answer := &catalogv1.ListCycleAgenciesResponse{CycleAgencies: c.agencies[from:to]}
	if to < len(c.agencies) {
		answer.NextPageToken = strconv.Itoa(to)
	}
	return answer, nil
}

func (c *catalog) ListAgencies(_ context.Context, req *catalogv1.ListAgenciesRequest) (*catalogv1.ListAgenciesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls["ListAgencies"]++
	from, _ := strconv.Atoi(req.GetPageToken())
	to := min(from+int(req.GetPageSize()), len(c.offices))
	answer := &catalogv1.ListAgenciesResponse{Agencies: c.offices[from:to]}
	if to < len(c.offices) {
		answer.NextPageToken = strconv.Itoa(to)
	}
	return answer, nil
}

func (c *catalog) ListCycleChanges(_ context.Context, req *catalogv1.ListCycleChangesRequest) (*catalogv1.ListCycleChangesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	changed := slices.SortedFunc(maps.Values(c.cycles), func(a, b *catalogv1.Cycle) int { return cmp.Compare(a.GetRevision(), b.GetRevision()) })
	changed = slices.DeleteFunc(changed, func(m *catalogv1.Cycle) bool { return m.GetRevision() <= req.GetSinceRevision() })
	return &catalogv1.ListCycleChangesResponse{Cycles: changed}, c.away
}

func (c *catalog) AcknowledgeCycleChanges(_ context.Context, req *catalogv1.AcknowledgeCycleChangesRequest) (*catalogv1.AcknowledgeCycleChangesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acked = req.GetRevision()
	return &catalogv1.AcknowledgeCycleChangesResponse{}, c.away
}

// open serves c over gRPC and returns a client with the token of the service
// scoring.
// scoring has of it.
func open(t *testing.T, c *catalog) catalogv1.CatalogServiceClient {
	t.Helper()
	signer := ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	public := ed25519.PublicKey(signer[ed25519.SeedSize:])
	keys := func(context.Context) (map[string]ed25519.PublicKey, error) {
		return map[string]ed25519.PublicKey{auth.KeyID(public): public}, nil
	}
	now := func() time.Time { return noon }
	server, err := rpc.NewServer(rpc.ServerDeps{
		Service: "catalog", Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
		Verifier: auth.NewVerifier(keys, now), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	catalogv1.RegisterCatalogServiceServer(server, c)
	listener := bufconn.Listen(1 << 20)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Server.Stop()
		if err := <-served; err != nil {
			t.Errorf("serving: %v", err)
		}
	})
	token, _, err := auth.Sign(signer, auth.Principal{Kind: auth.Service, ID: "scoring"}, noon, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := rpc.Dial("passthrough:///catalog",
		func(context.Context) (string, error) { return token, nil },
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return catalogv1.NewCatalogServiceClient(conn)
}

// many gives the catalog n agencies, each the parent of the next.
func (c *catalog) many(n int) {
	c.agencies, c.offices = nil, nil
	above := ""
	for i := range n {
		id := fmt.Sprintf("a%03d", i)
		c.agencies = append(c.agencies, member(id, catalogv1.ScoringState_SCORING_STATE_SCORED, ""))
		c.offices = append(c.offices, &catalogv1.Agency{Id: id, Parent: above})
		above = id
	}
}
