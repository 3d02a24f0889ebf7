package appraisal_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/parindex/parindex/libs/auth"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// TestReportedValues lists reported values on pages of several sizes. Each caller gets
// exactly the values that it may see.
func TestReportedValues(t *testing.T) {
	w := newWorld(t)
	for _, place := range []string{"finance i.4", "health i.4", "home i.4", "home i.5", "nowhere i.4"} {
		v := &assessmentv1.ReportedValue{Authority: authority, Cycle: year, Input: ratio("1", "2"), Source: "Cổng dịch vụ công", Reporter: "mot-cua"}
		must(fmt.Sscan(place, &v.Agency, &v.Item))
		w.assessment.reported = append(w.assessment.reported, v)
	}
	w.assign(t, 11, "departments")
	w.assign(t, 12, "departments", "i.4", "i.1")
	w.assign(t, 13, "departments", "i.1")
	w.assign(t, 14, "districts")
	all := []string{"finance/i.4", "health/i.4", "home/i.4", "home/i.5", "nowhere/i.4"}
	editor := auth.Binding{Role: authv1.Role_ROLE_AGENCY_EDITOR, Authority: authority, Agency: "health"}
	appraises := auth.Binding{Role: authv1.Role_ROLE_APPRAISER, Authority: authority}
	type caller func(*testing.T) context.Context
	at := func(account int, home string, bindings ...auth.Binding) caller {
		return func(t *testing.T) context.Context {
			t.Helper()
			return person(t, account, home, append(bindings, appraises)...)
		}
	}
	inspector := func(t *testing.T) context.Context {
		t.Helper()
		return as(t, 3, authv1.Role_ROLE_INSPECTOR)
	}
	for name, tt := range map[string]struct {
		who  caller
		want []string
	}{
		"council":              {council, all},
		"coordinator":          {coordinator, all},
		"inspector":            {inspector, all},
		"a whole group":        {at(11, ""), all[:4]},
		"items":                {at(12, ""), []string{"finance/i.4", "health/i.4", "home/i.4"}},
		"another item":         {at(13, ""), nil},
		"another group":        {at(14, ""), nil},
		"nothing assigned":     {at(15, ""), nil},
		"at home in one":       {at(11, "health"), []string{"home/i.4", "home/i.5"}},
		"editor of one":        {at(11, "home", editor), nil},
		"below one, elsewhere": {at(11, "treasury"), []string{"health/i.4", "home/i.4", "home/i.5"}},
	} {
		for _, size := range []int32{0, 1, 3} {
			if got := w.reported(tt.who(t), t, size); !slices.Equal(got, tt.want) {
				t.Errorf("%s, %d a page: %v, want %v", name, size, got, tt.want)
			}
		}
	}
	req := &appraisalv1.ListReportedValuesRequest{Authority: authority, Cycle: year}
	if v := must(w.ListReportedValues(council(t), req)).GetReportedValues()[0]; v.GetSource() != "Cổng dịch vụ công" || v.GetReporter() != "mot-cua" {
		t.Errorf("its provenance: %v", v)
	}
	req.PageToken = "x"
	wantSaid(t, "a made-up token", errOf(w.ListReportedValues(council(t), req)), "PAGE_TOKEN_INVALID pageToken")
	req.PageToken, req.Cycle = "", "1999"
	wantSaid(t, "no cycle", errOf(w.ListReportedValues(council(t), req)), "CYCLE_NOT_KNOWN cycle")
	req.Cycle = year
	w.assessment.change(func() { w.assessment.away = true })
	wantSaid(t, "assessment away", errOf(w.ListReportedValues(council(t), req)), "SERVICE_AWAY")
}

// A page is found without reading the whole cycle: it looks at the values that it shows,
// and gives up after ten pages of assessment without a visible one.
func TestPagesOfReportedValues(t *testing.T) {
	w := newWorld(t)
	for i := range 100 {
		w.assessment.reported = append(w.assessment.reported, &assessmentv1.ReportedValue{
			Authority: authority, Cycle: year, Agency: "finance", Item: fmt.Sprintf("i.4.%03d", i), Input: ratio("1", "2"),
		})
	}
	w.assessment.reported = append(w.assessment.reported, &assessmentv1.ReportedValue{
		Authority: authority, Cycle: year, Agency: "health", Item: "i.4", Input: ratio("1", "2"),
	})
	w.assign(t, 12, "departments", "i.4")
	ofItem := func(t *testing.T) context.Context {
		t.Helper()
		return person(t, 12, "", auth.Binding{Role: authv1.Role_ROLE_APPRAISER, Authority: authority})
	}
	for _, tt := range []struct {
		who          func(*testing.T) context.Context
		size         int32
		pages, calls int // in all, and of assessment for one
	}{
		{council, 3, 34, 3},
		{council, 200, 6, 10},
		{ofItem, 200, 6, 10},
	} {
		req := &appraisalv1.ListReportedValuesRequest{Authority: authority, Cycle: year, PageSize: tt.size}
		pages := 0
		for {
			before := w.assessment.reportedPages
			answer := must(w.ListReportedValues(tt.who(t), req))
			if got := w.assessment.reportedPages - before; got > tt.calls {
				t.Errorf("a page of %d asks assessment %d times, want at most %d", tt.size, got, tt.calls)
			}
			pages++
			if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
				break
			}
		}
		if pages != tt.pages {
			t.Errorf("%d pages of %d, want %d", pages, tt.size, tt.pages)
		}
	}
}

// reported returns the values that a caller sees, as "agency/item", read page by page.
func (w *world) reported(ctx context.Context, t *testing.T, size int32) (seen []string) {
	t.Helper()
	req := &appraisalv1.ListReportedValuesRequest{Authority: authority, Cycle: year, PageSize: size}
	for {
		answer := must(w.ListReportedValues(ctx, req))
		for _, v := range answer.GetReportedValues() {
			seen = append(seen, v.GetAgency()+"/"+v.GetItem())
		}
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			return seen
		}
	}
}
