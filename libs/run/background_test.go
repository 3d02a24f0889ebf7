package run_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parindex/parindex/libs/run"
)

func TestBackgroundEndsWithStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opening, cancel := context.WithCancel(t.Context())
		ended := 0
		task := func(ctx context.Context) {
			<-ctx.Done()
			ended++
		}
		other := func(ctx context.Context) {
			<-ctx.Done()
			time.Sleep(time.Minute)
			ended++
		}
		stop := run.Background(opening, task, other)
		cancel()
		synctest.Wait()
		if ended != 0 {
			t.Fatalf("%d tasks ended with the context that opened them", ended)
		}
		begin := time.Now()
		stop(t.Context())
		if waited := time.Since(begin); ended != 2 || waited != time.Minute {
			t.Errorf("stopped after %v with %d tasks ended, want 2 after a minute", waited, ended)
		}
		stop(t.Context()) // a second time there is nothing to wait for
	})
}

func TestBackgroundStopsWaitingWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := run.Background(t.Context(), func(context.Context) { time.Sleep(time.Hour) })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		stop(ctx)
		if waited := time.Since(begin); waited != time.Second {
			t.Errorf("waited %v, want the second that stop was given", waited)
		}
		stop(t.Context())
	})
}
