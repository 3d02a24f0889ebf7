package rule

import (
	"strings"

	"github.com/parindex/parindex/libs/points"
)

// figure is a figure with the ways to write it.
type figure struct {
	points.Points
	// text is the canonical form; vi and en are for people: 595634.5 is
	// "595.634,5" in Vietnamese and "595,634.5" in English.
	text, vi, en string
}

func figureOf(x points.Points) figure {
	text := x.String()
	whole, fraction, found := strings.Cut(text, ".")
	digits := strings.TrimPrefix(whole, "-")
	if !found && len(digits) <= 3 {
		return figure{Points: x, text: text, vi: text, en: text}
	}
	sign := whole[:len(whole)-len(digits)]
	return figure{
		Points: x, text: text,
		vi: sign + spell(digits, fraction, ".", ","),
		en: sign + spell(digits, fraction, ",", "."),
	}
}

// spell writes digits in groups of three, and a fraction after them.
func spell(digits, fraction, group, point string) string {
	var b strings.Builder
	b.Grow(len(digits)*4/3 + len(fraction) + 1)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteByte(digits[i])
	}
	if fraction != "" {
		b.WriteString(point)
		b.WriteString(fraction)
	}
	return b.String()
}

// viOperand and enOperand put a negative figure behind a sign in parentheses.
func (x figure) viOperand() string { return x.operand(x.vi) }
func (x figure) enOperand() string { return x.operand(x.en) }

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
	return x.en + " points"
}
