package rule

import "github.com/parindex/parindex/libs/points"

var hundred = points.FromInt(100)

// Ratio holds the amounts done and planned, in any unit. Neither may be negative.
// Done counts up to Planned. If nothing is planned, the item is not applicable,
// whatever was done (rule C6, family 4).
type Ratio struct {
	Done    points.Points `json:"done"`
	Planned points.Points `json:"planned"`
}

func (Ratio) input() {}

// share is a part of a whole, from 0 to the whole, as two figures. It is compared
// by cross-multiplication and thus never rounded.
type share struct {
	part, whole figure
	hundredfold points.Points // of part
}

func shareOf(part, whole figure) share {
	return share{part: part, whole: whole, hundredfold: part.Mul(hundred)}
}

// take reads the ratio and caps it at the whole. It returns false if nothing was
// planned; the item is then not applicable.
func (q Ratio) take(ex *explanation) (share, bool, error) {
	done, err := ex.take("ratio.done", q.Done, "Đã thực hiện", "Done")
	if err != nil {
		return share{}, false, err
	}
	planned, err := ex.take("ratio.planned", q.Planned, "Kế hoạch", "Planned")
	if err != nil {
		return share{}, false, err
	}
	if planned.IsZero() {
		ex.notApplicable("Không có gì trong kế hoạch nên không chấm nội dung này (không phải 0 điểm).",
			"Nothing was planned, so the item is not applicable, which is not 0 points.")
		return share{}, false, nil
	}
	counted := ex.cap(done, planned, "Thực hiện vượt kế hoạch, chỉ tính bằng kế hoạch: "+planned.vi+".",
		"More was done than planned, which counts as planned: "+planned.text+".")
	return shareOf(counted, planned), true, nil
}

// cmp compares the share with a percentage, exactly.
func (s share) cmp(percent points.Points) int {
	return s.hundredfold.Cmp(percent.Mul(s.whole.Points))
}

// comparesLike reports whether shown is above, at or below each mark just as s is.
func (s share) comparesLike(shown points.Points, marks []points.Points) bool {
	for _, mark := range marks {
		if shown.Cmp(mark) != s.cmp(mark) {
			return false
		}
	}
	return true
}
