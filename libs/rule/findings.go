package rule

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/text"
)

// The limits that parindex.rule.v1 sets for lists and texts. Validate applies them,
// so that every rule it accepts can be sent.
const (
	maxEntries = 50
	maxText    = 1000
	maxID      = 64
	maxDigits  = 12
)

// findings collects what is wrong with one rule.
type findings struct{ violations []fault.Violation }

// add adds what is wrong at a path; args fill its texts.
func (f *findings) add(path string, what fault.Reason, args ...any) {
	f.violations = append(f.violations, what.With(args...).Violation(path))
}

func (f *findings) max(item Item) {
	if item.Max.Sign() <= 0 {
		f.add("max_points", maxNotPositive)
	}
	f.places("max_points", item.Max, item)
}

// points checks the points that a rule gives in one case.
func (f *findings) points(path string, x points.Points, item Item) {
	if x.Sign() < 0 {
		f.add(path, pointsNegative, x)
	}
	if x.Cmp(item.Max) > 0 {
		f.add(path, pointsBeyondMax, x, item.Max)
	}
	f.places(path, x, item)
}

// places checks that x has no more places than the item scale: a regulation that
// states a figure and then rounds it away contradicts itself.
func (f *findings) places(path string, x points.Points, item Item) {
	switch {
	case !fits(x.String()):
		f.add(path, figureTooLong)
	case !item.Policy.Item(x).Equal(x):
		f.add(path, figureTooFine, item.Policy.ItemScale)
	}
}

// reachable checks that the best case gives the max points: otherwise no agency
// could reach the standard points.
func (f *findings) reachable(path string, best points.Points, item Item) {
	if best.Cmp(item.Max) < 0 {
		f.add(path, maxUnreachable, item.Max, best)
	}
}

// count checks the length of a list.
func (f *findings) count(path string, n, least int) {
	if n < least {
		f.add(path, tooFew, least)
	}
	if n > maxEntries {
		f.add(path, tooMany, maxEntries)
	}
}

// names checks the ids and texts of conditions or options; the ids must be slugs.
func (f *findings) names(path string, named []Condition) {
	f.identified(path, named, text.IsSlug, text.NotSlug)
}

// identified is like names, for ids of another form.
func (f *findings) identified(path string, named []Condition, wellFormed func(string) bool, malformed fault.Reason) {
	ids, texts := map[string]bool{}, map[string]int{}
	for i, n := range named {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case !wellFormed(n.ID):
			f.add(at+".id", malformed, n.ID)
		case ids[n.ID]:
			f.add(at+".id", fault.IDTwice, n.ID)
		}
		ids[n.ID] = true

		seen := strings.ToLower(strings.Join(strings.Fields(n.Text), " "))
		switch first := texts[seen]; {
		case seen == "":
			f.add(at+".text", text.Missing, kind{"nội dung, ví dụ “Có kế hoạch”", "a text such as “There is a plan”"})
		case first > 0:
			f.add(at+".text", textRepeated, first)
		default:
			texts[seen] = i + 1
		}
		if utf8.RuneCountInString(n.Text) > maxText {
			f.add(at+".text", text.TooLong, maxText)
		}
	}
}

// fits reports whether points.Parse reads s, the canonical form of a figure.
func fits(s string) bool {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return len(whole) <= maxDigits && len(fraction) <= maxDigits
}
