#!/usr/bin/env bash
# Generates proto/gen from proto/parindex (Go messages, gRPC, gateway, OpenAPI) and copies the
# OpenAPI documents into the gateway, which embeds them beside the index of faults.
# Needs Go; the generators come from proto/tools, the imports from proto/third_party.
set -euo pipefail
cd "$(dirname "$0")/../.."

deploy/verify/tools.sh proto/tools
bin/tools/buf generate
rm -f gateway/internal/openapi/*.openapi.json
cp proto/gen/openapi/parindex/*/v1/*_service.openapi.json gateway/internal/openapi/
go run ./deploy/faults gateway/internal/openapi/faults.json
