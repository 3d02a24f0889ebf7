package rule

import "github.com/parindex/parindex/libs/points"

// figure is a figure with the ways to write it.
type figure struct {
	points.Points
	// text is the canonical form, which English has too; vi has a decimal comma.
	text, vi string
}

func figureOf(x points.Points) figure {
	return figure{Points: x, text: x.String(), vi: x.Vietnamese()}
}

// viOperand and enOperand put a negative figure behind a sign in parentheses.
func (x figure) viOperand() string { return x.operand(x.vi) }
func (x figure) enOperand() string { return x.operand(x.text) }

func (x figure) operand(text string) string {
	if x.Sign() < 0 {
		return "(" + text + ")"
	}
	return text
}

// viPoints writes "0,5 điểm".
func (x figure) viPoints() string { return x.vi + " điểm" }

// enPoints writes "0.5 points".
func (x figure) enPoints() string {
	if x.text == "1" {
		return "1 point"
	}
	return x.text + " points"
}
