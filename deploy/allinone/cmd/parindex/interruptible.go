package main

import (
	"context"
	"errors"
)

// interruptible returns the result of work, or an error as soon as ctx is done. The
// functions that read and check files take no context; they end with the program.
func interruptible[T any](ctx context.Context, work func() (T, error)) (T, error) {
	var done T
	var err error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		done, err = work()
	}()
	select {
	case <-ended:
		return done, err
	case <-ctx.Done():
		var none T
		return none, errors.New("interrupted")
	}
}
