// Package chart draws small charts as SVG, with one renderer for web pages, print and
// reports. A chart is drawn from exact figures and from texts in the reader's language; it
// decides nothing about either. It has no style and no script, so that it may stand in a
// page whose policy allows neither: colours are those of the text around it, and a style
// sheet may set others by class.
//
// A chart repeats what stands beside it in words or in a table. Its title says the same to
// those who do not see it.
package chart

import (
	"fmt"
	"html"
	"strings"

	"github.com/parindex/parindex/libs/points"
)

// The size of a chart in its own units; a page scales it.
const (
	width  = 640
	margin = 24
	// halfLetter is half of the width of a letter of a label, roughly.
	halfLetter = 6
)

// Scale is the range of figures that a chart shows. A figure outside of it is drawn at
// its end.
type Scale struct {
	Low, High points.Points
}

// Percent is the scale of an index.
var Percent = Scale{Low: points.FromInt(0), High: points.FromInt(100)}

// Around returns the smallest range of whole tens that holds all figures, so that figures
// which lie close together can be told apart. It returns Percent for none.
func Around(figures ...points.Points) Scale {
	if len(figures) == 0 {
		return Percent
	}
	ten := points.FromInt(10)
	s := Scale{Low: tens(points.Min(figures[0], figures...)), High: tens(points.Max(figures[0], figures...))}
	if s.High.Cmp(points.Max(figures[0], figures...)) < 0 || s.High.Equal(s.Low) {
		s.High = s.High.Add(ten)
	}
	return s
}

// tens returns the greatest multiple of ten that is not above a positive x.
func tens(x points.Points) points.Points {
	n, err := points.Policy{Mode: points.Down}.Quotient(x, points.FromInt(10), 0)
	if err != nil {
		return x
	}
	return n.Mul(points.FromInt(10))
}

// x returns the place of a figure between the margins, to a tenth of a unit.
func (s Scale) x(figure points.Points) string { return s.place(figure, margin, width-margin) }

// y returns the height of a figure between two heights, of which low is the lower end of
// the scale.
func (s Scale) y(figure points.Points, low, high int64) string { return s.place(figure, low, high) }

func (s Scale) place(figure points.Points, from, to int64) string {
	figure = points.Min(points.Max(figure, s.Low), s.High)
	share := figure.Sub(s.Low).Mul(points.FromInt(to - from))
	at, err := points.Policy{}.Quotient(share, s.High.Sub(s.Low), 1)
	if err != nil { // a range of one figure
		at = points.FromInt((to - from) / 2)
	}
	return at.Add(points.FromInt(from)).String()
}

// Mark is a figure that a chart points out, with a short label.
type Mark struct {
	At    points.Points
	Label string
}

// Bar draws one figure as a bar that begins at the lower end of the scale, and marks
// across it, such as the ends of classes.
func Bar(title string, s Scale, value points.Points, marks ...Mark) string {
	d := open(title, "bar", 64)
	d.add(`<rect class="track" x="%d" y="6" width="%d" height="20" fill="none" stroke="currentColor"/>`, margin, width-2*margin)
	d.add(`<path class="value" d="M%d 6H%sV26H%dZ" fill="currentColor"/>`, margin, s.x(value), margin)
	d.marks(s, marks, 2, 32)
	return d.close()
}

// Strip draws how figures are distributed: one ring for each, and a filled one for the
// figure that the chart is about, if any.
func Strip(title string, s Scale, figures []points.Points, own *points.Points, marks ...Mark) string {
	d := open(title, "strip", 64)
	d.add(`<path class="axis" d="M%d 18H%d" stroke="currentColor"/>`, margin, width-margin)
	for _, f := range figures {
		d.add(`<circle class="one" cx="%s" cy="18" r="6" fill="none" stroke="currentColor"/>`, s.x(f))
	}
	if own != nil {
		d.add(`<circle class="value" cx="%s" cy="18" r="8" fill="currentColor"/>`, s.x(*own))
	}
	d.marks(s, marks, 6, 30)
	return d.close()
}

// Point is one year of a line.
type Point struct {
	// Label is the year, Text the figure as the reader's language writes it.
	Label, Text string
	// Value is nil for a year without a figure.
	Value *points.Points
	// Joined is true if the figure may be compared with that of the point before. The
	// line is broken where it may not.
	Joined bool
}

// Line draws figures of several years from left to right, each with its label and text.
func Line(title string, s Scale, years []Point) string {
	const top, bottom = 36, 104
	d := open(title, "line", 144)
	d.add(`<path class="axis" d="M%d %dH%d" stroke="currentColor"/>`, margin, bottom+10, width-margin)
	across := Scale{Low: points.FromInt(0), High: points.FromInt(int64(max(len(years)-1, 1)))}
	var before string
	for i, p := range years {
		x := across.place(points.FromInt(int64(i)), 2*margin, width-2*margin)
		d.add(`<text x="%s" y="136" text-anchor="middle" font-size="22" fill="currentColor">%s</text>`, x, html.EscapeString(p.Label))
		if p.Value == nil {
			before = ""
			continue
		}
		y := s.y(*p.Value, bottom, top)
		if p.Joined && before != "" {
			d.add(`<path class="step" d="M%sL%s %s" stroke="currentColor" stroke-width="3"/>`, before, x, y)
		}
		d.add(`<circle class="value" cx="%s" cy="%s" r="6" fill="currentColor"/>`, x, y)
		d.add(`<text x="%s" y="%s" dy="-14" text-anchor="middle" font-size="22" fill="currentColor">%s</text>`, x, y, html.EscapeString(p.Text))
		before = x + " " + y
	}
	return d.close()
}

// drawing is a chart that is being written.
type drawing struct{ strings.Builder }

func open(title, kind string, height int) *drawing {
	d := new(drawing)
	d.add(`<svg class="chart %s" viewBox="0 0 %d %d" role="img" aria-label="%s">`, kind, width, height, html.EscapeString(title))
	return d
}

func (d *drawing) add(format string, values ...any) {
	_, _ = fmt.Fprintf(d, format, values...) // a strings.Builder takes everything
}

// marks draws a line and a label for each mark, from left to right. A label near an end of
// the scale or beside another one is moved, by half of its length at most; one that would
// have to move further is left out, because what it says stands beside the chart.
func (d *drawing) marks(s Scale, marks []Mark, from, to int) {
	free := points.Points{}
	for _, m := range marks {
		x := s.x(m.At)
		d.add(`<path class="mark" d="M%s %dV%d" stroke="currentColor" stroke-width="2"/>`, x, from, to)
		half := points.FromInt(int64(len([]rune(m.Label))) * halfLetter)
		own := points.MustParse(x)
		at := points.Max(points.Min(own, points.FromInt(width).Sub(half)), free.Add(half))
		if at.Sub(own).Cmp(half) > 0 || at.Add(half).Cmp(points.FromInt(width)) > 0 {
			continue
		}
		free = at.Add(half).Add(points.FromInt(2 * halfLetter))
		d.add(`<text x="%s" y="56" text-anchor="middle" font-size="22" fill="currentColor">%s</text>`, at, html.EscapeString(m.Label))
	}
}

func (d *drawing) close() string {
	d.add("</svg>")
	return d.String()
}
