package appraisal_test

import (
	"math"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
)

// TestDatabaseAway cuts the way to PostgreSQL and mends it: each rpc says so,
// and what was sent then takes effect once afterwards.
func TestDatabaseAway(t *testing.T) {
	w := appraising(t)
	if err := w.Service.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	wire := pgtest.NewWire(t, w.db.DSN)
	w.open(t, wire.DSN)
	w.assign(t, 11, "departments")
	agree := agreeing("home", "i.1", 1, "0")
	propose := proposing("home", "i.1", "")
	approve := approving(1)
	approve.AcceptNotSubmitted = true
	agree.RequestId, propose.RequestId, approve.RequestId = uuid.NewString(), uuid.NewString(), uuid.NewString()
	calls := func() map[string]error {
		return map[string]error{
			"AgreeCase":         errOf(w.AgreeCase(appraiser(t, 11, ""), agree)),
			"ProposeReduction":  errOf(w.ProposeReduction(head(t, "home"), propose)),
			"ApproveRound":      errOf(w.ApproveRound(council(t), approve)),
			"ListCases":         errOf(w.ListCases(appraiser(t, 11, ""), listing())),
			"ListOutcomes":      errOf(w.ListOutcomes(council(t), &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year})),
			"ListAssignments":   errOf(w.ListAssignments(council(t), &appraisalv1.ListAssignmentsRequest{Authority: authority, Cycle: year})),
			"GetAppraisalRound": errOf(w.GetAppraisalRound(council(t), &appraisalv1.GetAppraisalRoundRequest{Authority: authority, Cycle: year, Round: 1})),
		}
	}
	wire.Cut()
	for name, err := range calls() {
		wantSaid(t, name, err, "STORAGE_AWAY")
	}
	if got := w.gauge(t, "parindex_outcomes_undelivered"); !math.IsNaN(got) {
		t.Errorf("undelivered: %v", got)
	}
	if err := w.Service.Ready(t.Context()); !pg.Away(err) {
		t.Errorf("ready: %v", err)
	}
	wire.Mend()
	first, again := must(w.AgreeCase(appraiser(t, 11, ""), agree)), must(w.AgreeCase(appraiser(t, 11, ""), agree))
	if !proto.Equal(first, again) || first.GetCase().GetEtag() != "1" {
		t.Errorf("afterwards %v, again %v", first, again)
	}
	if a, b := must(w.ProposeReduction(head(t, "home"), propose)), must(w.ProposeReduction(head(t, "home"), propose)); !proto.Equal(a, b) {
		t.Errorf("afterwards %v, again %v", a, b)
	}
}
