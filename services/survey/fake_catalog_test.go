package survey_test

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"net"
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

// catalog is what survey asks of the catalog service: the run cycle
// soc-trang/2026 and the imported one soc-trang/2023.
type catalog struct {
	catalogv1.UnimplementedCatalogServiceServer

	mu       sync.Mutex
	phase    catalogv1.Phase
	revision int64
	acked    int64
	away     bool
}

func newCatalog() *catalog {
	return &catalog{phase: catalogv1.Phase_PHASE_SELF_1, revision: 2}
}

// move moves the cycle to a phase.
func (c *catalog) move(phase catalogv1.Phase) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.phase = phase
	c.revision++
}

func (c *catalog) leave(away bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = away
}

func (c *catalog) settled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.acked == c.revision
}

// state returns what there is, as long as catalog answers.
func (c *catalog) state() (run, imported *catalogv1.Cycle, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		return nil, nil, fault.StorageAway.Because(nil)
	}
	run = &catalogv1.Cycle{
		Authority: "soc-trang", Id: "2026", Name: "Năm 2026", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN, Regulation: "2026",
		Phase: c.phase, Revision: c.revision,
		Groups: []*catalogv1.Group{{Id: "departments", Name: "Sở"}, {Id: "districts", Name: "Huyện"}},
	}
	imported = &catalogv1.Cycle{
		Authority: "soc-trang", Id: "2023", Name: "Năm 2023", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED, Revision: 1,
	}
	return run, imported, nil
}

func (c *catalog) GetCycle(_ context.Context, req *catalogv1.GetCycleRequest) (*catalogv1.GetCycleResponse, error) {
	run, imported, err := c.state()
	if req.GetCycle() == "2023" {
		run = imported
	}
	return &catalogv1.GetCycleResponse{Cycle: run}, err
}

func (c *catalog) GetRegulation(context.Context, *catalogv1.GetRegulationRequest) (*catalogv1.GetRegulationResponse, error) {
	_, _, err := c.state()
	return &catalogv1.GetRegulationResponse{Regulation: &catalogv1.Regulation{Id: "2026", Sha256: "0a1b", Content: &catalogv1.RegulationContent{
		Rounds: 2, AppraisalCouncil: true, CriteriaSets: []*catalogv1.CriteriaSet{
			{Group: "departments", GroupName: "Sở", Nodes: nodes()}, {Group: "districts", GroupName: "Huyện", Nodes: nodes()},
		},
	}}}, err
}

// nodes are the items ii.1.1 of source kind SURVEY, ii.1.2 SATISFACTION and
// ii.1.3 SELF.
func nodes() []*catalogv1.Node {
	item := func(source catalogv1.SourceKind) *catalogv1.Item {
		return &catalogv1.Item{MaxPoints: "10", SourceKind: source, Rule: &rulev1.Rule{Family: &rulev1.Rule_Survey{Survey: &rulev1.Survey{}}}}
	}
	impact := catalogv1.Part_PART_IMPACT
	return []*catalogv1.Node{
		{Part: impact, Code: "1", Name: "Hài lòng", Field: "satisfaction"},
		{Part: impact, Code: "1.1", Parent: "1", Name: "Cán bộ", Item: item(catalogv1.SourceKind_SOURCE_KIND_SURVEY)},
		{Part: impact, Code: "1.2", Parent: "1", Name: "Người dân", Item: item(catalogv1.SourceKind_SOURCE_KIND_SATISFACTION)},
		{Part: impact, Code: "1.3", Parent: "1", Name: "Tự đánh giá", Item: item(catalogv1.SourceKind_SOURCE_KIND_SELF)},
	}
}

// ListAgencies gives none: nobody here asks who is above whom.
func (c *catalog) ListAgencies(context.Context, *catalogv1.ListAgenciesRequest) (*catalogv1.ListAgenciesResponse, error) {
	return new(catalogv1.ListAgenciesResponse), nil
}

func (c *catalog) ListCycleAgencies(context.Context, *catalogv1.ListCycleAgenciesRequest) (*catalogv1.ListCycleAgenciesResponse, error) {
	member := func(id, group, why string) *catalogv1.CycleAgency {
		m := &catalogv1.CycleAgency{
			Agency: &catalogv1.Agency{Id: id, Name: "Cơ quan " + id}, Group: group, State: catalogv1.ScoringState_SCORING_STATE_SCORED, Reason: why,
		}
		if why != "" {
			m.State = catalogv1.ScoringState_SCORING_STATE_NOT_SCORED
		}
		return m
	}
	_, _, err := c.state()
	return &catalogv1.ListCycleAgenciesResponse{CycleAgencies: []*catalogv1.CycleAgency{
		member("so-tai-chinh", "departments", ""), member("so-noi-vu", "departments", ""),
		member("so-tu-phap", "departments", "mới sáp nhập"), member("ke-sach", "districts", ""),
	}}, err
}

func (c *catalog) ListCycleChanges(_ context.Context, req *catalogv1.ListCycleChangesRequest) (*catalogv1.ListCycleChangesResponse, error) {
	run, imported, err := c.state()
	answer := &catalogv1.ListCycleChangesResponse{}
	for _, m := range []*catalogv1.Cycle{imported, run} {
		if m.GetRevision() > req.GetSinceRevision() {
			answer.Cycles = append(answer.Cycles, m)
		}
	}
	return answer, err
}

func (c *catalog) AcknowledgeCycleChanges(_ context.Context, req *catalogv1.AcknowledgeCycleChangesRequest) (*catalogv1.AcknowledgeCycleChangesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acked = req.GetRevision()
	return &catalogv1.AcknowledgeCycleChangesResponse{}, nil
}

// dial returns what connects survey to c, which is served as catalog is.
func (c *catalog) dial(tb testing.TB) func(string, rpc.Credential) (grpc.ClientConnInterface, error) {
	tb.Helper()
	return func(string, rpc.Credential) (grpc.ClientConnInterface, error) { return c.serve(tb), nil }
}

func (c *catalog) serve(tb testing.TB) grpc.ClientConnInterface {
	tb.Helper()
	now := time.Now
	public, _ := signer.Public().(ed25519.PublicKey)
	keys := func(context.Context) (map[string]ed25519.PublicKey, error) {
		return map[string]ed25519.PublicKey{auth.KeyID(public): public}, nil
	}
	server, err := rpc.NewServer(rpc.ServerDeps{
		Service: "catalog", Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(), Verifier: auth.NewVerifier(keys, now), Now: now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	catalogv1.RegisterCatalogServiceServer(server, c)
	listener := bufconn.Listen(1 << 20)
	go func() { _ = server.Serve(listener) }()
	token, _, err := auth.Sign(signer, auth.Principal{Kind: auth.Service, ID: "survey"}, now(), time.Hour)
	if err != nil {
		tb.Fatal(err)
	}
	conn, err := rpc.Dial("passthrough:///catalog", func(context.Context) (string, error) { return token, nil },
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = conn.Close()
		server.Server.Stop()
	})
	return conn
}
