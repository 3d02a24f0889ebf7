package appraisal_test

import (
	"context"
	"testing"

	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
)

// people is an identity service in which all accounts are appraisers of the health
// department, but for one that does not exist and one without the role.
type people struct {
	identityv1.UnimplementedIdentityServiceServer
}

const unknown, layman = 404, 405

// ListPeople implements IdentityServiceServer.
func (people) ListPeople(_ context.Context, req *identityv1.ListPeopleRequest) (*identityv1.ListPeopleResponse, error) {
	answer := new(identityv1.ListPeopleResponse)
	for _, account := range req.GetAccounts() {
		if account != uuidOf(unknown) && (account != uuidOf(layman) || req.GetRole() != authv1.Role_ROLE_APPRAISER) {
			answer.People = append(answer.People, &identityv1.Person{Account: account, Name: "Chuyên viên " + account[34:], Agency: "health", AgencyName: "Sở Y tế"})
		}
	}
	return answer, nil
}

// Only people who exist and are appraisers are assigned, and lists name them.
func TestAssignedPeople(t *testing.T) {
	w := newWorld(t)
	request := func(account int) *appraisalv1.CreateAssignmentRequest {
		return &appraisalv1.CreateAssignmentRequest{Authority: authority, Cycle: year, Group: "departments", Appraiser: uuidOf(account)}
	}
	for _, account := range []int{unknown, layman} {
		wantSaid(t, "not an appraiser", errOf(w.CreateAssignment(coordinator(t), request(account))), "APPRAISER_UNKNOWN appraiser")
	}
	a := must(w.CreateAssignment(coordinator(t), request(11))).GetAssignment()
	list := must(w.ListAssignments(council(t), &appraisalv1.ListAssignmentsRequest{Authority: authority, Cycle: year})).GetAssignments()
	if len(list) != 1 {
		t.Fatalf("listed %v", list)
	}
	for _, m := range append(list, a) {
		if m.GetAppraiserName() != "Chuyên viên 11" || m.GetAppraiserAgency() != "health" || m.GetAppraiserAgencyName() != "Sở Y tế" {
			t.Errorf("got %v", m)
		}
	}
}
