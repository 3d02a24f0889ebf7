package exchange

import (
	"time"

	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/rule/rulepb"
	"github.com/parindex/parindex/libs/sealed"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// fromSeal returns the fields of a seal that do not depend on its content.
func fromSeal(m *assessmentv1.Seal) appraisal.Seal {
	return appraisal.Seal{
		Authority: m.GetAuthority(), Cycle: m.GetCycle(), Agency: m.GetAgency(), Round: int(m.GetRound()), Number: int(m.GetNumber()),
		SHA256: m.GetSha256(), Group: "", RegulationSHA256: "", Time: time.Time{},
		UnsealTime: message.Time(m.GetUnsealTime()), Claims: nil,
	}
}

// fromReportedValue fails if the facts are not understood.
func fromReportedValue(m *assessmentv1.ReportedValue) (appraisal.Report, error) {
	input, err := rulepb.ToInput(m.GetInput())
	return appraisal.Report{
		ID: m.GetId(), Authority: m.GetAuthority(), Cycle: m.GetCycle(), Agency: m.GetAgency(), Item: m.GetItem(), Sequence: int(m.GetSequence()),
		Facts: sealed.Facts{Input: input}, Period: m.GetPeriod(), Source: m.GetSource(), Provider: m.GetProvider(), ProviderName: m.GetProviderName(),
		Reporter: m.GetReporter(), Time: message.Time(m.GetReportTime()),
	}, err
}
