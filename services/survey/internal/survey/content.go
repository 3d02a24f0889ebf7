package survey

import (
	"fmt"
	"slices"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/points"
)

// MaxContent is how many bytes the canonical form of a content may have: a few
// plans must fit in one answer.
const MaxContent = 1 << 20

// Content is what a plan says. Its JSON form is that of
// parindex.survey.v1.SurveyPlanContent, with methods and fallbacks without their
// prefix; what is empty is left out.
type Content struct {
	Title          string     `json:"title,omitempty"`
	DecisionNumber string     `json:"decisionNumber,omitempty"`
	Introduction   string     `json:"introduction,omitempty"`
	Questions      []Question `json:"questions,omitempty"`
	Links          []Link     `json:"links,omitempty"`
}

// Question is a question of a questionnaire (rule Q2). Exactly one of its kinds
// is there.
type Question struct {
	ID           string        `json:"id"`
	Text         string        `json:"text"`
	Required     bool          `json:"required,omitempty"`
	Satisfaction *Satisfaction `json:"satisfaction,omitempty"`
	Options      *Options      `json:"options,omitempty"`
	TextAnswer   *TextAnswer   `json:"textAnswer,omitempty"`
}

// Satisfaction is a scale from 1 to Scale.
type Satisfaction struct{}

// Scale is the highest satisfaction.
const Scale = 5

// Options are what one of is chosen.
type Options struct {
	Options []Option `json:"options"`
}

// Option is one of several answers; WeightPercent is from 0 to 100.
type Option struct {
	ID            string        `json:"id"`
	Text          string        `json:"text"`
	WeightPercent points.Points `json:"weightPercent"`
}

// TextAnswer is words, which nothing is computed from.
type TextAnswer struct{}

// Link says how answers become the value of one item (rule Q11).
type Link struct {
	Group        string   `json:"group"`
	Item         string   `json:"item"`
	Questions    []string `json:"questions"`
	Method       Method   `json:"method"`
	MinResponses int      `json:"minResponses"`
	Fallback     Fallback `json:"fallback"`
}

// Method is how answers become a value from 0 to 1.
type Method string

// The methods.
const (
	TopTwo        Method = "TOP_TWO"
	LinearMean    Method = "LINEAR_MEAN"
	OptionWeights Method = "OPTION_WEIGHTS"
)

// Fallback is what becomes of an item that too few have answered for.
type Fallback string

// The fallbacks.
const (
	NotApplicable Fallback = "NOT_APPLICABLE"
	Zero          Fallback = "ZERO"
)

// Item is an item of a group of the cycle.
type Item struct{ Group, Item string }

// Items returns the items that c links, each once, ordered.
func (c Content) Items() []Item {
	items := make([]Item, 0, len(c.Links))
	for _, l := range c.Links {
		items = append(items, Item{l.Group, l.Item})
	}
	slices.SortFunc(items, compareItems)
	return slices.Compact(items)
}

// question returns the place of a question, -1 for none.
func (c Content) question(id string) int {
	return slices.IndexFunc(c.Questions, func(q Question) bool { return q.ID == id })
}

// option returns the place of an option, -1 for none.
func (o Options) option(id string) int {
	return slices.IndexFunc(o.Options, func(o Option) bool { return o.ID == id })
}

// Canonical returns the one form of c that its SHA-256 is of: JSON without white
// space and without escaping for HTML, fields in the order of the types, figures
// in their shortest form.
func (c Content) Canonical() ([]byte, error) {
	form, err := canonical.JSON(c)
	if err != nil {
		return nil, fmt.Errorf("writing the content of a plan: %w", err)
	}
	return form, nil
}
