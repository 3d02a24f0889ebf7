package survey_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

var year = &cycle.Cycle{
	Groups: []cycle.Group{
		{ID: "districts", Items: []cycle.Item{{ID: "ii.1", Source: criteria.Survey}, {ID: "ii.2", Source: criteria.Satisfaction}}},
		{ID: "departments", Items: []cycle.Item{{ID: "ii.1", Source: criteria.Survey}}},
	},
	Agencies: []cycle.Agency{
		{ID: "z", Group: "districts", Scored: true},
		{ID: "a", Group: "districts", Scored: true},
		{ID: "m", Group: "districts"},
		{ID: "d", Group: "departments", Scored: true},
	},
}

// plan returns an open plan with two questions of satisfaction, two with options, and
// a link with each method.
func plan(weights ...string) survey.Plan {
	options := &survey.Options{}
	for i, w := range weights {
		options.Options = append(options.Options, survey.Option{ID: fmt.Sprint("o", i), WeightPercent: points.MustParse(w)})
	}
	link := func(group, item string, m survey.Method, questions ...string) survey.Link {
		return survey.Link{Group: group, Item: item, Questions: questions, Method: m, MinResponses: 1, Fallback: survey.NotApplicable}
	}
	return survey.Plan{State: survey.Opened, Content: survey.Content{
		Questions: []survey.Question{
			{ID: "s1", Satisfaction: &survey.Satisfaction{}},
			{ID: "o1", Options: options},
			{ID: "s2", Satisfaction: &survey.Satisfaction{}},
			{ID: "o2", Options: options},
		},
		Links: []survey.Link{
			link("districts", "ii.2", survey.LinearMean, "s1", "s2"),
			link("departments", "ii.1", survey.OptionWeights, "o2", "o1"),
			link("districts", "ii.1", survey.TopTwo, "s1", "s2"),
		},
	}}
}

// results closes p with a tally and returns the results by "item of agency".
func results(t *testing.T, p survey.Plan, tally survey.Tally) map[string]sealed.SurveyItem {
	t.Helper()
	_, snapshot, err := p.Close(year, tally, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	r, err := sealed.Read[sealed.SurveyResult](snapshot.Content)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]sealed.SurveyItem{}
	for _, x := range r.Results {
		byName[x.Item+" of "+x.Agency] = x
	}
	return byName
}

// tallyOf counts the responses about one agency.
func tallyOf(responses [][]int16) survey.AgencyTally {
	a := survey.AgencyTally{Issued: len(responses), Valid: len(responses), Choices: map[survey.QuestionChoice]int{}}
	for _, choices := range responses {
		for n, c := range choices {
			if c > 0 {
				a.Choices[survey.QuestionChoice{Question: n, Choice: c}]++
			}
		}
	}
	return a
}

// TestValue recomputes the values of random responses with fractions of whole
// numbers, and checks that the order of the responses does not matter (rule Q11).
func TestValue(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 13)) //nolint:gosec // the same draws every time
	for range 500 {
		weights := []string{"0", "100"}
		for range r.IntN(4) {
			weights = append(weights, points.FromInt(r.Int64N(10000)).Mul(points.MustParse("0.01")).String())
		}
		responses := make([][]int16, 1+r.IntN(40))
		for i := range responses {
			for _, answers := range []int{survey.Scale, len(weights), survey.Scale, len(weights)} {
				responses[i] = append(responses[i], int16(r.IntN(answers+1))) //nolint:gosec // below 10
			}
		}
		p := plan(weights...)
		tally := survey.Tally{"a": tallyOf(responses), "d": tallyOf(responses)}
		got := results(t, p, tally)
		r.Shuffle(len(responses), func(i, j int) { responses[i], responses[j] = responses[j], responses[i] })
		again := results(t, p, survey.Tally{"a": tallyOf(responses), "d": tallyOf(responses)})
		for name, weigh := range map[string]func(answer int16) *big.Rat{
			"ii.1 of a": func(answer int16) *big.Rat { return big.NewRat(int64(answer/4), 1) },
			"ii.2 of a": func(answer int16) *big.Rat { return big.NewRat(int64(answer-1), 4) },
			"ii.1 of d": func(answer int16) *big.Rat {
				w, _ := new(big.Rat).SetString(weights[answer-1])
				return w.Quo(w, big.NewRat(100, 1))
			},
		} {
			first := 0
			if name == "ii.1 of d" {
				first = 1
			}
			want := byHand(responses, first, weigh)
			value := figure(got[name])
			checkExact(t, got[name])
			if value != want || figure(again[name]) != want {
				t.Fatalf("%s: got %s and %s, want %s, of %v by %v", name, value, figure(again[name]), want, responses, weights)
			}
		}
	}
}

// byHand returns the mean weight of the answers to the questions first and first + 2,
// rounded to 12 places, half away from zero; "none" if there are no answers.
func byHand(responses [][]int16, first int, weigh func(answer int16) *big.Rat) string {
	sum, n := new(big.Rat), int64(0)
	for _, choices := range responses {
		for _, q := range []int{first, first + 2} {
			if choices[q] > 0 {
				sum.Add(sum, weigh(choices[q]))
				n++
			}
		}
	}
	if n == 0 {
		return "none"
	}
	sum.Quo(sum, big.NewRat(n, 1))
	if sum.Sign() < 0 || sum.Cmp(big.NewRat(1, 1)) > 0 {
		return "outside 0 to 1"
	}
	return points.MustParse(sum.FloatString(12)).String() // FloatString rounds half away from zero
}

// checkExact checks that the value is weight / answers, and that only it is rounded.
func checkExact(t *testing.T, r sealed.SurveyItem) {
	t.Helper()
	sum := 0
	for _, c := range r.Counts {
		sum += c.Count
	}
	if r.Answers != sum || (r.Weight == nil) != (sum == 0) {
		t.Fatalf("%d answers weigh %v: %+v", r.Answers, r.Weight, r)
	}
	if r.Weight == nil {
		return
	}
	exact, _ := new(big.Rat).SetString(r.Weight.String())
	exact.Quo(exact, big.NewRat(int64(sum), 1))
	if want := points.MustParse(exact.FloatString(12)).String(); figure(r) != want {
		t.Fatalf("%s / %d is %s, the value %s", r.Weight, r.Answers, want, figure(r))
	}
}

func figure(r sealed.SurveyItem) string {
	if r.Value == nil {
		return "none"
	}
	return r.Value.String()
}

// TestTooFew checks that too few responses give the fallback, and that their answers
// are withheld.
func TestTooFew(t *testing.T) {
	p := plan("0", "100")
	for i := range p.Content.Links {
		p.Content.Links[i].MinResponses = 3
	}
	p.Content.Links[2].Fallback = survey.Zero
	two, three := tallyOf([][]int16{{5, 1, 5, 1}, {4, 2, 0, 0}}), tallyOf([][]int16{{5, 1, 5, 1}, {4, 2, 0, 0}, {1, 0, 0, 0}})
	silent := tallyOf([][]int16{{0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}})
	for name, tt := range map[string]struct {
		tally survey.AgencyTally
		want  string
	}{
		"none":                         {survey.AgencyTally{}, "top two 0 true 0, mean none true 0"},
		"two":                          {two, "top two 0 true 0, mean none true 0"},
		"three":                        {three, "top two 0.75 false 3, mean 0.6875 false 3"},
		"three without linked answers": {silent, "top two 0 true 0, mean none true 0"},
	} {
		got := results(t, p, survey.Tally{"a": tt.tally})
		top, mean := got["ii.1 of a"], got["ii.2 of a"]
		line := fmt.Sprintf("top two %s %t %d, mean %s %t %d",
			figure(top), top.Fallback, len(top.Counts), figure(mean), mean.Fallback, len(mean.Counts))
		checkExact(t, top)
		checkExact(t, mean)
		if line != tt.want || top.Valid != tt.tally.Valid {
			t.Errorf("%s: got %s, want %s", name, line, tt.want)
		}
	}
}

// TestResultOrder checks that a result lists every scored agency of each linked
// group, ordered by group, item and agency, and that its bytes are reproducible.
func TestResultOrder(t *testing.T) {
	p := plan("0", "100")
	p.SHA256 = "0a1b"
	tally := survey.Tally{"a": tallyOf([][]int16{{5, 1, 5, 1}})}
	closed, snapshot, err := p.Close(year, tally, time.Unix(1, 0))
	if err != nil || closed.State != survey.Closed {
		t.Fatal(closed, err)
	}
	r, err := sealed.Read[sealed.SurveyResult](snapshot.Content)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, 0, len(r.Results))
	for _, x := range r.Results {
		got = append(got, x.Item+" "+x.Agency)
	}
	if want := []string{"ii.1 d", "ii.1 a", "ii.1 z", "ii.2 a", "ii.2 z"}; !slices.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	_, again, err := p.Close(year, tally, time.Unix(1, 0))
	if err != nil || string(again.Content) != string(snapshot.Content) || again.SHA256 != snapshot.SHA256 {
		t.Errorf("got %s and %s, %v", snapshot.Content, again.Content, err)
	}
	if _, _, err := closed.Close(year, tally, time.Unix(2, 0)); err == nil {
		t.Error("closed twice")
	}
}

// TestMAC checks that only the same answers under the same token have the same MAC.
func TestMAC(t *testing.T) {
	given := []survey.Answer{{Question: "a", Satisfaction: 1}, {Question: "b", Option: "x"}, {Question: "c", Text: "x"}}
	turned := []survey.Answer{given[2], given[0], given[1]}
	if string(survey.MAC("s", given)) != string(survey.MAC("s", turned)) {
		t.Error("the order of the answers matters")
	}
	seen := map[string]string{}
	for name, mac := range map[string][]byte{
		"itself": survey.MAC("s", given), "another token": survey.MAC("S", given), "nothing": survey.MAC("s", nil),
		"less":         survey.MAC("s", given[:2]),
		"words":        survey.MAC("s", []survey.Answer{given[0], {Question: "b", Text: "x"}, given[2]}),
		"run together": survey.MAC("s", []survey.Answer{given[0], {Question: "bx"}, given[2]}),
	} {
		if other, ok := seen[string(mac)]; ok {
			t.Errorf("%s has the MAC of %s", name, other)
		}
		seen[string(mac)] = name
	}
}
