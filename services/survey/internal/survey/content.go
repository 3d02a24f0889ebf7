package survey

import (
	"fmt"
	"slices"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/points"
)

// MaxContent is the largest size of a content's canonical form in bytes, so that one
// page of a list holds several plans.
const MaxContent = 1 << 20

// Content is the content of a plan. Its JSON form is that of
// parindex.survey.v1.SurveyPlanContent, with methods and fallbacks without their
// prefix and without empty fields.
type Content struct {
	Title          string     `json:"title,omitempty"`
	DecisionNumber string     `json:"decisionNumber,omitempty"`
	Introduction   string     `json:"introduction,omitempty"`
	Questions      []Question `json:"questions,omitempty"`
	Links          []Link     `json:"links,omitempty"`
}

// Question is a question of a questionnaire (rule Q2). Exactly one of Satisfaction,
// Options and TextAnswer is not nil and gives its kind.
type Question struct {
	ID           string        `json:"id"`
	Text         string        `json:"text"`
	Required     bool          `json:"required,omitempty"`
	Satisfaction *Satisfaction `json:"satisfaction,omitempty"`
	Options      *Options      `json:"options,omitempty"`
	TextAnswer   *TextAnswer   `json:"textAnswer,omitempty"`
}

// Satisfaction is the kind of a question answered on a scale from 1 to Scale.
type Satisfaction struct{}

// Scale is the highest satisfaction.
const Scale = 5

// Options is the kind of a question answered by choosing one of several options.
type Options struct {
	Options []Option `json:"options"`
}

// Option is an option of a question; WeightPercent is from 0 to 100.
type Option struct {
	ID            string        `json:"id"`
	Text          string        `json:"text"`
	WeightPercent points.Points `json:"weightPercent"`
}

// TextAnswer is the kind of a question answered with a text, which no value is
// computed from.
type TextAnswer struct{}

// Link links questions to one item, whose value is computed from their answers (rule
// Q11).
type Link struct {
	Group        string   `json:"group"`
	Item         string   `json:"item"`
	Questions    []string `json:"questions"`
	Method       Method   `json:"method"`
	MinResponses int      `json:"minResponses"`
	Fallback     Fallback `json:"fallback"`
}

// Method is the method by which answers become a value from 0 to 1.
type Method string

// The methods.
const (
	TopTwo        Method = "TOP_TWO"
	LinearMean    Method = "LINEAR_MEAN"
	OptionWeights Method = "OPTION_WEIGHTS"
)

// Fallback is the value of an item for which too few people answered.
type Fallback string

// The fallbacks.
const (
	NotApplicable Fallback = "NOT_APPLICABLE"
	Zero          Fallback = "ZERO"
)

// Item identifies an item of a group of the cycle.
type Item struct{ Group, Item string }

// Items returns the items that c links, each once, in order.
func (c Content) Items() []Item {
	items := make([]Item, 0, len(c.Links))
	for _, l := range c.Links {
		items = append(items, Item{l.Group, l.Item})
	}
	slices.SortFunc(items, compareItems)
	return slices.Compact(items)
}

// question returns the index of a question; -1 if there is none with this id.
func (c Content) question(id string) int {
	return slices.IndexFunc(c.Questions, func(q Question) bool { return q.ID == id })
}

// option returns the index of an option; -1 if there is none with this id.
func (o Options) option(id string) int {
	return slices.IndexFunc(o.Options, func(o Option) bool { return o.ID == id })
}

// Canonical returns the form of c that is stored and hashed: JSON without white
// space and without escaping for HTML, with fields in the order of the types and
// figures in their shortest form.
func (c Content) Canonical() ([]byte, error) {
	form, err := canonical.JSON(c)
	if err != nil {
		return nil, fmt.Errorf("writing the content of a plan: %w", err)
	}
	return form, nil
}
