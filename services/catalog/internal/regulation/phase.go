package regulation

import "slices"

// Phase is where a run cycle stands (rule Y1); empty for an imported cycle.
type Phase string

// The phases of a cycle.
const (
	Preparation      Phase = "PREPARATION"
	Self1            Phase = "SELF_1"
	Appraisal1       Phase = "APPRAISAL_1"
	Self2            Phase = "SELF_2"
	Appraisal2       Phase = "APPRAISAL_2"
	AppraisalCouncil Phase = "APPRAISAL_COUNCIL"
	Presented        Phase = "PRESENTED"
	Published        Phase = "PUBLISHED"
	Reported         Phase = "REPORTED"
	Archived         Phase = "ARCHIVED"
)

// Phases are all phases, in order.
var Phases = []Phase{
	Preparation, Self1, Appraisal1, Self2, Appraisal2, AppraisalCouncil, Presented, Published, Reported, Archived,
}

var phaseNames = map[Phase]string{
	Preparation: "Chuẩn bị", Self1: "Tự đánh giá lần 1", Appraisal1: "Thẩm định lần 1", Self2: "Tự đánh giá lần 2",
	Appraisal2: "Thẩm định lần 2", AppraisalCouncil: "Hội đồng thẩm định", Presented: "Trình Ủy ban nhân dân",
	Published: "Công bố", Reported: "Báo cáo", Archived: "Lưu trữ",
}

// Vietnamese implements fault.Bilingual.
func (p Phase) Vietnamese() string { return phaseNames[p] }

func (p Phase) place() int { return slices.Index(Phases, p) }

// Before reports whether p comes before q.
func (p Phase) Before(q Phase) bool { return p.place() < q.place() }

// Windowed returns the phases of cycles under c that have a window, in order.
func (c Content) Windowed() []Phase {
	return slices.DeleteFunc([]Phase{Self1, Appraisal1, Self2, Appraisal2}, func(p Phase) bool { return !c.has(p) })
}

// has reports whether cycles under c come through a phase (rule Y1).
func (c Content) has(p Phase) bool {
	switch p {
	case Self2, Appraisal2:
		return c.Rounds == 2
	case AppraisalCouncil:
		return c.AppraisalCouncil
	default:
		return true
	}
}

// Next returns the phases that can follow p under c: one, but that a published
// cycle can be archived without a report.
func (c Content) Next(p Phase) []Phase {
	if p == Archived {
		return nil
	}
	if p == Published {
		return []Phase{Reported, Archived}
	}
	i := p.place() + 1
	for !c.has(Phases[i]) {
		i++
	}
	return Phases[i : i+1]
}

// Previous returns the phase before p under c; p is not the first.
func (c Content) Previous(p Phase) Phase {
	i := p.place() - 1
	for !c.has(Phases[i]) {
		i--
	}
	return Phases[i]
}
