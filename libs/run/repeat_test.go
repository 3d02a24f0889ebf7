package run_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parindex/parindex/libs/run"
)

// repeated runs a task under a clock of its own until it has run once for each
// result, with nudges from the start, and returns when each run began, in whole seconds, and what was logged.
func repeated(t *testing.T, task run.Task, nudges int, results ...error) (begun []int, logged string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		nudge := make(chan struct{}, nudges)
		for range nudges {
			nudge <- struct{}{}
		}
		task.Nudge = nudge
		var log bytes.Buffer
		task.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelInfo}))
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		run.Repeat(ctx, task, func(context.Context) error {
			begun = append(begun, int(time.Since(start)/time.Second))
			if len(begun) == len(results) {
				cancel()
			}
			return results[len(begun)-1]
		})
		logged = log.String()
	})
	return begun, logged
}

func TestRepeat(t *testing.T) {
	begun, logged := repeated(t, run.Task{Name: "counting", Interval: 4 * time.Second}, 0, nil, nil, nil)
	if begun[0] != 0 || begun[2] < 6 || begun[2] > 8 || logged != "" {
		t.Errorf("runs began at %v s, logged %q", begun, logged)
	}
}

// TestRepeatFails sees pauses grow to the longest one and shrink again, and two
// lines in the log.
func TestRepeatFails(t *testing.T) {
	away := errors.New("away")
	task := run.Task{Name: "counting", Interval: 4 * time.Second, LongestPause: 20 * time.Second}
	begun, logged := repeated(t, task, 0, away, away, away, away, nil, nil, nil)
	for i, most := range []int{8, 16, 20, 20, 4, 4} {
		if pause := begun[i+1] - begun[i]; pause > most+1 || pause < most*3/4-1 {
			t.Errorf("pause %d took %d s, want at most %d s", i, pause, most)
		}
	}
	if strings.Count(logged, "\n") != 2 || !strings.Contains(logged, `msg="a repeated task fails" task=counting cause=away`) ||
		!strings.Contains(logged, `msg="a repeated task works again" task=counting failures=4`) {
		t.Errorf("logged\n%s", logged)
	}
}

// TestRepeatFailsAtItsInterval keeps the pause of a task without a longest one.
func TestRepeatFailsAtItsInterval(t *testing.T) {
	begun, _ := repeated(t, run.Task{Interval: 4 * time.Second}, 0, errors.New("away"), errors.New("away"), nil)
	if begun[2] > 8 {
		t.Errorf("runs began at %v s", begun)
	}
}

func TestRepeatIsNudged(t *testing.T) {
	begun, _ := repeated(t, run.Task{Interval: time.Hour}, 1, nil, nil, nil)
	if begun[1] != 0 || begun[2] < 2700 {
		t.Errorf("runs began at %v s", begun)
	}
}
