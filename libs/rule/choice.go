package rule

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// OptionUnknown means that the rule has no option with the id.
var OptionUnknown = fault.Invalid.Reason("OPTION_UNKNOWN",
	"Quy tắc không có phương án %q. Hãy chọn trong các phương án của quy tắc.",
	"The rule has no option %q. Choose among the options of the rule.")

// Choice gives the points of the chosen option (rule C6, family 2; for example
// timely 1, late 0.5, not done 0). Its input is Chosen.
//
// Validate refuses two options with the same text, because nobody could tell them
// apart, and options of which none gives max points.
type Choice struct {
	// Options are the options, 2 to 50, in display order.
	Options []Option `json:"options,omitempty"`
}

// Option is one case and its points.
type Option struct {
	// ID is a slug, unique in the rule.
	ID string `json:"id"`
	// Text is the case in which the option applies, as printed; no two options may
	// have the same text.
	Text string `json:"text"`
	// Points are from 0 to max points.
	Points points.Points `json:"points"`
}

// Chosen is the option that applies.
type Chosen struct {
	// Option is the id of the option.
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

func (r Choice) evaluate(ex *explanation, in Input) error {
	chosen, ok := in.(Chosen)
	if !ok {
		return InputKindWrong
	}
	for _, o := range r.Options {
		if o.ID == chosen.Option {
			ex.give(o.Points, "Phương án “"+o.Text+"”", "Option “"+o.Text+"”")
			return nil
		}
	}
	return OptionUnknown.With(chosen.Option).At("option")
}
