// Package survey holds the rules of survey: when a response is taken and valid, how quotas fill, and how answers become a value.
// It decides and never fetches, stores, logs or looks at the clock.
package survey
