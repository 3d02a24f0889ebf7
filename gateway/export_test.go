package gateway

import "time"

// Hurry makes the gateway cut a connection that brings nothing for as long as stall.
func (c *Config) Hurry(stall time.Duration) { c.pace = pace{stall: stall, perByte: stall} }
