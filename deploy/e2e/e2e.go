// Package e2e plays the whole platform as its users see it: through the gateway
// and the public gRPC address, on a real PostgreSQL and Redis. All of it is
// tests.
package e2e
