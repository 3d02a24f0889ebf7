#!/usr/bin/env bash
# Rewrites proto/gen from proto/parindex: Go messages, gRPC, gateway, OpenAPI.
# Needs Go; the generators come from proto/tools, the imports from proto/third_party.
set -euo pipefail
cd "$(dirname "$0")/../.."

deploy/verify/tools.sh proto/tools
bin/tools/buf generate
