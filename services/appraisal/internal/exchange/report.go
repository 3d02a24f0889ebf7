package exchange

import (
	"context"
	"fmt"

	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// reportsPerPage is the number of reported values per request.
const reportsPerPage = 200

// pullReports stores and confirms every reported value that assessment lists. It ends
// when a page has none that could be stored.
func (e *Exchange) pullReports(ctx context.Context) ([]missed, error) {
	for {
		answer, err := e.Assessment.ListUnreceivedReports(ctx, &assessmentv1.ListUnreceivedReportsRequest{PageSize: reportsPerPage})
		if err != nil {
			return nil, fmt.Errorf("listing reported values: %w", err)
		}
		var stored []string
		var all []missed
		for _, m := range answer.GetReportedValues() {
			if err := e.takeReport(ctx, m); err != nil {
				all = append(all, missed{m.GetAuthority(), m.GetCycle(), err})
				continue
			}
			stored = append(stored, m.GetId())
		}
		if len(stored) == 0 {
			return all, nil
		}
		if _, err := e.Assessment.ConfirmReports(ctx, &assessmentv1.ConfirmReportsRequest{Ids: stored}); err != nil {
			return all, fmt.Errorf("confirming reported values: %w", err)
		}
	}
}

// takeReport stores a reported value in the round whose phase runs.
func (e *Exchange) takeReport(ctx context.Context, m *assessmentv1.ReportedValue) error {
	r, err := fromReportedValue(m)
	if err != nil {
		return err
	}
	known, err := e.Windows.State(ctx, r.Authority, r.Cycle)
	if err != nil {
		return err
	}
	c, err := e.Cycles.Read(ctx, r.Authority, r.Cycle, known.Revision)
	if err != nil {
		return err
	}
	group, err := c.GroupOf(r.Agency)
	if err != nil {
		return err
	}
	return e.Store.ReceiveReport(ctx, e.attempt(), r, group.ID, appraisal.RoundOf(c, known.Phase), appraisal.Place(group, r.Item))
}
