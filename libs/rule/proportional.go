package rule

import "github.com/parindex/parindex/libs/points"

// Proportional gives max points × done ÷ planned, at most max points, rounded once
// at item scale (rule C6, family 4). Its input is Ratio.
type Proportional struct {
	// Floor is the percentage, from 0 to 100, below which the item gives 0 points; 0
	// means no floor.
	Floor points.Points `json:"floorPercent,omitzero"`
}

// Family returns "proportional".
func (Proportional) Family() string { return "proportional" }

func (r Proportional) check(_ Item, found *findings) {
	if r.Floor.Sign() < 0 || r.Floor.Cmp(hundred) > 0 {
		found.add("floor_percent", percentBeyond, r.Floor)
	}
}

func (r Proportional) evaluate(ex *explanation, in Input) error {
	ratio, ok := in.(Ratio)
	if !ok {
		return InputKindWrong
	}
	s, planned, err := ratio.take(ex)
	if err != nil || !planned {
		return err
	}
	if r.Floor.Sign() > 0 {
		if err := ex.percent(s, r.Floor); err != nil {
			return err
		}
		if s.cmp(r.Floor) < 0 {
			floor := figureOf(r.Floor)
			ex.give(points.Points{}, "Tỷ lệ dưới mức tối thiểu "+floor.vi+"%", "A percentage below the floor of "+floor.text+"%")
			return nil
		}
	}
	return ex.scale(s.part, s.whole)
}
