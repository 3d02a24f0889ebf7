package rule

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// OptionUnknown is the id of an option that the rule does not have.
var OptionUnknown = fault.Reason{
	Kind: fault.Invalid, Code: "OPTION_UNKNOWN",
	Vi: "Quy tắc không có phương án %q. Hãy chọn trong các phương án của quy tắc.",
	En: "The rule has no option %q. Choose among the options of the rule.",
}

// Choice gives the points of the option chosen (C6.2: timely 1, late 0.5, none
// 0). Its input is Chosen.
//
// An option that nobody can tell from another is unreachable, and so are max
// points that no option gives; Validate refuses both.
type Choice struct {
	// Options, from 2 to 50, in the order to show them.
	Options []Option
}

// Option is a case and what it gives.
type Option struct {
	// ID is a slug, unique in the rule.
	ID string
	// Text is when the option is the right one, as printed; two options cannot
	// have the same.
	Text string
	// Points are from 0 to max points.
	Points points.Points
}

// Chosen is the option that is the right one.
type Chosen struct {
	// Option is its id.
	Option string
}

func (Chosen) input() {}

// Family returns "choice".
func (Choice) Family() string { return "choice" }

func (r Choice) check(item Item, found *findings) {
	found.count("options", len(r.Options), 2)
	named := make([]Condition, len(r.Options))
	var best points.Points
	for i, o := range r.Options {
		named[i] = Condition{ID: o.ID, Text: o.Text}
		found.points(fmt.Sprintf("options[%d].points", i), o.Points, item)
		best = points.Max(best, o.Points)
	}
	found.names("options", named)
	found.reachable("options", best, item)
}

func (r Choice) evaluate(a *account, in Input) error {
	chosen, ok := in.(Chosen)
	if !ok {
		return InputKindWrong
	}
	for _, o := range r.Options {
		if o.ID == chosen.Option {
			a.give(o.Points, "Phương án “"+o.Text+"”", "Option “"+o.Text+"”")
			return nil
		}
	}
	return OptionUnknown.With(chosen.Option).At("option")
}
