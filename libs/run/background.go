package run

import (
	"context"
	"sync"
)

// Background starts the background tasks of a service. Each gets a context that
// outlives ctx and ends when stop is called. stop returns when all tasks have
// returned, or when its own context ends.
func Background(ctx context.Context, tasks ...func(context.Context)) (stop func(context.Context)) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var working sync.WaitGroup
	for _, task := range tasks {
		working.Go(func() { task(ctx) })
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		working.Wait()
	}()
	return func(ctx context.Context) {
		cancel()
		select {
		case <-ended:
		case <-ctx.Done():
		}
	}
}
