// Package e2e tests the whole platform as its users see it: through the gateway and
// the public gRPC address, on a real PostgreSQL and Redis. It contains only tests.
package e2e
