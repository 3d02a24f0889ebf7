package window

import (
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
)

// Cycle holds what a service needs to know of a cycle to check its windows.
type Cycle struct {
	Authority, ID string
	// Phase is the present phase. An imported cycle has the empty Phase and is never
	// open.
	Phase criteria.Phase
	// Windows are the scheduled windows. A phase without one is open while the cycle
	// is in it.
	Windows map[criteria.Phase]Window
	// Extensions are later deadlines of single agencies and groups (rule Y3).
	Extensions []Extension
	// Revision is the platform-wide number of the cycle's last change, from 1.
	Revision int64
}

// Window is the time in which writes of a phase are accepted, to the microsecond. A
// window that closes before it opens accepts none.
type Window struct {
	// Open is the first instant at which writes are accepted; zero: as soon as the
	// cycle is in the phase.
	Open time.Time `json:"open,omitzero"`
	// Close is the deadline, the first instant that is too late; zero: until the cycle
	// leaves the phase.
	Close time.Time `json:"close,omitzero"`
}

// Extension is a later deadline of a phase for one agency or for one group.
type Extension struct {
	Phase criteria.Phase `json:"phase"`
	// One of Agency and Group is empty.
	Agency string `json:"agency,omitempty"`
	Group  string `json:"group,omitempty"`
	// Close is the first instant that is too late.
	Close time.Time `json:"close"`
	// Letter is the number of the letter that grants the extension.
	Letter string `json:"letter"`
}

// AcceptsOf returns nil if the cycle accepts a write of a phase by an agency of a group
// at an instant, otherwise WindowNotOpen or WindowClosed. letter is the number of the
// letter that extends the deadline, empty if the deadline of all is kept. An extension
// holds while the cycle is in the phase or in the one after it, where the appraisal of
// the other agencies has begun.
func (c Cycle) AcceptsOf(phase criteria.Phase, agency, group string, at time.Time) (letter string, err error) {
	if err = c.Accepts(phase, at); err == nil {
		return "", nil
	}
	var last Extension
	for _, x := range c.Extensions {
		if x.Phase == phase && (x.Agency == agency || x.Group == group && group != "") && x.Close.After(last.Close) {
			last = x
		}
	}
	running := c.Phase == phase && !at.Before(c.Windows[phase].Open) || c.Phase.Place() == phase.Place()+1
	switch {
	case last.Close.IsZero() || !running:
		return "", err
	case !at.Before(last.Close):
		return "", closedAt(phase, last.Close)
	}
	return last.Letter, nil
}

// Accepts returns nil if the cycle accepts a write of a phase at an instant,
// otherwise WindowNotOpen or WindowClosed. A write is accepted from the opening
// until before the deadline, while the cycle is in the phase (rules Y2, Y3).
func (c Cycle) Accepts(phase criteria.Phase, at time.Time) error {
	w := c.Windows[phase]
	switch {
	case c.Phase == "":
		return notOpen(phase)
	case !w.Close.IsZero() && !at.Before(w.Close):
		return closedAt(phase, w.Close)
	case phase.Before(c.Phase):
		return closed(phase)
	case c.Phase != phase && w.Open.After(at), c.Phase == phase && at.Before(w.Open):
		return notOpenBefore(phase, w.Open)
	case c.Phase != phase:
		return notOpen(phase)
	}
	return nil
}

// Within returns nil while the cycle is in a phase from first through last,
// whatever the deadlines are. It returns WindowNotOpen before them and for an
// imported cycle, and WindowClosed after them.
func (c Cycle) Within(first, last criteria.Phase) error {
	at, from, to := c.Phase.Place(), first.Place(), last.Place()
	switch {
	case from < 0 || at < from:
		return notOpen(first)
	case at > to:
		return closed(last)
	}
	return nil
}

// WithinOne returns nil while the cycle is in a phase of one of the spans, which are in
// order. Otherwise it returns the error of the last span that has begun, and that of the
// first one before all of them.
func (c Cycle) WithinOne(spans ...criteria.Span) (err error) {
	for i, s := range spans {
		if i > 0 && c.Phase.Before(s.First) {
			return err
		}
		if err = c.Within(s.First, s.Last); err == nil {
			return nil
		}
	}
	return err
}

// phaseName writes a phase within a sentence, in either language.
type phaseName criteria.Phase

// String returns the English name.
func (n phaseName) String() string {
	_, en := criteria.Phase(n).Names()
	return en
}

// Vietnamese implements fault.Bilingual.
func (n phaseName) Vietnamese() string {
	vi, _ := criteria.Phase(n).Names()
	return vi
}

// notOpen is WindowNotOpen for the phase p.
func notOpen(p criteria.Phase) *fault.Fault { return WindowNotOpen.With(phaseName(p)) }

// closed is WindowClosed for the phase p.
func closed(p criteria.Phase) *fault.Fault { return WindowClosed.With(phaseName(p)) }

// closedAt is WindowClosed with the deadline that has passed.
func closedAt(p criteria.Phase, deadline time.Time) *fault.Fault {
	f := closed(p)
	vi, en := p.Names()
	f.Vi = "Giai đoạn " + vi + " đã hết hạn lúc " + local(deadline) + " (giờ Việt Nam). Nội dung này chưa được lưu. " +
		"Nếu vẫn cần bổ sung, hãy liên hệ cơ quan thường trực."
	f.En = "The deadline of " + en + " was " + local(deadline) + ", Vietnam time. Nothing was stored. " +
		"Turn to the coordinator if something is still to be added."
	return f
}

// notOpenBefore is WindowNotOpen with the opening still to come.
func notOpenBefore(p criteria.Phase, opening time.Time) *fault.Fault {
	f := notOpen(p)
	vi, en := p.Names()
	f.Vi = "Giai đoạn " + vi + " mở không sớm hơn " + local(opening) + " (giờ Việt Nam). Nội dung này chưa được lưu. " +
		"Hãy quay lại sau thời điểm đó."
	f.En = "The phase of " + en + " does not open before " + local(opening) + ", Vietnam time. Nothing was stored. " +
		"Come back then."
	return f
}

// vietnam has had no other offset since 1975, so that no time zone data is needed.
var vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// local formats an instant as documents do: midnight is 24:00 of the day that ends
// (rule Y2).
func local(t time.Time) string {
	t = t.In(vietnam)
	if t.Hour() == 0 && t.Minute() == 0 {
		return t.AddDate(0, 0, -1).Format("02/01/2006") + " 24:00"
	}
	return t.Format("02/01/2006 15:04")
}
