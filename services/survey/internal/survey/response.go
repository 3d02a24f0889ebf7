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

// Answer is one answer as it was given. One of Satisfaction, Option and Text is
// not zero.
type Answer struct {
	Question string
	// Satisfaction is from 1 to Scale.
	Satisfaction int
	Option       string
	Text         string
}

// Answers are the answers of a response by the place of their question.
type Answers struct {
	// Choices are a satisfaction or, from 1 on, the place of the option chosen; 0:
	// not answered, or in words.
	Choices []int16
	// Texts are the words; empty: not answered, or not in words. It is nil where
	// nobody wrote any.
	Texts []string
}

// Response is what somebody who has a link sends.
type Response struct {
	// ID is the UUID the client made for it.
	ID string
	// Token is the SHA-256 of the link's secret, MAC what Seal returns.
	Token, MAC []byte
	Answers
}

// Accept returns the answers by their questions. It fails with ResponseInvalid,
// whose violations are every answer that does not fit its question, is missing
// or given twice, at its place in the request (rule Q6).
func (c Content) Accept(given []Answer) (Answers, error) {
	var f Findings
	answers := Answers{Choices: make([]int16, len(c.Questions))}
	seen := make([]bool, len(c.Questions))
	for i, a := range given {
		place := fmt.Sprintf("answers[%d]", i)
		n := c.question(a.Question)
		switch {
		case n < 0:
			f.add(place+".question", AnswerToNothing.With())
			continue
		case seen[n]:
			f.add(place+".question", AnswerTwice.With())
			continue
		}
		seen[n] = true
		answers.take(&f, place, n, c.Questions[n], a)
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

// take takes the answer a to q, the question at place n.
func (x *Answers) take(f *Findings, place string, n int, q Question, a Answer) {
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

// Seal returns what says whether two sends of a response are the same: an
// HMAC-SHA-256 of the answers, in whatever order they come, under the link's
// secret. The secret is kept nowhere, so that who holds the stored responses
// cannot try which link one belongs to (rules Q5, Q10).
func Seal(secret string, given []Answer) []byte {
	ordered := slices.SortedFunc(slices.Values(given), func(a, b Answer) int {
		return cmp.Or(strings.Compare(a.Question, b.Question), cmp.Compare(a.Satisfaction, b.Satisfaction),
			strings.Compare(a.Option, b.Option), strings.Compare(a.Text, b.Text))
	})
	var form []byte
	for _, a := range ordered {
		// The lengths make it impossible for two different lists to be the same bytes.
		for _, part := range []string{a.Question, a.Option, a.Text} {
			form = binary.AppendUvarint(form, uint64(len(part)))
			form = append(form, part...)
		}
		form = binary.AppendVarint(form, int64(a.Satisfaction))
	}
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(form)
	return h.Sum(nil)
}

// TokenHash returns what is kept of a link's secret.
func TokenHash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
