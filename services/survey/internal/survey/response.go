package survey

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Answer is an answer as a respondent gave it. Exactly one of Satisfaction, Option
// and Text is not zero.
type Answer struct {
	Question string
	// Satisfaction is from 1 to Scale.
	Satisfaction int
	Option       string
	Text         string
}

// Answers are the answers of a response, by the index of the question.
type Answers struct {
	// Choices has the satisfaction, or the index of the chosen option plus 1; 0 for a
	// question without an answer and for one answered with a text.
	Choices []int16
	// Texts has the texts; empty for every other question. It is nil if the response
	// has no text at all.
	Texts []string
}

// Response is the response of one respondent to one invitation.
type Response struct {
	// ID is a UUID made by the client.
	ID string
	// TokenHash is the SHA-256 of the invitation's token.
	TokenHash []byte
	// MAC is the MAC of the answers under the token.
	MAC []byte
	Answers
}

// Accept returns the answers by question. It fails with ResponseInvalid, whose
// violations list every answer that is missing, given twice or does not fit its
// question, each with its path in the request (rule Q6).
func (c Content) Accept(given []Answer) (Answers, error) {
	var f Findings
	answers := Answers{Choices: make([]int16, len(c.Questions))}
	seen := make([]bool, len(c.Questions))
	for i, a := range given {
		place := fmt.Sprintf("answers[%d]", i)
		n := c.question(a.Question)
		switch {
		case n < 0:
			f.add(place+".question", AnswerUnasked.With())
			continue
		case seen[n]:
			f.add(place+".question", AnswerTwice.With())
			continue
		}
		seen[n] = true
		answers.set(&f, place, n, c.Questions[n], a)
	}
	for n, q := range c.Questions {
		if q.Required && !seen[n] {
			f.add("answers", AnswerMissing.With(q.ID))
		}
	}
	if len(f) > 0 {
		return Answers{}, ResponseInvalid.List(f...)
	}
	return answers, nil
}

// set sets the answer a to q, the question with index n.
func (x *Answers) set(f *Findings, place string, n int, q Question, a Answer) {
	switch {
	case q.Satisfaction != nil && a.Satisfaction >= 1 && a.Satisfaction <= Scale:
		x.Choices[n] = int16(a.Satisfaction)
	case q.Options != nil && a.Option != "":
		chosen := q.Options.option(a.Option)
		if chosen < 0 {
			f.add(place+".option", OptionUnknown.With())
		}
		x.Choices[n] = int16(chosen + 1) //nolint:gosec // a question has at most 50 options
	case q.TextAnswer != nil && a.Text != "":
		if x.Texts == nil {
			x.Texts = make([]string, len(x.Choices))
		}
		x.Texts[n] = a.Text
	default:
		f.add(place, AnswerKindWrong.With())
	}
}

// MAC returns an HMAC-SHA-256 of the answers, in any order, under the token of the
// invitation. Two requests send the same response if their ids and MACs are equal.
// The token is stored nowhere, so that nobody with access to the stored responses
// can test which invitation one belongs to (rules Q5, Q10).
func MAC(token string, given []Answer) []byte {
	ordered := slices.SortedFunc(slices.Values(given), func(a, b Answer) int {
		return cmp.Or(strings.Compare(a.Question, b.Question), cmp.Compare(a.Satisfaction, b.Satisfaction),
			strings.Compare(a.Option, b.Option), strings.Compare(a.Text, b.Text))
	})
	var form []byte
	for _, a := range ordered {
		// The lengths keep two different lists from having the same bytes.
		for _, part := range []string{a.Question, a.Option, a.Text} {
			form = binary.AppendUvarint(form, uint64(len(part)))
			form = append(form, part...)
		}
		form = binary.AppendVarint(form, int64(a.Satisfaction))
	}
	h := hmac.New(sha256.New, []byte(token))
	h.Write(form)
	return h.Sum(nil)
}

// TokenHash returns the SHA-256 of a token, which is stored in its place.
func TokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
