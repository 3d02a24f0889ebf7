package api

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/page"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

const (
	// reportedPerPage is the largest page of reported values that assessment returns.
	reportedPerPage = 200
	// mostReportedPages is how many of these pages one page of ours looks through for
	// values that the caller sees, so that its time does not depend on the cycle.
	mostReportedPages = 10
)

// ListReportedValues implements appraisalv1.AppraisalServiceServer. It asks assessment
// for the values each time; appraisal stores none for this list. The page token has the
// token of the page of assessment in which our page begins, and the last value before it.
func (s *Server) ListReportedValues(ctx context.Context, req *appraisalv1.ListReportedValuesRequest,
) (*appraisalv1.ListReportedValuesResponse, error) {
	filter := "reportedValues/" + req.GetAuthority() + "/" + req.GetCycle()
	from, err := page.Decode(req.GetPageToken(), filter, 3)
	if err != nil {
		return nil, err
	}
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	visible, err := s.visible(ctx, c)
	if err != nil {
		return nil, err
	}
	shown := reportedPage{size: int(page.Size(req.GetPageSize())), visible: visible}
	if from != nil {
		shown.at, shown.last = from[0], from[1:]
	}
	ended, err := s.fill(ctx, c, &shown)
	if err != nil {
		return nil, err
	}
	answer := &appraisalv1.ListReportedValuesResponse{ReportedValues: shown.values}
	if !ended {
		answer.NextPageToken = page.Encode(filter, append([]string{shown.at}, shown.last...)...)
	}
	return answer, nil
}

// reportedPage is a page of reported values while it is filled.
type reportedPage struct {
	size    int
	visible func(agency, item string) bool
	values  []*assessmentv1.ReportedValue
	weight  int // of values, in bytes
	// at is the token of the page of assessment that is read next, and last the place of
	// the last value that was looked at.
	at   string
	last []string
}

// fill reads pages of assessment until shown is full, or mostReportedPages of them. It
// reports whether the list has ended.
func (s *Server) fill(ctx context.Context, c *cycle.Cycle, shown *reportedPage) (ended bool, err error) {
	for range mostReportedPages {
		answer, err := s.Assessment.ListReportedValues(ctx, &assessmentv1.ListReportedValuesRequest{
			Authority: c.Authority, Cycle: c.ID, PageSize: reportedPerPage, PageToken: shown.at,
		})
		if err != nil {
			return false, fmt.Errorf("listing the reported values of %s/%s: %w", c.Authority, c.ID, err)
		}
		if full := shown.take(answer.GetReportedValues()); full {
			return false, nil
		}
		if shown.at = answer.GetNextPageToken(); shown.at == "" {
			return true, nil
		}
	}
	return false, nil
}

// take adds the visible values after the last place, and reports whether there is one
// more than fits.
func (p *reportedPage) take(values []*assessmentv1.ReportedValue) (full bool) {
	for _, v := range values {
		if slices.Compare(place(v), p.last) <= 0 {
			continue
		}
		if p.visible(v.GetAgency(), v.GetItem()) {
			size := proto.Size(v)
			if len(p.values) == p.size || len(p.values) > 0 && p.weight+size > page.MaxBytes {
				return true
			}
			p.values, p.weight = append(p.values, v), p.weight+size
		}
		p.last = place(v)
	}
	return false
}

// place returns the key by which the list is ordered.
func place(v *assessmentv1.ReportedValue) []string { return []string{v.GetAgency(), v.GetItem()} }

// visible returns a function that reports whether the caller sees the reported value of
// an agency and item. The council, the coordinator and inspectors see all. An appraiser
// sees the assigned items. Neither a member, until the last round is approved, nor an
// appraiser sees those of the own agencies and of agencies above them (rule V1).
func (s *Server) visible(ctx context.Context, c *cycle.Cycle) (func(agency, item string) bool, error) {
	if s.seesAll(ctx, c.Authority, "") {
		barred, err := s.barred(ctx, c, "", c.Rounds)
		return func(agency, _ string) bool { return !slices.Contains(barred, agency) }, err
	}
	caller := s.appraiser(ctx, c.Authority)
	assignments, err := s.Store.AssignmentsOf(ctx, c.Authority, c.ID, caller)
	return func(agency, item string) bool {
		group, err := c.GroupOf(agency)
		return err == nil && caller.Check(c, agency) == nil &&
			slices.ContainsFunc(assignments, func(a appraisal.Assignment) bool { return a.Covers(group.ID, item) })
	}, err
}
