package exchange

import (
	"time"

	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// fromSeal returns the fields of a seal that do not depend on its content.
func fromSeal(m *assessmentv1.Seal) appraisal.Seal {
	return appraisal.Seal{
		Authority: m.GetAuthority(), Cycle: m.GetCycle(), Agency: m.GetAgency(), Round: int(m.GetRound()), Number: int(m.GetNumber()),
		SHA256: m.GetSha256(), Group: "", RegulationSHA256: "", Time: time.Time{}, Claims: nil,
	}
}
