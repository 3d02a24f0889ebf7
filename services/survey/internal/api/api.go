// Package api is the speech of survey: requests become domain types, domain types become answers.
// It holds no rule and no SQL.
package api
