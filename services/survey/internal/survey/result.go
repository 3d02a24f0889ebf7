package survey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/sealed"
)

// Snapshot is the frozen result of a closed plan (rule Q13).
type Snapshot struct {
	Authority, Cycle, Plan string
	// Version counts the results of the plan, from 1.
	Version int
	// Content is a written sealed.SurveyResult, SHA256 its hash in hex.
	Content   []byte
	SHA256    string
	CloseTime time.Time
}

// Tally has the counts of each agency, by its id.
type Tally map[string]AgencyTally

// AgencyTally has the counts of one agency.
type AgencyTally struct {
	// Issued is the number of invitations, Valid the number of responses.
	Issued, Valid int
	// Choices has the number of times that each choice was made.
	Choices map[QuestionChoice]int
}

// QuestionChoice is a choice, as in Answers.Choices and not 0, at the question with an
// index.
type QuestionChoice struct {
	Question int
	Choice   int16
}

// valueScale is the number of decimal places of a value.
const valueScale = 12

// count returns the result of the closed plan p in a cycle: for each linked
// item and each scored agency of its group, ordered by group, item and agency.
func (p Plan) count(cycle *cycle.Cycle, t Tally) (sealed.SurveyResult, error) {
	r := sealed.SurveyResult{
		Authority: p.Authority, Cycle: p.Cycle, Plan: p.ID, DecisionNumber: p.Content.DecisionNumber,
		PlanSHA256: p.SHA256, CloseTime: canonical.Instant(p.CloseTime), Results: nil,
	}
	links := slices.SortedFunc(slices.Values(p.Content.Links), func(a, b Link) int {
		return compareItems(Item{a.Group, a.Item}, Item{b.Group, b.Item})
	})
	agencies := slices.SortedFunc(slices.Values(cycle.Agencies), compareAgencies)
	for _, l := range links {
		for _, a := range agencies {
			if !a.Scored || a.Group != l.Group {
				continue
			}
			result, err := p.Content.item(l, t[a.ID])
			if err != nil {
				return r, fmt.Errorf("counting %s of %s: %w", l.Item, a.ID, err)
			}
			result.Agency = a.ID
			r.Results = append(r.Results, result)
		}
	}
	return r, nil
}

func compareAgencies(a, b cycle.Agency) int { return strings.Compare(a.ID, b.ID) }

// results returns the number of results of p that were withdrawn.
func (p Plan) results() (n int) {
	for _, r := range p.Reversals {
		if r.Withdrawn != "" {
			n++
		}
	}
	return n
}

// freeze returns the snapshot of the result r.
func (p Plan) freeze(r sealed.SurveyResult) (Snapshot, error) {
	content, hash, err := sealed.Write(r)
	if err != nil {
		return Snapshot{}, fmt.Errorf("writing the result of %s: %w", p, err)
	}
	return Snapshot{
		Authority: p.Authority, Cycle: p.Cycle, Plan: p.ID, Version: p.results() + 1, Content: content, SHA256: hash, CloseTime: p.CloseTime,
	}, nil
}

// item returns the result of the link l for an agency with the tally t. If there are
// too few responses, or no answer to any of the linked questions, it is the
// fallback, and the counts of the few answers are withheld (rules Q10, Q11).
func (c Content) item(l Link, t AgencyTally) (sealed.SurveyItem, error) {
	r := sealed.SurveyItem{
		Agency: "", Item: l.Item, Issued: t.Issued, Valid: t.Valid, Method: string(l.Method),
		Counts: nil, Value: nil, Fallback: false, Weight: nil, Answers: 0,
	}
	var weight points.Points
	var answers int
	counts := map[string]int{}
	var order []string
	for _, id := range l.Questions {
		n := c.question(id)
		for i, kind := range c.Questions[n].weighed(l.Method) {
			count := t.Choices[QuestionChoice{n, int16(i + 1)}]
			if _, known := counts[kind.name]; !known {
				order = append(order, kind.name)
			}
			counts[kind.name] += count
			answers += count
			weight = weight.Add(kind.weight.Mul(points.FromInt(int64(count))))
		}
	}
	if t.Valid < l.MinResponses || answers == 0 {
		r.Fallback = true
		if l.Fallback == Zero {
			r.Value = new(points.Points)
		}
		return r, nil
	}
	for _, name := range order {
		if counts[name] > 0 {
			r.Counts = append(r.Counts, sealed.AnswerCount{Answer: name, Count: counts[name]})
		}
	}
	value, err := points.DefaultPolicy().Quotient(weight, points.FromInt(int64(answers)), valueScale)
	r.Value, r.Weight, r.Answers = &value, &weight, answers
	return r, err
}

// weighed is a possible answer with its weight, from 0 to 1.
type weighed struct {
	name   string
	weight points.Points
}

var (
	percent = points.MustParse("0.01")
	quarter = points.MustParse("0.25")
)

// weighed returns the possible answers to q in order, with their weights under m.
func (q Question) weighed(m Method) []weighed {
	if m == OptionWeights {
		all := make([]weighed, len(q.Options.Options))
		for i, o := range q.Options.Options {
			all[i] = weighed{o.ID, o.weight()}
		}
		return all
	}
	all := make([]weighed, Scale)
	for i := range all {
		weight := quarter.Mul(points.FromInt(int64(i))) // LINEAR_MEAN: (answer − 1) / 4
		if m == TopTwo {
			weight = points.FromInt(int64(i / 3)) // 4 and 5 count
		}
		all[i] = weighed{strconv.Itoa(i + 1), weight}
	}
	return all
}

// weight returns the weight of o, from 0 to 1.
func (o Option) weight() points.Points { return o.WeightPercent.Mul(percent) }
