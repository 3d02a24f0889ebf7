// Package message turns what every service speaks of, lists, instants, figures,
// into fields of messages. No service's own type or message has a place here:
// its convert.go turns those.
package message

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/points"
)

// Each returns what convert makes of every element, in order; never nil.
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

// Instant returns an instant; nil for the zero one.
func Instant(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

// Figure returns a figure that may be absent; nil for nil.
func Figure(x *points.Points) *string {
	if x == nil {
		return nil
	}
	return new(x.String())
}
