#!/usr/bin/env bash
# Serves the web client from its source at http://localhost:5173/official/ and shows every change at once.
# Its requests go to the running platform at PARINDEX_URL; without it, to that of `make run`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source deploy/local/client.sh
cd gateway/web
exec npm run --silent dev
