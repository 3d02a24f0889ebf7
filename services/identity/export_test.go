package identity

import "github.com/parindex/parindex/services/identity/internal/password"

// HashCheaply makes passwords cost next to nothing: the tests hash hundreds.
// TestPasswordsCostWhatTheyShould sees the real cost.
func (c *Config) HashCheaply() { c.hashCost = password.Cost{KiB: 8, Passes: 1} }
