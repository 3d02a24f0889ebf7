package rule

import "github.com/parindex/parindex/libs/points"

var hundred = points.FromInt(100)

// Ratio is what was done of what was planned, in any unit. Neither can be
// negative. More done than planned counts as all of it; nothing planned makes
// the item not applicable, whatever was done (C6.4).
type Ratio struct{ Done, Planned points.Points }

func (Ratio) input() {}

// share is how much of a whole counts, from 0 to the whole, as two figures:
// compared by cross-multiplication it never meets a rounded percentage.
type share struct {
	part, whole figure
	hundredfold points.Points // of part
}

func shareOf(part, whole figure) share {
	return share{part: part, whole: whole, hundredfold: part.Mul(hundred)}
}

// take reads the ratio and caps it. It returns false, with the account closed,
// if nothing was planned.
func (q Ratio) take(a *account) (share, bool, error) {
	done, err := a.take("ratio.done", q.Done, "Đã thực hiện", "Done")
	if err != nil {
		return share{}, false, err
	}
	planned, err := a.take("ratio.planned", q.Planned, "Kế hoạch", "Planned")
	if err != nil {
		return share{}, false, err
	}
	if planned.IsZero() {
		a.notApplicable("Không có gì trong kế hoạch nên không chấm nội dung này (không phải 0 điểm).",
			"Nothing was planned, so the item is not applicable, which is not 0 points.")
		return share{}, false, nil
	}
	counted := a.cap(done, planned, "Thực hiện vượt kế hoạch, chỉ tính bằng kế hoạch: "+planned.vi+".",
		"More was done than planned, which counts as planned: "+planned.text+".")
	return shareOf(counted, planned), true, nil
}

// cmp compares the share with a percentage, exactly.
func (s share) cmp(percent points.Points) int {
	return s.hundredfold.Cmp(percent.Mul(s.whole.Points))
}

// standsAs reports whether shown is above, at or below each mark as s is.
func (s share) standsAs(shown points.Points, marks []points.Points) bool {
	for _, mark := range marks {
		if shown.Cmp(mark) != s.cmp(mark) {
			return false
		}
	}
	return true
}
