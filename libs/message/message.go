// Package message converts lists, instants and figures to fields of messages for
// every service. Types and messages of a single service are converted by its own
// convert.go.
package message

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/points"
)

// Each returns the results of convert for every element, in order; never nil.
func Each[From, To any](list []From, convert func(From) To) []To {
	converted := make([]To, 0, len(list))
	for _, v := range list {
		converted = append(converted, convert(v))
	}
	return converted
}

// TryEach is Each with a conversion that can fail: it returns nil and the first
// failure.
func TryEach[From, To any](list []From, convert func(From) (To, error)) ([]To, error) {
	converted := make([]To, 0, len(list))
	for _, v := range list {
		c, err := convert(v)
		if err != nil {
			return nil, err
		}
		converted = append(converted, c)
	}
	return converted, nil
}

// Instant returns a timestamp; nil for the zero instant.
func Instant(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

// Int32 returns a count, number or rank. The contracts have int32, and nothing that the
// services count comes near 2³¹.
func Int32(n int) int32 { return int32(n) } //nolint:gosec // as said above

// Time returns the instant of a field; the zero instant for nil.
func Time(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}

// Figure returns an optional figure; nil for nil.
func Figure(x *points.Points) *string {
	if x == nil {
		return nil
	}
	return new(x.String())
}
