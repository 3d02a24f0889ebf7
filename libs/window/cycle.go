package window

import (
	"slices"
	"time"

	"github.com/parindex/parindex/libs/fault"
)

// Phase is where a cycle stands (rule Y1). The empty Phase is that of an
// imported cycle, which is never open.
type Phase string

// The phases, in order.
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

var order = []Phase{
	Preparation, Self1, Appraisal1, Self2, Appraisal2, AppraisalCouncil, Presented, Published, Reported, Archived,
}

// phaseNames are what people are told of the phases.
var phaseNames = map[Phase]phaseName{
	Preparation:      {"chuẩn bị", "preparation"},
	Self1:            {"tự đánh giá lần 1", "self-assessment, round 1"},
	Appraisal1:       {"thẩm định lần 1", "appraisal, round 1"},
	Self2:            {"tự đánh giá lần 2", "self-assessment, round 2"},
	Appraisal2:       {"thẩm định lần 2", "appraisal, round 2"},
	AppraisalCouncil: {"hội đồng thẩm định", "the appraisal council"},
	Presented:        {"trình Ủy ban nhân dân", "presentation to the People's Committee"},
	Published:        {"công bố", "publication"},
	Reported:         {"báo cáo", "reporting"},
	Archived:         {"lưu trữ", "archiving"},
}

// phaseName is a fault.Bilingual.
type phaseName struct{ vi, en string }

func (n phaseName) String() string     { return n.en }
func (n phaseName) Vietnamese() string { return n.vi }

// Cycle is what a service needs to know of a cycle to keep its windows.
type Cycle struct {
	Authority, ID string
	// Phase is the one it is in.
	Phase Phase
	// Windows are the scheduled ones. A phase without one is open while the
	// cycle is in it.
	Windows map[Phase]Window
	// Revision is the platform-wide number of the cycle's last change, from 1.
	Revision int64
}

// Window is when a phase's writes are taken, to the microsecond. A window that
// closes before it opens never takes any.
type Window struct {
	// Open is the first instant; zero: as soon as the cycle is in the phase.
	Open time.Time `json:"open,omitzero"`
	// Close is the deadline, the first instant that is too late; zero: until the
	// cycle moves on.
	Close time.Time `json:"close,omitzero"`
}

// Accepts returns nil if the cycle takes a write of a phase at an instant, and
// otherwise WindowNotOpen or WindowClosed. A write is in time from the opening
// until before the deadline, while the cycle is in the phase (rules Y2, Y3).
func (c Cycle) Accepts(phase Phase, at time.Time) error {
	w := c.Windows[phase]
	switch {
	case c.Phase == "":
		return phase.notOpen()
	case !w.Close.IsZero() && !at.Before(w.Close):
		return phase.closedAt(w.Close)
	case slices.Index(order, c.Phase) > slices.Index(order, phase):
		return phase.closed()
	case c.Phase != phase && w.Open.After(at), c.Phase == phase && at.Before(w.Open):
		return phase.notOpenBefore(w.Open)
	case c.Phase != phase:
		return phase.notOpen()
	}
	return nil
}

// Within returns nil while the cycle is in a phase from first through last,
// whatever the deadlines; WindowNotOpen before them and in an imported cycle,
// WindowClosed after them.
func (c Cycle) Within(first, last Phase) error {
	at, from, to := slices.Index(order, c.Phase), slices.Index(order, first), slices.Index(order, last)
	switch {
	case from < 0 || at < from:
		return first.notOpen()
	case at > to:
		return last.closed()
	}
	return nil
}

// notOpen is WindowNotOpen for the phase p.
func (p Phase) notOpen() *fault.Fault { return WindowNotOpen.With(phaseNames[p]) }

// closed is WindowClosed for the phase p.
func (p Phase) closed() *fault.Fault { return WindowClosed.With(phaseNames[p]) }

// closedAt is WindowClosed with the deadline that has passed.
func (p Phase) closedAt(deadline time.Time) *fault.Fault {
	f := p.closed()
	f.Vi = "Giai đoạn " + phaseNames[p].vi + " đã hết hạn lúc " + local(deadline) + " (giờ Việt Nam). Nội dung này chưa được lưu. " +
		"Nếu vẫn cần bổ sung, hãy liên hệ cơ quan thường trực."
	f.En = "The deadline of " + phaseNames[p].en + " was " + local(deadline) + ", Vietnam time. Nothing was stored. " +
		"Turn to the coordinator if something is still to be added."
	return f
}

// notOpenBefore is WindowNotOpen with the opening still to come.
func (p Phase) notOpenBefore(opening time.Time) *fault.Fault {
	f := p.notOpen()
	f.Vi = "Giai đoạn " + phaseNames[p].vi + " mở không sớm hơn " + local(opening) + " (giờ Việt Nam). Nội dung này chưa được lưu. " +
		"Hãy quay lại sau thời điểm đó."
	f.En = "The phase of " + phaseNames[p].en + " does not open before " + local(opening) + ", Vietnam time. Nothing was stored. " +
		"Come back then."
	return f
}

// vietnam has had no other offset since 1975, so that no time zone data is needed.
var vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// local writes an instant as documents do: midnight is 24:00 of the day that
// ends (rule Y2).
func local(t time.Time) string {
	t = t.In(vietnam)
	if t.Hour() == 0 && t.Minute() == 0 {
		return t.AddDate(0, 0, -1).Format("02/01/2006") + " 24:00"
	}
	return t.Format("02/01/2006 15:04")
}
