package assessment_test

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// The phases of the cycle.
const (
	preparation = catalogv1.Phase_PHASE_PREPARATION
	self1       = catalogv1.Phase_PHASE_SELF_1
	appraisal1  = catalogv1.Phase_PHASE_APPRAISAL_1
	self2       = catalogv1.Phase_PHASE_SELF_2
	appraisal2  = catalogv1.Phase_PHASE_APPRAISAL_2
	council     = catalogv1.Phase_PHASE_APPRAISAL_COUNCIL
	presented   = catalogv1.Phase_PHASE_PRESENTED
)

// regulationSHA256 is that of the regulation.
const regulationSHA256 = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"

// catalog plays the service catalog: cycles of two authorities under one
// regulation with two groups.
type catalog struct {
	catalogv1.UnimplementedCatalogServiceServer

	mu       sync.Mutex
	cycles   map[string]*catalogv1.Cycle // by authority/id
	rounds   int32
	more     int // items i.3.1, i.3.2, … of departments
	revision int64
	acked    int64
	away     error
}

// newCatalog has the run cycle 2026 in a phase, of An Bình and of Sóc Trăng, and
// the imported cycle 2023.
func newCatalog(phase catalogv1.Phase) *catalog {
	c := &catalog{cycles: map[string]*catalogv1.Cycle{}, rounds: 2}
	for _, authority := range []string{"an-binh", "soc-trang"} {
		c.add(&catalogv1.Cycle{
			Authority: authority, Id: "2026", Name: "Năm 2026", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN, Regulation: "2026", Phase: phase,
			Groups: []*catalogv1.Group{{Id: "departments", Name: "Sở, ban, ngành"}, {Id: "districts", Name: "Huyện"}},
		})
	}
	c.add(&catalogv1.Cycle{Authority: "an-binh", Id: "2023", Name: "Năm 2023", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED})
	return c
}

func (c *catalog) add(m *catalogv1.Cycle) {
	c.revision++
	m.Revision = c.revision
	c.cycles[m.GetAuthority()+"/"+m.GetId()] = m
}

// change changes the cycle 2026 of An Bình while the catalog serves.
func (c *catalog) change(how func(*catalogv1.Cycle)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := proto.CloneOf(c.cycles["an-binh/2026"])
	how(m)
	c.add(m)
}

// window sets when a phase of 2026 takes writes; a zero instant sets no bound.
func (c *catalog) window(phase catalogv1.Phase, from, to time.Time) {
	c.change(func(m *catalogv1.Cycle) {
		w := &catalogv1.Window{Phase: phase}
		if !from.IsZero() {
			w.OpenTime = timestamppb.New(from)
		}
		if !to.IsZero() {
			w.CloseTime = timestamppb.New(to)
		}
		m.Windows = []*catalogv1.Window{w}
	})
}

// reissue gives the regulation another number of rounds, for a service that has
// not read it yet.
func (c *catalog) reissue(rounds int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rounds = rounds
}

// leave makes every call fail, until nil brings the catalog back.
func (c *catalog) leave(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = err
}

// last is the revision of the last change.
func (c *catalog) last() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.revision
}

func (c *catalog) acknowledged() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.acked
}

func (c *catalog) GetCycle(_ context.Context, req *catalogv1.GetCycleRequest) (*catalogv1.GetCycleResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.cycles[req.GetAuthority()+"/"+req.GetCycle()]
	if !ok && c.away == nil {
		return nil, fault.Reason{Kind: fault.NotFound, Code: "CYCLE_UNKNOWN", Vi: "Không có kỳ này.", En: "No such cycle."}
	}
	return &catalogv1.GetCycleResponse{Cycle: m}, c.away
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
	c.acked = max(c.acked, req.GetRevision())
	return &catalogv1.AcknowledgeCycleChangesResponse{}, c.away
}

// ListAgencies gives none: nobody here asks who is above whom.
func (c *catalog) ListAgencies(context.Context, *catalogv1.ListAgenciesRequest) (*catalogv1.ListAgenciesResponse, error) {
	return new(catalogv1.ListAgenciesResponse), nil
}

func (c *catalog) ListCycleAgencies(context.Context, *catalogv1.ListCycleAgenciesRequest) (*catalogv1.ListCycleAgenciesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	member := func(id, name, group, reason string) *catalogv1.CycleAgency {
		state := catalogv1.ScoringState_SCORING_STATE_SCORED
		if reason != "" {
			state = catalogv1.ScoringState_SCORING_STATE_NOT_SCORED
		}
		return &catalogv1.CycleAgency{Agency: &catalogv1.Agency{Id: id, Name: name}, Group: group, State: state, Reason: reason}
	}
	return &catalogv1.ListCycleAgenciesResponse{CycleAgencies: []*catalogv1.CycleAgency{
		member("finance", "Sở Tài chính", "departments", ""),
		member("home", "Sở Nội vụ", "departments", ""),
		member("my-xuyen", "Huyện Mỹ Xuyên", "districts", ""),
		member("new", "Sở mới", "departments", "mới thành lập"),
	}}, c.away
}

func (c *catalog) GetRegulation(context.Context, *catalogv1.GetRegulationRequest) (*catalogv1.GetRegulationResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &catalogv1.GetRegulationResponse{Regulation: &catalogv1.Regulation{
		Id: "2026", Sha256: regulationSHA256, Content: &catalogv1.RegulationContent{
			Title: "Quy định", Rounds: c.rounds, AppraisalCouncil: true,
			CriteriaSets: []*catalogv1.CriteriaSet{departments(c.more), {
				Group: "districts", GroupName: "Huyện", Nodes: []*catalogv1.Node{
					domain("1", "Chỉ đạo", "steering"), item("1.1", "1", "Kế hoạch", "1", self, choice()),
					item("1.2", "1", "Số ngày xử lý", "2", catalogv1.SourceKind_SOURCE_KIND_FEED, &rulev1.Rule{Family: &rulev1.Rule_PeerRelative{
						PeerRelative: &rulev1.PeerRelative{Better: rulev1.Better_BETTER_LOWER},
					}}),
				},
			}},
		},
	}}, c.away
}

// departments has an item of each kind: six that an agency assesses, one that is
// reported, two that are decided at scoring; and more that an agency assesses.
func departments(more int) *catalogv1.CriteriaSet {
	impact := item("1", "", "Khảo sát", "10", catalogv1.SourceKind_SOURCE_KIND_SURVEY, &rulev1.Rule{Family: &rulev1.Rule_Survey{Survey: &rulev1.Survey{}}})
	impact.Part, impact.Field = "ii", "impact"
	satisfaction := proto.CloneOf(impact)
	satisfaction.Code, satisfaction.Field, satisfaction.Name = "2", "satisfaction", "Hài lòng"
	satisfaction.Item.SourceKind = catalogv1.SourceKind_SOURCE_KIND_SATISFACTION
	nodes := []*catalogv1.Node{
		domain("1", "Chỉ đạo", "steering"),
		item("1.1", "1", "Kế hoạch", "2", self, &rulev1.Rule{Family: &rulev1.Rule_AllOrNothing{AllOrNothing: &rulev1.AllOrNothing{
			Conditions: []*rulev1.Condition{{Id: "plan", Text: "Có kế hoạch"}, {Id: "report", Text: "Có báo cáo"}},
		}}}),
		item("1.2", "1", "Báo cáo", "1", self, choice()),
		domain("2", "Thủ tục", "procedures"),
		item("2.1", "2", "Đúng hạn", "2", self, &rulev1.Rule{Family: &rulev1.Rule_Bands{Bands: &rulev1.Bands{Bands: []*rulev1.Band{
			{Low: &rulev1.Band_Above{Above: "90"}, Points: "2"},
			{Low: &rulev1.Band_From{From: "70"}, High: &rulev1.Band_To{To: "90"}, Points: "1"},
			{High: &rulev1.Band_Below{Below: "70"}, Points: "0"},
		}}}}),
		item("2.2", "2", "Nhiệm vụ", "3", self, proportional()),
		item("2.3", "2", "Chỉ tiêu", "1", catalogv1.SourceKind_SOURCE_KIND_TARGETS, proportional()),
		item("2.4", "2", "Sáng kiến", "1", self, &rulev1.Rule{Family: &rulev1.Rule_Manual{Manual: &rulev1.Manual{Step: "0.25"}}}),
		item("2.5", "2", "Hồ sơ trực tuyến", "4", catalogv1.SourceKind_SOURCE_KIND_FEED, proportional()),
	}
	if more > 0 {
		nodes = append(nodes, domain("3", "Chuyển đổi số", "digital"))
	}
	for i := range more {
		nodes = append(nodes, item("3."+strconv.Itoa(i+1), "3", strings.Repeat("Nhiệm vụ ", 30), "3", self, proportional()))
	}
	return &catalogv1.CriteriaSet{Group: "departments", GroupName: "Sở, ban, ngành", Nodes: append(nodes, impact, satisfaction)}
}

const self = catalogv1.SourceKind_SOURCE_KIND_SELF

func domain(code, name, field string) *catalogv1.Node {
	return &catalogv1.Node{Part: "i", Code: code, Name: name, Field: field}
}

func item(code, parent, name, most string, source catalogv1.SourceKind, rule *rulev1.Rule) *catalogv1.Node {
	return &catalogv1.Node{
		Part: "i", Code: code, Parent: parent, Name: name,
		Item: &catalogv1.Item{MaxPoints: most, SourceKind: source, Rule: rule},
	}
}

func choice() *rulev1.Rule {
	return &rulev1.Rule{Family: &rulev1.Rule_Choice{Choice: &rulev1.Choice{Options: []*rulev1.Option{
		{Id: "timely", Text: "Đúng hạn", Points: "1"}, {Id: "late", Text: "Muộn", Points: "0.5"}, {Id: "none", Text: "Không", Points: "0"},
	}}}}
}

func proportional() *rulev1.Rule {
	return &rulev1.Rule{Family: &rulev1.Rule_Proportional{Proportional: &rulev1.Proportional{}}}
}
