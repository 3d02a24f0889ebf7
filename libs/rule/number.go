package rule

import "github.com/parindex/parindex/libs/points"

// figure is a figure with its written forms.
type figure struct {
	points.Points
	// text is the canonical form, which is also the English form; vi has a decimal
	// comma.
	text, vi string
}

func figureOf(x points.Points) figure {
	return figure{Points: x, text: x.String(), vi: x.Vietnamese()}
}

// viOperand and enOperand put a negative figure in parentheses.
func (x figure) viOperand() string { return x.operand(x.vi) }
func (x figure) enOperand() string { return x.operand(x.text) }

func (x figure) operand(text string) string {
	if x.Sign() < 0 {
		return "(" + text + ")"
	}
	return text
}

// viPoints returns a text such as "0,5 điểm".
func (x figure) viPoints() string { return x.vi + " điểm" }

// enPoints returns a text such as "0.5 points".
func (x figure) enPoints() string {
	if x.text == "1" {
		return "1 point"
	}
	return x.text + " points"
}
