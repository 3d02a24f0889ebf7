package rule

import (
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// ValueOutOfRange is a survey's value outside 0 to 1.
var ValueOutOfRange = fault.Reason{
	Kind: fault.Invalid, Code: "SURVEY_VALUE_OUT_OF_RANGE",
	Vi: "Giá trị khảo sát phải từ 0 đến 1.",
	En: "A survey's value must be from 0 to 1.",
}

// Survey gives max points × the value of a survey, rounded once at item scale
// (C6.9). Its input is Value.
type Survey struct{}

// Value is what a survey comes to, from 0 to 1.
type Value struct{ Figure points.Points }

func (Value) input() {}

// Family returns "survey".
func (Survey) Family() string { return "survey" }

func (Survey) check(Item, *findings) {}

func (Survey) evaluate(a *account, in Input) error {
	value, ok := in.(Value)
	if !ok {
		return InputKindWrong
	}
	one := figureOf(points.FromInt(1))
	if value.Figure.Sign() < 0 || value.Figure.Cmp(one.Points) > 0 {
		return ValueOutOfRange.At("value")
	}
	x, err := a.take("value", value.Figure, "Giá trị khảo sát", "Value of the survey")
	if err != nil {
		return err
	}
	return a.scale(x, one)
}
