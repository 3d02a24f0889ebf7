package api

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// CreateAssignment implements appraisalv1.AppraisalServiceServer.
func (s *Server) CreateAssignment(ctx context.Context, req *appraisalv1.CreateAssignmentRequest) (*appraisalv1.CreateAssignmentResponse, error) {
	by, err := attempt.Of(ctx, appraisalv1.AppraisalService_CreateAssignment_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	appraiser, err := uuid.Parse(req.GetAppraiser())
	if err != nil {
		return nil, err
	}
	a, err := appraisal.NewAssignment(c, req.GetGroup(), appraiser.String(), req.GetItems())
	if err != nil {
		return nil, err
	}
	if err := s.checkAssigns(ctx, c, a); err != nil {
		return nil, err
	}
	id, err := s.NewID()
	if err != nil {
		return nil, err
	}
	a.ID = id.String()
	people, err := s.people(ctx, req.GetAuthority(), authv1.Role_ROLE_APPRAISER, a.Appraiser)
	if err != nil {
		return nil, err
	}
	if people[a.Appraiser] == nil {
		return nil, appraisal.AppraiserUnknown.At("appraiser")
	}
	a, err = s.Store.CreateAssignment(ctx, by, a)
	if err != nil {
		return nil, err
	}
	return &appraisalv1.CreateAssignmentResponse{Assignment: toAssignment(a, people[a.Appraiser])}, nil
}

// ListAssignments implements appraisalv1.AppraisalServiceServer.
func (s *Server) ListAssignments(ctx context.Context, req *appraisalv1.ListAssignmentsRequest) (*appraisalv1.ListAssignmentsResponse, error) {
	filter := "assignments/" + req.GetAuthority() + "/" + req.GetCycle()
	after, id, err := since(req.GetPageToken(), filter)
	if err != nil {
		return nil, err
	}
	if _, err := s.Windows.State(ctx, req.GetAuthority(), req.GetCycle()); err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize())
	assignments, err := s.Store.Assignments(ctx, req.GetAuthority(), req.GetCycle(), after, id, size+1)
	if err != nil {
		return nil, err
	}
	assignments, next := page.Fit(filter, assignments, size,
		func(a appraisal.Assignment) int { return 256 + 16*len(a.Items) },
		func(a appraisal.Assignment) []string { return sinceKey(a.CreateTime, a.ID) })
	var accounts []string
	for _, a := range assignments {
		accounts = append(accounts, a.Appraiser)
	}
	people, err := s.people(ctx, req.GetAuthority(), authv1.Role_ROLE_UNSPECIFIED, accounts...)
	if err != nil {
		return nil, err
	}
	named := func(a appraisal.Assignment) *appraisalv1.Assignment { return toAssignment(a, people[a.Appraiser]) }
	return &appraisalv1.ListAssignmentsResponse{Assignments: message.Each(assignments, named), NextPageToken: next}, nil
}

// EndAssignment implements appraisalv1.AppraisalServiceServer.
func (s *Server) EndAssignment(ctx context.Context, req *appraisalv1.EndAssignmentRequest) (*appraisalv1.EndAssignmentResponse, error) {
	by, err := attempt.Of(ctx, appraisalv1.AppraisalService_EndAssignment_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	a, err := s.Store.EndAssignment(ctx, by, c, req.GetAssignment(), func(a appraisal.Assignment) error { return s.checkAssigns(ctx, c, a) })
	if err != nil {
		return nil, err
	}
	return &appraisalv1.EndAssignmentResponse{Assignment: toAssignment(a, nil)}, nil
}

// checkAssigns fails with NotYoursToDecide unless the caller coordinates or decides in the
// cycle, and as a.CheckOwn does.
func (s *Server) checkAssigns(ctx context.Context, c *cycle.Cycle, a appraisal.Assignment) error {
	if !s.holds(ctx, c.Authority, "", authv1.Role_ROLE_COORDINATOR) {
		if err := s.checkDecides(ctx, c); err != nil {
			return err
		}
	}
	return a.CheckOwn(c, s.appraiser(ctx, c.Authority))
}

// people returns those of the accounts that identity has in an authority, with a role
// now if one is named, by account.
func (s *Server) people(ctx context.Context, authority string, role authv1.Role, accounts ...string) (map[string]*identityv1.Person, error) {
	slices.Sort(accounts)
	accounts = slices.Compact(accounts)
	people := make(map[string]*identityv1.Person, len(accounts))
	if len(accounts) == 0 {
		return people, nil
	}
	answer, err := s.Identity.ListPeople(ctx, &identityv1.ListPeopleRequest{
		Authority: authority, Role: role, Accounts: accounts, PageSize: message.Int32(len(accounts)),
	})
	if err != nil {
		return nil, fmt.Errorf("reading the names of appraisers of %s: %w", authority, err)
	}
	for _, p := range answer.GetPeople() {
		people[p.GetAccount()] = p
	}
	return people, nil
}
