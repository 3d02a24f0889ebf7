// Package assessment holds the rules of assessment: what a sheet is, what counts and why, what may be submitted, and what a seal covers.
// It decides and never fetches, stores, logs or looks at the clock.
package assessment
