#!/usr/bin/env bash
# Checks the web client with a Node of its own: its types, its tests, and that gateway/web/dist is what
# its source builds. With --write the built client is written to gateway/web/dist instead of compared.
set -euo pipefail
cd "$(dirname "$0")/../.."
source deploy/local/client.sh

cd gateway/web
if [ "${1:-}" = --write ]; then
	exec npx vite build
fi
npm run --silent check
npm run --silent test
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
npx vite build --logLevel warn --emptyOutDir --outDir "$built"
diff -rq "$built" dist
