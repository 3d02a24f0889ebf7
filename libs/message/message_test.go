package message_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
)

func TestEach(t *testing.T) {
	if got := message.Each([]int{2, 1}, strconv.Itoa); !slices.Equal(got, []string{"2", "1"}) {
		t.Errorf("got %q", got)
	}
	if got := message.Each(nil, strconv.Itoa); got == nil || len(got) != 0 {
		t.Errorf("of none: %#v", got)
	}
}

func TestTryEach(t *testing.T) {
	if got, err := message.TryEach([]string{"2", "1"}, strconv.Atoi); err != nil || !slices.Equal(got, []int{2, 1}) {
		t.Errorf("got %d, %v", got, err)
	}
	if got, err := message.TryEach(nil, strconv.Atoi); err != nil || got == nil || len(got) != 0 {
		t.Errorf("of none: %#v, %v", got, err)
	}
	got, err := message.TryEach([]string{"2", "a", "b"}, strconv.Atoi)
	if e, ok := errors.AsType[*strconv.NumError](err); got != nil || !ok || e.Num != "a" {
		t.Errorf("got %d, %v; want the first failure", got, err)
	}
}

func TestInstant(t *testing.T) {
	at := time.Date(2024, 10, 31, 17, 30, 0, 1000, time.FixedZone("", 7*3600))
	if got := message.Instant(at); !got.AsTime().Equal(at) {
		t.Errorf("got %v, want %v", got, at)
	}
	if got := message.Instant(time.Time{}); got != nil {
		t.Errorf("the zero instant is %v", got)
	}
}

func TestFigure(t *testing.T) {
	x := points.MustParse("12.50")
	if got := message.Figure(&x); got == nil || *got != x.String() {
		t.Errorf("got %v, want %s", got, x)
	}
	if got := message.Figure(nil); got != nil {
		t.Errorf("no figure is %q", *got)
	}
}
