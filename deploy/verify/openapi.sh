#!/usr/bin/env bash
# Writes the index of faults and the OpenAPI documents of the contracts to a folder.
#
#   deploy/verify/openapi.sh gateway/internal/openapi
set -euo pipefail
folder=$(realpath "$1")
cd "$(dirname "$0")/../.."

image=$(mktemp --suffix=.binpb)
trap 'rm -f "$image"' EXIT
bin/tools/buf build --path proto/parindex -o "$image"
go run ./deploy/faults "$folder/faults.json"
go run ./deploy/openapi "$image" "$folder/faults.json" "$folder"
