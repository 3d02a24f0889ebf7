#!/usr/bin/env bash
# Runs the tests with a private PostgreSQL and Redis up: test.sh [GO TEST ARGUMENTS...]
# Without arguments: every test of every module.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source deploy/local/progress.sh

need go "install Go 1.26 or later"
[ $# -gt 0 ] || set -- work
export CGO_ENABLED=0
progress "Compiling (some minutes the first time)" go build work
# Tests of Redis being away start and kill a Redis of their own.
# The journeys of deploy/e2e need a browser.
eval "$(deploy/local/tools.sh redis browser)"
export PARINDEX_REDIS_BIN PARINDEX_BROWSER
# shellcheck disable=SC2016 # expanded where the servers' addresses are known
exec deploy/local/with.sh --name test -- \
	bash -c 'PARINDEX_TEST_DSN=$PARINDEX_BOOTSTRAP_DSN PARINDEX_TEST_REDIS_URL=$PARINDEX_REDIS_URL exec go test -count=1 -timeout=60m "$@"' test "$@"
