package sealed_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

func ptr(s string) *points.Points {
	x := points.MustParse(s)
	return &x
}

// The contents whose written forms are in testdata.
var (
	sheet = sealed.Sheet{
		Authority: "an-binh", Cycle: "2026", Agency: "home", Group: "departments", Round: 1, Number: 7,
		SealTime: "2026-10-01T01:30:00.250000Z", RegulationSHA256: strings.Repeat("0a", 32),
		Entries: []sealed.Entry{
			{
				Item: "i.1.1", Facts: sealed.Facts{Input: rule.ConditionsMet{IDs: []string{"report", "plan"}}}, Points: ptr("2.50"),
				Justification: "Ban hành <đúng> hạn & đủ", Evidence: []sealed.Evidence{{Title: "Kế hoạch", DocumentNumber: "45/KH-UBND", IssueDate: "2026-02-01"}},
			},
			{Item: "i.1.2", Facts: sealed.Facts{Input: rule.Ratio{}}, NotApplicable: true, Justification: "Không phát sinh"},
			{Item: "i.1.3", NotCounted: sealed.NoInput},
		},
	}
	outcome = sealed.Outcome{
		Authority: "an-binh", Cycle: "2026", Agency: "home", Group: "departments", Round: 2, Final: true, DecisionNumber: "12/QĐ-HĐTĐ",
		ApproveTime: "2026-11-30T09:00:00.000000Z", RegulationSHA256: strings.Repeat("0a", 32),
		Seals: []sealed.OutcomeSeal{{Round: 1, Number: 7, SHA256: strings.Repeat("1b", 32)}},
		Items: []sealed.OutcomeItem{
			{
				Item: "i.1.1", Round: 1, Points: ptr("1"), StandardPoints: points.MustParse("2"), ReasonCode: "NOT_DONE", Reason: "Trễ hạn",
				Facts: sealed.Facts{Input: rule.Chosen{Option: "late"}}, DecidedBy: "interior", GuidanceVersion: 3,
			},
			{Item: "i.1.2", Round: 2, Agreed: true},
		},
		Reductions: []sealed.OutcomeReduction{{Item: "i.1.2", Points: points.MustParse("0.75"), Reason: "NO_TASK"}},
		Version:    1,
	}
	result = sealed.SurveyResult{
		Authority: "an-binh", Cycle: "2026", Plan: "officials", DecisionNumber: "12/QĐ-SNV", PlanSHA256: strings.Repeat("2c", 32),
		CloseTime: "2026-11-01T00:00:00.000000Z",
		Results: []sealed.SurveyItem{
			{
				Agency: "home", Item: "ii.1", Issued: 20, Valid: 12, Method: "TOP_TWO", Counts: []sealed.AnswerCount{{Answer: "4", Count: 7}},
				Value: ptr("0.583333333333"), Weight: ptr("7"), Answers: 12,
			},
			{Agency: "new", Item: "ii.1", Method: "TOP_TWO", Fallback: true},
		},
	}
)

// TestWrite compares written contents with files that were written by hand and hashed
// by sha256sum.
func TestWrite(t *testing.T) {
	check(t, "sheet.json", "77f1bf89a5af122a541f5e1b864cb2cdd6ac7351858a7f3e432b89d81e6ed3e8", sheet)
	check(t, "outcome.json", "d18c3928f478cf1c22eec3a9a04fe17e3fb1b47e8e3123e6c2de99de55fb3001", outcome)
	check(t, "survey-result.json", "5d2a13fc021f7d640680380398f19433b0dcef99eeea43b0d7756e9cc7791cb9", result)
}

func check[C sealed.Content](t *testing.T, file, sum string, c C) {
	t.Helper()
	want, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	text, hash, err := sealed.Write(c)
	if err != nil || string(text) != string(want) || hash != sum {
		t.Errorf("%s: got %s\n%s, %v\nwant %s\n%s", file, hash, text, err, sum, want)
	}
	back, err := sealed.Read[C](text)
	if err != nil {
		t.Errorf("reading %s: %v", file, err)
	}
	if again, _, err := sealed.Write(back); err != nil || string(again) != string(text) {
		t.Errorf("%s came back as\n%s, %v", file, again, err)
	}
}

// TestReadRefuses changes a sheet in many ways, and checks that each is refused and that
// no error contains a value.
func TestReadRefuses(t *testing.T) {
	good, _, err := sealed.Write(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"unknown field":           {`"round":1`, `"round":1,"appeal":"Giải trình"`},
		"unknown field of a part": {`"locator":""`, `"locator":"","page":3`},
		"missing text":            {`"locator":"",`, ``},
		"missing number":          {`"round":1,`, ``},
		"missing truth":           {`"notApplicable":true,`, ``},
		"empty list":              {`"notCounted":"NO_INPUT","justification":""`, `"notCounted":"NO_INPUT","justification":"","evidence":[]`},
		"absent facts as null":    {`{"item":"i.1.3",`, `{"item":"i.1.3","input":null,`},
		"a field twice":           {`"round":1,`, `"round":1,"round":1,`},
		"another order":           {`"round":1,"number":7`, `"number":7,"round":1`},
		"a space":                 {`"round":1`, `"round": 1`},
		"a needless escape":       {`<đúng>`, `\u003cđúng\u003e`},
		"a figure with zeros":     {`"2.5"`, `"2.50"`},
		"a figure that is none":   {`"2.5"`, `"Giải trình"`},
		"a number as text":        {`"round":1`, `"round":"Giải trình"`},
		"facts out of order":      {`["plan","report"]`, `["report","plan"]`},
		"facts that are none":     {`{"conditionsMet":`, `{"guess":`},
		"reason not to count":     {`"NO_INPUT"`, `"Giải trình"`},
		"the case of a field":     {`"round"`, `"Round"`},
		"something after it":      {`]}]}`, `]}]}{}`},
		"half of it":              {string(good[len(good)/2:]), ``},
		"broken UTF-8":            {`Kế hoạch`, "K\xff"},
	} {
		text := strings.Replace(string(good), change[0], change[1], 1)
		if name == "something after it" {
			text = string(good) + "{}"
		}
		if text == string(good) {
			t.Errorf("%s changes nothing", name)
		}
		c, err := sealed.Read[sealed.Sheet]([]byte(text))
		if err == nil {
			t.Errorf("%s: read %v", name, c)
		} else if strings.Contains(err.Error(), "Giải trình") {
			t.Errorf("%s: %v contains a value", name, err)
		}
	}
	if o, err := sealed.Read[sealed.Outcome](good); err == nil {
		t.Errorf("a sheet was read as the outcome %v", o)
	}
}

// TestFieldsHaveNames checks that each field of a content has a name in JSON, and that
// only lists, figures, facts and the version of an outcome are optional. Outcomes that
// runs of earlier engine versions froze have no version and must still be read.
func TestFieldsHaveNames(t *testing.T) {
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		for f := range typ.Fields() {
			name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
			kind := f.Type.Kind()
			optional := kind == reflect.Slice || kind == reflect.Pointer || f.Type == reflect.TypeFor[sealed.Facts]() || f.Name == "Version"
			if name == "" || (option != "") != optional {
				t.Errorf("%s.%s is tagged %q", typ, f.Name, f.Tag)
			}
			if kind == reflect.Slice {
				visit(f.Type.Elem())
			}
		}
	}
	for _, content := range []any{sheet, outcome, result} {
		visit(reflect.TypeOf(content))
	}
}

// TestFacts writes facts, and none, as JSON and reads them back.
func TestFacts(t *testing.T) {
	for want, facts := range map[string]sealed.Facts{
		`null`:              {},
		`{"option":"late"}`: {Input: rule.Chosen{Option: "late"}},
		`{"ratio":{"done":"0.5","planned":"22"}}`: {Input: rule.Ratio{Done: points.MustParse("0.50"), Planned: points.FromInt(22)}},
	} {
		text, err := json.Marshal(facts)
		if err != nil || string(text) != want {
			t.Errorf("%v became %s, %v", facts, text, err)
		}
		back := sealed.Facts{Input: rule.Chosen{Option: "before"}}
		if err := json.Unmarshal(text, &back); err != nil || back.IsZero() != facts.IsZero() {
			t.Errorf("%s became %v, %v", text, back, err)
		}
		if again, err := json.Marshal(back); err != nil || string(again) != want {
			t.Errorf("%s came back as %s, %v", want, again, err)
		}
	}
	var facts sealed.Facts
	if err := json.Unmarshal([]byte(`{"guess":"1"}`), &facts); err == nil {
		t.Errorf("unknown facts became %v", facts)
	}
}
