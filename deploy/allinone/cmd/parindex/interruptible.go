package main

import (
	"context"
	"errors"
)

// interruptible returns what work does, or an error as soon as ctx ends: reading
// and checking files look at no context, and end with the program.
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
