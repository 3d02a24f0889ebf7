package intake_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/parindex/parindex/services/survey/internal/intake"
	"github.com/parindex/parindex/services/survey/internal/postgres"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// store records the size of each batch. It stores one batch for each value that it
// receives from gate.
type store struct {
	gate    chan struct{}
	mu      sync.Mutex
	batches map[postgres.Key][]int
}

var errOdd = errors.New("odd")

// StoreResponses refuses responses without an id.
func (s *store) StoreResponses(_ context.Context, k postgres.Key, responses []survey.Response) []error {
	<-s.gate
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batches[k] = append(s.batches[k], len(responses))
	faults := make([]error, len(responses))
	for i, r := range responses {
		if r.ID == "" {
			faults[i] = errOdd
		}
	}
	return faults
}

// TestTogether checks that responses that gather during a transaction are stored
// by the next one, those of each plan separately.
func TestTogether(t *testing.T) {
	s := &store{gate: make(chan struct{}), batches: map[postgres.Key][]int{}}
	in := intake.New(s)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 10 {
		for _, plan := range []string{"a", "b"} {
			_ = in.Store(gone, postgres.Key{Plan: plan}, survey.Response{})
		}
	}
	close(s.gate)
	_ = in.Close()
	for _, plan := range []string{"a", "b"} {
		sum, batches := 0, s.batches[postgres.Key{Plan: plan}]
		for _, n := range batches {
			sum += n
		}
		if sum != 10 || len(batches) > 2 {
			t.Errorf("%s: %v", plan, batches)
		}
	}
}

// TestOwnError checks that each response gets its own error.
func TestOwnError(t *testing.T) {
	s := &store{gate: make(chan struct{}), batches: map[postgres.Key][]int{}}
	close(s.gate)
	in := intake.New(s)
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			r := survey.Response{ID: "even"}
			if i%2 == 1 {
				r.ID = ""
			}
			if err := in.Store(t.Context(), postgres.Key{}, r); errors.Is(err, errOdd) != (i%2 == 1) {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	_ = in.Close()
}

// TestBusy checks that a response beyond 64 MiB is refused, and stored once the others
// are.
func TestBusy(t *testing.T) {
	s := &store{gate: make(chan struct{}), batches: map[postgres.Key][]int{}}
	in := intake.New(s)
	large := survey.Response{ID: "x", Answers: survey.Answers{Texts: []string{strings.Repeat("x", 3<<20)}}}
	k := postgres.Key{Plan: "a"}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	accepted := 0
	for range 100 { // each call stops waiting at once
		if err := in.Store(gone, k, large); errors.Is(err, survey.SurveyBusy) {
			break
		}
		accepted++
	}
	if accepted != 21 { // of 3 MiB in 64 MiB
		t.Errorf("%d were accepted", accepted)
	}
	close(s.gate)
	_ = in.Close()
	if err := in.Store(t.Context(), k, large); err != nil {
		t.Errorf("after the rest was stored: %v", err)
	}
	_ = in.Close()
	for _, n := range s.batches[k] {
		if n != 1 { // two are too many bytes for one transaction
			t.Errorf("batches of %v", s.batches[k])
		}
	}
}
