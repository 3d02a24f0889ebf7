package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/page"
	"github.com/parindex/parindex/libs/rpc"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// reportedPerPage is the largest page of reported values that assessment returns.
const reportedPerPage = 200

// ListReportedValues implements appraisalv1.AppraisalServiceServer. It asks assessment
// for the values each time; appraisal stores none.
func (s *Server) ListReportedValues(ctx context.Context, req *appraisalv1.ListReportedValuesRequest,
) (*appraisalv1.ListReportedValuesResponse, error) {
	filter := "reportedValues/" + req.GetAuthority() + "/" + req.GetCycle()
	after, err := page.Decode(req.GetPageToken(), filter, 2)
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
	values, err := s.reported(ctx, c)
	if err != nil {
		return nil, err
	}
	values = slices.DeleteFunc(values, func(v *assessmentv1.ReportedValue) bool {
		return slices.Compare(place(v), after) <= 0 || !visible(v.GetAgency(), v.GetItem())
	})
	values, next := page.Fit(filter, values, page.Size(req.GetPageSize()),
		func(v *assessmentv1.ReportedValue) int { return proto.Size(v) }, place)
	return &appraisalv1.ListReportedValuesResponse{ReportedValues: values, NextPageToken: next}, nil
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

// reported returns all reported values of a cycle from assessment, by agency and item.
func (s *Server) reported(ctx context.Context, c *cycle.Cycle) ([]*assessmentv1.ReportedValue, error) {
	var all []*assessmentv1.ReportedValue
	request := &assessmentv1.ListReportedValuesRequest{Authority: c.Authority, Cycle: c.ID, PageSize: reportedPerPage}
	for answer, err := range rpc.Pages(ctx, s.Assessment.ListReportedValues, request) {
		if err != nil {
			return nil, fmt.Errorf("listing the reported values of %s/%s: %w", c.Authority, c.ID, err)
		}
		all = append(all, answer.GetReportedValues()...)
	}
	slices.SortFunc(all, func(a, b *assessmentv1.ReportedValue) int {
		return cmp.Or(cmp.Compare(a.GetAgency(), b.GetAgency()), cmp.Compare(a.GetItem(), b.GetItem()))
	})
	return all, nil
}
