package servicetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/fault"
)

// Enough is far more than anything in a test takes on a busy machine.
const Enough = 60 * time.Second

// Eventually waits until holds returns true, and fails the test after Enough.
func Eventually(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	for end := time.Now().Add(Enough); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			tb.Fatalf("waited in vain: %s", what)
		}
	}
}

// AtOnce runs f n times at the same time.
func AtOnce(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

// Describe returns the code and field of a fault, and a line with the field and
// code of each of its violations; the text of any other error.
func Describe(err error) string {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		return fmt.Sprint(err)
	}
	lines := []string{strings.TrimSpace(f.Code + " " + f.Field)}
	for _, v := range f.Violations {
		lines = append(lines, v.Field+" "+v.Code)
	}
	return strings.Join(lines, "\n")
}

// WantFault fails the test unless err is a fault with this reason.
func WantFault(tb testing.TB, err error, want fault.Reason) {
	tb.Helper()
	if f := fault.From(err); f == nil || f.Code != want.Code || f.Kind != want.Kind {
		tb.Errorf("got %v, want %s %s", err, want.Kind, want.Code)
	}
}

// Metric returns the figure of a gauge or counter with these values of its labels;
// 0 if it was never counted with them. There must be such a metric without labels.
func Metric(tb testing.TB, from prometheus.Gatherer, name string, labels ...string) float64 {
	tb.Helper()
	families, err := from.Gather()
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			var values []string
			for _, l := range m.GetLabel() {
				values = append(values, l.GetValue())
			}
			if f.GetName() == name && slices.Equal(values, labels) {
				return m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	if len(labels) == 0 {
		tb.Fatalf("there is no metric %s", name)
	}
	return 0
}
