package assessment_test

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/cycle/cycletest"
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

// newCatalog has the run cycle 2026 in a phase, of An Bình and of Sóc Trăng, and
// the imported cycle 2023.
func newCatalog(phase catalogv1.Phase) *cycletest.Catalog {
	c := cycletest.New()
	for _, authority := range []string{"an-binh", "soc-trang"} {
		c.Put(&catalogv1.Cycle{
			Authority: authority, Id: "2026", Name: "Năm 2026", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN, Regulation: "2026", Phase: phase,
			Groups: []*catalogv1.Group{{Id: "departments", Name: "Sở, ban, ngành"}, {Id: "districts", Name: "Huyện"}},
		})
	}
	c.Put(&catalogv1.Cycle{Authority: "an-binh", Id: "2023", Name: "Năm 2023", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED})
	c.Agencies = []*catalogv1.CycleAgency{
		cycletest.Member("finance", "Sở Tài chính", "departments"),
		cycletest.Member("home", "Sở Nội vụ", "departments"),
		cycletest.Member("my-xuyen", "Huyện Mỹ Xuyên", "districts"),
		cycletest.NotScored("new", "Sở mới", "departments", "mới thành lập"),
	}
	c.Regulation = &catalogv1.Regulation{Id: "2026", Sha256: regulationSHA256, Content: &catalogv1.RegulationContent{
		Title: "Quy định", Rounds: 2, AppraisalCouncil: true, CriteriaSets: []*catalogv1.CriteriaSet{departments(), {
			Group: "districts", GroupName: "Huyện", Nodes: []*catalogv1.Node{
				cycletest.Domain("i", "1", "Chỉ đạo", "steering"), item("1.1", "1", "Kế hoạch", "1", self, choice()),
				item("1.2", "1", "Số ngày xử lý", "2", catalogv1.SourceKind_SOURCE_KIND_FEED, &rulev1.Rule{Family: &rulev1.Rule_PeerRelative{
					PeerRelative: &rulev1.PeerRelative{Better: rulev1.Better_BETTER_LOWER},
				}}),
			},
		}},
	}}
	return c
}

// window sets when a phase of 2026 takes writes; a zero instant sets no bound.
func (w *world) window(phase catalogv1.Phase, from, to time.Time) {
	w.catalog.ChangeCycle("an-binh", "2026", func(m *catalogv1.Cycle) {
		window := &catalogv1.Window{Phase: phase}
		if !from.IsZero() {
			window.OpenTime = timestamppb.New(from)
		}
		if !to.IsZero() {
			window.CloseTime = timestamppb.New(to)
		}
		m.Windows = []*catalogv1.Window{window}
	})
}

// departments has an item of each kind: six that an agency assesses, one that is
// reported, two that are decided at scoring.
func departments() *catalogv1.CriteriaSet {
	impact := cycletest.Item("ii", "1", "", "Khảo sát", "10", catalogv1.SourceKind_SOURCE_KIND_SURVEY, cycletest.Survey())
	impact.Field = "impact"
	satisfaction := proto.CloneOf(impact)
	satisfaction.Code, satisfaction.Field, satisfaction.Name = "2", "satisfaction", "Hài lòng"
	satisfaction.Item.SourceKind = catalogv1.SourceKind_SOURCE_KIND_SATISFACTION
	return &catalogv1.CriteriaSet{Group: "departments", GroupName: "Sở, ban, ngành", Nodes: []*catalogv1.Node{
		cycletest.Domain("i", "1", "Chỉ đạo", "steering"),
		item("1.1", "1", "Kế hoạch", "2", self, cycletest.AllOrNothing(
			&rulev1.Condition{Id: "plan", Text: "Có kế hoạch"}, &rulev1.Condition{Id: "report", Text: "Có báo cáo"},
		)),
		item("1.2", "1", "Báo cáo", "1", self, choice()),
		cycletest.Domain("i", "2", "Thủ tục", "procedures"),
		item("2.1", "2", "Đúng hạn", "2", self, &rulev1.Rule{Family: &rulev1.Rule_Bands{Bands: &rulev1.Bands{Bands: []*rulev1.Band{
			{Low: &rulev1.Band_Above{Above: "90"}, Points: "2"},
			{Low: &rulev1.Band_From{From: "70"}, High: &rulev1.Band_To{To: "90"}, Points: "1"},
			{High: &rulev1.Band_Below{Below: "70"}, Points: "0"},
		}}}}),
		item("2.2", "2", "Nhiệm vụ", "3", self, cycletest.Proportional()),
		item("2.3", "2", "Chỉ tiêu", "1", catalogv1.SourceKind_SOURCE_KIND_TARGETS, cycletest.Proportional()),
		item("2.4", "2", "Sáng kiến", "1", self, cycletest.Manual("0.25")),
		item("2.5", "2", "Hồ sơ trực tuyến", "4", catalogv1.SourceKind_SOURCE_KIND_FEED, cycletest.Proportional()),
		impact, satisfaction,
	}}
}

// addItems gives the departments more items that an agency assesses: i.3.1, i.3.2, …
func addItems(c *cycletest.Catalog, more int) {
	set := c.Regulation.GetContent().GetCriteriaSets()[0]
	nodes := []*catalogv1.Node{cycletest.Domain("i", "3", "Chuyển đổi số", "digital")}
	for i := range more {
		nodes = append(nodes, item("3."+strconv.Itoa(i+1), "3", strings.Repeat("Nhiệm vụ ", 30), "3", self, cycletest.Proportional()))
	}
	set.Nodes = slices.Insert(set.GetNodes(), len(set.GetNodes())-2, nodes...)
}

const self = catalogv1.SourceKind_SOURCE_KIND_SELF

func item(code, parent, name, most string, source catalogv1.SourceKind, rule *rulev1.Rule) *catalogv1.Node {
	return cycletest.Item("i", code, parent, name, most, source, rule)
}

func choice() *rulev1.Rule {
	return cycletest.Choice(
		&rulev1.Option{Id: "timely", Text: "Đúng hạn", Points: "1"}, &rulev1.Option{Id: "late", Text: "Muộn", Points: "0.5"},
		&rulev1.Option{Id: "none", Text: "Không", Points: "0"},
	)
}
