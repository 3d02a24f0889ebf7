package rule

import (
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// ValueOutOfRange means that the value of a survey is not from 0 to 1.
var ValueOutOfRange = fault.Invalid.Reason("SURVEY_VALUE_OUT_OF_RANGE",
	"Giá trị khảo sát phải từ 0 đến 1. Hãy nhập lại, ví dụ 0.86.",
	"A survey's value must be from 0 to 1. Enter such a value, as 0.86.")

// Survey gives max points × the value of a survey, rounded once at item scale (rule
// C6, family 9). Its input is Ratio, with the total weight and the number of the
// answers, so that nothing is rounded before (rule G2), or Value if only the value
// is known.
type Survey struct{}

// Value is the value of a survey, from 0 to 1.
type Value struct{ Figure points.Points }

func (Value) input() {}

// Family returns "survey".
func (Survey) Family() string { return "survey" }

func (Survey) check(Item, *findings) {}

func (Survey) evaluate(ex *explanation, in Input) error {
	switch in := in.(type) {
	case Ratio:
		return in.evaluateSurvey(ex)
	case Value:
		return in.evaluateSurvey(ex)
	}
	return InputKindWrong
}

// evaluateSurvey takes the total weight of the answers, each from 0 to 1, and their
// number. Without answers the item is not applicable.
func (q Ratio) evaluateSurvey(ex *explanation) error {
	weight, err := ex.take("ratio.done", q.Done, "Tổng trọng số câu trả lời", "Total weight of the answers")
	if err != nil {
		return err
	}
	answers, err := ex.take("ratio.planned", q.Planned, "Số câu trả lời", "Number of answers")
	switch {
	case err != nil:
		return err
	case weight.Cmp(answers.Points) > 0:
		return ValueOutOfRange.At("ratio.done")
	case answers.IsZero():
		ex.notApplicable("Không có câu trả lời nào nên không chấm nội dung này (không phải 0 điểm).",
			"Nobody answered, so the item is not applicable, which is not 0 points.")
		return nil
	}
	return ex.scale(weight, answers)
}

func (value Value) evaluateSurvey(ex *explanation) error {
	one := figureOf(points.FromInt(1))
	if value.Figure.Sign() < 0 || value.Figure.Cmp(one.Points) > 0 {
		return ValueOutOfRange.At("value")
	}
	x, err := ex.take("value", value.Figure, "Giá trị khảo sát", "Value of the survey")
	if err != nil {
		return err
	}
	return ex.scale(x, one)
}
