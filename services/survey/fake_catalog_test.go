package survey_test

import (
	"github.com/parindex/parindex/libs/cycle/cycletest"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// newCatalog has the run cycle soc-trang/2026 and the imported one soc-trang/2023.
func newCatalog() *cycletest.Catalog {
	c := cycletest.New(&catalogv1.Cycle{
		Authority: "soc-trang", Id: "2023", Name: "Năm 2023", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED,
	}, &catalogv1.Cycle{
		Authority: "soc-trang", Id: "2026", Name: "Năm 2026", Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN, Regulation: "2026",
		Phase:  catalogv1.Phase_PHASE_SELF_1,
		Groups: []*catalogv1.Group{{Id: "departments", Name: "Sở"}, {Id: "districts", Name: "Huyện"}},
	})
	c.Regulation = &catalogv1.Regulation{Id: "2026", Sha256: "0a1b", Content: &catalogv1.RegulationContent{
		Rounds: 2, AppraisalCouncil: true, CriteriaSets: []*catalogv1.CriteriaSet{
			{Group: "departments", GroupName: "Sở", Nodes: nodes()}, {Group: "districts", GroupName: "Huyện", Nodes: nodes()},
		},
	}}
	c.Agencies = []*catalogv1.CycleAgency{
		cycletest.Member("so-tai-chinh", "Cơ quan so-tai-chinh", "departments"),
		cycletest.Member("so-noi-vu", "Cơ quan so-noi-vu", "departments"),
		cycletest.NotScored("so-tu-phap", "Cơ quan so-tu-phap", "departments", "mới sáp nhập"),
		cycletest.Member("ke-sach", "Cơ quan ke-sach", "districts"),
	}
	return c
}

// nodes are the items ii.1.1 of source kind SURVEY, ii.1.2 SATISFACTION and
// ii.1.3 SELF.
func nodes() []*catalogv1.Node {
	item := func(code, name string, source catalogv1.SourceKind) *catalogv1.Node {
		return cycletest.Item("ii", code, "1", name, "10", source, cycletest.Survey())
	}
	return []*catalogv1.Node{
		cycletest.Domain("ii", "1", "Hài lòng", "satisfaction"),
		item("1.1", "Cán bộ", catalogv1.SourceKind_SOURCE_KIND_SURVEY),
		item("1.2", "Người dân", catalogv1.SourceKind_SOURCE_KIND_SATISFACTION),
		item("1.3", "Tự đánh giá", catalogv1.SourceKind_SOURCE_KIND_SELF),
	}
}
