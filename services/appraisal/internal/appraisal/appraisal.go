// Package appraisal holds the rules of appraisal: who may judge which item, what a verdict needs, and when a round is approved.
// It decides and never fetches, stores, logs or looks at the clock.
package appraisal
