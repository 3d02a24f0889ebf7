package identity

import "github.com/parindex/parindex/services/identity/internal/password"

// HashCheaply sets the least cost of hashes: the tests hash hundreds.
// TestPasswordsCostWhatTheyShould checks the real cost.
func (c *Config) HashCheaply() { c.hashCost = password.Cost{KiB: 8, Passes: 1} }
