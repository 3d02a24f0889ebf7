package rule

import "github.com/parindex/parindex/libs/fault"

// MetBeyondPlanned means that more targets were met than planned.
var MetBeyondPlanned = fault.Invalid.Reason("MET_BEYOND_PLANNED",
	"Số chỉ tiêu đạt nhiều hơn số chỉ tiêu được giao. Hãy kiểm tra hai số này.",
	"More targets are met than were planned. Check the two numbers.")

// Targets gives max points × targets met ÷ planned, rounded once at item scale
// (rule C6, family 7; S4 §2.8 prints 14 of 22). Its input is TargetsMet.
type Targets struct{}

// TargetsMet holds the numbers of targets met and planned; neither may be negative.
// If nothing is planned, the item is not applicable.
type TargetsMet struct {
	Met     int32 `json:"met,omitempty"`
	Planned int32 `json:"planned,omitempty"`
}

func (TargetsMet) input() {}

// Family returns "targets".
func (Targets) Family() string { return "targets" }

func (Targets) check(Item, *findings) {}

func (Targets) evaluate(ex *explanation, in Input) error {
	targets, ok := in.(TargetsMet)
	if !ok {
		return InputKindWrong
	}
	met, err := ex.takeCount("targets.met", targets.Met, "Số chỉ tiêu đạt", "Targets met")
	if err != nil {
		return err
	}
	planned, err := ex.takeCount("targets.planned", targets.Planned, "Số chỉ tiêu được giao", "Targets planned")
	switch {
	case err != nil:
		return err
	case targets.Met > targets.Planned:
		return MetBeyondPlanned.At("targets.met")
	case targets.Planned == 0:
		ex.notApplicable("Không có chỉ tiêu nào được giao nên không chấm nội dung này (không phải 0 điểm).",
			"No targets were planned, so the item is not applicable, which is not 0 points.")
		return nil
	}
	return ex.scale(met, planned)
}
