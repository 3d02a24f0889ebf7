#!/usr/bin/env bash
# Builds the platform and runs it with the 2023 results until Ctrl-C, on a private PostgreSQL and
# Redis unless PARINDEX_DSN, or PARINDEX_IDENTITY_DSN and its five siblings, name a server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source deploy/local/progress.sh

need go "install Go 1.26 or later and put it on the PATH"
need git "install git"
space "$(go env GOCACHE)" 1500
space . 300
export CGO_ENABLED=0
mkdir -p bin .local
progress "Building parindex (a few minutes the first time, then seconds)" \
	go build -o bin/parindex-trial ./deploy/trial/cmd/parindex-trial ||
	die "the build failed; the lines above say why"

command=(bin/parindex-trial)
if [ -n "${PARINDEX_DSN:-}${PARINDEX_IDENTITY_DSN:-}" ]; then
	exec "${command[@]}"
fi
# A Redis the user named stays the one used.
if [ -n "${PARINDEX_REDIS_URL:-}" ]; then
	command=(env "PARINDEX_REDIS_URL=$PARINDEX_REDIS_URL" "${command[@]}")
fi
exec deploy/local/with.sh --bootstrap -- "${command[@]}"
