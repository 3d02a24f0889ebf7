package gateway

import (
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/rpc"
)

// Hurry makes the gateway cut a connection that brings nothing for as long as stall.
func (c *Config) Hurry(stall time.Duration) { c.pace = pace{stall: stall, perByte: stall} }

// LimitTimes sets how long rpcs may take.
func (c *Config) LimitTimes(ordinary, wholeCycle time.Duration) {
	c.timeLimit = func(m protoreflect.MethodDescriptor) time.Duration {
		if rpc.TakesWholeCycle(m) {
			return wholeCycle
		}
		return ordinary
	}
}
