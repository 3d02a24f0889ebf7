#!/usr/bin/env bash
# Generates proto/gen from proto/parindex (Go messages, gRPC, gateway), and the OpenAPI documents
# and the index of faults, which the gateway embeds.
# Needs Go; the generators come from proto/tools, the imports from proto/third_party.
set -euo pipefail
cd "$(dirname "$0")/../.."

deploy/verify/tools.sh proto/tools
bin/tools/buf generate
deploy/verify/openapi.sh gateway/internal/openapi
