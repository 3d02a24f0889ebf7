package page

import (
	"html/template"

	"github.com/parindex/parindex/libs/chart"
	"github.com/parindex/parindex/libs/points"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// The origins of figures that pages mark.
const (
	computed   = "COMPUTED"
	notPrinted = "NOT_PRINTED"
)

// figure is a figure as a page shows it.
type figure struct {
	// Text is the figure; empty if it is missing.
	Text string
	// Why is the reason for which it is missing.
	Why string
	// Computed marks a figure that the platform has computed from printed ones.
	Computed bool
	// Value is the figure to draw; nil if it is missing.
	Value *points.Points
}

// figures makes the figures of one publication.
type figures struct {
	l        *language
	imported bool
}

func (f figures) of(value *string, origins map[string]string, name string) figure {
	if value == nil || *value == "" {
		return figure{Why: f.l.text(f.missing(origins[name]))}
	}
	made := figure{Text: f.l.decimal(*value), Computed: f.imported && origins[name] == computed}
	if p, err := points.Parse(*value); err == nil {
		made.Value = &p
	}
	return made
}

// missing returns the key of the reason for which a figure is missing.
func (f figures) missing(origin string) string {
	switch {
	case f.imported && origin == notPrinted:
		return "missing.print"
	case f.imported:
		return "missing.import"
	}
	return "missing.run"
}

func (f figures) rank(e *scoringv1.LeaderboardEntry) figure {
	if e.Rank == nil {
		return figure{Why: f.l.text(f.missing(e.GetOrigins()["rank"]))}
	}
	return figure{Text: itoa(e.GetRank()), Computed: f.imported && e.GetOrigins()["rank"] == computed}
}

// class returns the class of an agency and why it is not the class of its index.
func (f figures) class(e *scoringv1.LeaderboardEntry) (class figure, why string) {
	name := e.GetClassName()
	if name == "" {
		name = e.GetClass()
	}
	a := e.GetClassAdjustment()
	if a == nil {
		if name == "" {
			return figure{Why: f.l.text(f.missing(e.GetOrigins()["class"]))}, ""
		}
		return figure{Text: name, Computed: f.imported && e.GetOrigins()["class"] == computed}, ""
	}
	key := "class.lowered"
	switch {
	case name == "" && a.GetSubordinates() > 0:
		key = "class.incomplete"
	case name == "":
		key = "class.nobody"
	}
	why = f.l.text(key, "from", a.GetFromClassName(), "reached", a.GetReached(), "all", a.GetSubordinates(), "without", a.GetUnclassified())
	if a.GetClause() != "" {
		why += " (" + a.GetClause() + ")"
	}
	if name == "" {
		name = f.l.text("class.none")
	}
	return figure{Text: name}, why
}

// indices returns the indices of all agencies that have one, and the range to draw them in.
func indices(entries []*scoringv1.LeaderboardEntry) (all []points.Points, scale chart.Scale) {
	for _, e := range entries {
		if x, err := points.Parse(e.GetIndex()); err == nil {
			all = append(all, x)
		}
	}
	return all, chart.Around(all...)
}

// svg marks a chart as safe: libs/chart escapes the texts in it.
func svg(drawn string) template.HTML { return template.HTML(drawn) } //nolint:gosec // libs/chart escapes
