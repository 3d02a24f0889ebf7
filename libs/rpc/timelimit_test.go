package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/fault"
)

// takes returns a handler that answers after d, unless its context ends earlier.
func takes(d time.Duration, begun *atomic.Int32) handler {
	return func(ctx context.Context, req proto.Message) (proto.Message, error) {
		begun.Add(1)
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("computing: %w", ctx.Err())
		case <-time.After(d):
			return req, nil
		}
	}
}

// A request that takes a whole cycle may take minutes, and any other one half a minute.
func TestTimeLimits(t *testing.T) {
	for _, tt := range []struct {
		method, request string
		takes, limit    time.Duration
	}{
		{"Look", good, 29 * time.Second, 30 * time.Second},
		{"Look", good, time.Hour, 30 * time.Second},
		{"Compute", good, 9 * time.Minute, 10 * time.Minute},
		{"Compute", good, time.Hour, 10 * time.Minute},
		{"Compute", good + requestID("1"), 9 * time.Minute, 10 * time.Minute},
		{"Compute", good + requestID("1"), time.Hour, 10 * time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			o := open(t, publicKeys, desk(t, "Desk", takes(tt.takes, new(atomic.Int32))))
			conn := o.client(t, nil)
			start := time.Now()
			err := ask(t.Context(), t, conn, tt.method, tt.request)
			switch took := time.Since(start); {
			case tt.takes < tt.limit && (err != nil || took != tt.takes):
				t.Errorf("%s of %v: %v after %v", tt.method, tt.takes, err, took)
			case tt.takes > tt.limit && (!errors.Is(err, fault.ServiceAway) || took != tt.limit):
				t.Errorf("%s of %v: %v after %v, want SERVICE_AWAY after %v", tt.method, tt.takes, err, took, tt.limit)
			}
			_ = conn.Close()
			_ = o.server.Stop(t.Context())
		})
	}
}

func requestID(digit string) string {
	return fmt.Sprintf(` request_id: "0198a000-0000-7000-8000-%s"`, strings.Repeat(digit, 12))
}

// A caller that gives up and asks again gets the result of the work that it began.
func TestWorkGoesOnWithoutItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := new(atomic.Int32)
		o := open(t, publicKeys, desk(t, "Desk", takes(2*time.Minute, begun)))
		conn := o.client(t, nil)
		start := time.Now()
		for range 3 { // a proxy gives up after a minute
			ctx, leave := context.WithTimeout(t.Context(), time.Minute-time.Second)
			err := ask(ctx, t, conn, "Compute", good+requestID("1"))
			leave()
			if err == nil {
				break
			}
		}
		if took := time.Since(start); took != 2*time.Minute || begun.Load() != 1 {
			t.Errorf("computed %d times in %v, want once in 2 minutes", begun.Load(), took)
		}
		_ = conn.Close()
		_ = o.server.Stop(t.Context())
	})
}

// Only the same request shares work: not one with another id or content, without an id,
// or for an rpc that does not take a whole cycle.
func TestWorkIsShared(t *testing.T) {
	for _, tt := range []struct {
		method   string
		requests []string
		works    int32
	}{
		{"Compute", []string{good + requestID("1"), good + requestID("1"), good + requestID("1")}, 1},
		{"Compute", []string{good + requestID("1"), good + requestID("2")}, 2},
		{"Compute", []string{good + requestID("1"), good + ` points: "1"` + requestID("1")}, 2},
		{"Compute", []string{good, good}, 2},
		{"Look", []string{good + requestID("1"), good + requestID("1")}, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			begun := new(atomic.Int32)
			o := open(t, publicKeys, desk(t, "Desk", takes(time.Second, begun)))
			conn := o.client(t, nil)
			answered := make(chan error)
			for _, request := range tt.requests {
				go func() { answered <- ask(t.Context(), t, conn, tt.method, request) }()
			}
			for range tt.requests {
				if err := <-answered; err != nil {
					t.Error(err)
				}
			}
			if begun.Load() != tt.works {
				t.Errorf("%s %q: began %d times, want %d", tt.method, tt.requests, begun.Load(), tt.works)
			}
			_ = conn.Close()
			_ = o.server.Stop(t.Context())
		})
	}
}

// Work without a caller ends with the server, and a panic in it is a fault like any other.
func TestWorkEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		o := open(t, publicKeys, desk(t, "Desk", func(ctx context.Context, _ proto.Message) (proto.Message, error) {
			<-ctx.Done()
			ended <- ctx.Err()
			return nil, ctx.Err()
		}))
		conn := o.client(t, nil)
		ctx, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		if err := ask(ctx, t, conn, "Compute", good+requestID("1")); err == nil {
			t.Error("answered")
		}
		_ = conn.Close()
		_ = o.server.Stop(t.Context())
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	o := open(t, publicKeys, desk(t, "Desk", func(context.Context, proto.Message) (proto.Message, error) { panic("an accident") }))
	err := ask(t.Context(), t, o.stranger(t), "Compute", good+requestID("1"))
	if status.Code(err) != codes.Internal {
		t.Error(err)
	}
	if text, _ := o.logs.take(t); !strings.Contains(text, "an accident") {
		t.Errorf("log %q", text)
	}
}

// A fault lists a thousand violations and says how many more there are.
func TestManyViolations(t *testing.T) {
	for _, n := range []int{1001, 1002, 300_000} {
		f := fault.BadRequest.List()
		for i := range n {
			f.Violations = append(f.Violations, fault.Validation(fmt.Sprint("items.", i), "string.uuid", ""))
		}
		o := open(t, publicKeys, desk(t, "Desk", fails(f)))
		got := fault.From(ask(t.Context(), t, o.client(t, nil), "Look", good))
		if n == 1001 {
			if len(got.Violations) != 1001 {
				t.Errorf("%d of %d violations", len(got.Violations), n)
			}
			continue
		}
		last := got.Violations[len(got.Violations)-1]
		if len(got.Violations) != 1002 || last.Code != "MORE_VIOLATIONS" || !strings.Contains(last.Vi, strconv.Itoa(n-1001)) {
			t.Errorf("%d of %d violations, the last is %v", len(got.Violations), n, last)
		}
	}
}
