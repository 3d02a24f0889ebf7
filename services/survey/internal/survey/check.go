package survey

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// Findings are the errors in a content or a response, each with its path in the
// request.
type Findings []fault.Violation

func (f *Findings) add(place string, found *fault.Fault) {
	*f = append(*f, found.Violation(place))
}

// Check returns all errors that keep c from being opened in a cycle, each with
// its path in the request ("content.links[0].questions[1]"). taken are the items
// that other plans link.
func (c Content) Check(cycle *cycle.Cycle, taken []Item) Findings {
	var f Findings
	if c.DecisionNumber == "" {
		f.add("content.decision_number", DecisionNumberMissing.With())
	}
	if len(c.Questions) == 0 {
		f.add("content.questions", QuestionsMissing.With())
	}
	seen := map[string]bool{}
	for i, q := range c.Questions {
		place := fmt.Sprintf("content.questions[%d]", i)
		f.addDuplicate(place+".id", q.ID, seen)
		q.check(&f, place)
	}
	linked := map[Item]bool{}
	for i, l := range c.Links {
		place := fmt.Sprintf("content.links[%d]", i)
		l.checkItem(&f, place, cycle, taken)
		if linked[Item{l.Group, l.Item}] {
			f.add(place+".item", ItemLinkedTwice.With(l.Item))
		}
		linked[Item{l.Group, l.Item}] = true
		c.checkQuestions(&f, place, l)
	}
	return f
}

func (q Question) check(f *Findings, place string) {
	if q.Options == nil {
		return
	}
	hundred, seen := points.FromInt(100), map[string]bool{}
	for i, o := range q.Options.Options {
		at := fmt.Sprintf("%s.options.options[%d]", place, i)
		f.addDuplicate(at+".id", o.ID, seen)
		if o.WeightPercent.Sign() < 0 || o.WeightPercent.Cmp(hundred) > 0 {
			f.add(at+".weight_percent", WeightOutOfRange.With(o.WeightPercent))
		}
		// The total weight of the answers must fit in a figure of the contract.
		if _, err := points.Parse(o.weight().String()); err != nil {
			f.add(at+".weight_percent", WeightTooFine.With(o.WeightPercent, points.MaxScale-2))
		}
	}
}

func (l Link) checkItem(f *Findings, place string, cycle *cycle.Cycle, taken []Item) {
	group, err := cycle.Group(l.Group)
	if err != nil {
		f.add(place+".group", fault.From(err))
		return
	}
	item, err := group.Item(l.Item)
	switch {
	case err != nil:
		f.add(place+".item", fault.From(err))
	case !item.Source.Surveyed():
		f.add(place+".item", ItemNotSurveyed.With(l.Item))
	case slices.Contains(taken, Item{l.Group, l.Item}):
		f.add(place+".item", ItemLinkedElsewhere.With(l.Item))
	}
}

// checkQuestions checks the questions of a link: TOP_TWO and LINEAR_MEAN need
// questions of satisfaction, OPTION_WEIGHTS needs questions with options (rule Q11).
func (c Content) checkQuestions(f *Findings, place string, l Link) {
	for i, id := range l.Questions {
		at := fmt.Sprintf("%s.questions[%d]", place, i)
		n := c.question(id)
		switch {
		case n < 0:
			f.add(at, QuestionUnknown.With(id))
		case l.Method == OptionWeights && c.Questions[n].Options == nil,
			l.Method != OptionWeights && c.Questions[n].Satisfaction == nil:
			f.add(at, QuestionKindWrong.With(id, l.Method))
		}
	}
}

// addDuplicate adds IDTwice if id was seen before.
func (f *Findings) addDuplicate(place, id string, seen map[string]bool) {
	if seen[id] {
		f.add(place, fault.IDTwice.With(id))
	}
	seen[id] = true
}

func compareItems(a, b Item) int {
	return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Item, b.Item))
}
