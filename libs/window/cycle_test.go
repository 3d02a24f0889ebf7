package window_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/window"
)

// TestExtensions accepts writes of an agency after the deadline of all, in the phase and
// in the one after it, until the latest deadline that a letter gives it (rule Y3).
func TestExtensions(t *testing.T) {
	deadline := time.Date(2026, 10, 31, 17, 0, 0, 0, time.UTC)
	at := func(hours int) time.Time { return deadline.Add(time.Duration(hours) * time.Hour) }
	c := window.Cycle{
		Phase: criteria.Self1, Windows: map[criteria.Phase]window.Window{criteria.Self1: {Close: deadline}},
		Extensions: []window.Extension{
			{Phase: criteria.Self1, Agency: "home", Close: at(5), Letter: "1"},
			{Phase: criteria.Self1, Group: "departments", Close: at(3), Letter: "2"},
			{Phase: criteria.Self2, Agency: "finance", Close: at(9), Letter: "3"},
		},
	}
	for _, tt := range []struct {
		in     criteria.Phase
		agency string
		group  string
		at     time.Time
		letter string
		want   error
	}{
		{criteria.Self1, "home", "departments", at(-1), "", nil},
		{criteria.Self1, "home", "departments", at(0), "1", nil},
		{criteria.Self1, "finance", "departments", at(2), "2", nil},
		{criteria.Self1, "finance", "departments", at(3), "", window.WindowClosed},
		{criteria.Self1, "finance", "districts", at(0), "", window.WindowClosed},
		{criteria.Self1, "finance", "", at(0), "", window.WindowClosed},
		{criteria.Appraisal1, "home", "departments", at(4), "1", nil},
		{criteria.Appraisal1, "home", "departments", at(5), "", window.WindowClosed},
		{criteria.Self2, "home", "departments", at(4), "", window.WindowClosed},
		{criteria.Preparation, "home", "departments", at(-1), "", window.WindowNotOpen},
		{"", "home", "departments", at(-1), "", window.WindowNotOpen},
	} {
		c.Phase = tt.in
		letter, err := c.AcceptsOf(criteria.Self1, tt.agency, tt.group, tt.at)
		if letter != tt.letter || !errors.Is(err, tt.want) {
			t.Errorf("%s in %s, %s: letter %q, %v", tt.agency, tt.in, tt.at, letter, err)
		}
	}
}

func TestAccepts(t *testing.T) {
	opening := time.Date(2026, 9, 30, 17, 0, 0, 0, time.UTC)    // 24:00 of 30/09 in Vietnam
	deadline := time.Date(2026, 10, 31, 10, 30, 0, 0, time.UTC) // 17:30 of 31/10 in Vietnam
	scheduled := map[criteria.Phase]window.Window{criteria.Self1: {Open: opening, Close: deadline}}
	self1 := window.Cycle{Phase: criteria.Self1, Windows: scheduled}
	prepared := window.Cycle{Phase: criteria.Preparation, Windows: scheduled}
	for name, tt := range map[string]struct {
		cycle window.Cycle
		phase criteria.Phase
		at    time.Time
		want  error
		says  string
	}{
		"the opening":                        {self1, criteria.Self1, opening, nil, ""},
		"the last instant":                   {self1, criteria.Self1, deadline.Add(-1), nil, ""},
		"just before the opening":            {self1, criteria.Self1, opening.Add(-1), window.WindowNotOpen, "Giai đoạn tự đánh giá lần 1 mở không sớm hơn 30/09/2026 24:00"},
		"the very instant of the deadline":   {self1, criteria.Self1, deadline, window.WindowClosed, "tự đánh giá lần 1 đã hết hạn lúc 31/10/2026 17:30"},
		"after it":                           {self1, criteria.Self1, deadline.Add(time.Hour), window.WindowClosed, "hết hạn lúc 31/10/2026 17:30"},
		"without a window":                   {self1, criteria.Appraisal1, opening, window.WindowNotOpen, "chưa mở giai đoạn thẩm định lần 1."},
		"without a window, in the phase":     {window.Cycle{Phase: criteria.Appraisal1}, criteria.Appraisal1, deadline, nil, ""},
		"opening passed, cycle not moved":    {prepared, criteria.Self1, opening, window.WindowNotOpen, "chưa mở giai đoạn tự đánh giá lần 1."},
		"cycle not moved, opening to come":   {prepared, criteria.Self1, opening.Add(-1), window.WindowNotOpen, "30/09/2026 24:00"},
		"cycle not moved, deadline passed":   {prepared, criteria.Self1, deadline, window.WindowClosed, "31/10/2026 17:30"},
		"moved on before the deadline":       {window.Cycle{Phase: criteria.Appraisal1, Windows: scheduled}, criteria.Self1, opening, window.WindowClosed, "đã kết thúc giai đoạn tự đánh giá lần 1."},
		"moved on over a skipped phase":      {window.Cycle{Phase: criteria.Presented}, criteria.AppraisalCouncil, opening, window.WindowClosed, "đã kết thúc giai đoạn hội đồng thẩm định."},
		"a window that closes before":        {window.Cycle{Phase: criteria.Self1, Windows: map[criteria.Phase]window.Window{criteria.Self1: {Open: deadline, Close: opening}}}, criteria.Self1, opening, window.WindowClosed, "30/09/2026 24:00"},
		"imported":                           {window.Cycle{}, criteria.Self1, opening, window.WindowNotOpen, "chưa mở giai đoạn"},
		"imported, with a phase from nobody": {window.Cycle{}, "", opening, window.WindowNotOpen, "chưa mở giai đoạn"},
	} {
		t.Run(name, func(t *testing.T) {
			err := tt.cycle.Accepts(tt.phase, tt.at)
			if tt.want == nil {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			f := fault.From(err)
			if !strings.Contains(f.Message("vi"), tt.says) || strings.Contains(f.Vi+f.En, "%") {
				t.Errorf("%q, %q does not say %q", f.Vi, f.En, tt.says)
			}
		})
	}
}

func TestWithin(t *testing.T) {
	past := map[criteria.Phase]window.Window{criteria.Self1: {Close: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}}
	for name, tt := range map[string]struct {
		cycle       window.Cycle
		first, last criteria.Phase
		want        error
		says        string
	}{
		"before":                         {window.Cycle{Phase: criteria.Preparation}, criteria.Self1, criteria.Appraisal2, window.WindowNotOpen, "not open for self-assessment, round 1."},
		"the first":                      {window.Cycle{Phase: criteria.Self1}, criteria.Self1, criteria.Appraisal2, nil, ""},
		"after its deadline":             {window.Cycle{Phase: criteria.Self1, Windows: past}, criteria.Self1, criteria.Appraisal2, nil, ""},
		"between":                        {window.Cycle{Phase: criteria.Self2}, criteria.Self1, criteria.Appraisal2, nil, ""},
		"the last":                       {window.Cycle{Phase: criteria.Appraisal2}, criteria.Self1, criteria.Appraisal2, nil, ""},
		"after":                          {window.Cycle{Phase: criteria.AppraisalCouncil}, criteria.Self1, criteria.Appraisal2, window.WindowClosed, "has left appraisal, round 2."},
		"a last that is skipped, before": {window.Cycle{Phase: criteria.Appraisal2}, criteria.Self1, criteria.AppraisalCouncil, nil, ""},
		"a last that is skipped, after":  {window.Cycle{Phase: criteria.Presented}, criteria.Self1, criteria.AppraisalCouncil, window.WindowClosed, ""},
		"one phase":                      {window.Cycle{Phase: criteria.Archived}, criteria.Archived, criteria.Archived, nil, ""},
		"imported":                       {window.Cycle{}, criteria.Preparation, criteria.Archived, window.WindowNotOpen, ""},
		"a first that nobody knows":      {window.Cycle{Phase: criteria.Self1}, "SELF_3", criteria.Archived, window.WindowNotOpen, ""},
		"a last that nobody knows":       {window.Cycle{Phase: criteria.Self1}, criteria.Self1, "SELF_3", window.WindowClosed, ""},
		"no span at all":                 {window.Cycle{}, "", "", window.WindowNotOpen, ""},
	} {
		if err := tt.cycle.Within(tt.first, tt.last); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		} else if err != nil && !strings.Contains(fault.From(err).Message("en"), tt.says) {
			t.Errorf("%s: %v does not say %q", name, err, tt.says)
		}
	}
}

// TestWithinOne checks two spans with a phase between them.
func TestWithinOne(t *testing.T) {
	spans := []criteria.Span{{First: criteria.Self1, Last: criteria.AppraisalCouncil}, {First: criteria.Published, Last: criteria.Reported}}
	for phase, tt := range map[criteria.Phase]struct {
		want error
		says string
	}{
		"":                        {window.WindowNotOpen, "self-assessment, round 1"},
		criteria.Preparation:      {window.WindowNotOpen, "self-assessment, round 1"},
		criteria.Self1:            {nil, ""},
		criteria.AppraisalCouncil: {nil, ""},
		criteria.Presented:        {window.WindowClosed, "appraisal council"},
		criteria.Published:        {nil, ""},
		criteria.Reported:         {nil, ""},
		criteria.Archived:         {window.WindowClosed, "report"},
	} {
		err := window.Cycle{Phase: phase}.WithinOne(spans...)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", phase, err, tt.want)
		} else if err != nil && !strings.Contains(fault.From(err).Message("en"), tt.says) {
			t.Errorf("%s: %v does not say %q", phase, fault.From(err).Message("en"), tt.says)
		}
	}
}
